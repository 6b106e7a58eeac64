"""Versions that change their status together with their store."""

from __future__ import annotations

import pytest

from conftest import Client
from tests.omics.analytics.store_helpers import (
    AT_ONCE,
    Store,
    create_version,
    delete_versions,
    get_annotations,
    get_version,
    version_names,
)
from tests.omics.helpers import (
    SetProgression,
    fail_store,
    raises_not_found,
)


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
    create_version(omics)
    delete_versions(omics, "genes")
    assert version_names(omics) == ["second"]
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
    create_version(omics)
    delete_versions(omics, "genes")
    waiter = omics.get_waiter("annotation_store_version_deleted")
    waiter.wait(name="genes", versionName="genes", WaiterConfig=AT_ONCE)
    assert version_names(omics) == ["second"]
    omics.delete_annotation_store(name="genes")
    assert get_version(omics, "second")["status"] == "CREATING"
    omics.get_waiter("annotation_store_deleted").wait(name="genes", WaiterConfig=AT_ONCE)
    annotation_store("genes")
    assert version_names(omics) == ["genes"]
