"""What the resources of storage have in common."""

from __future__ import annotations

from ....domain.content import Content
from ....domain.lifecycle import GONE
from ...exceptions import RangeNotSatisfiableException

#: S20: the length of the ids of stores, references, read sets, jobs and uploads.
ID_DIGITS = 10

#: S8: the idempotency token of requests.
TOKEN = "clientToken"

#: S174: the word of events for what was deleted.
GONE_IS_DELETED = {GONE: "DELETED"}


def missing(kind: str) -> str:
    """Return the message for a resource that does not exist (S191)."""
    return f"The specified {kind} does not exist."


def part_of(content: Content, number: int) -> memoryview:
    """Return a part of a file, counted from 1. Raises RangeNotSatisfiableException (S101)."""
    part = content.part(number)
    if part is None:
        raise RangeNotSatisfiableException(
            f"partNumber {number} is above {content.total_parts}, the last part"
        )
    return part
