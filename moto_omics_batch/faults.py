"""Test controls for HealthOmics: inject failures, move batches and runs, read their history.

Call these functions inside a mock. Names and values are AWS's own. All arguments are keyword
arguments: an unknown one raises TypeError, an unknown value ValueError; both list what exists. A
fault applies until the mock ends or is reset, in one account, which is moto's
(MOTO_ACCOUNT_ID) unless ``account_id`` names another, and there in every region, or only in
``region``. `advance` and `history` look in one region: AWS_DEFAULT_REGION or us-east-1 by default.
Every function first applies the transitions that are due, and raises RuntimeError when no mock is
active. The same controls exist over HTTP for a server (docs/reference/http.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from ._mock import account_in_mock, one_region, require_mock
from .domain.keywords import lists_keywords
from .omics.testing import account
from .omics.testing.injected import InjectedFault as InjectedFault
from .types import CallError, FaultAt, Operation, RunFailureReason, Status, SubmissionFailureReason


@lists_keywords
def call_fails(
    *,
    operation: Operation | None = None,
    error: CallError | None = None,
    message: str | None = None,
    times: int | None = 1,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> InjectedFault:
    """Let calls of ``operation`` (``"StartRunBatch"``; None: any) fail with ``error``.

    ``error`` is ThrottlingException (the default), InternalServerException,
    RequestTimeoutException, ServiceQuotaExceededException or AccessDeniedException. One call
    fails; ``times=None`` has no limit. boto3's own retries count as calls.
    """
    return _inject("call_fails", account_id, region, locals())


@lists_keywords
def batch_fails(
    *,
    batchName: str | None = None,
    message: str | None = None,
    times: int | None = 1,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> InjectedFault:
    """Let a batch fail when it leaves PENDING; the default is the transient error (B54)."""
    return _inject("batch_fails", account_id, region, locals())


@lists_keywords
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
) -> InjectedFault:
    """Let submissions of a batch fail, for one of the eight values of ``reason`` (B60, B61)."""
    return _inject("submission_fails", account_id, region, locals())


@lists_keywords
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
) -> InjectedFault:
    """Let runs fail when they leave status ``at`` (RUNNING by default): STOPPING, then FAILED.

    Existing runs and later ones are matched; ``runId`` names an existing one, and ``task`` the
    task that fails, of runs that have one of this name. ``times`` counts the runs that fail. A
    run whose task fails has the failureReason RUN_TASK_FAILED (W2.11, L142).
    """
    return _inject("run_fails", account_id, region, locals())


@lists_keywords
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
) -> InjectedFault:
    """Hold runs in status ``at`` (RUNNING by default) until `release` or a cancel.

    A `run_fails` at the same status takes effect after the release.
    """
    return _inject("run_hangs", account_id, region, locals())


@lists_keywords
def release(
    *,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    account_id: str | None = None,
    region: str | None = None,
) -> None:
    """Let runs continue that `run_hangs` holds: those that match, or all.

    A `run_hangs` that was injected with all of these arguments, ``region`` included, is removed.
    """
    match = {"batchName": batchName, "runSettingId": runSettingId, "runId": runId}
    account_in_mock("faults", account_id, region).release(match)


@lists_keywords
def cancel_fails(
    *,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> InjectedFault:
    """Let CancelRunBatch fail for runs: CANCEL_FAILED, and they continue (B80)."""
    return _inject("cancel_fails", account_id, region, locals())


@lists_keywords
def delete_fails(
    *,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str | None = None,
    region: str | None = None,
) -> InjectedFault:
    """Let DeleteRunBatch fail for runs: DELETE_FAILED, the batch RUNS_DELETE_FAILED (B82)."""
    return _inject("delete_fails", account_id, region, locals())


def _inject(
    kind: str, account_id: str | None, region: str | None, arguments: Mapping[str, Any]
) -> InjectedFault:
    given = {k: v for k, v in arguments.items() if k not in ("account_id", "region")}
    return account_in_mock("faults", account_id, region).inject(kind, given)


@lists_keywords
def active(*, account_id: str | None = None, region: str | None = None) -> list[InjectedFault]:
    """Return the faults of the account that are not removed, in order of injection.

    With ``region``, those that apply there. Faults that have matched ``times`` times are included.
    """
    return account_in_mock("faults", account_id, region).injected()


@lists_keywords
def slow_submission(
    *, perTick: int | None, account_id: str | None = None, region: str | None = None
) -> None:
    """Let batches submit ``perTick`` entries a step; None restores the settings of the mock.

    The last call for a region counts, with its name or for all regions.
    """
    account_in_mock("faults", account_id, region).slow_submission(perTick)


@lists_keywords
def clear(*, account_id: str | None = None, region: str | None = None) -> None:
    """Remove all faults and let held runs continue; what has failed stays failed.

    With ``region``, the faults that were injected with this region are removed, and the runs of
    this region continue; the faults of all regions stay.
    """
    account_in_mock("faults", account_id, region).clear()


@lists_keywords
def advance(
    id: str, *, to: Status, account_id: str | None = None, region: str | None = None
) -> None:
    """Move a batch or a run, by its id, until its status is ``to``, whatever its progression.

    It stays there until GetBatch or GetRun has reported it. Raises ValueError, and moves nothing,
    when it cannot reach the status without a request, or when nothing has this id in the region.
    """
    require_mock("faults")
    account.advance(*one_region(account_id, region), id, to)


@lists_keywords
def history(
    id: str, *, account_id: str | None = None, region: str | None = None
) -> list[tuple[Status, datetime]]:
    """Return the statuses of a batch or a run, by its id, with their times (timezone UTC).

    Raises ValueError when nothing has this id in the region.
    """
    require_mock("faults")
    found = account.history(*one_region(account_id, region), id)
    return cast("list[tuple[Status, datetime]]", found)
