"""What keeps runs from their automatic transition: injected faults, and failures of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ...domain.faults import Fault, Faults
from ...domain.outcomes import InjectedOutcome
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock


class NaturalOutcomes(Protocol):
    """A reason for which runs fail without a fault, such as invalid parameters."""

    def concerns(self, block: RunBlock, status: str) -> bool:
        """Return whether runs of a block that leave ``status`` could fail. It must be cheap."""
        ...

    def outcome(
        self, run: RunRef, status: str, at: datetime, *, preview: bool
    ) -> InjectedOutcome | None:
        """Return how a run fails that leaves ``status`` ``at`` a time, None when it does not.

        With ``preview``, the run does not leave the status yet, and nothing may change.
        """
        ...


class RunOutcomes:
    """Decides which runs fail or are held: faults come first (`domain.run_transitions.Outcomes`).

    Runs that no fault and no natural outcome concerns cost nothing.
    """

    def __init__(self, faults: Faults, natural: Sequence[NaturalOutcomes]):
        self._faults = faults
        self._natural = natural

    def any_for_runs(self, block: RunBlock, status: str) -> bool:
        """Return whether there could be an outcome for runs of a block that leave ``status``."""
        return self._faults.any_for_runs(block, status) or any(
            natural.concerns(block, status) for natural in self._natural
        )

    def outcome_for(
        self,
        block: RunBlock,
        index: int,
        status: str,
        at: datetime,
        *,
        may_hold: bool,
        preview: Counter[Fault] | None = None,
    ) -> InjectedOutcome | None:
        """Return the outcome of a run that leaves ``status`` ``at`` a time.

        The match of a fault is counted, in ``preview`` if it is given.
        """
        injected = self._faults.outcome_for(
            block, index, status, may_hold=may_hold, preview=preview
        )
        if injected is not None:
            return injected
        run = RunRef(block, index)
        outcomes = (
            natural.outcome(run, status, at, preview=preview is not None)
            for natural in self._natural
            if natural.concerns(block, status)
        )
        return next((outcome for outcome in outcomes if outcome is not None), None)
