"""One resource on its way through a lifecycle, and the three ways in which time passes for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from .lifecycle import Lifecycle, status_of


@dataclass(frozen=True)
class Progression:
    """How a resource moves: ``manual``, every ``times`` describes one step; ``immediate``, the
    first look shows the end; ``time``, one step each ``seconds``."""

    kind: str
    times: int = 1
    seconds: float = 0.0

    @classmethod
    def of(cls, transition: Mapping[str, Any]) -> Progression:
        """Read a transition of moto's state manager.

        Raises ValueError for a progression that moto does not know, a ``times`` below 1 or
        negative ``seconds``.
        """
        kind = transition.get("progression")
        if kind not in ("manual", "immediate", "time"):
            raise ValueError(f"progression {kind!r} is not one of manual, immediate, time")
        try:
            times = int(transition.get("times", 1))
            seconds = float(transition.get("seconds", 0))
        except (TypeError, ValueError, OverflowError):
            times, seconds = 0, 0.0
        if times < 1 or not seconds >= 0:
            raise ValueError(f"a progression needs times >= 1 and seconds >= 0: {dict(transition)}")
        return _progression(kind, times, seconds)


@lru_cache(maxsize=64)
def _progression(kind: str, times: int, seconds: float) -> Progression:
    return Progression(kind, times, seconds)


class Life:
    """Where a resource stands, since when, and whether any answer has shown it.

    ``history`` is a list of (time, state), the first entry being the creation.
    """

    def __init__(
        self,
        lifecycle: Lifecycle,
        now: datetime,
        history: list[tuple[datetime, str]] | None = None,
    ):
        self._lifecycle = lifecycle
        self.history = history or [(now, lifecycle.initial)]
        #: When the last step was made, from which the next one is due.
        self.since = self.history[-1][0]
        self.looks = 0
        self.shown = True
        #: Called after each change of the status that AWS shows, with the time of the change.
        self.observer: Callable[[Life, datetime], None] | None = None

    @property
    def kind(self) -> str:
        """What it is: batch, run, workflow, …"""
        return self._lifecycle.resource

    @property
    def state(self) -> str:
        return self.history[-1][1]

    @property
    def status(self) -> str:
        """The status as AWS shows it."""
        return status_of(self.history[-1][1])

    @property
    def created(self) -> datetime:
        return self.history[0][0]

    @property
    def settled(self) -> bool:
        """Whether nothing moves any more by itself."""
        return self._lifecycle.goes_on(self.state) is None

    @property
    def ended(self) -> bool:
        """Whether nothing at all can happen to it any more."""
        return self._lifecycle.is_end(self.state)

    def allows(self, event: str) -> bool:
        return self._lifecycle.allows(self.state, event)

    def move(self, event: str, now: datetime) -> None:
        """Follow the row for ``event``. Raises IllegalMove when there is none."""
        state = self._lifecycle.next(self.state, event)
        if state == self.state:
            return
        before = self.status
        self.history.append((now, state))
        self.since = now
        self.shown = False
        self.looks = 0
        if self.observer is not None and self.status != before:
            self.observer(self, now)

    def step(self, at: datetime) -> bool:
        """Go on by itself, one row; False at rest. What works as it goes overrides it."""
        event = self._lifecycle.goes_on(self.state)
        if event is None:
            return False
        self.move(event, at)
        return True


def pass_time(life: Life, progression: Progression, now: datetime) -> None:
    """Make the steps that are due without anybody describing the resource."""
    if progression.kind == "immediate":
        while life.step(now):
            pass
    elif progression.kind == "time":
        while (now - life.since).total_seconds() >= progression.seconds:
            if not life.step(life.since + timedelta(seconds=progression.seconds)):
                break


def look(life: Life, progression: Progression, now: datetime) -> None:
    """Describe a resource: what is due happens, and a manual progression counts the look.

    A state that no answer has shown yet is shown once before a manual progression leaves it.
    """
    pass_time(life, progression, now)
    if progression.kind == "manual" and life.shown:
        life.looks += 1
        if life.looks >= progression.times:
            life.looks = 0
            life.step(now)
    life.shown = True
