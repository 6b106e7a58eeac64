"""Held runs, and runs of a batch whose cancellation or deletion fails."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import Client, StartBatch, Until
from moto_omics_batch import faults
from moto_omics_batch.types import FaultAt
from tests.omics.helpers import (
    ACTIVE_STATUSES,
    PROGRESSIONS,
    Clock,
    SetProgression,
    StartRun,
    UntilRun,
    raises_conflict,
    raises_not_found,
    run_counts,
    run_ids,
    status_history,
)

# -- run_hangs --


@pytest.mark.our_choice("W2.8")
@pytest.mark.parametrize("existing", [False, True], ids=["future run", "existing run"])
@pytest.mark.parametrize("at", ACTIVE_STATUSES)
def test_held_run_continues_after_release(
    omics: Client, start_run: StartRun, until_run: UntilRun, at: FaultAt, existing: bool
) -> None:
    if not existing:
        faults.run_hangs(at=at)
    run_id = start_run()["id"]
    if existing:
        faults.run_hangs(at=at, runId=run_id)
    seen = [omics.get_run(id=run_id)["status"] for _ in range(8)]
    assert seen[-4:] == [at] * 4
    faults.release()
    until_run(run_id, "COMPLETED")
    assert status_history(run_id) == [*ACTIVE_STATUSES, "COMPLETED"]


@pytest.mark.our_choice("W2.8")
def test_batch_waits_for_a_held_run(omics: Client, start_batch: StartBatch, until: Until) -> None:
    faults.run_hangs(runSettingId="s2")
    batch_id = start_batch(["s1", "s2", "s3"])
    for _ in range(12):
        batch = omics.get_batch(batchId=batch_id)
    assert batch["status"] == "INPROGRESS"
    assert run_counts(batch) == {"running": 1, "completed": 2}
    faults.release(runSettingId="s1")
    assert omics.get_batch(batchId=batch_id)["status"] == "INPROGRESS"
    faults.release(runSettingId="s2")
    assert run_counts(until(batch_id, "PROCESSED")) == {"completed": 3}


@pytest.mark.our_choice("W2.8")
def test_held_run_is_not_affected_by_time(
    omics: Client, start_run: StartRun, progression: SetProgression, clock: Clock
) -> None:
    progression("run", **PROGRESSIONS["time"])
    faults.run_hangs()
    run_id = start_run()["id"]
    clock.now += timedelta(hours=1)
    assert omics.get_run(id=run_id)["status"] == "RUNNING"
    faults.release(runId=run_id)
    assert omics.get_run(id=run_id)["status"] == "RUNNING"
    released = clock.now
    clock.now += timedelta(seconds=120)
    assert omics.get_run(id=run_id)["status"] == "COMPLETED"
    times = dict(faults.history(run_id))
    assert times["STOPPING"].replace(tzinfo=None) == released + timedelta(seconds=60)


@pytest.mark.our_choice("W2.8")
def test_release_can_be_limited_to_some_runs(omics: Client, start_batch: StartBatch) -> None:
    faults.run_hangs()
    batch_id = start_batch(["s1", "s2"], batchName="a")
    other = start_batch(["s1"], batchName="b")
    for each in (batch_id, other):
        for _ in range(8):
            omics.get_batch(batchId=each)
    faults.release(batchName="a", runSettingId="s1")
    for each in (batch_id, other):
        for _ in range(4):
            omics.get_batch(batchId=each)
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"running": 1, "completed": 1}
    assert run_counts(omics.get_batch(batchId=other)) == {"running": 1}


@pytest.mark.our_choice("W2.8")
def test_held_run_can_fail_after_release(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    faults.run_fails(failureReason="RUN_TIMED_OUT")
    faults.run_hangs()
    run_id = start_run()["id"]
    assert [omics.get_run(id=run_id)["status"] for _ in range(5)][-3:] == ["RUNNING"] * 3
    faults.release()
    assert until_run(run_id, "FAILED")["failureReason"] == "RUN_TIMED_OUT"


@pytest.mark.our_choice("W2.8")
@pytest.mark.parametrize("at", ACTIVE_STATUSES)
def test_held_run_can_be_cancelled(
    omics: Client, start_run: StartRun, until_run: UntilRun, at: FaultAt
) -> None:
    faults.run_hangs(at=at)
    run_id = start_run()["id"]
    until_run(run_id, at)
    omics.get_run(id=run_id)
    omics.cancel_run(id=run_id)
    assert "failureReason" not in until_run(run_id, "CANCELLED")


@pytest.mark.documented("B80")
def test_batch_with_held_runs_can_be_cancelled(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.run_hangs()
    batch_id = start_batch(["s1", "s2"])
    for _ in range(8):
        omics.get_batch(batchId=batch_id)
    omics.cancel_run_batch(batchId=batch_id)
    assert run_counts(until(batch_id, "CANCELLED")) == {"cancelled": 2}
    omics.delete_run_batch(batchId=batch_id)
    assert run_counts(until(batch_id, "RUNS_DELETED")) == {"deleted": 2}


# -- cancel_fails and delete_fails --


@pytest.mark.documented("B77", "B80")
def test_cancel_fails_during_submission_and_the_runs_continue(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.slow_submission(perTick=2)
    faults.cancel_fails(batchName="b")
    batch_id = start_batch([f"s{n}" for n in range(5)], batchName="b")
    for _ in range(3):
        batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("SUBMITTING", {"pending": 2})
    omics.cancel_run_batch(batchId=batch_id)
    batch = until(batch_id, "CANCELLED")
    assert run_counts(batch) == {"completed": 2}
    assert list(batch["submissionSummary"].values()) == [2, 0, 0, 3, 2]
    failed = omics.list_runs_in_batch(batchId=batch_id, submissionStatus="CANCEL_FAILED")["runs"]
    assert [entry["runSettingId"] for entry in failed] == ["s0", "s1"]


@pytest.mark.our_choice("B80", "B81")
def test_only_possible_cancels_are_counted_as_failed(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "INPROGRESS")
    ids = run_ids(omics, batch_id)
    faults.advance(ids["s1"], to="COMPLETED")
    faults.cancel_fails(times=1)
    omics.cancel_run_batch(batchId=batch_id)
    batch = until(batch_id, "CANCELLED")
    listed = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [entry["submissionStatus"] for entry in listed] == [
        "SUCCESS",
        "CANCEL_FAILED",
        "CANCEL_SUCCESS",
    ]
    assert batch["submissionSummary"]["failedCancelSubmissionCount"] == 1
    assert batch["submissionSummary"]["successfulCancelSubmissionCount"] == 1


@pytest.mark.our_choice("B80")
def test_cancel_run_is_not_affected_by_cancel_fails(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    faults.cancel_fails()
    faults.delete_fails()
    run_id = start_run()["id"]
    omics.cancel_run(id=run_id)
    until_run(run_id, "CANCELLED")
    omics.delete_run(id=run_id)
    with raises_not_found(f"Run {run_id} not found"):
        omics.get_run(id=run_id)


@pytest.mark.our_choice("B80")
def test_held_run_with_failed_cancel_keeps_the_batch_stopping(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.run_hangs(runSettingId="s1")
    faults.cancel_fails(runSettingId="s1")
    batch_id = start_batch(["s1", "s2"])
    for _ in range(8):
        omics.get_batch(batchId=batch_id)
    omics.cancel_run_batch(batchId=batch_id)
    seen = {omics.get_batch(batchId=batch_id)["status"] for _ in range(8)}
    assert seen == {"STOPPING"}
    faults.release()
    assert run_counts(until(batch_id, "CANCELLED")) == {"completed": 2}


@pytest.mark.documented("B41", "B77", "B82")
def test_run_with_failed_delete_can_be_deleted_individually(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    end = "RUNS_DELETE_FAILED"
    if end not in omics.meta.service_model.shape_for("BatchStatus").enum:
        pytest.skip(f"this botocore has no BatchStatus {end}")
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "PROCESSED")
    ids = run_ids(omics, batch_id)
    faults.delete_fails(times=2)
    omics.delete_run_batch(batchId=batch_id)
    batch = until(batch_id, end)
    assert list(batch["submissionSummary"].values()) == [3, 0, 0, 1, 2]
    failed = omics.list_runs_in_batch(batchId=batch_id, submissionStatus="DELETE_FAILED")["runs"]
    assert [entry["runId"] for entry in failed] == [ids["s1"], ids["s2"]]
    with raises_conflict(
        f"Cannot delete the runs of batch {batch_id}: its status is {end}, "
        "and it must be one of PROCESSED, CANCELLED"
    ):
        omics.delete_run_batch(batchId=batch_id)
    omics.delete_batch(batchId=batch_id)
    for setting_id in ("s1", "s2"):
        omics.delete_run(id=ids[setting_id])
        with raises_not_found(f"Run {ids[setting_id]} not found"):
            omics.get_run(id=ids[setting_id])
    assert omics.list_runs()["items"] == []
