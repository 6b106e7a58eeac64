"""The backend of an account and region in the active mock, for the functions that tests call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from moto.core.models import MockAWS

from .omics.models import OmicsBackend
from .omics.testing.http import DEFAULT_REGION, default_account_id, find_backend

#: Functions without arguments, called before the outermost mock removes its data.
before_end: list[Callable[[], None]] = []


@contextmanager
def backend_in_mock(
    what: str, account_id: str | None, region: str | None
) -> Iterator[OmicsBackend]:
    """Hold the backend of an account and region for one call.

    ``what`` names in the message of RuntimeError what lives in a mock. Raises RuntimeError when no
    mock is active.
    """
    # A server in this process answers without a mock.
    if not MockAWS._mocks_active and "moto.moto_server.werkzeug_app" not in sys.modules:
        raise RuntimeError(
            f"no mock is active: {what} live in a mock and end with it. "
            "Call this inside mock_aws, or use the HTTP controls of a server"
        )
    region = region or os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
    backend = find_backend(account_id or default_account_id(), region)
    with backend.request_scope():
        yield backend
