"""MOTO_ACCOUNT_ID in the process of a server."""

from __future__ import annotations

import pytest

from conftest import ACCOUNT, ROLE, Client, definition
from moto_omics_batch import faults
from tests.omics.helpers import raises_error

from .controls import ADVANCE, FAULTS, HISTORY, OK, send

OTHER_ACCOUNT = "210987654321"


@pytest.fixture
def run_id(omics: Client, monkeypatch: pytest.MonkeyPatch) -> str:
    """A PENDING run in the account that MOTO_ACCOUNT_ID names."""
    monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER_ACCOUNT)
    workflow = omics.create_workflow(name="align", definitionZip=definition())["id"]
    run = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://results/x")
    assert f":{OTHER_ACCOUNT}:" in run["arn"]
    return str(run["id"])


def test_controls_over_http_use_the_account_of_the_environment(
    url: str, omics: Client, run_id: str
) -> None:
    assert send(url, ADVANCE, json={"id": run_id, "to": "STARTING"}) == OK
    status, body = send(url, HISTORY, "GET", params={"id": run_id})
    assert status == 200
    assert [step["status"] for step in body["history"]] == ["PENDING", "STARTING"]
    assert send(url, FAULTS, json={"fault": "call_fails", "account_id": ACCOUNT}) == OK
    assert omics.list_batch()["items"] == []
    assert send(url, FAULTS, json={"fault": "call_fails", "times": None}) == OK
    with raises_error("ThrottlingException", 429, "Rate exceeded"):
        omics.list_batch()
    assert send(url, FAULTS, "DELETE") == OK
    assert omics.list_batch()["items"] == []
    unknown = {"message": f"there is no batch and no run '{run_id}'"}
    default = {"id": run_id, "account_id": ACCOUNT}
    assert send(url, HISTORY, "GET", params=default) == (400, unknown)


def test_functions_use_the_account_of_the_environment(url: str, omics: Client, run_id: str) -> None:
    """The functions act on a server in the same process."""
    faults.advance(run_id, to="STARTING")
    assert omics.get_run(id=run_id)["status"] == "STARTING"
    assert [status for status, _ in faults.history(run_id)] == ["PENDING", "STARTING"]
    faults.call_fails(account_id=ACCOUNT)
    assert omics.list_batch()["items"] == []
    faults.call_fails(times=None)
    with raises_error("ThrottlingException", 429, "Rate exceeded"):
        omics.list_batch()
    faults.clear()
    assert omics.list_batch()["items"] == []
