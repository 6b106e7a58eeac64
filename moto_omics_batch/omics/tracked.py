"""The resources as moto's dashboard sees them: what lives in the domain, with moto's BaseModel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.common_models import BaseModel

from ..domain import batch, resource, runs


class Batch(batch.Batch, BaseModel):
    """A run batch with its names (B1)."""

    def __init__(
        self,
        *,
        id: str,
        arn: str,
        uuid: str,
        serial: int,
        name: str | None,
        tags: dict[str, str],
        given: Mapping[str, Any],
        facts: Mapping[str, Any],
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.id = id
        self.arn = arn
        self.uuid = uuid
        self.serial = serial
        self.name = name
        self.tags = tags
        self.facts = facts
        #: The rest of the request, for members that this package has never heard of (B21).
        self.given = {n: v for n, v in given.items() if n != "batchRunSettings"}


class Run(runs.RunBlock, BaseModel):
    """A run that StartRun made. The runs of a batch are told by the batch."""

    @property
    def id(self) -> str:
        return self.id_of(0)

    @property
    def status(self) -> str:
        return self.status_of(0)

    @property
    def settings(self) -> dict[str, Any]:
        return dict(self.settings_of(0))


class Workflow(resource.Workflow, BaseModel):
    """A private workflow."""


class WorkflowVersion(resource.Workflow, BaseModel):
    """A version of a workflow that a user made."""


class RunGroup(resource.Resource, BaseModel):
    """A run group."""


class RunCache(resource.Resource, BaseModel):
    """A run cache."""


class Configuration(resource.Resource, BaseModel):
    """A named run configuration."""
