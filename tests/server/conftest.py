"""Fixtures for tests against a moto server in a thread of this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto.moto_api import state_manager
from moto.moto_api._internal.models import moto_api_backend
from moto.server import ThreadedMotoServer

from conftest import Client, definition
from tests.omics.clients import client_with_attempts


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """The URL of a moto server in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def url(server_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of the server, which is reset before and after the test."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    for name in ("AWS_DEFAULT_REGION", "MOTO_ACCOUNT_ID"):
        monkeypatch.delenv(name, raising=False)
    transitions = dict(state_manager._transitions)
    moto_api_backend.reset()
    yield server_url
    moto_api_backend.reset()
    state_manager._transitions = transitions


@pytest.fixture
def omics(url: str) -> Client:
    """A boto3 client of the server that makes one attempt per call."""
    return client_with_attempts(url)


@pytest.fixture
def workflow(omics: Client) -> str:
    """The id of an ACTIVE workflow."""
    created = omics.create_workflow(name="align", engine="WDL", definitionZip=definition())
    return str(created["id"])
