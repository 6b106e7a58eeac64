"""Fixtures for variant stores, annotation stores, and imports."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ROLE, Answer, Client, MakeClient
from tests.omics.analytics.store_helpers import REFERENCE, PutObject, StartImport, Store


@pytest.fixture
def variant_store(omics: Client) -> Store:
    """``variant_store("variants", tags={…})`` returns the response of CreateVariantStore."""

    def create(name: str = "variants", **more: Any) -> Answer:
        response: Answer = omics.create_variant_store(**{"reference": REFERENCE, **more}, name=name)
        return response

    return create


@pytest.fixture
def annotation_store(omics: Client) -> Store:
    """``annotation_store("genes", storeFormat="GFF")`` returns that of CreateAnnotationStore."""

    def create(name: str = "genes", **more: Any) -> Answer:
        members = {"reference": REFERENCE, "storeFormat": "VCF", **more}
        response: Answer = omics.create_annotation_store(**members, name=name)
        return response

    return create


@pytest.fixture
def import_variants(omics: Client) -> StartImport:
    """``import_variants("s3://cohort/a.vcf", store="variants")`` returns the id of the job."""

    def start(*sources: str, store: str = "variants", **more: Any) -> str:
        items = [{"source": uri} for uri in sources or ("s3://cohort/a.vcf",)]
        started = omics.start_variant_import_job(
            **{"destinationName": store, "roleArn": ROLE, "items": items, **more}
        )
        return str(started["jobId"])

    return start


@pytest.fixture
def import_annotations(omics: Client) -> StartImport:
    """``import_annotations("s3://cohort/a.vcf", store="genes")`` returns the id of the job."""

    def start(*sources: str, store: str = "genes", **more: Any) -> str:
        items = [{"source": uri} for uri in sources or ("s3://cohort/a.vcf",)]
        started = omics.start_annotation_import_job(
            **{"destinationName": store, "roleArn": ROLE, "items": items, **more}
        )
        return str(started["jobId"])

    return start


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
