"""HTTP without a client of AWS in between: what other languages, and their bugs, may send."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import requests

from conftest import REGION, ROLE

#: moto's server tells the service from the credential scope; nobody looks at the signature.
SIGNED = {
    "Authorization": (
        f"AWS4-HMAC-SHA256 Credential=AKIA/20261001/{REGION}/omics/aws4_request, "
        "SignedHeaders=host, Signature=0"
    ),
    "Content-Type": "application/json",
}


class Refusal(NamedTuple):
    """What a refused caller is told."""

    code: str
    status: int
    message: str


class Wire:
    """``Wire(server).send("POST", "/runBatch", {…})``; ``server`` is None inside a mock."""

    def __init__(self, server: str | None):
        self._base = server or f"https://workflows-omics.{REGION}.amazonaws.com"

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """A body that is not text yet is sent as JSON; ``content_type="…"`` is a header."""
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        given = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return requests.request(
            method, self._base + path, data=body, headers={**SIGNED, **given}, timeout=30
        )

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> Refusal:
        """The refusal of a request that is to be refused, as JSON and nothing else."""
        answer = self.send(method, path, body, **headers)
        assert answer.status_code >= 400, answer.text
        assert answer.headers["content-type"] == "application/json"
        told = answer.json()
        assert list(told) == ["message"]
        return Refusal(answer.headers["x-amzn-errortype"], answer.status_code, told["message"])


def invalid(message: str) -> Refusal:
    """A ValidationException with this message."""
    return Refusal("ValidationException", 400, message)


def violation(value: str, path: str, must: str) -> str:
    """One violation in AWS's words; ``value`` as it is shown."""
    return f"Value {value} at '{path}' failed to satisfy constraint: {must}"


def violations(*told: str) -> Refusal:
    """The refusal that tells all of these."""
    count = f"{len(told)} validation error{'s' if len(told) > 1 else ''}"
    return invalid(f"{count} detected: {'; '.join(told)}")


def batch_request(workflow_id: str, **default: Any) -> dict[str, Any]:
    """A StartRunBatch that is right, but for what ``default`` puts into defaultRunSetting."""
    return {
        "requestId": "token",
        "defaultRunSetting": {
            "workflowId": workflow_id,
            "roleArn": ROLE,
            "outputUri": "s3://results/cohort",
            **default,
        },
        "batchRunSettings": {"inlineSettings": [{"runSettingId": "s1"}]},
    }
