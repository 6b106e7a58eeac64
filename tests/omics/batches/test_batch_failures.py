"""What makes a batch as a whole fail, with the service's texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, MakeClient, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import next_status, raises_conflict, statuses_allowing

PutSettings = Callable[..., str]
INVALID = "Invalid JSON format in run configurations"


def numbered(count: int) -> list[dict[str, str]]:
    """So many entries, each with its own runSettingId."""
    return [{"runSettingId": f"s{n}"} for n in range(count)]


def etag(document: Any) -> str:
    """The ETag of an S3 object that `put_settings` made."""
    return hashlib.md5(json.dumps(document).encode(), usedforsecurity=False).hexdigest()


def changed(recorded: str, found: str) -> str:
    return (
        f'Expected s3UriConfigs etag: "{recorded}" but was: "{found}". '
        "s3UriConfigs have changed since calling StartRunBatch"
    )


# -- too many ----------------------------------------------------------------------------------


@pytest.mark.documented("B50")
def test_100001_runs_are_too_many(
    start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    batch_id = start_batch(s3=put_settings(numbered(100_001)))
    batch = until(batch_id, "FAILED")
    assert batch["failureReason"] == "Batch has 100001 runs but 100000 runs is the max."


@pytest.mark.documented("B11", "B50")
def test_100000_runs_are_not(
    omics: Client,
    start_batch: StartBatch,
    put_settings: PutSettings,
    progression: Callable[..., None],
) -> None:
    progression("batch", progression="immediate")
    batch_id = start_batch(s3=put_settings(numbered(100_000)))
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], batch["totalRuns"]) == ("PROCESSED", 100_000)
    assert batch["submissionSummary"]["successfulStartSubmissionCount"] == 100_000
    assert batch["runSummary"]["completedRunCount"] == 100_000
    (last,) = omics.list_runs_in_batch(batchId=batch_id, runSettingId="s99999")["runs"]
    assert omics.get_run(id=last["runId"])["uuid"] == last["runInternalUuid"]
    assert omics.list_runs_in_batch(batchId=batch_id, runId=last["runId"])["runs"] == [last]


# -- repeated ids ------------------------------------------------------------------------------


@pytest.mark.documented("B51")
def test_repeated_ids_in_a_file(
    start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    uri = put_settings([*numbered(49), {"runSettingId": "s0", "name": "other"}])
    batch = until(start_batch(s3=uri), "FAILED")
    assert batch["failureReason"] == "Expected 50 unique runSettingIds but there were 49"


@pytest.mark.our_choice("B51", "B55")
def test_repeated_ids_among_inline_entries(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["a", "b", "a", "b", "a", "A"])
    batch = until(batch_id, "FAILED")
    assert batch["failureReason"] == "Expected 6 unique runSettingIds but there were 3"
    assert omics.list_runs()["items"] == []


# -- broken files ------------------------------------------------------------------------------


@pytest.mark.documented("B52")
@pytest.mark.parametrize(
    "body",
    [
        b"nope",
        b'[{"runSettingId": "s1"}',
        b'[{"runSettingId": "s1"},]',
        b'{"runSettingId": "s1"}',
        b'{"inlineSettings": [{"runSettingId": "s1"}]}',
        b'"s1"',
        b"null",
        b'["s1"]',
        b'[{"runSettingId": "s1"}, null]',
        b'[[{"runSettingId": "s1"}]]',
        b'[{"runSettingId": "s1", "priority": NaN}]',
        b'[{"runSettingId": "\xe9"}]',
        b"[" * 100_000,
    ],
    ids=lambda body: body[:30].decode("latin-1"),
)
def test_a_file_that_is_no_json_array_of_objects(
    start_batch: StartBatch, put_settings: PutSettings, until: Until, body: bytes
) -> None:
    batch = until(start_batch(s3=put_settings(body)), "FAILED")
    assert batch["failureReason"] == INVALID


@pytest.mark.our_choice("B52", "B55")
@pytest.mark.parametrize(
    "document",
    [
        [],
        [{}],
        [{"runSettingId": "s1"}, {"name": "HG002"}],
        [{"runSettingId": None}],
        [{"runSettingId": 1}],
        [{"runSettingId": ["s1"]}],
    ],
    ids=json.dumps,
)
def test_a_file_without_entries_or_with_one_that_has_no_id(
    start_batch: StartBatch, put_settings: PutSettings, until: Until, document: Any
) -> None:
    assert until(start_batch(s3=put_settings(document)), "FAILED")["failureReason"] == INVALID


@pytest.mark.our_choice("B52")
@pytest.mark.parametrize(
    "body", [b"", b'[{"runSettingId": "s1", "parameters": {"x": 1e999}}]'], ids=["empty", "huge"]
)
def test_an_empty_file_or_a_number_that_no_answer_could_tell(
    start_batch: StartBatch, put_settings: PutSettings, until: Until, body: bytes
) -> None:
    """1e999 is JSON, and more than a float can hold: it would come back as Infinity."""
    assert until(start_batch(s3=put_settings(body)), "FAILED")["failureReason"] == INVALID


# -- changed files -----------------------------------------------------------------------------


@pytest.mark.documented("B13", "B53")
def test_a_file_that_changed_since_the_call(
    omics: Client, start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    before, after = numbered(2), numbered(3)
    batch_id = start_batch(s3=put_settings(before))
    assert omics.get_batch(batchId=batch_id)["status"] == "PENDING"
    put_settings(after)
    batch = until(batch_id, "FAILED")
    assert batch["failureReason"] == changed(etag(before), etag(after))


@pytest.mark.documented("B13")
def test_a_file_that_was_written_again_with_the_same_content(
    start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    batch_id = start_batch(s3=put_settings(numbered(2)))
    put_settings(numbered(2))
    assert until(batch_id, "PROCESSED")["totalRuns"] == 2


@pytest.mark.documented("B13")
def test_a_file_that_changes_once_it_was_read_does_no_harm(
    omics: Client, start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    batch_id = start_batch(s3=put_settings(numbered(2)))
    until(batch_id, "SUBMITTING")
    put_settings(b"nope")
    until(batch_id, "PROCESSED")
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [run["runSettingId"] for run in runs] == ["s0", "s1"]


@pytest.mark.our_choice("B53", "B55")
@pytest.mark.parametrize("bucket_too", [False, True])
def test_a_file_that_was_deleted_since_has_an_empty_etag(
    client: MakeClient,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
    bucket_too: bool,
) -> None:
    batch_id = start_batch(s3=put_settings(numbered(2)))
    s3 = client("s3")
    s3.delete_object(Bucket="settings", Key="runs.json")
    if bucket_too:
        s3.delete_bucket(Bucket="settings")
    assert until(batch_id, "FAILED")["failureReason"] == changed(etag(numbered(2)), "")


@pytest.mark.our_choice("B53", "B55")
def test_a_file_behind_a_delete_marker_is_deleted(
    client: MakeClient, start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    batch_id = start_batch(s3=put_settings(numbered(2), bucket="versioned"))
    s3.delete_object(Bucket="versioned", Key="runs.json")
    assert until(batch_id, "FAILED")["failureReason"] == changed(etag(numbered(2)), "")


# -- when it shows, and what is left -----------------------------------------------------------


@pytest.mark.our_choice("B55")
def test_a_failure_shows_when_the_batch_leaves_pending(
    omics: Client, start_batch: StartBatch, put_settings: PutSettings
) -> None:
    for batch_id in (start_batch(["a", "a"]), start_batch(s3=put_settings(b"nope"))):
        seen = [omics.get_batch(batchId=batch_id)["status"] for _ in range(4)]
        assert seen == ["PENDING", "FAILED", "FAILED", "FAILED"]


@pytest.mark.our_choice("B45")
def test_a_failed_batch_has_no_runs(omics: Client, start_batch: StartBatch, until: Until) -> None:
    batch_id = start_batch(["a", "a"])
    batch = until(batch_id, "FAILED")
    assert set(batch["runSummary"].values()) == {0}
    assert batch["submissionSummary"]["successfulStartSubmissionCount"] == 0
    for asked in ({}, {"submissionStatus": "FAILED"}, {"runSettingId": "a"}, {"runId": "1"}):
        assert omics.list_runs_in_batch(batchId=batch_id, **asked)["runs"] == []
    assert omics.list_runs(batchId=batch_id)["items"] == []


@pytest.mark.documented("B41")
def test_a_failed_batch_can_only_be_deleted(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["a", "a"])
    until(batch_id, "FAILED")
    with raises_conflict(
        f"Cannot cancel batch {batch_id}: its status is FAILED, and it must be one of "
        "PENDING, SUBMITTING, INPROGRESS"
    ):
        omics.cancel_run_batch(batchId=batch_id)
    with raises_conflict(
        f"Cannot delete the runs of batch {batch_id}: its status is FAILED, and it must be one of "
        "PROCESSED, CANCELLED"
    ):
        omics.delete_run_batch(batchId=batch_id)
    omics.delete_batch(batchId=batch_id)
    assert omics.list_batch()["items"] == []


# -- a fault of the service -----------------------------------------------------------------------


@pytest.mark.documented("B54")
def test_a_passing_fault_of_the_service(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.batch_fails()
    batch_id = start_batch()
    batch = until(batch_id, "FAILED")
    assert batch["failureReason"] == "There was a transient error in the service. Retry the batch."
    assert omics.list_runs_in_batch(batchId=batch_id)["runs"] == []
    # What its text asks for helps.
    until(start_batch(), "PROCESSED")


@pytest.mark.documented("B40")
def test_a_batch_can_fail_only_before_its_runs_are_submitted() -> None:
    assert statuses_allowing("fail") == ("CREATING", "PENDING")
    assert {next_status(status, "fail") for status in statuses_allowing("fail")} == {"FAILED"}
