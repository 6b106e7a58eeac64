"""Workflows and their versions (W4, W5): CreateWorkflow, GetWorkflow, ListWorkflows,
UpdateWorkflow, DeleteWorkflow, and the same for WorkflowVersion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from ...domain import tables
from ...domain.declared_workflow import READY2RUN, DeclaredWorkflow
from ...domain.resource import Resource
from ...domain.scheduler import Scheduler
from ...domain.usage import Usage
from ...wire.views import Layers, Page
from ..exceptions import (
    AccessDeniedException,
    AlreadyExists,
    ConflictException,
    HasVersions,
    ResourceNotFound,
    VersionNotFound,
)
from .catalogue import Catalogue, version_params, workflow_params
from .collection import Collection, Kind, Resolved
from .context import Context
from .definition_files import DefinitionFiles
from .workflow_models import Workflow as Workflow
from .workflow_models import WorkflowVersion as WorkflowVersion

D = TypeVar("D", Workflow, WorkflowVersion)


class WorkflowListener(Protocol):
    """Is notified of workflows whose status changed."""

    def workflow_changed(self, workflow: Resource, at: datetime) -> None:
        """A workflow has another status since ``at``."""
        ...


class _Definitions(Collection[D]):
    """What workflows and versions share: their definition."""

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        *,
        listener: WorkflowListener,
        files: DefinitionFiles,
    ):
        super().__init__(context, scheduler, usage)
        self._listener = listener
        self._files = files

    def resource_changed(self, resource: Resource, at: datetime) -> None:
        """Forget a deleted resource, and notify of the change (W11, L8)."""
        super().resource_changed(resource, at)
        self._listener.workflow_changed(resource, at)

    def check(self, params: Mapping[str, Any]) -> None:
        """Check definition, README and registry map. Raises ValidationException (W4.1)."""
        self._files.check(params)

    def resolve(self, params: Mapping[str, Any]) -> Resolved:
        """Return what the definition says, as far as it can be read (L80 to L94).

        Raises ValidationException for a README or a registry map in S3 that is invalid.
        """
        return self._files.resolve(params)

    def computed(self, resource: D) -> Mapping[str, Any]:
        """Return type, engine and repository; an engine in the request is reported as it is.

        The statusMessage of an ACTIVE resource is what the inspection found (L86).
        """
        repository = resource.params.get("definitionRepository") or {}
        details = {k: v for k, v in repository.items() if k != "excludeFilePatterns"}
        computed = {
            "type": resource.resolved.get("type", "PRIVATE"),
            "engine": resource.params.get("engine") or resource.resolved.get("engine"),
            "definitionRepositoryDetails": details or None,
        }
        if resource.status == "ACTIVE":
            computed["statusMessage"] = resource.resolved.get("statusMessage")
        return computed

    def with_exports(self, resource: D, params: Mapping[str, Any], origin: str | None) -> Layers:
        """Describe a resource, with URLs of what the request exports (L90)."""
        exported = self._files.exports(resource, params.get("export", ()), origin)
        return Layers(exported, *self.describe(resource))

    def change(self, resource: D, params: Mapping[str, Any]) -> None:
        """Store the members of an update. Raises ValidationException for a long README (L89)."""
        self._files.check_readme(params)
        resource.params.update(params)


class WorkflowVersions(_Definitions[WorkflowVersion]):
    """The versions of all workflows. The id of a version is ``1234567/version/name``."""

    KIND: ClassVar[Kind[WorkflowVersion]] = Kind(
        label="Workflow version",
        arn="workflow",
        model=WorkflowVersion,
        lifecycle=tables.WORKFLOW_VERSION,
        create="CreateWorkflowVersion",
        list="ListWorkflowVersions",
        key="versionName",
        progression_key="workflow",
    )

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        *,
        listener: WorkflowListener,
        files: DefinitionFiles,
    ):
        super().__init__(context, scheduler, usage, listener=listener, files=files)
        self._of_workflow: dict[str, dict[str, WorkflowVersion]] = {}

    def new_id(self, params: Mapping[str, Any]) -> str:
        """Return the id of a new version."""
        return self.id_of(params["workflowId"], params["versionName"])

    @staticmethod
    def id_of(workflow_id: str, name: str) -> str:
        """Return the id of a version."""
        return f"{workflow_id}/version/{name}"

    def check(self, params: Mapping[str, Any]) -> None:
        """Check name and definition. Raises AlreadyExists, ValidationException (W4.3)."""
        workflow_id, name = params["workflowId"], params["versionName"]
        if self.new_id(params) in self._resources:
            raise AlreadyExists(f"Workflow {workflow_id} version", name)
        super().check(params)

    def store(self, resource: WorkflowVersion) -> None:
        """Make a version available."""
        super().store(resource)
        of_workflow = self._of_workflow.setdefault(resource.params["workflowId"], {})
        of_workflow[resource.id] = resource

    def discard(self, resource: WorkflowVersion) -> None:
        """Forget a deleted version."""
        super().discard(resource)
        workflow_id = resource.params["workflowId"]
        del self._of_workflow[workflow_id][resource.id]
        if not self._of_workflow[workflow_id]:
            del self._of_workflow[workflow_id]

    def of_workflow(self, workflow_id: str) -> Iterable[WorkflowVersion]:
        """Return the versions of one workflow that users created (W4.3)."""
        return self._of_workflow.get(workflow_id, {}).values()

    def title(self, resource: WorkflowVersion) -> str:
        """Return the name of a version in messages."""
        return f"{resource.params['workflowId']} {resource.params['versionName']}"


class Sharing(Protocol):
    """The shares of an account's workflows, and of those of others with the account."""

    def workflows_of(self, owner: str, workflow_id: str) -> Workflows | None:
        """Return the workflows of another account if this one is shared with the account."""
        ...

    def blocks_deletion(self, arn: str) -> bool:
        """Return whether a share of a resource is ACTIVATING or ACTIVE (A76)."""
        ...

    def forget_resource(self, arn: str) -> None:
        """Delete the shares of a resource that was deleted (A76)."""
        ...


