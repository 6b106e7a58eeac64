"""The lists of runs, workflows, run groups and configurations: filters, pages, tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from conftest import ROLE, Answer, Client, MakeClient, StartBatch, definition
from tests.omics.helpers import (
    StartRun,
    UntilRun,
    raises_validation,
    raises_violations,
    requires_member,
)

TOKEN = "Invalid startingToken"


@dataclass(frozen=True)
class List:
    """One list: its operation, how an item comes into it and goes out of it, the largest page."""

    operation: str
    add: Callable[[Client, str, int], str]
    remove: Callable[[Client, str], Any]
    key: str = "id"
    most: int = 100

    def __call__(self, omics: Client, **asked: Any) -> Answer:
        answer: Answer = getattr(omics, self.operation)(**asked)
        return answer

    def keys(self, omics: Client, **asked: Any) -> list[str]:
        return [item[self.key] for item in self(omics, **asked)["items"]]


def _add_run(omics: Client, workflow: str, n: int) -> str:
    run = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://results", name=f"r{n}")
    return str(run["id"])


def _remove_run(omics: Client, run_id: str) -> None:
    omics.cancel_run(id=run_id)
    for _ in range(2):
        omics.get_run(id=run_id)
    omics.delete_run(id=run_id)


def _add_workflow(omics: Client, workflow: str, n: int) -> str:
    return str(omics.create_workflow(name=f"w{n}", definitionUri="s3://defs/w.zip")["id"])


def _add_group(omics: Client, workflow: str, n: int) -> str:
    return str(omics.create_run_group(name=f"g{n}")["id"])


def _add_configuration(omics: Client, workflow: str, n: int) -> str:
    return str(omics.create_configuration(name=f"c{n}", runConfigurations={})["name"])


RUNS = List("list_runs", _add_run, _remove_run)
WORKFLOWS = List("list_workflows", _add_workflow, lambda omics, id: omics.delete_workflow(id=id))
GROUPS = List("list_run_groups", _add_group, lambda omics, id: omics.delete_run_group(id=id))
CONFIGURATIONS = List(
    "list_configurations",
    _add_configuration,
    lambda omics, name: omics.delete_configuration(name=name),
    key="name",
    most=10,
)


@pytest.fixture(params=[RUNS, WORKFLOWS, GROUPS, CONFIGURATIONS], ids=lambda of: of.operation)
def listing(request: pytest.FixtureRequest) -> List:
    of: List = request.param
    return of


Fill = Callable[..., list[str]]


@pytest.fixture
def fill(omics: Client, listing: List) -> Fill:
    """``fill(5)`` → the keys of five new items, in order; the list held nothing before."""
    workflow = str(omics.create_workflow(name="align", definitionZip=definition())["id"])
    if listing is WORKFLOWS:
        omics.delete_workflow(id=workflow)
    return lambda count: [listing.add(omics, workflow, n) for n in range(count)]


# -- pages ---------------------------------------------------------------------------------------


@pytest.mark.documented("W10")
def test_an_empty_list_is_a_page_without_a_token(omics: Client, listing: List, fill: Fill) -> None:
    answer = listing(omics)
    assert answer["items"] == []
    assert "nextToken" not in answer


@pytest.mark.our_choice("W10", "W13", "B75")
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 10])
def test_pages_hold_everything_once_in_order_of_creation(
    omics: Client, listing: List, fill: Fill, size: int
) -> None:
    made = fill(7)
    pages = list(
        omics.get_paginator(listing.operation).paginate(PaginationConfig={"PageSize": size})
    )
    assert [item[listing.key] for page in pages for item in page["items"]] == made
    assert len(pages) == -(-7 // size)
    assert all(len(page["items"]) == size for page in pages[:-1])


@pytest.mark.documented("W10")
def test_a_last_page_that_is_full_has_no_token(omics: Client, listing: List, fill: Fill) -> None:
    fill(4)
    first = listing(omics, maxResults=2)
    assert "nextToken" not in listing(omics, maxResults=2, startingToken=first["nextToken"])
    assert "nextToken" not in listing(omics, maxResults=4)


@pytest.mark.documented("W10", "W0.7")
def test_max_results_has_its_bounds(raw_omics: Client, listing: List, fill: Fill) -> None:
    with raises_violations("Value '0' at 'maxResults' must have value greater than or equal to 1"):
        listing(raw_omics, maxResults=0)
    most = listing.most
    with raises_violations(
        f"Value '{most + 1}' at 'maxResults' must have value less than or equal to {most}"
    ):
        listing(raw_omics, maxResults=most + 1)
    with raises_violations("Value 'ten' at 'maxResults' must be of type integer"):
        listing(raw_omics, maxResults="ten")
    made = fill(3)
    assert listing.keys(raw_omics, maxResults=most) == made


@pytest.mark.our_choice("W10", "B75")
@pytest.mark.parametrize("listing", [RUNS, GROUPS], indirect=True, ids=lambda of: of.operation)
def test_a_page_holds_a_hundred_unless_told_otherwise(
    omics: Client, listing: List, fill: Fill
) -> None:
    made = fill(101)
    first = listing(omics)
    assert [item["id"] for item in first["items"]] == made[:100]
    assert listing.keys(omics, startingToken=first["nextToken"]) == made[100:]


@pytest.mark.documented("W8", "W0.7")
@pytest.mark.parametrize("listing", [CONFIGURATIONS], indirect=True)
def test_a_page_holds_all_ten_configurations(omics: Client, listing: List, fill: Fill) -> None:
    made = fill(10)
    answer = listing(omics)
    assert [item["name"] for item in answer["items"]] == made
    assert "nextToken" not in answer


# -- tokens --------------------------------------------------------------------------------------


@pytest.mark.our_choice("B75", "W13")
def test_a_token_outlives_what_is_deleted_and_added(
    omics: Client, listing: List, fill: Fill
) -> None:
    made = fill(6)
    token = listing(omics, maxResults=2)["nextToken"]
    # One that was shown, the one that the token stands for, and the next to be shown.
    for gone in (made[0], made[1], made[2]):
        listing.remove(omics, gone)
    assert listing.keys(omics, startingToken=token) == made[3:]
    assert listing.keys(omics) == made[3:]
    for gone in made[3:]:
        listing.remove(omics, gone)
    assert listing.keys(omics, startingToken=token) == []


@pytest.mark.our_choice("B75", "W13")
def test_what_is_added_between_pages_comes_at_the_end(
    omics: Client, listing: List, fill: Fill
) -> None:
    made = fill(3)
    token = listing(omics, maxResults=2)["nextToken"]
    workflow = str(omics.create_workflow(name="late", definitionZip=definition())["id"])
    late = workflow if listing is WORKFLOWS else listing.add(omics, workflow, 9)
    for _ in range(2):
        assert listing.keys(omics, startingToken=token) == [made[2], late]


@pytest.mark.our_choice("B75", "W13")
def test_a_token_that_nobody_issued_is_refused(omics: Client, listing: List, fill: Fill) -> None:
    fill(3)
    token = listing(omics, maxResults=1)["nextToken"]
    assert 1 <= len(token) <= 128
    forged = [f"{token}0", token[:-1], token.swapcase(), "x", "0" * 128, "ä", f"{token[:-1]}²"]
    for wrong in forged:
        with raises_validation(TOKEN):
            listing(omics, startingToken=wrong)
    with raises_violations(
        f"Value '{'0' * 129}' at 'startingToken' must have length less than or equal to 128"
    ):
        listing(omics, startingToken="0" * 129)


@pytest.mark.our_choice("B75", "W13")
def test_a_token_is_good_for_its_own_list_alone(
    omics: Client, client: MakeClient, listing: List, fill: Fill
) -> None:
    fill(3)
    token = listing(omics, maxResults=1)["nextToken"]
    for other in {RUNS, WORKFLOWS, GROUPS, CONFIGURATIONS} - {listing}:
        with raises_validation(TOKEN):
            other(omics, startingToken=token)
    with raises_validation(TOKEN):
        listing(client("omics", "eu-west-1"), startingToken=token)
    if listing is not CONFIGURATIONS:
        with raises_validation(TOKEN):
            listing(omics, startingToken=token, name="other")


@pytest.mark.documented("W10")
def test_lists_are_those_of_one_region(
    client: MakeClient, omics: Client, listing: List, fill: Fill
) -> None:
    made = fill(1)
    assert listing.keys(client("omics", "eu-west-1")) == []
    assert listing.keys(omics) == made


# -- filters -------------------------------------------------------------------------------------


@pytest.mark.our_choice("B74", "W2.9")
@pytest.mark.parametrize(
    "listing", [RUNS, WORKFLOWS, GROUPS], indirect=True, ids=lambda of: of.operation
)
def test_names_are_matched_whole(omics: Client, listing: List, fill: Fill) -> None:
    made = fill(11)
    name = listing(omics)["items"][1]["name"]
    assert listing.keys(omics, name=name) == [made[1]]
    for other in (name[:-1], name.upper(), f"{name}*"):
        assert listing.keys(omics, name=other) == []


@pytest.mark.documented("W4.2")
def test_workflows_are_found_by_type(omics: Client, workflow_id: str) -> None:
    found = omics.list_workflows(type="PRIVATE", name="align")["items"]
    assert [(w["id"], w["type"], w["status"]) for w in found] == [
        (workflow_id, "PRIVATE", "ACTIVE")
    ]
    assert set(found[0]) == {"arn", "id", "name", "status", "type", "digest", "creationTime"}
    ids = [w["id"] for w in omics.list_workflows(type="READY2RUN")["items"]]
    assert workflow_id not in ids
    with raises_violations(
        "Value 'SHARED' at 'type' must satisfy enum value set: [PRIVATE, READY2RUN]"
    ):
        omics.list_workflows(type="SHARED")


@pytest.mark.documented("W2.9", "B78")
def test_runs_are_found_by_status_group_and_batch(
    omics: Client, start_run: StartRun, start_batch: StartBatch, until_run: UntilRun
) -> None:
    group = omics.create_run_group()["id"]
    waiting, done = start_run(name="a", runGroupId=group)["id"], start_run(name="a")["id"]
    batch_id = start_batch([{"runSettingId": "s1", "name": "a"}, "s2"], runGroupId=group)
    for _ in range(3):
        omics.get_batch(batchId=batch_id)
    first, second = (r["runId"] for r in omics.list_runs_in_batch(batchId=batch_id)["runs"])
    until_run(done, "COMPLETED")
    until_run(second, "RUNNING")

    def ids(**asked: str) -> list[str]:
        return RUNS.keys(omics, **asked)

    assert ids() == [waiting, done, first, second]
    assert ids(runGroupId=group) == [waiting, first, second]
    assert ids(batchId=batch_id) == [first, second]
    assert ids(status="PENDING") == [waiting, first]
    assert ids(status="COMPLETED") == [done]
    # Filters are combined with AND.
    assert ids(status="PENDING", batchId=batch_id) == [first]
    assert ids(name="a", runGroupId=group) == [waiting, first]
    assert ids(name="a", runGroupId=group, batchId=batch_id, status="PENDING") == [first]
    assert ids(name="a", status="RUNNING") == []
    assert ids(runGroupId="7654321") == ids(batchId="7654321") == ids(status="DELETED") == []


@pytest.mark.documented("W2.9")
def test_an_unknown_status_is_refused(omics: Client) -> None:
    with raises_violations(
        "Value 'DONE' at 'status' must satisfy enum value set: "
        "[PENDING, STARTING, RUNNING, STOPPING, COMPLETED, DELETED, CANCELLED, FAILED]"
    ):
        omics.list_runs(status="DONE")


@pytest.mark.our_choice("W10")
def test_a_filtered_list_is_paged_too(
    omics: Client, start_run: StartRun, start_batch: StartBatch
) -> None:
    made = [start_run(name=name)["id"] for name in "abababa"]
    pages = omics.get_paginator("list_runs").paginate(name="a", PaginationConfig={"PageSize": 3})
    assert [[run["id"] for run in page["items"]] for page in pages] == [
        [made[0], made[2], made[4]],
        [made[6]],
    ]


@pytest.mark.documented("W2.9")
def test_a_listed_run_tells_less_than_get_run(
    omics: Client, start_run: StartRun, workflow_id: str
) -> None:
    run = start_run(name="HG002", priority=5, tags={"a": "b"}, storageType="STATIC")
    (listed,) = omics.list_runs()["items"]
    shown = omics.get_run(id=run["id"])
    assert listed.pop("status") == "PENDING"
    # The oldest botocore does not know it.
    assert listed.pop("workflowName", "align") == "align"
    assert listed == {name: shown[name] for name in listed}
    assert set(listed) == {
        *("arn", "id", "workflowId", "name", "priority", "storageCapacity", "storageType"),
        "creationTime",
    }


@requires_member("RunListItem", "workflowName")
@pytest.mark.documented("W2.9")
def test_a_listed_run_tells_the_name_of_its_workflow(
    omics: Client, start_run: StartRun, workflow_id: str
) -> None:
    start_run()
    start_run(workflowId=omics.create_workflow(definitionUri="s3://defs/w.zip")["id"])
    assert [run.get("workflowName") for run in omics.list_runs()["items"]] == ["align", None]


@pytest.mark.our_choice("W2.8")
def test_a_list_moves_nothing(omics: Client, start_run: StartRun) -> None:
    start_run()
    seen = [omics.list_runs()["items"][0]["status"] for _ in range(3)]
    assert seen == ["PENDING"] * 3
