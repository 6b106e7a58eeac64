"""Workflows and their versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from ..domain import tables
from ..domain.definition import inspect, source_problem
from ..domain.lifecycle import IllegalMove
from ..domain.ready2run import READY2RUN
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
        workflow = self.add_workflow(str(self.take_ids()), params)
        self.listen(workflow)
        return workflow

    def listen(self, workflow: Workflow) -> None:
        """From now on what becomes of a workflow is told (W11)."""
        workflow.observer = lambda _, at: self.tell_workflow(workflow, at)

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

    def tell_workflow(self, workflow: Workflow, at: datetime) -> None:
        """A workflow has another status."""

    def _check_definition(self, params: Mapping[str, Any]) -> None:
        self.check_tags(params)
        if problem := source_problem(params):
            raise ValidationException(problem)

    def find_workflow(
        self, workflow_id: str, version: str | None = None, type: str | None = None
    ) -> Workflow | WorkflowVersion:
        """A workflow or a version of one. Raises ResourceNotFoundException (B17).

        The workflows of the catalogue are found only with their type (W0.5).
        """
        workflows = self.catalogue if type == "READY2RUN" else self.workflows
        if workflow_id not in workflows:
            raise ResourceNotFound("Workflow", workflow_id)
        if version is None:
            return workflows[workflow_id]
        versions = {} if type == "READY2RUN" else self.versions[workflow_id]
        if version not in versions:
            raise VersionNotFound(workflow_id, version)
        return versions[version]

    @cached_property
    def catalogue(self) -> dict[str, Workflow]:
        """The READY2RUN workflows that are publicly known (W5); they belong to no account."""
        found = {}
        for serial, (workflow_id, name) in enumerate(READY2RUN.items()):
            workflow = Workflow(
                tables.WORKFLOW,
                id=workflow_id,
                arn=f"arn:{self.partition}:omics:{self.region_name}::workflow/{workflow_id}",
                uuid=self.new_uuid(),
                serial=serial,
                given={"name": name} if name else {},
                facts={"type": "READY2RUN"},
                now=self.now(),
            )
            workflow.move("advance", workflow.created)
            found[workflow_id] = workflow
        return found

    def get_workflow(
        self,
        workflow_id: str,
        version: str | None = None,
        type: str | None = None,
        owner: str | None = None,
    ) -> Workflow | WorkflowVersion:
        """Describe a workflow or a version of one.

        Raises ResourceNotFoundException, also for another owner: nobody shares workflows here.
        """
        if owner not in (None, self.account_id):
            raise ResourceNotFound("Workflow", workflow_id)
        workflow = self.find_workflow(workflow_id, version, type)
        self.describe(workflow)
        return workflow

    def list_workflows(self, params: Mapping[str, Any]) -> tuple[list[Workflow], str | None]:
        """Raises ValidationException for a bad token (W4.2, W10)."""
        name, ready2run = params.get("name"), params.get("type") == "READY2RUN"
        workflows = self.catalogue if ready2run else self.workflows
        return self.page_of(
            "ListWorkflows", params, workflows.values(), lambda w: name in (None, w.name)
        )

    def update_workflow(self, params: Mapping[str, Any]) -> None:
        """Raises ResourceNotFound (W4.2)."""
        self.find_workflow(params["id"]).given.update(params)

    def delete_workflow(self, workflow_id: str) -> None:
        """Raises ResourceNotFound, HasVersions, WrongState (W4.2)."""
        workflow = self.find_workflow(workflow_id)
        if self.versions[workflow_id]:
            raise HasVersions(workflow_id)
        self._delete(workflow, workflow_id)
        del self.workflows[workflow_id], self.versions[workflow_id]

    def _delete(self, workflow: Workflow | WorkflowVersion, name: str) -> None:
        try:
            workflow.move("delete", self.now())
        except IllegalMove as move:
            raise WrongState(workflow.kind, name, "delete", move.state, move.allowed) from None
        self.forget(workflow)

    # -- versions --

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

    def list_workflow_versions(
        self, params: Mapping[str, Any]
    ) -> tuple[list[WorkflowVersion], str | None]:
        """The versions that users made: the original is none of them (W4.3).

        Raises ResourceNotFound, ValidationException for a bad token.
        """
        workflow_id = params["workflowId"]
        if params.get("workflowOwnerId") not in (None, self.account_id):
            raise ResourceNotFound("Workflow", workflow_id)
        self.find_workflow(workflow_id, type=params.get("type"))
        versions = self.versions.get(workflow_id, {}).values()
        return self.page_of("ListWorkflowVersions", params, versions)

    def find_version(self, workflow_id: str, name: str) -> WorkflowVersion:
        """Raises ResourceNotFound, VersionNotFound."""
        version = self.find_workflow(workflow_id, name)
        assert isinstance(version, WorkflowVersion)
        return version

    def update_workflow_version(self, params: Mapping[str, Any]) -> None:
        """Raises ResourceNotFound, VersionNotFound (W4.2)."""
        self.find_version(params["workflowId"], params["versionName"]).given.update(params)

    def delete_workflow_version(self, workflow_id: str, name: str) -> None:
        """Raises ResourceNotFound, VersionNotFound, WrongState (W4.2)."""
        version = self.find_version(workflow_id, name)
        self._delete(version, f"{workflow_id} {name}")
        del self.versions[workflow_id][name]
