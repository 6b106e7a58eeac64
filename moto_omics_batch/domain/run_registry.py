"""All runs of one account and region: look-ups, counts and lists in order of creation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, NamedTuple, Protocol

from .lifecycle import status_of
from .run_selection import RunNames, RunRef, index_before, matches, select
from .runs import Cohort, RunBlock
from .slots import Slots
from .tables import RUN
from .usage import Usage

#: In segments of up to so many runs, each run is looked at.
_SHORT = 64


class RunObserver(Protocol):
    """Is notified of runs whose status changed."""

    def runs_changed(
        self, block: RunBlock, status: str, indexes: Iterable[int], at: datetime
    ) -> None:
        """Runs of a block have come to ``status`` at ``at``."""
        ...


class RunFilter(NamedTuple):
    """The filters of ListRuns, combined with AND; None admits all."""

    name: str | None = None
    status: str | None = None
    batch_id: str | None = None
    run_group_id: str | None = None


class _Segment(NamedTuple):
    """Runs that were submitted together: consecutive in the order of creation."""

    serial: int
    block: RunBlock
    start: int
    stop: int


class RunRegistry:
    """The blocks of runs by id and in order of creation; counts are kept, not recounted."""

    def __init__(self, slots: Slots, usage: Usage, observer: RunObserver):
        self._slots = slots
        self._usage = usage
        self._observer = observer
        self._firsts: list[int] = []
        self._blocks: list[RunBlock] = []
        self._segments: list[_Segment] = []
        self._discarded = 0
        self._serial = 0
        self._by_status: dict[str, dict[RunBlock, None]] = {}
        self._by_setting: dict[tuple[str, str], dict[RunBlock, None]] = {}
        self._names: dict[RunBlock, RunNames] = {}
        self._removable: list[tuple[int, int, Cohort]] = []
        self._number = count()
        #: The number of runs that are not deleted.
        self.stored = 0

    # -- blocks --

    def __iter__(self) -> Iterator[RunBlock]:
        return iter(self._blocks)

    def add(self, block: RunBlock) -> None:
        """Add a block, at first without runs."""
        at = bisect_right(self._firsts, block.first)
        self._firsts.insert(at, block.first)
        self._blocks.insert(at, block)
        for key in self._keys_of(block):
            self._by_setting.setdefault(key, {})[block] = None
        if block.batch is not None:
            self._names[block] = RunNames(block)

    @staticmethod
    def _keys_of(block: RunBlock) -> Iterator[tuple[str, str]]:
        values = {"runGroupId": block.settings.get("runGroupId"), "batchId": block.batch_id}
        if block.batch is None:
            values["name"] = block.settings.get("name")
        return ((name, value) for name, value in values.items() if value is not None)

    def submit(
        self, block: RunBlock, indexes: range, failed: Collection[int], at: datetime
    ) -> Cohort | None:
        """Create runs, except at the indexes in ``failed``; return their cohort."""
        self._segments.append(_Segment(self._serial, block, indexes.start, indexes.stop))
        serial, self._serial = self._serial, self._serial + len(indexes)
        return block.submit(indexes, failed, serial, at)

    def discard(self, block: RunBlock) -> None:
        """Forget a block without runs."""
        at = bisect_right(self._firsts, block.first) - 1
        del self._firsts[at], self._blocks[at]
        for key in self._keys_of(block):
            blocks = self._by_setting[key]
            del blocks[block]
            if not blocks:
                del self._by_setting[key]
        for found in self._by_status.values():
            found.pop(block, None)
        self._names.pop(block, None)
        self._discarded += len(block.submissions)
        if self._discarded > len(self._segments) // 2:
            kept = set(self._blocks)
            self._segments = [segment for segment in self._segments if segment.block in kept]
            self._removable = [entry for entry in self._removable if entry[2].block in kept]
            heapify(self._removable)
            self._discarded = 0

    def find(self, run_id: str) -> RunRef | None:
        """Return a run that is not deleted, None when there is none."""
        if not run_id.isdecimal() or len(run_id) > 18:
            return None
        at = bisect_right(self._firsts, int(run_id)) - 1
        if at < 0:
            return None
        block = self._blocks[at]
        index = block.index_of(run_id)
        return RunRef(block, index) if index is not None and block.findable(index) else None

    # -- changes, as RunListener --

    def submitted(self, cohort: Cohort, at: datetime) -> None:
        """Runs were created."""
        self.stored += cohort.count
        self._usage.add(cohort.block.settings, cohort.count)
        self._by_status.setdefault(cohort.status, {})[cohort.block] = None
        self._observer.runs_changed(cohort.block, cohort.status, cohort.members(), at)

    def moved(self, cohort: Cohort, before: str, at: datetime) -> None:
        """Runs made a transition from the state ``before``."""
        block, state = cohort.block, cohort.state
        occupied = _active(state) - _active(before)
        if occupied:
            self._slots.occupy(block.settings.get("runGroupId"), occupied * cohort.count)
        if RUN.automatic_event(before) and not RUN.automatic_event(state):
            self._usage.add(block.settings, -cohort.count)
            self.separated(cohort)
        if RUN.is_end(state):
            self.stored -= cohort.count
        if status_of(before) != cohort.status:
            if not block.any_with_status(status_of(before)):
                self._by_status[status_of(before)].pop(block, None)
            self._by_status.setdefault(cohort.status, {})[block] = None
            self._observer.runs_changed(block, cohort.status, cohort.members(), at)

    def separated(self, part: Cohort) -> None:
        """Note runs that may be removed: runs of a cohort of their own are looked up by it."""
        if part.allows("delete") and part.block.resolved.get("retentionMode") == "REMOVE":
            heappush(self._removable, (part.serial, next(self._number), part))

    def oldest_removable(self) -> RunRef | None:
        """Return the oldest run with retentionMode REMOVE that has ended, None if there is none."""
        removable = self._removable
        while removable:
            serial, number, cohort = removable[0]
            if not cohort.allows("delete"):
                heappop(removable)
            elif cohort.serial != serial:
                heappop(removable)
                heappush(removable, (cohort.serial, number, cohort))
            else:
                return RunRef(cohort.block, cohort.first)
        return None

    # -- lists --

    def list(self, wanted: RunFilter, after: int) -> Iterator[tuple[int, RunRef]]:
        """Return (place in the order of creation, run) beyond the place ``after``."""
        blocks = self._candidates(wanted)
        if blocks is None or len(blocks) * 4 > len(self._segments):
            return self._scan(blocks, wanted, after)
        return self._merge(blocks, wanted, after)

    def _candidates(self, wanted: RunFilter) -> Mapping[RunBlock, Any] | None:
        """The blocks that can hold matching runs, None for all."""
        sets: list[Mapping[RunBlock, Any]] = []
        for setting, value in (("batchId", wanted.batch_id), ("runGroupId", wanted.run_group_id)):
            if value is not None:
                sets.append(self._by_setting.get((setting, value), {}))
        if wanted.status is not None:
            sets.append(self._by_status.get(wanted.status, {}))
        if wanted.name is not None:
            named = dict(self._by_setting.get(("name", wanted.name), {}))
            named |= {b: None for b, names in self._names.items() if names.find(wanted.name)}
            sets.append(named)
        if not sets:
            return None
        smallest, *others = sorted(sets, key=len)
        return {block: None for block in smallest if all(block in other for other in others)}

    def _select(self, block: RunBlock, wanted: RunFilter, after: int) -> Iterator[int]:
        names = self._names.get(block) if wanted.name is not None else None
        named = names.find(wanted.name) if names and wanted.name is not None else None
        return select(block, after, wanted.status, named)

    def _scan(
        self, blocks: Mapping[RunBlock, Any] | None, wanted: RunFilter, after: int
    ) -> Iterator[tuple[int, RunRef]]:
        """Look at all segments in order."""
        at = max(bisect_right(self._segments, after, key=lambda s: s.serial) - 1, 0)
        for number in range(at, len(self._segments)):
            segment = self._segments[number]
            block, first = segment.block, segment.serial
            if not block.stored or (blocks is not None and block not in blocks):
                continue
            start = max(segment.start, segment.start + after - first + 1)
            indexes: Iterable[int] = range(start, segment.stop)
            if segment.stop - segment.start > _SHORT or wanted.name is not None:
                indexes = self._select(block, wanted, start - 1)
            for index in indexes:
                if index >= segment.stop:
                    break
                if matches(block, index, wanted.status):
                    yield first + index - segment.start, RunRef(block, index)

    def _merge(
        self, blocks: Mapping[RunBlock, Any], wanted: RunFilter, after: int
    ) -> Iterator[tuple[int, RunRef]]:
        """Merge the runs of a few blocks."""
        heap: list[tuple[int, int, RunBlock, Iterator[int]]] = []
        for block in blocks:
            runs = self._select(block, wanted, index_before(block, after))
            if (index := next(runs, None)) is not None:
                heap.append((block.serial_of(index), index, block, runs))
        heapify(heap)
        while heap:
            serial, index, block, runs = heappop(heap)
            yield serial, RunRef(block, index)
            if (following := next(runs, None)) is not None:
                heappush(heap, (block.serial_of(following), following, block, runs))


def _active(state: str) -> bool:
    """Whether runs in a state count for the limits of active runs."""
    return state != RUN.initial and RUN.automatic_event(state) is not None
