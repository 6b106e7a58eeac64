"""What a fault does to a run."""

from __future__ import annotations

from typing import NamedTuple


class InjectedOutcome(NamedTuple):
    """The outcome of a fault for a run: it fails, or is held when there is no reason.

    ``reason`` is a failureReason of a run or of a task (L142); ``message`` is None for the text of
    the service. ``task`` is the name of the task that fails, None for the last one.
    """

    reason: str | None = None
    message: str | None = None
    task: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the run stays in its status."""
        return self.reason is None
