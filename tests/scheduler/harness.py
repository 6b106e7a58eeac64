"""The real backend under a clock of the test, and what both tests of this folder draw."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any
from unittest.mock import patch

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.moto_api import state_manager
from moto.moto_api._internal import mock_random

from conftest import REGION, ROLE
from moto_omics_batch import faults, omics_config
from moto_omics_batch.types import Quotas

from .naive_model import Progression

#: The clock of the backend: a function that returns the time in UTC, without a time zone.
CLOCK = "moto_omics_batch.omics.resources.context.utcnow"

#: Repeat a failure with OMICS_TEST_SEED=<the number in the id of the test>.
SEED = int(os.environ.get("OMICS_TEST_SEED", "20261001"))

START = datetime(2026, 10, 1, 12)
WORKFLOW = "1234567"
RUN = {"workflowId": WORKFLOW, "roleArn": ROLE, "outputUri": "s3://results/cohort"}


def budget(max_examples: int, steps: int = 30) -> settings:
    """A fixed amount of work: no deadline, no database of examples, no health checks."""
    return settings(
        max_examples=max_examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=False,
        print_blob=True,
        phases=(Phase.generate, Phase.shrink),
        database=None,
        suppress_health_check=list(HealthCheck),
    )


# -- what is drawn -------------------------------------------------------------------------------

unattended = st.sampled_from(
    [Progression("immediate"), *(Progression("time", seconds=s) for s in (0, 1, 7, 10))]
)
manual = st.sampled_from([Progression("manual", times=times) for times in (1, 1, 2, 3)])
progressions = st.one_of(unattended, manual)

#: The same whole numbers as the progressions have, so that things happen at the same time.
seconds = st.sampled_from([0, 0.25, 1, 2, 3.5, 7, 10, 14, 20, 33.75, 100])
entries = st.sampled_from(
    [
        ["s1"],
        ["s1", "s2"],
        ["s3", "s1"],
        ["s1", "s2", "s3", "s4"],
        ["s6", "s5", "s4", "s3", "s2", "s1"],
    ]
)
groups = st.sampled_from([None, 0, 1])
fault_times = st.sampled_from([None, 1, 2, 3])
#: The arguments that select runs.
matches: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {},
        {},
        {"runSettingId": "s1"},
        {"runSettingId": "s2"},
        {"batchName": "day"},
        {"batchName": "day", "runSettingId": "s1"},
    ]
)
#: The same, or the number of a run, which a test maps to its id.
matches_with_ids = st.one_of(matches, st.sampled_from([{"runId": number} for number in range(8)]))


@dataclass(frozen=True)
class RunFault:
    """A call of ``faults.run_fails`` or ``faults.run_hangs``."""

    kind: str
    match: dict[str, Any]
    at: str
    times: int | None


@dataclass(frozen=True)
class NewBatch:
    """A StartRunBatch; ``group`` is the number of a run group."""

    entries: list[str]
    name: str | None
    group: int | None
    removable: bool


@dataclass(frozen=True)
class Setup:
    """What an example begins with. ``max_runs`` are the limits of two run groups."""

    batch: Progression
    run: Progression
    active_runs: int | None
    stored_runs: int | None
    submissions_per_tick: int | None
    max_runs: tuple[int | None, int | None]
    batches: list[NewBatch]
    faults: list[RunFault]


def run_faults(
    matches: st.SearchStrategy[dict[str, Any]] = matches_with_ids,
) -> st.SearchStrategy[RunFault]:
    """Faults of runs, each of the two kinds at each of the four statuses."""
    return st.builds(
        RunFault,
        st.sampled_from(["run_hangs", "run_fails"]),
        matches,
        st.sampled_from(["PENDING", "STARTING", "RUNNING", "STOPPING"]),
        fault_times,
    )


new_batches = st.builds(
    NewBatch, entries, st.sampled_from(["day", "night", None]), groups, st.booleans()
)


def setups(
    progressions: st.SearchStrategy[Progression] = progressions, limited: bool = True
) -> st.SearchStrategy[Setup]:
    """The settings of a backend, its first batches and its first faults."""

    def limit(*values: int | None) -> st.SearchStrategy[int | None]:
        return st.sampled_from(values if limited else (None,))

    return st.builds(
        Setup,
        batch=progressions,
        run=progressions,
        active_runs=limit(None, 1, 2, 3, None),
        stored_runs=limit(None, None, 3, 5, 8),
        submissions_per_tick=st.sampled_from([None, 1, 2, 3]),
        max_runs=st.tuples(limit(None, 1, 2), limit(1, 3)),
        batches=st.lists(new_batches, min_size=1, max_size=3),
        faults=st.lists(run_faults(matches), min_size=1, max_size=3),
    )


# -- the backend ---------------------------------------------------------------------------------


@cache
def _client() -> Any:
    """One client for all mocks: to make one takes longer than fifty requests."""
    return boto3.client(
        "omics",
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(retries={"max_attempts": 1}),
    )


class Backend:
    """A new mock. ``elapsed`` is the time of its clock, in seconds from START."""

    def __init__(self, setup: Setup):
        self.elapsed = 0.0
        self._stack = ExitStack()
        self._stack.callback(setattr, state_manager, "_transitions", state_manager._transitions)
        state_manager._transitions = dict(state_manager._transitions)
        for name, progression in (("batch", setup.batch), ("run", setup.run)):
            state_manager.set_transition(f"omics::{name}", _transition(progression))
        quotas: Quotas = {}
        if setup.active_runs:
            quotas["active_runs"] = setup.active_runs
        if setup.stored_runs:
            quotas["stored_runs"] = setup.stored_runs
        config = omics_config(
            workflows=[WORKFLOW],
            quotas=quotas,
            submissions_per_tick=setup.submissions_per_tick or None,
        )
        self._stack.enter_context(mock_aws(config=config))
        self._stack.enter_context(patch(CLOCK, self.now))
        mock_random.seed(42)
        self._client = _client()
        #: Runs with equal inputs hit the entries of earlier ones, which changes no status.
        cache = self.request(
            "create_run_cache", cacheS3Location="s3://cache", cacheBehavior="CACHE_ALWAYS"
        )
        self._run = {**RUN, "cacheId": cache["id"]}

    def close(self) -> None:
        self._stack.close()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.elapsed)

    def request(self, operation: str, **params: Any) -> dict[str, Any]:
        """The answer of an operation, without its ResponseMetadata; ``{"error": code}``."""
        try:
            answer = dict(getattr(self._client, operation)(**params))
        except ClientError as error:
            return {"error": error.response["Error"]["Code"]}
        del answer["ResponseMetadata"]
        return answer

    def start_run(self, group: str | None, removable: bool) -> dict[str, Any]:
        return self.request("start_run", **self._run, **_run_options(group, removable))

    def start_run_batch(
        self, entries: Iterable[str], name: str | None, group: str | None, removable: bool
    ) -> dict[str, Any]:
        return self.request(
            "start_run_batch",
            **({"batchName": name} if name else {}),
            defaultRunSetting={**self._run, **_run_options(group, removable)},
            batchRunSettings={"inlineSettings": [{"runSettingId": entry} for entry in entries]},
        )

    def listed(self, operation: str, **params: Any) -> list[dict[str, Any]]:
        """All pages of a list."""
        items: list[dict[str, Any]] = []
        while True:
            answer = self.request(operation, **params)
            items += answer["runs"] if operation == "list_runs_in_batch" else answer["items"]
            if "nextToken" not in answer:
                return items
            params["startingToken"] = answer["nextToken"]

    @staticmethod
    def fault(name: str, **arguments: Any) -> None:
        """Call a function of `moto_omics_batch.faults`."""
        function: Callable[..., None] = getattr(faults, name)
        function(**arguments, region=REGION)

    @staticmethod
    def history(id: str) -> list[tuple[str, float]] | None:
        """(status, seconds from START) pairs; None when nothing has this id."""
        try:
            return since_start(faults.history(id, region=REGION))
        except ValueError:
            return None


def since_start(history: Iterable[tuple[str, datetime]]) -> list[tuple[str, float]]:
    """Times as seconds from START. A time without a time zone is UTC."""
    start = START.replace(tzinfo=timezone.utc)
    return [
        (
            status,
            ((time if time.tzinfo else time.replace(tzinfo=timezone.utc)) - start).total_seconds(),
        )
        for status, time in history
    ]


def _transition(progression: Progression) -> dict[str, Any]:
    if progression.name == "manual":
        return {"progression": "manual", "times": progression.times}
    if progression.name == "time":
        return {"progression": "time", "seconds": progression.seconds}
    return {"progression": "immediate"}


def _run_options(group: str | None, removable: bool) -> Mapping[str, str]:
    options = {"runGroupId": group} if group else {}
    return {**options, "retentionMode": "REMOVE"} if removable else options
