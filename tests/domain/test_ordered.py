"""Resources in the order of their creation, with pages that begin anywhere."""

from __future__ import annotations

import random
from dataclasses import dataclass

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
