"""Uploads that fail, parts, and deleted read sets (S97, S100, S102, S141, S142)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from conftest import Client, MakeClient
from tests.omics.event_queue import EventQueue, event_pattern
from tests.omics.helpers import (
    Clock,
    SetProgression,
    fail_upload,
    raises_conflict,
    raises_not_found,
)

from .conftest import BAM, BUCKET, Import, ReadSet, source

ABSENT = "The specified readset does not exist."


def upload(omics: Client, store_id: str, type: str = "UBAM", *parts: bytes, **more: Any) -> str:
    """Upload a read set in these parts and return its id."""
    created = omics.create_multipart_read_set_upload(
        sequenceStoreId=store_id,
        sourceFileType=type,
        subjectId="subject-1",
        sampleId="HG002",
        name="HG002",
        **more,
    )
    named = {"sequenceStoreId": store_id, "uploadId": created["uploadId"]}
    done = []
    for number, payload in enumerate(parts or (BAM,), 1):
        part = {"partSource": "SOURCE1", "partNumber": number}
        checksum = omics.upload_read_set_part(**named, **part, payload=payload)["checksum"]
        done.append({**part, "checksum": checksum})
    return str(omics.complete_multipart_read_set_upload(**named, parts=done)["readSetId"])


@pytest.mark.documented("S97")
def test_an_index_and_hashes_appear_when_an_upload_was_processed(
    omics: Client, reference: dict[str, Any], store_id: str, progression: SetProgression
) -> None:
    progression("read_set", progression="manual", times=2)
    id = upload(omics, store_id, "BAM", referenceArn=reference["arn"])
    found = omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)
    assert (found["status"], set(found["files"])) == ("PROCESSING_UPLOAD", {"source1"})
    (listed,) = omics.list_read_sets(sequenceStoreId=store_id)["readSets"]
    for shown in (found, listed):
        assert not {"etag", "sequenceInformation"} & shown.keys()
    assert "files" not in listed
    omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)
    found = omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)
    assert (found["status"], set(found["files"])) == ("ACTIVE", {"source1", "index"})
    assert found["etag"]["algorithm"] == "BAM_MD5up"


@pytest.mark.documented("S97", "S115")
def test_a_failed_upload_is_listed_with_its_message(
    omics: Client, store_id: str, progression: SetProgression
) -> None:
    progression("read_set", progression="manual", times=1)
    id = upload(omics, store_id)
    fail_upload(id, "The file is not a BAM file")
    found = omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)
    assert (found["status"], found["statusMessage"]) == (
        "UPLOAD_FAILED",
        "The file is not a BAM file",
    )
    (listed,) = omics.list_read_sets(
        sequenceStoreId=store_id, filter={"status": "UPLOAD_FAILED", "creationType": "UPLOAD"}
    )["readSets"]
    assert listed["statusMessage"] == "The file is not a BAM file"
    assert "etag" not in found


@pytest.mark.our_choice("S102", "S123", "S142")
def test_a_failed_upload_can_only_be_deleted(
    omics: Client, store_id: str, progression: SetProgression, clock: Clock
) -> None:
    progression("read_set", progression="manual", times=1)
    id = upload(omics, store_id)
    fail_upload(id, "The file is not a BAM file")
    omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)
    clock.now += timedelta(days=60)
    with raises_conflict(f"The read set {id} cannot be read: its status is UPLOAD_FAILED"):
        omics.get_read_set(sequenceStoreId=store_id, id=id, partNumber=1)
    job = omics.start_read_set_activation_job(sequenceStoreId=store_id, sources=[{"readSetId": id}])
    (item,) = omics.get_read_set_activation_job(sequenceStoreId=store_id, id=job["id"])["sources"]
    assert item["statusMessage"] == (
        "The read set cannot be activated: its status is UPLOAD_FAILED"
    )
    assert "errors" not in omics.batch_delete_read_set(sequenceStoreId=store_id, ids=[id])
    assert omics.list_read_sets(sequenceStoreId=store_id)["readSets"] == []


@pytest.mark.our_choice("S160")
def test_a_get_moves_a_set_and_a_list_does_not(
    omics: Client, store_id: str, progression: SetProgression
) -> None:
    progression("read_set", progression="manual", times=2)
    id = upload(omics, store_id)

    def listed() -> str:
        (found,) = omics.list_read_sets(sequenceStoreId=store_id)["readSets"]
        return str(found["status"])

    assert [listed() for _ in range(4)] == ["PROCESSING_UPLOAD"] * 4
    for _ in range(3):
        omics.get_read_set(sequenceStoreId=store_id, id=id, partNumber=1)
    assert listed() == "ACTIVE"


@pytest.mark.documented("S78", "S100")
def test_a_part_is_that_of_the_whole_file(
    omics: Client, store_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_omics_batch.domain.content.PART_SIZE", 4)
    id = upload(omics, store_id, "UBAM", b"012", b"345678", b"9")
    file = omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)["files"]["source1"]
    assert (file["totalParts"], file["partSize"], file["contentLength"]) == (3, 4, 10)
    parts = [
        omics.get_read_set(sequenceStoreId=store_id, id=id, partNumber=number)["payload"].read()
        for number in (1, 2, 3)
    ]
    assert parts == [b"0123", b"4567", b"89"]
    with pytest.raises(omics.exceptions.RangeNotSatisfiableException) as caught:
        omics.get_read_set(sequenceStoreId=store_id, id=id, partNumber=4)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 416


@pytest.mark.documented("S141")
def test_errors_of_a_deletion_are_in_the_order_of_the_ids(
    omics: Client, read_set: ReadSet, store_id: str
) -> None:
    id = read_set()["id"]
    other = omics.create_sequence_store(name="other")["id"]
    elsewhere = upload(omics, other)
    response = omics.batch_delete_read_set(
        sequenceStoreId=store_id, ids=["9999999999", id, elsewhere, id, "1111111111"]
    )
    assert response["errors"] == [
        {"id": each, "code": "", "message": ABSENT}
        for each in ("9999999999", elsewhere, id, "1111111111")
    ]
    assert omics.get_read_set_metadata(sequenceStoreId=other, id=elsewhere)["status"] == "ACTIVE"
    with raises_not_found("The specified sequence store does not exist."):
        omics.batch_delete_read_set(sequenceStoreId="1234567890", ids=[id])


@pytest.mark.our_choice("S142")
def test_a_deleted_set_is_gone_at_once(
    omics: Client, import_sets: Import, store_id: str, clock: Clock
) -> None:
    job = import_sets(source(), source(), source())
    ids = [each["readSetId"] for each in job["sources"]]
    clock.now += timedelta(days=30)
    omics.batch_delete_read_set(sequenceStoreId=store_id, ids=ids[:2])
    for status in ("DELETING", "DELETED"):
        page = omics.list_read_sets(sequenceStoreId=store_id, filter={"status": status})
        assert page["readSets"] == []
    (left,) = omics.list_read_sets(sequenceStoreId=store_id)["readSets"]
    assert (left["id"], left["status"]) == (ids[2], "ARCHIVED")
    for get in (omics.get_read_set_metadata, omics.get_read_set):
        part = {"partNumber": 1} if get == omics.get_read_set else {}
        with raises_not_found(ABSENT):
            get(sequenceStoreId=store_id, id=ids[0], **part)
    again = omics.get_read_set_import_job(sequenceStoreId=store_id, id=job["id"])
    assert [each["readSetId"] for each in again["sources"]] == ids


@pytest.mark.our_choice("S95")
def test_the_object_of_an_imported_set_may_go(
    omics: Client, s3: Client, read_set: ReadSet, store_id: str
) -> None:
    id = read_set("UBAM", "HG002.bam")["id"]
    s3.delete_object(Bucket=BUCKET, Key="HG002.bam")
    part = omics.get_read_set(sequenceStoreId=store_id, id=id, partNumber=1)
    assert part["payload"].read() == BAM


@pytest.mark.documented("S172", "S173")
def test_each_status_of_a_set_is_an_event(
    client: MakeClient, omics: Client, store_id: str, progression: SetProgression, clock: Clock
) -> None:
    progression("read_set", progression="manual", times=1)
    queue = EventQueue(client, event_pattern("Read Set"))
    failed, good = upload(omics, store_id), upload(omics, store_id)
    fail_upload(failed, "The file is not a BAM file")
    for id in (failed, good):
        omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)
    clock.now += timedelta(days=30)
    job = omics.start_read_set_activation_job(
        sequenceStoreId=store_id, sources=[{"readSetId": good}]
    )
    omics.get_read_set_activation_job(sequenceStoreId=store_id, id=job["id"])
    omics.batch_delete_read_set(sequenceStoreId=store_id, ids=[failed, good])
    details = [event["detail"] for event in queue.receive()]
    statuses = {
        id: [detail["status"] for detail in details if detail["id"] == id] for id in (failed, good)
    }
    assert statuses == {
        failed: ["PROCESSING_UPLOAD", "UPLOAD_FAILED", "DELETED"],
        good: ["PROCESSING_UPLOAD", "ACTIVE", "ARCHIVED", "ACTIVATING", "ACTIVE", "DELETED"],
    }
    (told,) = (detail for detail in details if detail["status"] == "UPLOAD_FAILED")
    assert told["statusMessage"] == "The file is not a BAM file"
    assert told["sequenceStoreId"] == store_id
    assert "creationJobId" not in told
