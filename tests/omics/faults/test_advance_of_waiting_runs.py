"""`advance` of runs that wait for a slot, with the progression ``immediate``."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conftest import Client
from moto_omics_batch import faults
from tests.omics.helpers import SetProgression, Settings, StartRun


@pytest.fixture(autouse=True)
def _one_slot(settings: Settings, progression: SetProgression) -> None:
    settings(quotas={"active_runs": 1}, workflows=["1234567"])
    progression("run", progression="immediate")


@pytest.fixture
def start(start_run: StartRun) -> Callable[[], str]:
    """``start()`` starts a run and returns its id."""

    def start_and_return_id() -> str:
        return str(start_run(workflowId="1234567")["id"])

    return start_and_return_id


@pytest.mark.our_choice("W13")
def test_waiting_run_that_was_advanced_to_pending_stays_until_it_is_reported(
    omics: Client, start: Callable[[], str]
) -> None:
    faults.run_hangs(times=1)
    start()
    waiting = start()
    # With this request the second run begins to wait.
    assert [run["status"] for run in omics.list_runs()["items"]] == ["RUNNING", "PENDING"]
    faults.advance(waiting, to="PENDING")
    faults.release()
    # The slot is free now. ListRuns does not count as a report.
    assert [run["status"] for run in omics.list_runs()["items"]] == ["COMPLETED", "PENDING"]
    assert omics.get_run(id=waiting)["status"] == "PENDING"
    assert omics.get_run(id=waiting)["status"] == "COMPLETED"


@pytest.mark.our_choice("W13", "W2.8")
def test_waiting_run_keeps_its_place_when_advance_raises(
    omics: Client, start: Callable[[], str]
) -> None:
    # The first run is held. The next one that gets the slot is held, too.
    faults.run_hangs(times=2)
    first, second, third = (start() for _ in range(3))
    omics.list_runs()
    with pytest.raises(ValueError, match="does not reach STARTING by itself"):
        faults.advance(second, to="STARTING")
    faults.release(runId=first)
    statuses = {run["id"]: run["status"] for run in omics.list_runs()["items"]}
    assert statuses == {first: "COMPLETED", second: "RUNNING", third: "PENDING"}
