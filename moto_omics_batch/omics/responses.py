"""Requests in, answers out: one method an operation, each a few lines."""

from __future__ import annotations

from typing import Any

from . import views
from .dispatch import OmicsDispatcher


class OmicsResponse(OmicsDispatcher):
    """The operations of HealthOmics.

    ``self.params`` are the validated members of the request, by wire name. An answer is a dict with
    final wire values, None where the service answers nothing.
    """

    # -- run batches --

    def start_run_batch(self) -> dict[str, Any]:
        batch = self.backend.start_run_batch(self.params, self.access_key)
        return {
            "id": batch.id,
            "arn": batch.arn,
            "uuid": batch.uuid,
            "status": batch.status,
            "tags": batch.tags,
        }

    def get_batch(self) -> dict[str, Any]:
        return views.batch_details(self.backend.get_batch(self.params["batchId"]))

    def list_batch(self) -> dict[str, Any]:
        batches, token = self.backend.list_batch(self.params)
        return self.listed([views.batch_item(b) for b in batches], token)

    def list_runs_in_batch(self) -> dict[str, Any]:
        batch, indexes, token = self.backend.list_runs_in_batch(self.params)
        return self.listed(views.entry_items(self.backend, batch, indexes), token, "runs")

    def cancel_run_batch(self) -> None:
        self.backend.cancel_run_batch(self.params["batchId"])

    def delete_run_batch(self) -> None:
        self.backend.delete_run_batch(self.params["batchId"])

    def delete_batch(self) -> None:
        self.backend.delete_batch(self.params["batchId"])

    # -- runs --

    def start_run(self) -> dict[str, Any]:
        place = self.backend.start_run(self.params, self.access_key)
        return views.run_started(self.backend, place)

    def get_run(self) -> dict[str, Any]:
        return views.run_details(self.backend, self.backend.get_run(self.params["id"]))

    def list_runs(self) -> dict[str, Any]:
        places, token = self.backend.list_runs(self.params)
        return self.listed(views.run_items(self.backend, places), token)

    def cancel_run(self) -> None:
        self.backend.cancel_run(self.params["id"])

    def delete_run(self) -> None:
        self.backend.delete_run(self.params["id"])

    def list_run_tasks(self) -> dict[str, Any]:
        place, numbers, token = self.backend.list_run_tasks(self.params)
        tasks = [views.task("TaskListItem", self.backend, place, number) for number in numbers]
        return self.listed(tasks, token)

    def get_run_task(self) -> dict[str, Any]:
        found = self.backend.get_run_task(self.params["id"], self.params["taskId"])
        return views.task("GetRunTaskResponse", self.backend, *found)

    # -- workflows --

    def create_workflow(self) -> dict[str, Any]:
        created = self.backend.create_workflow(self.params)
        return views.workflow("CreateWorkflowResponse", created)

    def get_workflow(self) -> dict[str, Any]:
        found = self.backend.get_workflow(
            self.params["id"],
            type=self.params.get("type"),
            owner=self.params.get("workflowOwnerId"),
        )
        return views.workflow("GetWorkflowResponse", found)

    def list_workflows(self) -> dict[str, Any]:
        found, token = self.backend.list_workflows(self.params)
        return self.listed([views.workflow("WorkflowListItem", w) for w in found], token)

    def update_workflow(self) -> None:
        self.backend.update_workflow(self.params)

    def delete_workflow(self) -> None:
        self.backend.delete_workflow(self.params["id"])

    def create_workflow_version(self) -> dict[str, Any]:
        created = self.backend.create_workflow_version(self.params)
        return views.workflow("CreateWorkflowVersionResponse", created)

    def get_workflow_version(self) -> dict[str, Any]:
        found = self.backend.get_workflow(
            self.params["workflowId"],
            self.params["versionName"],
            type=self.params.get("type"),
            owner=self.params.get("workflowOwnerId"),
        )
        return views.workflow("GetWorkflowVersionResponse", found)

    def list_workflow_versions(self) -> dict[str, Any]:
        found, token = self.backend.list_workflow_versions(self.params)
        return self.listed([views.workflow("WorkflowVersionListItem", v) for v in found], token)

    def update_workflow_version(self) -> None:
        self.backend.update_workflow_version(self.params)

    def delete_workflow_version(self) -> None:
        self.backend.delete_workflow_version(self.params["workflowId"], self.params["versionName"])

    # -- run groups, run caches, configurations --

    def create_run_group(self) -> dict[str, Any]:
        created = self.backend.create_run_group(self.params)
        return views.resource_view("CreateRunGroupResponse", created)

    def get_run_group(self) -> dict[str, Any]:
        found = self.backend.find_run_group(self.params["id"])
        return views.resource_view("GetRunGroupResponse", found)

    def list_run_groups(self) -> dict[str, Any]:
        found, token = self.backend.list_run_groups(self.params)
        return self.listed([views.resource_view("RunGroupListItem", g) for g in found], token)

    def update_run_group(self) -> None:
        self.backend.update_run_group(self.params)

    def delete_run_group(self) -> None:
        self.backend.delete_run_group(self.params["id"])

    def create_run_cache(self) -> dict[str, Any]:
        created = self.backend.create_run_cache(self.params)
        return views.resource_view("CreateRunCacheResponse", created)

    def get_run_cache(self) -> dict[str, Any]:
        found = self.backend.find_run_cache(self.params["id"])
        return views.resource_view("GetRunCacheResponse", found)

    def list_run_caches(self) -> dict[str, Any]:
        found, token = self.backend.list_run_caches(self.params)
        return self.listed([views.resource_view("RunCacheListItem", c) for c in found], token)

    def update_run_cache(self) -> None:
        self.backend.update_run_cache(self.params)

    def delete_run_cache(self) -> None:
        self.backend.delete_run_cache(self.params["id"])

    def create_configuration(self) -> dict[str, Any]:
        created = self.backend.create_configuration(self.params)
        return views.configuration("CreateConfigurationResponse", created)

    def get_configuration(self) -> dict[str, Any]:
        found = self.backend.get_configuration(self.params["name"])
        return views.configuration("GetConfigurationResponse", found)

    def list_configurations(self) -> dict[str, Any]:
        found, token = self.backend.list_configurations(self.params)
        return self.listed([views.resource_view("ConfigurationListItem", c) for c in found], token)

    def delete_configuration(self) -> None:
        self.backend.delete_configuration(self.params["name"])

    # -- tags --

    def tag_resource(self) -> None:
        self.backend.tag_resource(self.params["resourceArn"], self.params["tags"])

    def untag_resource(self) -> None:
        self.backend.untag_resource(self.params["resourceArn"], self.params["tagKeys"])

    def list_tags_for_resource(self) -> dict[str, Any]:
        return {"tags": self.backend.tags_of(self.params["resourceArn"])}
