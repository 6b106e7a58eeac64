"""Run slots: which waiting run starts next, and how many active runs the limits admit."""

from __future__ import annotations

from typing import Any

import pytest

from moto_omics_batch.domain.runs import Cohort
from moto_omics_batch.domain.slots import Slots
from tests.domain.helpers import FakeSlotLimits, at, block

A, B = "1111111", "2222222"


class Fixture:
    """Slots with limits, and cohorts of new runs that wait."""

    def __init__(self) -> None:
        self.limits = FakeSlotLimits()
        self.slots = Slots(self.limits)

    def wait(
        self, serial: int, since: float = 0, size: int = 1, group: str | None = None
    ) -> Cohort:
        settings: dict[str, Any] = {} if group is None else {"runGroupId": group}
        cohort = block(size, serial=serial, **settings).cohort_of(0)
        self.slots.wait(cohort, at(since))
        return cohort

    def started(self) -> list[int]:
        """Start all runs that can start; return their places in the order of creation."""
        started: list[int] = []
        while found := self.slots.next():
            cohort, room, bound = found
            since, cohort.waiting_since = cohort.waiting_since, None
            assert since is not None
            runs = cohort.block
            if room is not None and bound is not None:
                room = min(room, sum(runs.serial_of(i) < bound for i in cohort.members()))
            part = cohort if room is None else runs.split(cohort, room)
            started += [runs.serial_of(index) for index in part.members()]
            self.slots.occupy(runs.settings.get("runGroupId"), part.count)
            if part is not cohort:
                self.slots.wait(cohort, since)
        return started


@pytest.fixture
def one() -> Fixture:
    return Fixture()


# -- limits --


def test_without_limits_there_is_always_room(one: Fixture) -> None:
    one.slots.occupy(A, 1000)
    assert (one.slots.room(None), one.slots.room(A)) == (None, None)
    assert one.slots.could_start(A, 0)


def test_the_smaller_limit_counts(one: Fixture) -> None:
    one.limits.active, one.limits.groups = 10, {A: 3, B: 20}
    one.slots.occupy(A, 2)
    one.slots.occupy(None, 1)
    assert (one.slots.room(None), one.slots.room(A), one.slots.room(B)) == (7, 1, 7)
    one.slots.occupy(A, -2)
    assert (one.slots.room(None), one.slots.room(A)) == (9, 3)


def test_room_is_never_negative(one: Fixture) -> None:
    one.slots.occupy(None, 5)
    one.limits.active = 3
    assert one.slots.room(None) == 0


@pytest.mark.parametrize(
    ("most", "active", "own", "possible"),
    [(0, 0, 0, False), (1, 0, 0, True), (1, 1, 0, False), (1, 1, 1, True), (2, 1, 0, True)],
)
def test_a_run_could_start_once_runs_of_its_batch_have_ended(
    one: Fixture, most: int, active: int, own: int, possible: bool
) -> None:
    one.limits.active = most
    one.slots.occupy(None, active)
    assert one.slots.could_start(None, own) is possible


# -- order --


def test_runs_start_in_the_order_in_which_they_began_to_wait(one: Fixture) -> None:
    for serial, since in ((1, 20), (2, 10), (3, 10), (0, 30)):
        one.wait(serial, since)
    assert one.started() == [2, 3, 1, 0]


def test_the_order_of_creation_counts_across_run_groups(one: Fixture) -> None:
    for serial, group in ((4, A), (1, B), (3, None), (2, A)):
        one.wait(serial, group=group)
    assert one.started() == [1, 2, 3, 4]


def test_a_full_run_group_does_not_block_others(one: Fixture) -> None:
    one.limits.groups = {A: 1}
    for serial, group in ((1, A), (2, A), (3, B), (4, None)):
        one.wait(serial, group=group)
    assert one.started() == [1, 3, 4]
    one.slots.occupy(A, -1)
    assert one.started() == [2]


