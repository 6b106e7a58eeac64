"""StartReferenceImportJob, GetReferenceImportJob and ListReferenceImportJobs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, MakeClient
from tests.omics.helpers import (
    SetProgression,
    Settings,
    raises_not_found,
    raises_validation,
    raises_violations,
)
from tests.omics.storage.stores.conftest import ImportReference, PutObject, StartImport, plain

GetJob = Callable[[str], Answer]
SOON = "The job is submitted and will start soon."


@pytest.fixture
def get_job(omics: Client, reference_store: str) -> GetJob:
    """``get_job(id)`` returns the response of GetReferenceImportJob."""
    return lambda id: plain(omics.get_reference_import_job(referenceStoreId=reference_store, id=id))


def source(uri: str, name: str = "hg38", **more: Any) -> dict[str, Any]:
    """Return one source of a job."""
    return {"sourceFile": uri, "name": name, **more}


# -- members --


@pytest.mark.documented("S40", "S190")
def test_the_members_of_start_get_and_list(
    omics: Client, reference_store: str, put_object: PutObject, get_job: GetJob
) -> None:
    uri = put_object("hg38.fa")
    given = source(uri, description="human", tags={"lab": "a"})
    started = plain(
        omics.start_reference_import_job(
            referenceStoreId=reference_store, roleArn=ROLE, sources=[given]
        )
    )
    job_id, created = started["id"], started["creationTime"]
    assert started == {
        "id": job_id,
        "referenceStoreId": reference_store,
        "roleArn": ROLE,
        "status": "SUBMITTED",
        "creationTime": created,
    }
    job = get_job(job_id)
    reference_id = job["sources"][0]["referenceId"]
    done = {**started, "status": "COMPLETED", "completionTime": job["completionTime"]}
    assert job == {
        **done,
        "statusMessage": "The job completed successfully.",
        "sources": [
            {
                **given,
                "status": "FINISHED",
                "statusMessage": "The source job completed successfully.",
                "referenceId": reference_id,
            }
        ],
    }
    listed = omics.list_reference_import_jobs(referenceStoreId=reference_store)["importJobs"]
    assert listed == [done]
    found = omics.get_reference_metadata(referenceStoreId=reference_store, id=reference_id)
    assert (found["name"], found["creationJobId"]) == ("hg38", job_id)


@pytest.mark.documented("S40", "S190", "S80")
def test_a_job_and_its_sources_go_through_all_statuses(
    omics: Client,
    reference_store: str,
    put_object: PutObject,
    start_import: StartImport,
    get_job: GetJob,
    progression: SetProgression,
) -> None:
    progression("reference_import_job", progression="manual", times=2)
    job_id = start_import(source(put_object("hg38.fa")))
    seen = []
    for _ in range(5):
        job = get_job(job_id)
        each = job["sources"][0]
        seen.append((job["status"], job["statusMessage"], each["status"], each["statusMessage"]))
        finished = job["status"] == "COMPLETED"
        assert ("completionTime" in job) == finished
        assert ("referenceId" in each) == finished
        references = omics.list_references(referenceStoreId=reference_store)["references"]
        assert len(references) == finished
    soon = ("SUBMITTED", SOON, "NOT_STARTED", "The source is queued for the job.")
    busy = (
        "IN_PROGRESS",
        "The job is currently in progress.",
        "IN_PROGRESS",
        "The source job is currently in progress.",
    )
    done = (
        "COMPLETED",
        "The job completed successfully.",
        "FINISHED",
        "The source job completed successfully.",
    )
    assert seen == [soon, busy, busy, done, done]


@pytest.mark.our_choice("S160")
def test_by_default_the_first_look_shows_the_end(
    put_object: PutObject, start_import: StartImport, get_job: GetJob
) -> None:
    assert get_job(start_import(source(put_object("hg38.fa"))))["status"] == "COMPLETED"


@pytest.mark.our_choice("S41")
def test_several_sources_and_several_jobs_are_fine(
    omics: Client, reference_store: str, put_object: PutObject, start_import: StartImport
) -> None:
    uri = put_object("hg38.fa")
    start_import(source(uri, "hg19"), source(uri, "hg38"))
    start_import(source(uri, "t2t"))
    references = omics.list_references(referenceStoreId=reference_store)["references"]
    assert [each["name"] for each in references] == ["hg19", "hg38", "t2t"]


# -- failures --


@pytest.mark.our_choice("S76", "S77", "S191")
def test_a_source_that_cannot_be_read_fails(
    omics: Client, put_object: PutObject, start_import: StartImport, get_job: GetJob
) -> None:
    put_object("empty.fa", b"")
    job = get_job(
        start_import(
            source("s3://genomes/missing.fa", "one"),
            source("s3://nowhere/hg38.fa", "two"),
            source("s3://genomes/empty.fa", "three"),
        )
    )
    assert (job["status"], job["statusMessage"]) == ("FAILED", "The job failed.")
    assert [(each["status"], each["statusMessage"]) for each in job["sources"]] == [
        ("FAILED", "S3 object not found: s3://genomes/missing.fa"),
        ("FAILED", "S3 object not found: s3://nowhere/hg38.fa"),
        ("FAILED", "S3 object is empty: s3://genomes/empty.fa"),
    ]
    assert not any("referenceId" in each for each in job["sources"])
    assert "completionTime" in job


@pytest.mark.our_choice("S80")
def test_a_failed_source_does_not_stop_the_others(
    omics: Client,
    reference_store: str,
    put_object: PutObject,
    start_import: StartImport,
    get_job: GetJob,
) -> None:
    uri = put_object("hg38.fa")
    job = get_job(start_import(source("s3://genomes/missing.fa", "one"), source(uri, "two")))
    assert job["status"] == "COMPLETED_WITH_FAILURES"
    assert job["statusMessage"] == "The job completed with failures."
    assert [each["status"] for each in job["sources"]] == ["FAILED", "FINISHED"]
    references = omics.list_references(referenceStoreId=reference_store)["references"]
    assert [each["name"] for each in references] == ["two"]


@pytest.mark.our_choice("S76")
def test_a_bucket_of_another_account_is_not_read(
    client: MakeClient, start_import: StartImport, get_job: GetJob
) -> None:
    def as_other(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = "111111111111"

    s3 = client("s3")
    s3.meta.events.register("before-call", as_other)
    s3.create_bucket(Bucket="foreign")
    s3.put_object(Bucket="foreign", Key="hg38.fa", Body=b">a\nA\n")
    job = get_job(start_import(source("s3://foreign/hg38.fa")))
    assert job["sources"][0]["statusMessage"] == "S3 access denied for s3://foreign/hg38.fa"


@pytest.mark.documented("S13")
def test_a_long_message_is_cut_to_127_characters(
    start_import: StartImport, get_job: GetJob
) -> None:
    uri = f"s3://genomes/{'x' * 200}.fa"
    message = get_job(start_import(source(uri)))["sources"][0]["statusMessage"]
    assert message == f"S3 object not found: {uri}"[:127]


@pytest.mark.documented("S42")
def test_with_the_check_of_s3_the_bucket_must_be_in_the_region_of_the_store(
    client: MakeClient, start_import: StartImport, get_job: GetJob, settings: Settings
) -> None:
    s3 = client("s3")
    s3.create_bucket(
        Bucket="european", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    s3.put_object(Bucket="european", Key="hg38.fa", Body=b">a\nA\n")
    uri = "s3://european/hg38.fa"
    assert get_job(start_import(source(uri, "one")))["status"] == "COMPLETED"
    settings(check=["s3"])
    (failed,) = get_job(start_import(source(uri, "two")))["sources"]
    assert failed["statusMessage"] == f"S3 bucket not located in {REGION} region"
    (missing,) = get_job(start_import(source("s3://nowhere/hg38.fa", "three")))["sources"]
    assert missing["statusMessage"] == "S3 object not found: s3://nowhere/hg38.fa"


@pytest.mark.our_choice("S76", "S81")
def test_with_the_check_of_iam_the_role_must_trust_the_service(
    client: MakeClient, reference_store: str, start_import: StartImport, settings: Settings
) -> None:
    settings(check=["iam"])
    with raises_validation("IAM role is invalid or inaccessible"):
        start_import(source("s3://genomes/hg38.fa"))
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "omics.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": f"arn:aws:omics:{REGION}:{ACCOUNT}"
                f":referenceStore/{reference_store}"
            }
        },
    }
    role = client("iam").create_role(
        RoleName="importer",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}),
    )
    start_import(source("s3://genomes/hg38.fa"), roleArn=role["Role"]["Arn"])


# -- names --


@pytest.mark.observed("S43")
def test_references_of_a_store_have_different_names(
    omics: Client,
    reference_store: str,
    put_object: PutObject,
    start_import: StartImport,
    import_reference: ImportReference,
) -> None:
    reference_id = import_reference("hg38")
    uri = put_object("hg38.fa")
    with raises_validation("'sources.2.member.name': a reference has the name 'hg38' already"):
        start_import(source(uri, "hg19"), source(uri, "hg38"))
    omics.delete_reference(referenceStoreId=reference_store, id=reference_id)
    start_import(source(uri, "hg19"), source(uri, "hg38"))


@pytest.mark.our_choice("S43")
def test_names_of_other_sources_and_of_unfinished_jobs_are_taken(
    put_object: PutObject,
    start_import: StartImport,
    get_job: GetJob,
    progression: SetProgression,
) -> None:
    progression("reference_import_job", progression="manual", times=1)
    uri = put_object("hg38.fa")
    with raises_validation("'sources.2.member.name': a reference has the name 'hg38' already"):
        start_import(source(uri, "hg38"), source(uri, "hg38"))
    job_id = start_import(source("s3://genomes/missing.fa", "hg38"))
    taken = "'sources.1.member.name': a reference has the name 'hg38' already"
    for _ in range(2):
        with raises_validation(taken):
            start_import(source(uri, "hg38"))
        get_job(job_id)
    assert get_job(job_id)["status"] == "FAILED"
    start_import(source(uri, "hg38"))


@pytest.mark.documented("S13", "S14", "S40")
def test_the_constraints_of_the_model(raw_omics: Client, reference_store: str) -> None:
    request = {"referenceStoreId": reference_store, "roleArn": ROLE}
    with raises_violations("Value '[]' at 'sources' must have length greater than or equal to 1"):
        raw_omics.start_reference_import_job(**request, sources=[])
    many = [source("s3://genomes/hg38.fa", f"name{n}") for n in range(101)]
    with pytest.raises(raw_omics.exceptions.ValidationException) as caught:
        raw_omics.start_reference_import_job(**request, sources=many)
    assert "Member must have length less than or equal to 100" in str(caught.value)
    with raises_violations(
        "Value 'hg' at 'sources.1.member.name' must have length greater than or equal to 3"
    ):
        raw_omics.start_reference_import_job(
            **request, sources=[source("s3://genomes/hg38.fa", "hg")]
        )
    with pytest.raises(raw_omics.exceptions.ValidationException) as caught:
        raw_omics.start_reference_import_job(**request, sources=[source("genomes/hg38.fa")])
    assert "at 'sources.1.member.sourceFile'" in str(caught.value)


@pytest.mark.documented("S22")
def test_store_and_job_must_exist(omics: Client, reference_store: str) -> None:
    missing_store = "The specified reference store does not exist."
    with raises_not_found(missing_store):
        omics.start_reference_import_job(
            referenceStoreId="1234567890",
            roleArn=ROLE,
            sources=[source("s3://genomes/hg38.fa")],
        )
    with raises_not_found(missing_store):
        omics.get_reference_import_job(referenceStoreId="1234567890", id="1234567891")
    with raises_not_found("The specified import job does not exist."):
        omics.get_reference_import_job(referenceStoreId=reference_store, id="1234567891")


# -- the waiter --


@pytest.mark.documented("S170")
def test_the_waiter_waits_for_the_end(
    omics: Client,
    reference_store: str,
    put_object: PutObject,
    start_import: StartImport,
    progression: SetProgression,
) -> None:
    progression("reference_import_job", progression="manual", times=1)
    job_id = start_import(source(put_object("hg38.fa")))
    waiter = omics.get_waiter("reference_import_job_completed")
    assert (waiter.config.delay, waiter.config.max_attempts) == (30, 20)
    waiter.wait(referenceStoreId=reference_store, id=job_id, WaiterConfig={"Delay": 0})
    (job,) = omics.list_reference_import_jobs(referenceStoreId=reference_store)["importJobs"]
    assert job["status"] == "COMPLETED"


@pytest.mark.documented("S170")
@pytest.mark.parametrize("failing", [1, 2], ids=["partly", "wholly"])
def test_the_waiter_fails_for_a_job_with_failures(
    omics: Client,
    reference_store: str,
    put_object: PutObject,
    start_import: StartImport,
    failing: int,
) -> None:
    uris = ["s3://genomes/missing.fa", put_object("hg38.fa")]
    job_id = start_import(source(uris[0], "one"), source(uris[0 if failing == 2 else 1], "two"))
    status = "FAILED" if failing == 2 else "COMPLETED_WITH_FAILURES"
    with pytest.raises(WaiterError, match=f'matched expected path: "{status}"'):
        omics.get_waiter("reference_import_job_completed").wait(
            referenceStoreId=reference_store, id=job_id
        )


@pytest.mark.documented("S170")
def test_the_waiters_are_those_of_jobs_only(aws: None) -> None:
    names = boto3.client("omics", region_name=REGION).waiter_names
    assert not [name for name in names if "store_active" in name or "upload" in name]
    assert {name for name in names if name.endswith("import_job_completed")} >= {
        "read_set_import_job_completed",
        "reference_import_job_completed",
    }
