"""Container registry maps of workflows and versions (L112, L113, L124)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, definition
from tests.omics.helpers import (
    StartRun,
    error_of,
    raises_validation,
    raises_violations,
    requires_member,
)
from tests.omics.workflows.definitions import zip_of

pytestmark = requires_member("CreateWorkflowRequest", "containerRegistryMap")

MAP: dict[str, Any] = {
    "registryMappings": [
        {
            "upstreamRegistryUrl": "quay.io",
            "ecrRepositoryPrefix": "quay",
            "upstreamRepositoryPrefix": "biocontainers",
            "ecrAccountId": "111122223333",
        }
    ],
    "imageMappings": [{"sourceImage": "ubuntu", "destinationImage": "my/ubuntu:1"}],
}


@pytest.mark.documented("L112", "L124")
def test_registry_map_is_returned(omics: Client) -> None:
    workflow = omics.create_workflow(definitionZip=definition(), containerRegistryMap=MAP)["id"]
    assert omics.get_workflow(id=workflow)["containerRegistryMap"] == MAP
    omics.create_workflow_version(workflowId=workflow, versionName="v1", definitionZip=definition())
    found = omics.get_workflow_version(workflowId=workflow, versionName="v1")
    assert "containerRegistryMap" not in found


WDL = """version 1.0
workflow w { call mapped call other call none }
task mapped { command {} runtime { docker: "quay.io/biocontainers/bwa:1" } }
task other { command {} runtime { docker: "debian" } }
task none { command {} }
"""


@requires_member("GetRunTaskResponse", "imageDetails")
@pytest.mark.documented("L112", "L110", "L124")
def test_tasks_use_the_mapped_images(omics: Client, start_run: StartRun) -> None:
    workflow = omics.create_workflow(
        definitionZip=zip_of({"main.wdl": WDL}), containerRegistryMap=MAP
    )["id"]
    run_id = start_run(workflowId=workflow)["id"]
    tasks = [
        omics.get_run_task(id=run_id, taskId=task["taskId"])
        for task in omics.list_run_tasks(id=run_id)["items"]
    ]
    images = {
        task["name"]: (task["imageDetails"]["image"], task["imageDetails"].get("sourceImage"))
        for task in tasks
        if "imageDetails" in task
    }
    assert images == {
        "mapped": (
            "111122223333.dkr.ecr.us-east-1.amazonaws.com/quay/bwa:1",
            "quay.io/biocontainers/bwa:1",
        ),
        "other": ("debian", None),
    }


@pytest.mark.our_choice("L113")
def test_registry_map_is_read_from_s3(omics: Client, put_settings: Callable[..., str]) -> None:
    uri = put_settings({**MAP, "comment": "ours"}, key="map.json", bucket="maps")
    workflow = omics.create_workflow(definitionZip=definition(), containerRegistryMapUri=uri)["id"]
    assert omics.get_workflow(id=workflow)["containerRegistryMap"] == MAP


@pytest.mark.our_choice("L113")
def test_missing_registry_map_in_s3_is_not_returned(omics: Client) -> None:
    uri = "s3://none/map.json"
    workflow = omics.create_workflow(definitionZip=definition(), containerRegistryMapUri=uri)["id"]
    assert "containerRegistryMap" not in omics.get_workflow(id=workflow)


@pytest.mark.our_choice("L113")
def test_only_one_registry_map_is_accepted(omics: Client) -> None:
    with raises_validation(
        "Only one of 'containerRegistryMap' and 'containerRegistryMapUri' can be specified"
    ):
        omics.create_workflow(
            definitionZip=definition(),
            containerRegistryMap=MAP,
            containerRegistryMapUri="s3://maps/map.json",
        )
    assert omics.list_workflows()["items"] == []


@pytest.mark.our_choice("L113")
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000], ids=[0, 1, 2, 3])
def test_registry_map_in_s3_must_be_json(
    omics: Client, put_settings: Callable[..., str], body: bytes
) -> None:
    uri = put_settings(body, key="map.json", bucket="maps")
    with raises_validation("'containerRegistryMapUri' is not a JSON document"):
        omics.create_workflow(definitionZip=definition(), containerRegistryMapUri=uri)
    assert omics.list_workflows()["items"] == []


@pytest.mark.our_choice("L113")
def test_registry_map_in_s3_must_fit_the_model(
    omics: Client, put_settings: Callable[..., str]
) -> None:
    document: dict[str, Any] = {"imageMappings": [{"sourceImage": 1}]}
    uri = put_settings(document, key="map.json", bucket="maps")
    path = "containerRegistryMapUri.imageMappings.1.member.sourceImage"
    with raises_violations(f"Value '1' at '{path}' must be of type string"):
        omics.create_workflow(definitionZip=definition(), containerRegistryMapUri=uri)


@pytest.mark.documented("L112")
@pytest.mark.parametrize(
    ("member", "mapping", "most", "shown"),
    [
        ("registryMappings", MAP["registryMappings"][0], 20, "[{upstreamRegistryUrl=quay.io, "),
        ("imageMappings", MAP["imageMappings"][0], 100, "[{sourceImage=ubuntu, "),
    ],
)
def test_number_of_mappings_is_limited(
    omics: Client,
    put_settings: Callable[..., str],
    member: str,
    mapping: dict[str, str],
    most: int,
    shown: str,
) -> None:
    fits, exceeds = ({member: [mapping] * n} for n in (most, most + 1))
    workflow = omics.create_workflow(definitionZip=definition(), containerRegistryMap=fits)["id"]
    assert len(omics.get_workflow(id=workflow)["containerRegistryMap"][member]) == most
    uri = put_settings(exceeds, key="map.json", bucket="maps")
    maps: dict[str, Any] = {"containerRegistryMap": exceeds, "containerRegistryMapUri": uri}
    for source, value in maps.items():
        code, status, message = error_of(
            omics.create_workflow, definitionZip=definition(), **{source: value}
        )
        assert (code, status) == ("ValidationException", 400)
        assert message.startswith(f"1 validation error detected: Value '{shown}")
        assert message.endswith(
            f" at '{source}.{member}' failed to satisfy constraint: "
            f"Member must have length less than or equal to {most}"
        )
    assert len(omics.list_workflows()["items"]) == 1
