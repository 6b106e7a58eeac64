"""Run caches: keys of inputs and of tasks, entries, and which runs store."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moto_omics_batch.domain.cache import (
    CacheEntry,
    entries_location,
    inputs_key,
    manifest,
    stores,
    task_key,
)
from moto_omics_batch.domain.tasks import TaskSpec

SPEC = TaskSpec("Call", 2, 4, image="call:1")
ETAGS = [("s3://b/x", "etag:1"), ("s3://b/y", "etag:2")]


def test_the_order_of_parameters_and_of_objects_does_not_count() -> None:
    one = inputs_key("sha256:1", {"x": 1, "y": [1, 2]}, ETAGS)
    assert inputs_key("sha256:1", {"y": [1, 2], "x": 1}, ETAGS[::-1]) == one
    assert len(one) == 16


@pytest.mark.parametrize(
    ("definition", "parameters", "etags"),
    [
        ("sha256:2", {"x": 1}, ETAGS),
        ("sha256:1", {"x": 1.0}, ETAGS),
        ("sha256:1", {"x": True}, ETAGS),
        ("sha256:1", {"x": "1"}, ETAGS),
        ("sha256:1", {"x": 1, "y": None}, ETAGS),
        ("sha256:1", {}, ETAGS),
        ("sha256:1", None, ETAGS),
        ("sha256:1", {"x": 1}, []),
        ("sha256:1", {"x": 1}, [("s3://b/x", "etag:2"), ("s3://b/y", "etag:2")]),
        ("sha256:1", {"x": "\ud800"}, ETAGS),
    ],
)
def test_other_inputs_have_another_key(definition: str, parameters: Any, etags: Any) -> None:
    assert inputs_key(definition, parameters, etags) != inputs_key("sha256:1", {"x": 1}, ETAGS)


def test_tasks_have_keys_of_their_own() -> None:
    inputs = inputs_key("sha256:1", {}, [])
    keys = [
        task_key(inputs, 0, SPEC),
        task_key(inputs, 1, SPEC),
        task_key(inputs_key("sha256:2", {}, []), 0, SPEC),
        task_key(inputs, 0, SPEC._replace(name="call")),
        task_key(inputs, 0, SPEC._replace(cpus=4)),
        task_key(inputs, 0, SPEC._replace(memory=2)),
        task_key(inputs, 0, SPEC._replace(gpus=1)),
        task_key(inputs, 0, SPEC._replace(image=None)),
        task_key(inputs, 0, SPEC._replace(image="call:2")),
    ]
    assert len(set(keys)) == len(keys)
    assert task_key(inputs, 0, SPEC._replace(source_image="other")) == keys[0]


@pytest.mark.parametrize(
    ("behavior", "succeeded", "reason", "expected"),
    [
        ("CACHE_ALWAYS", True, None, True),
        ("CACHE_ON_FAILURE", True, None, False),
        ("CACHE_ALWAYS", False, None, True),
        ("CACHE_ON_FAILURE", False, None, True),
        ("CACHE_ON_FAILURE", False, "OUT_OF_MEMORY_ERROR", True),
        ("CACHE_ALWAYS", False, "RUN_TIMED_OUT", False),
        ("CACHE_ON_FAILURE", False, "EXPORT_FAILED", False),
        ("CACHE_ALWAYS", False, "FILE_SYSTEM_OUT_OF_SPACE", False),
    ],
)
def test_which_runs_store_their_tasks(
    behavior: str, succeeded: bool, reason: str | None, expected: bool
) -> None:
    assert stores(behavior, succeeded=succeeded, reason=reason) is expected


@pytest.mark.parametrize("location", ["s3://b", "s3://b/", "s3://b//"])
def test_entries_are_below_the_location_and_the_cache(location: str) -> None:
    assert entries_location(location, "uuid") == "s3://b/uuid"
    assert entries_location(f"{location.rstrip('/')}/x/", "uuid") == "s3://b/x/uuid"


def test_the_manifest_of_an_entry() -> None:
    entry = CacheEntry("s3://b/cache/1/2/entry", in_s3=True)
    assert entry.manifest_uri == "s3://b/cache/1/2/entry/entry.json"
    assert json.loads(manifest(entry, "arn:entry", "arn:task", "Call")) == {
        "arn": "arn:entry",
        "s3uri": "s3://b/cache/1/2/entry",
        "taskArn": "arn:task",
        "workDir": "/mnt/workflow/cache/workdir/call-Call",
        "files": [],
        "nextflowContext": {},
        "otherOutputs": {},
        "version": 2,
    }
