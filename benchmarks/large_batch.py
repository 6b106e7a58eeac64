"""Time and memory of a large batch with settings in S3, from StartRunBatch to PROCESSED."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable, Iterator

from .environment import Environment, immediate, settings_file
from .measure import Figure, Sizes, once, ratio


def to_processed(sizes: Sizes) -> Iterator[Figure]:
    """Compare the time from StartRunBatch to PROCESSED with json.loads of the same file."""
    with immediate():
        environment = Environment()
        body = settings_file(sizes.runs)
        environment.put_settings(body)
        batch_ids: list[str] = []

        def process() -> None:
            batch_ids.append(environment.process_batch())

        batch = reference = float("inf")
        for _ in range(sizes.long_rounds):
            # The batch is deleted before the reference is measured: both have the same free memory.
            batch = min(batch, once(process))
            while batch_ids:
                environment.delete_batch(batch_ids.pop())
            reference = min(reference, once(lambda: json.loads(body)))
    megabytes = len(body) / 1e6
    what = f"StartRunBatch to PROCESSED : json.loads, {megabytes:.0f} MB"
    yield ratio(what, (batch, reference), 4.0)


def memory(sizes: Sizes) -> Iterator[Figure]:
    """Compare the memory of a batch with that of the parsed file."""
    with immediate():
        environment = Environment()
        body = settings_file(sizes.runs)
        # Objects that the first batch creates once are not measured.
        environment.batch_of(sizes.few)
        environment.put_settings(body)
        batch = memory_of(environment.process_batch)
        reference = memory_of(lambda: json.loads(body))
    yield ratio("memory of a PROCESSED batch : the parsed file", (batch, reference), 1.3, "MB")


def memory_of(create: Callable[[], object]) -> float:
    """Return the memory in MB that is allocated while the created object exists."""
    tracemalloc.start()
    try:
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        created = create()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        del created
    finally:
        tracemalloc.stop()
    return (after - before) / 1e6
