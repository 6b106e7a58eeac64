"""The batches of the demo, and the requests that start and read them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from botocore.exceptions import ClientError

from .samples import Entry, giab_entries, pilot_entries

Client = Any
Response = dict[str, Any]

ROLE = "arn:aws:iam::123456789012:role/omics-runs"
#: The configuration with the VPC for the runs of a batch.
CONFIGURATION = "demo-vpc"


class BatchView:
    """A batch of the demo: its title, its statuses so far, and the last GetBatch response."""

    def __init__(self, omics: Client, title: str, started: Response, expected: int):
        self._omics = omics
        self._expected = expected
        self.title = title
        self.id: str = started["id"]
        self.statuses: list[str] = [started["status"]]
        self._response: Response = {}

    def poll(self) -> str:
        """Call GetBatch once and return the status."""
        self._response = self._omics.get_batch(batchId=self.id)
        status: str = self._response["status"]
        if status != self.statuses[-1]:
            self.statuses.append(status)
        return status

    @property
    def submissions(self) -> tuple[int, int, int]:
        """The counts (successful, failed, total)."""
        summary = self._response.get("submissionSummary", {})
        ok, failed = (summary.get(f"{k}StartSubmissionCount", 0) for k in ("successful", "failed"))
        return ok, failed, self._response.get("totalRuns", self._expected)

    @property
    def runs(self) -> dict[str, int]:
        """The number of runs for each status that has any."""
        counts = self._response.get("runSummary", {}).items()
        return {name.removesuffix("RunCount"): number for name, number in counts if number}


def create_workflow(omics: Client) -> str:
    """Create a workflow with a parameter template and return its id."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        # The date makes the bytes the same in each run.
        main = zipfile.ZipInfo("main.wdl", date_time=(2026, 1, 1, 0, 0, 0))
        opened.writestr(main, "version 1.0\nworkflow germline {}\n")
    created = omics.create_workflow(
        name="germline",
        engine="WDL",
        definitionZip=archive.getvalue(),
        parameterTemplate={
            "sample": {"description": "name of the sample"},
            "reads": {"description": "folder of the reads"},
            "reference": {"description": "reference genome"},
            "intervals": {"description": "regions to call variants in", "optional": True},
        },
    )
    return str(created["id"])


def _default_setting(workflow_id: str) -> dict[str, Any]:
    """Return the settings that all batches have."""
    reference = "s3://broad-references/hg38/v0/Homo_sapiens_assembly38.fasta"
    return {
        "workflowId": workflow_id,
        "roleArn": ROLE,
        "parameters": {"reference": reference},
        "storageType": "DYNAMIC",
    }


def create_configuration(omics: Client) -> None:
    """Create the configuration with the VPC."""
    vpc = {
        "securityGroupIds": ["sg-0f1e2d3c4b5a69788"],
        "subnetIds": ["subnet-0a1b2c3d4e5f60718"],
    }
    omics.create_configuration(name=CONFIGURATION, runConfigurations={"vpcConfig": vpc})


def start_giab(omics: Client, workflow_id: str) -> BatchView:
    """Start a batch of seven samples, with inline settings and a VPC configuration."""
    inline = giab_entries()
    started = omics.start_run_batch(
        batchName="giab",
        defaultRunSetting={
            **_default_setting(workflow_id),
            "outputUri": "s3://giab-results/calls",
            "networkingMode": "VPC",
            "configurationName": CONFIGURATION,
        },
        batchRunSettings={"inlineSettings": inline},
    )
    return BatchView(omics, "giab (inline, VPC)", started, len(inline))


def put_settings(s3: Client, entries: list[Entry]) -> None:
    """Write the settings of the cohort to S3."""
    s3.create_bucket(Bucket="cohort-settings")
    s3.put_object(Bucket="cohort-settings", Key="runs.json", Body=json.dumps(entries))


def start_cohort(omics: Client, workflow_id: str, expected: int) -> BatchView:
    """Start a batch with the settings of `put_settings`; ``expected`` is their number."""
    started = omics.start_run_batch(
        batchName="cohort",
        defaultRunSetting=_default_setting(workflow_id),
        batchRunSettings={"s3UriSettings": "s3://cohort-settings/runs.json"},
    )
    return BatchView(omics, "cohort (JSON file in S3)", started, expected)


def start_pilot(omics: Client, workflow_id: str) -> BatchView:
    """Start a batch of twelve samples with inline settings."""
    inline = pilot_entries()
    started = omics.start_run_batch(
        batchName="pilot",
        defaultRunSetting=_default_setting(workflow_id),
        batchRunSettings={"inlineSettings": inline},
    )
    return BatchView(omics, "pilot (to be cancelled)", started, len(inline))


def failed_submissions(omics: Client, batch_id: str) -> list[Response]:
    """Return the entries whose submission failed."""
    pages = omics.get_paginator("list_runs_in_batch").paginate(
        batchId=batch_id, submissionStatus="FAILED"
    )
    return [run for page in pages for run in page["runs"]]


def get_run(omics: Client, batch_id: str, setting_id: str) -> Response:
    """Return the GetRun response for one entry of a batch."""
    entries = omics.list_runs_in_batch(batchId=batch_id, runSettingId=setting_id)["runs"]
    response: Response = omics.get_run(id=entries[0]["runId"])
    return response


def is_deleted(omics: Client, batch_id: str) -> bool:
    """Return whether GetBatch no longer finds the batch."""
    try:
        omics.get_batch(batchId=batch_id)
    except ClientError as error:
        return bool(error.response["Error"]["Code"] == "ResourceNotFoundException")
    return False
