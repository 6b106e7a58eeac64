"""The object that a function of faults returns: its members, and what came near."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any

import pytest

from conftest import ACCOUNT, Client, StartBatch, Until
from moto_omics_batch import faults
from moto_omics_batch.domain.faults import FAULTS
from moto_omics_batch.faults import InjectedFault
from moto_omics_batch.omics.testing import near_misses
from tests.omics.helpers import PutSettings, StartRun

pytestmark = pytest.mark.our_choice("W13")

Inject = Callable[..., InjectedFault]


# -- members --


def test_members_of_an_injected_fault(aws: None) -> None:
    fault = faults.run_fails(
        failureReason="IMPORT_FAILED", runSettingId="HG002", times=3, share=0.5, region="eu-west-1"
    )
    assert (fault.kind, fault.account_id, fault.region) == ("run_fails", ACCOUNT, "eu-west-1")
    assert dict(fault.arguments) == {
        "runSettingId": "HG002",
        "failureReason": "IMPORT_FAILED",
        "times": 3,
        "share": 0.5,
    }
    assert str(fault) == (
        "run_fails(runSettingId='HG002', failureReason='IMPORT_FAILED', times=3, share=0.5, "
        "region='eu-west-1')"
    )
    assert repr(fault) == f"<InjectedFault {fault}: 0 matches>"
    with pytest.raises(TypeError, match="does not support item assignment"):
        fault.arguments["times"] = 4  # type: ignore[index]


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_without_arguments(aws: None, kind: str) -> None:
    inject: Inject = getattr(faults, kind)
    fault = inject()
    assert (fault.kind, dict(fault.arguments), fault.region) == (kind, {}, None)
    assert str(fault) == f"{kind}()"


def test_times_none_is_shown_where_the_default_has_a_limit(aws: None) -> None:
    assert str(faults.call_fails(times=None)) == "call_fails(times=None)"
    assert str(faults.call_fails(times=1)) == "call_fails()"
    assert str(faults.run_fails(times=None)) == "run_fails()"


def test_active_faults_in_order_of_injection(aws: None) -> None:
    everywhere = faults.run_fails()
    ireland = faults.call_fails(region="eu-west-1")
    faults.call_fails(account_id="210987654321")
    assert faults.active() == [everywhere, ireland]
    assert faults.active(region="us-east-1") == [everywhere]
    assert faults.active(region="eu-west-1") == [everywhere, ireland]
    assert len({*faults.active(), everywhere, ireland}) == 2
    assert everywhere != ireland
    (other,) = faults.active(account_id="210987654321")
    assert other.account_id == "210987654321"


def test_a_spent_fault_stays_active_until_it_is_removed(omics: Client) -> None:
    fault = faults.call_fails(error="AccessDeniedException")
    with pytest.raises(omics.exceptions.AccessDeniedException):
        omics.list_batch()
    assert (fault.matches, faults.active()) == (1, [fault])
    fault.remove()
    fault.remove()
    assert (fault.matches, faults.active()) == (1, [])


def test_a_removed_fault_matches_no_more(omics: Client) -> None:
    kept = faults.call_fails(operation="ListRuns")
    faults.call_fails(times=None, error="AccessDeniedException").remove()
    assert omics.list_batch()["items"] == []
    assert faults.active() == [kept]


def test_a_match_is_counted(start_batch: StartBatch, until: Until) -> None:
    fault = faults.run_fails(runSettingId="HG002")
    assert fault.matches == 0
    until(start_batch(["HG001", "HG002"]), "PROCESSED")
    assert fault.matches == 1
    assert fault.near_misses() == []


# -- near misses --


@pytest.mark.parametrize("kind", sorted(set(FAULTS) - {"call_fails", "run_fails", "run_hangs"}))
def test_there_were_no_batches(aws: None, start_run: StartRun, kind: str) -> None:
    start_run()
    inject: Inject = getattr(faults, kind)
    assert inject(batchName="cohort").near_misses() == ["there were no batches"]


def test_there_were_no_runs_and_no_calls(omics: Client) -> None:
    for fault in (faults.run_fails(), faults.run_hangs()):
        assert fault.near_misses() == ["there were no batches and no runs"]
    assert faults.call_fails(operation="GetBatch").near_misses() == ["there were no calls"]


def test_near_values_come_first_and_the_list_is_bounded(start_batch: StartBatch) -> None:
    start_batch([f"NA{n:05}" for n in range(20)] + ["HG001", "HG002"])
    (line,) = faults.run_fails(runSettingId="HG0002").near_misses()
    assert line.startswith("runSettingId 'HG0002': there are 'HG002', 'HG001', 'NA0")
    assert (line.count("'NA0"), line.endswith(" and 17 more")) == (3, True)


def test_few_of_many_entries_are_compared_and_named(
    monkeypatch: pytest.MonkeyPatch,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    entries = [{"runSettingId": f"sample-{n:06}"} for n in range(100_000)]
    until(start_batch(s3=put_settings(entries)), "INPROGRESS")
    compared: list[int] = []

    def observed(word: str, values: Sequence[str], n: int) -> list[str]:
        compared.append(len(values))
        return get_close_matches(word, values, n)

    monkeypatch.setattr(near_misses, "get_close_matches", observed)
    (line,) = faults.run_fails(runSettingId="sample-42421").near_misses()
    assert compared == [500]
    assert line.startswith("runSettingId 'sample-42421': there are 'sample-042421', ")
    assert (line.count("'sample-"), line.endswith(" and 99,995 more")) == (6, True)
    *lines, more = faults.run_fails(at="STARTING").near_misses()
    assert (len(lines), more) == (5, "and 99,995 more")


@pytest.mark.parametrize("kind", ["run_fails", "run_hangs", "submission_fails", "cancel_fails"])
def test_every_value_that_does_not_exist_is_named(start_batch: StartBatch, kind: str) -> None:
    start_batch(["HG001"])
    inject: Inject = getattr(faults, kind)
    assert inject(batchName="cohort", runSettingId="hg001").near_misses() == [
        "batchName 'cohort': there is none",
        "runSettingId 'hg001': there is 'HG001'",
    ]


def test_values_that_exist_but_not_together(omics: Client, start_batch: StartBatch) -> None:
    start_batch(["HG001"], batchName="first")
    start_batch(["HG002"], batchName="second")
    fault = faults.submission_fails(batchName="first", runSettingId="HG002")
    assert fault.near_misses() == [
        "there are batchName 'first' and runSettingId 'HG002', but not together"
    ]


def test_near_misses_of_run_ids_and_tasks(
    omics: Client, start_batch: StartBatch, until: Until, start_run: StartRun
) -> None:
    single = start_run()["id"]
    batch_id = start_batch(["HG001"])
    until(batch_id, "INPROGRESS")
    in_batch = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    (line,) = faults.run_fails(runId="1").near_misses()
    assert line.startswith("runId '1': there are ")
    assert all(f"'{run_id}'" in line for run_id in (single, in_batch))
    (line,) = faults.run_fails(task="Align").near_misses()
    assert line.startswith("task 'Align': there ")


def test_a_status_that_the_run_has_passed(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["HG001"])
    fault = faults.run_fails(runSettingId="HG001", at="STARTING", share=0.999999)
    assert fault.near_misses()[0] == f"'HG001' of batch {batch_id} was not submitted yet"
    fault.remove()
    until(batch_id, "INPROGRESS")
    run_id = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    held = faults.run_hangs(at="STOPPING")
    assert held.near_misses() == [f"run {run_id} was not STOPPING: it went through PENDING"]
    pending = faults.run_fails(at="PENDING")
    assert pending.near_misses() == [
        f"run {run_id} is PENDING: the fault applies when it leaves this status"
    ]
    pending.remove()
    for _ in range(8):
        omics.get_batch(batchId=batch_id)
    assert held.matches == 1
    faults.clear()
    until(batch_id, "PROCESSED")
    assert fault.near_misses() == [
        f"run {run_id} has passed STARTING: "
        "it went through PENDING, STARTING, RUNNING, STOPPING, COMPLETED",
        "share=0.999999: what matches may be outside of this share",
    ]


def test_a_batch_that_has_passed_pending(start_batch: StartBatch, until: Until) -> None:
    batch_id = start_batch(["HG001"], batchName="cohort")
    fault = faults.batch_fails(batchName="cohort")
    assert fault.near_misses() == [f"batch {batch_id} was not PENDING: it went through CREATING"]
    assert faults.batch_fails(batchName="cohrt").near_misses() == [
        "batchName 'cohrt': there is 'cohort'"
    ]
    faults.clear()
    until(batch_id, "INPROGRESS")
    assert faults.batch_fails().near_misses() == [
        f"batch {batch_id} has passed PENDING: "
        "it went through CREATING, PENDING, SUBMITTING, INPROGRESS"
    ]


def test_submissions_that_were_attempted(start_batch: StartBatch, until: Until) -> None:
    failed = faults.submission_fails(runSettingId="HG002", reason="ConflictException")
    batch_id = start_batch(["HG001", "HG002"])
    later = faults.submission_fails(runSettingId="HG001", reason="ConflictException")
    assert later.near_misses() == [f"'HG001' of batch {batch_id} was not submitted yet"]
    later.remove()
    until(batch_id, "INPROGRESS")
    assert failed.matches == 1
    assert later.near_misses() == [f"'HG001' of batch {batch_id} was submitted before"]
    for fault in (
        faults.submission_fails(runSettingId="HG002"),
        faults.run_fails(runSettingId="HG002"),
    ):
        assert fault.near_misses() == [f"'HG002' of batch {batch_id} got no run"]


def test_a_batch_without_entries(
    start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    batch_id = start_batch(s3=put_settings([{"runSettingId": "HG001"}]))
    assert faults.submission_fails().near_misses() == [
        f"batch {batch_id} has no entries, and is CREATING"
    ]
    assert faults.run_fails(runSettingId="HG001").near_misses() == [
        "runSettingId 'HG001': there is none"
    ]


@pytest.mark.parametrize(
    ("kind", "operation"), [("cancel_fails", "CancelRunBatch"), ("delete_fails", "DeleteRunBatch")]
)
def test_a_request_that_was_not_made_or_came_before(
    omics: Client, start_batch: StartBatch, until: Until, kind: str, operation: str
) -> None:
    batch_id = start_batch(["HG001"])
    inject: Inject = getattr(faults, kind)
    fault = inject(runSettingId="HG001")
    assert fault.near_misses() == [f"{operation} was not called"]
    fault.remove()
    if kind == "cancel_fails":
        until(batch_id, "INPROGRESS")
        omics.cancel_run_batch(batchId=batch_id)
    else:
        until(batch_id, "PROCESSED")
        omics.delete_run_batch(batchId=batch_id)
    assert fault.near_misses() == [
        f"{operation} was called before the fault was injected, or for no run that matches"
    ]


def test_runs_of_a_deleted_batch_count(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["HG001"], batchName="cohort")
    until(batch_id, "PROCESSED")
    omics.delete_batch(batchId=batch_id)
    (line,) = faults.run_fails(batchName="cohort").near_misses()
    assert " has passed RUNNING: it went through PENDING" in line
    assert faults.run_fails(batchName="cohrt").near_misses() == [
        "batchName 'cohrt': there is 'cohort'"
    ]
    assert faults.cancel_fails(batchName="cohort").near_misses() == [
        "CancelRunBatch was not called"
    ]
    assert faults.batch_fails().near_misses() == ["there were no batches"]


def test_near_misses_of_calls(omics: Client) -> None:
    omics.list_batch()
    omics.list_runs()
    assert faults.call_fails(operation="ListWorkflows").near_misses() == [
        "operation 'ListWorkflows': there are 'ListBatch', 'ListRuns'"
    ]
    assert faults.call_fails(operation="ListBatch").near_misses() == [
        "ListBatch was called before the fault was injected, or failed for another reason"
    ]
    assert faults.call_fails().near_misses() == [
        "all calls were made before the fault was injected, or failed for another reason"
    ]


def test_what_exists_in_another_region_is_named(start_batch: StartBatch) -> None:
    start_batch(["HG001"])
    for fault, what in (
        (faults.run_fails(region="eu-west-1"), "batches and no runs"),
        (faults.batch_fails(region="eu-west-1"), "batches"),
        (faults.call_fails(region="eu-west-1"), "calls"),
    ):
        assert fault.near_misses() == [f"there were no {what} in eu-west-1, but in us-east-1"]


def test_near_misses_move_nothing(start_batch: StartBatch) -> None:
    batch_id = start_batch(["HG001"])
    before = faults.history(batch_id)
    fault = faults.run_fails(runSettingId="HG002")
    assert fault.near_misses() == fault.near_misses() != []
    assert faults.history(batch_id) == before


# -- unknown keyword arguments --


@pytest.mark.parametrize(
    ("function", "keyword", "nearest"),
    [
        (faults.run_fails, "failurereason", "failureReason"),
        (faults.submission_fails, "runsettingid", "runSettingId"),
        (faults.call_fails, "operaton", "operation"),
        (faults.advance, "regoin", "region"),
        (faults.active, "account", "account_id"),
    ],
)
def test_the_nearest_keyword_comes_first(
    aws: None, function: Callable[..., Any], keyword: str, nearest: str
) -> None:
    name = function.__name__
    message = rf"^{name}\(\) has no keyword argument '{keyword}'; did you mean '{nearest}'\? "
    with pytest.raises(TypeError, match=f"{message}There are .*account_id, .*region"):
        function(**{keyword: "x"})
