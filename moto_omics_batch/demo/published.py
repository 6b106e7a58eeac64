"""A Lambda function with two mistakes that a test with MagicMock accepts, and its corrections.

The functions and the test are those of examples/lambda_batch_watcher.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock

import boto3


def as_published(
    event: dict[str, str], context: object = None, omics: Any = None
) -> dict[str, Any]:
    """Return whether a batch is processed, and the runSettingIds of failed submissions."""
    client = omics or boto3.client("omics")
    batch = client.get_batch(id=event["batchId"])
    entries = client.list_runs_in_batch(id=event["batchId"])["items"]
    return {
        "done": batch["status"] == "PROCESSED",
        "failed": [e["runSettingId"] for e in entries if e["submissionStatus"] == "FAILED"],
    }


def with_batch_id(
    event: dict[str, str], context: object = None, omics: Any = None
) -> dict[str, Any]:
    """Return the same. The parameter of both requests is corrected."""
    client = omics or boto3.client("omics")
    batch = client.get_batch(batchId=event["batchId"])
    entries = client.list_runs_in_batch(batchId=event["batchId"])["items"]
    return {
        "done": batch["status"] == "PROCESSED",
        "failed": [e["runSettingId"] for e in entries if e["submissionStatus"] == "FAILED"],
    }


def corrected(event: dict[str, str], context: object = None, omics: Any = None) -> dict[str, Any]:
    """Return the same. The key of the response is corrected too, and all pages are read."""
    client = omics or boto3.client("omics")
    batch = client.get_batch(batchId=event["batchId"])
    pages = client.get_paginator("list_runs_in_batch").paginate(batchId=event["batchId"])
    entries = [entry for page in pages for entry in page["runs"]]
    return {
        "done": batch["status"] == "PROCESSED",
        "failed": [e["runSettingId"] for e in entries if e["submissionStatus"] == "FAILED"],
    }


def magic_mock() -> MagicMock:
    """Return the client of the published test. The test itself chose the wrong key."""
    omics = MagicMock()
    omics.get_batch.return_value = {"status": "PROCESSED"}
    omics.list_runs_in_batch.return_value = {
        "items": [
            {"runSettingId": "HG001", "submissionStatus": "SUCCESS"},
            {"runSettingId": "HG002", "submissionStatus": "FAILED"},
        ]
    }
    return omics


def outcome(handler: Any, batch_id: str, omics: Any) -> str:
    """Call a handler. Returns the text of what it returns, or of the exception that it raises."""
    try:
        return repr(handler({"batchId": batch_id}, omics=omics))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
