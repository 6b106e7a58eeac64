"""All runs of an account: look-ups by id, lists in order of creation, filters, counts."""

from __future__ import annotations

import gc
import weakref

import pytest

from moto_omics_batch.domain.run_registry import RunFilter
from moto_omics_batch.domain.run_selection import RunRef
from tests.domain.engine import Engine
from tests.domain.helpers import IMMEDIATE, FakeBatch, at, finish, timed

GROUP = "1111111"
ALL = RunFilter()


def _listed(engine: Engine, wanted: RunFilter = ALL, after: int = -1) -> list[str]:
    return [run.id for _, run in engine.registry.list(wanted, after)]


def _delete(engine: Engine, run: RunRef) -> None:
    """Finish a run and delete it."""
    finish(run.block, index=run.index)
    engine.move(run.block, run.index, "delete")


# -- look-ups --


@pytest.fixture
def three() -> Engine:
    """Blocks of 3, 1 and 4 runs; the ids are 1000000 to 1000007."""
    engine = Engine(run=IMMEDIATE)
    engine.start_runs(3)
    engine.start_run()
    engine.start_runs(4, batch=FakeBatch("7000001"))
    return engine


@pytest.mark.parametrize(
    ("run_id", "index"),
    [("1000000", 0), ("1000002", 2), ("1000003", 0), ("1000004", 0), ("1000007", 3)],
)
def test_a_run_is_found_by_its_id(three: Engine, run_id: str, index: int) -> None:
    found = three.registry.find(run_id)
    assert found is not None
    assert (found.index, found.id) == (index, run_id)


@pytest.mark.parametrize(
    "run_id",
    [
        "0",
        "999999",
        "1000008",
        "",
        "x",
        "-1",
        "01000000",
        "\u0665" + "\u0660" * 6,
        "²",
        "9" * 18,
        "9" * 60,
    ],
)
def test_an_id_of_no_run_is_not_found(three: Engine, run_id: str) -> None:
    assert three.registry.find(run_id) is None


def test_a_run_that_is_not_submitted_is_not_found() -> None:
    engine = Engine()
    engine.submit(engine.add_block(3), range(2), failed=(1,))
    found = [engine.registry.find(f"100000{index}") for index in range(3)]
    assert [run is not None for run in found] == [True, False, False]


def test_an_empty_registry() -> None:
    engine = Engine()
    assert engine.registry.find("1000000") is None
    assert _listed(engine) == []
    assert list(engine.registry) == []
    assert engine.registry.oldest_removable() is None


def test_blocks_are_in_order_of_their_ids(three: Engine) -> None:
    assert [runs.size for runs in three.registry] == [3, 1, 4]


# -- lists --


def test_runs_are_listed_in_order_of_creation_from_any_position(three: Engine) -> None:
    everything = list(three.registry.list(ALL, -1))
    assert [place for place, _ in everything] == list(range(8))
    for after in range(8):
        assert list(three.registry.list(ALL, after)) == everything[after + 1 :]
    assert list(three.registry.list(ALL, 99)) == []


def test_a_deleted_run_is_neither_found_nor_listed(three: Engine) -> None:
    run = three.registry.find("1000005")
    assert run is not None
    _delete(three, run)
    assert three.registry.find("1000005") is None
    assert [place for place, _ in three.registry.list(ALL, -1)] == [0, 1, 2, 3, 4, 6, 7]
    assert _listed(three, after=4) == ["1000006", "1000007"]
    assert _listed(three, RunFilter(status="DELETED")) == []
    assert three.registry.stored == 7


# -- changes --


def test_the_observer_is_notified_of_changes_of_status() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(3)
    engine.advance(10)
    engine.move(runs, 1, "cancel", 15)
    engine.advance(25)
    ids = [runs.id_of(index) for index in range(3)]
    assert engine.observer.changes == [
        (ids, "PENDING", at(0)),
        (ids, "STARTING", at(10)),
        ([ids[1]], "STOPPING", at(15)),
        ([ids[0], ids[2]], "RUNNING", at(20)),
        ([ids[1]], "CANCELLED", at(25)),
    ]


def test_a_change_within_a_status_is_not_notified() -> None:
    engine = Engine(run=timed(10))
    run = engine.start_run()
    engine.advance(30)
    before = len(engine.observer.changes)
    engine.move(run.block, 0, "cancel", 31)
    assert (run.state, len(engine.observer.changes)) == ("STOPPING>CANCELLED", before)


def test_stored_runs_are_those_that_are_not_deleted() -> None:
    engine = Engine()
    runs = engine.add_block(4)
    engine.submit(runs, range(3), failed=(0,))
    assert engine.registry.stored == 2
    finish(runs)
    assert engine.registry.stored == 2
    engine.move(runs, 1, "delete")
    assert engine.registry.stored == 1


