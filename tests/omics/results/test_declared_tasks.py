"""What declared properties of tasks change in ListRunTasks and GetRunTask (L57)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from conftest import Answer, Client, StartBatch, Until
from moto_omics_batch import faults, results
from tests.omics.helpers import Clock, Settings, StartRun, requires_member, run_ids


def task_of(omics: Client, run_id: str) -> Answer:
    """Return the only task of a run, as GetRunTask describes it."""
    (item,) = omics.list_run_tasks(id=run_id)["items"]
    task: Answer = omics.get_run_task(id=run_id, taskId=item["taskId"])
    shown = ("cpus", "memory", "gpus", "instanceType", "cacheHit")
    assert {n: item.get(n) for n in shown} == {n: task.get(n) for n in shown}
    return task


@pytest.mark.our_choice("L57")
@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ({"cpus": 4, "memory": 16}, (4, 16, 0, "omics.m.xlarge")),
        ({"memory": 15, "cpus": 8, "gpus": 1}, (8, 15, 1, "omics.g5.2xlarge")),
        ({"gpus": 0}, (1, 1, 0, "omics.c.large")),
        ({"instanceType": "omics.r.large"}, (1, 1, 0, "omics.r.large")),
        ({"stdout": ["line"]}, (1, 1, 0, "omics.c.large")),
    ],
)
def test_resources_of_a_task(
    omics: Client, start_run: StartRun, declared: dict[str, Any], shown: tuple[Any, ...]
) -> None:
    results.task("align", **declared)
    results.task("other", cpus=64)
    task = task_of(omics, start_run()["id"])
    assert tuple(task[n] for n in ("cpus", "memory", "gpus", "instanceType")) == shown


@pytest.mark.our_choice("L57")
@requires_member("GetRunTaskResponse", "imageDetails")
def test_image_of_a_task(omics: Client, start_run: StartRun) -> None:
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/bwa:1"
    results.task("align", image=image)
    assert task_of(omics, start_run()["id"])["imageDetails"]["image"] == image


@pytest.mark.our_choice("L57")
def test_duration_of_a_task(
    omics: Client, start_run: StartRun, clock: Clock, workflow_id: str
) -> None:
    results.task("align", runningSeconds=90.5)
    run_id = start_run()["id"]
    faults.advance(run_id, to="RUNNING")
    clock.now += timedelta(minutes=10)
    faults.advance(run_id, to="COMPLETED")
    task = task_of(omics, run_id)
    assert task["stopTime"] - task["startTime"] == timedelta(seconds=90.5)


@pytest.mark.our_choice("L57")
def test_words_select_the_runs_and_later_declarations_win(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    results.task("align", cpus=2, memory=8)
    results.task("align", runSettingId="s2", cpus=16)
    batch_id = start_batch(["s1", "s2"])
    until(batch_id, "PROCESSED")
    ids = run_ids(omics, batch_id)
    assert [task_of(omics, ids[s])["cpus"] for s in ("s1", "s2")] == [2, 16]
    assert task_of(omics, ids["s2"])["memory"] == 8


@pytest.mark.our_choice("L57")
def test_settings_of_the_mock_declare_tasks_and_clear_keeps_them(
    settings: Settings, omics: Client, start_run: StartRun
) -> None:
    settings(tasks=[{"task": "align", "cpus": 4}])
    run_id = start_run()["id"]
    results.task("align", cpus=8)
    assert task_of(omics, run_id)["cpus"] == 8
    results.clear()
    assert task_of(omics, run_id)["cpus"] == 4
    settings()
    assert task_of(omics, run_id)["cpus"] == 1


@pytest.mark.our_choice("L57")
def test_invalid_tasks_are_refused(omics: Client, start_run: StartRun) -> None:
    for arguments, message in (
        ({}, "^a declaration of a task needs a property; there are cpus, memory, gpus, "),
        ({"cpus": 0}, "^cpus must be a whole number from 1 to 192, not 0$"),
        ({"metrics": {"cpu": 1}}, "^there is no metric of a task 'cpu'; there are cpusReserved, "),
    ):
        declare: Callable[..., None] = results.task
        with pytest.raises(ValueError, match=message):
            declare("align", **arguments)
    assert task_of(omics, start_run()["id"])["cpus"] == 1
