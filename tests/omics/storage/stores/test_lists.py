"""Lists of stores, references and jobs: pages and filters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from conftest import Client
from tests.omics.helpers import (
    Clock,
    SetProgression,
    raises_not_found,
    raises_validation,
    raises_violations,
)
from tests.omics.storage.stores.conftest import FASTA, ImportReference, PutObject, StartImport
from tests.wire.raw import Wire, violation, violations

INVALID_TOKEN = "Invalid nextToken"


@dataclass(frozen=True)
class Items:
    """A list with five items: its operation and parameters, its result key, and their ids."""

    method: str
    params: dict[str, Any]
    key: str
    ids: list[str]

    def page(self, omics: Client, **more: Any) -> tuple[list[str], str | None]:
        """Return (ids, nextToken) of a page."""
        response = getattr(omics, self.method)(**{**self.params, **more})
        return [item["id"] for item in response[self.key]], response.get("nextToken")


@pytest.fixture(params=["sequence stores", "references", "import jobs"])
def items(
    request: pytest.FixtureRequest,
    omics: Client,
    reference_store: str,
    put_object: PutObject,
    start_import: StartImport,
) -> Items:
    """Five sequence stores, references or import jobs."""
    if request.param == "sequence stores":
        ids = [omics.create_sequence_store(name=f"s{n}")["id"] for n in range(5)]
        return Items("list_sequence_stores", {}, "sequenceStores", ids)
    uri = put_object("hg38.fa")
    jobs = [start_import({"sourceFile": uri, "name": f"reference {n}"}) for n in range(5)]
    params = {"referenceStoreId": reference_store}
    if request.param == "import jobs":
        return Items("list_reference_import_jobs", params, "importJobs", jobs)
    found = [omics.get_reference_import_job(**params, id=job)["sources"][0] for job in jobs]
    return Items("list_references", params, "references", [each["referenceId"] for each in found])


# -- pages --


@pytest.mark.our_choice("S10")
def test_a_list_is_in_order_of_creation(omics: Client, items: Items) -> None:
    assert items.page(omics) == (items.ids, None)


@pytest.mark.documented("S10", "S171")
def test_pages_follow_each_other(omics: Client, items: Items) -> None:
    first, token = items.page(omics, maxResults=2)
    second, token = items.page(omics, maxResults=2, nextToken=token)
    third, end = items.page(omics, maxResults=2, nextToken=token)
    assert [first, second, third] == [items.ids[:2], items.ids[2:4], items.ids[4:]]
    assert end is None


@pytest.mark.documented("S171", "S12")
def test_the_paginator_returns_all_items(omics: Client, items: Items) -> None:
    paginator = omics.get_paginator(items.method)
    pages = list(paginator.paginate(**items.params, PaginationConfig={"PageSize": 2}))
    assert [len(page[items.key]) for page in pages] == [2, 2, 1]
    whole = paginator.paginate(**items.params).build_full_result()
    assert [item["id"] for item in whole[items.key]] == items.ids


@pytest.mark.documented("S171", "S12")
def test_the_paginator_of_reference_stores(omics: Client, reference_store: str) -> None:
    pages = list(omics.get_paginator("list_reference_stores").paginate())
    assert [store["id"] for page in pages for store in page["referenceStores"]] == [reference_store]
    assert "nextToken" not in pages[0]


@pytest.mark.our_choice("S10")
def test_a_page_of_exactly_the_rest_is_the_last(omics: Client, items: Items) -> None:
    assert items.page(omics, maxResults=5) == (items.ids, None)


@pytest.mark.our_choice("S10")
def test_a_token_that_nobody_issued_is_invalid(omics: Client, items: Items) -> None:
    _, token = items.page(omics, maxResults=2)
    for invalid in ("x", f"{token}0", f"x{token}"):
        with raises_validation(INVALID_TOKEN):
            items.page(omics, maxResults=2, nextToken=invalid)


@pytest.mark.our_choice("S10")
def test_a_token_is_one_of_its_list_and_filter(omics: Client, items: Items) -> None:
    _, token = items.page(omics, maxResults=2)
    later = {"createdAfter": datetime(2020, 1, 1)}
    with raises_validation(INVALID_TOKEN):
        items.page(omics, nextToken=token, filter=later)
    _, filtered = items.page(omics, maxResults=2, filter=later)
    assert items.page(omics, nextToken=filtered, filter=later) == (items.ids[2:], None)
    with raises_validation(INVALID_TOKEN):
        omics.list_reference_stores(nextToken=token)


@pytest.mark.our_choice("S10")
def test_a_token_is_valid_while_items_come_and_go(
    omics: Client, reference_store: str, import_reference: ImportReference
) -> None:
    ids = [import_reference(f"reference {n}") for n in range(4)]
    listing = Items("list_references", {"referenceStoreId": reference_store}, "references", ids)
    _, token = listing.page(omics, maxResults=2)
    for each in (ids[1], ids[2]):
        omics.delete_reference(referenceStoreId=reference_store, id=each)
    ids.append(import_reference("new reference"))
    assert listing.page(omics, nextToken=token) == (ids[3:], None)


@pytest.mark.documented("S10")
def test_a_page_has_1_to_100_items(raw_omics: Client, items: Items) -> None:
    with raises_violations("Value '101' at 'maxResults' must have value less than or equal to 100"):
        items.page(raw_omics, maxResults=101)
    with raises_violations("Value '0' at 'maxResults' must have value greater than or equal to 1"):
        items.page(raw_omics, maxResults=0)


@pytest.mark.our_choice("S10")
def test_a_page_has_100_items_when_nothing_is_said(
    omics: Client, reference_store: str, put_object: PutObject, start_import: StartImport
) -> None:
    uri = put_object("hg38.fa")
    for start in (0, 100):
        numbers = range(start, min(start + 100, 101))
        start_import(*({"sourceFile": uri, "name": f"reference {n}"} for n in numbers))
    listing = Items("list_references", {"referenceStoreId": reference_store}, "references", [])
    first, token = listing.page(omics)
    rest, end = listing.page(omics, nextToken=token)
    assert (len(first), len(rest), end) == (100, 1, None)


@pytest.mark.our_choice("S9", "S191")
def test_the_lists_of_an_unknown_store_are_not_found(omics: Client) -> None:
    for call in (omics.list_references, omics.list_reference_import_jobs):
        with raises_not_found("The specified reference store does not exist."):
            call(referenceStoreId="1234567890", nextToken="x")


@pytest.mark.documented("S11")
def test_a_list_accepts_a_request_without_a_body(
    aws: None, server: str | None, omics: Client, reference_store: str
) -> None:
    answer = Wire(server).send("POST", "/referencestores")
    assert [store["id"] for store in answer.json()["referenceStores"]] == [reference_store]


# -- filters --


@pytest.fixture
def ages(omics: Client, clock: Clock) -> list[str]:
    """Three sequence stores, created at 12:00, 13:00 and 14:00 UTC."""
    ids = []
    for name in ("noon", "one", "two"):
        ids.append(omics.create_sequence_store(name=name)["id"])
        clock.now += timedelta(hours=1)
    return ids


def names(omics: Client, **filter: Any) -> list[str]:
    """Return the names of the sequence stores that a filter selects."""
    return [s["name"] for s in omics.list_sequence_stores(filter=filter)["sequenceStores"]]


def at(hour: int, minute: int = 0) -> datetime:
    """Return a time of the day of the clock, in UTC."""
    return datetime(2026, 10, 1, hour, minute, tzinfo=timezone.utc)


@pytest.mark.documented("S11")
def test_times_filter_stores(omics: Client, ages: list[str]) -> None:
    assert names(omics, createdAfter=at(12, 30)) == ["one", "two"]
    assert names(omics, createdBefore=at(12, 30)) == ["noon"]
    omics.update_sequence_store(id=ages[0], description="old")
    assert names(omics, updatedAfter=at(14, 30)) == ["noon"]
    assert names(omics, updatedBefore=at(14, 30)) == ["one", "two"]


@pytest.mark.our_choice("S11")
def test_the_moment_itself_is_not_included_and_filters_are_combined_with_and(
    omics: Client, ages: list[str]
) -> None:
    assert names(omics, createdAfter=at(13)) == ["two"]
    assert names(omics, createdBefore=at(13)) == ["noon"]
    assert names(omics, createdAfter=at(12), createdBefore=at(14)) == ["one"]
    assert names(omics, createdAfter=at(12), name="noon") == []
    assert names(omics, name="one", status="ACTIVE") == ["one"]


@pytest.mark.our_choice("S11")
def test_names_match_as_a_whole(omics: Client, ages: list[str]) -> None:
    assert names(omics, name="noon") == ["noon"]
    assert names(omics, name="no") == []
    assert names(omics, name="NOON") == []


@pytest.mark.documented("S11")
def test_statuses_filter_sequence_stores(omics: Client, progression: SetProgression) -> None:
    omics.create_sequence_store(name="old")
    omics.list_sequence_stores()
    progression("sequence_store", progression="manual", times=1)
    omics.create_sequence_store(name="new")
    assert names(omics, status="CREATING") == ["new"]
    assert names(omics, status="ACTIVE") == ["old"]
    assert names(omics, status="FAILED") == []


@pytest.mark.documented("S1", "S11")
@pytest.mark.parametrize(
    "time",
    [
        "2026-10-01T12:30:00.000Z",
        "2026-10-01T12:30:00Z",
        "2026-10-01T14:30:00.000000+02:00",
        "2026-10-01T12:30:00",
        "Thu, 01 Oct 2026 12:30:00 GMT",
    ],
)
def test_times_are_read_in_any_zone(ages: list[str], server: str | None, time: str) -> None:
    answer = Wire(server).send("POST", "/sequencestores", {"filter": {"createdAfter": time}})
    assert [store["name"] for store in answer.json()["sequenceStores"]] == ["one", "two"]


@pytest.mark.documented("S1")
def test_times_of_responses_are_iso_8601(ages: list[str], server: str | None) -> None:
    store = Wire(server).send("GET", f"/sequencestore/{ages[0]}").json()
    assert store["creationTime"] == "2026-10-01T12:00:00.000000Z"


@pytest.mark.documented("S11")
def test_name_and_time_filter_reference_stores(
    omics: Client, clock: Clock, reference_store: str
) -> None:
    def found(**filter: Any) -> bool:
        return bool(omics.list_reference_stores(filter=filter)["referenceStores"])

    assert found(name="genomes", createdAfter=at(11), createdBefore=at(13))
    assert not found(name="other")
    assert not found(createdAfter=at(13))
    assert not found(createdBefore=at(11))


@pytest.mark.documented("S11")
def test_name_md5_and_time_filter_references(
    omics: Client, clock: Clock, reference_store: str, import_reference: ImportReference
) -> None:
    first = import_reference("hg38")
    clock.now += timedelta(hours=1)
    second = import_reference("hg19", body=FASTA * 2)

    def found(**filter: Any) -> list[str]:
        response = omics.list_references(referenceStoreId=reference_store, filter=filter)
        return [each["id"] for each in response["references"]]

    md5 = omics.get_reference_metadata(referenceStoreId=reference_store, id=first)["md5"]
    assert found(md5=md5) == [first]
    assert found(md5=md5.upper()) == []
    assert found(name="hg19") == [second]
    assert found(name="hg19", md5=md5) == []
    assert found(createdAfter=at(12, 30)) == [second]
    assert found(createdBefore=at(12, 30)) == [first]


@pytest.mark.documented("S11")
def test_status_and_time_filter_jobs(
    omics: Client,
    clock: Clock,
    reference_store: str,
    put_object: PutObject,
    start_import: StartImport,
) -> None:
    good = start_import({"sourceFile": put_object("hg38.fa"), "name": "hg38"})
    clock.now += timedelta(hours=1)
    bad = start_import({"sourceFile": "s3://nowhere/hg38.fa", "name": "hg19"})

    def found(**filter: Any) -> list[str]:
        response = omics.list_reference_import_jobs(referenceStoreId=reference_store, filter=filter)
        return [each["id"] for each in response["importJobs"]]

    assert found(status="COMPLETED") == [good]
    assert found(status="FAILED") == [bad]
    assert found(status="CANCELLED") == []
    assert found(createdAfter=at(12, 30)) == [bad]
    assert found(createdBefore=at(12, 30), status="COMPLETED") == [good]


@pytest.mark.documented("S11")
def test_the_constraints_of_filters(aws: None, server: str | None) -> None:
    filter = {"status": "READY", "createdAfter": "soon"}
    assert Wire(server).refused("POST", "/sequencestores", {"filter": filter}) == violations(
        violation(
            "'READY'",
            "filter.status",
            "Member must satisfy enum value set: [CREATING, ACTIVE, UPDATING, DELETING, FAILED]",
        ),
        violation("'soon'", "filter.createdAfter", "Member must be of type timestamp"),
    )
