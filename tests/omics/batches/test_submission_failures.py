"""Entries whose submission fails while the rest of the batch continues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ROLE, Answer, Client, StartBatch, Until, definition
from moto_omics_batch import faults
from moto_omics_batch.types import SubmissionFailureReason
from tests.omics.helpers import SUBMISSION_FAILURE_REASONS, PutSettings, Settings

Entries = Callable[..., list[Answer]]


@pytest.fixture
def submitted(omics: Client, start_batch: StartBatch, until: Until) -> Entries:
    """``submitted([…], **default)`` starts a batch and returns its entries after submission."""

    def start(*args: Any, **default: Any) -> list[Answer]:
        batch_id = start_batch(*args, **default)
        until(batch_id, "INPROGRESS")
        runs: list[Answer] = omics.list_runs_in_batch(batchId=batch_id)["runs"]
        return runs

    return start


def failure(entry: Answer) -> tuple[str, str]:
    """Return (reason, message) of a failed entry after checking its members."""
    assert set(entry) == {
        "runSettingId",
        "submissionStatus",
        "submissionFailureReason",
        "submissionFailureMessage",
    }
    assert entry["submissionStatus"] == "FAILED"
    return entry["submissionFailureReason"], entry["submissionFailureMessage"]


def succeeded(entry: Answer) -> bool:
    return entry["submissionStatus"] == "SUCCESS" and "submissionFailureReason" not in entry


@pytest.mark.documented("B60")
def test_failed_entries_do_not_stop_the_batch(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    bad = {"runSettingId": "bad", "outputUri": "results"}
    batch_id = start_batch(["s1", bad, "s2", {**bad, "runSettingId": "bad2"}, "s3"])
    batch = until(batch_id, "PROCESSED")
    assert list(batch["submissionSummary"].values()) == [3, 2, 0]
    assert batch["runSummary"]["completedRunCount"] == 3
    entries = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [e["runSettingId"] for e in entries] == ["s1", "bad", "s2", "bad2", "s3"]
    assert [e["submissionStatus"] for e in entries] == [
        "SUCCESS",
        "FAILED",
        "SUCCESS",
        "FAILED",
        "SUCCESS",
    ]
    assert failure(entries[1])[0] == "ValidationException"
    for entry in entries[::2]:
        assert set(entry) == {
            "runSettingId",
            "runId",
            "runInternalUuid",
            "runArn",
            "submissionStatus",
        }
    assert len(omics.list_runs()["items"]) == 3


# -- reasons --


@pytest.mark.documented("B61")
def test_failure_reasons_are_the_documented_ones() -> None:
    assert SUBMISSION_FAILURE_REASONS == (
        "ValidationException",
        "AccessDeniedException",
        "ResourceNotFoundException",
        "ServiceQuotaExceededException",
        "ConflictException",
        "ThrottlingException",
        "RequestTimeoutException",
        "InternalServerException",
    )


@pytest.mark.documented("B60", "B61")
@pytest.mark.parametrize("reason", SUBMISSION_FAILURE_REASONS)
def test_injected_reason_is_reported_by_the_entry(
    submitted: Entries, reason: SubmissionFailureReason
) -> None:
    faults.submission_fails(reason=reason, message="because", runSettingId="s2")
    first, second, third = submitted(["s1", "s2", "s3"])
    assert failure(second) == (reason, "because")
    assert succeeded(first)
    assert succeeded(third)


# -- ValidationException --


@pytest.mark.documented("B62")
@pytest.mark.parametrize("uri", ["results/cohort", "http://results/x", "S3://results/x", "s3://"])
def test_output_uri_must_be_an_s3_uri(submitted: Entries, uri: str) -> None:
    good, bad = submitted(["s1", {"runSettingId": "s2", "outputUri": uri}])
    assert succeeded(good)
    assert failure(bad) == (
        "ValidationException",
        f"Invalid outputUri '{uri}': it must begin with s3:// and name a bucket",
    )
    bad, good = submitted(
        ["s1", {"runSettingId": "s2", "outputUri": "s3://results/x"}], outputUri=uri
    )
    assert failure(bad)[0] == "ValidationException"
    assert succeeded(good)


@pytest.mark.our_choice("B63")
def test_output_uri_is_required(omics: Client, until: Until, workflow_id: str) -> None:
    batch_id = omics.start_run_batch(
        defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE},
        batchRunSettings={
            "inlineSettings": [
                {"runSettingId": "s1"},
                {"runSettingId": "s2", "outputUri": "s3://results/x"},
            ]
        },
    )["id"]
    until(batch_id, "INPROGRESS")
    bad, good = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert failure(bad) == (
        "ValidationException",
        "outputUri is required: neither defaultRunSetting nor the run has one",
    )
    assert succeeded(good)


@pytest.mark.documented("B62")
def test_parameters_must_match_the_workflow_template(omics: Client, submitted: Entries) -> None:
    workflow_id = omics.create_workflow(
        name="w",
        definitionZip=definition(),
        parameterTemplate={"reads": {}, "ref": {"optional": False}, "panel": {"optional": True}},
    )["id"]
    parameter_sets: list[Any] = [
        {"reads": "a"},
        {"reads": "a", "panel": "b"},
        {},
        None,
        {"reads": "a", "zoo": 1, "bam": 2},
        ["reads"],
    ]
    entries = [
        {"runSettingId": f"s{n}"} | ({} if p is None else {"parameters": p})
        for n, p in enumerate(parameter_sets)
    ]
    found = submitted(entries, workflowId=workflow_id, parameters={"ref": "hg38"})
    assert [succeeded(entry) for entry in found] == [True, True, False, False, False, False]
    assert [failure(entry) for entry in found[2:]] == [
        ("ValidationException", "Missing required workflow parameters: reads"),
        ("ValidationException", "Missing required workflow parameters: reads"),
        ("ValidationException", "Unexpected workflow parameters: bam, zoo"),
        (
            "ValidationException",
            "Invalid workflow parameters: the workflow's parameter template asks for an object",
        ),
    ]


@pytest.mark.documented("B62")
def test_template_of_the_version_replaces_that_of_the_workflow(
    omics: Client, submitted: Entries, workflow_id: str
) -> None:
    omics.create_workflow_version(
        workflowId=workflow_id,
        versionName="2.0",
        definitionZip=definition(),
        parameterTemplate={"reads": {}},
    )
    omics.get_workflow_version(workflowId=workflow_id, versionName="2.0")
    assert succeeded(submitted(["s1"])[0])
    (bad,) = submitted(["s1"], workflowVersionName="2.0")
    assert failure(bad)[1] == "Missing required workflow parameters: reads"


@pytest.mark.our_choice("L120", "B62")
def test_parameters_are_limited_to_256_kib(submitted: Entries) -> None:
    # {"a":"…","b":"…"} takes 15 bytes in addition to the two values.
    fits, large, wide = submitted(
        [
            {"runSettingId": "s1", "parameters": {"b": "x" * 131_057}},
            {"runSettingId": "s2", "parameters": {"b": "x" * 131_058}},
            {"runSettingId": "s3", "parameters": {"b": "é" * 65_529}},
        ],
        parameters={"a": "x" * 131_072},
    )
    assert succeeded(fits)
    for entry in (large, wide):
        assert failure(entry) == (
            "ValidationException",
            "Run parameters take 262145 bytes; the maximum is 262144",
        )


@pytest.mark.documented("B62")
@pytest.mark.parametrize(
    ("run_tags", "default_tags"),
    [
        ({"aws:lane": "1"}, {}),
        ({"la?ne": "1"}, {}),
        ({str(n): "" for n in range(30)}, {f"d{n}": "" for n in range(21)}),
    ],
    ids=["reserved", "character", "too many"],
)
def test_invalid_run_tags_fail_the_entry(
    omics: Client, submitted: Entries, run_tags: dict[str, str], default_tags: dict[str, str]
) -> None:
    good, bad = submitted(["s1", {"runSettingId": "s2", "runTags": run_tags}], runTags=default_tags)
    assert succeeded(good)
    assert failure(bad)[0] == "ValidationException"
    assert len(omics.list_runs()["items"]) == 1


# -- ResourceNotFoundException --


@pytest.mark.documented("B62")
def test_workflow_deleted_before_submission(
    omics: Client, start_batch: StartBatch, until: Until, workflow_id: str
) -> None:
    for describe_count in range(3):
        deleted = omics.create_workflow(name="w", definitionZip=definition())["id"]
        batch_id = start_batch(workflowId=deleted)
        for _ in range(describe_count):
            omics.get_batch(batchId=batch_id)
        omics.delete_workflow(id=deleted)
        assert list(until(batch_id, "PROCESSED")["submissionSummary"].values()) == [0, 2, 0]
        for entry in omics.list_runs_in_batch(batchId=batch_id)["runs"]:
            assert failure(entry) == ("ResourceNotFoundException", f"Workflow {deleted} not found")


@pytest.mark.documented("B60", "B62")
def test_workflow_deleted_between_two_submissions(
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    settings: Settings,
    workflow_id: str,
) -> None:
    settings(submissions_per_tick=1)
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "SUBMITTING")
    assert omics.get_batch(batchId=batch_id)["status"] == "SUBMITTING"
    omics.delete_workflow(id=workflow_id)
    batch = until(batch_id, "PROCESSED")
    assert list(batch["submissionSummary"].values()) == [1, 2, 0]
    first, *others = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert omics.get_run(id=first["runId"])["workflowId"] == workflow_id
    deleted = ("ResourceNotFoundException", f"Workflow {workflow_id} not found")
    assert [failure(entry) for entry in others] == [deleted, deleted]


@pytest.mark.documented("B62")
@pytest.mark.parametrize("describe_count", [0, 1, 2])
def test_run_group_deleted_before_submission(
    omics: Client, start_batch: StartBatch, until: Until, describe_count: int
) -> None:
    group = omics.create_run_group(name="group")["id"]
    batch_id = start_batch(["s1"], runGroupId=group)
    for _ in range(describe_count):
        omics.get_batch(batchId=batch_id)
    omics.delete_run_group(id=group)
    until(batch_id, "PROCESSED")
    (entry,) = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert failure(entry) == ("ResourceNotFoundException", f"Run group {group} not found")


@pytest.mark.documented("B62")
@pytest.mark.parametrize("describe_count", [0, 1, 2])
def test_run_cache_deleted_before_submission(
    omics: Client, start_batch: StartBatch, until: Until, describe_count: int
) -> None:
    cache = omics.create_run_cache(cacheS3Location="s3://cache-bucket/x")["id"]
    batch_id = start_batch(["s1"], cacheId=cache)
    for _ in range(describe_count):
        omics.get_batch(batchId=batch_id)
    omics.delete_run_cache(id=cache)
    until(batch_id, "PROCESSED")
    (entry,) = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    reason, message = failure(entry)
    assert reason == "ResourceNotFoundException"
    assert message.startswith(f"Run cache {cache} ")


@pytest.mark.documented("B62")
def test_workflow_version_deleted_before_submission(
    omics: Client, start_batch: StartBatch, until: Until, workflow_id: str
) -> None:
    version = {"workflowId": workflow_id, "versionName": "2.0"}
    omics.create_workflow_version(**version, definitionZip=definition())
    omics.get_workflow_version(**version)
    batch_id = start_batch(["s1"], workflowVersionName="2.0")
    omics.delete_workflow_version(**version)
    until(batch_id, "PROCESSED")
    (entry,) = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert failure(entry) == (
        "ResourceNotFoundException",
        f"Workflow {workflow_id} version 2.0 not found",
    )


@pytest.mark.our_choice("B62")
@pytest.mark.parametrize("describe_count", [0, 1, 2])
def test_configuration_deleted_before_submission(
    omics: Client, start_batch: StartBatch, until: Until, configuration: str, describe_count: int
) -> None:
    batch_id = start_batch(["s1"], networkingMode="VPC", configurationName=configuration)
    for _ in range(describe_count):
        omics.get_batch(batchId=batch_id)
    omics.delete_configuration(name=configuration)
    until(batch_id, "PROCESSED")
    (entry,) = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert failure(entry) == (
        "ResourceNotFoundException",
        f"Configuration {configuration} not found",
    )


# -- entries of an S3 file --


@pytest.mark.our_choice("B64")
def test_s3_entries_are_validated_like_inline_entries(
    submitted: Entries, put_settings: PutSettings
) -> None:
    broken: list[tuple[dict[str, Any], str]] = [
        ({"priority": -1}, "Value '-1' at 'priority' must have value greater than or equal to 0"),
        ({"priority": "1"}, "Value '1' at 'priority' must be of type integer"),
        ({"priority": True}, "Value 'true' at 'priority' must be of type integer"),
        (
            {"name": "x" * 129},
            f"Value '{'x' * 129}' at 'name' must have length less than or equal to 128",
        ),
        (
            {"outputBucketOwnerId": "12345678901x"},
            "Value '12345678901x' at 'outputBucketOwnerId' "
            "must satisfy regular expression pattern: [0-9]+",
        ),
        (
            {"runTags": {"k": "v" * 257}},
            f"Value '{'v' * 257}' at 'runTags.k.member' must have length less than or equal to 256",
        ),
        (
            {"runTags": ["k"]},
            "Value '[k]' at 'runTags' must be of type map",
        ),
        (
            {"runSettingId": "x" * 129},
            f"Value '{'x' * 129}' at 'runSettingId' must have length less than or equal to 128",
        ),
    ]
    entries = [{"runSettingId": f"s{n}"} | run_tags for n, (run_tags, _) in enumerate(broken)]
    fine = {"runSettingId": "good", "priority": None, "unknownMember": 1, "name": "x" * 128}
    *failed, good = submitted(s3=put_settings([*entries, fine]))
    assert succeeded(good)
    for entry, (_, expected) in zip(failed, broken, strict=True):
        text = expected.replace(" must ", " failed to satisfy constraint: Member must ")
        assert failure(entry) == ("ValidationException", f"1 validation error detected: {text}")
