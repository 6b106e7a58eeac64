"""The parameters of a rest-json request: labels, query and body, in the types of the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qs

from botocore.model import OperationModel, Shape

from .validation import Violations, check_request


class BadBody(Exception):
    """The body is no JSON object."""


def parameters(
    operation: OperationModel, labels: Mapping[str, str], query: str, body: bytes
) -> tuple[dict[str, Any], Violations]:
    """(parameters by member name, violations) of a request. Raises BadBody."""
    given: dict[str, Any] = {}
    shape = operation.input_shape
    if shape is None:
        return {}, []
    places = {name: m.serialization.get("location") for name, m in shape.members.items()}
    if None in places.values():
        given.update(_json(body))
    asked = parse_qs(query, keep_blank_values=True) if query else {}
    for name, place in places.items():
        if place is None:
            continue
        member = shape.members[name]
        wire_name = member.serialization.get("name", name)
        given.pop(wire_name, None)
        if place == "uri":
            given[wire_name] = labels[wire_name]
        elif wire_name in asked:
            given[wire_name] = _from_query(member, asked[wire_name])
    return check_request(operation, given)


def _from_query(member: Shape, values: list[str]) -> Any:
    if member.type_name == "list":
        return values
    value = values[-1]
    if member.type_name in ("integer", "long"):
        # A number of any size is the range check's affair; int() refuses very long ones.
        digits = value.removeprefix("-")
        return int(value) if digits.isdecimal() and len(digits) < 20 else value
    if member.type_name == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BadBody(f"The request body is not valid JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise BadBody("The request body must be a JSON object")
    return parsed
