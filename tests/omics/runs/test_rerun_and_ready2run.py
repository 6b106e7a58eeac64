"""Runs that repeat another run, and runs of READY2RUN workflows."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ROLE, Client, StartBatch, Until
from tests.omics.helpers import error_of, requires_member

OUTPUT = {"roleArn": ROLE, "outputUri": "s3://again"}


@pytest.mark.documented("W2.7")
def test_rerun_takes_over_settings_of_the_first_run(omics: Client, workflow_id: str) -> None:
    first = omics.start_run(
        workflowId=workflow_id,
        roleArn=ROLE,
        outputUri="s3://first",
        name="HG001",
        parameters={"sample": "HG001"},
        priority=7,
        storageType="STATIC",
        storageCapacity=5000,
        tags={"cohort": "giab"},
    )
    again = omics.start_run(runId=first["id"], **OUTPUT, priority=9)
    assert again["id"] != first["id"]
    assert again["tags"] == {"cohort": "giab"}
    run = omics.get_run(id=again["id"])
    assert (run["workflowId"], run["name"], run["priority"]) == (workflow_id, "HG001", 9)
    assert run["parameters"] == {"sample": "HG001"}
    assert (run["storageType"], run["storageCapacity"]) == ("STATIC", 7200)
    assert run["outputUri"] == "s3://again"
    assert run["runId"] == first["id"]


@pytest.mark.documented("W2.7")
def test_run_of_a_batch_can_be_repeated(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch([{"runSettingId": "a", "parameters": {"x": 1}}], parameters={"y": 2})
    until(batch_id, "PROCESSED")
    source = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    run = omics.get_run(id=omics.start_run(runId=source, **OUTPUT)["id"])
    assert run["parameters"] == {"x": 1, "y": 2}
    assert "batchId" not in run


@pytest.mark.documented("W2.7")
def test_deleted_run_cannot_be_repeated(omics: Client, workflow_id: str) -> None:
    run_id = omics.start_run(workflowId=workflow_id, **OUTPUT)["id"]
    while omics.get_run(id=run_id)["status"] != "COMPLETED":
        pass
    omics.delete_run(id=run_id)
    assert error_of(omics.start_run, runId=run_id, **OUTPUT) == (
        "ResourceNotFoundException",
        404,
        f"Run {run_id} not found",
    )


@pytest.mark.our_choice("W2.1", "W13")
def test_exactly_one_of_workflow_id_and_run_id_is_required(omics: Client, workflow_id: str) -> None:
    run_id = omics.start_run(workflowId=workflow_id, **OUTPUT)["id"]
    text = "Exactly one of 'workflowId' and 'runId' must be specified"
    for params in ({}, {"workflowId": workflow_id, "runId": run_id}):
        assert error_of(omics.start_run, **params, **OUTPUT) == ("ValidationException", 400, text)


@pytest.mark.observed("W0.5", "W12")
def test_ready2run_workflow_is_found_only_with_its_type(omics: Client) -> None:
    text = "Workflow 7330987 not found"
    not_found = ("ResourceNotFoundException", 404, text)
    assert error_of(omics.get_workflow, id="7330987") == not_found
    assert error_of(omics.start_run, workflowId="7330987", **OUTPUT) == not_found
    found = omics.get_workflow(id="7330987", type="READY2RUN")
    assert (found["type"], found["status"]) == ("READY2RUN", "ACTIVE")


@pytest.mark.observed("W0.1", "W5")
def test_ready2run_run_has_static_storage(omics: Client) -> None:
    run_id = omics.start_run(workflowId="1830181", workflowType="READY2RUN", **OUTPUT)["id"]
    run = omics.get_run(id=run_id)
    assert (run["workflowType"], run["storageType"]) == ("READY2RUN", "STATIC")


@requires_member("RunListItem", "workflowName")
@pytest.mark.observed("W5")
def test_list_runs_returns_the_name_of_a_ready2run_workflow(omics: Client) -> None:
    omics.start_run(workflowId="1830181", workflowType="READY2RUN", **OUTPUT)
    items = omics.list_runs()["items"]
    assert items[0]["workflowName"] == "ESMFold for up to 800 residues"


@pytest.mark.observed("W2.2")
@pytest.mark.parametrize("params", [{"storageCapacity": 1200}, {"storageType": "STATIC"}])
def test_storage_of_a_ready2run_run_cannot_be_set(omics: Client, params: dict[str, Any]) -> None:
    code, status, text = error_of(
        omics.start_run, workflowId="1830181", workflowType="READY2RUN", **OUTPUT, **params
    )
    assert (code, status) == ("ValidationException", 400)
    assert "READY2RUN" in text


@pytest.mark.our_choice("W4.2", "W5", "W13")
def test_ready2run_workflows_are_listed_only_with_their_type(
    omics: Client, workflow_id: str
) -> None:
    assert [w["id"] for w in omics.list_workflows()["items"]] == [workflow_id]
    private = omics.list_workflows(type="PRIVATE")["items"]
    assert [w["id"] for w in private] == [workflow_id]
    ready = omics.list_workflows(type="READY2RUN")["items"]
    assert [w["id"] for w in ready] == ["1830181", "2174942", "4974161", "7330987", "9500764"]
    named = omics.list_workflows(type="READY2RUN", name="ESMFold for up to 800 residues")
    assert [w["id"] for w in named["items"]] == ["1830181"]


@pytest.mark.our_choice("W4.2")
def test_ready2run_workflows_cannot_be_changed(omics: Client) -> None:
    not_found = ("ResourceNotFoundException", 404, "Workflow 1830181 not found")
    assert error_of(omics.update_workflow, id="1830181", name="mine") == not_found
    assert error_of(omics.delete_workflow, id="1830181") == not_found
    assert error_of(
        omics.get_workflow_version, workflowId="1830181", versionName="3.0.0", type="READY2RUN"
    ) == ("ResourceNotFoundException", 404, "Workflow 1830181 version 3.0.0 not found")


@pytest.mark.observed("W4.2")
def test_workflow_of_another_owner_is_not_found(omics: Client, workflow_id: str) -> None:
    text = f"Workflow {workflow_id} not found"
    not_found = ("ResourceNotFoundException", 404, text)
    other = {"workflowOwnerId": "999999999999"}
    assert error_of(omics.get_workflow, id=workflow_id, **other) == not_found
    assert error_of(omics.list_workflow_versions, workflowId=workflow_id, **other) == not_found
    assert omics.get_workflow(id=workflow_id, workflowOwnerId="123456789012")["id"] == workflow_id
