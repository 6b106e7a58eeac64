"""UpdateWorkflow, UpdateWorkflowVersion, ListWorkflowVersions and DeleteWorkflowVersion."""

from __future__ import annotations

import pytest

from conftest import ROLE, Client, definition
from tests.omics.helpers import error_of


@pytest.fixture
def version(omics: Client, workflow_id: str) -> str:
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="v2", definitionZip=definition()
    )
    return "v2"


@pytest.mark.documented("W4.2")
def test_update_workflow_changes_the_given_members(omics: Client, workflow_id: str) -> None:
    response = omics.update_workflow(
        id=workflow_id, name="call", description="variants", storageType="STATIC"
    )
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 202
    found = omics.get_workflow(id=workflow_id)
    assert (found["name"], found["description"], found["storageType"], found["id"]) == (
        "call",
        "variants",
        "STATIC",
        workflow_id,
    )
    run = omics.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results")
    assert omics.get_run(id=run["id"])["storageType"] == "STATIC"


@pytest.mark.documented("W4.2", "W4.3")
def test_update_version_does_not_change_its_workflow(
    omics: Client, workflow_id: str, version: str
) -> None:
    omics.update_workflow_version(
        workflowId=workflow_id, versionName=version, description="faster", storageType="STATIC"
    )
    found = omics.get_workflow_version(workflowId=workflow_id, versionName=version)
    assert (found["description"], found["versionName"]) == ("faster", version)
    assert "description" not in omics.get_workflow(id=workflow_id)
    storage_types = []
    for version_params in ({"workflowVersionName": version}, {}):
        run = omics.start_run(
            workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", **version_params
        )
        storage_types.append(omics.get_run(id=run["id"])["storageType"])
    assert storage_types == ["STATIC", "DYNAMIC"]


@pytest.mark.our_choice("W4.3")
def test_list_workflow_versions_excludes_the_workflow_itself(
    omics: Client, workflow_id: str, version: str
) -> None:
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="v3", definitionZip=definition()
    )
    first = omics.list_workflow_versions(workflowId=workflow_id, maxResults=1)
    rest = omics.list_workflow_versions(
        workflowId=workflow_id, maxResults=1, startingToken=first["nextToken"]
    )
    assert [v["versionName"] for v in first["items"] + rest["items"]] == ["v2", "v3"]
    assert "nextToken" not in rest


@pytest.mark.documented("W4.2")
def test_workflow_can_be_deleted_after_its_versions(
    omics: Client, workflow_id: str, version: str
) -> None:
    assert error_of(omics.delete_workflow, id=workflow_id) == (
        "ConflictException",
        409,
        f"Workflow {workflow_id} cannot be deleted: it has versions",
    )
    omics.delete_workflow_version(workflowId=workflow_id, versionName=version)
    assert error_of(omics.get_workflow_version, workflowId=workflow_id, versionName=version) == (
        "ResourceNotFoundException",
        404,
        f"Workflow {workflow_id} version {version} not found",
    )
    omics.delete_workflow(id=workflow_id)
    text = f"Workflow {workflow_id} not found"
    not_found = ("ResourceNotFoundException", 404, text)
    assert error_of(omics.list_workflow_versions, workflowId=workflow_id) == not_found


@pytest.mark.our_choice("W12")
@pytest.mark.parametrize(
    ("operation", "arguments", "text"),
    [
        ("update_workflow", {"id": "1", "name": "x"}, "Workflow 1 not found"),
        (
            "update_workflow_version",
            {"workflowId": "1", "versionName": "v", "description": "x"},
            "Workflow 1 not found",
        ),
        (
            "delete_workflow_version",
            {"workflowId": "1", "versionName": "v"},
            "Workflow 1 not found",
        ),
    ],
)
def test_update_or_delete_of_an_unknown_workflow_is_not_found(
    omics: Client, operation: str, arguments: dict[str, str], text: str
) -> None:
    found = error_of(getattr(omics, operation), **arguments)
    assert found == ("ResourceNotFoundException", 404, text)
