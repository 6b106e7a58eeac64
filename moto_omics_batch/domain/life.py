"""The state of one resource in its lifecycle, and the progressions that move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from .lifecycle import Lifecycle, status_of

ProgressionKind = Literal["manual", "immediate", "time"]


class Progression(NamedTuple):
    """How a resource moves.

    ``manual``: one transition every ``times`` describes; ``time``: one transition each ``seconds``;
    ``immediate``: as ``time`` with 0 seconds.
    """

    kind: ProgressionKind
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
        return _progression(kind, times, seconds if kind == "time" else 0.0)

    def due(self, since: datetime) -> datetime | None:
        """Return when the next transition is due, None when no time brings it.

        ``since`` is the time of the last transition.
        """
        if self.kind == "manual":
            return None
        try:
            return since + timedelta(seconds=self.seconds)
        except OverflowError:
            return None


@lru_cache(maxsize=64)
def _progression(kind: ProgressionKind, times: int, seconds: float) -> Progression:
    return Progression(kind, times, seconds)


class Life:
    """The state of a resource: its history, and what has been reported of it.

    ``history`` is a list of (time, state), the first entry being the creation. ``since`` is the
    time of the last step, from which the next one is due. ``reported`` says whether a response has
    reported the present state, ``describe_count`` how many describes came after that.
    """

    def __init__(
        self,
        lifecycle: Lifecycle,
        now: datetime,
        history: list[tuple[datetime, str]] | None = None,
    ):
        self.lifecycle = lifecycle
        self.history = history or [(now, lifecycle.initial)]
        self.since = self.history[-1][0]
        self.describe_count = 0
        self.reported = True

    @property
    def state(self) -> str:
        return self.history[-1][1]

    @property
    def status(self) -> str:
        """The status as AWS reports it."""
        return status_of(self.history[-1][1])

    @property
    def created(self) -> datetime:
        return self.history[0][0]

    @property
    def stable(self) -> bool:
        """Whether no automatic transition leaves the state."""
        return self.lifecycle.automatic_event(self.state) is None

    @property
    def ended(self) -> bool:
        """Whether no transition at all leaves the state."""
        return self.lifecycle.is_end(self.state)

    def allows(self, event: str) -> bool:
        """Return whether ``event`` is possible in the present state."""
        return self.lifecycle.allows(self.state, event)

    def move(self, event: str, at: datetime) -> bool:
        """Make the transition of ``event``; return whether the reported status changed.

        Raises InvalidTransition when the present state does not allow the event.
        """
        before = self.state
        state = self.lifecycle.next(before, event)
        if state == before:
            return False
        self.history.append((at, state))
        self.since = at
        self.reported = False
        self.describe_count = 0
        return status_of(state) != status_of(before)

    def describe(self, times: int) -> bool:
        """Count a describe; return whether a manual progression makes a step now.

        A state that no response has reported yet is reported once before it is left.
        """
        if not self.reported:
            self.reported = True
            return False
        self.describe_count += 1
        if self.describe_count < times:
            return False
        self.describe_count = 0
        return True


def entered(history: Sequence[tuple[datetime, str]], state: str) -> datetime | None:
    """Return when a history came to a state for the first time, None when it never did."""
    return next((time for time, passed in history if passed == state), None)


def statuses(history: list[tuple[datetime, str]]) -> list[tuple[str, datetime]]:
    """Return (status, time) pairs of a history; consecutive states of one status are one pair."""
    merged: list[tuple[str, datetime]] = []
    for time, state in history:
        if not merged or merged[-1][0] != status_of(state):
            merged.append((status_of(state), time))
    return merged
