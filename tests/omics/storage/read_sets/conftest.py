"""Fixtures for the tests of read sets: a bucket with reads, stores, references, imports."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ROLE, Answer, Client, MakeClient

#: Two reads of 4 and 2 bases.
FASTQ = b"@r1\nACGT\n+\nIIII\n@r2\nAC\n+\nII\n"
FASTQ_GZ = gzip.compress(FASTQ, mtime=0)
BAM = b"BAM\x01reads"
BUCKET = "sequencing"

Import = Callable[..., Answer]


@pytest.fixture
def s3(client: MakeClient) -> Client:
    """A client of S3 with a bucket that has a FASTQ pair and a BAM file."""
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for key, body in (("R1.fastq.gz", FASTQ_GZ), ("R2.fastq.gz", FASTQ_GZ), ("HG002.bam", BAM)):
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    return s3


def uri(key: str) -> str:
    """Return the URI of an object in the bucket."""
    return f"s3://{BUCKET}/{key}"


@pytest.fixture
def store_id(omics: Client) -> str:
    """The id of a sequence store."""
    return str(omics.create_sequence_store(name="reads")["id"])


@pytest.fixture
def reference(omics: Client, s3: Client) -> Answer:
    """GetReferenceMetadata of a reference, with its store as referenceStoreId."""
    s3.put_object(Bucket=BUCKET, Key="hg38.fa", Body=b">chr1\nACGT\n")
    store = omics.create_reference_store(name="references")["id"]
    omics.start_reference_import_job(
        referenceStoreId=store,
        roleArn=ROLE,
        sources=[{"sourceFile": uri("hg38.fa"), "name": "hg38"}],
    )
    (found,) = omics.list_references(referenceStoreId=store)["references"]
    metadata: Answer = omics.get_reference_metadata(referenceStoreId=store, id=found["id"])
    return metadata


def source(type: str = "FASTQ", *keys: str, **members: Any) -> dict[str, Any]:
    """Return a source of an import job."""
    files = {f"source{n}": uri(key) for n, key in enumerate(keys or ("R1.fastq.gz",), 1)}
    return {
        "sourceFiles": files,
        "sourceFileType": type,
        "subjectId": "subject-1",
        "sampleId": "HG002",
        **members,
    }


@pytest.fixture
def import_sets(omics: Client, s3: Client, store_id: str) -> Import:
    """``import_sets(source(), …)`` returns GetReadSetImportJob after the import."""

    def start(*sources: dict[str, Any]) -> Answer:
        job = omics.start_read_set_import_job(
            sequenceStoreId=store_id, roleArn=ROLE, sources=list(sources)
        )
        found: Answer = omics.get_read_set_import_job(sequenceStoreId=store_id, id=job["id"])
        return found

    return start


ReadSet = Callable[..., Answer]


@pytest.fixture
def read_set(omics: Client, import_sets: Import, store_id: str) -> ReadSet:
    """``read_set("FASTQ", "R1.fastq.gz", name="…")`` imports one and returns its metadata."""

    def make(type: str = "FASTQ", *keys: str, **members: Any) -> Answer:
        (found,) = import_sets(source(type, *keys, **members))["sources"]
        metadata: Answer = omics.get_read_set_metadata(
            sequenceStoreId=store_id, id=found["readSetId"]
        )
        return metadata

    return make
