"""Resources in the order of their creation, of which any page is found at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Serial(Protocol):
    """A resource with a place in the order of creation."""

    @property
    def serial(self) -> int:
        """The place; larger for younger resources."""
        ...


T = TypeVar("T", bound=Serial)

#: Places of removed resources are dropped when there are more of them than this and than others.
_FEW = 64


class Ordered(Generic[T]):
    """Resources by their serials; adding and removing one takes constant time on average."""

    def __init__(self) -> None:
        self._serials: list[int] = []
        self._items: dict[int, T] = {}

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def add(self, item: T) -> None:
        """Add the youngest resource."""
        self._serials.append(item.serial)
        self._items[item.serial] = item

    def remove(self, item: T) -> None:
        """Remove a resource."""
        del self._items[item.serial]
        if len(self._serials) > 2 * len(self._items) + _FEW:
            self._serials = list(self._items)

    def after(self, serial: int) -> Iterator[T]:
        """Yield the resources that are younger than ``serial``, in order of creation."""
        serials = self._serials
        # Not islice, which would walk through all places before the first.
        for at in range(bisect_right(serials, serial), len(serials)):
            if (item := self._items.get(serials[at])) is not None:
                yield item
