"""Order and times of events: each status is sent once (B95 to B97, W11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import ACCOUNT, REGION, Client, StartBatch, Until
from tests.omics.event_queue import Event, Listen, event_pattern
from tests.omics.helpers import (
    Clock,
    SetProgression,
    StartRun,
    UntilRun,
    raises_conflict,
    raises_not_found,
)

ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:"
BATCH_STATUSES = ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]
RUN_STATUSES = ["PENDING", "STARTING", "RUNNING", "STOPPING", "COMPLETED"]


def statuses_of(events: list[Event], arn: str) -> list[str]:
    """Return the statuses of one resource, oldest first."""
    return [e["detail"]["status"] for e in events if e["resources"] == [arn]]


def assert_all_statuses_sent(omics: Client, batch_id: str, events: list[Event]) -> None:
    """Check that the batch, its two runs and their tasks sent each status once, in order."""
    assert statuses_of(events, f"{ARN}runBatch/{batch_id}") == BATCH_STATUSES
    items = omics.list_runs(batchId=batch_id)["items"]
    for item in items:
        assert statuses_of(events, item["arn"]) == RUN_STATUSES
        (task,) = omics.list_run_tasks(id=item["id"])["items"]
        assert statuses_of(events, f"{ARN}task/{task['taskId']}") == RUN_STATUSES
    assert len(items) == 2


@pytest.mark.documented("B95", "B97", "W11")
@pytest.mark.parametrize("times", [1, 3])
def test_manual_progression_sends_each_status_once(
    omics: Client, start_batch: StartBatch, listen: Listen, progression: SetProgression, times: int
) -> None:
    queue = listen()
    for resource in ("batch", "run"):
        progression(resource, progression="manual", times=times)
    batch_id = start_batch()
    events = queue.receive()
    for _ in range(8 * times):
        status = omics.get_batch(batchId=batch_id)["status"]
        events += queue.receive()
        # No event precedes the first response with its status.
        assert statuses_of(events, f"{ARN}runBatch/{batch_id}")[-1] == status
    assert_all_statuses_sent(omics, batch_id, events)


@pytest.mark.documented("B95", "B97", "W11")
def test_immediate_progression_sends_each_status_with_the_next_request(
    omics: Client, start_batch: StartBatch, listen: Listen, progression: SetProgression
) -> None:
    progression("batch", progression="immediate")
    queue = listen()
    batch_id = start_batch()
    events = queue.receive()
    assert statuses_of(events, f"{ARN}runBatch/{batch_id}") == ["CREATING"]
    omics.list_batch()
    events += queue.receive()
    assert_all_statuses_sent(omics, batch_id, events)
    omics.get_batch(batchId=batch_id)
    assert queue.receive() == []


@pytest.mark.documented("B95", "B97", "W11")
def test_time_progression_sends_each_status_with_its_transition_time(
    omics: Client,
    start_batch: StartBatch,
    listen: Listen,
    progression: SetProgression,
    clock: Clock,
) -> None:
    for resource in ("batch", "run"):
        progression(resource, progression="time", seconds=60)
    queue = listen()
    batch_id = start_batch()
    clock.now += timedelta(hours=1)
    with raises_not_found("Batch 1 not found"):
        omics.get_batch(batchId="1")
    events = queue.receive()
    assert_all_statuses_sent(omics, batch_id, events)
    item = omics.list_runs(batchId=batch_id)["items"][0]
    minutes = {
        arn: [event["time"][14:16] for event in events if event["resources"] == [arn]]
        for arn in (f"{ARN}runBatch/{batch_id}", item["arn"])
    }
    processed = omics.get_batch(batchId=batch_id)["processedTime"]
    assert minutes == {
        f"{ARN}runBatch/{batch_id}": ["00", "01", "02", "03", f"{processed:%M}"],
        item["arn"]: ["03", "04", "05", "06", "07"],
    }


@pytest.mark.documented("B97")
def test_single_run_sends_each_status(
    start_run: StartRun, until_run: UntilRun, listen: Listen
) -> None:
    queue = listen(event_pattern("Run"))
    until_run(start_run()["id"], "COMPLETED")
    assert queue.receive_statuses() == RUN_STATUSES


@pytest.mark.documented("B95", "B97")
def test_cancel_and_delete_send_each_status(
    omics: Client, start_batch: StartBatch, until: Until, listen: Listen
) -> None:
    batches, runs = listen(event_pattern("RunBatch")), listen(event_pattern("Run"), name="runs")
    batch_id = start_batch(["s1"])
    until(batch_id, "INPROGRESS")
    assert (batches.receive_statuses(), runs.receive_statuses()) == (
        BATCH_STATUSES[:4],
        ["PENDING"],
    )
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
def test_cancelled_and_deleted_single_run_sends_each_status(
    omics: Client, start_run: StartRun, until_run: UntilRun, listen: Listen
) -> None:
    queue = listen(event_pattern("Run"))
    run_id = start_run()["id"]
    omics.cancel_run(id=run_id)
    until_run(run_id, "CANCELLED")
    omics.delete_run(id=run_id)
    assert queue.receive_statuses() == ["PENDING", "STOPPING", "CANCELLED", "DELETED"]


@pytest.mark.documented("B41", "B95")
def test_failed_request_sends_no_event(
    omics: Client, start_batch: StartBatch, listen: Listen
) -> None:
    batch_id = start_batch()
    queue = listen()
    with raises_conflict(
        f"Cannot cancel batch {batch_id}: its status is CREATING, "
        "and it must be one of PENDING, SUBMITTING, INPROGRESS"
    ):
        omics.cancel_run_batch(batchId=batch_id)
    assert queue.receive() == []
