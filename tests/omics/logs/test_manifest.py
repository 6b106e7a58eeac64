"""The stream manifest/run/ID/UUID: a line for the run and one for each task (L27 to L36)."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from moto.sqs.models import SQSBackend

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient
from moto_omics_batch import faults, results
from tests.omics.event_queue import EventQueue, event_pattern
from tests.omics.helpers import Clock, SetProgression, StartRun, UntilRun

from .conftest import LogReader, wdl

ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:"
BWA = "123456789012.dkr.ecr.us-east-1.amazonaws.com/bwa:1"
BWA_DIGEST = f"sha256:{hashlib.sha256(BWA.encode()).hexdigest()}"

#: Settings of a run, and the members of its line that are known beforehand.
NIGHTLY_SETTINGS: dict[str, Any] = {
    "roleArn": ROLE,
    "outputUri": "s3://results/dv/",
    "name": "nightly",
    "priority": 5,
    "retentionMode": "REMOVE",
    "logLevel": "ALL",
    "storageType": "STATIC",
    "parameters": {"ref": "s3://refs/hg38.fa", "reads": ["s3://refs/none.fq"], "name": "HG002"},
    "storageCapacity": 2000,
}
NIGHTLY: dict[str, Any] = {
    **NIGHTLY_SETTINGS,
    "storageCapacity": 2400,
    "creationTime": "2026-10-01T12:00:00.157Z",
    "startTime": "2026-10-01T12:02:00.157Z",
    "stopTime": "2026-10-01T12:04:00.157Z",
    "engine": "WDL",
    "main": "main.wdl",
    "metrics": {
        "runningSeconds": 120,
        "storageAverageGiB": 72.0,
        "storageMaximumGiB": 120.0,
        "storageReservedGiB": 2400.0,
    },
    "runCacheBehavior": "CACHE_ON_FAILURE",
    "status": "COMPLETED",
    "workflowType": "PRIVATE",
}


@pytest.fixture
def timed(progression: SetProgression, clock: Clock) -> Clock:
    """The clock of runs that make a transition every 60 seconds, from 2026-10-01 12:00 on."""
    progression("run", progression="time", seconds=60)
    return clock


def end_all(omics: Client, clock: Clock) -> None:
    """Let all runs end."""
    clock.now += timedelta(minutes=10)
    omics.list_runs()


@pytest.mark.observed("L28", "L29", "L34")
def test_members_of_the_run_line(
    omics: Client, client: MakeClient, germline_id: str, timed: Clock, reader: LogReader
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="refs")
    etag = s3.put_object(Bucket="refs", Key="hg38.fa", Body=b"ACGT")["ETag"].strip('"')
    group_id = omics.create_run_group(name="lab")["id"]
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache/runs/")["id"]
    timed.now += timedelta(microseconds=157_999)
    run = omics.start_run(
        workflowId=germline_id, runGroupId=group_id, cacheId=cache_id, **NIGHTLY_SETTINGS
    )
    end_all(omics, timed)
    line = reader.manifest(run["id"])[0]
    workflow = omics.get_workflow(id=germline_id)
    expected = {
        **NIGHTLY,
        "arn": run["arn"],
        "digest": workflow["digest"],
        "parameterTemplate": workflow["parameterTemplate"],
        "resourceDigests": {"s3://refs/hg38.fa": f"etag:{etag}", BWA: BWA_DIGEST},
        "runCache": f"{ARN}runCache/{cache_id}",
        "runGroup": f"{ARN}runGroup/{group_id}",
        "startedBy": omics.get_run(id=run["id"])["startedBy"],
        "uuid": run["uuid"],
        "workflow": f"{ARN}workflow/{germline_id}",
    }
    assert line == expected
    assert list(line) == sorted(line)


@pytest.mark.observed("L30", "L31", "L32", "L33")
def test_members_of_the_task_lines(
    omics: Client, start_run: StartRun, germline_id: str, timed: Clock, reader: LogReader
) -> None:
    run_id = start_run(workflowId=germline_id)["id"]
    end_all(omics, timed)
    align, call = reader.manifest(run_id)[1:]
    tasks = {t["name"]: t for t in omics.list_run_tasks(id=run_id)["items"]}
    task_id = tasks["align"]["taskId"]
    assert align == {
        "arn": f"{ARN}task/{task_id}",
        "cpus": 16,
        "creationTime": "2026-10-01T12:00:00.000Z",
        "gpus": 0,
        "image": BWA,
        "imageDigest": BWA_DIGEST,
        "instanceType": "omics.c.4xlarge",
        "memory": 30,
        "metrics": {
            "cpusAverage": 8.64,
            "cpusMaximum": 14.4,
            "cpusReserved": 16,
            "gpusReserved": 0,
            "memoryAverageGiB": 9.0,
            "memoryMaximumGiB": 15.0,
            "memoryReservedGiB": 32,
            "runningSeconds": 30,
        },
        "name": "align",
        "run": f"{ARN}run/{run_id}",
        "startTime": "2026-10-01T12:02:00.000Z",
        "status": "COMPLETED",
        "stopTime": "2026-10-01T12:02:30.000Z",
        "uuid": align["uuid"],
    }
    assert list(align) == sorted(align)
    assert list(align["metrics"]) == sorted(align["metrics"])
    # Nothing is known of the other: the defaults, and no image.
    assert (call["cpus"], call["memory"], call["instanceType"]) == (1, 1, "omics.c.large")
    assert not {"image", "imageDigest", "failureReason"} & set(call)


@pytest.mark.our_choice("L32")
def test_storage_of_a_dynamic_run_is_what_it_used(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run = until_run(start_run(storageType="DYNAMIC")["id"], "COMPLETED")
    line = reader.manifest(run["id"])[0]
    assert (line["storageType"], line["storageCapacity"]) == ("DYNAMIC", 120)
    assert line["storageCapacity"] == run["storageCapacity"]
    assert line["metrics"]["storageReservedGiB"] == line["metrics"]["storageMaximumGiB"] == 120.0


@pytest.mark.observed("L28")
def test_members_that_a_run_does_not_have_are_left_out(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run_id = start_run()["id"]
    until_run(run_id, "COMPLETED")
    absent = {"name", "priority", "run", "runGroup", "runCache", "runCacheBehavior"}
    absent |= {"parameters", "resourceDigests", "workflowVersion", "workflowOwnerId"}
    line = reader.manifest(run_id)[0]
    assert not absent & set(line)
    assert None not in line.values()


@pytest.mark.observed("L28")
def test_the_line_of_a_run_of_a_version_and_of_its_repetition(
    omics: Client, start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    omics.create_workflow_version(
        workflowId=germline_id, versionName="2.0", definitionZip=wdl(), main="main.wdl"
    )
    first = start_run(workflowId=germline_id, workflowVersionName="2.0")["id"]
    until_run(first, "COMPLETED")
    second = omics.start_run(runId=first, roleArn=ROLE, outputUri="s3://results")["id"]
    until_run(second, "COMPLETED")
    line = reader.manifest(second)[0]
    assert line["workflow"] == f"{ARN}workflow/{germline_id}"
    assert line["workflowVersion"] == f"{ARN}workflow/{germline_id}/version/2.0"
    assert line["run"] == f"{ARN}run/{first}"


@pytest.mark.observed("L28")
def test_the_arn_of_a_ready2run_workflow_has_no_account(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run_id = start_run(workflowId="1830181", workflowType="READY2RUN")["id"]
    until_run(run_id, "COMPLETED")
    line = reader.manifest(run_id)[0]
    assert line["workflow"] == f"arn:aws:omics:{REGION}::workflow/1830181"
    assert (line["workflowType"], line["storageCapacity"]) == ("READY2RUN", 1200)


@pytest.mark.observed("L30")
def test_lines_of_a_failed_run(
    omics: Client, start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    faults.run_fails(task="align", failureReason="OUT_OF_MEMORY_ERROR")
    run_id = start_run(workflowId=germline_id)["id"]
    run = until_run(run_id, "FAILED")
    line, align, call = reader.manifest(run_id)
    members = "status", "failureReason", "statusMessage"
    assert [line[m] for m in members] == [run[m] for m in members]
    assert line["failureReason"] == "RUN_TASK_FAILED"
    (failed,) = omics.list_run_tasks(id=run_id, status="FAILED")["items"]
    task = omics.get_run_task(id=run_id, taskId=failed["taskId"])
    assert [align[m] for m in members] == [task[m] for m in members]
    assert align["failureReason"] == "OUT_OF_MEMORY_ERROR"
    assert call["status"] == "CANCELLED"
    assert "failureReason" not in call


@pytest.mark.our_choice("L27")
def test_a_cancelled_run_has_a_manifest_once_it_was_running(
    omics: Client, start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    early, late = start_run()["id"], start_run()["id"]
    until_run(early, "STARTING")
    until_run(late, "RUNNING")
    for run_id in (early, late):
        omics.cancel_run(id=run_id)
        until_run(run_id, "CANCELLED")
    assert reader.streams("manifest/run/") == [
        f"manifest/run/{late}/{omics.get_run(id=late)['uuid']}"
    ]
    assert [line["status"] for line in reader.manifest(late)] == ["CANCELLED", "CANCELLED"]


@pytest.mark.observed("L27")
def test_the_manifest_is_there_when_the_last_event_is_delivered(
    client: MakeClient,
    start_run: StartRun,
    until_run: UntilRun,
    reader: LogReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    EventQueue(client, event_pattern("Run"))
    run_id = start_run()["id"]
    streams: dict[str, list[str]] = {}
    send_message = SQSBackend.send_message

    def look_and_send(self: SQSBackend, **members: Any) -> Any:
        status = json.loads(members["message_body"])["detail"]["status"]
        streams[status] = reader.streams(f"manifest/run/{run_id}/")
        return send_message(self, **members)

    monkeypatch.setattr(SQSBackend, "send_message", look_and_send)
    until_run(run_id, "COMPLETED")
    assert streams["STOPPING"] == []
    assert len(streams["COMPLETED"]) == 1


@pytest.mark.our_choice("L36")
def test_a_result_of_the_run_cache_has_no_times(
    start_run: StartRun, until_run: UntilRun, germline_id: str, reader: LogReader
) -> None:
    results.task("align", cacheHit=True)
    run_id = start_run(workflowId=germline_id)["id"]
    until_run(run_id, "COMPLETED")
    _, align, call = reader.manifest(run_id)
    assert (align["status"], align["cpus"], align["memory"]) == ("COMPLETED", 16, 30)
    assert not {"creationTime", "startTime", "stopTime", "metrics", "instanceType"} & set(align)
    assert {"creationTime", "startTime", "stopTime", "metrics", "instanceType"} < set(call)


@pytest.mark.our_choice("L31", "L57")
def test_declared_properties_of_tasks_are_those_of_the_manifest(
    omics: Client, start_run: StartRun, germline_id: str, timed: Clock, reader: LogReader
) -> None:
    results.task(
        "align",
        cpus=4,
        memory=16,
        runningSeconds=12.5,
        metrics={"memoryMaximumGiB": 15.2, "cpusAverage": 1.25},
    )
    run_id = start_run(workflowId=germline_id)["id"]
    end_all(omics, timed)
    align = reader.manifest(run_id)[1]
    assert (align["cpus"], align["memory"], align["instanceType"]) == (4, 16, "omics.m.xlarge")
    assert align["stopTime"] == "2026-10-01T12:02:12.500Z"
    assert align["metrics"] == {
        "cpusAverage": 1.25,
        "cpusMaximum": 3.6,
        "cpusReserved": 4,
        "gpusReserved": 0,
        "memoryAverageGiB": 9.12,
        "memoryMaximumGiB": 15.2,
        "memoryReservedGiB": 16,
        "runningSeconds": 12.5,
    }
