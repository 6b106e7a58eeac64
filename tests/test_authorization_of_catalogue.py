"""moto's request authorisation applied to READY2RUN workflows, which belong to no account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from moto.core.authorization import enable_iam_authentication
from moto.core.config import default_user_config

from conftest import REGION

from .authorization import (
    PASS_ROLE,
    Resources,
    allow,
    call,
    empty_mock,
    raises_denied,
    user_client,
    with_ids,
)


@pytest.fixture(autouse=True)
def _mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_mock(monkeypatch):
        yield


CATALOGUE = f"arn:aws:omics:{REGION}::workflow/9500764"


def test_catalogue_workflows_are_named_by_an_arn_without_an_account() -> None:
    """As in public policies; the account has no workflow of this id."""
    resources = Resources()
    start = allow("StartRun", "run/*")
    permitted = user_client(start, PASS_ROLE, allow("StartRun", CATALOGUE))
    restricted = user_client(start, PASS_ROLE, allow("StartRun", "workflow/*"))
    settings = resources.run_settings(
        workflowId="9500764",
        workflowType="READY2RUN",
        parameters={"sample_name": "HG002", "fastq_pairs": []},
    )
    with enable_iam_authentication():
        with raises_denied(restricted, "StartRun", CATALOGUE):
            restricted.start_run(**settings)
        assert permitted.start_run(**settings)["status"] == "PENDING"
        # Without the type, it is a workflow of the account.
        with raises_denied(permitted, "StartRun", "workflow/9500764"):
            permitted.start_run(**{**settings, "workflowType": "PRIVATE"})


READ_BY_TYPE: list[tuple[str, dict[str, Any], str]] = [
    ("GetWorkflow", {"id": "9500764"}, CATALOGUE),
    ("ListWorkflowVersions", {"workflowId": "9500764"}, CATALOGUE),
    (
        "GetWorkflowVersion",
        {"workflowId": "9500764", "versionName": "3.0.0"},
        f"{CATALOGUE}/version/3.0.0",
    ),
]


@pytest.mark.parametrize(("operation", "params", "resource"), READ_BY_TYPE)
def test_catalogue_workflows_are_read_with_a_permission_without_an_account(
    operation: str, params: dict[str, Any], resource: str
) -> None:
    config: Any = {"id": "9500764", "type": "READY2RUN", "versions": ["3.0.0"]}
    permitted = user_client(allow(operation, CATALOGUE, resource))
    restricted = user_client(allow(operation, "workflow/*"))
    ready2run = {**params, "type": "READY2RUN"}
    with (
        patch.dict(default_user_config, {"omics": {"workflows": [config]}}),
        enable_iam_authentication(),
    ):
        assert call(permitted, operation, ready2run)
        with raises_denied(restricted, operation, CATALOGUE):
            call(restricted, operation, ready2run)
        with raises_denied(permitted, operation, "workflow/9500764"):
            call(permitted, operation, params)


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("DeleteWorkflow", {"id": "WORKFLOW"}),
        ("UpdateWorkflow", {"id": "WORKFLOW", "name": "n"}),
    ],
)
def test_the_type_in_a_query_matters_only_where_the_model_has_it(
    operation: str, params: dict[str, Any]
) -> None:
    resources = Resources()
    client = user_client(allow(operation, f"arn:aws:omics:{REGION}::workflow/*"))

    def add_type(request: Any, **_: Any) -> None:
        request.url += "?type=READY2RUN"

    client.meta.events.register("before-sign.omics", add_type)
    workflow = f"workflow/{resources.workflow}"
    with enable_iam_authentication(), raises_denied(client, operation, workflow):
        call(client, operation, with_ids(resources, params))
