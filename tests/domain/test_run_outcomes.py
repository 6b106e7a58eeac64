"""Faults of runs: which runs fail or are held, at which status, and what happens afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from moto_omics_batch.domain.life import Progression
from moto_omics_batch.domain.outcomes import InjectedOutcome
from moto_omics_batch.domain.run_selection import RunRef
from moto_omics_batch.domain.runs import RunBlock
from moto_omics_batch.domain.tables import RUN
from tests.domain.engine import Engine
from tests.domain.helpers import IMMEDIATE, FakeBatch, at, seconds_of, statuses, timed

STATUSES = ["PENDING", "STARTING", "RUNNING", "STOPPING"]
FAILURE = {"failureReason": "SERVICE_ERROR", "statusMessage": "No capacity."}


def _inject(engine: Engine, kind: str, **arguments: Any) -> None:
    engine.faults.store.add(kind, (), arguments)


def _counts(block: RunBlock) -> dict[str, int]:
    return {status: count for status, count in block.status_counts().items() if count}


def _held(block: RunBlock) -> list[int]:
    return sorted(i for c in block.cohorts() if c.held for i in c.members())


# -- failures --


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("progression", [IMMEDIATE, timed(10)], ids=lambda p: p.kind)
def test_one_run_fails_at_a_status_and_the_others_continue(
    status: str, progression: Progression
) -> None:
    engine = Engine(run=progression)
    runs = engine.start_runs(4)
    _inject(engine, "run_fails", at=status, runSettingId="s2", **FAILURE)
    engine.advance(1000)
    assert statuses(runs) == ["COMPLETED", "COMPLETED", "FAILED", "COMPLETED"]
    failed = RunRef(runs, 2)
    assert failed.outcome == InjectedOutcome("SERVICE_ERROR", "No capacity.")
    assert RunRef(runs, 1).outcome is None
    states = [state for _, state in failed.history]
    assert states[-2:] == ["STOPPING>FAILED", "FAILED"]
    assert states[-3].partition(">")[0] == status


def test_a_failed_run_ends_one_period_after_it_began_to_stop() -> None:
    engine = Engine(run=timed(10))
    run = engine.start_run()
    _inject(engine, "run_fails", at="STARTING")
    engine.advance(1000)
    assert seconds_of(run.history)[2:] == [(20, "STOPPING>FAILED"), (30, "FAILED")]


def test_all_runs_of_a_cohort_may_fail() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(4)
    _inject(engine, "run_fails", at="STARTING")
    engine.advance(1000)
    assert _counts(runs) == {"FAILED": 4}
    assert len(runs.cohorts()) == 1


def test_runs_with_different_failures_are_kept_apart() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(3)
    for index, reason in enumerate(("SERVICE_ERROR", "OUT_OF_MEMORY_ERROR")):
        _inject(engine, "run_fails", runSettingId=f"s{index}", failureReason=reason)
    engine.advance(1000)
    outcomes = [RunRef(runs, index).outcome for index in range(3)]
    assert [outcome and outcome.reason for outcome in outcomes] == [
        "SERVICE_ERROR",
        "OUT_OF_MEMORY_ERROR",
        None,
    ]


def test_a_run_that_stops_for_a_failure_or_a_cancel_does_not_fail_again() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(2)
    engine.move(runs, 0, "cancel", 1)
    _inject(engine, "run_fails", at="RUNNING", failureReason="RUN_TIMED_OUT")
    _inject(engine, "run_fails", at="STOPPING", failureReason="SERVICE_ERROR")
    engine.advance(1000)
    assert statuses(runs) == ["CANCELLED", "FAILED"]
    assert RunRef(runs, 1).outcome == InjectedOutcome("RUN_TIMED_OUT")


def test_a_fault_has_no_effect_on_runs_beyond_its_status() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(2)
    engine.advance(25)
    _inject(engine, "run_fails", at="STARTING")
    engine.advance(1000)
    assert statuses(runs) == ["COMPLETED"] * 2


# -- times --


@pytest.mark.parametrize("status", STATUSES)
def test_times_counts_runs_in_order_of_creation(status: str) -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(5)
    _inject(engine, "run_fails", at=status, times=2)
    engine.advance(1000)
    assert statuses(runs) == ["FAILED"] * 2 + ["COMPLETED"] * 3


@pytest.mark.parametrize("status", STATUSES)
def test_times_counts_in_order_of_creation_across_blocks(status: str) -> None:
    engine = Engine(run=timed(10))
    first, second = engine.add_block(4, batch=FakeBatch()), engine.start_run()
    engine.submit(first, range(2))
    third = engine.start_run()
    engine.submit(first, range(2, 4))
    _inject(engine, "run_fails", at=status, times=4)
    engine.advance(1000)
    assert (second.status, third.status) == ("FAILED", "FAILED")
    assert statuses(first) == ["FAILED", "FAILED", "COMPLETED", "COMPLETED"]


def test_times_counts_in_order_of_creation_across_cohorts() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(5)
    engine.advance(10)
    engine.transitions.detach(runs.cohort_of(0), [1, 3])
    _inject(engine, "run_fails", at="RUNNING", times=3)
    engine.advance(1000)
    assert statuses(runs) == ["FAILED"] * 3 + ["COMPLETED"] * 2


def test_a_share_selects_runs_by_their_id_and_status() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(40)
    _inject(engine, "run_fails", share=0.5, at="RUNNING")
    engine.advance(1000)
    batch_id = runs.batch_id
    assert engine.chance.keys == [f"0 {batch_id} s{index} RUNNING" for index in range(40)]
    assert 5 < _counts(runs)["FAILED"] < 35


# -- held runs --


@pytest.mark.parametrize("status", STATUSES)
def test_a_held_run_stays_until_it_is_released(status: str) -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(3)
    _inject(engine, "run_hangs", at=status, runSettingId="s1")
    engine.advance(1000)
    assert statuses(runs) == ["COMPLETED", status, "COMPLETED"]
    assert _held(runs) == [1]
    engine.transitions.release(runs.cohort_of(1), at(1000))
    assert _held(runs) == []
    engine.advance(1009)
    assert runs.cohort_of(1).status == status
    engine.advance(2000)
    assert statuses(runs) == ["COMPLETED"] * 3
    assert seconds_of(runs.cohort_of(1).history)[1 + STATUSES.index(status)][0] == 1010


def test_a_released_run_is_not_held_again_in_its_status() -> None:
    engine = Engine(run=timed(10))
    run = engine.start_run()
    for status in ("STARTING", "RUNNING"):
        _inject(engine, "run_hangs", at=status)
    engine.advance(100)
    engine.transitions.release(run.cohort, at(100))
    engine.advance(200)
    assert (run.status, run.cohort.held) == ("RUNNING", True)


def test_a_released_run_may_still_fail() -> None:
    engine = Engine(run=timed(10))
    run = engine.start_run()
    _inject(engine, "run_fails")
    _inject(engine, "run_hangs")
    engine.advance(100)
    assert (run.status, run.cohort.held) == ("RUNNING", True)
    engine.transitions.release(run.cohort, at(100))
    engine.advance(200)
    assert run.status == "FAILED"


def test_faults_are_asked_once_about_a_held_run() -> None:
    engine = Engine(run=timed(10))
    engine.start_run()
    _inject(engine, "run_hangs", share=1 - 1e-9)
    for second in range(100):
        engine.advance(second)
    assert len(engine.chance.keys) == 1


@pytest.mark.parametrize("status", STATUSES)
def test_a_cancel_ends_a_hold(status: str) -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(2)
    _inject(engine, "run_hangs", at=status, runSettingId="s0")
    engine.advance(100)
    engine.move(runs, 0, "cancel", 100)
    assert _held(runs) == []
    engine.advance(110)
    assert statuses(runs) == ["CANCELLED", "COMPLETED"]


def test_a_describe_reports_a_held_run_and_does_not_move_it() -> None:
    engine = Engine()
    runs = engine.start_runs(2)
    _inject(engine, "run_hangs", at="STARTING", runSettingId="s0")
    for second in range(1, 6):
        engine.describe_runs(runs, second)
    assert statuses(runs) == ["STARTING", "COMPLETED"]
    cohort = runs.cohort_of(0)
    assert (cohort.held, cohort.reported) == (True, True)


# -- faults and slots --


@pytest.mark.parametrize("by_describe", [True, False])
def test_a_run_that_is_held_in_pending_takes_no_slot(by_describe: bool) -> None:
    engine = Engine(active_runs=2, run=Progression("manual") if by_describe else timed(10))
    runs = engine.start_runs(6)
    _inject(engine, "run_hangs", at="PENDING", times=2)
    _inject(engine, "run_fails", at="PENDING", runSettingId="s2")
    if by_describe:
        engine.describe_runs(runs, 1)
    else:
        engine.advance(10)
    # A run that fails takes a slot while it stops.
    assert statuses(runs) == ["PENDING", "PENDING", "STOPPING", "STARTING", "PENDING", "PENDING"]
    assert _held(runs) == [0, 1]


def test_runs_behind_a_held_run_start_until_the_slots_are_taken() -> None:
    engine = Engine(active_runs=1, run=timed(10))
    runs = engine.start_runs(4)
    _inject(engine, "run_hangs", at="PENDING", runSettingId="s1")
    engine.advance(1000)
    assert statuses(runs) == ["COMPLETED", "PENDING", "COMPLETED", "COMPLETED"]
    assert [seconds_of(runs.cohort_of(i).history)[1][0] for i in (0, 2, 3)] == [10, 40, 70]


def test_all_waiting_runs_may_be_held() -> None:
    engine = Engine(active_runs=1, run=timed(10))
    runs = engine.start_runs(3)
    _inject(engine, "run_hangs", at="PENDING")
    engine.advance(100)
    assert (_held(runs), engine.slots.waiting()) == ([0, 1, 2], False)
    engine.transitions.release(runs.cohort_of(0), at(100))
    engine.advance(110)
    assert statuses(runs) == ["STARTING", "PENDING", "PENDING"]


def test_faults_are_asked_when_a_slot_is_free() -> None:
    engine = Engine(active_runs=1, run=timed(10))
    first, second = engine.start_run(), engine.start_run()
    engine.advance(15)
    _inject(engine, "run_fails", at="PENDING")
    engine.advance(39)
    assert second.status == "PENDING"
    engine.advance(1000)
    assert first.status == "COMPLETED"
    assert seconds_of(second.history)[1:] == [(40, "STOPPING>FAILED"), (50, "FAILED")]


def test_a_held_run_keeps_its_slot_when_it_is_active() -> None:
    engine = Engine(active_runs=1, run=timed(10))
    first, second = engine.start_run(), engine.start_run()
    _inject(engine, "run_hangs", at="RUNNING", runId=first.id)
    engine.advance(1000)
    assert (first.status, second.status) == ("RUNNING", "PENDING")
    engine.transitions.release(first.cohort, at(1000))
    engine.advance(1020)
    assert (first.status, second.status) == ("COMPLETED", "STARTING")


def test_no_fault_is_asked_about_a_status_without_faults() -> None:
    engine = Engine(run=timed(10))
    engine.start_runs(3)
    _inject(engine, "run_fails", share=1e-9, at="STOPPING")
    engine.advance(39)
    assert engine.chance.keys == []
    engine.advance(40)
    assert len(engine.chance.keys) == 3
    assert RUN.statuses_allowing("fail") == tuple(STATUSES)
