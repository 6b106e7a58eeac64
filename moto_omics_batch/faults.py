"""The switchboard for things that go wrong: call these inside a mock, before or while it happens.

Names and values are AWS's own; all arguments are keywords, and a word that does not exist raises
TypeError or ValueError. A fault lives until the mock is reset, in one account and region. The same
faults can be set in a server with POST /moto-api/static/omics/faults (docs/faults.md).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID

from .omics.models import OmicsBackend
from .omics.moto_api import find_backend


def _backend(account_id: str, region: str | None) -> OmicsBackend:
    region = region or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return find_backend(account_id, region)


def call_fails(
    *,
    operation: str | None = None,
    error: str | None = None,
    message: str | None = None,
    times: int | None = 1,
    share: float = 1.0,
    account_id: str = DEFAULT_ACCOUNT_ID,
    region: str | None = None,
) -> None:
    """Calls of ``operation`` (``"StartRunBatch"``; None: of any) answer ``error``.

    ``error`` is ThrottlingException (the default), InternalServerException,
    RequestTimeoutException, ServiceQuotaExceededException or AccessDeniedException. It happens
    once; ``times=None`` is for ever. boto3's own retries count as calls.
    """
    _add("call_fails", account_id, region, locals())


def batch_fails(
    *,
    batchName: str | None = None,
    message: str | None = None,
    times: int | None = 1,
    share: float = 1.0,
    account_id: str = DEFAULT_ACCOUNT_ID,
    region: str | None = None,
) -> None:
    """A batch is FAILED when it leaves PENDING; the default text is the transient error (B54)."""
    _add("batch_fails", account_id, region, locals())


def submission_fails(
    *,
    reason: str | None = None,
    message: str | None = None,
    batchName: str | None = None,
    runSettingId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str = DEFAULT_ACCOUNT_ID,
    region: str | None = None,
) -> None:
    """Entries of a batch are not submitted, for one of the eight ``reason``s (B60, B61)."""
    _add("submission_fails", account_id, region, locals())


def run_fails(
    *,
    failureReason: str | None = None,
    statusMessage: str | None = None,
    at: str | None = None,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str = DEFAULT_ACCOUNT_ID,
    region: str | None = None,
) -> None:
    """Runs leave status ``at`` (RUNNING by default) for FAILED, with STOPPING on the way (W2.11).

    Runs that are there already and runs that are still to come; ``runId`` names one that is there.
    ``times`` counts runs that do fail.
    """
    _add("run_fails", account_id, region, locals())


def run_hangs(
    *,
    at: str | None = None,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str = DEFAULT_ACCOUNT_ID,
    region: str | None = None,
) -> None:
    """Runs stay in status ``at`` (RUNNING by default) until `release`, or a cancel.

    What hangs does not fail either: `run_fails` at the same status waits for the release.
    """
    _add("run_hangs", account_id, region, locals())


def release(
    *,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    account_id: str = DEFAULT_ACCOUNT_ID,
    region: str | None = None,
) -> None:
    """Runs that `run_hangs` holds go on: those that match, or all.

    A `run_hangs` with all of these words holds no more runs.
    """
    match = {"batchName": batchName, "runSettingId": runSettingId, "runId": runId}
    backend = _backend(account_id, region)
    with backend.lock:
        backend.release_runs(match)


def cancel_fails(
    *,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str = DEFAULT_ACCOUNT_ID,
    region: str | None = None,
) -> None:
    """CancelRunBatch does not reach these runs: CANCEL_FAILED, and they go on (B80)."""
    _add("cancel_fails", account_id, region, locals())


def delete_fails(
    *,
    batchName: str | None = None,
    runSettingId: str | None = None,
    runId: str | None = None,
    times: int | None = None,
    share: float = 1.0,
    account_id: str = DEFAULT_ACCOUNT_ID,
    region: str | None = None,
) -> None:
    """DeleteRunBatch does not delete these runs: DELETE_FAILED, the batch RUNS_DELETE_FAILED."""
    _add("delete_fails", account_id, region, locals())


def _add(kind: str, account_id: str, region: str | None, given: Mapping[str, Any]) -> None:
    words = {k: v for k, v in given.items() if k not in ("account_id", "region")}
    backend = _backend(account_id, region)
    with backend.lock:
        backend.add_fault(kind, words)


def slow_submission(
    *, perTick: int | None, account_id: str = DEFAULT_ACCOUNT_ID, region: str | None = None
) -> None:
    """Batches submit ``perTick`` entries a step; None: as the settings of the mock say."""
    backend = _backend(account_id, region)
    with backend.lock:
        backend.slow_submission(perTick)


def clear(*, account_id: str = DEFAULT_ACCOUNT_ID, region: str | None = None) -> None:
    """Nothing goes wrong any more, but for what already did; what hangs goes on."""
    backend = _backend(account_id, region)
    with backend.lock:
        backend.clear_faults()


def advance(
    id: str, *, to: str, account_id: str = DEFAULT_ACCOUNT_ID, region: str | None = None
) -> None:
    """Move a batch or a run, by its id, until its status is ``to``, whatever its progression.

    Raises ValueError when it does not come there, or when nothing has this id.
    """
    backend = _backend(account_id, region)
    with backend.working():
        backend.advance(id, to)


def history(
    id: str, *, account_id: str = DEFAULT_ACCOUNT_ID, region: str | None = None
) -> list[tuple[str, datetime]]:
    """The (status, time in UTC) pairs that a batch or a run went through, by its id.

    Raises ValueError when nothing has this id.
    """
    backend = _backend(account_id, region)
    with backend.working():
        return backend.history(id)
