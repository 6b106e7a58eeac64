"""Projects whose failed tests have a section about HealthOmics, and how to read it."""

from __future__ import annotations

import re

import pytest

from .conftest import Project

#: A module of each project: a batch of three runs, of which one fails.
WORK = """
import boto3
from moto_omics_batch import faults

CONFIG = {"omics": {"workflows": ["1234567"]}}
SETTINGS = {
    "workflowId": "1234567",
    "roleArn": "arn:aws:iam::123456789012:role/omics",
    "outputUri": "s3://results/out",
}

def start(name="cohort", region="us-east-1", polls=12):
    client = boto3.client("omics", region_name=region)
    entries = [{"runSettingId": f"HG00{number}"} for number in range(3)]
    batch = client.start_run_batch(
        batchName=name,
        defaultRunSetting=SETTINGS,
        batchRunSettings={"inlineSettings": entries},
        requestId=name,
    )
    for _ in range(polls):
        client.get_batch(batchId=batch["id"])
    return batch["id"]

def start_with_failure(name="cohort"):
    faults.run_fails(runSettingId="HG001", failureReason="IMPORT_FAILED", statusMessage="No file")
    return start(name)
"""


@pytest.fixture
def work(project: Project) -> Project:
    """Return a project with the module ``work``."""
    project.write("work", WORK)
    return project


def sections(result: pytest.RunResult) -> list[str]:
    """Return the texts of all sections in the output of pytest."""
    text = "\n".join(result.outlines)
    # A section ends at the next title, or at the location of the error.
    found = re.findall(r"^-{9,} HealthOmics -{9,}\n(.*?)(?=^[-=_]{9,})", text, re.S | re.M)
    return [str(section) for section in found]


def section(result: pytest.RunResult) -> str:
    """Return the text of the only section."""
    (found,) = sections(result)
    return found
