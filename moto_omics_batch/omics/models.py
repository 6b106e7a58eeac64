"""The HealthOmics backend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.base_backend import BackendDict

from .batches import BatchOperations
from .exceptions import ResourceNotFoundException
from .groups import made_up
from .tracked import Batch as Batch
from .tracked import Configuration as Configuration
from .tracked import Run as Run
from .tracked import RunCache as RunCache
from .tracked import RunGroup as RunGroup
from .tracked import Workflow as Workflow
from .tracked import WorkflowVersion as WorkflowVersion


class OmicsBackend(BatchOperations):
    """HealthOmics in one account and region."""

    # -- tags --

    def tags_of(self, arn: str) -> dict[str, str]:
        """The tags of a resource of this account and region, to be read and changed.

        Raises ResourceNotFoundException.
        """
        prefix = self.arn("", "")[:-1]
        kind, _, name = arn.removeprefix(prefix).partition("/")
        found = self._named(kind, name) if arn.startswith(prefix) else None
        if found is None:
            raise ResourceNotFoundException(f"Resource {arn} not found")
        return found

    def _named(self, kind: str, name: str) -> dict[str, str] | None:
        if kind == "run":
            place = self.runs.find(name)
            return place[0].tags_of(place[1]) if place else None
        kinds: dict[str, Mapping[str, Any]] = {
            "runBatch": self.batches,
            "workflow": self.workflows,
            "runGroup": self.run_groups,
            "runCache": self.run_caches,
            "configuration": self.configurations,
        }
        resources = kinds.get(kind, {})
        workflow_id, of_version, version = name.partition("/version/")
        if kind == "workflow" and of_version:
            resources, name = self.versions.get(workflow_id, {}), version
        return resources[name].tags if name in resources else None

    def tag_resource(self, arn: str, tags: Mapping[str, str]) -> None:
        """Raises ResourceNotFoundException, ValidationException (W9)."""
        current = self.tags_of(arn)
        self.check_tags({"tags": {**current, **tags}})
        current.update(tags)

    def untag_resource(self, arn: str, keys: list[str]) -> None:
        """Raises ResourceNotFoundException (W9)."""
        current = self.tags_of(arn)
        for key in keys:
            current.pop(key, None)

    # -- the settings of the mock --

    def adopt(self, given: Mapping[str, Any]) -> None:
        """``config={"omics": {"workflows": […], "configurations": […]}}``: they exist already."""
        for workflow_id in given.get("workflows", ()):
            if workflow_id not in self.workflows:
                self.claim_id(workflow_id)
                uri = f"s3://workflows/{workflow_id}.zip"
                params = {"name": f"workflow-{workflow_id}", "definitionUri": uri}
                workflow = self.add_workflow(workflow_id, params)
                workflow.move("advance", self.now())
                self.listen(workflow)
        for name in given.get("configurations", ()):
            if name not in self.configurations:
                vpc = {"securityGroupIds": [made_up("sg")], "subnetIds": [made_up("subnet")]}
                self.add_configuration(
                    name, {"name": name, "runConfigurations": {"vpcConfig": vpc}}
                ).move("advance", self.now())


omics_backends = BackendDict(OmicsBackend, "omics")
