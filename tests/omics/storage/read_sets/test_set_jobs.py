"""Activation and export jobs, step by step (S120 to S133, S160)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from conftest import ROLE, Answer, Client
from tests.omics.helpers import Clock, SetProgression, raises_not_found

from .conftest import BAM, BUCKET, ReadSet, uri

ACTIVE = "No activation needed as read set is already in ACTIVATING or ACTIVE state."
DONE = "The source job completed successfully."

Look = Callable[[str], list[str]]


@pytest.fixture
def archived(read_set: ReadSet, clock: Clock) -> str:
    """The id of an ARCHIVED read set."""
    id = str(read_set()["id"])
    clock.now += timedelta(days=30)
    return id


@pytest.fixture
def activate(omics: Client, store_id: str) -> Callable[..., str]:
    """``activate(id, …)`` starts an activation job and returns its id."""

    def start(*ids: str) -> str:
        started = omics.start_read_set_activation_job(
            sequenceStoreId=store_id, sources=[{"readSetId": id} for id in ids]
        )
        assert started["status"] == "SUBMITTED"
        assert "sources" not in started
        return str(started["id"])

    return start


@pytest.fixture
def look(omics: Client, store_id: str) -> Look:
    """``look(job_id)`` returns the statuses of an activation job and of its sources."""

    def get(id: str) -> list[str]:
        job = omics.get_read_set_activation_job(sequenceStoreId=store_id, id=id)
        return [job["status"], *(each["status"] for each in job["sources"])]

    return get


@pytest.mark.our_choice("S122", "S160")
def test_a_set_is_activating_while_its_job_is_in_progress(
    omics: Client,
    archived: str,
    activate: Callable[..., str],
    look: Look,
    store_id: str,
    progression: SetProgression,
) -> None:
    progression("read_set_activation_job", progression="manual", times=1)
    job_id = activate(archived)

    def status() -> str:
        found = omics.get_read_set_metadata(sequenceStoreId=store_id, id=archived)
        return str(found["status"])

    assert status() == "ARCHIVED"
    assert look(job_id) == ["IN_PROGRESS", "IN_PROGRESS"]
    assert status() == "ACTIVATING"
    with pytest.raises(omics.exceptions.ConflictException, match="its status is ACTIVATING"):
        omics.get_read_set(sequenceStoreId=store_id, id=archived, partNumber=1)
    omics.list_read_set_activation_jobs(sequenceStoreId=store_id)
    assert status() == "ACTIVATING"
    assert look(job_id) == ["COMPLETED", "FINISHED"]
    assert status() == "ACTIVE"


@pytest.mark.documented("S121")
def test_a_set_that_is_being_activated_needs_no_other_activation(
    omics: Client,
    archived: str,
    activate: Callable[..., str],
    look: Look,
    store_id: str,
    progression: SetProgression,
) -> None:
    progression("read_set_activation_job", progression="manual", times=1)
    first, second = activate(archived), activate(archived)
    assert look(first) == ["IN_PROGRESS", "IN_PROGRESS"]
    assert look(second) == ["IN_PROGRESS", "IN_PROGRESS"]
    assert look(second) == ["COMPLETED", "FINISHED"]
    assert look(first) == ["COMPLETED", "FINISHED"]
    messages = [
        omics.get_read_set_activation_job(sequenceStoreId=store_id, id=id)["sources"][0][
            "statusMessage"
        ]
        for id in (first, second)
    ]
    assert messages == [DONE, ACTIVE]


@pytest.mark.our_choice("S122")
def test_an_activated_set_is_archived_after_30_more_days(
    omics: Client,
    archived: str,
    activate: Callable[..., str],
    look: Look,
    store_id: str,
    clock: Clock,
) -> None:
    assert look(activate(archived)) == ["COMPLETED", "FINISHED"]
    before = omics.get_read_set_metadata(sequenceStoreId=store_id, id=archived)
    clock.now += timedelta(days=29)
    found = omics.get_read_set_metadata(sequenceStoreId=store_id, id=archived)
    assert (found["status"], found["etag"]) == ("ACTIVE", before["etag"])
    clock.now += timedelta(days=1)
    found = omics.get_read_set_metadata(sequenceStoreId=store_id, id=archived)
    assert found["status"] == "ARCHIVED"


@pytest.fixture
def processing(omics: Client, store_id: str, progression: SetProgression) -> str:
    """The id of a read set that is PROCESSING_UPLOAD for three looks."""
    progression("read_set", progression="manual", times=3)
    upload = omics.create_multipart_read_set_upload(
        sequenceStoreId=store_id,
        sourceFileType="UBAM",
        subjectId="subject-1",
        sampleId="HG002",
        name="HG002",
    )
    named = {"sequenceStoreId": store_id, "uploadId": upload["uploadId"]}
    part = {"partSource": "SOURCE1", "partNumber": 1}
    checksum = omics.upload_read_set_part(**named, **part, payload=BAM)["checksum"]
    completed = omics.complete_multipart_read_set_upload(
        **named, parts=[{**part, "checksum": checksum}]
    )
    return str(completed["readSetId"])


@pytest.mark.our_choice("S123", "S131")
def test_a_set_that_is_being_processed_is_neither_activated_nor_exported(
    omics: Client, processing: str, activate: Callable[..., str], store_id: str
) -> None:
    job = omics.get_read_set_activation_job(sequenceStoreId=store_id, id=activate(processing))
    assert (job["status"], job["sources"][0]["statusMessage"]) == (
        "FAILED",
        "The read set cannot be activated: its status is PROCESSING_UPLOAD",
    )
    started = omics.start_read_set_export_job(
        sequenceStoreId=store_id,
        roleArn=ROLE,
        destination=uri(""),
        sources=[{"readSetId": processing}],
    )
    exported = omics.get_read_set_export_job(sequenceStoreId=store_id, id=started["id"])
    assert exported["readSets"] == [
        {
            "id": processing,
            "status": "FAILED",
            "statusMessage": "The read set cannot be exported: its status is PROCESSING_UPLOAD",
        }
    ]


@pytest.mark.our_choice("S121")
def test_a_set_whose_processing_ends_during_the_job_needs_no_activation(
    omics: Client,
    processing: str,
    activate: Callable[..., str],
    look: Look,
    store_id: str,
    progression: SetProgression,
) -> None:
    progression("read_set_activation_job", progression="manual", times=1)
    job_id = activate(processing)
    assert look(job_id) == ["IN_PROGRESS", "IN_PROGRESS"]
    for _ in range(3):
        omics.get_read_set_metadata(sequenceStoreId=store_id, id=processing)
    job = omics.get_read_set_activation_job(sequenceStoreId=store_id, id=job_id)
    assert (job["status"], job["sources"][0]["statusMessage"]) == ("COMPLETED", ACTIVE)


@pytest.mark.our_choice("S123")
def test_sets_that_are_not_in_the_store_fail_their_items(
    omics: Client,
    archived: str,
    activate: Callable[..., str],
    look: Look,
    store_id: str,
    progression: SetProgression,
) -> None:
    other = omics.create_sequence_store(name="other")["id"]
    job = omics.start_read_set_activation_job(
        sequenceStoreId=other, sources=[{"readSetId": archived}]
    )
    found = omics.get_read_set_activation_job(sequenceStoreId=other, id=job["id"])
    assert found["sources"][0]["statusMessage"] == "The specified readset does not exist."
    progression("read_set_activation_job", progression="manual", times=1)
    job_id = activate(archived)
    assert look(job_id) == ["IN_PROGRESS", "IN_PROGRESS"]
    omics.batch_delete_read_set(sequenceStoreId=store_id, ids=[archived])
    assert look(job_id) == ["FAILED", "FAILED"]
    with raises_not_found("The specified activation job does not exist."):
        omics.get_read_set_activation_job(sequenceStoreId=other, id=job_id)


@pytest.mark.our_choice("S132")
def test_an_export_writes_sources_and_index_and_replaces_objects(
    omics: Client, s3: Client, read_set: ReadSet, reference: Answer, store_id: str
) -> None:
    id = read_set("BAM", "HG002.bam", referenceArn=reference["arn"])["id"]
    for destination, prefix in ((f"s3://{BUCKET}", ""), (uri("out/"), "out/")):
        s3.put_object(Bucket=BUCKET, Key=f"{prefix}{id}/HG002.bam", Body=b"old")
        job = omics.start_read_set_export_job(
            sequenceStoreId=store_id,
            roleArn=ROLE,
            destination=destination,
            sources=[{"readSetId": id}],
        )
        found = omics.get_read_set_export_job(sequenceStoreId=store_id, id=job["id"])
        assert (found["status"], found["destination"]) == ("COMPLETED", destination)
        listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{prefix}{id}/")["Contents"]
        assert [each["Key"] for each in listed] == [
            f"{prefix}{id}/HG002.bam",
            f"{prefix}{id}/HG002.bam.bai",
        ]
        assert s3.get_object(Bucket=BUCKET, Key=listed[0]["Key"])["Body"].read() == BAM


@pytest.mark.our_choice("S131", "S160")
def test_an_export_is_an_access_at_its_end(
    omics: Client,
    s3: Client,
    read_set: ReadSet,
    store_id: str,
    clock: Clock,
    progression: SetProgression,
) -> None:
    progression("read_set_export_job", progression="manual", times=1)
    id = read_set()["id"]
    clock.now += timedelta(days=29)
    job = omics.start_read_set_export_job(
        sequenceStoreId=store_id,
        roleArn=ROLE,
        destination=uri("out/"),
        sources=[{"readSetId": id}],
    )
    for status, count in (("IN_PROGRESS", 0), ("COMPLETED", 1)):
        found = omics.get_read_set_export_job(sequenceStoreId=store_id, id=job["id"])
        assert found["status"] == status
        assert s3.list_objects_v2(Bucket=BUCKET, Prefix="out/")["KeyCount"] == count
    clock.now += timedelta(days=29)
    found = omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)
    assert found["status"] == "ACTIVE"


@pytest.mark.our_choice("S96", "S131")
@pytest.mark.parametrize("polls", [False, True])
def test_an_export_that_ended_before_the_30_days_found_the_set_active(
    omics: Client,
    s3: Client,
    read_set: ReadSet,
    store_id: str,
    clock: Clock,
    progression: SetProgression,
    polls: bool,
) -> None:
    progression("read_set_export_job", progression="time", seconds=12 * 3600)
    named = {"sequenceStoreId": store_id, "id": read_set()["id"]}
    clock.now += timedelta(days=28)
    job = omics.start_read_set_export_job(
        sequenceStoreId=store_id,
        roleArn=ROLE,
        destination=uri("out/"),
        sources=[{"readSetId": named["id"]}],
    )
    clock.now += timedelta(days=1)
    if polls:
        omics.get_read_set_export_job(sequenceStoreId=store_id, id=job["id"])
    clock.now += timedelta(days=2)
    found = omics.get_read_set_export_job(sequenceStoreId=store_id, id=job["id"])
    assert found["status"] == "COMPLETED"
    assert omics.get_read_set_metadata(**named)["status"] == "ACTIVE"
    clock.now += timedelta(days=28)
    assert omics.get_read_set_metadata(**named)["status"] == "ARCHIVED"
