"""Workflows and workflow versions: creation, definitions, deletion, and their use by runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, Client, definition
from tests.omics.helpers import (
    SetProgression,
    StartRun,
    UntilRun,
    raises_conflict,
    raises_not_found,
    raises_validation,
    raises_violations,
)

ARN = f"arn:aws:omics:us-east-1:{ACCOUNT}:workflow/"
CONNECTION = f"arn:aws:codeconnections:us-east-1:{ACCOUNT}:connection/c1"
MakeWorkflow = Callable[..., str]


@pytest.fixture
def make_workflow(omics: Client) -> MakeWorkflow:
    """``make_workflow(name="align")`` returns the id; the next request finds it ACTIVE."""

    def create_with_definition(**params: Any) -> str:
        return str(omics.create_workflow(**{"definitionZip": definition(), **params})["id"])

    return create_with_definition


# -- creation --


@pytest.mark.documented("W4.1")
def test_workflow_is_creating_and_then_active(omics: Client) -> None:
    created = omics.create_workflow(name="align", definitionZip=definition(), tags={"a": "b"})
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert re.fullmatch(r"\d{7}", created["id"])
    assert created["arn"] == ARN + created["id"]
    assert (created["status"], created["tags"]) == ("CREATING", {"a": "b"})
    described = omics.get_workflow(id=created["id"])
    assert (described["status"], described["uuid"]) == ("ACTIVE", created["uuid"])


@pytest.mark.documented("W4.1")
def test_get_workflow_returns_the_settings_of_create_workflow(
    omics: Client, make_workflow: MakeWorkflow
) -> None:
    params = {
        "name": "align",
        "description": "short reads | paired",
        "engine": "WDL_LENIENT",
        "main": "workflows/main.wdl",
        "parameterTemplate": {"fastq": {"description": "R1"}, "bed": {"optional": True}},
        "storageType": "STATIC",
        "storageCapacity": 4800,
        "accelerators": "GPU",
    }
    workflow = make_workflow(**params, definitionZip=definition("workflows/main.wdl"))
    described = omics.get_workflow(id=workflow)
    assert {name: described[name] for name in params} == params
    assert (described["type"], described["tags"]) == ("PRIVATE", {})
    assert {"definition", "readme"} & described.keys() == set()


@pytest.mark.documented("W4.1")
@pytest.mark.parametrize(
    ("file", "engine"),
    [("main.wdl", "WDL"), ("main.nf", "NEXTFLOW"), ("main.cwl", "CWL"), ("README", None)],
)
def test_engine_is_detected_from_the_definition(
    omics: Client, make_workflow: MakeWorkflow, file: str, engine: str | None
) -> None:
    described = omics.get_workflow(
        id=make_workflow(definitionZip=definition(file, "doc/README.md"))
    )
    assert described.get("engine") == engine


@pytest.mark.documented("W4.1")
def test_definition_repository_is_returned(omics: Client) -> None:
    repository = {
        "connectionArn": CONNECTION,
        "fullRepositoryId": "lab/align",
        "sourceReference": {"type": "TAG", "value": "v1"},
    }
    created = omics.create_workflow(
        definitionRepository={**repository, "excludeFilePatterns": ["test/*"]}
    )
    described = omics.get_workflow(id=created["id"])
    assert described["definitionRepositoryDetails"] == repository


@pytest.mark.documented("W4.1")
def test_names_need_not_be_unique(omics: Client, make_workflow: MakeWorkflow) -> None:
    ids = [make_workflow(name="align") for _ in range(2)]
    assert [found["id"] for found in omics.list_workflows(name="align")["items"]] == ids


@pytest.mark.documented("W4.1")
def test_digest_depends_on_the_definition(omics: Client, make_workflow: MakeWorkflow) -> None:
    zipped = definition("main.wdl")
    zips = [zipped, zipped, definition("other.wdl")]
    one, same, other = (
        omics.get_workflow(id=make_workflow(definitionZip=z))["digest"] for z in zips
    )
    assert re.fullmatch("sha256:[0-9a-f]{64}", one)
    assert one == same != other


SOURCES: dict[str, Any] = {
    "definitionZip": definition(),
    "definitionUri": "s3://defs/align.zip",
    "definitionRepository": {"connectionArn": CONNECTION, "fullRepositoryId": "lab/align"},
}
EXACTLY_ONE = (
    "Exactly one of definitionZip, definitionUri, definitionRepository must be specified, but "
)


@pytest.mark.our_choice("W4.1", "W13")
@pytest.mark.parametrize(
    ("named", "found"),
    [
        ([], "none was"),
        (["definitionZip", "definitionUri"], "definitionZip and definitionUri were"),
        (list(SOURCES), "definitionZip and definitionUri and definitionRepository were"),
    ],
)
def test_exactly_one_definition_is_required(omics: Client, named: list[str], found: str) -> None:
    params = {name: SOURCES[name] for name in named}
    with raises_validation(EXACTLY_ONE + found):
        omics.create_workflow(name="align", **params)
    workflow = omics.create_workflow(definitionUri="s3://defs/align.zip")["id"]
    with raises_validation(EXACTLY_ONE + found):
        omics.create_workflow_version(workflowId=workflow, versionName="v1", **params)


INVALID_ZIPS = {
    "text": b"no zip",
    "empty": b"",
    "truncated": definition()[:40],
    # The central directory is valid, but differs from the header of the file.
    "corrupted": definition().replace(b"main.wdl", b"evil.wdl", 1),
}


@pytest.mark.observed("W4.1", "W12")
@pytest.mark.parametrize("invalid_zip", INVALID_ZIPS.values(), ids=INVALID_ZIPS)
def test_invalid_zip_creates_a_failed_workflow(omics: Client, invalid_zip: bytes) -> None:
    created = omics.create_workflow(definitionZip=invalid_zip)
    assert created["status"] == "CREATING"
    described = omics.get_workflow(id=created["id"])
    assert (described["status"], described["statusMessage"]) == ("FAILED", "Invalid zip file")


@pytest.mark.observed("W12")
def test_parameter_description_is_limited_to_256_characters(make_workflow: MakeWorkflow) -> None:
    text = "x" * 257
    with raises_violations(
        f"Value '{text}' at 'parameterTemplate.joint_mutect2.member.description' must have length "
        "less than or equal to 256"
    ):
        make_workflow(parameterTemplate={"joint_mutect2": {"description": text}})


@pytest.mark.documented("W1")
def test_name_with_control_character_is_rejected(
    omics: Client, make_workflow: MakeWorkflow
) -> None:
    with raises_violations(
        "Value 'a\nb' at 'name' must satisfy regular expression pattern: "
        r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+"
    ):
        make_workflow(name="a\nb")
    assert omics.list_workflows()["items"] == []


@pytest.mark.documented("W4.1")
def test_repeated_request_id_returns_the_first_workflow(
    omics: Client, make_workflow: MakeWorkflow
) -> None:
    first = make_workflow(requestId="w-1", name="align")
    assert make_workflow(requestId="w-1", name="align") == first
    with raises_conflict("The requestId w-1 was used before with other parameters"):
        make_workflow(requestId="w-1", name="sort")
    # The token is valid for this operation only.
    assert omics.create_run_group(requestId="w-1")["id"] != first


# -- reading and deletion --


@pytest.mark.observed("W12")
def test_unknown_workflow_is_not_found(omics: Client) -> None:
    for operation in (omics.get_workflow, omics.delete_workflow):
        with raises_not_found("Workflow 3910207 not found"):
            operation(id="3910207")


@pytest.mark.documented("W4.2")
def test_private_workflow_is_found_only_with_matching_type_and_owner(
    omics: Client, make_workflow: MakeWorkflow
) -> None:
    workflow = make_workflow()
    assert omics.get_workflow(id=workflow, type="PRIVATE")["id"] == workflow
    with raises_not_found(f"Workflow {workflow} not found"):
        omics.get_workflow(id=workflow, type="READY2RUN")
    assert omics.get_workflow(id=workflow, workflowOwnerId=ACCOUNT)["id"] == workflow
    with raises_not_found(f"Workflow {workflow} not found"):
        omics.get_workflow(id=workflow, workflowOwnerId="111111111111")


@pytest.mark.documented("W4.2")
@pytest.mark.parametrize("zipped", [definition(), b"no zip"], ids=["active", "failed"])
def test_active_or_failed_workflow_can_be_deleted(
    omics: Client, make_workflow: MakeWorkflow, zipped: bytes
) -> None:
    workflow = make_workflow(definitionZip=zipped)
    assert omics.delete_workflow(id=workflow)["ResponseMetadata"]["HTTPStatusCode"] == 202
    for operation in (omics.get_workflow, omics.delete_workflow):
        with raises_not_found(f"Workflow {workflow} not found"):
            operation(id=workflow)
    assert omics.list_workflows()["items"] == []


@pytest.mark.our_choice("W4.2")
def test_creating_workflow_can_neither_be_deleted_nor_run(
    omics: Client,
    make_workflow: MakeWorkflow,
    start_run: StartRun,
    progression: SetProgression,
) -> None:
    progression("workflow", progression="manual", times=2)
    workflow = make_workflow()
    with raises_conflict(
        f"Cannot delete workflow {workflow}: its status is CREATING, "
        "and it must be one of ACTIVE, FAILED"
    ):
        omics.delete_workflow(id=workflow)
    with raises_validation(f"Workflow {workflow} is not ACTIVE: its status is CREATING"):
        start_run(workflowId=workflow)
    seen = [omics.get_workflow(id=workflow)["status"] for _ in range(3)]
    assert seen == ["CREATING", "ACTIVE", "ACTIVE"]


@pytest.mark.our_choice("W2.3")
def test_failed_workflow_cannot_be_run(
    omics: Client, make_workflow: MakeWorkflow, start_run: StartRun
) -> None:
    workflow = make_workflow(definitionZip=b"no zip")
    with raises_validation(f"Workflow {workflow} is not ACTIVE: its status is FAILED"):
        start_run(workflowId=workflow)


@pytest.mark.documented("W4.2")
def test_runs_continue_after_deletion_of_the_workflow(
    omics: Client, start_run: StartRun, until_run: UntilRun, workflow_id: str
) -> None:
    run_id = start_run()["id"]
    until_run(run_id, "RUNNING")
    omics.delete_workflow(id=workflow_id)
    assert until_run(run_id, "COMPLETED")["workflowId"] == workflow_id
    assert omics.list_runs()["items"][0]["workflowId"] == workflow_id


# -- versions --


@pytest.fixture
def make_version(omics: Client, workflow_id: str) -> Callable[..., dict[str, Any]]:
    """``make_version("v1", engine="WDL")`` returns the response of CreateWorkflowVersion."""

    def create_with_definition(name: str, **params: Any) -> dict[str, Any]:
        response: dict[str, Any] = omics.create_workflow_version(
            workflowId=workflow_id, versionName=name, **{"definitionZip": definition(), **params}
        )
        return response

    return create_with_definition


MakeVersion = Callable[..., dict[str, Any]]


@pytest.mark.documented("W4.3", "W4.1")
def test_version_has_its_own_status_and_tags(
    omics: Client, make_version: MakeVersion, workflow_id: str
) -> None:
    created = make_version("2.0-rc.1", tags={"stage": "test"}, description="new aligner")
    names = {"workflowId": workflow_id, "versionName": "2.0-rc.1"}
    assert {**created, **names} == created
    assert (created["status"], created["tags"]) == ("CREATING", {"stage": "test"})
    assert created["arn"] == f"{ARN}{workflow_id}/version/2.0-rc.1"
    described = omics.get_workflow_version(**names)
    assert (described["status"], described["type"], described["uuid"]) == (
        "ACTIVE",
        "PRIVATE",
        created["uuid"],
    )
    assert described["description"] == "new aligner"
    assert omics.get_workflow(id=workflow_id)["tags"] == {}


@pytest.mark.documented("W4.3")
def test_version_inherits_nothing_from_the_workflow(
    omics: Client, make_workflow: MakeWorkflow
) -> None:
    settings = {
        "description": "d",
        "parameterTemplate": {"a": {}},
        "accelerators": "GPU",
        "main": "m",
    }
    workflow = make_workflow(**settings, storageType="STATIC", storageCapacity=1200)
    omics.create_workflow_version(
        workflowId=workflow, versionName="v1", definitionUri="s3://defs/v1.zip"
    )
    described = omics.get_workflow_version(workflowId=workflow, versionName="v1")
    assert {*settings, "storageType", "storageCapacity"} & described.keys() == set()


@pytest.mark.observed("W4.1")
def test_invalid_zip_creates_a_failed_version(
    omics: Client, make_version: MakeVersion, workflow_id: str, start_run: StartRun
) -> None:
    make_version("v1", definitionZip=b"no zip")
    described = omics.get_workflow_version(workflowId=workflow_id, versionName="v1")
    assert (described["status"], described["statusMessage"]) == ("FAILED", "Invalid zip file")


@pytest.mark.our_choice("W4.3", "W13")
def test_version_name_is_unique_within_the_workflow(
    omics: Client, make_version: MakeVersion, workflow_id: str, make_workflow: MakeWorkflow
) -> None:
    make_version("v1", requestId="v-1")
    with raises_conflict(f"Workflow {workflow_id} version v1 already exists"):
        make_version("v1")
    assert make_version("v1", requestId="v-1")["versionName"] == "v1"
    with raises_conflict("The requestId v-1 was used before with other parameters"):
        make_version("v2", requestId="v-1")
    # Names are unique within one workflow only, and case-sensitive.
    make_version("V1")
    omics.create_workflow_version(
        workflowId=make_workflow(), versionName="v1", definitionUri="s3://defs/v1.zip"
    )


@pytest.mark.our_choice("B17", "W4.3")
def test_unknown_version_is_not_found(
    omics: Client, make_version: MakeVersion, start_run: StartRun, workflow_id: str
) -> None:
    make_version("v1")
    with raises_not_found(f"Workflow {workflow_id} version v9 not found"):
        omics.get_workflow_version(workflowId=workflow_id, versionName="v9")
    with raises_not_found(f"Workflow {workflow_id} version v9 not found"):
        start_run(workflowVersionName="v9")
    with raises_not_found("Workflow 3910207 not found"):
        omics.create_workflow_version(
            workflowId="3910207", versionName="v1", definitionZip=definition()
        )


@pytest.mark.documented("W4.2")
def test_workflow_with_versions_cannot_be_deleted(
    omics: Client, make_version: MakeVersion, workflow_id: str
) -> None:
    make_version("v1")
    with raises_conflict(f"Workflow {workflow_id} cannot be deleted: it has versions"):
        omics.delete_workflow(id=workflow_id)
    assert omics.get_workflow(id=workflow_id)["status"] == "ACTIVE"


@pytest.mark.documented("W2.1", "W2.9", "W4.3")
def test_run_of_a_version_returns_version_settings(
    omics: Client, make_version: MakeVersion, start_run: StartRun, workflow_id: str
) -> None:
    make_version("v1", definitionZip=definition("other.nf"), accelerators="GPU")
    version_run = omics.get_run(id=start_run(workflowVersionName="v1")["id"])
    workflow_run = omics.get_run(id=start_run()["id"])
    described = omics.get_workflow_version(workflowId=workflow_id, versionName="v1")
    assert version_run["workflowVersionName"] == "v1"
    assert (version_run["digest"], version_run["accelerators"]) == (described["digest"], "GPU")
    assert "accelerators" not in workflow_run
    assert version_run["digest"] != workflow_run["digest"]
    listed = omics.list_runs()["items"]
    assert [run.get("workflowVersionName") for run in listed] == ["v1", None]
    # L91: the UUID tells which definition ran.
    assert version_run["workflowUuid"] != workflow_run["workflowUuid"]
    assert workflow_run["workflowUuid"] == omics.get_workflow(id=workflow_id)["uuid"]
