"""Who is notified of runs whose status changed, in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from ...domain.runs import RunBlock


class Observer(Protocol):
    """Acts on runs whose status changed, such as writing logs or sending events."""

    def wants(self, block: RunBlock, status: str) -> bool:
        """Return whether runs of a block that have come to a status concern the observer."""
        ...

    def runs_changed(self, block: RunBlock, indexes: Sequence[int], at: datetime) -> None:
        """Runs of a block have another status since ``at``."""
        ...


class RunObservers:
    """Notifies observers of runs one after the other (a `RunObserver` of the registry).

    Runs that concern no observer cost nothing: they are not even listed.
    """

    def __init__(self, observers: Sequence[Observer]):
        self._observers = observers

    def runs_changed(
        self, block: RunBlock, status: str, indexes: Iterable[int], at: datetime
    ) -> None:
        """Notify those that want it of runs that have come to ``status``."""
        concerned = [o for o in self._observers if o.wants(block, status)]
        if concerned:
            changed = list(indexes)
            for observer in concerned:
                observer.runs_changed(block, changed, at)
