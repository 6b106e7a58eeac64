"""The cost of what is there but not due, and of runs that wait for a slot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import boto3
from moto import mock_aws
from moto.core.config import DefaultConfig
from moto.moto_api import state_manager

from moto_omics_batch import omics_config
from moto_omics_batch.omics.models import OmicsBackend, omics_backends

from .environment import ROLE, Client, Environment, immediate, settings_file
from .measure import Figure, Sizes, best, once, ratio

ACCOUNT = "123456789012"
FEW_REGION, MANY_REGION = "us-west-2", "us-east-1"


@contextmanager
def hourly(config: DefaultConfig | None = None) -> Iterator[None]:
    """Start a mock in which each run makes one transition an hour."""
    with mock_aws(config=config):
        state_manager.set_transition("omics::run", {"progression": "time", "seconds": 3600})
        try:
            yield
        finally:
            state_manager.unset_transition("omics::run")


def region(name: str, runs: int) -> tuple[Client, dict[str, Any]]:
    """Return a client and the parameters of StartRun, in a region with so many runs."""
    omics = boto3.client("omics", region_name=name)
    workflow = omics.create_workflow(definitionUri="s3://workflows/align.zip")
    params = {"workflowId": workflow["id"], "roleArn": ROLE, "outputUri": "s3://results"}
    omics.start_run(**params)
    backend = omics_backends[ACCOUNT][name]
    assert isinstance(backend, OmicsBackend)
    for number in range(runs - 1):
        # Past boto3, which would take most of the time.
        with backend.request_scope():
            backend.runs.start({**params, "requestId": str(number)}, "AKIAEXAMPLE")
    return omics, params


def nothing_due(sizes: Sizes) -> Iterator[Figure]:
    """A request costs the same beside few and beside many runs that are not due."""
    with hourly():
        few, _ = region(FEW_REGION, sizes.few_live)
        many, _ = region(MANY_REGION, sizes.live)
        times = best(sizes.rounds, many.list_run_groups, few.list_run_groups)
    what = f"nothing due, {sizes.live:,} live runs : {sizes.few_live:,}"
    yield ratio(what, times, 1.2)


def through_quota(sizes: Sizes) -> Iterator[Figure]:
    """Twice as many runs through a quota of active runs cost about twice as much."""
    counts = [sizes.waiting * factor for factor in (1, 2, 4, 8)]
    times = dict.fromkeys(counts, float("inf"))
    with immediate(omics_config(quotas={"active_runs": 10})):
        environment = Environment()
        for _ in range(min(sizes.long_rounds, 3)):
            for count in counts:
                environment.put_settings(settings_file(count))
                times[count] = min(times[count], once(environment.process_batch))
    for half, count in pairwise(counts):
        what = f"active_runs=10, {count:,} runs : {half:,}"
        yield ratio(what, (times[count], times[half]), 2.5)


def start_run(sizes: Sizes) -> Iterator[Figure]:
    """StartRun costs the same beside few and beside many stored runs."""
    with hourly(omics_config(quotas={"stored_runs": 10 * sizes.stored})):
        few, few_params = region(FEW_REGION, sizes.few_stored)
        many, many_params = region(MANY_REGION, sizes.stored)
        times = best(
            sizes.rounds,
            lambda: many.start_run(**many_params),
            lambda: few.start_run(**few_params),
        )
    yield ratio(f"StartRun after {sizes.stored:,} runs : after {sizes.few_stored:,}", times, 1.3)
