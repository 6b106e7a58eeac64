"""Imports of variants and annotations: start and outcome."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conftest import ACCOUNT, ROLE, Client
from tests.omics.analytics.store_helpers import (
    JOB_ID,
    StartImport,
    annotation_job,
    variant_job,
    without_metadata,
)
from tests.omics.helpers import (
    SetProgression,
    raises_not_found,
    raises_violations,
)

UNKNOWN = "12345678-1234-1234-1234-123456789012"


# -- start --


@pytest.mark.documented("A10", "A50")
@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize(("kind", "store"), [("variant", "variants"), ("annotation", "genes")])
def test_started_import_answers_its_id_only(omics: Client, kind: str, store: str) -> None:
    start = getattr(omics, f"start_{kind}_import_job")
    started = start(destinationName=store, roleArn=ROLE, items=[{"source": "s3://cohort/a.vcf"}])
    assert set(without_metadata(started)) == {"jobId"}
    assert re.fullmatch(JOB_ID, started["jobId"])


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
        f"Value '123' at 'jobId' must satisfy regular expression pattern: {JOB_ID}"
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
