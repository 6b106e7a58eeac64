"""Random operations on a block of runs, compared with runs that are kept one by one."""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from moto_omics_batch.domain.runs import RunBlock
from moto_omics_batch.domain.tables import RUN
from tests.domain.helpers import START, at, block

SIZE = 8


class _SingleRuns:
    """The same runs with one history each."""

    def __init__(self, indexes: range, failed: set[int]):
        self.histories = {i: [(START, RUN.initial)] for i in indexes if i not in failed}

    def state(self, index: int) -> str:
        return self.histories[index][-1][1]

    def in_state(self, state: str) -> list[int]:
        return [index for index in self.histories if self.state(index) == state]

    def move(self, index: int, event: str, at: datetime) -> None:
        before, state = self.state(index), RUN.next(self.state(index), event)
        if state != before:
            self.histories[index].append((at, state))


def _move_some(chance: random.Random, runs: RunBlock, single: _SingleRuns, now: datetime) -> None:
    """Let some runs of one cohort make a transition."""
    cohort = chance.choice(runs.cohorts())
    events = [e for e in ("advance", "cancel", "fail", "delete") if cohort.allows(e)]
    members = list(cohort.members())
    chosen = sorted(chance.sample(members, chance.randint(1, len(members))))
    if chance.random() < 0.5:
        chosen = members[: len(chosen)]
        part = runs.split(cohort, len(chosen))
    else:
        part = runs.detach(cohort, chosen)
    if events:
        event = chance.choice(events)
        runs.transition(part, event, now)
        for index in chosen:
            single.move(index, event, now)


def _move_all(chance: random.Random, runs: RunBlock, single: _SingleRuns, now: datetime) -> None:
    """Let all runs that allow an event make its transition."""
    event = chance.choice(["advance", "cancel", "fail", "delete"])
    for cohort in runs.cohorts(lambda state: RUN.allows(state, event)):
        runs.transition(cohort, event, now)
    for index in single.histories:
        if RUN.allows(single.state(index), event):
            single.move(index, event, now)


def _assert_same(runs: RunBlock, single: _SingleRuns) -> None:
    present = list(single.histories)
    assert [index for index in range(SIZE) if runs.has(index)] == present
    assert {i: runs.cohort_of(i).history for i in present} == single.histories
    states = [single.state(index) for index in present]
    for state in RUN.states:
        members = [i for c in runs.cohorts(lambda s: s == state) for i in c.members()]  # noqa: B023
        assert sorted(members) == single.in_state(state)
    assert runs.active == sum(RUN.automatic_event(state) is not None for state in states)
    assert runs.stored == sum(not RUN.is_end(state) for state in states)
    assert runs.last_change == max(history[-1][0] for history in single.histories.values())
    for cohort in runs.cohorts():
        assert (cohort.count, cohort.first) == (
            len(list(cohort.members())),
            min(cohort.members()),
        )


@pytest.mark.parametrize("seed", range(12))
def test_a_block_behaves_like_runs_that_are_kept_one_by_one(seed: int) -> None:
    chance = random.Random(seed)
    failed = set(chance.sample(range(SIZE), seed % 3))
    runs = block(SIZE, failed=failed)
    single = _SingleRuns(range(SIZE), failed)
    for second in range(1, 40):
        operation = _move_some if chance.random() < 0.85 else _move_all
        operation(chance, runs, single, at(second))
        _assert_same(runs, single)
