"""What the resources of storage have in common."""

from __future__ import annotations

from ....domain.lifecycle import GONE

#: S20: the length of the ids of stores, references, read sets, jobs and uploads.
ID_DIGITS = 10

#: S8: the idempotency token of requests.
TOKEN = "clientToken"

#: S174: the word of events for what was deleted.
GONE_IS_DELETED = {GONE: "DELETED"}


def missing(kind: str) -> str:
    """Return the message for a resource that does not exist (S191)."""
    return f"The specified {kind} does not exist."
