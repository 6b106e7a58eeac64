"""The scheduler: automatic transitions in chronological order over all resources.

A transition takes place at its due time, whoever sends requests and when. Nothing due costs
nothing: resources are in a heap of due times, and what moves only by describes is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from .life import Progression
from .runs import Cohort
from .subject import Subject

#: The progression key of the runs of a batch: that of batches if immediate, else that of runs.
BATCH_RUNS = "batch runs"


_Heap = list[tuple[datetime, int, Subject]]


class Progressions(Protocol):
    """The progressions that the test has set, by key."""

    keys: Sequence[str]

    def get(self, key: str) -> Progression:
        """Return the present progression of a key. Raises ValueError for an invalid setting."""
        ...


class RunSteps(Protocol):
    """Moves runs, many at a time."""

    def step(self, cohorts: list[Cohort], at: datetime) -> object:
        """Make the automatic transition of these runs, which are due at ``at``."""
        ...

    def start_waiting(self, at: datetime) -> bool:
        """Start runs that wait for a slot; return whether any left the queue."""
        ...


class Scheduler:
    """Due transitions of one account and region."""

    def __init__(self, progressions: Progressions):
        self._progressions = progressions
        self._timed: _Heap = []
        #: Due whatever the clock says: it may have been set back since the last transition.
        self._immediate: _Heap = []
        self._entries: dict[Subject, int] = {}
        self._number = count()
        self._moving: dict[str, dict[Subject, None]] = {}
        self._known: dict[str, Progression] = {}

    def update(self, subject: Subject) -> None:
        """Register a resource, or bring its entry up to date after it has changed."""
        key = subject.progression_key
        if subject.stable:
            self.remove(subject)
            return
        self._moving.setdefault(key, {})[subject] = None
        progression = self.progression(key)
        due = subject.next_due(progression)
        if due is None:
            self._entries.pop(subject, None)
        else:
            number = next(self._number)
            self._entries[subject] = number
            heap = self._timed if progression.seconds else self._immediate
            heappush(heap, (due, number, subject))

    def remove(self, subject: Subject) -> None:
        """Forget a resource that has ended or was deleted."""
        self._entries.pop(subject, None)
        self._moving.get(subject.progression_key, {}).pop(subject, None)

    def progression(self, key: str) -> Progression:
        """Return the progression of a key in this request. Raises ValueError."""
        if key not in self._known:
            self._known[key] = self._progressions.get(key)
        return self._known[key]

    def advance_due(self, now: datetime, runs: RunSteps) -> None:
        """Apply all transitions that are due at ``now``, in the order of their due times.

        Called once per request. A progression that was changed counts from the last transition
        of each resource. Raises ValueError for an invalid progression.
        """
        self._read_progressions()
        while (at := self._next_due(now)) is not None:
            self.apply(at, runs, now)

    def _next_due(self, now: datetime) -> datetime | None:
        tops = [heap[0][0] for heap in (self._timed, self._immediate) if self._has_entry(heap)]
        if self._timed and tops[0] > now:
            del tops[0]
        return min(tops, default=None)

    def _has_entry(self, heap: _Heap) -> bool:
        """Drop outdated entries from the top of a heap; return whether there is another."""
        while heap and self._entries.get(heap[0][2]) != heap[0][1]:
            heappop(heap)
        return bool(heap)

    def apply(self, at: datetime, runs: RunSteps, now: datetime | None = None) -> None:
        """Apply all that is due at exactly this time, then give free slots to waiting runs."""
        while True:
            while due := self._pop(at, now or at):
                runs.step(list(_cohorts(due)), at)
                for subject in sorted(_others(due), key=_serial):
                    subject.step(at)
                    self.update(subject)
            if not runs.start_waiting(at):
                return

    def _read_progressions(self) -> None:
        current = {key: self._progressions.get(key) for key in self._progressions.keys}
        changed = [
            key for key, progression in current.items() if progression != self._known.get(key)
        ]
        self._known = current
        for key in changed:
            for subject in sorted(self._moving.get(key, ()), key=_serial):
                self.update(subject)

    def _pop(self, at: datetime, now: datetime) -> list[Subject]:
        """Remove and return the resources that are due at ``at``."""
        due: list[Subject] = []
        for heap, limit in ((self._timed, min(at, now)), (self._immediate, at)):
            while self._has_entry(heap) and heap[0][0] <= limit:
                subject = heappop(heap)[2]
                del self._entries[subject]
                due.append(subject)
        return due


def _serial(subject: Subject) -> int:
    return subject.serial


def _cohorts(due: Iterable[Subject]) -> Iterator[Cohort]:
    return (subject for subject in due if isinstance(subject, Cohort))


def _others(due: Iterable[Subject]) -> Iterator[Subject]:
    return (subject for subject in due if not isinstance(subject, Cohort))
