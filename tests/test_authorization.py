"""moto's request authorisation (``set_initial_no_auth_action_count``) applied to HealthOmics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.core.authorization import enable_iam_authentication

from conftest import ACCOUNT, REGION, definition
from moto_omics_batch.wire.model import plane

from .authorization import (
    OTHER,
    PASS_ROLE,
    Resources,
    allow,
    arn,
    call,
    empty_mock,
    raises_denied,
    user_client,
    with_ids,
)
from .test_authorization_of_stores import CASES as STORE_CASES


@pytest.fixture(autouse=True)
def _mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_mock(monkeypatch):
        yield


# -- operations on one resource --

#: (operation, its parameters, the resource); RUN, BATCH, … are replaced by ids.
_Cases = list[tuple[str, dict[str, Any], str]]
ACTIVE_CASES: _Cases = [
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
ENDED_CASES: _Cases = [
    ("DeleteRun", {"id": "RUN"}, "run/RUN"),
    ("DeleteRunBatch", {"batchId": "BATCH"}, "runBatch/BATCH"),
    ("DeleteBatch", {"batchId": "BATCH"}, "runBatch/BATCH"),
    ("DeleteRunGroup", {"id": "GROUP"}, "runGroup/GROUP"),
    ("DeleteRunCache", {"id": "CACHE"}, "runCache/CACHE"),
    ("DeleteConfiguration", {"name": "lab"}, "configuration/lab"),
]
V1 = {"workflowId": "WORKFLOW", "versionName": "v1"}
VERSION_CASES: _Cases = [
    (name, params, "workflow/WORKFLOW/version/v1")
    for name, params in (
        ("GetWorkflowVersion", V1),
        ("UpdateWorkflowVersion", {**V1, "description": "d"}),
        ("DeleteWorkflowVersion", V1),
    )
]
LIST_OPERATIONS = (
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
        *((*case, False) for case in ACTIVE_CASES),
        *((*case, True) for case in ENDED_CASES),
        ("DeleteWorkflow", {"id": "WORKFLOW"}, "workflow/WORKFLOW", True),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isalpha() else "",
)
def test_policy_grants_an_operation_on_its_resource_only(
    operation: str, params: dict[str, Any], resource: str, ended: bool
) -> None:
    resources = Resources(ended)
    if operation == "DeleteWorkflow":
        resources.omics.delete_workflow_version(workflowId=resources.workflow, versionName="v1")
    params, resource = with_ids(resources, params), with_ids(resources, resource)
    kind = resource.partition("/")[0]
    permitted = user_client(allow(operation, resource))
    restricted = user_client(
        allow(operation, f"{kind}/1", f"{resource}0", f"runSet/{resource.partition('/')[2]}"),
        allow(operation, arn(resource, OTHER), arn(resource).replace(REGION, "eu-west-1")),
        allow(f"{operation}X", resource),
    )
    before = resources.counts()
    with enable_iam_authentication(), raises_denied(restricted, operation, resource):
        call(restricted, operation, params)
    assert resources.counts() == before
    with enable_iam_authentication():
        call(permitted, operation, params)


@pytest.mark.parametrize(("operation", "params", "version"), VERSION_CASES)
def test_version_operations_need_permission_for_workflow_and_version(
    operation: str, params: dict[str, Any], version: str
) -> None:
    resources = Resources()
    params, version = with_ids(resources, params), with_ids(resources, version)
    workflow = f"workflow/{resources.workflow}"
    workflow_only, version_only = (
        user_client(allow(operation, workflow)),
        user_client(allow(operation, version)),
    )
    other_version = user_client(allow(operation, workflow, f"{workflow}/version/v2"))
    permitted = user_client(allow(operation, workflow, version))
    with enable_iam_authentication():
        with raises_denied(workflow_only, operation, version):
            call(workflow_only, operation, params)
        with raises_denied(version_only, operation, workflow):
            call(version_only, operation, params)
        with raises_denied(other_version, operation, version):
            call(other_version, operation, params)
        call(permitted, operation, params)


@pytest.mark.parametrize("operation", LIST_OPERATIONS)
def test_list_operations_need_permission_for_all_resources(operation: str) -> None:
    Resources()
    permitted, restricted = (
        user_client(allow(operation, "*")),
        user_client(allow(operation, "arn:aws:omics:*:*:*")),
    )
    with enable_iam_authentication():
        assert call(permitted, operation, {})["items"]
        with raises_denied(restricted, operation, "*"):
            call(restricted, operation, {})


def test_signature_of_a_request_with_query_parameters_is_accepted() -> None:
    resources = Resources()
    permitted = user_client(allow("ListBatch"))
    with enable_iam_authentication():
        assert permitted.list_batch(maxItems=1, name="no such é/+ name")["items"] == []
        assert [b["id"] for b in permitted.list_batch(maxItems=7)["items"]] == [resources.batch]


CREATE_CASES: list[tuple[str, dict[str, Any], str]] = [
    ("CreateWorkflow", {"definitionZip": definition()}, "workflow"),
    ("CreateRunGroup", {"name": "h"}, "runGroup"),
    ("CreateRunCache", {"cacheS3Location": "s3://other"}, "runCache"),
    ("CreateConfiguration", {"name": "other"}, "configuration"),
]


@pytest.mark.parametrize(("operation", "params", "kind"), CREATE_CASES)
def test_create_operations_need_permission_for_the_kind_and_for_tags(
    operation: str, params: dict[str, Any], kind: str
) -> None:
    resources = Resources()
    if kind == "configuration":
        params = {**params, "runConfigurations": {}}
    params = {**params, "requestId": "r"}
    tagged = {**params, "tags": {"a": "b"}, "requestId": "t"}
    if kind == "configuration":
        tagged["name"] = "third"
    kind_arn = f"{kind}/*"
    restricted = user_client(allow(operation, "runSet/*", f"{kind}/1"))
    permitted = user_client(allow(operation, kind_arn))
    tagging = user_client(allow(operation, kind_arn), allow("TagResource", kind_arn))
    before = resources.counts()
    with enable_iam_authentication():
        with raises_denied(restricted, operation, kind_arn):
            call(restricted, operation, params)
        with raises_denied(permitted, "TagResource", kind_arn):
            call(permitted, operation, tagged)
    assert resources.counts() == before
    with enable_iam_authentication():
        call(permitted, operation, {**params, "tags": {}})
        assert call(tagging, operation, tagged)
    assert sum(resources.counts()) == sum(before) + 2


def test_tags_of_a_new_version_need_permission_for_the_version() -> None:
    resources = Resources()
    workflow = f"workflow/{resources.workflow}"
    params = {
        "workflowId": resources.workflow,
        "versionName": "v2",
        "definitionZip": definition(),
        "tags": {"a": "b"},
    }
    permitted = user_client(
        allow("CreateWorkflowVersion", workflow),
        allow("TagResource", f"{workflow}/version/v2"),
    )
    restricted = user_client(
        allow("CreateWorkflowVersion", workflow), allow("TagResource", workflow)
    )
    with enable_iam_authentication():
        with raises_denied(restricted, "TagResource", f"{workflow}/version/v2"):
            restricted.create_workflow_version(**params)
        assert permitted.create_workflow_version(**params)["versionName"] == "v2"


def test_all_operations_have_an_authorisation_test() -> None:
    tested = {
        name
        for cases in (ACTIVE_CASES, ENDED_CASES, VERSION_CASES, CREATE_CASES)
        for name, *_ in cases
    }
    tested |= set(LIST_OPERATIONS) | {"DeleteWorkflow"}
    # Tests of their own, below.
    tested |= {"StartRun", "StartRunBatch", "TagResource", "UntagResource", "ListTagsForResource"}
    tested |= {name for name, *_ in STORE_CASES}
    assert tested == plane()


# -- tags --


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
def test_tag_operations_need_permission_for_the_tagged_resource(name: str) -> None:
    resources = Resources()
    name = with_ids(resources, name)
    permitted = user_client(
        allow("TagResource", name), allow("UntagResource", name), allow("ListTags*")
    )
    restricted = user_client(allow(["omics:*"], name + "0", "run/1"))
    with enable_iam_authentication():
        permitted.tag_resource(resourceArn=arn(name), tags={"a": "b", "c": "d é"})
        permitted.untag_resource(resourceArn=arn(name), tagKeys=["a"])
        assert permitted.list_tags_for_resource(resourceArn=arn(name))["tags"] == {"c": "d é"}
        with raises_denied(restricted, "TagResource", name):
            restricted.tag_resource(resourceArn=arn(name), tags={"e": "f"})
        with raises_denied(restricted, "UntagResource", name):
            restricted.untag_resource(resourceArn=arn(name), tagKeys=["c"])
        with raises_denied(restricted, "ListTagsForResource", "*"):
            restricted.list_tags_for_resource(resourceArn=arn(name))
        assert permitted.list_tags_for_resource(resourceArn=arn(name))["tags"] == {"c": "d é"}


# -- runs and batches (B98) --


def test_example_policy_of_the_user_guide_permits_the_batch_lifecycle() -> None:
    """The example under "IAM permissions for batch operations", without its iam:PassRole."""
    resources = Resources(ended=True)
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
    prefix = f"arn:aws:omics:*:{ACCOUNT}"
    client = user_client(
        allow(batches, f"{prefix}:runBatch/*"),
        allow("StartRun", *(f"{prefix}:{kind}/*" for kind in ("run", "workflow", "runGroup"))),
        allow(["omics:ListBatch", "omics:ListRunsInBatch"], "*"),
        PASS_ROLE,
    )
    with enable_iam_authentication():
        batch = client.start_run_batch(**resources.batch_settings(runGroupId=resources.group))["id"]
        assert client.get_batch(batchId=batch)["status"] == "PROCESSED"
        assert len(client.list_batch()["items"]) == 2
        assert len(client.list_runs_in_batch(batchId=batch)["runs"]) == 1
        with pytest.raises(ClientError, match="ConflictException"):
            client.cancel_run_batch(batchId=batch)
        client.delete_run_batch(batchId=batch)
        assert client.get_batch(batchId=batch)["status"] == "RUNS_DELETED"
        client.delete_batch(batchId=batch)


@pytest.mark.parametrize("missing", ["runBatch/*", "run/*", "workflow/WORKFLOW", "runGroup/GROUP"])
def test_start_run_batch_needs_permission_for_start_run(missing: str) -> None:
    resources = Resources()
    missing = with_ids(resources, missing)
    needed = ["run/*", f"workflow/{resources.workflow}", f"runGroup/{resources.group}"]
    statements = [
        allow("StartRunBatch", "runBatch/*" if missing != "runBatch/*" else "runBatch/1"),
        allow("StartRun", *(name for name in needed if name != missing)),
        PASS_ROLE,
    ]
    client = user_client(*statements)
    settings = resources.batch_settings(runGroupId=resources.group)
    before = resources.counts()
    action = "StartRunBatch" if missing == "runBatch/*" else "StartRun"
    with enable_iam_authentication(), raises_denied(client, action, missing):
        client.start_run_batch(**settings)
    assert resources.counts() == before
    # The denied call has not used its requestId.
    assert resources.omics.start_run_batch(**settings)["status"] == "CREATING"
    if missing.startswith("runGroup"):
        # A batch without a run group needs no permission for one.
        with enable_iam_authentication():
            assert client.start_run_batch(**resources.batch_settings())["status"] == "CREATING"


@pytest.mark.parametrize("missing", ["run/*", "workflow/WORKFLOW", "runGroup/GROUP"])
def test_start_run_needs_permission_for_run_workflow_and_run_group(missing: str) -> None:
    resources = Resources()
    missing = with_ids(resources, missing)
    needed = ["run/*", f"workflow/{resources.workflow}", f"runGroup/{resources.group}"]
    client = user_client(allow("StartRun", *(name for name in needed if name != missing)))
    permitted = user_client(allow("StartRun", *needed), PASS_ROLE)
    before = resources.counts()
    with enable_iam_authentication(), raises_denied(client, "StartRun", missing):
        client.start_run(**resources.run_settings(runGroupId=resources.group))
    assert resources.counts() == before
    with enable_iam_authentication():
        started = permitted.start_run(**resources.run_settings(runGroupId=resources.group))
        assert started["status"] == "PENDING"
    run = resources.omics.get_run(id=started["id"])
    assert run["startedBy"] == permitted.arn


def test_permission_for_one_workflow_does_not_permit_batches_of_another() -> None:
    resources = Resources()
    other = resources.omics.create_workflow(definitionZip=definition())["id"]
    client = user_client(
        allow("StartRunBatch"),
        allow("StartRun", "run/*", f"workflow/{resources.workflow}"),
        PASS_ROLE,
    )
    with enable_iam_authentication():
        assert client.start_run_batch(**resources.batch_settings())["status"] == "CREATING"
        with raises_denied(client, "StartRun", f"workflow/{other}"):
            client.start_run_batch(**resources.batch_settings(workflowId=other))


def test_tags_of_new_batches_and_runs_need_permission_for_tag_resource() -> None:
    resources = Resources()
    start = allow(["omics:StartRun", "omics:StartRunBatch"])
    client, permitted = (
        user_client(start, PASS_ROLE),
        user_client(start, PASS_ROLE, allow("TagResource", "runBatch/*", "run/*")),
    )
    before = resources.counts()
    with enable_iam_authentication():
        with raises_denied(client, "TagResource", "runBatch/*"):
            client.start_run_batch(**resources.batch_settings(tags={"a": "b"}))
        with raises_denied(client, "TagResource", "run/*"):
            client.start_run(**resources.run_settings(tags={"a": "b"}))
    assert resources.counts() == before
    with enable_iam_authentication():
        assert permitted.start_run_batch(**resources.batch_settings(tags={"a": "b"}))["tags"] == {
            "a": "b"
        }
        assert permitted.start_run(**resources.run_settings(tags={"a": "b"}))["tags"] == {"a": "b"}
        assert client.start_run_batch(**resources.batch_settings(tags={}))["tags"] == {}


def test_run_tags_of_a_batch_need_no_permission_for_tag_resource() -> None:
    """In the service they are denied for each run, which the mock does not implement."""
    resources = Resources()
    client = user_client(allow(["omics:StartRun", "omics:StartRunBatch"]), PASS_ROLE)
    with enable_iam_authentication():
        batch = client.start_run_batch(**resources.batch_settings(runTags={"a": "b"}))
        assert batch["status"] == "CREATING"
