"""The test controls of the active mock, for the functions that tests call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from moto.core.models import MockAWS

from .omics.testing.account import AccountControls
from .omics.testing.backends import DEFAULT_REGION, default_account_id

#: Functions without arguments, called before the outermost mock removes its data.
before_end: list[Callable[[], None]] = []


def require_mock(what: str) -> None:
    """Raise RuntimeError when no mock is active; ``what`` names what belongs to a mock."""
    # A server in this process answers without a mock.
    if not MockAWS._mocks_active and "moto.moto_server.werkzeug_app" not in sys.modules:
        raise RuntimeError(
            f"no mock is active: {what} belong to a mock and end with it. Call this inside "
            "mock_aws or omics_mock, or use the HTTP controls of a server"
        )


def account_in_mock(what: str, account_id: str | None, region: str | None) -> AccountControls:
    """Return the controls of a region, or of all regions of an account.

    The default account is moto's. Raises RuntimeError when no mock is active, and ValueError for
    an invalid account or an unknown region.
    """
    require_mock(what)
    every_region = region is None
    return AccountControls(account_id or default_account_id(), region, every_region=every_region)


def one_region(account_id: str | None, region: str | None) -> tuple[str, str]:
    """Return an account and a region, or the defaults of the environment."""
    default = os.environ.get("AWS_DEFAULT_REGION") or DEFAULT_REGION
    return account_id or default_account_id(), region or default
