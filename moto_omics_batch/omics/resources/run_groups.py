"""Run groups (W6): CreateRunGroup, GetRunGroup, ListRunGroups, UpdateRunGroup, DeleteRunGroup."""

from __future__ import annotations

from typing import ClassVar

from moto.core.common_models import BaseModel

from ...domain import tables
from .collection import Collection, Kind, Model


class RunGroup(Model, BaseModel):
    """A run group."""


class RunGroups(Collection[RunGroup]):
    """The run groups of an account and region. A limit that is set cannot be cleared (W6)."""

    KIND: ClassVar[Kind[RunGroup]] = Kind(
        label="Run group",
        arn="runGroup",
        model=RunGroup,
        lifecycle=tables.RUN_GROUP,
        create="CreateRunGroup",
        list="ListRunGroups",
        filters=("name",),
        used_as="runGroupId",
    )

    def max_duration(self, group_id: str | None) -> int | None:
        """Return the longest duration of the runs of a group in minutes, None without one (W6)."""
        group = self._resources.get(group_id or "")
        return None if group is None else group.params.get("maxDuration")

    def max_runs(self, group_id: str) -> int | None:
        """Return the limit of active runs of a group, None without one (W6)."""
        group = self._resources.get(group_id)
        return None if group is None else group.params.get("maxRuns")
