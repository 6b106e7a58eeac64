"""References to runs, and the runs of a block that match filters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from .life import entered
from .lifecycle import status_of
from .outcomes import InjectedOutcome
from .parameters_file import ParametersFile
from .runs import Cohort, RunBlock
from .tables import RUN, RUN_EXECUTES

#: Up to so many runs are collected and sorted; beyond that a page is found by scanning.
MOST_SORTED = 4096


class RunRef:
    """A reference to one run."""

    __slots__ = ("block", "index")

    def __init__(self, block: RunBlock, index: int):
        self.block = block
        self.index = index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunRef) and self.block is other.block and self.index == other.index

    @property
    def id(self) -> str:
        return self.block.id_of(self.index)

    @property
    def uuid(self) -> str:
        return self.block.uuids[self.index]

    @property
    def cohort(self) -> Cohort:
        return self.block.cohort_of(self.index)

    @property
    def state(self) -> str:
        return self.cohort.state

    @property
    def status(self) -> str:
        return self.cohort.status

    @property
    def history(self) -> list[tuple[datetime, str]]:
        """The (time, state) pairs of the run, the first being its creation."""
        return self.cohort.history_of(self.index)

    @property
    def started(self) -> datetime | None:
        """When the run became RUNNING, None when it never did."""
        return entered(self.history, RUN_EXECUTES)

    @property
    def outcome(self) -> InjectedOutcome | None:
        """The injected failure of the run, None when there is none."""
        return self.cohort.outcome

    @property
    def settings(self) -> Mapping[str, Any]:
        """The merged settings of the run."""
        return self.block.settings_of(self.index)

    @property
    def parameters_file(self) -> ParametersFile | None:
        """What parametersUri names: read when the run began to execute (L100)."""
        file = self.block.parameters_file
        executed = file is not None and self.started is not None
        return file if executed else None

    @property
    def parameters(self) -> Any:
        """The run parameters, also those that were read from an object."""
        file = self.parameters_file
        return self.settings.get("parameters") if file is None else file.parameters

    @property
    def tags(self) -> Mapping[str, str]:
        return self.block.tags_of(self.index)


class RunNames:
    """The runs of one block by name; the index is built by the first look-up."""

    def __init__(self, block: RunBlock):
        self._block = block
        self._indexes: dict[str, list[int]] = {}
        self._up_to = 0

    def find(self, name: str) -> list[int]:
        """Return the indexes of all runs with this name, deleted ones included."""
        block, end = self._block, self._block.submitted_up_to
        for index in range(self._up_to, end):
            if block.present_bytes[index]:
                own = block.setting(index, "name")
                if own is not None:
                    self._indexes.setdefault(own, []).append(index)
        self._up_to = end
        return self._indexes.get(name, [])


def select(
    block: RunBlock, after: int = -1, status: str | None = None, named: list[int] | None = None
) -> Iterator[int]:
    """Return the runs beyond the index ``after`` that are not deleted and match, in order.

    ``named`` are the indexes to choose from, None for all of the block.
    """
    if named is not None:
        later = islice(named, bisect_right(named, after), None)
        return (index for index in later if matches(block, index, status))
    cohorts = block.cohorts(lambda s: not RUN.is_end(s) and status in (None, status_of(s)))
    if len(cohorts) == 1:
        return cohorts[0].members(after)
    if sum(cohort.count for cohort in cohorts) <= MOST_SORTED:
        return iter(sorted(i for cohort in cohorts for i in cohort.members(after)))
    return (i for i in range(after + 1, block.size) if matches(block, i, status))


def matches(block: RunBlock, index: int, status: str | None) -> bool:
    """Return whether there is a run at ``index`` that is not deleted and has the status."""
    if not block.has(index):
        return False
    cohort = block.cohort_of(index)
    return not cohort.ended and status in (None, cohort.status)


def index_before(block: RunBlock, serial: int) -> int:
    """Return the last index whose place in the order of creation is at most ``serial``, or -1."""
    at = bisect_right(block.submissions, serial, key=lambda entry: entry[1])
    if at == 0:
        return -1
    start, first = block.submissions[at - 1]
    last = block.submissions[at][0] - 1 if at < len(block.submissions) else block.size
    return min(start + serial - first, last)
