"""Responses: plain dicts with final wire values, limited to the members of the output shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from botocore.model import ListShape, Shape

from .model import members, service


@lru_cache(maxsize=1024)
def iso(time: datetime) -> str:
    """Return a UTC time in the format of the service: 2022-11-30T22:58:22.615865Z."""
    return f"{time.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


class View:
    """Selects the members of one structure of the model.

    ``view(computed, stored, …)`` returns the members that the shape has, each with the value of the
    first mapping that contains it. A member whose value there is None is omitted. A datetime is
    returned as text. A stored member that a later model adds is returned without a change of code
    (B21).
    """

    def __init__(self, shape: Shape):
        self._members = tuple(members(shape))

    def __call__(self, *layers: Mapping[str, Any]) -> dict[str, Any]:
        shown = {}
        for name in self._members:
            for layer in layers:
                if name in layer:
                    value = layer[name]
                    if value is not None:
                        shown[name] = iso(value) if isinstance(value, datetime) else value
                    break
        return shown


@cache
def view(name: str) -> View:
    """Return the view of a structure of the model by its name, such as ``RunListItem``."""
    return View(service().shape_for(name))


# -- results of operations --


class Layers(tuple[Mapping[str, Any], ...]):
    """Several mappings that are rendered as one structure, as View.__call__ does.

    ``Layers(computed, stored)``: the first mapping that contains a member decides its value.
    """

    __slots__ = ()

    def __new__(cls, *layers: Mapping[str, Any]) -> Layers:
        return super().__new__(cls, layers)


class Page(NamedTuple):
    """One page of a list operation.

    ``items`` are mappings or Layers, or final wire values when ``rendered`` is true. ``token`` is
    the nextToken, None on the last page.
    """

    items: Sequence[Mapping[str, Any] | Layers]
    token: str | None
    rendered: bool = False


def render(shape: Shape | None, result: object) -> dict[str, Any] | None:
    """Return the response body for the result of an operation whose output shape is ``shape``.

    None gives None (no body); a mapping or Layers gives the members that the shape has; a Page
    gives ``{<list member>: [items by the list's member shape], "nextToken": token}``, without
    nextToken on the last page. Raises TypeError for any other result, for a result of an operation
    without an output shape, and for a Page where the shape has not exactly one list member.
    """
    if result is None:
        return None
    if shape is None:
        raise TypeError("an operation without an output shape must return None")
    if isinstance(result, Page):
        return _render_page(shape, result)
    if isinstance(result, Layers):
        return _view_of(shape)(*result)
    if isinstance(result, Mapping):
        return _view_of(shape)(result)
    raise TypeError(f"cannot render a result of type {type(result).__name__}")


def item_view(shape: Shape) -> View:
    """Return the view of the items of a list operation whose output shape is ``shape``.

    Raises TypeError when the shape has not exactly one list member.
    """
    return _list_of(shape)[1]


def _render_page(shape: Shape, page: Page) -> dict[str, Any]:
    name, show = _list_of(shape)
    items: Sequence[Any] = page.items
    if not page.rendered:
        items = [show(*item) if isinstance(item, Layers) else show(item) for item in items]
    body: dict[str, Any] = {name: items}
    if page.token is not None:
        body["nextToken"] = page.token
    return body


@cache
def _view_of(shape: Shape) -> View:
    return View(shape)


@cache
def _list_of(shape: Shape) -> tuple[str, View]:
    """Return (wire name of the only list member of an output shape, view of the list's items)."""
    lists = [(name, m) for name, m in members(shape).items() if isinstance(m, ListShape)]
    if len(lists) != 1:
        raise TypeError(f"{shape.name} has {len(lists)} list members, a page needs exactly one")
    name, member = lists[0]
    return name, View(member.member)
