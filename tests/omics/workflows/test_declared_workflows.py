"""The READY2RUN catalogue, and workflows that the settings of the mock declare (W5)."""

from __future__ import annotations

import pytest

from conftest import ROLE, Client, MakeClient
from moto_omics_batch import faults
from tests.omics.helpers import Settings, error_of, raises_not_found, raises_validation

RUN = {"roleArn": ROLE, "outputUri": "s3://results"}
TEMPLATE = {"reads": {"description": "FASTQ files", "optional": False}, "depth": {"optional": True}}


@pytest.mark.observed("W5")
@pytest.mark.parametrize(
    ("workflow_id", "parameters"),
    [
        ("9500764", ["sample_name", "fastq_pairs"]),
        ("4974161", ["inputFASTQ_1", "inputFASTQ_2"]),
        ("2174942", ["samplename", "input", "protocol"]),
    ],
)
def test_catalogue_workflows_have_their_parameters(
    omics: Client, workflow_id: str, parameters: list[str]
) -> None:
    workflow = omics.get_workflow(id=workflow_id, type="READY2RUN")
    assert list(workflow["parameterTemplate"]) == parameters
    ready2run = {**RUN, "workflowId": workflow_id, "workflowType": "READY2RUN"}
    first, *rest = parameters
    missing = ", ".join(sorted(rest))
    with raises_validation(f"Missing required workflow parameters: {missing}"):
        omics.start_run(**ready2run, parameters={first: "x"})
    started = omics.start_run(**ready2run, parameters=dict.fromkeys(parameters, "x"))
    assert started["status"] == "PENDING"


@pytest.mark.observed("W5")
def test_the_name_of_the_germline_workflow(omics: Client) -> None:
    name = omics.get_workflow(id="9500764", type="READY2RUN")["name"]
    assert name == "GATK-BP Germline fq2vcf for 30x genome"


@pytest.mark.our_choice("W5")
def test_a_declared_workflow_has_a_template(omics: Client, settings: Settings) -> None:
    settings(
        workflows=[
            "7654321",
            {"id": "1234567", "name": "germline", "engine": "WDL", "parameterTemplate": TEMPLATE},
        ]
    )
    workflow = omics.get_workflow(id="1234567")
    assert (workflow["name"], workflow["engine"], workflow["status"]) == (
        "germline",
        "WDL",
        "ACTIVE",
    )
    assert workflow["parameterTemplate"] == TEMPLATE
    with raises_validation("Unexpected workflow parameters: read"):
        omics.start_run(workflowId="1234567", **RUN, parameters={"read": "x"})
    omics.start_run(workflowId="1234567", **RUN, parameters={"reads": "x"})
    # The other has none, and accepts any parameters.
    omics.start_run(workflowId="7654321", **RUN, parameters={"read": "x"})


@pytest.mark.our_choice("W4.3", "W5")
def test_a_declared_workflow_has_versions(
    omics: Client, settings: Settings, client: MakeClient
) -> None:
    version = {"versionName": "v2", "parameterTemplate": TEMPLATE}
    settings(workflows=[{"id": "1234567", "versions": ["v1", version]}])
    listed = omics.list_workflow_versions(workflowId="1234567")["items"]
    assert [item["versionName"] for item in listed] == ["v1", "v2"]
    found = omics.get_workflow_version(workflowId="1234567", versionName="v2")
    assert (found["status"], found["parameterTemplate"]) == ("ACTIVE", TEMPLATE)
    run = {"workflowId": "1234567", **RUN, "parameters": {"x": 1}}
    omics.start_run(**run, workflowVersionName="v1")
    with raises_validation("Unexpected workflow parameters: x"):
        omics.start_run(**run, workflowVersionName="v2")


@pytest.mark.our_choice("W5")
def test_a_declared_ready2run_workflow_is_found_only_with_its_type(
    omics: Client, settings: Settings
) -> None:
    declared = {
        "id": "5555555",
        "name": "fq2bam",
        "type": "READY2RUN",
        "parameterTemplate": TEMPLATE,
        "versions": ["3.0.0"],
    }
    settings(workflows=[declared])
    with raises_not_found("Workflow 5555555 not found"):
        omics.get_workflow(id="5555555")
    workflow = omics.get_workflow(id="5555555", type="READY2RUN")
    assert (workflow["name"], workflow["type"]) == ("fq2bam", "READY2RUN")
    assert workflow["arn"] == "arn:aws:omics:us-east-1::workflow/5555555"
    version = {"workflowId": "5555555", "type": "READY2RUN"}
    (listed,) = omics.list_workflow_versions(**version)["items"]
    assert listed["versionName"] == "3.0.0"
    found = omics.get_workflow_version(**version, versionName="3.0.0")
    assert (found["type"], found["status"]) == ("READY2RUN", "ACTIVE")
    assert error_of(omics.get_workflow_version, **version, versionName="4.0.0")[2] == (
        "Workflow 5555555 version 4.0.0 not found"
    )
    started = omics.start_run(
        workflowId="5555555",
        workflowType="READY2RUN",
        workflowVersionName="3.0.0",
        **RUN,
    )
    faults.advance(started["id"], to="COMPLETED")
    ready = omics.list_workflows(type="READY2RUN")["items"]
    assert [item["id"] for item in ready][-1] == "5555555"


@pytest.mark.our_choice("W5")
def test_a_declaration_replaces_a_workflow_of_the_catalogue(
    omics: Client, settings: Settings
) -> None:
    assert "parameterTemplate" not in omics.get_workflow(id="1830181", type="READY2RUN")
    settings(workflows=[{"id": "1830181", "type": "READY2RUN", "parameterTemplate": TEMPLATE}])
    workflow = omics.get_workflow(id="1830181", type="READY2RUN")
    assert workflow["parameterTemplate"] == TEMPLATE
    ids = [item["id"] for item in omics.list_workflows(type="READY2RUN")["items"]]
    assert len(ids) == len(set(ids)) == 5


@pytest.mark.our_choice("W5")
def test_declared_workflows_remain_when_the_settings_change(
    omics: Client, settings: Settings
) -> None:
    settings(workflows=["1234567", {"id": "5555555", "type": "READY2RUN"}])
    omics.list_workflows()
    settings(workflows=["1234567", {"id": "5555555", "type": "READY2RUN", "name": "other"}])
    assert omics.get_workflow(id="1234567")["status"] == "ACTIVE"
    assert omics.get_workflow(id="5555555", type="READY2RUN")["name"] == "workflow-5555555"
