"""What the resources of storage have in common."""

from __future__ import annotations

#: S20: the length of the ids of stores, references, read sets, jobs and uploads.
ID_DIGITS = 10

#: S8: the idempotency token of requests.
TOKEN = "clientToken"


def missing(kind: str) -> str:
    """Return the message for a resource that does not exist (S191)."""
    return f"The specified {kind} does not exist."
