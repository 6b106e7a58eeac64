"""Faults and controls apply in every region of the account, or in the one that is named."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from conftest import ACCOUNT, REGION, ROLE, Client, definition
from moto_omics_batch import faults
from tests.omics.clients import client_with_attempts
from tests.omics.helpers import raises_error, run_counts

OTHER = "eu-west-1"

pytestmark = pytest.mark.our_choice("W13")


def raises_throttling() -> Any:
    """Assert that the call inside raises the default error of `call_fails`."""
    return raises_error("ThrottlingException", 429, "Rate exceeded")


@pytest.fixture
def other(aws: None, server: str | None) -> Client:
    """A client of another region, which has no data yet; it makes one attempt."""
    return client_with_attempts(server, region=OTHER)


@pytest.fixture
def single(aws: None, server: str | None) -> Client:
    """A client of the default region that makes one attempt."""
    return client_with_attempts(server)


def start_batch_in(omics: Client, *entries: str) -> str:
    """Create a workflow and start a batch in the region of a client; return its id."""
    workflow = omics.create_workflow(name="align", engine="WDL", definitionZip=definition())["id"]
    batch = omics.start_run_batch(
        defaultRunSetting={"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://r/x"},
        batchRunSettings={"inlineSettings": [{"runSettingId": e} for e in entries or ("s1", "s2")]},
    )
    return str(batch["id"])


def describe(omics: Client, batch_id: str, times: int = 8) -> dict[str, int]:
    """Call GetBatch a number of times; return the non-zero counts of runSummary."""
    for _ in range(times):
        batch = omics.get_batch(batchId=batch_id)
    return run_counts(batch)


def test_fault_without_a_region_applies_in_every_region(single: Client, other: Client) -> None:
    faults.call_fails(operation="ListBatch", times=None)
    for omics in (single, other):
        with raises_throttling():
            omics.list_batch()
    faults.clear()
    assert other.list_batch()["items"] == []


def test_fault_with_a_region_applies_there_only(single: Client, other: Client) -> None:
    faults.call_fails(operation="ListBatch", times=None, region=OTHER)
    assert single.list_batch()["items"] == []
    with raises_throttling():
        other.list_batch()


def test_matches_are_counted_in_the_whole_account(single: Client, other: Client) -> None:
    fault = faults.call_fails(times=2)
    for omics in (single, other):
        with raises_throttling():
            omics.list_batch()
    assert single.list_batch()["items"] == []
    assert fault.matches == 2


@pytest.mark.parametrize("first", [None, OTHER])
def test_the_fault_that_was_injected_first_applies(other: Client, first: str | None) -> None:
    second = OTHER if first is None else None
    faults.call_fails(error="InternalServerException", message="first", region=first)
    faults.call_fails(message="second", region=second)
    with raises_error("InternalServerException", 500, "first"):
        other.list_batch()
    with raises_error("ThrottlingException", 429, "second"):
        other.list_batch()


def test_runs_of_all_regions_fail(single: Client, other: Client) -> None:
    fault = faults.run_fails(runSettingId="s1")
    for omics in (single, other):
        assert describe(omics, start_batch_in(omics)) == {"failed": 1, "completed": 1}
    assert fault.matches == 2


def test_share_depends_on_the_seed_in_every_region(single: Client, other: Client) -> None:
    outcomes = []
    for _ in range(2):
        moto_api_backend.reset()
        mock_random.seed(7)
        faults.run_fails(share=0.5)
        batches = [
            start_batch_in(omics, *(f"s{n}" for n in range(20))) for omics in (single, other)
        ]
        counts = [describe(omics, b) for omics, b in zip((single, other), batches, strict=True)]
        outcomes.append(counts)
        assert all(0 < count["failed"] < 20 for count in counts)
    assert outcomes[0] == outcomes[1]


def test_clear_of_a_region_keeps_the_faults_of_the_account(single: Client, other: Client) -> None:
    everywhere = faults.call_fails(operation="ListBatch", times=None)
    faults.call_fails(operation="ListRuns", times=None, region=OTHER)
    faults.clear(region=OTHER)
    assert faults.active() == [everywhere]
    assert other.list_runs()["items"] == []
    with raises_throttling():
        other.list_batch()
    faults.clear(region=REGION)
    assert faults.active() == [everywhere]
    faults.clear()
    assert faults.active() == []


def test_release_acts_in_every_region(single: Client, other: Client) -> None:
    faults.run_hangs()
    batches = [(omics, start_batch_in(omics)) for omics in (single, other)]
    assert [describe(*batch) for batch in batches] == [{"running": 2}] * 2
    faults.release(runSettingId="s1")
    assert [describe(*batch) for batch in batches] == [{"running": 1, "completed": 1}] * 2
    faults.release(region=OTHER)
    counts = [describe(*batch) for batch in batches]
    assert counts == [{"running": 1, "completed": 1}, {"completed": 2}]
    assert [fault.kind for fault in faults.active()] == ["run_hangs"]
    faults.release()
    assert faults.active() == []
    assert describe(*batches[0]) == {"completed": 2}


def test_slow_submission_applies_in_later_regions_too(single: Client, other: Client) -> None:
    def pending(omics: Client) -> int:
        batch_id = start_batch_in(omics, "s1", "s2", "s3")
        for _ in range(4):
            batch = omics.get_batch(batchId=batch_id)
        count: int = batch["submissionSummary"]["pendingStartSubmissionCount"]
        return count

    everything, one_entry = pending(single), 1
    assert everything == 0
    faults.slow_submission(perTick=1)
    assert (pending(single), pending(other)) == (one_entry, one_entry)
    faults.slow_submission(perTick=None, region=OTHER)
    assert (pending(single), pending(other)) == (one_entry, everything)
    faults.slow_submission(perTick=1, region=OTHER)
    faults.slow_submission(perTick=None)
    assert (pending(single), pending(other)) == (everything, everything)


def test_a_reset_ends_faults_of_every_region(single: Client, other: Client) -> None:
    other.list_batch()
    fault = faults.call_fails(times=None)
    faults.slow_submission(perTick=1)
    moto_api_backend.reset()
    assert faults.active() == []
    assert single.list_batch()["items"] == []
    assert other.list_batch()["items"] == []
    assert fault.near_misses() == ["the mock of this fault has ended"]
    fault.remove()
    assert describe(single, start_batch_in(single)) == {"completed": 2}


def test_matches_are_counted_correctly_with_threads(
    aws: None, single: Client, other: Client, server: str | None
) -> None:
    """Two regions have two locks: both threads try to take the last matches."""
    fault, failed = faults.call_fails(times=50), []
    barrier = Barrier(2)

    def call(omics: Client) -> None:
        barrier.wait()
        for _ in range(60):
            try:
                omics.list_batch()
            except omics.exceptions.ThrottlingException:
                failed.append(omics)

    threads = [Thread(target=call, args=(omics,)) for omics in (single, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(failed), fault.matches) == (50, 50)


# -- advance and history --


def test_an_id_of_another_region_is_named(single: Client, other: Client) -> None:
    batch_id = start_batch_in(other)
    message = (
        f"^there is no batch and no run '{batch_id}'; "
        f"batch {batch_id} is in eu-west-1: pass region='eu-west-1'$"
    )
    with pytest.raises(ValueError, match=message):
        faults.advance(batch_id, to="PENDING")
    with pytest.raises(ValueError, match=message):
        faults.history(batch_id)
    faults.advance(batch_id, to="INPROGRESS", region=OTHER)
    run_id = other.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    with pytest.raises(
        ValueError, match=f"; run {run_id} is in eu-west-1: pass region='eu-west-1'$"
    ):
        faults.history(run_id)
    assert faults.history(run_id, region=OTHER)[0][0] == "PENDING"


def test_an_unknown_id_names_no_region(single: Client, other: Client) -> None:
    start_batch_in(other)
    for unknown in ("1", 7):
        with pytest.raises(ValueError, match=f"^there is no batch and no run {unknown!r}$"):
            faults.history(unknown)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^there is no batch and no run '1'$"):
        faults.advance("1", to="PENDING", account_id=ACCOUNT, region="us-west-2")
