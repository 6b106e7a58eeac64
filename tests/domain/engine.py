"""An account's scheduler, slots, registry and transitions, with fakes for the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from moto_omics_batch.domain.batch import Batch, SettingsObject
from moto_omics_batch.domain.failures import BatchFailure, SubmissionFailure
from moto_omics_batch.domain.faults import Faults
from moto_omics_batch.domain.life import Progression
from moto_omics_batch.domain.lifecycle import Lifecycle
from moto_omics_batch.domain.outcomes import InjectedOutcome
from moto_omics_batch.domain.run_registry import RunRegistry
from moto_omics_batch.domain.run_selection import RunRef
from moto_omics_batch.domain.run_transitions import RunTransitions
from moto_omics_batch.domain.runs import Cohort, RunBlock
from moto_omics_batch.domain.scheduler import BATCH_RUNS, Scheduler
from moto_omics_batch.domain.slots import Slots
from moto_omics_batch.domain.tables import BATCH, RUN
from moto_omics_batch.domain.usage import Usage
from tests.domain.helpers import (
    FIRST_ID,
    PER_RUN,
    START,
    UUID,
    FakeBatch,
    FakeChance,
    FakeProgressions,
    FakeRunObserver,
    FakeSlotLimits,
    at,
    block,
)


class OutcomesOfFaults:
    """The outcomes of runs that only fail by faults, which do not depend on the time."""

    def __init__(self, faults: Faults):
        self._faults = faults

    def any_for_runs(self, block: RunBlock, status: str) -> bool:
        return self._faults.any_for_runs(block, status)

    def outcome_for(
        self, block: RunBlock, index: int, status: str, at: datetime, *, may_hold: bool
    ) -> InjectedOutcome | None:
        return self._faults.outcome_for(block, index, status, may_hold=may_hold)


class Engine:
    """The scheduler, slots, registry, faults and transitions of one account, with fakes."""

    def __init__(self, active_runs: int | None = None, **progressions: Progression):
        self.progressions = FakeProgressions(**progressions)
        self.limits = FakeSlotLimits(active_runs)
        self.chance = FakeChance()
        self.faults = Faults(self.chance)
        self.observer = FakeRunObserver()
        self.usage = Usage()
        self.scheduler = Scheduler(self.progressions)
        self.slots = Slots(self.limits)
        self.registry = RunRegistry(self.slots, self.usage, self.observer)
        self.transitions = RunTransitions(self.scheduler, self.slots, OutcomesOfFaults(self.faults))
        self.services = FakeServices(self)
        self._next_id = FIRST_ID
        self._batches = 0

    # -- creating --

    def add_block(self, size: int, **arguments: Any) -> RunBlock:
        """Add a block without runs to the registry."""
        first, self._next_id = self._next_id, self._next_id + size
        made = block(size, submitted=False, first=first, listener=self.registry, **arguments)
        self.registry.add(made)
        return made

    def submit(
        self,
        block: RunBlock,
        indexes: range | None = None,
        failed: Collection[int] = (),
        seconds: float = 0,
    ) -> None:
        """Create runs of a block: all, or those at ``indexes``."""
        indexes = range(block.size) if indexes is None else indexes
        if cohort := self.registry.submit(block, indexes, failed, at(seconds)):
            self.scheduler.update(cohort)

    def start_run(self, seconds: float = 0, **arguments: Any) -> RunRef:
        """Create a single run, as StartRun does."""
        made = self.add_block(1, **arguments)
        self.submit(made, seconds=seconds)
        return RunRef(made, 0)

    def start_runs(self, size: int = 4, seconds: float = 0, **arguments: Any) -> RunBlock:
        """Create the runs of a batch that has no lifecycle of its own."""
        made = self.add_block(size, **{"batch": FakeBatch(), **arguments})
        self.submit(made, seconds=seconds)
        return made

    def start_batch(
        self,
        *setting_ids: str,
        source: Sequence[Mapping[str, Any]] | SettingsObject | None = None,
        lifecycle: Lifecycle = BATCH,
        default: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> Batch:
        """Create a batch with these entries, as StartRunBatch does."""
        self._batches += 1
        created = Batch(
            id=str(7_000_000 + self._batches),
            arn=f"arn:batch/{self._batches}",
            uuid=UUID,
            serial=self._batches,
            params={"defaultRunSetting": default or {}, **params},
            resolved={},
            source=[{"runSettingId": s} for s in setting_ids] if source is None else source,
            per_run=PER_RUN,
            services=self.services,
            now=START,
            lifecycle=lifecycle,
        )
        self.scheduler.update(created)
        return created

    # -- requests --

    def advance(self, seconds: float) -> None:
        """Apply what is due, as every request does."""
        self.scheduler.advance_due(at(seconds), self.transitions)
        if self.slots.waiting():
            self.scheduler.apply(at(seconds), self.transitions)

    def move(self, block: RunBlock, index: int, event: str, seconds: float = 0) -> None:
        """Let one run make the transition of a request, as CancelRun and DeleteRun do."""
        cohort = block.cohort_of(index)
        RUN.next(cohort.state, event)
        self.transitions.apply(self.transitions.detach(cohort, [index]), event, at(seconds))

    def get_run(self, block: RunBlock, index: int, seconds: float = 0) -> str:
        """Describe one run, as GetRun does; return its status."""
        self.advance(seconds)
        run = RunRef(block, index)
        progression = self.scheduler.progression(run.cohort.progression_key)
        if progression.kind == "manual" and not run.cohort.stable:
            cohort = self.transitions.detach(run.cohort, [index])
            self.transitions.describe([cohort], progression, at(seconds))
        self.advance(seconds)
        self.transitions.report(run)
        return run.status

    def describe_runs(self, block: RunBlock, seconds: float = 0) -> None:
        """Describe all runs together and report them, as GetBatch does."""
        progression = self.scheduler.progression(BATCH_RUNS)
        cohorts = block.cohorts(RUN.automatic_event)
        self.transitions.describe(cohorts, progression, at(seconds))
        self.advance(seconds)
        self.transitions.report_all(block)

    def get_batch(self, batch: Batch, seconds: float = 0) -> str:
        """Describe a batch, as GetBatch does; return its status."""
        self.advance(seconds)
        runs = self.scheduler.progression(BATCH_RUNS)
        own = self.scheduler.progression(batch.progression_key)
        if batch.reported and batch.waits_for_runs and batch.block and runs.kind == "manual":
            cohorts = batch.block.cohorts(RUN.automatic_event)
            self.transitions.describe(cohorts, runs, at(seconds))
        if own.kind == "manual" and not batch.stable and batch.describe(own.times):
            batch.step(at(seconds))
            self.scheduler.update(batch)
        self.advance(seconds)
        batch.reported = True
        if batch.block is not None:
            self.transitions.report_all(batch.block)
        return batch.status

    def request(self, batch: Batch, act: Callable[[datetime], None], seconds: float) -> None:
        """Apply what is due, then make a request for a batch."""
        self.advance(seconds)
        act(at(seconds))
        self.scheduler.update(batch)

    def until(self, batch: Batch, status: str, seconds: float = 0) -> None:
        """Describe a batch until it has a status."""
        for _ in range(20):
            if batch.status == status:
                return
            self.get_batch(batch, seconds)
        raise AssertionError(f"never {status}: {batch.history}")


class FakeServices:
    """BatchServices on top of an engine; what fails is set by the test."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self.per_step: int | None = None
        self.batch_failure: BatchFailure | None = None
        self.all_entries_fail: SubmissionFailure | None = None
        self.entry_failures: dict[str, SubmissionFailure] = {}
        #: The faults that each next try of an entry meets.
        self.faults: dict[str, list[SubmissionFailure]] = {}
        self.refused: dict[str, list[int]] = {}
        self.changes: list[tuple[str, str, datetime]] = []
        self.checks_at: list[datetime] = []

    def injected_failure(self, batch: Batch) -> BatchFailure | None:
        return self.batch_failure

    def create_block(self, batch: Batch, size: int) -> RunBlock:
        return self._engine.add_block(size, batch=batch, **batch.default)

    def entries_per_step(self) -> int | None:
        return self.per_step

    def unavailable(self, batch: Batch) -> SubmissionFailure | None:
        return self.all_entries_fail

    def entry_check(self, batch: Batch, at: datetime) -> FakeServices:
        self.checks_at.append(at)
        return self

    @property
    def any_injected(self) -> bool:
        return bool(self.faults)

    def injected(self, entry: Mapping[str, Any]) -> SubmissionFailure | None:
        left = self.faults.get(entry["runSettingId"])
        return left.pop(0) if left else None

    def failure(self, entry: Mapping[str, Any]) -> SubmissionFailure | None:
        return self.entry_failures.get(entry["runSettingId"])

    def create_runs(
        self, block: RunBlock, indexes: range, failed: Collection[int], at: datetime
    ) -> None:
        if cohort := self._engine.registry.submit(block, indexes, failed, at):
            self._engine.scheduler.update(cohort)

    def refused_runs(self, batch: Batch, event: str) -> list[int]:
        return self.refused.get(event, [])

    def move_runs(self, cohort: Cohort, event: str, at: datetime) -> None:
        self._engine.transitions.apply(cohort, event, at)

    def detach_runs(self, cohort: Cohort, indexes: list[int]) -> Cohort:
        return self._engine.transitions.detach(cohort, indexes)

    def suspend_runs(self, block: RunBlock, suspended: bool, at: datetime) -> None:
        self._engine.transitions.suspend(block, suspended, at)

    def batch_changed(self, batch: Batch, at: datetime) -> None:
        self.changes.append((batch.id, batch.status, at))
