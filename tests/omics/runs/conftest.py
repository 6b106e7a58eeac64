"""Runs whose parameters are in an object of S3."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import pytest
import requests

from conftest import Client, MakeClient, definition
from tests.omics.helpers import StartRun

URI = "s3://inputs/run.json"
TEMPLATE: dict[str, Any] = {"sample": {}, "bed": {"optional": True}}

PutParameters = Callable[[Any], None]
Download = Callable[[str], bytes]
StartWithUri = Callable[..., str]


@pytest.fixture
def put_parameters(client: MakeClient) -> PutParameters:
    """``put_parameters({"sample": "HG1"})`` stores JSON at URI, or bytes as they are."""
    s3 = client("s3")
    s3.create_bucket(Bucket="inputs")

    def store(content: Any) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        s3.put_object(Bucket="inputs", Key="run.json", Body=body)

    return store


@pytest.fixture
def download(server: str | None) -> Download:
    """Return the content at a URL, from the mock or from the server."""

    def get(url: str) -> bytes:
        if server is None:
            response = requests.get(url, timeout=5)
            assert response.status_code == 200
            return response.content
        assert url.startswith(f"{server}/")
        with urlopen(url, timeout=5) as response:
            return bytes(response.read())

    return get


@pytest.fixture
def template_workflow_id(omics: Client) -> str:
    """The id of a workflow whose parameter template is TEMPLATE."""
    created = omics.create_workflow(definitionZip=definition(), parameterTemplate=TEMPLATE)
    return str(created["id"])


@pytest.fixture
def start_with_uri(start_run: StartRun, template_workflow_id: str) -> StartWithUri:
    """``start_with_uri()`` starts a run whose parameters are at URI, and returns its id."""

    def start(**settings: Any) -> str:
        settings = {"workflowId": template_workflow_id, "parametersUri": URI, **settings}
        return str(start_run(**settings)["id"])

    return start
