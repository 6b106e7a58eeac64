"""Responses and filters of GetBatch, ListBatch and ListRunsInBatch."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ACCOUNT, REGION, ROLE, Client, StartBatch, Until
from tests.omics.helpers import Settings, raises_not_found, raises_validation, raises_violations

START_COUNTS = {
    "successfulStartSubmissionCount",
    "failedStartSubmissionCount",
    "pendingStartSubmissionCount",
}
CANCEL_COUNTS = {"successfulCancelSubmissionCount", "failedCancelSubmissionCount"}
DELETE_COUNTS = {"successfulDeleteSubmissionCount", "failedDeleteSubmissionCount"}


# -- GetBatch --


@pytest.mark.documented("B70", "B72")
def test_get_batch_counts_submissions_and_runs(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    bad = {"runSettingId": "bad", "outputUri": "http://x"}
    batch_id = start_batch(["s1", "s2", "s3", "s4", bad])
    until(batch_id, "INPROGRESS")
    ids = [run.get("runId") for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]]
    for _ in range(2):
        omics.get_run(id=ids[0])
    omics.cancel_run(id=ids[1])
    for _ in range(4):
        omics.get_run(id=ids[2])
    omics.delete_run(id=ids[2])
    batch = omics.get_batch(batchId=batch_id)
    assert batch["submissionSummary"] == {
        "successfulStartSubmissionCount": 4,
        "failedStartSubmissionCount": 1,
        "pendingStartSubmissionCount": 0,
    }
    assert batch["runSummary"] == {
        "pendingRunCount": 0,
        "startingRunCount": 1,
        "runningRunCount": 0,
        # One was cancelled, the other is completing.
        "stoppingRunCount": 2,
        "completedRunCount": 0,
        "deletedRunCount": 1,
        "failedRunCount": 0,
        "cancelledRunCount": 0,
    }


@pytest.mark.documented("B71")
def test_submission_summary_has_three_start_counts(omics: Client, start_batch: StartBatch) -> None:
    batch_id = start_batch()
    for _ in range(8):
        assert set(omics.get_batch(batchId=batch_id)["submissionSummary"]) == START_COUNTS


@pytest.mark.our_choice("B71")
def test_cancel_and_delete_counts_appear_after_the_request(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch()
    with pytest.raises(omics.exceptions.ConflictException):
        omics.cancel_run_batch(batchId=batch_id)
    assert set(omics.get_batch(batchId=batch_id)["submissionSummary"]) == START_COUNTS
    until(batch_id, "INPROGRESS")
    omics.cancel_run_batch(batchId=batch_id)
    counts = omics.get_batch(batchId=batch_id)["submissionSummary"]
    assert set(counts) == START_COUNTS | CANCEL_COUNTS
    until(batch_id, "CANCELLED")
    omics.delete_run_batch(batchId=batch_id)
    counts = omics.get_batch(batchId=batch_id)["submissionSummary"]
    assert set(counts) == START_COUNTS | CANCEL_COUNTS | DELETE_COUNTS
    uncancelled = start_batch()
    until(uncancelled, "PROCESSED")
    omics.delete_run_batch(batchId=uncancelled)
    counts = omics.get_batch(batchId=uncancelled)["submissionSummary"]
    assert set(counts) == START_COUNTS | DELETE_COUNTS


@pytest.mark.our_choice("B72")
def test_run_summary_is_always_current(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "INPROGRESS")
    first = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    omics.get_run(id=first)
    omics.cancel_run(id=first)
    for _ in range(6):
        summary = omics.get_batch(batchId=batch_id)["runSummary"]
        listed = [run["status"].lower() for run in omics.list_runs(batchId=batch_id)["items"]]
        assert summary == {name: listed.count(name.removesuffix("RunCount")) for name in summary}


@pytest.mark.documented("B73")
def test_default_run_setting_is_returned_unchanged(
    omics: Client, start_batch: StartBatch, until: Until, workflow_id: str
) -> None:
    common: dict[str, Any] = {
        "name": "cohort",
        "priority": 0,
        "parameters": {"a": [1, 2.5, None, {"b": True}], "": "é"},
        "storageCapacity": 1000,
        "storageType": "STATIC",
        "outputUri": "s3://results/x/",
        "runTags": {},
        "networkingMode": "RESTRICTED",
        "workflowType": "PRIVATE",
    }
    batch_id = start_batch(["s1"], **common)
    for status in ("PENDING", "PROCESSED"):
        expected = {**common, "workflowId": workflow_id, "roleArn": ROLE}
        assert until(batch_id, status)["defaultRunSetting"] == expected


@pytest.mark.documented("B73")
def test_get_batch_and_list_batch_member_names_differ(
    omics: Client, start_batch: StartBatch, workflow_id: str
) -> None:
    start_batch(batchName="cohort", tags={"a": "b"})
    (item,) = omics.list_batch()["items"]
    batch = omics.get_batch(batchId=item["id"])
    assert set(item) == {"id", "name", "status", "createdAt", "totalRuns", "workflowId"}
    assert (item["name"], item["totalRuns"], item["workflowId"]) == ("cohort", 2, workflow_id)
    assert batch["creationTime"] == item["createdAt"]
    assert "createdAt" not in batch
    assert batch["name"] == "cohort"
    unnamed = start_batch()
    assert "name" not in omics.get_batch(batchId=unnamed)
    assert "name" not in omics.list_batch()["items"][1]


@pytest.mark.documented("B75")
def test_batch_lists_use_max_items(omics: Client, start_batch: StartBatch) -> None:
    batch_id = start_batch()
    lists = {"list_batch": {}, "list_runs_in_batch": {"batchId": batch_id}}
    for name, params in lists.items():
        shape = omics.meta.service_model.operation_model(
            omics.meta.method_to_api_mapping[name]
        ).input_shape
        assert "maxItems" in shape.members
        assert "maxResults" not in shape.members
        paginator = omics.get_paginator(name)
        assert len(list(paginator.paginate(**params, PaginationConfig={"PageSize": 1}))) >= 1


# -- filters --


@pytest.mark.documented("B74")
def test_list_batch_filters(omics: Client, start_batch: StartBatch, until: Until) -> None:
    group, other = (omics.create_run_group(name="group")["id"] for _ in range(2))
    first = start_batch(batchName="cohort")
    second = start_batch(batchName="cohort", runGroupId=group)
    third = start_batch(batchName="cohort 2", runGroupId=other)
    until(second, "INPROGRESS")

    def ids(**params: str) -> list[str]:
        return [item["id"] for item in omics.list_batch(**params)["items"]]

    assert ids() == [first, second, third]
    assert ids(status="CREATING") == [first, third]
    assert ids(status="INPROGRESS") == [second]
    assert ids(status="PROCESSED") == []
    assert ids(name="cohort") == [first, second]
    assert ids(runGroupId=group) == [second]
    assert ids(runGroupId="7654321") == []


@pytest.mark.our_choice("B74")
def test_list_batch_name_filter_matches_the_whole_name(
    omics: Client, start_batch: StartBatch
) -> None:
    start_batch(batchName="cohort")
    for name in ("coh", "Cohort", "cohort ", "cohorts", "*"):
        assert omics.list_batch(name=name)["items"] == []


@pytest.mark.documented("B74", "B77")
def test_list_runs_in_batch_filters(omics: Client, start_batch: StartBatch, until: Until) -> None:
    bad = {"runSettingId": "bad", "outputUri": "http://x"}
    batch_id = start_batch(["s1", bad, "s3"])
    until(batch_id, "INPROGRESS")
    everything = omics.list_runs_in_batch(batchId=batch_id)["runs"]

    def found(**params: str) -> list[int]:
        runs = omics.list_runs_in_batch(batchId=batch_id, **params)["runs"]
        return [everything.index(run) for run in runs]

    assert found(submissionStatus="SUCCESS") == [0, 2]
    assert found(submissionStatus="FAILED") == [1]
    for status in ("CANCEL_SUCCESS", "CANCEL_FAILED", "DELETE_SUCCESS", "DELETE_FAILED"):
        assert found(submissionStatus=status) == []
    assert found(runSettingId="bad") == [1]
    assert found(runSettingId="ba") == []
    assert found(runId=everything[2]["runId"]) == [2]
    # The id that the failed entry would have had belongs to no run.
    assert found(runId=str(int(everything[0]["runId"]) + 1)) == []
    other = start_batch(["s1"])
    until(other, "INPROGRESS")
    other_run_id = omics.list_runs_in_batch(batchId=other)["runs"][0]["runId"]
    assert found(runId=other_run_id) == []


@pytest.mark.our_choice("B74")
@pytest.mark.parametrize("run_id", ["run/1234567", "²", "-1", " 1", "0" * 5000, "9" * 5000])
def test_list_runs_in_batch_with_invalid_run_id_returns_nothing(
    omics: Client, start_batch: StartBatch, until: Until, run_id: str
) -> None:
    batch_id = start_batch()
    until(batch_id, "INPROGRESS")
    assert omics.list_runs_in_batch(batchId=batch_id, runId=run_id)["runs"] == []


@pytest.mark.our_choice("B74")
@pytest.mark.parametrize(
    ("operation", "filters"),
    [
        ("list_batch", {"status": "CREATING", "name": "x"}),
        ("list_batch", {"name": "x", "runGroupId": "1234567"}),
        ("list_runs_in_batch", {"submissionStatus": "SUCCESS", "runSettingId": "s1"}),
        ("list_runs_in_batch", {"runSettingId": "s1", "runId": "1234567"}),
    ],
)
def test_more_than_one_filter_is_rejected(
    omics: Client, start_batch: StartBatch, operation: str, filters: dict[str, str]
) -> None:
    batch = {"batchId": start_batch()} if operation == "list_runs_in_batch" else {}
    with raises_validation(f"Only one filter can be used at a time, not {' and '.join(filters)}"):
        getattr(omics, operation)(**batch, **filters)


@pytest.mark.documented("B74", "B77")
def test_unknown_submission_status_is_rejected(omics: Client, start_batch: StartBatch) -> None:
    values = omics.meta.service_model.shape_for("SubmissionStatus").enum
    assert values == [
        "SUCCESS",
        "FAILED",
        "CANCEL_SUCCESS",
        "CANCEL_FAILED",
        "DELETE_SUCCESS",
        "DELETE_FAILED",
    ]
    with raises_violations(
        f"Value 'RUNNING' at 'submissionStatus' must satisfy enum value set: [{', '.join(values)}]"
    ):
        omics.list_runs_in_batch(batchId=start_batch(), submissionStatus="RUNNING")


# -- entries and runs --


@pytest.mark.our_choice("B76")
def test_attempted_entries_are_listed_in_configuration_order(
    omics: Client, start_batch: StartBatch, until: Until, settings: Settings
) -> None:
    settings(submissions_per_tick=2)
    names = ["z", "a", "m", "b", "y"]
    bad = {"runSettingId": "m", "outputUri": "http://x"}
    batch_id = start_batch([bad if name == "m" else name for name in names])
    seen = []
    for _ in range(5):
        omics.get_batch(batchId=batch_id)
        runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
        assert [run["runSettingId"] for run in runs] == names[: len(runs)]
        seen.append(len(runs))
        for name in names[len(runs) :]:
            params = {"batchId": batch_id, "runSettingId": name}
            assert omics.list_runs_in_batch(**params)["runs"] == []
    assert seen == [0, 0, 2, 4, 5]


@pytest.mark.documented("B78")
def test_runs_have_batch_id_and_can_be_filtered_by_it(
    omics: Client, start_batch: StartBatch, until: Until, workflow_id: str
) -> None:
    first, second = start_batch(["s1", "s2"]), start_batch(["s1"])
    single_run = omics.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results/x")
    for batch_id in (first, second):
        until(batch_id, "INPROGRESS")
        entries = omics.list_runs_in_batch(batchId=batch_id)["runs"]
        listed = omics.list_runs(batchId=batch_id)["items"]
        assert [run["id"] for run in listed] == [entry["runId"] for entry in entries]
        for run in listed:
            assert run["batchId"] == omics.get_run(id=run["id"])["batchId"] == batch_id
    assert "batchId" not in omics.get_run(id=single_run["id"])
    everything = omics.list_runs()["items"]
    assert [run.get("batchId") for run in everything] == [None, first, first, second]
    assert omics.list_runs(batchId="7654321")["items"] == []


@pytest.mark.documented("B42")
def test_unknown_batch_is_not_found(omics: Client) -> None:
    for name in ("get_batch", "list_runs_in_batch", "cancel_run_batch", "delete_run_batch"):
        with raises_not_found("Batch 7654321 not found"):
            getattr(omics, name)(batchId="7654321")
    with raises_not_found("Batch 7654321 not found"):
        omics.delete_batch(batchId="7654321")
    with raises_not_found(f"Resource arn:aws:omics:{REGION}:{ACCOUNT}:runBatch/7654321 not found"):
        omics.list_tags_for_resource(
            resourceArn=f"arn:aws:omics:{REGION}:{ACCOUNT}:runBatch/7654321"
        )
