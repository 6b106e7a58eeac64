"""Ids are unique across all kinds, and every run is found by its id or by its age."""

from __future__ import annotations

import random
import uuid
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from moto_omics_batch.domain.store import RunStore

from moto_omics_batch.domain.ids import IdSpace, Uuids
from moto_omics_batch.domain.life import Progression
from moto_omics_batch.domain.runs import RunBlock

NOW = datetime(2026, 10, 1)
UUID = "1758cc9c-71c8-4607-8368-f0458afcc0c9"


def _space(seed: int = 7) -> IdSpace:
    return IdSpace(random.Random(seed).randint)


# -- ids --


def test_ids_have_seven_digits_and_follow_the_seed() -> None:
    first, second = _space(), _space()
    ids = [first.take() for _ in range(200)]
    assert ids == [second.take() for _ in range(200)]
    assert len(set(ids)) == 200
    assert {len(str(number)) for number in ids} == {7}


def test_blocks_and_single_ids_never_meet() -> None:
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


def test_many_large_blocks_find_a_place() -> None:
    space, taken = _space(), []
    for _ in range(150):
        first = space.take(100_000)
        taken.append((first, first + 100_000))
    taken.sort()
    assert all(before[1] <= after[0] for before, after in pairwise(taken))


def test_a_claimed_id_is_not_given_out() -> None:
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


# -- the store --


def _block(first: int, size: int, serial: int, **kwargs: Any) -> RunBlock:
    block = RunBlock(
        first=first,
        size=size,
        uuid=UUID,
        serial=serial,
        settings_of=lambda index: {"name": f"run {index}"},
        shared={},
        facts={},
        now=NOW,
        **kwargs,
    )
    block.add(range(size), {}, NOW)
    return block


@pytest.fixture
def store() -> RunStore:
    store = RunStore()
    store.add(_block(5_000_000, 3, serial=0))
    store.add(_block(1_000_000, 1, serial=3))
    store.add(_block(3_000_000, 4, serial=4))
    return store


@pytest.mark.parametrize(
    ("run_id", "place"),
    [("5000000", 0), ("5000002", 2), ("1000000", 0), ("3000003", 3)],
)
def test_a_run_is_found_by_its_id(store: RunStore, run_id: str, place: int) -> None:
    found = store.find(run_id)
    assert found is not None
    assert found[1] == place
    assert found[0].id_of(place) == run_id


@pytest.mark.parametrize(
    "run_id",
    [
        "0",
        "999999",
        "1000001",
        "3000004",
        "5000003",
        "",
        "x",
        "-1",
        "05000000",
        "\u0665" + "\u0660" * 6,
        "²",
        "9" * 60,
    ],
)
def test_what_is_no_id_of_a_run_is_not_found(store: RunStore, run_id: str) -> None:
    assert store.find(run_id) is None


def _listed(store: RunStore, serial: int = -1) -> list[int]:
    return [found for found, _, _ in store.after(serial, lambda block: True)]


def test_runs_are_listed_by_age_from_anywhere(store: RunStore) -> None:
    assert _listed(store) == list(range(8))
    for serial in range(8):
        assert _listed(store, serial) == list(range(serial + 1, 8))
    assert _listed(store, 99) == []


def test_blocks_that_are_not_wanted_are_passed_over(store: RunStore) -> None:
    found = store.after(-1, lambda block: block.size == 4)
    assert [serial for serial, _, _ in found] == [4, 5, 6, 7]


def test_a_deleted_run_is_not_found_and_not_listed(store: RunStore) -> None:
    place = store.find("3000001")
    assert place is not None
    block, index = place
    while block.status_of(index) != "COMPLETED":
        block.look_at(index, Progression("immediate"), NOW)
    block.move(index, "delete", NOW)
    assert store.find("3000001") is None
    assert _listed(store) == [0, 1, 2, 3, 4, 6, 7]
    assert _listed(store, 4) == [6, 7]


def test_a_discarded_block_leaves_no_trace(store: RunStore) -> None:
    place = store.find("1000000")
    assert place is not None
    store.discard(place[0])
    assert store.find("1000000") is None
    assert _listed(store) == [0, 1, 2, 4, 5, 6, 7]
    assert len(list(store)) == 2


def test_an_empty_store() -> None:
    store = RunStore()
    assert store.find("1") is None
    assert _listed(store) == []
    assert list(store) == []
