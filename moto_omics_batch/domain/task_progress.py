"""Status and times of a task, which follow from the history of its run (L143, L153)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from .life import entered
from .lifecycle import status_of
from .tables import (
    CANCELLED,
    COMPLETED,
    FAILED,
    RUN,
    RUN_ENDS,
    RUN_EXECUTES,
    RUN_STOPS,
    RUN_SUCCEEDS,
)

History = Sequence[tuple[datetime, str]]


class TaskProgress(NamedTuple):
    """The status of a task, and its times: the last two are None while they are not known."""

    status: str
    created: datetime
    started: datetime | None
    stopped: datetime | None


class TaskRole(NamedTuple):
    """What is particular about one task of a run.

    ``position`` is its place among ``total`` tasks, ``failed`` the place of the task that failed.
    ``cached`` says that its result came from the run cache, ``seconds`` is its declared duration.
    """

    position: int
    total: int
    failed: int | None = None
    cached: bool = False
    seconds: float | None = None


def progress(history: History, task: TaskRole, *, all_done: bool = False) -> TaskProgress:
    """Return status and times of a task of a run with this history.

    All tasks are created with the run and start when it becomes RUNNING; they end one after the
    other until it leaves RUNNING. ``all_done`` says that the run failed after its tasks were done.
    """
    created = history[0][0]
    started = entered(history, RUN_EXECUTES)
    left = _left(history, started)
    status = _status(history, task, started, left, all_done)
    if task.cached:
        return TaskProgress(status, created, None, None)
    stopped = None
    if status in RUN_ENDS and left is not None:
        stopped = _stopped(task, status, started, left)
    return TaskProgress(status, created, started, stopped)


def end_of(state: str) -> str:
    """Return the state in which a run that stops will end: FAILED for ``STOPPING>FAILED``."""
    event = RUN.automatic_event(state)
    return state if event is None else RUN.next(state, event)


def _left(history: History, started: datetime | None) -> datetime | None:
    """Return when the run left RUNNING, or stopped before it was RUNNING."""
    behind = False
    for time, state in history:
        if behind or (started is None and status_of(state) == RUN_STOPS):
            return time
        behind = state == RUN_EXECUTES
    return None


def _status(
    history: History,
    task: TaskRole,
    started: datetime | None,
    left: datetime | None,
    all_done: bool,
) -> str:
    state = history[-1][1]
    if RUN.is_end(state):
        return status_of(state)
    if task.cached and started is not None:
        return COMPLETED
    if state not in RUN_ENDS:
        return status_of(state)
    if state == FAILED and task.position == task.failed:
        return FAILED
    if all_done or entered(history, RUN_SUCCEEDS):
        return COMPLETED
    before_failure = state == FAILED and task.failed is not None and task.position < task.failed
    if started is not None and (before_failure or _elapsed(task, started, left)):
        return COMPLETED
    return CANCELLED


def _elapsed(task: TaskRole, started: datetime, left: datetime | None) -> bool:
    """Return whether the declared duration was over when the run left RUNNING."""
    if task.seconds is None or left is None:
        return False
    return started + timedelta(seconds=task.seconds) <= left


def _stopped(task: TaskRole, status: str, started: datetime | None, left: datetime) -> datetime:
    if started is None or status == CANCELLED:
        return left
    if task.seconds is not None:
        return started + timedelta(seconds=task.seconds)
    last = (task.total - 1 if task.failed is None else task.failed) + 1
    if status == FAILED or task.position + 1 >= last:
        return left
    milliseconds = (left - started) / timedelta(milliseconds=1)
    return started + timedelta(milliseconds=int(milliseconds * (task.position + 1) / last))
