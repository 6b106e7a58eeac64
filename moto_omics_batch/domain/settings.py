"""The run settings of a batch: read from JSON, checked as a whole, merged with the defaults."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from .failures import BatchFailure

#: B50, B11: what one batch may hold.
MAX_RUNS = 100_000

#: B31: what is merged key by key; all other per-run settings replace the default.
MERGED = ("parameters", "runTags")

Settings = Mapping[str, Any]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    if math.isinf(value := float(number)):
        raise ValueError(f"{number} is too large")
    return value


def parse(body: bytes) -> list[Any]:
    """The JSON array of an ``s3UriSettings`` object. Raises BatchFailure (B52)."""
    try:
        parsed = json.loads(body, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise BatchFailure.invalid_json() from None
    # Inline settings hold at least one entry, so an empty array is not of their form.
    if not isinstance(parsed, list) or not parsed:
        raise BatchFailure.invalid_json()
    return parsed


def check_whole(entries: Sequence[Any]) -> None:
    """What must hold for the entries as a whole. Raises BatchFailure (B50, B51, B52, B55)."""
    if set(map(type, entries)) - {dict}:
        raise BatchFailure.invalid_json()
    if len(entries) > MAX_RUNS:
        raise BatchFailure.too_many(len(entries), MAX_RUNS)
    try:
        ids = [entry["runSettingId"] for entry in entries]
    except KeyError:
        raise BatchFailure.invalid_json() from None
    if set(map(type, ids)) != {str}:
        raise BatchFailure.invalid_json()
    if len(unique := set(ids)) != len(ids):
        raise BatchFailure.repeated_ids(len(ids), len(unique))


def merge(default: Settings, own: Settings, per_run: Iterable[str]) -> dict[str, Any]:
    """The settings of one run (B30 to B32).

    ``per_run`` names the members that an entry may hold; what else stands in it is ignored, and
    a null counts as absent.
    """
    merged = dict(default)
    for name in per_run:
        value = own.get(name)
        if value is None:
            continue
        shared = merged.get(name)
        if name in MERGED and isinstance(value, dict) and isinstance(shared, dict):
            value = {**shared, **value}
        merged[name] = value
    return merged
