"""What `moto_omics_batch.faults` asks of the backend: faults, quotas, moving on, looking back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from ..domain.failures import BatchFailure, SubmissionFailure
from ..domain.faults import Fault
from ..domain.life import Progression
from ..domain.lifecycle import status_of
from ..domain.runs import Plan, RunBlock
from ..wire.model import plane
from .runs import RunOperations
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
        fault = self.faults.add(kind, plane(), **words)
        for block in list(self.runs):
            for index, plan in self._plans(block, range(block.size), (fault,)).items():
                block.plan(index, plan)

    def release_runs(self, match: Mapping[str, str]) -> None:
        """Runs that hang go on: those that match, or all."""
        self.faults.remove("run_hangs", match)
        for block in self.runs:
            for index in block.hanging():
                facts = self.run_facts(block, index)
                if all(facts.get(name) == value for name, value in match.items()):
                    block.plan(index, None)

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

    def planned(self, block: RunBlock, indexes: range) -> Mapping[int, Plan]:
        """What is to become of runs that come to life."""
        if not (self.faults.any("run_fails") or self.faults.any("run_hangs")):
            return {}
        return self._plans(block, indexes, None)

    def _plans(
        self, block: RunBlock, indexes: range, faults: Collection[Fault] | None
    ) -> dict[int, Plan]:
        plans = {}
        for index in indexes if block.active else ():
            if block.has(index) and (plan := self._plan(self.run_facts(block, index), faults)):
                plans[index] = plan
        return plans

    def _plan(
        self, facts: Mapping[str, str | None], faults: Collection[Fault] | None
    ) -> Plan | None:
        for kind in ("run_fails", "run_hangs"):
            if fault := self.faults.strike(kind, facts, faults):
                effect = fault.effect
                return Plan(effect["at"], effect.get("failureReason"), effect.get("statusMessage"))
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
        now = self.now()
        if batch := self.batches.get(id):
            while batch.status != to:
                before = (batch.status, batch.submission_summary(), batch.counts())
                batch.shown = True
                batch.describe(_STEP, _STEP, now)
                if before == (batch.status, batch.submission_summary(), batch.counts()):
                    raise ValueError(f"batch {id} does not come to {to}: {self._past(id)}")
            batch.shown = True
            return
        found = self.runs.find(id)
        if found is None:
            raise ValueError(f"there is no batch and no run {id}")
        block, index = found
        while block.status_of(index) != to:
            state = block.state(index)
            block.step_one(index, now)
            if block.state(index) == state:
                raise ValueError(f"run {id} does not come to {to}: {self._past(id)}")

    def _past(self, id: str) -> str:
        return f"it went through {', '.join(status for status, _ in self.history(id))}"

    def history(self, id: str) -> list[tuple[str, datetime]]:
        """(status, time) pairs. Raises ValueError for an unknown id."""
        if batch := self.batches.get(id):
            return statuses(batch.history)
        found = self.runs.find(id)
        if found is None:
            raise ValueError(f"there is no batch and no run {id}")
        block, index = found
        return statuses(block.history(index))


def statuses(history: list[tuple[datetime, str]]) -> list[tuple[str, datetime]]:
    """A history as AWS would tell it: two states of one status are one."""
    told: list[tuple[str, datetime]] = []
    for time, state in history:
        if not told or told[-1][0] != status_of(state):
            told.append((status_of(state), time))
    return told
