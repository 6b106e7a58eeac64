"""Clients that try a call as often as a test says, where the others try again by themselves."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from conftest import REGION, Client


def trying(
    server: str | None, attempts: int = 1, *, mode: Any = "standard", region: str = REGION
) -> Client:
    """A client that makes so many attempts."""
    settings = Config(retries={"mode": mode, "total_max_attempts": attempts})
    return boto3.client("omics", region_name=region, endpoint_url=server, config=settings)
