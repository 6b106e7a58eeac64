"""Run slots: how many runs may be active at a time, and the runs that wait to start (W2.8, W6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from .runs import Cohort

#: When runs began to wait, the place of the first in the order of creation, a tie-breaker.
_Key = tuple[datetime, int, int]


class SlotLimits(Protocol):
    """The limits that the test has set."""

    def active_runs(self) -> int | None:
        """Return the most active runs of the account and region, None without a limit."""
        ...

    def max_runs(self, group_id: str) -> int | None:
        """Return the most active runs of a run group, None without a limit."""
        ...


class Slots:
    """Active runs by run group, and queues of waiting runs.

    Waiting runs are served in the order in which they began to wait, then in order of creation.
    A full run group does not block the runs of others.
    """

    def __init__(self, limits: SlotLimits):
        self._limits = limits
        self._active = 0
        self._active_in: Counter[str] = Counter()
        self._waiting: dict[str | None, list[tuple[_Key, Cohort]]] = {}
        self._number = count()
        #: The valid entry of each cohort; it may have waited before.
        self._entries: dict[Cohort, int] = {}

    def occupy(self, group_id: str | None, runs: int) -> None:
        """Count runs that became active; a negative number frees slots."""
        self._active += runs
        if group_id is not None:
            self._active_in[group_id] += runs

    def room(self, group_id: str | None) -> int | None:
        """Return how many more runs of a group may start, None for any number."""
        limits = []
        if (most := self._limits.active_runs()) is not None:
            limits.append(most - self._active)
        if group_id is not None and (most := self._limits.max_runs(group_id)) is not None:
            limits.append(most - self._active_in[group_id])
        return max(min(limits), 0) if limits else None

    def could_start(self, group_id: str | None, own: int) -> bool:
        """Return whether a run of a group can start at all, once ``own`` active runs have ended."""
        room = self.room(group_id)
        return room is None or room + own > 0

    def wait(self, cohort: Cohort, since: datetime) -> None:
        """Put runs into the queue."""
        cohort.waiting_since = since
        number = self._entries[cohort] = next(self._number)
        queue = self._waiting.setdefault(_group(cohort), [])
        heappush(queue, ((since, cohort.serial, number), cohort))

    def waiting(self) -> bool:
        """Return whether any run may be waiting."""
        return bool(self._waiting)

    def next(self) -> tuple[Cohort, int | None, int | None] | None:
        """Take the runs that start next out of the queue, None when nobody can start.

        Returns their cohort, how many of its first runs may start (None: all), and the place in
        the order of creation of the next waiting run: runs of the cohort beyond it come later. The
        caller puts the rest back with `wait`.
        """
        best: tuple[_Key, Cohort] | None = None
        room: int | None = None
        for group_id in list(self._waiting):
            head = self._head(group_id)
            if head is not None and (best is None or head[0] < best[0]):
                free = self.room(group_id)
                if free != 0:
                    best, room = head, free
        if best is None:
            return None
        (since, _, _), cohort = best
        heappop(self._waiting[_group(cohort)])
        del self._entries[cohort]
        later = (serial for at, serial, _ in self._first_keys() if at == since)
        return cohort, room, min(later, default=None) if cohort.count > 1 else None

    def _head(self, group_id: str | None) -> tuple[_Key, Cohort] | None:
        """The first entry of a queue; entries of runs that left are dropped."""
        queue = self._waiting[group_id]
        while queue:
            (since, serial, number), cohort = queue[0]
            valid = self._entries.get(cohort) == number
            waits = valid and cohort.waiting_since == since
            if waits and cohort.serial == serial:
                return queue[0]
            heappop(queue)
            if valid:
                del self._entries[cohort]
            if waits:
                # Its first run left the cohort.
                self.wait(cohort, since)
        del self._waiting[group_id]
        return None

    def _first_keys(self) -> Iterator[_Key]:
        """The first key of each queue whose runs may start."""
        for group_id, queue in self._waiting.items():
            if queue and self.room(group_id) != 0:
                yield queue[0][0]


def _group(cohort: Cohort) -> str | None:
    group: str | None = cohort.block.settings.get("runGroupId")
    return group
