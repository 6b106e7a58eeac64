"""The files of imports: number, size, checks."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from conftest import ROLE, Answer, Client, MakeClient
from tests.omics.analytics.store_helpers import (
    JOB_ID,
    PutObject,
    StartImport,
    annotation_job,
    get_annotations,
    get_variants,
    get_version,
    variant_job,
)
from tests.omics.helpers import (
    Clock,
    SetProgression,
    Settings,
    raises_validation,
    raises_violations,
)


@pytest.mark.documented("A51")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("uri", ["s3://Cohort/a.vcf", "s3://cohort", "https://cohort/a.vcf"])
def test_source_is_the_uri_of_an_object(import_variants: StartImport, uri: str) -> None:
    with raises_violations(
        f"Value '{uri}' at 'items.1.member.source' must satisfy regular expression pattern: "
        "s3://([a-z0-9][a-z0-9-.]{1,61}[a-z0-9])/(.{1,1024})"
    ):
        import_variants(uri)


@pytest.mark.our_choice("A51")
@pytest.mark.usefixtures("stores")
def test_number_of_files_is_limited(
    omics: Client, import_variants: StartImport, import_annotations: StartImport
) -> None:
    uris = [f"s3://cohort/{number}.vcf" for number in range(1001)]
    with raises_validation("'items' must have at most 1000 members"):
        import_variants(*uris)
    assert len(variant_job(omics, import_variants(*uris[:1000]))["items"]) == 1000
    for store in ("genes", "unknown"):
        with raises_validation("'items' must have at most 1 members"):
            import_annotations("s3://cohort/a.vcf", "s3://cohort/b.vcf", store=store)


@pytest.mark.our_choice("A61")
@pytest.mark.usefixtures("clock", "stores")
def test_imported_variants_add_to_the_size_of_the_store(
    omics: Client, import_variants: StartImport, put_object: PutObject, clock: Clock
) -> None:
    first, second = put_object("a.vcf", 100), put_object("b.vcf", 20)
    clock.now += timedelta(seconds=5)
    job = variant_job(omics, import_variants(first, second, "s3://cohort/missing.vcf"))
    assert (job["status"], [item["jobStatus"] for item in job["items"]]) == (
        "COMPLETED",
        ["COMPLETED"] * 3,
    )
    store = get_variants(omics)
    assert store["storeSizeBytes"] == 120
    assert store["updateTime"] == job["completionTime"]
    assert store["updateTime"] == store["creationTime"] + timedelta(seconds=5)
    variant_job(omics, import_variants(second))
    assert get_variants(omics)["storeSizeBytes"] == 140


@pytest.mark.our_choice("A61")
@pytest.mark.usefixtures("clock", "stores")
def test_imported_annotations_add_to_the_size_of_store_and_version(
    omics: Client, import_annotations: StartImport, put_object: PutObject, clock: Clock
) -> None:
    omics.create_annotation_store_version(name="genes", versionName="second")
    clock.now += timedelta(seconds=5)
    import_annotations(put_object("a.vcf", 100), versionName="second")
    import_annotations(put_object("b.vcf", 20))
    found = get_annotations(omics), get_version(omics, "second"), get_version(omics, "genes")
    assert [size(resource) for resource in found] == [120, 100, 20]
    changed = found[0]["creationTime"] + timedelta(seconds=5)
    assert [resource["updateTime"] for resource in found] == [changed] * 3


def size(resource: Answer) -> int:
    """Return the size of a store or a version, in bytes."""
    return int(resource["storeSizeBytes" if "storeSizeBytes" in resource else "versionSizeBytes"])


@pytest.mark.our_choice("A61")
@pytest.mark.usefixtures("clock", "stores")
def test_import_in_time_changes_the_store_at_the_time_of_its_end(
    omics: Client,
    import_variants: StartImport,
    put_object: PutObject,
    progression: SetProgression,
    clock: Clock,
) -> None:
    progression("variant_import_job", progression="time", seconds=60)
    job_id = import_variants(put_object("a.vcf", 100))
    assert variant_job(omics, job_id)["status"] == "SUBMITTED"
    clock.now += timedelta(seconds=60)
    assert variant_job(omics, job_id)["status"] == "IN_PROGRESS"
    assert get_variants(omics)["storeSizeBytes"] == 0
    clock.now += timedelta(seconds=600)
    store, job = get_variants(omics), variant_job(omics, job_id)
    assert (job["status"], store["storeSizeBytes"]) == ("COMPLETED", 100)
    assert job["completionTime"] == job["creationTime"] + timedelta(seconds=120)
    assert store["updateTime"] == job["completionTime"]


@pytest.mark.our_choice("A59", "A61")
@pytest.mark.usefixtures("stores")
def test_missing_object_fails_its_file_with_the_check_of_s3(
    omics: Client,
    import_variants: StartImport,
    put_object: PutObject,
    settings: Settings,
    progression: SetProgression,
) -> None:
    settings(check=["s3"])
    progression("variant_import_job", progression="manual", times=1)
    job_id = import_variants(put_object("a.vcf", 100), "s3://cohort/missing.vcf")
    assert variant_job(omics, job_id)["status"] == "IN_PROGRESS"
    job = variant_job(omics, job_id)
    assert job["status"] == "COMPLETED_WITH_FAILURES"
    assert job["statusMessage"] == "The import of some files failed"
    assert job["completionTime"] == job["updateTime"]
    assert job["items"] == [
        {"source": "s3://cohort/a.vcf", "jobStatus": "COMPLETED"},
        {
            "source": "s3://cohort/missing.vcf",
            "jobStatus": "FAILED",
            "statusMessage": "S3 object not found: s3://cohort/missing.vcf",
        },
    ]
    assert get_variants(omics)["storeSizeBytes"] == 100


@pytest.mark.our_choice("A59", "A61")
@pytest.mark.usefixtures("stores")
def test_import_without_any_object_fails_with_the_check_of_s3(
    omics: Client,
    import_variants: StartImport,
    import_annotations: StartImport,
    settings: Settings,
) -> None:
    settings(check=["s3"])
    variants = variant_job(omics, import_variants("s3://none/a.vcf", "s3://none/b.vcf"))
    annotations = annotation_job(omics, import_annotations("s3://none/a.vcf"))
    for job in (variants, annotations):
        assert job["status"] == "FAILED"
        assert job["statusMessage"] == "The import of all files failed"
        assert job["completionTime"] == job["updateTime"]
        assert {item["jobStatus"] for item in job["items"]} == {"FAILED"}
    assert annotations["items"] == [{"source": "s3://none/a.vcf", "jobStatus": "FAILED"}]
    assert get_annotations(omics)["storeSizeBytes"] == 0


@pytest.mark.our_choice("A50", "A51")
@pytest.mark.usefixtures("stores")
def test_bucket_in_another_region_is_refused_with_the_check_of_s3(
    client: MakeClient,
    omics: Client,
    import_variants: StartImport,
    import_annotations: StartImport,
    settings: Settings,
) -> None:
    client("s3", "eu-west-1").create_bucket(
        Bucket="far-away", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    import_variants("s3://far-away/a.vcf")
    settings(check=["s3"])
    message = "S3 bucket not located in us-east-1 region"
    with raises_validation(message):
        import_variants("s3://cohort/a.vcf", "s3://far-away/a.vcf")
    with raises_validation(message):
        import_annotations("s3://far-away/a.vcf")
    assert len(omics.list_variant_import_jobs()["variantImportJobs"]) == 1


@pytest.mark.our_choice("A50")
@pytest.mark.usefixtures("stores")
def test_role_is_looked_up_with_the_check_of_iam(
    client: MakeClient,
    import_variants: StartImport,
    import_annotations: StartImport,
    settings: Settings,
) -> None:
    settings(check=["iam"])
    for start in (import_variants, import_annotations):
        with raises_validation("IAM role is invalid or inaccessible"):
            start()
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "omics.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    client("iam").create_role(
        RoleName=ROLE.rpartition("/")[2],
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    assert re.fullmatch(JOB_ID, import_variants())
    assert re.fullmatch(JOB_ID, import_annotations())
