"""Counts of batches whose runs cannot all be cancelled or deleted, and invariants of all counts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conftest import Answer, Client, StartBatch, Until
from moto_omics_batch import faults
from tests.omics.helpers import (
    Settings,
    entry_outcomes,
    list_entries,
    run_counts,
    submission_counts,
)


@pytest.mark.documented("B77", "B80")
def test_failed_cancels_are_counted(omics: Client, start_batch: StartBatch, until: Until) -> None:
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "INPROGRESS")
    faults.cancel_fails(runSettingId="s2")
    omics.cancel_run_batch(batchId=batch_id)
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"stopping": 2, "pending": 1}
    batch = until(batch_id, "CANCELLED")
    assert run_counts(batch) == {"cancelled": 2, "completed": 1}
    assert list(submission_counts(batch).values()) == [3, 0, 0, 2, 1]
    assert [status for status, _ in entry_outcomes(omics, batch_id)] == [
        "CANCEL_SUCCESS",
        "CANCEL_FAILED",
        "CANCEL_SUCCESS",
    ]


@pytest.mark.documented("B77", "B82")
def test_failed_deletes_are_counted(omics: Client, start_batch: StartBatch, until: Until) -> None:
    end = "RUNS_DELETE_FAILED"
    if end not in omics.meta.service_model.shape_for("BatchStatus").enum:
        pytest.skip(f"this botocore has no BatchStatus {end}")
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "PROCESSED")
    faults.delete_fails(runSettingId="s2")
    omics.delete_run_batch(batchId=batch_id)
    batch = until(batch_id, end)
    assert run_counts(batch) == {"deleted": 2, "completed": 1}
    assert list(submission_counts(batch).values()) == [3, 0, 0, 2, 1]
    found = list_entries(omics, batch_id)
    assert [entry["submissionStatus"] for entry in found] == [
        "DELETE_SUCCESS",
        "DELETE_FAILED",
        "DELETE_SUCCESS",
    ]
    omics.delete_batch(batchId=batch_id)
    assert [run["id"] for run in omics.list_runs()["items"]] == [found[1]["runId"]]


def possible_requests(
    omics: Client, rng: random.Random, batch_id: str
) -> Iterator[Callable[[], Any]]:
    """Yield requests for a batch and one of its runs, weighted by repetition."""
    runs = [run["runId"] for run in list_entries(omics, batch_id) if "runId" in run]
    run_id = rng.choice(runs) if runs else "1"
    yield from [lambda: omics.get_batch(batchId=batch_id)] * 6
    yield from [lambda: omics.get_run(id=run_id)] * 6
    yield from [lambda: omics.delete_run(id=run_id)] * 2
    yield lambda: omics.cancel_run(id=run_id)
    yield lambda: omics.cancel_run_batch(batchId=batch_id)
    yield lambda: omics.delete_run_batch(batchId=batch_id)


def check_counts(omics: Client, batch: Answer) -> None:
    """Check the invariants of a GetBatch response (B70 to B72, B76, B81)."""
    counts, runs = submission_counts(batch), run_counts(batch)
    starts = [counts[f"{outcome}Start"] for outcome in ("successful", "failed", "pending")]
    cancelled = "successfulCancel" in counts
    assert sum(starts) == batch["totalRuns"] or (cancelled and counts["pendingStart"] == 0)
    assert sum(runs.values()) == counts["successfulStart"]
    listed = Counter(r["status"].lower() for r in omics.list_runs(batchId=batch["id"])["items"])
    assert listed == Counter({k: n for k, n in runs.items() if k != "deleted"})
    entry_counts = Counter(e["submissionStatus"] for e in list_entries(omics, batch["id"]))
    assert sum(entry_counts.values()) == (batch["totalRuns"] if cancelled else sum(starts[:2]))
    assert entry_counts["FAILED"] == counts["failedStart"]
    assert entry_counts["DELETE_SUCCESS"] == counts.get("successfulDelete", 0)
    if "successfulDelete" not in counts:
        assert entry_counts["CANCEL_SUCCESS"] == counts.get("successfulCancel", 0)
    if batch["status"] in ("PROCESSED", "CANCELLED", "RUNS_DELETED"):
        assert set(runs) <= {"completed", "cancelled", "failed", "deleted"}


@pytest.mark.documented("B70", "B72", "B80")
@pytest.mark.parametrize("seed", range(12))
def test_counts_are_consistent_after_random_requests(
    omics: Client, start_batch: StartBatch, settings: Settings, seed: int
) -> None:
    rng = random.Random(seed)
    size = rng.randint(1, 12)
    settings(submissions_per_tick=rng.randint(1, size + 1))
    batch_id = start_batch(
        [
            {"runSettingId": f"s{n}", **({"outputUri": "x"} if rng.random() < 0.3 else {})}
            for n in range(size)
        ]
    )
    succeeded = 0
    for _ in range(40):
        request = rng.choice(list(possible_requests(omics, rng, batch_id)))
        try:
            request()
            succeeded += 1
        except (omics.exceptions.ConflictException, omics.exceptions.ResourceNotFoundException):
            continue
        check_counts(omics, omics.get_batch(batchId=batch_id))
    assert succeeded > 10
    for _ in range(40):
        batch = omics.get_batch(batchId=batch_id)
    check_counts(omics, batch)
    assert batch["status"] in ("PROCESSED", "CANCELLED", "RUNS_DELETED")
