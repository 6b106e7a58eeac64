"""Lists of runs, workflows, run groups and configurations: pages, tokens and filters."""

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

INVALID_TOKEN = "Invalid startingToken"


@dataclass(frozen=True)
class ListOperation:
    """A list operation, functions to add and remove an item, and the largest page size."""

    method: str
    add: Callable[[Client, str, int], str]
    remove: Callable[[Client, str], Any]
    key: str = "id"
    max_page_size: int = 100

    def __call__(self, omics: Client, **params: Any) -> Answer:
        response: Answer = getattr(omics, self.method)(**params)
        return response

    def keys(self, omics: Client, **params: Any) -> list[str]:
        return [item[self.key] for item in self(omics, **params)["items"]]


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


RUNS = ListOperation("list_runs", _add_run, _remove_run)
WORKFLOWS = ListOperation(
    "list_workflows", _add_workflow, lambda omics, id: omics.delete_workflow(id=id)
)
GROUPS = ListOperation(
    "list_run_groups", _add_group, lambda omics, id: omics.delete_run_group(id=id)
)
CONFIGURATIONS = ListOperation(
    "list_configurations",
    _add_configuration,
    lambda omics, name: omics.delete_configuration(name=name),
    key="name",
    max_page_size=10,
)


@pytest.fixture(
    params=[RUNS, WORKFLOWS, GROUPS, CONFIGURATIONS],
    ids=lambda list_operation: list_operation.method,
)
def operation(request: pytest.FixtureRequest) -> ListOperation:
    list_operation: ListOperation = request.param
    return list_operation


Fill = Callable[..., list[str]]


@pytest.fixture
def fill(omics: Client, operation: ListOperation) -> Fill:
    """``fill(5)`` adds five items to the empty list and returns their keys in order."""
    workflow = str(omics.create_workflow(name="align", definitionZip=definition())["id"])
    if operation is WORKFLOWS:
        omics.delete_workflow(id=workflow)
    return lambda count: [operation.add(omics, workflow, n) for n in range(count)]


# -- pages --


@pytest.mark.documented("W10")
def test_empty_list_has_no_token(omics: Client, operation: ListOperation, fill: Fill) -> None:
    response = operation(omics)
    assert response["items"] == []
    assert "nextToken" not in response


