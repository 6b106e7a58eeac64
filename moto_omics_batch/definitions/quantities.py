"""What tasks ask for: numbers of CPUs and GPUs, sizes of memory (L33); the length of names."""

from __future__ import annotations

import math
import re
from typing import Any

#: The maximum length of the name of a task in the model, in characters.
MAX_NAME = 128

#: The largest amount that is taken over; no instance type has as much.
_MOST = 1_000_000

_SIZE = re.compile(r"\s*(\d{1,20}(?:\.\d{0,20})?)\s*([KMGT]?)(i?)B?\s*", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def whole(value: Any, least: int = 1) -> int | None:
    """Return a number rounded up to a whole one (L33), at least ``least``; None for no number.

    A text that is a number counts as one.
    """
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if not -_MOST < value < _MOST:
        return None
    return max(math.ceil(value), least)


def gibibytes(value: Any, *, decimal: bool) -> int | None:
    """Return a size such as ``8 GB`` in whole GiB, rounded up, at least 1; None for no size.

    A number without a unit is in bytes. With ``decimal`` the units without an ``i`` are powers of
    1,000, as in WDL; otherwise of 1,024, as in Nextflow.
    """
    if isinstance(value, (int, float)):
        value = str(value)
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    base = 1000 if decimal and not found[3] else 1024
    size = float(found[1]) * base ** _POWERS[found[2].upper()] / 2**30
    return whole(size)
