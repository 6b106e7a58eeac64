"""What the answers tell of batches, runs and the rest: computed members, one line each.

Members that are merely stored come by themselves from what was given (B21).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ..domain.life import Life
from ..domain.resource import Resource
from ..domain.runs import RunBlock
from ..domain.tables import RUN
from ..domain.tasks import RESOURCES
from ..wire.model import members, structure
from ..wire.views import view
from .core import OmicsCore
from .tracked import Batch

if TYPE_CHECKING:
    from .runs import Place, RunOperations

LOG_GROUP = "/aws/omics/WorkflowLog"

#: The state in which a run executes (W2.9: startTime).
_EXECUTING = RUN.next(RUN.next(RUN.initial, "advance"), "advance")


# -- run batches --


def batch_details(batch: Batch) -> dict[str, Any]:
    """GetBatch."""
    return view("GetBatchResponse")(
        {
            "id": batch.id,
            "arn": batch.arn,
            "uuid": batch.uuid,
            "name": batch.name,
            "status": batch.status,
            "tags": batch.tags,
            "totalRuns": batch.total_runs,
            "defaultRunSetting": batch.default,
            "submissionSummary": batch.submission_summary(),
            "runSummary": run_counts(batch),
            "creationTime": batch.created,
            "submittedTime": batch.submitted,
            "processedTime": batch.processed,
            "failedTime": batch.failed,
            "failureReason": batch.failure_reason,
        },
        batch.given,
    )


def run_counts(batch: Batch) -> dict[str, int]:
    """The eight counts of runSummary (B70)."""
    return {f"{status.lower()}RunCount": count for status, count in batch.counts().items()}


def batch_item(batch: Batch) -> dict[str, Any]:
    """One item of ListBatch, which says createdAt where GetBatch says creationTime."""
    return view("BatchListItem")(
        {
            "id": batch.id,
            "name": batch.name,
            "status": batch.status,
            "createdAt": batch.created,
            "totalRuns": batch.total_runs,
            "workflowId": batch.default["workflowId"],
        },
        batch.given,
    )


def entry_items(backend: OmicsCore, batch: Batch, indexes: Iterable[int]) -> list[dict[str, Any]]:
    """The items of ListRunsInBatch (B60). A page has a hundred, so this loop is kept tight."""
    items, arn = [], backend.arn("run", "")
    first = batch.runs.first if batch.runs else 0
    uuids = batch.runs.uuids if batch.runs else ()
    for index, setting_id, status, has_run, failure in batch.told(indexes):
        item = {"runSettingId": setting_id, "submissionStatus": status}
        if has_run:
            run_id = str(first + index)
            item["runId"] = run_id
            item["runArn"] = arn + run_id
            item["runInternalUuid"] = uuids[index]
        elif failure is not None:
            item["submissionFailureReason"] = failure.reason
            item["submissionFailureMessage"] = failure.message
        items.append(item)
    return items


# -- runs --


def _times(block: RunBlock, index: int) -> dict[str, datetime | None]:
    """creationTime, startTime when it began to execute, stopTime when it came to an end (W2.9)."""
    history = block.history(index)
    last, state = history[-1]
    return {
        "creationTime": history[0][0],
        "startTime": next((time for time, entered in history if entered == _EXECUTING), None),
        "stopTime": None if RUN.goes_on(state) else last,
    }


def run_output(run_id: str, settings: dict[str, Any]) -> str:
    """W2.10: a folder named after the run, unless the run asks for none."""
    output = str(settings["outputUri"])
    if settings.get("outputUriPrefixMode") == "NONE_WITH_OVERWRITE":
        return output
    return f"{output.rstrip('/')}/{run_id}"


def run_items(backend: OmicsCore, places: Iterable[Place]) -> list[dict[str, Any]]:
    """The items of ListRuns. Runs that move together differ only in what they have of their own."""
    show, arn, own_members = view("RunListItem"), backend.arn("run", ""), _own_members()
    items: list[dict[str, Any]] = []
    alike: dict[Life, dict[str, Any]] = {}
    for block, index in places:
        life = block.life_of(index)
        if life not in alike:
            told = _times(block, index) | {"status": life.status, "batchId": block.batch_id}
            alike[life] = show(told, block.facts, block.shared)
        run_id, own = block.id_of(index), block.own(index)
        item = {"arn": arn + run_id, "id": run_id, **alike[life]}
        for member in own_members:
            if (value := own.get(member)) is not None:
                item[member] = value
        items.append(item)
    return items


@cache
def _own_members() -> list[str]:
    """The members of a ListRuns item that an entry of a batch may set (B30)."""
    own = members(structure("InlineSetting"))
    return [name for name in members(structure("RunListItem")) if name in own]


def _run(shape: str, backend: OmicsCore, place: Place, **more: Any) -> dict[str, Any]:
    block, index = place
    run_id, settings = block.id_of(index), dict(block.settings_of(index))
    computed = _times(block, index) | {
        "arn": backend.arn("run", run_id),
        "id": run_id,
        "uuid": block.uuid_of(index),
        "status": block.status_of(index),
        "batchId": block.batch_id,
        "runOutputUri": run_output(run_id, settings),
        "tags": block.tags_of(index),
    }
    return view(shape)(more, computed, block.facts, settings)


def run_started(backend: OmicsCore, place: Place) -> dict[str, Any]:
    """StartRun."""
    return _run("StartRunResponse", backend, place)


def run_details(backend: RunOperations, place: Place) -> dict[str, Any]:
    """GetRun."""
    block, index = place
    settings = block.settings_of(index)
    stream = _log_stream(backend, block.id_of(index))
    logs = {"runLogStream": stream}
    if not RUN.goes_on(block.state(index)):
        # The engine log is there once the run has come to an end (W2.10, observed).
        logs["engineLogStream"] = f"{stream}/engine"
    more: dict[str, Any] = {
        "logLocation": logs,
        "outputUriPrefixMode": settings.get("outputUriPrefixMode", "SERVICE_DEFINED"),
        "resourceDigests": backend.resource_digests(block, index) or None,
    }
    if failure := block.failure(index):
        more |= {"failureReason": failure.reason, "statusMessage": failure.message}
    if block.facts["engine"] not in (None, "NEXTFLOW"):
        # W2.1: ignored for the other engines, and not echoed.
        more["engineSettings"] = None
    return _run("GetRunResponse", backend, place, **more)


def _log_stream(backend: OmicsCore, run_id: str) -> str:
    """The ARN of a run's log stream, under which those of its engine and tasks are (W2.10)."""
    logs = f"arn:{backend.partition}:logs:{backend.region_name}:{backend.account_id}"
    return f"{logs}:log-group:{LOG_GROUP}:log-stream:run/{run_id}"


