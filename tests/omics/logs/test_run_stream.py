"""The stream run/ID: a line for each thing that happens to the run (L20 to L24)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import ACCOUNT, REGION, Client
from moto_omics_batch import faults, results
from tests.omics.helpers import Clock, SetProgression, StartRun, UntilRun

from .conftest import GROUP, LogReader

TASKS = ("align", "call_variants")


def tasks_of(omics: Client, run_id: str) -> dict[str, str]:
    """Return the task ids of a run by name."""
    return {t["name"]: t["taskId"] for t in omics.list_run_tasks(id=run_id)["items"]}


#: The lines of a completed run, with the ids of its tasks.
COMPLETED_RUN = """
PENDING CREATING_RUN Creating your workflow run.
STARTING STARTING_RUN Provisioning infrastructure for your workflow run.
RUNNING RUNNING_WORKFLOW Your workflow is now running.
RUNNING IMPORTING_FILES Importing your workflow run input: s3://refs/hg38.fa
RUNNING IMPORT_COMPLETED Completed import of workflow run input: s3://refs/hg38.fa
RUNNING STARTING_TASK Starting workflow run task with name: align and taskId: {align}
RUNNING RUNNING_TASK Running workflow run task: name: align and taskId: {align}
RUNNING STARTING_TASK Starting workflow run task with name: call_variants and taskId: {call}
RUNNING RUNNING_TASK Running workflow run task: name: call_variants and taskId: {call}
RUNNING TASK_COMPLETED Workflow run task: name: align and taskId: {align} completed.
RUNNING TASK_COMPLETED Workflow run task: name: call_variants and taskId: {call} completed.
RUNNING EXPORTING_FILES Exporting your workflow run outputs to: s3://results/solo/{run}
RUNNING EXPORT_COMPLETED Completed export of workflow run outputs to: s3://results/solo/{run}
STOPPING STOPPING_RUN Deprovisioning infrastructure for your workflow run.
STOPPING MAX_FILE_SYSTEM_USAGE Max file system usage (Size, Used, Used %): 120GiB 120GiB 100%
STOPPING ENGINE_LOG_GENERATED Engine log stream: {group}:log-stream:run/{run}/engine
COMPLETED RUN_COMPLETED Workflow run completed.
"""


@pytest.mark.observed("L20", "L23")
def test_lines_of_a_completed_run(
    omics: Client, start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    run_id = start_run(
        workflowId=germline_id, parameters={"ref": "s3://refs/hg38.fa", "name": "HG002"}
    )["id"]
    until_run(run_id, "COMPLETED")
    tasks = tasks_of(omics, run_id)
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{GROUP}"
    expected = COMPLETED_RUN.format(
        run=run_id, group=group, align=tasks["align"], call=tasks["call_variants"]
    )
    lines = [" ".join(line) for line in reader.run_lines(run_id)]
    assert lines == expected.strip().splitlines()


@pytest.mark.observed("L23")
def test_lines_appear_with_the_status_of_the_run(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run_id = start_run()["id"]
    last = {
        "PENDING": "CREATING_RUN",
        "STARTING": "STARTING_RUN",
        "RUNNING": "RUNNING_TASK",
        "STOPPING": "ENGINE_LOG_GENERATED",
        "COMPLETED": "RUN_COMPLETED",
    }
    assert reader.kinds(run_id)[-1] == last["PENDING"]
    for status in ("STARTING", "RUNNING", "STOPPING", "COMPLETED"):
        until_run(run_id, status)
        assert reader.kinds(run_id)[-1] == last[status]


@pytest.mark.observed("L23")
def test_lines_of_a_run_that_fails_in_a_task(
    start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    faults.run_fails(task="align", failureReason="OUT_OF_MEMORY_ERROR")
    run_id = start_run(workflowId=germline_id)["id"]
    until_run(run_id, "FAILED")
    assert [(s, k) for s, k, _ in reader.run_lines(run_id)][7:] == [
        ("RUNNING", "TASK_FAILED"),
        ("STOPPING", "STOPPING_RUN"),
        ("STOPPING", "MAX_FILE_SYSTEM_USAGE"),
        ("STOPPING", "ENGINE_LOG_GENERATED"),
        ("FAILED", "RUN_FAILED"),
    ]
    assert "name: align and taskId" in reader.run_lines(run_id)[7][2]
    assert reader.run_lines(run_id)[-1][2] == "Workflow run failed."


@pytest.mark.our_choice("L24")
def test_an_export_that_fails_is_begun_and_not_completed(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    faults.run_fails(failureReason="EXPORT_FAILED")
    run_id = start_run()["id"]
    until_run(run_id, "FAILED")
    assert reader.kinds(run_id)[5:] == [
        "TASK_COMPLETED",
        "EXPORTING_FILES",
        "STOPPING_RUN",
        "MAX_FILE_SYSTEM_USAGE",
        "ENGINE_LOG_GENERATED",
        "RUN_FAILED",
    ]


@pytest.mark.our_choice("L24")
@pytest.mark.parametrize("status", ["PENDING", "STARTING"])
def test_lines_of_a_run_that_is_cancelled_before_it_is_running(
    omics: Client, start_run: StartRun, until_run: UntilRun, reader: LogReader, status: str
) -> None:
    run_id = start_run()["id"]
    if status != "PENDING":
        until_run(run_id, status)
    omics.cancel_run(id=run_id)
    until_run(run_id, "CANCELLED")
    begin = ["CREATING_RUN", "STARTING_RUN"][: 1 if status == "PENDING" else 2]
    assert reader.kinds(run_id) == [*begin, "STOPPING_RUN", "RUN_CANCELLED"]
    assert reader.run_lines(run_id)[-1] == (
        "CANCELLED",
        "RUN_CANCELLED",
        "Workflow run cancelled.",
    )
    assert reader.streams(f"run/{run_id}") == [f"run/{run_id}"]


@pytest.mark.our_choice("L24")
def test_a_running_run_that_is_cancelled_exports_nothing(
    omics: Client, start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run_id = start_run()["id"]
    until_run(run_id, "RUNNING")
    omics.cancel_run(id=run_id)
    until_run(run_id, "CANCELLED")
    assert reader.kinds(run_id)[5:] == [
        "STOPPING_RUN",
        "MAX_FILE_SYSTEM_USAGE",
        "ENGINE_LOG_GENERATED",
        "RUN_CANCELLED",
    ]


@pytest.mark.our_choice("L24")
def test_a_task_that_fails_while_the_run_starts_fails_in_that_status(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    faults.run_fails(failureReason="ECR_PERMISSION_ERROR", at="STARTING")
    run_id = start_run()["id"]
    until_run(run_id, "FAILED")
    assert [(s, k) for s, k, _ in reader.run_lines(run_id)][2:] == [
        ("STARTING", "TASK_FAILED"),
        ("STOPPING", "STOPPING_RUN"),
        ("FAILED", "RUN_FAILED"),
    ]


@pytest.mark.our_choice("L24")
def test_a_run_that_fails_after_its_tasks_were_done_tells_the_failure_at_the_end(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    faults.run_fails(failureReason="OUT_OF_MEMORY_ERROR", at="STOPPING", statusMessage="no memory")
    run_id = start_run()["id"]
    until_run(run_id, "FAILED")
    assert [(s, k) for s, k, _ in reader.run_lines(run_id)][-2:] == [
        ("STOPPING", "TASK_FAILED"),
        ("FAILED", "RUN_FAILED"),
    ]
    assert reader.lines(f"run/{run_id}/engine")[-1] == "no memory"


@pytest.mark.our_choice("L23")
def test_the_timeout_is_that_of_the_run_group(
    omics: Client, start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    group_id = omics.create_run_group(name="short", maxDuration=90)["id"]
    run_id = start_run(runGroupId=group_id)["id"]
    until_run(run_id, "STARTING")
    assert reader.run_lines(run_id)[-1] == (
        "STARTING",
        "SET_WORKFLOW_TIMEOUT",
        "Your workflow will be timed out after: 90 minutes.",
    )


@pytest.mark.observed("L23")
def test_a_ready2run_run_has_a_timeout(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run_id = start_run(workflowId="1830181", workflowType="READY2RUN")["id"]
    until_run(run_id, "STOPPING")
    message = "Your workflow will be timed out after: 1200 minutes."
    assert ("STARTING", "SET_WORKFLOW_TIMEOUT", message) in reader.run_lines(run_id)
    usage = "Max file system usage (Size, Used, Used %): 1200GiB 120GiB 10%"
    assert ("STOPPING", "MAX_FILE_SYSTEM_USAGE", usage) in reader.run_lines(run_id)


@pytest.mark.our_choice("L24", "L36")
def test_a_result_of_the_run_cache_is_completed_at_once_and_never_starts(
    omics: Client, start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    results.task("align", cacheHit=True, stdout=["never printed"])
    run_id = start_run(workflowId=germline_id)["id"]
    until_run(run_id, "RUNNING")
    align, call = (tasks_of(omics, run_id)[name] for name in TASKS)
    named = [(k, m.rpartition("taskId: ")[2]) for _, k, m in reader.run_lines(run_id)[3:]]
    assert named == [
        ("TASK_COMPLETED", f"{align} completed."),
        ("STARTING_TASK", call),
        ("RUNNING_TASK", call),
    ]
    until_run(run_id, "COMPLETED")
    assert reader.kinds(run_id).count("TASK_COMPLETED") == 2
    assert reader.streams(f"run/{run_id}/task/") == []


# -- times --


@pytest.mark.documented("L20", "L38")
def test_events_have_the_times_of_the_run(
    start_run: StartRun,
    omics: Client,
    progression: SetProgression,
    germline_id: str,
    clock: Clock,
    reader: LogReader,
) -> None:
    progression("run", progression="time", seconds=60)
    begin, run_id = clock.now, start_run(workflowId=germline_id)["id"]
    # More than the 14 days after which PutLogEvents takes no event.
    clock.now += timedelta(days=40)
    omics.list_runs()
    epoch = int((begin - begin.replace(1970, 1, 1, 0)).total_seconds()) * 1000
    seconds = [(event["timestamp"] - epoch) / 1000 for event in reader.events(f"run/{run_id}")]
    assert seconds == [0, 60, *[120] * 5, 150, *[180] * 6, 240]
    (stream,) = reader.describe(f"run/{run_id}/engine")
    assert (stream["creationTime"] - epoch) / 1000 == 120
    assert (stream["lastEventTimestamp"] - epoch) / 1000 == 180
    assert stream["lastIngestionTime"] - epoch == 40 * 24 * 3600 * 1000


@pytest.mark.our_choice("L38")
def test_a_task_that_takes_longer_than_its_run_is_completed_when_the_run_stops(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    results.task("align", runningSeconds=3600)
    run_id = start_run()["id"]
    until_run(run_id, "COMPLETED")
    events = reader.events(f"run/{run_id}")
    assert [e["timestamp"] for e in events] == sorted(e["timestamp"] for e in events)
    assert reader.kinds(run_id)[-1] == "RUN_COMPLETED"
