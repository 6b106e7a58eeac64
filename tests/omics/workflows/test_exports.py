"""Exports of definitions and READMEs as presigned URLs (L89, L90, L115)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from conftest import ACCOUNT, REGION, Client, MakeClient, definition
from tests.omics.helpers import StartRun, UntilRun, raises_validation, requires_member

REPOSITORY = {
    "connectionArn": f"arn:aws:codeconnections:us-east-1:{ACCOUNT}:connection/c1",
    "fullRepositoryId": "lab/align",
}
LIMIT = 500 * 1024


def content(url: str) -> bytes:
    """Return what a URL serves. A GET needs nothing but the URL."""
    response = requests.get(url, timeout=5)
    assert response.status_code == 200, response.text
    return response.content


@pytest.mark.documented("L90")
def test_exported_definition_is_the_archive(omics: Client, server: str | None) -> None:
    workflow = omics.create_workflow(definitionZip=definition())["id"]
    url = omics.get_workflow(id=workflow, export=["DEFINITION"])["definition"]
    assert content(url) == definition()
    parts = urlsplit(url)
    if server is None:
        assert parts.scheme == "https"
        assert parts.netloc == f"omics-exports-{ACCOUNT}-{REGION}.s3.{REGION}.amazonaws.com"
    else:
        assert f"{parts.scheme}://{parts.netloc}" == server
    assert "X-Amz-Signature=" in parts.query


@pytest.mark.documented("L90")
def test_members_are_exported_only_when_asked_for(omics: Client) -> None:
    workflow = omics.create_workflow(definitionZip=definition(), readmeMarkdown="# A")["id"]

    def exported(*export: str) -> Any:
        found = omics.get_workflow(id=workflow, export=list(export))
        return {"definition", "readme"} & found.keys()

    assert exported() == set()
    assert exported("DEFINITION") == {"definition"}
    assert exported("README") == {"readme"}
    assert exported("README", "DEFINITION") == {"definition", "readme"}


@pytest.mark.documented("L90")
def test_version_exports_its_own_definition(omics: Client, workflow_id: str) -> None:
    name = {"workflowId": workflow_id, "versionName": "v1"}
    omics.create_workflow_version(**name, definitionZip=definition("other.wdl"), readmeMarkdown="B")
    found = omics.get_workflow_version(**name, export=["DEFINITION", "README"])
    assert content(found["definition"]) == definition("other.wdl")
    assert content(found["readme"]) == b"B"
    assert "readme" not in omics.get_workflow(id=workflow_id, export=["README"])


@pytest.mark.documented("L90")
def test_definition_in_s3_is_exported_as_it_was(
    omics: Client, put_settings: Callable[..., str]
) -> None:
    uri = put_settings(definition("a.wdl"), key="w.zip", bucket="defs")
    workflow = omics.create_workflow(definitionUri=uri)["id"]
    put_settings(b"changed", key="w.zip", bucket="defs")
    found = omics.get_workflow(id=workflow, export=["DEFINITION"])
    assert content(found["definition"]) == definition("a.wdl")


@pytest.mark.our_choice("L90")
def test_unknown_definition_is_not_exported(omics: Client) -> None:
    sources: list[dict[str, Any]] = [
        {"definitionUri": "s3://none/w.zip"},
        {"definitionRepository": REPOSITORY},
    ]
    for source in sources:
        workflow = omics.create_workflow(**source)["id"]
        found = omics.get_workflow(id=workflow, export=["DEFINITION", "README"])
        assert not {"definition", "readme"} & found.keys()
    catalogue = omics.list_workflows(type="READY2RUN")["items"][0]["id"]
    found = omics.get_workflow(id=catalogue, type="READY2RUN", export=["DEFINITION"])
    assert "definition" not in found


@pytest.mark.documented("L90")
def test_run_exports_the_definition_that_it_runs(
    omics: Client,
    start_run: StartRun,
    start_batch_run: Callable[..., str],
    until_run: UntilRun,
    workflow_id: str,
) -> None:
    run_ids = [start_run()["id"], start_batch_run()]
    omics.delete_workflow(id=workflow_id)
    for run_id in run_ids:
        assert "definition" not in omics.get_run(id=run_id)
        found = omics.get_run(id=run_id, export=["DEFINITION"])
        assert content(found["definition"]) == definition()


@pytest.mark.our_choice("L90")
def test_exports_are_in_no_bucket_of_the_user(omics: Client, client: MakeClient) -> None:
    workflow = omics.create_workflow(definitionZip=definition())["id"]
    omics.get_workflow(id=workflow, export=["DEFINITION"])
    assert client("s3").list_buckets()["Buckets"] == []


# -- READMEs --


@pytest.mark.documented("L89", "L115")
def test_readme_is_exported_and_updated(omics: Client, workflow_id: str) -> None:
    workflow = omics.create_workflow(definitionZip=definition(), readmeMarkdown="# Größe")["id"]

    def readme() -> str:
        found = omics.get_workflow(id=workflow, export=["README"])
        return content(found["readme"]).decode()

    assert readme() == "# Größe"
    omics.update_workflow(id=workflow, readmeMarkdown="# New")
    assert readme() == "# New"
    name = {"workflowId": workflow_id, "versionName": "v1"}
    omics.create_workflow_version(**name, definitionZip=definition())
    assert "readme" not in omics.get_workflow_version(**name, export=["README"])
    omics.update_workflow_version(**name, readmeMarkdown="# V1")
    found = omics.get_workflow_version(**name, export=["README"])
    assert content(found["readme"]) == b"# V1"


@pytest.mark.documented("L89", "L115")
def test_readme_is_read_from_s3(omics: Client, put_settings: Callable[..., str]) -> None:
    uri = put_settings(b"# From S3", key="README.md", bucket="docs")
    workflow = omics.create_workflow(definitionZip=definition(), readmeUri=uri)["id"]
    put_settings(b"# Changed", key="README.md", bucket="docs")
    found = omics.get_workflow(id=workflow, export=["README"])
    assert content(found["readme"]) == b"# From S3"
    omics.update_workflow(id=workflow, readmeMarkdown="# New")
    found = omics.get_workflow(id=workflow, export=["README"])
    assert content(found["readme"]) == b"# New"


@pytest.mark.our_choice("L115")
def test_missing_readme_in_s3_is_not_exported(omics: Client) -> None:
    uri = "s3://none/README.md"
    workflow = omics.create_workflow(definitionZip=definition(), readmeUri=uri)["id"]
    assert "readme" not in omics.get_workflow(id=workflow, export=["README"])


@pytest.mark.documented("L89")
def test_readme_is_limited(
    omics: Client, put_settings: Callable[..., str], workflow_id: str
) -> None:
    fits, exceeds = "ä" * (LIMIT // 2), "ä" * (LIMIT // 2) + "x"
    workflow = omics.create_workflow(definitionZip=definition(), readmeMarkdown=fits)["id"]
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="v1", definitionZip=definition()
    )
    text = "'readmeMarkdown' takes 512001 bytes; the maximum is 512000"
    with raises_validation(text):
        omics.create_workflow(definitionZip=definition(), readmeMarkdown=exceeds)
    with raises_validation(text):
        omics.update_workflow(id=workflow, readmeMarkdown=exceeds, name="changed")
    with raises_validation(text):
        omics.update_workflow_version(
            workflowId=workflow_id, versionName="v1", readmeMarkdown=exceeds
        )
    uri = put_settings(exceeds.encode(), key="README.md", bucket="docs")
    with raises_validation("'readmeUri' takes 512001 bytes; the maximum is 512000"):
        omics.create_workflow(definitionZip=definition(), readmeUri=uri)
    assert len(omics.list_workflows()["items"]) == 2
    found = omics.get_workflow(id=workflow, export=["README"])
    assert "name" not in found
    assert content(found["readme"]).decode() == fits


@pytest.mark.documented("L115")
@pytest.mark.parametrize("member", ["parameterTemplatePath", "readmePath"])
def test_paths_need_a_repository(omics: Client, workflow_id: str, member: str) -> None:
    path: dict[str, Any] = {member: "docs/x"}
    with raises_validation(f"'{member}' needs 'definitionRepository'"):
        omics.create_workflow(definitionZip=definition(), **path)
    with raises_validation(f"'{member}' needs 'definitionRepository'"):
        omics.create_workflow_version(
            workflowId=workflow_id, versionName="v1", definitionZip=definition(), **path
        )
    workflow = omics.create_workflow(definitionRepository=REPOSITORY, **path)["id"]
    found = omics.get_workflow(id=workflow)
    assert found.get("readmePath") == path.get("readmePath")
    assert "parameterTemplate" not in found


@requires_member("GetWorkflowVersionResponse", "workflowBucketOwnerId")
@pytest.mark.documented("L116")
def test_bucket_owner_is_returned_for_versions_only(omics: Client) -> None:
    owner: dict[str, Any] = {
        "definitionUri": "s3://defs/w.zip",
        "workflowBucketOwnerId": "111122223333",
    }
    workflow = omics.create_workflow(**owner)["id"]
    omics.create_workflow_version(workflowId=workflow, versionName="v1", **owner)
    assert "workflowBucketOwnerId" not in omics.get_workflow(id=workflow)
    found = omics.get_workflow_version(workflowId=workflow, versionName="v1")
    assert found["workflowBucketOwnerId"] == "111122223333"


@pytest.mark.our_choice("L117")
def test_provider_of_a_repository_is_not_known(omics: Client) -> None:
    workflow = omics.create_workflow(definitionRepository=REPOSITORY)["id"]
    assert omics.get_workflow(id=workflow)["definitionRepositoryDetails"] == REPOSITORY
