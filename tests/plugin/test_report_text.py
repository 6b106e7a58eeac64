"""The text of the section about HealthOmics: what it shows, in which order, and how much of it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient, StartBatch, Until
from moto_omics_batch import faults
from moto_omics_batch.omics.models import omics_backends
from moto_omics_batch.plugin import report_text
from moto_omics_batch.plugin.backend_state import BackendState, MockState
from moto_omics_batch.plugin.run_lines import path

Progression = Callable[..., None]


def _state(region: str = REGION) -> BackendState:
    return BackendState.of(omics_backends[ACCOUNT][region])


def _text(*states: BackendState) -> str:
    return report_text.render([MockState(1, list(states) or [_state()])], 1)


def _lines(wanted: str) -> list[str]:
    return [line for line in _text().splitlines() if re.search(wanted, line)]


def _start_run(omics: Client, workflow_id: str, name: str) -> str:
    run = omics.start_run(
        workflowId=workflow_id, name=name, roleArn=ROLE, outputUri="s3://results/run"
    )
    return str(run["id"])


@pytest.fixture
def large_batch(
    omics: Client, workflow_id: str, put_settings: Callable[..., str], progression: Progression
) -> Callable[[], str]:
    """``large_batch()`` starts a batch of 100,000 runs that end at once, and describes it."""

    def start() -> str:
        progression("batch", progression="immediate")
        uri = put_settings([{"runSettingId": f"s{number}"} for number in range(100_000)])
        started = omics.start_run_batch(
            batchName="large",
            defaultRunSetting={
                "workflowId": workflow_id,
                "roleArn": ROLE,
                "outputUri": "s3://results/cohort",
            },
            batchRunSettings={"s3UriSettings": uri},
        )
        omics.get_batch(batchId=started["id"])
        return str(started["id"])

    return start


# -- how much is shown --


def test_batch_of_100_000_runs_is_short_and_fast(large_batch: Callable[[], str]) -> None:
    faults.run_fails(share=0.1)
    faults.submission_fails(share=0.2, reason="ThrottlingException", message="Rate exceeded")
    large_batch()
    for number in range(5):
        faults.run_hangs(runSettingId=f"missing-{number}")
    state = _state()
    start = time.perf_counter()
    text = _text(state)
    # It takes a few milliseconds on a free machine; a look at each run takes seconds.
    assert time.perf_counter() - start < 1
    lines = text.splitlines()
    assert len(lines) < 70
    assert len(_lines("near_misses\\(\\) of the fault searches all [78].,... runs;")) == 3
    assert max(map(len, lines)) <= 79
    assert len(_lines("^  submission s")) == report_text.MOST_SUBMISSIONS
    assert len(_lines(r"^  run \d+ .* FAILED WORKFLOW_RUN_FAILED")) == 5
    assert len(_lines(r"^  \.\.\. and [\d,]+ more failed runs$")) == 1
    assert len(_lines(r"^  \.\.\. and [\d,]+ more failed submissions$")) == 1
    assert len(_lines(r"^  [\d,]+ runs COMPLETED: \d+ \(s\d+\), ")) == 1


def test_numbers_of_batches_runs_faults_and_calls_are_limited(
    omics: Client, workflow_id: str, start_batch: StartBatch
) -> None:
    for number in range(12):
        faults.run_fails(runSettingId=f"missing{number}", failureReason="IMPORT_FAILED")
        start_batch(batchName=f"cohort-{number}")
        _start_run(omics, workflow_id, f"run-{number}")
    assert len(_lines(r"^Batch \d+ ")) == report_text.MOST_BATCHES
    assert len(_lines(r"^Run \d+ ")) == report_text.MOST_RUNS
    assert len(_lines("^Fault ")) == report_text.MOST_FAULTS
    assert len(_lines("^  Start(Run|RunBatch) 201$")) == report_text.MOST_CALLS
    assert _lines("more (batches|runs|faults)$") == [
        "... and 7 more batches",
        "... and 2 more runs",
        "... and 2 more faults",
    ]


def test_runs_of_many_histories_are_limited(start_batch: StartBatch, until: Until) -> None:
    batch_id = start_batch([f"s{number}" for number in range(70)])
    for number in range(60):
        faults.run_hangs(runSettingId=f"s{number}", at="STARTING")
    until(batch_id, "INPROGRESS")
    block = omics_backends[ACCOUNT][REGION].batches.find(batch_id).block
    assert block is not None
    for index in range(60):
        faults.advance(block.id_of(index), to="STARTING")
    assert _lines("more in STARTING$") == ["  ... and 10 runs more in STARTING"]


def test_long_messages_are_cut_and_lines_are_wrapped(omics: Client) -> None:
    faults.call_fails(operation="ListRuns", message="long words " * 60, times=None)
    with pytest.raises(ClientError):
        omics.list_runs()
    text = _text()
    assert max(map(len, text.splitlines())) <= 79
    # In the hint, the fault and the call.
    assert text.count(" ...") == 3
    assert 30 < text.count("words") < 50


def test_long_word_is_not_broken(omics: Client) -> None:
    arn = "arn:aws:omics:us-east-1:123456789012:" + "x" * 90
    faults.call_fails(operation="ListRuns", message=f"No {arn}", times=None)
    with pytest.raises(ClientError):
        omics.list_runs()
    assert any(line.strip() == arn for line in _text().splitlines())


# -- what is shown --


def test_failed_batch_shows_its_reason(start_batch: StartBatch, until: Until) -> None:
    faults.batch_fails(message="The settings are wrong.")
    until(start_batch(batchName="cohort"), "FAILED")
    assert _lines("cohort|failureReason") == [
        _lines("cohort")[0],
        "  failureReason: The settings are wrong.",
    ]
    assert _lines("cohort")[0].endswith("(cohort) FAILED")


def test_batches_with_problems_come_first_then_the_newest(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.run_fails(batchName="failed")
    for name in ("failed", "old", "new"):
        until(start_batch(batchName=name), "PROCESSED")
    start_batch(batchName="active")
    names = [re.findall(r"\((\w+)\)", line)[0] for line in _lines("^Batch ")]
    assert names == ["active", "failed", "new", "old"]


def test_runs_of_start_run_show_name_reason_and_message(omics: Client, workflow_id: str) -> None:
    _start_run(omics, workflow_id, "good")
    run_id = _start_run(omics, workflow_id, "bad")
    faults.run_fails(runId=run_id, failureReason="IMPORT_FAILED", statusMessage="No such file")
    faults.advance(run_id, to="FAILED")
    assert _lines("^Run ")[0] == f"Run {run_id} (bad) FAILED IMPORT_FAILED: No such file"
    assert _lines("^Run ")[1].endswith("(good) PENDING")


def test_held_and_waiting_runs_say_so(
    omics: Client, start_batch: StartBatch, until: Until, settings: Callable[..., None]
) -> None:
    settings(quotas={"active_runs": 1})
    faults.run_hangs(runSettingId="s1")
    batch_id = start_batch(["s1", "s2", "s3"])
    for _ in range(10):
        omics.get_batch(batchId=batch_id)
    assert _lines("^Batch")[0].endswith("waits for 3 runs, 1 of them held by run_hangs")
    (held,) = _lines(r"\(s1\) RUNNING")
    assert held.endswith("RUNNING, held by run_hangs")
    (waiting,) = _lines("no slot")
    assert waiting.startswith("  2 runs PENDING, no slot is free (maxRuns, quota active_runs): ")


def test_deleted_batch_is_shown_as_long_as_its_runs_exist(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(batchName="cohort")
    until(batch_id, "PROCESSED")
    omics.delete_batch(batchId=batch_id)
    assert _lines("cohort") == [f"Batch {batch_id} (cohort) deleted"]
    assert "INPROGRESS -> PROCESSED -> (deleted)" in _text()


def test_each_region_has_its_part(client: MakeClient, omics: Client) -> None:
    client("omics", "eu-west-1").list_batch()
    omics.list_batch()
    text = _text(_state(), _state("eu-west-1"))
    assert text.splitlines() == [
        f"us-east-1 (account {ACCOUNT})",
        "Last calls",
        "  ListBatch 200",
        "",
        f"eu-west-1 (account {ACCOUNT})",
        "Last calls",
        "  ListBatch 200",
    ]


def test_fault_of_all_regions_is_shown_once(client: MakeClient, omics: Client) -> None:
    client("omics", "eu-west-1").list_batch()
    omics.list_batch()
    faults.call_fails(operation="ListBatch", times=2)
    faults.batch_fails(batchName="cohort", region="eu-west-1")
    text = _text(_state(), _state("eu-west-1"))
    assert [line for line in text.splitlines() if line.startswith("Fault")] == [
        "Fault never matched: call_fails(operation='ListBatch', times=2)",
        "Fault never matched: batch_fails(batchName='cohort', region='eu-west-1')",
    ]
    assert "\n  there were no batches" in text


def test_calls_show_error_code_and_message(omics: Client) -> None:
    for _ in range(2):
        with pytest.raises(omics.exceptions.ResourceNotFoundException):
            omics.get_run(id="1234567")
    assert _lines("GetRun") == [
        "  GetRun ResourceNotFoundException (2 times): Run 1234567 not found"
    ]


def test_times_are_shown_when_statuses_took_time() -> None:
    start = datetime(2026, 1, 1)
    states = ["PENDING", "STARTING", "RUNNING", "STOPPING>COMPLETED", "COMPLETED"]
    slow = [(start + timedelta(seconds=40.5 * n), state) for n, state in enumerate(states)]
    fast = [(start + timedelta(seconds=0.2 * n), state) for n, state in enumerate(states)]
    assert path(slow) == (
        "PENDING -> STARTING (+40.5 s) -> RUNNING (+81 s) -> STOPPING (+121.5 s) "
        "-> COMPLETED (+162 s)"
    )
    assert path(fast) == "PENDING -> STARTING -> RUNNING -> STOPPING -> COMPLETED"


# -- what rendering does not do --


def test_text_of_an_ended_mock_is_that_of_the_active_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    config: Any = {"omics": {"workflows": ["1234567"]}}
    with mock_aws(config=config):
        omics: Client = boto3.client("omics", region_name=REGION)
        faults.run_fails(runSettingId="s2")
        started = omics.start_run_batch(
            batchName="cohort",
            defaultRunSetting={
                "workflowId": "1234567",
                "roleArn": ROLE,
                "outputUri": "s3://results/cohort",
            },
            batchRunSettings={"inlineSettings": [{"runSettingId": f"s{n}"} for n in range(3)]},
        )
        for _ in range(12):
            omics.get_batch(batchId=started["id"])
        state = _state()
        active = _text(state)
    assert "WORKFLOW_RUN_FAILED" in active
    assert _text(state) == active
    assert omics_backends.get(ACCOUNT) is None


def test_text_applies_no_transition_that_is_due(
    start_batch: StartBatch, progression: Progression
) -> None:
    progression("batch", progression="immediate")
    start_batch(batchName="cohort")
    assert [_lines("cohort")[0][-8:], _lines("cohort")[0][-8:]] == ["CREATING", "CREATING"]


def test_request_that_never_ends_does_not_stop_the_report(
    omics: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_text, "_PATIENCE", 0.01)
    omics.list_batch()
    state, held, done = _state(), threading.Event(), threading.Event()

    def hold() -> None:
        with state.lock:
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(10)
        assert "  ListBatch 200" in _text(state)
    finally:
        done.set()
        thread.join()


def test_text_is_plain_ascii(omics: Client, start_batch: StartBatch) -> None:
    """Terminals and log files of CI systems may have another encoding."""
    start_batch()
    assert json.dumps(_text(), ensure_ascii=False).isascii()


def test_fault_without_calls_is_shown(aws: None) -> None:
    faults.call_fails(operation="ListBatch")
    assert _text().splitlines() == [
        f"us-east-1 (account {ACCOUNT})",
        "",
        "Fault never matched: call_fails(operation='ListBatch')",
        "  there were no calls",
    ]
