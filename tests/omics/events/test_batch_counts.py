"""A batch event has the counts that GetBatch returns at that moment (B70, B95)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from conftest import Answer, Client, StartBatch
from moto_omics_batch import faults
from tests.omics.event_queue import Event, Listen, event_pattern
from tests.omics.helpers import Settings, requires_batch_status

ENTRIES = ["s1", "s2", "s3", "s4"]


def counts_of_event(event: Event) -> dict[str, str]:
    """Return the counts in an event, which are texts."""
    detail = event["detail"]
    return {k: v for k, v in detail.items() if k.endswith(("SubmissionCount", "RunCount"))}


def counts_of_batch(batch: Answer) -> dict[str, str]:
    """Return the counts of GetBatch that events have, as texts."""
    starts = {k: v for k, v in batch["submissionSummary"].items() if "Start" in k}
    return {k: str(v) for k, v in {**starts, **batch["runSummary"]}.items()}


def describe_until(omics: Client, batch_id: str, *statuses: str) -> Iterator[Answer]:
    """Return the answers of GetBatch up to one of the statuses."""
    while True:
        batch: Answer = omics.get_batch(batchId=batch_id)
        yield batch
        if batch["status"] in statuses:
            return


def complete(omics: Client, batch_id: str) -> Iterator[Answer]:
    """Describe a batch until it is PROCESSED."""
    yield from describe_until(omics, batch_id, "PROCESSED")


def cancel_after_two(omics: Client, batch_id: str) -> Iterator[Answer]:
    """Cancel a batch that has submitted two of its four entries."""
    for _ in range(3):
        yield omics.get_batch(batchId=batch_id)
    omics.cancel_run_batch(batchId=batch_id)
    # The next GetBatch reports STOPPING, and moves nothing.
    yield from describe_until(omics, batch_id, "CANCELLED")


def delete_runs(omics: Client, batch_id: str) -> Iterator[Answer]:
    """Delete the runs of a batch."""
    yield from complete(omics, batch_id)
    omics.delete_run_batch(batchId=batch_id)
    yield from describe_until(omics, batch_id, "RUNS_DELETED", "RUNS_DELETE_FAILED")


def fail(omics: Client, batch_id: str) -> Iterator[Answer]:
    """Let a batch fail."""
    faults.batch_fails()
    yield from describe_until(omics, batch_id, "FAILED")


def fail_to_delete(omics: Client, batch_id: str) -> Iterator[Answer]:
    """Delete the runs of a batch, one of which cannot be deleted."""
    faults.delete_fails(times=1)
    yield from delete_runs(omics, batch_id)


@pytest.mark.documented("B70", "B95")
@pytest.mark.parametrize(
    ("history", "last"),
    [
        (complete, "PROCESSED"),
        (cancel_after_two, "CANCELLED"),
        (delete_runs, "RUNS_DELETED"),
        (fail, "FAILED"),
        pytest.param(
            fail_to_delete, "RUNS_DELETE_FAILED", marks=requires_batch_status("RUNS_DELETE_FAILED")
        ),
    ],
)
def test_event_has_the_counts_of_get_batch(
    omics: Client,
    start_batch: StartBatch,
    listen: Listen,
    settings: Settings,
    history: Callable[[Client, str], Iterator[Answer]],
    last: str,
) -> None:
    settings(submissions_per_tick=2)
    batch_id = start_batch(ENTRIES)
    queue = listen(event_pattern("RunBatch"))
    sent = []
    for batch in history(omics, batch_id):
        for event in queue.receive():
            assert event["detail"]["status"] == batch["status"]
            assert counts_of_event(event) == counts_of_batch(batch)
            sent.append(batch["status"])
    assert sent[-1] == last
    assert len(set(sent)) == len(sent) >= 2


@pytest.mark.documented("B70", "B81", "B95")
def test_stopping_event_after_two_of_four_submissions(
    omics: Client, start_batch: StartBatch, listen: Listen, settings: Settings
) -> None:
    settings(submissions_per_tick=2)
    batch_id = start_batch(ENTRIES)
    for _ in range(3):
        omics.get_batch(batchId=batch_id)
    queue = listen(event_pattern("RunBatch"))
    omics.cancel_run_batch(batchId=batch_id)
    (event,) = queue.receive()
    assert event["detail"]["status"] == "STOPPING"
    assert event["detail"]["pendingStartSubmissionCount"] == "0"
    assert (event["detail"]["pendingRunCount"], event["detail"]["stoppingRunCount"]) == ("0", "2")
    assert counts_of_event(event) == counts_of_batch(omics.get_batch(batchId=batch_id))
