"""Runs that ask for a slot again at the same time, and waiting runs that are merged."""

from __future__ import annotations

from moto_omics_batch.domain.run_selection import RunRef
from tests.domain.engine import Engine
from tests.domain.helpers import MANUAL, at, seconds_of, timed


def test_runs_that_ask_twice_at_one_time_start_once() -> None:
    engine = Engine(active_runs=0, run=MANUAL)
    runs = engine.start_runs(3)
    for _ in range(2):
        engine.transitions.step_now(runs.cohorts(), at(5))
    engine.limits.active = 2
    engine.transitions.step_now(runs.cohorts(), at(5))
    assert [RunRef(runs, index).status for index in range(3)] == ["STARTING", "STARTING", "PENDING"]


def test_waiting_runs_that_are_merged_start_once() -> None:
    engine = Engine(active_runs=0, run=timed(10))
    runs = engine.start_runs(4)
    engine.advance(10)
    for index in (1, 3):
        engine.transitions.detach(runs.cohort_of(index), [index])
    engine.transitions.step_now(runs.cohorts(), at(20))
    engine.limits.active = 3
    engine.advance(30)
    assert [RunRef(runs, index).status for index in range(4)] == [*["STARTING"] * 3, "PENDING"]
    # They waited since 10, but the limit was raised at 30.
    assert seconds_of(RunRef(runs, 0).history) == [(0, "PENDING"), (30, "STARTING")]
