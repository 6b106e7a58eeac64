"""Run caches (W7): CreateRunCache, GetRunCache, ListRunCaches, UpdateRunCache, DeleteRunCache."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from moto.core.common_models import BaseModel

from ...domain import tables
from ...domain.cache import CacheEntry
from .collection import Collection, Kind, Model, Resolved


class RunCache(Model, BaseModel):
    """A run cache."""

    @cached_property
    def entries(self) -> dict[bytes, CacheEntry]:
        """The latest entry of each key (L74)."""
        return {}


class RunCaches(Collection[RunCache]):
    """The run caches of an account and region."""

    KIND: ClassVar[Kind[RunCache]] = Kind(
        label="Run cache",
        arn="runCache",
        model=RunCache,
        lifecycle=tables.RUN_CACHE,
        create="CreateRunCache",
        list="ListRunCaches",
        used_as="cacheId",
    )

    def resolve(self, params: Mapping[str, Any]) -> Resolved:
        """Return the defaults of W7; the responses name the location cacheS3Uri."""
        return Resolved(
            {
                "cacheBehavior": params.get("cacheBehavior", "CACHE_ON_FAILURE"),
                "cacheBucketOwnerId": params.get("cacheBucketOwnerId", self._context.account_id),
                "cacheS3Uri": params["cacheS3Location"],
            }
        )

    def updated(self, resource: RunCache, params: Mapping[str, Any]) -> None:
        """Take over another cacheBehavior."""
        if "cacheBehavior" in params:
            resource.resolved["cacheBehavior"] = params["cacheBehavior"]
