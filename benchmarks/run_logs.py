"""Time and memory of a large batch whose runs write CloudWatch logs."""

from __future__ import annotations

from collections.abc import Iterator

from moto_omics_batch import omics_config

from .environment import Environment, immediate, settings_file
from .large_batch import memory_of
from .measure import Figure, Sizes, once, ratio

WITH_LOGS = omics_config(logs=True)


def time(sizes: Sizes) -> Iterator[Figure]:
    """Compare the time from StartRunBatch to PROCESSED with logs and without."""
    body = settings_file(sizes.runs)
    times = [float("inf"), float("inf")]
    for _ in range(sizes.long_rounds):
        for number, config in enumerate((WITH_LOGS, None)):
            with immediate(config):
                environment = Environment()
                environment.put_settings(body)
                times[number] = min(times[number], once(environment.process_batch))
    yield ratio(f"a batch of {sizes.runs:,} runs with logs : without", times, 60.0)


def memory(sizes: Sizes) -> Iterator[Figure]:
    """Measure the memory of the logs of one run: its streams, its lines and its manifest."""
    used = []
    for config in (WITH_LOGS, None):
        with immediate(config):
            environment = Environment()
            # Objects that the first batch creates once are not measured.
            environment.batch_of(sizes.few)
            environment.put_settings(settings_file(sizes.runs))
            used.append(memory_of(environment.process_batch))
    kilobytes = (used[0] - used[1]) * 1000 / sizes.runs
    detail = f"{used[0]:,.0f} MB : {used[1]:,.0f} MB for {sizes.runs:,} runs"
    yield Figure("memory of the logs of a run", kilobytes, "KB", 10.0, detail)
