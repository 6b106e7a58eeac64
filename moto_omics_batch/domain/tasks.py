"""Run tasks: derived from the calls of a workflow; a task shares the status of its run (W3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .ids import Uuids

#: The resources of every task: the smallest general instance, with 2 vCPUs and 4 GiB.
RESOURCES = {"cpus": 2, "memory": 4, "gpus": 0, "instanceType": "omics.c.large"}


class Tasks(NamedTuple):
    """The tasks of a block of runs: ids from ``first``, those of one run side by side."""

    first: int
    uuids: Uuids
    names: Sequence[str]

    def of_run(self, index: int) -> range:
        """Return the task numbers of the run at ``index``."""
        return range(index * len(self.names), (index + 1) * len(self.names))

    def number(self, index: int, task_id: str) -> int | None:
        """Return the number of a task id of the run at ``index``, None for another id."""
        number = int(task_id) - self.first
        # An id with a leading zero is another id.
        return number if number in self.of_run(index) and self.id_of(number) == task_id else None

    def id_of(self, number: int) -> str:
        return str(self.first + number)

    def uuid_of(self, number: int) -> str:
        return self.uuids[number]

    def name_of(self, number: int) -> str:
        return self.names[number % len(self.names)]
