"""What the jobs of storage have in common: SUBMITTED, IN_PROGRESS, and an end (S80, S160)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar, cast

from ....domain.job import Item, Job
from ....domain.resource import Resource
from ..collection import Model
from .in_store import InStore

#: S190, S191: statusMessage of jobs and of their items by status.
_JOB_TEXTS = {
    "SUBMITTED": "The job is submitted and will start soon.",
    "IN_PROGRESS": "The job is currently in progress.",
    "COMPLETED": "The job completed successfully.",
    "COMPLETED_WITH_FAILURES": "The job completed with failures.",
    "FAILED": "The job failed.",
}
_ITEM_TEXTS = {
    "NOT_STARTED": "The source is queued for the job.",
    "IN_PROGRESS": "The source job is currently in progress.",
    "FINISHED": "The source job completed successfully.",
}

#: S13: the longest statusMessage of an item, in characters.
MAX_MESSAGE = 127


class JobModel(Model, Job):
    """A job that moto's dashboard shows: subclasses are also subclasses of BaseModel."""


J = TypeVar("J", bound=JobModel)


class Jobs(InStore[J]):
    """The jobs of one kind. A subclass does the work: `begin` and `finish`.

    ``ITEMS`` is the member of the request that lists the items, and of the response if ``SHOWN``
    is not another.
    """

    ITEMS: ClassVar[str] = "sources"
    SHOWN: ClassVar[str] = "sources"

    def __init__(self, *shared: Any):
        super().__init__(*shared)
        #: Store → its jobs that have not ended, by id.
        self._unfinished: dict[str, dict[str, J]] = {}

    def store(self, resource: J) -> None:
        """Make a job available, with its items."""
        resource.items = [Item(item, resource.created) for item in resource.params[self.ITEMS]]
        resource.worker = self
        super().store(resource)
        self._unfinished.setdefault(resource.params[self.STORE], {})[resource.id] = resource

    def discard(self, resource: J) -> None:
        """Forget a job of a store that was deleted."""
        super().discard(resource)
        if not resource.ended:
            self._end(resource)

    def _end(self, job: J) -> None:
        """Remove a job from those that have not ended."""
        store_id = job.params[self.STORE]
        del self._unfinished[store_id][job.id]
        if not self._unfinished[store_id]:
            del self._unfinished[store_id]

    def resource_changed(self, resource: Resource, at: datetime) -> None:
        """Announce a change, and remember that a job has ended."""
        super().resource_changed(resource, at)
        if resource.ended:
            self._end(cast(J, resource))

    def begin(self, job: Job, item: Item, at: datetime) -> None:
        """The job begins with an item."""

    def finish(self, job: Job, item: Item, at: datetime) -> str | None:
        """Complete the work on an item; return why it failed, None if it did not."""
        raise NotImplementedError

    def unfinished(self, store_id: str) -> list[J]:
        """Return the jobs of a store that have not ended."""
        return list(self._unfinished.get(store_id, {}).values())

    def event_resource(self, resource: J) -> str:
        """Return the ARN of the store, as jobs have none (S173)."""
        return self._stores.arn(resource.params[self.STORE], {})

    def event_detail(self, resource: J) -> Mapping[str, Any]:
        """Return the detail of an event beside omicsVersion and status (S172)."""
        return {
            "id": resource.id,
            self.STORE: resource.params[self.STORE],
            "statusMessage": _JOB_TEXTS[resource.status],
        }

    def computed(self, resource: J) -> Mapping[str, Any]:
        """Return the items, and what depends on the status."""
        return {
            self.SHOWN: [self.shown(item) for item in resource.items],
            "statusMessage": _JOB_TEXTS[resource.status],
            "completionTime": resource.completed,
        }

    def shown(self, item: Item) -> dict[str, Any]:
        """Return the members of an item for a response."""
        message = item.message or _ITEM_TEXTS[item.status]
        return {
            **item.params,
            **item.resolved,
            "status": item.status,
            "statusMessage": message[:MAX_MESSAGE],
        }
