"""Behaviour that differs from the contract of the scheduler."""

from __future__ import annotations

import gc
import weakref

from tests.domain.engine import Engine
from tests.domain.helpers import IMMEDIATE, MANUAL, FakeBatch, at, finish, seconds_of, timed


def _run_that_waits_in_a_cohort_of_its_own(engine: Engine) -> list[list[int]]:
    """Let runs 0, 2, 3 (one cohort) and 1 (another) wait since one time."""
    engine.limits.active = 0
    runs = engine.start_runs(4)
    engine.advance(10)
    engine.transitions.detach(runs.cohort_of(1), [1])
    return sorted(list(cohort.members()) for cohort in runs.cohorts())


def test_a_held_run_does_not_let_a_later_run_start_before_an_earlier_one() -> None:
    # Slots are served in order of creation. `_start_each` gets the number of runs that come before
    # run 1 of the other cohort, does not count the held run, and so starts run 2 in its place.
    engine = Engine(run=timed(10))
    engine.faults.add("run_hangs", (), {"at": "PENDING", "runSettingId": "s0"})
    assert _run_that_waits_in_a_cohort_of_its_own(engine) == [[0, 2, 3], [1]]
    engine.limits.active = 1
    engine.advance(20)
    (runs,) = engine.registry
    assert [runs.cohort_of(index).status for index in range(4)] == [
        "PENDING",
        "STARTING",
        "PENDING",
        "PENDING",
    ]


def test_faults_of_pending_runs_are_asked_in_order_of_creation_without_limits() -> None:
    # Without limits `Slots.next` returns a whole cohort, so that run 2 is asked before run 1.
    engine = Engine(run=timed(10))
    engine.faults.add("run_fails", (), {"at": "PENDING", "times": 2})
    assert _run_that_waits_in_a_cohort_of_its_own(engine) == [[0, 2, 3], [1]]
    engine.limits.active = None
    engine.advance(20)
    (runs,) = engine.registry
    assert [runs.cohort_of(index).status for index in range(4)] == [
        "STOPPING",
        "STOPPING",
        "STARTING",
        "STARTING",
    ]


def test_a_slot_is_not_given_at_the_time_of_an_entry_that_no_longer_counts() -> None:
    # The batch was due at 100 and is manual since 50. The limit was raised at 110. Nothing is due
    # until the request at 150, but `advance_due` calls `start_waiting` for the old entry at 100.
    engine = Engine(active_runs=0, batch=timed(100), run=timed(10))
    engine.start_batch("a")
    run = engine.start_run()
    engine.advance(10)
    engine.progressions.set_to["batch"] = MANUAL
    engine.advance(50)
    engine.limits.active = 1
    engine.advance(150)
    assert seconds_of(run.history)[1] == (150, "STARTING")


def test_a_removable_run_that_a_delete_left_can_be_removed() -> None:
    # `delete_fails` detaches run 1 after its cohort has ended: only the cohort of the others is
    # in the heap of removable runs, and it is dropped when they are deleted.
    engine = Engine()
    runs = engine.start_runs(3, retention="REMOVE")
    finish(runs)
    refused = engine.transitions.detach(runs.cohort_of(1), [1])
    for cohort in runs.cohorts():
        if cohort is not refused:
            engine.transitions.apply(cohort, "delete", at(1))
    oldest = engine.registry.oldest_removable()
    assert oldest is not None
    assert oldest.id == runs.id_of(1)


def test_a_discarded_block_of_several_submissions_is_released() -> None:
    # `_discarded` counts blocks and is compared with the number of segments.
    engine = Engine(run=IMMEDIATE)
    runs = engine.add_block(4, batch=FakeBatch())
    for index in range(4):
        engine.submit(runs, range(index, index + 1))
    engine.advance(0)
    for cohort in runs.cohorts():
        engine.transitions.apply(cohort, "delete", at(0))
    engine.registry.discard(runs)
    reference = weakref.ref(runs)
    del runs, cohort
    gc.collect()
    assert reference() is None


def test_a_run_that_was_reported_under_time_is_left_by_the_first_describe() -> None:
    # Contract: the response of GetRun reports the run. `report` records it only for a cohort of
    # one run, so that after a change to manual the first describe does not count.
    engine = Engine(run=timed(10))
    runs = engine.start_runs(2)
    engine.advance(10)
    assert engine.get_run(runs, 0, 10) == "STARTING"
    engine.progressions.set_to["run"] = MANUAL
    assert engine.get_run(runs, 0, 15) == "RUNNING"


def test_waiting_runs_do_not_start_before_they_began_to_wait() -> None:
    # The clock goes back to 5 after the runs began to wait at 10; then the limit is raised.
    engine = Engine(active_runs=0, run=timed(10))
    run = engine.start_run()
    engine.advance(10)
    engine.limits.active = 1
    engine.advance(5)
    assert run.status == "PENDING"
