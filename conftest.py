"""Fixtures for all tests: clients in a mock or of a server, workflows, batches."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from moto.core.config import default_user_config
from moto.moto_api import state_manager
from moto.moto_api._internal.models import moto_api_backend

pytest_plugins = ["pytester"]

ACCOUNT = "123456789012"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/omics"
EVIDENCE = ("documented", "observed", "our_choice")

Client = Any
MakeClient = Callable[..., Client]
Answer = dict[str, Any]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--against-server",
        action="store_true",
        help="run the tests of the service against a moto server in a thread",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Check that each test of the service has exactly one evidence mark."""
    for item in items:
        if "tests/omics/" in item.path.as_posix():
            marks = [mark for mark in item.iter_markers() if mark.name in EVIDENCE]
            if len(marks) != 1 or not marks[0].args:
                raise pytest.UsageError(
                    f"{item.nodeid}: needs exactly one mark of {', '.join(EVIDENCE)}, "
                    "with the rules of docs/fidelity.md that it tests"
                )


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The URL of a moto server, None unless --against-server is given."""
    if not request.config.getoption("--against-server"):
        yield None
        return
    from moto.server import ThreadedMotoServer

    moto_server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto_server.start()
    host, port = moto_server.get_host_and_port()
    yield f"http://{host}:{port}"
    moto_server.stop()


@pytest.fixture(scope="session", autouse=True)
def shared_loader() -> Iterator[None]:
    """Let all boto3 sessions share the loaded models; each mock starts a new session."""
    # Imported here, where the coverage of the module is measured.
    from moto_omics_batch.plugin.shared_models import share_models

    with share_models():
        yield


@pytest.fixture
def aws(server: str | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start a mock, or use the server; afterwards resources and state transitions are reset."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    transitions = dict(state_manager._transitions)
    if server is None:
        with mock_aws():
            yield
    else:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        yield
        moto_api_backend.reset()
    state_manager._transitions = transitions


@pytest.fixture
def client(aws: None, server: str | None) -> MakeClient:
    """``client("s3", "eu-west-1", parameter_validation=False)`` returns a boto3 client."""

    def make(service: str = "omics", region: str = REGION, **config: Any) -> Client:
        settings = Config(retries={"max_attempts": 1}, **config)
        return boto3.client(  # type: ignore[call-overload]
            service, region_name=region, endpoint_url=server, config=settings
        )

    return make


@pytest.fixture
def omics(client: MakeClient) -> Client:
    """A boto3 client for HealthOmics."""
    return client("omics")


@pytest.fixture
def raw_omics(client: MakeClient) -> Client:
    """A client that sends requests without validating their parameters."""
    return client("omics", parameter_validation=False)


@pytest.fixture
def progression(aws: None) -> Callable[..., None]:
    """``progression("batch", progression="immediate")`` sets a transition for this test."""

    def set_transition(resource: str, **transition: Any) -> None:
        state_manager.set_transition(f"omics::{resource}", transition)

    return set_transition


@pytest.fixture
def settings(aws: None) -> Iterator[Callable[..., None]]:
    """``settings(submissions_per_tick=2)`` replaces ``mock_aws(config={"omics": …})``."""
    with patch.dict(default_user_config):

        def set_config(**config: Any) -> None:
            default_user_config["omics"] = config  # type: ignore[typeddict-unknown-key]

        yield set_config


def definition(*names: str) -> bytes:
    """Return a definitionZip with small files of these names. Equal names give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names or ("main.wdl",):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), "version 1.0\n")
    return buffer.getvalue()


@pytest.fixture
def workflow_id(omics: Client) -> str:
    """The id of an ACTIVE workflow without a parameter template."""
    created = omics.create_workflow(name="align", engine="WDL", definitionZip=definition())
    return str(created["id"])


StartBatch = Callable[..., str]


@pytest.fixture
def start_batch(omics: Client, workflow_id: str) -> StartBatch:
    """``start_batch(["s1", {"runSettingId": "s2", …}], runGroupId="…")`` returns a batch id.

    ``s3`` is the URI of a settings object. batchName, tags and requestId are members of the
    request; all other keyword arguments are members of defaultRunSetting.
    """

    def start(entries: Any = ("s1", "s2"), *, s3: str | None = None, **default: Any) -> str:
        members = {
            name: default.pop(name)
            for name in ("batchName", "tags", "requestId")
            if name in default
        }
        inline = [{"runSettingId": e} if isinstance(e, str) else e for e in entries]
        response = omics.start_run_batch(
            **members,
            defaultRunSetting={
                "workflowId": workflow_id,
                "roleArn": ROLE,
                "outputUri": "s3://results/cohort",
                **default,
            },
            batchRunSettings={"s3UriSettings": s3} if s3 else {"inlineSettings": inline},
        )
        return str(response["id"])

    return start


@pytest.fixture
def put_settings(client: MakeClient) -> Callable[..., str]:
    """``put_settings([{"runSettingId": "s1"}])`` stores JSON, or bytes, and returns the URI."""
    s3 = client("s3")

    def put(document: Any, key: str = "runs.json", bucket: str = "settings") -> str:
        if bucket not in [b["Name"] for b in s3.list_buckets()["Buckets"]]:
            s3.create_bucket(Bucket=bucket)
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        return f"s3://{bucket}/{key}"

    return put


Until = Callable[[str, str], Answer]


@pytest.fixture
def until(omics: Client) -> Until:
    """``until(batch_id, "PROCESSED")`` calls GetBatch until that status; returns the response."""

    def get_until(batch_id: str, status: str) -> Answer:
        statuses = []
        for _ in range(20):
            batch: Answer = omics.get_batch(batchId=batch_id)
            statuses.append(batch["status"])
            if batch["status"] == status:
                return batch
        raise AssertionError(f"never {status}: {statuses}")

    return get_until


@pytest.fixture
def configuration(omics: Client) -> str:
    """The name of an ACTIVE configuration with a VPC."""
    omics.create_configuration(
        name="lab-vpc",
        runConfigurations={
            "vpcConfig": {"securityGroupIds": ["sg-0a1b2c3d"], "subnetIds": ["subnet-0a1b2c3d"]}
        },
    )
    return "lab-vpc"
