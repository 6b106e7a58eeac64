"""The random streams of the backend, which follow the seed of moto."""

from __future__ import annotations

#: The last value that moto was seeded with, None if it was not.
last_seed: object = None


def seeded(value: object) -> None:
    """Store the value that moto was seeded with."""
    global last_seed
    last_seed = value
