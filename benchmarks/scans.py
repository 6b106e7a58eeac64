"""The cost of finding few among many, within moto: boto3's own time is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from moto.core.models import botocore_stubber

from .environment import Client, Environment, immediate, request_of
from .measure import Action, Figure, Sizes, best, ratio
from .scheduler import FEW_REGION, MANY_REGION, hourly, region


def _served(client: Client, call: Callable[[Client], object]) -> Action:
    """Return an action that lets moto answer the request of a call."""
    request: Any = request_of(client, call)
    return lambda: botocore_stubber("before-send", request)


def _find(client: Client, operation: str, **filters: str) -> Action:
    """Return an action that lets moto answer a call with these filters."""
    return _served(client, lambda c: getattr(c, operation)(**filters))


def single_runs(sizes: Sizes) -> Iterator[Figure]:
    """A page of ListRuns with a filter that matches one run, beside many and beside few."""
    with hourly({}):
        by_status, by_name = list[Action](), list[Action]()
        for name, runs in ((MANY_REGION, sizes.stored), (FEW_REGION, sizes.few_stored)):
            client, params = region(name, runs)
            run_id = client.start_run(**params, name="the one")["id"]
            client.cancel_run(id=run_id)
            by_status.append(_find(client, "list_runs", status="STOPPING"))
            by_name.append(_find(client, "list_runs", name="the one"))
        of = f"1 of {sizes.stored:,} single : {sizes.few_stored:,}"
        yield ratio(f"ListRuns by status, {of}", best(sizes.rounds, *by_status), 2.0)
        yield ratio(f"ListRuns by name, {of}", best(sizes.rounds, *by_name), 2.0)


def runs_of_a_batch(sizes: Sizes) -> Iterator[Figure]:
    """One run of a batch by name and by runSettingId, in a large and in a small batch."""
    with immediate():
        environment = Environment()
        batches = [environment.batch_of(runs) for runs in (sizes.runs, sizes.few)]
        omics, sample = environment.omics, f"HG{sizes.few - 1:05d}"
        of = f"1 of {sizes.runs:,} of a batch : {sizes.few}"
        by_name = [_find(omics, "list_runs", batchId=b, name=f"sample-{sample}") for b in batches]
        yield ratio(f"ListRuns by name, {of}", best(sizes.rounds, *by_name), 2.0)
        by_id = [
            _find(omics, "list_runs_in_batch", batchId=b, runSettingId=sample) for b in batches
        ]
        yield ratio(f"by runSettingId, {of}", best(sizes.rounds, *by_id), 2.0)


def touched_runs(sizes: Sizes) -> Iterator[Figure]:
    """GetBatch of a batch whose runs were described one by one, and of an untouched one."""
    with immediate():
        environment = Environment()
        touched = environment.batch_of(sizes.touched)
        untouched = environment.batch_of(sizes.touched)
        omics = environment.omics
        runs = omics.get_paginator("list_runs_in_batch").paginate(batchId=touched)
        for run_id in [run["runId"] for page in runs for run in page["runs"]]:
            omics.delete_run(id=run_id)
        pair = [_find(omics, "get_batch", batchId=batch) for batch in (touched, untouched)]
        what = f"GetBatch, {sizes.touched:,} runs that moved alone : together"
        yield ratio(what, best(sizes.rounds, *pair), 1.25)
