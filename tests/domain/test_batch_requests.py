"""Cancel, delete of runs, and delete of a batch (B41, B42, B80 to B82)."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain.batch import Batch
from moto_omics_batch.domain.failures import SubmissionFailure
from moto_omics_batch.domain.lifecycle import GONE, InvalidTransition
from tests.domain.engine import Engine
from tests.domain.helpers import IMMEDIATE, at, seconds_of, statuses, timed

FAILURE = SubmissionFailure("ThrottlingException", "Slow down")


@pytest.fixture
def engine() -> Engine:
    return Engine(batch=timed(10), run=timed(10))


def _submission_statuses(batch: Batch) -> list[str | None]:
    indexes = range(len(batch.submissions.entries))
    return [status for _, _, status, _, _ in batch.submissions.describe(indexes)]


def _run_statuses(batch: Batch) -> list[str]:
    assert batch.block is not None
    return statuses(batch.block)


# -- cancel --


def test_a_cancel_stops_all_runs(engine: Engine) -> None:
    batch = engine.start_batch("a", "b")
    engine.request(batch, batch.cancel, 45)
    assert (batch.status, _run_statuses(batch)) == ("STOPPING", ["STOPPING"] * 2)
    engine.advance(1000)
    assert seconds_of(batch.history)[-2:] == [(45, "STOPPING"), (55, "CANCELLED")]
    assert _run_statuses(batch) == ["CANCELLED"] * 2
    assert _submission_statuses(batch) == ["CANCEL_SUCCESS"] * 2
    assert batch.processed == at(55)


@pytest.mark.parametrize(("second", "status"), [(10, "PENDING"), (20, "SUBMITTING")])
def test_a_cancel_before_the_submission_leaves_no_runs(
    engine: Engine, second: int, status: str
) -> None:
    batch = engine.start_batch("a", "b")
    engine.advance(second)
    assert batch.status == status
    engine.request(batch, batch.cancel, second + 1)
    engine.advance(1000)
    assert seconds_of(batch.history)[-2:] == [
        (second + 1, "STOPPING"),
        (second + 11, "CANCELLED"),
    ]
    assert _submission_statuses(batch) == ["CANCEL_SUCCESS"] * 2
    assert list(batch.submissions.find(batch.block)) == [0, 1]
    assert set(batch.run_counts().values()) == {0}
    assert batch.submission_summary() == {
        "successfulStartSubmissionCount": 0,
        "failedStartSubmissionCount": 0,
        "pendingStartSubmissionCount": 0,
        "successfulCancelSubmissionCount": 2,
        "failedCancelSubmissionCount": 0,
    }


def test_a_cancel_during_the_submission(engine: Engine) -> None:
    engine.services.per_step = 2
    engine.services.entry_failures = {"b": FAILURE}
    batch = engine.start_batch(*"abcd")
    engine.request(batch, batch.cancel, 35)
    engine.advance(1000)
    assert _submission_statuses(batch) == ["CANCEL_SUCCESS", "FAILED"] + ["CANCEL_SUCCESS"] * 2
    assert [has for _, _, _, has, _ in batch.submissions.describe(range(4))] == [
        True,
        False,
        False,
        False,
    ]
    assert batch.run_counts()["CANCELLED"] == 1
    assert batch.submission_summary()["successfulCancelSubmissionCount"] == 3


def test_runs_that_have_ended_are_not_cancelled(engine: Engine) -> None:
    engine.services.per_step = 1
    batch = engine.start_batch("a", "b")
    engine.advance(72)
    assert _run_statuses(batch) == ["COMPLETED", "STOPPING"]
    engine.request(batch, batch.cancel, 72)
    engine.advance(1000)
    assert _run_statuses(batch) == ["COMPLETED", "CANCELLED"]
    assert _submission_statuses(batch) == ["SUCCESS", "CANCEL_SUCCESS"]


def test_refused_runs_continue_after_a_cancel(engine: Engine) -> None:
    engine.services.refused = {"cancel": [1]}
    batch = engine.start_batch("a", "b", "c")
    engine.request(batch, batch.cancel, 45)
    assert _run_statuses(batch) == ["STOPPING", "STARTING", "STOPPING"]
    engine.advance(1000)
    assert _run_statuses(batch) == ["CANCELLED", "COMPLETED", "CANCELLED"]
    assert seconds_of(batch.history)[-1] == (70, "CANCELLED")
    assert _submission_statuses(batch) == ["CANCEL_SUCCESS", "CANCEL_FAILED", "CANCEL_SUCCESS"]
    summary = batch.submission_summary()
    assert (summary["successfulCancelSubmissionCount"], summary["failedCancelSubmissionCount"]) == (
        2,
        1,
    )


@pytest.mark.parametrize("second", [5, 1000])
def test_a_cancel_in_another_status_changes_nothing(engine: Engine, second: int) -> None:
    batch = engine.start_batch("a")
    engine.advance(second)
    before = batch.state, batch.submission_summary(), batch.run_counts()
    with pytest.raises(InvalidTransition, match="possible in PENDING, SUBMITTING, INPROGRESS"):
        engine.request(batch, batch.cancel, second)
    assert (batch.state, batch.submission_summary(), batch.run_counts()) == before


def test_a_second_cancel_is_invalid(engine: Engine) -> None:
    batch = engine.start_batch("a")
    engine.request(batch, batch.cancel, 45)
    with pytest.raises(InvalidTransition, match="batch cannot cancel in STOPPING"):
        engine.request(batch, batch.cancel, 46)


# -- delete of the runs --


def test_a_delete_of_runs(engine: Engine) -> None:
    batch = engine.start_batch("a", "b")
    engine.request(batch, batch.delete_runs, 100)
    assert (batch.status, _run_statuses(batch)) == ("RUNS_DELETING", ["DELETED"] * 2)
    engine.advance(110)
    assert seconds_of(batch.history)[-1] == (110, "RUNS_DELETED")
    assert _submission_statuses(batch) == ["DELETE_SUCCESS"] * 2
    assert batch.submission_summary()["successfulDeleteSubmissionCount"] == 2
    assert engine.registry.stored == 0


def test_refused_runs_remain_after_a_delete(engine: Engine) -> None:
    engine.services.refused = {"delete": [0]}
    batch = engine.start_batch("a", "b")
    engine.request(batch, batch.delete_runs, 100)
    engine.advance(1000)
    assert batch.status == "RUNS_DELETE_FAILED"
    assert _run_statuses(batch) == ["COMPLETED", "DELETED"]
    assert _submission_statuses(batch) == ["DELETE_FAILED", "DELETE_SUCCESS"]
    assert batch.submission_summary()["failedDeleteSubmissionCount"] == 1


def test_all_runs_may_be_refused(engine: Engine) -> None:
    engine.services.refused = {"delete": [0, 1]}
    batch = engine.start_batch("a", "b")
    engine.request(batch, batch.delete_runs, 100)
    engine.advance(1000)
    assert (batch.status, _run_statuses(batch)) == ("RUNS_DELETE_FAILED", ["COMPLETED"] * 2)


def test_a_run_that_was_deleted_alone_is_not_counted(engine: Engine) -> None:
    batch = engine.start_batch("a", "b")
    engine.advance(100)
    assert batch.block is not None
    engine.move(batch.block, 0, "delete", 100)
    engine.request(batch, batch.delete_runs, 101)
    assert batch.submission_summary()["successfulDeleteSubmissionCount"] == 1
    assert _submission_statuses(batch) == ["SUCCESS", "DELETE_SUCCESS"]


def test_a_cancelled_batch_without_runs_can_delete_them(engine: Engine) -> None:
    batch = engine.start_batch("a")
    engine.request(batch, batch.cancel, 15)
    assert batch.block is None
    engine.request(batch, batch.delete_runs, 100)
    engine.advance(1000)
    assert batch.status == "RUNS_DELETED"
    assert batch.submission_summary()["successfulDeleteSubmissionCount"] == 0


def test_runs_of_a_running_batch_cannot_be_deleted(engine: Engine) -> None:
    batch = engine.start_batch("a")
    with pytest.raises(InvalidTransition, match="possible in PROCESSED, CANCELLED"):
        engine.request(batch, batch.delete_runs, 45)
    assert "successfulDeleteSubmissionCount" not in batch.submission_summary()


# -- delete of the batch --


def test_a_deleted_batch_is_gone_and_its_runs_remain(engine: Engine) -> None:
    batch = engine.start_batch("a")
    engine.advance(100)
    changes = len(engine.services.changes)
    engine.request(batch, batch.delete, 100)
    assert (batch.gone, batch.state, _run_statuses(batch)) == (True, GONE, ["COMPLETED"])
    assert len(engine.services.changes) == changes


def test_a_running_batch_cannot_be_deleted() -> None:
    engine = Engine(batch=IMMEDIATE)
    batch = engine.start_batch("a")
    with pytest.raises(InvalidTransition, match="batch cannot delete in CREATING"):
        batch.delete(at(0))
    assert not batch.gone
