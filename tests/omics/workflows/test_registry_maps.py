"""Container registry maps of workflows and versions (L112, L113, L124)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, definition
from tests.omics.helpers import error_of, raises_validation, raises_violations, requires_member

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
