"""Blocks of runs: together they are cheap, one by one they are free to go their own way."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from moto_omics_batch.domain.gate import earliest_start

from moto_omics_batch.domain.life import Progression
from moto_omics_batch.domain.lifecycle import IllegalMove
from moto_omics_batch.domain.runs import RunBlock
from moto_omics_batch.domain.tables import RUN

START = datetime(2026, 10, 1)
MANUAL, IMMEDIATE = Progression("manual"), Progression("immediate")


def _at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def _block(size: int = 4, failed: tuple[int, ...] = (), **kwargs: Any) -> RunBlock:
    block = RunBlock(
        first=1_000_000,
        size=size,
        uuid="1758cc9c-71c8-4607-8368-f0458afcc0c9",
        serial=0,
        settings_of=lambda index: {"name": f"run {index}", "runTags": {"n": str(index)}},
        shared={},
        facts={},
        now=START,
        **kwargs,
    )
    block.add(range(size), dict.fromkeys(failed), START)
    return block


def _statuses(block: RunBlock) -> list[str]:
    return [block.status_of(index) for index in range(block.size) if block.has(index)]


def _agrees(block: RunBlock) -> bool:
    """The counts say what looking at each run says."""
    told = {status: count for status, count in block.counts().items() if count}
    return told == Counter(_statuses(block))


# -- who is here --


def test_places_without_a_run() -> None:
    block = _block(4, failed=(1, 3))
    assert [block.has(index) for index in range(-1, 5)] == [False, True, False, True, False, False]
    assert block.index_of("1000000") == 0
    assert block.index_of("1000001") is None
    assert block.index_of("1000004") is None
    assert block.index_of("999999") is None
    assert list(block.indexes()) == [0, 2]
    assert list(block.indexes(after=0)) == [2]
    assert block.counts()["PENDING"] == 2
    assert (block.active, block.present) == (2, 2)


def test_runs_that_come_in_parts_are_as_old_as_their_part() -> None:
    block = RunBlock(
        first=1,
        size=5,
        uuid="1758cc9c-71c8-4607-8368-f0458afcc0c9",
        serial=0,
        settings_of=lambda index: {},
        shared={},
        facts={},
        now=START,
    )
    block.add(range(2), {}, _at(1))
    block.add(range(2, 4), {}, _at(2))
    block.add(range(4, 5), {}, _at(3))
    created = [block.history(index)[0] for index in range(5)]
    assert created == [(_at(n), "PENDING") for n in (1, 1, 2, 2, 3)]
    block.look(MANUAL, _at(9))
    assert block.history(0) == [(_at(1), "PENDING"), (_at(9), "STARTING")]


def test_tags_are_each_run_s_own() -> None:
    block = _block()
    block.tags_of(0)["x"] = "y"
    assert block.tags_of(0) == {"n": "0", "x": "y"}
    assert block.tags_of(1) == {"n": "1"}


# -- moving --


def test_all_runs_move_together() -> None:
    block, seen = _block(), []
    for second in range(5):
        block.look(MANUAL, _at(second))
        assert len(set(_statuses(block))) == 1
        seen.append(block.status_of(0))
        block.show()
    assert seen == ["STARTING", "RUNNING", "STOPPING", "COMPLETED", "COMPLETED"]
    assert (block.active, block.settled, block.present) == (0, True, 4)
    assert block.last_change == _at(3)


def test_a_run_that_was_looked_at_goes_ahead_alone() -> None:
    block = _block()
    block.look_at(1, MANUAL, _at(1))
    assert _statuses(block) == ["PENDING", "STARTING", "PENDING", "PENDING"]
    block.look(MANUAL, _at(2))
    assert _statuses(block) == ["STARTING", "RUNNING", "STARTING", "STARTING"]
    assert _agrees(block)
    while not block.settled:
        block.look(MANUAL, _at(3))
        assert _agrees(block)
    assert set(_statuses(block)) == {"COMPLETED"}


def test_a_cancelled_run_ends_alone() -> None:
    block = _block()
    block.move(2, "cancel", _at(1))
    assert _statuses(block) == ["PENDING", "PENDING", "STOPPING", "PENDING"]
    block.pass_time(IMMEDIATE, _at(2))
    assert _statuses(block) == ["COMPLETED", "COMPLETED", "CANCELLED", "COMPLETED"]
    with pytest.raises(IllegalMove, match="run cannot cancel in CANCELLED"):
        block.move(2, "cancel", _at(3))
    assert _agrees(block)


def test_an_illegal_move_detaches_nothing() -> None:
    block = _block()
    with pytest.raises(IllegalMove, match="run cannot delete in PENDING"):
        block.move(0, "delete", _at(1))
    block.look(MANUAL, _at(2))
    assert set(_statuses(block)) == {"STARTING"}


def test_a_deleted_run_is_there_but_cannot_be_found() -> None:
    block = _block()
    block.pass_time(IMMEDIATE, START)
    block.move(1, "delete", _at(1))
    assert block.has(1)
    assert not block.findable(1)
    assert list(block.indexes()) == [0, 2, 3]
    assert block.counts()["DELETED"] == 1
    assert block.present == 3


def test_an_event_for_all_tells_who_moved() -> None:
    block = _block(6, failed=(5,))
    block.look_at(0, IMMEDIATE, START)
    block.look_at(1, MANUAL, START)
    moved = block.move_all("cancel", _at(1))
    assert (moved.attached, moved.detached, moved.stayed, moved.count) == (
        [range(6)],
        [1],
        [0],
        4,
    )
    assert _statuses(block) == ["COMPLETED", *["STOPPING"] * 4]
    again = block.move_all("delete", _at(2))
    assert (again.attached, again.detached, again.count) == ([], [0], 1)
    assert _agrees(block)


def test_runs_move_from_when_they_were_submitted() -> None:
    block = RunBlock(
        first=1,
        size=2,
        uuid="1758cc9c-71c8-4607-8368-f0458afcc0c9",
        serial=0,
        settings_of=lambda index: {},
        shared={},
        facts={},
        now=START,
    )
    timed = Progression("time", seconds=10)
    block.add(range(1), {}, START)
    block.pass_time(timed, _at(10))
    block.add(range(1, 2), {}, _at(10))
    block.pass_time(timed, _at(20))
    assert _statuses(block) == ["RUNNING", "STARTING"]


def test_a_step_each_so_many_seconds() -> None:
    block, timed = _block(), Progression("time", seconds=10)
    block.pass_time(timed, _at(25))
    assert set(_statuses(block)) == {"RUNNING"}
    block.look_at(0, timed, _at(35))
    assert _statuses(block) == ["STOPPING", "RUNNING", "RUNNING", "RUNNING"]
    block.pass_time(timed, _at(1000))
    assert block.history(0) == block.history(3)
    assert block.history(3)[-1] == (_at(40), "COMPLETED")


# -- against a plain model --


class _Plain:
    """The same runs, one object each."""

    def __init__(self, size: int):
        self.states = [RUN.initial] * size

    def may(self, index: int, event: str) -> bool:
        return RUN.allows(self.states[index], event)

    def move(self, index: int, event: str) -> None:
        self.states[index] = RUN.next(self.states[index], event)

    def finish(self, index: int) -> None:
        while event := RUN.goes_on(self.states[index]):
            self.move(index, event)


@pytest.mark.parametrize("seed", range(12))
def test_a_block_behaves_like_runs_that_are_kept_one_by_one(seed: int) -> None:
    chance, size = random.Random(seed), 6
    block, plain = _block(size), _Plain(size)
    for second in range(60):
        index, event = chance.randrange(size), chance.choice(["cancel", "fail", "delete"])
        act = chance.choice(["one", "one", "finish", "all", "step"])
        if act == "one" and plain.may(index, event):
            plain.move(index, event)
            block.move(index, event, _at(second))
        elif act == "finish":
            plain.finish(index)
            block.look_at(index, IMMEDIATE, _at(second))
        elif act == "all":
            movable = [i for i in range(size) if plain.may(i, event)]
            for i in movable:
                plain.move(i, event)
            assert block.move_all(event, _at(second)).count == len(movable)
        elif act == "step":
            block.show()
            block.look(MANUAL, _at(second))
            for i in range(size):
                if going := RUN.goes_on(plain.states[i]):
                    plain.move(i, going)
        assert [block.state(i) for i in range(size)] == plain.states, (seed, second, act)
        assert _agrees(block)
        assert block.active == sum(bool(RUN.goes_on(state)) for state in plain.states)
        assert block.present == sum(not RUN.is_end(state) for state in plain.states)


def test_runs_that_wait_for_a_slot_start_when_one_is_free() -> None:
    blocks: list[RunBlock] = []
    block = _block(5, gate=lambda at: earliest_start([(2, blocks)], at))
    blocks.append(block)
    block.pass_time(Progression("time", seconds=10), _at(1000))
    started = [block.history(index)[1] for index in range(5)]
    assert started == [(_at(n), "STARTING") for n in (10, 10, 40, 40, 70)]
    assert _statuses(block) == ["COMPLETED"] * 5
