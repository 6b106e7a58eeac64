"""``config={"omics": {"check": ["s3"]}}``: inputs that are prefixes or patterns (L121)."""

from __future__ import annotations

import pytest

from conftest import Client, MakeClient, StartBatch, Until
from tests.omics.helpers import Settings, StartRun, raises_validation

READS = "s3://inputs/reads/"


@pytest.fixture
def s3(client: MakeClient, settings: Settings) -> Client:
    """The check is enabled; bucket ``inputs`` has two objects, bucket ``results`` is empty."""
    settings(check=["s3"])
    s3 = client("s3")
    for bucket in ("inputs", "results"):
        s3.create_bucket(Bucket=bucket)
    for key in ("reads/HG1_1.fq.gz", "ref/hg38.fa"):
        s3.put_object(Bucket="inputs", Key=key, Body=b"")
    return s3


@pytest.fixture
def nextflow(omics: Client) -> str:
    """The id of a Nextflow workflow."""
    created = omics.create_workflow(engine="NEXTFLOW", definitionUri="s3://defs/nf.zip")
    return str(created["id"])


@pytest.mark.documented("L121")
@pytest.mark.usefixtures("s3")
def test_prefix_needs_an_object(start_run: StartRun, omics: Client) -> None:
    assert start_run(parameters={"folder": READS})["status"] == "PENDING"
    for missing in ("s3://inputs/nothing/", "s3://inputs/ref/hg38.fa/", "s3://results/"):
        with raises_validation(f"S3 object not found: {missing}"):
            start_run(parameters={"folder": missing})
    assert len(omics.list_runs()["items"]) == 1


@pytest.mark.our_choice("L121")
@pytest.mark.usefixtures("s3")
def test_bucket_needs_no_object(start_run: StartRun) -> None:
    assert start_run(parameters={"bucket": "s3://results"})["status"] == "PENDING"
    with raises_validation("S3 object not found: s3://nowhere"):
        start_run(parameters={"bucket": "s3://nowhere"})


@pytest.mark.documented("L121")
@pytest.mark.usefixtures("s3")
def test_pattern_of_a_nextflow_run_needs_a_matching_object(
    start_run: StartRun, nextflow: str
) -> None:
    for pattern in (f"{READS}*.gz", f"{READS}*_{{1,2}}.fq.gz", "s3://inputs/**.gz"):
        started = start_run(workflowId=nextflow, parameters={"reads": pattern})
        assert started["status"] == "PENDING"
    for missing in (f"{READS}*.bam", "s3://inputs/*.gz", "s3://nowhere/*.gz"):
        with raises_validation(f"S3 object not found: {missing}"):
            start_run(workflowId=nextflow, parameters={"reads": missing})


@pytest.mark.our_choice("L121")
def test_pattern_is_the_name_of_an_object_for_other_engines(
    s3: Client, start_run: StartRun
) -> None:
    with raises_validation(f"S3 object not found: {READS}*.gz"):
        start_run(parameters={"reads": f"{READS}*.gz"})
    s3.put_object(Bucket="inputs", Key="reads/*.gz", Body=b"")
    assert start_run(parameters={"reads": f"{READS}*.gz"})["status"] == "PENDING"


@pytest.mark.documented("L121", "B62")
@pytest.mark.usefixtures("s3")
def test_prefixes_and_patterns_are_checked_for_each_entry_of_a_batch(
    omics: Client, start_batch: StartBatch, until: Until, nextflow: str
) -> None:
    values = [READS, f"{READS}*.gz", "s3://inputs/nothing/", f"{READS}*.bam"]
    entries = [{"runSettingId": v, "parameters": {"reads": v}} for v in values]
    batch_id = start_batch(entries, workflowId=nextflow)
    until(batch_id, "PROCESSED")
    messages = {
        run["runSettingId"]: run.get("submissionFailureMessage")
        for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]
    }
    assert messages == {
        values[0]: None,
        values[1]: None,
        values[2]: f"S3 object not found: {values[2]}",
        values[3]: f"S3 object not found: {values[3]}",
    }
