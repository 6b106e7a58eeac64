"""The test controls over HTTP: faults, advance and history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import requests
from moto import mock_aws

from conftest import ACCOUNT, REGION, Client, definition
from moto_omics_batch import faults
from moto_omics_batch.domain.failures import CALL_ERRORS
from moto_omics_batch.domain.faults import FAULTS as FAULT_SPECS
from moto_omics_batch.omics.models import Batch, OmicsBackend, omics_backends
from moto_omics_batch.omics.resources.random_streams import RandomStream
from tests.omics.clients import client_with_attempts
from tests.omics.helpers import error_of, raises_error, raises_not_found, run_counts

from .controls import ADVANCE, FAULTS, HISTORY, OK, TIMEOUT, advance, send, start_batch


def get_run_counts(omics: Client, batch_id: str) -> dict[str, int]:
    """Call GetBatch and return the non-zero counts of runSummary."""
    return run_counts(omics.get_batch(batchId=batch_id))


def raises_throttling() -> Any:
    """Assert that the call inside raises ThrottlingException with its default message."""
    return raises_error("ThrottlingException", 429, "Rate exceeded")


# -- injected failures --


@pytest.mark.parametrize("code", CALL_ERRORS)
@pytest.mark.parametrize("operation", [None, "GetBatch"])
def test_call_fails_once(url: str, omics: Client, code: str, operation: str | None) -> None:
    fault = {"fault": "call_fails", "error": code, "operation": operation, "message": "No."}
    assert send(url, FAULTS, json=fault) == OK
    found, _, message = error_of(omics.get_batch, batchId="1")
    assert (found, message) == (code, "No.")
    with raises_not_found("Batch 1 not found"):
        omics.get_batch(batchId="1")


def test_times_null_has_no_limit_and_delete_removes_all_faults(url: str, omics: Client) -> None:
    send(url, FAULTS, json={"fault": "call_fails", "times": None})
    send(url, FAULTS, json={"fault": "slow_submission", "perTick": 1})
    for _ in range(5):
        with raises_throttling():
            omics.list_batch()
    assert send(url, FAULTS, "DELETE") == OK
    assert omics.list_batch()["items"] == []


def test_batch_fails_once(url: str, omics: Client, workflow: str) -> None:
    assert send(url, FAULTS, json={"fault": "batch_fails", "message": "Out of luck"}) == OK
    first, second = start_batch(omics, workflow), start_batch(omics, workflow)
    advance(url, first, "FAILED")
    assert omics.get_batch(batchId=first)["failureReason"] == "Out of luck"
    advance(url, second, "PROCESSED")


def test_submission_fails_and_run_fails(url: str, omics: Client, workflow: str) -> None:
    for fault in (
        {"fault": "submission_fails", "reason": "ConflictException", "runSettingId": "s1"},
        {"fault": "run_fails", "failureReason": "IMPORT_FAILED", "at": "STARTING", "times": 1},
    ):
        assert send(url, FAULTS, json=fault) == OK
    batch_id = start_batch(omics, workflow, "s1", "s2", "s3")
    advance(url, batch_id, "PROCESSED")
    assert get_run_counts(omics, batch_id) == {"failed": 1, "completed": 1}
    entries = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert entries[0]["submissionFailureReason"] == "ConflictException"
    assert omics.get_run(id=entries[1]["runId"])["failureReason"] == "IMPORT_FAILED"


def test_runs_are_held_until_release(url: str, omics: Client, workflow: str) -> None:
    assert send(url, FAULTS, json={"fault": "run_hangs"}) == OK
    batch_id = start_batch(omics, workflow)
    status, body = send(url, ADVANCE, json={"id": batch_id, "to": "PROCESSED"})
    assert status == 400
    assert body["message"].startswith(f"batch {batch_id} does not reach PROCESSED by itself; it ")
    advance(url, batch_id, "INPROGRESS")
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    assert get_run_counts(omics, batch_id) == {"running": 2}
    assert send(url, FAULTS, json={"fault": "release", "runSettingId": "s1"}) == OK
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    assert get_run_counts(omics, batch_id) == {"running": 1, "completed": 1}
    assert send(url, FAULTS, json={"fault": "release"}) == OK
    advance(url, batch_id, "PROCESSED")


def test_cancel_fails_and_delete_fails(url: str, omics: Client, workflow: str) -> None:
    for kind in ("cancel_fails", "delete_fails"):
        assert send(url, FAULTS, json={"fault": kind, "runSettingId": "s1"}) == OK
    batch_id = start_batch(omics, workflow)
    advance(url, batch_id, "INPROGRESS")
    omics.cancel_run_batch(batchId=batch_id)
    advance(url, batch_id, "CANCELLED")
    omics.delete_run_batch(batchId=batch_id)
    advance(url, batch_id, "RUNS_DELETE_FAILED")
    statuses = [e["submissionStatus"] for e in omics.list_runs_in_batch(batchId=batch_id)["runs"]]
    assert statuses == ["DELETE_FAILED", "DELETE_SUCCESS"]


def test_slow_submission_limits_the_entries_of_one_step(
    url: str, omics: Client, workflow: str
) -> None:
    assert send(url, FAULTS, json={"fault": "slow_submission", "perTick": 1}) == OK
    batch_id = start_batch(omics, workflow, "s1", "s2", "s3")
    advance(url, batch_id, "SUBMITTING")
    pending = [
        omics.get_batch(batchId=batch_id)["submissionSummary"]["pendingStartSubmissionCount"]
        for _ in range(4)
    ]
    assert pending == [3, 2, 1, 0]


def test_history_has_statuses_with_times_in_utc(url: str, omics: Client, workflow: str) -> None:
    batch_id = start_batch(omics, workflow)
    advance(url, batch_id, "SUBMITTING")
    for request in ({"params": {"id": batch_id}}, {"json": {"id": batch_id}}):
        status, body = send(url, HISTORY, "GET", **request)
        assert status == 200
        assert [step["status"] for step in body["history"]] == ["CREATING", "PENDING", "SUBMITTING"]
        assert all(step["time"].endswith("Z") for step in body["history"])
        found = [
            (step["status"], datetime.fromisoformat(step["time"].replace("Z", "+00:00")))
            for step in body["history"]
        ]
        assert found == faults.history(batch_id)


def test_account_and_region_can_be_given(url: str, omics: Client) -> None:
    other = {"account_id": "210987654321", "region": "eu-west-1"}
    send(url, FAULTS, json={"fault": "call_fails", "times": None, **other})
    send(url, FAULTS, json={"fault": "call_fails", "times": None, "region": "eu-west-1"})
    assert omics.list_batch()["items"] == []
    ireland = client_with_attempts(url, region="eu-west-1")
    with raises_throttling():
        ireland.list_batch()
    send(url, FAULTS, "DELETE", params={"region": "eu-west-1"})
    assert ireland.list_batch()["items"] == []


def test_without_a_region_controls_act_in_every_region(url: str, omics: Client) -> None:
    ireland = client_with_attempts(url, region="eu-west-1")
    assert send(url, FAULTS, json={"fault": "call_fails", "times": None}) == OK
    for client in (omics, ireland):
        with raises_throttling():
            client.list_batch()
    assert send(url, FAULTS, "DELETE", params={"region": "eu-west-1"}) == OK
    with raises_throttling():
        ireland.list_batch()
    assert send(url, FAULTS, "DELETE") == OK
    assert ireland.list_batch()["items"] == []


def test_an_id_of_another_region_is_named(url: str, omics: Client) -> None:
    ireland = client_with_attempts(url, region="eu-west-1")
    created = ireland.create_workflow(name="align", engine="WDL", definitionZip=definition())
    batch_id = start_batch(ireland, created["id"])
    message = (
        f"there is no batch and no run '{batch_id}'; "
        f"batch {batch_id} is in eu-west-1: pass region='eu-west-1'"
    )
    refused = (400, {"message": message})
    assert send(url, ADVANCE, json={"id": batch_id, "to": "PENDING"}) == refused
    assert send(url, HISTORY, "GET", params={"id": batch_id}) == refused
    where = {"id": batch_id, "region": "eu-west-1"}
    assert send(url, ADVANCE, json={**where, "to": "PENDING"}) == OK
    status, body = send(url, HISTORY, "GET", params=where)
    assert (status, len(body["history"])) == (200, 2)


def test_reset_removes_all_faults(url: str, omics: Client) -> None:
    for kind in FAULT_SPECS:
        assert send(url, FAULTS, json={"fault": kind, "times": 99}) == OK
    send(url, FAULTS, json={"fault": "slow_submission", "perTick": 1})
    with raises_throttling():
        omics.list_batch()
    requests.post(f"{url}/moto-api/reset", timeout=TIMEOUT)
    created = omics.create_workflow(name="align", engine="WDL", definitionZip=definition())
    batch_id = start_batch(omics, created["id"])
    advance(url, batch_id, "PROCESSED")
    assert get_run_counts(omics, batch_id) == {"completed": 2}


def test_controls_are_available_inside_a_mock() -> None:
    with mock_aws():
        url = "http://motoapi.amazonaws.com"
        assert send(url, FAULTS, json={"fault": "call_fails"}) == OK
        omics = client_with_attempts(None)
        with raises_throttling():
            omics.list_batch()
        unknown = {"message": "there is no batch and no run '1'"}
        assert send(url, HISTORY, "GET", params={"id": "1"}) == (400, unknown)
        assert send(url, FAULTS, json={"fault": "call_fails"}) == OK
    with mock_aws():
        assert client_with_attempts(None).list_batch()["items"] == []


# -- cost --


def find_batch(batch_id: str) -> Batch:
    """Return a batch of the default account and region."""
    return default_backend().batches.find(batch_id)


def default_backend() -> OmicsBackend:
    backend = omics_backends[ACCOUNT][REGION]
    assert isinstance(backend, OmicsBackend)
    return backend


def test_without_faults_runs_stay_in_one_cohort_and_no_share_is_computed(
    url: str, omics: Client, workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unexpected_call(self: RandomStream, key: str) -> float:
        raise AssertionError(f"a share was computed for {key}")

    monkeypatch.setattr(RandomStream, "fraction", unexpected_call)
    batch_id = start_batch(omics, workflow, *(f"s{n}" for n in range(50)))
    advance(url, batch_id, "PROCESSED")
    block = find_batch(batch_id).block
    assert block is not None
    assert block.detached == {}
    assert len(block.cohorts()) == 1


def test_fault_for_another_status_does_not_split_the_cohort(
    url: str, omics: Client, workflow: str
) -> None:
    batch_id = start_batch(omics, workflow, *(f"s{n}" for n in range(50)))
    advance(url, batch_id, "INPROGRESS")
    send(url, FAULTS, json={"fault": "run_fails", "runSettingId": "s7", "at": "STARTING"})
    omics.get_batch(batchId=batch_id)
    omics.get_batch(batchId=batch_id)
    block = find_batch(batch_id).block
    assert block is not None
    assert [(c.status, c.count) for c in block.cohorts()] == [("STARTING", 50)]
    assert block.detached == {}
    omics.get_batch(batchId=batch_id)
    assert list(block.detached) == [7]
