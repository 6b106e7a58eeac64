"""Declare the results of runs: files in S3, values of outputs, and properties of tasks.

Call these functions inside a mock. Nothing is written that was not declared. A declaration applies
to runs that end later, and lives until `clear`, or until the mock ends or is reset, in one account
and region: the account is moto's (MOTO_ACCOUNT_ID) and the region AWS_DEFAULT_REGION, or us-east-1,
unless they are named. Every function first applies the transitions that are due, raises
RuntimeError when no mock is active, and ValueError for a value that does not exist. The same exists
in the settings of the mock, and over HTTP for a server (docs/results.md, docs/reference/http.md).

The runs of a declaration are those that all of these select: ``workflowId``, ``workflowName``,
``batchName``, ``runSettingId``, ``runId`` and ``name``, the name of the run; without them, all
runs. All declarations that fit a run add up, and a later one replaces equal parts of an earlier
one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._mock import backend_in_mock
from .types import FileBody, TaskMetrics


def outputs(
    *,
    files: Mapping[str, FileBody] | None = None,
    values: Mapping[str, object] | None = None,
    workflowId: str | None = None,
    workflowName: str | None = None,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    name: str | None = None,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Declare the files that runs write when they become COMPLETED, and values of their outputs.

    A key of ``files`` is a key below runOutputUri; a body is a text, bytes, or
    ``{"base64": "…"}``. ``values`` are JSON, and further outputs in ``logs/outputs.json``, which is
    derived for WDL and CWL (L52, L58). Keys, texts and values may have placeholders:
    ``{runId}``, ``{runUuid}``, ``{runSettingId}``, ``{name}``, ``{batchName}``,
    ``{workflowName}``, ``{parameters.NAME}``; literal braces are doubled.
    """
    _declare("outputs", account_id, region, locals())


def task(
    task: str,
    *,
    cpus: int | None = None,
    memory: int | None = None,
    gpus: int | None = None,
    instanceType: str | None = None,
    image: str | None = None,
    runningSeconds: float | None = None,
    cacheHit: bool | None = None,
    metrics: TaskMetrics | None = None,
    stdout: Sequence[str] | None = None,
    workflowId: str | None = None,
    workflowName: str | None = None,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    name: str | None = None,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Declare what the task named ``task`` shows, in the API and in logs (L57).

    ``cpus``, ``memory`` (GiB) and ``gpus`` are what it asks for, and determine ``instanceType``
    unless that is given. ``metrics`` are those of the manifest (L31), ``stdout`` its lines of
    output. ``name`` is the name of the run.
    """
    _declare("task", account_id, region, locals())


def clear(*, account_id: str | None = None, region: str | None = None) -> None:
    """Remove all declarations of `outputs` and `task`; those of the mock's settings stay."""
    with backend_in_mock("declarations", account_id, region) as backend:
        backend.results.clear()


def _declare(
    what: str, account_id: str | None, region: str | None, arguments: Mapping[str, Any]
) -> None:
    given = {k: v for k, v in arguments.items() if k not in ("account_id", "region")}
    with backend_in_mock("declarations", account_id, region) as backend:
        getattr(backend.results, what)(given)
