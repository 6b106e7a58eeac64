"""A status of batches that this package does not have, added by rows of the table alone.

PAUSED lies between SUBMITTING and INPROGRESS: ``submit`` leads to it, and ``resume`` leaves it,
either as an automatic transition or by a request. Its rows have no ``runs_progress``: the runs of
a paused batch rest, and continue from the time of the resume.
"""

from __future__ import annotations

import pytest

from moto_omics_batch.domain.batch import Batch
from moto_omics_batch.domain.life import Progression
from moto_omics_batch.domain.lifecycle import Lifecycle, Row
from moto_omics_batch.domain.runs import RunBlock
from moto_omics_batch.domain.tables import BATCH
from tests.domain.engine import Engine
from tests.domain.helpers import IMMEDIATE, MANUAL, seconds_of, statuses, timed


def _with_paused(*, automatic: bool) -> Lifecycle:
    """Return the table of batches with PAUSED."""
    rows = [row._replace(next="PAUSED") if row.event == "submit" else row for row in BATCH.rows]
    rows.append(Row("PAUSED", "resume", "INPROGRESS", "B40", automatic=automatic))
    rows.append(Row("PAUSED", "cancel", "STOPPING", "B41"))
    return Lifecycle(BATCH.resource, BATCH.initial, rows)


AUTOMATIC = _with_paused(automatic=True)
BY_REQUEST = _with_paused(automatic=False)
PATH = ["CREATING", "PENDING", "SUBMITTING", "PAUSED", "INPROGRESS", "PROCESSED"]
RUN_PATH = ["PENDING", "STARTING", "RUNNING", "STOPPING>COMPLETED", "COMPLETED"]


def _runs(batch: Batch) -> RunBlock:
    assert batch.block is not None
    return batch.block


def _statuses(batch: Batch) -> list[str]:
    return statuses(_runs(batch))


def _resume(engine: Engine, batch: Batch, seconds: float) -> None:
    """Resume a batch by a request. The operation would be one line, as `Batch.delete` is."""
    engine.request(batch, lambda now: batch.change("resume", now), seconds)


def test_the_table_reports_the_new_status() -> None:
    assert "PAUSED" not in BATCH.statuses
    for lifecycle in (AUTOMATIC, BY_REQUEST):
        assert "PAUSED" in lifecycle.statuses
        assert not lifecycle.runs_progress("PAUSED")
        assert not lifecycle.waits_for_runs("PAUSED")
    assert AUTOMATIC.automatic_event("PAUSED") == "resume"
    assert BY_REQUEST.automatic_event("PAUSED") is None


# -- runs rest under every progression --


@pytest.mark.parametrize("progression", [MANUAL, timed(10), IMMEDIATE], ids=lambda p: p.kind)
def test_runs_rest_until_the_request_to_resume(progression: Progression) -> None:
    engine = Engine(batch=progression, run=progression)
    batch = engine.start_batch("a", "b", lifecycle=BY_REQUEST)
    engine.advance(30)
    engine.until(batch, "PAUSED", 30)
    for second in range(40, 100, 10):
        assert engine.get_batch(batch, second) == "PAUSED"
        assert engine.get_run(_runs(batch), 0, second) == "PENDING"
    assert (batch.stable, _statuses(batch)) == (True, ["PENDING"] * 2)
    _resume(engine, batch, 100)
    assert seconds_of(batch.history)[-1] == (100, "INPROGRESS")
    engine.advance(1000)
    for _ in range(10):
        engine.get_batch(batch, 1000)
    assert (batch.status, _statuses(batch)) == ("PROCESSED", ["COMPLETED"] * 2)
    assert [state for _, state in batch.history] == PATH
    assert [status for _, status, _ in engine.services.changes] == PATH[1:]


@pytest.mark.parametrize("progression", [MANUAL, timed(10), IMMEDIATE], ids=lambda p: p.kind)
def test_a_batch_resumes_by_an_automatic_transition(progression: Progression) -> None:
    engine = Engine(batch=progression, run=progression)
    batch = engine.start_batch("a", "b", lifecycle=AUTOMATIC)
    for second in range(0, 200, 10):
        engine.get_batch(batch, second)
    assert [state for _, state in batch.history] == PATH
    assert [state for _, state in _runs(batch).cohort_of(1).history] == RUN_PATH


# -- times --


def test_runs_continue_from_the_time_of_an_automatic_resume() -> None:
    engine = Engine(batch=timed(100), run=timed(10))
    batch = engine.start_batch("a", lifecycle=AUTOMATIC)
    engine.advance(399)
    assert (batch.status, _statuses(batch)) == ("PAUSED", ["PENDING"])
    engine.advance(1000)
    assert seconds_of(batch.history) == list(zip([0, 100, 200, 300, 400, 500], PATH, strict=True))
    assert seconds_of(_runs(batch).cohort_of(0).history) == list(
        zip([300, 410, 420, 430, 440], RUN_PATH, strict=True)
    )


def test_runs_continue_from_the_time_of_a_requested_resume() -> None:
    engine = Engine(batch=IMMEDIATE)
    batch = engine.start_batch("a", lifecycle=BY_REQUEST)
    engine.advance(50)
    assert seconds_of(batch.history) == [(0, state) for state in PATH[:4]]
    _resume(engine, batch, 70)
    engine.advance(90)
    assert seconds_of(batch.history)[4:] == [(70, "INPROGRESS"), (70, "PROCESSED")]
    assert [time for time, _ in seconds_of(_runs(batch).cohort_of(0).history)] == [0] + [70] * 4


