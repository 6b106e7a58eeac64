"""Fixtures for the tests of the service.

All responses, in-process and from the server, are compared with the installed botocore model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.model import OperationModel

from conftest import ROLE, Answer, Client
from tests.omics.helpers import (
    UTCNOW,
    Clock,
    HttpResponse,
    StartRun,
    UntilRun,
    observe_responses,
)
from tests.omics.response_checks import check_response


@pytest.fixture(autouse=True)
def response_problems(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fail the test if a response does not fit the model; returns the problems so far."""
    problems: list[str] = []

    def check(operation: OperationModel | None, response: HttpResponse) -> None:
        problems.extend(check_response(operation, response))

    observe_responses(monkeypatch, check)
    yield problems
    assert not problems, "responses that do not fit the model:\n" + "\n".join(problems)


@pytest.fixture
def start_run(omics: Client, workflow_id: str) -> StartRun:
    """``start_run(name="HG002")`` returns the response of StartRun."""

    def start(**settings: Any) -> Answer:
        required = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results/solo"}
        response: Answer = omics.start_run(**{**required, **settings})
        return response

    return start


@pytest.fixture
def until_run(omics: Client) -> UntilRun:
    """``until_run(run_id, "RUNNING")`` calls GetRun until that status; returns the response."""

    def get_until(run_id: str, status: str) -> Answer:
        statuses = []
        for _ in range(8):
            run: Answer = omics.get_run(id=run_id)
            statuses.append(run["status"])
            if run["status"] == status:
                return run
        raise AssertionError(f"never {status}: {statuses}")

    return get_until


@pytest.fixture
def start_batch_run(omics: Client, start_batch: Callable[..., str]) -> Callable[..., str]:
    """``start_batch_run(name="HG002")`` returns the id of the only, PENDING run of a new batch."""

    def start(**default: Any) -> str:
        batch_id = start_batch(["s1"], **default)
        for _ in range(3):
            omics.get_batch(batchId=batch_id)
        return str(omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"])

    return start


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the backend: ``clock.now += timedelta(seconds=5)``."""
    stopped = Clock()
    monkeypatch.setattr(UTCNOW, stopped)
    return stopped
