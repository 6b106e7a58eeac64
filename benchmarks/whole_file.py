"""What a whole S3 file costs, from StartRunBatch to PROCESSED: time and memory."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

from .lab import Lab, immediate, settings_file
from .measure import Figure, Sizes, once, ratio


def to_processed(sizes: Sizes) -> Iterator[Figure]:
    """StartRunBatch until GetBatch says PROCESSED, against json.loads of the same file."""
    with immediate():
        lab = Lab()
        body = settings_file(sizes.runs)
        lab.put(body)
        kept: list[str] = []

        def start() -> None:
            kept.append(lab.processed())

        mine = other = float("inf")
        for _ in range(sizes.long_rounds):
            # One after the other: neither finds what the other has left in memory.
            mine = min(mine, once(start))
            while kept:
                lab.forget(kept.pop())
            other = min(other, once(lambda: json.loads(body)))
    megabytes = len(body) / 1e6
    yield ratio(f"StartRunBatch to PROCESSED : json.loads, {megabytes:.0f} MB", (mine, other), 4.0)


def memory(sizes: Sizes) -> Iterator[Figure]:
    """What a batch holds, against the parsed file."""
    with immediate():
        lab = Lab()
        body = settings_file(sizes.runs)
        # Whatever is made once, at the first batch, is made now.
        lab.batch_of(sizes.few)
        lab.put(body)
        tracemalloc.start()
        try:
            mine = _held(lab.processed)
            other = _held(lambda: json.loads(body))
        finally:
            tracemalloc.stop()
    yield ratio("memory of a PROCESSED batch : the parsed file", (mine, other), 1.3, "MB")


def _held(make: Any) -> float:
    """How many megabytes more are in use while what was made is kept."""
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    made = make()
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    del made
    return (after - before) / 1e6
