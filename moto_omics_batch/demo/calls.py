"""What the demo asks of AWS: the boto3 calls that a user would write."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from botocore.exceptions import ClientError

from .samples import Entry, giab_entries

Client = Any
Answer = dict[str, Any]

ROLE = "arn:aws:iam::123456789012:role/omics-runs"
#: The configuration that brings the runs of a batch into a VPC.
NETWORK = "lab-vpc"


class Watched:
    """A batch that is looked at: what the user calls it, and what GetBatch last said."""

    def __init__(self, omics: Client, title: str, started: Answer, expected: int):
        self._omics = omics
        self._expected = expected
        self.title = title
        self.id: str = started["id"]
        self.statuses: list[str] = [started["status"]]
        self._answer: Answer = {}

    def look(self) -> str:
        """GetBatch, once → its status."""
        self._answer = self._omics.get_batch(batchId=self.id)
        status: str = self._answer["status"]
        if status != self.statuses[-1]:
            self.statuses.append(status)
        return status

    @property
    def submissions(self) -> tuple[int, int, int]:
        """(successful, failed, all that there are to be)."""
        summary = self._answer.get("submissionSummary", {})
        ok, failed = (summary.get(f"{k}StartSubmissionCount", 0) for k in ("successful", "failed"))
        return ok, failed, self._answer.get("totalRuns", self._expected)

    @property
    def runs(self) -> dict[str, int]:
        """Status → how many runs have it, without the zeros."""
        counts = self._answer.get("runSummary", {}).items()
        return {name.removesuffix("RunCount"): number for name, number in counts if number}


def create_workflow(omics: Client) -> str:
    """A workflow that says which parameters its runs take → its id."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("main.wdl", "version 1.0\nworkflow germline {}\n")
    created = omics.create_workflow(
        name="germline",
        engine="WDL",
        definitionZip=archive.getvalue(),
        parameterTemplate={
            "sample": {"description": "name of the sample"},
            "reads": {"description": "folder of its reads"},
            "reference": {"description": "the genome to align to"},
            "intervals": {"description": "where to call variants", "optional": True},
        },
    )
    return str(created["id"])


def _default_setting(workflow_id: str) -> dict[str, Any]:
    """What the runs of both batches share."""
    reference = "s3://broad-references/hg38/v0/Homo_sapiens_assembly38.fasta"
    return {
        "workflowId": workflow_id,
        "roleArn": ROLE,
        "parameters": {"reference": reference},
        "storageType": "DYNAMIC",
    }


def start_giab(omics: Client, workflow_id: str) -> Watched:
    """Seven samples inline, in the network that a configuration names."""
    vpc = {
        "securityGroupIds": ["sg-0f1e2d3c4b5a69788"],
        "subnetIds": ["subnet-0a1b2c3d4e5f60718"],
    }
    omics.create_configuration(name=NETWORK, runConfigurations={"vpcConfig": vpc})
    inline = giab_entries()
    started = omics.start_run_batch(
        batchName="giab",
        defaultRunSetting={
            **_default_setting(workflow_id),
            "outputUri": "s3://giab-results/calls",
            "networkingMode": "VPC",
            "configurationName": NETWORK,
        },
        batchRunSettings={"inlineSettings": inline},
    )
    return Watched(omics, "giab (inline, VPC)", started, len(inline))


def start_cohort(omics: Client, s3: Client, workflow_id: str, entries: list[Entry]) -> Watched:
    """As many samples as one likes, from a file in S3."""
    s3.create_bucket(Bucket="cohort-settings")
    s3.put_object(Bucket="cohort-settings", Key="runs.json", Body=json.dumps(entries))
    started = omics.start_run_batch(
        batchName="cohort",
        defaultRunSetting=_default_setting(workflow_id),
        batchRunSettings={"s3UriSettings": "s3://cohort-settings/runs.json"},
    )
    return Watched(omics, "cohort (JSON file in S3)", started, len(entries))


def failed_submissions(omics: Client, batch_id: str) -> list[Answer]:
    """The entries that have no run, with reason and message."""
    pages = omics.get_paginator("list_runs_in_batch").paginate(
        batchId=batch_id, submissionStatus="FAILED"
    )
    return [run for page in pages for run in page["runs"]]


def run_of(omics: Client, batch_id: str, setting_id: str) -> Answer:
    """GetRun for one entry of a batch."""
    listed = omics.list_runs_in_batch(batchId=batch_id, runSettingId=setting_id)["runs"]
    answer: Answer = omics.get_run(id=listed[0]["runId"])
    return answer


def is_gone(omics: Client, batch_id: str) -> bool:
    """Whether GetBatch no longer finds the batch."""
    try:
        omics.get_batch(batchId=batch_id)
    except ClientError as error:
        return bool(error.response["Error"]["Code"] == "ResourceNotFoundException")
    return False
