"""The Update operations, and deleting versions and run caches."""

from __future__ import annotations

import pytest

from conftest import ROLE, Client, definition

from .conftest import refusal


@pytest.fixture
def version(omics: Client, workflow_id: str) -> str:
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="v2", definitionZip=definition()
    )
    return "v2"


@pytest.mark.documented("W4.2")
def test_a_workflow_is_updated(omics: Client, workflow_id: str) -> None:
    answer = omics.update_workflow(
        id=workflow_id, name="call", description="variants", storageType="STATIC"
    )
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
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
def test_a_version_is_updated_without_touching_its_workflow(
    omics: Client, workflow_id: str, version: str
) -> None:
    omics.update_workflow_version(
        workflowId=workflow_id, versionName=version, description="faster", storageType="STATIC"
    )
    found = omics.get_workflow_version(workflowId=workflow_id, versionName=version)
    assert (found["description"], found["versionName"]) == ("faster", version)
    assert "description" not in omics.get_workflow(id=workflow_id)
    kinds = []
    for named in ({"workflowVersionName": version}, {}):
        run = omics.start_run(
            workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", **named
        )
        kinds.append(omics.get_run(id=run["id"])["storageType"])
    assert kinds == ["STATIC", "DYNAMIC"]


@pytest.mark.our_choice("W4.3")
def test_versions_are_listed_without_the_original(
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
def test_a_workflow_can_be_deleted_once_its_versions_are(
    omics: Client, workflow_id: str, version: str
) -> None:
    assert refusal(omics.delete_workflow, id=workflow_id) == (
        "ConflictException",
        409,
        f"Workflow {workflow_id} cannot be deleted: it has versions",
    )
    omics.delete_workflow_version(workflowId=workflow_id, versionName=version)
    assert refusal(omics.get_workflow_version, workflowId=workflow_id, versionName=version) == (
        "ResourceNotFoundException",
        404,
        f"Workflow {workflow_id} version {version} not found",
    )
    omics.delete_workflow(id=workflow_id)
    text = f"Workflow {workflow_id} not found"
    missing = ("ResourceNotFoundException", 404, text)
    assert refusal(omics.list_workflow_versions, workflowId=workflow_id) == missing


@pytest.mark.documented("W6")
def test_a_run_group_is_updated(omics: Client) -> None:
    group_id = omics.create_run_group(name="night", maxCpus=10)["id"]
    omics.update_run_group(id=group_id, maxRuns=5, maxCpus=20)
    found = omics.get_run_group(id=group_id)
    assert (found["name"], found["maxCpus"], found["maxRuns"]) == ("night", 20, 5)
    assert omics.list_run_groups()["items"][0]["maxRuns"] == 5


@pytest.mark.documented("W7")
def test_a_run_cache_is_updated_but_for_its_location(omics: Client) -> None:
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache/here")["id"]
    omics.update_run_cache(id=cache_id, name="mine", cacheBehavior="CACHE_ALWAYS")
    item = omics.list_run_caches()["items"][0]
    assert (item["id"], item["name"], item["cacheBehavior"], item["cacheS3Uri"]) == (
        cache_id,
        "mine",
        "CACHE_ALWAYS",
        "s3://cache/here",
    )
    omics.update_run_cache(id=cache_id, description="kept")
    assert omics.get_run_cache(id=cache_id)["cacheBehavior"] == "CACHE_ALWAYS"


@pytest.mark.documented("W7")
def test_a_run_cache_is_deleted_once_no_active_run_uses_it(omics: Client, workflow_id: str) -> None:
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    run_id = omics.start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", cacheId=cache_id
    )["id"]
    code, status, text = refusal(omics.delete_run_cache, id=cache_id)
    assert (code, status) == ("ConflictException", 409)
    assert text == f"Run cache {cache_id} cannot be deleted: active runs use it"
    while omics.get_run(id=run_id)["status"] != "COMPLETED":
        pass
    omics.delete_run_cache(id=cache_id)
    assert omics.list_run_caches()["items"] == []
    assert refusal(omics.get_run_cache, id=cache_id)[:2] == ("ResourceNotFoundException", 404)


@pytest.mark.our_choice("W12")
@pytest.mark.parametrize(
    ("operation", "arguments", "text"),
    [
        ("update_workflow", {"id": "1", "name": "x"}, "Workflow 1 not found"),
        ("update_run_group", {"id": "1", "name": "x"}, "Run group 1 not found"),
        ("update_run_cache", {"id": "1", "name": "x"}, "Run cache 1 not found"),
        ("delete_run_cache", {"id": "1"}, "Run cache 1 not found"),
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
def test_what_does_not_exist_is_not_found(
    omics: Client, operation: str, arguments: dict[str, str], text: str
) -> None:
    found = refusal(getattr(omics, operation), **arguments)
    assert found == ("ResourceNotFoundException", 404, text)
