"""The settings of runs: what StartRun and StartRunBatch check, and what the service resolves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...domain import storage
from ...domain.cache import CACHE_ENTRIES, entries_location
from ...domain.engine_settings import NEXTFLOW, EngineRules
from ...domain.json_text import load_json
from ...domain.rules import RunRules
from ...domain.tasks import TaskSpec
from ..exceptions import NotActive, ValidationException
from ..integrations.iam import Iam
from ..integrations.s3 import S3
from ..integrations.s3_inputs import Inputs
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

        Raises ValidationException (B15, B16, L104, L105), ResourceNotFoundException (B16, B17).
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
        if "sessionPolicy" in settings and not _is_json_object(settings["sessionPolicy"]):
            raise ValidationException(f"'{path}sessionPolicy' must be a JSON object")
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
        rules, given = self.engine_rules(settings), settings.get("engineSettings")
        if rules and given is not None and (problem := rules.problem(given, path)):
            raise ValidationException(problem)

    def engine_rules(self, settings: Mapping[str, Any]) -> EngineRules | None:
        """Return the rules for the engineSettings of runs (L105, L123).

        None for an engine that ignores them, and for a workflow whose engine is not known.
        """
        workflow = self.workflow(settings)
        if engine_of(workflow) != NEXTFLOW:
            return None
        return EngineRules(workflow.resolved.get("profiles"))

    def workflow(self, settings: Mapping[str, Any]) -> Workflow | WorkflowVersion:
        """Return the workflow or version of runs. Raises ResourceNotFoundException (B17)."""
        return self._owner(settings).find_definition(
            settings["workflowId"],
            settings.get("workflowVersionName"),
            settings.get("workflowType"),
        )

    def _owner(self, settings: Mapping[str, Any]) -> Workflows:
        """Return the workflows of the owner. Raises ResourceNotFoundException (A82, A91)."""
        type = settings.get("workflowType")
        return self._workflows.of_owner(settings["workflowId"], settings, type)

    def rules(self, settings: Mapping[str, Any], default: Mapping[str, Any]) -> RunRules:
        """Return the rules for runs of the workflow that ``settings`` name, with this default."""
        workflow = self.workflow(settings)
        name = workflow.resolved.get("definitionName")
        return RunRules(_template_of(workflow), default, name)

    def resolve(self, settings: Mapping[str, Any], access_key: str) -> dict[str, Any]:
        """Return members of GetRun that are fixed when runs are created (W2.4)."""
        type = settings.get("workflowType", "PRIVATE")
        workflow = self.workflow(settings)
        base = self._owner(settings).find_definition(settings["workflowId"], type=type)
        # A version inherits nothing from its workflow (W4.3).
        kind, capacity = storage.effective(settings, workflow.params, ready2run=type == "READY2RUN")
        return {
            "startedBy": self._iam.caller_arn(access_key),
            "workflowType": type,
            "workflowName": base.name,
            # L91: the UUID of the version that runs.
            "workflowUuid": workflow.uuid,
            "digest": workflow.resolved.get("digest"),
            "definitionArchive": workflow.resolved.get("definitionArchive"),
            "accelerators": workflow.params.get("accelerators"),
            "engine": engine_of(workflow),
            "main": workflow.params.get("main") or workflow.resolved.get("main"),
            "parameterTemplate": _template_of(workflow),
            "definitionName": workflow.resolved.get("definitionName"),
            "tasks": workflow.resolved.get("tasks")
            or [TaskSpec(base.name or f"workflow-{base.id}")],
            "storageType": kind,
            "storageCapacity": capacity,
            "retentionMode": settings.get("retentionMode", "RETAIN"),
            **self._cache_members(settings),
            **self._network_members(settings),
        }

    def _cache_members(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        if "cacheId" not in settings:
            return {}
        cache = self._run_caches.find(settings["cacheId"])
        return {
            "cacheUuid": cache.uuid,
            "cacheBehavior": settings.get("cacheBehavior", cache.resolved["cacheBehavior"]),
            CACHE_ENTRIES: entries_location(cache.resolved["cacheS3Uri"], cache.uuid),
        }

    def _network_members(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        if "configurationName" not in settings:
            return {}
        found = self._configurations.find(settings["configurationName"])
        return {
            "configuration": {"name": found.id, "arn": found.arn, "uuid": found.uuid},
            "vpcConfig": found.resolved.get("vpcConfig"),
        }

    def role_problem(self, settings: Mapping[str, Any]) -> str | None:
        """Return why the role cannot be used, None when it can or is not checked (W2.3)."""
        if not self._context.settings.checks("iam"):
            return None
        return self._iam.role_problem(settings["roleArn"])

    def inputs(self, settings: Mapping[str, Any]) -> Inputs | None:
        """Return the check of the inputs of runs that start together, None when it is off."""
        if not self._context.settings.checks("s3"):
            return None
        return Inputs(self._s3, patterns=engine_of(self.workflow(settings)) == NEXTFLOW)

    def s3_problem(self, settings: Mapping[str, Any], inputs: Inputs | None) -> str | None:
        """Return why inputs or output cannot be used, None when they can or are not checked."""
        if inputs is None:
            return None
        problem = inputs.problem(settings, settings.get("parameters"))
        return problem or self._s3.bucket_problem(settings["outputUri"], settings)


def engine_of(workflow: Workflow | WorkflowVersion) -> str | None:
    """Return the engine of a workflow or version, None when it is not known."""
    return workflow.params.get("engine") or workflow.resolved.get("engine")


def _template_of(workflow: Workflow | WorkflowVersion) -> Mapping[str, Any] | None:
    """Return the parameterTemplate of a workflow or version, None when it is not known.

    An inferred template without parameters does not restrict runs: tests often have definitions
    that are reduced to a few lines.
    """
    given: Mapping[str, Any] | None = workflow.params.get("parameterTemplate")
    return (workflow.resolved.get("parameterTemplate") or None) if given is None else given


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(load_json(text), dict)
    except ValueError:
        return False


def check_ready2run(settings: Mapping[str, Any]) -> None:
    """Check that a READY2RUN run keeps its own storage (W2.2) and has no run cache (L68).

    Raises ValidationException.
    """
    if settings.get("workflowType") != "READY2RUN":
        return
    if "storageCapacity" in settings or settings.get("storageType", "DYNAMIC") != "DYNAMIC":
        raise ValidationException(
            "'storageType' and 'storageCapacity' cannot be set for a READY2RUN workflow"
        )
    if "cacheId" in settings:
        raise ValidationException("'cacheId' cannot be set for a READY2RUN workflow")
