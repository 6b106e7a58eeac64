"""The parameters of a rest-json request: path labels, query and body, in the types of the model."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, NoReturn
from urllib.parse import parse_qs

from botocore.model import OperationModel, Shape, StructureShape

from .validation import check_length, check_request
from .violations import Violations, shorten

#: The maximum nesting depth of a request body, in lists and objects. The service documents none;
#: json.dumps could not write a response that contains a deeper request.
MAX_DEPTH = 200

#: The maximum number of digits of an integer: the default limit of Python's int().
_MAX_DIGITS = 4_300


class BadBody(Exception):
    """The request body cannot be read as a JSON object; the text is the reason."""


class _NumberTooLarge:
    """A JSON number that has no Python value. Type checks refuse it; ``str()`` is its text."""

    def __init__(self, text: str):
        self._text = text

    def __str__(self) -> str:
        return self._text


def parameters(
    operation: OperationModel,
    labels: Mapping[str, str],
    query: str,
    body: bytes,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[dict[str, Any], Violations]:
    """Return (parameters by wire name, violations) of a request.

    ``labels`` are the decoded labels of the path; a body member of the same name does not replace
    them. The body of an operation with a payload is the value of that member (S4). Raises BadBody.
    """
    given: dict[str, Any] = {}
    shape = operation.input_shape
    assert shape is not None, "every operation of HealthOmics has an input shape"
    locations = {name: m.serialization.get("location") for name, m in shape.members.items()}
    too_large: list[_NumberTooLarge] = []
    payload = shape.serialization.get("payload")
    if payload is not None:
        given[payload] = body
    elif None in locations.values():
        given.update(_json(body, too_large))
    _take_path_and_query(given, shape, locations, labels, query)
    accepted, violations = check_request(operation, given)
    if "header" in locations.values():
        _take_headers(accepted, shape, locations, headers, violations)
    if too_large and not violations:
        # It is in a document or in an unknown member: there is no type that it violates.
        raise _invalid(f"the number {shorten(str(too_large[0]))} is too large")
    return accepted, violations


def _take_path_and_query(
    given: dict[str, Any],
    shape: StructureShape,
    locations: Mapping[str, Any],
    labels: Mapping[str, str],
    query: str,
) -> None:
    """Add the labels and the query arguments; body members of their names do not count."""
    arguments = parse_qs(query, keep_blank_values=True) if query else {}
    for name, location in locations.items():
        if location is None:
            continue
        member = shape.members[name]
        wire_name = member.serialization.get("name", name)
        given.pop(wire_name, None)
        if location == "uri":
            given[wire_name] = labels[wire_name]
        elif wire_name in arguments:
            given[wire_name] = _from_query(member, arguments[wire_name])
        elif member.type_name == "list" and name in shape.required_members:
            # A query cannot express an empty list: clients send no argument at all.
            given[wire_name] = []


def _take_headers(
    accepted: dict[str, Any],
    shape: StructureShape,
    locations: Mapping[str, Any],
    headers: Mapping[str, str],
    violations: Violations,
) -> None:
    """Add members that are headers: a range, whose unit the pattern of the model lacks (S103)."""
    for name, location in locations.items():
        header = shape.members[name].serialization.get("name", name)
        if location == "header" and header in headers:
            accepted[header] = headers[header]
            check_length(shape.members[name], headers[header], name, violations)


def _from_query(member: Shape, values: list[str]) -> Any:
    if member.type_name == "list":
        return values
    value = values[-1]
    if member.type_name in ("integer", "long"):
        # Longer numbers stay text, which the type check refuses.
        digits = value.removeprefix("-")
        plain = digits.isascii() and digits.isdecimal() and len(digits) < 20
        return int(value) if plain else value
    if member.type_name == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value


# -- JSON --


def _json(body: bytes, too_large: list[_NumberTooLarge]) -> dict[str, Any]:
    """Return the JSON object of a body, ``{}`` for an empty body. Raises BadBody.

    Numbers that have no Python value are replaced with _NumberTooLarge and appended to
    ``too_large``.
    """
    if not body.strip():
        return {}
    try:
        parsed = json.loads(
            body,
            parse_constant=_refuse_constant,
            parse_float=partial(_float, too_large),
            parse_int=partial(_integer, too_large),
        )
    except UnicodeDecodeError as error:
        raise _invalid(f"byte {error.start} is not valid {error.encoding}") from None
    except ValueError as error:
        raise _invalid(str(error)) from None
    except RecursionError:
        raise BadBody("The request body is nested too deeply") from None
    if not isinstance(parsed, dict):
        raise BadBody("The request body must be a JSON object")
    if deeper_than(parsed, MAX_DEPTH):
        raise BadBody(f"The request body is nested more than {MAX_DEPTH} levels deep")
    return parsed


def _invalid(reason: str) -> BadBody:
    return BadBody(f"The request body is not valid JSON: {reason}")


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _float(too_large: list[_NumberTooLarge], text: str) -> float | _NumberTooLarge:
    value = float(text)
    return _too_large(too_large, text) if math.isinf(value) else value


def _integer(too_large: list[_NumberTooLarge], text: str) -> int | _NumberTooLarge:
    if len(text.removeprefix("-")) > _MAX_DIGITS:
        return _too_large(too_large, text)
    try:
        return int(text)
    except ValueError:
        # sys.set_int_max_str_digits() has set a lower limit.
        return _too_large(too_large, text)


def _too_large(too_large: list[_NumberTooLarge], text: str) -> _NumberTooLarge:
    too_large.append(_NumberTooLarge(text))
    return too_large[-1]


#: The types of JSON values that contain no other values.
_FLAT = frozenset({str, int, float, bool, type(None)})


def deeper_than(value: Any, levels: int) -> bool:
    """Return whether a JSON value nests lists and objects more than ``levels`` deep."""
    if isinstance(value, dict) and _FLAT.issuperset(map(type, value.values())):
        return levels < 1
    nested = [value] if isinstance(value, (list, dict)) else []
    for _ in range(levels):
        if not nested:
            return False
        nested = [
            inner
            for outer in nested
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (list, dict))
        ]
    return bool(nested)
