"""The streams run/ID/engine and run/ID/task/TASKID (L22, L26)."""

from __future__ import annotations

import pytest

from conftest import Client
from moto_omics_batch import faults, results
from tests.omics.helpers import Settings, StartRun, UntilRun

from .conftest import LogReader


@pytest.mark.our_choice("L22")
def test_the_engine_writes_from_running_on(
    start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    run_id = start_run(workflowId=germline_id)["id"]
    until_run(run_id, "STARTING")
    assert reader.streams(f"run/{run_id}/") == []
    run = until_run(run_id, "RUNNING")
    started = f"Started workflow germline as run {run_id}."
    assert reader.lines(f"run/{run_id}/engine") == [started]
    assert run["logLocation"]["engineLogStream"].endswith(f":log-stream:run/{run_id}/engine")
    until_run(run_id, "COMPLETED")
    assert reader.lines(f"run/{run_id}/engine") == [started, "Workflow germline completed."]


@pytest.mark.our_choice("L22")
def test_a_workflow_without_a_name_is_named_by_its_id(
    omics: Client, start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    workflow_id = omics.create_workflow(definitionUri="s3://workflows/a.zip")["id"]
    run_id = start_run(workflowId=workflow_id)["id"]
    omics.cancel_run(id=until_run(run_id, "RUNNING")["id"])
    assert reader.lines(f"run/{run_id}/engine") == [
        f"Started workflow {workflow_id} as run {run_id}.",
        f"Workflow {workflow_id} was cancelled.",
    ]


@pytest.mark.documented("L22", "L26")
def test_the_engine_stream_of_a_failed_run_ends_with_its_status_message(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    text = "check JSON input; unknown input/output: germline.align.threads"
    faults.run_fails(failureReason="WORKFLOW_RUN_FAILED", statusMessage=text)
    run_id = start_run()["id"]
    until_run(run_id, "STOPPING")
    assert reader.lines(f"run/{run_id}/engine")[1:] == [text]
    assert until_run(run_id, "FAILED")["statusMessage"] == text
    assert reader.lines(f"run/{run_id}/engine")[1:] == [text]


@pytest.mark.documented("L20", "L26")
def test_a_task_stream_has_the_declared_lines_of_output(
    omics: Client, start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    results.task("align", stdout=["MONITORING 12 %", "done"])
    run_id = start_run(workflowId=germline_id)["id"]
    until_run(run_id, "STARTING")
    assert reader.streams(f"run/{run_id}/task/") == []
    until_run(run_id, "RUNNING")
    tasks = {t["name"]: t["taskId"] for t in omics.list_run_tasks(id=run_id)["items"]}
    assert reader.streams(f"run/{run_id}/task/") == [f"run/{run_id}/task/{tasks['align']}"]
    task = omics.get_run_task(id=run_id, taskId=tasks["align"])
    group, _, stream = task["logStream"].partition(":log-stream:")
    found = reader.logs.get_log_events(logGroupIdentifier=group, logStreamName=stream)["events"]
    assert [event["message"] for event in found] == ["MONITORING 12 %", "done"]


@pytest.mark.documented("L20")
def test_tasks_that_are_declared_in_the_settings_write_output(
    start_run: StartRun,
    until_run: UntilRun,
    germline_id: str,
    reader: LogReader,
    settings: Settings,
) -> None:
    settings(logs=True, tasks=[{"task": "call_variants", "stdout": ["gatk"]}])
    run_id = start_run(workflowId=germline_id)["id"]
    until_run(run_id, "COMPLETED")
    (stream,) = reader.streams(f"run/{run_id}/task/")
    assert reader.lines(stream) == ["gatk"]
