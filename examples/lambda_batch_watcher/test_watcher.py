"""The same test with mock_aws. It fails for watcher_as_published.py, and passes for watcher.py."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws
from watcher import handler

from moto_omics_batch import omics_config


@mock_aws(config=omics_config(workflows=["1234567"]))
def test_failed_submissions_are_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    batch = boto3.client("omics").start_run_batch(
        defaultRunSetting={
            "workflowId": "1234567",
            "roleArn": "arn:aws:iam::123456789012:role/omics",
            "outputUri": "s3://results/giab",
        },
        batchRunSettings={
            "inlineSettings": [
                {"runSettingId": "HG001"},
                {"runSettingId": "HG002", "outputUri": "results/no-scheme"},
            ]
        },
    )
    event = {"batchId": batch["id"]}
    results = [handler(event) for _ in range(7)]
    assert results[0] == {"done": False, "failed": []}
    assert results[-1] == {"done": True, "failed": ["HG002"]}
