"""The environment of the benchmarks: batches in a mock AWS, and clients with canned responses."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws
from moto.core.config import DefaultConfig
from moto.core.models import botocore_stubber
from moto.moto_api import state_manager

import moto_omics_batch  # noqa: F401  the import registers the backend
from moto_omics_batch.omics.resources.context import TRANSITIONS

Client = Any
REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/omics"
PARAMETERS = ("sample", "fastq_1", "fastq_2")


def entry(number: int) -> dict[str, Any]:
    """Return typical settings of one run."""
    name = f"HG{number:05d}"
    reads = f"s3://1000genomes/phase3/data/{name}/sequence_read/ERR{number:06d}"
    return {
        "runSettingId": name,
        "name": f"sample-{name}",
        "outputUri": f"s3://results/cohort/{name}",
        "parameters": {
            "sample": name,
            "fastq_1": f"{reads}_1.filt.fastq.gz",
            "fastq_2": f"{reads}_2.filt.fastq.gz",
        },
        "runTags": {"sample": name, "population": "GBR"},
    }


def settings_file(runs: int) -> bytes:
    """Return the content of the S3 object of a batch."""
    return json.dumps([entry(number) for number in range(runs)]).encode()


def client(service: str) -> Client:
    """Return a client like that of a test."""
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


@contextmanager
def immediate(config: DefaultConfig | None = None) -> Iterator[None]:
    """Start a mock in which the first GetBatch returns PROCESSED."""
    with mock_aws(config=config):
        state_manager.set_transition("omics::batch", {"progression": "immediate"})
        try:
            yield
        finally:
            state_manager.set_transition("omics::batch", TRANSITIONS["omics::batch"])


class Environment:
    """A workflow, and batches of any size, in the mock that `immediate` starts."""

    def __init__(self) -> None:
        self.omics = client("omics")
        self.s3 = client("s3")
        self.s3.create_bucket(Bucket="settings")
        self.workflow_id = self.omics.create_workflow(
            name="align",
            definitionUri="s3://workflows/align.zip",
            parameterTemplate={name: {} for name in PARAMETERS},
        )["id"]

    def put_settings(self, body: bytes) -> None:
        """Write the S3 object that the next batch reads."""
        self.s3.put_object(Bucket="settings", Key="runs.json", Body=body)

    def start_batch(self) -> str:
        """Start a batch with the settings in S3 and return its id."""
        started = self.omics.start_run_batch(
            defaultRunSetting={"workflowId": self.workflow_id, "roleArn": ROLE},
            batchRunSettings={"s3UriSettings": "s3://settings/runs.json"},
        )
        return str(started["id"])

    def process_batch(self) -> str:
        """Start a batch, wait until it is PROCESSED, and return its id."""
        batch_id = self.start_batch()
        batch = self.omics.get_batch(batchId=batch_id)
        result = batch["status"], batch["runSummary"]["completedRunCount"]
        assert result == ("PROCESSED", batch["totalRuns"]), batch
        return batch_id

    def delete_batch(self, batch_id: str) -> None:
        """Delete the runs of a batch and the batch."""
        self.omics.delete_run_batch(batchId=batch_id)
        self.omics.get_batch(batchId=batch_id)
        self.omics.delete_batch(batchId=batch_id)

    def batch_of(self, runs: int) -> str:
        """Process a batch of this size and return its id."""
        self.put_settings(settings_file(runs))
        return self.process_batch()


class _Body(io.BytesIO):
    """A response body with the method of urllib3's that botocore calls."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def canned(service: str, call: Callable[[Client], object]) -> Client:
    """Return a client that answers every request with the response of moto to ``call``.

    Its time is that of boto3: building and signing the request, parsing the response.
    """
    boto_client = client(service)
    recorded: list[dict[str, Any]] = []

    def record(response_dict: dict[str, Any], **_: Any) -> None:
        recorded.append(response_dict)

    boto_client.meta.events.register_first("before-parse.*", record)
    call(boto_client)
    boto_client.meta.events.unregister("before-parse.*", record)
    (response,) = recorded
    status, body = response["status_code"], response["body"]
    headers = HTTPHeaders()
    for name, value in response["headers"].items():
        headers[name] = value

    def respond(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, status, headers, _Body(body))

    # botocore calls every handler and takes the first response; moto must not handle the request.
    boto_client.meta.events.unregister("before-send", botocore_stubber)
    boto_client.meta.events.register("before-send", respond)
    return boto_client


def request_of(boto_client: Client, call: Callable[[Client], object]) -> AWSPreparedRequest:
    """Return the request that ``call`` sends, so that it can be sent to moto without boto3."""
    requests: list[AWSPreparedRequest] = []

    def record(request: AWSPreparedRequest, **_: Any) -> None:
        requests.append(request)

    boto_client.meta.events.register("before-send.*", record)
    call(boto_client)
    boto_client.meta.events.unregister("before-send.*", record)
    (request,) = requests
    return request
