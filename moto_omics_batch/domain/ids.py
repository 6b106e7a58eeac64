"""Ids: strings of digits, unique in an account and region across all kinds of resources (B3)."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable

#: The length of the ids of batches, runs and workflows while there is room, in digits.
DIGITS = 7

#: The longest id that the service has, in digits.
MAX_DIGITS = 18


class IdSpace:
    """Allocates ids, one at a time or as a contiguous block.

    Ids have `DIGITS` digits, or more that are asked for, while there is room.
    ``randint(low, high)`` is the random source.
    """

    def __init__(self, randint: Callable[[int, int], int]):
        self._randint = randint
        self._taken: list[tuple[int, int]] = []

    def take(self, count: int = 1, digits: int = DIGITS) -> int:
        """Allocate ``count`` consecutive ids of at least ``digits`` digits, return the first."""
        digits, tries = max(digits, len(str(count)) + 1), 0
        while True:
            first = self._randint(10 ** (digits - 1), 10**digits - count)
            if self._free(first, count):
                insort(self._taken, (first, first + count))
                return first
            tries += 1
            if tries % 8 == 0:
                digits += 1

    def claim(self, number: int) -> None:
        """Mark an id that was chosen by the test as taken."""
        if self._free(number, 1):
            insort(self._taken, (number, number + 1))

    def _free(self, first: int, count: int) -> bool:
        at = bisect_right(self._taken, (first, first))
        before_ends = at == 0 or self._taken[at - 1][1] <= first
        return before_ends and (at == len(self._taken) or first + count <= self._taken[at][0])


class Uuids:
    """The UUIDs of a block that begins at ``base``: the last group counts up."""

    def __init__(self, base: str):
        self._head, self._tail = base[:24], int(base[24:], 16)

    def __getitem__(self, index: int) -> str:
        return f"{self._head}{(self._tail + index) & 0xFFFFFFFFFFFF:012x}"
