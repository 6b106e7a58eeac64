"""The test controls of batches and runs in one account and region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ...domain.faults import one_of
from ...domain.life import statuses
from ...domain.lifecycle import Lifecycle
from ...domain.run_selection import RunRef
from ...domain.runs import Cohort
from ...domain.tables import RUN
from ..resources.batches import Batch, Batches
from ..resources.context import Context
from ..resources.engine import Engine
from .reachability import Reachability


class UnknownId(ValueError):
    """Nothing has this id."""


class Controls:
    """Releasing and moving batches and runs, and their history."""

    def __init__(
        self,
        context: Context,
        *,
        engine: Engine,
        batches: Batches,
        reachability: Reachability,
    ):
        self._context = context
        self._engine = engine
        self._registry = engine.registry
        self._scheduler = engine.scheduler
        self._transitions = engine.transitions
        self._batches = batches
        self._reachability = reachability

    def release(self, match: Mapping[str, str]) -> None:
        """Let held runs go on: those with these values, or all."""
        now = self._context.now()
        for block in self._registry:
            for cohort in block.cohorts(RUN.automatic_event):
                if cohort.held:
                    indexes = [
                        index
                        for index in cohort.members()
                        if match.items() <= block.match_values(index).items()
                    ]
                    if indexes:
                        self._transitions.release(self._transitions.detach(cohort, indexes), now)

    # -- advance and history --

    def advance(self, id: str, to: str) -> None:
        """Move a batch or a run until its status is ``to``, whatever its progression.

        Raises ValueError, and moves nothing, when it cannot reach that status without a request.
        """
        found = self._find(id)
        one_of(f"{_lifecycle(found).resource} status", to, _lifecycle(found).statuses)
        pinned_before = self._pinned(found)
        self._pin(found)
        self._engine.advance()
        if not self._reaches(found, to):
            self._unpin(found, pinned_before)
            raise ValueError(self._unreachable(found, to))
        if isinstance(found, Batch):
            self._advance_batch(found, to)
        else:
            self._advance_run(found, to)
        if found.status != to:
            # A fault with `times` matched other runs than was foreseen.
            raise ValueError(self._unreachable(found, to))
        self._pin(found)

    def _pinned(self, found: Batch | RunRef) -> list[Batch | Cohort]:
        """Return the batch and the runs that stay in their state until it is reported."""
        if isinstance(found, Batch):
            cohorts = found.block.pinned_cohorts() if found.block is not None else []
            return [found, *cohorts] if found.pinned else [*cohorts]
        if not found.cohort.pinned:
            return []
        return [self._transitions.detach(found.cohort, [found.index])]

    def _pin(self, found: Batch | RunRef) -> None:
        """Keep what would move at once in its state until a response reports it."""
        key = found.progression_key if isinstance(found, Batch) else found.cohort.progression_key
        progression = self._scheduler.progression(key)
        if progression.kind == "manual" or progression.seconds > 0:
            return
        if isinstance(found, Batch):
            found.pinned = True
            self._scheduler.update(found)
            cohorts = found.block.pin() if found.block is not None else []
        else:
            cohorts = [self._transitions.detach(found.cohort, [found.index])]
            cohorts[0].pinned = True
        for cohort in cohorts:
            # Otherwise the next free slot would start it. It waits again once it was reported.
            cohort.waiting_since = None
            self._scheduler.update(cohort)

    def _unpin(self, found: Batch | RunRef, kept: list[Batch | Cohort]) -> None:
        """Take back `_pin`, except for what an earlier `advance` has pinned."""
        for subject in self._pinned(found):
            if subject not in kept:
                subject.pinned = False
                self._scheduler.update(subject)

    def _reaches(self, found: Batch | RunRef, to: str) -> bool:
        if isinstance(found, Batch):
            return self._reachability.batch_reaches(found, to)
        return self._reachability.run_reaches(found, to)

    def _advance_batch(self, batch: Batch, to: str) -> None:
        now = self._context.now()
        while batch.status != to:
            before = self._progress(batch)
            if batch.waits_for_runs and batch.block is not None:
                cohorts = batch.block.cohorts(RUN.automatic_event)
                self._transitions.step_now([c for c in cohorts if not c.held], now)
            batch.step(now)
            self._scheduler.update(batch)
            if before == self._progress(batch):
                return

    @staticmethod
    def _progress(batch: Batch) -> tuple[Any, ...]:
        """Return what a step of a batch changes."""
        submissions = batch.submissions
        trying_again = submissions.tried(submissions.attempted)
        return batch.state, trying_again, batch.submission_summary(), batch.run_counts()

    def _advance_run(self, run: RunRef, to: str) -> None:
        now = self._context.now()
        for _ in RUN.statuses:
            if run.status != to:
                cohort = self._transitions.detach(run.cohort, [run.index])
                self._transitions.step_now([cohort], now)

    def _unreachable(self, found: Batch | RunRef, to: str) -> str:
        past = ", ".join(status for status, _ in statuses(found.history))
        return (
            f"{_lifecycle(found).resource} {found.id} does not reach {to} by itself; "
            f"it went through {past}"
        )

    def history(self, id: str) -> list[tuple[str, datetime]]:
        """Return (status, time with time zone UTC) pairs of a batch or a run. Raises ValueError."""
        self._engine.advance()
        history = statuses(self._find(id).history)
        return [(status, time.replace(tzinfo=timezone.utc)) for status, time in history]

    def resource_of(self, id: str) -> str | None:
        """Return "batch" or "run", None when nothing has this id."""
        try:
            return _lifecycle(self._find(id)).resource
        except UnknownId:
            return None

    def _find(self, id: str) -> Batch | RunRef:
        """Return a batch or a run. Raises UnknownId when nothing has this id."""
        if isinstance(id, str):
            if (batch := self._batches.lookup(id)) is not None:
                return batch
            if (run := self._registry.find(id)) is not None:
                return run
        raise UnknownId(f"there is no batch and no run {id!r}")


def _lifecycle(found: Batch | RunRef) -> Lifecycle:
    return found.lifecycle if isinstance(found, Batch) else RUN
