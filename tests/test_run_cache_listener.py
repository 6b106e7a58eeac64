"""Who is notified of hits, misses and new entries of run caches: a `CacheListener`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import boto3
import pytest
from moto import mock_aws

from conftest import ACCOUNT, REGION, ROLE, Client
from moto_omics_batch import faults, results
from moto_omics_batch.domain.run_selection import RunRef
from moto_omics_batch.omics.models import OmicsBackend, omics_backends
from moto_omics_batch.omics.resources.run_cache_entries import CacheEntries
from moto_omics_batch.types import Status
from tests.omics.workflows.definitions import zip_of

PROCESS = "process {name} {{ {directive}\n container 'bwa:1'\n output: path 'x'\n }}\n"
DEFINITION = zip_of(
    {
        "main.nf": PROCESS.format(name="ALIGN", directive="")
        + PROCESS.format(name="DATE", directive="cache false")
        + PROCESS.format(name="CALL", directive="")
    }
)


class Recorder:
    """Records (what, run id, name of the task, status of the run)."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str, str]] = []

    def _add(self, what: str, run: RunRef, number: int) -> None:
        self.calls.append((what, run.id, run.block.tasks.spec_of(number).name, run.status))

    def hit(self, run: RunRef, number: int, at: datetime) -> None:
        """Record a hit."""
        assert at == run.history[-1][0]
        self._add("hit", run, number)

    def missed(self, run: RunRef, number: int, at: datetime) -> None:
        """Record a miss."""
        assert at == run.history[-1][0]
        self._add("missed", run, number)

    def created(self, run: RunRef, number: int, at: datetime) -> None:
        """Record a new entry."""
        assert at == run.history[-1][0]
        self._add("created", run, number)


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of HealthOmics in a new mock."""
    with mock_aws():
        yield boto3.client("omics", region_name=REGION)


@pytest.fixture
def recorder(client: Client) -> Recorder:
    """The listener of the backend."""
    client.list_runs()
    backend = omics_backends[ACCOUNT][REGION]
    assert isinstance(backend, OmicsBackend)
    observers = backend.engine.registry._observer._observers  # type: ignore[attr-defined]
    assert isinstance(observers[0], CacheEntries), "entries must be there before events"
    recorder = observers[0]._listener = Recorder()
    return recorder


def test_hits_misses_and_new_entries(client: Client, recorder: Recorder) -> None:
    run = {
        "workflowId": client.create_workflow(engine="NEXTFLOW", definitionZip=DEFINITION)["id"],
        "roleArn": ROLE,
        "outputUri": "s3://results",
    }
    cache = client.create_run_cache(cacheS3Location="s3://cache")["id"]

    def calls(to: Status, cached: bool = True) -> list[tuple[str, str, str]]:
        """Return (what, task, status) for a run to its end."""
        run_id = client.start_run(**run, **({"cacheId": cache} if cached else {}))["id"]
        faults.advance(run_id, to=to)
        found, recorder.calls = recorder.calls, []
        assert {id for _, id, _, _ in found} <= {run_id}
        return [(what, task, status) for what, _, task, status in found]

    missed = [("missed", "ALIGN", "RUNNING"), ("missed", "CALL", "RUNNING")]
    faults.run_fails(task="CALL", times=1)
    assert calls("FAILED") == [*missed, ("created", "ALIGN", "FAILED")]
    assert calls("COMPLETED") == [("hit", "ALIGN", "RUNNING"), missed[1]]
    assert calls("COMPLETED", cached=False) == []
    results.task("ALIGN", cacheHit=False)
    results.task("DATE", cacheHit=True)
    assert calls("COMPLETED") == [missed[0], ("hit", "DATE", "RUNNING"), missed[1]]
