"""The stream runCache/ID/UUID: what runs take from a run cache, and what they store (L25)."""

from __future__ import annotations

import json

import pytest

from conftest import ACCOUNT, REGION, Client
from tests.omics.helpers import Settings, StartRun, UntilRun, notify_of_cache, record_cache_hit

from .conftest import LogReader

CACHE_LINES = ("missed", "created", "hit")


def cache_lines(reader: LogReader) -> list[tuple[str, str]]:
    """Return (logMessage, message) of each line of the only stream of a run cache."""
    (stream,) = reader.streams("runCache/")
    return [tuple(json.loads(line).values()) for line in reader.lines(stream)]


@pytest.fixture
def cache_id(omics: Client) -> str:
    """The id of a run cache."""
    return str(omics.create_run_cache(cacheS3Location="s3://cache/runs/")["id"])


@pytest.mark.documented("L25")
def test_lines_name_the_run_and_the_task(
    omics: Client, start_run: StartRun, until_run: UntilRun, cache_id: str, reader: LogReader
) -> None:
    run_id = start_run(cacheId=cache_id)["id"]
    until_run(run_id, "RUNNING")
    (task,) = omics.list_run_tasks(id=run_id)["items"]
    arn = f"arn:aws:omics:{REGION}:{ACCOUNT}:task/{task['taskId']}"
    for method in ("missed", "created"):
        notify_of_cache(run_id, method)
    name = task["name"]
    assert cache_lines(reader)[-2:] == [
        ("CACHE_MISS", f"Cache miss for run: {run_id}, task: {name}, {arn}"),
        ("CACHE_ENTRY_CREATED", f"Cache entry created for run: {run_id}, task: {name}, by {arn}"),
    ]
