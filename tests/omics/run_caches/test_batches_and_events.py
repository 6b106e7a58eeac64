"""Run caches of batches, and the events of tasks that came from a cache."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Answer, Client, MakeClient, StartBatch
from moto_omics_batch import faults
from moto_omics_batch.types import BatchStatus
from tests.omics.event_queue import EventQueue, event_pattern
from tests.omics.helpers import observe_cache_keys, run_ids

from .conftest import CacheBucket, HitsOf, RunCached, TasksOf

ALL = ["Align", "Call", "Report"]


@pytest.fixture
def run_batch(omics: Client, start_batch: StartBatch, germline: str, cache_id: str) -> Any:
    """``run_batch(["s1"], to="PROCESSED")`` runs a batch with the cache; returns the run ids."""

    def run(entries: Any, *, to: BatchStatus = "PROCESSED", **default: Any) -> dict[str, str]:
        batch_id = start_batch(entries, workflowId=germline, cacheId=cache_id, **default)
        faults.advance(batch_id, to=to)
        return run_ids(omics, batch_id)

    return run


def entry(name: str, sample: str) -> Answer:
    """Return an entry with a parameter of its own."""
    return {"runSettingId": name, "parameters": {"sample": sample}}


@pytest.mark.our_choice("L74")
def test_runs_of_a_batch_hit_what_another_batch_has_stored(
    run_batch: Any, hits_of: HitsOf, tasks_of: TasksOf
) -> None:
    faults.run_fails(task="Report", runSettingId="s2", times=1)
    first = run_batch([entry("s1", "HG001"), entry("s2", "HG002")])
    again = run_batch([entry("a", "HG002"), entry("b", "HG003"), entry("c", "HG001")])
    assert [hits_of(again[name]) for name in "abc"] == [["Align", "Call"], [], ALL]
    assert tasks_of(again["c"])["Call"]["cacheS3Uri"].split("/")[5] == first["s1"]


@pytest.mark.our_choice("L74")
def test_runs_of_one_batch_that_execute_together_do_not_hit_each_other(
    run_batch: Any, hits_of: HitsOf, bucket: CacheBucket
) -> None:
    first = run_batch(["s1", "s2"])
    assert [hits_of(run_id) for run_id in first.values()] == [[], []]
    assert len(bucket.list_keys()) == 6


@pytest.mark.our_choice("L74")
def test_a_batch_and_a_single_run_with_the_same_parameters_share_entries(
    run_batch: Any, run_cached: RunCached, hits_of: HitsOf
) -> None:
    shared = {"depth": 30}
    run_batch([entry("s1", "HG002")], parameters=shared)
    assert hits_of(run_cached(parameters={**shared, "sample": "HG002"})) == ALL
    assert hits_of(run_cached(parameters=shared)) == []
    run_cached(parameters=shared)
    (run_id,) = run_batch(["s1"], parameters=shared).values()
    assert hits_of(run_id) == ALL


@pytest.mark.our_choice("L74")
def test_the_parameters_of_a_run_are_hashed_once_and_shared_ones_once_for_the_batch(
    run_batch: Any, run_cached: RunCached, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = observe_cache_keys(monkeypatch)
    run_cached(cacheId=None, parameters={"sample": "HG000"})
    run_batch(["s1", "s2", "s3", entry("s4", "HG001")], parameters={"sample": "HG002"})
    assert hashed == [{"sample": "HG002"}, {"sample": "HG001"}]


@pytest.mark.our_choice("L74")
def test_hits_of_a_deleted_batch_and_of_its_runs(
    omics: Client, run_batch: Any, hits_of: HitsOf
) -> None:
    run_batch(["s1"])
    batch_id = omics.list_batch()["items"][0]["id"]
    omics.delete_run_batch(batchId=batch_id)
    faults.advance(batch_id, to="RUNS_DELETED")
    omics.delete_batch(batchId=batch_id)
    (run_id,) = run_batch(["s1"]).values()
    assert hits_of(run_id) == ALL


@pytest.mark.our_choice("L5", "L73")
def test_a_hit_has_one_completed_event_when_the_run_is_running(
    client: MakeClient, run_cached: RunCached, tasks_of: TasksOf
) -> None:
    faults.run_fails(task="Call", times=1)
    run_cached(to="FAILED")
    queue = EventQueue(client, event_pattern("Task"))
    run_id = run_cached()
    ids = {task["taskId"]: name for name, task in tasks_of(run_id).items()}
    events = [event["detail"] for event in queue.receive()]
    statuses: dict[str, list[str]] = {name: [] for name in ALL}
    for detail in events:
        statuses[ids[detail["arn"].rpartition("/")[2]]].append(detail["status"])
    executed = ["PENDING", "STARTING", "RUNNING", "STOPPING", "COMPLETED"]
    hit = ["PENDING", "STARTING", "COMPLETED"]
    assert statuses == {"Align": hit, "Call": executed, "Report": executed}


@pytest.mark.our_choice("L72")
def test_entries_are_in_s3_when_the_event_of_the_end_is_delivered(
    client: MakeClient, run_cached: RunCached, bucket: CacheBucket
) -> None:
    queue = EventQueue(client, event_pattern("Run"))
    run_id = run_cached(to="STOPPING")
    assert "COMPLETED" not in queue.receive_statuses()
    assert bucket.list_keys() == []
    faults.advance(run_id, to="COMPLETED")
    assert queue.receive_statuses() == ["COMPLETED"]
    assert len(bucket.list_keys()) == 3
