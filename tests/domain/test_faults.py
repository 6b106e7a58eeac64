"""Faults: their keyword arguments, and how they are matched and counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from moto_omics_batch.domain.failures import CALL_ERRORS, RUN_FAILURE_REASONS
from moto_omics_batch.domain.faults import FAULTS, Fault, Faults, FaultStore, run_match
from moto_omics_batch.domain.outcomes import InjectedOutcome
from tests.domain.helpers import FakeBatch, FakeChance, block

OPERATIONS = ("StartRunBatch", "GetBatch")


def _faults(kind: str = "run_fails", /, **arguments: Any) -> Faults:
    faults = Faults(FakeChance())
    faults.store.add(kind, OPERATIONS, arguments)
    return faults


def _default_at(kind: str) -> str | None:
    """Return the status at which a fault without ``at`` applies."""
    return next((word.default for word in FAULTS[kind].effect if word.name == "at"), None)


def _match(faults: Faults, kind: str, at: str | None = None, **values: str) -> Fault | None:
    return faults.find(kind, values, "key", at)


# -- keyword arguments --


@pytest.mark.parametrize("kind", FAULTS)
def test_no_keyword_argument_is_required(kind: str) -> None:
    faults = _faults(kind)
    assert faults.any(kind, _default_at(kind))
    assert not faults.any(kind, "COMPLETED")


@pytest.mark.parametrize("kind", FAULTS)
def test_none_means_the_default(kind: str) -> None:
    spec = FAULTS[kind]
    words = [word.name for word in (*spec.match, *spec.effect)]
    fault = _match(_faults(kind, **dict.fromkeys(words)), kind, _default_at(kind))
    assert fault is not None
    assert fault.match == {}
    assert fault.effect == {word.name: word.default or "" for word in spec.effect}


@pytest.mark.parametrize(
    ("kind", "arguments", "message"),
    [
        (
            "run_fail",
            {},
            "there is no fault 'run_fail'; there are call_fails, batch_fails, submission_fails, "
            "run_fails, run_hangs, cancel_fails, delete_fails",
        ),
        (
            "call_fails",
            {"operaton": "GetBatch"},
            "there is no keyword argument of call_fails 'operaton'; there are operation, error, "
            "message, times, share",
        ),
        (
            "run_hangs",
            {"failureReason": "SERVICE_ERROR"},
            "there is no keyword argument of run_hangs 'failureReason'; there are batchName, "
            "runSettingId, runId, at, times, share",
        ),
        (
            "cancel_fails",
            {"kind": "x", "times": 0},
            "there is no keyword argument of cancel_fails 'kind'; ",
        ),
        (
            "call_fails",
            {"operation": "get_batch"},
            "there is no operation 'get_batch'; there are GetBatch, StartRunBatch",
        ),
        (
            "call_fails",
            {"error": "Throttling"},
            f"there is no error 'Throttling'; there are {', '.join(CALL_ERRORS)}",
        ),
        (
            "submission_fails",
            {"reason": "Validation"},
            "there is no reason 'Validation'; there are ValidationException, ",
        ),
        (
            "run_fails",
            {"failureReason": "OOM"},
            f"there is no failureReason 'OOM'; there are {', '.join(RUN_FAILURE_REASONS)}",
        ),
        (
            "run_fails",
            {"at": "COMPLETED"},
            "there is no at 'COMPLETED'; there are PENDING, STARTING, RUNNING, STOPPING",
        ),
        ("run_fails", {"statusMessage": 7}, "statusMessage must be a text, not 7"),
        ("run_fails", {"runId": 1234567}, "runId must be a text, not 1234567"),
        ("run_fails", {"batchName": ""}, "batchName must be a text, not ''"),
        ("run_fails", {"at": ["RUNNING"]}, "at must be a text, not ['RUNNING']"),
    ],
)
def test_an_invalid_argument_is_an_error_that_lists_the_valid_ones(
    kind: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=r"^there is no|must be") as invalid:
        _faults(kind, **arguments)
    assert str(invalid.value).startswith(message)


@pytest.mark.parametrize("times", [0, -1, True, 1.5, "1"])
def test_times_is_a_whole_number(times: Any) -> None:
    with pytest.raises(ValueError, match="times must be a whole number above 0, not "):
        _faults(times=times)


@pytest.mark.parametrize("share", [0, -0.1, 1.01, True, "0.5", None, float("nan")])
def test_share_is_above_0_and_at_most_1(share: Any) -> None:
    with pytest.raises(ValueError, match="share must be above 0 and at most 1, not "):
        _faults(share=share)


def test_an_invalid_fault_is_not_added() -> None:
    faults = Faults(FakeChance())
    with pytest.raises(ValueError, match="there is no at"):
        faults.store.add("run_fails", OPERATIONS, {"at": "NOWHERE"})
    assert not faults.any("run_fails", "RUNNING")
    assert not faults.any_for_runs(block(1), "RUNNING")


def test_release_takes_the_arguments_that_select_runs() -> None:
    assert run_match({"batchName": "a", "runId": None}) == {"batchName": "a"}
    with pytest.raises(ValueError, match="no keyword argument of release 'batch'; there are batch"):
        run_match({"batch": "a"})
    with pytest.raises(ValueError, match="runId must be a text, not 7"):
        run_match({"runId": 7})


# -- matches --


@pytest.mark.parametrize("kind", FAULTS)
def test_calls_and_batches_fail_once_by_default_and_the_others_always(kind: str) -> None:
    faults, at = _faults(kind), _default_at(kind)
    matches = sum(_match(faults, kind, at) is not None for _ in range(5))
    assert matches == (1 if kind in ("call_fails", "batch_fails") else 5)
    assert faults.any(kind, at) is (matches == 5)


def test_times_none_has_no_limit() -> None:
    faults = _faults("call_fails", times=None)
    assert all(faults.match_call("GetBatch") for _ in range(50))


def test_all_values_that_are_given_must_match() -> None:
    faults = _faults("submission_fails", batchName="a", runSettingId="s1")
    for values in ({"batchName": "a"}, {"runSettingId": "s1"}, {"batchName": "b"}, {}):
        assert _match(faults, "submission_fails", **values) is None
    assert _match(faults, "submission_fails", batchName="a", runSettingId="s1", runId="1")


def test_a_mismatch_counts_neither_for_times_nor_for_the_share() -> None:
    chance = FakeChance(0.0)
    faults = Faults(chance)
    faults.store.add("run_fails", (), {"runSettingId": "s1", "share": 0.5, "times": 1})
    assert _match(faults, "run_fails", "RUNNING", runSettingId="s2") is None
    assert _match(faults, "run_fails", "PENDING", runSettingId="s1") is None
    assert chance.keys == []
    assert _match(faults, "run_fails", "RUNNING", runSettingId="s1")
    assert _match(faults, "run_fails", "RUNNING", runSettingId="s1") is None
    assert chance.keys == ["0 key"]


def test_resources_outside_the_share_do_not_count_for_times() -> None:
    chance = FakeChance(0.9)
    faults = Faults(chance)
    faults.store.add("cancel_fails", (), {"share": 0.5, "times": 1})
    assert _match(faults, "cancel_fails") is None
    chance.fixed = 0.1
    assert _match(faults, "cancel_fails")


def test_the_first_fault_that_matches_is_used_until_it_is_spent() -> None:
    faults = _faults("call_fails", error="ThrottlingException")
    faults.store.add("call_fails", OPERATIONS, {"error": "RequestTimeoutException"})
    matched = [faults.match_call("GetBatch") for _ in range(3)]
    assert [fault and fault.effect["error"] for fault in matched] == [
        "ThrottlingException",
        "RequestTimeoutException",
        None,
    ]
    assert not faults.any("call_fails")


def test_a_call_matches_its_operation() -> None:
    faults = _faults("call_fails", operation="GetBatch", times=None)
    assert faults.match_call("StartRunBatch") is None
    assert faults.match_call("GetBatch") is not None
    assert Faults(FakeChance()).match_call("GetBatch") is None


def test_the_share_of_calls_is_decided_for_each_call() -> None:
    chance = FakeChance()
    faults = Faults(chance)
    faults.store.add("call_fails", OPERATIONS, {"share": 0.5, "times": None})
    failed = sum(faults.match_call("GetBatch") is not None for _ in range(200))
    assert 60 < failed < 140
    assert len(set(chance.keys)) == 200


def test_a_share_is_decided_for_each_resource_by_its_key() -> None:
    faults = _faults("submission_fails", share=0.05)
    keys = [f"entry {number}" for number in range(20_000)]
    failed = [key for key in keys if faults.find("submission_fails", {}, key)]
    assert 900 <= len(failed) <= 1100
    assert failed == [key for key in keys if faults.find("submission_fails", {}, key)]


def test_two_faults_with_a_share_select_different_resources() -> None:
    chance = FakeChance()
    faults = Faults(chance)
    for _ in range(2):
        faults.store.add("cancel_fails", (), {"share": 1e-9})
    assert _match(faults, "cancel_fails") is None
    assert chance.keys == ["0 key", "1 key"]


def test_a_preview_counts_no_match() -> None:
    faults, preview = _faults("submission_fails", times=2), Counter[Fault]()
    seen = [faults.find("submission_fails", {}, "key", preview=preview) for _ in range(3)]
    assert [fault is not None for fault in seen] == [True, True, False]
    assert (sum(preview.values()), faults.any("submission_fails")) == (2, True)
    assert sum(_match(faults, "submission_fails") is not None for _ in range(3)) == 2


def test_faults_are_removed_by_their_values() -> None:
    faults = _faults("run_hangs", batchName="a", runSettingId="s1")
    faults.store.add("run_fails", OPERATIONS, {"batchName": "a"})
    faults.store.remove("run_hangs", {"batchName": "b"})
    faults.store.remove("run_hangs", {"batchName": "a", "runId": "1"})
    assert faults.any("run_hangs", "RUNNING")
    faults.store.remove("run_hangs", {"batchName": "a"})
    assert not faults.any("run_hangs", "RUNNING")
    assert faults.any("run_fails", "RUNNING")


def test_all_faults_of_a_kind_or_all_faults_are_removed() -> None:
    faults = _faults("run_hangs", runId="1")
    faults.store.add("run_fails", OPERATIONS, {})
    faults.store.remove("run_hangs", {})
    assert not faults.any("run_hangs", "RUNNING")
    faults.store.clear()
    assert not faults.any_for_runs(block(1), "RUNNING")


def test_a_fault_after_clear_has_a_number_of_its_own() -> None:
    chance = FakeChance()
    faults = Faults(chance)
    for _ in range(2):
        faults.store.add("cancel_fails", (), {"share": 1e-9})
        _match(faults, "cancel_fails")
        faults.store.clear()
    assert chance.keys == ["0 key", "1 key"]


# -- regions --


def test_regions_share_faults_and_their_matches() -> None:
    store = FaultStore()
    first, second = (Faults(FakeChance(), store, region) for region in ("first", "second"))
    store.add("call_fails", OPERATIONS, {"times": 2})
    store.add("batch_fails", OPERATIONS, {}, "second")
    assert [faults.any("batch_fails") for faults in (first, second)] == [False, True]
    assert first.find("batch_fails", {}, "key") is None
    assert [faults.match_call("GetBatch") is not None for faults in (first, second, first)] == [
        True,
        True,
        False,
    ]


def test_calls_are_numbered_while_a_fault_applies_in_their_region() -> None:
    store, chance = FaultStore(), FakeChance()
    faults = Faults(chance, store, "first")
    store.add("call_fails", OPERATIONS, {"share": 1e-9}, "second")
    faults.match_call("GetBatch")
    store.add("call_fails", OPERATIONS, {"share": 1e-9}, "first")
    faults.match_call("GetBatch")
    assert chance.keys == ["1 call 1"]


def test_faults_of_one_region_are_removed() -> None:
    store = FaultStore()
    everywhere = store.add("run_hangs", OPERATIONS, {})
    store.add("run_hangs", OPERATIONS, {}, "first")
    other = store.add("run_hangs", OPERATIONS, {}, "second")
    store.remove("run_hangs", {}, "first")
    assert [*store.injected] == [everywhere, other]
    store.clear("second")
    assert [*store.injected] == [everywhere]
    store.discard(other)
    store.discard(everywhere)
    assert [*store.injected] == []


def test_only_one_of_two_threads_gets_the_last_match() -> None:
    store = FaultStore()
    fault = store.add("call_fails", OPERATIONS, {})
    assert [store.count(fault), store.count(fault), fault.hits] == [True, False, 1]


def test_a_fault_whose_last_match_another_thread_took_does_not_match() -> None:
    faults = _faults("call_fails")
    faults.store.add("call_fails", OPERATIONS, {"message": "second"})
    first, second = faults.store.injected

    def taken(key: str) -> float:
        """Stand for another thread that matches while this one computes the share."""
        faults.store.count(first)
        return 0.0

    first.share, faults._chance.fraction = 0.5, taken  # type: ignore[method-assign]
    assert faults.match_call("GetBatch") is second
    assert (first.hits, second.hits) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "arguments", "kept"),
    [
        ("call_fails", {"times": 1, "share": 1}, {}),
        ("call_fails", {"times": None, "error": None}, {"times": None}),
        ("run_fails", {"at": "PENDING", "runId": "1"}, {"runId": "1", "at": "PENDING"}),
    ],
)
def test_a_fault_keeps_the_arguments_that_are_not_the_default(
    kind: str, arguments: dict[str, Any], kept: dict[str, Any]
) -> None:
    fault = FaultStore().add(kind, OPERATIONS, arguments)
    assert list(fault.arguments.items()) == list(kept.items())


# -- outcomes of runs --


def test_a_hold_comes_before_a_failure() -> None:
    faults, runs = _faults(failureReason="SERVICE_ERROR", statusMessage="No."), block(1)
    faults.store.add("run_hangs", (), {})
    held = faults.outcome_for(runs, 0, "RUNNING", may_hold=True)
    failed = faults.outcome_for(runs, 0, "RUNNING", may_hold=False)
    assert (held, failed) == (InjectedOutcome(), InjectedOutcome("SERVICE_ERROR", "No."))
    assert held is not None
    assert failed is not None
    assert (held.holds, failed.holds) == (True, False)
    assert faults.outcome_for(runs, 0, "STARTING", may_hold=True) is None


def test_runs_are_matched_by_their_batch_entry_and_id() -> None:
    runs = block(2, batch=FakeBatch(name="cohort"))
    for match in ({"batchName": "cohort"}, {"runSettingId": "s1"}, {"runId": "1000001"}):
        faults = _faults(**match)
        assert faults.outcome_for(runs, 1, "RUNNING", may_hold=True), match
    for match in ({"batchName": "x"}, {"runSettingId": "s0"}, {"runId": "1000000"}):
        faults = _faults(**match)
        assert faults.outcome_for(runs, 1, "RUNNING", may_hold=True) is None, match
    assert _faults(batchName="cohort").outcome_for(block(1), 0, "RUNNING", may_hold=True) is None


def test_faults_for_runs_are_known_by_status() -> None:
    faults = _faults(at="STARTING", times=1)
    faults.store.add("run_hangs", (), {"at": "PENDING"})
    assert [s for s in ("PENDING", "STARTING", "RUNNING") if faults.any_for_runs(block(1), s)] == [
        "PENDING",
        "STARTING",
    ]
    assert faults.outcome_for(block(1), 0, "STARTING", may_hold=True)
    assert not faults.any_for_runs(block(1), "STARTING")
