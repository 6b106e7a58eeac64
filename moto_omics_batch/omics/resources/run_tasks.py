"""The tasks of runs, as responses, events and logs show them (W3, L33, L35, L140 to L143)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from ...domain import failure_texts
from ...domain.cache import CACHE_ENTRIES
from ...domain.failure_texts import Failure, FailureContext
from ...domain.failures import TASK_FAILURE_REASONS
from ...domain.instances import LARGEST, Instance, instance_for, instance_of
from ...domain.run_selection import RunRef
from ...domain.task_progress import History, TaskRole, end_of, progress
from ...domain.tasks import TaskSpec
from ..integrations.s3 import texts
from .context import Context
from .log_streams import engine_stream, stream_arn, task_stream
from .random_streams import derived_uuid
from .run_groups import RunGroups

#: The declared properties that replace those of a definition.
_DECLARED = ("cpus", "memory", "gpus", "image")

#: The reasons of runs that fail after all their tasks were done.
_AFTER_TASKS = ("EXPORT_FAILED",)


class TaskDeclarations(Protocol):
    """The properties of tasks that a test has declared (L57)."""

    @property
    def any_tasks(self) -> bool:
        """Whether any task was declared."""
        ...

    def task_for(self, run: RunRef, name: str) -> Mapping[str, Any]:
        """Return the declared properties of one task of a run, empty when there are none."""
        ...


class RunTask(NamedTuple):
    """One task of a run.

    ``spec`` is what it asks for, with declared values; ``instance`` is None for a result of the run
    cache, whose entry is ``cache_uri``. ``declared`` are further declared properties: ``metrics``,
    ``stdout``.
    """

    number: int
    id: str
    uuid: str
    arn: str
    spec: TaskSpec
    instance: Instance | None
    status: str
    created: datetime
    started: datetime | None
    stopped: datetime | None
    cache_hit: bool
    cache_uri: str | None
    failure: Failure | None
    declared: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def image_details(self) -> dict[str, str] | None:
        """The image, with a digest that is derived from its name (L110)."""
        image, source = self.spec.image, self.spec.source_image
        if image is None:
            return None
        details = {"image": image, "imageDigest": image_digest(image)}
        return {**details, "sourceImage": source} if source else details


def image_digest(image: str) -> str:
    """Return a digest that is derived from the name of an image."""
    return f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"


class RunTasks:
    """Describes the tasks of the runs of one account and region, and the failures of runs."""

    def __init__(self, context: Context, declared: TaskDeclarations, run_groups: RunGroups):
        self._context = context
        self._declared = declared
        self._run_groups = run_groups

    def of_run(self, run: RunRef) -> Iterator[RunTask]:
        """Return the tasks of a run, in the order of the calls of the workflow."""
        return (self.task(run, number) for number in run.block.tasks.of_run(run.index))

    def at_end(self, run: RunRef) -> Iterator[RunTask]:
        """Return the tasks of a run that is STOPPING, as they will be when it has ended."""
        at, state = run.history[-1]
        history = [*run.history, (at, end_of(state))]
        return (self.task(run, number, history) for number in run.block.tasks.of_run(run.index))

    def task(self, run: RunRef, number: int, history: History | None = None) -> RunTask:
        """Return a task of a run by its number in the block, with ``history`` in place of the
        history of the run."""
        tasks = run.block.tasks
        position, id = tasks.position_of(number), tasks.id_of(number)
        declared = self._properties(run, tasks.spec_of(number).name)
        spec = _with_declared(tasks.spec_of(number), declared)
        outcome, failed = run.outcome, self._failed_position(run)
        # A task that fails was executed, whatever the cache holds.
        hit = position != failed and self.is_hit(run, position)
        role = TaskRole(position, len(tasks.specs), failed, hit, declared.get("runningSeconds"))
        all_done = outcome is not None and outcome.reason in _AFTER_TASKS
        made = progress(history or run.history, role, all_done=all_done)
        failure = None
        if outcome is not None and outcome.reason is not None and position == failed:
            failure = self._text(run, outcome.reason, outcome.message, number)
        return RunTask(
            number=number,
            id=id,
            uuid=tasks.uuid_of(number),
            arn=self.arn(id),
            spec=spec,
            instance=None if hit else _instance(spec, declared),
            status=made.status,
            created=made.created,
            started=made.started,
            stopped=made.stopped,
            cache_hit=hit,
            cache_uri=self._cache_uri(run, number) if hit else None,
            failure=failure,
            declared=declared,
        )

    def arn(self, task_id: str) -> str:
        """Return the ARN of a task."""
        return self._context.arn("task", task_id)

    def spec(self, run: RunRef, position: int) -> TaskSpec:
        """Return what a task of a run asks for, with declared values."""
        spec = run.block.tasks.specs[position]
        return _with_declared(spec, self._properties(run, spec.name))

    def is_hit(self, run: RunRef, position: int) -> bool:
        """Return whether a task is a cache hit: an entry was found, or it was declared (L57, L74).

        That is known as soon as the run is RUNNING.
        """
        name = run.block.tasks.specs[position].name
        declared = self._properties(run, name).get("cacheHit")
        if declared is None:
            return position in self._hits(run)
        return bool(declared) and run.started is not None

    def entry_uri(self, run: RunRef, number: int) -> str | None:
        """Return the S3 URI of the entry that a task gives, None for a run without a cache (L65).

        It takes no random number: the uuid of the entry is derived from the ARN of the task.
        """
        location: str | None = run.block.resolved.get(CACHE_ENTRIES)
        if location is None:
            return None
        id = run.block.tasks.id_of(number)
        return f"{location}/{run.id}/{id}/{derived_uuid(self.arn(id))}"

    def _cache_uri(self, run: RunRef, number: int) -> str | None:
        """Return the entry of a cache hit (L67); for one that was only declared, that of itself."""
        found = self._hits(run).get(run.block.tasks.position_of(number))
        return found or self.entry_uri(run, number)

    def failure_of(self, run: RunRef) -> Failure | None:
        """Return failureReason and statusMessage of a run, None when it does not fail (L140)."""
        outcome = run.outcome
        if outcome is None or outcome.reason is None:
            return None
        reason = failure_texts.run_reason(outcome.reason)
        position = self._failed_position(run)
        numbers = run.block.tasks.of_run(run.index)
        return self._text(
            run, reason, outcome.message, numbers[-1 if position is None else position]
        )

    def longest_duration(self, run: RunRef) -> int | None:
        """Return maxDuration of the run group in minutes, None without one (W6)."""
        return self._run_groups.max_duration(run.block.settings.get("runGroupId"))

    def _properties(self, run: RunRef, name: str) -> Mapping[str, Any]:
        return self._declared.task_for(run, name) if self._declared.any_tasks else {}

    @staticmethod
    def _hits(run: RunRef) -> Mapping[int, str]:
        use = run.block.cache_uses.get(run.index)
        return {} if use is None else use.hits

    def _failed_position(self, run: RunRef) -> int | None:
        """Return the place of the task that fails: the named one, or the last that is executed."""
        outcome = run.outcome
        if outcome is None or outcome.reason not in TASK_FAILURE_REASONS:
            return None
        names = [spec.name for spec in run.block.tasks.specs]
        if outcome.task in names:
            return names.index(outcome.task)
        executed = [position for position in range(len(names)) if not self.is_hit(run, position)]
        return executed[-1] if executed else len(names) - 1

    def _text(self, run: RunRef, reason: str, message: str | None, number: int) -> Failure:
        """Return a failure; ``number`` is the task that its text names."""
        tasks, settings = run.block.tasks, run.settings
        spec, id = tasks.spec_of(number), tasks.id_of(number)
        inputs = (t for t in texts(run.parameters) if t.startswith("s3://"))
        values = FailureContext(
            task=spec.name,
            task_id=id,
            image=spec.image or spec.name,
            uri=next(inputs, str(settings["outputUri"])),
            task_stream=stream_arn(self._context, task_stream(run.id, id)),
            engine_stream=stream_arn(self._context, engine_stream(run.id)),
        )
        if minutes := self.longest_duration(run):
            values = values._replace(minutes=minutes)
        return failure_texts.failure(reason, message, values)


def _with_declared(spec: TaskSpec, declared: Mapping[str, Any]) -> TaskSpec:
    """Return a spec with the declared values of cpus, memory, gpus and image."""
    values = {name: declared[name] for name in _DECLARED if name in declared}
    return spec._replace(**values) if values else spec


def _instance(spec: TaskSpec, declared: Mapping[str, Any]) -> Instance:
    """Return the instance of a task; one whose type was declared has the size of its spec."""
    found = instance_for(spec.cpus, spec.memory, spec.gpus, spec.accelerator) or LARGEST
    type = declared.get("instanceType")
    return found if type is None else instance_of(type) or found._replace(type=type)
