"""A whole test, from the start of its mock to its end, with and without shared models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto import mock_aws

from moto_omics_batch.plugin.shared_models import share_models

from .environment import ROLE, client
from .measure import Figure, Sizes, best, ratio

RUNS = 3
_WORKFLOW = "1234567"


def typical_test() -> None:
    """Start a mock, create a client, and describe a batch until it is PROCESSED."""
    settings: Any = {"omics": {"workflows": [_WORKFLOW]}}
    with mock_aws(config=settings):
        omics = client("omics")
        started = omics.start_run_batch(
            defaultRunSetting={
                "workflowId": _WORKFLOW,
                "roleArn": ROLE,
                "outputUri": "s3://results/cohort",
            },
            batchRunSettings={
                "inlineSettings": [{"runSettingId": f"HG{number:04}"} for number in range(RUNS)]
            },
        )
        while (batch := omics.get_batch(batchId=started["id"]))["status"] != "PROCESSED":
            pass
        assert batch["runSummary"]["completedRunCount"] == RUNS
        assert len(omics.list_runs_in_batch(batchId=started["id"])["runs"]) == RUNS


def _with_shared_models() -> None:
    with share_models():
        typical_test()


def shared_models(sizes: Sizes) -> Iterator[Figure]:
    """Measure a typical test whose sessions share models, against one whose sessions do not."""
    pair = best(sizes.rounds, _with_shared_models, typical_test)
    yield ratio("a typical test with shared models : without", pair, 0.4)
