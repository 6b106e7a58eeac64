"""Waiters of botocore that call without a pause between two attempts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from types import ModuleType
from typing import Any

import botocore.waiter


class _TimeWithoutSleep(ModuleType):
    """The module ``time`` as `botocore.waiter` sees it: everything is as it was, except `sleep`.

    ``sleep`` is an attribute of the object, so that tests can replace it for waiters alone
    (``monkeypatch.setattr("botocore.waiter.time.sleep", clock.tick)``).
    """

    def __init__(self) -> None:
        super().__init__("time", time.__doc__)
        self.sleep = _return_at_once

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def _return_at_once(seconds: float) -> None:
    """Take the place of ``time.sleep``."""


class _Replacement:
    """Replaces ``time`` in `botocore.waiter` from the first `start` to the last `stop`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._original: Any = None

    def start(self) -> None:
        """Count a user; the first one replaces the module."""
        with self._lock:
            if not self._users:
                self._original = vars(botocore.waiter)["time"]
                vars(botocore.waiter)["time"] = _TimeWithoutSleep()
            self._users += 1

    def stop(self) -> None:
        """Restore the module when no user is left."""
        with self._lock:
            self._users -= 1
            if not self._users:
                vars(botocore.waiter)["time"] = self._original
                self._original = None


_replacement = _Replacement()


@contextmanager
def without_sleep() -> Iterator[None]:
    """Let the waiters of all clients of this process not sleep. May be nested, in any thread."""
    _replacement.start()
    try:
        yield
    finally:
        _replacement.stop()
