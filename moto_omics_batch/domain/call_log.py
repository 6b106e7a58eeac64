"""The last API calls of one account and region, for reports about failed tests."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

#: How many calls are kept.
KEPT = 20


class Call(NamedTuple):
    """An API call: ``outcome`` is the HTTP status of a success, or the error code of a failure."""

    operation: str
    outcome: str
    message: str = ""

    @property
    def failed(self) -> bool:
        """Whether the response was an error."""
        return not self.outcome.isdecimal()


class CallLog:
    """The last calls, and the names of all operations that were called.

    Calls are added by many threads without a lock: both collections allow that.
    """

    def __init__(self) -> None:
        self.last: deque[Call] = deque(maxlen=KEPT)
        self.operations: set[str] = set()

    def add(self, call: Call) -> None:
        """Add a call; the oldest is dropped when there are more than `KEPT`."""
        self.last.append(call)
        self.operations.add(call.operation)
