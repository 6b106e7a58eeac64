"""Submissions that fail for a transient reason are tried again (L146)."""

from __future__ import annotations

import pytest

from conftest import Client, StartBatch, Until
from moto_omics_batch import faults
from moto_omics_batch.types import SubmissionFailureReason
from tests.omics.helpers import list_entries


@pytest.mark.documented("L146")
@pytest.mark.parametrize(
    "reason", ["ThrottlingException", "RequestTimeoutException", "InternalServerException"]
)
def test_a_transient_submission_failure_is_tried_again(
    omics: Client, start_batch: StartBatch, until: Until, reason: SubmissionFailureReason
) -> None:
    faults.submission_fails(runSettingId="s2", reason=reason, times=1)
    faults.submission_fails(runSettingId="s3", reason=reason)
    batch_id = start_batch(["s1", "s2", "s3"])
    batch = until(batch_id, "INPROGRESS")
    assert list(batch["submissionSummary"].values()) == [2, 1, 0]
    (failed,) = omics.list_runs_in_batch(batchId=batch_id, submissionStatus="FAILED")["runs"]
    assert (failed["runSettingId"], failed["submissionFailureReason"]) == ("s3", reason)


@pytest.mark.our_choice("L146")
def test_the_second_try_is_in_a_further_step(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.submission_fails(runSettingId="s2", times=1)
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "SUBMITTING")
    counts = [list(omics.get_batch(batchId=batch_id)["submissionSummary"].values())]
    assert [entry["runSettingId"] for entry in list_entries(omics, batch_id)] == ["s1"]
    counts.append(list(omics.get_batch(batchId=batch_id)["submissionSummary"].values()))
    assert counts == [[1, 0, 2], [3, 0, 0]]


@pytest.mark.our_choice("L146")
@pytest.mark.parametrize("times", [1, None])
def test_advance_makes_both_tries(
    omics: Client, start_batch: StartBatch, times: int | None
) -> None:
    faults.submission_fails(times=times)
    batch_id = start_batch(["s1", "s2"])
    faults.advance(batch_id, to="PROCESSED")
    summary = omics.get_batch(batchId=batch_id)["submissionSummary"]
    assert list(summary.values()) == ([2, 0, 0] if times else [0, 2, 0])


@pytest.mark.our_choice("L146")
def test_advance_knows_whether_both_tries_fail(start_batch: StartBatch) -> None:
    """The run of s2 would hang: it exists if the second try succeeds."""
    faults.run_hangs(runSettingId="s2")
    faults.submission_fails(runSettingId="s2", times=1)
    with pytest.raises(ValueError, match="does not reach PROCESSED"):
        faults.advance(start_batch(["s1", "s2"]), to="PROCESSED")
    faults.submission_fails(runSettingId="s2")
    faults.advance(start_batch(["s1", "s2"]), to="PROCESSED")
