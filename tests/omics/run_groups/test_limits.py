"""maxRuns of a run group: runs beyond it wait in PENDING."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conftest import ROLE, Client, StartBatch
from tests.omics.helpers import run_counts


@pytest.fixture
def group_of_two(omics: Client) -> str:
    return str(omics.create_run_group(name="two", maxRuns=2)["id"])


@pytest.mark.documented("W6", "W2.8")
def test_runs_of_a_batch_wait_while_the_group_is_full(
    omics: Client, start_batch: StartBatch, group_of_two: str
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(3)], runGroupId=group_of_two)
    seen: list[tuple[str, dict[str, int]]] = []
    while not seen or seen[-1][0] != "PROCESSED":
        batch = omics.get_batch(batchId=batch_id)
        seen.append((batch["status"], run_counts(batch)))
    assert seen[2:] == [
        ("INPROGRESS", {"pending": 3}),
        ("INPROGRESS", {"pending": 1, "starting": 2}),
        ("INPROGRESS", {"pending": 1, "running": 2}),
        ("INPROGRESS", {"pending": 1, "stopping": 2}),
        ("INPROGRESS", {"pending": 1, "completed": 2}),
        ("INPROGRESS", {"starting": 1, "completed": 2}),
        ("INPROGRESS", {"running": 1, "completed": 2}),
        ("INPROGRESS", {"stopping": 1, "completed": 2}),
        ("PROCESSED", {"completed": 3}),
    ]


@pytest.mark.our_choice("W6")
def test_the_runs_made_first_start_first(
    omics: Client, start_batch: StartBatch, group_of_two: str
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(5)], runGroupId=group_of_two)
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    statuses = [run["status"] for run in omics.list_runs(batchId=batch_id)["items"]]
    assert statuses == ["STARTING", "STARTING", "PENDING", "PENDING", "PENDING"]


@pytest.mark.documented("W6")
def test_runs_of_the_same_group_share_its_limit(
    omics: Client, workflow_id: str, group_of_two: str
) -> None:
    def start(**more: str) -> str:
        run = omics.start_run(
            workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", **more
        )
        return str(run["id"])

    def look(run_id: str) -> str:
        return str(omics.get_run(id=run_id)["status"])

    first, second, third = (start(runGroupId=group_of_two) for _ in range(3))
    free = start()
    assert [look(run) for run in (first, second, third, free)] == [
        "STARTING",
        "STARTING",
        "PENDING",
        "STARTING",
    ]
    while look(first) != "COMPLETED":
        pass
    assert look(third) == "STARTING"


@pytest.mark.our_choice("W6")
@pytest.mark.parametrize("of", ["batch", "run"])
def test_immediate_runs_pass_through_a_full_group_one_after_the_other(
    omics: Client,
    start_batch: StartBatch,
    group_of_two: str,
    progression: Callable[..., None],
    of: str,
) -> None:
    progression(of, progression="immediate")
    batch_id = start_batch([f"s{n}" for n in range(7)], runGroupId=group_of_two)
    for _ in range(4):
        batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("PROCESSED", {"completed": 7})


@pytest.mark.documented("W6")
def test_a_higher_limit_lets_more_runs_start(
    omics: Client, start_batch: StartBatch, group_of_two: str
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(5)], runGroupId=group_of_two)
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    omics.update_run_group(id=group_of_two, maxRuns=4)
    counts = run_counts(omics.get_batch(batchId=batch_id))
    assert counts == {"pending": 1, "starting": 2, "running": 2}


@pytest.mark.documented("B80", "W6")
def test_cancelling_reaches_runs_that_wait(
    omics: Client, start_batch: StartBatch, group_of_two: str
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(5)], runGroupId=group_of_two)
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    omics.cancel_run_batch(batchId=batch_id)
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"stopping": 5}
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("CANCELLED", {"cancelled": 5})
    assert batch["submissionSummary"]["successfulCancelSubmissionCount"] == 5
