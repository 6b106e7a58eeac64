"""`advance` follows validation, faults and missing resources before it moves anything."""

from __future__ import annotations

import pytest

from conftest import Client, MakeClient, StartBatch, definition
from moto_omics_batch import faults
from tests.omics.helpers import (
    PutSettings,
    SetProgression,
    Settings,
    raises_conflict,
    run_counts,
    run_ids,
    status_history,
)


@pytest.mark.our_choice("B52", "W13")
def test_batch_that_will_fail_does_not_reach_processed(
    omics: Client, start_batch: StartBatch, put_settings: PutSettings
) -> None:
    batch_id = start_batch(s3=put_settings(b"no JSON"))
    with pytest.raises(ValueError, match="does not reach PROCESSED by itself"):
        faults.advance(batch_id, to="PROCESSED")
    assert status_history(batch_id) == ["CREATING"]
    faults.advance(batch_id, to="FAILED")
    assert omics.get_batch(batchId=batch_id)["status"] == "FAILED"


@pytest.mark.our_choice("B62", "W13")
def test_batch_without_runs_reaches_processed(
    omics: Client, start_batch: StartBatch, workflow_id: str
) -> None:
    faults.run_hangs()
    batch_id = start_batch(["s1"])
    omics.delete_workflow(id=workflow_id)
    faults.advance(batch_id, to="PROCESSED")
    summary = omics.get_batch(batchId=batch_id)["submissionSummary"]
    assert summary["failedStartSubmissionCount"] == 1


@pytest.mark.our_choice("W2.8", "W13")
def test_run_that_fails_before_it_would_be_held_ends(
    omics: Client, start_batch: StartBatch
) -> None:
    faults.run_fails(at="STARTING")
    faults.run_hangs(at="RUNNING")
    batch_id = start_batch(["s1", "s2"])
    faults.advance(batch_id, to="PROCESSED")
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"failed": 2}


@pytest.mark.our_choice("B53", "W13")
def test_settings_object_is_not_read_again_after_validation(
    client: MakeClient,
    omics: Client,
    start_batch: StartBatch,
    put_settings: PutSettings,
    settings: Settings,
) -> None:
    settings(submissions_per_tick=1)
    uri = put_settings([{"runSettingId": "s1"}, {"runSettingId": "s2"}])
    batch_id = start_batch(s3=uri)
    faults.advance(batch_id, to="SUBMITTING")
    client("s3").delete_object(Bucket="settings", Key="runs.json")
    faults.advance(batch_id, to="PROCESSED")
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"completed": 2}


@pytest.mark.our_choice("W13")
def test_advance_raises_where_a_fault_matches_another_run_than_foreseen(
    omics: Client, start_batch: StartBatch
) -> None:
    batch_id = start_batch(["s1", "s2"])
    faults.advance(batch_id, to="INPROGRESS")
    second = run_ids(omics, batch_id)["s2"]
    faults.advance(second, to="RUNNING")
    # s2 leaves RUNNING first and fails in place of s1, which is then held.
    faults.run_fails(at="RUNNING", times=1)
    faults.run_hangs(at="STOPPING", runSettingId="s1")
    with pytest.raises(ValueError, match="does not reach PROCESSED by itself"):
        faults.advance(batch_id, to="PROCESSED")
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"stopping": 1, "failed": 1}


@pytest.mark.our_choice("W4.2")
def test_version_that_is_being_created_cannot_be_deleted(
    omics: Client, workflow_id: str, progression: SetProgression
) -> None:
    progression("workflow", progression="manual", times=5)
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="2", definitionZip=definition()
    )
    with raises_conflict(
        f"Cannot delete workflow version {workflow_id} 2: its status is CREATING, "
        "and it must be one of ACTIVE, FAILED"
    ):
        omics.delete_workflow_version(workflowId=workflow_id, versionName="2")
