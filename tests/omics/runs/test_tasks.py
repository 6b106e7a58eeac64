"""Run tasks: named after the calls of the WDL, and sharing the life of their run."""

from __future__ import annotations

import io
import zipfile

import pytest

from conftest import ACCOUNT, REGION, ROLE, Client, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import raises_not_found, requires_member

WDL = """version 1.0
workflow cohort {            # call nothing
  call align { input: read = "}" }
  scatter (s in samples) { call tools.sort as sort_bam }
  call align as again
}
task align { command <<< bcftools call mv >>> }
"""


def zipped(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("_wdl", ".wdl"), text)
    return buffer.getvalue()


def start(omics: Client, definition: bytes, **workflow: str) -> str:
    created = omics.create_workflow(name="cohort", definitionZip=definition, **workflow)
    run = omics.start_run(workflowId=created["id"], roleArn=ROLE, outputUri="s3://results")
    return str(run["id"])


def names(omics: Client, run_id: str) -> list[str]:
    return [task["name"] for task in omics.list_run_tasks(id=run_id)["items"]]


@pytest.mark.our_choice("W3")
def test_tasks_are_named_after_the_calls_of_the_wdl(omics: Client) -> None:
    run_id = start(omics, zipped(main_wdl=WDL))
    assert names(omics, run_id) == ["align", "sort_bam", "again"]


@pytest.mark.our_choice("W3")
@pytest.mark.parametrize(
    ("files", "main"),
    [
        ({"main_wdl": "version 1.0\ntask only { }"}, None),
        ({"a_wdl": WDL, "b_wdl": WDL}, None),
        ({"a_wdl": WDL}, "missing.wdl"),
        ({"main.nf": "workflow { }"}, None),
    ],
    ids=["no workflow", "no main", "main missing", "nextflow"],
)
def test_else_one_task_is_named_after_the_workflow(
    omics: Client, files: dict[str, str], main: str | None
) -> None:
    run_id = start(omics, zipped(**files), **({"main": main} if main else {}))
    assert names(omics, run_id) == ["cohort"]


@pytest.mark.our_choice("W3")
def test_main_names_the_file_that_is_read(omics: Client) -> None:
    other = "workflow w { call one }"
    run_id = start(omics, zipped(main_wdl=WDL, other_wdl=other), main="other.wdl")
    assert names(omics, run_id) == ["one"]


@pytest.mark.documented("W3")
def test_a_task_has_an_id_and_an_arn_stream_of_its_own(omics: Client) -> None:
    run_id = start(omics, zipped(main_wdl=WDL))
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
    assert (task["name"], task["cpus"], task["memory"], task["gpus"]) == ("sort_bam", 2, 4, 0)
    assert task["instanceType"] == "omics.c.large"


@requires_member("TaskListItem", "uuid")
@pytest.mark.documented("W3")
def test_a_task_has_a_uuid_of_its_own(omics: Client, start_batch: StartBatch, until: Until) -> None:
    batch_id = start_batch(["a", "b"])
    until(batch_id, "INPROGRESS")
    runs = [run["runId"] for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]]
    runs.append(start(omics, zipped(main_wdl=WDL)))
    uuids = [task["uuid"] for run in runs for task in omics.list_run_tasks(id=run)["items"]]
    assert len(set(uuids)) == len(uuids) == 5


@pytest.mark.documented("W3")
def test_tasks_follow_their_run(omics: Client) -> None:
    run_id = start(omics, zipped(main_wdl=WDL))
    task_id = omics.list_run_tasks(id=run_id)["items"][0]["taskId"]
    seen = [omics.get_run_task(id=run_id, taskId=task_id) for _ in range(4)]
    assert [task["status"] for task in seen] == ["STARTING", "RUNNING", "STOPPING", "COMPLETED"]
    assert "startTime" not in seen[0]
    assert seen[1]["startTime"] >= seen[1]["creationTime"]
    assert seen[3]["stopTime"] >= seen[3]["startTime"]
    assert omics.get_run(id=run_id)["status"] == "COMPLETED"


@pytest.mark.documented("W3")
def test_a_cancelled_run_has_cancelled_tasks(omics: Client) -> None:
    run_id = start(omics, zipped(main_wdl=WDL))
    omics.cancel_run(id=run_id)
    while omics.get_run(id=run_id)["status"] != "CANCELLED":
        pass
    statuses = {task["status"] for task in omics.list_run_tasks(id=run_id)["items"]}
    assert statuses == {"CANCELLED"}


@pytest.mark.our_choice("W2.11", "W3")
def test_the_tasks_of_a_failed_run_tell_why(omics: Client) -> None:
    run_id = start(omics, zipped(main_wdl=WDL))
    faults.run_fails(runId=run_id, failureReason="OUT_OF_MEMORY_ERROR", statusMessage="too small")
    faults.advance(run_id, to="FAILED")
    item = omics.list_run_tasks(id=run_id, status="FAILED")["items"][0]
    assert "failureReason" not in item
    task = omics.get_run_task(id=run_id, taskId=item["taskId"])
    assert (task["failureReason"], task["statusMessage"]) == ("OUT_OF_MEMORY_ERROR", "too small")


@pytest.mark.documented("W3", "W10")
def test_tasks_are_filtered_by_status_and_paged(omics: Client) -> None:
    run_id = start(omics, zipped(main_wdl=WDL))
    assert omics.list_run_tasks(id=run_id, status="RUNNING")["items"] == []
    first = omics.list_run_tasks(id=run_id, status="PENDING", maxResults=2)
    rest = omics.list_run_tasks(
        id=run_id, status="PENDING", maxResults=2, startingToken=first["nextToken"]
    )
    assert [t["name"] for t in first["items"] + rest["items"]] == ["align", "sort_bam", "again"]
    assert "nextToken" not in rest


@pytest.mark.our_choice("W3")
def test_unknown_runs_and_tasks_are_not_found(omics: Client) -> None:
    one, other = (start(omics, zipped(main_wdl=WDL)) for _ in range(2))
    foreign = omics.list_run_tasks(id=other)["items"][0]["taskId"]
    with raises_not_found("Run 1 not found"):
        omics.list_run_tasks(id="1")
    with raises_not_found("Run 1 not found"):
        omics.get_run_task(id="1", taskId=foreign)
    with raises_not_found(f"Task {foreign} not found"):
        omics.get_run_task(id=one, taskId=foreign)


@pytest.mark.our_choice("W3", "B40")
def test_a_refused_get_run_task_does_not_move_the_run(omics: Client) -> None:
    run_id = start(omics, zipped(main_wdl=WDL))
    with raises_not_found("Task 1 not found"):
        omics.get_run_task(id=run_id, taskId="1")
    assert omics.get_run(id=run_id)["status"] == "STARTING"


@pytest.mark.our_choice("W3")
def test_the_runs_of_a_batch_have_tasks_of_their_own(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["a", "b"])
    until(batch_id, "INPROGRESS")
    runs = [run["runId"] for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]]
    tasks = [omics.list_run_tasks(id=run_id)["items"] for run_id in runs]
    assert [len(of_run) for of_run in tasks] == [1, 1]
    assert tasks[0][0]["taskId"] != tasks[1][0]["taskId"]
