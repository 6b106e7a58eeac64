"""The manifest of a run: what it used, as the service writes it when the run has ended (L27)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...domain import manifest
from ...domain.run_selection import RunRef
from ...domain.storage import used
from ...domain.tables import FAILED
from ..integrations.s3 import S3
from .context import Context
from .run_tasks import RunTask, RunTasks

#: Members of the run line that are settings of the run, and those that the service determined.
_SETTINGS = (
    "logLevel",
    "name",
    "outputUri",
    "priority",
    "roleArn",
    "workflowOwnerId",
)
_RESOLVED = (
    "digest",
    "engine",
    "main",
    "parameterTemplate",
    "retentionMode",
    "startedBy",
    "storageType",
    "workflowType",
)

#: Members that are ARNs: member → (kind of the ARN, setting).
_ARNS = {
    "run": ("run", "runId"),
    "runCache": ("runCache", "cacheId"),
    "runGroup": ("runGroup", "runGroupId"),
}


class RunManifests:
    """Builds the manifests of the runs of one account and region."""

    def __init__(self, context: Context, s3: S3, tasks: RunTasks):
        self._context = context
        self._s3 = s3
        self._tasks = tasks

    def lines(self, run: RunRef) -> Iterator[str]:
        """Yield the line of a run that has been RUNNING and has ended, then those of its tasks."""
        tasks = list(self._tasks.of_run(run))
        yield manifest.line(self._run(run, tasks))
        arn = self._context.arn("run", run.id)
        for task in tasks:
            yield manifest.line({**_task(task), "run": arn})

    def _run(self, run: RunRef, tasks: list[RunTask]) -> dict[str, Any]:
        settings, resolved, history = run.settings, run.block.resolved, run.history
        started = run.started
        assert started is not None
        stopped = history[-1][0]
        storage = used(resolved["storageCapacity"])
        failure = self._tasks.failure_of(run) if run.state == FAILED else None
        return {
            **{name: settings.get(name) for name in _SETTINGS},
            **{name: resolved.get(name) for name in _RESOLVED},
            **self._arns(settings, resolved),
            **(failure.members if failure else {}),
            "arn": self._context.arn("run", run.id),
            "creationTime": manifest.timestamp(history[0][0]),
            "parameters": run.parameters,
            "metrics": manifest.run_metrics(storage, manifest.running_seconds(started, stopped)),
            "resourceDigests": self._digests(run, tasks) or None,
            "runCacheBehavior": resolved.get("cacheBehavior"),
            "startTime": manifest.timestamp(started),
            "status": run.status,
            "stopTime": manifest.timestamp(stopped),
            "storageCapacity": resolved["storageCapacity"] or int(storage.maximum),
            "uuid": run.uuid,
        }

    def _arns(
        self, settings: Mapping[str, Any], resolved: Mapping[str, Any]
    ) -> dict[str, str | None]:
        """Return the members that are ARNs; that of a READY2RUN workflow has no account (L28)."""
        context = self._context
        arns = {
            member: context.arn(kind, settings[setting]) if setting in settings else None
            for member, (kind, setting) in _ARNS.items()
        }
        account = "" if resolved["workflowType"] == "READY2RUN" else context.account_id
        base = f"arn:{context.partition}:omics:{context.region}:{account}:workflow/"
        arns["workflow"] = workflow = base + settings["workflowId"]
        if version := settings.get("workflowVersionName"):
            arns["workflowVersion"] = f"{workflow}/version/{version}"
        return arns

    def _digests(self, run: RunRef, tasks: list[RunTask]) -> dict[str, str]:
        """Return the digests of the inputs that exist, and of the images (L35)."""
        details = (task.image_details for task in tasks)
        images = {found["image"]: found["imageDigest"] for found in details if found}
        return {**self._s3.digests(run.parameters), **images}


def _task(task: RunTask) -> dict[str, Any]:
    """Return the members of a task line except for its run (L30).

    A result of the run cache has neither times nor metrics (L36).
    """
    spec, instance, image = task.spec, task.instance, task.image_details or {}
    members: dict[str, Any] = {
        **(task.failure.members if task.failure and task.status == FAILED else {}),
        "arn": task.arn,
        "cpus": spec.cpus,
        "gpus": spec.gpus,
        "image": image.get("image"),
        "imageDigest": image.get("imageDigest"),
        "memory": spec.memory,
        "name": task.name,
        "status": task.status,
        "uuid": task.uuid,
    }
    if instance is None:
        return members
    started, stopped = task.started, task.stopped
    seconds = manifest.running_seconds(started, stopped) if started and stopped else None
    return {
        **members,
        "creationTime": manifest.timestamp(task.created),
        "instanceType": instance.type,
        "metrics": manifest.task_metrics(
            spec, instance, seconds, task.declared.get("metrics") or {}
        ),
        "startTime": manifest.timestamp(started),
        "stopTime": manifest.timestamp(stopped),
    }
