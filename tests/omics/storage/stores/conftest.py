"""Fixtures for the tests of stores and references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ROLE, Answer, Client, MakeClient

PutObject = Callable[..., str]
StartImport = Callable[..., str]
ImportReference = Callable[..., str]
StartReadSetImport = Callable[..., str]

#: A small FASTA file.
FASTA = b">chr1 first\nACGTACGT\nACGT\n>chr2\nGGCC\n"


@pytest.fixture
def put_object(client: MakeClient) -> PutObject:
    """``put_object("hg38.fa", b"…", bucket="genomes")`` stores an object and returns its URI."""
    s3 = client("s3")

    def put(key: str, body: bytes = FASTA, bucket: str = "genomes") -> str:
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        return f"s3://{bucket}/{key}"

    return put


@pytest.fixture
def reference_store(omics: Client) -> str:
    """The id of the reference store."""
    return str(omics.create_reference_store(name="genomes")["id"])


@pytest.fixture
def sequence_store(omics: Client) -> str:
    """The id of an ACTIVE sequence store."""
    store_id = str(omics.create_sequence_store(name="reads")["id"])
    omics.get_sequence_store(id=store_id)
    return store_id


@pytest.fixture
def start_import(omics: Client, reference_store: str) -> StartImport:
    """``start_import({"sourceFile": "s3://…", "name": "hg38"})`` returns the id of the job."""

    def start(*sources: dict[str, Any], **more: Any) -> str:
        request = {"referenceStoreId": reference_store, "roleArn": ROLE, **more}
        return str(omics.start_reference_import_job(sources=list(sources), **request)["id"])

    return start


@pytest.fixture
def import_reference(
    omics: Client, reference_store: str, put_object: PutObject, start_import: StartImport
) -> ImportReference:
    """``import_reference("hg38", body=b"…")`` imports a reference and returns its id."""

    def run(name: str = "hg38", body: bytes = FASTA, key: str = "hg38.fa", **more: Any) -> str:
        job_id = start_import({"sourceFile": put_object(key, body), "name": name, **more})
        job: Answer = omics.get_reference_import_job(referenceStoreId=reference_store, id=job_id)
        assert job["status"] == "COMPLETED", job
        return str(job["sources"][0]["referenceId"])

    return run


@pytest.fixture
def start_read_set_import(
    omics: Client, sequence_store: str, put_object: PutObject
) -> StartReadSetImport:
    """``start_read_set_import(tags={…})`` returns the id of an import job with one source."""

    def start(**source: Any) -> str:
        uri = put_object("reads.bam", b"reads", bucket="reads")
        default = {
            "sourceFiles": {"source1": uri},
            "sourceFileType": "UBAM",
            "subjectId": "patient-1",
            "sampleId": "HG002",
        }
        job = omics.start_read_set_import_job(
            sequenceStoreId=sequence_store, roleArn=ROLE, sources=[{**default, **source}]
        )
        return str(job["id"])

    return start


@pytest.fixture
def import_read_set(
    omics: Client, sequence_store: str, start_read_set_import: StartReadSetImport
) -> Callable[..., Answer]:
    """``import_read_set(tags={…})`` imports a read set and returns its metadata."""

    def run(**source: Any) -> Answer:
        job_id = start_read_set_import(**source)
        job = omics.get_read_set_import_job(sequenceStoreId=sequence_store, id=job_id)
        read_set_id = job["sources"][0]["readSetId"]
        found: Answer = omics.get_read_set_metadata(sequenceStoreId=sequence_store, id=read_set_id)
        return found

    return run
