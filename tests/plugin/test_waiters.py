"""Waiters of botocore do not sleep while an `OmicsMock` is active."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.waiter
import pytest

from moto_omics_batch.plugin import waiters

from .conftest import Project

HEAD = """
import time
import pytest
from botocore.exceptions import WaiterError
from freezegun import freeze_time
import time_machine

pytestmark = pytest.mark.omics_mock(workflows=["1234567"])
ROLE = "arn:aws:iam::123456789012:role/omics"
EVERY_MINUTE = {"run": {"progression": "time", "seconds": 60}}

def wait(client):
    \"\"\"Start a run and wait until it is COMPLETED; return the run.\"\"\"
    settings = {"roleArn": ROLE, "outputUri": "s3://b/o"}
    run_id = client.start_run(workflowId="1234567", **settings)["id"]
    client.get_waiter("run_completed").wait(id=run_id)
    return client.get_run(id=run_id)

@pytest.fixture(autouse=True)
def sleeps(monkeypatch):
    \"\"\"Return the seconds of all calls of time.sleep, which returns at once.\"\"\"
    seconds = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds
"""


def test_waiters(project: Project) -> None:
    project.write(
        "test_it",
        HEAD,
        """
def test_no_sleep(omics_mock, sleeps):
    assert wait(omics_mock.client)["status"] == "COMPLETED"
    assert sleeps == []

@pytest.mark.omics_mock(waiters_sleep=True)
def test_sleep(omics_mock, sleeps):
    wait(omics_mock.client)
    assert sleeps and set(sleeps) == {30}

@pytest.mark.omics_mock(progression=EVERY_MINUTE)
def test_time_does_not_pass(omics_mock, sleeps):
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        wait(omics_mock.client)
    assert sleeps == []

@pytest.mark.omics_mock(progression=EVERY_MINUTE)
def test_freezegun(omics_mock, monkeypatch, sleeps):
    with freeze_time("2026-01-01 12:00") as clock:
        monkeypatch.setattr("botocore.waiter.time.sleep", clock.tick)
        run = wait(omics_mock.client)
    assert str(run["stopTime"] - run["creationTime"]) == "0:04:00"
    assert sleeps == []

@pytest.mark.omics_mock(progression=EVERY_MINUTE)
def test_time_machine(omics_mock, monkeypatch, sleeps):
    with time_machine.travel("2026-01-01 12:00Z", tick=False) as traveller:
        monkeypatch.setattr("botocore.waiter.time.sleep", traveller.shift)
        run = wait(omics_mock.client)
    assert str(run["stopTime"] - run["creationTime"]) == "0:04:00"
    assert sleeps == []

""",
    )
    project.passes(5)


def _time() -> Any:
    """Return what `botocore.waiter` uses as the module time."""
    return vars(botocore.waiter)["time"]


def test_replaced_from_the_first_to_the_last_user() -> None:
    with waiters.without_sleep():
        replaced = _time()
        with waiters.without_sleep(), ThreadPoolExecutor(2) as pool:
            assert _time() is replaced
            pool.submit(_use).result()
        assert _time() is replaced
        replaced.sleep(1e9)
        assert replaced.monotonic is time.monotonic
    assert _time() is time


def _use() -> None:
    with waiters.without_sleep():
        pass


def test_a_replacement_by_others_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    other = object()
    monkeypatch.setattr(botocore.waiter, "time", other)
    with pytest.raises(ZeroDivisionError), waiters.without_sleep():
        raise ZeroDivisionError
    assert _time() is other
