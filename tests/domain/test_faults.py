"""What a fault takes, when it strikes, and what it does to runs that move together."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from moto_omics_batch.domain.gate import earliest_start
from moto_omics_batch.domain.run_life import Plan

from moto_omics_batch.domain.faults import (
    CALL_ERRORS,
    EFFECTS,
    MATCHES,
    RUN_FAILURE_REASONS,
    Faults,
    of_a_run,
)
from moto_omics_batch.domain.life import Progression
from moto_omics_batch.domain.runs import RunBlock

START = datetime(2026, 10, 1)
MANUAL, IMMEDIATE = Progression("manual"), Progression("immediate")
MINUTE = Progression("time", seconds=60)
OPERATIONS = ("GetBatch", "StartRunBatch")


def _faults(kind: str = "run_fails", /, **given: Any) -> Faults:
    faults = Faults(random.Random(7).random)
    faults.add(kind, OPERATIONS, given)
    return faults


# -- words --


def test_every_kind_needs_nothing() -> None:
    for kind in MATCHES:
        assert _faults(kind).any(kind, EFFECTS[kind].get("at", (None,))[0])


@pytest.mark.parametrize(
    ("kind", "given", "message"),
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
            "there is no word of call_fails 'operaton'; there are operation, error, message, "
            "times, share",
        ),
        (
            "run_hangs",
            {"failureReason": "SERVICE_ERROR"},
            "there is no word of run_hangs 'failureReason'; there are batchName, runSettingId, "
            "runId, at, times, share",
        ),
        ("cancel_fails", {"kind": "x", "times": 0}, "there is no word of cancel_fails 'kind'; "),
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
def test_a_word_that_does_not_exist_is_refused_and_told_what_does(
    kind: str, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=r"^there is no|must be") as wrong:
        _faults(kind, **given)
    assert str(wrong.value).startswith(message)


@pytest.mark.parametrize("times", [0, -1, True, 1.5, "1"])
def test_times_is_a_count(times: Any) -> None:
    with pytest.raises(ValueError, match="times must be a whole number above 0, not "):
        _faults(times=times)


@pytest.mark.parametrize("share", [0, -0.1, 1.01, True, "0.5", None, float("nan")])
def test_a_share_is_a_part_of_all(share: Any) -> None:
    with pytest.raises(ValueError, match="share must be above 0 and at most 1, not "):
        _faults(share=share)


def test_what_is_refused_is_not_added() -> None:
    faults = Faults(random.random)
    with pytest.raises(ValueError, match="there is no at"):
        faults.add("run_fails", OPERATIONS, {"at": "NOWHERE"})
    assert not faults.any("run_fails", "RUNNING")


def test_a_release_takes_what_matches_runs() -> None:
    assert of_a_run({"batchName": "a", "runId": None}) == {"batchName": "a"}
    with pytest.raises(ValueError, match="no word of release 'batch'; there are batchName, runSe"):
        of_a_run({"batch": "a"})
    with pytest.raises(ValueError, match="runId must be a text, not 7"):
        of_a_run({"runId": 7})


# -- strikes --


def test_calls_and_batches_fail_once_when_nothing_is_said_and_the_rest_for_ever() -> None:
    for kind in MATCHES:
        faults, at = _faults(kind), EFFECTS[kind].get("at", (None,))[0]
        strikes = sum(faults.strike(kind, {}, at) is not None for _ in range(5))
        assert strikes == (1 if kind in ("call_fails", "batch_fails") else 5), kind


def test_none_is_for_ever() -> None:
    faults = _faults("call_fails", times=None)
    assert all(faults.strike("call_fails", {}) for _ in range(50))


def test_a_fault_strikes_what_matches_all_its_words() -> None:
    faults = _faults("submission_fails", batchName="a", runSettingId="s1")
    for facts in ({"batchName": "a"}, {"runSettingId": "s1"}, {"batchName": "b"}, {}):
        assert faults.strike("submission_fails", facts) is None
    assert faults.strike("submission_fails", {"batchName": "a", "runSettingId": "s1"})


def test_what_does_not_match_counts_neither_times_nor_draws_a_chance() -> None:
    drawn: list[float] = []

    def chance() -> float:
        drawn.append(0.0)
        return 0.0

    faults = Faults(chance)
    faults.add("run_fails", (), {"runSettingId": "s1", "share": 0.5, "times": 1})
    assert faults.strike("run_fails", {"runSettingId": "s2"}, "RUNNING") is None
    assert faults.strike("run_fails", {"runSettingId": "s1"}, "PENDING") is None
    assert drawn == []
    assert faults.strike("run_fails", {"runSettingId": "s1"}, "RUNNING")
    assert faults.strike("run_fails", {"runSettingId": "s1"}, "RUNNING") is None
    assert len(drawn) == 1


def test_a_fault_that_is_spent_leaves_its_place_to_the_next() -> None:
    faults = _faults("call_fails", error="ThrottlingException")
    faults.add("call_fails", OPERATIONS, {"error": "RequestTimeoutException"})
    struck = [faults.strike("call_fails", {}) for _ in range(3)]
    assert [fault and fault.effect["error"] for fault in struck] == [
        "ThrottlingException",
        "RequestTimeoutException",
        None,
    ]
    assert not faults.any("call_fails")


def test_a_share_is_near_the_share() -> None:
    faults = _faults("submission_fails", share=0.05)
    struck = sum(faults.strike("submission_fails", {}) is not None for _ in range(20_000))
    assert 900 <= struck <= 1100


def test_faults_are_taken_back_by_their_words_or_all() -> None:
    faults = _faults("run_hangs", batchName="a", runSettingId="s1")
    faults.add("run_fails", OPERATIONS, {"batchName": "a"})
    faults.remove("run_hangs", {"batchName": "b"})
    faults.remove("run_hangs", {"batchName": "a", "runId": "1"})
    assert faults.any("run_hangs", "RUNNING")
    faults.remove("run_hangs", {"batchName": "a"})
    assert not faults.any("run_hangs", "RUNNING")
    assert faults.any("run_fails", "RUNNING")
    faults.add("run_hangs", OPERATIONS, {"runId": "1"})
    faults.remove("run_hangs", {})
    assert not faults.any("run_hangs", "RUNNING")
    faults.clear()
    assert not faults.any("run_fails", "RUNNING")


# -- runs that move together --

FAILS, HANGS = Plan("SERVICE_ERROR", "Oh."), Plan()


class Fate:
    """``Fate({2: ("RUNNING", FAILS)})``: what befalls which places, and who was asked for."""

    def __init__(self, fates: Mapping[int, tuple[str, Plan]]):
        self.fates = fates
        self.asked: list[tuple[str, list[int]]] = []

    def __call__(self, block: RunBlock, indexes: Iterable[int]) -> Mapping[int, Plan]:
        places = list(indexes)
        assert len({block.state(place) for place in places}) == 1
        self.asked.append((block.status_of(places[0]), places))
        return {
            place: plan
            for place in places
            if place in self.fates
            for at, plan in [self.fates[place]]
            if at == block.status_of(place) and (plan.reason or block.may_hang(place))
        }


def _block(fate: Fate, size: int = 4, **kwargs: Any) -> RunBlock:
    block = RunBlock(
        first=1_000_000,
        size=size,
        uuid="1758cc9c-71c8-4607-8368-f0458afcc0c9",
        serial=0,
        settings_of=lambda index: {},
        shared={},
        facts={},
        now=START,
        **kwargs,
    )
    block.planner = fate
    block.add(range(size), {}, START)
    return block


def _told(block: RunBlock) -> dict[str, int]:
    return {status: count for status, count in block.counts().items() if count}


@pytest.mark.parametrize("at", ["PENDING", "STARTING", "RUNNING", "STOPPING"])
@pytest.mark.parametrize("way", [IMMEDIATE, MINUTE])
def test_one_of_many_fails_at_a_status_and_the_others_go_on(at: str, way: Progression) -> None:
    block = _block(Fate({2: (at, FAILS)}))
    block.pass_time(way, START + timedelta(hours=1))
    assert _told(block) == {"FAILED": 1, "COMPLETED": 3}
    assert block.failure(2) == FAILS
    assert block.failure(1) is None
    states = [state for _, state in block.history(2)]
    assert states[-2:] == ["STOPPING>FAILED", "FAILED"]
    assert states[-3].partition(">")[0] == at


def test_all_may_fail_and_nobody_is_left_to_go_on() -> None:
    block = _block(Fate(dict.fromkeys(range(4), ("STARTING", FAILS))))
    block.pass_time(MINUTE, START + timedelta(hours=1))
    assert _told(block) == {"FAILED": 4}
    # STARTING, STOPPING, FAILED: three minutes, not the four of those who complete.
    assert block.last_change == START + timedelta(minutes=3)


def test_nobody_is_asked_for_who_is_elsewhere() -> None:
    fate = Fate({0: ("PENDING", FAILS), 1: ("RUNNING", FAILS)})
    block = _block(fate)
    block.pass_time(IMMEDIATE, START)
    together = [(status, places) for status, places in fate.asked if len(places) > 1]
    assert together == [
        ("PENDING", [0, 1, 2, 3]),
        ("STARTING", [1, 2, 3]),
        ("RUNNING", [1, 2, 3]),
        ("STOPPING", [2, 3]),
    ]
    # What fails or is cancelled is at nobody's mercy any more.
    assert all(len(places) > 1 for _, places in fate.asked)


def test_one_that_hangs_is_asked_for_once_and_goes_on_when_it_is_let_go() -> None:
    fate = Fate({1: ("RUNNING", HANGS)})
    block = _block(fate)
    for _ in range(3):
        block.pass_time(MINUTE, START + timedelta(hours=1))
    assert _told(block) == {"RUNNING": 1, "COMPLETED": 3}
    assert block.hanging() == [1]
    assert sum(1 in places for status, places in fate.asked if status == "RUNNING") == 1
    block.let_go(1, START + timedelta(hours=2))
    assert block.hanging() == []
    block.pass_time(MINUTE, START + timedelta(hours=2, minutes=1))
    assert block.status_of(1) == "STOPPING"
    # It goes on from now, not from when it began to hang.
    assert block.history(1)[-1][0] == START + timedelta(hours=2, minutes=1)


def test_a_cancel_ends_the_hanging() -> None:
    block = _block(Fate({1: ("STOPPING", HANGS)}))
    block.pass_time(IMMEDIATE, START)
    assert block.hanging() == [1]
    block.move(1, "cancel", START)
    assert block.hanging() == []
    block.pass_time(IMMEDIATE, START)
    assert _told(block) == {"CANCELLED": 1, "COMPLETED": 3}


def test_what_hangs_before_it_starts_takes_no_slot() -> None:
    blocks: list[RunBlock] = []
    fate = Fate({0: ("PENDING", HANGS), 1: ("PENDING", HANGS), 2: ("PENDING", FAILS)})
    block = _block(fate, size=6, gate=lambda at: earliest_start([(2, blocks)], at))
    blocks.append(block)
    block.look(MANUAL, START)
    # The third takes a slot as it fails, the fourth as it starts.
    assert [block.status_of(i) for i in range(6)] == [
        "PENDING",
        "PENDING",
        "STOPPING",
        "STARTING",
        "PENDING",
        "PENDING",
    ]
    assert block.hanging() == [0, 1]
    block.pass_time(IMMEDIATE, START)
    assert _told(block) == {"PENDING": 2, "FAILED": 1, "COMPLETED": 3}
