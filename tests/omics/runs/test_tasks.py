"""Run tasks: names from the WDL definition, statuses from their run."""

from __future__ import annotations

import io
import zipfile

import pytest

from conftest import ACCOUNT, REGION, ROLE, Client, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import raises_not_found, requires_member

WDL = """version 1.0
workflow cohort {            # call nothing
  input { Array[String] samples = ["HG002"] }
  call align { input: read = "}" }
  scatter (s in samples) { call sort as sort_bam }
  call align as again { input: read = "R2" }
}
task align { input { String read } command <<< bcftools call mv >>> }
task sort { command <<< >>> }
"""


def zip_files(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_wdl", ".wdl"), text)
    return buffer.getvalue()


def start_wdl_run(omics: Client, definition: bytes, **workflow: str) -> str:
    created = omics.create_workflow(name="cohort", definitionZip=definition, **workflow)
    run = omics.start_run(workflowId=created["id"], roleArn=ROLE, outputUri="s3://results")
    return str(run["id"])


def task_names(omics: Client, run_id: str) -> list[str]:
    return [task["name"] for task in omics.list_run_tasks(id=run_id)["items"]]


@pytest.mark.our_choice("W3")
def test_tasks_are_named_after_wdl_calls(omics: Client) -> None:
    run_id = start_wdl_run(omics, zip_files(main_wdl=WDL))
    assert task_names(omics, run_id) == ["align", "sort_bam", "again"]


@pytest.mark.our_choice("W3")
@pytest.mark.parametrize(
    ("files", "main"),
    [
        ({"main_wdl": "version 1.0\ntask only { command {} }"}, None),
        ({"a/x_wdl": WDL, "a/y_wdl": WDL}, None),
        ({"main.nf": "workflow { }"}, None),
    ],
    ids=["no workflow", "no main file", "nextflow"],
)
def test_default_is_one_task_named_after_the_workflow(
    omics: Client, files: dict[str, str], main: str | None
) -> None:
    run_id = start_wdl_run(omics, zip_files(**files), **({"main": main} if main else {}))
    assert task_names(omics, run_id) == ["cohort"]


@pytest.mark.our_choice("W3")
def test_main_selects_the_wdl_file(omics: Client) -> None:
    other = "workflow w { call one } task one { command {} }"
    run_id = start_wdl_run(omics, zip_files(main_wdl=WDL, other_wdl=other), main="other.wdl")
    assert task_names(omics, run_id) == ["one"]


@pytest.mark.documented("W3")
def test_task_has_its_own_id_and_log_stream(omics: Client) -> None:
    run_id = start_wdl_run(omics, zip_files(main_wdl=WDL))
    items = omics.list_run_tasks(id=run_id)["items"]
    ids = {item["taskId"] for item in items} | {run_id}
    assert len(ids) == 4
    assert all(len(i) == 7 and i.isdigit() for i in ids)
    assert "logStream" not in items[0]
    task = omics.get_run_task(id=run_id, taskId=items[1]["taskId"])
    assert task["logStream"] == (
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/omics/WorkflowLog:"
        f"log-stream:run/{run_id}/task/{items[1]['taskId']}"
    )
    assert (task["name"], task["cpus"], task["memory"], task["gpus"]) == ("sort_bam", 1, 1, 0)
    assert task["instanceType"] == "omics.c.large"


@requires_member("TaskListItem", "uuid")
@pytest.mark.documented("W3")
def test_task_has_its_own_uuid(omics: Client, start_batch: StartBatch, until: Until) -> None:
    batch_id = start_batch(["a", "b"])
    until(batch_id, "INPROGRESS")
    runs = [run["runId"] for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]]
    runs.append(start_wdl_run(omics, zip_files(main_wdl=WDL)))
    uuids = [task["uuid"] for run in runs for task in omics.list_run_tasks(id=run)["items"]]
    assert len(set(uuids)) == len(uuids) == 5