def test_an_immediate_batch_passes_through_the_status_at_one_time() -> None:
    engine = Engine(batch=IMMEDIATE)
    batch = engine.start_batch("a", "b", lifecycle=AUTOMATIC)
    engine.advance(60)
    assert seconds_of(batch.history) == [(0, state) for state in PATH]
    assert seconds_of(_runs(batch).cohort_of(0).history) == [(0, state) for state in RUN_PATH]


def test_runs_that_progressed_during_the_submission_rest_where_they_are() -> None:
    engine = Engine(batch=timed(25), run=timed(10))
    engine.services.per_step = 1
    batch = engine.start_batch("a", "b", lifecycle=AUTOMATIC)
    engine.advance(124)
    assert (batch.status, _statuses(batch)) == ("PAUSED", ["RUNNING", "PENDING"])
    engine.advance(1000)
    assert seconds_of(batch.history)[3:] == [
        (100, "PAUSED"),
        (125, "INPROGRESS"),
        (165, "PROCESSED"),
    ]
    first, second = (seconds_of(_runs(batch).cohort_of(i).history) for i in range(2))
    assert first == list(zip([75, 85, 95, 135, 145], RUN_PATH, strict=True))
    assert second == list(zip([100, 135, 145, 155, 165], RUN_PATH, strict=True))


def test_describes_of_a_manual_batch_count_for_its_runs_after_the_resume() -> None:
    engine = Engine()
    batch = engine.start_batch("a", lifecycle=AUTOMATIC)
    seen: list[tuple[str, str]] = []
    for _ in range(8):
        status = engine.get_batch(batch)
        seen.append((status, _statuses(batch)[0] if any(batch.run_counts().values()) else ""))
    assert seen == [
        ("PENDING", ""),
        ("SUBMITTING", ""),
        ("PAUSED", "PENDING"),
        ("INPROGRESS", "PENDING"),
        ("INPROGRESS", "STARTING"),
        ("INPROGRESS", "RUNNING"),
        ("INPROGRESS", "STOPPING"),
        ("PROCESSED", "COMPLETED"),
    ]


# -- slots, held runs, requests --


def test_runs_of_a_paused_batch_do_not_wait_for_a_slot() -> None:
    engine = Engine(active_runs=1, batch=timed(20), run=timed(10))
    batch = engine.start_batch("a", lifecycle=BY_REQUEST)
    other = engine.start_run(seconds=60)
    engine.advance(1000)
    assert (batch.status, _statuses(batch), other.status) == ("PAUSED", ["PENDING"], "COMPLETED")
    _resume(engine, batch, 1000)
    engine.advance(1010)
    assert _statuses(batch) == ["STARTING"]


def test_an_active_run_of_a_paused_batch_keeps_its_slot() -> None:
    engine = Engine(active_runs=1, batch=timed(25), run=timed(10))
    engine.services.per_step = 1
    batch = engine.start_batch("a", "b", lifecycle=BY_REQUEST)
    other = engine.start_run(seconds=100)
    engine.advance(1000)
    assert (_statuses(batch), other.status) == (["RUNNING", "PENDING"], "PENDING")
    _resume(engine, batch, 1000)
    engine.advance(1020)
    assert (_statuses(batch), other.status) == (["COMPLETED", "PENDING"], "STARTING")


def test_a_run_that_is_released_in_a_paused_batch_continues_after_the_resume() -> None:
    engine = Engine(batch=timed(25), run=timed(10))
    engine.services.per_step = 1
    engine.faults.store.add("run_hangs", (), {"at": "STARTING", "runSettingId": "a"})
    batch = engine.start_batch("a", "b", lifecycle=BY_REQUEST)
    engine.advance(200)
    engine.transitions.release(_runs(batch).cohort_of(0), _runs(batch).cohort_of(0).since)
    engine.advance(300)
    assert (batch.status, _statuses(batch)) == ("PAUSED", ["STARTING", "PENDING"])
    _resume(engine, batch, 300)
    engine.advance(310)
    assert _statuses(batch) == ["RUNNING", "STARTING"]


def test_a_paused_batch_can_be_cancelled() -> None:
    engine = Engine(batch=timed(10), run=timed(10))
    batch = engine.start_batch("a", "b", lifecycle=BY_REQUEST)
    engine.request(batch, batch.cancel, 100)
    assert (batch.status, _statuses(batch)) == ("STOPPING", ["STOPPING"] * 2)
    engine.advance(110)
    assert (batch.status, _statuses(batch)) == ("CANCELLED", ["CANCELLED"] * 2)


def test_a_single_run_of_a_paused_batch_can_be_cancelled() -> None:
    engine = Engine(batch=timed(10), run=timed(10))
    batch = engine.start_batch("a", "b", lifecycle=BY_REQUEST)
    engine.advance(100)
    engine.move(_runs(batch), 0, "cancel", 100)
    _resume(engine, batch, 200)
    engine.advance(1000)
    assert (batch.status, _statuses(batch)) == ("PROCESSED", ["CANCELLED", "COMPLETED"])


def test_a_batch_without_the_new_rows_is_not_changed() -> None:
    engine = Engine(batch=timed(10), run=timed(10))
    plain, paused = engine.start_batch("a"), engine.start_batch("a", lifecycle=BY_REQUEST)
    engine.advance(1000)
    assert (plain.status, paused.status) == ("PROCESSED", "PAUSED")
    assert "PAUSED" not in [state for _, state in plain.history]
