"""Members of the events of HealthOmics (B95 to B97, L1 to L9)."""

from __future__ import annotations

import re

import pytest

from conftest import ACCOUNT, REGION, Client, StartBatch, Until, definition
from moto_omics_batch import faults
from tests.omics.event_queue import Listen, event_pattern
from tests.omics.helpers import Clock, PutSettings, Settings, StartRun, UntilRun

ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def count_members(**nonzero: int) -> dict[str, str]:
    """Return the counts of a batch event: ``nonzero``, and "0" for all others."""
    starts = [f"{outcome}StartSubmissionCount" for outcome in ("successful", "failed", "pending")]
    statuses = "pending starting running stopping completed deleted failed cancelled"
    names = [*starts, *(f"{status}RunCount" for status in statuses.split())]
    assert set(nonzero) <= set(names)
    return {name: str(nonzero.get(name, 0)) for name in names}


@pytest.mark.documented("B95", "L9")
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


@pytest.mark.observed("B97", "L2", "L3")
def test_run_event_members(
    omics: Client, workflow_id: str, start_run: StartRun, listen: Listen
) -> None:
    queue = listen(event_pattern("Run"))
    run = start_run(name="HG002")
    (event,) = queue.receive()
    # In the order of the captured events.
    assert list(event["detail"].items()) == [
        ("omicsVersion", "1.0.0"),
        ("arn", f"{ARN}run/{run['id']}"),
        ("runId", run["id"]),
        ("status", "PENDING"),
        ("uuid", run["uuid"]),
        ("runOutputUri", omics.get_run(id=run["id"])["runOutputUri"]),
        ("runName", "HG002"),
        ("workflowName", "align"),
        ("workflowId", workflow_id),
        ("workflowUuid", omics.get_workflow(id=workflow_id)["uuid"]),
    ]


@pytest.mark.observed("L2")
def test_failed_run_event_has_reason_and_cache(
    omics: Client, start_run: StartRun, until_run: UntilRun, listen: Listen
) -> None:
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    queue = listen(event_pattern("Run"))
    faults.run_fails(failureReason="IMPORT_FAILED")
    run = until_run(start_run(cacheId=cache_id, cacheBehavior="CACHE_ALWAYS")["id"], "FAILED")
    events = {event["detail"]["status"]: event["detail"] for event in queue.receive()}
    assert list(events) == ["PENDING", "STARTING", "RUNNING", "STOPPING", "FAILED"]
    for status, detail in events.items():
        assert detail["runCache"] == f"{ARN}runCache/{cache_id}"
        assert detail["runCacheBehavior"] == "CACHE_ALWAYS"
        # L4: none for STOPPING.
        failure = {"failureReason", "statusMessage"} & set(detail)
        assert failure == ({"failureReason", "statusMessage"} if status == "FAILED" else set())
    assert events["FAILED"]["failureReason"] == run["failureReason"] == "IMPORT_FAILED"
    assert events["FAILED"]["statusMessage"] == run["statusMessage"]


@pytest.mark.our_choice("L4")
def test_deleted_run_event_has_the_members_of_a_completed_one(
    omics: Client, start_run: StartRun, until_run: UntilRun, listen: Listen
) -> None:
    queue = listen(event_pattern("Run", detail={"status": ["COMPLETED", "DELETED"]}))
    run_id = start_run()["id"]
    until_run(run_id, "COMPLETED")
    omics.delete_run(id=run_id)
    completed, deleted = (event["detail"] for event in queue.receive())
    assert {**completed, "status": "DELETED"} == deleted


@pytest.mark.our_choice("L4")
def test_run_of_a_version_has_the_uuid_of_the_version(
    omics: Client, workflow_id: str, start_run: StartRun, listen: Listen
) -> None:
    version = omics.create_workflow_version(
        workflowId=workflow_id, versionName="v2", definitionZip=definition()
    )
    omics.list_workflows()
    queue = listen(event_pattern("Run"))
    start_run(workflowVersionName="v2")
    (event,) = queue.receive()
    assert event["detail"]["workflowUuid"] == version["uuid"]
    assert event["detail"]["workflowId"] == workflow_id


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
        "workflowUuid": omics.get_workflow(id=workflow_id)["uuid"],
    }


@pytest.mark.our_choice("L5")
def test_event_of_a_failed_task_has_its_reason(
    start_run: StartRun, until_run: UntilRun, listen: Listen
) -> None:
    queue = listen(event_pattern("Task"))
    faults.run_fails(failureReason="OUT_OF_MEMORY_ERROR", statusMessage="Too large.")
    until_run(start_run()["id"], "FAILED")
    *before, failed = (event["detail"] for event in queue.receive())
    assert [detail["status"] for detail in before] == ["PENDING", "STARTING", "RUNNING", "STOPPING"]
    assert not any({"failureReason", "statusMessage"} & set(detail) for detail in before)
    assert (failed["status"], failed["failureReason"]) == ("FAILED", "OUT_OF_MEMORY_ERROR")
    assert failed["statusMessage"] == "Too large."


@pytest.mark.our_choice("L5")
def test_tasks_of_a_deleted_run_send_deleted_events(
    omics: Client, start_run: StartRun, until_run: UntilRun, listen: Listen
) -> None:
    queue = listen(event_pattern("Task"))
    run_id = start_run()["id"]
    until_run(run_id, "COMPLETED")
    omics.delete_run(id=run_id)
    assert [event["detail"]["status"] for event in queue.receive()][-2:] == ["COMPLETED", "DELETED"]


@pytest.mark.our_choice("W11", "L6")
def test_workflow_sends_active_and_deleted_events(omics: Client, listen: Listen) -> None:
    queue = listen(event_pattern("Workflow"))
    workflow = omics.create_workflow(name="align", definitionZip=definition())
    assert queue.receive() == []
    omics.get_workflow(id=workflow["id"])
    omics.delete_workflow(id=workflow["id"])
    assert [event["detail"] for event in queue.receive()] == [
        {
            "omicsVersion": "1.0.0",
            "arn": workflow["arn"],
            "status": status,
            "workflowUuid": workflow["uuid"],
        }
        for status in ("ACTIVE", "DELETED")
    ]


@pytest.mark.observed("L7", "L8")
def test_version_sends_events_with_the_arn_of_its_workflow(
    omics: Client, workflow_id: str, listen: Listen
) -> None:
    arn = omics.get_workflow(id=workflow_id)["arn"]
    queue = listen(event_pattern("Workflow"))
    version = omics.create_workflow_version(
        workflowId=workflow_id, versionName="2.0.0", definitionZip=definition()
    )
    omics.get_workflow(id=workflow_id)
    omics.delete_workflow_version(workflowId=workflow_id, versionName="2.0.0")
    events = queue.receive()
    assert [event["resources"] for event in events] == [[version["arn"]]] * 2
    assert [event["detail"] for event in events] == [
        {
            "omicsVersion": "1.0.0",
            "arn": arn,
            "status": status,
            "workflowUuid": version["uuid"],
            "workflowVersionName": "2.0.0",
        }
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
        "workflowUuid": workflow["uuid"],
    }


@pytest.mark.our_choice("W11")
def test_preconfigured_workflow_sends_no_event(
    settings: Settings, omics: Client, listen: Listen
) -> None:
    queue = listen()
    settings(workflows=["1234567"])
    assert omics.get_workflow(id="1234567")["status"] == "ACTIVE"
    assert queue.receive() == []


@pytest.mark.documented("B95", "L1")
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