def test_a_full_account_blocks_all(one: Fixture) -> None:
    one.limits.active = 2
    for serial, group in ((1, A), (2, B), (3, None)):
        one.wait(serial, group=group)
    assert one.started() == [1, 2]
    assert one.slots.next() is None
    assert one.slots.waiting()


def test_nobody_waits(one: Fixture) -> None:
    assert not one.slots.waiting()
    assert one.slots.next() is None


# -- parts of cohorts --


def test_a_whole_cohort_starts_without_limits(one: Fixture) -> None:
    cohort = one.wait(1, size=5)
    assert one.slots.next() == (cohort, None, None)


def test_as_many_runs_of_a_cohort_start_as_there_is_room(one: Fixture) -> None:
    one.limits.active = 3
    cohort = one.wait(0, size=5)
    assert one.slots.next() == (cohort, 3, None)
    one.slots.wait(cohort, at(0))
    assert one.started() == [0, 1, 2]
    one.slots.occupy(None, -3)
    assert one.started() == [3, 4]


def test_a_part_of_a_cohort_starts_before_a_run_created_in_between(one: Fixture) -> None:
    one.limits.active = 100
    cohort = one.wait(0, size=6)
    one.slots.wait(cohort.block.detach(cohort, [2, 4]), at(0))
    assert one.slots.next() == (cohort, 100, 2)
    one.slots.wait(cohort, at(0))
    assert one.started() == [0, 1, 2, 3, 4, 5]


def test_runs_that_began_to_wait_later_do_not_divide_a_cohort(one: Fixture) -> None:
    one.limits.active = 100
    cohort = one.wait(0, size=6)
    one.slots.wait(cohort.block.detach(cohort, [2]), at(1))
    assert one.slots.next() == (cohort, 100, None)
    one.slots.wait(cohort, at(0))
    assert one.started() == [0, 1, 3, 4, 5, 2]


def test_runs_of_a_full_group_do_not_divide_a_cohort(one: Fixture) -> None:
    one.limits.active, one.limits.groups = 100, {A: 0}
    one.wait(2, group=A)
    cohort = one.wait(0, size=4)
    assert one.slots.next() == (cohort, 100, None)


def test_a_cohort_whose_first_run_left_is_sorted_anew(one: Fixture) -> None:
    cohort = one.wait(0, size=3)
    one.wait(1)
    one.limits.active = 1
    first = cohort.block.detach(cohort, [0, 1])
    assert (first.first, cohort.serial) == (0, 2)
    assert one.started() == [1]
    one.slots.occupy(None, -1)
    assert one.started() == [2]


# -- runs that no longer wait --


def test_runs_that_left_the_queue_are_dropped(one: Fixture) -> None:
    for serial in range(3):
        one.wait(serial).waiting_since = None
    one.wait(3)
    assert one.started() == [3]
    assert not one.slots.waiting()


def test_an_empty_queue_is_noticed_by_the_next_look_up(one: Fixture) -> None:
    one.wait(1, group=A).waiting_since = None
    assert one.slots.waiting()
    assert one.slots.next() is None
    assert not one.slots.waiting()


def test_runs_that_wait_again_lose_their_place(one: Fixture) -> None:
    again = one.wait(1, since=0)
    one.wait(2, since=5)
    again.waiting_since = None
    one.slots.wait(again, at(10))
    assert one.started() == [2, 1]


# -- limits that change --


def test_a_raised_limit_admits_more_runs(one: Fixture) -> None:
    one.limits.active, one.limits.groups = 1, {A: 0}
    for serial, group in ((1, A), (2, None), (3, None)):
        one.wait(serial, group=group)
    assert one.started() == [2]
    one.limits.active = 2
    assert one.started() == [3]
    one.limits.groups[A] = 5
    assert one.started() == []
    one.limits.active = None
    assert one.started() == [1]


def test_a_lowered_limit_stops_no_run_and_starts_none(one: Fixture) -> None:
    one.limits.active = 3
    one.wait(1, size=5)
    assert len(one.started()) == 3
    one.limits.active = 1
    one.slots.occupy(None, -2)
    assert one.started() == []
    one.slots.occupy(None, -1)
    assert one.started() == [4]