# -- runs with retentionMode REMOVE --


def _oldest(engine: Engine) -> str | None:
    run = engine.registry.oldest_removable()
    return None if run is None else run.id


def test_only_removable_runs_that_have_ended_are_removed() -> None:
    engine = Engine()
    kept, active, ended = (engine.start_run(retention=r) for r in ("RETAIN", "REMOVE", "REMOVE"))
    finish(kept.block)
    assert _oldest(engine) is None
    finish(ended.block)
    assert _oldest(engine) == ended.id
    finish(active.block)
    assert _oldest(engine) == active.id


def test_removable_runs_are_removed_in_order_of_creation() -> None:
    engine = Engine()
    singles = [engine.start_run(retention="REMOVE") for _ in range(2)]
    runs = engine.start_runs(3, retention="REMOVE")
    last = engine.start_run(retention="REMOVE")
    for index in (1, 2, 0):
        finish(runs, index=index)
    for run in (last, singles[1], singles[0]):
        finish(run.block)
    expected = [singles[0].id, singles[1].id, *(runs.id_of(i) for i in range(3)), last.id]
    removed = []
    while (oldest := engine.registry.oldest_removable()) is not None:
        removed.append(oldest.id)
        engine.move(oldest.block, oldest.index, "delete")
    assert removed == expected


def test_runs_that_ended_together_are_removed_one_by_one() -> None:
    engine = Engine()
    runs = engine.start_runs(3, retention="REMOVE")
    single = engine.start_run(retention="REMOVE")
    finish(runs)
    finish(single.block)
    removed = []
    while (oldest := engine.registry.oldest_removable()) is not None:
        removed.append(oldest.id)
        engine.move(oldest.block, oldest.index, "delete")
    assert removed == [*(runs.id_of(index) for index in range(3)), single.id]


def test_a_removable_run_that_was_deleted_is_left_out() -> None:
    engine = Engine()
    first, second = (engine.start_run(retention="REMOVE") for _ in range(2))
    for run in (first, second):
        finish(run.block)
    engine.move(first.block, 0, "delete")
    assert _oldest(engine) == second.id


# -- discarded blocks --


def test_a_discarded_block_is_neither_found_nor_listed(three: Engine) -> None:
    runs = next(iter(three.registry))
    for index in (0, 2, 1):
        _delete(three, RunRef(runs, index))
    three.registry.discard(runs)
    assert three.registry.find("1000000") is None
    assert [place for place, _ in three.registry.list(ALL, -1)] == [3, 4, 5, 6, 7]
    assert [runs.size for runs in three.registry] == [1, 4]
    assert _listed(three, RunFilter(batch_id="7000000")) == []


def test_a_discarded_block_is_released() -> None:
    engine = Engine(run=IMMEDIATE)
    references = []
    for retention in ("REMOVE", "RETAIN", "REMOVE"):
        made = engine.add_block(
            2, batch=FakeBatch(), runGroupId=GROUP, name="x", retention=retention
        )
        engine.submit(made)
        engine.advance(0)
        for cohort in made.cohorts():
            engine.transitions.apply(cohort, "delete", at(0))
        engine.registry.discard(made)
        references.append(weakref.ref(made))
    del made, cohort
    gc.collect()
    assert [reference() for reference in references] == [None] * 3
    assert engine.registry._by_setting == {}
    assert engine.registry.stored == 0
    for wanted in (ALL, RunFilter(name="x"), RunFilter(status="DELETED")):
        assert _listed(engine, wanted) == []


def test_removable_runs_remain_after_another_block_is_discarded() -> None:
    engine = Engine()
    gone, kept = (engine.start_run(retention="REMOVE") for _ in range(2))
    for run in (gone, kept):
        finish(run.block)
    for _ in range(2):
        engine.start_run()
    engine.move(gone.block, 0, "delete")
    engine.registry.discard(gone.block)
    assert _oldest(engine) == kept.id


def test_runs_of_one_run_group_are_counted_until_they_end() -> None:
    engine = Engine(run=timed(10))
    engine.limits.groups = {GROUP: 5}
    runs = engine.start_runs(3, runGroupId=GROUP)
    engine.advance(10)
    assert engine.slots.room(GROUP) == 2
    engine.move(runs, 0, "cancel", 15)
    assert engine.slots.room(GROUP) == 2
    engine.advance(25)
    assert engine.slots.room(GROUP) == 3
    engine.advance(40)
    assert engine.slots.room(GROUP) == 5
