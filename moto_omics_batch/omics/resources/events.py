"""The events of HealthOmics (B95 to B97, W11): built when a status changes, delivered after the
request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ...domain.batch import Batch
from ...domain.resource import Resource
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock
from ...domain.tables import RUN
from ..integrations.eventbridge import EventBus, EventQueue
from .context import Context
from .run_descriptions import output_uri

OMICS_VERSION = "1.0.0"
BATCH_EVENT = "RunBatch Status Change"
RUN_EVENT = "Run Status Change"
TASK_EVENT = "Task Status Change"
WORKFLOW_EVENT = "Workflow Status Change"


def run_count_members(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the eight counts of runSummary by their names there (B70)."""
    return {f"{status.lower()}RunCount": count for status, count in counts.items()}


class Events:
    """Builds events. An event is built only when a rule could match it; building reads only."""

    def __init__(self, context: Context, bus: EventBus, queue: EventQueue):
        self._context = context
        self._bus = bus
        self._queue = queue

    def _add(self, detail_type: str, arn: str, detail: Mapping[str, Any], at: datetime) -> None:
        """B95: all values are strings; members that are None are left out."""
        texts = {name: str(value) for name, value in detail.items() if value is not None}
        detail = {"omicsVersion": OMICS_VERSION, "arn": arn, **texts}
        self._queue.add(self._bus.event(detail_type, arn, detail, at))

    def batch_changed(self, batch: Batch, at: datetime) -> None:
        """A batch has another status (B95, B96); the counts are those of GetBatch."""
        if not self._bus.matches(BATCH_EVENT):
            return
        default, arn = batch.default, self._context.arn
        version, cache = default.get("workflowVersionName"), default.get("cacheId")
        workflow_id = default["workflowId"]
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
            "workflowArn": arn("workflow", workflow_id),
            "workflowVersionArn": version and arn("workflow", f"{workflow_id}/version/{version}"),
            "workflowOwnerId": default.get("workflowOwnerId"),
            "runCache": cache and arn("runCache", cache),
            "runCacheBehavior": batch.resolved.get("cacheBehavior"),
            "failureReason": batch.failure_code,
            "failureMessage": batch.failure_reason,
        }
        self._add(BATCH_EVENT, batch.arn, detail, at)

    def runs_changed(self, block: RunBlock, indexes: Iterable[int], at: datetime) -> None:
        """Runs have another status, and so have their tasks (B97, W11)."""
        runs, tasks = self._bus.matches(RUN_EVENT), self._bus.matches(TASK_EVENT)
        if not (runs or tasks):
            return
        for index in indexes:
            run = RunRef(block, index)
            settings, arn = run.settings, self._context.arn("run", run.id)
            shared = {
                "status": run.status,
                "runId": run.id,
                "runName": settings.get("name"),
                "workflowId": settings["workflowId"],
                "workflowName": block.resolved["workflowName"],
            }
            if runs:
                output = output_uri(run.id, settings)
                detail = {**shared, "uuid": run.uuid, "runOutputUri": output}
                self._add(RUN_EVENT, arn, detail, at)
            if tasks and not RUN.is_end(run.state):
                self._tasks_changed(run, {**shared, "runArn": arn, "runUuid": run.uuid}, at)

    def _tasks_changed(self, run: RunRef, detail: Mapping[str, Any], at: datetime) -> None:
        tasks = run.block.tasks
        for number in tasks.of_run(run.index):
            self._add(TASK_EVENT, self._context.arn("task", tasks.id_of(number)), detail, at)

    def workflow_changed(self, workflow: Resource, at: datetime) -> None:
        """A workflow was created or deleted, or could not be created (W11)."""
        if self._bus.matches(WORKFLOW_EVENT):
            detail = {"status": workflow.status, "uuid": None}
            self._add(WORKFLOW_EVENT, workflow.arn, detail, at)
