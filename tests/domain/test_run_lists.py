"""Lists of runs: filters, pages, and the order of creation over several submissions."""

from __future__ import annotations

import random
from itertools import islice

import pytest

from moto_omics_batch.domain import run_selection
from moto_omics_batch.domain.run_registry import RunFilter
from moto_omics_batch.domain.run_selection import RunNames, RunRef, matches, select
from tests.domain.engine import Engine
from tests.domain.helpers import IMMEDIATE, FakeBatch, at, block, finish, timed

GROUP, OTHER = "1111111", "2222222"
ALL = RunFilter()


def _listed(engine: Engine, wanted: RunFilter = ALL, after: int = -1) -> list[str]:
    return [run.id for _, run in engine.registry.list(wanted, after)]


def test_segments_of_slow_submissions_are_listed_in_order_of_creation() -> None:
    engine = Engine()
    first, second = (engine.add_block(4, batch=FakeBatch(f"700000{n}")) for n in range(2))
    engine.submit(first, range(2))
    single = engine.start_run()
    engine.submit(second, range(1))
    engine.submit(first, range(2, 4), failed=(3,))
    engine.submit(second, range(1, 4), failed=(2,))
    expected = [first.id_of(0), first.id_of(1), single.id, second.id_of(0), first.id_of(2)]
    expected += [second.id_of(1), second.id_of(3)]
    assert _listed(engine) == expected
    assert [place for place, _ in engine.registry.list(ALL, -1)] == [0, 1, 2, 3, 4, 6, 8]
    assert _listed(engine, RunFilter(batch_id="7000000")) == [first.id_of(i) for i in range(3)]
    for after in range(-1, 9):
        listed = [place for place, _ in engine.registry.list(ALL, after)]
        assert listed == [place for place in (0, 1, 2, 3, 4, 6, 8) if place > after]


# -- filters --


def _varied() -> tuple[Engine, list[tuple[RunRef, RunFilter]]]:
    """Return runs of all kinds, in order of creation, with the values that select them."""
    chance, engine = random.Random(4), Engine(run=IMMEDIATE)
    blocks = []
    for number in range(8):
        group = {"runGroupId": chance.choice([GROUP, OTHER])} if number % 3 else {}
        if number % 2:
            blocks.append(engine.add_block(1, name=chance.choice("ab"), **group))
        else:
            batch = FakeBatch(f"700000{number}")
            batch.own = {i: {"name": chance.choice("ab")} for i in range(0, 90, 2)}
            blocks.append(engine.add_block(90, batch=batch, name="b", **group))
    runs: list[tuple[RunRef, RunFilter]] = []
    for stop in (40, 90):
        for made in blocks:
            indexes = range(made.submitted_up_to, min(stop, made.size))
            failed = set(chance.sample(indexes, len(indexes) // 4))
            if indexes:
                engine.submit(made, indexes, failed)
            runs += [(RunRef(made, i), ALL) for i in indexes if i not in failed]
    for run, _ in runs:
        _move_somehow(engine, chance, run)
    return engine, [(run, _values(run)) for run, _ in runs if run.block.findable(run.index)]


def _move_somehow(engine: Engine, chance: random.Random, run: RunRef) -> None:
    action = chance.choice(["stay", "stay", "cancel", "finish", "delete"])
    if action == "cancel":
        engine.move(run.block, run.index, "cancel")
    elif action == "finish":
        finish(run.block, index=run.index)
    elif action == "delete":
        finish(run.block, index=run.index)
        engine.move(run.block, run.index, "delete")


def _values(run: RunRef) -> RunFilter:
    settings = run.block.settings
    return RunFilter(
        name=run.block.setting(run.index, "name"),
        status=run.status,
        batch_id=run.block.batch_id,
        run_group_id=settings.get("runGroupId"),
    )


def _wanted(run: RunFilter, wanted: RunFilter) -> bool:
    pairs = zip(run, wanted, strict=True)
    return all(filtered in (None, value) for value, filtered in pairs)


@pytest.mark.parametrize("name", [None, "b", "c"])
@pytest.mark.parametrize("status", [None, "PENDING", "STOPPING", "FAILED"])
def test_filters_are_combined(
    name: str | None, status: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, runs = _varied()
    for most_sorted in (4096, 10):
        monkeypatch.setattr(run_selection, "MOST_SORTED", most_sorted)
        for batch_id in (None, "7000002", "7000009"):
            for group in (None, GROUP, "3333333"):
                wanted = RunFilter(name, status, batch_id, group)
                expected = [run.id for run, values in runs if _wanted(values, wanted)]
                assert _listed(engine, wanted) == expected, wanted


def test_pages_of_a_filtered_list_continue_from_any_position() -> None:
    engine, _ = _varied()
    for wanted in (
        RunFilter(name="b"),
        RunFilter(status="PENDING"),
        RunFilter(status="COMPLETED", batch_id="7000000"),
        RunFilter(run_group_id=GROUP),
    ):
        everything = list(engine.registry.list(wanted, -1))
        assert everything
        paged, after = [], -1
        while page := list(islice(engine.registry.list(wanted, after), 7)):
            paged += page
            after = page[-1][0]
        assert paged == everything


def test_a_filter_follows_the_status_of_runs() -> None:
    engine = Engine(run=timed(10))
    runs = engine.start_runs(2)
    for second, status in ((0, "PENDING"), (10, "STARTING"), (20, "RUNNING"), (40, "COMPLETED")):
        engine.advance(second)
        assert _listed(engine, RunFilter(status=status)) == [runs.id_of(0), runs.id_of(1)]
        assert _listed(engine, RunFilter(status="STOPPING")) == []


def test_runs_of_a_batch_are_found_by_the_names_of_their_entries() -> None:
    batch = FakeBatch()
    batch.own = {0: {"name": "x"}, 2: {"name": "x"}, 3: {"name": "y"}}
    runs = block(4, submitted=False, batch=batch, name="shared")
    names = RunNames(runs)
    assert names.find("x") == []
    runs.submit(range(2), (), 0, at(0))
    assert (names.find("x"), names.find("shared")) == ([0], [1])
    runs.submit(range(2, 4), (3,), 2, at(0))
    assert (names.find("x"), names.find("y")) == ([0, 2], [])


def test_runs_of_a_block_are_selected_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = block(6)
    finish(runs, index=4)
    finish(runs, index=1)
    for most_sorted in (4096, 0):
        monkeypatch.setattr(run_selection, "MOST_SORTED", most_sorted)
        assert list(select(runs)) == [0, 1, 2, 3, 4, 5]
        assert list(select(runs, 1, "PENDING")) == [2, 3, 5]
        assert list(select(runs, status="COMPLETED")) == [1, 4]
        assert list(select(runs, status="FAILED")) == []
        assert list(select(runs, 1, "COMPLETED", [1, 2, 4])) == [4]


def test_long_segments_are_not_searched_run_by_run(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine()
    runs = engine.start_runs(500)
    finish(runs, index=400)
    looked_at: list[int] = []

    def counted(block: object, index: int, status: str | None) -> bool:
        looked_at.append(index)
        return matches(runs, index, status)

    monkeypatch.setattr("moto_omics_batch.domain.run_registry.matches", counted)
    assert _listed(engine, RunFilter(status="COMPLETED")) == [runs.id_of(400)]
    assert len(looked_at) <= 1
