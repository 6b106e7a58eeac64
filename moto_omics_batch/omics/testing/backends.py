"""Looking up backends by account and region, for the test controls."""

from __future__ import annotations

import os
import re
from typing import Any

from moto.core.base_backend import backend_lock
from moto.core.models import DEFAULT_ACCOUNT_ID

from ..models import OmicsBackend, omics_backends

DEFAULT_REGION = "us-east-1"


def default_account_id() -> str:
    """Return the account of requests without credentials that say otherwise."""
    return os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)


def find_backend(account_id: Any, region: Any) -> OmicsBackend:
    """Return a backend. Raises ValueError for an invalid account or an unknown region."""
    check_account_id(account_id)
    regions = omics_backends[account_id]
    try:
        return regions[str(region)]
    except KeyError:
        known = ", ".join(regions.regions)
        raise ValueError(f"HealthOmics is not in region {region!r}; it is in {known}") from None


def check_account_id(account_id: Any) -> None:
    """Raise ValueError unless an account id has 12 digits."""
    if not isinstance(account_id, str) or not re.fullmatch(r"[0-9]{12}", account_id):
        raise ValueError(f"account_id must be 12 digits, not {account_id!r}")


def backends_of(account_id: str) -> list[OmicsBackend]:
    """Return the backends of an account: those of the regions that were used, by region."""
    regions = omics_backends[account_id]
    with backend_lock:
        return [backend for _, backend in sorted(regions.items())]
