"""Fixtures for the tests of declared results: the bucket of outputs, and its objects."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, MakeClient
from tests.omics.helpers import StartRun, UntilRun

#: Definitions by engine.
DEFINITIONS = {
    "WDL": ("main.wdl", "version 1.0\nworkflow germline { }\n"),
    "WDL_LENIENT": ("main.wdl", "version 1.0\nworkflow germline { }\n"),
    "CWL": (
        "main.cwl",
        "cwlVersion: v1.2\nclass: Workflow\ninputs: {}\noutputs: {}\nsteps: {}\n",
    ),
    "NEXTFLOW": ("main.nf", "workflow { }\n"),
}

CompleteRun = Callable[..., str]


class Bucket:
    """The bucket ``results``."""

    def __init__(self, s3: Client):
        self.s3 = s3

    def list_keys(self, prefix: str = "") -> list[str]:
        """Return the keys behind a prefix, without it, in order."""
        found = self.s3.list_objects_v2(Bucket="results", Prefix=prefix).get("Contents", [])
        return [item["Key"].removeprefix(prefix) for item in found]

    def body(self, key: str) -> bytes:
        """Return the content of an object."""
        body: bytes = self.s3.get_object(Bucket="results", Key=key)["Body"].read()
        return body

    def summary(self, folder: str) -> Any:
        """Return ``logs/outputs.json`` of a run by its folder."""
        return json.loads(self.body(f"{folder}/logs/outputs.json"))


@pytest.fixture
def bucket(client: MakeClient) -> Bucket:
    """The bucket ``results``, empty."""
    s3 = client("s3")
    s3.create_bucket(Bucket="results")
    return Bucket(s3)


@pytest.fixture
def germline(omics: Client) -> Callable[[str], str]:
    """``germline("CWL")`` creates a workflow named germline of this engine, and returns its id."""

    def create(engine: str = "WDL") -> str:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(*DEFINITIONS[engine])
        created = omics.create_workflow(
            name="germline", engine=engine, definitionZip=buffer.getvalue()
        )
        return str(created["id"])

    return create


@pytest.fixture
def complete_run(
    start_run: StartRun, until_run: UntilRun, germline: Callable[[str], str]
) -> CompleteRun:
    """``complete_run("CWL", name="HG002")`` starts a run and returns its id when COMPLETED."""

    def complete(engine: str = "WDL", **settings: Any) -> str:
        settings.setdefault("workflowId", germline(engine))
        run_id = str(start_run(**settings)["id"])
        until_run(run_id, "COMPLETED")
        return run_id

    return complete
