"""Status transitions and times of a run, started by StartRun or by a batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from conftest import Client
from tests.omics.helpers import (
    Clock,
    SetProgression,
    StartRun,
    UntilRun,
    raises_conflict,
    raises_not_found,
)

STATUSES = ["PENDING", "STARTING", "RUNNING", "STOPPING", "COMPLETED"]
TERMINAL_STATUSES = ["COMPLETED", "CANCELLED"]


@pytest.fixture(params=["single run", "batch run"])
def run_at(
    request: pytest.FixtureRequest, omics: Client, until_run: UntilRun
) -> Callable[[str], str]:
    """``run_at("RUNNING")`` returns the id of a run, started by StartRun or by a batch."""
    single = request.param == "single run"
    start = request.getfixturevalue("start_run" if single else "start_batch_run")

    def make(status: str) -> str:
        run_id = str(start()["id"] if single else start())
        if status == "CANCELLED":
            omics.cancel_run(id=run_id)
        if status != "PENDING":
            until_run(run_id, status)
        return run_id

    return make


def status_of(omics: Client, run_id: str) -> str:
    """Return the status from ListRuns, which does not advance state."""
    runs = {run["id"]: run["status"] for run in omics.list_runs()["items"]}
    return str(runs[run_id])


@pytest.mark.documented("W2.8")
def test_run_passes_all_statuses_to_completed(omics: Client, run_at: Callable[[str], str]) -> None:
    run_id = run_at("PENDING")
    seen = [status_of(omics, run_id), *(omics.get_run(id=run_id)["status"] for _ in range(6))]
    assert seen == [*STATUSES, "COMPLETED", "COMPLETED"]


@pytest.mark.documented("W2.8")
@pytest.mark.parametrize("status", STATUSES[:-1])
def test_cancelled_run_passes_stopping(
    omics: Client, run_at: Callable[[str], str], status: str
) -> None:
    run_id = run_at(status)
    response = omics.cancel_run(id=run_id)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 202
    seen = [status_of(omics, run_id), *(omics.get_run(id=run_id)["status"] for _ in range(3))]
    assert seen == ["STOPPING", "STOPPING", "CANCELLED", "CANCELLED"]


@pytest.mark.documented("W2.8")
def test_stopping_run_may_be_cancelled_again(
    omics: Client, run_at: Callable[[str], str], until_run: UntilRun
) -> None:
    run_id = run_at("RUNNING")
    for _ in range(2):
        omics.cancel_run(id=run_id)
    assert until_run(run_id, "STOPPING")["status"] == "STOPPING"
    omics.cancel_run(id=run_id)
    assert until_run(run_id, "CANCELLED")["status"] == "CANCELLED"


@pytest.mark.our_choice("W2.8", "W13")
@pytest.mark.parametrize("status", TERMINAL_STATUSES)
def test_terminal_run_cannot_be_cancelled(
    omics: Client, run_at: Callable[[str], str], status: str
) -> None:
    run_id = run_at(status)
    with raises_conflict(
        f"Cannot cancel run {run_id}: its status is {status}, "
        "and it must be one of PENDING, STARTING, RUNNING, STOPPING"
    ):
        omics.cancel_run(id=run_id)
    assert omics.get_run(id=run_id)["status"] == status


@pytest.mark.our_choice("W2.8", "W13")
@pytest.mark.parametrize("status", STATUSES[:-1])
def test_active_run_cannot_be_deleted(
    omics: Client, run_at: Callable[[str], str], status: str
) -> None:
    run_id = run_at(status)
    with raises_conflict(
        f"Cannot delete run {run_id}: its status is {status}, "
        "and it must be one of COMPLETED, CANCELLED, FAILED"
    ):
        omics.delete_run(id=run_id)
    assert status_of(omics, run_id) == status


@pytest.mark.documented("W2.8")
@pytest.mark.parametrize("status", TERMINAL_STATUSES)
def test_deleted_run_is_not_found(omics: Client, run_at: Callable[[str], str], status: str) -> None:
    run_id = run_at(status)
    response = omics.delete_run(id=run_id)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert omics.list_runs()["items"] == omics.list_runs(status="DELETED")["items"] == []
    for operation in (omics.get_run, omics.cancel_run, omics.delete_run):
        with raises_not_found(f"Run {run_id} not found"):
            operation(id=run_id)


@pytest.mark.documented("W2.9")
def test_run_times_match_status_transitions(
    omics: Client, start_run: StartRun, progression: SetProgression, clock: Clock
) -> None:
    progression("run", progression="time", seconds=60)
    created = clock.now.replace(tzinfo=timezone.utc)
    run_id = start_run()["id"]

    def times() -> list[datetime | None]:
        clock.now += timedelta(seconds=61)
        run = omics.get_run(id=run_id)
        assert run["creationTime"] == created
        return [run["status"], run.get("startTime"), run.get("stopTime")]

    running = created + timedelta(seconds=120)
    assert times() == ["STARTING", None, None]
    assert times() == ["RUNNING", running, None]
    assert times() == ["STOPPING", running, None]
    assert times() == ["COMPLETED", running, created + timedelta(seconds=240)]


@pytest.mark.documented("W2.9")
def test_run_cancelled_before_running_has_no_start_time(
    omics: Client, run_at: Callable[[str], str]
) -> None:
    run = omics.get_run(id=run_at("CANCELLED"))
    assert "startTime" not in run
    assert run["creationTime"] < run["stopTime"]
