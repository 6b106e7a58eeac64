"""Pages of list operations, and page tokens that cannot be made up by a client."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

Item = TypeVar("Item")

#: The length of the digest at the beginning of a token, in characters; the position follows.
_DIGEST_LENGTH = 16

#: The maximum number of digits of a position.
_MAX_DIGITS = 18


class BadToken(Exception):
    """A page token that was not issued for this list."""


def encode(scope: str, position: int) -> str:
    """Return the token for the items after ``position`` in the list that ``scope`` names."""
    number = str(position)
    digest = hashlib.blake2b(f"{scope}\0{number}".encode(), digest_size=12).digest()
    return base64.urlsafe_b64encode(digest).decode() + number


def decode(scope: str, token: str) -> int:
    """Return the position of a token. Raises BadToken unless `encode` made it for this scope."""
    number = token[_DIGEST_LENGTH:]
    if not number.isdecimal() or len(number) > _MAX_DIGITS or encode(scope, int(number)) != token:
        raise BadToken(token)
    return int(number)


def page(
    scope: str,
    token: str | None,
    limit: int,
    items_after: Callable[[int], Iterable[tuple[int, Item]]],
) -> tuple[list[Item], str | None]:
    """Return (items of one page, token of the next page or None on the last page) (B75).

    ``items_after(position)`` returns the (position, item) pairs after a position, in order; the
    first page begins after -1. The position of an item never changes, so a token stays valid while
    items are added or deleted. Raises BadToken.
    """
    start = decode(scope, token) if token is not None else -1
    found: Iterator[tuple[int, Item]] = iter(items_after(start))
    shown = list(islice(found, limit))
    more = len(shown) == limit and next(found, None) is not None
    return [item for _, item in shown], encode(scope, shown[-1][0]) if more else None


def scope_of(*parts: Any) -> str:
    """Return the name of one list, made of account, region, operation and filters."""
    return repr(parts)
