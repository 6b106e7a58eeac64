"""Fixtures for the tests of workflows."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Answer, Client
from tests.omics.workflows.definitions import CreateFrom, zip_of


@pytest.fixture
def create_from(omics: Client) -> CreateFrom:
    """``create_from({"main.wdl": "…"}, name="align")`` returns the response of GetWorkflow."""

    def create(files: dict[str, str], **params: Any) -> Answer:
        workflow = omics.create_workflow(definitionZip=zip_of(files), **params)
        found: Answer = omics.get_workflow(id=workflow["id"])
        return found

    return create
