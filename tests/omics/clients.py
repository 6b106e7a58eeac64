"""Clients with a defined number of attempts."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from conftest import REGION, Client


def client_with_attempts(
    server: str | None, attempts: int = 1, *, mode: Any = "standard", region: str = REGION
) -> Client:
    """Return an omics client that makes at most this many attempts per call."""
    settings = Config(retries={"mode": mode, "total_max_attempts": attempts})
    return boto3.client("omics", region_name=region, endpoint_url=server, config=settings)
