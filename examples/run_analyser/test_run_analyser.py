"""Run the public run analyser of AWS, unchanged, on runs of the mock.

In an environment with ``pip install aws-healthomics-tools moto-omics-batch[wdl] pytest``. The
analyser reads the manifest of a run from CloudWatch Logs. It asks `pricing` for prices, which moto
does not have: the stub below answers.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from moto_omics_batch import faults, omics_config, results
from moto_omics_batch.types import RunStatus

analyser = pytest.importorskip(
    "omics.cli.run_analyzer.__main__", reason="aws-healthomics-tools is not installed"
)

ROLE = "arn:aws:iam::123456789012:role/omics"
WDL = """version 1.0
workflow germline {
  call align
  call call_variants
}
task align {
  command <<< bwa mem >>>
  runtime { cpu: 16 memory: "32 GiB" docker: "123456789012.dkr.ecr.us-east-1.amazonaws.com/bwa:1" }
}
task call_variants {
  command <<< gatk >>>
  runtime { cpu: 2 memory: "8 GiB" docker: "123456789012.dkr.ecr.us-east-1.amazonaws.com/gatk:4" }
}
"""


class Prices:
    """The part of the client of AWS Price List that the analyser uses: 1 USD for all."""

    def describe_services(self, **_: object) -> dict[str, list[str]]:
        return {"Services": []}

    def get_paginator(self, _: str) -> Prices:
        return self

    def paginate(self, **_: object) -> Iterator[dict[str, list[str]]]:
        dimensions = {"hour": {"pricePerUnit": {"USD": "1.0"}}}
        terms = {"OnDemand": {"any": {"priceDimensions": dimensions}}}
        yield {"PriceList": [json.dumps({"terms": terms})]}


def with_prices(create_client: Callable[..., object]) -> Callable[..., object]:
    """Return a function that creates clients as boto3 does, with the stub for `pricing`."""

    def client(self: boto3.Session, service: str, *args: object, **options: object) -> object:
        if service == "pricing":
            return Prices()
        return create_client(self, service, *args, **options)

    return client


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr(boto3.Session, "client", with_prices(boto3.Session.client))
    with mock_aws(config=omics_config(logs=True)):
        yield


def finished_run(workflow_id: str, to: RunStatus = "COMPLETED") -> str:
    run = boto3.client("omics").start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", name="HG002"
    )
    faults.advance(run["id"], to=to)
    return str(run["id"])


@pytest.fixture
def workflow_id() -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("main.wdl", WDL)
    workflow = boto3.client("omics").create_workflow(
        name="germline", definitionZip=buffer.getvalue()
    )
    return str(workflow["id"])


def analyse(tmp_path: Path, *arguments: str) -> list[dict[str, str]]:
    """Run the analyser and return the rows of its table."""
    out = tmp_path / "analysis.csv"
    analyser.main([*arguments, "--out", str(out)])
    return list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))


def test_the_analyser_recommends_smaller_instances(workflow_id: str, tmp_path: Path) -> None:
    results.task("align", runningSeconds=3600, metrics={"cpusMaximum": 3.2, "memoryMaximumGiB": 7})
    rows = analyse(tmp_path, finished_run(workflow_id))
    assert [(row["type"], row["name"]) for row in rows] == [
        ("run", "HG002"),
        ("task", "align"),
        ("task", "call_variants"),
    ]
    align = rows[1]
    assert align["omicsInstanceTypeReserved"] == "omics.c.4xlarge"
    assert align["omicsInstanceTypeMinimum"] == "omics.c.xlarge"
    assert float(align["runningSeconds"]) == 3600


def test_the_timeline_is_plotted(workflow_id: str, tmp_path: Path) -> None:
    run_id = finished_run(workflow_id)
    analyse(tmp_path, run_id, "--plot", str(tmp_path))
    page = (tmp_path / f"{run_id}_timeline.html").read_text(encoding="utf-8")
    assert "call_variants" in page


def test_several_runs_are_aggregated(workflow_id: str, tmp_path: Path) -> None:
    runs = [finished_run(workflow_id) for _ in range(3)]
    rows = analyse(tmp_path, "--batch", *runs)
    assert {row["name"]: row["count"] for row in rows} == {"align": "3", "call_variants": "3"}


def test_a_failed_run_can_be_analysed(workflow_id: str, tmp_path: Path) -> None:
    faults.run_fails(task="call_variants", failureReason="OUT_OF_MEMORY_ERROR")
    rows = analyse(tmp_path, finished_run(workflow_id, to="FAILED"))
    assert [row["type"] for row in rows] == ["run", "task", "task"]
