"""The demo: two run batches in a mock AWS, from CreateWorkflow to DeleteBatch.

The seven Genome in a Bottle samples run inline in a VPC; a cohort of some thousands comes from a
JSON file in S3, with a few mistakes in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import boto3
from botocore.config import Config
from moto import mock_aws

from .calls import (
    NETWORK,
    Answer,
    Client,
    Watched,
    create_workflow,
    failed_submissions,
    is_gone,
    run_of,
    start_cohort,
    start_giab,
)
from .samples import cohort_entries
from .screen import Screen as Screen

#: In how many steps the cohort is submitted.
STEPS = 8
#: No batch of the demo needs as many looks: one that does is stuck.
LOOKS = 60
#: A batch that GetBatch shows so is at rest.
AT_REST = ("PROCESSED", "FAILED", "CANCELLED", "RUNS_DELETED", "RUNS_DELETE_FAILED")


def run(screen: Screen, samples: int) -> int:
    """Start both batches, watch them, tell what failed, clean up; 0 when all went as announced."""
    per_tick = max(1, -(-samples // STEPS))
    with mock_aws(config={"omics": {"submissions_per_tick": per_tick}}):  # type: ignore[call-overload]
        # An endpoint that the user's environment names is not meant for a mock.
        config = Config(ignore_configured_endpoint_urls=True)  # type: ignore[call-arg]
        omics = boto3.client("omics", region_name="us-east-1", config=config)
        s3 = boto3.client("s3", region_name="us-east-1", config=config)
        surprises = _story(screen, omics, s3, samples)
    for surprise in surprises:
        screen.say(f"not as announced: {surprise}")
    screen.say("Not as announced." if surprises else "All as announced; nothing left this machine.")
    return 1 if surprises else 0


def _story(screen: Screen, omics: Client, s3: Client, samples: int) -> list[str]:
    entries, mistaken = cohort_entries(samples)
    screen.say(
        f"7 Genome in a Bottle samples in a VPC, and {samples:,} samples from a file in S3, "
        f"{len(mistaken)} of them with a mistake."
    )
    workflow_id = create_workflow(omics)
    giab = start_giab(omics, workflow_id)
    cohort = start_cohort(omics, s3, workflow_id, entries)
    if surprises := watch(screen, [giab, cohort], "PROCESSED"):
        return surprises
    failures = failed_submissions(omics, cohort.id)
    if failures:
        _tell_failures(screen, failures)
    details = run_of(omics, giab.id, "HG002")
    _tell_run(screen, details)
    surprises = _compare(giab, cohort, details, failures, mistaken)
    return surprises + _clean_up(screen, omics, cohort)


def watch(screen: Screen, batches: Sequence[Watched], wanted: str) -> list[str]:
    """Look at batches until all are at rest → those that did not come to be as ``wanted``."""
    with screen.watching():
        screen.show(batches)
        moving = list(batches)
        for _ in range(LOOKS):
            moving = [batch for batch in moving if batch.look() not in AT_REST]
            screen.show(batches)
            if not moving:
                break
    return [
        f"{batch.title}: {batch.statuses[-1]} where {wanted} was expected"
        for batch in batches
        if batch.statuses[-1] != wanted
    ]


def _tell_failures(screen: Screen, failures: Sequence[Answer]) -> None:
    members = ("runSettingId", "submissionFailureReason", "submissionFailureMessage")
    rows = [[failure[member] for member in members] for failure in failures]
    screen.table(
        "ListRunsInBatch, submissionStatus FAILED", ("runSettingId", "reason", "message"), rows
    )


def _tell_run(screen: Screen, details: Answer) -> None:
    shown = {
        "name": details["name"],
        "status": details["status"],
        "networkingMode": details["networkingMode"],
        "configuration": details["configuration"]["arn"],
        "vpcId": details["vpcConfig"]["vpcId"],
        "runOutputUri": details["runOutputUri"],
    }
    rows = [[member, value] for member, value in shown.items()]
    screen.table(f"GetRun of {details['id']}", ("member", "value"), rows)


def _compare(
    giab: Watched,
    cohort: Watched,
    details: Answer,
    failures: Sequence[Answer],
    mistaken: Sequence[str],
) -> list[str]:
    """What is not as it was announced."""
    good = cohort.submissions[2] - len(mistaken)
    expected = {
        "runs of giab": (giab.runs, {"completed": 7}),
        "runs of the cohort": (cohort.runs, {"completed": good}),
        "failed submissions": ([failure["runSettingId"] for failure in failures], list(mistaken)),
        "configuration": (details["configuration"]["name"], NETWORK),
    }
    return [
        f"{what}: {found} where {wanted} was expected"
        for what, (found, wanted) in expected.items()
        if found != wanted
    ]


def _clean_up(screen: Screen, omics: Client, batch: Watched) -> list[str]:
    omics.delete_run_batch(batchId=batch.id)
    surprises = watch(screen, [batch], "RUNS_DELETED")
    omics.delete_batch(batchId=batch.id)
    if not is_gone(omics, batch.id):
        surprises.append(f"GetBatch still finds {batch.id}")
    screen.say(f"{batch.title}: DeleteRunBatch, then DeleteBatch; its runs and the batch are gone.")
    return surprises
