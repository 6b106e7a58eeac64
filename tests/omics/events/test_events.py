"""Members of the events of HealthOmics (B95 to B97, W11)."""

from __future__ import annotations

import re

import pytest

from conftest import ACCOUNT, REGION, Client, StartBatch, Until, definition
from tests.omics.event_queue import Listen, event_pattern
from tests.omics.helpers import Clock, PutSettings, Settings, StartRun

ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def count_members(**nonzero: int) -> dict[str, str]:
    """Return the counts of a batch event: ``nonzero``, and "0" for all others."""
    starts = [f"{outcome}StartSubmissionCount" for outcome in ("successful", "failed", "pending")]
    statuses = "pending starting running stopping completed deleted failed cancelled"
    names = [*starts, *(f"{status}RunCount" for status in statuses.split())]
    assert set(nonzero) <= set(names)
    return {name: str(nonzero.get(name, 0)) for name in names}


@pytest.mark.documented("B95")
def test_batch_event_members(
    omics: Client, workflow_id: str, start_batch: StartBatch, listen: Listen
) -> None:
    queue = listen(event_pattern("RunBatch"))
    batch_id = start_batch(["s1", {"runSettingId": "s2", "outputUri": "no-uri"}, "s3"])
    batch = omics.get_batch(batchId=batch_id)
    for _ in range(2):
        omics.get_batch(batchId=batch_id)
    started, *_, submitted = (event["detail"] for event in queue.receive())
    common = {
        "omicsVersion": "1.0.0",
        "arn": f"{ARN}runBatch/{batch_id}",
        "batchId": batch_id,
        "uuid": batch["uuid"],
        "totalRuns": "3",
        "workflowId": workflow_id,
        "workflowArn": f"{ARN}workflow/{workflow_id}",
    }
    assert started == {
        **common,
        "status": "CREATING",
        **count_members(pendingStartSubmissionCount=3),
    }
    after = count_members(
        successfulStartSubmissionCount=2, failedStartSubmissionCount=1, pendingRunCount=2
    )
    assert submitted == {**common, "status": "INPROGRESS", **after}


@pytest.mark.documented("B95")
def test_batch_event_optional_members(
    omics: Client, workflow_id: str, start_batch: StartBatch, listen: Listen
) -> None:
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="v2", definitionZip=definition()
    )
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    omics.list_workflows()
    queue = listen()
    start_batch(
        ["s1"],
        batchName="cohort",
        workflowVersionName="v2",
        workflowOwnerId=ACCOUNT,
        cacheId=cache_id,
        cacheBehavior="CACHE_ALWAYS",
    )
    (event,) = queue.receive()
    optional = ("batchName", "workflowVersionArn", "workflowOwnerId", "runCache")
    assert {name: event["detail"].get(name) for name in (*optional, "runCacheBehavior")} == {
        "batchName": "cohort",
        "workflowVersionArn": f"{ARN}workflow/{workflow_id}/version/v2",
        "workflowOwnerId": ACCOUNT,
        "runCache": f"{ARN}runCache/{cache_id}",
        "runCacheBehavior": "CACHE_ALWAYS",
    }


@pytest.mark.our_choice("B95")
def test_batch_event_has_the_cache_behavior_of_the_cache(
    omics: Client, start_batch: StartBatch, listen: Listen
) -> None:
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    queue = listen(event_pattern("RunBatch"))
    start_batch(["s1"], cacheId=cache_id)
    (event,) = queue.receive()
    assert event["detail"]["runCacheBehavior"] == "CACHE_ON_FAILURE"


@pytest.mark.documented("B96")
def test_failed_batch_event_has_code_and_message(
    start_batch: StartBatch, until: Until, listen: Listen
) -> None:
    queue = listen(event_pattern("RunBatch"))
    batch = until(start_batch(["twice", "twice"]), "FAILED")
    *before, failed = (event["detail"] for event in queue.receive())
    assert [detail["status"] for detail in before] == ["CREATING", "PENDING"]
    assert not any({"failureReason", "failureMessage"} & set(detail) for detail in before)
    assert failed["status"] == "FAILED"
    assert failed["failureReason"] == "VALIDATION_EXCEPTION"
    assert failed["failureMessage"] == batch["failureReason"]
    assert failed["failureMessage"] == "Expected 2 unique runSettingIds but there were 1"


@pytest.mark.our_choice("B44", "B95")
def test_batch_event_has_no_total_runs_until_the_s3_file_is_read(
    start_batch: StartBatch, put_settings: PutSettings, until: Until, listen: Listen
) -> None:
    queue = listen(event_pattern("RunBatch"))
    until(start_batch(s3=put_settings([{"runSettingId": "s1"}])), "INPROGRESS")
    totals = [event["detail"].get("totalRuns") for event in queue.receive()]
    assert totals == [None, None, "1", "1"]


