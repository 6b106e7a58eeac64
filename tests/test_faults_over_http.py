"""The switchboard over HTTP: for users of the server, in any language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.moto_api._internal.models import moto_api_backend
from moto.server import ThreadedMotoServer

from conftest import ROLE, Client, definition
from moto_omics_batch import faults
from moto_omics_batch.domain.faults import CALL_ERRORS, EFFECTS, MATCHES, RUN_FAILURE_REASONS
from moto_omics_batch.domain.tables import BATCH
from tests.omics.clients import client_with_attempts as trying

SECONDS = 30
OK = (200, {"status": "ok"})
FAULTS, ADVANCE, HISTORY = "faults", "advance", "history"


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    """The address of a moto server in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def url(running: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the server, empty before and after."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    moto_api_backend.reset()
    yield running
    moto_api_backend.reset()


@pytest.fixture
def omics(url: str) -> Client:
    return trying(url)


@pytest.fixture
def workflow(omics: Client) -> str:
    created = omics.create_workflow(name="align", engine="WDL", definitionZip=definition())
    return str(created["id"])


def ask(url: str, what: str, method: str = "POST", **kwargs: Any) -> tuple[int, Any]:
    """(HTTP status, JSON) of a request to the switchboard."""
    address = f"{url}/moto-api/static/omics/{what}"
    answer = requests.request(method, address, timeout=SECONDS, **kwargs)
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, answer.json()


def start(omics: Client, workflow: str, *entries: str, **top: Any) -> str:
    default = {"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://results/x"}
    inline = [{"runSettingId": entry} for entry in entries or ("s1", "s2")]
    answer = omics.start_run_batch(
        **top, defaultRunSetting=default, batchRunSettings={"inlineSettings": inline}
    )
    return str(answer["id"])


def move(url: str, id: str, to: str) -> None:
    assert ask(url, ADVANCE, json={"id": id, "to": to}) == OK


def counts(omics: Client, batch_id: str) -> dict[str, int]:
    summary = omics.get_batch(batchId=batch_id)["runSummary"]
    return {name.removesuffix("RunCount"): n for name, n in summary.items() if n}


def error(call: Any, **params: Any) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    answer = caught.value.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return status, answer["Error"]["Code"], answer["Error"]["Message"]


# -- each function --


@pytest.mark.parametrize("code", CALL_ERRORS)
@pytest.mark.parametrize("operation", [None, "GetBatch"])
def test_a_call_fails_once(url: str, omics: Client, code: str, operation: str | None) -> None:
    words = {"fault": "call_fails", "error": code, "operation": operation, "message": "No."}
    assert ask(url, FAULTS, json=words) == OK
    assert error(omics.get_batch, batchId="1")[1:] == (code, "No.")
    assert error(omics.get_batch, batchId="1") == (
        404,
        "ResourceNotFoundException",
        "Batch 1 not found",
    )


def test_null_times_are_for_ever_and_delete_clears(url: str, omics: Client) -> None:
    ask(url, FAULTS, json={"fault": "call_fails", "times": None})
    ask(url, FAULTS, json={"fault": "slow_submission", "perTick": 1})
    for _ in range(5):
        assert error(omics.list_batch) == (429, "ThrottlingException", "Rate exceeded")
    assert ask(url, FAULTS, "DELETE") == OK
    assert omics.list_batch()["items"] == []


def test_a_batch_fails_once(url: str, omics: Client, workflow: str) -> None:
    assert ask(url, FAULTS, json={"fault": "batch_fails", "message": "Out of luck"}) == OK
    first, second = start(omics, workflow), start(omics, workflow)
    move(url, first, "FAILED")
    assert omics.get_batch(batchId=first)["failureReason"] == "Out of luck"
    move(url, second, "PROCESSED")


def test_submissions_and_runs_fail(url: str, omics: Client, workflow: str) -> None:
    for words in (
        {"fault": "submission_fails", "reason": "ConflictException", "runSettingId": "s1"},
        {"fault": "run_fails", "failureReason": "IMPORT_FAILED", "at": "STARTING", "times": 1},
    ):
        assert ask(url, FAULTS, json=words) == OK
    batch_id = start(omics, workflow, "s1", "s2", "s3")
    move(url, batch_id, "PROCESSED")
    assert counts(omics, batch_id) == {"failed": 1, "completed": 1}
    entries = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert entries[0]["submissionFailureReason"] == "ConflictException"
    assert omics.get_run(id=entries[1]["runId"])["failureReason"] == "IMPORT_FAILED"


def test_runs_hang_and_are_released(url: str, omics: Client, workflow: str) -> None:
    assert ask(url, FAULTS, json={"fault": "run_hangs"}) == OK
    batch_id = start(omics, workflow)
    status, told = ask(url, ADVANCE, json={"id": batch_id, "to": "PROCESSED"})
    assert status == 400
    assert told["message"].startswith(f"batch {batch_id} does not reach PROCESSED by itself; it ")
    move(url, batch_id, "INPROGRESS")
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    assert counts(omics, batch_id) == {"running": 2}
    assert ask(url, FAULTS, json={"fault": "release", "runSettingId": "s1"}) == OK
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
    assert counts(omics, batch_id) == {"running": 1, "completed": 1}
    assert ask(url, FAULTS, json={"fault": "release"}) == OK
    move(url, batch_id, "PROCESSED")


def test_cancels_and_deletes_fail(url: str, omics: Client, workflow: str) -> None:
    for kind in ("cancel_fails", "delete_fails"):
        assert ask(url, FAULTS, json={"fault": kind, "runSettingId": "s1"}) == OK
    batch_id = start(omics, workflow)
    move(url, batch_id, "INPROGRESS")
    omics.cancel_run_batch(batchId=batch_id)
    move(url, batch_id, "CANCELLED")
    omics.delete_run_batch(batchId=batch_id)
    move(url, batch_id, "RUNS_DELETE_FAILED")
    statuses = [e["submissionStatus"] for e in omics.list_runs_in_batch(batchId=batch_id)["runs"]]
    assert statuses == ["DELETE_FAILED", "DELETE_SUCCESS"]


def test_submission_is_slowed(url: str, omics: Client, workflow: str) -> None:
    assert ask(url, FAULTS, json={"fault": "slow_submission", "perTick": 1}) == OK
    batch_id = start(omics, workflow, "s1", "s2", "s3")
    move(url, batch_id, "SUBMITTING")
    seen = [
        omics.get_batch(batchId=batch_id)["submissionSummary"]["pendingStartSubmissionCount"]
        for _ in range(4)
    ]
    assert seen == [3, 2, 1, 0]


def test_the_history_is_told_with_times_in_utc(url: str, omics: Client, workflow: str) -> None:
    batch_id = start(omics, workflow)
    move(url, batch_id, "SUBMITTING")
    for request in ({"params": {"id": batch_id}}, {"json": {"id": batch_id}}):
        status, told = ask(url, HISTORY, "GET", **request)
        assert status == 200
        assert [step["status"] for step in told["history"]] == ["CREATING", "PENDING", "SUBMITTING"]
        here = [(s, f"{time.isoformat()}Z") for s, time in faults.history(batch_id)]
        assert [(step["status"], step["time"]) for step in told["history"]] == here


def test_account_and_region_may_be_named(url: str, omics: Client) -> None:
    where = {"account_id": "210987654321", "region": "eu-west-1"}
    ask(url, FAULTS, json={"fault": "call_fails", "times": None, **where})
    ask(url, FAULTS, json={"fault": "call_fails", "times": None, "region": "eu-west-1"})
    assert omics.list_batch()["items"] == []
    ireland = trying(url, region="eu-west-1")
    assert error(ireland.list_batch)[1] == "ThrottlingException"
    ask(url, FAULTS, "DELETE", params={"region": "eu-west-1"})
    assert ireland.list_batch()["items"] == []


def test_a_reset_of_the_server_ends_all_faults(url: str, omics: Client) -> None:
    for kind in MATCHES:
        assert ask(url, FAULTS, json={"fault": kind, "times": 99}) == OK
    ask(url, FAULTS, json={"fault": "slow_submission", "perTick": 1})
    assert error(omics.list_batch)[1] == "ThrottlingException"
    requests.post(f"{url}/moto-api/reset", timeout=SECONDS)
    created = omics.create_workflow(name="align", engine="WDL", definitionZip=definition())
    batch_id = start(omics, created["id"])
    move(url, batch_id, "PROCESSED")
    assert counts(omics, batch_id) == {"completed": 2}


def test_the_switchboard_is_there_inside_a_mock_too() -> None:
    with mock_aws():
        url = "http://motoapi.amazonaws.com"
        assert ask(url, FAULTS, json={"fault": "call_fails"}) == OK
        omics = trying(None)
        assert error(omics.list_batch)[1] == "ThrottlingException"
        status, told = ask(url, HISTORY, "GET", params={"id": "1"})
        assert (status, told["message"]) == (400, "there is no batch and no run '1'")
        assert ask(url, FAULTS, json={"fault": "call_fails"}) == OK
    with mock_aws():
        assert trying(None).list_batch()["items"] == []


# -- what is refused --


def known(*words: str) -> str:
    return f"there are {', '.join(words)}"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {"fault": "runs_fail"},
            f"there is no fault 'runs_fail'; {known(*MATCHES, 'release', 'slow_submission')}",
        ),
        ({}, f"there is no fault None; {known(*MATCHES, 'release', 'slow_submission')}"),
        (
            {"fault": ["run_fails"]},
            f"there is no fault ['run_fails']; {known(*MATCHES, 'release', 'slow_submission')}",
        ),
        (
            {"fault": "run_fails", "kind": "x"},
            "there is no word of run_fails 'kind'; "
            + known(*MATCHES["run_fails"], *EFFECTS["run_fails"], "times", "share"),
        ),
        (
            {"fault": "cancel_fails", "operations": []},
            "there is no word of cancel_fails 'operations'; "
            + known(*MATCHES["cancel_fails"], "times", "share"),
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
            "there is no word of release 'batchname'; there are batchName, runSettingId, runId",
        ),
        ({"fault": "slow_submission"}, "there must be perTick, not no words"),
        ({"fault": "slow_submission", "tick": 1}, "there must be perTick, not tick"),
        (
            {"fault": "slow_submission", "perTick": 0},
            "perTick must be a whole number above 0, not 0",
        ),
        ({"fault": "call_fails", "account_id": 1}, "account_id must be 12 digits, not 1"),
    ],
)
def test_wrong_words_are_refused_and_told_what_there_is(
    url: str, omics: Client, words: dict[str, Any], message: str
) -> None:
    assert ask(url, FAULTS, json=words) == (400, {"message": message})
    assert omics.list_batch()["items"] == []


