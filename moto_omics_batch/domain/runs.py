"""Runs, kept in blocks: the runs of one batch, or the one run of StartRun.

A block of 100,000 runs is not 100,000 objects: runs that have the same history form a `Cohort` and
move together. A run that moves alone is *detached* into a cohort of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from .cache import CacheUse
from .ids import MAX_DIGITS, Uuids
from .life import Life, Progression
from .lifecycle import status_of
from .outcomes import InjectedOutcome
from .owner import OwnerBatch
from .parameters_file import ParametersFile
from .tables import RUN
from .tasks import Tasks

History = list[tuple[datetime, str]]


class RunListener(Protocol):
    """Keeps indexes and counts over all blocks, and sends notifications."""

    def submitted(self, cohort: Cohort, at: datetime) -> None:
        """Runs were created."""
        ...

    def moved(self, cohort: Cohort, before: str, at: datetime) -> None:
        """Runs made a transition from the state ``before``."""
        ...

    def separated(self, part: Cohort) -> None:
        """Runs left a cohort for one of their own, in the same state."""
        ...


class Cohort(Life):
    """Runs of a block that share one history.

    ``indexes`` is a range for runs that were submitted together, some of which may have failed or
    were detached, and a list for detached runs. ``held`` is True while a fault holds the runs, and
    False after `release` until their next transition. ``waiting_since`` is set while they wait for
    a slot. ``pinned`` keeps them in a state until a response has reported it.
    """

    def __init__(
        self,
        block: RunBlock,
        indexes: Sequence[int],
        count: int,
        now: datetime,
        history: History | None = None,
    ):
        super().__init__(RUN, now, history)
        self.block = block
        self.indexes = indexes
        self.count = count
        #: Runs that joined the cohort: their history before, and from where on they share its own.
        self.joined: dict[int, tuple[History, int]] = {}
        self.held: bool | None = None
        self.outcome: InjectedOutcome | None = None
        self.waiting_since: datetime | None = None
        self.pinned = False

    @property
    def progression_key(self) -> str:
        return "run" if self.block.batch is None else "batch runs"

    @property
    def serial(self) -> int:
        """The place of the first run in the order of creation."""
        return self.block.serial_of(self.first)

    @property
    def first(self) -> int:
        """The index of the first run."""
        return next(self.members())

    def members(self, after: int = -1) -> Iterator[int]:
        """Return the indexes of the runs beyond ``after``, in order."""
        indexes, detached = self.indexes, self.block.detached
        if not isinstance(indexes, range):
            return (i for i in indexes if i > after and detached.get(i) is self)
        if after >= indexes.start:
            indexes = range(min(after + 1, indexes.stop), indexes.stop)
        if self.count == len(self.indexes):
            return iter(indexes)
        present = self.block.present_bytes
        return (i for i in indexes if present[i] and i not in detached)

    def next_due(self, progression: Progression) -> datetime | None:
        """Return when the runs make their next transition, None when no time brings it."""
        if self.held or self.pinned or self.waiting_since or self.block.suspended:
            return None
        return progression.due(self.since)

    def step(self, at: datetime) -> None:
        """Not used: the scheduler moves runs through `RunTransitions`."""
        raise NotImplementedError

    def history_of(self, index: int) -> History:
        """Return the (time, state) pairs of a run, the first being its creation."""
        if index not in self.joined:
            return self.history
        earlier, start = self.joined[index]
        return earlier + self.history[start:]

    def copy_for(self, indexes: Sequence[int], count: int) -> Cohort:
        """Return a cohort for some of the runs, with their history."""
        other = Cohort(self.block, indexes, count, self.created, list(self.history))
        if self.joined:
            other.history = self.history[-1:]
            other.joined = {index: (self.history_of(index)[:-1], 0) for index in indexes}
        other.since, other.describe_count = self.since, self.describe_count
        other.reported, other.pinned = self.reported, self.pinned
        other.held, other.outcome = self.held, self.outcome
        return other


class RunBlock:
    """``size`` places for runs with consecutive ids from ``first``.

    ``settings`` are those that all runs share; ``resolved`` are the members of GetRun that the
    service determined for all of them (storage, network, workflow). ``batch`` is None for StartRun.
    """

    def __init__(
        self,
        *,
        first: int,
        size: int,
        uuid: str,
        settings: Mapping[str, Any],
        resolved: Mapping[str, Any],
        tasks: Tasks,
        listener: RunListener,
        batch: OwnerBatch | None = None,
    ):
        self.first = first
        self.size = size
        self.batch = batch
        self.settings = settings
        self.resolved = resolved
        self.tasks = tasks
        self.uuids = Uuids(uuid)
        #: The runs do not progress while their batch is in a state that suspends them.
        self.suspended = False
        #: What parametersUri names, once it was valid: only single runs have it (L100).
        self.parameters_file: ParametersFile | None = None
        #: The time of the last transition of a run.
        self.last_change: datetime | None = None
        #: One byte a place: whether a run was created there.
        self.present_bytes = bytearray(size)
        #: The cohort of each detached run.
        self.detached: dict[int, Cohort] = {}
        self._listener = listener
        self._ranges: list[Cohort] = []
        #: (first index, place of it in the order of creation) of each submission.
        self.submissions: list[tuple[int, int]] = []
        self._counts: dict[str, int] = {}
        self._by_state: dict[str, dict[Cohort, None]] = {}
        self._unreported: dict[Cohort, None] = {}
        #: What runs took from their run cache, by index, once they are RUNNING.
        self.cache_uses: dict[int, CacheUse] = {}
        self._tags: dict[int, dict[str, str]] = {}

    # -- creating runs --

    def submit(
        self, indexes: range, failed: Iterable[int], serial: int, at: datetime
    ) -> Cohort | None:
        """Create runs at ``indexes``, except at those in ``failed``.

        ``serial`` is the place of the first index in the order of creation. Returns their cohort,
        None when all failed.
        """
        self.present_bytes[indexes.start : indexes.stop] = b"\x01" * len(indexes)
        count = len(indexes)
        for index in failed:
            self.present_bytes[index] = 0
            count -= 1
        self.submissions.append((indexes.start, serial))
        if not count:
            return None
        cohort = Cohort(self, indexes, count, at)
        self._ranges.append(cohort)
        self._counts[cohort.state] = self._counts.get(cohort.state, 0) + count
        self._by_state.setdefault(cohort.state, {})[cohort] = None
        self.last_change = at
        self._listener.submitted(cohort, at)
        return cohort

    def serial_of(self, index: int) -> int:
        """Return the place of a run in the order of creation."""
        start, serial = self.submissions[
            bisect_right(self.submissions, index, key=lambda entry: entry[0]) - 1
        ]
        return serial + index - start

    # -- single runs --

    @property
    def batch_id(self) -> str | None:
        return self.batch.id if self.batch is not None else None

    def has(self, index: int) -> bool:
        """Return whether a run was created at ``index``, deleted ones included."""
        return 0 <= index < self.size and bool(self.present_bytes[index])

    def findable(self, index: int) -> bool:
        """Return whether there is a run at ``index`` that is not deleted."""
        return self.has(index) and not self.cohort_of(index).ended

    def id_of(self, index: int) -> str:
        return str(self.first + index)

    def index_of(self, run_id: str) -> int | None:
        """Return the index of a run id, None when the block never had it."""
        number = int(run_id) if run_id.isdecimal() and len(run_id) <= MAX_DIGITS else -1
        index = number - self.first
        # An id with a leading zero is another id.
        return index if self.has(index) and self.id_of(index) == run_id else None

    def cohort_of(self, index: int) -> Cohort:
        """Return the cohort of a run that `has` knows."""
        cohort = self.detached.get(index)
        if cohort is None:
            cohort = self._ranges[bisect_right(self._ranges, index, key=_stop)]
        return cohort

    def settings_of(self, index: int) -> Mapping[str, Any]:
        """Return the merged settings of a run."""
        return self.settings if self.batch is None else self.batch.settings_of(index)

    def overrides(self, index: int) -> Mapping[str, Any]:
        """Return the settings that a run has beside those that are shared."""
        return {} if self.batch is None else self.batch.overrides(index)

    def setting(self, index: int, name: str) -> Any:
        """Return one setting of a run, of those that are replaced and not merged (B31)."""
        value = self.overrides(index).get(name)
        return self.settings.get(name) if value is None else value

    def tags_of(self, index: int) -> Mapping[str, str]:
        """Return the tags of a run: at first those of its start."""
        tags = self._tags.get(index)
        return self.settings_of(index).get("runTags") or {} if tags is None else tags

    def changeable_tags(self, index: int) -> dict[str, str]:
        """Return the tags of a run for a change."""
        return self._tags.setdefault(index, dict(self.tags_of(index)))

    def match_values(self, index: int) -> dict[str, str | None]:
        """Return the values that a fault can be matched by."""
        values: dict[str, str | None] = {"runId": self.id_of(index)}
        if self.batch is not None:
            values["batchName"] = self.batch.name
            values["runSettingId"] = self.batch.setting_id(index)
        return values

    # -- cohorts --

    def transition(self, cohort: Cohort, event: str, at: datetime) -> None:
        """Let all runs of a cohort make a transition. Raises InvalidTransition."""
        before = cohort.state
        cohort.move(event, at)
        if cohort.state == before:
            return
        cohort.held, cohort.pinned = None, False
        self._leave(cohort, before)
        self._counts[cohort.state] = self._counts.get(cohort.state, 0) + cohort.count
        self._by_state.setdefault(cohort.state, {})[cohort] = None
        self._unreported[cohort] = None
        self.last_change = at if self.last_change is None else max(self.last_change, at)
        self._listener.moved(cohort, before, at)

    def _leave(self, cohort: Cohort, state: str) -> None:
        left = self._counts[state] - cohort.count
        if left:
            self._counts[state] = left
            del self._by_state[state][cohort]
        else:
            del self._counts[state], self._by_state[state]

    def detach(self, cohort: Cohort, indexes: list[int]) -> Cohort:
        """Return a cohort of exactly these runs, which are all of ``cohort``."""
        if len(indexes) == cohort.count:
            return cohort
        other = cohort.copy_for(indexes, len(indexes))
        cohort.count -= len(indexes)
        for index in indexes:
            self.detached[index] = other
        self._add_part(cohort, other)
        return other

    def split(self, cohort: Cohort, count: int) -> Cohort:
        """Return a cohort of the first ``count`` runs of ``cohort``."""
        if count >= cohort.count:
            return cohort
        if not isinstance(cohort.indexes, range):
            members = cohort.members()
            return self.detach(cohort, [next(members) for _ in range(count)])
        start, stop = cohort.indexes.start, cohort.indexes.stop
        if cohort.count == stop - start:
            cut = start + count
        else:
            members = cohort.members()
            cut = [next(members) for _ in range(count)][-1] + 1
        other = cohort.copy_for(range(start, cut), count)
        at = bisect_right(self._ranges, start, key=_stop)
        self._ranges.insert(at, other)
        cohort.indexes = range(cut, stop)
        cohort.count -= count
        self._add_part(cohort, other)
        return other

    def _add_part(self, cohort: Cohort, part: Cohort) -> None:
        self._by_state[part.state][part] = None
        if cohort in self._unreported:
            self._unreported[part] = None
        self._listener.separated(part)

    def merge(self, cohorts: list[Cohort]) -> Cohort:
        """Return one cohort for detached runs that are about to make the same transition."""
        largest = max(cohorts, key=lambda cohort: cohort.count)
        others = [cohort for cohort in cohorts if cohort is not largest]
        start = len(largest.history)
        for other in others:
            for index in other.members():
                largest.joined[index] = other.history_of(index), start
                self.detached[index] = largest
            largest.count += other.count
            del self._by_state[other.state][other]
            self._unreported.pop(other, None)
        merged = (index for cohort in (largest, *others) for index in cohort.indexes)
        largest.indexes = sorted(i for i in set(merged) if self.detached.get(i) is largest)
        return largest

    def cohorts(self, wanted: Callable[[str], object] = lambda state: True) -> list[Cohort]:
        """Return the cohorts in the states that ``wanted`` accepts."""
        return [c for state, found in self._by_state.items() if wanted(state) for c in found]

    def report(self) -> None:
        """Record that a response reports the states of all runs."""
        for cohort in self._unreported:
            cohort.reported = True
            cohort.pinned = False
        self._unreported.clear()

    def pin(self) -> list[Cohort]:
        """Keep all runs in their state until it is reported; return their cohorts."""
        cohorts = self.cohorts(RUN.automatic_event)
        for cohort in cohorts:
            cohort.pinned = True
            self._unreported[cohort] = None
        return cohorts

    def pinned_cohorts(self) -> list[Cohort]:
        """Return the cohorts that stay in their state until it is reported."""
        return [cohort for cohort in self._unreported if cohort.pinned]

    # -- counts --

    def status_counts(self) -> dict[str, int]:
        """Return the number of runs by AWS status, for every status."""
        total = dict.fromkeys(RUN.statuses, 0)
        for state, count in self._counts.items():
            total[status_of(state)] += count
        return total

    def any_with_status(self, status: str) -> bool:
        """Return whether any run has an AWS status."""
        return any(status_of(state) == status for state in self._counts)

    @property
    def active(self) -> int:
        """The number of runs that have not ended."""
        return sum(n for state, n in self._counts.items() if RUN.automatic_event(state))

    @property
    def stored(self) -> int:
        """The number of runs that are not deleted."""
        return sum(n for state, n in self._counts.items() if not RUN.is_end(state))

    @property
    def submitted_up_to(self) -> int:
        """The index behind the last run that was created."""
        return _stop(self._ranges[-1]) if self._ranges else 0


def _stop(cohort: Cohort) -> int:
    """The end of the range of a cohort that was submitted together."""
    return cohort.indexes[-1] + 1
