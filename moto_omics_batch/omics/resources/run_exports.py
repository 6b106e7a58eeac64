"""Runs whose outputs cannot be exported (L56): EXPORT_FAILED with ``check: ["s3"]``."""

from __future__ import annotations

from datetime import datetime

from ...domain.outcomes import InjectedOutcome
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock
from ...domain.tables import RUN_EXECUTES
from .context import Context
from .run_outputs import RunOutputs


class RunExports:
    """Decides which runs fail when they are about to leave RUNNING (a `NaturalOutcomes`)."""

    def __init__(self, context: Context, outputs: RunOutputs):
        self._context = context
        self._outputs = outputs

    def concerns(self, block: RunBlock, status: str) -> bool:
        """Return whether the output bucket of runs that leave ``status`` is checked."""
        return status == RUN_EXECUTES and self._context.settings.checks("s3")

    def outcome(
        self, run: RunRef, status: str, at: datetime, *, preview: bool
    ) -> InjectedOutcome | None:
        """Return EXPORT_FAILED for a run whose output bucket does not exist any more."""
        missing = self._outputs.bucket_missing(run)
        return InjectedOutcome("EXPORT_FAILED") if missing else None
