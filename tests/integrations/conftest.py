"""An empty AWS for each test, and clients of the accounts in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "111111111111"
REGION = "us-east-1"

Client = Any
MakeClient = Callable[..., Client]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeClient]:
    """``client("s3", "eu-west-1", account=OTHER_ACCOUNT)`` in a new mock."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)

    def make(service: str, region: str = REGION, account: str = ACCOUNT) -> Client:
        made: Client = boto3.client(service, region_name=region)  # type: ignore[call-overload]

        def add_account(params: dict[str, Any], **_: Any) -> None:
            params["headers"]["x-moto-account-id"] = account

        made.meta.events.register("before-call", add_account)
        return made

    with mock_aws():
        yield make
