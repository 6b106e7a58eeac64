"""Run tasks: what a definition says about them, and their ids in a block of runs (W3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .ids import Uuids


class TaskSpec(NamedTuple):
    """One task of a workflow, as its definition describes it.

    ``cpus``, ``memory`` (GiB) and ``gpus`` are what the task asks for; the defaults are those of a
    task that asks for nothing (L33). ``accelerator`` is the kind of GPU, ``image`` the container
    image; ``source_image`` is the one in the definition where a registry map replaces it (L112).
    ``cacheable`` is False when a run cache does not apply to the task (L68).
    """

    name: str
    cpus: int = 1
    memory: int = 1
    gpus: int = 0
    accelerator: str | None = None
    image: str | None = None
    cacheable: bool = True
    source_image: str | None = None


class Tasks(NamedTuple):
    """The tasks of a block of runs: ids from ``first``, those of one run side by side."""

    first: int
    uuids: Uuids
    specs: Sequence[TaskSpec]

    def of_run(self, index: int) -> range:
        """Return the task numbers of the run at ``index``."""
        return range(index * len(self.specs), (index + 1) * len(self.specs))

    def number(self, index: int, task_id: str) -> int | None:
        """Return the number of a task id of the run at ``index``, None for another id."""
        number = int(task_id) - self.first
        # An id with a leading zero is another id.
        return number if number in self.of_run(index) and self.id_of(number) == task_id else None

    def id_of(self, number: int) -> str:
        return str(self.first + number)

    def uuid_of(self, number: int) -> str:
        return self.uuids[number]

    def position_of(self, number: int) -> int:
        """Return the place of a task among those of its run."""
        return number % len(self.specs)

    def spec_of(self, number: int) -> TaskSpec:
        return self.specs[self.position_of(number)]
