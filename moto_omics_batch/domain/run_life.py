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

    ``befalls`` tells what becomes of it where it would go on; None, when nothing does. ``hangs``
    is None until something held it in its present state, and False once that let it go.
    ``failure`` is what made it fail.
    """

    hangs: bool | None = None
    failure: Plan | None = None

    def __init__(
        self,
        now: datetime,
        may_start: Callable[[datetime], bool],
        befalls: Callable[[datetime], Plan | None],
        history: list[tuple[datetime, str]] | None = None,
    ):
        super().__init__(RUN, now, history)
        self._may_start = may_start
        self._befalls = befalls

    def step(self, at: datetime) -> bool:
        if self.state == RUN.initial and not self._may_start(at):
            return False
        return self.go_on(at)

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
