"""The settings of runs: what StartRun and StartRunBatch check, and what the service resolves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...domain import storage
from ...domain.tasks import TaskSpec
from ..exceptions import NotActive, ValidationException
from ..integrations.iam import Iam
from ..integrations.s3 import S3
from .configurations import Configurations
from .context import Context
from .run_caches import RunCaches
from .run_groups import RunGroups
from .workflows import Workflow, Workflows, WorkflowVersion


class RunSettings:
    """Checks and resolves the settings that runs share."""

    def __init__(
        self,
        context: Context,
        *,
        workflows: Workflows,
        run_groups: RunGroups,
        run_caches: RunCaches,
        configurations: Configurations,
        iam: Iam,
        s3: S3,
    ):
        self._context = context
        self._workflows = workflows
        self._run_groups = run_groups
        self._run_caches = run_caches
        self._configurations = configurations
        self._iam = iam
        self._s3 = s3

    def check(self, settings: Mapping[str, Any], path: str) -> None:
        """Check settings, ``path`` being the path of their structure, such as ``a.``.

        Raises ValidationException (B15, B16), ResourceNotFoundException (B16, B17).
        """
        if "cacheBehavior" in settings and "cacheId" not in settings:
            raise ValidationException(f"'{path}cacheBehavior' needs '{path}cacheId'")
        vpc = settings.get("networkingMode") == "VPC"
        if vpc != ("configurationName" in settings):
            raise ValidationException(
                f"'{path}configurationName' is required when '{path}networkingMode' is VPC"
                if vpc
                else f"'{path}configurationName' needs '{path}networkingMode' to be VPC"
            )
        workflow = self.workflow(settings)
        if workflow.status != "ACTIVE":
            raise NotActive("Workflow", settings["workflowId"], workflow.status)
        if "runGroupId" in settings:
            self._run_groups.find(settings["runGroupId"])
        if "cacheId" in settings:
            self._run_caches.find(settings["cacheId"])
        if vpc:
            configuration = self._configurations.find(settings["configurationName"])
            if configuration.status != "ACTIVE":
                raise NotActive("Configuration", configuration.id, configuration.status)
            if "vpcConfig" not in configuration.resolved:
                raise ValidationException(
                    f"Configuration {configuration.id} has no vpcConfig, which VPC runs need"
                )

    def workflow(self, settings: Mapping[str, Any]) -> Workflow | WorkflowVersion:
        """Return the workflow or version of runs. Raises ResourceNotFoundException (B17)."""
        return self._workflows.find_definition(
            settings["workflowId"],
            settings.get("workflowVersionName"),
            settings.get("workflowType"),
        )

    def template(self, settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return the parameterTemplate of the workflow or version of runs."""
        return self.workflow(settings).params.get("parameterTemplate")

    def resolve(self, settings: Mapping[str, Any], access_key: str) -> dict[str, Any]:
        """Return members of GetRun that are fixed when runs are created (W2.4)."""
        type = settings.get("workflowType", "PRIVATE")
        workflow = self.workflow(settings)
        base = self._workflows.find_definition(settings["workflowId"], type=type)
        # A version inherits nothing from its workflow (W4.3).
        kind, capacity = storage.effective(settings, workflow.params, ready2run=type == "READY2RUN")
        resolved = {
            "startedBy": self._iam.caller_arn(access_key),
            "workflowType": type,
            "workflowName": base.name,
            "workflowUuid": base.uuid,
            "digest": workflow.resolved.get("digest"),
            "accelerators": workflow.params.get("accelerators"),
            "engine": workflow.params.get("engine") or workflow.resolved.get("engine"),
            "main": workflow.params.get("main") or workflow.resolved.get("main"),
            "parameterTemplate": self.template(settings),
            "tasks": workflow.resolved.get("tasks")
            or [TaskSpec(base.name or f"workflow-{base.id}")],
            "storageType": kind,
            "storageCapacity": capacity,
            "retentionMode": settings.get("retentionMode", "RETAIN"),
        }
        if cache_id := settings.get("cacheId"):
            cache = self._run_caches.find(cache_id)
            resolved["cacheUuid"] = cache.uuid
            resolved["cacheBehavior"] = settings.get(
                "cacheBehavior", cache.resolved["cacheBehavior"]
            )
        if name := settings.get("configurationName"):
            configuration = self._configurations.find(name)
            resolved["configuration"] = {
                "name": name,
                "arn": configuration.arn,
                "uuid": configuration.uuid,
            }
            resolved["vpcConfig"] = configuration.resolved.get("vpcConfig")
        return resolved

    def role_problem(self, settings: Mapping[str, Any]) -> str | None:
        """Return why the role cannot be used, None when it can or is not checked (W2.3)."""
        if not self._context.settings.checks("iam"):
            return None
        return self._iam.role_problem(settings["roleArn"])

    def s3_problem(self, settings: Mapping[str, Any]) -> str | None:
        """Return why inputs or output cannot be used, None when they can or are not checked."""
        if not self._context.settings.checks("s3"):
            return None
        problem = self._s3.parameters_problem(settings)
        return problem or self._s3.bucket_problem(settings["outputUri"], settings)


def _default_task(workflow: Workflow | WorkflowVersion) -> TaskSpec:
    """Return the only task of a workflow whose definition shows none."""
    return TaskSpec(workflow.name or f"workflow-{workflow.id}")


def check_ready2run(settings: Mapping[str, Any]) -> None:
    """Check that a READY2RUN run keeps its own storage (W2.2). Raises ValidationException."""
    if settings.get("workflowType") != "READY2RUN":
        return
    if "storageCapacity" in settings or settings.get("storageType", "DYNAMIC") != "DYNAMIC":
        raise ValidationException(
            "'storageType' and 'storageCapacity' cannot be set for a READY2RUN workflow"
        )
