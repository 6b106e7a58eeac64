"""The events of HealthOmics (B95 to B97, L1 to L9): built when a status changes, and delivered
after the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from ...domain.batch import Batch
from ...domain.resource import Resource
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock
from ...domain.tables import COMPLETED, FAILED, RUN_EXECUTES
from ..integrations.eventbridge import Delivery, EventBus, EventQueue
from .context import Context
from .run_descriptions import output_uri
from .run_tasks import RunTasks
from .shares import Share

OMICS_VERSION = "1.0.0"
BATCH_EVENT = "RunBatch Status Change"
RUN_EVENT = "Run Status Change"
TASK_EVENT = "Task Status Change"
WORKFLOW_EVENT = "Workflow Status Change"


def run_count_members(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the eight counts of runSummary by their names there (B70)."""
    return {f"{status.lower()}RunCount": count for status, count in counts.items()}


class EventSender:
    """Sends events for which there is a rule; building an event reads only."""

    def __init__(self, context: Context, bus: EventBus, queue: EventQueue):
        self.context = context
        self._bus = bus
        self._queue = queue
        self._silent = False

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Send no events of what is created inside, because it exists from the start."""
        self._silent = True
        try:
            yield
        finally:
            self._silent = False

    def wanted(self, detail_type: str) -> bool:
        """Return whether a rule could match events of this type."""
        return not self._silent and self._bus.matches(detail_type)

    def send(
        self,
        detail_type: str,
        resource: str,
        detail: Mapping[str, Any],
        at: datetime,
        arn: str | None = None,
        queue: EventQueue | None = None,
    ) -> None:
        """Queue an event of the ARN ``resource``; ``arn`` is the one in its detail if it differs.

        B95, L2: all values are strings; members that are None are left out. ``queue`` is that of
        another account whose request causes the event.
        """
        self.send_detail(detail_type, resource, {"arn": arn or resource, **detail}, at, queue)

    def send_detail(
        self,
        detail_type: str,
        resource: str,
        detail: Mapping[str, Any],
        at: datetime,
        queue: EventQueue | None = None,
    ) -> None:
        """Queue an event of the ARN ``resource`` with exactly this detail, and omicsVersion."""
        texts = {name: str(value) for name, value in detail.items() if value is not None}
        event = self._bus.event(detail_type, resource, {"omicsVersion": OMICS_VERSION, **texts}, at)
        if queue is None:
            self._queue.add(event)
        else:
            what = f"EventBridge event {event['id']}"
            queue.add(Delivery(what, partial(self._bus.deliver, event)))


class BatchEvents:
    """The events of batches (B95, B96, L9)."""

    def __init__(self, sender: EventSender):
        self._sender = sender

    def batch_changed(self, batch: Batch, at: datetime) -> None:
        """A batch has another status; the counts are those of GetBatch."""
        if not self._sender.wanted(BATCH_EVENT):
            return
        default, arn = batch.default, self._sender.context.arn
        version, cache = default.get("workflowVersionName"), default.get("cacheId")
        workflow_id, owner = default["workflowId"], default.get("workflowOwnerId")
        starts = {k: n for k, n in batch.submission_summary().items() if "Start" in k}
        detail = {
            "batchId": batch.id,
            "status": batch.status,
            "uuid": batch.uuid,
            "batchName": batch.name,
            "totalRuns": batch.total_runs,
            **starts,
            **run_count_members(batch.run_counts()),
            "workflowId": workflow_id,
            "workflowArn": arn("workflow", workflow_id, owner),
            "workflowVersionArn": version
            and arn("workflow", f"{workflow_id}/version/{version}", owner),
            "workflowOwnerId": owner,
            "runCache": cache and arn("runCache", cache),
            "runCacheBehavior": batch.resolved.get("cacheBehavior"),
            "failureReason": batch.failure_code,
            "failureMessage": batch.failure_reason,
        }
        self._sender.send(BATCH_EVENT, batch.arn, detail, at)


class RunEvents:
    """The events of runs and of their tasks (L2 to L5), an `Observer` of runs."""

    def __init__(self, sender: EventSender, tasks: RunTasks):
        self._sender = sender
        self._tasks = tasks

    def wants(self, block: RunBlock, status: str) -> bool:
        """Return whether a rule could match events of runs or tasks."""
        return self._sender.wanted(RUN_EVENT) or self._sender.wanted(TASK_EVENT)

    def runs_changed(self, block: RunBlock, indexes: Sequence[int], at: datetime) -> None:
        """Runs have another status, and so have their tasks."""
        for index in indexes:
            run = RunRef(block, index)
            if self._sender.wanted(RUN_EVENT):
                self._run_changed(run, at)
            if self._sender.wanted(TASK_EVENT):
                self._tasks_changed(run, at)

    def _run_changed(self, run: RunRef, at: datetime) -> None:
        settings, resolved, arn = run.settings, run.block.resolved, self._sender.context.arn
        cache, failure = settings.get("cacheId"), self._tasks.failure_of(run)
        detail = {
            "runId": run.id,
            "status": run.status,
            "uuid": run.uuid,
            "runOutputUri": output_uri(run.id, settings),
            **(failure.members if failure and run.state == FAILED else {}),
            "runCache": cache and arn("runCache", cache),
            "runCacheBehavior": resolved.get("cacheBehavior"),
            "runName": settings.get("name"),
            **_workflow_members(run),
        }
        self._sender.send(RUN_EVENT, arn("run", run.id), detail, at)

    def _tasks_changed(self, run: RunRef, at: datetime) -> None:
        shared = {
            "runArn": self._sender.context.arn("run", run.id),
            "runUuid": run.uuid,
            "runId": run.id,
            "runName": run.settings.get("name"),
            **_workflow_members(run),
        }
        for task in self._tasks.of_run(run):
            if task.cache_hit and task.status == COMPLETED and run.state != RUN_EXECUTES:
                # It was COMPLETED as soon as the run was RUNNING.
                continue
            failure = task.failure if task.status == FAILED else None
            detail = {"status": task.status, **shared, **(failure.members if failure else {})}
            self._sender.send(TASK_EVENT, task.arn, detail, at)


def _workflow_members(run: RunRef) -> dict[str, Any]:
    """L2, L4: the workflowUuid is that of the version where the run names one."""
    resolved = run.block.resolved
    return {
        "workflowName": resolved["workflowName"],
        "workflowId": run.settings["workflowId"],
        "workflowUuid": resolved["workflowUuid"],
    }


class ShareEvents:
    """The events of shares for one account (A120 to A124)."""

    def __init__(self, sender: EventSender):
        self._sender = sender

    def share_changed(self, share: Share, at: datetime, queue: EventQueue) -> None:
        """A share has another status; ``queue`` is that of the request that changed it."""
        words = share.type.replace("_", " ").title()
        detail_type = f"{words} Share Status Change"
        if not self._sender.wanted(detail_type):
            return
        detail = {
            "status": share.status,
            "shareId": share.id,
            "ownerId": share.owner,
            "principalSubscriber": share.subscriber,
            "shareName": share.name,
        }
        self._sender.send(detail_type, share.arn, detail, at, queue=queue)


class WorkflowEvents:
    """The events of workflows and of their versions (L6 to L8)."""

    def __init__(self, sender: EventSender):
        self._sender = sender

    def workflow_changed(self, workflow: Resource, at: datetime) -> None:
        """A workflow or version was created or deleted, or could not be created."""
        if not self._sender.wanted(WORKFLOW_EVENT):
            return
        version = workflow.params.get("versionName")
        detail = {
            "status": workflow.status,
            "workflowUuid": workflow.uuid,
            "workflowVersionName": version,
        }
        # L8: the detail of a version has the ARN of its workflow.
        arn = workflow.arn.removesuffix(f"/version/{version}")
        self._sender.send(WORKFLOW_EVENT, workflow.arn, detail, at, arn=arn)
