"""Settings of the Nextflow engine, and the version that GetRun shows (L105, L106, L123)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, StartBatch, Until
from tests.omics.helpers import StartRun, raises_validation, requires_member

VERSIONS = "22.04.0, 23.10.0, 24.10.8, 25.10.0, 26.04.0, 22.04, 23.10, 24.10, 25.10, 26.04"

MakeWorkflow = Callable[..., str]

start_run_has_them = requires_member("StartRunRequest", "engineSettings")


@pytest.fixture
def workflow(omics: Client) -> MakeWorkflow:
    """``workflow("NEXTFLOW")`` creates a workflow; returns its id."""

    def make(engine: str | None, **definition: Any) -> str:
        definition = definition or {"definitionUri": "s3://defs/w.zip"}
        engine_of = {"engine": engine} if engine else {}
        return str(omics.create_workflow(**engine_of, **definition)["id"])

    return make


@pytest.mark.documented("L106")
@pytest.mark.parametrize(
    ("engine", "version"),
    [("NEXTFLOW", "26.04.0"), ("WDL", None), ("WDL_LENIENT", None), ("CWL", None), (None, None)],
)
def test_engine_version_is_that_of_nextflow(
    omics: Client, start_run: StartRun, workflow: MakeWorkflow, engine: str, version: str | None
) -> None:
    run = omics.get_run(id=start_run(workflowId=workflow(engine))["id"])
    assert run.get("engineVersion") == version


@pytest.mark.documented("L106", "L123")
@start_run_has_them
@pytest.mark.parametrize(
    ("asked", "used"), [("25.10", "25.10.0"), ("24.10.8", "24.10.8"), ("26.04", "26.04.0")]
)
def test_engine_version_is_shown_in_the_long_form(
    omics: Client, start_run: StartRun, workflow: MakeWorkflow, asked: str, used: str
) -> None:
    settings = {"engineVersion": asked}
    run_id = start_run(workflowId=workflow("NEXTFLOW"), engineSettings=settings)["id"]
    run = omics.get_run(id=run_id)
    assert (run["engineVersion"], run["engineSettings"]) == (used, settings)


@pytest.mark.documented("L105", "L123")
@start_run_has_them
def test_engine_settings_are_returned_with_unknown_keys(
    omics: Client, start_run: StartRun, workflow: MakeWorkflow
) -> None:
    settings = {"syntaxVersion": "v2", "outputFormat": "none", "agentMode": True, "x": {"y": [1]}}
    run_id = start_run(workflowId=workflow("NEXTFLOW"), engineSettings=settings)["id"]
    assert omics.get_run(id=run_id)["engineSettings"] == settings


INVALID: list[tuple[dict[str, Any], str]] = [
    (
        {"engineVersion": "21.04"},
        f"'engineSettings.engineVersion' must be one of {VERSIONS}, not '21.04'",
    ),
    (
        {"engineVersion": "25.10", "syntaxVersion": "v2"},
        "'engineSettings.syntaxVersion' v2 needs engineVersion 26.04.0, not 25.10.0",
    ),
    (
        {"outputFormat": "xml"},
        "'engineSettings.outputFormat' must be one of json, text, none, not 'xml'",
    ),
]


@pytest.mark.our_choice("L105", "L123")
@start_run_has_them
@pytest.mark.parametrize(("settings", "message"), INVALID)
def test_invalid_engine_settings_are_rejected(
    omics: Client,
    start_run: StartRun,
    start_batch: StartBatch,
    workflow: MakeWorkflow,
    settings: dict[str, Any],
    message: str,
) -> None:
    workflow_id = workflow("NEXTFLOW")
    with raises_validation(message):
        start_run(workflowId=workflow_id, engineSettings=settings)
    with raises_validation(message.replace("'eng", "'defaultRunSetting.eng", 1)):
        start_batch(workflowId=workflow_id, engineSettings=settings)
    assert omics.list_runs()["items"] == omics.list_batch()["items"] == []


@pytest.mark.our_choice("L105")
@start_run_has_them
@pytest.mark.parametrize("engine", ["WDL", None])
def test_engine_settings_of_other_engines_are_not_checked(
    start_run: StartRun, start_batch: StartBatch, workflow: MakeWorkflow, engine: str | None
) -> None:
    workflow_id, settings = workflow(engine), {"engineVersion": "1", "profile": 5}
    started = start_run(workflowId=workflow_id, engineSettings=settings)
    assert started["status"] == "PENDING"
    assert start_batch(workflowId=workflow_id, engineSettings=settings)


@pytest.mark.documented("L105", "B62")
@requires_member("InlineSetting", "engineSettings")
def test_invalid_engine_settings_fail_the_batch_entry(
    omics: Client, start_batch: StartBatch, until: Until, workflow: MakeWorkflow
) -> None:
    entries = [
        {"runSettingId": "wrong", "engineSettings": {"engineVersion": "21.04"}},
        {"runSettingId": "right", "engineSettings": {"engineVersion": "25.10"}},
        {"runSettingId": "default"},
    ]
    batch_id = start_batch(
        entries, workflowId=workflow("NEXTFLOW"), engineSettings={"engineVersion": "24.10"}
    )
    until(batch_id, "INPROGRESS")
    wrong, *others = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert (wrong["submissionFailureReason"], wrong["submissionFailureMessage"]) == (
        "ValidationException",
        f"'engineSettings.engineVersion' must be one of {VERSIONS}, not '21.04'",
    )
    versions = [omics.get_run(id=run["runId"])["engineVersion"] for run in others]
    assert versions == ["25.10.0", "24.10.8"]


@pytest.mark.documented("L105", "L94")
@start_run_has_them
def test_profile_must_be_one_of_the_workflow(
    omics: Client, start_run: StartRun, workflow: MakeWorkflow
) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("main.nf", "workflow { }\n")
        zipped.writestr("nextflow.config", "profiles { test { params.x = 1 }\n gpu { } }\n")
    workflow_id = workflow("NEXTFLOW", definitionZip=archive.getvalue())
    for profile in ("test", "standard", "test,gpu"):
        run = start_run(workflowId=workflow_id, engineSettings={"profile": profile})
        assert omics.get_run(id=run["id"])["engineSettings"] == {"profile": profile}
    text = "'engineSettings.profile' must be one of gpu, standard, test, not 'cpu'"
    with raises_validation(text):
        start_run(workflowId=workflow_id, engineSettings={"profile": "cpu"})
