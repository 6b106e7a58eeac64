"""Jobs: work on several items, such as the files of an import, each of which may fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from .life import Life
from .lifecycle import Lifecycle
from .resource import Resource
from .tables import ITEM


class Item(Life):
    """One item of a job.

    ``params`` are its members as the request gave them, ``resolved`` those that the service
    determined, both by wire name. ``message`` says why it failed, or what was special about it.
    """

    def __init__(self, params: Mapping[str, Any], now: datetime, lifecycle: Lifecycle = ITEM):
        super().__init__(lifecycle, now)
        self.params = params
        self.resolved: dict[str, Any] = {}
        self.message: str | None = None


class Worker(Protocol):
    """Does the work of jobs."""

    def begin(self, job: Job, item: Item, at: datetime) -> None:
        """The job begins with an item."""
        ...

    def finish(self, job: Job, item: Item, at: datetime) -> str | None:
        """Complete the work on an item; return why it failed, None if it did not."""
        ...


class Job(Resource):
    """A job, which is SUBMITTED, then IN_PROGRESS, and then ends with all of its items.

    ``completed`` is the time of its end. The worker is set before the first step.
    """

    items: Sequence[Item]
    worker: Worker
    completed: datetime | None = None

    @property
    def gone(self) -> bool:
        """Whether the job was deleted: no request deletes one."""
        return False

    def step(self, at: datetime) -> None:
        """Start the job and all of its items, or end them (S80)."""
        if self.allows("start"):
            for item in self.items:
                self.worker.begin(self, item, at)
                item.move("start", at)
            self.move("start", at)
            return
        for item in self.items:
            problem = self.worker.finish(self, item, at)
            if problem is not None:
                item.message = problem
            item.move("finish" if problem is None else "fail", at)
        self.completed = at
        self.move(self._outcome(), at)

    def _outcome(self) -> str:
        failed = sum(item.status == "FAILED" for item in self.items)
        if not failed:
            return "finish"
        return "fail" if failed == len(self.items) else "finish_partly"
