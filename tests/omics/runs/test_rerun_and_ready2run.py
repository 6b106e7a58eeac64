"""Runs that repeat another run, and runs of the READY2RUN catalogue."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ROLE, Client, StartBatch, Until
from tests.omics.helpers import error_of, requires_member

OUT = {"roleArn": ROLE, "outputUri": "s3://again"}


@pytest.mark.documented("W2.7")
def test_a_repeated_run_takes_everything_over_that_is_not_given(
    omics: Client, workflow_id: str
) -> None:
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
    again = omics.start_run(runId=first["id"], **OUT, priority=9)
    assert again["id"] != first["id"]
    assert again["tags"] == {"cohort": "giab"}
    run = omics.get_run(id=again["id"])
    assert (run["workflowId"], run["name"], run["priority"]) == (workflow_id, "HG001", 9)
    assert run["parameters"] == {"sample": "HG001"}
    assert (run["storageType"], run["storageCapacity"]) == ("STATIC", 7200)
    assert run["outputUri"] == "s3://again"
    assert run["runId"] == first["id"]


@pytest.mark.documented("W2.7")
def test_a_run_of_a_batch_can_be_repeated_alone(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch([{"runSettingId": "a", "parameters": {"x": 1}}], parameters={"y": 2})
    until(batch_id, "PROCESSED")
    source = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    run = omics.get_run(id=omics.start_run(runId=source, **OUT)["id"])
    assert run["parameters"] == {"x": 1, "y": 2}
    assert "batchId" not in run


@pytest.mark.documented("W2.7")
def test_a_deleted_run_cannot_be_repeated(omics: Client, workflow_id: str) -> None:
    run_id = omics.start_run(workflowId=workflow_id, **OUT)["id"]
    while omics.get_run(id=run_id)["status"] != "COMPLETED":
        pass
    omics.delete_run(id=run_id)
    assert error_of(omics.start_run, runId=run_id, **OUT) == (
        "ResourceNotFoundException",
        404,
        f"Run {run_id} not found",
    )


@pytest.mark.our_choice("W2.1", "W13")
def test_a_run_names_a_workflow_or_a_run_not_both_nor_none(omics: Client, workflow_id: str) -> None:
    run_id = omics.start_run(workflowId=workflow_id, **OUT)["id"]
    text = "Exactly one of 'workflowId' and 'runId' must be specified"
    for given in ({}, {"workflowId": workflow_id, "runId": run_id}):
        assert error_of(omics.start_run, **given, **OUT) == ("ValidationException", 400, text)


@pytest.mark.observed("W0.5", "W12")
def test_the_catalogue_is_found_only_with_its_type(omics: Client) -> None:
    text = "Workflow 7330987 not found"
    missing = ("ResourceNotFoundException", 404, text)
    assert error_of(omics.get_workflow, id="7330987") == missing
    assert error_of(omics.start_run, workflowId="7330987", **OUT) == missing
    found = omics.get_workflow(id="7330987", type="READY2RUN")
    assert (found["type"], found["status"]) == ("READY2RUN", "ACTIVE")


@pytest.mark.observed("W0.1", "W5")
def test_a_ready2run_run_has_static_storage(omics: Client) -> None:
    run_id = omics.start_run(workflowId="1830181", workflowType="READY2RUN", **OUT)["id"]
    run = omics.get_run(id=run_id)
    assert (run["workflowType"], run["storageType"]) == ("READY2RUN", "STATIC")


@requires_member("RunListItem", "workflowName")
@pytest.mark.observed("W5")
def test_a_ready2run_run_tells_the_name_of_its_workflow(omics: Client) -> None:
    omics.start_run(workflowId="1830181", workflowType="READY2RUN", **OUT)
    items = omics.list_runs()["items"]
    assert items[0]["workflowName"] == "ESMFold for up to 800 residues"


@pytest.mark.observed("W2.2")
@pytest.mark.parametrize("given", [{"storageCapacity": 1200}, {"storageType": "STATIC"}])
def test_a_ready2run_run_cannot_choose_its_storage(omics: Client, given: dict[str, Any]) -> None:
    code, status, text = error_of(
        omics.start_run, workflowId="1830181", workflowType="READY2RUN", **OUT, **given
    )
    assert (code, status) == ("ValidationException", 400)
    assert "READY2RUN" in text


@pytest.mark.our_choice("W4.2", "W5", "W13")
def test_the_catalogue_is_listed_under_its_type_only(omics: Client, workflow_id: str) -> None:
    assert [w["id"] for w in omics.list_workflows()["items"]] == [workflow_id]
    private = omics.list_workflows(type="PRIVATE")["items"]
    assert [w["id"] for w in private] == [workflow_id]
    ready = omics.list_workflows(type="READY2RUN")["items"]
    assert [w["id"] for w in ready] == ["1830181", "2174942", "7330987"]
    named = omics.list_workflows(type="READY2RUN", name="ESMFold for up to 800 residues")
    assert [w["id"] for w in named["items"]] == ["1830181"]


@pytest.mark.our_choice("W4.2")
def test_the_catalogue_cannot_be_changed(omics: Client) -> None:
    missing = ("ResourceNotFoundException", 404, "Workflow 1830181 not found")
    assert error_of(omics.update_workflow, id="1830181", name="mine") == missing
    assert error_of(omics.delete_workflow, id="1830181") == missing
    assert error_of(
        omics.get_workflow_version, workflowId="1830181", versionName="3.0.0", type="READY2RUN"
    ) == ("ResourceNotFoundException", 404, "Workflow 1830181 version 3.0.0 not found")


@pytest.mark.observed("W4.2")
def test_workflows_of_other_owners_are_not_found(omics: Client, workflow_id: str) -> None:
    text = f"Workflow {workflow_id} not found"
    missing = ("ResourceNotFoundException", 404, text)
    other = {"workflowOwnerId": "999999999999"}
    assert error_of(omics.get_workflow, id=workflow_id, **other) == missing
    assert error_of(omics.list_workflow_versions, workflowId=workflow_id, **other) == missing
    assert omics.get_workflow(id=workflow_id, workflowOwnerId="123456789012")["id"] == workflow_id
