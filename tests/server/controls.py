"""Requests to the test controls, below ``/moto-api/static/omics/``."""

from __future__ import annotations

from typing import Any

import requests

from conftest import ROLE, Client

#: The timeout of requests, in seconds.
TIMEOUT = 30

#: The response of a control that returns nothing.
OK = (200, {"status": "ok"})

FAULTS, ADVANCE, HISTORY = "faults", "advance", "history"


def send(url: str, control: str, method: str = "POST", **kwargs: Any) -> tuple[int, Any]:
    """Send a request to a test control and return its HTTP status and JSON."""
    address = f"{url}/moto-api/static/omics/{control}"
    response = requests.request(method, address, timeout=TIMEOUT, **kwargs)
    assert response.headers["content-type"] == "application/json"
    return response.status_code, response.json()


def advance(url: str, id: str, to: str) -> None:
    """Advance a batch or a run."""
    assert send(url, ADVANCE, json={"id": id, "to": to}) == OK


def start_batch(omics: Client, workflow: str, *entries: str, **members: Any) -> str:
    """Start a batch with these runSettingIds, s1 and s2 by default, and return its id."""
    default = {"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://results/x"}
    inline = [{"runSettingId": entry} for entry in entries or ("s1", "s2")]
    response = omics.start_run_batch(
        **members, defaultRunSetting=default, batchRunSettings={"inlineSettings": inline}
    )
    return str(response["id"])
