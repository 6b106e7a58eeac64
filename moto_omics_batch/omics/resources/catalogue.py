"""The READY2RUN workflows (W5), and workflows that the settings of the mock declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from ...domain import tables
from ...domain.declared_workflow import READY2RUN, DeclaredVersion, DeclaredWorkflow
from ...domain.ready2run import CATALOGUE
from ...domain.resource import ResourceListener
from ..exceptions import ResourceNotFound, VersionNotFound
from .context import Context
from .random_streams import derived_uuid
from .workflow_models import Workflow, WorkflowVersion

D = TypeVar("D", Workflow, WorkflowVersion)


def workflow_params(declared: DeclaredWorkflow) -> dict[str, Any]:
    """Return the members of a declared workflow that a request to create it would have."""
    members = {
        "name": declared.name,
        "engine": declared.engine,
        "parameterTemplate": declared.template,
    }
    return {name: value for name, value in members.items() if value is not None}


def version_params(declared: DeclaredWorkflow, version: DeclaredVersion) -> dict[str, Any]:
    """Return the members of a declared version that a request to create it would have."""
    members = {
        "workflowId": declared.id,
        "versionName": version.name,
        "engine": declared.engine,
        "parameterTemplate": version.template,
    }
    return {name: value for name, value in members.items() if value is not None}


class Catalogue:
    """The READY2RUN workflows: those that are publicly known (W5), and declared ones.

    They belong to no account. A declared workflow replaces the known one of its id.
    """

    def __init__(self, context: Context, *, listener: ResourceListener):
        self._context = context
        self._listener = listener
        self._declared: dict[str, DeclaredWorkflow] = {}
        self._workflows: dict[str, Workflow] = {}
        self._versions: dict[str, dict[str, WorkflowVersion]] = {}

    def declare(self, declared: DeclaredWorkflow) -> None:
        """Add a workflow that the settings of the mock name."""
        if declared.id not in self._declared:
            self._declared[declared.id] = declared
            self._workflows.clear()

    @property
    def workflows(self) -> Iterable[Workflow]:
        """All workflows, those of the public catalogue first."""
        self._build()
        return self._workflows.values()

    def find(self, workflow_id: str, version: str | None) -> Workflow | WorkflowVersion:
        """Return a workflow or a version of one. Raises ResourceNotFoundException (W0.5)."""
        self._build()
        if workflow_id not in self._workflows:
            raise ResourceNotFound("Workflow", workflow_id)
        if version is None:
            return self._workflows[workflow_id]
        if version not in self._versions[workflow_id]:
            raise VersionNotFound(workflow_id, version)
        return self._versions[workflow_id][version]

    def of_workflow(self, workflow_id: str) -> Iterable[WorkflowVersion]:
        """Return the versions of a workflow that `find` knows."""
        return self._versions[workflow_id].values()

    def _build(self) -> None:
        if self._workflows:
            return
        known = {workflow.id: workflow for workflow in CATALOGUE} | self._declared
        for serial, declared in enumerate(known.values()):
            workflow = self._make(
                Workflow, declared.id, declared.id, serial, workflow_params(declared)
            )
            self._workflows[declared.id] = workflow
            self._versions[declared.id] = {
                version.name: self._make(
                    WorkflowVersion,
                    version.name,
                    f"{declared.id}/version/{version.name}",
                    number,
                    version_params(declared, version),
                )
                for number, version in enumerate(declared.versions)
            }

    def _make(
        self, model: type[D], id: str, name: str, serial: int, params: Mapping[str, Any]
    ) -> D:
        context = self._context
        arn = f"arn:{context.partition}:omics:{context.region}::workflow/{name}"
        return model(
            tables.WORKFLOW,
            id=id,
            arn=arn,
            uuid=derived_uuid(arn),
            serial=serial,
            params=params,
            resolved={"type": READY2RUN},
            now=context.created,
            listener=self._listener,
            state="ACTIVE",
        )
