"""Start a batch with settings in S3, and collect its failed submissions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws
from moto.moto_api import state_manager

from moto_omics_batch import omics_config

if TYPE_CHECKING:
    from mypy_boto3_omics import OmicsClient

# -- the code --


def start_cohort(omics: OmicsClient, workflow_id: str, settings_uri: str) -> str:
    """Start a batch with the run settings of an S3 object and return its id."""
    batch = omics.start_run_batch(
        batchName="1000-genomes",
        defaultRunSetting={
            "workflowId": workflow_id,
            "roleArn": "arn:aws:iam::123456789012:role/omics",
            "outputUri": "s3://results/1000-genomes",
        },
        batchRunSettings={"s3UriSettings": settings_uri},
    )
    return str(batch["id"])


def failed_submissions(omics: OmicsClient, batch_id: str) -> dict[str, str]:
    """Return runSettingId → reason and message, for the failed submissions."""
    pages = omics.get_paginator("list_runs_in_batch").paginate(
        batchId=batch_id, submissionStatus="FAILED"
    )
    return {
        entry["runSettingId"]: f"{entry['submissionFailureReason']}: "
        f"{entry['submissionFailureMessage']}"
        for page in pages
        for entry in page["runs"]
    }


# -- the tests --


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws(config=omics_config(workflows=["1234567"])):
        state_manager.set_transition("omics::batch", {"progression": "immediate"})
        yield
    state_manager.unset_transition("omics::batch")


def put_settings(settings: list[dict[str, str]]) -> str:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="cohorts")
    s3.put_object(Bucket="cohorts", Key="1000-genomes.json", Body=json.dumps(settings))
    return "s3://cohorts/1000-genomes.json"


def test_valid_entries_run_if_others_are_invalid(aws: None) -> None:
    settings = [{"runSettingId": f"NA{18500 + n}"} for n in range(250)]
    settings[17]["outputUri"] = "results/no-scheme"
    settings[42]["priority"] = "high"
    omics = boto3.client("omics", region_name="us-east-1")

    batch_id = start_cohort(omics, "1234567", put_settings(settings))

    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], batch["totalRuns"]) == ("PROCESSED", 250)
    assert batch["runSummary"]["completedRunCount"] == 248
    failed = failed_submissions(omics, batch_id)
    assert sorted(failed) == ["NA18517", "NA18542"]
    assert all(reason.startswith("ValidationException: ") for reason in failed.values())


def test_a_repeated_id_fails_the_batch(aws: None) -> None:
    uri = put_settings([{"runSettingId": "NA18500"}, {"runSettingId": "NA18500"}])
    omics = boto3.client("omics", region_name="us-east-1")

    batch = omics.get_batch(batchId=start_cohort(omics, "1234567", uri))

    assert batch["status"] == "FAILED"
    assert batch["failureReason"] == "Expected 2 unique runSettingIds but there were 1"
