"""The run storage that follows from the settings of a run, its workflow version or workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

#: W0.1, W2.2: the smallest STATIC size, and the step of the larger ones, in GiB.
_SMALLEST, _STEP = 1200, 2400

#: L32: what a run uses at most, whatever its storage: 10 % of 1,200 GiB.
DYNAMIC_MAXIMUM = _SMALLEST // 10

#: The average part of the storage that a run uses at most (our choice, L32).
_AVERAGE_USE = 0.6


def rounded(gib: int) -> int:
    """Return the STATIC size for a requested capacity, both in GiB.

    A size is 1,200 GiB or a multiple of 2,400 GiB; requests are rounded up (W2.2).
    """
    return _SMALLEST if gib <= _SMALLEST else -(-gib // _STEP) * _STEP


def effective(*levels: Mapping[str, Any] | None, ready2run: bool = False) -> tuple[str, int | None]:
    """Return (storageType, storageCapacity in GiB).

    ``levels`` are settings with these members, the most specific first; the first one that has a
    member decides it. The default is DYNAMIC (W0.1), which has no capacity. READY2RUN workflows are
    always STATIC.
    """
    given = [level for level in levels if level]
    kind = "STATIC" if ready2run else _first(given, "storageType") or "DYNAMIC"
    if kind != "STATIC":
        return kind, None
    return kind, rounded(_first(given, "storageCapacity") or _SMALLEST)


def _first(levels: list[Mapping[str, Any]], name: str) -> Any:
    return next((level[name] for level in levels if level.get(name) is not None), None)


class StorageUse(NamedTuple):
    """The storage of a run in GiB: its size, and how much of it was used (L29, L32)."""

    reserved: float
    maximum: float
    average: float

    @property
    def usage(self) -> tuple[float, float, float]:
        """Size and use in GiB, and the used part in percent."""
        return self.reserved, self.maximum, 100 * self.maximum / self.reserved


def used(capacity: int | None) -> StorageUse:
    """Return the use of a run with a STATIC capacity in GiB, None for a DYNAMIC one (L32).

    The use is made up. A DYNAMIC run has reserved what it used.
    """
    reserved = DYNAMIC_MAXIMUM if capacity is None else capacity
    return StorageUse(float(reserved), float(DYNAMIC_MAXIMUM), DYNAMIC_MAXIMUM * _AVERAGE_USE)
