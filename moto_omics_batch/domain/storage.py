"""Run storage: what a run gets when the request, the version or the workflow says so, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: W0.1, W2.2: GiB.
_SMALLEST, _STRIDE = 1200, 2400


def rounded(gib: int) -> int:
    """STATIC sizes are 1,200 GiB or a multiple of 2,400 GiB; requests are rounded up (W2.2)."""
    return _SMALLEST if gib <= _SMALLEST else -(-gib // _STRIDE) * _STRIDE


def effective(*levels: Mapping[str, Any] | None, ready2run: bool = False) -> tuple[str, int | None]:
    """(storageType, storageCapacity in GiB) from the levels, the most particular first.

    DYNAMIC when nobody asks (W0.1), and then without a capacity; STATIC for READY2RUN workflows.
    """
    given = [level for level in levels if level]
    kind = "STATIC" if ready2run else _first(given, "storageType") or "DYNAMIC"
    if kind != "STATIC":
        return kind, None
    return kind, rounded(_first(given, "storageCapacity") or _SMALLEST)


def _first(levels: list[Mapping[str, Any]], name: str) -> Any:
    return next((level[name] for level in levels if level.get(name) is not None), None)
