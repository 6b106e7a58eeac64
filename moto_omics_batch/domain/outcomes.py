"""What a fault does to a run."""

from __future__ import annotations

from typing import NamedTuple


class InjectedOutcome(NamedTuple):
    """The outcome of a fault for a run: it fails, or is held when there is no reason."""

    reason: str | None = None
    message: str | None = None

    @property
    def holds(self) -> bool:
        """Whether the run stays in its status."""
        return self.reason is None
