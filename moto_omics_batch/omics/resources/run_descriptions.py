"""The members of runs and tasks in responses; those merely stored need no line here (B21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from ...domain.instances import LARGEST, instance_for
from ...domain.run_selection import RunRef
from ...domain.runs import Cohort
from ...domain.tables import RUN
from ...wire.model import members, structure
from ...wire.views import Layers, view
from ..integrations.presigned import MockBucket
from ..integrations.s3 import S3
from .context import Context
from .definition_files import definition_url

LOG_GROUP = "/aws/omics/WorkflowLog"

#: The state in which a run executes (W2.9: startTime).
_EXECUTING = RUN.next(RUN.next(RUN.initial, "advance"), "advance")


def output_uri(run_id: str, settings: Mapping[str, Any]) -> str:
    """Return runOutputUri: a folder named after the run, unless the run asks for none (W2.10)."""
    output = str(settings["outputUri"])
    if settings.get("outputUriPrefixMode") == "NONE_WITH_OVERWRITE":
        return output
    return f"{output.rstrip('/')}/{run_id}"


def _times(history: list[tuple[datetime, str]]) -> dict[str, datetime | None]:
    """Return creationTime, startTime (it began to execute), stopTime (it ended) (W2.9)."""
    last, state = history[-1]
    return {
        "creationTime": history[0][0],
        "startTime": next((time for time, entered in history if entered == _EXECUTING), None),
        "stopTime": None if RUN.automatic_event(state) else last,
    }


@cache
def _own_members() -> tuple[str, ...]:
    """The members of a ListRuns item that an entry of a batch may set (B30)."""
    own = members(structure("InlineSetting"))
    return tuple(name for name in members(structure("RunListItem")) if name in own)


class RunDescriptions:
    """Describes the runs of one account and region."""

    def __init__(self, context: Context, s3: S3, bucket: MockBucket):
        self._context = context
        self._s3 = s3
        self._bucket = bucket

    def list_items(self, runs: Iterable[RunRef]) -> list[dict[str, Any]]:
        """Return the items of ListRuns, as final wire values.

        Runs of one cohort differ only in their overrides, so that most members are rendered once.
        """
        show, arn = view("RunListItem"), self._context.arn("run", "")
        own_members, shared = _own_members(), dict[Cohort, dict[str, Any]]()
        items: list[dict[str, Any]] = []
        for run in runs:
            block, cohort = run.block, run.cohort
            if cohort not in shared:
                computed = {"status": cohort.status, "batchId": block.batch_id}
                shared[cohort] = show(
                    computed, _times(cohort.history), block.resolved, block.settings
                )
            item = {"arn": arn + run.id, "id": run.id, **shared[cohort]}
            if run.index in cohort.joined:
                item |= show(_times(run.history))
            overrides = block.overrides(run.index)
            for member in own_members:
                if (value := overrides.get(member)) is not None:
                    item[member] = value
            items.append(item)
        return items

    def started(self, run: RunRef) -> Layers:
        """Return the members of StartRun."""
        return self._layers(run, {})

    def details(self, run: RunRef, export: Collection[str], origin: str | None) -> Layers:
        """Return the members of GetRun, with those that ``export`` asks for (L90)."""
        settings, stream = run.settings, self._log_stream(run)
        logs = {"runLogStream": stream}
        if run.cohort.stable:
            # The engine log exists once the run has ended (W2.10, observed).
            logs["engineLogStream"] = f"{stream}/engine"
        computed: dict[str, Any] = {
            "logLocation": logs,
            "outputUriPrefixMode": settings.get("outputUriPrefixMode", "SERVICE_DEFINED"),
            "resourceDigests": self._s3.digests(settings.get("parameters")) or None,
            **_failure(run),
        }
        if run.block.resolved["engine"] not in (None, "NEXTFLOW"):
            # W2.1: ignored for the other engines, and not returned.
            computed["engineSettings"] = None
        if "DEFINITION" in export:
            computed["definition"] = definition_url(self._bucket, run.block.resolved, origin)
        return self._layers(run, computed)

    def _layers(self, run: RunRef, computed: Mapping[str, Any]) -> Layers:
        block, settings = run.block, run.settings
        common = {
            "arn": self._context.arn("run", run.id),
            "id": run.id,
            "uuid": run.uuid,
            "status": run.status,
            "batchId": block.batch_id,
            "runOutputUri": output_uri(run.id, settings),
            "tags": run.tags,
        }
        return Layers(computed, common, _times(run.history), block.resolved, settings)

    def _log_stream(self, run: RunRef) -> str:
        """The ARN of a run's log stream; those of its engine and tasks begin with it (W2.10)."""
        context = self._context
        logs = f"arn:{context.partition}:logs:{context.region}:{context.account_id}"
        return f"{logs}:log-group:{LOG_GROUP}:log-stream:run/{run.id}"

    def task(self, run: RunRef, number: int) -> Layers:
        """Return the members of a task, for GetRunTask and ListRunTasks (W3)."""
        tasks = run.block.tasks
        task_id, spec = tasks.id_of(number), tasks.spec_of(number)
        computed = {
            "taskId": task_id,
            "uuid": tasks.uuid_of(number),
            "name": spec.name,
            "cpus": spec.cpus,
            "memory": spec.memory,
            "gpus": spec.gpus,
            "instanceType": (instance_for(*spec[1:5]) or LARGEST).type,
            "status": run.status,
            "cacheHit": False,
            "logStream": f"{self._log_stream(run)}/task/{task_id}",
            **_failure(run),
        }
        return Layers(computed, _times(run.history))


def _failure(run: RunRef) -> dict[str, str | None]:
    outcome = run.outcome
    if outcome is None:
        return {}
    return {"failureReason": outcome.reason, "statusMessage": outcome.message}
