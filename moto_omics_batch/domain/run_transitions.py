"""Automatic transitions of runs: outcomes, run slots, describes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice, takewhile
from typing import Protocol

from .life import Progression
from .outcomes import InjectedOutcome
from .run_selection import RunRef
from .runs import Cohort, RunBlock
from .scheduler import Scheduler
from .slots import Slots
from .tables import RUN


class Outcomes(Protocol):
    """Decides which runs fail or are held instead of making their automatic transition."""

    def any_for_runs(self, block: RunBlock, status: str) -> bool:
        """Return whether there could be an outcome for runs of a block that leave ``status``."""
        ...

    def outcome_for(
        self, block: RunBlock, index: int, status: str, at: datetime, *, may_hold: bool
    ) -> InjectedOutcome | None:
        """Return the outcome of a run that leaves ``status`` ``at`` a time.

        The match of a fault is counted.
        """
        ...


class RunTransitions:
    """Moves runs and keeps the scheduler and the slots up to date."""

    def __init__(self, scheduler: Scheduler, slots: Slots, outcomes: Outcomes):
        self._scheduler = scheduler
        self._slots = slots
        self._outcomes = outcomes

    # -- transitions that requests and failures make --

    def apply(self, cohort: Cohort, event: str, at: datetime) -> None:
        """Let all runs of a cohort make a transition. Raises InvalidTransition."""
        RUN.next(cohort.state, event)
        cohort.waiting_since = None
        block = cohort.block
        block.transition(cohort, event, at)
        self._scheduler.update(cohort)
        batch = block.batch
        if batch is not None and not block.active:
            # It may end now.
            self._scheduler.update(batch)

    def detach(self, cohort: Cohort, indexes: list[int]) -> Cohort:
        """Return a cohort of exactly these runs, which are all of ``cohort``."""
        part = cohort.block.detach(cohort, indexes)
        if part is not cohort:
            if cohort.waiting_since is not None:
                self._slots.wait(part, cohort.waiting_since)
            self._scheduler.update(part)
        return part

    def suspend(self, block: RunBlock, suspended: bool, at: datetime) -> None:
        """Stop the progress of all runs of a block, or let it go on from ``at``."""
        block.suspended = suspended
        for cohort in block.cohorts(RUN.automatic_event):
            if not suspended:
                cohort.since = max(cohort.since, at)
            cohort.waiting_since = None
            self._scheduler.update(cohort)

    def release(self, cohort: Cohort, at: datetime) -> None:
        """Let held runs go on; they are not held again in their present state."""
        cohort.held, cohort.since = False, at
        self._scheduler.update(cohort)

    def report(self, run: RunRef) -> None:
        """Record that a response reports the state of one run."""
        cohort = run.cohort
        if cohort.count == 1:
            # Runs that move by themselves need no record: only describes ask for it.
            cohort.reported = True
        if cohort.pinned:
            cohort = self.detach(cohort, [run.index])
            cohort.pinned = False
            self._scheduler.update(cohort)

    def report_all(self, block: RunBlock) -> None:
        """Record that a response reports the states of all runs of a block."""
        pinned = block.pinned_cohorts()
        block.report()
        for cohort in pinned:
            self._scheduler.update(cohort)

    # -- automatic transitions --

    def step(self, cohorts: list[Cohort], at: datetime) -> list[Cohort]:
        """Make the automatic transition of these runs, in order of creation.

        Runs in the initial state begin to wait for a slot instead; their cohorts are returned.
        """
        waiting, moving = list[Cohort](), list[Cohort]()
        for cohort in sorted(self._merged(cohorts), key=lambda cohort: cohort.serial):
            (waiting if cohort.state == RUN.initial else moving).append(cohort)
        for cohort in waiting:
            self._slots.wait(cohort, at)
            self._scheduler.update(cohort)
        for cohort, outcome in self._with_outcomes(moving, at):
            self._leave_state(cohort, outcome, at)
        return waiting

    def _merged(self, cohorts: list[Cohort]) -> list[Cohort]:
        """Merge detached runs of a block that are in the same state."""
        if len(cohorts) == 1:
            return cohorts
        alike: dict[tuple[object, ...], list[Cohort]] = {}
        for cohort in cohorts:
            apart = cohort if isinstance(cohort.indexes, range) else None
            same = cohort.block, cohort.state, cohort.held, cohort.outcome, cohort.waiting_since
            key = apart, *same
            alike.setdefault(key, []).append(cohort)
        merged = []
        for group in alike.values():
            cohort = group[0]
            if len(group) > 1:
                cohort = cohort.block.merge(group)
                for other in group:
                    if other is not cohort:
                        other.waiting_since = None
                        self._scheduler.remove(other)
            merged.append(cohort)
        return merged

    def _leave_state(self, cohort: Cohort, outcome: InjectedOutcome | None, at: datetime) -> None:
        if outcome is None:
            event = RUN.automatic_event(cohort.state)
            assert event is not None
            self.apply(cohort, event, at)
        elif outcome.holds:
            cohort.held, cohort.waiting_since = True, None
            self._scheduler.update(cohort)
        else:
            cohort.outcome = outcome
            self.apply(cohort, "fail", at)

    def _with_outcomes(
        self, cohorts: list[Cohort], at: datetime
    ) -> Iterable[tuple[Cohort, InjectedOutcome | None]]:
        """Split cohorts by the outcomes of their runs ``at`` a time."""
        asked = []
        for cohort in cohorts:
            if cohort.allows("fail") and self._outcomes.any_for_runs(cohort.block, cohort.status):
                asked.append(cohort)
            else:
                yield cohort, None
        runs = [(c.block.serial_of(i), i, c) for c in asked for i in c.members()]
        if len(asked) > 1:
            runs.sort(key=lambda run: run[0])
        groups: dict[tuple[Cohort, InjectedOutcome | None], list[int]] = {}
        for _, index, cohort in runs:
            outcome = self._outcome(cohort, index, at)
            groups.setdefault((cohort, outcome), []).append(index)
        # Those without an outcome keep the cohort.
        for (cohort, outcome), indexes in sorted(groups.items(), key=lambda g: g[0][1] is None):
            yield self.detach(cohort, indexes), outcome

    def _outcome(self, cohort: Cohort, index: int, at: datetime) -> InjectedOutcome | None:
        return self._outcomes.outcome_for(
            cohort.block, index, cohort.status, at, may_hold=cohort.held is None
        )

    # -- run slots --

    def start_waiting(self, at: datetime) -> bool:
        """Start waiting runs while there are slots; return whether any run left the queue."""
        left = False
        while self._slots.waiting() and (found := self._slots.next()) is not None:
            cohort, room, bound = found
            since, cohort.waiting_since = cohort.waiting_since, None
            assert since is not None
            if self._outcomes.any_for_runs(cohort.block, cohort.status):
                self._start_each(cohort, room, bound, at)
            else:
                self._start_first(cohort, room, bound, at)
            if cohort.state == RUN.initial and not cohort.held:
                self._slots.wait(cohort, since)
            left = True
        return left

    def _start_first(
        self, cohort: Cohort, room: int | None, bound: int | None, at: datetime
    ) -> None:
        """Start the first runs of a cohort, as many as there is room for."""
        if room is not None and bound is not None:
            # Another waiting run was created before some of these.
            place = cohort.block.serial_of
            earlier = takewhile(lambda index: place(index) < bound, cohort.members())
            room = sum(1 for _ in islice(earlier, room))
        part = cohort if room is None else cohort.block.split(cohort, room)
        self._leave_state(part, None, at)

    def _start_each(
        self, cohort: Cohort, room: int | None, bound: int | None, at: datetime
    ) -> None:
        """Start runs whose outcomes are asked one by one: a held run takes no slot."""
        groups: dict[InjectedOutcome | None, list[int]] = {}
        for index in cohort.members():
            if room == 0 or (bound is not None and cohort.block.serial_of(index) > bound):
                break
            outcome = self._outcome(cohort, index, at)
            groups.setdefault(outcome, []).append(index)
            if room is not None and not (outcome and outcome.holds):
                room -= 1
        starting = groups.pop(None, [])
        for outcome, indexes in groups.items():
            self._leave_state(cohort.block.detach(cohort, indexes), outcome, at)
        if starting:
            self._leave_state(cohort.block.split(cohort, len(starting)), None, at)

    # -- describes --

    def describe(self, cohorts: list[Cohort], progression: Progression, at: datetime) -> None:
        """Count a describe of runs that a manual progression moves, and make the steps.

        Waiting runs that get no slot wait no more: they ask again with a later describe.
        """
        stepping: list[Cohort] = []
        for cohort in cohorts:
            if cohort.stable or cohort.held or cohort.block.suspended:
                cohort.reported = True
            elif cohort.describe(progression.times):
                stepping.append(cohort)
        if stepping:
            self.step_now(stepping, at)

    def step_now(self, cohorts: list[Cohort], at: datetime) -> None:
        """Make one step of these runs now; those that get no slot do not begin to wait for it."""
        cohorts = self._merged(cohorts)
        waited = {cohort: cohort.waiting_since for cohort in cohorts}
        starting = self.step(cohorts, at)
        self.start_waiting(at)
        for cohort in starting:
            since = waited[cohort]
            if cohort.waiting_since is not None and since is not None:
                self._slots.wait(cohort, since)
            else:
                cohort.waiting_since = None
            self._scheduler.update(cohort)
