"""Faults and test controls with the progression ``time`` and a clock that only the test moves.

A single run is in PENDING at 0 s, STARTING at 10 s, RUNNING at 20 s, STOPPING at 30 s, COMPLETED at
40 s.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from conftest import Client, StartBatch
from moto_omics_batch import faults
from tests.omics.helpers import Clock, SetProgression, StartRun, run_counts, run_ids

START = datetime(2026, 10, 1, 12)


@pytest.fixture(autouse=True)
def _ten_seconds(progression: SetProgression) -> None:
    for resource in ("batch", "run"):
        progression(resource, progression="time", seconds=10)


@pytest.fixture
def set_time(clock: Clock) -> Callable[[float], None]:
    """``set_time(25)`` sets the clock to 25 seconds after the start, without a request."""
    clock.now = START

    def set_seconds(seconds: float) -> None:
        clock.now = START + timedelta(seconds=seconds)

    return set_seconds


SetTime = Callable[[float], None]


def history(resource_id: str) -> list[tuple[str, float]]:
    """Return the statuses of a batch or a run with their times, in seconds."""
    start = START.replace(tzinfo=timezone.utc)
    return [
        (status, (time - start).total_seconds()) for status, time in faults.history(resource_id)
    ]


COMPLETE = [("PENDING", 0), ("STARTING", 10), ("RUNNING", 20), ("STOPPING", 30), ("COMPLETED", 40)]


# -- history --


@pytest.mark.our_choice("W13", "W2.8")
def test_history_without_any_other_request_has_due_times(
    start_run: StartRun, set_time: SetTime
) -> None:
    run_id = start_run()["id"]
    set_time(15)
    assert history(run_id) == COMPLETE[:2]
    set_time(4000)
    assert history(run_id) == COMPLETE


@pytest.mark.our_choice("W13", "B40")
def test_history_of_a_batch_with_slow_submission_has_due_times(
    omics: Client, start_batch: StartBatch, set_time: SetTime
) -> None:
    """Each of the three entries is submitted in a step of its own."""
    faults.slow_submission(perTick=1)
    batch_id = start_batch(["s1", "s2", "s3"])
    set_time(4000)
    assert history(batch_id) == [
        ("CREATING", 0),
        ("PENDING", 10),
        ("SUBMITTING", 20),
        ("INPROGRESS", 50),
        ("PROCESSED", 90),
    ]
    created = [history(run_id)[0] for run_id in run_ids(omics, batch_id).values()]
    assert created == [("PENDING", 30), ("PENDING", 40), ("PENDING", 50)]


# -- faults --


@pytest.mark.our_choice("W2.11", "W13")
@pytest.mark.parametrize("fault", [faults.run_fails, faults.run_hangs])
def test_fault_does_not_apply_to_a_transition_that_was_due_before(
    start_run: StartRun, set_time: SetTime, fault: Callable[..., None]
) -> None:
    """At 25 s no request has applied the transition of 20 s yet."""
    run_id = start_run()["id"]
    set_time(25)
    fault(at="STARTING")
    assert history(run_id) == COMPLETE[:3]
    set_time(4000)
    assert history(run_id) == COMPLETE


@pytest.mark.our_choice("W2.11", "W13")
def test_fault_applies_to_the_next_transition(start_run: StartRun, set_time: SetTime) -> None:
    run_id = start_run()["id"]
    set_time(25)
    faults.run_fails(at="RUNNING")
    set_time(4000)
    assert history(run_id) == [*COMPLETE[:4], ("FAILED", 40)]


@pytest.mark.our_choice("B54", "W13")
def test_batch_fails_does_not_apply_to_a_batch_that_was_due_before(
    start_batch: StartBatch, set_time: SetTime
) -> None:
    batch_id = start_batch()
    set_time(25)
    faults.batch_fails()
    later_id = start_batch()
    set_time(4000)
    assert [status for status, _ in history(batch_id)][-1] == "PROCESSED"
    assert history(later_id)[-1] == ("FAILED", 45)


@pytest.mark.our_choice("B61", "W13")
def test_submission_fails_does_not_apply_to_a_submission_that_was_due_before(
    omics: Client, start_batch: StartBatch, set_time: SetTime
) -> None:
    faults.slow_submission(perTick=1)
    batch_id = start_batch(["s1", "s2"])
    set_time(35)
    faults.submission_fails()
    set_time(4000)
    entries = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [entry["submissionStatus"] for entry in entries] == ["SUCCESS", "FAILED"]


@pytest.mark.our_choice("W13", "B40")
def test_slow_submission_does_not_apply_to_a_submission_that_was_due_before(
    start_batch: StartBatch, set_time: SetTime
) -> None:
    batch_id = start_batch(["s1", "s2", "s3"])
    set_time(35)
    faults.slow_submission(perTick=1)
    assert history(batch_id)[-1] == ("INPROGRESS", 30)


@pytest.mark.our_choice("W2.11", "W13")
def test_clear_does_not_undo_a_failure_that_was_due_before(
    start_run: StartRun, set_time: SetTime
) -> None:
    run_id = start_run()["id"]
    faults.run_fails(at="STARTING")
    set_time(25)
    faults.clear()
    set_time(4000)
    assert history(run_id) == [*COMPLETE[:2], ("STOPPING", 20), ("FAILED", 30)]


# -- release --


@pytest.mark.our_choice("W2.8", "W13")
@pytest.mark.parametrize("release", [faults.release, faults.clear])
def test_released_run_continues_from_the_time_of_the_release(
    start_run: StartRun, set_time: SetTime, release: Callable[[], None]
) -> None:
    """The run is held from 20 s, when it would have left STARTING."""
    run_id = start_run()["id"]
    faults.run_hangs(at="STARTING")
    set_time(1000)
    release()
    assert history(run_id) == COMPLETE[:2]
    set_time(1009)
    assert history(run_id) == COMPLETE[:2]
    set_time(4000)
    later = [("RUNNING", 1010), ("STOPPING", 1020), ("COMPLETED", 1030)]
    assert history(run_id) == [*COMPLETE[:2], *later]


@pytest.mark.our_choice("W2.8", "B40")
def test_batch_waits_for_a_released_run(
    omics: Client, start_batch: StartBatch, set_time: SetTime
) -> None:
    """The runs are created at 30 s, leave RUNNING at 60 s, and end at 70 s."""
    faults.run_hangs(runSettingId="s1")
    batch_id = start_batch(["s1", "s2"])
    set_time(1000)
    ids = run_ids(omics, batch_id)
    assert history(ids["s2"])[-1] == ("COMPLETED", 70)
    assert history(batch_id)[-1] == ("INPROGRESS", 30)
    faults.release(runSettingId="s1")
    set_time(4000)
    assert history(ids["s1"])[-2:] == [("STOPPING", 1010), ("COMPLETED", 1020)]
    assert history(batch_id)[-1] == ("PROCESSED", 1020)


# -- advance --


@pytest.mark.our_choice("W2.8", "W13")
def test_advance_of_a_run_continues_from_the_transitions_that_were_due(
    omics: Client, start_run: StartRun, set_time: SetTime
) -> None:
    run_id = start_run()["id"]
    set_time(25)
    faults.advance(run_id, to="STOPPING")
    assert history(run_id) == [*COMPLETE[:3], ("STOPPING", 25)]
    assert omics.get_run(id=run_id)["status"] == "STOPPING"
    set_time(4000)
    assert history(run_id) == [*COMPLETE[:3], ("STOPPING", 25), ("COMPLETED", 35)]


@pytest.mark.our_choice("B40", "W13")
def test_advance_of_a_batch_continues_from_the_transitions_that_were_due(
    omics: Client, start_batch: StartBatch, set_time: SetTime
) -> None:
    batch_id = start_batch()
    set_time(45)
    faults.advance(batch_id, to="PROCESSED")
    due = [("CREATING", 0), ("PENDING", 10), ("SUBMITTING", 20), ("INPROGRESS", 30)]
    assert history(batch_id) == [*due, ("PROCESSED", 45)]
    for run_id in run_ids(omics, batch_id).values():
        assert history(run_id) == [
            ("PENDING", 30),
            ("STARTING", 40),
            ("RUNNING", 45),
            ("STOPPING", 45),
            ("COMPLETED", 45),
        ]
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"completed": 2}


@pytest.mark.our_choice("W2.8", "B40", "W13")
def test_advance_to_a_status_that_was_left_when_due_raises_value_error(
    start_batch: StartBatch, start_run: StartRun, set_time: SetTime
) -> None:
    batch_id, run_id = start_batch(), start_run()["id"]
    set_time(25)
    with pytest.raises(ValueError, match=r"it went through PENDING, STARTING, RUNNING$"):
        faults.advance(run_id, to="STARTING")
    with pytest.raises(ValueError, match=r"it went through CREATING, PENDING, SUBMITTING$"):
        faults.advance(batch_id, to="PENDING")
    assert history(run_id) == COMPLETE[:3]
