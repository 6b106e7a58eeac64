"""Test controls for HealthOmics: inject failures, move batches and runs, read their history.

Call these functions inside a mock. Names and values are AWS's own; all arguments are keywords, and
one that does not exist raises TypeError or ValueError. A fault lives until the mock ends or is
reset, in one account and region: the account is moto's (MOTO_ACCOUNT_ID) and the region
AWS_DEFAULT_REGION, or us-east-1, unless they are named. Every function first applies the
transitions that are due, and raises RuntimeError when no mock is active. The same controls exist
over HTTP for a server (docs/reference/http.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from ._mock import backend_in_mock
from .omics.testing.controls import Controls
from .types import CallError, FaultAt, Operation, RunFailureReason, Status, SubmissionFailureReason


@contextmanager
def _controls(account_id: str | None, region: str | None) -> Iterator[Controls]:
    """The controls of an account and region, for one call."""
    with backend_in_mock("faults", account_id, region) as backend:
        yield backend.controls


def call_fails(
    *,
    operation: Operation | None = None,
    error: CallError | None = None,
    message: str | None = None,
    times: int | None = 1,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Let calls of ``operation`` (``"StartRunBatch"``; None: any) fail with ``error``.

    ``error`` is ThrottlingException (the default), InternalServerException,
    RequestTimeoutException, ServiceQuotaExceededException or AccessDeniedException. One call
    fails; ``times=None`` has no limit. boto3's own retries count as calls.
    """
    _add("call_fails", account_id, region, locals())


def batch_fails(
    *,
    batchName: str | None = None,
    message: str | None = None,
    times: int | None = 1,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Let a batch fail when it leaves PENDING; the default is the transient error (B54)."""
    _add("batch_fails", account_id, region, locals())


def submission_fails(
    *,
    reason: SubmissionFailureReason | None = None,
    message: str | None = None,
    batchName: str | None = None,
    runSettingId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Let submissions of a batch fail, for one of the eight values of ``reason`` (B60, B61)."""
    _add("submission_fails", account_id, region, locals())


def run_fails(
    *,
    failureReason: RunFailureReason | None = None,
    statusMessage: str | None = None,
    at: FaultAt | None = None,
    task: str | None = None,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Let runs fail when they leave status ``at`` (RUNNING by default): STOPPING, then FAILED.

    Existing runs and later ones are matched; ``runId`` names an existing one, and ``task`` the
    task that fails, of runs that have one of this name. ``times`` counts the runs that fail. A
    run whose task fails has the failureReason RUN_TASK_FAILED (W2.11, L142).
    """
    _add("run_fails", account_id, region, locals())


def run_hangs(
    *,
    at: FaultAt | None = None,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Hold runs in status ``at`` (RUNNING by default) until `release` or a cancel.

    A `run_fails` at the same status takes effect after the release.
    """
    _add("run_hangs", account_id, region, locals())


def release(
    *,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Let runs continue that `run_hangs` holds: those that match, or all.

    A `run_hangs` that was injected with all of these arguments is removed.
    """
    match = {"batchName": batchName, "runSettingId": runSettingId, "runId": runId}
    with _controls(account_id, region) as controls:
        controls.release(match)


def cancel_fails(
    *,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Let CancelRunBatch fail for runs: CANCEL_FAILED, and they continue (B80)."""
    _add("cancel_fails", account_id, region, locals())


def delete_fails(
    *,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Let DeleteRunBatch fail for runs: DELETE_FAILED, the batch RUNS_DELETE_FAILED (B82)."""
    _add("delete_fails", account_id, region, locals())


def _add(
    kind: str, account_id: str | None, region: str | None, arguments: Mapping[str, Any]
) -> None:
    given = {k: v for k, v in arguments.items() if k not in ("account_id", "region")}
    with _controls(account_id, region) as controls:
        controls.add_fault(kind, given)


def slow_submission(
    *, perTick: int | None, account_id: str | None = None, region: str | None = None
) -> None:
    """Let batches submit ``perTick`` entries a step; None restores the settings of the mock."""
    with _controls(account_id, region) as controls:
        controls.slow_submission(perTick)


def clear(*, account_id: str | None = None, region: str | None = None) -> None:
    """Remove all faults and let held runs continue; what has failed stays failed."""
    with _controls(account_id, region) as controls:
        controls.clear()


def advance(
    id: str, *, to: Status, account_id: str | None = None, region: str | None = None
) -> None:
    """Move a batch or a run, by its id, until its status is ``to``, whatever its progression.

    It stays there until GetBatch or GetRun has reported it. Raises ValueError, and moves nothing,
    when it cannot reach the status without a request, or when nothing has this id.
    """
    with _controls(account_id, region) as controls:
        controls.advance(id, to)


def history(
    id: str, *, account_id: str | None = None, region: str | None = None
) -> list[tuple[Status, datetime]]:
    """Return the statuses of a batch or a run, by its id, with their times (timezone UTC).

    Raises ValueError when nothing has this id.
    """
    with _controls(account_id, region) as controls:
        return cast("list[tuple[Status, datetime]]", controls.history(id))
