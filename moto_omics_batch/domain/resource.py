"""Plain resources: workflows and their versions, run groups, run caches, configurations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from .life import Life, Progression
from .lifecycle import Lifecycle


class ResourceListener(Protocol):
    """Is notified of resources whose status changed."""

    def resource_changed(self, resource: Resource, at: datetime) -> None:
        """A resource has another status since ``at``."""
        ...


class Resource(Life):
    """One resource.

    ``params`` is the request that created it, ``resolved`` the members that the service
    determined then, both by wire name. ``serial`` is its place in the order of creation.
    ``problem`` makes it FAILED instead of ACTIVE, and becomes the statusMessage.
    """

    def __init__(
        self,
        lifecycle: Lifecycle,
        *,
        id: str,
        arn: str,
        uuid: str,
        serial: int,
        params: Mapping[str, Any],
        resolved: Mapping[str, Any],
        now: datetime,
        listener: ResourceListener,
        progression_key: str = "",
        problem: str | None = None,
        state: str | None = None,
    ):
        super().__init__(lifecycle, now, [(now, state or lifecycle.initial)])
        #: The time of the last update by a request.
        self.updated = now
        self.id = id
        self.arn = arn
        self.uuid = uuid
        self.serial = serial
        self.params = dict(params)
        self.resolved = dict(resolved)
        self.tags: dict[str, str] = dict(params.get("tags") or {})
        self.progression_key = progression_key
        self._listener = listener
        self.problem = problem

    @property
    def name(self) -> str | None:
        return self.params.get("name")

    @property
    def gone(self) -> bool:
        """Whether the resource was deleted."""
        return self.ended

    @property
    def status_message(self) -> str | None:
        """The problem of a FAILED resource."""
        return self.problem if self.status == "FAILED" else None

    def move(self, event: str, at: datetime) -> bool:
        """Make a transition and notify. Raises InvalidTransition."""
        changed = super().move(event, at)
        if changed:
            self._listener.resource_changed(self, at)
        return changed

    def next_due(self, progression: Progression) -> datetime | None:
        """Return when the next transition is due, None when no time brings it."""
        return progression.due(self.since)

    def step(self, at: datetime) -> None:
        """Make the automatic transition of the present state, or fail."""
        event = self.lifecycle.automatic_event(self.state)
        if event is not None:
            failing = self.problem is not None and self.allows("fail")
            self.move("fail" if failing else event, at)
