"""The parameters of a rest-json request: labels, query and body, in the types of the model."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qs

from botocore.model import OperationModel, Shape

from .validation import Violations, check_request

#: How deep a request may nest. Nobody documents a limit; without one, an answer that holds what was
#: given could be too deep to be written.
MAX_DEPTH = 200


class BadBody(Exception):
    """The body is no JSON object."""


def parameters(
    operation: OperationModel, labels: Mapping[str, str], query: str, body: bytes
) -> tuple[dict[str, Any], Violations]:
    """(parameters by member name, violations) of a request. Raises BadBody."""
    given: dict[str, Any] = {}
    shape = operation.input_shape
    assert shape is not None, "every operation of HealthOmics takes something"
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
        elif member.type_name == "list" and name in shape.required_members:
            # An empty list leaves no trace in a query.
            given[wire_name] = []
    return check_request(operation, given)


def _from_query(member: Shape, values: list[str]) -> Any:
    if member.type_name == "list":
        return values
    value = values[-1]
    if member.type_name in ("integer", "long"):
        # A number of any size is the range check's affair; int() refuses very long ones.
        digits = value.removeprefix("-")
        plain = digits.isascii() and digits.isdecimal() and len(digits) < 20
        return int(value) if plain else value
    if member.type_name == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    if math.isinf(value := float(number)):
        raise ValueError(f"{number} is too large")
    return value


def _json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        parsed = json.loads(body, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadBody(f"The request body is not valid JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise BadBody("The request body must be a JSON object")
    if deeper_than(parsed, MAX_DEPTH):
        raise BadBody(f"The request body is nested more than {MAX_DEPTH} levels deep")
    return parsed


#: The types of JSON values that nest nothing.
_FLAT = frozenset({str, int, float, bool, type(None)})


def deeper_than(value: Any, levels: int) -> bool:
    """Whether a JSON value nests lists and objects more than ``levels`` deep."""
    if isinstance(value, dict) and _FLAT.issuperset(map(type, value.values())):
        return levels < 1
    nests = [value] if isinstance(value, (list, dict)) else []
    for _ in range(levels):
        if not nests:
            return False
        nests = [
            inner
            for nest in nests
            for inner in (nest.values() if isinstance(nest, dict) else nest)
            if isinstance(inner, (list, dict))
        ]
    return bool(nests)