# -- run tasks --


def task(shape: str, backend: OmicsCore, place: Place, number: int) -> dict[str, Any]:
    """A task of a run in any of its shapes."""
    block, index = place
    assert block.tasks is not None
    task_id = block.tasks.id_of(number)
    computed: dict[str, Any] = {
        "taskId": task_id,
        "uuid": block.tasks.uuid_of(number),
        "name": block.tasks.name_of(number),
        "status": block.status_of(index),
        "cacheHit": False,
        "logStream": f"{_log_stream(backend, block.id_of(index))}/task/{task_id}",
    }
    if failure := block.failure(index):
        computed |= {"failureReason": failure.reason, "statusMessage": failure.message}
    return view(shape)(computed, _times(block, index), RESOURCES)


# -- workflows, run groups, run caches, configurations --


def resource_view(shape: str, resource: Resource, **more: Any) -> dict[str, Any]:
    """A run group, a run cache and the like, in any of their shapes."""
    computed = {
        "arn": resource.arn,
        "id": resource.id,
        "uuid": resource.uuid,
        "status": resource.status,
        "statusMessage": resource.status_message,
        "creationTime": resource.created,
        "tags": resource.tags,
    }
    return view(shape)(more, computed, resource.facts, resource.given)


def workflow(shape: str, resource: Resource) -> dict[str, Any]:
    """A workflow or a version of one, in any of their shapes."""
    repository = resource.given.get("definitionRepository") or {}
    details = {k: v for k, v in repository.items() if k != "excludeFilePatterns"}
    return resource_view(
        shape,
        resource,
        type=resource.facts.get("type", "PRIVATE"),
        # An engine that the request names is shown; else the one that its files tell of.
        engine=resource.given.get("engine") or resource.facts.get("engine"),
        definitionRepositoryDetails=details or None,
    )


def configuration(shape: str, resource: Resource) -> dict[str, Any]:
    """A configuration in any of its shapes."""
    vpc = resource.facts.get("vpcConfig")
    return resource_view(shape, resource, runConfigurations={"vpcConfig": vpc} if vpc else {})
