"""Imports that are cancelled, and how many there are at one time."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from conftest import Client
from tests.omics.analytics.store_helpers import (
    JOB_ID,
    PutObject,
    StartImport,
    annotation_job,
    get_variants,
    variant_job,
    without_metadata,
)
from tests.omics.helpers import (
    Clock,
    SetProgression,
    Settings,
    raises_error,
    raises_not_found,
    raises_validation,
)

QUOTA = "The account has 5 import jobs in progress, which is the maximum"


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


@pytest.mark.our_choice("A131")
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
    assert re.fullmatch(JOB_ID, import_annotations())
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
