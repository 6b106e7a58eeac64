"""All runs of one account and region: found by id, listed in order of creation."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Iterator

from .runs import RunBlock


class RunStore:
    """The blocks of runs, by id and by age. Positions are serials: they never change (B75)."""

    def __init__(self) -> None:
        self._by_id: list[tuple[int, int, RunBlock]] = []
        self._by_age: list[tuple[int, RunBlock]] = []

    def __iter__(self) -> Iterator[RunBlock]:
        return (block for _, block in self._by_age)

    def add(self, block: RunBlock) -> None:
        """Take a block in."""
        insort(self._by_id, (block.first, id(block), block))
        insort(self._by_age, (block.serial, block))

    def discard(self, block: RunBlock) -> None:
        """Forget a block that holds no run any more."""
        self._by_id.remove((block.first, id(block), block))
        self._by_age.remove((block.serial, block))

    def find(self, run_id: str) -> tuple[RunBlock, int] | None:
        """The block and place of a run that can be found, None otherwise."""
        if not run_id.isdecimal():
            return None
        at = bisect_right(self._by_id, int(run_id), key=lambda entry: entry[0]) - 1
        if at < 0:
            return None
        block = self._by_id[at][2]
        index = block.index_of(run_id)
        return (block, index) if index is not None and block.findable(index) else None

    def after(
        self, serial: int, wanted: Callable[[RunBlock], bool]
    ) -> Iterator[tuple[int, RunBlock, int]]:
        """(serial, block, place) of the runs made later than ``serial``, in ``wanted`` blocks."""
        at = max(bisect_right(self._by_age, serial, key=lambda entry: entry[0]) - 1, 0)
        for first, block in self._by_age[at:]:
            if block.present and wanted(block):
                for index in block.indexes(max(serial - first, -1)):
                    yield first + index, block, index