@pytest.mark.our_choice("W10", "W13", "B75")
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 10])
def test_pages_have_all_items_once_in_order_of_creation(
    omics: Client, operation: ListOperation, fill: Fill, size: int
) -> None:
    created = fill(7)
    pages = list(
        omics.get_paginator(operation.method).paginate(PaginationConfig={"PageSize": size})
    )
    assert [item[operation.key] for page in pages for item in page["items"]] == created
    assert len(pages) == -(-7 // size)
    assert all(len(page["items"]) == size for page in pages[:-1])


@pytest.mark.documented("W10")
def test_full_last_page_has_no_token(omics: Client, operation: ListOperation, fill: Fill) -> None:
    fill(4)
    first = operation(omics, maxResults=2)
    assert "nextToken" not in operation(omics, maxResults=2, startingToken=first["nextToken"])
    assert "nextToken" not in operation(omics, maxResults=4)


@pytest.mark.documented("W10", "W0.7")
def test_max_results_is_validated(raw_omics: Client, operation: ListOperation, fill: Fill) -> None:
    with raises_violations("Value '0' at 'maxResults' must have value greater than or equal to 1"):
        operation(raw_omics, maxResults=0)
    most = operation.max_page_size
    with raises_violations(
        f"Value '{most + 1}' at 'maxResults' must have value less than or equal to {most}"
    ):
        operation(raw_omics, maxResults=most + 1)
    with raises_violations("Value 'ten' at 'maxResults' must be of type integer"):
        operation(raw_omics, maxResults="ten")
    created = fill(3)
    assert operation.keys(raw_omics, maxResults=most) == created


@pytest.mark.our_choice("W10", "B75")
@pytest.mark.parametrize(
    "operation", [RUNS, GROUPS], indirect=True, ids=lambda list_operation: list_operation.method
)
def test_default_page_size_is_100(omics: Client, operation: ListOperation, fill: Fill) -> None:
    created = fill(101)
    first = operation(omics)
    assert [item["id"] for item in first["items"]] == created[:100]
    assert operation.keys(omics, startingToken=first["nextToken"]) == created[100:]


@pytest.mark.documented("W8", "W0.7")
@pytest.mark.parametrize("operation", [CONFIGURATIONS], indirect=True)
def test_default_page_has_all_ten_configurations(
    omics: Client, operation: ListOperation, fill: Fill
) -> None:
    created = fill(10)
    response = operation(omics)
    assert [item["name"] for item in response["items"]] == created
    assert "nextToken" not in response


# -- tokens --


@pytest.mark.our_choice("B75", "W13")
def test_token_stays_valid_after_deletions(
    omics: Client, operation: ListOperation, fill: Fill
) -> None:
    created = fill(6)
    token = operation(omics, maxResults=2)["nextToken"]
    # An item of the first page, the last item before the token, and the first item after it.
    for deleted in (created[0], created[1], created[2]):
        operation.remove(omics, deleted)
    assert operation.keys(omics, startingToken=token) == created[3:]
    assert operation.keys(omics) == created[3:]
    for deleted in created[3:]:
        operation.remove(omics, deleted)
    assert operation.keys(omics, startingToken=token) == []


@pytest.mark.our_choice("B75", "W13")
def test_items_created_between_pages_are_listed_last(
    omics: Client, operation: ListOperation, fill: Fill
) -> None:
    created = fill(3)
    token = operation(omics, maxResults=2)["nextToken"]
    workflow = str(omics.create_workflow(name="late", definitionZip=definition())["id"])
    late_key = workflow if operation is WORKFLOWS else operation.add(omics, workflow, 9)
    for _ in range(2):
        assert operation.keys(omics, startingToken=token) == [created[2], late_key]


@pytest.mark.our_choice("B75", "W13")
def test_unknown_token_is_rejected(omics: Client, operation: ListOperation, fill: Fill) -> None:
    fill(3)
    token = operation(omics, maxResults=1)["nextToken"]
    assert 1 <= len(token) <= 128
    forged = [f"{token}0", token[:-1], token.swapcase(), "x", "0" * 128, "ä", f"{token[:-1]}²"]
    for unknown_token in forged:
        with raises_validation(INVALID_TOKEN):
            operation(omics, startingToken=unknown_token)
    with raises_violations(
        f"Value '{'0' * 129}' at 'startingToken' must have length less than or equal to 128"
    ):
        operation(omics, startingToken="0" * 129)


@pytest.mark.our_choice("B75", "W13")
def test_token_of_another_list_is_rejected(
    omics: Client, client: MakeClient, operation: ListOperation, fill: Fill
) -> None:
    fill(3)
    token = operation(omics, maxResults=1)["nextToken"]
    for other in {RUNS, WORKFLOWS, GROUPS, CONFIGURATIONS} - {operation}:
        with raises_validation(INVALID_TOKEN):
            other(omics, startingToken=token)
    with raises_validation(INVALID_TOKEN):
        operation(client("omics", "eu-west-1"), startingToken=token)
    if operation is not CONFIGURATIONS:
        with raises_validation(INVALID_TOKEN):
            operation(omics, startingToken=token, name="other")


@pytest.mark.documented("W10")
def test_lists_contain_one_region_only(
    client: MakeClient, omics: Client, operation: ListOperation, fill: Fill
) -> None:
    created = fill(1)
    assert operation.keys(client("omics", "eu-west-1")) == []
    assert operation.keys(omics) == created


# -- filters --


@pytest.mark.our_choice("B74", "W2.9")
@pytest.mark.parametrize(
    "operation",
    [RUNS, WORKFLOWS, GROUPS],
    indirect=True,
    ids=lambda list_operation: list_operation.method,
)
def test_name_filter_matches_the_whole_name(
    omics: Client, operation: ListOperation, fill: Fill
) -> None:
    created = fill(11)
    name = operation(omics)["items"][1]["name"]
    assert operation.keys(omics, name=name) == [created[1]]
    for other in (name[:-1], name.upper(), f"{name}*"):
        assert operation.keys(omics, name=other) == []


@pytest.mark.documented("W4.2")
def test_list_workflows_filters(omics: Client, workflow_id: str) -> None:
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
def test_list_runs_filters(
    omics: Client, start_run: StartRun, start_batch: StartBatch, until_run: UntilRun
) -> None:
    group = omics.create_run_group()["id"]
    pending, completed = start_run(name="a", runGroupId=group)["id"], start_run(name="a")["id"]
    batch_id = start_batch([{"runSettingId": "s1", "name": "a"}, "s2"], runGroupId=group)
    for _ in range(3):
        omics.get_batch(batchId=batch_id)
    first, second = (r["runId"] for r in omics.list_runs_in_batch(batchId=batch_id)["runs"])
    until_run(completed, "COMPLETED")
    until_run(second, "RUNNING")

    def ids(**params: str) -> list[str]:
        return RUNS.keys(omics, **params)

    assert ids() == [pending, completed, first, second]
    assert ids(runGroupId=group) == [pending, first, second]
    assert ids(batchId=batch_id) == [first, second]
    assert ids(status="PENDING") == [pending, first]
    assert ids(status="COMPLETED") == [completed]
    # Filters are combined with AND.
    assert ids(status="PENDING", batchId=batch_id) == [first]
    assert ids(name="a", runGroupId=group) == [pending, first]
    assert ids(name="a", runGroupId=group, batchId=batch_id, status="PENDING") == [first]
    assert ids(name="a", status="RUNNING") == []
    assert ids(runGroupId="7654321") == ids(batchId="7654321") == ids(status="DELETED") == []


@pytest.mark.documented("W2.9")
def test_unknown_run_status_is_rejected(omics: Client) -> None:
    with raises_violations(
        "Value 'DONE' at 'status' must satisfy enum value set: "
        "[PENDING, STARTING, RUNNING, STOPPING, COMPLETED, DELETED, CANCELLED, FAILED]"
    ):
        omics.list_runs(status="DONE")


@pytest.mark.our_choice("W10")
def test_filtered_list_is_paged(
    omics: Client, start_run: StartRun, start_batch: StartBatch
) -> None:
    created = [start_run(name=name)["id"] for name in "abababa"]
    pages = omics.get_paginator("list_runs").paginate(name="a", PaginationConfig={"PageSize": 3})
    assert [[run["id"] for run in page["items"]] for page in pages] == [
        [created[0], created[2], created[4]],
        [created[6]],
    ]


@pytest.mark.documented("W2.9")
def test_list_runs_returns_summaries(omics: Client, start_run: StartRun, workflow_id: str) -> None:
    run = start_run(name="HG002", priority=5, tags={"a": "b"}, storageType="STATIC")
    (listed,) = omics.list_runs()["items"]
    described = omics.get_run(id=run["id"])
    assert listed.pop("status") == "PENDING"
    # The oldest supported botocore does not have the member.
    assert listed.pop("workflowName", "align") == "align"
    assert listed == {name: described[name] for name in listed}
    assert set(listed) == {
        *("arn", "id", "workflowId", "name", "priority", "storageCapacity", "storageType"),
        "creationTime",
    }


@requires_member("RunListItem", "workflowName")
@pytest.mark.documented("W2.9")
def test_list_runs_returns_the_workflow_name(
    omics: Client, start_run: StartRun, workflow_id: str
) -> None:
    start_run()
    start_run(workflowId=omics.create_workflow(definitionUri="s3://defs/w.zip")["id"])
    assert [run.get("workflowName") for run in omics.list_runs()["items"]] == ["align", None]


@pytest.mark.our_choice("W2.8")
def test_list_runs_does_not_advance_state(omics: Client, start_run: StartRun) -> None:
    start_run()
    seen = [omics.list_runs()["items"][0]["status"] for _ in range(3)]
    assert seen == ["PENDING"] * 3
