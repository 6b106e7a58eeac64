"""The objects that move runs and batches, and the one call that brings the state up to date."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.faults import Faults
from ...domain.run_registry import RunObserver, RunRegistry
from ...domain.run_transitions import RunTransitions
from ...domain.scheduler import Scheduler
from ...domain.slots import SlotLimits, Slots
from ...domain.usage import Usage
from .context import Context
from .run_outcomes import NaturalOutcomes, RunOutcomes


class Engine:
    """The scheduler, the runs and their slots of one account and region."""

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        *,
        usage: Usage,
        limits: SlotLimits,
        faults: Faults,
        observer: RunObserver,
        natural: Sequence[NaturalOutcomes],
    ):
        self._context = context
        self.scheduler = scheduler
        self.faults = faults
        self.outcomes = RunOutcomes(faults, natural)
        self.slots = Slots(limits)
        self.registry = RunRegistry(self.slots, usage, observer)
        self.transitions = RunTransitions(scheduler, self.slots, self.outcomes)

    def advance(self) -> None:
        """Apply all due transitions in chronological order, and give free slots to waiting runs.

        Called once per request. Raises ValueError for an invalid progression.
        """
        now = self._context.now()
        self.scheduler.advance_due(now, self.transitions)
        if self.slots.waiting():
            # A request may have freed slots, or raised a limit.
            self.scheduler.apply(now, self.transitions)
