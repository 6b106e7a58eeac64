"""Fixtures for the tests of events."""

from __future__ import annotations

import pytest

from conftest import MakeClient
from tests.omics.event_queue import OMICS_EVENTS, EventQueue, Listen


@pytest.fixture
def listen(client: MakeClient) -> Listen:
    """``listen(event_pattern("Run"))`` returns a queue that receives these events."""
    return lambda pattern=OMICS_EVENTS, **more: EventQueue(client, pattern, **more)
