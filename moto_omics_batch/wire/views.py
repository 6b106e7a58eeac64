"""Answers: plain dicts with final wire values, in the members that the output shape has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from botocore.model import OperationModel, Shape, StructureShape

from .model import members, service


def iso(time: datetime) -> str:
    """A UTC time as the service writes it: 2022-11-30T22:58:22.615865Z."""
    return f"{time.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


class View:
    """A view of one structure of the model.

    ``view(stored, **computed)`` gives the members that the shape knows: computed values first,
    then stored ones. What is None, and what the installed model does not know, is left out; a
    member that a later model adds and that is merely stored needs no line here (B21).
    """

    def __init__(self, shape: Shape):
        assert isinstance(shape, StructureShape)
        self._members = {
            name: iso if member.type_name == "timestamp" else None
            for name, member in members(shape).items()
        }

    def __call__(self, stored: Mapping[str, Any], **computed: Any) -> dict[str, Any]:
        shown = {}
        for name, convert in self._members.items():
            value = computed[name] if name in computed else stored.get(name)
            if value is not None:
                shown[name] = convert(value) if convert else value
        return shown


@cache
def view(name: str) -> View:
    """The view of a structure by its name, such as ``RunListItem``."""
    return View(service().shape_for(name))


@cache
def output(operation: OperationModel) -> View:
    """The view of an operation's answer."""
    assert operation.output_shape is not None
    return View(operation.output_shape)
