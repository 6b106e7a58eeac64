"""maxRuns of a run group: runs above the limit stay in PENDING."""

from __future__ import annotations

import pytest

from conftest import ROLE, Client, StartBatch
from tests.omics.helpers import SetProgression, run_counts


@pytest.fixture
def group_id(omics: Client) -> str:
    return str(omics.create_run_group(name="two", maxRuns=2)["id"])


@pytest.mark.documented("W6", "W2.8")
def test_runs_of_a_batch_wait_while_the_group_is_full(
    omics: Client, start_batch: StartBatch, group_id: str
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(3)], runGroupId=group_id)
    seen: list[tuple[str, dict[str, int]]] = []
    while not seen or seen[-1][0] != "PROCESSED":
        batch = omics.get_batch(batchId=batch_id)
        seen.append((batch["status"], run_counts(batch)))
    assert seen[2:] == [
        ("INPROGRESS", {"pending": 3}),
        ("INPROGRESS", {"pending": 1, "starting": 2}),
        ("INPROGRESS", {"pending": 1, "running": 2}),
        ("INPROGRESS", {"pending": 1, "stopping": 2}),
        ("INPROGRESS", {"starting": 1, "completed": 2}),
        ("INPROGRESS", {"running": 1, "completed": 2}),
        ("INPROGRESS", {"stopping": 1, "completed": 2}),
        ("PROCESSED", {"completed": 3}),
    ]


@pytest.mark.our_choice("W6")
def test_runs_start_in_order_of_creation(
    omics: Client, start_batch: StartBatch, group_id: str
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(5)], runGroupId=group_id)
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    statuses = [run["status"] for run in omics.list_runs(batchId=batch_id)["items"]]
    assert statuses == ["STARTING", "STARTING", "PENDING", "PENDING", "PENDING"]


@pytest.mark.documented("W6")
def test_limit_applies_to_all_runs_of_the_group(
    omics: Client, workflow_id: str, group_id: str
) -> None:
    def start(**params: str) -> str:
        run = omics.start_run(
            workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", **params
        )
        return str(run["id"])

    def status_of(run_id: str) -> str:
        return str(omics.get_run(id=run_id)["status"])

    first, second, third = (start(runGroupId=group_id) for _ in range(3))
    ungrouped = start()
    assert [status_of(run) for run in (first, second, third, ungrouped)] == [
        "STARTING",
        "STARTING",
        "PENDING",
        "STARTING",
    ]
    while status_of(first) != "COMPLETED":
        pass
    assert status_of(third) == "STARTING"


@pytest.mark.our_choice("W6")
@pytest.mark.parametrize("resource", ["batch", "run"])
def test_immediate_runs_of_a_full_group_all_complete(
    omics: Client,
    start_batch: StartBatch,
    group_id: str,
    progression: SetProgression,
    resource: str,
) -> None:
    progression(resource, progression="immediate")
    batch_id = start_batch([f"s{n}" for n in range(7)], runGroupId=group_id)
    for _ in range(4):
        batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("PROCESSED", {"completed": 7})


@pytest.mark.documented("W6")
def test_raising_the_limit_starts_more_runs(
    omics: Client, start_batch: StartBatch, group_id: str
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(5)], runGroupId=group_id)
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    omics.update_run_group(id=group_id, maxRuns=4)
    counts = run_counts(omics.get_batch(batchId=batch_id))
    assert counts == {"pending": 1, "starting": 2, "running": 2}


@pytest.mark.documented("B80", "W6")
def test_waiting_runs_can_be_cancelled(
    omics: Client, start_batch: StartBatch, group_id: str
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(5)], runGroupId=group_id)
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    omics.cancel_run_batch(batchId=batch_id)
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"stopping": 5}
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("CANCELLED", {"cancelled": 5})
    assert batch["submissionSummary"]["successfulCancelSubmissionCount"] == 5
