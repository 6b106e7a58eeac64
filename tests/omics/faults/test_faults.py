"""Arguments, scope and shares of faults; advance and history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

import pytest
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient, StartBatch, Until, definition
from moto_omics_batch import faults
from moto_omics_batch.types import BatchStatus, RunStatus
from tests.omics.clients import client_with_attempts
from tests.omics.helpers import (
    ACTIVE_STATUSES,
    PROGRESSIONS,
    Clock,
    PutSettings,
    SetProgression,
    Settings,
    StartRun,
    UntilRun,
    raises_error,
    run_counts,
    status_history,
)

BATCH_STATUSES = ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]
FAULTS: list[Callable[..., object]] = [
    faults.call_fails,
    faults.batch_fails,
    faults.submission_fails,
    faults.run_fails,
    faults.run_hangs,
    faults.cancel_fails,
    faults.delete_fails,
]


# -- arguments --


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize("fault", [*FAULTS, faults.release, faults.slow_submission, faults.clear])
def test_unknown_keyword_is_a_type_error(fault: Callable[..., None]) -> None:
    name = fault.__name__
    with pytest.raises(
        TypeError, match=rf"^{name}\(\) has no keyword argument 'batchname'; .*region"
    ):
        fault(batchname="x")
    with pytest.raises(TypeError, match="positional argument"):
        fault("x")


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize(
    ("fault", "arguments", "message"),
    [
        (faults.call_fails, {"operation": "GetBach"}, "no operation 'GetBach'; .*, GetBatch, "),
        (faults.call_fails, {"error": "Throttling"}, "no error 'Throttling'; .*ThrottlingExcep"),
        (faults.submission_fails, {"reason": "Bad"}, "no reason 'Bad'; .*ConflictException, "),
        (faults.run_fails, {"failureReason": "OOM"}, "no failureReason 'OOM'; .*OUT_OF_MEMORY_"),
        (faults.run_fails, {"at": "running"}, "no at 'running'; there are PENDING, STARTING, RUN"),
        (faults.run_hangs, {"at": "FAILED"}, "no at 'FAILED'; there are PENDING, STARTING, RUN"),
        (faults.cancel_fails, {"times": 0}, "times must be a whole number above 0, not 0"),
        (faults.delete_fails, {"share": 5}, "share must be above 0 and at most 1, not 5"),
        (faults.release, {"runId": 7}, "runId must be a text, not 7"),
        (faults.clear, {"account_id": "1"}, "account_id must be 12 digits, not '1'"),
        (faults.clear, {"region": "us-east"}, "not in region 'us-east'; it is in .*us-east-1"),
    ],
)
def test_invalid_value_is_rejected_with_the_known_values(
    aws: None, omics: Client, fault: Callable[..., None], arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        fault(**arguments)
    assert omics.list_batch()["items"] == []


# -- account and region --


def raises_throttling() -> Any:
    return raises_error("ThrottlingException", 429, "Rate exceeded")


@pytest.mark.our_choice("W13")
def test_fault_applies_to_one_account(aws: None, server: str | None) -> None:
    omics = client_with_attempts(server)
    faults.call_fails(times=None, account_id="210987654321")
    assert omics.list_batch()["items"] == []
    faults.call_fails(account_id=ACCOUNT, region=REGION)
    with raises_throttling():
        omics.list_batch()


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize("run_number", [1, 2])
def test_faults_do_not_leak_into_the_next_test(
    server: str | None, start_batch: StartBatch, until: Until, run_number: int
) -> None:
    """Each of the two test runs leaves faults of every kind, which the other must not see."""
    batch = until(start_batch([f"s{n}" for n in range(3)]), "PROCESSED")
    assert list(batch["submissionSummary"].values()) == [3, 0, 0]
    assert run_counts(batch) == {"completed": 3}
    for fault in FAULTS:
        fault(times=None)
    faults.slow_submission(perTick=1)
    with raises_throttling():
        client_with_attempts(server).list_batch()


# -- shares --


def failed_indexes(omics: Client, batch_id: str) -> list[int]:
    """Return the indexes of the FAILED runs."""
    first = int(omics.list_runs(batchId=batch_id)["items"][0]["id"])
    runs = omics.get_paginator("list_runs").paginate(batchId=batch_id, status="FAILED")
    return [int(run["id"]) - first for page in runs for run in page["items"]]


@pytest.mark.our_choice("W13")
def test_share_is_approximate_and_reproducible_with_a_seed(
    omics: Client, settings: Settings, put_settings: PutSettings
) -> None:
    settings(workflows=["1234567"])
    found = []
    for seed in (42, 42, 43):
        moto_api_backend.reset()
        mock_random.seed(seed)
        uri = put_settings([{"runSettingId": f"s{n}"} for n in range(1000)])
        faults.run_fails(share=0.05, failureReason="INSTANCE_RESERVATION_FAILED")
        batch_id = omics.start_run_batch(
            defaultRunSetting={"workflowId": "1234567", "roleArn": ROLE, "outputUri": "s3://r/x"},
            batchRunSettings={"s3UriSettings": uri},
        )["id"]
        faults.advance(batch_id, to="PROCESSED")
        found.append(failed_indexes(omics, batch_id))
    assert found[0] == found[1] != found[2]
    for indexes in found:
        assert 25 < len(indexes) < 80


@pytest.mark.our_choice("W13")
def test_share_is_drawn_once_per_run(
    omics: Client, start_batch: StartBatch, settings: Settings, until: Until
) -> None:
    """A waiting run is not drawn again with each request."""
    settings(quotas={"active_runs": 5})
    mock_random.seed(1)
    faults.run_fails(at="PENDING", share=0.1)
    batch_id = start_batch([f"s{n}" for n in range(60)])
    faults.advance(batch_id, to="INPROGRESS")
    for _ in range(90):
        omics.get_batch(batchId=batch_id)
    assert run_counts(omics.get_batch(batchId=batch_id))["failed"] < 15


# -- advance --


@pytest.mark.our_choice("B40")
@pytest.mark.parametrize("to", BATCH_STATUSES)
@pytest.mark.parametrize("mode", PROGRESSIONS)
def test_advance_moves_a_batch_to_a_status(
    omics: Client,
    start_batch: StartBatch,
    progression: SetProgression,
    clock: Clock,
    to: BatchStatus,
    mode: str,
) -> None:
    progression("batch", **PROGRESSIONS[mode])
    progression("run", **PROGRESSIONS[mode])
    batch_id = start_batch(["s1", "s2"])
    faults.advance(batch_id, to=to)
    if (mode, to) != ("manual", "CREATING"):
        # CREATING was reported by StartRunBatch.
        assert omics.get_batch(batchId=batch_id)["status"] == to
    if mode == "immediate":
        assert omics.get_batch(batchId=batch_id)["status"] == "PROCESSED"
    assert [status for status, _ in faults.history(batch_id)][
        : BATCH_STATUSES.index(to) + 1
    ] == BATCH_STATUSES[: BATCH_STATUSES.index(to) + 1]


@pytest.mark.our_choice("B40")
def test_advance_moves_a_batch_through_slow_submission(
    omics: Client, start_batch: StartBatch
) -> None:
    faults.slow_submission(perTick=1)
    batch_id = start_batch([f"s{n}" for n in range(7)])
    faults.advance(batch_id, to="SUBMITTING")
    assert omics.list_runs()["items"] == []
    faults.advance(batch_id, to="INPROGRESS")
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"pending": 7}
    faults.advance(batch_id, to="PROCESSED")
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"completed": 7}


@pytest.mark.our_choice("B41", "B82")
def test_advance_moves_a_batch_after_cancel_and_delete(
    omics: Client, start_batch: StartBatch
) -> None:
    """Directly after the request, before its status was reported."""
    batch_id = start_batch(["s1", "s2"])
    faults.advance(batch_id, to="INPROGRESS")
    omics.cancel_run_batch(batchId=batch_id)
    faults.advance(batch_id, to="CANCELLED")
    assert omics.get_batch(batchId=batch_id)["status"] == "CANCELLED"
    omics.delete_run_batch(batchId=batch_id)
    faults.advance(batch_id, to="RUNS_DELETED")
    assert omics.get_batch(batchId=batch_id)["status"] == "RUNS_DELETED"


@pytest.mark.our_choice("B54")
def test_advance_moves_a_batch_to_its_injected_failure(
    omics: Client, start_batch: StartBatch
) -> None:
    faults.batch_fails()
    batch_id = start_batch(["s1"])
    faults.advance(batch_id, to="FAILED")
    assert omics.get_batch(batchId=batch_id)["status"] == "FAILED"


@pytest.mark.our_choice("W2.8")
@pytest.mark.parametrize("to", [*ACTIVE_STATUSES, "COMPLETED"])
@pytest.mark.parametrize("of_batch", [False, True])
def test_advance_moves_a_run_to_a_status(
    omics: Client,
    start_run: StartRun,
    start_batch_run: Callable[..., str],
    to: RunStatus,
    of_batch: bool,
) -> None:
    run_id = start_batch_run() if of_batch else start_run()["id"]
    faults.advance(run_id, to=to)
    if to != "PENDING":
        assert omics.get_run(id=run_id)["status"] == to
    statuses = [*ACTIVE_STATUSES, "COMPLETED"]
    assert status_history(run_id)[: statuses.index(to) + 1] == statuses[: statuses.index(to) + 1]


@pytest.mark.our_choice("W2.8", "B40")
def test_advance_to_an_unreachable_status_changes_nothing(
    omics: Client, start_batch: StartBatch, start_run: StartRun
) -> None:
    batch_id, run_id = start_batch(["s1"]), start_run()["id"]
    faults.advance(batch_id, to="SUBMITTING")
    unreachable: list[BatchStatus] = ["PENDING", "CANCELLED", "FAILED", "RUNS_DELETED"]
    for to in unreachable:
        with pytest.raises(ValueError, match=f"does not reach {to} by itself; it went through CR"):
            faults.advance(batch_id, to=to)
    assert omics.get_batch(batchId=batch_id)["status"] == "SUBMITTING"
    faults.advance(run_id, to="RUNNING")
    never: list[RunStatus] = ["STARTING", "CANCELLED", "DELETED"]
    for status in never:
        match = f"run {run_id} does not reach {status} by itself; it "
        with pytest.raises(ValueError, match=match):
            faults.advance(run_id, to=status)
    assert omics.get_run(id=run_id)["status"] == "RUNNING"


@pytest.mark.our_choice("W2.8", "B40")
def test_advance_stops_at_a_held_run(
    omics: Client, start_batch: StartBatch, start_run: StartRun
) -> None:
    faults.run_hangs(at="STARTING")
    batch_id, run_id = start_batch(["s1"]), start_run()["id"]
    with pytest.raises(ValueError, match=r"PROCESSED by itself; it went through CREATING$"):
        faults.advance(batch_id, to="PROCESSED")
    with pytest.raises(ValueError, match=r"COMPLETED by itself; it went through PENDING$"):
        faults.advance(run_id, to="COMPLETED")
    faults.advance(batch_id, to="INPROGRESS")
    faults.advance(run_id, to="STARTING")
    for _ in range(4):
        omics.get_batch(batchId=batch_id)
        omics.get_run(id=run_id)
    with pytest.raises(ValueError, match=r"went through CREATING, PENDING, SUBMITTING, INPROGRESS"):
        faults.advance(batch_id, to="PROCESSED")
    faults.release()
    faults.advance(batch_id, to="PROCESSED")
    faults.advance(run_id, to="COMPLETED")
    assert omics.get_run(id=run_id)["status"] == "COMPLETED"


@pytest.mark.our_choice("W2.8", "B40")
def test_advance_and_history_reject_unknown_statuses_and_ids(
    start_batch: StartBatch, start_run: StartRun
) -> None:
    batch_id, run_id = start_batch(["s1"]), start_run()["id"]
    with pytest.raises(ValueError, match="no batch status 'RUNNING'; there are CREATING, PE"):
        faults.advance(batch_id, to="RUNNING")
    with pytest.raises(ValueError, match="no run status 'INPROGRESS'; there are PENDING, ST"):
        faults.advance(run_id, to="INPROGRESS")
    for unknown in ("1", "x", "", f"0{run_id}", int(run_id), None):
        message = f"there is no batch and no run {unknown!r}"
        with pytest.raises(ValueError, match=message):
            faults.advance(unknown, to="PENDING")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=message):
            faults.history(unknown)  # type: ignore[arg-type]


# -- history --


@pytest.mark.our_choice("B40", "W2.8")
def test_history_has_each_status_once_with_its_time(
    omics: Client,
    start_batch: StartBatch,
    progression: SetProgression,
    clock: Clock,
) -> None:
    progression("batch", **PROGRESSIONS["time"])
    progression("run", **PROGRESSIONS["time"])
    batch_id = start_batch(["s1"])
    created = clock.now.replace(tzinfo=timezone.utc)
    clock.now += timedelta(hours=1)
    # There was no request for the batch in the meantime.
    history = faults.history(batch_id)
    assert [status for status, _ in history] == BATCH_STATUSES
    assert [(time - created).total_seconds() / 60 for _, time in history] == [0, 1, 2, 3, 7]
    (run,) = omics.list_runs()["items"]
    steps = [
        (status, (time - created).total_seconds() / 60)
        for status, time in faults.history(run["id"])
    ]
    assert steps == [(s, n) for n, s in enumerate([*ACTIVE_STATUSES, "COMPLETED"], 3)]
    assert all(time.tzinfo is timezone.utc for _, time in history)


@pytest.mark.our_choice("W2.8")
def test_history_of_a_cancelled_stopping_run_has_stopping_once(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    run_id = start_run()["id"]
    until_run(run_id, "STOPPING")
    omics.cancel_run(id=run_id)
    until_run(run_id, "CANCELLED")
    assert status_history(run_id) == [*ACTIVE_STATUSES, "CANCELLED"]


@pytest.mark.our_choice("W13")
def test_history_does_not_count_as_describe(omics: Client, start_batch: StartBatch) -> None:
    batch_id = start_batch(["s1"])
    for _ in range(5):
        assert [status for status, _ in faults.history(batch_id)] == ["CREATING"]
    assert omics.get_batch(batchId=batch_id)["status"] == "PENDING"


@pytest.mark.our_choice("W13")
def test_history_and_advance_accept_a_region(client: MakeClient, aws: None) -> None:
    other_region = client("omics", "eu-west-1")
    workflow_id = other_region.create_workflow(name="a", engine="WDL", definitionZip=definition())[
        "id"
    ]
    run_id = other_region.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://r/x")[
        "id"
    ]
    faults.advance(run_id, to="RUNNING", region="eu-west-1")
    history = faults.history(run_id, region="eu-west-1")
    assert [status for status, _ in history] == ["PENDING", "STARTING", "RUNNING"]
    with pytest.raises(ValueError, match=f"there is no batch and no run '{run_id}'"):
        faults.history(run_id)
