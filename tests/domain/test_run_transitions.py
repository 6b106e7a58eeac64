"""Automatic transitions of runs: slots, describes, suspension and pinned states."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain.life import Progression
from moto_omics_batch.domain.lifecycle import InvalidTransition
from moto_omics_batch.domain.run_selection import RunRef
from moto_omics_batch.domain.tables import RUN
from tests.domain.engine import Engine
from tests.domain.helpers import (
    IMMEDIATE,
    START,
    at,
    finish,
    seconds_of,
    statuses,
    timed,
)

GROUP = "1111111"
PATH = ["STARTING", "RUNNING", "STOPPING", "COMPLETED"]


# -- by time --


def test_runs_make_one_transition_in_each_period() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(3)
    engine.advance(25)
    assert statuses(runs) == ["RUNNING"] * 3
    engine.advance(1000)
    assert seconds_of(runs.cohort_of(2).history) == [
        (0, "PENDING"),
        (10, "STARTING"),
        (20, "RUNNING"),
        (30, "STOPPING>COMPLETED"),
        (40, "COMPLETED"),
    ]
    assert len(runs.cohorts()) == 1


def test_runs_move_from_the_time_of_their_submission() -> None:
    engine = Engine(run=timed(10))
    runs = engine.add_block(2)
    engine.submit(runs, range(1))
    engine.advance(10)
    engine.submit(runs, range(1, 2), seconds=10)
    engine.advance(20)
    assert statuses(runs) == ["RUNNING", "STARTING"]


def test_immediate_runs_end_at_their_creation() -> None:
    engine = Engine(run=IMMEDIATE)
    runs = engine.start_runs(2, seconds=3)
    engine.advance(50)
    assert [time for time, _ in seconds_of(runs.cohort_of(0).history)] == [3] * 5


def test_a_cancelled_run_ends_alone() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(3)
    engine.move(runs, 1, "cancel", 5)
    engine.advance(100)
    assert statuses(runs) == ["COMPLETED", "CANCELLED", "COMPLETED"]
    assert seconds_of(runs.cohort_of(1).history)[-1] == (15, "CANCELLED")
    with pytest.raises(InvalidTransition, match="run cannot cancel in CANCELLED"):
        engine.transitions.apply(runs.cohort_of(1), "cancel", at(100))


# -- slots --


def test_runs_wait_for_a_slot() -> None:
    engine = Engine(active_runs=2, run=timed(10))
    runs = engine.start_runs(5)
    engine.advance(1000)
    started = [runs.cohort_of(index).history[1] for index in range(5)]
    assert started == [(at(n), "STARTING") for n in (10, 10, 40, 40, 70)]
    assert statuses(runs) == ["COMPLETED"] * 5


def test_a_run_that_stops_for_a_cancel_keeps_its_slot() -> None:
    engine = Engine(active_runs=1, run=timed(10))
    runs = engine.start_runs(2)
    engine.advance(15)
    engine.move(runs, 0, "cancel", 15)
    engine.advance(24)
    assert statuses(runs) == ["STOPPING", "PENDING"]
    engine.advance(25)
    assert seconds_of(runs.cohort_of(1).history) == [(0, "PENDING"), (25, "STARTING")]


def test_a_run_that_is_cancelled_while_it_waits_leaves_the_queue() -> None:
    engine = Engine(active_runs=1, run=timed(10))
    first, second, third = (engine.start_run() for _ in range(3))
    engine.advance(10)
    engine.move(second.block, 0, "cancel", 12)
    engine.advance(1000)
    # The second takes a slot beside the first while it stops.
    assert seconds_of(second.history)[-1] == (22, "CANCELLED")
    assert seconds_of(first.history)[-1] == (40, "COMPLETED")
    assert seconds_of(third.history)[1] == (40, "STARTING")


def test_a_full_run_group_does_not_block_other_runs() -> None:
    engine = Engine(run=timed(10))
    engine.limits.groups = {GROUP: 1}
    runs = [engine.start_run(runGroupId=GROUP) for _ in range(2)]
    runs.append(engine.start_run())
    engine.advance(10)
    assert [run.status for run in runs] == ["STARTING", "PENDING", "STARTING"]
    engine.advance(40)
    assert [run.status for run in runs] == ["COMPLETED", "STARTING", "COMPLETED"]


def test_a_raised_limit_starts_waiting_runs_with_the_next_request() -> None:
    engine = Engine(active_runs=0, run=timed(10))
    run = engine.start_run()
    engine.advance(100)
    assert run.status == "PENDING"
    engine.limits.active = 1
    engine.advance(105)
    assert seconds_of(run.history)[1] == (105, "STARTING")


def test_immediate_runs_share_one_slot_at_one_time() -> None:
    engine = Engine(active_runs=1, run=IMMEDIATE)
    runs = engine.start_runs(3)
    engine.advance(0)
    assert statuses(runs) == ["COMPLETED"] * 3
    changes = [change[:2] for change in engine.observer.changes if change[1] != "PENDING"]
    assert changes == [([runs.id_of(index)], status) for index in range(3) for status in PATH]


def test_a_detached_run_keeps_its_place_in_the_queue() -> None:
    engine = Engine(active_runs=1, run=timed(10))
    runs = engine.start_runs(4)
    engine.advance(10)
    engine.transitions.detach(runs.cohort_of(2), [2])
    engine.advance(1000)
    assert [seconds_of(runs.cohort_of(i).history)[1][0] for i in range(4)] == [10, 40, 70, 100]


# -- describes --


def test_a_describe_moves_all_runs_one_step() -> None:
    engine = Engine()
    runs, seen = engine.start_runs(3), []
    for second in range(1, 6):
        engine.describe_runs(runs, second)
        seen.append(statuses(runs)[0])
    assert seen == [*PATH, "COMPLETED"]
    assert [time for time, _ in seconds_of(runs.cohort_of(2).history)] == [0, 1, 2, 3, 4]


def test_a_step_takes_as_many_describes_as_times() -> None:
    engine = Engine(run=Progression("manual", times=3))
    runs, seen = engine.start_runs(2), []
    for _ in range(7):
        engine.describe_runs(runs)
        seen.append(statuses(runs)[0])
    assert seen == ["PENDING"] * 2 + ["STARTING"] * 3 + ["RUNNING"] * 2


def test_a_described_run_goes_ahead_alone() -> None:
    engine = Engine()
    runs = engine.start_runs(4)
    assert engine.get_run(runs, 1, 1) == "STARTING"
    assert statuses(runs) == ["PENDING", "STARTING", "PENDING", "PENDING"]
    engine.describe_runs(runs, 2)
    assert statuses(runs) == ["STARTING", "RUNNING", "STARTING", "STARTING"]
    for second in range(3, 6):
        engine.describe_runs(runs, second)
    assert statuses(runs) == ["COMPLETED"] * 4


def test_describes_of_one_run_do_not_count_for_others() -> None:
    engine = Engine(run=Progression("manual", times=2))
    runs = engine.start_runs(2)
    assert engine.get_run(runs, 0) == "PENDING"
    engine.describe_runs(runs)
    assert statuses(runs) == ["STARTING", "PENDING"]


def test_a_state_is_reported_before_a_describe_leaves_it() -> None:
    engine = Engine()
    run = engine.start_run()
    engine.move(run.block, 0, "cancel")
    assert engine.get_run(run.block, 0) == "STOPPING"
    assert engine.get_run(run.block, 0) == "CANCELLED"


def test_a_describe_of_runs_by_time_moves_nothing() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(2)
    for _ in range(5):
        engine.get_run(runs, 0, 9)
    assert statuses(runs) == ["PENDING"] * 2


def test_described_runs_that_get_no_slot_wait_no_more() -> None:
    engine = Engine(active_runs=1)
    runs = engine.start_runs(3)
    engine.describe_runs(runs, 1)
    assert statuses(runs) == ["STARTING", "PENDING", "PENDING"]
    assert runs.cohort_of(1).waiting_since is None
    for second in range(2, 5):
        engine.advance(second)
        assert engine.get_run(runs, 0, second) == PATH[second - 1]
    assert statuses(runs) == ["COMPLETED", "PENDING", "PENDING"]
    engine.get_run(runs, 2, 5)
    assert statuses(runs) == ["COMPLETED", "PENDING", "STARTING"]
    engine.describe_runs(runs, 6)
    assert statuses(runs) == ["COMPLETED", "PENDING", "RUNNING"]


def test_runs_that_end_free_their_slots_for_the_same_describe() -> None:
    engine = Engine(active_runs=1)
    runs = engine.start_runs(2)
    for second in range(1, 4):
        engine.get_run(runs, 0, second)
    assert statuses(runs) == ["STOPPING", "PENDING"]
    engine.describe_runs(runs, 5)
    assert statuses(runs) == ["COMPLETED", "STARTING"]


def test_a_described_run_starts_beside_those_that_wait_by_time() -> None:
    engine = Engine(active_runs=0, run=timed(10))
    waiting = engine.start_run()
    engine.advance(10)
    engine.progressions.set_to["run"] = Progression("manual")
    described = engine.start_run(seconds=10)
    engine.limits.active = 1
    engine.transitions.step_now([described.cohort], at(20))
    assert (waiting.status, described.status) == ("STARTING", "PENDING")


# -- suspension --


def test_suspended_runs_rest_and_continue_from_the_resume() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(2)
    engine.advance(15)
    engine.transitions.suspend(runs, True, at(15))
    engine.advance(1000)
    assert statuses(runs) == ["STARTING"] * 2
    engine.transitions.suspend(runs, False, at(1000))
    engine.advance(1009)
    assert statuses(runs) == ["STARTING"] * 2
    engine.advance(1010)
    assert seconds_of(runs.cohort_of(0).history)[-1] == (1010, "RUNNING")


def test_suspended_runs_are_not_moved_by_describes() -> None:
    engine = Engine()
    runs = engine.start_runs(2)
    engine.transitions.suspend(runs, True, START)
    for _ in range(3):
        assert engine.get_run(runs, 0) == "PENDING"
        engine.describe_runs(runs)
    engine.transitions.suspend(runs, False, START)
    assert engine.get_run(runs, 0) == "STARTING"


def test_suspended_runs_leave_the_queue_and_wait_anew() -> None:
    engine = Engine(active_runs=0, run=timed(10))
    runs, other = engine.start_runs(2), engine.start_run(seconds=5)
    engine.advance(15)
    engine.transitions.suspend(runs, True, at(16))
    engine.transitions.suspend(runs, False, at(20))
    engine.limits.active = 1
    engine.advance(29)
    assert (other.status, statuses(runs)) == ("STARTING", ["PENDING"] * 2)
    engine.advance(1000)
    assert seconds_of(runs.cohort_of(0).history)[1] == (59, "STARTING")


def test_suspended_runs_can_be_cancelled() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(2)
    engine.transitions.suspend(runs, True, START)
    engine.move(runs, 0, "cancel", 1)
    engine.advance(1000)
    assert statuses(runs) == ["STOPPING", "PENDING"]
    engine.transitions.suspend(runs, False, at(1000))
    engine.advance(1010)
    assert statuses(runs) == ["CANCELLED", "STARTING"]


# -- pinned states --


def test_a_pinned_run_stays_until_it_is_reported() -> None:
    engine = Engine(run=IMMEDIATE)
    runs = engine.start_runs(2)
    for cohort in runs.pin():
        engine.scheduler.update(cohort)
    engine.advance(100)
    assert statuses(runs) == ["PENDING"] * 2
    engine.transitions.report(RunRef(runs, 0))
    engine.advance(200)
    assert statuses(runs) == ["COMPLETED", "PENDING"]
    engine.transitions.report_all(runs)
    engine.advance(300)
    assert statuses(runs) == ["COMPLETED"] * 2


def test_a_report_of_one_of_many_runs_does_not_detach_it() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(2)
    engine.transitions.report(RunRef(runs, 0))
    assert len(runs.cohorts()) == 1


def test_a_single_run_is_recorded_as_reported() -> None:
    engine = Engine(run=timed(10))
    run = engine.start_run()
    engine.advance(10)
    assert not run.cohort.reported
    engine.transitions.report(run)
    assert run.cohort.reported


def test_a_step_now_needs_no_progression() -> None:
    engine = Engine(run=timed(1000))
    runs = engine.start_runs(2)
    for second in range(1, 5):
        engine.transitions.step_now(runs.cohorts(RUN.automatic_event), at(second))
    assert seconds_of(runs.cohort_of(0).history)[-1] == (4, "COMPLETED")


# -- references --


def test_a_reference_to_a_run_shows_its_present_values() -> None:
    engine = Engine(run=IMMEDIATE)
    runs = engine.start_runs(2)
    run = RunRef(runs, 1)
    assert (run.id, run.status, run.outcome, run.tags) == ("1000001", "PENDING", None, {})
    assert (run.uuid, run.settings) == (runs.uuids[1], {})
    finish(runs, at(1))
    assert (run.state, run.status, len(run.history)) == ("COMPLETED", "COMPLETED", 5)


def test_resources_are_in_use_while_their_runs_are_active() -> None:
    engine = Engine(run=timed(10))
    engine.start_run(runGroupId=GROUP)
    engine.advance(39)
    assert engine.usage.in_use("runGroupId", GROUP)
    engine.advance(40)
    assert not engine.usage.in_use("runGroupId", GROUP)
