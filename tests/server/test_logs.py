"""What ``moto-omics-server`` writes to stderr and stdout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
import requests

from conftest import ACCOUNT, REGION, ROLE, Client
from tests.wire.raw import SIGNED

from .controls import TIMEOUT

#: Starts the server on a free port. ListBatch raises an exception that the backend does not expect.
SCRIPT = """
from moto_omics_batch import install
from moto_omics_batch.server import main

install()

from moto_omics_batch.omics.responses import OmicsResponse


def list_batch(self):
    raise RuntimeError("internal error of the test")


OmicsResponse.list_batch = list_batch
main(["-p", "0"])
"""


@dataclass
class ServerProcess:
    """A running server and the files to which it writes."""

    url: str
    stdout: Path
    stderr: Path


def wait_for_url(process: subprocess.Popen[bytes], stderr: Path) -> str:
    """Return the URL that the server writes to stderr when it is ready."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"Running on (http://127\.0\.0\.1:\d+)", stderr.read_text()):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"the server has not started:\n{stderr.read_text()}")


@pytest.fixture(scope="module")
def server_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server in a process of its own, which is terminated after the tests of this file."""
    folder = tmp_path_factory.mktemp("server")
    script, stdout, stderr = folder / "serve.py", folder / "stdout", folder / "stderr"
    script.write_text(SCRIPT, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k not in ("MOTO_PORT", "MOTO_ACCOUNT_ID")}
    with stdout.open("wb") as out, stderr.open("wb") as error:
        process = subprocess.Popen(
            [sys.executable, str(script)],
            stdout=out,
            stderr=error,
            cwd=folder,
            env={**environment, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"},
        )
    try:
        yield ServerProcess(wait_for_url(process, stderr), stdout, stderr)
    finally:
        process.terminate()
        process.wait(TIMEOUT)


@pytest.fixture
def aws_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials for boto3 clients of this process."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


def connect(process: ServerProcess, service: str) -> Client:
    return boto3.client(  # type: ignore[call-overload]
        service, region_name=REGION, endpoint_url=process.url
    )


def test_internal_error_is_logged_with_its_traceback(server_process: ServerProcess) -> None:
    response = requests.get(f"{server_process.url}/runBatch", headers=SIGNED, timeout=TIMEOUT)
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-amzn-errortype"] == "InternalServerException"
    assert response.json() == {"message": "An internal error has occurred"}
    stderr = server_process.stderr.read_text()
    assert re.search(r"^\S+ \S+ ERROR moto_omics_batch\.omics\.dispatch: GET http", stderr, re.M)
    assert "Traceback (most recent call last):" in stderr
    assert stderr.count("RuntimeError: internal error of the test") == 1
    assert server_process.stdout.read_text() == ""


def test_failed_delivery_of_an_event_is_logged(
    server_process: ServerProcess, aws_keys: None
) -> None:
    """The target of the rule is a queue that does not exist."""
    events, omics = connect(server_process, "events"), connect(server_process, "omics")
    pattern = {"source": ["aws.omics"], "detail-type": ["Workflow Status Change"]}
    events.put_rule(Name="workflows", EventPattern=json.dumps(pattern))
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:no-such-queue"
    events.put_targets(Rule="workflows", Targets=[{"Id": "queue", "Arn": queue}])
    omics.create_workflow(name="align", definitionUri="s3://workflows/align.zip")
    # The workflow becomes ACTIVE with the next request.
    assert [w["status"] for w in omics.list_workflows()["items"]] == ["ACTIVE"]
    stderr = server_process.stderr.read_text()
    logged = re.findall(r"^\S+ \S+ WARNING moto_omics_batch\.\S+: (.*)$", stderr, re.M)
    assert len(logged) == 1
    assert "no-such-queue" in logged[0]
    assert "of workflows failed" in logged[0]
    assert server_process.stdout.read_text() == ""


def test_runs_write_logs_to_cloudwatch_also_after_a_reset(
    server_process: ServerProcess, aws_keys: None
) -> None:
    requests.post(f"{server_process.url}/moto-api/reset", timeout=TIMEOUT)
    omics, logs = connect(server_process, "omics"), connect(server_process, "logs")
    workflow = omics.create_workflow(name="align", definitionUri="s3://workflows/align.zip")
    run = omics.start_run(workflowId=workflow["id"], roleArn=ROLE, outputUri="s3://results")
    found = logs.filter_log_events(logGroupName="/aws/omics/WorkflowLog")["events"]
    assert [event["logStreamName"] for event in found] == [f"run/{run['id']}"]
    assert "CREATING_RUN" in found[0]["message"]
