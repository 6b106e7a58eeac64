"""Failures of a whole batch, with the messages of the service."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from conftest import Client, MakeClient, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import (
    PutSettings,
    SetProgression,
    next_status,
    raises_conflict,
    statuses_allowing,
)

INVALID_JSON = "Invalid JSON format in run configurations"


def make_entries(count: int) -> list[dict[str, str]]:
    """Return ``count`` entries with unique runSettingIds."""
    return [{"runSettingId": f"s{n}"} for n in range(count)]


def etag(document: Any) -> str:
    """Return the ETag of an S3 object created by `put_settings`."""
    return hashlib.md5(json.dumps(document).encode(), usedforsecurity=False).hexdigest()


def etag_mismatch(recorded: str, found: str) -> str:
    return (
        f'Expected s3UriConfigs etag: "{recorded}" but was: "{found}". '
        "s3UriConfigs have changed since calling StartRunBatch"
    )


# -- number of runs --


@pytest.mark.documented("B50")
def test_s3_file_with_100001_runs_fails_the_batch(
    start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    batch_id = start_batch(s3=put_settings(make_entries(100_001)))
    batch = until(batch_id, "FAILED")
    assert batch["failureReason"] == "Batch has 100001 runs but 100000 runs is the max."


@pytest.mark.documented("B11", "B50")
def test_s3_file_with_100000_runs_is_processed(
    omics: Client,
    start_batch: StartBatch,
    put_settings: PutSettings,
    progression: SetProgression,
) -> None:
    progression("batch", progression="immediate")
    batch_id = start_batch(s3=put_settings(make_entries(100_000)))
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], batch["totalRuns"]) == ("PROCESSED", 100_000)
    assert batch["submissionSummary"]["successfulStartSubmissionCount"] == 100_000
    assert batch["runSummary"]["completedRunCount"] == 100_000
    (last,) = omics.list_runs_in_batch(batchId=batch_id, runSettingId="s99999")["runs"]
    assert omics.get_run(id=last["runId"])["uuid"] == last["runInternalUuid"]
    assert omics.list_runs_in_batch(batchId=batch_id, runId=last["runId"])["runs"] == [last]


# -- duplicate runSettingIds --


@pytest.mark.documented("B51")
def test_duplicate_run_setting_ids_in_s3_file_fail_the_batch(
    start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    uri = put_settings([*make_entries(49), {"runSettingId": "s0", "name": "other"}])
    batch = until(start_batch(s3=uri), "FAILED")
    assert batch["failureReason"] == "Expected 50 unique runSettingIds but there were 49"


@pytest.mark.our_choice("B51", "B55")
def test_duplicate_inline_run_setting_ids_fail_the_batch(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["a", "b", "a", "b", "a", "A"])
    batch = until(batch_id, "FAILED")
    assert batch["failureReason"] == "Expected 6 unique runSettingIds but there were 3"
    assert omics.list_runs()["items"] == []


# -- invalid S3 files --


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
def test_s3_file_must_be_a_json_array_of_objects(
    start_batch: StartBatch, put_settings: PutSettings, until: Until, body: bytes
) -> None:
    batch = until(start_batch(s3=put_settings(body)), "FAILED")
    assert batch["failureReason"] == INVALID_JSON


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
def test_s3_file_needs_entries_with_run_setting_ids(
    start_batch: StartBatch, put_settings: PutSettings, until: Until, document: Any
) -> None:
    assert until(start_batch(s3=put_settings(document)), "FAILED")["failureReason"] == INVALID_JSON


@pytest.mark.our_choice("B52")
@pytest.mark.parametrize(
    "body", [b"", b'[{"runSettingId": "s1", "parameters": {"x": 1e999}}]'], ids=["empty", "huge"]
)
def test_empty_s3_file_or_infinite_number_fails_the_batch(
    start_batch: StartBatch, put_settings: PutSettings, until: Until, body: bytes
) -> None:
    """1e999 is valid JSON, but a Python float would turn it into Infinity."""
    assert until(start_batch(s3=put_settings(body)), "FAILED")["failureReason"] == INVALID_JSON


# -- changed S3 files --


@pytest.mark.documented("B13", "B53")
def test_s3_file_changed_before_validation_fails_the_batch(
    omics: Client, start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    before, after = make_entries(2), make_entries(3)
    batch_id = start_batch(s3=put_settings(before))
    assert omics.get_batch(batchId=batch_id)["status"] == "PENDING"
    put_settings(after)
    batch = until(batch_id, "FAILED")
    assert batch["failureReason"] == etag_mismatch(etag(before), etag(after))


@pytest.mark.documented("B13")
def test_s3_file_rewritten_with_same_content_is_accepted(
    start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    batch_id = start_batch(s3=put_settings(make_entries(2)))
    put_settings(make_entries(2))
    assert until(batch_id, "PROCESSED")["totalRuns"] == 2


@pytest.mark.documented("B13")
def test_s3_file_changed_after_validation_has_no_effect(
    omics: Client, start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    batch_id = start_batch(s3=put_settings(make_entries(2)))
    until(batch_id, "SUBMITTING")
    put_settings(b"nope")
    until(batch_id, "PROCESSED")
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [run["runSettingId"] for run in runs] == ["s0", "s1"]


@pytest.mark.our_choice("B53", "B55")
@pytest.mark.parametrize("delete_bucket", [False, True])
def test_deleted_s3_file_is_reported_with_empty_etag(
    client: MakeClient,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
    delete_bucket: bool,
) -> None:
    batch_id = start_batch(s3=put_settings(make_entries(2)))
    s3 = client("s3")
    s3.delete_object(Bucket="settings", Key="runs.json")
    if delete_bucket:
        s3.delete_bucket(Bucket="settings")
    assert until(batch_id, "FAILED")["failureReason"] == etag_mismatch(etag(make_entries(2)), "")


@pytest.mark.our_choice("B53", "B55")
def test_s3_file_with_delete_marker_is_reported_with_empty_etag(
    client: MakeClient, start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="versioned")
    s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
    batch_id = start_batch(s3=put_settings(make_entries(2), bucket="versioned"))
    s3.delete_object(Bucket="versioned", Key="runs.json")
    assert until(batch_id, "FAILED")["failureReason"] == etag_mismatch(etag(make_entries(2)), "")


# -- effects of a failure --


@pytest.mark.our_choice("B55")
def test_validation_failure_is_reported_after_pending(
    omics: Client, start_batch: StartBatch, put_settings: PutSettings
) -> None:
    for batch_id in (start_batch(["a", "a"]), start_batch(s3=put_settings(b"nope"))):
        statuses = [omics.get_batch(batchId=batch_id)["status"] for _ in range(4)]
        assert statuses == ["PENDING", "FAILED", "FAILED", "FAILED"]


@pytest.mark.our_choice("B45")
def test_failed_batch_has_no_runs(omics: Client, start_batch: StartBatch, until: Until) -> None:
    batch_id = start_batch(["a", "a"])
    batch = until(batch_id, "FAILED")
    assert set(batch["runSummary"].values()) == {0}
    assert batch["submissionSummary"]["successfulStartSubmissionCount"] == 0
    for filters in ({}, {"submissionStatus": "FAILED"}, {"runSettingId": "a"}, {"runId": "1"}):
        assert omics.list_runs_in_batch(batchId=batch_id, **filters)["runs"] == []
    assert omics.list_runs(batchId=batch_id)["items"] == []


@pytest.mark.documented("B41")
def test_failed_batch_can_only_be_deleted(
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


# -- injected failure --


@pytest.mark.documented("B54")
def test_injected_transient_error_fails_one_batch(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.batch_fails()
    batch_id = start_batch()
    batch = until(batch_id, "FAILED")
    assert batch["failureReason"] == "There was a transient error in the service. Retry the batch."
    assert omics.list_runs_in_batch(batchId=batch_id)["runs"] == []
    # A retry, as the message recommends, works.
    until(start_batch(), "PROCESSED")


@pytest.mark.documented("B40")
def test_batch_can_only_fail_before_submission() -> None:
    assert statuses_allowing("fail") == ("CREATING", "PENDING")
    assert {next_status(status, "fail") for status in statuses_allowing("fail")} == {"FAILED"}
