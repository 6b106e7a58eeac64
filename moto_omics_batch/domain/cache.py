"""What a run took from its run cache."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class CacheUse(NamedTuple):
    """The use of a run cache by one run: the keys of its tasks by position, None for tasks that
    are not cached, and the S3 URIs of the entries that were hit, by position."""

    keys: tuple[bytes | None, ...]
    hits: Mapping[int, str]
