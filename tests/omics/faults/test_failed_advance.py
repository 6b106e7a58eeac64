"""An `advance` that raises ValueError changes nothing.

Each test compares two mocks with the same seed and the same requests. In one of them `advance` is
called and raises.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from conftest import ROLE, Client
from moto_omics_batch import faults
from moto_omics_batch.types import Status
from tests.omics.helpers import PROGRESSIONS, Clock, SetProgression, Settings

START = datetime(2026, 10, 1, 12)

#: The names of the resources that `Scenario` creates, and statuses that they cannot reach.
UNREACHABLE = [
    *(("batch", to) for to in ("CREATING", "FAILED", "CANCELLED", "RUNS_DELETED", "NO_STATUS")),
    *(("run", to) for to in ("CANCELLED", "DELETED", "NO_STATUS")),
    *(("run of the batch", to) for to in ("CANCELLED", "DELETED", "NO_STATUS")),
    ("unknown", "PENDING"),
]


class Scenario:
    """A batch of three runs and a single run in a new mock, at a given time."""

    def __init__(self, omics: Client, clock: Clock, inject: Callable[[], None], seconds: float):
        moto_api_backend.reset()
        mock_random.seed(42)
        self.omics, self.clock = omics, clock
        clock.now = START
        inject()
        settings = {"workflowId": "1234567", "roleArn": ROLE, "outputUri": "s3://results/x"}
        batch = omics.start_run_batch(
            requestId="batch",
            batchName="cohort",
            defaultRunSetting=settings,
            batchRunSettings={"inlineSettings": [{"runSettingId": f"s{n}"} for n in range(3)]},
        )
        faults.advance(batch["id"], to="INPROGRESS")
        runs = omics.list_runs()["items"]
        run = omics.start_run(requestId="run", **settings)
        self.ids = {
            "batch": batch["id"],
            "run": run["id"],
            "run of the batch": runs[0]["id"],
            "unknown": "1",
        }
        clock.now += timedelta(seconds=seconds)

    def observe(self) -> list[Any]:
        """Return histories, counts and lists, now and while the clock moves on."""
        found: list[Any] = [self._state()]
        for _ in range(6):
            self.clock.now += timedelta(seconds=30)
            batch = self.omics.get_batch(batchId=self.ids["batch"])
            found.append((batch["status"], batch["runSummary"], batch["submissionSummary"]))
            found.append(self.omics.get_run(id=self.ids["run"])["status"])
            found.append(self._state())
        return found

    def _state(self) -> list[Any]:
        runs = self.omics.list_runs()["items"]
        entries = self.omics.list_runs_in_batch(batchId=self.ids["batch"])["runs"]
        histories = [faults.history(id) for id in (self.ids["batch"], *(r["id"] for r in runs))]
        return [runs, entries, histories]


def hang_one_run_of_the_batch() -> None:
    faults.run_hangs(at="STARTING", batchName="cohort", times=1)


def hang_all_runs_of_the_batch() -> None:
    faults.run_hangs(at="STARTING", batchName="cohort")


def fail_two_runs() -> None:
    faults.run_fails(times=2)


@pytest.fixture(autouse=True)
def _workflow(settings: Settings) -> None:
    settings(workflows=["1234567"], quotas={"active_runs": 2})


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize(("name", "to"), UNREACHABLE)
@pytest.mark.parametrize("mode", PROGRESSIONS)
def test_failed_advance_changes_nothing(
    omics: Client,
    clock: Clock,
    progression: SetProgression,
    mode: str,
    name: str,
    to: Status,
) -> None:
    for resource in ("batch", "run"):
        progression(resource, **PROGRESSIONS[mode])
    expected = Scenario(omics, clock, fail_two_runs, 90).observe()
    scenario = Scenario(omics, clock, fail_two_runs, 90)
    for _ in range(2):
        with pytest.raises(ValueError, match=r"does not reach|there is no"):
            faults.advance(scenario.ids[name], to=to)
    assert scenario.observe() == expected


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize("inject", [hang_one_run_of_the_batch, hang_all_runs_of_the_batch])
@pytest.mark.parametrize("mode", PROGRESSIONS)
@pytest.mark.parametrize("seconds", [0, 90])
def test_failed_advance_does_not_count_as_a_hit_of_a_fault(
    omics: Client,
    clock: Clock,
    progression: SetProgression,
    mode: str,
    seconds: float,
    inject: Callable[[], None],
) -> None:
    """The batch cannot be PROCESSED, because a run of it is or will be held."""
    for resource in ("batch", "run"):
        progression(resource, **PROGRESSIONS[mode])
    expected = Scenario(omics, clock, inject, seconds).observe()
    scenario = Scenario(omics, clock, inject, seconds)
    with pytest.raises(ValueError, match="does not reach PROCESSED by itself"):
        faults.advance(scenario.ids["batch"], to="PROCESSED")
    assert scenario.observe() == expected


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize(("name", "status"), [("batch", "INPROGRESS"), ("run", "STARTING")])
def test_failed_advance_keeps_the_status_of_an_earlier_advance(
    omics: Client, clock: Clock, progression: SetProgression, name: str, status: Status
) -> None:
    """With ``immediate``, a status that `advance` has set remains until it is reported."""
    for resource in ("batch", "run"):
        progression(resource, **PROGRESSIONS["immediate"])
    id = Scenario(omics, clock, faults.clear, 0).ids[name]
    faults.advance(id, to=status)
    with pytest.raises(ValueError, match="does not reach CANCELLED by itself"):
        faults.advance(id, to="CANCELLED")
    assert omics.list_run_groups()["items"] == []
    response = omics.get_batch(batchId=id) if name == "batch" else omics.get_run(id=id)
    assert response["status"] == status
