"""The stream runCache/ID/UUID: what runs take from a run cache, and what they store (L25)."""

from __future__ import annotations

import json

import pytest

from conftest import ACCOUNT, REGION, Client
from moto_omics_batch import results
from tests.omics.helpers import StartRun, UntilRun

from .conftest import LogReader


def cache_lines(reader: LogReader) -> list[tuple[str, str]]:
    """Return (logMessage, message) of each line of the only stream of a run cache."""
    (stream,) = reader.streams("runCache/")
    return [tuple(json.loads(line).values()) for line in reader.lines(stream)]


def task_of(omics: Client, run_id: str) -> tuple[str, str]:
    """Return name and ARN of the only task of a run."""
    (task,) = omics.list_run_tasks(id=run_id)["items"]
    return task["name"], f"arn:aws:omics:{REGION}:{ACCOUNT}:task/{task['taskId']}"


@pytest.fixture
def cache_id(omics: Client) -> str:
    """The id of a run cache that stores the tasks of all runs."""
    created = omics.create_run_cache(
        cacheS3Location="s3://cache/runs/", cacheBehavior="CACHE_ALWAYS"
    )
    return str(created["id"])


@pytest.mark.documented("L25")
def test_lines_name_the_run_and_the_task_that_created_the_entry(
    omics: Client, start_run: StartRun, until_run: UntilRun, cache_id: str, reader: LogReader
) -> None:
    first = start_run(cacheId=cache_id)["id"]
    until_run(first, "RUNNING")
    name, arn = task_of(omics, first)
    miss = "CACHE_MISS", f"Cache miss for run: {first}, task: {name}, {arn}"
    assert cache_lines(reader) == [miss]
    until_run(first, "COMPLETED")
    created = (
        "CACHE_ENTRY_CREATED",
        f"Cache entry created for run: {first}, task: {name}, by {arn}",
    )
    assert cache_lines(reader) == [miss, created]
    second = start_run(cacheId=cache_id)["id"]
    until_run(second, "COMPLETED")
    hit = f"Cache hit for run: {second}, task: {name}, entry created by {arn}"
    assert cache_lines(reader) == [miss, created, ("CACHE_HIT", hit)]
    (stream,) = reader.streams("runCache/")
    kind, id, uuid = stream.split("/")
    assert (kind, id, len(uuid)) == ("runCache", cache_id, 36)


@pytest.mark.our_choice("L25")
def test_a_hit_that_was_only_declared_names_its_own_task(
    omics: Client, start_run: StartRun, until_run: UntilRun, cache_id: str, reader: LogReader
) -> None:
    run_id = start_run(cacheId=cache_id)["id"]
    name, arn = task_of(omics, run_id)
    results.task(name, cacheHit=True)
    until_run(run_id, "RUNNING")
    hit = f"Cache hit for run: {run_id}, task: {name}, entry created by {arn}"
    assert cache_lines(reader) == [("CACHE_HIT", hit)]


@pytest.mark.documented("L21")
def test_a_run_with_log_level_off_writes_nothing_about_its_cache(
    start_run: StartRun, until_run: UntilRun, cache_id: str, reader: LogReader
) -> None:
    until_run(start_run(cacheId=cache_id, logLevel="OFF")["id"], "COMPLETED")
    assert reader.streams() == []
