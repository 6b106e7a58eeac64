"""Annotation stores: creation, options, update, deletion."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from conftest import Client
from tests.omics.analytics.store_helpers import (
    REFERENCE,
    STORE_ID,
    StartImport,
    Store,
    get_annotations,
    get_version,
    store_arn,
    without_metadata,
)
from tests.omics.helpers import (
    Clock,
    SetProgression,
    raises_conflict,
    raises_error,
    raises_not_found,
    raises_validation,
    raises_violations,
)

SCHEMA = [{"chrom": "STRING"}, {"position": "LONG"}]


def tsv(**options: Any) -> dict[str, Any]:
    """Return the members of CreateAnnotationStore for a TSV store."""
    return {"storeFormat": "TSV", "storeOptions": {"tsvStoreOptions": options}}


# -- creation --


@pytest.mark.documented("A30", "A10")
def test_created_annotation_store_is_creating(annotation_store: Store) -> None:
    created = without_metadata(
        annotation_store("genes", description="all", tags={"a": "b"}, versionName="release_1")
    )
    assert re.fullmatch(STORE_ID, created.pop("id"))
    created.pop("creationTime")
    assert created == {
        "reference": REFERENCE,
        "storeFormat": "VCF",
        "status": "CREATING",
        "name": "genes",
        "versionName": "release_1",
    }


@pytest.mark.documented("A7", "A14", "A32", "A36")
def test_new_annotation_store_is_active_and_empty(omics: Client, annotation_store: Store) -> None:
    created = annotation_store("genes", storeFormat="GFF")
    assert get_annotations(omics) == {
        "id": created["id"],
        "reference": REFERENCE,
        "status": "ACTIVE",
        "storeArn": store_arn("annotation", "genes"),
        "name": "genes",
        "description": "",
        "sseConfig": {"type": "KMS"},
        "creationTime": created["creationTime"],
        "updateTime": created["creationTime"],
        "tags": {},
        "storeFormat": "GFF",
        "statusMessage": "",
        "storeSizeBytes": 0,
        "numVersions": 1,
    }


@pytest.mark.our_choice("A21")
def test_annotation_store_without_name_is_named_after_its_id(omics: Client) -> None:
    created = omics.create_annotation_store(storeFormat="VCF", reference=REFERENCE)
    assert created["name"] == f"annotation_store_{created['id']}"
    assert created["versionName"] == created["name"]


@pytest.mark.documented("A17", "A32")
def test_first_version_has_the_id_of_the_store(omics: Client, annotation_store: Store) -> None:
    created = annotation_store("genes", versionName="release_1", tags={"a": "b"})
    version = get_version(omics, "release_1")
    assert version == {
        "storeId": created["id"],
        "id": created["id"],
        "status": "ACTIVE",
        "versionArn": store_arn("annotation", "genes/version/release_1"),
        "name": "genes",
        "versionName": "release_1",
        "description": "",
        "creationTime": created["creationTime"],
        "updateTime": created["creationTime"],
        "tags": {},
        "statusMessage": "",
        "versionSizeBytes": 0,
    }


@pytest.mark.our_choice("A32")
def test_first_version_is_named_as_the_store(omics: Client, annotation_store: Store) -> None:
    assert annotation_store("genes")["versionName"] == "genes"
    assert get_version(omics, "genes")["versionName"] == "genes"


@pytest.mark.documented("A30")
@pytest.mark.parametrize(
    ("members", "violation"),
    [
        ({"storeFormat": None}, "Value null at 'storeFormat' must not be null"),
        (
            {"storeFormat": "BED"},
            "Value 'BED' at 'storeFormat' must satisfy enum value set: [GFF, TSV, VCF]",
        ),
        (
            {"versionName": "Release"},
            "Value 'Release' at 'versionName' must satisfy regular expression pattern: "
            "([a-z]){1}([a-z0-9_]){2,254}",
        ),
    ],
)
def test_bad_members_of_annotation_store_are_rejected(
    raw_omics: Client, members: dict[str, Any], violation: str
) -> None:
    with raises_violations(violation):
        raw_omics.create_annotation_store(**{"storeFormat": "TSV", "name": "genes", **members})


@pytest.mark.documented("A31")
@pytest.mark.parametrize("options", [{"annotationType": "GENERIC"}, {"schema": SCHEMA}, {}])
def test_generic_annotations_need_no_reference(omics: Client, options: dict[str, Any]) -> None:
    created = omics.create_annotation_store(name="genes", **tsv(**options))
    assert "reference" not in created
    assert created["storeOptions"] == {"tsvStoreOptions": options}


@pytest.mark.our_choice("A31")
@pytest.mark.parametrize(
    "members",
    [{"storeFormat": "VCF"}, {"storeFormat": "GFF"}, tsv(annotationType="CHR_POS")],
)
def test_other_annotations_need_a_reference(
    omics: Client, annotation_store: Store, members: dict[str, Any]
) -> None:
    with raises_validation("'reference' is required unless annotations are generic"):
        omics.create_annotation_store(name="genes", **members)
    assert annotation_store("genes", **members)["reference"] == REFERENCE


@pytest.mark.documented("A6", "A31")
def test_store_without_reference_has_no_reference_in_responses(omics: Client) -> None:
    omics.create_annotation_store(name="genes", storeFormat="TSV")
    listed = omics.list_annotation_stores()["annotationStores"][0]
    updated = omics.update_annotation_store(name="genes", description="new")
    for response in (get_annotations(omics), listed, updated):
        assert "reference" not in response
        assert "storeOptions" not in response


@pytest.mark.documented("A6")
@pytest.mark.parametrize("member", ["reference", "storeOptions"])
def test_empty_union_is_rejected(raw_omics: Client, member: str) -> None:
    only = {"reference": "referenceArn", "storeOptions": "tsvStoreOptions"}[member]
    with raises_violations(f"Value '{{}}' at '{member}' must have exactly one of [{only}]"):
        raw_omics.create_annotation_store(name="genes", storeFormat="TSV", **{member: {}})


# -- options --


@pytest.mark.documented("A33", "A34", "A36")
@pytest.mark.parametrize(
    ("annotation_type", "columns"),
    [
        ("GENERIC", ""),
        ("CHR_POS", "CHR POS"),
        ("CHR_POS_REF_ALT", "CHR POS REF ALT"),
        ("CHR_START_END_ONE_BASE", "CHR START END"),
        ("CHR_START_END_ZERO_BASE", "CHR START END"),
        ("CHR_START_END_REF_ALT_ONE_BASE", "CHR START END REF ALT"),
        ("CHR_START_END_REF_ALT_ZERO_BASE", "CHR START END REF ALT"),
    ],
)
def test_options_of_tsv_store_are_returned(
    omics: Client, annotation_store: Store, annotation_type: str, columns: str
) -> None:
    kinds = ("STRING", "LONG", "INT", "FLOAT", "DOUBLE", "BOOLEAN")
    options = {
        "annotationType": annotation_type,
        "formatToHeader": {key: f"column_{key.lower()}" for key in columns.split()},
        "schema": [{f"column_{kind.lower()}": kind} for kind in kinds],
    }
    created = annotation_store("genes", **tsv(**options))
    assert created["storeOptions"] == {"tsvStoreOptions": options}
    assert get_annotations(omics)["storeOptions"] == {"tsvStoreOptions": options}


@pytest.mark.our_choice("A35")
def test_columns_of_options_are_not_checked(annotation_store: Store) -> None:
    options = {
        "annotationType": "CHR_POS",
        "formatToHeader": {"REF": "no such column"},
        "schema": SCHEMA,
    }
    created = annotation_store("genes", **tsv(**options))
    assert created["storeOptions"] == {"tsvStoreOptions": options}


@pytest.mark.our_choice("A35")
@pytest.mark.parametrize("files", ["GFF", "VCF"])
def test_options_need_a_tsv_store(annotation_store: Store, files: str) -> None:
    with raises_validation("'storeOptions' can be given with the storeFormat TSV only"):
        annotation_store("genes", **{**tsv(schema=SCHEMA), "storeFormat": files})


@pytest.mark.documented("A33")
@pytest.mark.parametrize(
    ("options", "violation"),
    [
        (
            {"schema": []},
            "Value '[]' at 'storeOptions.tsvStoreOptions.schema' must have length greater than "
            "or equal to 1",
        ),
        (
            {"schema": [{"a": "LONG", "b": "LONG"}]},
            "Value '{a=LONG, b=LONG}' at 'storeOptions.tsvStoreOptions.schema.1.member' must "
            "have length less than or equal to 1",
        ),
        (
            {"schema": [{"a": "TEXT"}]},
            "Value 'TEXT' at 'storeOptions.tsvStoreOptions.schema.1.member.a.member' must "
            "satisfy enum value set: [LONG, INT, STRING, FLOAT, DOUBLE, BOOLEAN]",
        ),
        (
            {"annotationType": "CHR"},
            "Value 'CHR' at 'storeOptions.tsvStoreOptions.annotationType' must satisfy enum "
            "value set: [GENERIC, CHR_POS, CHR_POS_REF_ALT, CHR_START_END_ONE_BASE, "
            "CHR_START_END_REF_ALT_ONE_BASE, CHR_START_END_ZERO_BASE, "
            "CHR_START_END_REF_ALT_ZERO_BASE]",
        ),
    ],
)
def test_bad_options_are_rejected(
    raw_omics: Client, options: dict[str, Any], violation: str
) -> None:
    with raises_violations(violation):
        raw_omics.create_annotation_store(name="genes", **tsv(**options))


@pytest.mark.documented("A33")
def test_schema_has_at_most_5000_columns(omics: Client) -> None:
    columns = [{f"c{number}": "INT"} for number in range(5001)]
    with pytest.raises(omics.exceptions.ValidationException, match="less than or equal to 5000"):
        omics.create_annotation_store(name="genes", **tsv(schema=columns))
    created = omics.create_annotation_store(name="genes", **tsv(schema=columns[:5000]))
    assert len(created["storeOptions"]["tsvStoreOptions"]["schema"]) == 5000


# -- identity and quota --


@pytest.mark.our_choice("A12", "A21")
def test_name_of_annotation_store_is_unique(omics: Client, annotation_store: Store) -> None:
    first = annotation_store("genes", versionName="release_1")
    with raises_conflict("Annotation store genes already exists"):
        annotation_store("genes")
    omics.delete_annotation_store(name="genes")
    second = annotation_store("genes")
    assert second["id"] != first["id"]
    listed = omics.list_annotation_store_versions(name="genes")["annotationStoreVersions"]
    assert [version["versionName"] for version in listed] == ["genes"]


@pytest.mark.documented("A130")
def test_account_has_at_most_ten_annotation_stores(omics: Client, annotation_store: Store) -> None:
    for number in range(10):
        annotation_store(f"store_{number}")
    message = "The account has 10 annotation stores, which is the maximum"
    with raises_error("ServiceQuotaExceededException", 402, message):
        annotation_store("one_more")
    omics.delete_annotation_store(name="store_3")
    annotation_store("one_more")


@pytest.mark.documented("A2")
@pytest.mark.parametrize("name", ["unknown", "Not a name!", "a/version/b"])
def test_unknown_annotation_store_is_not_found(omics: Client, name: str) -> None:
    for operation in (
        omics.get_annotation_store,
        omics.update_annotation_store,
        omics.delete_annotation_store,
        omics.list_annotation_store_versions,
    ):
        with raises_not_found(f"Annotation store {name} not found"):
            operation(name=name)


# -- update --


@pytest.mark.documented("A36")
def test_update_of_annotation_store_returns_options(
    omics: Client, annotation_store: Store, clock: Clock
) -> None:
    options = {"annotationType": "CHR_POS", "schema": SCHEMA}
    created = annotation_store("genes", **tsv(**options))
    clock.now += timedelta(seconds=5)
    updated = without_metadata(omics.update_annotation_store(name="genes", description="new"))
    assert updated == {
        "id": created["id"],
        "reference": REFERENCE,
        "status": "ACTIVE",
        "name": "genes",
        "description": "new",
        "creationTime": created["creationTime"],
        "updateTime": created["creationTime"] + timedelta(seconds=5),
        "storeFormat": "TSV",
        "storeOptions": {"tsvStoreOptions": options},
    }
    assert get_annotations(omics)["description"] == "new"
    assert get_version(omics, "genes")["description"] == ""


# -- deletion --


@pytest.mark.documented("A37", "A96")
def test_deleted_annotation_store_is_deleting_and_then_not_found(
    omics: Client, annotation_store: Store
) -> None:
    annotation_store("genes")
    assert without_metadata(omics.delete_annotation_store(name="genes")) == {"status": "DELETING"}
    with raises_not_found("Annotation store genes not found"):
        omics.get_annotation_store(name="genes")
    with raises_not_found("Annotation store genes not found"):
        omics.get_annotation_store_version(name="genes", versionName="genes")


@pytest.mark.our_choice("A37")
def test_store_with_several_versions_cannot_be_deleted(
    omics: Client, annotation_store: Store
) -> None:
    annotation_store("genes")
    omics.create_annotation_store_version(name="genes", versionName="second")
    for force in (False, True):
        with raises_conflict("Annotation store genes has more than one version: delete the others"):
            omics.delete_annotation_store(name="genes", force=force)
    omics.delete_annotation_store_versions(name="genes", versions=["genes"])
    assert omics.delete_annotation_store(name="genes")["status"] == "DELETING"


@pytest.mark.our_choice("A26", "A27", "A37")
def test_annotation_store_with_running_import_is_deleted_by_force(
    omics: Client,
    annotation_store: Store,
    import_annotations: StartImport,
    progression: SetProgression,
) -> None:
    progression("annotation_import_job", progression="manual", times=9)
    annotation_store("genes")
    job_id = import_annotations()
    with raises_conflict("Annotation store genes has an import job in progress"):
        omics.delete_annotation_store(name="genes")
    assert omics.delete_annotation_store(name="genes", force=True)["status"] == "DELETING"
    assert omics.get_annotation_import_job(jobId=job_id)["status"] == "CANCELLED"


@pytest.mark.our_choice("A26", "A45")
def test_creating_annotation_store_cannot_be_changed(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    progression("annotation_store", progression="manual", times=9)
    annotation_store("genes")
    with raises_conflict(
        "Cannot delete annotation store genes: its status is CREATING, "
        "and it must be one of ACTIVE, FAILED, DELETING"
    ):
        omics.delete_annotation_store(name="genes")
    message = "Annotation store genes is not ACTIVE: its status is CREATING"
    with raises_conflict(message):
        omics.create_annotation_store_version(name="genes", versionName="second")
    with raises_conflict(message):
        omics.delete_annotation_store_versions(name="genes", versions=["genes"])
