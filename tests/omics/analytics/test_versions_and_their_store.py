"""Versions that change their status together with their store."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Client
from tests.omics.analytics.store_helpers import (
    AT_ONCE,
    Store,
    get_annotations,
    get_version,
    without_metadata,
)
from tests.omics.helpers import (
    SetProgression,
    fail_store,
    raises_not_found,
)


def create(omics: Client, version: str = "second", name: str = "genes", **more: Any) -> Any:
    """Return the response of CreateAnnotationStoreVersion."""
    return omics.create_annotation_store_version(name=name, versionName=version, **more)


def delete(omics: Client, *versions: str, **more: Any) -> Any:
    """Return the errors of DeleteAnnotationStoreVersions."""
    response = without_metadata(
        omics.delete_annotation_store_versions(name="genes", versions=list(versions), **more)
    )
    assert set(response) == {"errors"}
    return response["errors"]


def names(omics: Client) -> list[str]:
    """Return the names of the versions of the store ``genes``."""
    listed = omics.list_annotation_store_versions(name="genes")["annotationStoreVersions"]
    return [version["versionName"] for version in listed]


@pytest.mark.our_choice("A96")
def test_version_is_creating_and_active_with_its_store(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    progression("annotation_store", progression="manual", times=3)
    annotation_store("genes")
    statuses = []
    for _ in range(2):
        statuses.append((get_version(omics, "genes")["status"], get_annotations(omics)["status"]))
    assert statuses == [("CREATING", "CREATING"), ("ACTIVE", "ACTIVE")]


@pytest.mark.our_choice("A96")
def test_version_is_failed_with_its_store(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    progression("annotation_store", progression="manual", times=1)
    annotation_store("genes")
    fail_store("annotation", "genes", "no")
    version = get_version(omics, "genes")
    assert (version["status"], version["statusMessage"]) == ("FAILED", "no")
    assert get_annotations(omics)["status"] == "FAILED"
    omics.delete_annotation_store(name="genes")
    assert get_version(omics, "genes")["status"] == "DELETING"


@pytest.mark.our_choice("A96")
def test_version_is_deleting_with_its_store(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    annotation_store("genes")
    create(omics)
    delete(omics, "genes")
    assert names(omics) == ["second"]
    progression("annotation_store", progression="manual", times=1)
    omics.delete_annotation_store(name="genes")
    assert get_version(omics, "second")["status"] == "DELETING"
    with raises_not_found("Annotation store genes not found"):
        omics.get_annotation_store_version(name="genes", versionName="second")


@pytest.mark.our_choice("A96")
def test_creating_version_goes_with_its_store(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    annotation_store("genes")
    assert get_annotations(omics)["status"] == "ACTIVE"
    progression("annotation_store", progression="manual", times=2)
    create(omics)
    delete(omics, "genes")
    waiter = omics.get_waiter("annotation_store_version_deleted")
    waiter.wait(name="genes", versionName="genes", WaiterConfig=AT_ONCE)
    assert names(omics) == ["second"]
    omics.delete_annotation_store(name="genes")
    assert get_version(omics, "second")["status"] == "CREATING"
    omics.get_waiter("annotation_store_deleted").wait(name="genes", WaiterConfig=AT_ONCE)
    annotation_store("genes")
    assert names(omics) == ["genes"]
