"""What public tools read: the run analyser and rerun of AWS, monitoring, log viewers (L37)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from conftest import ROLE, Client, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import StartRun, UntilRun

from .conftest import GROUP, LogReader


@pytest.mark.observed("L37")
def test_the_analyser_finds_runs_by_prefix_and_reads_up_to_the_last_event(
    omics: Client, start_batch: StartBatch, until: Until, germline_id: str, reader: LogReader
) -> None:
    batch_id = start_batch(["s1", "s2"], workflowId=germline_id)
    until(batch_id, "PROCESSED")
    runs = {run["id"]: run for run in omics.list_runs(batchId=batch_id)["items"]}
    streams = reader.describe("manifest/run/")
    assert len(streams) == len(runs) == 2
    for stream in streams:
        name = re.match(r"^manifest/run/(\d+)/([a-f0-9-]+)$", stream["logStreamName"])
        assert name
        assert omics.get_run(id=name[1])["uuid"] == name[2]
        found = reader.logs.get_log_events(
            logGroupName=GROUP,
            logStreamName=stream["logStreamName"],
            startTime=stream["creationTime"],
            endTime=stream["lastEventTimestamp"] + 1,
        )["events"]
        lines = [json.loads(event["message"]) for event in found]
        lines.sort(key=lambda line: line["creationTime"])
        assert lines[0]["arn"] == runs[name[1]]["arn"]
        assert all(line["metrics"] for line in lines)
        assert [line["instanceType"] for line in lines[1:]] == ["omics.c.4xlarge", "omics.c.large"]


@pytest.mark.observed("L37")
def test_a_run_can_be_started_again_from_its_manifest(
    omics: Client, start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    group_id = omics.create_run_group(name="lab")["id"]
    first = start_run(
        workflowId=germline_id,
        name="HG002",
        priority=3,
        runGroupId=group_id,
        parameters={"name": "HG002"},
        logLevel="ALL",
        storageType="STATIC",
        storageCapacity=2400,
        retentionMode="REMOVE",
    )["id"]
    until_run(first, "COMPLETED")
    events = reader.events(f"manifest/run/{first}/{omics.get_run(id=first)['uuid']}")
    lines = [json.loads(event["message"]) for event in events]
    (line,) = [line for line in lines if line["arn"].endswith(f"run/{first}")]
    assert line["workflow"].split(":")[4] != ""
    same: tuple[str, ...] = ("roleArn", "name", "priority", "parameters", "storageCapacity")
    same += ("storageType", "retentionMode", "outputUri", "logLevel")
    second = omics.start_run(
        workflowId=line["workflow"].split("/")[-1],
        runGroupId=line["runGroup"].split("/")[-1],
        **{name: line[name] for name in same},
    )["id"]
    until_run(second, "COMPLETED")
    repeated = reader.manifest(second)[0]
    for name in (*same, "workflow", "runGroup"):
        assert repeated[name] == line[name]


@pytest.mark.observed("L37")
def test_monitoring_tells_run_and_task_lines_apart(
    start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    run_id = start_run(workflowId=germline_id)["id"]
    until_run(run_id, "COMPLETED")
    first = reader.streams(f"manifest/run/{run_id}")[0]
    lines: list[dict[str, Any]] = [json.loads(line) for line in reader.lines(first)]
    assert [":run/" in line["arn"] for line in lines] == [True, False, False]
    assert "cpus" not in lines[0]
    for line in lines[1:]:
        assert ":task/" in line["arn"]
        assert all(type(line[name]) is int for name in ("cpus", "memory", "gpus"))


@pytest.mark.observed("L37")
def test_a_diagnosis_reads_the_ends_of_engine_and_task_streams(
    omics: Client, start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    faults.run_fails(task="call_variants", failureReason="TASK_TIMED_OUT")
    run_id = start_run(workflowId=germline_id, roleArn=ROLE)["id"]
    run = until_run(run_id, "FAILED")
    (failed,) = omics.list_run_tasks(id=run_id, status="FAILED")["items"]
    tail = reader.logs.get_log_events(
        logGroupName=GROUP, logStreamName=f"run/{run_id}/engine", limit=1, startFromHead=False
    )["events"]
    assert [event["message"] for event in tail] == [run["statusMessage"]]
    assert failed["taskId"] in run["statusMessage"]
    found = reader.logs.filter_log_events(
        logGroupName=GROUP, logStreamNames=[f"run/{run_id}"], filterPattern="TASK_FAILED"
    )["events"]
    assert failed["taskId"] in found[0]["message"]


@pytest.mark.documented("L20")
def test_insights_queries_read_the_streams(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run_id = start_run()["id"]
    until_run(run_id, "COMPLETED")
    time = reader.events(f"run/{run_id}")[0]["timestamp"] // 1000
    query = reader.logs.start_query(
        logGroupName=GROUP,
        startTime=time - 60,
        endTime=time + 60,
        queryString="fields @timestamp, @message | limit 3",
    )["queryId"]
    results = reader.logs.get_query_results(queryId=query)["results"]
    assert len(results) == 3
