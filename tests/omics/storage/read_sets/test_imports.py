"""StartReadSetImportJob, GetReadSetImportJob, ListReadSetImportJobs (S70 to S81)."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import WaiterError

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, MakeClient
from tests.omics.helpers import SetProgression, raises_error

from .conftest import BUCKET, FASTQ_GZ, Import, ReadSet, source, uri

REFERENCE = f"arn:aws:omics:{REGION}:{ACCOUNT}:referenceStore/1234567890/reference/1234567890"


@pytest.mark.documented("S70", "S74", "S75", "S190")
def test_a_job_imports_several_types(
    omics: Client, import_sets: Import, reference: Answer, store_id: str
) -> None:
    job = import_sets(
        source("FASTQ", "R1.fastq.gz", "R2.fastq.gz", name="pair", tags={"lab": "A"}),
        source("BAM", "HG002.bam", referenceArn=reference["arn"], generatedFrom="run 7"),
    )
    assert (job["status"], job["statusMessage"]) == (
        "COMPLETED",
        "The job completed successfully.",
    )
    assert job["completionTime"] >= job["creationTime"]
    pair, bam = job["sources"]
    assert pair["sourceFiles"] == {"source1": uri("R1.fastq.gz"), "source2": uri("R2.fastq.gz")}
    assert (pair["status"], bam["status"]) == ("FINISHED", "FINISHED")
    assert bam["generatedFrom"] == "run 7"
    listed = omics.list_read_sets(sequenceStoreId=store_id)["readSets"]
    assert [found["id"] for found in listed] == [pair["readSetId"], bam["readSetId"]]


@pytest.mark.documented("S151")
def test_a_source_shows_the_tags_of_the_service(import_sets: Import) -> None:
    (found,) = import_sets(source(tags={"lab": "A"}))["sources"]
    assert found["tags"] == {
        "lab": "A",
        "aws:omics:subjectId": "subject-1",
        "aws:omics:sampleId": "HG002",
    }


@pytest.mark.documented("S70")
def test_the_start_and_the_list_have_no_sources(omics: Client, s3: Client, store_id: str) -> None:
    started = omics.start_read_set_import_job(
        sequenceStoreId=store_id, roleArn=ROLE, sources=[source()]
    )
    assert started["status"] == "SUBMITTED"
    assert started["roleArn"] == ROLE
    (listed,) = omics.list_read_set_import_jobs(sequenceStoreId=store_id)["importJobs"]
    assert (listed["id"], listed["status"]) == (started["id"], "COMPLETED")
    assert not {"sources", "statusMessage"} & (started.keys() | listed.keys())
    other = omics.list_read_set_import_jobs(
        sequenceStoreId=store_id, filter={"status": "SUBMITTED"}
    )
    assert other["importJobs"] == []


@pytest.mark.our_choice("S75", "S160")
def test_a_job_moves_step_by_step_under_manual_progression(
    omics: Client, s3: Client, store_id: str, progression: SetProgression
) -> None:
    progression("read_set_import_job", progression="manual", times=1)
    id = omics.start_read_set_import_job(
        sequenceStoreId=store_id, roleArn=ROLE, sources=[source(), source("FASTQ", "absent")]
    )["id"]

    def look() -> list[Any]:
        job = omics.get_read_set_import_job(sequenceStoreId=store_id, id=id)
        return [job["status"], *(s["status"] for s in job["sources"]), "completionTime" in job]

    assert omics.list_read_set_import_jobs(sequenceStoreId=store_id)["importJobs"][0]["status"] == (
        "SUBMITTED"
    )
    assert look() == ["IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS", False]
    job = omics.get_read_set_import_job(sequenceStoreId=store_id, id=id)
    assert "readSetId" in job["sources"][0]
    assert look() == ["COMPLETED_WITH_FAILURES", "FINISHED", "FAILED", True]


@pytest.mark.our_choice("S76", "S77", "S80")
def test_objects_that_cannot_be_read_fail_their_source(
    client: MakeClient, s3: Client, import_sets: Import
) -> None:
    s3.put_object(Bucket=BUCKET, Key="empty", Body=b"")
    job = import_sets(source("FASTQ", "absent"), source(), source("FASTQ", "empty"))
    assert (job["status"], job["statusMessage"]) == (
        "COMPLETED_WITH_FAILURES",
        "The job completed with failures.",
    )
    absent, found, empty = job["sources"]
    assert absent["statusMessage"] == f"S3 object not found: {uri('absent')}"
    assert empty["statusMessage"] == f"S3 object is empty: {uri('empty')}"
    assert found["status"] == "FINISHED"
    assert "readSetId" not in absent
    failed = import_sets(source("FASTQ", "absent"))
    assert (failed["status"], failed["statusMessage"]) == ("FAILED", "The job failed.")


@pytest.mark.our_choice("S72")
@pytest.mark.parametrize("type", ["BAM", "CRAM"])
def test_aligned_reads_need_a_reference(omics: Client, store_id: str, type: str) -> None:
    with raises_error(
        "ValidationException", 400, f"'sources.1.member.referenceArn' is required for {type}"
    ):
        omics.start_read_set_import_job(
            sequenceStoreId=store_id, roleArn=ROLE, sources=[source(type, "HG002.bam")]
        )


@pytest.mark.our_choice("S72")
def test_only_fastq_has_pairs(omics: Client, store_id: str) -> None:
    with raises_error("ValidationException", 400, "'sources.2.member': UBAM has no second source"):
        omics.start_read_set_import_job(
            sequenceStoreId=store_id,
            roleArn=ROLE,
            sources=[source(), source("UBAM", "a.bam", "b.bam")],
        )


@pytest.mark.our_choice("S73")
def test_the_reference_must_exist(omics: Client, store_id: str) -> None:
    def start(arn: str) -> None:
        omics.start_read_set_import_job(
            sequenceStoreId=store_id,
            roleArn=ROLE,
            sources=[source("BAM", "HG002.bam", referenceArn=arn)],
        )

    with raises_error("ResourceNotFoundException", 404, "The specified reference does not exist."):
        start(REFERENCE)
    arn = f"arn:aws:omics:{REGION}:{ACCOUNT}:referenceStore/1234567890"
    with raises_error(
        "ValidationException",
        400,
        f"'sources.1.member.referenceArn' is not the ARN of a reference: {arn}",
    ):
        start(arn)


@pytest.mark.documented("S22", "S191")
def test_a_job_of_another_store_is_not_found(omics: Client, import_sets: Import) -> None:
    job = import_sets(source())
    other = omics.create_sequence_store(name="other")["id"]
    with raises_error("ResourceNotFoundException", 404, "The specified import job does not exist."):
        omics.get_read_set_import_job(sequenceStoreId=other, id=job["id"])
    with raises_error(
        "ResourceNotFoundException", 404, "The specified sequence store does not exist."
    ):
        omics.list_read_set_import_jobs(sequenceStoreId="1234567890")


@pytest.mark.documented("S8")
def test_the_same_token_starts_one_job(omics: Client, s3: Client, store_id: str) -> None:
    request = {
        "sequenceStoreId": store_id,
        "roleArn": ROLE,
        "sources": [source()],
        "clientToken": "once",
    }
    first, second = (omics.start_read_set_import_job(**request)["id"] for _ in range(2))
    assert first == second
    with raises_error(
        "ValidationException", 400, "The clientToken once was used before with other parameters"
    ):
        omics.start_read_set_import_job(**{**request, "sources": [source(), source()]})


@pytest.mark.documented("S170")
def test_the_waiter_of_imports(omics: Client, import_sets: Import, store_id: str) -> None:
    waiter = omics.get_waiter("read_set_import_job_completed")
    waiter.wait(sequenceStoreId=store_id, id=import_sets(source())["id"], WaiterConfig={"Delay": 0})
    partly = import_sets(source(), source("FASTQ", "absent"))
    with pytest.raises(WaiterError, match="COMPLETED_WITH_FAILURES"):
        waiter.wait(sequenceStoreId=store_id, id=partly["id"], WaiterConfig={"Delay": 0})


@pytest.mark.our_choice("S93", "S61")
def test_names_of_sets_and_files(read_set: ReadSet, s3: Client) -> None:
    assert read_set()["name"] == "R1.fastq.gz"
    s3.put_object(Bucket=BUCKET, Key="lane/R1.fastq.gz", Body=FASTQ_GZ)
    found = read_set("FASTQ", "R1.fastq.gz", "lane/R1.fastq.gz", name="same names")
    names = [file["s3Access"]["s3Uri"].rpartition("/")[2] for file in found["files"].values()]
    assert names == ["R1_source1.fastq.gz", "R1_source2.fastq.gz"]
