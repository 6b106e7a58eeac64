"""The scheduler with its runs and clock: what a request calls to bring the state up to date."""

from __future__ import annotations

from ...domain.run_transitions import RunTransitions
from ...domain.scheduler import Scheduler
from ...domain.slots import Slots
from .context import Context


class Timeline:
    """Applies what is due now."""

    def __init__(
        self, context: Context, scheduler: Scheduler, slots: Slots, transitions: RunTransitions
    ):
        self._context = context
        self._scheduler = scheduler
        self._slots = slots
        self._transitions = transitions

    def advance(self) -> None:
        """Apply all due transitions in chronological order, and give free slots to waiting runs.

        Raises ValueError for an invalid progression.
        """
        now = self._context.now()
        self._scheduler.advance_due(now, self._transitions)
        if self._slots.waiting():
            # A request may have freed slots, or raised a limit.
            self._scheduler.apply(now, self._transitions)