@pytest.mark.parametrize("region", ["us-east", 7, None, ["us-east-1"]])
def test_a_region_without_healthomics(url: str, region: Any) -> None:
    status, told = ask(url, FAULTS, json={"fault": "call_fails", "region": region})
    assert status == 400
    assert told["message"].startswith(f"HealthOmics is not in region {region!r}; it is in ")
    assert "us-east-1" in told["message"]


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
@pytest.mark.parametrize("what", [FAULTS, ADVANCE])
def test_a_body_that_is_no_json_object(url: str, what: str, body: bytes, message: str) -> None:
    assert ask(url, what, data=body) == (400, {"message": message})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "there must be id and to, not no words"),
        ({"id": "1"}, "there must be id and to, not id"),
        ({"id": "1", "to": "PENDING", "by": 1}, "there must be id and to, not id and to and by"),
        ({"id": "1", "to": "PENDING"}, "there is no batch and no run '1'"),
        ({"id": 1, "to": "PENDING"}, "there is no batch and no run 1"),
        ({"id": ["1"], "to": "PENDING"}, "there is no batch and no run ['1']"),
    ],
)
def test_an_advance_of_nothing(url: str, words: dict[str, Any], message: str) -> None:
    assert ask(url, ADVANCE, json=words) == (400, {"message": message})


