"""What imports and exports need: objects, buckets and roles (S76, S81, S93, S133)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, MakeClient
from tests.omics.helpers import Settings, raises_validation

from .conftest import BUCKET, FASTQ_GZ, Import, ReadSet, source, uri


@pytest.fixture
def foreign(client: MakeClient) -> str:
    """The URI of an object in a bucket of another account."""

    def as_other(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = "111111111111"

    s3 = client("s3")
    s3.meta.events.register("before-call", as_other)
    s3.create_bucket(Bucket="foreign")
    s3.put_object(Bucket="foreign", Key="R1.fastq.gz", Body=FASTQ_GZ)
    return "s3://foreign/R1.fastq.gz"


def source_at(address: str, **members: Any) -> dict[str, Any]:
    """Return a source whose file is at an URI."""
    return {**source(**members), "sourceFiles": {"source1": address}}


def role_for(client: MakeClient, store_id: str) -> str:
    """Create a role that HealthOmics may assume for a store; return its ARN."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "omics.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": f"arn:aws:omics:{REGION}:{ACCOUNT}:sequenceStore/{store_id}"
            }
        },
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    created = client("iam").create_role(RoleName="importer", AssumeRolePolicyDocument=policy)
    return str(created["Role"]["Arn"])


@pytest.mark.our_choice("S76")
def test_a_bucket_of_another_account_is_not_read(import_sets: Import, foreign: str) -> None:
    job = import_sets(source_at(foreign))
    assert job["status"] == "FAILED"
    assert job["sources"][0]["statusMessage"] == f"S3 access denied for {foreign}"


@pytest.mark.our_choice("S76")
def test_the_second_file_of_a_pair_must_exist_too(
    omics: Client, import_sets: Import, store_id: str
) -> None:
    (found,) = import_sets(source("FASTQ", "R1.fastq.gz", "absent"))["sources"]
    assert (found["status"], found["statusMessage"]) == (
        "FAILED",
        f"S3 object not found: {uri('absent')}",
    )
    assert omics.list_read_sets(sequenceStoreId=store_id)["readSets"] == []


@pytest.mark.our_choice("S76")
def test_a_long_message_is_cut_to_127_characters(import_sets: Import) -> None:
    key = "x" * 200
    (found,) = import_sets(source("FASTQ", key))["sources"]
    assert found["statusMessage"] == f"S3 object not found: {uri(key)}"[:127]


@pytest.mark.documented("S81")
def test_with_the_check_of_s3_the_bucket_must_be_in_the_region_of_the_store(
    client: MakeClient, import_sets: Import, settings: Settings
) -> None:
    s3 = client("s3")
    s3.create_bucket(
        Bucket="european", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    s3.put_object(Bucket="european", Key="R1.fastq.gz", Body=FASTQ_GZ)
    far = source_at("s3://european/R1.fastq.gz")
    assert import_sets(far)["status"] == "COMPLETED"
    settings(check=["s3"])
    job = import_sets(far, source(), source_at("s3://nowhere/R1.fastq.gz"))
    assert [each["statusMessage"] for each in job["sources"]] == [
        f"S3 bucket not located in {REGION} region",
        "The source job completed successfully.",
        "S3 object not found: s3://nowhere/R1.fastq.gz",
    ]


@pytest.mark.our_choice("S76", "S81", "S133")
def test_with_the_check_of_iam_the_role_must_trust_the_service(
    client: MakeClient, omics: Client, read_set: ReadSet, store_id: str, settings: Settings
) -> None:
    exported = {
        "sequenceStoreId": store_id,
        "destination": uri("out/"),
        "sources": [{"readSetId": read_set()["id"]}],
    }
    imported = {"sequenceStoreId": store_id, "sources": [source()]}
    settings(check=["iam"])
    for start, request in (
        (omics.start_read_set_import_job, imported),
        (omics.start_read_set_export_job, exported),
    ):
        with raises_validation("IAM role is invalid or inaccessible"):
            start(roleArn=ROLE, **request)
    role = role_for(client, store_id)
    omics.start_read_set_import_job(roleArn=role, **imported)
    omics.start_read_set_export_job(roleArn=role, **exported)


@pytest.mark.our_choice("S133")
def test_the_bucket_of_an_export_must_be_the_callers(
    omics: Client, read_set: ReadSet, store_id: str, foreign: str
) -> None:
    id = read_set()["id"]
    job = omics.start_read_set_export_job(
        sequenceStoreId=store_id,
        roleArn=ROLE,
        destination="s3://foreign/out/",
        sources=[{"readSetId": id}],
    )
    found: Answer = omics.get_read_set_export_job(sequenceStoreId=store_id, id=job["id"])
    assert found["status"] == "FAILED"
    assert found["readSets"][0]["statusMessage"] == f"S3 access denied for s3://foreign/out/{id}/"


@pytest.mark.our_choice("S93")
def test_the_name_of_a_set_is_that_of_its_file_cut_to_127_characters(
    s3: Client, read_set: ReadSet
) -> None:
    name = f"{'x' * 200}.fastq.gz"
    s3.put_object(Bucket=BUCKET, Key=f"lane/{name}", Body=FASTQ_GZ)
    found = read_set("FASTQ", f"lane/{name}")
    assert found["name"] == name[:127]
    assert found["files"]["source1"]["s3Access"]["s3Uri"].endswith(f"/{name}")


@pytest.mark.our_choice("S79", "S95")
def test_content_is_not_validated_or_changed(
    omics: Client, s3: Client, read_set: ReadSet, store_id: str
) -> None:
    s3.put_object(Bucket=BUCKET, Key="reads.txt", Body=b"no reads \xff\x00")
    id = read_set("UBAM", "reads.txt")["id"]
    part = omics.get_read_set(sequenceStoreId=store_id, id=id, partNumber=1)
    assert part["payload"].read() == b"no reads \xff\x00"


@pytest.mark.our_choice("S104")
def test_an_empty_index_beside_the_source_is_not_used(
    omics: Client, s3: Client, read_set: ReadSet, reference: Answer, store_id: str
) -> None:
    s3.put_object(Bucket=BUCKET, Key="HG002.bam.bai", Body=b"")
    found = read_set("BAM", "HG002.bam", referenceArn=reference["arn"])
    assert found["files"]["index"]["contentLength"] == 8


@pytest.mark.documented("S71")
@pytest.mark.parametrize(
    ("type", "algorithm", "alignment", "index"),
    [
        ("FASTQ", "FASTQ_MD5up", "UNALIGNED", None),
        ("BAM", "BAM_MD5up", "ALIGNED", ".bai"),
        ("CRAM", "CRAM_MD5up", "ALIGNED", ".crai"),
        ("UBAM", "BAM_MD5up", "UNALIGNED", None),
    ],
)
def test_what_each_type_consists_of(
    read_set: ReadSet,
    reference: Answer,
    type: str,
    algorithm: str,
    alignment: str,
    index: str | None,
) -> None:
    found = read_set(type, "HG002.bam", referenceArn=reference["arn"])
    assert found["etag"]["algorithm"] == algorithm
    assert found["sequenceInformation"]["alignment"] == alignment
    assert found["referenceArn"] == reference["arn"]
    files = {name: file["s3Access"]["s3Uri"] for name, file in found["files"].items()}
    if index is None:
        assert set(files) == {"source1"}
    else:
        assert files["index"] == files["source1"] + index
