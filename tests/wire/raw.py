"""HTTP requests without an AWS client, for requests that boto3 would refuse or change."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import requests

from conftest import REGION, ROLE

#: moto's server reads the service from the credential scope. The signature is not verified.
SIGNED = {
    "Authorization": (
        f"AWS4-HMAC-SHA256 Credential=AKIA/20261001/{REGION}/omics/aws4_request, "
        "SignedHeaders=host, Signature=0"
    ),
    "Content-Type": "application/json",
}

#: The maximum length of a client's value in a message, in characters.
MAX_SHOWN = 300


class Refusal(NamedTuple):
    """The error code, HTTP status and message of a refused request."""

    code: str
    status: int
    message: str


class Wire:
    """``Wire(server).send("POST", "/runBatch", {…})``; ``server`` is None inside a mock."""

    def __init__(self, server: str | None):
        self._base = server or f"https://workflows-omics.{REGION}.amazonaws.com"

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """Send a request. A body that is no text is sent as JSON; ``content_type=`` is a header."""
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        given = {name.replace("_", "-").title(): value for name, value in headers.items()}
        return requests.request(
            method, self._base + path, data=body, headers={**SIGNED, **given}, timeout=30
        )

    def refused(self, method: str, path: str, body: Any = None, **headers: str) -> Refusal:
        """Send a request and return its refusal; assert that it is JSON with a message only."""
        answer = self.send(method, path, body, **headers)
        assert answer.status_code >= 400, answer.text
        assert answer.headers["content-type"] == "application/json"
        content = answer.json()
        assert list(content) == ["message"]
        return Refusal(answer.headers["x-amzn-errortype"], answer.status_code, content["message"])


def invalid(message: str) -> Refusal:
    """Return a ValidationException with this message."""
    return Refusal("ValidationException", 400, message)


def shortened(text: str) -> str:
    """Return a text as messages show it: the first 300 characters and ``...`` if it is longer."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


def violation(value: str, path: str, must: str) -> str:
    """Return the text of one violation. ``value`` is ``null`` or a quoted text of any length."""
    shown = value if value == "null" else f"'{shortened(value[1:-1])}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {must}"


def violations(*texts: str) -> Refusal:
    """Return the refusal that lists these violations, at most 20 of them."""
    count = f"{len(texts)} validation error{'s' if len(texts) > 1 else ''}"
    return invalid(f"{count} detected: {'; '.join(texts)}")


def batch_request(workflow_id: str, **default: Any) -> dict[str, Any]:
    """Return a valid StartRunBatch request with ``default`` added to defaultRunSetting."""
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
