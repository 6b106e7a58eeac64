"""Workflows and their versions as moto's dashboard shows them."""

from __future__ import annotations

from moto.core.common_models import BaseModel

from .collection import Model


class Workflow(Model, BaseModel):
    """A workflow."""


class WorkflowVersion(Model, BaseModel):
    """A version of a workflow that a user created."""

    @property
    def name(self) -> str:
        return str(self.params["versionName"])
