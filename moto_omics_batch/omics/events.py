"""The events of HealthOmics: built when a status changes, delivered when the request is done.

An event tells how things stood at the change, so it is built at once, but only when a rule could
match. Delivery waits until the backend is free again, because a target may call it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..domain.lifecycle import GONE
from ..domain.resource import Resource
from ..domain.runs import RunBlock
from ..domain.tables import RUN
from .eventbridge import EventBus
from .tracked import Batch
from .views import run_counts, run_output

if TYPE_CHECKING:
    from .runs import RunOperations

OMICS_VERSION = "1.0.0"
BATCH = "RunBatch Status Change"
RUN_STATUS = "Run Status Change"
TASK = "Task Status Change"
WORKFLOW = "Workflow Status Change"


class Events:
    """What one account and region tells EventBridge (B95 to B97, W11)."""

    def __init__(self, backend: RunOperations):
        self._backend = backend
        self._bus = EventBus(backend.account_id, backend.region_name)
        self._waiting: list[dict[str, Any]] = []

    def take(self) -> list[dict[str, Any]]:
        """What was built since the last call, for `deliver`."""
        taken, self._waiting = self._waiting, []
        return taken

    def deliver(self, events: Iterable[dict[str, Any]]) -> None:
        """Hand events to the rules. Never raises."""
        for event in events:
            self._bus.deliver(event)

    def _add(self, detail_type: str, arn: str, detail: dict[str, Any], at: datetime) -> None:
        """B95: all values are strings; what is None is left out."""
        told = {"omicsVersion": OMICS_VERSION, "arn": arn} | {
            name: str(value) for name, value in detail.items() if value is not None
        }
        self._waiting.append(self._bus.event(detail_type, arn, told, at))

    # -- what changed --

    def batch(self, batch: Batch, at: datetime) -> None:
        """A batch has another status (B95, B96). That it is gone is no status."""
        if batch.state == GONE or not self._bus.wants(BATCH):
            return
        default, arn = batch.default, self._backend.arn
        starts = {k: n for k, n in batch.submission_summary().items() if "Start" in k}
        version, cache = default.get("workflowVersionName"), default.get("cacheId")
        workflow_id = default["workflowId"]
        self._add(
            BATCH,
            batch.arn,
            {
                "batchId": batch.id,
                "status": batch.status,
                "uuid": batch.uuid,
                "batchName": batch.name,
                "totalRuns": batch.total_runs,
                **starts,
                **run_counts(batch),
                "workflowId": workflow_id,
                "workflowArn": arn("workflow", workflow_id),
                "workflowVersionArn": version
                and arn("workflow", f"{workflow_id}/version/{version}"),
                "workflowOwnerId": default.get("workflowOwnerId"),
                "runCache": cache and arn("runCache", cache),
                "runCacheBehavior": batch.facts.get("cacheBehavior"),
                "failureReason": batch.failure_code,
                "failureMessage": batch.failure_reason,
            },
            at,
        )

    def runs(self, block: RunBlock, indexes: Iterable[int], at: datetime) -> None:
        """Runs have another status, and so have their tasks (B97, W11)."""
        of_runs, of_tasks = self._bus.wants(RUN_STATUS), self._bus.wants(TASK)
        if not (of_runs or of_tasks):
            return
        for index in indexes:
            run_id, settings = block.id_of(index), dict(block.settings_of(index))
            arn, uuid = self._backend.arn("run", run_id), block.uuid_of(index)
            shared = {
                "runId": run_id,
                "runName": settings.get("name"),
                "workflowId": settings["workflowId"],
                "workflowName": block.facts["workflowName"],
            }
            status = block.status_of(index)
            if of_runs:
                output = {"runOutputUri": run_output(run_id, settings)}
                detail = {"status": status, "uuid": uuid, **shared, **output}
                self._add(RUN_STATUS, arn, detail, at)
            if of_tasks and not RUN.is_end(block.state(index)):
                detail = {"status": status, "runArn": arn, "runUuid": uuid, **shared}
                self._tasks(block, index, detail, at)

    def _tasks(self, block: RunBlock, index: int, detail: dict[str, Any], at: datetime) -> None:
        tasks = self._backend.tasks_of(block)
        for number in tasks.of_run(index):
            self._add(TASK, self._backend.arn("task", tasks.id_of(number)), detail, at)

    def workflow(self, workflow: Resource, at: datetime) -> None:
        """A workflow was created or deleted, or could not be created (W11)."""
        if self._bus.wants(WORKFLOW):
            self._add(WORKFLOW, workflow.arn, {"status": workflow.status}, at)
