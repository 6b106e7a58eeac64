"""Order of starts, and runs and blocks that are released, in cases that are easily missed."""

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
    # Run 0 of the first cohort is held, and takes no slot; the next one is run 1 of the other.
    engine = Engine(run=timed(10))
    engine.faults.store.add("run_hangs", (), {"at": "PENDING", "runSettingId": "s0"})
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
    engine = Engine(run=timed(10))
    engine.faults.store.add("run_fails", (), {"at": "PENDING", "times": 2})
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
    # The batch was due at 100 and is manual since 50; nothing is due until the request at 150.
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
    # `delete_fails` detaches run 1 after its cohort has ended.
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
