"""The demo: run batches in a mock AWS, from CreateWorkflow to DeleteBatch.

One batch has the seven Genome in a Bottle samples as inline settings, in a VPC. The second has some
thousand samples in a JSON file in S3, a few of them with invalid settings. A third is cancelled.
Events are received in an SQS queue. At the end, a published function that passes with MagicMock is
tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from moto import mock_aws
from moto.moto_api._internal import mock_random

from moto_omics_batch import omics_config

from .calls import record_calls
from .screen import Screen as Screen
from .steps import Steps

#: The number of steps in which the cohort is submitted.
SUBMISSION_STEPS = 8
#: The seed of all ids.
SEED = 42


def run(screen: Screen, samples: int) -> int:
    """Run the demo. Returns the exit code: 0 if all results are as expected, otherwise 1."""
    per_tick = max(1, -(-samples // SUBMISSION_STEPS))
    # An endpoint of the user's environment must not be used.
    config = Config(ignore_configured_endpoint_urls=True)  # type: ignore[call-arg]

    def client(service: str) -> Any:
        client = boto3.client(service, region_name="us-east-1", config=config)  # type: ignore[call-overload]
        record_calls(client, service, screen.call)
        return client

    with (
        mock_aws(config=omics_config(submissions_per_tick=per_tick)),
        _seeded(),
    ):
        steps = Steps(screen, client, samples)
        steps.run()
    for difference in steps.differences:
        screen.write(f"not as expected: {difference}", "red")
    if steps.differences:
        screen.write("Failed: some results are not as expected.", "bold")
        return 1
    screen.write("All results are as expected. No request left this machine.", "bold")
    return 0


@contextmanager
def _seeded() -> Iterator[None]:
    """Let moto make the same ids in each run; afterwards its generator continues as before."""
    state = mock_random.getstate()
    mock_random.seed(SEED)
    try:
        yield
    finally:
        mock_random.setstate(state)
