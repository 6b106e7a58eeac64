"""When a run may start, where a limit counts the runs that are under way (W2.8, W6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from .runs import RunBlock


def earliest_start(
    limits: Sequence[tuple[int, Iterable[RunBlock]]], at: datetime
) -> tuple[int | None, datetime]:
    """(how many more runs may start, the earliest time from ``at`` for it).

    ``limits`` are (how many at most, the blocks whose runs count). None for any number, when there
    is no limit; 0 when the runs under way come to no end that is known.
    """
    spans = [(most, [s for b in blocks for s in b.under_way()]) for most, blocks in limits]
    while spans:
        slots = min(
            most - sum(n for start, end, n in busy if start <= at and (end is None or end > at))
            for most, busy in spans
        )
        if slots > 0:
            return slots, at
        ends = [end for _, busy in spans for _, end, _ in busy if end is not None and end > at]
        if not ends:
            return 0, at
        at = min(ends)
    return None, at
