"""The accounts of the tests of shares."""

from __future__ import annotations

from typing import Any

from conftest import ACCOUNT, ROLE, Client, MakeClient

SUBSCRIBER = "210987654321"
STRANGER = "333333333333"


def in_account(client: MakeClient, account: str, service: str = "omics") -> Client:
    """Return a client whose requests are those of another account, in the mock or the server."""
    made = client(service)

    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = account

    made.meta.events.register("before-call", add_header)
    return made


def shared_settings(workflow_id: str, **settings: Any) -> dict[str, Any]:
    """Return the settings of a run of a workflow of the default account."""
    required = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results/x"}
    return {**required, "workflowOwnerId": ACCOUNT, **settings}
