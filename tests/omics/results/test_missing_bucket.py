"""Runs whose files cannot be written (L56): a warning, and the run goes on."""

from __future__ import annotations

import logging

import pytest

from conftest import Client, MakeClient, StartBatch, Until
from moto_omics_batch import faults, results
from tests.omics.helpers import StartRun, bucket_missing, run_ids

from .conftest import Bucket, CompleteRun

LOGGER = "moto_omics_batch.omics.resources.run_outputs"


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the warnings of this package."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.name == LOGGER and record.levelno == logging.WARNING
    ]


@pytest.mark.our_choice("L56")
def test_a_missing_bucket_is_a_warning_and_the_run_goes_on(
    omics: Client, complete_run: CompleteRun, caplog: pytest.LogCaptureFixture
) -> None:
    results.outputs(files={"a": b"", "b": b""})
    run_id = complete_run()
    assert omics.get_run(id=run_id)["status"] == "COMPLETED"
    uri = f"s3://results/solo/{run_id}"
    assert warnings_of(caplog) == [
        f"run {run_id}: no file is written to {uri}: S3 object not found: {uri}"
    ]


@pytest.mark.our_choice("L56")
def test_each_run_of_a_batch_has_one_warning(
    omics: Client, start_batch: StartBatch, until: Until, caplog: pytest.LogCaptureFixture
) -> None:
    results.outputs(files={"a": b"", "b": b""})
    batch_id = start_batch(["s1", "s2"])
    until(batch_id, "PROCESSED")
    found = [warning.split()[1].rstrip(":") for warning in warnings_of(caplog)]
    assert found == list(run_ids(omics, batch_id).values())


@pytest.mark.our_choice("L56")
def test_a_bucket_in_another_region_takes_no_files(
    client: MakeClient, complete_run: CompleteRun, caplog: pytest.LogCaptureFixture
) -> None:
    s3 = client("s3", "eu-west-1")
    s3.create_bucket(
        Bucket="results", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    results.outputs(files={"a": b""})
    run_id = complete_run()
    assert warnings_of(caplog) == [
        f"run {run_id}: no file is written to s3://results/solo/{run_id}: "
        "S3 bucket not located in us-east-1 region"
    ]
    assert s3.list_objects_v2(Bucket="results")["KeyCount"] == 0


@pytest.mark.our_choice("L56")
def test_a_failed_run_with_nothing_to_write_has_no_warning(
    start_run: StartRun, caplog: pytest.LogCaptureFixture
) -> None:
    results.outputs(files={"{parameters.x}": b""})
    faults.run_fails(at="STARTING")
    faults.advance(start_run(parameters={"x": ".."})["id"], to="FAILED")
    assert warnings_of(caplog) == []


@pytest.mark.our_choice("L58")
def test_keys_that_become_invalid_are_a_warning_and_the_other_files_are_written(
    bucket: Bucket,
    complete_run: CompleteRun,
    workflow_id: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    files = {f"{number}/{{parameters.x}}": b"" for number in range(7)}
    results.outputs(files={**files, "a": b""})
    run_id = complete_run(workflowId=workflow_id, parameters={"x": ".."})
    problem = "it must name a file below runOutputUri, and none of its parts may be empty, . or .."
    named = "; ".join(f"'{number}/..': {problem}" for number in range(5))
    assert warnings_of(caplog) == [
        f"run {run_id}: files are not written to s3://results/solo/{run_id}: {named}; and 2 more"
    ]
    folder = f"solo/{run_id}/"
    assert bucket.list_keys(folder) == ["a", "logs/engine.log", "logs/outputs.json"]


@pytest.mark.our_choice("L58")
def test_a_key_that_is_too_long_for_s3_is_a_warning(
    bucket: Bucket, complete_run: CompleteRun, caplog: pytest.LogCaptureFixture
) -> None:
    results.outputs(files={"x" * 1020: b""})
    run_id = complete_run()
    assert warnings_of(caplog) == [
        f"run {run_id}: files are not written to s3://results/solo/{run_id}: "
        f"'{'x' * 300}...': S3 does not take it"
    ]


@pytest.mark.our_choice("L56")
def test_bucket_missing_tells_whether_the_bucket_can_take_files(
    client: MakeClient, bucket: Bucket, start_run: StartRun
) -> None:
    run_id = start_run()["id"]
    assert not bucket_missing(run_id)
    bucket.s3.delete_bucket(Bucket="results")
    assert bucket_missing(run_id)
