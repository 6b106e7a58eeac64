"""Runs whose output bucket was deleted since their start (L56)."""

from __future__ import annotations

import pytest

from conftest import Client, MakeClient, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import Settings, StartRun, run_counts


@pytest.fixture
def bucket(client: MakeClient, settings: Settings) -> Client:
    """An S3 client, with the bucket `results` and the checks of S3."""
    settings(check=["s3"])
    s3 = client("s3")
    s3.create_bucket(Bucket="results")
    return s3


@pytest.mark.our_choice("L56")
def test_a_run_without_its_output_bucket_fails(
    omics: Client, start_run: StartRun, bucket: Client
) -> None:
    run_id = start_run()["id"]
    faults.advance(run_id, to="RUNNING")
    bucket.delete_bucket(Bucket="results")
    faults.advance(run_id, to="FAILED")
    run = omics.get_run(id=run_id)
    assert (run["failureReason"], run["statusMessage"]) == (
        "EXPORT_FAILED",
        "The export failed. Check that the output bucket exists and the run role has write "
        "permission to the bucket.",
    )
    # Its tasks were done.
    (task,) = omics.list_run_tasks(id=run_id)["items"]
    assert task["status"] == "COMPLETED"


@pytest.mark.our_choice("L56")
def test_each_run_of_a_batch_has_its_own_output_bucket(
    omics: Client, start_batch: StartBatch, until: Until, bucket: Client
) -> None:
    bucket.create_bucket(Bucket="others")
    batch_id = start_batch(["s1", {"runSettingId": "s2", "outputUri": "s3://others"}])
    until(batch_id, "INPROGRESS")
    bucket.delete_bucket(Bucket="others")
    assert run_counts(until(batch_id, "PROCESSED")) == {"completed": 1, "failed": 1}


@pytest.mark.our_choice("L56")
def test_advance_knows_that_the_export_fails(start_run: StartRun, bucket: Client) -> None:
    run_id = start_run()["id"]
    bucket.delete_bucket(Bucket="results")
    with pytest.raises(ValueError, match="does not reach COMPLETED by itself"):
        faults.advance(run_id, to="COMPLETED")


@pytest.mark.our_choice("L56")
def test_without_the_check_the_run_completes(
    start_run: StartRun, bucket: Client, settings: Settings
) -> None:
    run_id = start_run()["id"]
    bucket.delete_bucket(Bucket="results")
    settings()
    faults.advance(run_id, to="COMPLETED")
