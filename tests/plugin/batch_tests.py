"""Parts of test files whose tests start batches."""

from __future__ import annotations

#: A module of each project: a batch of runs of a workflow that the settings declare.
BATCHES = """
ROLE = "arn:aws:iam::123456789012:role/omics"

def start(omics, *ids):
    \"\"\"Start a batch with these runSettingIds, by default two; return its id.\"\"\"
    entries = [{"runSettingId": id} for id in ids or ("HG001", "HG002")]
    return omics.start_run_batch(
        batchName="cohort",
        defaultRunSetting={"workflowId": "1234567", "roleArn": ROLE, "outputUri": "s3://b/o"},
        batchRunSettings={"inlineSettings": entries},
    )["id"]
"""

#: The first lines of test files.
HEAD = """
import os
import boto3
import pytest
from batches import start

pytestmark = pytest.mark.omics_mock(workflows=["1234567"])
"""
