"""Ids are unique across all kinds of resources; the UUIDs of a block count up (B3)."""

from __future__ import annotations

import random
import uuid
from itertools import pairwise

import pytest

from moto_omics_batch.domain.ids import IdSpace, Uuids
from tests.domain.helpers import UUID


def _space(seed: int = 7) -> IdSpace:
    return IdSpace(random.Random(seed).randint)


def test_ids_have_seven_digits_and_follow_the_seed() -> None:
    first, second = _space(), _space()
    ids = [first.take() for _ in range(200)]
    assert ids == [second.take() for _ in range(200)]
    assert len(set(ids)) == 200
    assert {len(str(number)) for number in ids} == {7}


def test_blocks_and_single_ids_never_overlap() -> None:
    space, chance = _space(), random.Random(1)
    taken: set[int] = set()
    for _ in range(300):
        count = chance.choice([1, 1, 7, 100, 20_000])
        first = space.take(count)
        block = set(range(first, first + count))
        assert not block & taken
        taken |= block


def test_ids_grow_when_there_is_no_room() -> None:
    tries = iter([*[1_000_000] * 9, 10_000_000])
    space = IdSpace(lambda low, high: next(tries))
    assert space.take() == 1_000_000
    assert space.take() == 10_000_000


def test_many_large_blocks_are_allocated() -> None:
    space, taken = _space(), []
    for _ in range(150):
        first = space.take(100_000)
        taken.append((first, first + 100_000))
    taken.sort()
    assert all(before[1] <= after[0] for before, after in pairwise(taken))


def test_a_claimed_id_is_not_allocated() -> None:
    numbers = iter([1_234_567, 1_234_567, 7_654_321])
    space = IdSpace(lambda low, high: next(numbers))
    space.claim(1_234_567)
    space.claim(1_234_567)
    assert space.take() == 7_654_321


def test_a_claimed_id_of_any_size() -> None:
    space = _space()
    for number in (0, 1, 10**18 - 1):
        space.claim(number)
    assert space.take() > 1


@pytest.mark.parametrize(("claimed", "first", "free"), [(5, 1, False), (5, 2, True), (5, 5, False)])
def test_a_block_may_begin_right_behind_a_claim(claimed: int, first: int, free: bool) -> None:
    # Blocks of five around a single id: one before it, one over it, one behind it.
    base = 1_000_000
    numbers = iter([base + (0 if first == 2 else first), base + 500_000])
    space = IdSpace(lambda low, high: next(numbers))
    space.claim(base + claimed)
    assert (space.take(5) == base) is free


def test_the_uuids_of_a_block_are_all_different_and_of_the_right_form() -> None:
    made = [Uuids(UUID)[index] for index in range(1000)]
    assert made[0] == UUID
    assert len(set(made)) == 1000
    assert all(str(uuid.UUID(text)) == text and uuid.UUID(text).version == 4 for text in made)


def test_the_last_group_of_a_uuid_wraps_around() -> None:
    last = UUID[:24] + "ffffffffffff"
    assert Uuids(last)[1] == UUID[:24] + "000000000000"
