"""The scheduler: automatic transitions in chronological order, each at its due time."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from moto_omics_batch.domain.life import Life, Progression
from moto_omics_batch.domain.lifecycle import Lifecycle, Row
from moto_omics_batch.domain.runs import Cohort
from moto_omics_batch.domain.scheduler import BATCH_RUNS, Scheduler
from moto_omics_batch.domain.tables import RUN
from tests.domain.helpers import (
    IMMEDIATE,
    MANUAL,
    START,
    FakeProgressions,
    at,
    block,
    seconds_of,
    timed,
)

LETTERS = Lifecycle(
    "letter",
    "A",
    [
        Row("A", "next", "B", "W1", automatic=True),
        Row("B", "next", "C", "W1", automatic=True),
        Row("C", "leave", "D", "W1"),
    ],
)


class FakeSubject(Life):
    """A resource that records its steps in a log that several share."""

    def __init__(self, serial: int, log: list[Any], key: str = "batch", created: float = 0):
        super().__init__(LETTERS, at(created))
        self.serial = serial
        self.progression_key = key
        self._log = log

    def next_due(self, progression: Progression) -> datetime | None:
        return progression.due(self.since)

    def step(self, at: datetime) -> None:
        self.move("next", at)
        self._log.append(((at - START).total_seconds(), self.serial, self.state))


class FakeRunSteps:
    """RunSteps that move runs without faults and slots."""

    def __init__(self, scheduler: Scheduler, log: list[Any]):
        self._scheduler = scheduler
        self._log = log
        self.starts: list[datetime] = []
        self.start_later: list[FakeSubject] = []

    def step(self, cohorts: list[Cohort], at: datetime) -> None:
        for cohort in cohorts:
            event = RUN.automatic_event(cohort.state)
            assert event is not None
            cohort.block.transition(cohort, event, at)
            self._scheduler.update(cohort)
            self._log.append(((at - START).total_seconds(), cohort.serial, cohort.state))

    def start_waiting(self, at: datetime) -> bool:
        self.starts.append(at)
        if not self.start_later:
            return False
        subject = self.start_later.pop()
        subject.since = at
        self._scheduler.update(subject)
        return True


class Fixture:
    """A scheduler, its progressions, and the log of all steps."""

    def __init__(self) -> None:
        self.log: list[Any] = []
        self.progressions = FakeProgressions()
        self.scheduler = Scheduler(self.progressions)
        self.runs = FakeRunSteps(self.scheduler, self.log)

    def add(self, serial: int, key: str = "batch", created: float = 0) -> FakeSubject:
        subject = FakeSubject(serial, self.log, key, created)
        self.scheduler.update(subject)
        return subject

    def advance(self, seconds: float) -> None:
        self.scheduler.advance_due(at(seconds), self.runs)

    def set(self, key: str, progression: Progression) -> None:
        self.progressions.set_to[key] = progression


@pytest.fixture
def one() -> Fixture:
    return Fixture()


# -- order --


def test_steps_of_several_resources_are_in_chronological_order(one: Fixture) -> None:
    one.set("batch", timed(10))
    one.set("workflow", timed(7))
    one.add(1)
    one.add(2, "workflow")
    one.add(3, created=1)
    one.advance(1000)
    assert one.log == [
        (7, 2, "B"),
        (10, 1, "B"),
        (11, 3, "B"),
        (14, 2, "C"),
        (20, 1, "C"),
        (21, 3, "C"),
    ]


def test_a_step_has_its_due_time_whenever_requests_come(one: Fixture) -> None:
    one.set("batch", timed(10))
    subject, late = one.add(1), Fixture()
    late.set("batch", timed(10))
    other = late.add(1)
    for second in range(25):
        one.advance(second)
    late.advance(24)
    assert subject.history == other.history
    assert seconds_of(subject.history) == [(0, "A"), (10, "B"), (20, "C")]


def test_steps_at_one_time_are_in_order_of_creation(one: Fixture) -> None:
    one.set("batch", timed(10))
    for serial in (3, 1, 2):
        one.add(serial)
    one.advance(10)
    assert one.log == [(10, 1, "B"), (10, 2, "B"), (10, 3, "B")]


def test_runs_step_before_batches_at_one_time(one: Fixture) -> None:
    one.set("batch", timed(10))
    one.set("run", timed(10))
    one.add(1)
    for runs in (block(1, serial=9), block(1, serial=5)):
        one.scheduler.update(runs.cohort_of(0))
    one.advance(10)
    assert sorted(one.log[:2]) == [(10, 5, "STARTING"), (10, 9, "STARTING")]
    assert one.log[2:] == [(10, 1, "B")]


def test_zero_seconds_cascade_at_one_time_in_rounds(one: Fixture) -> None:
    one.set("batch", IMMEDIATE)
    for serial in (1, 2):
        one.add(serial)
    one.advance(50)
    assert one.log == [(0, 1, "B"), (0, 2, "B"), (0, 1, "C"), (0, 2, "C")]


def test_zero_seconds_of_one_resource_come_before_later_steps_of_another(one: Fixture) -> None:
    one.set("batch", IMMEDIATE)
    one.set("workflow", timed(5))
    one.add(2, "workflow")
    one.add(1, created=7)
    one.advance(20)
    assert one.log == [(5, 2, "B"), (7, 1, "B"), (7, 1, "C"), (10, 2, "C")]


# -- the clock --


def test_nothing_is_applied_before_it_is_due(one: Fixture) -> None:
    one.set("batch", timed(10))
    one.add(1)
    one.advance(9.999)
    assert one.log == []
    one.advance(10)
    assert one.log == [(10, 1, "B")]


def test_a_clock_that_goes_backwards_moves_nothing(one: Fixture) -> None:
    one.set("batch", timed(10))
    one.add(1)
    one.advance(10)
    for second in (5, -100):
        one.advance(second)
    assert len(one.log) == 1
    one.add(2, created=-100)
    one.advance(-91)
    assert len(one.log) == 1
    one.advance(-90)
    assert one.log[1:] == [(-90, 2, "B")]
    one.advance(20)
    assert one.log[2:] == [(-80, 2, "C"), (20, 1, "C")]


@pytest.mark.parametrize("seconds", [10.0**12, float("inf")])
def test_a_time_beyond_the_calendar_is_never_due(one: Fixture, seconds: float) -> None:
    one.set("batch", timed(seconds))
    one.add(1)
    one.scheduler.advance_due(datetime.max, one.runs)
    assert one.log == []


# -- changed progressions --


def test_a_changed_progression_counts_from_the_last_transition(one: Fixture) -> None:
    one.set("batch", timed(20))
    subject = one.add(1)
    one.advance(25)
    one.set("batch", timed(3))
    one.advance(26)
    assert seconds_of(subject.history) == [(0, "A"), (20, "B"), (23, "C")]


def test_a_longer_progression_defers_what_is_not_due_yet(one: Fixture) -> None:
    one.set("batch", timed(10))
    one.add(1)
    one.advance(9)
    one.set("batch", timed(100))
    one.advance(99)
    assert one.log == []
    one.advance(100)
    assert one.log == [(100, 1, "B")]


def test_a_manual_progression_stops_resources_and_a_timed_one_starts_them(one: Fixture) -> None:
    one.set("batch", timed(10))
    subject = one.add(1)
    one.set("batch", MANUAL)
    one.advance(1000)
    assert one.log == []
    one.set("batch", IMMEDIATE)
    one.advance(1001)
    assert seconds_of(subject.history) == [(0, "A"), (0, "B"), (0, "C")]


def test_only_resources_of_the_changed_progression_are_updated(one: Fixture) -> None:
    one.set("batch", timed(10))
    one.set("workflow", timed(10))
    for serial, key in ((1, "batch"), (2, "workflow")):
        one.add(serial, key)
    one.advance(0)
    one.set("workflow", timed(1))
    one.advance(1)
    assert one.log == [(1, 2, "B")]


def test_runs_of_a_batch_follow_an_immediate_batch_and_else_the_runs(one: Fixture) -> None:
    one.set("batch", timed(10))
    one.set("run", timed(3))
    one.advance(0)
    assert one.scheduler.progression(BATCH_RUNS) == timed(3)
    one.set("batch", IMMEDIATE)
    one.advance(0)
    assert one.scheduler.progression(BATCH_RUNS) == IMMEDIATE


def test_a_progression_is_read_once_in_a_request(one: Fixture) -> None:
    one.set("batch", timed(10))
    one.advance(0)
    one.set("batch", timed(1))
    assert one.scheduler.progression("batch") == timed(10)
    one.advance(0)
    assert one.scheduler.progression("batch") == timed(1)


def test_an_invalid_progression_is_an_error_until_it_is_corrected() -> None:
    class Invalid(FakeProgressions):
        valid = False

        def get(self, key: str) -> Progression:
            if self.valid:
                return super().get(key)
            raise ValueError("progression 'sideways' is not one of manual, immediate, time")

    log: list[Any] = []
    progressions = Invalid(batch=timed(10))
    scheduler = Scheduler(progressions)
    runs = FakeRunSteps(scheduler, log)
    progressions.valid = True
    scheduler.update(FakeSubject(1, log))
    progressions.valid = False
    with pytest.raises(ValueError, match="sideways"):
        scheduler.advance_due(at(10), runs)
    assert log == []
    progressions.valid = True
    scheduler.advance_due(at(20), runs)
    assert log == [(10, 1, "B"), (20, 1, "C")]


# -- registration --


def test_a_resource_in_a_stable_state_is_not_scheduled(one: Fixture) -> None:
    one.set("batch", timed(10))
    subject = one.add(1)
    subject.move("next", at(1))
    subject.move("next", at(2))
    one.scheduler.update(subject)
    one.advance(1000)
    assert one.log == []


def test_a_removed_resource_is_not_scheduled(one: Fixture) -> None:
    one.set("batch", timed(10))
    subject = one.add(1)
    one.scheduler.remove(subject)
    one.scheduler.remove(subject)
    one.advance(1000)
    one.set("batch", timed(1))
    one.advance(1001)
    assert one.log == []


def test_an_update_replaces_the_due_time(one: Fixture) -> None:
    one.set("batch", timed(10))
    subject = one.add(1)
    subject.since = at(5)
    one.scheduler.update(subject)
    one.advance(14)
    assert one.log == []
    one.advance(15)
    assert one.log == [(15, 1, "B")]


def test_free_slots_are_given_after_all_steps_of_a_time(one: Fixture) -> None:
    one.set("batch", timed(10))
    one.add(1)
    one.runs.start_later.append(FakeSubject(2, one.log, "workflow"))
    one.set("workflow", IMMEDIATE)
    one.advance(10)
    # The resource that started is due at the same time; then slots are given again.
    assert one.log == [(10, 1, "B"), (10, 2, "B"), (10, 2, "C")]
    assert one.runs.starts == [at(10)] * 2


# -- cost --


@pytest.fixture
def pops(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """All entries that are taken from the heap."""
    popped: list[object] = []

    def heappop(heap: list[Any]) -> Any:
        popped.append(heap[0])
        return heapq.heappop(heap)

    monkeypatch.setattr("moto_omics_batch.domain.scheduler.heappop", heappop)
    return popped


@pytest.mark.parametrize("progression", [MANUAL, timed(100)])
def test_nothing_due_does_nothing(
    one: Fixture, pops: Sequence[object], progression: Progression
) -> None:
    one.set("batch", progression)
    for serial in range(500):
        one.add(serial)
    for second in range(100):
        one.advance(second)
    assert (len(pops), one.log, one.runs.starts) == (0, [], [])


def test_only_what_is_due_is_taken_from_the_heap(one: Fixture, pops: Sequence[object]) -> None:
    one.set("batch", timed(100))
    for serial in range(500):
        one.add(serial, created=serial)
    one.advance(104)
    assert len(pops) == 5
