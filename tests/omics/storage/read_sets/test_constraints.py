"""Constraints of the model, and what responses have (S70, S74, S110 to S140)."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ROLE, Client
from tests.omics.helpers import error_of

from .conftest import BUCKET, source

IDS = [str(number) for number in range(1_000_000_000, 1_000_000_101)]


@pytest.mark.documented("S74", "S120", "S130", "S140")
@pytest.mark.parametrize(
    ("operation", "member", "items", "request_"),
    [
        ("start_read_set_import_job", "sources", [source()] * 101, {"roleArn": ROLE}),
        (
            "start_read_set_export_job",
            "sources",
            [{"readSetId": id} for id in IDS],
            {"roleArn": ROLE, "destination": f"s3://{BUCKET}/"},
        ),
        ("start_read_set_activation_job", "sources", [{"readSetId": id} for id in IDS[:21]], {}),
        ("batch_delete_read_set", "ids", IDS, {}),
    ],
)
def test_the_number_of_items_is_limited(
    raw_omics: Client,
    s3: Client,
    store_id: str,
    operation: str,
    member: str,
    items: list[Any],
    request_: dict[str, Any],
) -> None:
    call = getattr(raw_omics, operation)
    given = {"sequenceStoreId": store_id, **request_}
    for wrong, constraint in (
        (items, f"less than or equal to {len(items) - 1}"),
        ([], "greater than or equal to 1"),
    ):
        code, status, message = error_of(call, **given, **{member: wrong})
        assert (code, status) == ("ValidationException", 400)
        assert f"at '{member}' failed to satisfy constraint: Member must have length " in message
        assert constraint in message
    call(**given, **{member: items[:-1]})


@pytest.mark.documented("S14", "S130")
def test_the_destination_of_an_export_is_a_folder(raw_omics: Client, store_id: str) -> None:
    for destination in ("s3://bucket/file", "bucket/", "s3://"):
        code, status, message = error_of(
            raw_omics.start_read_set_export_job,
            sequenceStoreId=store_id,
            roleArn=ROLE,
            destination=destination,
            sources=[{"readSetId": IDS[0]}],
        )
        assert (code, status) == ("ValidationException", 400)
        assert f"Value '{destination}' at 'destination' failed to satisfy constraint" in message


@pytest.mark.documented("S111", "S110")
def test_numbers_and_sources_of_parts_are_limited(raw_omics: Client, store_id: str) -> None:
    created = raw_omics.create_multipart_read_set_upload(
        sequenceStoreId=store_id,
        sourceFileType="FASTQ",
        subjectId="subject-1",
        sampleId="HG002",
        name="HG002",
    )
    upload = {"sequenceStoreId": store_id, "uploadId": created["uploadId"], "payload": b"x"}
    for wrong in (
        {"partSource": "SOURCE1", "partNumber": 0},
        {"partSource": "SOURCE1", "partNumber": 10_001},
        {"partSource": "INDEX", "partNumber": 1},
    ):
        code, status, _ = error_of(raw_omics.upload_read_set_part, **upload, **wrong)
        assert (code, status) == ("ValidationException", 400)
    raw_omics.upload_read_set_part(**upload, partSource="SOURCE2", partNumber=10_000)


@pytest.mark.documented("S120", "S130", "S8")
def test_a_token_starts_one_job(omics: Client, store_id: str) -> None:
    named = {"sequenceStoreId": store_id, "sources": [{"readSetId": IDS[0]}], "clientToken": "once"}
    activations = [omics.start_read_set_activation_job(**named)["id"] for _ in range(2)]
    exported = {"roleArn": ROLE, "destination": f"s3://{BUCKET}"}
    exports = [omics.start_read_set_export_job(**named, **exported)["id"] for _ in range(2)]
    assert activations[0] == activations[1] != exports[0] == exports[1]
