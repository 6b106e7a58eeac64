"""Which tasks are stored in the run cache, when, and what is in S3 (L65, L66, L69 to L72)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from conftest import ACCOUNT, ROLE, Client, MakeClient
from moto_omics_batch import faults, results
from moto_omics_batch.types import RunFailureReason
from tests.omics.helpers import Clock, Settings

from .conftest import CacheBucket, HitsOf, RunCached, TasksOf, new_cache

ALL = ["Align", "Call", "Report"]
RUN = {"workflowId": "1234567", "roleArn": ROLE, "outputUri": "s3://results"}
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


# -- which runs store --


@pytest.mark.documented("L69")
@pytest.mark.parametrize(
    ("of_cache", "of_run", "hits"),
    [
        ("CACHE_ALWAYS", None, ALL),
        ("CACHE_ON_FAILURE", None, []),
        ("CACHE_ALWAYS", "CACHE_ON_FAILURE", []),
        ("CACHE_ON_FAILURE", "CACHE_ALWAYS", ALL),
    ],
)
def test_a_completed_run_stores_with_cache_always(
    omics: Client,
    run_cached: RunCached,
    hits_of: HitsOf,
    of_cache: str,
    of_run: str | None,
    hits: list[str],
) -> None:
    cache = {"cacheId": new_cache(omics, cacheBehavior=of_cache)}
    run_cached(**cache, cacheBehavior=of_run)
    assert hits_of(run_cached(**cache)) == hits


@pytest.mark.documented("L69")
@pytest.mark.parametrize("behavior", ["CACHE_ALWAYS", "CACHE_ON_FAILURE"])
def test_a_failed_run_stores_its_completed_tasks_with_both_behaviors(
    run_cached: RunCached, hits_of: HitsOf, behavior: str
) -> None:
    faults.run_fails(task="Report", times=1)
    run_cached(to="FAILED", cacheBehavior=behavior)
    assert hits_of(run_cached()) == ["Align", "Call"]


@pytest.mark.our_choice("L69")
def test_the_behavior_is_that_of_the_cache_when_the_run_started(
    omics: Client, run_cached: RunCached, hits_of: HitsOf, cache_id: str
) -> None:
    run_id = run_cached(to="RUNNING")
    omics.update_run_cache(id=cache_id, cacheBehavior="CACHE_ON_FAILURE")
    faults.advance(run_id, to="COMPLETED")
    assert hits_of(run_cached()) == ALL


@pytest.mark.documented("L70")
@pytest.mark.parametrize("reason", ["EXPORT_FAILED", "FILE_SYSTEM_OUT_OF_SPACE", "RUN_TIMED_OUT"])
def test_failures_after_which_nothing_is_stored(
    run_cached: RunCached, hits_of: HitsOf, reason: RunFailureReason
) -> None:
    faults.run_fails(failureReason=reason, at="STOPPING", times=1)
    run_cached(to="FAILED")
    assert hits_of(run_cached()) == []


@pytest.mark.documented("L69")
def test_another_failure_after_all_tasks_were_done_stores_them(
    run_cached: RunCached, hits_of: HitsOf
) -> None:
    faults.run_fails(failureReason="WORKFLOW_RUN_FAILED", at="STOPPING", times=1)
    run_cached(to="FAILED")
    assert hits_of(run_cached()) == ALL


@pytest.mark.documented("L70")
@pytest.mark.parametrize("fault", [{"task": "Align"}, {"at": "STARTING"}, {"at": "RUNNING"}])
def test_nothing_is_stored_when_no_task_was_done(
    run_cached: RunCached, hits_of: HitsOf, fault: dict[str, Any], bucket: CacheBucket
) -> None:
    faults.run_fails(times=1, **fault)
    run_cached(to="FAILED")
    assert bucket.list_keys() == []
    assert hits_of(run_cached()) == []


@pytest.mark.documented("L71")
@pytest.mark.parametrize("behavior", ["CACHE_ALWAYS", "CACHE_ON_FAILURE"])
@pytest.mark.parametrize(("at", "hits"), [("RUNNING", ["Align"]), ("STOPPING", ALL)])
def test_a_cancelled_run_stores_its_completed_tasks(
    omics: Client,
    run_cached: RunCached,
    hits_of: HitsOf,
    clock: Clock,
    behavior: str,
    at: str,
    hits: list[str],
) -> None:
    results.task("Align", runningSeconds=60)
    run_id = run_cached(to=at, cacheBehavior=behavior)
    clock.now += timedelta(seconds=90)
    omics.cancel_run(id=run_id)
    faults.advance(run_id, to="CANCELLED")
    assert hits_of(run_cached()) == hits


@pytest.mark.our_choice("L71")
@pytest.mark.parametrize("at", ["STARTING", "RUNNING"])
def test_a_cancelled_run_whose_tasks_were_not_done_stores_nothing(
    omics: Client, run_cached: RunCached, hits_of: HitsOf, at: str
) -> None:
    run_id = run_cached(to=at)
    omics.cancel_run(id=run_id)
    faults.advance(run_id, to="CANCELLED")
    assert hits_of(run_cached()) == []


@pytest.mark.our_choice("L72")
def test_entries_exist_from_the_end_of_the_run_on(
    run_cached: RunCached, hits_of: HitsOf, bucket: CacheBucket
) -> None:
    first = run_cached(to="STOPPING")
    assert bucket.list_keys() == []
    second = run_cached(to="RUNNING")
    faults.advance(first, to="COMPLETED")
    assert len(bucket.list_keys()) == 3
    assert hits_of(second) == []
    assert hits_of(run_cached()) == ALL


@pytest.mark.our_choice("L74")
def test_the_latest_entry_counts(run_cached: RunCached, tasks_of: TasksOf) -> None:
    runs = [run_cached(to="RUNNING") for _ in range(2)]
    for run_id in reversed(runs):
        faults.advance(run_id, to="COMPLETED")
    (uri,) = {task["cacheS3Uri"].split("/")[5] for task in tasks_of(run_cached()).values()}
    assert uri == runs[0]


# -- what is stored --


@pytest.mark.documented("L65")
def test_an_entry_has_a_manifest(
    run_cached: RunCached, tasks_of: TasksOf, bucket: CacheBucket, cache_id: str
) -> None:
    run_id = run_cached()
    ids = [task["taskId"] for task in tasks_of(run_id).values()]
    layout = re.compile(rf"runs/({UUID})/{run_id}/(\d+)/({UUID})/\3\.json")
    found = [layout.fullmatch(key) for key in bucket.list_keys()]
    assert sorted(match[2] for match in found if match) == sorted(ids)
    for match in filter(None, found):
        cache_uuid, task_id, uuid = match.groups()
        assert json.loads(bucket.body(match[0])) == {
            "arn": f"arn:aws:omics:us-east-1:{ACCOUNT}:runCache/{cache_id}/cacheEntry/{uuid}",
            "s3uri": f"s3://cache/runs/{cache_uuid}/{run_id}/{task_id}/{uuid}",
            "taskArn": f"arn:aws:omics:us-east-1:{ACCOUNT}:task/{task_id}",
            "workDir": f"/mnt/workflow/{cache_uuid}/workdir/call-{ALL[ids.index(task_id)]}",
            "files": [],
            "nextflowContext": {},
            "otherOutputs": {},
            "version": 2,
        }


@pytest.mark.documented("L67")
def test_cache_s3_uri_of_a_hit_is_that_of_the_manifest(
    run_cached: RunCached, tasks_of: TasksOf, bucket: CacheBucket
) -> None:
    run_cached()
    manifests = [json.loads(bucket.body(key)) for key in bucket.list_keys()]
    hits = tasks_of(run_cached()).values()
    assert sorted(t["cacheS3Uri"] for t in hits) == sorted(m["s3uri"] for m in manifests)


@pytest.mark.our_choice("L66")
@pytest.mark.parametrize("location", ["s3://cache", "s3://cache/", "s3://cache/a/"])
def test_the_location_is_shown_as_created(
    omics: Client, run_cached: RunCached, tasks_of: TasksOf, bucket: CacheBucket, location: str
) -> None:
    cache_id = new_cache(omics, location)
    assert omics.get_run_cache(id=cache_id)["cacheS3Uri"] == location
    assert omics.list_run_caches()["items"][0]["cacheS3Uri"] == "s3://cache/runs"
    run_cached(cacheId=cache_id)
    for task in tasks_of(run_cached(cacheId=cache_id)).values():
        assert re.fullmatch(rf"{location.rstrip('/')}/{UUID}/\d+/\d+/{UUID}", task["cacheS3Uri"])
    assert len(bucket.list_keys()) == 3


@pytest.mark.our_choice("L74")
def test_hits_are_not_stored_again(
    run_cached: RunCached, hits_of: HitsOf, tasks_of: TasksOf, bucket: CacheBucket
) -> None:
    faults.run_fails(task="Call", times=1)
    first = run_cached(to="FAILED")
    second = run_cached()
    runs = [key.split("/")[2] for key in bucket.list_keys()]
    assert sorted(runs) == sorted([first, second, second])
    tasks = tasks_of(run_cached()).values()
    assert [task["cacheS3Uri"].split("/")[5] for task in tasks] == [first, second, second]
    assert len(bucket.list_keys()) == 3


@pytest.mark.our_choice("L65")
def test_an_entry_that_s3_does_not_take_is_only_remembered(
    omics: Client, run_cached: RunCached, hits_of: HitsOf, bucket: CacheBucket
) -> None:
    cache_id = new_cache(omics, f"s3://cache/{'x' * 1000}")
    run_cached(cacheId=cache_id)
    assert bucket.list_keys() == []
    assert hits_of(run_cached(cacheId=cache_id)) == ALL


@pytest.mark.our_choice("B3")
def test_entries_change_no_ids(settings: Settings, client: MakeClient) -> None:
    settings(workflows=["1234567"])

    def created(behavior: str) -> list[str]:
        """Return ids of two runs with a cache, of which the second can have hits."""
        moto_api_backend.reset()
        client("s3").create_bucket(Bucket="cache")
        mock_random.seed(42)
        omics = client("omics")
        cache_id, found = new_cache(omics, cacheBehavior=behavior), list[str]()
        for _ in range(2):
            run = omics.start_run(cacheId=cache_id, requestId=str(len(found)), **RUN)
            found += [run["id"], run["uuid"]]
            faults.advance(run["id"], to="COMPLETED")
        (task,) = omics.list_run_tasks(id=found[2])["items"]
        assert task["cacheHit"] == (behavior == "CACHE_ALWAYS")
        return [*found, task["taskId"], omics.create_run_group()["id"]]

    assert created("CACHE_ALWAYS") == created("CACHE_ON_FAILURE")


# -- declared hits --


@pytest.mark.our_choice("L74")
def test_a_declared_hit_without_an_entry_names_one_of_its_own(
    run_cached: RunCached, tasks_of: TasksOf, bucket: CacheBucket
) -> None:
    results.task("Call", cacheHit=True)
    run_id = run_cached()
    task = tasks_of(run_id)["Call"]
    assert (task["cacheHit"], task["status"]) == (True, "COMPLETED")
    layout = rf"s3://cache/runs/{UUID}/{run_id}/{task['taskId']}/{UUID}"
    assert re.fullmatch(layout, task["cacheS3Uri"])
    assert not any(task["taskId"] in key for key in bucket.list_keys())
    assert len(bucket.list_keys()) == 2


@pytest.mark.our_choice("L74")
def test_a_declared_hit_with_an_entry_names_that(
    run_cached: RunCached, tasks_of: TasksOf, hits_of: HitsOf
) -> None:
    first = run_cached()
    results.task("Call", cacheHit=True)
    run_id = run_cached()
    assert hits_of(run_id) == ALL
    assert tasks_of(run_id)["Call"]["cacheS3Uri"].split("/")[5] == first


@pytest.mark.our_choice("L74")
def test_a_declared_hit_of_a_run_without_a_cache_names_no_entry(
    run_cached: RunCached, tasks_of: TasksOf
) -> None:
    results.task("Call", cacheHit=True)
    task = tasks_of(run_cached(cacheId=None))["Call"]
    assert task["cacheHit"] is True
    assert "cacheS3Uri" not in task


@pytest.mark.our_choice("L74")
def test_a_task_that_is_declared_to_be_no_hit_is_executed_and_stored(
    run_cached: RunCached, tasks_of: TasksOf, hits_of: HitsOf
) -> None:
    run_cached()
    results.task("Call", cacheHit=False)
    second = run_cached()
    assert hits_of(second) == ["Align", "Report"]
    assert "startTime" in tasks_of(second)["Call"]
    results.clear()
    third = tasks_of(run_cached())
    assert third["Call"]["cacheS3Uri"].split("/")[5] == second


# -- failures of tasks that would be hits --


@pytest.mark.our_choice("L142")
@pytest.mark.parametrize(
    ("fault", "failed"),
    [
        ({"task": "Align"}, "Align"),
        ({"failureReason": "TASK_TIMED_OUT"}, "Report"),
    ],
)
def test_a_task_that_fails_is_no_hit(
    run_cached: RunCached, tasks_of: TasksOf, fault: dict[str, Any], failed: str
) -> None:
    run_cached()
    faults.run_fails(**fault)
    tasks = tasks_of(run_cached(to="FAILED"))
    assert {name: (task["status"], task["cacheHit"]) for name, task in tasks.items()} == {
        name: ("FAILED", False) if name == failed else ("COMPLETED", True) for name in ALL
    }


@pytest.mark.our_choice("L142")
def test_the_last_task_that_is_executed_fails_when_none_is_named(
    run_cached: RunCached, tasks_of: TasksOf
) -> None:
    results.task("Report", cacheHit=True)
    faults.run_fails(failureReason="TASK_TIMED_OUT")
    tasks = tasks_of(run_cached(to="FAILED"))
    assert [task["status"] for task in tasks.values()] == ["COMPLETED", "FAILED", "COMPLETED"]


# -- deleted runs --


@pytest.mark.our_choice("L74")
def test_entries_of_deleted_runs_are_hit(
    omics: Client, run_cached: RunCached, hits_of: HitsOf
) -> None:
    omics.delete_run(id=run_cached())
    assert hits_of(run_cached()) == ALL
