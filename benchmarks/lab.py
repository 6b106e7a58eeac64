"""What is measured: batches of realistic runs in a mock AWS, and answers from a can."""

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
from moto.core.models import botocore_stubber
from moto.moto_api import state_manager

import moto_omics_batch  # noqa: F401  outside pytest the import is what registers the backend
from moto_omics_batch.omics.core import TRANSITIONS

Client = Any
REGION = "us-east-1"
ROLE = "arn:aws:iam::123456789012:role/omics"
PARAMETERS = ("sample", "fastq_1", "fastq_2")


def entry(number: int) -> dict[str, Any]:
    """The settings of one run, as people write them."""
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
    """The S3 object of a batch."""
    return json.dumps([entry(number) for number in range(runs)]).encode()


def client(service: str) -> Client:
    """A client as a test would make it."""
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


@contextmanager
def immediate() -> Iterator[None]:
    """A mock in which the first look at a batch shows it PROCESSED."""
    with mock_aws():
        state_manager.set_transition("omics::batch", {"progression": "immediate"})
        try:
            yield
        finally:
            state_manager.set_transition("omics::batch", TRANSITIONS["omics::batch"])


class Lab:
    """A mock AWS with a workflow, and batches of any size. To be used within `immediate`."""

    def __init__(self) -> None:
        self.omics = client("omics")
        self.s3 = client("s3")
        self.s3.create_bucket(Bucket="settings")
        self.workflow_id = self.omics.create_workflow(
            name="align",
            definitionUri="s3://workflows/align.zip",
            parameterTemplate={name: {} for name in PARAMETERS},
        )["id"]

    def put(self, body: bytes) -> None:
        """The S3 object that the next batch reads."""
        self.s3.put_object(Bucket="settings", Key="runs.json", Body=body)

    def start(self) -> str:
        """StartRunBatch with the settings in S3 → its id."""
        started = self.omics.start_run_batch(
            defaultRunSetting={"workflowId": self.workflow_id, "roleArn": ROLE},
            batchRunSettings={"s3UriSettings": "s3://settings/runs.json"},
        )
        return str(started["id"])

    def processed(self) -> str:
        """The same, and a look that shows it PROCESSED."""
        batch_id = self.start()
        batch = self.omics.get_batch(batchId=batch_id)
        found = batch["status"], batch["runSummary"]["completedRunCount"]
        assert found == ("PROCESSED", batch["totalRuns"]), batch
        return batch_id

    def forget(self, batch_id: str) -> None:
        """DeleteRunBatch and DeleteBatch: nothing of the batch stays."""
        self.omics.delete_run_batch(batchId=batch_id)
        self.omics.get_batch(batchId=batch_id)
        self.omics.delete_batch(batchId=batch_id)

    def batch_of(self, runs: int) -> str:
        """A batch of that size that is PROCESSED."""
        self.put(settings_file(runs))
        return self.processed()


class _Body(io.BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def canned(service: str, call: Callable[[Client], object]) -> Client:
    """A client to which every request is answered with what ``call`` was answered.

    What it costs is what boto3 costs: building and signing the request, parsing the answer.
    """
    made = client(service)
    answers: list[dict[str, Any]] = []

    def keep(response_dict: dict[str, Any], **_: Any) -> None:
        answers.append(response_dict)

    made.meta.events.register_first("before-parse.*", keep)
    call(made)
    made.meta.events.unregister("before-parse.*", keep)
    (answer,) = answers
    status, body = answer["status_code"], answer["body"]
    headers = HTTPHeaders()
    for name, value in answer["headers"].items():
        headers[name] = value

    def from_the_can(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, status, headers, _Body(body))

    # botocore asks every handler, and takes the first answer: moto must not work beside the can.
    made.meta.events.unregister("before-send", botocore_stubber)
    made.meta.events.register("before-send", from_the_can)
    return made


def request_of(made: Client, call: Callable[[Client], object]) -> AWSPreparedRequest:
    """The request that ``call`` sends, to be handed to moto without boto3."""
    requests: list[AWSPreparedRequest] = []

    def keep(request: AWSPreparedRequest, **_: Any) -> None:
        requests.append(request)

    made.meta.events.register("before-send.*", keep)
    call(made)
    made.meta.events.unregister("before-send.*", keep)
    (request,) = requests
    return request
