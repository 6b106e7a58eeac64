"""A Lambda function that polls a run batch, with the parameter `batchId` and the key `runs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import boto3

if TYPE_CHECKING:
    from mypy_boto3_omics import OmicsClient


class Result(TypedDict):
    """Whether a batch is processed, and the runSettingIds of failed submissions."""

    done: bool
    failed: list[str]


def handler(
    event: dict[str, str], context: object = None, omics: OmicsClient | None = None
) -> Result:
    """Return the result of a batch."""
    client = omics or boto3.client("omics")
    batch = client.get_batch(batchId=event["batchId"])
    pages = client.get_paginator("list_runs_in_batch").paginate(batchId=event["batchId"])
    entries = [entry for page in pages for entry in page["runs"]]
    return {
        "done": batch["status"] == "PROCESSED",
        "failed": [e["runSettingId"] for e in entries if e["submissionStatus"] == "FAILED"],
    }
