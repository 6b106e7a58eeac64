"""The operations of HealthOmics, one method each.

A method takes ``self.params``, the validated members of the request by wire name, calls the object
of the resource family, and returns the result; the dispatcher renders it by the output shape.
"""

from __future__ import annotations

from ..wire.views import Layers, Page
from .analytics_responses import AnalyticsResponse
from .storage_responses import StorageResponse


class OmicsResponse(StorageResponse, AnalyticsResponse):
    """Batches, runs, workflows, groups, caches, configurations, tags, and those of storage."""

    # -- run batches --

    def start_run_batch(self) -> Layers:
        return self.backend.batches.start(self.params, self.access_key)

    def get_batch(self) -> Layers:
        return self.backend.batches.get(self.params["batchId"])

    def list_batch(self) -> Page:
        return self.backend.batches.list_batches(self.params)

    def list_runs_in_batch(self) -> Page:
        return self.backend.batches.list_runs(self.params)

    def cancel_run_batch(self) -> None:
        self.backend.batches.cancel_runs(self.params["batchId"])

    def delete_run_batch(self) -> None:
        self.backend.batches.delete_runs(self.params["batchId"])

    def delete_batch(self) -> None:
        self.backend.batches.delete(self.params["batchId"])

    # -- runs and tasks --

    def start_run(self) -> Layers:
        return self.backend.runs.start(self.params, self.access_key)

    def get_run(self) -> Layers:
        export = self.params.get("export", ())
        return self.backend.runs.get(self.params["id"], export, self.origin)

    def list_runs(self) -> Page:
        return self.backend.runs.list(self.params)

    def cancel_run(self) -> None:
        self.backend.runs.cancel(self.params["id"])

    def delete_run(self) -> None:
        self.backend.runs.delete(self.params["id"])

    def list_run_tasks(self) -> Page:
        return self.backend.runs.list_tasks(self.params)

    def get_run_task(self) -> Layers:
        return self.backend.runs.get_task(self.params["id"], self.params["taskId"])

    # -- workflows and versions --

    def create_workflow(self) -> Layers:
        return self.backend.workflows.create(self.params)

    def get_workflow(self) -> Layers:
        return self.backend.workflows.describe_definition(
            self.params["id"], None, self.params, self.origin
        )

    def list_workflows(self) -> Page:
        return self.backend.workflows.list(self.params)

    def update_workflow(self) -> None:
        self.backend.workflows.update(self.params)

    def delete_workflow(self) -> None:
        self.backend.workflows.delete(self.params["id"])

    def create_workflow_version(self) -> Layers:
        return self.backend.workflows.create_version(self.params)

    def get_workflow_version(self) -> Layers:
        workflow_id, version = self.params["workflowId"], self.params["versionName"]
        return self.backend.workflows.describe_definition(
            workflow_id, version, self.params, self.origin
        )

    def list_workflow_versions(self) -> Page:
        return self.backend.workflows.list_versions(self.params)

    def update_workflow_version(self) -> None:
        self.backend.workflows.update_version(self.params)

    def delete_workflow_version(self) -> None:
        workflow_id, version = self.params["workflowId"], self.params["versionName"]
        self.backend.workflows.delete_version(workflow_id, version)

    # -- run groups --

    def create_run_group(self) -> Layers:
        return self.backend.run_groups.create(self.params)

    def get_run_group(self) -> Layers:
        return self.backend.run_groups.get(self.params["id"])

    def list_run_groups(self) -> Page:
        return self.backend.run_groups.list(self.params)

    def update_run_group(self) -> None:
        self.backend.run_groups.update(self.params)

    def delete_run_group(self) -> None:
        self.backend.run_groups.delete(self.params["id"])

    # -- run caches --

    def create_run_cache(self) -> Layers:
        return self.backend.run_caches.create(self.params)

    def get_run_cache(self) -> Layers:
        return self.backend.run_caches.get(self.params["id"])

    def list_run_caches(self) -> Page:
        return self.backend.run_caches.list(self.params)

    def update_run_cache(self) -> None:
        self.backend.run_caches.update(self.params)

    def delete_run_cache(self) -> None:
        self.backend.run_caches.delete(self.params["id"])

    # -- configurations --

    def create_configuration(self) -> Layers:
        return self.backend.configurations.create(self.params)

    def get_configuration(self) -> Layers:
        return self.backend.configurations.get(self.params["name"])

    def list_configurations(self) -> Page:
        return self.backend.configurations.list(self.params)

    def delete_configuration(self) -> None:
        self.backend.configurations.delete(self.params["name"])

    # -- tags --

    def tag_resource(self) -> None:
        self.backend.tags.add(self.params["resourceArn"], self.params["tags"])

    def untag_resource(self) -> None:
        self.backend.tags.remove(self.params["resourceArn"], self.params["tagKeys"])

    def list_tags_for_resource(self) -> Layers:
        return Layers({"tags": self.backend.tags.find(self.params["resourceArn"])})