@pytest.mark.documented("B97")
def test_run_event_members(
    omics: Client, workflow_id: str, start_run: StartRun, listen: Listen
) -> None:
    queue = listen(event_pattern("Run"))
    run = start_run(name="HG002")
    (event,) = queue.receive()
    assert event["detail"] == {
        "omicsVersion": "1.0.0",
        "arn": f"{ARN}run/{run['id']}",
        "status": "PENDING",
        "uuid": run["uuid"],
        "runId": run["id"],
        "runName": "HG002",
        "runOutputUri": omics.get_run(id=run["id"])["runOutputUri"],
        "workflowId": workflow_id,
        "workflowName": "align",
    }


@pytest.mark.documented("B97")
def test_batch_run_events_have_the_settings_of_the_run(
    omics: Client, start_batch: StartBatch, until: Until, listen: Listen
) -> None:
    queue = listen(event_pattern("Run", detail={"status": ["COMPLETED"]}))
    entries = [{"runSettingId": f"s{n}", "name": f"HG00{n}"} for n in (1, 2)]
    batch_id = start_batch(entries, name="cohort")
    until(batch_id, "PROCESSED")
    runs = [omics.get_run(id=item["id"]) for item in omics.list_runs(batchId=batch_id)["items"]]
    details = [event["detail"] for event in queue.receive()]
    members = ("arn", "uuid", "runOutputUri")
    assert [{name: detail[name] for name in members} for detail in details] == [
        {name: run[name] for name in members} for run in runs
    ]
    assert [detail["runName"] for detail in details] == ["HG001", "HG002"]


@pytest.mark.documented("W11")
def test_task_event_members(
    omics: Client, workflow_id: str, start_run: StartRun, listen: Listen
) -> None:
    queue = listen(event_pattern("Task"))
    run = start_run(name="HG002")
    (event,) = queue.receive()
    (task,) = omics.list_run_tasks(id=run["id"])["items"]
    assert event["resources"] == [f"{ARN}task/{task['taskId']}"]
    assert event["detail"] == {
        "omicsVersion": "1.0.0",
        "arn": f"{ARN}task/{task['taskId']}",
        "status": "PENDING",
        "runArn": run["arn"],
        "runUuid": run["uuid"],
        "runId": run["id"],
        "runName": "HG002",
        "workflowId": workflow_id,
        "workflowName": "align",
    }


@pytest.mark.our_choice("W11")
def test_workflow_sends_active_and_deleted_events(omics: Client, listen: Listen) -> None:
    queue = listen(event_pattern("Workflow"))
    workflow = omics.create_workflow(name="align", definitionZip=definition())
    assert queue.receive() == []
    omics.get_workflow(id=workflow["id"])
    omics.delete_workflow(id=workflow["id"])
    assert [event["detail"] for event in queue.receive()] == [
        {"omicsVersion": "1.0.0", "arn": workflow["arn"], "status": status}
        for status in ("ACTIVE", "DELETED")
    ]


@pytest.mark.documented("W11")
def test_workflow_with_invalid_definition_sends_a_failed_event(
    omics: Client, listen: Listen
) -> None:
    queue = listen(event_pattern("Workflow"))
    workflow = omics.create_workflow(name="broken", definitionZip=b"no zip")
    omics.get_workflow(id=workflow["id"])
    (event,) = queue.receive()
    assert event["detail"] == {
        "omicsVersion": "1.0.0",
        "arn": workflow["arn"],
        "status": "FAILED",
    }


@pytest.mark.our_choice("W11")
def test_preconfigured_workflow_sends_no_event(
    settings: Settings, omics: Client, listen: Listen
) -> None:
    queue = listen()
    settings(workflows=["1234567"])
    assert omics.get_workflow(id="1234567")["status"] == "ACTIVE"
    assert queue.receive() == []


@pytest.mark.documented("B95")
def test_event_envelope(
    clock: Clock, start_batch: StartBatch, until: Until, listen: Listen
) -> None:
    queue = listen()
    until(start_batch(), "PROCESSED")
    events = queue.receive()
    # One of the workflow, five each of the batch, its two runs and their tasks.
    assert len(events) == 1 + 5 + 2 * 5 + 2 * 5
    for event in events:
        assert re.fullmatch(UUID, event.pop("id"))
        assert event == {
            "version": "0",
            "source": "aws.omics",
            "account": ACCOUNT,
            "region": REGION,
            "time": "2026-10-01T12:00:00Z",
            "resources": [event["detail"]["arn"]],
            "detail-type": event["detail-type"],
            "detail": event["detail"],
        }
        assert all(isinstance(value, str) for value in event["detail"].values())


@pytest.mark.documented("B95")
def test_event_ids_are_unique(start_batch: StartBatch, until: Until, listen: Listen) -> None:
    queue = listen()
    until(start_batch(), "PROCESSED")
    ids = [event["id"] for event in queue.receive()]
    assert len(set(ids)) == len(ids) > 20
