"""How things are measured, and what a measurement tells."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Action = Callable[[], object]

#: A sample shorter than this, in seconds, says more of the clock than of the action.
SHORTEST = 0.01


@dataclass(frozen=True)
class Sizes:
    """How much is measured: runs of the large and of the small batch, and rounds."""

    runs: int = 100_000
    few: int = 200
    rounds: int = 60

    @property
    def long_rounds(self) -> int:
        """For what takes a second, or a process, each time."""
        return max(1, self.rounds // 6)


FULL = Sizes()
QUICK = Sizes(runs=10_000, rounds=12)


@dataclass(frozen=True)
class Figure:
    """One line of the table; without a ``limit`` it is there to compare with."""

    what: str
    value: float
    unit: str
    limit: float | None
    detail: str

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        return "ok" if self.value <= self.limit else "OVER"


def ratio(what: str, pair: Sequence[float], limit: float | None, unit: str = "ms") -> Figure:
    """A figure that says how many times the second of a pair the first is."""
    mine, other = pair
    detail = f"{mine:,.3f} {unit} : {other:,.3f} {unit}"
    return Figure(what, mine / other, "x", limit, detail)


def best(rounds: int, *actions: Action) -> list[float]:
    """The best time of each action in milliseconds of the processor.

    They take turns, so that what slows the machine down for a while slows all of them; what other
    processes take is not counted.
    """
    times = [float("inf")] * len(actions)
    numbers = [_enough(action) for action in actions]
    gc.collect()
    for _ in range(rounds):
        for at, (action, number) in enumerate(zip(actions, numbers, strict=True)):
            times[at] = min(times[at], _sample(action, number))
    return times


def _enough(action: Action) -> int:
    """How often to do it for one sample."""
    action()
    seconds = _sample(action, 1) / 1000
    return max(1, round(SHORTEST / max(seconds, 1e-6)))


def once(action: Action) -> float:
    """The time of what takes long, done once on a heap that was just tidied."""
    gc.collect()
    return _sample(action, 1)


def _sample(action: Action, number: int) -> float:
    start = time.process_time()
    for _ in range(number):
        action()
    return (time.process_time() - start) / number * 1000
