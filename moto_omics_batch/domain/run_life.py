"""The life of one run, or of runs that move together, and what may befall it on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .life import Life
from .tables import RUN


@dataclass(frozen=True)
class Plan:
    """What befalls a run where it would go on: it fails, or hangs when there is no reason."""

    reason: str | None = None
    message: str | None = None


class RunLife(Life):
    """The life of a run, which waits to start while its run group is full (W6).

    ``may_start`` gives the earliest time, from the one it is asked for, at which the run can
    start, None when it cannot.
    ``befalls`` tells what becomes of it where it would go on; None, when nothing does. ``hangs``
    is None until something held it in its present state, and False once that let it go.
    ``failure`` is what made it fail.
    """

    hangs: bool | None = None
    failure: Plan | None = None

    def __init__(
        self,
        now: datetime,
        may_start: Callable[[datetime], datetime | None],
        befalls: Callable[[datetime], Plan | None],
        history: list[tuple[datetime, str]] | None = None,
    ):
        super().__init__(RUN, now, history)
        self._may_start = may_start
        self._befalls = befalls

    def step(self, at: datetime) -> bool:
        if self.state == RUN.initial:
            start = self._may_start(at)
            if start is None:
                return False
            at = start
        return self.go_on(at)

    @property
    def under_way(self) -> tuple[datetime, datetime | None] | None:
        """(when it started, when it came to an end or None), None while it waits to start."""
        started = next((time for time, state in self.history if state != RUN.initial), None)
        ended = next((time for time, state in self.history if not RUN.goes_on(state)), None)
        return None if started is None else (started, ended)

    def go_on(self, at: datetime) -> bool:
        """Make the step that nothing else holds back."""
        if self.allows("fail"):
            if self.hangs:
                return False
            if plan := self._befalls(at):
                return self.suffer(plan, at)
        return super().step(at)

    def suffer(self, plan: Plan, at: datetime) -> bool:
        """Fail, or hang; whether that is a step."""
        if plan.reason is None:
            self.hangs = True
            return False
        self.failure = plan
        self.move("fail", at)
        return True

    def move(self, event: str, now: datetime) -> None:
        super().move(event, now)
        self.hangs = None