@pytest.mark.documented("W3")
def test_task_statuses_follow_the_run(omics: Client) -> None:
    run_id = start_wdl_run(omics, zip_files(main_wdl=WDL))
    task_id = omics.list_run_tasks(id=run_id)["items"][0]["taskId"]
    tasks = [omics.get_run_task(id=run_id, taskId=task_id) for _ in range(4)]
    assert [task["status"] for task in tasks] == ["STARTING", "RUNNING", "STOPPING", "COMPLETED"]
    assert "startTime" not in tasks[0]
    assert tasks[1]["startTime"] >= tasks[1]["creationTime"]
    assert tasks[3]["stopTime"] >= tasks[3]["startTime"]
    assert omics.get_run(id=run_id)["status"] == "COMPLETED"


@pytest.mark.documented("W3")
def test_cancelled_run_has_cancelled_tasks(omics: Client) -> None:
    run_id = start_wdl_run(omics, zip_files(main_wdl=WDL))
    omics.cancel_run(id=run_id)
    while omics.get_run(id=run_id)["status"] != "CANCELLED":
        pass
    statuses = {task["status"] for task in omics.list_run_tasks(id=run_id)["items"]}
    assert statuses == {"CANCELLED"}


@pytest.mark.our_choice("W2.11", "W3")
def test_tasks_of_a_failed_run_have_the_failure_reason(omics: Client) -> None:
    run_id = start_wdl_run(omics, zip_files(main_wdl=WDL))
    faults.run_fails(runId=run_id, failureReason="OUT_OF_MEMORY_ERROR", statusMessage="too small")
    faults.advance(run_id, to="FAILED")
    item = omics.list_run_tasks(id=run_id, status="FAILED")["items"][0]
    assert "failureReason" not in item
    task = omics.get_run_task(id=run_id, taskId=item["taskId"])
    assert (task["failureReason"], task["statusMessage"]) == ("OUT_OF_MEMORY_ERROR", "too small")


@pytest.mark.documented("W3", "W10")
def test_tasks_are_filtered_by_status_and_paged(omics: Client) -> None:
    run_id = start_wdl_run(omics, zip_files(main_wdl=WDL))
    assert omics.list_run_tasks(id=run_id, status="RUNNING")["items"] == []
    first = omics.list_run_tasks(id=run_id, status="PENDING", maxResults=2)
    rest = omics.list_run_tasks(
        id=run_id, status="PENDING", maxResults=2, startingToken=first["nextToken"]
    )
    assert [t["name"] for t in first["items"] + rest["items"]] == ["align", "sort_bam", "again"]
    assert "nextToken" not in rest


@pytest.mark.our_choice("W3")
def test_unknown_run_or_task_is_not_found(omics: Client) -> None:
    one, other = (start_wdl_run(omics, zip_files(main_wdl=WDL)) for _ in range(2))
    other_task_id = omics.list_run_tasks(id=other)["items"][0]["taskId"]
    with raises_not_found("Run 1 not found"):
        omics.list_run_tasks(id="1")
    with raises_not_found("Run 1 not found"):
        omics.get_run_task(id="1", taskId=other_task_id)
    with raises_not_found(f"Task {other_task_id} not found"):
        omics.get_run_task(id=one, taskId=other_task_id)


@pytest.mark.our_choice("W3", "B40")
def test_failed_get_run_task_does_not_advance_the_run(omics: Client) -> None:
    run_id = start_wdl_run(omics, zip_files(main_wdl=WDL))
    with raises_not_found("Task 1 not found"):
        omics.get_run_task(id=run_id, taskId="1")
    assert omics.get_run(id=run_id)["status"] == "STARTING"


@pytest.mark.our_choice("W3")
def test_runs_of_a_batch_have_separate_tasks(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["a", "b"])
    until(batch_id, "INPROGRESS")
    runs = [run["runId"] for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]]
    tasks = [omics.list_run_tasks(id=run_id)["items"] for run_id in runs]
    assert [len(items) for items in tasks] == [1, 1]
    assert tasks[0][0]["taskId"] != tasks[1][0]["taskId"]
