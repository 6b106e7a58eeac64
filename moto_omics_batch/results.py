"""Declare the results of runs: files in S3, values of outputs, and properties of tasks.

Call these functions inside a mock. Only what is declared is written. A declaration applies
to runs that end later, until `clear`, or until the mock ends or is reset. It applies in
one account, which is moto's (MOTO_ACCOUNT_ID) unless ``account_id`` names another, and there in
every region, or only in ``region``. Every function first applies the transitions that are due,
raises RuntimeError when no mock is active, TypeError for an unknown keyword argument, and
ValueError for a value that does not exist. The same exists in the settings of the mock, and over
HTTP for a server (docs/reference/http.md).

The runs of a declaration are those that all of these select: ``workflowId``, ``workflowName``,
``batchName``, ``runSettingId``, ``runId`` and ``name``, the name of the run; without them, all
runs. All declarations that fit a run add up, and a later one replaces equal parts of an earlier
one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ._mock import account_in_mock
from .domain.keywords import lists_keywords
from .types import FileBody, TaskMetrics


@lists_keywords
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


@lists_keywords
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
    """Declare the properties of the task named ``task``, in the API and in logs (L57).

    ``cpus``, ``memory`` (GiB) and ``gpus`` are what it asks for, and determine ``instanceType``
    unless that is given. ``metrics`` are those of the manifest (L31), ``stdout`` its lines of
    output. ``name`` is the name of the run.
    """
    _declare("task", account_id, region, locals())


@lists_keywords
def clear(*, account_id: str | None = None, region: str | None = None) -> None:
    """Remove all declarations of `outputs` and `task`; those of the mock's settings stay.

    With ``region``, no declaration of a call applies there any more; other regions keep theirs.
    """
    account_in_mock("declarations", account_id, region).clear_declarations()


def _declare(
    what: str, account_id: str | None, region: str | None, arguments: Mapping[str, Any]
) -> None:
    given = {k: v for k, v in arguments.items() if k not in ("account_id", "region")}
    account_in_mock("declarations", account_id, region).declare(what, given)
