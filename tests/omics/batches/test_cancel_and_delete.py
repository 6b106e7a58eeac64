"""CancelRunBatch, DeleteRunBatch and DeleteBatch; CancelRun and DeleteRun for runs of a batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from conftest import Client, StartBatch, Until
from tests.omics.helpers import (
    Clock,
    PutSettings,
    SetProgression,
    Settings,
    entry_outcomes,
    list_entries,
    raises_conflict,
    raises_not_found,
    run_counts,
    submission_counts,
)

#: Operation: (verb in its error message, batch statuses in which it is allowed) (B41).
ALLOWED = {
    "cancel_run_batch": ("cancel", "PENDING SUBMITTING INPROGRESS"),
    "delete_run_batch": ("delete the runs of", "PROCESSED CANCELLED"),
    "delete_batch": ("delete", "PROCESSED FAILED CANCELLED RUNS_DELETED RUNS_DELETE_FAILED"),
}
STATUSES = [
    *("CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "STOPPING", "CANCELLED"),
    *("PROCESSED", "FAILED", "RUNS_DELETING", "RUNS_DELETED"),
]


@pytest.fixture
def batch_in(omics: Client, start_batch: StartBatch, until: Until) -> Callable[[str], str]:
    """``batch_in("STOPPING")`` returns the id of a batch that has just reached that status."""

    def make(status: str) -> str:
        batch_id = start_batch(["s1", "s1"] if status == "FAILED" else ["s1", "s2"])
        if status in ("STOPPING", "CANCELLED"):
            until(batch_id, "INPROGRESS")
            omics.cancel_run_batch(batchId=batch_id)
        if status.startswith("RUNS_"):
            until(batch_id, "PROCESSED")
            omics.delete_run_batch(batchId=batch_id)
        if status != "CREATING":
            until(batch_id, status)
        return batch_id

    return make


# -- allowed statuses --


@pytest.mark.documented("B41")
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("operation", ALLOWED)
def test_operation_is_allowed_only_in_certain_statuses(
    omics: Client, batch_in: Callable[[str], str], operation: str, status: str
) -> None:
    batch_id = batch_in(status)
    verb, statuses = ALLOWED[operation]
    if status in statuses.split():
        response = getattr(omics, operation)(batchId=batch_id)
        assert response.pop("ResponseMetadata")["HTTPStatusCode"] == 202
        assert response == {}
    else:
        with raises_conflict(
            f"Cannot {verb} batch {batch_id}: its status is {status}, "
            f"and it must be one of {', '.join(statuses.split())}"
        ):
            getattr(omics, operation)(batchId=batch_id)
        assert omics.list_batch()["items"][0]["status"] == status


@pytest.mark.documented("B41")
@pytest.mark.parametrize("operation", ["cancel_run_batch", "delete_run_batch"])
def test_second_request_in_progress_is_a_conflict(
    omics: Client, batch_in: Callable[[str], str], operation: str
) -> None:
    cancel = operation == "cancel_run_batch"
    batch_id = batch_in("INPROGRESS" if cancel else "PROCESSED")
    getattr(omics, operation)(batchId=batch_id)
    verb, statuses = ALLOWED[operation]
    with raises_conflict(
        f"Cannot {verb} batch {batch_id}: its status is "
        f"{'STOPPING' if cancel else 'RUNS_DELETING'}, "
        f"and it must be one of {', '.join(statuses.split())}"
    ):
        getattr(omics, operation)(batchId=batch_id)


@pytest.mark.documented("B42")
@pytest.mark.parametrize("status", ["PROCESSED", "CANCELLED", "FAILED", "RUNS_DELETED"])
def test_deleted_batch_is_not_found(
    omics: Client, batch_in: Callable[[str], str], status: str
) -> None:
    batch_id = batch_in(status)
    arn = omics.get_batch(batchId=batch_id)["arn"]
    omics.delete_batch(batchId=batch_id)
    for name in ("get_batch", "list_runs_in_batch", *ALLOWED):
        with raises_not_found(f"Batch {batch_id} not found"):
            getattr(omics, name)(batchId=batch_id)
    with raises_not_found(f"Resource {arn} not found"):
        omics.list_tags_for_resource(resourceArn=arn)
    assert omics.list_batch()["items"] == []


@pytest.mark.documented("B42")
def test_runs_of_a_deleted_batch_are_kept(omics: Client, batch_in: Callable[[str], str]) -> None:
    batch_id = batch_in("PROCESSED")
    first, second = list_entries(omics, batch_id)
    omics.delete_batch(batchId=batch_id)
    run = omics.get_run(id=first["runId"])
    assert (run["status"], run["batchId"]) == ("COMPLETED", batch_id)
    assert len(omics.list_runs(batchId=batch_id)["items"]) == 2
    omics.tag_resource(resourceArn=first["runArn"], tags={"kept": "yes"})
    assert omics.list_tags_for_resource(resourceArn=first["runArn"])["tags"] == {"kept": "yes"}
    for remaining, entry in ((1, first), (0, second)):
        omics.delete_run(id=entry["runId"])
        assert len(omics.list_runs()["items"]) == remaining
        with raises_not_found(f"Run {entry['runId']} not found"):
            omics.get_run(id=entry["runId"])


# -- CancelRunBatch --


@pytest.mark.documented("B80")
def test_cancel_stops_started_runs(omics: Client, batch_in: Callable[[str], str]) -> None:
    batch_id = batch_in("INPROGRESS")
    omics.cancel_run_batch(batchId=batch_id)
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("STOPPING", {"stopping": 2})
    assert submission_counts(batch) == {
        "successfulStart": 2,
        "failedStart": 0,
        "pendingStart": 0,
        "successfulCancel": 2,
        "failedCancel": 0,
    }
    assert entry_outcomes(omics, batch_id) == [("CANCEL_SUCCESS", True)] * 2
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("CANCELLED", {"cancelled": 2})
    assert {run["status"] for run in omics.list_runs()["items"]} == {"CANCELLED"}


@pytest.mark.documented("B80")
def test_cancel_does_not_change_terminal_runs(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    bad = {"runSettingId": "bad", "outputUri": "http://x"}
    batch_id = start_batch(["completed", "cancelled", "deleted", "stopping", bad, "pending"])
    until(batch_id, "INPROGRESS")
    ids = [entry.get("runId") for entry in list_entries(omics, batch_id)]
    for run_id in (ids[0], ids[2]):
        for _ in range(4):
            omics.get_run(id=run_id)
    omics.delete_run(id=ids[2])
    omics.cancel_run(id=ids[1])
    for _ in range(2):
        omics.get_run(id=ids[1])
    for _ in range(3):
        assert omics.get_run(id=ids[3])["status"] != "COMPLETED"
    omics.cancel_run_batch(batchId=batch_id)
    batch = until(batch_id, "CANCELLED")
    # A run in STOPPING is not terminal, so it can be cancelled.
    assert run_counts(batch) == {"completed": 1, "cancelled": 3, "deleted": 1}
    assert submission_counts(batch) == {
        "successfulStart": 5,
        "failedStart": 1,
        "pendingStart": 0,
        "successfulCancel": 2,
        "failedCancel": 0,
    }
    assert entry_outcomes(omics, batch_id) == [
        ("SUCCESS", True),
        ("SUCCESS", True),
        ("SUCCESS", True),
        ("CANCEL_SUCCESS", True),
        ("FAILED", False),
        ("CANCEL_SUCCESS", True),
    ]
    assert omics.get_run(id=ids[0])["status"] == "COMPLETED"


@pytest.mark.documented("B77", "B80", "B81")
def test_cancel_prevents_remaining_submissions(
    omics: Client, start_batch: StartBatch, until: Until, settings: Settings
) -> None:
    settings(submissions_per_tick=2)
    bad = {"runSettingId": "bad", "outputUri": "http://x"}
    batch_id = start_batch(["s1", bad, "s3", "s4", "s5"])
    until(batch_id, "SUBMITTING")
    omics.get_batch(batchId=batch_id)
    omics.cancel_run_batch(batchId=batch_id)
    for status, runs in (("STOPPING", {"stopping": 1}), ("CANCELLED", {"cancelled": 1})):
        batch = omics.get_batch(batchId=batch_id)
        assert (batch["status"], run_counts(batch)) == (status, runs)
        assert submission_counts(batch) == {
            "successfulStart": 1,
            "failedStart": 1,
            "pendingStart": 0,
            "successfulCancel": 4,
            "failedCancel": 0,
        }
        assert batch["totalRuns"] == 5
        assert "submittedTime" not in batch
    assert entry_outcomes(omics, batch_id) == [
        ("CANCEL_SUCCESS", True),
        ("FAILED", False),
        ("CANCEL_SUCCESS", False),
        ("CANCEL_SUCCESS", False),
        ("CANCEL_SUCCESS", False),
    ]
    cancelled = omics.list_runs_in_batch(batchId=batch_id, submissionStatus="CANCEL_SUCCESS")
    assert [run["runSettingId"] for run in cancelled["runs"]] == ["s1", "s3", "s4", "s5"]
    assert set(cancelled["runs"][1]) == {"runSettingId", "submissionStatus"}
    assert len(omics.list_runs()["items"]) == 1


@pytest.mark.our_choice("B81")
def test_batch_cancelled_before_submission_has_no_runs(
    omics: Client, batch_in: Callable[[str], str], until: Until
) -> None:
    for status in ("PENDING", "SUBMITTING"):
        batch_id = batch_in(status)
        omics.cancel_run_batch(batchId=batch_id)
        batch = until(batch_id, "CANCELLED")
        assert list(submission_counts(batch).values()) == [0, 0, 0, 2, 0]
        assert run_counts(batch) == {}
        assert entry_outcomes(omics, batch_id) == [("CANCEL_SUCCESS", False)] * 2
        omics.delete_run_batch(batchId=batch_id)
        batch = until(batch_id, "RUNS_DELETED")
        assert list(submission_counts(batch).values()) == [0, 0, 0, 2, 0, 0, 0]
        assert entry_outcomes(omics, batch_id) == [("CANCEL_SUCCESS", False)] * 2
    assert omics.list_runs()["items"] == []


@pytest.mark.documented("B80")
@pytest.mark.parametrize("progression_kind", ["manual", "time", "immediate"])
@pytest.mark.parametrize("described_runs", [0, 1, 2])
def test_batch_cancelled_while_submitting_becomes_cancelled(
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    settings: Settings,
    progression: SetProgression,
    clock: Clock,
    progression_kind: str,
    described_runs: int,
) -> None:
    settings(submissions_per_tick=2)
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "SUBMITTING")
    omics.get_batch(batchId=batch_id)
    for entry in list_entries(omics, batch_id)[:described_runs]:
        omics.get_run(id=entry["runId"])
    progression("run", progression=progression_kind, seconds=1, times=1)
    progression(
        "batch", progression="time" if progression_kind == "time" else "manual", seconds=1, times=1
    )
    omics.cancel_run_batch(batchId=batch_id)
    for _ in range(4):
        clock.now += timedelta(seconds=1)
        batch = omics.get_batch(batchId=batch_id)
    # Immediate runs were completed before the cancel request.
    end = "completed" if progression_kind == "immediate" else "cancelled"
    assert (batch["status"], run_counts(batch)) == ("CANCELLED", {end: 2})


@pytest.mark.our_choice("B44", "B81")
def test_s3_batch_cancelled_before_validation_has_no_total_runs(
    omics: Client, start_batch: StartBatch, until: Until, put_settings: PutSettings
) -> None:
    batch_id = start_batch(s3=put_settings([{"runSettingId": "s1"}]))
    until(batch_id, "PENDING")
    omics.cancel_run_batch(batchId=batch_id)
    batch = until(batch_id, "CANCELLED")
    assert "totalRuns" not in batch
    assert set(submission_counts(batch).values()) == {0}
    assert list_entries(omics, batch_id) == []


# -- DeleteRunBatch --


@pytest.mark.documented("B77", "B82")
def test_delete_run_batch_deletes_runs_and_keeps_the_batch(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    bad = {"runSettingId": "bad", "outputUri": "http://x"}
    batch_id = start_batch(["s1", bad, "s3"])
    until(batch_id, "PROCESSED")
    runs = [entry for entry in list_entries(omics, batch_id) if "runId" in entry]
    omics.delete_run_batch(batchId=batch_id)
    for status in ("RUNS_DELETING", "RUNS_DELETED", "RUNS_DELETED"):
        batch = omics.get_batch(batchId=batch_id)
        assert (batch["status"], run_counts(batch)) == (status, {"deleted": 2})
        assert submission_counts(batch) == {
            "successfulStart": 2,
            "failedStart": 1,
            "pendingStart": 0,
            "successfulDelete": 2,
            "failedDelete": 0,
        }
    assert entry_outcomes(omics, batch_id) == [
        ("DELETE_SUCCESS", True),
        ("FAILED", False),
        ("DELETE_SUCCESS", True),
    ]
    for run in runs:
        for call in (omics.get_run, omics.cancel_run, omics.delete_run):
            with raises_not_found(f"Run {run['runId']} not found"):
                call(id=run["runId"])
        with raises_not_found(f"Resource {run['runArn']} not found"):
            omics.list_tags_for_resource(resourceArn=run["runArn"])
    assert omics.list_runs()["items"] == omics.list_runs(batchId=batch_id)["items"] == []


@pytest.mark.documented("B77", "B82")
def test_delete_run_batch_includes_cancelled_entries(
    omics: Client, batch_in: Callable[[str], str], until: Until
) -> None:
    batch_id = batch_in("CANCELLED")
    omics.delete_run_batch(batchId=batch_id)
    batch = until(batch_id, "RUNS_DELETED")
    assert list(submission_counts(batch).values()) == [2, 0, 0, 2, 0, 2, 0]
    assert entry_outcomes(omics, batch_id) == [("DELETE_SUCCESS", True)] * 2


# -- CancelRun and DeleteRun for runs of a batch --


@pytest.mark.our_choice("B80", "B82")
def test_run_deleted_individually_keeps_its_entry(
    omics: Client, batch_in: Callable[[str], str], until: Until
) -> None:
    batch_id = batch_in("PROCESSED")
    first, second = list_entries(omics, batch_id)
    omics.delete_run(id=first["runId"])
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"completed": 1, "deleted": 1}
    assert list_entries(omics, batch_id) == [first, second]
    with raises_not_found(f"Run {first['runId']} not found"):
        omics.get_run(id=first["runId"])
    omics.delete_run_batch(batchId=batch_id)
    batch = until(batch_id, "RUNS_DELETED")
    assert run_counts(batch) == {"deleted": 2}
    assert submission_counts(batch)["successfulDelete"] == 1
    assert entry_outcomes(omics, batch_id) == [("SUCCESS", True), ("DELETE_SUCCESS", True)]


@pytest.mark.our_choice("B80")
def test_run_cancelled_individually_keeps_its_entry(
    omics: Client, batch_in: Callable[[str], str], until: Until
) -> None:
    batch_id = batch_in("INPROGRESS")
    first, _ = list_entries(omics, batch_id)
    omics.cancel_run(id=first["runId"])
    assert omics.list_runs(status="STOPPING")["items"][0]["id"] == first["runId"]
    batch = until(batch_id, "PROCESSED")
    assert run_counts(batch) == {"cancelled": 1, "completed": 1}
    assert set(submission_counts(batch)) == {"successfulStart", "failedStart", "pendingStart"}
    assert entry_outcomes(omics, batch_id) == [("SUCCESS", True)] * 2
    with raises_conflict(
        f"Cannot cancel run {first['runId']}: its status is CANCELLED, "
        "and it must be one of PENDING, STARTING, RUNNING, STOPPING"
    ):
        omics.cancel_run(id=first["runId"])


@pytest.mark.our_choice("B80")
def test_all_runs_deleted_individually(
    omics: Client, batch_in: Callable[[str], str], until: Until
) -> None:
    batch_id = batch_in("PROCESSED")
    for entry in list_entries(omics, batch_id):
        omics.delete_run(id=entry["runId"])
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"deleted": 2}
    omics.delete_run_batch(batchId=batch_id)
    assert list(submission_counts(until(batch_id, "RUNS_DELETED")).values()) == [2, 0, 0, 0, 0]
    omics.delete_batch(batchId=batch_id)
    assert omics.list_runs()["items"] == []
