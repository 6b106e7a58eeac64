"""Random ids that follow moto's seed and nothing else.

moto's own random source is shared by all services: polls, EventBridge targets and other services
draw from it. Each backend of HealthOmics has a stream of its own, derived from the value that
moto was seeded with, the account and the region, so that the same requests get the same ids.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from moto.moto_api._internal import mock_random

#: The lowest bit of the first byte of a UUID.
_FIRST_BYTE_ODD = 1 << 120


class _Seed:
    """The value that moto was last seeded with; None before the first time."""

    def __init__(self) -> None:
        self.value: object = None
        self.number = 0
        #: How many streams of each name were created since.
        self.streams: Counter[str] = Counter()


_seed = _Seed()


def seeded(value: object) -> None:
    """Record that moto's random source was seeded with ``value``, None for a random seed."""
    _seed.value = value
    _seed.number += 1
    _seed.streams.clear()


@contextmanager
def temporarily_seeded(value: int) -> Iterator[None]:
    """Seed moto's random source; afterwards it continues as if it had not been seeded."""
    state, before, streams = mock_random.getstate(), _seed.value, Counter(_seed.streams)
    mock_random.seed(value)
    try:
        yield
    finally:
        mock_random.setstate(state)
        seeded(before)
        _seed.streams.update(streams)


def derived_uuid(name: str) -> str:
    """Return a UUID that depends on a name only."""
    return str(uuid5(NAMESPACE_URL, name))


class RandomStream:
    """The random source of one account and region; ``name`` tells it from the others."""

    def __init__(self, name: str):
        self._name = name
        self._number = -1
        self._key = ""
        self._random = Random()

    def _current(self) -> Random:
        if self._number != _seed.number:
            self._number = _seed.number
            value = mock_random.getrandbits(128) if _seed.value is None else _seed.value
            self._key = f"{value!r} {self._name} {_seed.streams[self._name]}"
            _seed.streams[self._name] += 1
            self._random = Random(self._key)
        return self._random

    def randint(self, low: int, high: int) -> int:
        """Return a random integer from ``low`` to ``high``, both included."""
        return self._current().randint(low, high)

    def uuid(self) -> str:
        """Return a random UUID in the form of the service: even first byte, no version (L150)."""
        return str(UUID(int=self._current().getrandbits(128) & ~_FIRST_BYTE_ODD))

    def fraction(self, key: str) -> float:
        """Return a number from 0 to below 1 that depends on the seed and ``key`` only."""
        self._current()
        digest = blake2b(f"{self._key} {key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64
