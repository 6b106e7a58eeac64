"""The entries of a batch: submission steps, outcomes, counts (B70, B71) and filters (B74, B76)."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain.failures import SubmissionFailure
from moto_omics_batch.domain.runs import RunBlock
from moto_omics_batch.domain.submissions import STATUSES, Request, Submissions
from tests.domain.helpers import START, block

FAILURE = SubmissionFailure("ThrottlingException", "Slow down")


def _submissions(size: int = 6) -> Submissions:
    return Submissions([{"runSettingId": f"s{index}"} for index in range(size)])


def _attempted(size: int, failed: tuple[int, ...] = ()) -> tuple[Submissions, RunBlock]:
    """Return six entries of which some were attempted, and their runs."""
    submissions, runs = _submissions(), block(6, submitted=False)
    submissions.attempt(range(size), dict.fromkeys(failed, FAILURE))
    runs.submit(range(size), failed, 0, START)
    return submissions, runs


def _statuses(submissions: Submissions) -> list[str | None]:
    return [status for _, _, status, _, _ in submissions.describe(range(6))]


# -- steps --


def test_one_step_attempts_all_entries_without_a_limit() -> None:
    submissions = _submissions()
    assert submissions.next_step(None) == range(6)
    submissions.attempt(range(6), {})
    assert submissions.complete
    assert submissions.next_step(None) == range(6, 6)


def test_steps_attempt_as_many_entries_as_the_limit() -> None:
    submissions, steps = _submissions(), []
    while not submissions.complete:
        step = submissions.next_step(4)
        steps.append(step)
        submissions.attempt(step, {})
    assert steps == [range(4), range(4, 6)]


def test_a_batch_without_entries_is_complete() -> None:
    assert Submissions(()).complete


# -- counts --


def test_the_counts_add_up_to_all_entries() -> None:
    submissions, _ = _attempted(4, failed=(1, 2))
    assert submissions.summary(6) == {
        "successfulStartSubmissionCount": 2,
        "failedStartSubmissionCount": 2,
        "pendingStartSubmissionCount": 2,
    }


def test_nothing_is_pending_before_the_entries_are_known() -> None:
    assert Submissions(()).summary(None)["pendingStartSubmissionCount"] == 0
    assert Submissions(()).summary(7)["pendingStartSubmissionCount"] == 7


def test_the_counts_of_a_cancel_appear_after_the_request() -> None:
    submissions, runs = _attempted(4, failed=(1,))
    submissions.request("cancel")
    submissions.refused("cancel", [0])
    submissions.succeeded("cancel", runs.detach(runs.cohort_of(0), [2, 3]))
    assert submissions.summary(6) == {
        "successfulStartSubmissionCount": 3,
        "failedStartSubmissionCount": 1,
        "pendingStartSubmissionCount": 0,
        "successfulCancelSubmissionCount": 4,
        "failedCancelSubmissionCount": 1,
    }


def test_the_counts_of_a_delete_appear_beside_those_of_a_cancel() -> None:
    submissions, runs = _attempted(6)
    submissions.request("cancel")
    submissions.succeeded("cancel", runs.cohort_of(0))
    submissions.request("delete")
    submissions.refused("delete", [1, 2])
    summary = submissions.summary(6)
    assert (summary["successfulCancelSubmissionCount"], summary["failedCancelSubmissionCount"]) == (
        6,
        0,
    )
    assert summary["successfulDeleteSubmissionCount"] == 0
    assert summary["failedDeleteSubmissionCount"] == 2


# -- outcomes --


def test_the_status_of_each_entry() -> None:
    submissions, _ = _attempted(4, failed=(1,))
    described = list(submissions.describe(range(1, 3)))
    assert described == [(1, "s1", "FAILED", False, FAILURE), (2, "s2", "SUCCESS", True, None)]
    assert _statuses(submissions) == ["SUCCESS", "FAILED", "SUCCESS", "SUCCESS", None, None]


def test_a_cancel_before_the_submission_leaves_no_runs() -> None:
    submissions = _submissions()
    submissions.request("cancel")
    assert submissions.cancelled
    assert list(submissions.describe(range(2))) == [
        (0, "s0", "CANCEL_SUCCESS", False, None),
        (1, "s1", "CANCEL_SUCCESS", False, None),
    ]
    assert submissions.summary(6)["successfulCancelSubmissionCount"] == 6
    assert submissions.summary(6)["pendingStartSubmissionCount"] == 0


@pytest.mark.parametrize(
    ("request_", "success", "failure"),
    [("cancel", "CANCEL_SUCCESS", "CANCEL_FAILED"), ("delete", "DELETE_SUCCESS", "DELETE_FAILED")],
)
def test_the_outcomes_of_a_request(request_: Request, success: str, failure: str) -> None:
    submissions, runs = _attempted(6, failed=(5,))
    submissions.request(request_)
    detached = runs.detach(runs.cohort_of(0), [1, 3])
    submissions.succeeded(request_, detached)
    submissions.refused(request_, [2])
    assert _statuses(submissions) == ["SUCCESS", success, failure, success, "SUCCESS", "FAILED"]
    submissions.succeeded(request_, runs.cohort_of(0))
    assert _statuses(submissions)[0] == success
    assert STATUSES.index(success) > 0


def test_runs_that_have_all_of_a_range_are_recorded_together() -> None:
    submissions, runs = _attempted(6)
    submissions.request("delete")
    submissions.succeeded("delete", runs.split(runs.cohort_of(0), 4))
    assert _statuses(submissions) == ["DELETE_SUCCESS"] * 4 + ["SUCCESS"] * 2


# -- look-ups --


def test_entries_that_were_attempted_are_listed() -> None:
    submissions, runs = _attempted(4, failed=(1,))
    assert list(submissions.find(runs)) == [0, 1, 2, 3]
    assert list(submissions.find(runs, after=1)) == [2, 3]
    assert list(submissions.find(runs, after=5)) == []
    assert list(_submissions().find(None)) == []
    submissions.request("cancel")
    assert list(submissions.find(runs, after=1)) == [2, 3, 4, 5]


def test_entries_are_found_by_status() -> None:
    submissions, runs = _attempted(5, failed=(1, 4))
    assert list(submissions.find(runs, status="FAILED")) == [1, 4]
    assert list(submissions.find(runs, status="FAILED", after=1)) == [4]
    assert list(submissions.find(runs, status="SUCCESS")) == [0, 2, 3]
    assert list(submissions.find(runs, status="UNKNOWN")) == []
    submissions.request("cancel")
    submissions.succeeded("cancel", runs.detach(runs.cohort_of(0), [2]))
    # One status for runs that were cancelled and for entries without a run.
    assert list(submissions.find(runs, status="CANCEL_SUCCESS")) == [2, 5]
    assert list(submissions.find(runs, status="CANCEL_SUCCESS", after=2)) == [5]


def test_an_entry_is_found_by_its_run_setting_id() -> None:
    submissions, runs = _attempted(4)
    assert list(submissions.find(runs, setting_id="s2")) == [2]
    assert list(submissions.find(runs, setting_id="s2", after=2)) == []
    assert list(submissions.find(runs, setting_id="s4")) == []
    assert list(submissions.find(runs, setting_id="x")) == []
    submissions.request("cancel")
    assert list(submissions.find(runs, setting_id="s4")) == [4]


def test_an_entry_is_found_by_its_run_id() -> None:
    submissions, runs = _attempted(4, failed=(1,))
    assert list(submissions.find(runs, run_id=runs.id_of(2))) == [2]
    assert list(submissions.find(runs, run_id=runs.id_of(2), after=2)) == []
    for run_id in (runs.id_of(1), runs.id_of(5), "x"):
        assert list(submissions.find(runs, run_id=run_id)) == []
    assert list(submissions.find(None, run_id=runs.id_of(2))) == []
