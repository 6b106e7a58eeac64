"""Functions that measure, and the figures they give."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Action = Callable[[], object]

#: The shortest sample in seconds. Shorter ones would depend on the resolution of the clock.
MIN_SAMPLE = 0.01


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    ``runs`` and ``few`` are those of a large and of a small batch, ``live`` and ``stored`` single
    runs that move and that exist, ``waiting`` runs of a batch under a quota of active runs,
    ``touched`` runs of a batch that move one by one, ``read_set`` and ``small_read_set`` files of
    read sets in bytes.
    """

    runs: int = 100_000
    few: int = 200
    rounds: int = 60
    live: int = 2_000
    few_live: int = 10
    waiting: int = 500
    stored: int = 20_000
    few_stored: int = 100
    touched: int = 4_000
    read_set: int = 150 * 1024 * 1024
    small_read_set: int = 10_000

    @property
    def long_rounds(self) -> int:
        """The number of rounds for actions that take a second, or start a process."""
        return max(1, self.rounds // 6)


FULL = Sizes()
QUICK = Sizes(runs=10_000, rounds=12)


@dataclass(frozen=True)
class Figure:
    """One line of the table. A figure without ``limit`` is a reference."""

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
    """Return a figure with the ratio of the first to the second value of a pair."""
    measured, reference = pair
    detail = f"{measured:,.3f} {unit} : {reference:,.3f} {unit}"
    return Figure(what, measured / reference, "x", limit, detail)


def best(rounds: int, *actions: Action) -> list[float]:
    """Return the best CPU time of each action in milliseconds.

    The actions are measured in turn, so that a temporary slowdown of the machine affects all of
    them. The time of other processes is not included.
    """
    times = [float("inf")] * len(actions)
    repeats = [_repeats(action) for action in actions]
    gc.collect()
    for _ in range(rounds):
        for index, (action, repeat) in enumerate(zip(actions, repeats, strict=True)):
            times[index] = min(times[index], _sample(action, repeat))
    return times


def _repeats(action: Action) -> int:
    """Return how often an action is repeated in one sample."""
    action()
    seconds = _sample(action, 1) / 1000
    return max(1, round(MIN_SAMPLE / max(seconds, 1e-6)))


def once(action: Action) -> float:
    """Return the CPU time of one execution in milliseconds, after a garbage collection."""
    gc.collect()
    return _sample(action, 1)


def _sample(action: Action, repeats: int) -> float:
    start = time.process_time()
    for _ in range(repeats):
        action()
    return (time.process_time() - start) / repeats * 1000
