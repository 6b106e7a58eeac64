"""Fixtures for the tests of the protocol."""

from __future__ import annotations

import pytest

from tests.wire.raw import Wire


@pytest.fixture
def http(aws: None, server: str | None) -> Wire:
    """Plain HTTP requests that no client validates or changes."""
    return Wire(server)
