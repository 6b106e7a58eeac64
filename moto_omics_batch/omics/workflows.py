"""Workflows and their versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..domain import tables
from ..domain.definition import inspect, source_problem
from ..domain.lifecycle import IllegalMove
from .core import OmicsCore
from .exceptions import (
    AlreadyExists,
    HasVersions,
    ResourceNotFound,
    ValidationException,
    VersionNotFound,
    WrongState,
)
from .tracked import Workflow, WorkflowVersion


class WorkflowOperations(OmicsCore):
    """CreateWorkflow to GetWorkflowVersion. Parameters are those of the request, by wire name."""

    def create_workflow(self, params: Mapping[str, Any]) -> Workflow:
        """Raises ValidationException unless exactly one definition is given (W4.1)."""
        return self.once("CreateWorkflow", params, lambda: self._new_workflow(params))

    def _new_workflow(self, params: Mapping[str, Any]) -> Workflow:
        self._check_definition(params)
        workflow_id = str(self.take_ids())
        return self.add_workflow(workflow_id, params)

    def add_workflow(self, workflow_id: str, params: Mapping[str, Any]) -> Workflow:
        """A workflow with an id that is free."""
        facts, problem = inspect(params)
        workflow = Workflow(
            tables.WORKFLOW,
            id=workflow_id,
            arn=self.arn("workflow", workflow_id),
            uuid=self.new_uuid(),
            serial=self.take_serials(),
            given=params,
            facts=facts,
            now=self.now(),
        )
        workflow.definition_problem = problem
        self.workflows[workflow_id] = workflow
        self.versions[workflow_id] = {}
        self.stir(workflow)
        return workflow

    def _check_definition(self, params: Mapping[str, Any]) -> None:
        self.check_tags(params)
        if problem := source_problem(params):
            raise ValidationException(problem)

    def find_workflow(
        self, workflow_id: str, version: str | None = None, type: str | None = None
    ) -> Workflow | WorkflowVersion:
        """A workflow or a version of one. Raises ResourceNotFoundException (B17)."""
        if workflow_id not in self.workflows or type == "READY2RUN":
            raise ResourceNotFound("Workflow", workflow_id)
        if version is None:
            return self.workflows[workflow_id]
        if version not in self.versions[workflow_id]:
            raise VersionNotFound(workflow_id, version)
        return self.versions[workflow_id][version]

    def get_workflow(
        self, workflow_id: str, version: str | None = None, type: str | None = None
    ) -> Workflow | WorkflowVersion:
        """Describe a workflow or a version of one. Raises ResourceNotFoundException."""
        workflow = self.find_workflow(workflow_id, version, type)
        self.describe(workflow)
        return workflow

    def list_workflows(self, params: Mapping[str, Any]) -> tuple[list[Workflow], str | None]:
        """Raises ValidationException for a bad token (W4.2, W10)."""
        name, type = params.get("name"), params.get("type")

        def after(position: int) -> Iterator[tuple[int, Workflow]]:
            for workflow in self.workflows.values():
                if (
                    workflow.serial > position
                    and name in (None, workflow.name)
                    and type in (None, "PRIVATE")
                ):
                    yield workflow.serial, workflow

        return self.page("ListWorkflows", params, after)

    def delete_workflow(self, workflow_id: str) -> None:
        """Raises ResourceNotFound, HasVersions, WrongState (W4.2)."""
        workflow = self.find_workflow(workflow_id)
        if self.versions[workflow_id]:
            raise HasVersions(workflow_id)
        try:
            workflow.move("delete", self.now())
        except IllegalMove as move:
            raise WrongState("workflow", workflow_id, "delete", move.state, move.allowed) from None
        del self.workflows[workflow_id], self.versions[workflow_id]
        self.forget(workflow)

    def create_workflow_version(self, params: Mapping[str, Any]) -> WorkflowVersion:
        """Raises ResourceNotFound, AlreadyExists, ValidationException (W4.3)."""
        return self.once("CreateWorkflowVersion", params, lambda: self._new_version(params))

    def _new_version(self, params: Mapping[str, Any]) -> WorkflowVersion:
        workflow_id, name = params["workflowId"], params["versionName"]
        self.find_workflow(workflow_id)
        if name in self.versions[workflow_id]:
            raise AlreadyExists(f"Workflow {workflow_id} version", name)
        self._check_definition(params)
        facts, problem = inspect(params)
        version = WorkflowVersion(
            tables.WORKFLOW_VERSION,
            id=name,
            arn=self.arn("workflow", f"{workflow_id}/version/{name}"),
            uuid=self.new_uuid(),
            serial=self.take_serials(),
            given=params,
            facts=facts,
            now=self.now(),
        )
        version.definition_problem = problem
        self.versions[workflow_id][name] = version
        self.stir(version)
        return version
