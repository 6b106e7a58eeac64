"""Imports of variants and annotations: start, outcome, cancel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from conftest import ACCOUNT, ROLE, Answer, Client, MakeClient
from tests.omics.analytics.store_helpers import (
    StartImport,
    Store,
    get_annotations,
    get_variants,
    get_version,
    without_metadata,
)
from tests.omics.helpers import (
    Clock,
    SetProgression,
    Settings,
    raises_error,
    raises_not_found,
    raises_validation,
    raises_violations,
)

UUID = r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"
UNKNOWN = "12345678-1234-1234-1234-123456789012"
QUOTA = "The account has 5 import jobs in progress, which is the maximum"

PutObject = Callable[..., str]


@pytest.fixture
def put_object(client: MakeClient) -> PutObject:
    """``put_object("a.vcf", 100)`` stores an object of 100 bytes and returns its URI."""
    s3 = client("s3")
    s3.create_bucket(Bucket="cohort")

    def put(key: str, size: int) -> str:
        s3.put_object(Bucket="cohort", Key=key, Body=b"#" * size)
        return f"s3://cohort/{key}"

    return put


@pytest.fixture
def stores(variant_store: Store, annotation_store: Store) -> None:
    """The stores ``variants`` and ``genes``, which is for VCF files."""
    variant_store("variants")
    annotation_store("genes")


def variant_job(omics: Client, job_id: str) -> Answer:
    """Return the response of GetVariantImportJob."""
    return without_metadata(omics.get_variant_import_job(jobId=job_id))


def annotation_job(omics: Client, job_id: str) -> Answer:
    """Return the response of GetAnnotationImportJob."""
    return without_metadata(omics.get_annotation_import_job(jobId=job_id))


# -- start --


@pytest.mark.documented("A10", "A50")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(("kind", "store"), [("variant", "variants"), ("annotation", "genes")])
def test_started_import_answers_its_id_only(omics: Client, kind: str, store: str) -> None:
    start = getattr(omics, f"start_{kind}_import_job")
    started = start(destinationName=store, roleArn=ROLE, items=[{"source": "s3://cohort/a.vcf"}])
    assert set(without_metadata(started)) == {"jobId"}
    assert re.fullmatch(UUID, started["jobId"])


@pytest.mark.documented("A50", "A56", "A58")
@pytest.mark.usefixtures("stores")
def test_variant_import_completes(
    omics: Client, import_variants: StartImport, progression: SetProgression
) -> None:
    progression("variant_import_job", progression="manual", times=1)
    job_id = import_variants("s3://cohort/a.vcf", "s3://cohort/b.g.vcf.gz")
    seen = [variant_job(omics, job_id) for _ in range(3)]
    first, last = seen[0], seen[-1]
    statuses = [(job["status"], *(item["jobStatus"] for item in job["items"])) for job in seen]
    assert statuses == [
        ("IN_PROGRESS", "IN_PROGRESS", "IN_PROGRESS"),
        ("COMPLETED", "COMPLETED", "COMPLETED"),
        ("COMPLETED", "COMPLETED", "COMPLETED"),
    ]
    assert "completionTime" not in first
    assert last == {
        "id": job_id,
        "destinationName": "variants",
        "roleArn": ROLE,
        "status": "COMPLETED",
        "statusMessage": "",
        "creationTime": first["creationTime"],
        "updateTime": last["completionTime"],
        "completionTime": last["completionTime"],
        "items": [
            {"source": "s3://cohort/a.vcf", "jobStatus": "COMPLETED"},
            {"source": "s3://cohort/b.g.vcf.gz", "jobStatus": "COMPLETED"},
        ],
        "runLeftNormalization": False,
    }


@pytest.mark.documented("A50", "A56")
@pytest.mark.usefixtures("stores")
def test_annotation_import_completes(omics: Client, import_annotations: StartImport) -> None:
    options = {"vcfOptions": {"ignoreQualField": True, "ignoreFilterField": False}}
    job_id = import_annotations(
        versionName="genes",
        formatOptions=options,
        runLeftNormalization=True,
        annotationFields={"VEP": "CSQ"},
    )
    found = annotation_job(omics, job_id)
    times = {name: found.pop(name) for name in ("creationTime", "updateTime", "completionTime")}
    assert times["creationTime"] <= times["completionTime"] == times["updateTime"]
    assert found == {
        "id": job_id,
        "destinationName": "genes",
        "versionName": "genes",
        "roleArn": ROLE,
        "status": "COMPLETED",
        "statusMessage": "",
        "items": [{"source": "s3://cohort/a.vcf", "jobStatus": "COMPLETED"}],
        "runLeftNormalization": True,
        "formatOptions": options,
        "annotationFields": {"VEP": "CSQ"},
    }


@pytest.mark.documented("A6", "A7")
@pytest.mark.usefixtures("stores")
def test_annotation_import_leaves_out_what_it_has_not(
    omics: Client, import_annotations: StartImport, progression: SetProgression
) -> None:
    progression("annotation_import_job", progression="manual", times=9)
    found = annotation_job(omics, import_annotations())
    for member in ("formatOptions", "annotationFields", "completionTime"):
        assert member not in found
    assert (found["status"], found["statusMessage"]) == ("SUBMITTED", "")
    assert found["runLeftNormalization"] is False


@pytest.mark.our_choice("A54")
@pytest.mark.usefixtures("stores")
def test_annotation_fields_of_variants_are_shown_as_given(
    omics: Client, import_variants: StartImport
) -> None:
    for fields in ({"VEP": "ANN"}, {"OTHER": "X"}):
        job_id = import_variants(annotationFields=fields)
        assert variant_job(omics, job_id)["annotationFields"] == fields


@pytest.mark.documented("A54")
@pytest.mark.usefixtures("stores")
def test_annotation_fields_are_short(import_variants: StartImport) -> None:
    with raises_violations(
        f"Value '{'C' * 22}' at 'annotationFields.VEP.member' must have length less than or "
        "equal to 21"
    ):
        import_variants(annotationFields={"VEP": "C" * 22})


@pytest.mark.documented("A2")
@pytest.mark.parametrize("operation", ["get", "cancel"])
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_id_of_a_job_is_a_uuid(omics: Client, operation: str, kind: str) -> None:
    call = getattr(omics, f"{operation}_{kind}_import_job")
    with raises_violations(
        f"Value '123' at 'jobId' must satisfy regular expression pattern: {UUID}"
    ):
        call(jobId="123")
    with raises_not_found(f"Import job {UNKNOWN} not found"):
        call(jobId=UNKNOWN)


@pytest.mark.our_choice("A55")
@pytest.mark.usefixtures("stores")
def test_job_of_the_other_kind_is_not_found(omics: Client, import_variants: StartImport) -> None:
    job_id = import_variants()
    with raises_not_found(f"Import job {job_id} not found"):
        omics.get_annotation_import_job(jobId=job_id)


# -- files --


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
    assert re.fullmatch(UUID, import_variants())
    assert re.fullmatch(UUID, import_annotations())


# -- destination --


@pytest.mark.our_choice("A55")
@pytest.mark.usefixtures("stores")
def test_destination_of_import_must_exist(
    import_variants: StartImport, import_annotations: StartImport
) -> None:
    with raises_not_found("Variant store genes not found"):
        import_variants(store="genes")
    with raises_not_found("Annotation store variants not found"):
        import_annotations(store="variants")
    with raises_not_found("Annotation store genes version second not found"):
        import_annotations(versionName="second")


@pytest.mark.our_choice("A55")
def test_destination_of_import_must_be_active(
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    import_variants: StartImport,
    import_annotations: StartImport,
    progression: SetProgression,
) -> None:
    progression("variant_store", progression="manual", times=9)
    annotation_store("genes")
    assert get_annotations(omics)["status"] == "ACTIVE"
    progression("annotation_store", progression="manual", times=9)
    variant_store("variants")
    annotation_store("others")
    omics.create_annotation_store_version(name="genes", versionName="second")
    with raises_validation("Variant store variants is not ACTIVE: its status is CREATING"):
        import_variants()
    with raises_validation("Annotation store others is not ACTIVE: its status is CREATING"):
        import_annotations(store="others")
    with raises_validation(
        "Annotation store version second of genes is not ACTIVE: its status is CREATING"
    ):
        import_annotations(versionName="second")


@pytest.mark.our_choice("A55")
def test_import_goes_into_the_first_version_of_the_store(
    omics: Client, annotation_store: Store, import_annotations: StartImport
) -> None:
    annotation_store("genes", versionName="release_1")
    omics.create_annotation_store_version(name="genes", versionName="release_2")
    assert annotation_job(omics, import_annotations())["versionName"] == "release_1"
    omics.delete_annotation_store_versions(name="genes", versions=["release_1"])
    with raises_validation(
        "'versionName' is required: Annotation store genes has no version release_1 any more"
    ):
        import_annotations()
    with raises_not_found("Annotation store genes version release_1 not found"):
        import_annotations(versionName="release_1")
    found = annotation_job(omics, import_annotations(versionName="release_2"))
    assert found["versionName"] == "release_2"


READ_OPTIONS = {
    "sep": "\t",
    "encoding": "UTF-8",
    "quote": '"',
    "quoteAll": True,
    "escape": "\\",
    "escapeQuotes": False,
    "comment": "#",
    "header": True,
    "lineSep": "\n",
}


@pytest.mark.documented("A53")
@pytest.mark.parametrize("options", [{"readOptions": READ_OPTIONS}, {"readOptions": {}}, {}])
def test_format_options_of_tsv_files_are_shown_as_given(
    omics: Client,
    annotation_store: Store,
    import_annotations: StartImport,
    options: dict[str, Any],
) -> None:
    annotation_store("genes", storeFormat="TSV")
    job_id = import_annotations(formatOptions={"tsvOptions": options})
    assert annotation_job(omics, job_id)["formatOptions"] == {"tsvOptions": options}


@pytest.mark.our_choice("A53")
@pytest.mark.parametrize(
    ("files", "option"),
    [("TSV", "vcfOptions"), ("VCF", "tsvOptions"), ("GFF", "vcfOptions"), ("GFF", "tsvOptions")],
)
def test_format_options_must_fit_the_store(
    annotation_store: Store, import_annotations: StartImport, files: str, option: str
) -> None:
    annotation_store("genes", storeFormat=files)
    with raises_validation(f"'formatOptions' do not fit a store of {files} files"):
        import_annotations(formatOptions={option: {}})
    assert import_annotations()


@pytest.mark.documented("A6")
@pytest.mark.parametrize(
    ("options", "shown"),
    [({}, "{}"), ({"tsvOptions": {}, "vcfOptions": {}}, "{tsvOptions={}, vcfOptions={}}")],
)
def test_format_options_have_one_member(
    raw_omics: Client, annotation_store: Store, options: dict[str, Any], shown: str
) -> None:
    annotation_store("genes", storeFormat="TSV")
    with raises_violations(
        f"Value '{shown}' at 'formatOptions' must have exactly one of [tsvOptions, vcfOptions]"
    ):
        raw_omics.start_annotation_import_job(
            destinationName="genes",
            roleArn=ROLE,
            items=[{"source": "s3://cohort/a.tsv"}],
            formatOptions=options,
        )


# -- cancel --


@pytest.mark.documented("A60")
@pytest.mark.usefixtures("clock", "stores")
@pytest.mark.parametrize("describes", [0, 1])
def test_cancelled_import_stays_cancelled(
    omics: Client,
    import_variants: StartImport,
    put_object: PutObject,
    progression: SetProgression,
    clock: Clock,
    describes: int,
) -> None:
    progression("variant_import_job", progression="manual", times=1)
    job_id = import_variants(put_object("a.vcf", 100), "s3://cohort/b.vcf")
    for _ in range(describes):
        assert variant_job(omics, job_id)["status"] == "IN_PROGRESS"
    clock.now += timedelta(seconds=5)
    assert without_metadata(omics.cancel_variant_import_job(jobId=job_id)) == {}
    for _ in range(3):
        job = variant_job(omics, job_id)
        assert job["status"] == "CANCELLED"
        assert {item["jobStatus"] for item in job["items"]} == {"CANCELLED"}
    assert job["statusMessage"] == ""
    assert job["completionTime"] == job["updateTime"]
    assert job["updateTime"] == job["creationTime"] + timedelta(seconds=5)
    assert get_variants(omics)["storeSizeBytes"] == 0


@pytest.mark.our_choice("A60")
@pytest.mark.usefixtures("clock", "stores")
def test_import_can_be_cancelled_again(
    omics: Client,
    import_annotations: StartImport,
    progression: SetProgression,
    clock: Clock,
) -> None:
    progression("annotation_import_job", progression="manual", times=9)
    job_id = import_annotations()
    assert without_metadata(omics.cancel_annotation_import_job(jobId=job_id)) == {}
    cancelled = annotation_job(omics, job_id)
    clock.now += timedelta(seconds=5)
    assert without_metadata(omics.cancel_annotation_import_job(jobId=job_id)) == {}
    assert annotation_job(omics, job_id) == cancelled


@pytest.mark.our_choice("A60")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("status", ["COMPLETED", "FAILED", "COMPLETED_WITH_FAILURES"])
def test_ended_import_cannot_be_cancelled(
    omics: Client,
    import_variants: StartImport,
    put_object: PutObject,
    settings: Settings,
    status: str,
) -> None:
    settings(check=["s3"])
    there, missing = put_object("a.vcf", 1), "s3://cohort/missing.vcf"
    sources = {"COMPLETED": [there], "FAILED": [missing]}.get(status, [there, missing])
    job_id = import_variants(*sources)
    assert variant_job(omics, job_id)["status"] == status
    with raises_validation(f"Import job {job_id} cannot be cancelled: its status is {status}"):
        omics.cancel_variant_import_job(jobId=job_id)
    assert variant_job(omics, job_id)["status"] == status


# -- quota and history --


@pytest.mark.observed("A131")
@pytest.mark.usefixtures("stores")
def test_five_imports_of_both_kinds_are_in_progress_at_one_time(
    omics: Client,
    import_variants: StartImport,
    import_annotations: StartImport,
    progression: SetProgression,
) -> None:
    progression("variant_import_job", progression="manual", times=1)
    progression("annotation_import_job", progression="manual", times=1)
    running = [import_variants() for _ in range(3)]
    annotations = [import_annotations() for _ in range(2)]
    assert variant_job(omics, running[0])["status"] == "IN_PROGRESS"
    for start in (import_variants, import_annotations):
        with raises_error("ServiceQuotaExceededException", 402, QUOTA):
            start()
    assert variant_job(omics, running[0])["status"] == "COMPLETED"
    running.append(import_variants())
    with raises_error("ServiceQuotaExceededException", 402, QUOTA):
        import_annotations()
    omics.cancel_annotation_import_job(jobId=annotations[0])
    assert re.fullmatch(UUID, import_annotations())
    with raises_error("ServiceQuotaExceededException", 402, QUOTA):
        import_variants()


@pytest.mark.documented("A130")
@pytest.mark.usefixtures("stores")
def test_imports_that_ended_do_not_count(import_variants: StartImport) -> None:
    assert len({import_variants() for _ in range(12)}) == 12


@pytest.mark.our_choice("A62")
@pytest.mark.usefixtures("stores")
def test_jobs_outlive_their_stores(
    omics: Client, import_variants: StartImport, import_annotations: StartImport
) -> None:
    variants, annotations = import_variants(), import_annotations()
    omics.delete_variant_store(name="variants")
    omics.delete_annotation_store(name="genes")
    with raises_not_found("Variant store variants not found"):
        omics.get_variant_store(name="variants")
    assert variant_job(omics, variants)["destinationName"] == "variants"
    assert annotation_job(omics, annotations)["versionName"] == "genes"
    listed = omics.list_variant_import_jobs(filter={"storeName": "variants"})
    assert [job["id"] for job in listed["variantImportJobs"]] == [variants]


@pytest.mark.documented("A50")
@pytest.mark.parametrize(
    ("member", "violation"),
    [
        ({"destinationName": None}, "Value null at 'destinationName' must not be null"),
        ({"roleArn": None}, "Value null at 'roleArn' must not be null"),
        ({"items": None}, "Value null at 'items' must not be null"),
        ({"items": []}, "Value '[]' at 'items' must have length greater than or equal to 1"),
        (
            {"roleArn": f"arn:aws:iam::{ACCOUNT[:-1]}:role/x"},
            f"Value 'arn:aws:iam::{ACCOUNT[:-1]}:role/x' at 'roleArn' must satisfy regular "
            "expression pattern: arn:([^: ]*):([^: ]*):([^: ]*):([0-9]{12}):([^: ]*)",
        ),
    ],
)
def test_bad_members_of_an_import_are_rejected(
    raw_omics: Client, member: dict[str, Any], violation: str
) -> None:
    request = {
        "destinationName": "variants",
        "roleArn": ROLE,
        "items": [{"source": "s3://cohort/a.vcf"}],
        **member,
    }
    for start in (raw_omics.start_variant_import_job, raw_omics.start_annotation_import_job):
        with raises_violations(violation):
            start(**request)
