"""Builders and fakes for the tests of the domain."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from moto_omics_batch.domain.ids import Uuids
from moto_omics_batch.domain.life import Progression
from moto_omics_batch.domain.run_selection import RunRef
from moto_omics_batch.domain.runs import Cohort, RunBlock
from moto_omics_batch.domain.scheduler import BATCH_RUNS
from moto_omics_batch.domain.tables import RUN
from moto_omics_batch.domain.tasks import Tasks, TaskSpec

START = datetime(2026, 10, 1, 12)
UUID = "1758cc9c-71c8-4607-8368-f0458afcc0c9"
FIRST_ID = 1_000_000
PER_RUN = ("name", "outputUri", "priority", "parameters", "runTags")

MANUAL = Progression("manual")
IMMEDIATE = Progression("immediate")


def timed(seconds: float) -> Progression:
    """Return a progression by time."""
    return Progression("time", seconds=seconds)


def at(seconds: float) -> datetime:
    """Return the time ``seconds`` after START."""
    return START + timedelta(seconds=seconds)


def seconds_of(history: Iterable[tuple[datetime, str]]) -> list[tuple[float, str]]:
    """Return a history with seconds after START in place of times."""
    return [((time - START).total_seconds(), state) for time, state in history]


class FakeRunListener:
    """A RunListener that records what it is notified of."""

    def __init__(self) -> None:
        self.created: list[tuple[list[int], datetime]] = []
        self.moves: list[tuple[list[int], str, str, datetime]] = []
        self.parts: list[list[int]] = []

    def submitted(self, cohort: Cohort, at: datetime) -> None:
        self.created.append((list(cohort.members()), at))

    def moved(self, cohort: Cohort, before: str, at: datetime) -> None:
        self.moves.append((list(cohort.members()), before, cohort.state, at))

    def separated(self, part: Cohort) -> None:
        self.parts.append(list(part.members()))


class FakeRunObserver:
    """A RunObserver that records (run ids, status, time)."""

    def __init__(self) -> None:
        self.changes: list[tuple[list[str], str, datetime]] = []

    def runs_changed(
        self, block: RunBlock, status: str, indexes: Iterable[int], at: datetime
    ) -> None:
        runs = [RunRef(block, index) for index in indexes]
        assert {run.status for run in runs} == {status}
        self.changes.append(([run.id for run in runs], status, at))


class FakeSlotLimits:
    """SlotLimits that a test sets."""

    def __init__(self, active_runs: int | None = None, **max_runs: int):
        self.active = active_runs
        self.groups: dict[str, int] = dict(max_runs)

    def active_runs(self) -> int | None:
        return self.active

    def max_runs(self, group_id: str) -> int | None:
        return self.groups.get(group_id)


class FakeProgressions:
    """Progressions by key; those that a test does not set are manual."""

    keys: Sequence[str] = ("batch", "run", BATCH_RUNS, "workflow")

    def __init__(self, **progressions: Progression):
        self.set_to: dict[str, Progression] = dict(progressions)
        self.reads = 0

    def get(self, key: str) -> Progression:
        self.reads += 1
        if key == BATCH_RUNS:
            batch = self.get("batch")
            return batch if batch.kind == "immediate" else self.get("run")
        return self.set_to.get(key, MANUAL)


class FakeChance:
    """A Chance: a fraction that depends on the key only, or one that the test sets."""

    def __init__(self, fraction: float | None = None):
        self.fixed = fraction
        self.keys: list[str] = []

    def fraction(self, key: str) -> float:
        self.keys.append(key)
        return random.Random(key).random() if self.fixed is None else self.fixed


class FakeBatch:
    """An OwnerBatch without a lifecycle. The entry at 2 has the runSettingId ``s2``."""

    serial = 0
    progression_key = "batch"
    stable = True
    gone = False

    def __init__(self, id: str = "7000000", name: str | None = "cohort", **default: Any):
        self.id = id
        self.name = name
        self.default = default
        self.own: dict[int, dict[str, Any]] = {}

    def setting_id(self, index: int) -> str:
        return f"s{index}"

    def overrides(self, index: int) -> Mapping[str, Any]:
        return self.own.get(index, {})

    def settings_of(self, index: int) -> Mapping[str, Any]:
        return {**self.default, **self.overrides(index)}

    def next_due(self, progression: Progression) -> datetime | None:
        raise AssertionError("a batch without a lifecycle is stable")

    def step(self, at: datetime) -> None:
        raise AssertionError("a batch without a lifecycle is stable")


def block(
    size: int = 4,
    failed: Collection[int] = (),
    *,
    submitted: bool = True,
    serial: int = 0,
    listener: Any = None,
    batch: Any = None,
    first: int = FIRST_ID,
    retention: str = "RETAIN",
    tasks: Sequence[str] = ("align",),
    **settings: Any,
) -> RunBlock:
    """Return a block; ``submitted`` creates its runs at START, except at ``failed``."""
    made = RunBlock(
        first=first,
        size=size,
        uuid=UUID,
        settings=settings,
        resolved={"retentionMode": retention},
        tasks=Tasks(first + 500_000, Uuids(UUID), [TaskSpec(name) for name in tasks]),
        listener=listener or FakeRunListener(),
        batch=batch,
    )
    if submitted:
        made.submit(range(size), failed, serial, START)
    return made


def statuses(block: RunBlock) -> list[str]:
    """Return the statuses of all runs of a block, in order."""
    return [block.cohort_of(index).status for index in range(block.size) if block.has(index)]


def finish(block: RunBlock, at: datetime = START, index: int | None = None) -> None:
    """Move the runs of a block, or one of them, to COMPLETED without a scheduler."""
    cohorts = block.cohorts() if index is None else [block.detach(block.cohort_of(index), [index])]
    for cohort in cohorts:
        while event := RUN.automatic_event(cohort.state):
            block.transition(cohort, event, at)
