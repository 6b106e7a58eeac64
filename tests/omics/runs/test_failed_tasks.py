"""The tasks of failed and cancelled runs (L140 to L145)."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import Clock, SetProgression, run_ids

WDL = """version 1.0
workflow germline {
  call Align
  call Call
  call Report
}
"""
STREAMS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/omics/WorkflowLog:log-stream:run/"


@pytest.fixture
def germline(omics: Client) -> str:
    """The id of a workflow with the tasks Align, Call and Report."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("main.wdl", WDL)
        # Only the names of the calls are read: the tasks themselves are not here.
    request = {"engine": "WDL_LENIENT"}
    created = omics.create_workflow(name="germline", definitionZip=buffer.getvalue(), **request)
    return str(created["id"])


def start(omics: Client, workflow_id: str, **settings: object) -> str:
    run = omics.start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", **settings
    )
    return str(run["id"])


def tasks_of(omics: Client, run_id: str) -> dict[str, Answer]:
    """Return the tasks of a run by name, as GetRunTask describes them."""
    items = omics.list_run_tasks(id=run_id)["items"]
    return {t["name"]: omics.get_run_task(id=run_id, taskId=t["taskId"]) for t in items}


def statuses_of(tasks: dict[str, Answer]) -> dict[str, str]:
    return {name: task["status"] for name, task in tasks.items()}


@pytest.mark.documented("L143")
@pytest.mark.parametrize(
    ("task", "statuses"),
    [
        ("Align", ["FAILED", "CANCELLED", "CANCELLED"]),
        ("Call", ["COMPLETED", "FAILED", "CANCELLED"]),
        ("Report", ["COMPLETED", "COMPLETED", "FAILED"]),
    ],
)
def test_one_task_fails_and_later_ones_are_cancelled(
    omics: Client, germline: str, task: str, statuses: list[str]
) -> None:
    faults.run_fails(task=task, failureReason="OUT_OF_MEMORY_ERROR")
    run_id = start(omics, germline)
    faults.advance(run_id, to="FAILED")
    tasks = tasks_of(omics, run_id)
    assert list(statuses_of(tasks).items()) == list(
        zip(("Align", "Call", "Report"), statuses, strict=True)
    )
    with_reason = {name: t["failureReason"] for name, t in tasks.items() if "failureReason" in t}
    assert with_reason == {task: "OUT_OF_MEMORY_ERROR"}
    (failed,) = omics.list_run_tasks(id=run_id, status="FAILED")["items"]
    assert failed["name"] == task


@pytest.mark.observed("L140")
def test_the_run_names_its_failed_task(omics: Client, germline: str) -> None:
    faults.run_fails(task="Call")
    run_id = start(omics, germline)
    faults.advance(run_id, to="FAILED")
    run, task = omics.get_run(id=run_id), tasks_of(omics, run_id)["Call"]
    text = (
        f"Run failed due to task: Call, id: {task['taskId']}, failure. Use the GetRunTask API for "
        "more information as well as the CloudWatch logs log stream: "
        f"{STREAMS}{run_id}/task/{task['taskId']} to debug the failure."
    )
    assert (run["failureReason"], run["statusMessage"]) == ("RUN_TASK_FAILED", text)
    assert (task["failureReason"], task["statusMessage"]) == ("RUN_TASK_FAILED", text)


@pytest.mark.documented("L141")
def test_run_and_task_have_texts_of_their_own(omics: Client, germline: str) -> None:
    faults.run_fails(task="Call", failureReason="TASK_TIMED_OUT")
    run_id = start(omics, germline)
    faults.advance(run_id, to="FAILED")
    run, task = omics.get_run(id=run_id), tasks_of(omics, run_id)["Call"]
    assert run["statusMessage"].startswith(f"Run failed due to task: Call, id: {task['taskId']}, ")
    assert task["statusMessage"] == f"Task {task['taskId']} timed out after 604800 seconds."


@pytest.mark.documented("L141")
def test_texts_name_the_input_and_the_limit_of_the_group(omics: Client, germline: str) -> None:
    group = omics.create_run_group(maxDuration=90)["id"]
    faults.run_fails(failureReason="INPUT_URI_NOT_FOUND", times=1)
    faults.run_fails(failureReason="RUN_TIMED_OUT")
    messages = []
    for _ in range(2):
        run_id = start(omics, germline, runGroupId=group, parameters={"x": [1, "s3://b/reads.bam"]})
        faults.advance(run_id, to="FAILED")
        messages.append(omics.get_run(id=run_id)["statusMessage"])
    assert messages == [
        "The provided URI does not exist: s3://b/reads.bam.",
        "Run timeout after 90 minutes.",
    ]


