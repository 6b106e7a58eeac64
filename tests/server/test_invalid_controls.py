"""Invalid requests to the test controls: HTTP status and message."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import Client
from moto_omics_batch import faults
from moto_omics_batch.domain.failures import RUN_FAILURE_REASONS
from moto_omics_batch.domain.faults import FAULTS as FAULT_SPECS
from moto_omics_batch.domain.tables import BATCH
from tests.omics.helpers import raises_error

from .controls import ADVANCE, FAULTS, HISTORY, send, start_batch


def known(*names: str) -> str:
    """Return the end of a message that lists what exists."""
    return f"there are {', '.join(names)}"


CONTROLS = known(*FAULT_SPECS, "release", "slow_submission")


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (
            {"fault": "runs_fail"},
            f"there is no fault 'runs_fail'; {CONTROLS}",
        ),
        ({}, f"there is no fault None; {CONTROLS}"),
        (
            {"fault": ["run_fails"]},
            f"there is no fault ['run_fails']; {CONTROLS}",
        ),
        (
            {"fault": "run_fails", "kind": "x"},
            "there is no keyword argument of run_fails 'kind'; "
            + known(*FAULT_SPECS["run_fails"].keywords),
        ),
        (
            {"fault": "cancel_fails", "operations": []},
            "there is no keyword argument of cancel_fails 'operations'; "
            + known(*FAULT_SPECS["cancel_fails"].keywords),
        ),
        (
            {"fault": "run_fails", "failureReason": "OOM"},
            f"there is no failureReason 'OOM'; {known(*RUN_FAILURE_REASONS)}",
        ),
        ({"fault": "run_fails", "runId": 1234567}, "runId must be a text, not 1234567"),
        ({"fault": "run_fails", "times": "1"}, "times must be a whole number above 0, not '1'"),
        ({"fault": "run_fails", "share": 2}, "share must be above 0 and at most 1, not 2"),
        (
            {"fault": "release", "batchname": "x"},
            "there is no keyword argument of release 'batchname'; "
            + known("batchName", "runSettingId", "runId"),
        ),
        ({"fault": "slow_submission"}, "there must be perTick, not no members"),
        ({"fault": "slow_submission", "tick": 1}, "there must be perTick, not tick"),
        (
            {"fault": "slow_submission", "perTick": 0},
            "perTick must be a whole number above 0, not 0",
        ),
        ({"fault": "call_fails", "account_id": 1}, "account_id must be 12 digits, not 1"),
    ],
)
def test_invalid_fault_is_refused_with_the_known_values(
    url: str, omics: Client, members: dict[str, Any], message: str
) -> None:
    assert send(url, FAULTS, json=members) == (400, {"message": message})
    assert omics.list_batch()["items"] == []


@pytest.mark.parametrize("region", ["us-east", 7, None, ["us-east-1"]])
def test_unknown_region_is_refused_with_the_known_regions(url: str, region: Any) -> None:
    status, body = send(url, FAULTS, json={"fault": "call_fails", "region": region})
    assert status == 400
    assert body["message"].startswith(f"HealthOmics is not in region {region!r}; it is in ")
    assert "us-east-1" in body["message"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "the body is not valid JSON"),
        (b"fault=run_fails", "the body is not valid JSON"),
        (b"\xff\xfe", "the body is not valid JSON"),
        (b"[" * 100_000, "the body is not valid JSON"),
        (b"[]", "the body must be a JSON object"),
        (b'"run_fails"', "the body must be a JSON object"),
        (b"null", "the body must be a JSON object"),
    ],
)
@pytest.mark.parametrize("control", [FAULTS, ADVANCE])
def test_body_must_be_a_json_object(url: str, control: str, body: bytes, message: str) -> None:
    assert send(url, control, data=body) == (400, {"message": message})


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "there must be id and to, not no members"),
        ({"id": "1"}, "there must be id and to, not id"),
        ({"id": "1", "to": "PENDING", "by": 1}, "there must be id and to, not id and to and by"),
        ({"id": "1", "to": "PENDING"}, "there is no batch and no run '1'"),
        ({"id": 1, "to": "PENDING"}, "there is no batch and no run 1"),
        ({"id": ["1"], "to": "PENDING"}, "there is no batch and no run ['1']"),
    ],
)
def test_invalid_advance_is_refused(url: str, members: dict[str, Any], message: str) -> None:
    assert send(url, ADVANCE, json=members) == (400, {"message": message})


@pytest.mark.parametrize("to", ["PROCESED", 5, None, ["PROCESSED"]])
def test_advance_to_an_unknown_status_is_refused(
    url: str, omics: Client, workflow: str, to: Any
) -> None:
    batch_id = start_batch(omics, workflow)
    message = f"there is no batch status {to!r}; {known(*BATCH.statuses)}"
    assert send(url, ADVANCE, json={"id": batch_id, "to": to}) == (400, {"message": message})
    assert [status for status, _ in faults.history(batch_id)] == ["CREATING"]


def test_history_of_an_unknown_id_is_refused(url: str) -> None:
    assert send(url, HISTORY, "GET") == (400, {"message": "there must be id, not no members"})
    unknown = {"message": "there is no batch and no run '7'"}
    assert send(url, HISTORY, "GET", params={"id": "7"}) == (400, unknown)


@pytest.mark.parametrize(
    ("control", "method", "allowed"),
    [
        (FAULTS, "GET", "POST or DELETE"),
        (FAULTS, "PUT", "POST or DELETE"),
        (ADVANCE, "GET", "POST"),
        (ADVANCE, "DELETE", "POST"),
        (HISTORY, "POST", "GET"),
        (HISTORY, "DELETE", "GET"),
    ],
)
def test_unsupported_method_is_refused(url: str, control: str, method: str, allowed: str) -> None:
    assert send(url, control, method, data=json.dumps({})) == (
        405,
        {"message": f"the method must be {allowed}"},
    )


def test_delete_with_members_is_refused(url: str, omics: Client) -> None:
    """DELETE removes all faults, not the one that its body describes."""
    send(url, FAULTS, json={"fault": "call_fails"})
    message = {"message": "there must be no members, not fault"}
    assert send(url, FAULTS, "DELETE", json={"fault": "run_fails"}) == (400, message)
    with raises_error("ThrottlingException", 429, "Rate exceeded"):
        omics.list_batch()
