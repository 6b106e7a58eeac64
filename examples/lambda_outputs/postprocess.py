"""A Lambda function that reads the outputs of a run when EventBridge reports its end.

It reads ``logs/outputs.json`` below runOutputUri, counts the variants in the file of the output
``germline.vcf``, and writes a summary to the bucket of reports.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import boto3

REPORTS = "reports"


def read_object(s3: Any, uri: str) -> bytes:
    """Return the content of an S3 object."""
    parts = urlsplit(uri)
    body: bytes = s3.get_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"))["Body"].read()
    return body


def count_variants(s3: Any, uri: str | None) -> int | None:
    """Return the number of variants in a VCF file, None when the run has written none."""
    if uri is None:
        return None
    lines = read_object(s3, uri).decode().splitlines()
    return sum(1 for line in lines if not line.startswith("#"))


def handler(event: dict[str, Any], context: object = None) -> dict[str, Any]:
    """Write the summary of a COMPLETED run to ``s3://reports/{runId}.json`` and return it."""
    detail, s3 = event["detail"], boto3.client("s3")
    outputs = json.loads(read_object(s3, f"{detail['runOutputUri']}/logs/outputs.json"))
    summary = {
        "sample": detail["runName"],
        "variants": count_variants(s3, outputs.get("germline.vcf")),
        "meanDepth": outputs["germline.mean_depth"],
    }
    s3.put_object(Bucket=REPORTS, Key=f"{detail['runId']}.json", Body=json.dumps(summary))
    return summary
