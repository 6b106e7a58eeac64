"""Run tasks, and the resources that active runs use."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain.ids import Uuids
from moto_omics_batch.domain.tasks import Tasks, TaskSpec
from moto_omics_batch.domain.usage import SETTINGS, Usage
from tests.domain.helpers import UUID

TASKS = Tasks(2_000_000, Uuids(UUID), [TaskSpec("align"), TaskSpec("sort"), TaskSpec("call")])


def test_the_tasks_of_one_run_have_consecutive_ids() -> None:
    assert [TASKS.of_run(index) for index in range(3)] == [range(3), range(3, 6), range(6, 9)]
    assert [TASKS.id_of(number) for number in TASKS.of_run(1)] == ["2000003", "2000004", "2000005"]
    assert [TASKS.spec_of(number).name for number in TASKS.of_run(1)] == ["align", "sort", "call"]
    assert TASKS.uuid_of(0) == UUID
    assert TASKS.uuid_of(4) != UUID


@pytest.mark.parametrize(
    ("index", "task_id", "number"),
    [
        (0, "2000000", 0),
        (0, "2000002", 2),
        (1, "2000005", 5),
        (0, "2000003", None),
        (1, "2000002", None),
        (0, "02000000", None),
        (0, "1", None),
    ],
)
def test_a_task_is_found_by_the_run_and_its_id(
    index: int, task_id: str, number: int | None
) -> None:
    assert TASKS.number(index, task_id) == number


def test_a_workflow_without_calls_has_no_tasks() -> None:
    tasks = Tasks(2_000_000, Uuids(UUID), ())
    assert len(tasks.of_run(4)) == 0
    assert tasks.number(0, "2000000") is None


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_resource_is_in_use_until_all_its_runs_have_ended(setting: str) -> None:
    usage, settings = Usage(), {setting: "x", "name": "run"}
    assert not usage.in_use(setting, "x")
    usage.add(settings, 3)
    usage.add(settings, -2)
    assert usage.in_use(setting, "x")
    assert not usage.in_use(setting, "y")
    assert not any(usage.in_use(other, "x") for other in SETTINGS if other != setting)
    usage.add(settings, -1)
    assert not usage.in_use(setting, "x")


def test_runs_without_resources_use_nothing() -> None:
    usage = Usage()
    usage.add({"runGroupId": None}, 5)
    assert not any(usage.in_use(setting, "x") for setting in SETTINGS)
