"""All operations of the model: presence, minimal requests, cleanup, and the waiters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from botocore.model import OperationModel, Shape
from moto.core.utils import camelcase_to_underscores

from conftest import ROLE, Client, StartBatch, definition
from tests.omics.helpers import Clock, SetProgression, leftover_state, missing_operations, model

NO_DELAY = {"Delay": 0}


@pytest.mark.documented("W1")
def test_all_operations_of_the_model_are_implemented() -> None:
    missing = missing_operations()
    assert missing == set(), "the installed botocore knows operations that the backend does not"
    assert len(model.plane()) >= 41


def minimal_parameters(operation: OperationModel, params: dict[str, Any]) -> dict[str, Any]:
    """Return the required members, from ``params`` or generated from their shape."""
    shape = operation.input_shape
    if shape is None:
        return {}
    return {
        name: params[name] if name in params else _generated_value(shape.members[name])
        for name in shape.required_members
    }


def _generated_value(shape: Shape) -> Any:
    pattern = shape.metadata.get("pattern", "")
    if shape.type_name == "map":
        return {"key": "value"}
    if shape.type_name == "list":
        return ["key"]
    if shape.type_name == "structure":
        return {}
    return "s3://bucket/key" if pattern.startswith("s3") else "name"


#: Members that the service requires although the model does not.
ALSO_REQUIRED = {
    "CreateWorkflow": ("definitionZip",),
    "CreateWorkflowVersion": ("definitionZip",),
    "StartRun": ("workflowId",),
}


class MinimalCalls:
    """Calls operations with minimal parameters and records their HTTP status codes."""

    def __init__(self, omics: Client):
        self.omics = omics
        self.status_codes: dict[str, int] = {}

    def __call__(self, name: str, **params: Any) -> Any:
        operation = model.service().operation_model(name)
        arguments = minimal_parameters(operation, params) | {
            k: v for k, v in params.items() if k in ALSO_REQUIRED.get(name, ())
        }
        response = getattr(self.omics, camelcase_to_underscores(name))(**arguments)
        self.status_codes[name] = response["ResponseMetadata"]["HTTPStatusCode"]
        return response


def create_resources(call: MinimalCalls, workflow_id: str) -> dict[str, Any]:
    """Create a resource of each type and return their responses, or ids for runs and batches."""
    run = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results"}
    batch = {
        "defaultRunSetting": {"workflowId": workflow_id, "roleArn": ROLE},
        "batchRunSettings": {
            "inlineSettings": [{"runSettingId": "a", "outputUri": "s3://results"}]
        },
    }
    definition_params = {"definitionZip": definition()}
    workflow = call("CreateWorkflow", **definition_params)
    version = {"workflowId": workflow["id"], "versionName": "v1"}
    call("CreateWorkflowVersion", **version, **definition_params)
    group, cache = call("CreateRunGroup"), call("CreateRunCache")
    call("CreateConfiguration")
    run_id = call("StartRun", **run)["id"]
    batch_id = call("StartRunBatch", **batch)["id"]
    return {
        "workflow": workflow,
        "version": version,
        "group": group,
        "cache": cache,
        "run_id": run_id,
        "batch_id": batch_id,
    }


def read_and_update(call: MinimalCalls, created: dict[str, Any]) -> None:
    """Call all Get, List, Update and tag operations."""
    for name in ("GetRun", "ListRuns", "ListRunTasks"):
        call(name, id=created["run_id"])
    task_id = call.omics.list_run_tasks(id=created["run_id"])["items"][0]["taskId"]
    call("GetRunTask", id=created["run_id"], taskId=task_id)
    for name in ("GetBatch", "ListBatch", "ListRunsInBatch"):
        call(name, batchId=created["batch_id"])
    for name in ("GetWorkflow", "UpdateWorkflow", "ListWorkflows"):
        call(name, id=created["workflow"]["id"])
    for name in ("GetWorkflowVersion", "UpdateWorkflowVersion", "ListWorkflowVersions"):
        call(name, **created["version"])
    for name in ("GetRunGroup", "UpdateRunGroup", "ListRunGroups"):
        call(name, id=created["group"]["id"])
    for name in ("GetRunCache", "UpdateRunCache", "ListRunCaches"):
        call(name, id=created["cache"]["id"])
    for name in ("GetConfiguration", "ListConfigurations"):
        call(name)
    for name in ("TagResource", "ListTagsForResource", "UntagResource"):
        call(name, resourceArn=created["workflow"]["arn"])


def cancel_and_delete(call: MinimalCalls, created: dict[str, Any]) -> None:
    """Call all Cancel and Delete operations, when the status of the resource allows it."""
    run_id, batch_id = created["run_id"], created["batch_id"]
    call("CancelRun", id=run_id)
    call("CancelRunBatch", batchId=batch_id)
    while call.omics.get_batch(batchId=batch_id)["status"] != "CANCELLED":
        pass
    while call.omics.get_run(id=run_id)["status"] != "CANCELLED":
        pass
    call("DeleteRunBatch", batchId=batch_id)
    while call.omics.get_batch(batchId=batch_id)["status"] != "RUNS_DELETED":
        pass
    call("DeleteBatch", batchId=batch_id)
    call("DeleteRun", id=run_id)
    call("DeleteWorkflowVersion", **created["version"])
    call("DeleteWorkflow", id=created["workflow"]["id"])
    call("DeleteRunGroup", id=created["group"]["id"])
    call("DeleteRunCache", id=created["cache"]["id"])
    call("DeleteConfiguration")


@pytest.mark.documented("W1")
def test_each_operation_works_with_minimal_parameters(
    omics: Client, workflow_id: str, configuration: str
) -> None:
    call = MinimalCalls(omics)
    created = create_resources(call, workflow_id)
    read_and_update(call, created)
    cancel_and_delete(call, created)
    expected = {
        name: model.service().operation_model(name).http["responseCode"] for name in model.plane()
    }
    assert call.status_codes == expected


@pytest.mark.documented("B42", "B82", "W4.2", "W6", "W7", "W8")
def test_no_state_is_left_after_deleting_all_resources(
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
    single_run_id = omics.start_run(runId=runs[0], roleArn=ROLE, outputUri="s3://again")["id"]
    omics.get_waiter("run_completed").wait(id=single_run_id, WaiterConfig=NO_DELAY)
    omics.list_run_tasks(id=single_run_id)
    omics.tag_resource(resourceArn=omics.get_run(id=runs[1])["arn"], tags={"c": "d"})
    omics.delete_run(id=runs[1])
    omics.delete_run_batch(batchId=batch_id)
    while omics.get_batch(batchId=batch_id)["status"] != "RUNS_DELETED":
        pass
    omics.delete_batch(batchId=batch_id)
    omics.delete_run(id=single_run_id)
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
@pytest.mark.parametrize("mode", ["manual", "immediate", "time"])
@pytest.mark.parametrize("waiter", WAITERS)
def test_waiters_succeed(
    omics: Client, progression: SetProgression, clock: Clock, waiter: str, mode: str
) -> None:
    def pass_time(**_: object) -> None:
        # Half a transition per request: no status is missed, and no test sleeps.
        clock.now += timedelta(seconds=5)

    omics.meta.events.register("before-call.omics", pass_time)
    for resource in ("run", "workflow"):
        progression(resource, progression=mode, seconds=10)
    workflow_id = omics.create_workflow(name="w", definitionZip=definition())["id"]
    waiter_params: dict[str, str] = {"id": workflow_id}
    if waiter == "workflow_version_active":
        omics.create_workflow_version(
            workflowId=workflow_id, versionName="v1", definitionZip=definition()
        )
        waiter_params = {"workflowId": workflow_id, "versionName": "v1"}
    elif not waiter.startswith("workflow"):
        omics.get_waiter("workflow_active").wait(id=workflow_id, WaiterConfig=NO_DELAY)
        run = omics.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results")
        waiter_params = {"id": run["id"]}
        if waiter.startswith("task"):
            waiter_params["taskId"] = omics.list_run_tasks(id=run["id"])["items"][0]["taskId"]
    wait = omics.get_waiter(waiter)
    if mode == "immediate" and WAITERS[waiter] == "RUNNING":
        # The run is COMPLETED at once: RUNNING is never reported, and COMPLETED is no failure.
        with pytest.raises(WaiterError, match="Max attempts exceeded"):
            wait.wait(**waiter_params, WaiterConfig=NO_DELAY)
    else:
        wait.wait(**waiter_params, WaiterConfig=NO_DELAY)
