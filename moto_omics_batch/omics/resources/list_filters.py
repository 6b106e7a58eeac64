"""The ``filter`` of list requests of storage and analytics (S11, A3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ...wire.views import Layers

#: Times of a resource: the member of responses, and the start of the members of filters.
_TIMES = {"creationTime": "created", "updateTime": "updated"}


def selects(filter: Mapping[str, Any], names: Iterable[str], shown: Layers) -> bool:
    """Return whether a filter selects a resource.

    Members of ``names`` must be equal to those of the resource, and its times must be within the
    limits; ``shown`` are its members.
    """
    return all(_member(shown, name) == filter[name] for name in names if name in filter) and all(
        in_time(_member(shown, name), filter, edge) for name, edge in _TIMES.items()
    )


def in_time(time: datetime, filter: Mapping[str, Any], edge: str) -> bool:
    """Return whether a time is within ``{edge}After`` and ``{edge}Before``, the ends excluded."""
    after, before = (_naive(filter.get(f"{edge}{side}")) for side in ("After", "Before"))
    return (after is None or time > after) and (before is None or time < before)


def _naive(text: str | None) -> datetime | None:
    """Return a timestamp of a request, which ends in Z, as a datetime without a time zone."""
    return None if text is None else datetime.fromisoformat(text.removesuffix("Z"))


def _member(layers: Layers, name: str) -> Any:
    """Return the value of a member of a response, None if it is absent."""
    return next((layer[name] for layer in layers if name in layer), None)
