"""Status and times of tasks, from the history of their run (L143, L153)."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain import tables
from moto_omics_batch.domain.task_progress import TaskProgress, TaskRole, progress
from tests.domain.helpers import START, at

#: Seconds after START, state.
TO_RUNNING = [(0, "PENDING"), (10, "STARTING"), (20, "RUNNING")]
TO_COMPLETED = [*TO_RUNNING, (50, "STOPPING>COMPLETED"), (60, "COMPLETED")]
TO_FAILED = [*TO_RUNNING, (50, "STOPPING>FAILED"), (60, "FAILED")]
TO_CANCELLED = [*TO_RUNNING, (50, "STOPPING>CANCELLED"), (60, "CANCELLED")]

Shown = tuple[str, float | None, float | None]


def shown(history: list[tuple[int, str]], role: TaskRole, *, all_done: bool = False) -> Shown:
    """Return status, start and stop of a task, in seconds after START."""
    times = [(at(seconds), state) for seconds, state in history]
    found: TaskProgress = progress(times, role, all_done=all_done)
    assert found.created == START
    start, stop = (
        None if time is None else (time - START).total_seconds()
        for time in (found.started, found.stopped)
    )
    return found.status, start, stop


def of_three(history: list[tuple[int, str]], failed: int | None = None) -> list[Shown]:
    return [shown(history, TaskRole(position, 3, failed)) for position in range(3)]


@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_a_task_has_the_status_of_its_active_run(length: int) -> None:
    history = TO_COMPLETED[:length]
    started = 20 if length > 2 else None
    status = history[-1][1].partition(">")[0]
    assert of_three(history) == [(status, started, None)] * 3


def test_the_tasks_of_a_completed_run_end_one_after_the_other() -> None:
    assert of_three(TO_COMPLETED) == [
        ("COMPLETED", 20, 30),
        ("COMPLETED", 20, 40),
        ("COMPLETED", 20, 50),
    ]


def test_tasks_before_the_failed_one_are_completed_and_later_ones_cancelled() -> None:
    assert of_three(TO_FAILED, failed=1) == [
        ("COMPLETED", 20, 35),
        ("FAILED", 20, 50),
        ("CANCELLED", 20, 50),
    ]


def test_a_failure_of_the_run_cancels_its_tasks() -> None:
    assert of_three(TO_FAILED) == [("CANCELLED", 20, 50)] * 3


def test_a_failure_after_the_tasks_leaves_them_completed() -> None:
    role = TaskRole(2, 3)
    assert shown(TO_FAILED, role, all_done=True) == ("COMPLETED", 20, 50)
    behind = [*TO_COMPLETED[:4], (55, "STOPPING>FAILED"), (60, "FAILED")]
    assert of_three(behind)[2] == ("COMPLETED", 20, 50)
    assert of_three(behind, failed=2)[2] == ("FAILED", 20, 50)


@pytest.mark.parametrize(
    ("event", "first", "others"),
    [("FAILED", "FAILED", "CANCELLED"), ("CANCELLED", "CANCELLED", "CANCELLED")],
)
def test_tasks_of_a_run_that_was_never_running_have_no_start(
    event: str, first: str, others: str
) -> None:
    history = [(0, "PENDING"), (5, f"STOPPING>{event}"), (9, event)]
    failed = 0 if event == "FAILED" else None
    statuses = of_three(history, failed)
    assert statuses == [(first, None, 5), (others, None, 5), (others, None, 5)]


def test_a_cancelled_run_has_cancelled_tasks() -> None:
    assert of_three(TO_CANCELLED) == [("CANCELLED", 20, 50)] * 3
    assert of_three(TO_CANCELLED[:-1]) == [("STOPPING", 20, None)] * 3


@pytest.mark.parametrize(
    ("history", "seconds", "expected"),
    [
        (TO_COMPLETED, 900, ("COMPLETED", 20, 920)),
        (TO_CANCELLED, 30, ("COMPLETED", 20, 50)),
        (TO_CANCELLED, 30.5, ("CANCELLED", 20, 50)),
        (TO_FAILED, 0, ("COMPLETED", 20, 20)),
        (TO_RUNNING, 5, ("RUNNING", 20, None)),
    ],
)
def test_a_declared_duration(
    history: list[tuple[int, str]], seconds: float, expected: Shown
) -> None:
    assert shown(history, TaskRole(0, 1, seconds=seconds)) == expected


def test_a_declared_duration_of_a_failed_task() -> None:
    assert shown(TO_FAILED, TaskRole(0, 2, failed=0, seconds=7)) == ("FAILED", 20, 27)


def test_a_cached_task_is_completed_at_once_and_has_no_times() -> None:
    statuses = [shown(TO_CANCELLED[:n], TaskRole(0, 2, cached=True)) for n in range(1, 6)]
    assert [status for status, *_ in statuses] == ["PENDING", "STARTING", *["COMPLETED"] * 3]
    assert {(start, stop) for _, start, stop in statuses} == {(None, None)}


def test_a_task_has_the_status_of_a_run_that_rests() -> None:
    """A later status without an automatic transition needs no change of the code."""
    assert of_three([*TO_RUNNING, (30, "PAUSED")]) == [("PAUSED", 20, None)] * 3


def test_the_states_that_other_code_names_are_in_the_table() -> None:
    named = {tables.RUN_STARTS, tables.RUN_EXECUTES, tables.RUN_SUCCEEDS, *tables.RUN_ENDS}
    assert named <= set(tables.RUN.states)
    assert tables.RUN_STOPS in tables.RUN.statuses
    # What can be deleted has ended.
    assert set(tables.RUN_ENDS) == set(tables.RUN.states_allowing("delete"))


def test_the_tasks_of_a_deleted_run_are_deleted() -> None:
    history = [*TO_COMPLETED, (99, "DELETED")]
    assert of_three(history) == [("DELETED", 20, None)] * 3
