"""The run settings of a batch: reading from JSON, checks of all entries, merging with defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .failures import BatchFailure
from .json_text import load_json

#: B50, B11: the maximum number of runs of a batch.
MAX_RUNS = 100_000

#: B31: the members that are merged key by key; all other per-run members replace the default.
MERGED = ("parameters", "runTags")

Settings = Mapping[str, Any]


def parse(body: bytes) -> list[Any]:
    """Return the JSON array of an ``s3UriSettings`` object, which has at least one element.

    Raises BatchFailure (B52) for anything else, and for a number that has no Python value.
    """
    try:
        parsed = load_json(body)
    except ValueError:
        raise BatchFailure.invalid_json() from None
    # inlineSettings has at least one entry, and the file has the same form (B11).
    if not isinstance(parsed, list) or not parsed:
        raise BatchFailure.invalid_json()
    return parsed


def check_whole(entries: Sequence[Any]) -> None:
    """Check the rules for all entries together. Raises BatchFailure (B50, B51, B52, B55).

    Every entry is an object with a runSettingId of type string, no runSettingId is repeated, and
    there are at most MAX_RUNS entries.
    """
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
    """Return the settings of one run (B30 to B32).

    ``per_run`` are the names of the members that an entry may set; other members of ``own`` are
    ignored. A null counts as absent.
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
