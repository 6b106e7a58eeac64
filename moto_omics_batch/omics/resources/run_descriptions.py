"""The members of runs and tasks in responses; those merely stored need no line here (B21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from ...domain.engine_settings import NEXTFLOW, engine_version
from ...domain.life import entered
from ...domain.run_selection import RunRef
from ...domain.runs import Cohort
from ...domain.storage import DYNAMIC_MAXIMUM
from ...domain.tables import RUN, RUN_EXECUTES
from ...wire.model import members, structure
from ...wire.views import Layers, view
from ..integrations.presigned import MockBucket
from ..integrations.s3 import S3
from .context import Context
from .definition_files import definition_url
from .log_streams import engine_stream, run_stream, stream_arn, task_stream
from .run_tasks import RunTasks


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
        "startTime": entered(history, RUN_EXECUTES),
        "stopTime": None if RUN.automatic_event(state) else last,
    }


def _from_history(
    history: list[tuple[datetime, str]], resolved: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the members that depend on what a run has done: times, and the storage it used (L32).

    ``resolved`` are the members that its block has resolved.
    """
    times = _times(history)
    members: dict[str, Any] = {**times}
    if resolved["storageType"] == "DYNAMIC" and times["startTime"] and times["stopTime"]:
        members["storageCapacity"] = DYNAMIC_MAXIMUM
    return members


@cache
def _own_members() -> tuple[str, ...]:
    """The members of a ListRuns item that an entry of a batch may set (B30)."""
    own = members(structure("InlineSetting"))
    return tuple(name for name in members(structure("RunListItem")) if name in own)


class RunDescriptions:
    """Describes the runs of one account and region."""

    def __init__(self, context: Context, s3: S3, bucket: MockBucket, tasks: RunTasks):
        self._context = context
        self._s3 = s3
        self._bucket = bucket
        self._tasks = tasks

    def list_items(self, runs: Iterable[RunRef]) -> list[dict[str, Any]]:
        """Return the items of ListRuns, as final wire values.

        Runs of one cohort differ only in their overrides, so that most members are rendered once.
        """
        show, arn = view("RunListItem"), self._context.arn("run", "")
        own_members, shared = _own_members(), dict[Cohort, tuple[dict[str, Any], ...]]()
        items: list[dict[str, Any]] = []
        for run in runs:
            block, cohort = run.block, run.cohort
            if cohort not in shared:
                computed = {"status": cohort.status, "batchId": block.batch_id}
                fixed = show(computed, block.resolved, block.settings)
                shared[cohort] = fixed, show(_from_history(cohort.history, block.resolved))
            fixed, past = shared[cohort]
            if run.index in cohort.joined:
                past = show(_from_history(run.history, block.resolved))
            item = {"arn": arn + run.id, "id": run.id, **fixed, **past}
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
        settings, failure = run.settings, self._tasks.failure_of(run)
        engine = run.block.resolved["engine"]
        computed: dict[str, Any] = {
            "logLocation": self._log_location(run, settings),
            "outputUriPrefixMode": settings.get("outputUriPrefixMode", "SERVICE_DEFINED"),
            "resourceDigests": self._s3.digests(run.parameters) or None,
            "requesterPaysEnabled": settings.get("requesterPaysEnabled", False),
            "parametersUri": self._parameters_uri(run, settings, origin),
            **(failure.members if failure else {}),
        }
        if engine == NEXTFLOW:
            computed["engineVersion"] = engine_version(settings.get("engineSettings"))
        elif engine is not None:
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
        past = _from_history(run.history, block.resolved)
        return Layers(computed, common, past, block.resolved, settings)

    def _parameters_uri(
        self, run: RunRef, settings: Mapping[str, Any], origin: str | None
    ) -> str | None:
        """Return what was submitted, and a URL of a copy once the run has read it (L102)."""
        file = run.parameters_file
        if file is None:
            submitted: str | None = settings.get("parametersUri")
            return submitted
        return self._bucket.serve(f"run/{run.uuid}/parameters.json", file.body, origin)

    def _log_location(self, run: RunRef, settings: Mapping[str, Any]) -> dict[str, str] | None:
        """Return the streams of a run that exist, none when it keeps no log (L21, L22)."""
        if settings.get("logLevel") == "OFF":
            return None
        streams = {"runLogStream": run_stream(run.id)}
        if run.started is not None:
            streams["engineLogStream"] = engine_stream(run.id)
        return {name: stream_arn(self._context, stream) for name, stream in streams.items()}

    def task(self, run: RunRef, number: int) -> Layers:
        """Return the members of a task, for GetRunTask and ListRunTasks (W3, L33, L110)."""
        task = self._tasks.task(run, number)
        stream = stream_arn(self._context, task_stream(run.id, task.id))
        # L143: a task that ends without having started has no log stream.
        executes = task.started is not None or RUN.allows(task.status, "cancel")
        logged = executes and run.settings.get("logLevel") != "OFF"
        return Layers(
            {
                "taskId": task.id,
                "uuid": task.uuid,
                "name": task.name,
                "status": task.status,
                "cpus": task.spec.cpus,
                "memory": task.spec.memory,
                "gpus": task.spec.gpus,
                "instanceType": task.instance and task.instance.type,
                "cacheHit": task.cache_hit,
                "cacheS3Uri": task.cache_uri,
                "creationTime": task.created,
                "startTime": task.started,
                "stopTime": task.stopped,
                "imageDetails": task.image_details,
                "logStream": stream if logged else None,
                **(task.failure.members if task.failure else {}),
            }
        )
