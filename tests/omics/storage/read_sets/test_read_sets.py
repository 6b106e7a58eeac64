"""GetReadSetMetadata, ListReadSets, GetReadSet, BatchDeleteReadSet (S90 to S104, S140 to S151)."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from conftest import ACCOUNT, REGION, ROLE, Answer, Client
from tests.omics.helpers import Clock, raises_error

from .conftest import BAM, BUCKET, FASTQ, FASTQ_GZ, Import, ReadSet, source, uri


@pytest.mark.documented("S90", "S91", "S92", "S21", "S23")
def test_the_metadata_of_a_pair(omics: Client, import_sets: Import, store_id: str) -> None:
    job = import_sets(source("FASTQ", "R1.fastq.gz", "R2.fastq.gz", name="pair"))
    id = job["sources"][0]["readSetId"]
    found = omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)
    assert found["arn"] == (
        f"arn:aws:omics:{REGION}:{ACCOUNT}:sequenceStore/{store_id}/readSet/{id}"
    )
    assert (found["status"], found["fileType"], found["creationType"]) == (
        "ACTIVE",
        "FASTQ",
        "IMPORT",
    )
    assert found["creationJobId"] == job["id"]
    assert found["sequenceInformation"] == {
        "totalReadCount": 4,
        "totalBaseCount": 12,
        "alignment": "UNALIGNED",
    }
    assert set(found["files"]) == {"source1", "source2"}
    assert found["files"]["source1"]["contentLength"] == len(FASTQ_GZ)
    assert found["files"]["source1"]["totalParts"] == 1
    assert "tags" not in found


@pytest.mark.documented("S94")
@pytest.mark.parametrize("family", ["MD5up", "SHA256up", "SHA512up"])
def test_the_etag_of_fastq_is_that_of_the_uncompressed_file(
    omics: Client, s3: Client, family: str
) -> None:
    store_id = omics.create_sequence_store(name="reads", eTagAlgorithmFamily=family)["id"]
    omics.start_read_set_import_job(sequenceStoreId=store_id, roleArn=ROLE, sources=[source()])
    (found,) = omics.list_read_sets(sequenceStoreId=store_id)["readSets"]
    digest = hashlib.new(family.removesuffix("up").lower(), FASTQ).hexdigest()
    assert found["etag"] == {"algorithm": f"FASTQ_{family}", "source1": digest}


@pytest.mark.our_choice("S94", "S92", "S71", "S104")
def test_an_aligned_set_has_an_index_and_no_counts(
    s3: Client, read_set: ReadSet, reference: Answer, omics: Client, store_id: str
) -> None:
    found = read_set("BAM", "HG002.bam", referenceArn=reference["arn"])
    assert found["sequenceInformation"] == {
        "totalReadCount": 0,
        "totalBaseCount": 0,
        "alignment": "ALIGNED",
    }
    assert found["etag"] == {"algorithm": "BAM_MD5up", "source1": hashlib.md5(BAM).hexdigest()}
    assert found["files"]["index"]["s3Access"]["s3Uri"].endswith("/HG002.bam.bai")
    part = {"sequenceStoreId": store_id, "id": found["id"], "partNumber": 1}
    assert omics.get_read_set(**part, file="INDEX")["payload"].read() == b"BAI\x01" + bytes(4)
    s3.put_object(Bucket=BUCKET, Key="HG002.bam.bai", Body=b"an index")
    part["id"] = read_set("BAM", "HG002.bam", referenceArn=reference["arn"])["id"]
    assert omics.get_read_set(**part, file="INDEX")["payload"].read() == b"an index"


@pytest.mark.our_choice("S92")
def test_what_is_no_fastq_has_no_reads(s3: Client, read_set: ReadSet) -> None:
    for body in (b"@r1\nAC\n+\n", b"r1\nAC\n+\nII\n", b"@r1\nAC\nx\nII\n", b"\x1f\x8bbroken"):
        s3.put_object(Bucket=BUCKET, Key="odd.fastq", Body=body)
        assert read_set("FASTQ", "odd.fastq")["sequenceInformation"]["totalReadCount"] == 0


@pytest.mark.documented("S4", "S100")
def test_the_very_bytes_are_returned(omics: Client, read_set: ReadSet, store_id: str) -> None:
    id = read_set("FASTQ", "R1.fastq.gz", "R2.fastq.gz")["id"]
    for file in ({}, {"file": "SOURCE1"}, {"file": "SOURCE2"}):
        response = omics.get_read_set(sequenceStoreId=store_id, id=id, partNumber=1, **file)
        assert response["payload"].read() == FASTQ_GZ


@pytest.mark.our_choice("S101")
def test_parts_and_files_that_do_not_exist(omics: Client, read_set: ReadSet, store_id: str) -> None:
    id = read_set()["id"]
    with raises_error(
        "RangeNotSatisfiableException", 416, "partNumber 2 is above 1, the last part"
    ):
        omics.get_read_set(sequenceStoreId=store_id, id=id, partNumber=2)
    for file in ("SOURCE2", "INDEX"):
        with raises_error(
            "ResourceNotFoundException", 404, f"The specified readset has no file {file}."
        ):
            omics.get_read_set(sequenceStoreId=store_id, id=id, partNumber=1, file=file)


@pytest.mark.documented("S11", "S12")
def test_filters_of_the_list(
    omics: Client, import_sets: Import, reference: Answer, store_id: str
) -> None:
    import_sets(
        source(name="a", generatedFrom="run 7"),
        source("BAM", "HG002.bam", name="b", referenceArn=reference["arn"], sampleId="HG003"),
    )

    def names(**filter: object) -> list[str]:
        found = omics.list_read_sets(sequenceStoreId=store_id, filter=filter)["readSets"]
        return [item["name"] for item in found]

    assert names(name="a") == ["a"]
    assert names(sampleId="HG003", subjectId="subject-1", status="ACTIVE") == ["b"]
    assert names(referenceArn=reference["arn"]) == ["b"]
    assert names(referenceArn="") == ["a"]
    assert names(generatedFrom="run 7", creationType="IMPORT") == ["a"]
    assert names(creationType="UPLOAD") == []
    created = omics.list_read_sets(sequenceStoreId=store_id)["readSets"][0]["creationTime"]
    assert names(createdAfter=created) == []
    assert names(createdBefore=created) == []
    second = timedelta(seconds=1)
    assert names(createdAfter=created - second, createdBefore=created + second) == ["a", "b"]


@pytest.mark.documented("S96", "S120", "S122", "S102")
def test_a_set_without_access_is_archived_and_activated(
    omics: Client, read_set: ReadSet, store_id: str, clock: Clock
) -> None:
    id = read_set()["id"]
    part = {"sequenceStoreId": store_id, "id": id, "partNumber": 1}
    clock.now += timedelta(days=29)
    omics.get_read_set(**part)
    clock.now += timedelta(days=29)
    assert omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)["status"] == "ACTIVE"
    clock.now += timedelta(days=1)
    (listed,) = omics.list_read_sets(sequenceStoreId=store_id)["readSets"]
    assert listed["status"] == "ARCHIVED"
    with raises_error(
        "ConflictException", 409, f"The read set {id} cannot be read: its status is ARCHIVED"
    ):
        omics.get_read_set(**part)
    job = omics.start_read_set_activation_job(
        sequenceStoreId=store_id, sources=[{"readSetId": id}, {"readSetId": "1234567890"}]
    )
    found = omics.get_read_set_activation_job(sequenceStoreId=store_id, id=job["id"])
    assert found["status"] == "COMPLETED_WITH_FAILURES"
    assert [(s["status"], s["statusMessage"]) for s in found["sources"]] == [
        ("FINISHED", "The source job completed successfully."),
        ("FAILED", "The specified readset does not exist."),
    ]
    assert omics.get_read_set(**part)["payload"].read() == FASTQ_GZ


@pytest.mark.documented("S121")
def test_an_active_set_needs_no_activation(omics: Client, read_set: ReadSet, store_id: str) -> None:
    job = omics.start_read_set_activation_job(
        sequenceStoreId=store_id, sources=[{"readSetId": read_set()["id"]}]
    )
    (found,) = omics.list_read_set_activation_jobs(sequenceStoreId=store_id)["activationJobs"]
    assert (found["id"], found["status"]) == (job["id"], "COMPLETED")
    (item,) = omics.get_read_set_activation_job(sequenceStoreId=store_id, id=job["id"])["sources"]
    assert item["statusMessage"] == (
        "No activation needed as read set is already in ACTIVATING or ACTIVE state."
    )
    omics.get_waiter("read_set_activation_job_completed").wait(
        sequenceStoreId=store_id, id=job["id"], WaiterConfig={"Delay": 0}
    )


@pytest.mark.documented("S130")
def test_an_export_writes_the_files(
    omics: Client, s3: Client, read_set: ReadSet, store_id: str
) -> None:
    id = read_set("FASTQ", "R1.fastq.gz", "R2.fastq.gz")["id"]
    job = omics.start_read_set_export_job(
        sequenceStoreId=store_id,
        roleArn=ROLE,
        destination=uri("out/"),
        sources=[{"readSetId": id}, {"readSetId": "1234567890"}],
    )
    assert "roleArn" not in job
    found = omics.get_read_set_export_job(sequenceStoreId=store_id, id=job["id"])
    assert found["destination"] == uri("out/")
    assert [(item["id"], item["status"]) for item in found["readSets"]] == [
        (id, "FINISHED"),
        ("1234567890", "FAILED"),
    ]
    (listed,) = omics.list_read_set_export_jobs(sequenceStoreId=store_id)["exportJobs"]
    assert listed["status"] == "COMPLETED_WITH_FAILURES"
    for name in ("R1.fastq.gz", "R2.fastq.gz"):
        body = s3.get_object(Bucket=BUCKET, Key=f"out/{id}/{name}")["Body"].read()
        assert body == FASTQ_GZ


@pytest.mark.our_choice("S131", "S133")
def test_exports_that_fail(omics: Client, read_set: ReadSet, store_id: str, clock: Clock) -> None:
    id = read_set()["id"]

    def message(destination: str) -> str:
        job = omics.start_read_set_export_job(
            sequenceStoreId=store_id,
            roleArn=ROLE,
            destination=destination,
            sources=[{"readSetId": id}],
        )
        found = omics.get_read_set_export_job(sequenceStoreId=store_id, id=job["id"])
        assert found["status"] == "FAILED"
        return str(found["readSets"][0]["statusMessage"])

    assert message("s3://absent-bucket/") == f"S3 access denied for s3://absent-bucket/{id}/"
    clock.now += timedelta(days=30)
    expected = "The read set cannot be exported: its status is ARCHIVED"
    assert message(uri("out/")) == expected


@pytest.mark.documented("S140", "S141")
def test_sets_are_deleted_and_the_others_reported(
    omics: Client, read_set: ReadSet, store_id: str
) -> None:
    id = read_set()["id"]
    assert omics.batch_delete_read_set(sequenceStoreId=store_id, ids=[id, "1234567890"])[
        "errors"
    ] == [{"id": "1234567890", "code": "", "message": "The specified readset does not exist."}]
    with raises_error("ResourceNotFoundException", 404, "The specified readset does not exist."):
        omics.get_read_set_metadata(sequenceStoreId=store_id, id=id)
    assert omics.list_read_sets(sequenceStoreId=store_id)["readSets"] == []
    omics.delete_sequence_store(id=store_id)


@pytest.mark.documented("S57", "S48")
def test_what_is_in_use_cannot_be_deleted(
    omics: Client, read_set: ReadSet, reference: Answer, store_id: str
) -> None:
    id = read_set("BAM", "HG002.bam", referenceArn=reference["arn"])["id"]
    with raises_error("ConflictException", 409, f"Sequence store {store_id} contains read sets"):
        omics.delete_sequence_store(id=store_id)
    named = {"referenceStoreId": reference["referenceStoreId"], "id": reference["id"]}
    with raises_error(
        "ConflictException",
        409,
        f"Reference {reference['id']} cannot be deleted: read sets use it",
    ):
        omics.delete_reference(**named)
    omics.batch_delete_read_set(sequenceStoreId=store_id, ids=[id])
    omics.delete_reference(**named)


@pytest.mark.documented("S150", "S151")
def test_tags_of_a_set(omics: Client, read_set: ReadSet) -> None:
    arn = read_set(tags={"lab": "A"})["arn"]
    service = {"aws:omics:subjectId": "subject-1", "aws:omics:sampleId": "HG002"}
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == {"lab": "A", **service}
    omics.tag_resource(resourceArn=arn, tags={f"key{n}": "x" for n in range(49)})
    omics.untag_resource(resourceArn=arn, tagKeys=["lab"])
    with raises_error(
        "ValidationException",
        400,
        "tagKeys: the tag aws:omics:sampleId belongs to the service",
    ):
        omics.untag_resource(resourceArn=arn, tagKeys=["key1", "aws:omics:sampleId"])
    tags = omics.list_tags_for_resource(resourceArn=arn)["tags"]
    assert len(tags) == 51
    assert "key1" in tags
    absent = arn.rpartition("/")[0] + "/1234567890"
    with raises_error("ResourceNotFoundException", 404, f"Resource {absent} not found"):
        omics.list_tags_for_resource(resourceArn=absent)
