"""Injected run failures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import Client, StartBatch, Until
from moto_omics_batch import faults
from moto_omics_batch.types import FaultAt, RunFailureReason
from tests.omics.helpers import (
    ACTIVE_STATUSES,
    PROGRESSIONS,
    RUN_FAILURE_REASONS,
    Clock,
    SetProgression,
    StartRun,
    UntilRun,
    raises_not_found,
    run_counts,
    run_ids,
    status_history,
)

#: L142: the reasons that a task has; the run then has RUN_TASK_FAILED.
OF_TASKS = [
    "CANNOT_START_CONTAINER_ERROR",
    "CANNOT_START_CONTAINER_SIZE_ERROR",
    "ECR_PERMISSION_ERROR",
    "IMAGE_VERIFICATION_FAILURE",
    "INSTANCE_RESERVATION_FAILED",
    "INVALID_ECR_IMAGE_URI",
    "INVALID_TASK_RESOURCE_VALUE",
    "OUT_OF_MEMORY_ERROR",
    "RUN_TASK_FAILED",
    "TASK_TIMED_OUT",
    "UNSUPPORTED_GPU_INSTANCE_TYPE",
]


def failing_statuses(at: str) -> list[str]:
    """Return the statuses of a run that fails at ``at``."""
    before = ACTIVE_STATUSES[: ACTIVE_STATUSES.index(at) + 1]
    return [*before, *([] if at == "STOPPING" else ["STOPPING"]), "FAILED"]


# -- run_fails --


@pytest.mark.documented("W2.11", "L142")
@pytest.mark.parametrize("reason", RUN_FAILURE_REASONS)
def test_run_fails_for_any_documented_reason(
    start_run: StartRun, until_run: UntilRun, reason: RunFailureReason
) -> None:
    faults.run_fails(failureReason=reason, statusMessage=f"About {reason}.")
    run = until_run(start_run()["id"], "FAILED")
    assert run["failureReason"] == ("RUN_TASK_FAILED" if reason in OF_TASKS else reason)
    assert run["statusMessage"] == f"About {reason}."
    assert run["stopTime"] >= run["startTime"] >= run["creationTime"]


@pytest.mark.our_choice("W2.11")
def test_default_failure_reason_is_workflow_run_failed(
    start_run: StartRun, until_run: UntilRun
) -> None:
    faults.run_fails()
    run = until_run(start_run()["id"], "FAILED")
    engine_log = run["logLocation"]["engineLogStream"]
    assert (run["failureReason"], run["statusMessage"]) == (
        "WORKFLOW_RUN_FAILED",
        "Workflow run failed. Review the CloudWatch Logs engine log stream: "
        f"{engine_log} to debug the failure.",
    )
    assert status_history(run["id"]) == ["PENDING", "STARTING", "RUNNING", "STOPPING", "FAILED"]


@pytest.mark.documented("W2.8")
@pytest.mark.parametrize(
    ("mode", "existing"),
    # An existing run has ended under `immediate` when the fault is injected.
    [*((mode, False) for mode in PROGRESSIONS), ("manual", True), ("time", True)],
)
@pytest.mark.parametrize("at", ACTIVE_STATUSES)
def test_single_run_fails_at_a_status(
    omics: Client,
    start_run: StartRun,
    progression: SetProgression,
    clock: Clock,
    at: FaultAt,
    mode: str,
    existing: bool,
) -> None:
    progression("run", **PROGRESSIONS[mode])
    if not existing:
        faults.run_fails(at=at, failureReason="SERVICE_ERROR")
    run_id, other = start_run()["id"], None
    if existing:
        faults.run_fails(at=at, failureReason="SERVICE_ERROR", runId=run_id)
        other = start_run()["id"]
    for _ in range(6):
        clock.now += timedelta(seconds=60)
        run = omics.get_run(id=run_id)
    assert status_history(run_id) == failing_statuses(at)
    assert (run["status"], run["failureReason"]) == ("FAILED", "SERVICE_ERROR")
    assert ("startTime" in run) == ("RUNNING" in failing_statuses(at))
    if other:
        responses = [omics.get_run(id=other) for _ in range(6)]
        assert responses[-1]["status"] == "COMPLETED"
        assert not {"failureReason", "statusMessage"} & set(responses[-1])


@pytest.mark.documented("B40", "B70", "B72", "W2.8")
@pytest.mark.parametrize("mode", PROGRESSIONS)
@pytest.mark.parametrize("at", ACTIVE_STATUSES)
def test_batch_run_fails_at_a_status_and_the_batch_is_processed(
    omics: Client,
    start_batch: StartBatch,
    progression: SetProgression,
    clock: Clock,
    at: FaultAt,
    mode: str,
) -> None:
    progression("batch", **PROGRESSIONS[mode])
    progression("run", **PROGRESSIONS[mode])
    faults.run_fails(at=at, runSettingId="s2", failureReason="IMPORT_FAILED")
    batch_id = start_batch(["s1", "s2", "s3"])
    for _ in range(12):
        clock.now += timedelta(seconds=60)
        batch = omics.get_batch(batchId=batch_id)
    assert batch["status"] == "PROCESSED"
    assert run_counts(batch) == {"completed": 2, "failed": 1}
    assert list(batch["submissionSummary"].values()) == [3, 0, 0]
    assert "failureReason" not in batch
    ids = run_ids(omics, batch_id)
    assert status_history(ids["s2"]) == failing_statuses(at)
    assert omics.get_run(id=ids["s2"])["failureReason"] == "IMPORT_FAILED"
    (failed,) = omics.list_runs(status="FAILED")["items"]
    assert failed["id"] == ids["s2"]
    assert status_history(ids["s1"]) == [*ACTIVE_STATUSES, "COMPLETED"]


@pytest.mark.documented("W3")
def test_tasks_of_a_failing_run_are_failed(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    faults.run_fails(failureReason="RUN_TASK_FAILED")
    run_id = start_run()["id"]
    until_run(run_id, "FAILED")
    tasks = omics.list_run_tasks(id=run_id)["items"]
    assert [task["status"] for task in tasks] == ["FAILED"]
    assert omics.get_run_task(id=run_id, taskId=tasks[0]["taskId"])["status"] == "FAILED"


@pytest.mark.our_choice("W2.8")
def test_existing_batch_run_fails_by_its_run_id(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1", "s2"])
    until(batch_id, "INPROGRESS")
    ids = run_ids(omics, batch_id)
    omics.get_run(id=ids["s1"])
    faults.run_fails(runId=ids["s2"])
    assert run_counts(until(batch_id, "PROCESSED")) == {"completed": 1, "failed": 1}
    assert omics.get_run(id=ids["s1"])["status"] == "COMPLETED"


@pytest.mark.our_choice("W2.8")
def test_only_failing_runs_are_counted(
    omics: Client, start_batch: StartBatch, start_run: StartRun, until: Until
) -> None:
    """A run that has passed the status, was cancelled or was deleted is not counted."""
    stopping = start_run()["id"]
    faults.advance(stopping, to="STOPPING")
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "INPROGRESS")
    faults.run_fails(at="RUNNING", times=1)
    ids = run_ids(omics, batch_id)
    omics.cancel_run(id=ids["s1"])
    faults.advance(stopping, to="COMPLETED")
    omics.delete_run(id=stopping)
    assert run_counts(until(batch_id, "PROCESSED")) == {"cancelled": 1, "failed": 1, "completed": 1}
    assert omics.get_run(id=ids["s2"])["status"] == "FAILED"
    assert omics.get_run(id=ids["s3"])["status"] == "COMPLETED"


@pytest.mark.our_choice("W2.8")
def test_failed_or_deleted_run_does_not_fail_again(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    faults.run_fails(failureReason="IMPORT_FAILED", times=1)
    run_id = start_run()["id"]
    until_run(run_id, "FAILED")
    faults.run_fails(failureReason="EXPORT_FAILED")
    assert until_run(run_id, "FAILED")["failureReason"] == "IMPORT_FAILED"
    omics.delete_run(id=run_id)
    faults.run_fails(runId=run_id)
    with raises_not_found(f"Run {run_id} not found"):
        omics.get_run(id=run_id)


@pytest.mark.our_choice("W2.8")
def test_cancelling_a_failing_run_keeps_its_failure(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    faults.run_fails()
    run_id = start_run()["id"]
    until_run(run_id, "STOPPING")
    omics.cancel_run(id=run_id)
    assert until_run(run_id, "FAILED")["failureReason"] == "WORKFLOW_RUN_FAILED"


@pytest.mark.our_choice("W2.8")
def test_runs_submitted_later_fail_too(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.slow_submission(perTick=2)
    batch_id = start_batch([f"s{n}" for n in range(6)], batchName="slow")
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    faults.run_fails(batchName="slow", times=4)
    faults.run_fails(batchName="fast")
    assert run_counts(until(batch_id, "PROCESSED")) == {"failed": 4, "completed": 2}


@pytest.mark.our_choice("W2.8")
def test_clear_removes_pending_failures(start_run: StartRun, until_run: UntilRun) -> None:
    faults.run_fails()
    failing, unaffected = start_run()["id"], start_run()["id"]
    until_run(failing, "STOPPING")
    faults.clear()
    assert until_run(failing, "FAILED")["failureReason"] == "WORKFLOW_RUN_FAILED"
    assert "failureReason" not in until_run(unaffected, "COMPLETED")
