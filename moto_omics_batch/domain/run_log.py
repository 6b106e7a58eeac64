"""The lines of the log stream of a run, by the status that it comes to (L23, L24).

A line is its time and its text: one JSON object with ``runStatus``, ``logMessage`` and
``message``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple, Protocol

from .json_text import compact_json
from .life import entered
from .lifecycle import status_of
from .storage import StorageUse
from .tables import (
    CANCELLED,
    COMPLETED,
    FAILED,
    RUN,
    RUN_EXECUTES,
    RUN_STARTS,
    RUN_STOPS,
    RUN_SUCCEEDS,
)

Line = tuple[datetime, str]
History = Sequence[tuple[datetime, str]]

#: logMessage → message. Observed (L23), the ones behind the comment by analogy (L24).
TEXTS = {
    "CREATING_RUN": "Creating your workflow run.",
    "STARTING_RUN": "Provisioning infrastructure for your workflow run.",
    "SET_WORKFLOW_TIMEOUT": "Your workflow will be timed out after: {} minutes.",
    "RUNNING_WORKFLOW": "Your workflow is now running.",
    "IMPORTING_FILES": "Importing your workflow run input: {}",
    "IMPORT_COMPLETED": "Completed import of workflow run input: {}",
    "STARTING_TASK": "Starting workflow run task with name: {} and taskId: {}",
    "RUNNING_TASK": "Running workflow run task: name: {} and taskId: {}",
    "TASK_FAILED": "Workflow run task: name: {} and taskId: {} failed.",
    "STOPPING_RUN": "Deprovisioning infrastructure for your workflow run.",
    "MAX_FILE_SYSTEM_USAGE": (
        "Max file system usage (Size, Used, Used %): {:.0f}GiB {:.0f}GiB {:.0f}%"
    ),
    "ENGINE_LOG_GENERATED": "Engine log stream: {}",
    "RUN_FAILED": "Workflow run failed.",
    # Texts of our own.
    "TASK_COMPLETED": "Workflow run task: name: {} and taskId: {} completed.",
    "EXPORTING_FILES": "Exporting your workflow run outputs to: {}",
    "EXPORT_COMPLETED": "Completed export of workflow run outputs to: {}",
    "RUN_COMPLETED": "Workflow run completed.",
    "RUN_CANCELLED": "Workflow run cancelled.",
}

#: The longest duration of a READY2RUN run, as observed, in minutes.
READY2RUN_MINUTES = 1200

#: The logMessage of the last line of a run.
_ENDS = {COMPLETED: "RUN_COMPLETED", FAILED: "RUN_FAILED", CANCELLED: "RUN_CANCELLED"}


class LoggedTask(Protocol):
    """A task, as the lines of a run describe it."""

    @property
    def name(self) -> str:
        """The name of the task in its workflow."""
        ...

    @property
    def id(self) -> str:
        """The id of the task."""
        ...

    @property
    def status(self) -> str:
        """The status of the task."""
        ...

    @property
    def stopped(self) -> datetime | None:
        """When the task ended, None if it has not, or never ran."""
        ...

    @property
    def cache_hit(self) -> bool:
        """Whether the result of the task came from the run cache."""
        ...


class Stop(NamedTuple):
    """What the lines of a run that stops contain.

    ``exporting`` says that the run came to the export of its outputs. ``engine_stream`` is the ARN
    of a log stream.
    """

    exporting: bool
    output_uri: str
    storage: StorageUse
    engine_stream: str


@lru_cache(maxsize=256)
def message(run_status: str, log_message: str, *values: object) -> str:
    """Return the text of one line. Equal lines of different runs are one string."""
    text = TEXTS[log_message].format(*values)
    return compact_json({"runStatus": run_status, "logMessage": log_message, "message": text})


def was_running(history: History) -> bool:
    """Return whether a run has been RUNNING."""
    return entered(history, RUN_EXECUTES) is not None


def failed_late(history: History) -> bool:
    """Return whether a run failed after it had begun to stop as one that completes."""
    return history[-1][1] == FAILED and entered(history, RUN_SUCCEEDS) is not None


def pending(at: datetime) -> Iterator[Line]:
    """Yield the line of a run that was created."""
    yield at, message(RUN.initial, "CREATING_RUN")


def starting(at: datetime, minutes: int | None) -> Iterator[Line]:
    """Yield the lines of a run that is STARTING; ``minutes`` is its longest duration, if any."""
    yield at, message(RUN_STARTS, "STARTING_RUN")
    if minutes is not None:
        yield at, message(RUN_STARTS, "SET_WORKFLOW_TIMEOUT", minutes)


def running(at: datetime, inputs: Iterable[str], tasks: Iterable[LoggedTask]) -> Iterator[Line]:
    """Yield the lines of a run that is RUNNING.

    ``inputs`` are the URIs that it imports. A task whose result came from the run cache does not
    start: it is completed at once.
    """
    yield at, message(RUN_EXECUTES, "RUNNING_WORKFLOW")
    for uri in inputs:
        yield at, message(RUN_EXECUTES, "IMPORTING_FILES", uri)
        yield at, message(RUN_EXECUTES, "IMPORT_COMPLETED", uri)
    for task in tasks:
        if task.cache_hit:
            yield at, message(RUN_EXECUTES, "TASK_COMPLETED", task.name, task.id)
        else:
            yield at, message(RUN_EXECUTES, "STARTING_TASK", task.name, task.id)
            yield at, message(RUN_EXECUTES, "RUNNING_TASK", task.name, task.id)


def stopping(history: History, tasks: Iterable[LoggedTask], stop: Stop) -> Iterator[Line]:
    """Yield the lines of a run that is STOPPING, in order of time.

    ``tasks`` are as they will be when the run has ended. What precedes the STOPPING of the run has
    the status that it leaves.
    """
    at, state = history[-1]
    before = status_of(history[-2][1])
    yield from sorted(_task_ends(at, before, tasks), key=lambda line: line[0])
    if stop.exporting:
        yield at, message(before, "EXPORTING_FILES", stop.output_uri)
        if state == RUN_SUCCEEDS:
            yield at, message(before, "EXPORT_COMPLETED", stop.output_uri)
    yield at, message(RUN_STOPS, "STOPPING_RUN")
    if was_running(history):
        yield at, message(RUN_STOPS, "MAX_FILE_SYSTEM_USAGE", *stop.storage.usage)
        yield at, message(RUN_STOPS, "ENGINE_LOG_GENERATED", stop.engine_stream)


def ended(history: History, tasks: Iterable[LoggedTask]) -> Iterator[Line]:
    """Yield the lines of a run that has ended; ``tasks`` are needed if it `failed_late`."""
    at, state = history[-1]
    if failed_late(history):
        failed = (task for task in tasks if task.status == FAILED)
        yield from _task_ends(at, RUN_STOPS, failed)
    yield at, message(state, _ENDS[state])


def _task_ends(at: datetime, run_status: str, tasks: Iterable[LoggedTask]) -> Iterator[Line]:
    """Yield a line for each task that completed or failed, at the latest at ``at``."""
    for task in tasks:
        if task.status == FAILED:
            yield at, message(run_status, "TASK_FAILED", task.name, task.id)
        elif task.status == COMPLETED and not task.cache_hit:
            # A declared duration may be longer than the run.
            stopped = at if task.stopped is None else min(task.stopped, at)
            yield stopped, message(run_status, "TASK_COMPLETED", task.name, task.id)
