"""What batches need from the rest of the backend: checks of entries, faults, runs, events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from ...domain import tags
from ...domain.batch import Batch, EntryCheck
from ...domain.failures import BatchFailure, SubmissionFailure
from ...domain.faults import Fault, Faults
from ...domain.runs import Cohort, RunBlock
from ...domain.settings import merge
from ...domain.tables import RUN
from ...wire.model import is_document, members, structure
from ...wire.request import MAX_DEPTH, deeper_than
from ...wire.validation import check_of, message
from ..exceptions import OmicsException
from .context import Context
from .engine import Engine
from .events import BatchEvents
from .run_settings import RunSettings
from .runs import Runs


def per_run_members() -> list[str]:
    """Return the members that an entry may set, as the installed model has them (B30)."""
    return [name for name in members(structure("InlineSetting")) if name != "runSettingId"]


class SubmissionRate(Protocol):
    """How fast batches submit."""

    @property
    def entries_per_step(self) -> int | None:
        """How many entries one step submits, None for all."""
        ...


class _EntryCheck:
    """Checks entries of one batch in one submission step (B61 to B64)."""

    def __init__(
        self,
        batch: Batch,
        at: datetime,
        *,
        context: Context,
        settings: RunSettings,
        faults: Faults,
        runs: Runs | None,
        preview: Counter[Fault] | None = None,
    ):
        self._batch = batch
        self._at = at
        self._preview = preview
        self._settings = settings
        self._faults = faults
        self.any_injected = faults.any("submission_fails")
        limited = context.settings.quota("stored_runs") is not None
        self._runs = runs if limited else None
        self._accepted = 0
        self._inputs = settings.inputs(batch.default)
        shape = structure("InlineSetting")
        self._constraints = check_of(shape)
        self._documents = [n for n, member in members(shape).items() if is_document(member)]
        self._shared_tags = batch.default.get("runTags") or {}
        self._rules = settings.rules(batch.default, batch.default)
        self._per_run = per_run_members()
        own_engine_settings = "engineSettings" in self._per_run
        self._engine_rules = settings.engine_rules(batch.default) if own_engine_settings else None

    def failure(self, entry: Mapping[str, Any]) -> SubmissionFailure | None:
        """Return why an entry cannot be submitted, None when it can."""
        problem = self._problem(entry)
        if problem is None and self._inputs is not None:
            merged = merge(self._batch.default, entry, self._per_run)
            problem = self._settings.s3_problem(merged, self._inputs)
        if problem is not None:
            return SubmissionFailure.invalid(problem)
        if self._runs is not None:
            retention = self._batch.resolved["retentionMode"]
            if full := self._runs.make_room(retention, self._at, self._accepted):
                return SubmissionFailure(full.code, str(full.message))
            self._accepted += 1
        return None

    def injected(self, entry: Mapping[str, Any]) -> SubmissionFailure | None:
        """Return the fault that an entry meets; a match is counted."""
        setting_id = entry["runSettingId"]
        values = {"batchName": self._batch.name, "runSettingId": setting_id}
        key = f"{self._batch.id} {setting_id}"
        fault = self._faults.find("submission_fails", values, key, preview=self._preview)
        if fault is None:
            return None
        return SubmissionFailure(fault.effect["reason"], fault.effect["message"])

    def _problem(self, entry: Mapping[str, Any]) -> str | None:
        violations: list[str] = []
        self._constraints(entry, "", violations)
        if violations:
            return message(violations)
        own_tags = entry.get("runTags")
        if own_tags and (problem := tags.problem({**self._shared_tags, **own_tags})):
            return f"runTags: {problem}"
        for name in self._documents:
            if deeper_than(entry.get(name), MAX_DEPTH):
                return f"'{name}' is nested more than {MAX_DEPTH} levels deep"
        return self._engine_problem(entry) or self._rules.problem(entry)

    def _engine_problem(self, entry: Mapping[str, Any]) -> str | None:
        if self._engine_rules is None or entry.get("engineSettings") is None:
            return None
        return self._engine_rules.problem(entry["engineSettings"])


class BatchServices:
    """The services that `domain.batch.BatchServices` describes."""

    def __init__(
        self,
        context: Context,
        *,
        rate: SubmissionRate,
        settings: RunSettings,
        engine: Engine,
        runs: Runs,
        events: BatchEvents,
    ):
        self._context = context
        self._rate = rate
        self._settings = settings
        self._faults = engine.faults
        self._runs = runs
        self._registry = engine.registry
        self._scheduler = engine.scheduler
        self._transitions = engine.transitions
        self._events = events

    def injected_failure(self, batch: Batch) -> BatchFailure | None:
        """Return the fault that fails the batch (B54)."""
        fault = self._faults.find("batch_fails", {"batchName": batch.name}, batch.id)
        if fault is None:
            return None
        transient, text = BatchFailure.transient(), fault.effect["message"]
        return transient if text == str(transient) else BatchFailure(text)

    def create_block(self, batch: Batch, size: int) -> RunBlock:
        """Reserve ids for the runs of a batch."""
        return self._runs.new_batch_block(
            batch, size, settings=batch.default, resolved=batch.resolved
        )

    def entries_per_step(self) -> int | None:
        """Return how many entries one step submits, None for all."""
        return self._rate.entries_per_step

    def unavailable(self, batch: Batch) -> SubmissionFailure | None:
        """Return why no entry can be submitted: what the batch names may be gone by now (B62)."""
        try:
            self._settings.check(batch.default, "")
        except OmicsException as gone:
            return SubmissionFailure("ResourceNotFoundException", str(gone.message))
        if problem := self._settings.role_problem(batch.default):
            return SubmissionFailure("AccessDeniedException", problem)
        return None

    def entry_check(self, batch: Batch, at: datetime) -> EntryCheck:
        """Return the check of single entries for a step at ``at``."""
        return _EntryCheck(
            batch,
            at,
            context=self._context,
            settings=self._settings,
            faults=self._faults,
            runs=self._runs,
        )

    def preview_check(self, batch: Batch, preview: Counter[Fault]) -> EntryCheck:
        """Return a check that changes nothing: it counts faults in ``preview``, and no quota."""
        return _EntryCheck(
            batch,
            batch.since,
            context=self._context,
            settings=self._settings,
            faults=self._faults,
            runs=None,
            preview=preview,
        )

    def create_runs(
        self, block: RunBlock, indexes: range, failed: Collection[int], at: datetime
    ) -> None:
        """Create runs, except at the indexes in ``failed``."""
        if cohort := self._registry.submit(block, indexes, failed, at):
            self._scheduler.update(cohort)

    def refused_runs(self, batch: Batch, event: str) -> list[int]:
        """Return the runs that `cancel_fails` or `delete_fails` protect (B80, B82)."""
        kind, block = f"{event}_fails", batch.block
        if block is None or not self._faults.any(kind):
            return []
        cohorts = block.cohorts(lambda state: RUN.allows(state, event))
        indexes = sorted(index for cohort in cohorts for index in cohort.members())
        return [
            index
            for index in indexes
            if self._faults.find(kind, block.match_values(index), block.id_of(index))
        ]

    def move_runs(self, cohort: Cohort, event: str, at: datetime) -> None:
        """Let runs make the transition of a request."""
        self._transitions.apply(cohort, event, at)

    def detach_runs(self, cohort: Cohort, indexes: list[int]) -> Cohort:
        """Return a cohort of exactly these runs."""
        return self._transitions.detach(cohort, indexes)

    def suspend_runs(self, block: RunBlock, suspended: bool, at: datetime) -> None:
        """Stop the progress of runs, or let it go on."""
        self._transitions.suspend(block, suspended, at)

    def batch_changed(self, batch: Batch, at: datetime) -> None:
        """Send the event of a batch."""
        self._events.batch_changed(batch, at)
