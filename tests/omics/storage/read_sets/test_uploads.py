"""Direct uploads of read sets (S110 to S116)."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from conftest import Answer, Client
from moto_omics_batch.domain import content
from tests.omics.helpers import SetProgression, raises_error

from .conftest import FASTQ_GZ

CHECKSUM = base64.b64encode(hashlib.sha256(FASTQ_GZ).digest()).decode()


@pytest.fixture
def upload(omics: Client, store_id: str) -> dict[str, str]:
    """The ids of a store and of an upload in it."""
    created = omics.create_multipart_read_set_upload(
        sequenceStoreId=store_id,
        sourceFileType="FASTQ",
        subjectId="subject-1",
        sampleId="HG002",
        name="HG002",
        tags={"lab": "A"},
    )
    assert "referenceArn" not in created
    return {"sequenceStoreId": store_id, "uploadId": created["uploadId"]}


def put(omics: Client, upload: dict[str, str], number: int, source: str = "SOURCE1") -> str:
    """Upload a part and return its checksum."""
    response = omics.upload_read_set_part(
        **upload, partSource=source, partNumber=number, payload=FASTQ_GZ
    )
    return str(response["checksum"])


def named(*numbers: int, source: str = "SOURCE1") -> list[dict[str, Any]]:
    """Return the parts of a request to complete."""
    return [
        {"partNumber": number, "partSource": source, "checksum": CHECKSUM} for number in numbers
    ]


def metadata(omics: Client, upload: dict[str, str], id: str) -> Answer:
    """Return the metadata of a read set in the store of an upload."""
    found: Answer = omics.get_read_set_metadata(sequenceStoreId=upload["sequenceStoreId"], id=id)
    return found


@pytest.mark.documented("S110", "S111", "S113", "S114", "S115", "S116")
def test_an_upload_becomes_a_read_set(omics: Client, upload: dict[str, str]) -> None:
    assert put(omics, upload, 7) == put(omics, upload, 3) == CHECKSUM
    put(omics, upload, 1, "SOURCE2")
    parts = omics.list_read_set_upload_parts(**upload, partSource="SOURCE1")["parts"]
    assert [(p["partNumber"], p["partSize"], p["checksum"]) for p in parts] == [
        (3, len(FASTQ_GZ), CHECKSUM),
        (7, len(FASTQ_GZ), CHECKSUM),
    ]
    (opened,) = omics.list_multipart_read_set_uploads(sequenceStoreId=upload["sequenceStoreId"])[
        "uploads"
    ]
    assert (opened["uploadId"], opened["name"]) == (upload["uploadId"], "HG002")
    id = omics.complete_multipart_read_set_upload(
        **upload, parts=[*named(7, 3), *named(1, source="SOURCE2")]
    )["readSetId"]
    found = metadata(omics, upload, id)
    assert (found["status"], found["creationType"], found["name"]) == ("ACTIVE", "UPLOAD", "HG002")
    assert "creationJobId" not in found
    assert found["files"]["source1"]["contentLength"] == 2 * len(FASTQ_GZ)
    names = [file["s3Access"]["s3Uri"].rpartition("/")[2] for file in found["files"].values()]
    assert names == ["HG002_source1.fastq.gz", "HG002_source2.fastq.gz"]
    store = {"sequenceStoreId": upload["sequenceStoreId"]}
    assert omics.list_multipart_read_set_uploads(**store)["uploads"] == []
    body = omics.get_read_set(**store, id=id, partNumber=1)["payload"].read()
    assert body == FASTQ_GZ + FASTQ_GZ


@pytest.mark.documented("S97", "S102")
def test_a_set_is_processed_first(
    omics: Client, upload: dict[str, str], progression: SetProgression
) -> None:
    progression("read_set", progression="manual", times=3)
    put(omics, upload, 1)
    id = omics.complete_multipart_read_set_upload(**upload, parts=named(1))["readSetId"]
    found = metadata(omics, upload, id)
    assert found["status"] == "PROCESSING_UPLOAD"
    assert not {"etag", "sequenceInformation"} & found.keys()
    part = {"sequenceStoreId": upload["sequenceStoreId"], "id": id, "partNumber": 1}
    assert omics.get_read_set(**part)["payload"].read() == FASTQ_GZ
    with raises_error("ResourceNotFoundException", 404, "The specified readset has no file INDEX."):
        omics.get_read_set(**part, file="INDEX")
    for _ in range(3):
        found = metadata(omics, upload, id)
    assert found["status"] == "ACTIVE"
    assert found["etag"]["algorithm"] == "FASTQ_MD5up"


@pytest.mark.documented("S111")
def test_a_part_is_replaced_and_keeps_its_creation_time(
    omics: Client, upload: dict[str, str], tmp_path: Path
) -> None:
    put(omics, upload, 1)
    (before,) = omics.list_read_set_upload_parts(**upload, partSource="SOURCE1")["parts"]
    file = tmp_path / "part"
    file.write_bytes(b"another part")
    with file.open("rb") as payload:
        omics.upload_read_set_part(**upload, partSource="SOURCE1", partNumber=1, payload=payload)
    (after,) = omics.list_read_set_upload_parts(**upload, partSource="SOURCE1")["parts"]
    assert after["partSize"] == len(b"another part")
    assert after["creationTime"] == before["creationTime"]
    assert after["lastUpdatedTime"] >= before["lastUpdatedTime"]
    later = {"createdAfter": before["creationTime"]}
    page = omics.list_read_set_upload_parts(**upload, partSource="SOURCE1", filter=later)
    assert page["parts"] == []


@pytest.mark.our_choice("S111")
def test_the_size_of_a_part_is_limited(
    omics: Client, upload: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_omics_batch.omics.resources.storage.uploads.PART_SIZE", 10)
    assert content.PART_SIZE == 104_857_600
    for payload in (b"", b"12345678901"):
        with raises_error("ValidationException", 400, "payload: a part has 1 to 10 bytes"):
            omics.upload_read_set_part(
                **upload, partSource="SOURCE1", partNumber=1, payload=payload
            )


@pytest.mark.our_choice("S114")
@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (named(2), "'parts.1.member': part 2 of SOURCE1 was not uploaded"),
        (named(1, 1), "'parts.2.member': part 1 of SOURCE1 is named twice"),
        (
            [{"partNumber": 1, "partSource": "SOURCE1", "checksum": "x"}],
            "'parts.1.member.checksum' is not the checksum of the part",
        ),
        (named(1, source="SOURCE2"), "'parts' must name a part of SOURCE1"),
        ([], "'parts' must name a part of SOURCE1"),
    ],
)
def test_parts_that_do_not_fit_are_refused(
    omics: Client, upload: dict[str, str], parts: list[dict[str, Any]], message: str
) -> None:
    put(omics, upload, 1)
    put(omics, upload, 1, "SOURCE2")
    with raises_error("ValidationException", 400, message):
        omics.complete_multipart_read_set_upload(**upload, parts=parts)
    id = omics.complete_multipart_read_set_upload(**upload, parts=named(1))["readSetId"]
    assert set(metadata(omics, upload, id)["files"]) == {"source1"}


@pytest.mark.our_choice("S112")
def test_only_fastq_has_a_second_source(omics: Client, store_id: str) -> None:
    created = omics.create_multipart_read_set_upload(
        sequenceStoreId=store_id,
        sourceFileType="UBAM",
        subjectId="subject-1",
        sampleId="HG002",
        name="HG002",
    )
    upload = {"sequenceStoreId": store_id, "uploadId": created["uploadId"]}
    with raises_error("ValidationException", 400, "'partSource': UBAM has no second source"):
        put(omics, upload, 1, "SOURCE2")
    put(omics, upload, 1)
    id = omics.complete_multipart_read_set_upload(**upload, parts=named(1))["readSetId"]
    (file,) = metadata(omics, upload, id)["files"].values()
    assert file["s3Access"]["s3Uri"].endswith("/HG002.bam")


@pytest.mark.documented("S110")
def test_an_aligned_upload_needs_a_reference_and_has_an_index(
    omics: Client, store_id: str, reference: Answer
) -> None:
    request = {
        "sequenceStoreId": store_id,
        "sourceFileType": "CRAM",
        "subjectId": "subject-1",
        "sampleId": "HG002",
        "name": "HG002",
    }
    with raises_error("ValidationException", 400, "'referenceArn' is required for CRAM"):
        omics.create_multipart_read_set_upload(**request)
    created = omics.create_multipart_read_set_upload(**request, referenceArn=reference["arn"])
    upload = {"sequenceStoreId": store_id, "uploadId": created["uploadId"]}
    put(omics, upload, 1)
    id = omics.complete_multipart_read_set_upload(**upload, parts=named(1))["readSetId"]
    found = metadata(omics, upload, id)
    assert found["referenceArn"] == reference["arn"]
    assert found["files"]["index"]["s3Access"]["s3Uri"].endswith("/HG002.cram.crai")


@pytest.mark.documented("S116")
def test_an_upload_that_ended_is_not_found(omics: Client, upload: dict[str, str]) -> None:
    omics.abort_multipart_read_set_upload(**upload)
    message = "The specified upload does not exist."
    with raises_error("ResourceNotFoundException", 404, message):
        put(omics, upload, 1)
    with raises_error("ResourceNotFoundException", 404, message):
        omics.abort_multipart_read_set_upload(**upload)
