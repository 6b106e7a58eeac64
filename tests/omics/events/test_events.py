"""What HealthOmics tells EventBridge, and when (B95 to B97, W11)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from conftest import ACCOUNT, REGION, Client, MakeClient, StartBatch, Until, definition
from tests.omics.event_queue import OMICS_EVENTS, Event, EventQueue, event_pattern
from tests.omics.helpers import Clock, StartRun, UntilRun, raises_conflict, raises_not_found

ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"

Hear = Callable[..., EventQueue]
Progress = Callable[..., None]


@pytest.fixture
def hear(client: MakeClient) -> Hear:
    """``hear(of_kind("Run"))``: a queue that gets these events."""
    return lambda pattern=OMICS_EVENTS, **more: EventQueue(client, pattern, **more)


def counts(**other: int) -> dict[str, str]:
    """The counts of a batch event, all "0" but for ``other``."""
    starts = [f"{word}StartSubmissionCount" for word in ("successful", "failed", "pending")]
    statuses = "pending starting running stopping completed deleted failed cancelled"
    names = [*starts, *(f"{status}RunCount" for status in statuses.split())]
    assert set(other) <= set(names)
    return {name: str(other.get(name, 0)) for name in names}


def of(heard: list[Event], arn: str) -> list[str]:
    """The statuses of one resource, in order."""
    return [e["detail"]["status"] for e in heard if e["resources"] == [arn]]


# -- the four kinds --


@pytest.mark.documented("B95")
def test_a_batch_event_has_exactly_these_members_and_all_are_strings(
    omics: Client, workflow_id: str, start_batch: StartBatch, hear: Hear
) -> None:
    listener = hear(event_pattern("RunBatch"))
    batch_id = start_batch(["s1", {"runSettingId": "s2", "outputUri": "no-uri"}, "s3"])
    batch = omics.get_batch(batchId=batch_id)
    for _ in range(2):
        omics.get_batch(batchId=batch_id)
    started, *_, submitted = (event["detail"] for event in listener.receive())
    fixed = {
        "omicsVersion": "1.0.0",
        "arn": f"{ARN}runBatch/{batch_id}",
        "batchId": batch_id,
        "uuid": batch["uuid"],
        "totalRuns": "3",
        "workflowId": workflow_id,
        "workflowArn": f"{ARN}workflow/{workflow_id}",
    }
    assert started == {**fixed, "status": "CREATING", **counts(pendingStartSubmissionCount=3)}
    after = counts(
        successfulStartSubmissionCount=2, failedStartSubmissionCount=1, pendingRunCount=2
    )
    assert submitted == {**fixed, "status": "INPROGRESS", **after}


@pytest.mark.documented("B95")
def test_a_batch_event_names_version_owner_cache_and_name_where_they_apply(
    omics: Client, workflow_id: str, start_batch: StartBatch, hear: Hear
) -> None:
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="v2", definitionZip=definition()
    )
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    omics.list_workflows()
    listener = hear()
    start_batch(
        ["s1"],
        batchName="cohort",
        workflowVersionName="v2",
        workflowOwnerId=ACCOUNT,
        cacheId=cache_id,
        cacheBehavior="CACHE_ALWAYS",
    )
    (event,) = listener.receive()
    optional = ("batchName", "workflowVersionArn", "workflowOwnerId", "runCache")
    assert {name: event["detail"].get(name) for name in (*optional, "runCacheBehavior")} == {
        "batchName": "cohort",
        "workflowVersionArn": f"{ARN}workflow/{workflow_id}/version/v2",
        "workflowOwnerId": ACCOUNT,
        "runCache": f"{ARN}runCache/{cache_id}",
        "runCacheBehavior": "CACHE_ALWAYS",
    }


@pytest.mark.our_choice("B95")
def test_the_behavior_of_the_cache_is_told_when_the_batch_names_none(
    omics: Client, start_batch: StartBatch, hear: Hear
) -> None:
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    listener = hear(event_pattern("RunBatch"))
    start_batch(["s1"], cacheId=cache_id)
    (event,) = listener.receive()
    assert event["detail"]["runCacheBehavior"] == "CACHE_ON_FAILURE"


@pytest.mark.documented("B96")
def test_the_event_of_a_failed_batch_has_a_code_and_the_text_of_get_batch(
    start_batch: StartBatch, until: Until, hear: Hear
) -> None:
    listener = hear(event_pattern("RunBatch"))
    batch = until(start_batch(["twice", "twice"]), "FAILED")
    *before, failed = (event["detail"] for event in listener.receive())
    assert [detail["status"] for detail in before] == ["CREATING", "PENDING"]
    assert not any({"failureReason", "failureMessage"} & set(detail) for detail in before)
    assert failed["status"] == "FAILED"
    assert failed["failureReason"] == "VALIDATION_EXCEPTION"
    assert failed["failureMessage"] == batch["failureReason"]
    assert failed["failureMessage"] == "Expected 2 unique runSettingIds but there were 1"


@pytest.mark.our_choice("B44", "B95")
def test_a_batch_event_has_no_total_until_the_s3_object_was_read(
    start_batch: StartBatch, put_settings: Callable[..., str], until: Until, hear: Hear
) -> None:
    listener = hear(event_pattern("RunBatch"))
    until(start_batch(s3=put_settings([{"runSettingId": "s1"}])), "INPROGRESS")
    totals = [event["detail"].get("totalRuns") for event in listener.receive()]
    assert totals == [None, None, "1", "1"]


@pytest.mark.documented("B97")
def test_a_run_event_has_exactly_these_members(
    omics: Client, workflow_id: str, start_run: StartRun, hear: Hear
) -> None:
    listener = hear(event_pattern("Run"))
    run = start_run(name="HG002")
    (event,) = listener.receive()
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
def test_the_runs_of_a_batch_tell_their_own_settings(
    omics: Client, start_batch: StartBatch, until: Until, hear: Hear
) -> None:
    listener = hear(event_pattern("Run", detail={"status": ["COMPLETED"]}))
    entries = [{"runSettingId": f"s{n}", "name": f"HG00{n}"} for n in (1, 2)]
    batch_id = start_batch(entries, name="cohort")
    until(batch_id, "PROCESSED")
    runs = [omics.get_run(id=i["id"]) for i in omics.list_runs(batchId=batch_id)["items"]]
    told = [event["detail"] for event in listener.receive()]
    asked = ("arn", "uuid", "runOutputUri")
    assert [{name: t[name] for name in asked} for t in told] == [
        {name: run[name] for name in asked} for run in runs
    ]
    assert [t["runName"] for t in told] == ["HG001", "HG002"]


@pytest.mark.documented("W11")
def test_a_task_event_has_exactly_these_members(
    omics: Client, workflow_id: str, start_run: StartRun, hear: Hear
) -> None:
    listener = hear(event_pattern("Task"))
    run = start_run(name="HG002")
    (event,) = listener.receive()
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
def test_a_workflow_tells_that_it_was_made_and_deleted_with_three_members(
    omics: Client, hear: Hear
) -> None:
    listener = hear(event_pattern("Workflow"))
    workflow = omics.create_workflow(name="align", definitionZip=definition())
    assert listener.receive() == []
    omics.get_workflow(id=workflow["id"])
    omics.delete_workflow(id=workflow["id"])
    assert [event["detail"] for event in listener.receive()] == [
        {"omicsVersion": "1.0.0", "arn": workflow["arn"], "status": status}
        for status in ("ACTIVE", "DELETED")
    ]


@pytest.mark.documented("W11")
def test_a_workflow_that_cannot_be_made_tells_so(omics: Client, hear: Hear) -> None:
    listener = hear(event_pattern("Workflow"))
    workflow = omics.create_workflow(name="broken", definitionZip=b"no zip")
    omics.get_workflow(id=workflow["id"])
    (event,) = listener.receive()
    assert event["detail"] == {
        "omicsVersion": "1.0.0",
        "arn": workflow["arn"],
        "status": "FAILED",
    }


@pytest.mark.our_choice("W11")
def test_workflows_that_exist_already_tell_nothing(
    settings: Callable[..., None], omics: Client, hear: Hear
) -> None:
    listener = hear()
    settings(workflows=["1234567"])
    assert omics.get_workflow(id="1234567")["status"] == "ACTIVE"
    assert listener.receive() == []


@pytest.mark.documented("B95")
def test_the_envelope_has_account_region_time_resources_and_an_id_of_its_own(
    start_batch: StartBatch, until: Until, hear: Hear, clock: Clock
) -> None:
    listener = hear()
    until(start_batch(), "PROCESSED")
    heard = listener.receive()
    # ACTIVE, five of the batch, and of each of two runs and their tasks five.
    assert len(heard) == 1 + 5 + 2 * 5 + 2 * 5
    for event in heard:
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
def test_no_two_events_have_the_same_id(start_batch: StartBatch, until: Until, hear: Hear) -> None:
    listener = hear()
    until(start_batch(), "PROCESSED")
    ids = [event["id"] for event in listener.receive()]
    assert len(set(ids)) == len(ids) > 20


# -- each status once, and in order --

BATCH = ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]
RUN = ["PENDING", "STARTING", "RUNNING", "STOPPING", "COMPLETED"]


def assert_full_lives(omics: Client, batch_id: str, heard: list[Event]) -> None:
    """The batch, its two runs and their tasks told each status once, in order."""
    assert of(heard, f"{ARN}runBatch/{batch_id}") == BATCH
    items = omics.list_runs(batchId=batch_id)["items"]
    for item in items:
        assert of(heard, item["arn"]) == RUN
        (task,) = omics.list_run_tasks(id=item["id"])["items"]
        assert of(heard, f"{ARN}task/{task['taskId']}") == RUN
    assert len(items) == 2


@pytest.mark.documented("B95", "B97", "W11")
@pytest.mark.parametrize("times", [1, 3])
def test_manual_progression_tells_each_status_once(
    omics: Client, start_batch: StartBatch, hear: Hear, progression: Progress, times: int
) -> None:
    listener = hear()
    for resource in ("batch", "run"):
        progression(resource, progression="manual", times=times)
    batch_id = start_batch()
    heard = listener.receive()
    for _ in range(8 * times):
        status = omics.get_batch(batchId=batch_id)["status"]
        heard += listener.receive()
        # Nothing is told that no answer could have shown yet.
        assert of(heard, f"{ARN}runBatch/{batch_id}")[-1] == status
    assert_full_lives(omics, batch_id, heard)


@pytest.mark.documented("B95", "B97", "W11")
def test_immediate_progression_tells_each_status_with_the_next_request(
    omics: Client, start_batch: StartBatch, hear: Hear, progression: Progress
) -> None:
    progression("batch", progression="immediate")
    listener = hear()
    batch_id = start_batch()
    heard = listener.receive()
    assert of(heard, f"{ARN}runBatch/{batch_id}") == ["CREATING"]
    omics.list_batch()
    heard += listener.receive()
    assert_full_lives(omics, batch_id, heard)
    omics.get_batch(batchId=batch_id)
    assert listener.receive() == []


@pytest.mark.documented("B95", "B97", "W11")
def test_time_progression_tells_each_status_with_the_time_of_its_step(
    omics: Client, start_batch: StartBatch, hear: Hear, progression: Progress, clock: Clock
) -> None:
    for resource in ("batch", "run"):
        progression(resource, progression="time", seconds=60)
    listener = hear()
    batch_id = start_batch()
    clock.now += timedelta(hours=1)
    with raises_not_found("Batch 1 not found"):
        omics.get_batch(batchId="1")
    heard = listener.receive()
    assert_full_lives(omics, batch_id, heard)
    item = omics.list_runs(batchId=batch_id)["items"][0]
    minutes = {
        arn: [event["time"][14:16] for event in heard if event["resources"] == [arn]]
        for arn in (f"{ARN}runBatch/{batch_id}", item["arn"])
    }
    processed = omics.get_batch(batchId=batch_id)["processedTime"]
    assert minutes == {
        f"{ARN}runBatch/{batch_id}": ["00", "01", "02", "03", f"{processed:%M}"],
        item["arn"]: ["03", "04", "05", "06", "07"],
    }


@pytest.mark.documented("B97")
def test_a_run_that_was_started_alone_tells_its_life(
    start_run: StartRun, until_run: UntilRun, hear: Hear
) -> None:
    listener = hear(event_pattern("Run"))
    until_run(start_run()["id"], "COMPLETED")
    assert listener.receive_statuses() == RUN


@pytest.mark.documented("B95", "B97")
def test_cancel_and_delete_tell_each_status_and_delete_batch_tells_nothing(
    omics: Client, start_batch: StartBatch, until: Until, hear: Hear
) -> None:
    batches, runs = hear(event_pattern("RunBatch")), hear(event_pattern("Run"), name="runs")
    batch_id = start_batch(["s1"])
    until(batch_id, "INPROGRESS")
    assert (batches.receive_statuses(), runs.receive_statuses()) == (BATCH[:4], ["PENDING"])
    omics.cancel_run_batch(batchId=batch_id)
    assert (batches.receive_statuses(), runs.receive_statuses()) == (["STOPPING"], ["STOPPING"])
    until(batch_id, "CANCELLED")
    assert (batches.receive_statuses(), runs.receive_statuses()) == (["CANCELLED"], ["CANCELLED"])
    omics.delete_run_batch(batchId=batch_id)
    assert (batches.receive_statuses(), runs.receive_statuses()) == (["RUNS_DELETING"], ["DELETED"])
    until(batch_id, "RUNS_DELETED")
    assert batches.receive_statuses() == ["RUNS_DELETED"]
    omics.delete_batch(batchId=batch_id)
    assert (batches.receive(), runs.receive()) == ([], [])


@pytest.mark.documented("B97")
def test_a_single_run_tells_that_it_was_cancelled_and_deleted(
    omics: Client, start_run: StartRun, until_run: UntilRun, hear: Hear
) -> None:
    listener = hear(event_pattern("Run"))
    run_id = start_run()["id"]
    omics.cancel_run(id=run_id)
    until_run(run_id, "CANCELLED")
    omics.delete_run(id=run_id)
    assert listener.receive_statuses() == ["PENDING", "STOPPING", "CANCELLED", "DELETED"]


@pytest.mark.documented("B41", "B95")
def test_a_refused_request_tells_nothing(
    omics: Client, start_batch: StartBatch, hear: Hear
) -> None:
    batch_id = start_batch()
    listener = hear()
    with raises_conflict(
        f"Cannot cancel batch {batch_id}: its status is CREATING, "
        "and it must be one of PENDING, SUBMITTING, INPROGRESS"
    ):
        omics.cancel_run_batch(batchId=batch_id)
    assert listener.receive() == []
