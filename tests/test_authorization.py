"""moto's own request authorisation (``set_initial_no_auth_action_count``) holds for omics too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.authorization import enable_iam_authentication

from conftest import ACCOUNT, REGION, definition
from moto_omics_batch.wire.model import plane

from .authorization import OTHER, World, allow, arn, call, denied, filled, mocked, user


@pytest.fixture(autouse=True)
def _mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with mocked(monkeypatch):
        yield


# -- operations on one resource ------------------------------------------------------------------

#: (operation, its parameters, the resource); a name in capitals stands for an id of the World.
_ON = list[tuple[str, dict[str, Any], str]]
ON_ACTIVE: _ON = [
    ("GetRun", {"id": "RUN"}, "run/RUN"),
    ("ListRunTasks", {"id": "RUN"}, "run/RUN"),
    ("GetRunTask", {"id": "RUN", "taskId": "TASK"}, "run/RUN"),
    ("CancelRun", {"id": "RUN"}, "run/RUN"),
    ("GetBatch", {"batchId": "BATCH"}, "runBatch/BATCH"),
    ("ListRunsInBatch", {"batchId": "BATCH", "maxItems": 1}, "runBatch/BATCH"),
    ("CancelRunBatch", {"batchId": "BATCH"}, "runBatch/BATCH"),
    ("GetWorkflow", {"id": "WORKFLOW"}, "workflow/WORKFLOW"),
    ("GetRunGroup", {"id": "GROUP"}, "runGroup/GROUP"),
    ("UpdateRunGroup", {"id": "GROUP", "name": "h"}, "runGroup/GROUP"),
    ("GetRunCache", {"id": "CACHE"}, "runCache/CACHE"),
    ("UpdateRunCache", {"id": "CACHE", "name": "h"}, "runCache/CACHE"),
    ("GetConfiguration", {"name": "lab"}, "configuration/lab"),
    ("UpdateWorkflow", {"id": "WORKFLOW", "name": "n"}, "workflow/WORKFLOW"),
    ("ListWorkflowVersions", {"workflowId": "WORKFLOW"}, "workflow/WORKFLOW"),
    (
        "CreateWorkflowVersion",
        {"workflowId": "WORKFLOW", "versionName": "v2", "definitionZip": definition()},
        "workflow/WORKFLOW",
    ),
]
ON_ENDED: _ON = [
    ("DeleteRun", {"id": "RUN"}, "run/RUN"),
    ("DeleteRunBatch", {"batchId": "BATCH"}, "runBatch/BATCH"),
    ("DeleteBatch", {"batchId": "BATCH"}, "runBatch/BATCH"),
    ("DeleteRunGroup", {"id": "GROUP"}, "runGroup/GROUP"),
    ("DeleteRunCache", {"id": "CACHE"}, "runCache/CACHE"),
    ("DeleteConfiguration", {"name": "lab"}, "configuration/lab"),
]
V1 = {"workflowId": "WORKFLOW", "versionName": "v1"}
ON_VERSION: _ON = [
    (name, params, "workflow/WORKFLOW/version/v1")
    for name, params in (
        ("GetWorkflowVersion", V1),
        ("UpdateWorkflowVersion", {**V1, "description": "d"}),
        ("DeleteWorkflowVersion", V1),
    )
]
LISTS = (
    "ListBatch",
    "ListRuns",
    "ListWorkflows",
    "ListRunGroups",
    "ListRunCaches",
    "ListConfigurations",
)


@pytest.mark.parametrize(
    ("operation", "params", "resource", "ended"),
    [
        *((*case, False) for case in ON_ACTIVE),
        *((*case, True) for case in ON_ENDED),
        ("DeleteWorkflow", {"id": "WORKFLOW"}, "workflow/WORKFLOW", True),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_a_policy_on_one_arn_lets_it_pass_and_no_other(
    operation: str, params: dict[str, Any], resource: str, ended: bool
) -> None:
    world = World(ended)
    if operation == "DeleteWorkflow":
        world.omics.delete_workflow_version(workflowId=world.workflow, versionName="v1")
    params, resource = filled(world, params), filled(world, resource)
    kind = resource.partition("/")[0]
    may = user(allow(operation, resource))
    may_not = user(
        allow(operation, f"{kind}/1", f"{resource}0", f"runSet/{resource.partition('/')[2]}"),
        allow(operation, arn(resource, OTHER), arn(resource).replace(REGION, "eu-west-1")),
        allow(f"{operation}X", resource),
    )
    before = world.stored()
    with enable_iam_authentication(), denied(may_not, operation, resource):
        call(may_not, operation, params)
    assert world.stored() == before
    with enable_iam_authentication():
        call(may, operation, params)


@pytest.mark.parametrize(("operation", "params", "version"), ON_VERSION)
def test_a_version_is_granted_together_with_its_workflow(
    operation: str, params: dict[str, Any], version: str
) -> None:
    world = World()
    params, version = filled(world, params), filled(world, version)
    workflow = f"workflow/{world.workflow}"
    half, other = user(allow(operation, workflow)), user(allow(operation, version))
    wrong = user(allow(operation, workflow, f"{workflow}/version/v2"))
    may = user(allow(operation, workflow, version))
    with enable_iam_authentication():
        with denied(half, operation, version):
            call(half, operation, params)
        with denied(other, operation, workflow):
            call(other, operation, params)
        with denied(wrong, operation, version):
            call(wrong, operation, params)
        call(may, operation, params)


@pytest.mark.parametrize("operation", LISTS)
def test_lists_have_no_resource(operation: str) -> None:
    World()
    may, may_not = user(allow(operation, "*")), user(allow(operation, "arn:aws:omics:*:*:*"))
    with enable_iam_authentication():
        assert call(may, operation, {})["items"]
        with denied(may_not, operation, "*"):
            call(may_not, operation, {})


def test_the_batches_of_a_page_and_with_a_filter() -> None:
    """The query is part of what is signed."""
    world = World()
    may = user(allow("ListBatch"))
    with enable_iam_authentication():
        assert may.list_batch(maxItems=1, name="no such é/+ name")["items"] == []
        assert [b["id"] for b in may.list_batch(maxItems=7)["items"]] == [world.batch]


CREATES: list[tuple[str, dict[str, Any], str]] = [
    ("CreateWorkflow", {"definitionZip": definition()}, "workflow"),
    ("CreateRunGroup", {"name": "h"}, "runGroup"),
    ("CreateRunCache", {"cacheS3Location": "s3://other"}, "runCache"),
    ("CreateConfiguration", {"name": "other"}, "configuration"),
]


@pytest.mark.parametrize(("operation", "params", "kind"), CREATES)
def test_what_is_created_is_of_a_kind_and_tags_are_granted_apart(
    operation: str, params: dict[str, Any], kind: str
) -> None:
    world = World()
    if kind == "configuration":
        params = {**params, "runConfigurations": world.vpc}
    params = {**params, "requestId": "r"}
    tagged = {**params, "tags": {"a": "b"}, "requestId": "t"}
    if kind == "configuration":
        tagged["name"] = "third"
    every = f"{kind}/*"
    may_not = user(allow(operation, "runSet/*", f"{kind}/1"))
    may = user(allow(operation, every))
    may_tag = user(allow(operation, every), allow("TagResource", every))
    before = world.stored()
    with enable_iam_authentication():
        with denied(may_not, operation, every):
            call(may_not, operation, params)
        with denied(may, "TagResource", every):
            call(may, operation, tagged)
    assert world.stored() == before
    with enable_iam_authentication():
        call(may, operation, {**params, "tags": {}})
        assert call(may_tag, operation, tagged)
    assert sum(world.stored()) == sum(before) + 2


def test_tags_of_a_new_version_are_granted_on_the_version() -> None:
    world = World()
    workflow = f"workflow/{world.workflow}"
    asked = {
        "workflowId": world.workflow,
        "versionName": "v2",
        "definitionZip": definition(),
        "tags": {"a": "b"},
    }
    may = user(
        allow("CreateWorkflowVersion", workflow),
        allow("TagResource", f"{workflow}/version/v2"),
    )
    may_not = user(allow("CreateWorkflowVersion", workflow), allow("TagResource", workflow))
    with enable_iam_authentication():
        with denied(may_not, "TagResource", f"{workflow}/version/v2"):
            may_not.create_workflow_version(**asked)
        assert may.create_workflow_version(**asked)["versionName"] == "v2"


def test_every_operation_is_held_to_its_policy() -> None:
    """With the tests of runs, batches and tags below, all 41."""
    told = {name for cases in (ON_ACTIVE, ON_ENDED, ON_VERSION, CREATES) for name, *_ in cases}
    below = {"StartRun", "StartRunBatch", "TagResource", "UntagResource", "ListTagsForResource"}
    assert told | set(LISTS) | below | {"DeleteWorkflow"} == plane()


# -- tags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "run/RUN",
        "runBatch/BATCH",
        "workflow/WORKFLOW",
        "workflow/WORKFLOW/version/v1",
        "runGroup/GROUP",
        "runCache/CACHE",
        "configuration/lab",
    ],
)
def test_tag_operations_are_granted_on_the_resource_that_they_name(name: str) -> None:
    world = World()
    name = filled(world, name)
    may = user(allow("TagResource", name), allow("UntagResource", name), allow("ListTags*"))
    may_not = user(allow(["omics:*"], name + "0", "run/1"))
    with enable_iam_authentication():
        may.tag_resource(resourceArn=arn(name), tags={"a": "b", "c": "d é"})
        may.untag_resource(resourceArn=arn(name), tagKeys=["a"])
        assert may.list_tags_for_resource(resourceArn=arn(name))["tags"] == {"c": "d é"}
        with denied(may_not, "TagResource", name):
            may_not.tag_resource(resourceArn=arn(name), tags={"e": "f"})
        with denied(may_not, "UntagResource", name):
            may_not.untag_resource(resourceArn=arn(name), tagKeys=["c"])
        with denied(may_not, "ListTagsForResource", "*"):
            may_not.list_tags_for_resource(resourceArn=arn(name))
        assert may.list_tags_for_resource(resourceArn=arn(name))["tags"] == {"c": "d é"}


# -- runs and batches (B98) ----------------------------------------------------------------------


def test_the_policy_of_the_user_guide_is_enough_for_a_whole_batch() -> None:
    """The example under "IAM permissions for batch operations", without its iam:PassRole."""
    world = World(ended=True)
    batches = [
        f"omics:{name}"
        for name in (
            "StartRunBatch",
            "GetBatch",
            "ListBatch",
            "ListRunsInBatch",
            "CancelRunBatch",
            "DeleteRunBatch",
            "DeleteBatch",
        )
    ]
    here = f"arn:aws:omics:*:{ACCOUNT}"
    client = user(
        allow(batches, f"{here}:runBatch/*"),
        allow("StartRun", *(f"{here}:{kind}/*" for kind in ("run", "workflow", "runGroup"))),
        allow(["omics:ListBatch", "omics:ListRunsInBatch"], "*"),
    )
    with enable_iam_authentication():
        batch = client.start_run_batch(**world.batch_settings(runGroupId=world.group))["id"]
        assert client.get_batch(batchId=batch)["status"] == "PROCESSED"
        assert len(client.list_batch()["items"]) == 2
        assert len(client.list_runs_in_batch(batchId=batch)["runs"]) == 1
        with pytest.raises(ClientError, match="ConflictException"):
            client.cancel_run_batch(batchId=batch)
        client.delete_run_batch(batchId=batch)
        assert client.get_batch(batchId=batch)["status"] == "RUNS_DELETED"
        client.delete_batch(batchId=batch)


@pytest.mark.parametrize("lacking", ["runBatch/*", "run/*", "workflow/WORKFLOW", "runGroup/GROUP"])
def test_a_batch_needs_start_run_as_well(lacking: str) -> None:
    world = World()
    lacking = filled(world, lacking)
    needed = ["run/*", f"workflow/{world.workflow}", f"runGroup/{world.group}"]
    statements = [
        allow("StartRunBatch", "runBatch/*" if lacking != "runBatch/*" else "runBatch/1"),
        allow("StartRun", *(name for name in needed if name != lacking)),
    ]
    client = user(*statements)
    settings = world.batch_settings(runGroupId=world.group)
    before = world.stored()
    action = "StartRunBatch" if lacking == "runBatch/*" else "StartRun"
    with enable_iam_authentication(), denied(client, action, lacking):
        client.start_run_batch(**settings)
    assert world.stored() == before
    # The refused call has not used its requestId up, and without a group none is asked for.
    assert world.omics.start_run_batch(**settings)["status"] == "CREATING"
    if lacking.startswith("runGroup"):
        with enable_iam_authentication():
            assert client.start_run_batch(**world.batch_settings())["status"] == "CREATING"


@pytest.mark.parametrize("lacking", ["run/*", "workflow/WORKFLOW", "runGroup/GROUP"])
def test_a_run_is_granted_on_run_workflow_and_run_group(lacking: str) -> None:
    world = World()
    lacking = filled(world, lacking)
    needed = ["run/*", f"workflow/{world.workflow}", f"runGroup/{world.group}"]
    client = user(allow("StartRun", *(name for name in needed if name != lacking)))
    may = user(allow("StartRun", *needed))
    before = world.stored()
    with enable_iam_authentication(), denied(client, "StartRun", lacking):
        client.start_run(**world.run_settings(runGroupId=world.group))
    assert world.stored() == before
    with enable_iam_authentication():
        started = may.start_run(**world.run_settings(runGroupId=world.group))
        assert started["status"] == "PENDING"
    run = world.omics.get_run(id=started["id"])
    assert run["startedBy"] == may.arn


def test_a_policy_for_one_workflow_starts_no_batch_of_another() -> None:
    world = World()
    other = world.omics.create_workflow(definitionZip=definition())["id"]
    client = user(allow("StartRunBatch"), allow("StartRun", "run/*", f"workflow/{world.workflow}"))
    with enable_iam_authentication():
        assert client.start_run_batch(**world.batch_settings())["status"] == "CREATING"
        with denied(client, "StartRun", f"workflow/{other}"):
            client.start_run_batch(**world.batch_settings(workflowId=other))


def test_tags_of_a_batch_and_a_run_are_granted_apart() -> None:
    world = World()
    start = allow(["omics:StartRun", "omics:StartRunBatch"])
    client, may = user(start), user(start, allow("TagResource", "runBatch/*", "run/*"))
    before = world.stored()
    with enable_iam_authentication():
        with denied(client, "TagResource", "runBatch/*"):
            client.start_run_batch(**world.batch_settings(tags={"a": "b"}))
        with denied(client, "TagResource", "run/*"):
            client.start_run(**world.run_settings(tags={"a": "b"}))
    assert world.stored() == before
    with enable_iam_authentication():
        assert may.start_run_batch(**world.batch_settings(tags={"a": "b"}))["tags"] == {"a": "b"}
        assert may.start_run(**world.run_settings(tags={"a": "b"}))["tags"] == {"a": "b"}
        assert client.start_run_batch(**world.batch_settings(tags={}))["tags"] == {}


def test_run_tags_are_not_refused_at_the_call() -> None:
    """The guide: they are denied for individual runs, later. That is not built."""
    world = World()
    client = user(allow(["omics:StartRun", "omics:StartRunBatch"]))
    with enable_iam_authentication():
        batch = client.start_run_batch(**world.batch_settings(runTags={"a": "b"}))
        assert batch["status"] == "CREATING"
