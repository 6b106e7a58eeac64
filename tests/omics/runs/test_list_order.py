"""ListRuns is in order of creation, and pages are complete, while a batch submits slowly (B75)."""

from __future__ import annotations

import pytest

from conftest import Client, StartBatch, Until
from tests.omics.helpers import Settings, StartRun, run_ids


@pytest.mark.our_choice("B75", "W2.9", "L155")
def test_runs_are_listed_in_order_of_creation_while_a_batch_submits(
    omics: Client, start_batch: StartBatch, start_run: StartRun, settings: Settings, until: Until
) -> None:
    settings(submissions_per_tick=2)
    batch_id = start_batch(["s1", "s2", "s3", "s4", "s5"])
    created = []
    for _ in range(5):
        omics.get_batch(batchId=batch_id)
        created.append(start_run()["id"])
    of_batch = list(run_ids(omics, batch_id).values())
    expected = [
        *(created[0], created[1], *of_batch[:2], created[2]),
        *(*of_batch[2:4], created[3], of_batch[4], created[4]),
    ]
    assert [run["id"] for run in omics.list_runs()["items"]] == expected


@pytest.mark.our_choice("B75", "W10")
def test_no_run_is_lost_between_pages_while_a_batch_submits(
    omics: Client, start_batch: StartBatch, start_run: StartRun, settings: Settings
) -> None:
    settings(submissions_per_tick=1)
    batch_id = start_batch([f"s{n}" for n in range(6)])
    for _ in range(3):
        omics.get_batch(batchId=batch_id)
        start_run()
    listed, token = [], None
    for _ in range(20):
        page = omics.list_runs(maxResults=1, **({"startingToken": token} if token else {}))
        listed += [run["id"] for run in page["items"]]
        token = page.get("nextToken")
        omics.get_batch(batchId=batch_id)
        if token is None:
            break
    assert listed == [run["id"] for run in omics.list_runs()["items"]]
    assert len(listed) == 9


@pytest.mark.our_choice("W2.9")
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "a b c d"),
        ({"name": "x"}, "a c"),
        ({"status": "CANCELLED"}, "b c"),
        ({"status": "CANCELLED", "name": "x"}, "c"),
        ({"status": "RUNNING"}, ""),
        ({"name": "nobody"}, ""),
        ({"runGroupId": "group"}, "a d"),
        ({"runGroupId": "group", "name": "x"}, "a"),
        ({"runGroupId": "group", "status": "CANCELLED"}, ""),
    ],
)
def test_filters_are_combined(
    omics: Client, start_run: StartRun, filters: dict[str, str], expected: str
) -> None:
    group = omics.create_run_group()["id"]
    runs = {
        "a": start_run(name="x", runGroupId=group)["id"],
        "b": start_run(name="y")["id"],
        "c": start_run(name="x")["id"],
        "d": start_run(runGroupId=group)["id"],
    }
    for letter in "bc":
        omics.cancel_run(id=runs[letter])
        omics.get_run(id=runs[letter])
        omics.get_run(id=runs[letter])
    wanted = {k: group if v == "group" else v for k, v in filters.items()}
    names = {run_id: letter for letter, run_id in runs.items()}
    found = [names[run["id"]] for run in omics.list_runs(**wanted)["items"]]
    assert found == expected.split()
