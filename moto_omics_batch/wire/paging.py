"""Pages of a list, and tokens that only this module can have issued."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

Item = TypeVar("Item")


class BadToken(Exception):
    """A token that was not issued for this list."""


def encode(scope: str, position: int) -> str:
    """The token for what comes after ``position`` in the list that ``scope`` names."""
    number = str(position)
    seal = hashlib.blake2b(f"{scope}\0{number}".encode(), digest_size=12).digest()
    return base64.urlsafe_b64encode(seal).decode() + number


def decode(scope: str, token: str) -> int:
    """The position in a token. Raises BadToken unless `encode` made it for the same scope."""
    number = token[16:]
    if not number.isdecimal() or len(number) > 18 or encode(scope, int(number)) != token:
        raise BadToken(token)
    return int(number)


def page(
    scope: str,
    token: str | None,
    limit: int,
    items_after: Callable[[int], Iterable[tuple[int, Item]]],
) -> tuple[list[Item], str | None]:
    """One page and the token of the next, None when there is no more (B75).

    ``items_after(position)`` gives (position, item) pairs in order, beyond a position; the first
    page begins beyond -1. Positions never change, so a token outlives what is added or deleted.
    Raises BadToken.
    """
    start = decode(scope, token) if token is not None else -1
    found: Iterator[tuple[int, Item]] = iter(items_after(start))
    shown = list(islice(found, limit))
    more = len(shown) == limit and next(found, None) is not None
    return [item for _, item in shown], encode(scope, shown[-1][0]) if more else None


def scope_of(*parts: Any) -> str:
    """A name for one list: account, region, operation and filters."""
    return repr(parts)
