"""Fixtures for the tests of what runs find in a run cache, and store there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ROLE, Answer, Client, MakeClient
from moto_omics_batch import faults
from moto_omics_batch.types import Status
from tests.omics.workflows.definitions import zip_of

TASK = """
task {name} {{
  command <<< {command} >>>
  output {{ String text = read_string(stdout()) }}
  runtime {{ docker: "{name}:1" }}
}}"""
WORKFLOW = "version 1.0\nworkflow germline {\n  call Align\n  call Call\n  call Report\n}"
TEMPLATE = {name: {"optional": True} for name in ("sample", "reads", "depth")}


def germline_zip(command: str = "date") -> bytes:
    """Return a definition with the tasks Align, Call and Report, which all can be cached."""
    tasks = [TASK.format(name=name, command=command) for name in ("Align", "Call", "Report")]
    return zip_of({"main.wdl": WORKFLOW + "".join(tasks)})


@pytest.fixture
def germline(omics: Client) -> str:
    """The id of a workflow of `germline_zip`."""
    created = omics.create_workflow(
        name="germline", engine="WDL", definitionZip=germline_zip(), parameterTemplate=TEMPLATE
    )
    return str(created["id"])


@pytest.fixture
def cache_id(omics: Client) -> str:
    """The id of a run cache at s3://cache/runs with CACHE_ALWAYS."""
    return new_cache(omics)


def new_cache(omics: Client, location: str = "s3://cache/runs", **settings: Any) -> str:
    """Return the id of a new run cache."""
    settings = {"cacheBehavior": "CACHE_ALWAYS", **settings}
    return str(omics.create_run_cache(cacheS3Location=location, **settings)["id"])


RunCached = Callable[..., str]


@pytest.fixture
def run_cached(omics: Client, germline: str, cache_id: str) -> RunCached:
    """``run_cached(to="FAILED", name="HG002")`` runs a workflow with the cache; returns the run id.

    A setting that is None is left out.
    """

    def run(*, to: Status = "COMPLETED", **settings: Any) -> str:
        default = {"workflowId": germline, "roleArn": ROLE, "outputUri": "s3://results"}
        settings = {**default, "cacheId": cache_id, **settings}
        given = {name: value for name, value in settings.items() if value is not None}
        run_id = str(omics.start_run(**given)["id"])
        faults.advance(run_id, to=to)
        return run_id

    return run


TasksOf = Callable[[str], dict[str, Answer]]


@pytest.fixture
def tasks_of(omics: Client) -> TasksOf:
    """``tasks_of(run_id)`` returns the tasks by name, as ListRunTasks describes them.

    GetRunTask must show the same of the cache.
    """

    def read(run_id: str) -> dict[str, Answer]:
        items = omics.list_run_tasks(id=run_id)["items"]
        for item in items:
            task = omics.get_run_task(id=run_id, taskId=item["taskId"])
            for name in ("cacheHit", "cacheS3Uri"):
                assert item.get(name) == task.get(name)
        return {item["name"]: item for item in items}

    return read


HitsOf = Callable[[str], list[str]]


@pytest.fixture
def hits_of(tasks_of: TasksOf) -> HitsOf:
    """``hits_of(run_id)`` returns the names of the tasks that came from the cache."""

    def read(run_id: str) -> list[str]:
        tasks = tasks_of(run_id)
        assert all(task["cacheHit"] or "cacheS3Uri" not in task for task in tasks.values())
        return [name for name, task in tasks.items() if task["cacheHit"]]

    return read


class CacheBucket:
    """The bucket ``cache``."""

    def __init__(self, s3: Client):
        self._s3 = s3

    def list_keys(self) -> list[str]:
        """Return all keys in order."""
        found = self._s3.list_objects_v2(Bucket="cache").get("Contents", [])
        return [item["Key"] for item in found]

    def body(self, key: str) -> bytes:
        """Return the content of an object."""
        body: bytes = self._s3.get_object(Bucket="cache", Key=key)["Body"].read()
        return body

    def delete(self, key: str) -> None:
        """Delete an object."""
        self._s3.delete_object(Bucket="cache", Key=key)

    def drop(self) -> None:
        """Delete all objects and the bucket."""
        for key in self.list_keys():
            self.delete(key)
        self._s3.delete_bucket(Bucket="cache")


@pytest.fixture
def bucket(client: MakeClient) -> CacheBucket:
    """The bucket ``cache``, empty."""
    s3 = client("s3")
    s3.create_bucket(Bucket="cache")
    return CacheBucket(s3)
