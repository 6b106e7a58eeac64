"""A Lambda function that polls a run batch. It has two mistakes that its MagicMock test accepts."""

from __future__ import annotations

from typing import Any

import boto3


def handler(event: dict[str, str], context: object = None, omics: Any = None) -> dict[str, Any]:
    """Return whether a batch is processed, and the runSettingIds of failed submissions."""
    omics = omics or boto3.client("omics")
    batch = omics.get_batch(id=event["batchId"])
    entries = omics.list_runs_in_batch(id=event["batchId"])["items"]
    return {
        "done": batch["status"] == "PROCESSED",
        "failed": [e["runSettingId"] for e in entries if e["submissionStatus"] == "FAILED"],
    }
