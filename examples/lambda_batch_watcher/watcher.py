"""A Lambda function that polls a run batch, with the parameter `batchId` and the key `runs`."""

from __future__ import annotations

from typing import Any

import boto3


def handler(event: dict[str, str], context: object = None, omics: Any = None) -> dict[str, Any]:
    """Return whether a batch is processed, and the runSettingIds of failed submissions."""
    omics = omics or boto3.client("omics")
    batch = omics.get_batch(batchId=event["batchId"])
    pages = omics.get_paginator("list_runs_in_batch").paginate(batchId=event["batchId"])
    entries = [entry for page in pages for entry in page["runs"]]
    return {
        "done": batch["status"] == "PROCESSED",
        "failed": [e["runSettingId"] for e in entries if e["submissionStatus"] == "FAILED"],
    }
