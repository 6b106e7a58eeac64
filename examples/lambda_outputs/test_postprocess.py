"""Test the function end to end: a batch, an EventBridge rule, a queue, the outputs of the runs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from postprocess import Event, handler

from moto_omics_batch import faults, results

PATTERN = {
    "source": ["aws.omics"],
    "detail-type": ["Run Status Change"],
    "detail": {"status": ["COMPLETED"]},
}
VCF = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\n" + "chr20\t{position}\t.\n"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        for bucket in ("results", "reports"):
            boto3.client("s3").create_bucket(Bucket=bucket)
        yield


@pytest.fixture
def queue() -> str:
    """The URL of a queue that receives the events of COMPLETED runs."""
    events, sqs = boto3.client("events"), boto3.client("sqs")
    url = sqs.create_queue(QueueName="completed")["QueueUrl"]
    events.put_rule(Name="completed", EventPattern=json.dumps(PATTERN))
    arn = "arn:aws:sqs:us-east-1:123456789012:completed"
    events.put_targets(Rule="completed", Targets=[{"Id": "queue", "Arn": arn}])
    return str(url)


def create_workflow() -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("main.wdl", "version 1.0\nworkflow germline { }\n")
    workflow = boto3.client("omics").create_workflow(
        name="germline", engine="WDL", definitionZip=buffer.getvalue()
    )
    return str(workflow["id"])


def process_batch(*samples: str) -> str:
    omics = boto3.client("omics")
    batch = omics.start_run_batch(
        defaultRunSetting={
            "workflowId": create_workflow(),
            "roleArn": "arn:aws:iam::123456789012:role/omics",
            "outputUri": "s3://results/giab",
        },
        batchRunSettings={
            "inlineSettings": [{"runSettingId": sample, "name": sample} for sample in samples]
        },
    )
    batch_id: str = batch["id"]
    faults.advance(batch_id, to="PROCESSED")
    return batch_id


def receive(queue: str) -> list[Event]:
    response = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(message["Body"]) for message in response.get("Messages", [])]


def test_a_summary_of_each_completed_run(queue: str) -> None:
    vcf = VCF.format(position=100)
    results.outputs(files={"out/vcf/{runSettingId}.vcf": vcf}, values={"mean_depth": 31.4})
    results.outputs(runSettingId="HG002", files={"out/vcf/{runSettingId}.vcf": vcf + vcf})
    faults.run_fails(runSettingId="HG003")

    process_batch("HG001", "HG002", "HG003")

    summaries = [handler(event) for event in receive(queue)]
    assert summaries == [
        {"sample": "HG001", "variants": 1, "meanDepth": 31.4},
        {"sample": "HG002", "variants": 2, "meanDepth": 31.4},
    ]
    reports = boto3.client("s3").list_objects_v2(Bucket="reports")
    assert reports["KeyCount"] == 2


def test_a_run_without_a_vcf_file(queue: str) -> None:
    results.outputs(values={"mean_depth": 31.4})
    process_batch("HG001")
    (event,) = receive(queue)
    assert handler(event) == {"sample": "HG001", "variants": None, "meanDepth": 31.4}
