"""Fixtures for the tests of CloudWatch logs: the setting, and readers of streams."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from conftest import Client, MakeClient
from tests.omics.helpers import Settings

GROUP = "/aws/omics/WorkflowLog"

DEFINITION = """version 1.0
workflow germline {
  input {
    File? ref
    Array[File]? reads
    String? name
  }
  call align
  call call_variants
}
task align {
  command <<< bwa mem >>>
  runtime { cpu: 16 memory: "30 GiB" docker: "123456789012.dkr.ecr.us-east-1.amazonaws.com/bwa:1" }
}
task call_variants {
  command <<< gatk >>>
}
"""


class LogReader:
    """Reads the log group of HealthOmics."""

    def __init__(self, logs: Client):
        self.logs = logs

    def streams(self, prefix: str = "") -> list[str]:
        """Return the names of the streams with a prefix, in order."""
        return [stream["logStreamName"] for stream in self.describe(prefix)]

    def describe(self, prefix: str = "") -> list[dict[str, Any]]:
        """Return DescribeLogStreams for a prefix; no stream where there is no group."""
        if not self.logs.describe_log_groups(logGroupNamePrefix=GROUP)["logGroups"]:
            return []
        pages = self.logs.get_paginator("describe_log_streams").paginate(
            logGroupName=GROUP, **({"logStreamNamePrefix": prefix} if prefix else {})
        )
        return [stream for page in pages for stream in page["logStreams"]]

    def events(self, stream: str) -> list[dict[str, Any]]:
        """Return the events of a stream, oldest first."""
        found: list[dict[str, Any]] = self.logs.get_log_events(
            logGroupName=GROUP, logStreamName=stream, startFromHead=True
        )["events"]
        return found

    def lines(self, stream: str) -> list[str]:
        """Return the messages of a stream."""
        return [event["message"] for event in self.events(stream)]

    def run_lines(self, run_id: str) -> list[tuple[str, str, str]]:
        """Return (runStatus, logMessage, message) of each line of a run."""
        lines = [json.loads(line) for line in self.lines(f"run/{run_id}")]
        assert all(list(line) == ["runStatus", "logMessage", "message"] for line in lines)
        return [tuple(line.values()) for line in lines]

    def kinds(self, run_id: str) -> list[str]:
        """Return the logMessage of each line of a run."""
        return [kind for _, kind, _ in self.run_lines(run_id)]

    def manifest(self, run_id: str) -> list[dict[str, Any]]:
        """Return the lines of the only manifest of a run, that of the run first."""
        (stream,) = self.streams(f"manifest/run/{run_id}/")
        return [json.loads(line) for line in self.lines(stream)]


@pytest.fixture
def reader(client: MakeClient, settings: Settings) -> LogReader:
    """A reader of the logs, which are on."""
    settings(logs=True)
    return LogReader(client("logs"))


def wdl(text: str = DEFINITION) -> bytes:
    """Return a definitionZip with a WDL document."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.wdl", (1980, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


@pytest.fixture
def germline_id(omics: Client) -> str:
    """The id of a workflow with the tasks ``align`` (16 cpus, 30 GiB) and ``call_variants``."""
    created = omics.create_workflow(name="germline", engine="WDL", definitionZip=wdl())
    return str(created["id"])
