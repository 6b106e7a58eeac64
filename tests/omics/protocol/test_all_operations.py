"""The whole plane: every operation of the model is there, works with the least input, and a day's
work leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from botocore.model import OperationModel, Shape
from moto.core.utils import camelcase_to_underscores

from conftest import ROLE, Client, StartBatch, definition
from tests.omics.helpers import Clock, leftover_state, missing_operations, model

NO_DELAY = {"Delay": 0}


@pytest.mark.documented("W1")
def test_the_backend_has_every_operation_of_the_plane() -> None:
    missing = missing_operations()
    assert missing == set(), "the installed botocore knows operations that the backend does not"
    assert len(model.plane()) >= 41


def least(operation: OperationModel, given: dict[str, Any]) -> dict[str, Any]:
    """The required members of an operation, from what is at hand or made up by their shape."""
    shape = operation.input_shape
    if shape is None:
        return {}
    return {
        name: given[name] if name in given else _made_up(shape.members[name])
        for name in shape.required_members
    }


def _made_up(shape: Shape) -> Any:
    pattern = shape.metadata.get("pattern", "")
    if shape.type_name == "map":
        return {"key": "value"}
    if shape.type_name == "list":
        return ["key"]
    if shape.type_name == "structure":
        return {}
    return "s3://bucket/key" if pattern.startswith("s3") else "name"


@pytest.mark.documented("W1")
def test_each_operation_works_with_the_least_input(
    omics: Client, workflow_id: str, configuration: str
) -> None:
    """In an order in which what one makes is there for the next; deleting comes last."""
    answered: dict[str, int] = {}

    def call(name: str, **given: Any) -> Any:
        operation = model.service().operation_model(name)
        arguments = least(operation, given) | {
            k: v for k, v in given.items() if k in MORE.get(name, ())
        }
        answer = getattr(omics, camelcase_to_underscores(name))(**arguments)
        answered[name] = answer["ResponseMetadata"]["HTTPStatusCode"]
        return answer

    settings = {
        "defaultRunSetting": {"workflowId": workflow_id, "roleArn": ROLE},
        "batchRunSettings": {
            "inlineSettings": [{"runSettingId": "a", "outputUri": "s3://results"}]
        },
    }
    run = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results"}
    zipped = {"definitionZip": definition()}
    created = call("CreateWorkflow", **zipped)
    version = {"workflowId": created["id"], "versionName": "v1"}
    call("CreateWorkflowVersion", **version, **zipped)
    group, cache = call("CreateRunGroup"), call("CreateRunCache")
    call("CreateConfiguration")
    run_id = call("StartRun", **run)["id"]
    batch_id = call("StartRunBatch", **settings)["id"]
    for name in ("GetRun", "ListRuns", "ListRunTasks"):
        call(name, id=run_id)
    task_id = omics.list_run_tasks(id=run_id)["items"][0]["taskId"]
    call("GetRunTask", id=run_id, taskId=task_id)
    for name in ("GetBatch", "ListBatch", "ListRunsInBatch"):
        call(name, batchId=batch_id)
    for name in ("GetWorkflow", "UpdateWorkflow", "ListWorkflows"):
        call(name, id=created["id"])
    for name in ("GetWorkflowVersion", "UpdateWorkflowVersion", "ListWorkflowVersions"):
        call(name, **version)
    for name in ("GetRunGroup", "UpdateRunGroup", "ListRunGroups"):
        call(name, id=group["id"])
    for name in ("GetRunCache", "UpdateRunCache", "ListRunCaches"):
        call(name, id=cache["id"])
    for name in ("GetConfiguration", "ListConfigurations"):
        call(name)
    for name in ("TagResource", "ListTagsForResource", "UntagResource"):
        call(name, resourceArn=created["arn"])
    call("CancelRun", id=run_id)
    call("CancelRunBatch", batchId=batch_id)
    while omics.get_batch(batchId=batch_id)["status"] != "CANCELLED":
        pass
    while omics.get_run(id=run_id)["status"] != "CANCELLED":
        pass
    call("DeleteRunBatch", batchId=batch_id)
    while omics.get_batch(batchId=batch_id)["status"] != "RUNS_DELETED":
        pass
    call("DeleteBatch", batchId=batch_id)
    call("DeleteRun", id=run_id)
    call("DeleteWorkflowVersion", **version)
    call("DeleteWorkflow", id=created["id"])
    call("DeleteRunGroup", id=group["id"])
    call("DeleteRunCache", id=cache["id"])
    call("DeleteConfiguration")
    expected = {
        name: model.service().operation_model(name).http["responseCode"] for name in model.plane()
    }
    assert answered == expected


#: What the service asks for though the model does not call it required.
MORE = {
    "CreateWorkflow": ("definitionZip",),
    "CreateWorkflowVersion": ("definitionZip",),
    "StartRun": ("workflowId",),
}


@pytest.mark.documented("B42", "B82", "W4.2", "W6", "W7", "W8")
def test_a_days_work_leaves_nothing_behind(
    omics: Client, start_batch: StartBatch, workflow_id: str, configuration: str
) -> None:
    group_id = omics.create_run_group(name="g", maxRuns=3)["id"]
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="v1", definitionZip=definition()
    )
    batch_id = start_batch(
        [f"s{n}" for n in range(5)],
        runGroupId=group_id,
        cacheId=cache_id,
        workflowVersionName="v1",
        networkingMode="VPC",
        configurationName=configuration,
        tags={"a": "b"},
    )
    while omics.get_batch(batchId=batch_id)["status"] != "PROCESSED":
        pass
    runs = [run["id"] for run in omics.list_runs(batchId=batch_id)["items"]]
    alone = omics.start_run(runId=runs[0], roleArn=ROLE, outputUri="s3://again")["id"]
    omics.get_waiter("run_completed").wait(id=alone, WaiterConfig=NO_DELAY)
    omics.list_run_tasks(id=alone)
    omics.tag_resource(resourceArn=omics.get_run(id=runs[1])["arn"], tags={"c": "d"})
    omics.delete_run(id=runs[1])
    omics.delete_run_batch(batchId=batch_id)
    while omics.get_batch(batchId=batch_id)["status"] != "RUNS_DELETED":
        pass
    omics.delete_batch(batchId=batch_id)
    omics.delete_run(id=alone)
    omics.delete_workflow_version(workflowId=workflow_id, versionName="v1")
    omics.delete_workflow(id=workflow_id)
    omics.delete_run_group(id=group_id)
    omics.delete_run_cache(id=cache_id)
    omics.delete_configuration(name=configuration)
    for listing in ("batch", "runs", "workflows", "run_groups", "run_caches", "configurations"):
        assert getattr(omics, f"list_{listing}")()["items"] == [], listing
    assert leftover_state("123456789012", "us-east-1") == []


WAITERS = {
    "run_running": "RUNNING",
    "run_completed": "COMPLETED",
    "task_running": "RUNNING",
    "task_completed": "COMPLETED",
    "workflow_active": "ACTIVE",
    "workflow_version_active": "ACTIVE",
}


@pytest.mark.documented("W2.8", "W3", "W4.1", "W4.3")
@pytest.mark.parametrize("way", ["manual", "immediate", "time"])
@pytest.mark.parametrize("waiter", WAITERS)
def test_waiters_come_to_their_end(
    omics: Client, progression: Callable[..., None], clock: Clock, waiter: str, way: str
) -> None:
    def pass_time(**_: object) -> None:
        # Two looks a step: no state is missed, and nobody sleeps.
        clock.now += timedelta(seconds=5)

    omics.meta.events.register("before-call.omics", pass_time)
    for resource in ("run", "workflow"):
        progression(resource, progression=way, seconds=10)
    workflow_id = omics.create_workflow(name="w", definitionZip=definition())["id"]
    named: dict[str, str] = {"id": workflow_id}
    if waiter == "workflow_version_active":
        omics.create_workflow_version(
            workflowId=workflow_id, versionName="v1", definitionZip=definition()
        )
        named = {"workflowId": workflow_id, "versionName": "v1"}
    elif not waiter.startswith("workflow"):
        omics.get_waiter("workflow_active").wait(id=workflow_id, WaiterConfig=NO_DELAY)
        run = omics.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results")
        named = {"id": run["id"]}
        if waiter.startswith("task"):
            named["taskId"] = omics.list_run_tasks(id=run["id"])["items"][0]["taskId"]
    wait = omics.get_waiter(waiter)
    if way == "immediate" and WAITERS[waiter] == "RUNNING":
        # A run that is at its end at once is never seen RUNNING, and no state is a failure.
        with pytest.raises(WaiterError, match="Max attempts exceeded"):
            wait.wait(**named, WaiterConfig=NO_DELAY)
    else:
        wait.wait(**named, WaiterConfig=NO_DELAY)
