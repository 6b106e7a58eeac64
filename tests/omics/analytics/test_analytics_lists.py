"""The lists of stores, versions and imports: pages, ids, filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from conftest import Answer, Client, MakeClient
from tests.omics.analytics.store_helpers import REFERENCE, StartImport, Store
from tests.omics.helpers import SetProgression, raises_not_found, raises_validation

UNKNOWN_JOB = "12345678-1234-1234-1234-123456789012"


class Listed(NamedTuple):
    """One list operation, with four items, and the ids of these in order of creation."""

    call: Callable[..., Answer]
    operation: str
    member: str
    request: dict[str, Any]
    ids: list[str]

    def ids_of(self, **more: Any) -> list[str]:
        """Return the ids of a page."""
        page = self.call(**self.request, **more)
        assert page["ResponseMetadata"]["HTTPStatusCode"] == 200
        return [item["id"] for item in page[self.member]]


LISTS = [
    "list_variant_stores",
    "list_annotation_stores",
    "list_annotation_store_versions",
    "list_variant_import_jobs",
    "list_annotation_import_jobs",
]

#: Versions are not selected by ids.
WITH_IDS = [operation for operation in LISTS if "versions" not in operation]


@pytest.fixture(params=LISTS)
def listed(
    request: pytest.FixtureRequest,
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    import_variants: StartImport,
    import_annotations: StartImport,
) -> Listed:
    """Each list operation of analytics."""
    names = [f"store_{number}" for number in range(4)]
    variants = [variant_store(name)["id"] for name in names]
    annotations = [annotation_store(name)["id"] for name in names]
    versions = [annotations[0]] + [
        omics.create_annotation_store_version(name="store_0", versionName=f"version_{n}")["id"]
        for n in range(3)
    ]
    ids = {
        "list_variant_stores": variants,
        "list_annotation_stores": annotations,
        "list_annotation_store_versions": versions,
        "list_variant_import_jobs": [import_variants(store=name) for name in names],
        "list_annotation_import_jobs": [import_annotations(store=name) for name in names],
    }
    operation: str = request.param
    words = operation.split("_")[1:]
    member = words[0] + "".join(word.title() for word in words[1:])
    name = {"name": "store_0"} if "version" in operation else {}
    return Listed(getattr(omics, operation), operation, member, name, ids[operation])


# -- pages --


@pytest.mark.our_choice("A3")
def test_items_are_listed_in_order_of_creation(listed: Listed) -> None:
    assert listed.ids_of() == listed.ids


@pytest.mark.documented("A3")
def test_pages_are_as_long_as_requested(listed: Listed) -> None:
    first = listed.call(**listed.request, maxResults=3)
    assert [item["id"] for item in first[listed.member]] == listed.ids[:3]
    second = listed.call(**listed.request, maxResults=3, nextToken=first["nextToken"])
    assert [item["id"] for item in second[listed.member]] == listed.ids[3:]
    assert "nextToken" not in second
    assert "nextToken" not in listed.call(**listed.request, maxResults=4)


@pytest.mark.documented("A3")
def test_paginator_finds_all_items(omics: Client, listed: Listed) -> None:
    pages = omics.get_paginator(listed.operation).paginate(
        **listed.request, PaginationConfig={"PageSize": 1}
    )
    assert [item["id"] for item in pages.search(listed.member)] == listed.ids


@pytest.mark.our_choice("A3")
def test_foreign_token_is_rejected(listed: Listed) -> None:
    token = listed.call(**listed.request, maxResults=1)["nextToken"]
    with raises_validation("Invalid nextToken"):
        listed.call(**listed.request, nextToken="made-up")
    with raises_validation("Invalid nextToken"):
        listed.call(**listed.request, nextToken=token, filter={"status": "FAILED"})


@pytest.mark.documented("A3")
@pytest.mark.parametrize(
    ("maxResults", "limit"),
    [("0", "greater than or equal to 1"), ("101", "less than or equal to 100")],
)
def test_page_has_1_to_100_items(
    client: MakeClient, listed: Listed, maxResults: str, limit: str
) -> None:
    raw = getattr(client("omics", parameter_validation=False), listed.operation)
    with raises_validation(
        f"1 validation error detected: Value '{maxResults}' at 'maxResults' failed to satisfy "
        f"constraint: Member must have value {limit}"
    ):
        raw(**listed.request, maxResults=int(maxResults))


@pytest.mark.our_choice("A3")
def test_page_holds_100_items(omics: Client, annotation_store: Store) -> None:
    annotation_store("genes")
    for number in range(100):
        omics.create_annotation_store_version(name="genes", versionName=f"version_{number}")
    first = omics.list_annotation_store_versions(name="genes")
    assert len(first["annotationStoreVersions"]) == 100
    second = omics.list_annotation_store_versions(name="genes", nextToken=first["nextToken"])
    assert [v["versionName"] for v in second["annotationStoreVersions"]] == ["version_99"]


# -- selection --


@pytest.mark.documented("A3", "A22", "A57")
def test_status_selects_items(listed: Listed) -> None:
    status = "COMPLETED" if "jobs" in listed.operation else "ACTIVE"
    assert listed.ids_of(filter={"status": status}) == listed.ids
    assert listed.ids_of(filter={"status": "FAILED"}) == []
    assert listed.ids_of(filter={}) == listed.ids


@pytest.mark.documented("A3", "A22", "A57")
@pytest.mark.parametrize("listed", WITH_IDS, indirect=True)
def test_ids_select_items(listed: Listed) -> None:
    assert listed.ids_of(ids=[listed.ids[2], listed.ids[0]]) == [listed.ids[0], listed.ids[2]]


@pytest.mark.our_choice("A3")
@pytest.mark.parametrize("listed", WITH_IDS, indirect=True)
def test_ids_and_filter_are_combined(listed: Listed) -> None:
    some = [listed.ids[1], "000000000000" if "stores" in listed.operation else UNKNOWN_JOB]
    assert listed.ids_of(ids=some) == [listed.ids[1]]
    assert listed.ids_of(ids=some, filter={"status": "FAILED"}) == []


@pytest.mark.documented("A3")
@pytest.mark.parametrize(
    ("ids", "violation"),
    [
        (
            [],
            "Value '[]' at 'ids' failed to satisfy constraint: Member must have length greater "
            "than or equal to 1",
        ),
        (
            ["x"] * 21,
            f"Value '[{', '.join('x' * 21)}]' at 'ids' failed to satisfy constraint: "
            "Member must have length less than or equal to 20",
        ),
        (
            ["x" * 51],
            f"Value '{'x' * 51}' at 'ids.1.member' failed to satisfy constraint: Member "
            "must have length less than or equal to 50",
        ),
    ],
)
def test_number_of_ids_is_limited(raw_omics: Client, ids: list[str], violation: str) -> None:
    for operation in WITH_IDS:
        with raises_validation(f"1 validation error detected: {violation}"):
            getattr(raw_omics, operation)(ids=ids)


@pytest.mark.our_choice("A57")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_store_name_selects_imports(
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    import_variants: StartImport,
    import_annotations: StartImport,
    kind: str,
) -> None:
    create, start = {
        "variant": (variant_store, import_variants),
        "annotation": (annotation_store, import_annotations),
    }[kind]
    for name in ("cohort", "cohort_2"):
        create(name)
    first, second = start(store="cohort"), start(store="cohort_2")
    again = start(store="cohort")

    def found(**filter: str) -> list[str]:
        page = getattr(omics, f"list_{kind}_import_jobs")(filter=filter)
        return [job["id"] for job in page[f"{kind}ImportJobs"]]

    assert found(storeName="cohort") == [first, again]
    assert found(storeName="cohort_2", status="COMPLETED") == [second]
    assert found(storeName="cohort_2", status="CANCELLED") == []
    assert found(storeName="unknown") == []


@pytest.mark.documented("A42")
def test_versions_of_unknown_store_are_not_listed(omics: Client) -> None:
    with raises_not_found("Annotation store genes not found"):
        omics.list_annotation_store_versions(name="genes")


# -- members of items --


@pytest.mark.documented("A22", "A36", "A100")
def test_listed_stores_are_shorter(
    omics: Client, variant_store: Store, annotation_store: Store
) -> None:
    variant_store("variants", tags={"a": "b"})
    annotation_store("genes", storeFormat="TSV", tags={"a": "b"}, storeOptions=OPTIONS)
    pairs = [
        (omics.get_variant_store(name="variants"), omics.list_variant_stores()["variantStores"]),
        (
            omics.get_annotation_store(name="genes"),
            omics.list_annotation_stores()["annotationStores"],
        ),
    ]
    for described, items in pairs:
        left_out = ("ResponseMetadata", "tags", "storeOptions", "numVersions")
        assert items == [{k: v for k, v in described.items() if k not in left_out}]
        assert items[0]["reference"] == REFERENCE


OPTIONS = {"tsvStoreOptions": {"schema": [{"gene": "STRING"}]}}


@pytest.mark.documented("A57")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_listed_imports_are_shorter(
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    import_variants: StartImport,
    import_annotations: StartImport,
    progression: SetProgression,
    kind: str,
) -> None:
    if kind == "variant":
        variant_store("variants")
        job_id = import_variants(annotationFields={"VEP": "CSQ"})
    else:
        annotation_store("genes")
        job_id = import_annotations(formatOptions={"vcfOptions": {}}, runLeftNormalization=True)
    described = getattr(omics, f"get_{kind}_import_job")(jobId=job_id)
    left_out = ("ResponseMetadata", "items", "statusMessage", "formatOptions")
    (item,) = getattr(omics, f"list_{kind}_import_jobs")()[f"{kind}ImportJobs"]
    assert item == {k: v for k, v in described.items() if k not in left_out}
