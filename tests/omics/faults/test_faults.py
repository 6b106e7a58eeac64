"""How far a fault reaches, how often it strikes, and the two levers: advance and history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from moto.moto_api._internal import mock_random

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient, StartBatch, Until, definition
from moto_omics_batch import faults
from tests.omics.clients import client_with_attempts
from tests.omics.helpers import (
    ACTIVE_STATUSES,
    PROGRESSIONS,
    Clock,
    StartRun,
    UntilRun,
    raises_error,
    run_counts,
    status_history,
)

ALL = ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]
KINDS: list[Callable[..., None]] = [
    faults.call_fails,
    faults.batch_fails,
    faults.submission_fails,
    faults.run_fails,
    faults.run_hangs,
    faults.cancel_fails,
    faults.delete_fails,
]


# -- words -------------------------------------------------------------------------------------


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize("kind", [*KINDS, faults.release, faults.slow_submission, faults.clear])
def test_a_keyword_that_does_not_exist_is_a_type_error(kind: Callable[..., None]) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'batchname'"):
        kind(batchname="x")
    with pytest.raises(TypeError, match="positional argument"):
        kind("x")


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize(
    ("kind", "words", "message"),
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
def test_a_value_that_does_not_exist_is_an_error_that_lists_what_does(
    aws: None, omics: Client, kind: Callable[..., None], words: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        kind(**words)
    assert omics.list_batch()["items"] == []


# -- how far -----------------------------------------------------------------------------------


def throttled() -> Any:
    return raises_error("ThrottlingException", 429, "Rate exceeded")


@pytest.mark.our_choice("W13")
def test_a_fault_is_of_one_region(
    server: str | None, omics: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults.call_fails(operation="ListBatch", times=None, region="eu-west-1")
    ireland = client_with_attempts(server, region="eu-west-1")
    assert omics.list_batch()["items"] == []
    with throttled():
        ireland.list_batch()
    faults.clear()
    with throttled():
        ireland.list_batch()
    # Without a region it is that of boto3's clients.
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    faults.clear()
    assert ireland.list_batch()["items"] == []
    # And without that it is the one that moto likes best.
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    faults.call_fails()
    assert ireland.list_batch()["items"] == []
    with throttled():
        client_with_attempts(server).list_batch()


@pytest.mark.our_choice("W13")
def test_a_fault_is_of_one_account(aws: None, server: str | None) -> None:
    omics = client_with_attempts(server)
    faults.call_fails(times=None, account_id="210987654321")
    assert omics.list_batch()["items"] == []
    faults.call_fails(account_id=ACCOUNT, region=REGION)
    with throttled():
        omics.list_batch()


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize("turn", [1, 2])
def test_a_fault_of_one_test_never_reaches_the_next(
    server: str | None, start_batch: StartBatch, until: Until, turn: int
) -> None:
    """Whichever of the two runs first, all of its faults are gone for the other."""
    batch = until(start_batch([f"s{n}" for n in range(3)]), "PROCESSED")
    assert list(batch["submissionSummary"].values()) == [3, 0, 0]
    assert run_counts(batch) == {"completed": 3}
    for kind in KINDS:
        kind(times=None)
    faults.slow_submission(perTick=1)
    with throttled():
        client_with_attempts(server).list_batch()


# -- how often ---------------------------------------------------------------------------------


def failed_of(omics: Client, batch_id: str) -> list[int]:
    """The places of entries whose runs are FAILED."""
    first = int(omics.list_runs(batchId=batch_id)["items"][0]["id"])
    runs = omics.get_paginator("list_runs").paginate(batchId=batch_id, status="FAILED")
    return [int(run["id"]) - first for page in runs for run in page["items"]]


@pytest.mark.our_choice("W13")
def test_a_share_of_runs_is_near_the_share_and_the_same_with_the_same_seed(
    omics: Client, start_batch: StartBatch, put_settings: Callable[..., str]
) -> None:
    uri = put_settings([{"runSettingId": f"s{n}"} for n in range(1000)])
    faults.run_fails(share=0.05, failureReason="INSTANCE_RESERVATION_FAILED")
    found = []
    for seed in (42, 42, 43):
        batch_id = start_batch(s3=uri)
        faults.advance(batch_id, to="INPROGRESS")
        mock_random.seed(seed)
        faults.advance(batch_id, to="PROCESSED")
        found.append(failed_of(omics, batch_id))
    assert found[0] == found[1] != found[2]
    for places in found:
        assert 25 < len(places) < 80


@pytest.mark.our_choice("W13")
def test_a_share_is_asked_for_once_a_run_however_often_one_looks(
    omics: Client, start_batch: StartBatch, settings: Callable[..., None], until: Until
) -> None:
    """A run that waits, for a slot or for a look, is not drawn again and again."""
    settings(quotas={"active_runs": 5})
    mock_random.seed(1)
    faults.run_fails(at="PENDING", share=0.1)
    batch_id = start_batch([f"s{n}" for n in range(60)])
    faults.advance(batch_id, to="INPROGRESS")
    for _ in range(90):
        omics.get_batch(batchId=batch_id)
    assert run_counts(omics.get_batch(batchId=batch_id))["failed"] < 15


# -- advance -----------------------------------------------------------------------------------


@pytest.mark.our_choice("B40")
@pytest.mark.parametrize("to", ALL)
@pytest.mark.parametrize("way", PROGRESSIONS)
def test_a_batch_is_moved_to_a_status_and_the_next_look_shows_it(
    omics: Client,
    start_batch: StartBatch,
    progression: Callable[..., None],
    clock: Clock,
    to: str,
    way: str,
) -> None:
    progression("batch", **PROGRESSIONS[way])
    progression("run", **PROGRESSIONS[way])
    batch_id = start_batch(["s1", "s2"])
    faults.advance(batch_id, to=to)
    if way == "immediate":
        assert omics.get_batch(batchId=batch_id)["status"] == "PROCESSED"
    elif (way, to) != ("manual", "CREATING"):
        # CREATING was shown by StartRunBatch.
        assert omics.get_batch(batchId=batch_id)["status"] == to
    assert [status for status, _ in faults.history(batch_id)][: ALL.index(to) + 1] == ALL[
        : ALL.index(to) + 1
    ]


@pytest.mark.our_choice("B40")
def test_a_batch_that_submits_slowly_is_moved_through_all_of_it(
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
def test_a_batch_is_moved_on_from_a_cancel_and_from_a_delete(
    omics: Client, start_batch: StartBatch
) -> None:
    """Right after the request, when no answer has shown what it did."""
    batch_id = start_batch(["s1", "s2"])
    faults.advance(batch_id, to="INPROGRESS")
    omics.cancel_run_batch(batchId=batch_id)
    faults.advance(batch_id, to="CANCELLED")
    assert omics.get_batch(batchId=batch_id)["status"] == "CANCELLED"
    omics.delete_run_batch(batchId=batch_id)
    faults.advance(batch_id, to="RUNS_DELETED")
    assert omics.get_batch(batchId=batch_id)["status"] == "RUNS_DELETED"


@pytest.mark.our_choice("B54")
def test_a_batch_is_moved_to_its_failure(omics: Client, start_batch: StartBatch) -> None:
    faults.batch_fails()
    batch_id = start_batch(["s1"])
    faults.advance(batch_id, to="FAILED")
    assert omics.get_batch(batchId=batch_id)["status"] == "FAILED"


@pytest.mark.our_choice("W2.8")
@pytest.mark.parametrize("to", [*ACTIVE_STATUSES, "COMPLETED"])
@pytest.mark.parametrize("of_batch", [False, True])
def test_a_run_is_moved_to_a_status_and_the_next_look_shows_it(
    omics: Client,
    start_run: StartRun,
    start_batch_run: Callable[..., str],
    to: str,
    of_batch: bool,
) -> None:
    run_id = start_batch_run() if of_batch else start_run()["id"]
    faults.advance(run_id, to=to)
    if to != "PENDING":
        assert omics.get_run(id=run_id)["status"] == to
    way = [*ACTIVE_STATUSES, "COMPLETED"]
    assert status_history(run_id)[: way.index(to) + 1] == way[: way.index(to) + 1]


@pytest.mark.our_choice("W2.8", "B40")
def test_what_cannot_be_reached_moves_nothing(
    omics: Client, start_batch: StartBatch, start_run: StartRun
) -> None:
    batch_id, run_id = start_batch(["s1"]), start_run()["id"]
    faults.advance(batch_id, to="SUBMITTING")
    for to in ("PENDING", "CANCELLED", "FAILED", "RUNS_DELETED"):
        with pytest.raises(ValueError, match=f"does not come to {to}: it went through CREATING, "):
            faults.advance(batch_id, to=to)
    assert omics.get_batch(batchId=batch_id)["status"] == "SUBMITTING"
    faults.advance(run_id, to="RUNNING")
    for to in ("STARTING", "CANCELLED", "DELETED"):
        with pytest.raises(ValueError, match=f"run {run_id} does not come to {to}: it went thro"):
            faults.advance(run_id, to=to)
    assert omics.get_run(id=run_id)["status"] == "RUNNING"


@pytest.mark.our_choice("W2.8", "B40")
def test_what_hangs_is_not_moved_past_it(
    omics: Client, start_batch: StartBatch, start_run: StartRun
) -> None:
    faults.run_hangs(at="STARTING")
    batch_id, run_id = start_batch(["s1"]), start_run()["id"]
    with pytest.raises(ValueError, match=r"to PROCESSED: .* CREATING, PENDING, SUBMITTING, INPRO"):
        faults.advance(batch_id, to="PROCESSED")
    with pytest.raises(ValueError, match=r"to COMPLETED: it went through PENDING, STARTING$"):
        faults.advance(run_id, to="COMPLETED")
    faults.release()
    faults.advance(batch_id, to="PROCESSED")
    faults.advance(run_id, to="COMPLETED")
    assert omics.get_run(id=run_id)["status"] == "COMPLETED"


@pytest.mark.our_choice("W2.8", "B40")
def test_a_status_or_an_id_that_does_not_exist(
    start_batch: StartBatch, start_run: StartRun
) -> None:
    batch_id, run_id = start_batch(["s1"]), start_run()["id"]
    with pytest.raises(ValueError, match="no status of a batch 'RUNNING'; there are CREATING, PE"):
        faults.advance(batch_id, to="RUNNING")
    with pytest.raises(ValueError, match="no status of a run 'INPROGRESS'; there are PENDING, ST"):
        faults.advance(run_id, to="INPROGRESS")
    for unknown in ("1", "x", "", f"0{run_id}", int(run_id), None):
        nothing = f"there is no batch and no run {unknown!r}"
        with pytest.raises(ValueError, match=nothing):
            faults.advance(unknown, to="PENDING")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=nothing):
            faults.history(unknown)  # type: ignore[arg-type]


# -- history -----------------------------------------------------------------------------------


@pytest.mark.our_choice("B40", "W2.8")
def test_the_history_tells_each_status_once_with_its_time(
    omics: Client,
    start_batch: StartBatch,
    progression: Callable[..., None],
    clock: Clock,
) -> None:
    progression("batch", **PROGRESSIONS["time"])
    progression("run", **PROGRESSIONS["time"])
    batch_id = start_batch(["s1"])
    began = clock.now
    clock.now += timedelta(hours=1)
    # Nobody asked for the batch in the meantime.
    told = faults.history(batch_id)
    assert [status for status, _ in told] == ALL
    assert [(time - began).total_seconds() / 60 for _, time in told] == [0, 1, 2, 3, 7]
    (run,) = omics.list_runs()["items"]
    steps = [
        (status, (time - began).total_seconds() / 60) for status, time in faults.history(run["id"])
    ]
    assert steps == [(s, n) for n, s in enumerate([*ACTIVE_STATUSES, "COMPLETED"], 3)]
    assert all(isinstance(time, datetime) for _, time in told)


@pytest.mark.our_choice("W2.8")
def test_a_run_that_stops_twice_stops_once_in_its_history(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    run_id = start_run()["id"]
    until_run(run_id, "STOPPING")
    omics.cancel_run(id=run_id)
    until_run(run_id, "CANCELLED")
    assert status_history(run_id) == [*ACTIVE_STATUSES, "CANCELLED"]


@pytest.mark.our_choice("W13")
def test_a_look_at_history_is_no_describe(omics: Client, start_batch: StartBatch) -> None:
    batch_id = start_batch(["s1"])
    for _ in range(5):
        assert [status for status, _ in faults.history(batch_id)] == ["CREATING"]
    assert omics.get_batch(batchId=batch_id)["status"] == "PENDING"


@pytest.mark.our_choice("W13")
def test_the_history_of_another_region_is_told_with_the_region(
    client: MakeClient, aws: None
) -> None:
    ireland = client("omics", "eu-west-1")
    flow = ireland.create_workflow(name="a", engine="WDL", definitionZip=definition())["id"]
    run_id = ireland.start_run(workflowId=flow, roleArn=ROLE, outputUri="s3://r/x")["id"]
    faults.advance(run_id, to="RUNNING", region="eu-west-1")
    told = faults.history(run_id, region="eu-west-1")
    assert [status for status, _ in told] == ["PENDING", "STARTING", "RUNNING"]
    with pytest.raises(ValueError, match=f"there is no batch and no run '{run_id}'"):
        faults.history(run_id)
