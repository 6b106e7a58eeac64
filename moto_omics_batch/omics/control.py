"""What `moto_omics_batch.faults` asks of the backend: faults, quotas, moving on, looking back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from ..domain.failures import BatchFailure, SubmissionFailure
from ..domain.faults import of_a_run, one_of
from ..domain.life import Progression
from ..domain.lifecycle import Lifecycle, status_of
from ..domain.run_life import Plan
from ..domain.runs import RunBlock
from ..domain.tables import BATCH, RUN
from ..wire.model import plane
from .runs import Place, RunOperations
from .tracked import Batch

_STEP = Progression("manual")


class Control(RunOperations):
    """Faults of this account and region, and the levers of a test."""

    _per_tick: int | None = None

    @contextmanager
    def working(self) -> Iterator[None]:
        """The backend for oneself; what listens hears of the changes afterwards."""
        events: list[dict[str, Any]] = []
        try:
            with self.lock:
                try:
                    yield
                finally:
                    events = self.events.take()
        finally:
            self.events.deliver(events)

    # -- faults --

    def add_fault(self, kind: str, words: Mapping[str, Any]) -> None:
        """Raises ValueError for words that do not exist."""
        self.faults.add(kind, plane(), words)

    def release_runs(self, words: Mapping[str, Any]) -> None:
        """Runs that hang go on: those that match, or all. Raises ValueError."""
        match, now = of_a_run(words), self.now()
        self.faults.remove("run_hangs", match)
        for block in self.runs:
            for index in block.hanging():
                if match.items() <= self.run_facts(block, index).items():
                    block.let_go(index, now)

    def clear_faults(self) -> None:
        """No fault is left; what hangs goes on."""
        self.release_runs({})
        self.faults.clear()
        self._per_tick = None

    def slow_submission(self, per_tick: int | None) -> None:
        """Raises ValueError unless it is a whole number above 0, or None."""
        whole = isinstance(per_tick, int) and not isinstance(per_tick, bool)
        if per_tick is not None and not (whole and per_tick > 0):
            raise ValueError(f"perTick must be a whole number above 0, not {per_tick!r}")
        self._per_tick = per_tick

    @property
    def per_tick(self) -> int | None:
        """How many entries of a batch one step submits, None for all."""
        return self._per_tick or self.config.get("submissions_per_tick")

    def run_facts(self, block: RunBlock, index: int) -> dict[str, str | None]:
        """What a fault can be matched by."""
        facts: dict[str, str | None] = {"runId": block.id_of(index)}
        if block.batch is not None:
            facts["batchName"] = block.batch.name
            facts["runSettingId"] = block.batch.setting_id(index)
        return facts

    def planned(self, block: RunBlock, indexes: Iterable[int]) -> Mapping[int, Plan]:
        """What befalls runs of one status that would go on.

        It is asked here, and not when a run is made, so that only what happens counts.
        """
        faults, plans = self.faults, {}
        for index in indexes:
            at = block.status_of(index)
            if not (faults.any("run_hangs", at) or faults.any("run_fails", at)):
                break
            if plan := self._plan(block, index, at):
                plans[index] = plan
        return plans

    def _plan(self, block: RunBlock, index: int, at: str) -> Plan | None:
        facts = self.run_facts(block, index)
        if block.may_hang(index) and self.faults.strike("run_hangs", facts, at):
            return Plan()
        if fault := self.faults.strike("run_fails", facts, at):
            return Plan(fault.effect["failureReason"], fault.effect["statusMessage"])
        return None

    def batch_failure(self, name: str | None) -> BatchFailure | None:
        """Why a batch fails when it is validated (B54)."""
        fault = self.faults.strike("batch_fails", {"batchName": name})
        if fault is None:
            return None
        transient = BatchFailure.transient()
        text = fault.effect["message"]
        return transient if text == str(transient) else BatchFailure(text)

    def submission_fault(self, name: str | None, setting_id: str) -> SubmissionFailure | None:
        """Why an entry is not submitted (B61)."""
        facts = {"batchName": name, "runSettingId": setting_id}
        fault = self.faults.strike("submission_fails", facts)
        if fault is None:
            return None
        return SubmissionFailure(fault.effect["reason"], fault.effect["message"])

    def refused_runs(self, event: str, batch: Batch) -> list[int]:
        """The runs of a batch that cannot be cancelled or deleted (B80)."""
        kind, block = f"{event}_fails", batch.runs
        if block is None or not self.faults.any(kind):
            return []
        may = block.may_follow(event)
        return [
            index
            for index in range(block.size)
            if may(index) and self.faults.strike(kind, self.run_facts(block, index))
        ]

    # -- moving on and looking back --

    def advance(self, id: str, to: str) -> None:
        """Step until the status is ``to``. Raises ValueError when it never is."""
        now, found = self.now(), self._found(id)
        if isinstance(found, Batch):
            batch = found
            if self._walk(BATCH, id, to, lambda: _standing(batch), lambda: _step(batch, now)):
                # An answer has yet to show it.
                batch.shown = False
        else:
            block, index = found
            self._walk(
                RUN,
                id,
                to,
                lambda: (block.state(index),),
                lambda: block.step_one(index, now),
            )

    def _walk(
        self,
        lifecycle: Lifecycle,
        id: str,
        to: str,
        standing: Callable[[], tuple[Any, ...]],
        step: Callable[[], None],
    ) -> bool:
        """Whether a step was needed. The first of ``standing`` is the state."""
        one_of(f"status of a {lifecycle.resource}", to, lifecycle.statuses)
        moved = False
        while status_of(state := standing()[0]) != to:
            before = standing()
            if to in _ahead(lifecycle, state):
                step()
            if standing() == before:
                past = ", ".join(status for status, _ in self._history(id))
                raise ValueError(
                    f"{lifecycle.resource} {id} does not come to {to}: it went through {past}"
                )
            moved = True
        return moved

    def history(self, id: str) -> list[tuple[str, datetime]]:
        """(status, time) pairs, as a request would find them. Raises ValueError."""
        self.settle()
        return self._history(id)

    def _history(self, id: str) -> list[tuple[str, datetime]]:
        found = self._found(id)
        if isinstance(found, Batch):
            return statuses(found.history)
        block, index = found
        return statuses(block.history(index))

    def _found(self, id: str) -> Batch | Place:
        """Raises ValueError when nothing has this id."""
        if isinstance(id, str) and (found := self.batches.get(id) or self.runs.find(id)):
            return found
        raise ValueError(f"there is no batch and no run {id!r}")


def _step(batch: Batch, now: datetime) -> None:
    """One describe that moves whatever can move."""
    batch.shown = True
    if batch.runs is not None:
        batch.runs.show()
    batch.describe(_STEP, _STEP, now)


def _standing(batch: Batch) -> tuple[Any, ...]:
    """What changes when a batch moves."""
    return batch.state, batch.submission_summary(), batch.counts()


def _ahead(lifecycle: Lifecycle, state: str) -> set[str]:
    """The statuses that a state may come to without a request."""
    found, states = set[str](), {state}
    while states:
        states = {
            row.next
            for row in lifecycle.rows
            if row.state in states and (row.by_itself or row.event.startswith("fail"))
        } - found
        found |= states
    return {status_of(state) for state in found}


def statuses(history: list[tuple[datetime, str]]) -> list[tuple[str, datetime]]:
    """A history as AWS would tell it: two states of one status are one."""
    told: list[tuple[str, datetime]] = []
    for time, state in history:
        if not told or told[-1][0] != status_of(state):
            told.append((status_of(state), time))
    return told
