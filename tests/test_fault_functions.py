"""The functions of moto_omics_batch.faults: where they can be called, and their default account."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from moto import mock_aws

from conftest import ACCOUNT, REGION, ROLE, Client, definition
from moto_omics_batch import faults
from moto_omics_batch.domain.faults import FAULTS
from moto_omics_batch.omics.models import OmicsBackend, omics_backends
from tests.omics.helpers import raises_error
from tests.server.controls import ADVANCE, HISTORY, OK, send
from tests.server.controls import FAULTS as FAULTS_PATH

OTHER_ACCOUNT = "210987654321"

FUNCTIONS = sorted(
    name
    for name, value in inspect.getmembers(faults, inspect.isfunction)
    if value.__module__ == faults.__name__ and not name.startswith("_")
)

#: Calls every function for the id of a run, and prints the name and the RuntimeError of each.
SCRIPT = """
import boto3, moto_omics_batch
from moto import mock_aws
from tests.test_fault_functions import FUNCTIONS, call


def print_errors():
    for name in FUNCTIONS:
        try:
            call(name, "1")
        except RuntimeError as error:
            print(name, error)


print_errors()
with mock_aws():
    boto3.client("omics", region_name="us-east-1").list_runs()
print_errors()
"""


def call(name: str, run_id: str) -> None:
    """Call a function of faults by its name; ``run_id`` is a run in PENDING or STARTING."""
    required: dict[str, dict[str, Any]] = {
        "slow_submission": {"perTick": 1},
        "advance": {"id": run_id, "to": "STARTING"},
        "history": {"id": run_id},
    }
    getattr(faults, name)(**required.get(name, {}))


@pytest.fixture(autouse=True)
def _isolated_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOTO_ACCOUNT_ID", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


def connect() -> Client:
    return boto3.client(
        "omics", region_name=REGION, config=Config(retries={"total_max_attempts": 1})
    )


def start_run(omics: Client, **settings: Any) -> str:
    """Create a workflow and start a run; return its id."""
    workflow = omics.create_workflow(name="align", definitionZip=definition())["id"]
    run = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://r/x", **settings)
    return str(run["id"])


def raises_throttling() -> Any:
    """Assert that the call inside raises the default error of `call_fails`."""
    return raises_error("ThrottlingException", 429, "Rate exceeded")


# -- with and without a mock --


def test_functions_raise_runtime_error_without_a_mock() -> None:
    """In a process of its own: here, a server of another test may answer without a mock."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
        env={**os.environ, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"},
        timeout=60,
    )
    assert len(FUNCTIONS) == len(FAULTS) + 6
    message = (
        "no mock is active: faults belong to a mock and end with it. "
        "Call this inside mock_aws or omics_mock, or use the HTTP controls of a server"
    )
    # Before the mock, and after its end.
    expected = [f"{name} {message}" for name in FUNCTIONS] * 2
    assert done.stdout.splitlines() == expected, done.stderr


def call_all_functions() -> None:
    omics = connect()
    run_id = start_run(omics)
    for name in FUNCTIONS:
        call(name, run_id)
    # `slow_submission` and the faults come after `clear` in alphabetical order.
    faults.clear()
    faults.call_fails()
    with raises_throttling():
        omics.list_batch()
    assert [status for status, _ in faults.history(run_id)] == ["PENDING", "STARTING"]


@mock_aws
def test_functions_work_in_a_decorated_function() -> None:
    call_all_functions()


def test_functions_work_in_a_with_statement() -> None:
    with mock_aws():
        call_all_functions()


@pytest.fixture
def mock() -> Iterator[None]:
    with mock_aws():
        yield


def test_functions_work_with_a_mock_of_a_fixture(mock: None) -> None:
    call_all_functions()


# -- the life of faults --


def test_faults_of_every_region_end_with_the_mock() -> None:
    with mock_aws():
        faults.call_fails(times=None)
        faults.slow_submission(perTick=1)
    with mock_aws():
        assert faults.active() == []
        assert connect().list_batch()["items"] == []
        assert omics_backends.state_of(ACCOUNT).rates.get(REGION) is None


def test_faults_live_as_long_as_the_data_in_nested_mocks() -> None:
    with mock_aws():
        outer = faults.call_fails(times=None)
        with mock_aws():
            assert faults.active() == [outer]
            inner = faults.run_fails()
        assert faults.active() == [outer, inner]
        with raises_throttling():
            connect().list_batch()


def test_the_reset_of_moto_api_ends_faults(mock: None) -> None:
    fault = faults.call_fails(times=None)
    reset = requests.post("http://motoapi.amazonaws.com/moto-api/reset", timeout=10)
    assert reset.status_code == 200
    assert faults.active() == []
    assert connect().list_batch()["items"] == []
    assert fault.matches == 0


def test_no_backend_is_created_for_a_fault_of_every_region(mock: None) -> None:
    faults.call_fails()
    assert list(omics_backends[ACCOUNT]) == []


# -- MOTO_ACCOUNT_ID --


@pytest.fixture
def other_account(mock: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let MOTO_ACCOUNT_ID name another account."""
    monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER_ACCOUNT)


def injected(account_id: str, kind: str) -> bool:
    """Return whether a fault of this kind, with default arguments, is injected in an account."""
    backend = omics_backends[account_id][REGION]
    assert isinstance(backend, OmicsBackend)
    return any(backend.engine.faults.any(kind, at) for at in (None, "RUNNING"))


def inject_in_process(kind: str) -> None:
    getattr(faults, kind)()


def inject_over_http(kind: str) -> None:
    assert send("http://motoapi.amazonaws.com", FAULTS_PATH, json={"fault": kind}) == OK


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("inject", [inject_in_process, inject_over_http])
def test_default_account_of_faults_is_that_of_the_environment(
    other_account: None, inject: Callable[[str], None], kind: str
) -> None:
    inject(kind)
    assert (injected(OTHER_ACCOUNT, kind), injected(ACCOUNT, kind)) == (True, False)
    faults.clear(account_id=ACCOUNT)
    assert injected(OTHER_ACCOUNT, kind)
    faults.clear()
    assert not injected(OTHER_ACCOUNT, kind)


def test_default_account_of_advance_history_and_release(other_account: None) -> None:
    omics = connect()
    run_id = start_run(omics)
    faults.run_hangs()
    faults.advance(run_id, to="RUNNING")
    for _ in range(4):
        run = omics.get_run(id=run_id)
    assert (run["status"], run["arn"].split(":")[4]) == ("RUNNING", OTHER_ACCOUNT)
    faults.release()
    assert omics.get_run(id=run_id)["status"] == "STOPPING"
    assert [status for status, _ in faults.history(run_id)][-1] == "STOPPING"
    with pytest.raises(ValueError, match=f"there is no batch and no run '{run_id}'"):
        faults.history(run_id, account_id=ACCOUNT)
    with pytest.raises(ValueError, match=f"there is no batch and no run '{run_id}'"):
        faults.advance(run_id, to="COMPLETED", account_id=ACCOUNT)


def test_default_account_of_controls_over_http(other_account: None) -> None:
    url = "http://motoapi.amazonaws.com"
    run_id = start_run(connect())
    assert send(url, ADVANCE, json={"id": run_id, "to": "STARTING"}) == OK
    status, body = send(url, HISTORY, "GET", params={"id": run_id})
    assert status == 200
    assert [step["status"] for step in body["history"]] == ["PENDING", "STARTING"]
    unknown = {"message": f"there is no batch and no run '{run_id}'"}
    default = {"id": run_id, "account_id": ACCOUNT}
    assert send(url, HISTORY, "GET", params=default) == (400, unknown)
