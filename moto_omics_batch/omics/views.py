"""What the answers tell of batches, runs and the rest: computed members, one line each.

Members that are merely stored come by themselves from what was given (B21).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..domain.batch import Batch as DomainBatch
from ..domain.resource import Resource
from ..domain.runs import RunBlock
from ..domain.tables import RUN
from ..wire.views import view
from .core import OmicsCore
from .tracked import Batch

LOG_GROUP = "/aws/omics/WorkflowLog"

#: The state in which a run executes (W2.9: startTime).
_EXECUTING = RUN.next(RUN.next(RUN.initial, "advance"), "advance")


def batch_details(batch: Batch) -> dict[str, Any]:
    """GetBatch."""
    counts = batch.runs.counts() if batch.runs else dict.fromkeys(RUN.statuses, 0)
    return view("GetBatchResponse")(
        {},
        id=batch.id,
        arn=batch.arn,
        uuid=batch.uuid,
        name=batch.name,
        status=batch.status,
        tags=batch.tags,
        totalRuns=batch.total_runs,
        defaultRunSetting=batch.default,
        submissionSummary=batch.submission_summary(),
        runSummary={f"{status.lower()}RunCount": n for status, n in counts.items()},
        creationTime=batch.created,
        submittedTime=batch.submitted,
        processedTime=batch.processed,
        failedTime=batch.failed,
        failureReason=batch.failure_reason,
    )


def batch_item(batch: Batch) -> dict[str, Any]:
    """One item of ListBatch, which says createdAt where GetBatch says creationTime."""
    return view("BatchListItem")(
        {},
        id=batch.id,
        name=batch.name,
        status=batch.status,
        createdAt=batch.created,
        totalRuns=batch.total_runs,
        workflowId=batch.default["workflowId"],
    )


def entry_items(backend: OmicsCore, batch: DomainBatch, indexes: list[int]) -> list[dict[str, Any]]:
    """The items of ListRunsInBatch (B60)."""
    show, arn = view("RunBatchListItem"), backend.arn("run", "")
    items = []
    for index in indexes:
        entry = batch.entry(index)
        run = {}
        if entry.run is not None and batch.runs is not None:
            run_id = batch.runs.id_of(index)
            run = {
                "runId": run_id,
                "runArn": arn + run_id,
                "runInternalUuid": batch.runs.uuid_of(index),
            }
        if entry.failure is not None:
            run["submissionFailureReason"] = entry.failure.reason
            run["submissionFailureMessage"] = entry.failure.message
        items.append(show(run, runSettingId=entry.setting_id, submissionStatus=entry.status))
    return items


def _times(block: RunBlock, index: int) -> dict[str, datetime | None]:
    """creationTime, startTime when it began to execute, stopTime when it came to an end (W2.9)."""
    history = block.history(index)
    times = {state: time for time, state in history}
    ended = not RUN.goes_on(history[-1][1])
    return {
        "creationTime": history[0][0],
        "startTime": times.get(_EXECUTING),
        "stopTime": history[-1][0] if ended else None,
    }


def _run_facts(backend: OmicsCore, block: RunBlock, index: int) -> dict[str, Any]:
    run_id, settings = block.id_of(index), block.settings_of(index)
    output = settings["outputUri"]
    if settings.get("outputUriPrefixMode") != "NONE_WITH_OVERWRITE":
        output = f"{output.rstrip('/')}/{run_id}"
    return {
        **block.facts,
        **_times(block, index),
        "arn": backend.arn("run", run_id),
        "id": run_id,
        "status": block.status_of(index),
        "batchId": block.batch_id,
        "uuid": block.uuid_of(index),
        "runOutputUri": output,
    }


def run_started(backend: OmicsCore, block: RunBlock, index: int) -> dict[str, Any]:
    """StartRun."""
    facts = _run_facts(backend, block, index)
    return view("StartRunResponse")(
        block.settings_of(index), **{**facts, "tags": block.tags_of(index)}
    )


def run_item(backend: OmicsCore, block: RunBlock, index: int) -> dict[str, Any]:
    """One item of ListRuns."""
    return view("RunListItem")(block.settings_of(index), **_run_facts(backend, block, index))


def run_details(backend: OmicsCore, block: RunBlock, index: int) -> dict[str, Any]:
    """GetRun."""
    facts, settings = _run_facts(backend, block, index), block.settings_of(index)
    logs = f"arn:{backend.partition}:logs:{backend.region_name}:{backend.account_id}"
    stream = f"{logs}:log-group:{LOG_GROUP}:log-stream:run/{facts['id']}"
    facts["logLocation"] = {"runLogStream": stream}
    if facts["stopTime"]:
        # The engine log is there once the run has come to an end (W2.10, observed).
        facts["logLocation"]["engineLogStream"] = f"{stream}/engine"
    if facts["engine"] not in (None, "NEXTFLOW"):
        # W2.1: ignored for the other engines, and not echoed.
        facts["engineSettings"] = None
    facts["outputUriPrefixMode"] = settings.get("outputUriPrefixMode", "SERVICE_DEFINED")
    return view("GetRunResponse")(settings, **{**facts, "tags": block.tags_of(index)})


def resource_view(shape: str, resource: Resource, **more: Any) -> dict[str, Any]:
    """A run group, a run cache and the like, in any of their shapes."""
    computed = {
        **resource.facts,
        "arn": resource.arn,
        "id": resource.id,
        "uuid": resource.uuid,
        "status": resource.status,
        "statusMessage": resource.status_message,
        "creationTime": resource.created,
        "tags": resource.tags,
        **more,
    }
    return view(shape)(resource.given, **computed)


def workflow(shape: str, resource: Resource) -> dict[str, Any]:
    """A workflow or a version of one, in any of their shapes."""
    repository = resource.given.get("definitionRepository") or {}
    details = {k: v for k, v in repository.items() if k != "excludeFilePatterns"}
    return resource_view(
        shape,
        resource,
        type="PRIVATE",
        # An engine that the request names is shown; else the one that its files tell of.
        engine=resource.given.get("engine") or resource.facts.get("engine"),
        definitionRepositoryDetails=details or None,
    )


def configuration(shape: str, resource: Resource) -> dict[str, Any]:
    """A configuration in any of its shapes."""
    vpc = resource.facts.get("vpcConfig")
    return resource_view(shape, resource, runConfigurations={"vpcConfig": vpc} if vpc else {})
