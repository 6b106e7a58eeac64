"""The bytes of a file in a store, in parts of a fixed size (S78, S100)."""

from __future__ import annotations

import hashlib
from functools import cached_property

#: S78: the size of a part, in bytes (100 MiB).
PART_SIZE = 104_857_600


class Content:
    """The content of one file. ``data`` is kept as it is and never copied as a whole."""

    def __init__(self, data: bytes):
        self.data = data

    @property
    def total_parts(self) -> int:
        """The number of parts."""
        return -(-len(self.data) // PART_SIZE)

    def members(self) -> dict[str, int]:
        """Return totalParts, partSize and contentLength, in bytes."""
        return {
            "totalParts": self.total_parts,
            "partSize": PART_SIZE,
            "contentLength": len(self.data),
        }

    def part(self, number: int) -> memoryview | None:
        """Return a part, counted from 1, without a copy; None if there is no such part."""
        if not 1 <= number <= self.total_parts:
            return None
        start = (number - 1) * PART_SIZE
        return memoryview(self.data)[start : start + PART_SIZE]

    @cached_property
    def md5(self) -> str:
        """The MD5 of the whole content in hexadecimal digits, computed at the first use."""
        return hashlib.md5(self.data, usedforsecurity=False).hexdigest()
