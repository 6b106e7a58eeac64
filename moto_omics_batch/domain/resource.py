"""Workflows, versions, run groups, run caches, configurations: what was given, and a life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .life import Life
from .lifecycle import Lifecycle


class Resource(Life):
    """One resource.

    ``given`` is the request that made it, ``facts`` what the service found out then: both by wire
    name. ``serial`` is its place in the order of creation.
    """

    def __init__(
        self,
        lifecycle: Lifecycle,
        *,
        id: str,
        arn: str,
        uuid: str,
        serial: int,
        given: Mapping[str, Any],
        facts: Mapping[str, Any],
        now: datetime,
    ):
        super().__init__(lifecycle, now)
        self.id = id
        self.arn = arn
        self.uuid = uuid
        self.serial = serial
        self.given = dict(given)
        self.facts = dict(facts)
        self.tags: dict[str, str] = dict(given.get("tags") or {})
        self.status_message: str | None = None

    @property
    def name(self) -> str | None:
        return self.given.get("name")

    def fail(self, message: str, now: datetime) -> None:
        """It does not come to life. Raises IllegalMove."""
        self.move("fail", now)
        self.status_message = message


class Workflow(Resource):
    """A workflow or a version of one, with what is wrong with its definition, if anything."""

    definition_problem: str | None = None

    def step(self, at: datetime) -> bool:
        if self.definition_problem is not None and not self.settled:
            self.fail(self.definition_problem, at)
            return True
        return super().step(at)