class Workflows(_Definitions[Workflow]):
    """The workflows of an account and region, with their versions and the READY2RUN catalogue."""

    KIND: ClassVar[Kind[Workflow]] = Kind(
        label="Workflow",
        arn="workflow",
        model=Workflow,
        lifecycle=tables.WORKFLOW,
        create="CreateWorkflow",
        list="ListWorkflows",
        filters=("name",),
        progression_key="workflow",
    )

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        *,
        listener: WorkflowListener,
        files: DefinitionFiles,
        sharing: Sharing,
    ):
        super().__init__(context, scheduler, usage, listener=listener, files=files)
        self._sharing = sharing
        self.versions = WorkflowVersions(context, scheduler, usage, listener=listener, files=files)
        self._catalogue = Catalogue(context, listener=self)

    # -- workflows --

    def of_owner(self, workflow_id: str, params: Mapping[str, Any], type: str | None) -> Workflows:
        """Return the workflows of the account that ``workflowOwnerId`` names (A82).

        Raises ResourceNotFound unless the workflow is shared with this account.
        """
        owner = params.get("workflowOwnerId")
        if owner in (None, self._context.account_id):
            return self
        found = None if type == READY2RUN else self._sharing.workflows_of(owner, workflow_id)
        if found is None:
            raise ResourceNotFound("Workflow", workflow_id)
        return found

    def find_definition(
        self, workflow_id: str, version: str | None = None, type: str | None = None
    ) -> Workflow | WorkflowVersion:
        """Return a workflow or a version of one. Raises ResourceNotFoundException (B17).

        Workflows of the catalogue are found only with their type (W0.5).
        """
        if type == READY2RUN:
            return self._catalogue.find(workflow_id, version)
        workflow = self.find(workflow_id)
        if version is None:
            return workflow
        id = self.versions.id_of(workflow_id, version)
        if self.versions.tags_of(id) is None:
            raise VersionNotFound(workflow_id, version)
        return self.versions.find(id)

    def describe_definition(
        self,
        workflow_id: str,
        version: str | None,
        params: Mapping[str, Any],
        origin: str | None = None,
    ) -> Layers:
        """Describe a workflow or a version: GetWorkflow, GetWorkflowVersion.

        ``params`` may have type, workflowOwnerId and export; URLs lead to ``origin`` (L90). Raises
        ResourceNotFoundException, and AccessDeniedException for exports of another owner (A84).
        """
        type = params.get("type")
        family = self.of_owner(workflow_id, params, type)
        found = family.find_definition(workflow_id, version, type)
        if family is not self and params.get("export"):
            raise AccessDeniedException(f"Workflow {workflow_id} is shared: it cannot be exported")
        if isinstance(found, WorkflowVersion):
            family.versions.count_describe(found)
            return family.versions.with_exports(found, params, origin)
        family.count_describe(found)
        return family.with_exports(found, params, origin)

    def list(self, params: Mapping[str, Any]) -> Page:
        """Return one page of workflows (W4.2). Raises ValidationException for a bad token."""
        catalogue = params.get("type") == READY2RUN
        return self.page(params, self._catalogue.workflows if catalogue else self.all())

    def update(self, params: Mapping[str, Any]) -> None:
        """Store the members of an update. Raises ResourceNotFound, ValidationException (W4.2)."""
        self.change(self.find(params["id"]), params)

    def delete(self, id: str) -> None:
        """Delete a workflow, and the offers to share it (W4.2, A76).

        Raises ResourceNotFound, HasVersions, WrongState, ConflictException.
        """
        workflow = self.find(id)
        if any(True for _ in self.versions.of_workflow(id)):
            raise HasVersions(id)
        if self._sharing.blocks_deletion(workflow.arn):
            raise ConflictException(f"Workflow {id} cannot be deleted: it is shared")
        self.move(workflow, "delete")
        self._sharing.forget_resource(workflow.arn)

    def tags_of(self, id: str) -> dict[str, str] | None:
        """Return the tags of a workflow or a version, None when it does not exist."""
        versions = "/version/" in id
        return self.versions.tags_of(id) if versions else super().tags_of(id)

    def seed(self, declared: DeclaredWorkflow) -> None:
        """Create an ACTIVE workflow with its versions, which the settings of the mock name."""
        if declared.type == READY2RUN:
            self._catalogue.declare(declared)
            return
        if declared.id in self._resources:
            return
        self._context.claim_id(declared.id)
        source = {"definitionUri": f"s3://workflows/{declared.id}.zip"}
        self.add({**source, **workflow_params(declared)}, declared.id, "ACTIVE")
        for version in declared.versions:
            self.versions.add({**source, **version_params(declared, version)}, state="ACTIVE")

    # -- versions --

    def create_version(self, params: Mapping[str, Any]) -> Layers:
        """Create a version. Raises ResourceNotFound, AlreadyExists, ValidationException (W4.3)."""
        self.find(params["workflowId"])
        return self.versions.create(params)

    def list_versions(self, params: Mapping[str, Any]) -> Page:
        """Return one page of the versions that users created: not the original (W4.3).

        Raises ResourceNotFound, ValidationException for a bad token.
        """
        workflow_id, type = params["workflowId"], params.get("type")
        of_owner = self.of_owner(workflow_id, params, type)
        of_owner.find_definition(workflow_id, type=type)
        family = self._catalogue if type == READY2RUN else of_owner.versions
        return of_owner.versions.page(params, family.of_workflow(workflow_id))

    def update_version(self, params: Mapping[str, Any]) -> None:
        """Store the members of an update. Raises ResourceNotFound, VersionNotFound (W4.2)."""
        version = self.find_definition(params["workflowId"], params["versionName"])
        assert isinstance(version, WorkflowVersion)
        self.versions.change(version, params)

    def delete_version(self, workflow_id: str, name: str) -> None:
        """Delete a version. Raises ResourceNotFound, VersionNotFound, WrongState (W4.2)."""
        version = self.find_definition(workflow_id, name)
        self.versions.delete(version.id)
