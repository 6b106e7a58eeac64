"""Workflows and versions: how they are made, found and deleted, and what runs tell of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, Client, definition
from tests.omics.helpers import (
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
def make(omics: Client) -> MakeWorkflow:
    """``make(name="align")`` → the id of a workflow, which is ACTIVE by the next request."""

    def create(**given: Any) -> str:
        return str(omics.create_workflow(**{"definitionZip": definition(), **given})["id"])

    return create


# -- made ----------------------------------------------------------------------------------------


@pytest.mark.documented("W4.1")
def test_a_workflow_is_creating_at_first_and_then_active(omics: Client) -> None:
    created = omics.create_workflow(name="align", definitionZip=definition(), tags={"a": "b"})
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert re.fullmatch(r"\d{7}", created["id"])
    assert created["arn"] == ARN + created["id"]
    assert (created["status"], created["tags"]) == ("CREATING", {"a": "b"})
    shown = omics.get_workflow(id=created["id"])
    assert (shown["status"], shown["uuid"]) == ("ACTIVE", created["uuid"])


@pytest.mark.documented("W4.1")
def test_a_workflow_tells_what_it_was_made_of(omics: Client, make: MakeWorkflow) -> None:
    given = {
        "name": "align",
        "description": "short reads | paired",
        "engine": "WDL_LENIENT",
        "main": "workflows/main.wdl",
        "parameterTemplate": {"fastq": {"description": "R1"}, "bed": {"optional": True}},
        "storageType": "STATIC",
        "storageCapacity": 4800,
        "accelerators": "GPU",
    }
    shown = omics.get_workflow(id=make(**given))
    assert {name: shown[name] for name in given} == given
    assert (shown["type"], shown["tags"]) == ("PRIVATE", {})
    assert {"definition", "readme", "statusMessage"} & shown.keys() == set()


@pytest.mark.documented("W4.1")
@pytest.mark.parametrize(
    ("file", "engine"),
    [("main.wdl", "WDL"), ("main.nf", "NEXTFLOW"), ("main.cwl", "CWL"), ("README", None)],
)
def test_the_engine_is_detected_when_it_is_not_named(
    omics: Client, make: MakeWorkflow, file: str, engine: str | None
) -> None:
    shown = omics.get_workflow(id=make(definitionZip=definition(file, "doc/README.md")))
    assert shown.get("engine") == engine


@pytest.mark.documented("W4.1")
def test_a_repository_is_told_again(omics: Client) -> None:
    repository = {
        "connectionArn": CONNECTION,
        "fullRepositoryId": "lab/align",
        "sourceReference": {"type": "TAG", "value": "v1"},
    }
    made = omics.create_workflow(
        definitionRepository={**repository, "excludeFilePatterns": ["test/*"]}
    )
    shown = omics.get_workflow(id=made["id"])
    assert shown["definitionRepositoryDetails"] == repository


@pytest.mark.documented("W4.1")
def test_names_need_not_be_unique(omics: Client, make: MakeWorkflow) -> None:
    ids = [make(name="align") for _ in range(2)]
    assert [found["id"] for found in omics.list_workflows(name="align")["items"]] == ids


@pytest.mark.documented("W4.1")
def test_the_digest_is_that_of_the_definition(omics: Client, make: MakeWorkflow) -> None:
    zipped = definition("main.wdl")
    zips = [zipped, zipped, definition("other.wdl")]
    one, same, other = (omics.get_workflow(id=make(definitionZip=z))["digest"] for z in zips)
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
def test_exactly_one_definition_is_given(omics: Client, named: list[str], found: str) -> None:
    given = {name: SOURCES[name] for name in named}
    with raises_validation(EXACTLY_ONE + found):
        omics.create_workflow(name="align", **given)
    workflow = omics.create_workflow(definitionUri="s3://defs/align.zip")["id"]
    with raises_validation(EXACTLY_ONE + found):
        omics.create_workflow_version(workflowId=workflow, versionName="v1", **given)


BROKEN = {
    "text": b"no zip",
    "nothing": b"",
    "cut": definition()[:40],
    # The directory at its end is whole; what it tells of the file is not what the file holds.
    "damaged": definition().replace(b"main.wdl", b"evil.wdl", 1),
}


@pytest.mark.observed("W4.1", "W12")
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_zip_makes_a_failed_workflow(omics: Client, broken: bytes) -> None:
    created = omics.create_workflow(definitionZip=broken)
    assert created["status"] == "CREATING"
    shown = omics.get_workflow(id=created["id"])
    assert (shown["status"], shown["statusMessage"]) == ("FAILED", "Invalid zip file")


@pytest.mark.observed("W12")
def test_a_description_in_the_template_that_is_too_long(make: MakeWorkflow) -> None:
    text = "x" * 257
    with raises_violations(
        f"Value '{text}' at 'parameterTemplate.joint_mutect2.member.description' must have length "
        "less than or equal to 256"
    ):
        make(parameterTemplate={"joint_mutect2": {"description": text}})


@pytest.mark.documented("W1")
def test_a_name_holds_no_control_character(omics: Client, make: MakeWorkflow) -> None:
    with raises_violations(
        "Value 'a\nb' at 'name' must satisfy regular expression pattern: "
        r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+"
    ):
        make(name="a\nb")
    assert omics.list_workflows()["items"] == []


@pytest.mark.documented("W4.1")
def test_the_same_request_id_makes_no_second_workflow(omics: Client, make: MakeWorkflow) -> None:
    first = make(requestId="w-1", name="align")
    assert make(requestId="w-1", name="align") == first
    with raises_conflict("The requestId w-1 was used before with other parameters"):
        make(requestId="w-1", name="sort")
    # The token is one for this operation alone.
    assert omics.create_run_group(requestId="w-1")["id"] != first


# -- found and deleted ---------------------------------------------------------------------------


@pytest.mark.observed("W12")
def test_a_workflow_that_is_unknown_is_not_found(omics: Client) -> None:
    for operation in (omics.get_workflow, omics.delete_workflow):
        with raises_not_found("Workflow 3910207 not found"):
            operation(id="3910207")


@pytest.mark.documented("W4.2")
def test_a_private_workflow_is_not_of_the_catalogue(omics: Client, make: MakeWorkflow) -> None:
    workflow = make()
    assert omics.get_workflow(id=workflow, type="PRIVATE")["id"] == workflow
    with raises_not_found(f"Workflow {workflow} not found"):
        omics.get_workflow(id=workflow, type="READY2RUN")
    assert omics.get_workflow(id=workflow, workflowOwnerId=ACCOUNT)["id"] == workflow
    with raises_not_found(f"Workflow {workflow} not found"):
        omics.get_workflow(id=workflow, workflowOwnerId="111111111111")


@pytest.mark.documented("W4.2")
@pytest.mark.parametrize("zipped", [definition(), b"no zip"], ids=["active", "failed"])
def test_a_workflow_is_deleted_when_it_is_active_or_failed(
    omics: Client, make: MakeWorkflow, zipped: bytes
) -> None:
    workflow = make(definitionZip=zipped)
    assert omics.delete_workflow(id=workflow)["ResponseMetadata"]["HTTPStatusCode"] == 202
    for operation in (omics.get_workflow, omics.delete_workflow):
        with raises_not_found(f"Workflow {workflow} not found"):
            operation(id=workflow)
    assert omics.list_workflows()["items"] == []


@pytest.mark.our_choice("W4.2")
def test_a_workflow_that_is_creating_is_neither_deleted_nor_run(
    omics: Client, make: MakeWorkflow, start_run: StartRun, progression: Callable[..., None]
) -> None:
    progression("workflow", progression="manual", times=2)
    workflow = make()
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
def test_a_failed_workflow_cannot_be_run(
    omics: Client, make: MakeWorkflow, start_run: StartRun
) -> None:
    workflow = make(definitionZip=b"no zip")
    with raises_validation(f"Workflow {workflow} is not ACTIVE: its status is FAILED"):
        start_run(workflowId=workflow)


@pytest.mark.documented("W4.2")
def test_running_runs_outlive_their_workflow(
    omics: Client, start_run: StartRun, until_run: UntilRun, workflow_id: str
) -> None:
    run_id = start_run()["id"]
    until_run(run_id, "RUNNING")
    omics.delete_workflow(id=workflow_id)
    assert until_run(run_id, "COMPLETED")["workflowId"] == workflow_id
    assert omics.list_runs()["items"][0]["workflowId"] == workflow_id


# -- versions ------------------------------------------------------------------------------------


@pytest.fixture
def version(omics: Client, workflow_id: str) -> Callable[..., dict[str, Any]]:
    """``version("v1", engine="WDL")`` → the answer of CreateWorkflowVersion."""

    def create(name: str, **given: Any) -> dict[str, Any]:
        answer: dict[str, Any] = omics.create_workflow_version(
            workflowId=workflow_id, versionName=name, **{"definitionZip": definition(), **given}
        )
        return answer

    return create


Version = Callable[..., dict[str, Any]]


@pytest.mark.documented("W4.3", "W4.1")
def test_a_version_has_a_life_and_tags_of_its_own(
    omics: Client, version: Version, workflow_id: str
) -> None:
    created = version("2.0-rc.1", tags={"stage": "test"}, description="new aligner")
    names = {"workflowId": workflow_id, "versionName": "2.0-rc.1"}
    assert {**created, **names} == created
    assert (created["status"], created["tags"]) == ("CREATING", {"stage": "test"})
    assert created["arn"] == f"{ARN}{workflow_id}/version/2.0-rc.1"
    shown = omics.get_workflow_version(**names)
    assert (shown["status"], shown["type"], shown["uuid"]) == ("ACTIVE", "PRIVATE", created["uuid"])
    assert shown["description"] == "new aligner"
    assert omics.get_workflow(id=workflow_id)["tags"] == {}


@pytest.mark.documented("W4.3")
def test_a_version_inherits_nothing(omics: Client, make: MakeWorkflow) -> None:
    told = {"description": "d", "parameterTemplate": {"a": {}}, "accelerators": "GPU", "main": "m"}
    workflow = make(**told, storageType="STATIC", storageCapacity=1200)
    omics.create_workflow_version(
        workflowId=workflow, versionName="v1", definitionUri="s3://defs/v1.zip"
    )
    shown = omics.get_workflow_version(workflowId=workflow, versionName="v1")
    assert {*told, "storageType", "storageCapacity"} & shown.keys() == set()


@pytest.mark.observed("W4.1")
def test_a_broken_zip_makes_a_failed_version(
    omics: Client, version: Version, workflow_id: str, start_run: StartRun
) -> None:
    version("v1", definitionZip=b"no zip")
    shown = omics.get_workflow_version(workflowId=workflow_id, versionName="v1")
    assert (shown["status"], shown["statusMessage"]) == ("FAILED", "Invalid zip file")


@pytest.mark.our_choice("W4.3", "W13")
def test_a_version_name_is_taken_once(
    omics: Client, version: Version, workflow_id: str, make: MakeWorkflow
) -> None:
    version("v1", requestId="v-1")
    with raises_conflict(f"Workflow {workflow_id} version v1 already exists"):
        version("v1")
    assert version("v1", requestId="v-1")["versionName"] == "v1"
    with raises_conflict("The requestId v-1 was used before with other parameters"):
        version("v2", requestId="v-1")
    # Names are those of one workflow, and letters count as they are.
    version("V1")
    omics.create_workflow_version(
        workflowId=make(), versionName="v1", definitionUri="s3://defs/v1.zip"
    )


@pytest.mark.our_choice("B17", "W4.3")
def test_a_version_that_is_unknown_is_not_found(
    omics: Client, version: Version, start_run: StartRun, workflow_id: str
) -> None:
    version("v1")
    with raises_not_found(f"Workflow {workflow_id} version v9 not found"):
        omics.get_workflow_version(workflowId=workflow_id, versionName="v9")
    with raises_not_found(f"Workflow {workflow_id} version v9 not found"):
        start_run(workflowVersionName="v9")
    with raises_not_found("Workflow 3910207 not found"):
        omics.create_workflow_version(
            workflowId="3910207", versionName="v1", definitionZip=definition()
        )


@pytest.mark.documented("W4.2")
def test_a_workflow_with_versions_is_not_deleted(
    omics: Client, version: Version, workflow_id: str
) -> None:
    version("v1")
    with raises_conflict(f"Workflow {workflow_id} cannot be deleted: it has versions"):
        omics.delete_workflow(id=workflow_id)
    assert omics.get_workflow(id=workflow_id)["status"] == "ACTIVE"


@pytest.mark.documented("W2.1", "W2.9", "W4.3")
def test_a_run_of_a_version_tells_of_it(
    omics: Client, version: Version, start_run: StartRun, workflow_id: str
) -> None:
    version("v1", definitionZip=definition("other.nf"), accelerators="GPU")
    of_version = omics.get_run(id=start_run(workflowVersionName="v1")["id"])
    of_workflow = omics.get_run(id=start_run()["id"])
    shown = omics.get_workflow_version(workflowId=workflow_id, versionName="v1")
    assert of_version["workflowVersionName"] == "v1"
    assert (of_version["digest"], of_version["accelerators"]) == (shown["digest"], "GPU")
    assert "accelerators" not in of_workflow
    assert of_version["digest"] != of_workflow["digest"]
    listed = omics.list_runs()["items"]
    assert [run.get("workflowVersionName") for run in listed] == ["v1", None]
    # The model calls it "the UUID of the workflow", which the version is not.
    assert of_version["workflowUuid"] == of_workflow["workflowUuid"]
