"""Answers: plain dicts with final wire values, in the members that the output shape has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from botocore.model import Shape

from .model import members, service


@lru_cache(maxsize=1024)
def iso(time: datetime) -> str:
    """A UTC time as the service writes it: 2022-11-30T22:58:22.615865Z."""
    return f"{time.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


class View:
    """A view of one structure of the model.

    ``view(computed, stored, …)`` gives the members that the shape knows, each from the first of the
    mappings that has it. What is None there, and what the installed model does not know, is left
    out; a member that a later model adds and that is merely stored needs no line here (B21).
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
    """The view of a structure by its name, such as ``RunListItem``."""
    return View(service().shape_for(name))
