"""Jobs and their items: the order of the work, and the end that follows from the items."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from moto_omics_batch.domain.job import Item, Job
from moto_omics_batch.domain.resource import Resource
from moto_omics_batch.domain.tables import JOB

START = datetime(2026, 10, 1, 12)


class Worker:
    """Fails the items whose ``problem`` is not None, and notes what happens."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def resource_changed(self, resource: Resource, at: datetime) -> None:
        self.log.append(resource.status)

    def begin(self, job: Job, item: Item, at: datetime) -> None:
        self.log.append(f"begin {item.params['name']} {item.status}")

    def finish(self, job: Job, item: Item, at: datetime) -> str | None:
        self.log.append(f"finish {item.params['name']} {item.status}")
        problem: str | None = item.params["problem"]
        return problem


def job_of(worker: Worker, *problems: str | None) -> Job:
    """Return a job with an item for each problem."""
    job = Job(
        JOB,
        id="1234567890",
        arn="",
        uuid="",
        serial=1,
        params={},
        resolved={},
        now=START,
        listener=worker,
    )
    job.items = [Item({"name": n, "problem": p}, START) for n, p in enumerate(problems)]
    job.worker = worker
    return job


def test_a_job_begins_all_items_and_then_finishes_them() -> None:
    worker = Worker()
    job = job_of(worker, None, "unreadable")
    assert (job.status, job.completed) == ("SUBMITTED", None)
    job.step(START)
    assert [item.status for item in job.items] == ["IN_PROGRESS"] * 2
    assert (job.status, job.completed) == ("IN_PROGRESS", None)
    end = START + timedelta(minutes=1)
    job.step(end)
    assert worker.log == [
        "begin 0 NOT_STARTED",
        "begin 1 NOT_STARTED",
        "IN_PROGRESS",
        "finish 0 IN_PROGRESS",
        "finish 1 IN_PROGRESS",
        "COMPLETED_WITH_FAILURES",
    ]
    assert [item.status for item in job.items] == ["FINISHED", "FAILED"]
    assert [item.message for item in job.items] == [None, "unreadable"]
    assert job.completed == end
    assert job.ended
    assert not job.gone


@pytest.mark.parametrize(
    ("problems", "status"),
    [
        ([None], "COMPLETED"),
        ([None, None], "COMPLETED"),
        (["a"], "FAILED"),
        (["a", "b"], "FAILED"),
        (["a", None], "COMPLETED_WITH_FAILURES"),
        ([None, None, "a"], "COMPLETED_WITH_FAILURES"),
    ],
)
def test_the_end_of_a_job_follows_from_its_items(problems: list[str | None], status: str) -> None:
    job = job_of(Worker(), *problems)
    for _ in range(2):
        job.step(START)
    assert job.status == status


def test_a_message_of_the_work_stays_with_a_finished_item() -> None:
    job = job_of(Worker(), None)
    job.step(START)
    job.items[0].message = "nothing to do"
    job.step(START)
    assert (job.items[0].status, job.items[0].message) == ("FINISHED", "nothing to do")
