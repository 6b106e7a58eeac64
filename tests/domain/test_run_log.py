"""The lines of the stream of a run (L23, L24)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import NamedTuple

from moto_omics_batch.domain import run_log
from moto_omics_batch.domain.run_log import Stop
from moto_omics_batch.domain.storage import used
from moto_omics_batch.domain.task_progress import end_of

AT = datetime(2026, 1, 1)
STOP = Stop(
    exporting=True,
    output_uri="s3://results/1",
    storage=used(1200),
    engine_stream="arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream:run/1/engine",
)


class Task(NamedTuple):
    """A task of a run that ends."""

    name: str
    status: str = "COMPLETED"
    stopped: datetime | None = None
    cache_hit: bool = False
    id: str = "7"


def history(*states: str) -> list[tuple[datetime, str]]:
    """A run that enters a state every minute."""
    return [(AT + timedelta(minutes=n), state) for n, state in enumerate(states)]


RUNNING = ("PENDING", "STARTING", "RUNNING")


def test_equal_lines_are_one_string() -> None:
    first = run_log.message("PENDING", "CREATING_RUN")
    assert run_log.message("PENDING", "CREATING_RUN") is first
    assert json.loads(first)["message"] == "Creating your workflow run."


def test_values_with_braces_are_not_formatted() -> None:
    line = run_log.message("RUNNING", "IMPORTING_FILES", 's3://b/{0}"')
    assert json.loads(line)["message"] == 'Importing your workflow run input: s3://b/{0}"'


def test_tasks_end_in_the_order_of_time_and_not_after_the_run() -> None:
    stops = AT + timedelta(minutes=3)
    tasks = [
        Task("late", stopped=stops + timedelta(hours=1)),
        Task("unknown"),
        Task("early", stopped=stops - timedelta(minutes=1)),
        Task("cached", cache_hit=True),
        Task("cancelled", "CANCELLED", stops),
    ]
    lines = list(run_log.stopping(history(*RUNNING, "STOPPING>COMPLETED"), tasks, STOP))
    ends = [(at, json.loads(line)["message"].split()[4]) for at, line in lines[:3]]
    assert ends == [(stops - timedelta(minutes=1), "early"), (stops, "late"), (stops, "unknown")]
    assert json.loads(lines[3][1])["logMessage"] == "EXPORTING_FILES"
    assert [at for at, _ in lines] == sorted(at for at, _ in lines)


def test_observed_usage_of_the_file_system() -> None:
    lines = list(run_log.stopping(history(*RUNNING, "STOPPING>FAILED"), [], STOP))
    kinds = [json.loads(line)["logMessage"] for _, line in lines]
    assert kinds == [
        "EXPORTING_FILES",
        "STOPPING_RUN",
        "MAX_FILE_SYSTEM_USAGE",
        "ENGINE_LOG_GENERATED",
    ]
    line = run_log.message("STOPPING", "MAX_FILE_SYSTEM_USAGE", 1200, 170, 100 * 170 / 1200)
    assert json.loads(line) == {
        "runStatus": "STOPPING",
        "logMessage": "MAX_FILE_SYSTEM_USAGE",
        "message": "Max file system usage (Size, Used, Used %): 1200GiB 170GiB 14%",
    }


def test_only_a_run_that_was_running_has_used_storage() -> None:
    states = history("PENDING", "STOPPING>CANCELLED")
    (line,) = run_log.stopping(states, [], STOP._replace(exporting=False))
    assert json.loads(line[1])["logMessage"] == "STOPPING_RUN"
    assert not run_log.was_running(states)


def test_a_failure_after_success_is_late() -> None:
    late = history(*RUNNING, "STOPPING>COMPLETED", "STOPPING>FAILED", "FAILED")
    early = history(*RUNNING, "STOPPING>FAILED", "FAILED")
    assert (run_log.failed_late(late), run_log.failed_late(early)) == (True, False)
    tasks = [Task("a"), Task("b", "FAILED")]
    kinds = [json.loads(line)["logMessage"] for _, line in run_log.ended(late, tasks)]
    assert kinds == ["TASK_FAILED", "RUN_FAILED"]
    kinds = [json.loads(line)["logMessage"] for _, line in run_log.ended(early, tasks)]
    assert kinds == ["RUN_FAILED"]


def test_the_end_of_a_stopping_run() -> None:
    ends = [end_of(f"STOPPING>{state}") for state in ("COMPLETED", "FAILED", "CANCELLED")]
    assert ends == ["COMPLETED", "FAILED", "CANCELLED"]
    assert end_of("COMPLETED") == "COMPLETED"
