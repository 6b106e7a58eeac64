"""Run parameters and tasks of inspected definitions (L33, L81, L85)."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ROLE, Client, StartBatch, Until
from tests.omics.helpers import StartRun, list_entries, raises_validation
from tests.omics.workflows.definitions import CRAM_PARAMETERS, CRAM_TO_BAM, CreateFrom


@pytest.mark.documented("L81", "L85")
@pytest.mark.parametrize("prefix", ["", "CramToBamFlow."])
def test_run_parameters_are_compared_with_the_inferred_template(
    create_from: CreateFrom, start_run: StartRun, prefix: str
) -> None:
    workflow = create_from({"main.wdl": CRAM_TO_BAM})["id"]
    parameters = {f"{prefix}{name}": value for name, value in CRAM_PARAMETERS.items()}
    start_run(workflowId=workflow, parameters=parameters)
    del parameters[f"{prefix}input_cram"]
    with raises_validation("Missing required workflow parameters: input_cram"):
        start_run(workflowId=workflow, parameters=parameters)
    with raises_validation("Unexpected workflow parameters: Other.input_cram"):
        start_run(workflowId=workflow, parameters={**parameters, "Other.input_cram": "x"})


@pytest.mark.our_choice("L81")
def test_an_inferred_template_without_parameters_does_not_restrict_runs(
    omics: Client, create_from: CreateFrom, start_run: StartRun
) -> None:
    workflow = create_from({"main.wdl": "version 1.0\nworkflow w { }\n"})["id"]
    assert omics.get_workflow(id=workflow)["parameterTemplate"] == {}
    assert start_run(workflowId=workflow, parameters={"x": 1})["status"] == "PENDING"


@pytest.mark.our_choice("L85")
def test_both_names_of_a_parameter_are_refused(
    create_from: CreateFrom, start_run: StartRun
) -> None:
    workflow = create_from({"main.wdl": CRAM_TO_BAM})["id"]
    both = {**CRAM_PARAMETERS, "CramToBamFlow.sample_name": "HG002"}
    with raises_validation("Unexpected workflow parameters: CramToBamFlow.sample_name"):
        start_run(workflowId=workflow, parameters=both)


@pytest.mark.observed("L85")
def test_template_may_have_the_long_names(create_from: CreateFrom, start_run: StartRun) -> None:
    template: dict[str, Any] = {"CramToBamFlow.input_cram": {}}
    workflow = create_from({"main.wdl": CRAM_TO_BAM}, parameterTemplate=template)["id"]
    for name in ("input_cram", "CramToBamFlow.input_cram"):
        start_run(workflowId=workflow, parameters={name: "s3://reads/HG002.cram"})
    with raises_validation("Missing required workflow parameters: CramToBamFlow.input_cram"):
        start_run(workflowId=workflow)


@pytest.mark.our_choice("L85")
def test_merged_parameters_of_a_batch_have_one_name_each(
    omics: Client, create_from: CreateFrom, start_batch: StartBatch, until: Until
) -> None:
    workflow = create_from({"main.wdl": CRAM_TO_BAM})["id"]
    entries = [
        {"runSettingId": "long", "parameters": {"CramToBamFlow.input_cram": "s3://reads/a"}},
        {"runSettingId": "both", "parameters": {"CramToBamFlow.sample_name": "HG003"}},
    ]
    shared = {name: v for name, v in CRAM_PARAMETERS.items() if name != "input_cram"}
    batch = start_batch(entries, workflowId=workflow, parameters=shared)
    until(batch, "INPROGRESS")
    accepted, refused = list_entries(omics, batch)
    assert accepted["submissionStatus"] == "SUCCESS"
    assert refused["submissionFailureMessage"] == (
        "Unexpected workflow parameters: CramToBamFlow.sample_name"
    )


@pytest.mark.documented("L33", "L82")
def test_tasks_ask_for_what_the_definition_says(omics: Client, create_from: CreateFrom) -> None:
    workflow = create_from({"main.wdl": CRAM_TO_BAM})["id"]
    run = omics.start_run(
        workflowId=workflow, roleArn=ROLE, outputUri="s3://results", parameters=CRAM_PARAMETERS
    )
    tasks = omics.list_run_tasks(id=run["id"])["items"]
    assert [(t["name"], t["cpus"], t["memory"], t["instanceType"]) for t in tasks] == [
        ("CramToBamTask", 4, 8, "omics.c.xlarge"),
        ("ValidateSamFile", 1, 4, "omics.c.large"),
    ]
