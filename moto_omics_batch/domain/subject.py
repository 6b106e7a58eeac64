"""What the scheduler needs to know of a resource."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from .life import Progression


class Subject(Protocol):
    """A resource with automatic transitions."""

    @property
    def serial(self) -> int:
        """Its place in the order of creation."""
        ...

    @property
    def progression_key(self) -> str:
        """The name under which `Progressions` knows its progression."""
        ...

    @property
    def stable(self) -> bool:
        """Whether no automatic transition leaves the present state."""
        ...

    def next_due(self, progression: Progression) -> datetime | None:
        """Return when its next step is due, None when no time brings it."""
        ...

    def step(self, at: datetime) -> None:
        """Make the automatic transition of the present state, or a part of its work."""
        ...
