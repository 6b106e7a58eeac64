"""The bytes of read sets are kept once, and are not copied more often than needed."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from conftest import REGION, ROLE, Client
from moto_omics_batch import omics_config

STORE = "1234567890"
SIZE = 20_000_000
#: One copy, and what the request takes beside it, in bytes.
ONE_COPY = SIZE + SIZE // 10


@pytest.fixture
def client() -> Iterator[Client]:
    """A client in a mock with a sequence store, after its first requests."""
    with mock_aws(config=omics_config(sequence_stores=[STORE])):
        client = boto3.client("omics", region_name=REGION)
        client.list_read_sets(sequenceStoreId=STORE)
        yield client


def measured(call: Callable[[], Any]) -> tuple[Any, int, int]:
    """Return the result of a call, the bytes that it left, and the most that it had allocated."""
    tracemalloc.start()
    try:
        result = call()
        _, peak = tracemalloc.get_traced_memory()
        # Requests of botocore refer to each other.
        gc.collect()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return result, left, peak


def create_upload(client: Client) -> dict[str, str]:
    """Create an upload and return the ids that its requests have."""
    created = client.create_multipart_read_set_upload(
        sequenceStoreId=STORE, sourceFileType="UBAM", subjectId="s", sampleId="s", name="HG002"
    )
    return {"sequenceStoreId": STORE, "uploadId": created["uploadId"]}


def put_part(client: Client, upload: dict[str, str], number: int, payload: bytes) -> dict[str, Any]:
    """Upload a part and return its member of the request to complete."""
    part = {"partSource": "SOURCE1", "partNumber": number}
    answer = client.upload_read_set_part(**upload, **part, payload=payload)
    return {**part, "checksum": answer["checksum"]}


def test_an_uploaded_part_is_kept_once(client: Client) -> None:
    upload, payload = create_upload(client), bytes(SIZE)
    put_part(client, upload, 1, b"x")
    _, left, peak = measured(lambda: put_part(client, upload, 2, payload))
    assert left < ONE_COPY
    # werkzeug collects the body in a buffer and copies that.
    assert peak < 2 * ONE_COPY


def test_a_file_of_one_part_is_completed_without_a_copy(client: Client) -> None:
    upload = create_upload(client)
    parts = [put_part(client, upload, 1, bytes(SIZE))]
    _, _, peak = measured(lambda: client.complete_multipart_read_set_upload(**upload, parts=parts))
    assert peak < SIZE // 10


def test_the_parts_of_an_upload_are_joined_once_and_released(client: Client) -> None:
    upload = create_upload(client)

    def complete() -> None:
        half = SIZE // 2
        parts = [put_part(client, upload, number, bytes([number]) * half) for number in (1, 2)]
        client.complete_multipart_read_set_upload(**upload, parts=parts)

    _, left, _ = measured(complete)
    assert left < ONE_COPY


def test_a_part_that_is_read_is_copied_at_most_once(client: Client) -> None:
    upload = create_upload(client)
    parts = [put_part(client, upload, 1, bytes(SIZE))]
    id = client.complete_multipart_read_set_upload(**upload, parts=parts)["readSetId"]
    found, _, peak = measured(
        lambda: client.get_read_set(sequenceStoreId=STORE, id=id, partNumber=1)
    )
    assert peak < ONE_COPY
    assert len(found["payload"].read()) == SIZE


def test_an_imported_object_is_kept_once(client: Client) -> None:
    s3 = boto3.client("s3", region_name=REGION)
    s3.create_bucket(Bucket="reads")
    s3.put_object(Bucket="reads", Key="HG002.bam", Body=bytes(SIZE))
    source = {
        "sourceFiles": {"source1": "s3://reads/HG002.bam"},
        "sourceFileType": "UBAM",
        "subjectId": "s",
        "sampleId": "s",
    }

    def run() -> str:
        job = client.start_read_set_import_job(
            sequenceStoreId=STORE, roleArn=ROLE, sources=[source]
        )
        found = client.get_read_set_import_job(sequenceStoreId=STORE, id=job["id"])
        return str(found["sources"][0]["readSetId"])

    id, left, peak = measured(run)
    assert left < ONE_COPY
    assert peak < ONE_COPY
    metadata = client.get_read_set_metadata(sequenceStoreId=STORE, id=id)
    assert metadata["files"]["source1"]["contentLength"] == SIZE
