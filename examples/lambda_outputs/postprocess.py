"""A Lambda function that reads the outputs of a run when EventBridge reports its end.

It reads ``logs/outputs.json`` below runOutputUri, counts the variants in the file of the output
``germline.vcf``, and writes a summary to the bucket of reports.
"""

from __future__ import annotations

import json
from typing import TypedDict
from urllib.parse import urlsplit

import boto3

REPORTS = "reports"


class Detail(TypedDict):
    """Members of the detail of a Run Status Change event."""

    runId: str
    runName: str
    runOutputUri: str


class Event(TypedDict):
    """A Run Status Change event."""

    detail: Detail


class Summary(TypedDict):
    """The summary of a run; ``variants`` is None when it has written no VCF file."""

    sample: str
    variants: int | None
    meanDepth: float


def read_object(uri: str) -> bytes:
    """Return the content of an S3 object."""
    parts, s3 = urlsplit(uri), boto3.client("s3")
    body: bytes = s3.get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))["Body"].read()
    return body


def count_variants(uri: str | None) -> int | None:
    """Return the number of variants in a VCF file, None when the run has written none."""
    if uri is None:
        return None
    lines = read_object(uri).decode().splitlines()
    return sum(1 for line in lines if not line.startswith("#"))


def handler(event: Event, context: object = None) -> Summary:
    """Write the summary of a COMPLETED run to ``s3://reports/{runId}.json`` and return it."""
    detail = event["detail"]
    outputs = json.loads(read_object(f"{detail['runOutputUri']}/logs/outputs.json"))
    summary: Summary = {
        "sample": detail["runName"],
        "variants": count_variants(outputs.get("germline.vcf")),
        "meanDepth": outputs["germline.mean_depth"],
    }
    body = json.dumps(summary)
    boto3.client("s3").put_object(Bucket=REPORTS, Key=f"{detail['runId']}.json", Body=body)
    return summary