@pytest.mark.parametrize("to", ["PROCESED", 5, None, ["PROCESSED"]])
def test_an_advance_to_nowhere(url: str, omics: Client, workflow: str, to: Any) -> None:
    batch_id = start(omics, workflow)
    message = f"there is no status of a batch {to!r}; {known(*BATCH.statuses)}"
    assert ask(url, ADVANCE, json={"id": batch_id, "to": to}) == (400, {"message": message})
    assert [status for status, _ in faults.history(batch_id)] == ["CREATING"]


def test_a_history_of_nothing(url: str) -> None:
    assert ask(url, HISTORY, "GET") == (400, {"message": "there must be id, not no words"})
    unknown = {"message": "there is no batch and no run '7'"}
    assert ask(url, HISTORY, "GET", params={"id": "7"}) == (400, unknown)


@pytest.mark.parametrize(
    ("what", "method", "allowed"),
    [
        (FAULTS, "GET", "POST or DELETE"),
        (FAULTS, "PUT", "POST or DELETE"),
        (ADVANCE, "GET", "POST"),
        (ADVANCE, "DELETE", "POST"),
        (HISTORY, "POST", "GET"),
        (HISTORY, "DELETE", "GET"),
    ],
)
def test_another_method(url: str, what: str, method: str, allowed: str) -> None:
    assert ask(url, what, method, data=json.dumps({})) == (
        405,
        {"message": f"the method must be {allowed}"},
    )


def test_a_delete_that_names_a_fault_is_refused(url: str, omics: Client) -> None:
    """It would clear the others too."""
    ask(url, FAULTS, json={"fault": "call_fails"})
    message = {"message": "there must be no words, not fault"}
    assert ask(url, FAULTS, "DELETE", json={"fault": "run_fails"}) == (400, message)
    assert error(omics.list_batch)[1] == "ThrottlingException"


# -- no fault, no difference --


def test_without_a_fault_nothing_is_asked_and_nothing_is_drawn(
    url: str, omics: Client, workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No run leaves its block, and moto's random source is not touched."""
    batch_id = start(omics, workflow, *(f"s{n}" for n in range(50)))
    move(url, batch_id, "PROCESSED")
    backend = faults._backend("123456789012", None)
    block = backend.batches[batch_id].runs
    assert block is not None
    assert block._own == {}
    monkeypatch.setattr(backend.faults, "_chance", None)
    again = start(omics, workflow)
    move(url, again, "PROCESSED")
    assert counts(omics, again) == {"completed": 2}


def test_without_a_fault_at_a_status_one_run_is_asked_for_and_not_all(
    url: str, omics: Client, workflow: str
) -> None:
    batch_id = start(omics, workflow, *(f"s{n}" for n in range(50)))
    move(url, batch_id, "INPROGRESS")
    backend = faults._backend("123456789012", None)
    block = backend.batches[batch_id].runs
    assert block is not None
    ask(url, FAULTS, json={"fault": "run_fails", "at": "STARTING"})
    places = iter(range(50))
    assert backend.planned(block, places) == {}
    assert next(places) == 1
