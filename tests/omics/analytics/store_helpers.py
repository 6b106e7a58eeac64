"""Names and types that the tests of variant stores, annotation stores and imports share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conftest import ACCOUNT, REGION, Answer, Client

REFERENCE_ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:referenceStore/1234567890/reference/2345678901"
REFERENCE = {"referenceArn": REFERENCE_ARN}

#: The form of the ids of stores and versions (A10).
STORE_ID = r"[0-9a-f]{12}"

Store = Callable[..., Answer]
StartImport = Callable[..., str]

#: A waiter that does not sleep.
AT_ONCE = {"Delay": 0, "MaxAttempts": 5}


def without_metadata(response: Answer) -> Answer:
    """Return a response without the metadata of boto3; its HTTP status must be 200."""
    assert response.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    return response


def get_variants(omics: Client, name: str = "variants") -> Answer:
    """Return the response of GetVariantStore."""
    return without_metadata(omics.get_variant_store(name=name))


def get_annotations(omics: Client, name: str = "genes") -> Answer:
    """Return the response of GetAnnotationStore."""
    return without_metadata(omics.get_annotation_store(name=name))


def get_version(omics: Client, version: str, name: str = "genes") -> Answer:
    """Return the response of GetAnnotationStoreVersion."""
    found = omics.get_annotation_store_version(name=name, versionName=version)
    return without_metadata(found)


def store_arn(kind: str, name: str) -> str:
    """Return the ARN of a store, or of a version of one."""
    return f"arn:aws:omics:{REGION}:{ACCOUNT}:{kind}Store/{name}"


#: The form of the ids of jobs (A10).
JOB_ID = r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"

PutObject = Callable[..., str]


def variant_job(omics: Client, job_id: str) -> Answer:
    """Return the response of GetVariantImportJob."""
    return without_metadata(omics.get_variant_import_job(jobId=job_id))


def annotation_job(omics: Client, job_id: str) -> Answer:
    """Return the response of GetAnnotationImportJob."""
    return without_metadata(omics.get_annotation_import_job(jobId=job_id))


def create_version(omics: Client, version: str = "second", name: str = "genes", **more: Any) -> Any:
    """Return the response of CreateAnnotationStoreVersion."""
    return omics.create_annotation_store_version(name=name, versionName=version, **more)


def delete_versions(omics: Client, *versions: str, **more: Any) -> Any:
    """Return the errors of DeleteAnnotationStoreVersions."""
    response = without_metadata(
        omics.delete_annotation_store_versions(name="genes", versions=list(versions), **more)
    )
    assert set(response) == {"errors"}
    return response["errors"]


def version_names(omics: Client) -> list[str]:
    """Return the names of the versions of the store ``genes``."""
    listed = omics.list_annotation_store_versions(name="genes")["annotationStoreVersions"]
    return [version["versionName"] for version in listed]
