"""Versions of annotation stores: creation, update, deletion."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from conftest import Client
from tests.omics.analytics.store_helpers import (
    AT_ONCE,
    STORE_ID,
    StartImport,
    Store,
    create_version,
    delete_versions,
    get_annotations,
    get_version,
    store_arn,
    version_names,
    without_metadata,
)
from tests.omics.helpers import (
    Clock,
    SetProgression,
    raises_conflict,
    raises_not_found,
    raises_validation,
    raises_violations,
)

OPTIONS = {"tsvVersionOptions": {"annotationType": "GENERIC", "schema": [{"gene": "STRING"}]}}


# -- creation --


@pytest.mark.documented("A17", "A40")
def test_created_version_is_creating(omics: Client, annotation_store: Store) -> None:
    store = annotation_store("genes", storeFormat="TSV")
    created = without_metadata(create_version(omics, description="new", versionOptions=OPTIONS))
    version_id = created.pop("id")
    assert re.fullmatch(STORE_ID, version_id)
    assert version_id != store["id"]
    created.pop("creationTime")
    assert created == {
        "versionName": "second",
        "storeId": store["id"],
        "versionOptions": OPTIONS,
        "name": "genes",
        "status": "CREATING",
    }


@pytest.mark.documented("A14", "A42", "A100")
def test_new_version_is_active_and_empty(omics: Client, annotation_store: Store) -> None:
    store = annotation_store("genes", storeFormat="TSV", tags={"of": "store"})
    created = create_version(
        omics, description="new", versionOptions=OPTIONS, tags={"of": "version"}
    )
    expected = {
        "storeId": store["id"],
        "id": created["id"],
        "status": "ACTIVE",
        "versionArn": store_arn("annotation", "genes/version/second"),
        "name": "genes",
        "versionName": "second",
        "description": "new",
        "creationTime": created["creationTime"],
        "updateTime": created["creationTime"],
        "tags": {"of": "version"},
        "versionOptions": OPTIONS,
        "statusMessage": "",
        "versionSizeBytes": 0,
    }
    assert get_version(omics, "second") == expected
    listed = omics.list_annotation_store_versions(name="genes")["annotationStoreVersions"]
    item = {k: v for k, v in expected.items() if k not in ("tags", "versionOptions")}
    assert listed[1] == item
    assert get_annotations(omics)["numVersions"] == 2
    assert get_annotations(omics)["tags"] == {"of": "store"}


@pytest.mark.our_choice("A41")
def test_version_without_options_shows_none(omics: Client, annotation_store: Store) -> None:
    options = {"tsvStoreOptions": {"schema": [{"gene": "STRING"}]}}
    annotation_store("genes", storeFormat="TSV", storeOptions=options)
    assert "versionOptions" not in create_version(omics)
    assert "versionOptions" not in get_version(omics, "second")


@pytest.mark.documented("A12")
def test_version_name_is_unique_in_its_store(omics: Client, annotation_store: Store) -> None:
    annotation_store("genes", versionName="release_1")
    annotation_store("others", versionName="release_1")
    create_version(omics, "release_2")
    create_version(omics, "release_2", name="others")
    for taken in ("release_1", "release_2"):
        with raises_conflict(f"Annotation store genes version {taken} already exists"):
            create_version(omics, taken)
    delete_versions(omics, "release_2")
    assert create_version(omics, "release_2")["status"] == "CREATING"


@pytest.mark.our_choice("A41")
@pytest.mark.parametrize("files", ["GFF", "VCF"])
def test_version_options_need_a_tsv_store(
    omics: Client, annotation_store: Store, files: str
) -> None:
    annotation_store("genes", storeFormat=files)
    with raises_validation("'versionOptions' can be given for a TSV store only"):
        create_version(omics, versionOptions=OPTIONS)


@pytest.mark.documented("A6")
def test_empty_version_options_are_rejected(raw_omics: Client, annotation_store: Store) -> None:
    annotation_store("genes", storeFormat="TSV")
    with raises_violations(
        "Value '{}' at 'versionOptions' must have exactly one of [tsvVersionOptions]"
    ):
        create_version(raw_omics, versionOptions={})


@pytest.mark.documented("A2", "A42")
def test_version_of_unknown_store_is_not_found(omics: Client) -> None:
    with raises_not_found("Annotation store genes not found"):
        create_version(omics)
    for operation in (omics.get_annotation_store_version, omics.update_annotation_store_version):
        with raises_not_found("Annotation store genes not found"):
            operation(name="genes", versionName="second")


@pytest.mark.documented("A2")
def test_store_of_new_version_has_the_form_of_a_store_name(raw_omics: Client) -> None:
    with raises_violations(
        "Value 'My Genes' at 'name' must satisfy regular expression pattern: "
        "([a-z]){1}([a-z0-9_]){2,254}"
    ):
        create_version(raw_omics, name="My Genes")


@pytest.mark.documented("A2")
@pytest.mark.parametrize("version", ["second", "No Version", "x"])
def test_unknown_version_is_not_found(omics: Client, annotation_store: Store, version: str) -> None:
    annotation_store("genes")
    for operation in (omics.get_annotation_store_version, omics.update_annotation_store_version):
        with raises_not_found(f"Annotation store genes version {version} not found"):
            operation(name="genes", versionName=version)


# -- update --


@pytest.mark.documented("A43")
def test_update_of_version_changes_the_description(
    omics: Client, annotation_store: Store, clock: Clock
) -> None:
    store = annotation_store("genes")
    created = create_version(omics, description="old")
    before = get_version(omics, "second")
    clock.now += timedelta(seconds=5)
    updated = without_metadata(
        omics.update_annotation_store_version(name="genes", versionName="second", description="new")
    )
    later = created["creationTime"] + timedelta(seconds=5)
    assert updated == {
        "storeId": store["id"],
        "id": created["id"],
        "status": "ACTIVE",
        "name": "genes",
        "versionName": "second",
        "description": "new",
        "creationTime": created["creationTime"],
        "updateTime": later,
    }
    assert get_version(omics, "second") == {**before, "description": "new", "updateTime": later}
    assert get_annotations(omics)["description"] == ""


@pytest.mark.our_choice("A23", "A43")
def test_deleting_version_cannot_be_updated(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    annotation_store("genes")
    create_version(omics)
    assert get_version(omics, "second")["status"] == "ACTIVE"
    progression("annotation_store", progression="manual", times=9)
    delete_versions(omics, "second")
    with raises_not_found("Annotation store genes version second not found"):
        omics.update_annotation_store_version(name="genes", versionName="second")
    assert get_version(omics, "second")["status"] == "DELETING"


# -- deletion --


@pytest.mark.documented("A44")
def test_versions_are_deleted(omics: Client, annotation_store: Store) -> None:
    annotation_store("genes")
    create_version(omics, "second")
    create_version(omics, "third")
    assert delete_versions(omics, "second", "third") == []
    assert version_names(omics) == ["genes"]
    with raises_not_found("Annotation store genes version second not found"):
        omics.get_annotation_store_version(name="genes", versionName="second")
    assert get_annotations(omics)["numVersions"] == 1


@pytest.mark.documented("A44")
def test_unknown_version_does_not_hinder_the_deletion_of_others(
    omics: Client, annotation_store: Store
) -> None:
    annotation_store("genes")
    create_version(omics, "second")
    errors = delete_versions(omics, "my_version", "second")
    assert errors == [
        {
            "versionName": "my_version",
            "message": "Version with versionName: my_version was not found.",
        }
    ]
    assert version_names(omics) == ["genes"]


@pytest.mark.documented("A27", "A44")
def test_version_with_running_import_is_deleted_by_force(
    omics: Client,
    annotation_store: Store,
    import_annotations: StartImport,
    progression: SetProgression,
) -> None:
    progression("annotation_import_job", progression="manual", times=9)
    annotation_store("genes")
    create_version(omics, "second")
    job_id, other_id = import_annotations(versionName="second"), import_annotations()
    running = {"versionName": "second", "message": "version has an inflight import running"}
    assert delete_versions(omics, "second") == [running]
    assert delete_versions(omics, "second", force=False) == [running]
    assert version_names(omics) == ["genes", "second"]
    assert delete_versions(omics, "second", force=True) == []
    assert version_names(omics) == ["genes"]
    assert omics.get_annotation_import_job(jobId=job_id)["status"] == "CANCELLED"
    assert omics.get_annotation_import_job(jobId=other_id)["status"] == "SUBMITTED"


@pytest.mark.our_choice("A45")
def test_last_version_of_a_store_is_not_deleted(omics: Client, annotation_store: Store) -> None:
    annotation_store("genes")
    create_version(omics)
    last = {"versionName": "second", "message": "version is the last one of its store"}
    assert delete_versions(omics, "genes", "second") == [last]
    assert version_names(omics) == ["second"]
    assert delete_versions(omics, "second", force=True) == [last]
    assert version_names(omics) == ["second"]


@pytest.mark.our_choice("A96")
def test_store_survives_the_deletion_of_its_first_version(
    omics: Client, annotation_store: Store
) -> None:
    store = annotation_store("genes")
    create_version(omics)
    assert delete_versions(omics, "genes") == []
    assert version_names(omics) == ["second"]
    found = get_annotations(omics)
    assert (found["id"], found["status"], found["numVersions"]) == (store["id"], "ACTIVE", 1)
    assert create_version(omics, "genes")["id"] != store["id"]


@pytest.mark.our_choice("A45")
def test_deletion_of_deleting_version_is_accepted(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    annotation_store("genes")
    create_version(omics)
    assert get_version(omics, "second")["status"] == "ACTIVE"
    progression("annotation_store", progression="manual", times=1)
    for _ in range(2):
        assert delete_versions(omics, "second", "second") == []
    assert get_version(omics, "second")["status"] == "DELETING"
    waiter = omics.get_waiter("annotation_store_version_deleted")
    waiter.wait(name="genes", versionName="second", WaiterConfig=AT_ONCE)
    assert version_names(omics) == ["genes"]


@pytest.mark.our_choice("A45")
def test_creating_version_is_not_deleted(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    annotation_store("genes")
    assert get_annotations(omics)["status"] == "ACTIVE"
    progression("annotation_store", progression="manual", times=9)
    create_version(omics)
    assert delete_versions(omics, "second") == [
        {"versionName": "second", "message": "version has the status CREATING"}
    ]


@pytest.mark.our_choice("A45")
def test_versions_of_unknown_or_deleting_store_are_not_deleted(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    request = {"name": "genes", "versions": ["second"]}
    with raises_not_found("Annotation store genes not found"):
        omics.delete_annotation_store_versions(**request)
    annotation_store("genes")
    assert get_annotations(omics)["status"] == "ACTIVE"
    progression("annotation_store", progression="manual", times=9)
    omics.delete_annotation_store(name="genes")
    message = "Annotation store genes is not ACTIVE: its status is DELETING"
    with raises_conflict(message):
        omics.delete_annotation_store_versions(**request)
    with raises_conflict(message):
        create_version(omics)


@pytest.mark.documented("A44")
def test_at_most_ten_versions_are_named(raw_omics: Client, annotation_store: Store) -> None:
    annotation_store("genes")
    with raises_violations("Value '[]' at 'versions' must have length greater than or equal to 1"):
        delete_versions(raw_omics)
    many = [f"version_{number}" for number in range(11)]
    with raises_violations(
        f"Value '[{', '.join(many)}]' at 'versions' must have length less than or equal to 10"
    ):
        delete_versions(raw_omics, *many)