@pytest.mark.our_choice("L145")
def test_a_completed_run_has_completed_tasks_only(omics: Client, germline: str) -> None:
    run_id = start(omics, germline)
    faults.advance(run_id, to="COMPLETED")
    assert set(statuses_of(tasks_of(omics, run_id)).values()) == {"COMPLETED"}


@pytest.mark.our_choice("L152", "L153", "L154")
def test_tasks_end_one_after_the_other_within_the_run(
    omics: Client, germline: str, progression: SetProgression, clock: Clock
) -> None:
    progression("run", progression="time", seconds=60)
    run_id = start(omics, germline)
    clock.now += timedelta(seconds=600)
    run, tasks = omics.get_run(id=run_id), tasks_of(omics, run_id)
    assert run["startTime"] - run["creationTime"] == timedelta(seconds=120)
    assert run["stopTime"] - run["startTime"] == timedelta(seconds=120)
    durations = {name: task["stopTime"] - task["startTime"] for name, task in tasks.items()}
    assert {name: d.total_seconds() for name, d in durations.items()} == {
        "Align": 20,
        "Call": 40,
        "Report": 60,
    }


@pytest.mark.our_choice("L142")
def test_the_last_task_fails_when_none_is_named(omics: Client, germline: str) -> None:
    faults.run_fails(failureReason="TASK_TIMED_OUT")
    run_id = start(omics, germline)
    faults.advance(run_id, to="FAILED")
    assert list(statuses_of(tasks_of(omics, run_id)).values()) == [
        "COMPLETED",
        "COMPLETED",
        "FAILED",
    ]


@pytest.mark.observed("L144")
def test_a_run_fails_without_a_failed_task(omics: Client, germline: str) -> None:
    faults.run_fails(failureReason="WORKFLOW_RUN_FAILED")
    run_id = start(omics, germline)
    faults.advance(run_id, to="FAILED")
    tasks = tasks_of(omics, run_id)
    assert set(statuses_of(tasks).values()) == {"CANCELLED"}
    assert not any("failureReason" in task for task in tasks.values())


@pytest.mark.our_choice("L143")
def test_a_task_that_never_started_has_no_start_and_no_log_stream(
    omics: Client, germline: str
) -> None:
    run_id = start(omics, germline)
    omics.cancel_run(id=run_id)
    faults.advance(run_id, to="CANCELLED")
    for task in tasks_of(omics, run_id).values():
        assert task["status"] == "CANCELLED"
        assert {"startTime", "logStream", "stopTime"} & set(task) == {"stopTime"}


@pytest.mark.our_choice("L142")
def test_a_fault_of_a_task_matches_runs_that_have_it(
    omics: Client, germline: str, start_batch: StartBatch, until: Until
) -> None:
    faults.run_fails(task="Call")
    batch_id = start_batch(["s1", "s2"])
    until(batch_id, "PROCESSED")
    assert omics.get_batch(batchId=batch_id)["runSummary"]["completedRunCount"] == 2
    germline_batch = start_batch(["s1"], workflowId=germline)
    faults.advance(germline_batch, to="PROCESSED")
    (run_id,) = run_ids(omics, germline_batch).values()
    assert omics.get_run(id=run_id)["status"] == "FAILED"


@pytest.mark.our_choice("L142")
def test_a_reason_that_no_task_has_is_refused_for_a_task(omics: Client) -> None:
    with pytest.raises(ValueError, match="no failureReason of a task 'IMPORT_FAILED'; there are "):
        faults.run_fails(task="Call", failureReason="IMPORT_FAILED")


@pytest.mark.our_choice("L142")
def test_a_run_with_a_hang_and_a_fault_of_a_task_reaches_its_end(
    omics: Client, germline: str, start_batch: StartBatch
) -> None:
    """`advance` knows beforehand which fault matches."""
    faults.run_fails(task="Call", at="STARTING")
    faults.run_hangs(at="RUNNING")
    faults.advance(start_batch(["s1"], workflowId=germline), to="PROCESSED")
    with pytest.raises(ValueError, match="does not reach PROCESSED"):
        faults.advance(start_batch(["s1"]), to="PROCESSED")
