"""Resources in the order of their creation, with pages that begin anywhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto_omics_batch.domain.ordered import Ordered


@dataclass(frozen=True)
class Thing:
    """A resource with a place in the order of creation."""

    serial: int


def test_resources_are_in_order_of_creation() -> None:
    ordered: Ordered[Thing] = Ordered()
    things = [Thing(serial) for serial in (3, 4, 8, 9)]
    for thing in things:
        ordered.add(thing)
    assert list(ordered) == things
    assert len(ordered) == 4
    assert list(ordered.after(0)) == things
    assert list(ordered.after(4)) == things[2:]
    assert list(ordered.after(5)) == things[2:]
    assert list(ordered.after(9)) == []


def test_removed_resources_are_left_out() -> None:
    ordered: Ordered[Thing] = Ordered()
    things = [Thing(serial) for serial in range(5)]
    for thing in things:
        ordered.add(thing)
    ordered.remove(things[0])
    ordered.remove(things[3])
    assert list(ordered.after(-1)) == [things[1], things[2], things[4]]
    assert list(ordered.after(2)) == [things[4]]
    assert len(ordered) == 3


def test_any_sequence_of_changes_equals_a_list() -> None:
    changes = random.Random(10)
    ordered: Ordered[Thing] = Ordered()
    expected: list[Thing] = []
    for serial in range(2_000):
        if expected and changes.random() < 0.45 + 0.1 * (serial > 1_000):
            thing = expected.pop(changes.randrange(len(expected)))
            ordered.remove(thing)
        else:
            thing = Thing(serial)
            expected.append(thing)
            ordered.add(thing)
        after = changes.randrange(-1, serial + 1)
        assert list(ordered.after(after)) == [t for t in expected if t.serial > after]
    assert list(ordered) == expected


def test_the_places_of_removed_resources_are_dropped() -> None:
    ordered: Ordered[Thing] = Ordered()
    things = [Thing(serial) for serial in range(10_000)]
    for thing in things:
        ordered.add(thing)
    for thing in things[:-1]:
        ordered.remove(thing)
    assert len(ordered._serials) < 100
    assert list(ordered.after(-1)) == things[-1:]


def test_a_late_page_costs_as_much_as_the_first() -> None:
    class Counted(list[int]):
        """A list that counts the elements that are read."""

        reads = 0

        def __getitem__(self, at: Any) -> Any:
            self.reads += 1
            return super().__getitem__(at)

        def __iter__(self) -> Iterator[int]:
            raise AssertionError("all places are walked through")

    ordered: Ordered[Thing] = Ordered()
    for serial in range(100_000):
        ordered.add(Thing(serial))
    counted = Counted(ordered._serials)
    ordered._serials = counted
    assert len(list(ordered.after(99_899))) == 100
    assert counted.reads < 150
