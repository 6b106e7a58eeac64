"""The demo: two run batches in a mock AWS, from CreateWorkflow to DeleteBatch.

One batch has the seven Genome in a Bottle samples as inline settings, in a VPC. The other has some
thousand samples in a JSON file in S3, a few of them with invalid settings.
"""

from __future__ import annotations

from collections.abc import Sequence

import boto3
from botocore.config import Config
from moto import mock_aws

from .calls import (
    CONFIGURATION,
    BatchView,
    Client,
    Response,
    create_workflow,
    failed_submissions,
    get_run,
    is_deleted,
    start_cohort,
    start_giab,
)
from .samples import cohort_entries
from .screen import Screen as Screen

#: The number of steps in which the cohort is submitted.
SUBMISSION_STEPS = 8
#: More than any batch of the demo needs.
MAX_POLLS = 60
#: The statuses that change only with a request.
STABLE_STATUSES = ("PROCESSED", "FAILED", "CANCELLED", "RUNS_DELETED", "RUNS_DELETE_FAILED")


def run(screen: Screen, samples: int) -> int:
    """Run the demo. Returns the exit code: 0 if all results are as expected, otherwise 1."""
    per_tick = max(1, -(-samples // SUBMISSION_STEPS))
    with mock_aws(config={"omics": {"submissions_per_tick": per_tick}}):  # type: ignore[call-overload]
        # An endpoint of the user's environment must not be used.
        config = Config(ignore_configured_endpoint_urls=True)  # type: ignore[call-arg]
        omics = boto3.client("omics", region_name="us-east-1", config=config)
        s3 = boto3.client("s3", region_name="us-east-1", config=config)
        differences = _run_batches(screen, omics, s3, samples)
    for difference in differences:
        screen.write(f"not as expected: {difference}")
    if differences:
        screen.write("Failed: some results are not as expected.")
        return 1
    screen.write("All results are as expected. No request left this machine.")
    return 0


def _run_batches(screen: Screen, omics: Client, s3: Client, samples: int) -> list[str]:
    entries, invalid = cohort_entries(samples)
    screen.write(
        f"7 Genome in a Bottle samples in a VPC, and {samples:,} samples from a file in S3, "
        f"{len(invalid)} of them with invalid settings."
    )
    workflow_id = create_workflow(omics)
    giab = start_giab(omics, workflow_id)
    cohort = start_cohort(omics, s3, workflow_id, entries)
    if differences := poll(screen, [giab, cohort], "PROCESSED"):
        return differences
    failures = failed_submissions(omics, cohort.id)
    if failures:
        _write_failures(screen, failures)
    details = get_run(omics, giab.id, "HG002")
    _write_run(screen, details)
    differences = _compare(giab, cohort, details, failures, invalid)
    return differences + _delete(screen, omics, cohort)


def poll(screen: Screen, batches: Sequence[BatchView], expected: str) -> list[str]:
    """Poll batches until all are stable. Returns a message for each that is not ``expected``."""
    with screen.live_progress():
        screen.show_progress(batches)
        unfinished = list(batches)
        for _ in range(MAX_POLLS):
            unfinished = [batch for batch in unfinished if batch.poll() not in STABLE_STATUSES]
            screen.show_progress(batches)
            if not unfinished:
                break
    return [
        f"{batch.title}: {batch.statuses[-1]}, expected {expected}"
        for batch in batches
        if batch.statuses[-1] != expected
    ]


def _write_failures(screen: Screen, failures: Sequence[Response]) -> None:
    members = ("runSettingId", "submissionFailureReason", "submissionFailureMessage")
    rows = [[failure[member] for member in members] for failure in failures]
    screen.write_table(
        "ListRunsInBatch, submissionStatus FAILED", ("runSettingId", "reason", "message"), rows
    )


def _write_run(screen: Screen, details: Response) -> None:
    members = {
        "name": details["name"],
        "status": details["status"],
        "networkingMode": details["networkingMode"],
        "configuration": details["configuration"]["arn"],
        "vpcId": details["vpcConfig"]["vpcId"],
        "runOutputUri": details["runOutputUri"],
    }
    rows = [[member, value] for member, value in members.items()]
    screen.write_table(f"GetRun of {details['id']}", ("member", "value"), rows)


def _compare(
    giab: BatchView,
    cohort: BatchView,
    details: Response,
    failures: Sequence[Response],
    invalid: Sequence[str],
) -> list[str]:
    """Return a message for each result that is not as expected."""
    valid = cohort.submissions[2] - len(invalid)
    results = {
        "runs of giab": (giab.runs, {"completed": 7}),
        "runs of the cohort": (cohort.runs, {"completed": valid}),
        "failed submissions": ([failure["runSettingId"] for failure in failures], list(invalid)),
        "configuration": (details["configuration"]["name"], CONFIGURATION),
    }
    return [
        f"{name}: {found}, expected {expected}"
        for name, (found, expected) in results.items()
        if found != expected
    ]


def _delete(screen: Screen, omics: Client, batch: BatchView) -> list[str]:
    omics.delete_run_batch(batchId=batch.id)
    differences = poll(screen, [batch], "RUNS_DELETED")
    omics.delete_batch(batchId=batch.id)
    if not is_deleted(omics, batch.id):
        differences.append(f"GetBatch still finds {batch.id}")
    screen.write(f"{batch.title}: the runs and the batch were deleted.")
    return differences
