"""Checks of request values against the constraints of the model, one compiled per shape.

A check is called with a value, its path and a list that violations are added to. It returns the
value as the service stores it: unknown members and nulls are removed, blobs are decoded. It
enforces types, patterns, lengths, ranges, enums, required members and unions.
"""

from __future__ import annotations

import base64
import binascii
import re
import sys
from collections.abc import Callable, Mapping
from datetime import timezone
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.utils import parse_timestamp

from .model import is_document, members
from .violations import Violations, add, message, shorten

__all__ = ["Check", "Violations", "check_length", "check_of", "check_request", "message"]

Check = Callable[[Any, str, Violations], Any]

#: A test of a value, and the constraint that a value violates when the test returns False.
_Rule = tuple[Callable[[Any], bool], str]

#: A pattern that is one repeated character class.
_ONE_CLASS = re.compile(r"\[(?:[^\[\]\\]|\\p\{\w+\}|\\.)*\]\+")
_PRINTABLE = [chr(code) for code in range(32, 127)]

#: Some patterns of the model take quadratic time. The pattern of a member that has a maximum length
#: is skipped for texts longer than this many times the maximum: the length violation is reported.
_PATTERN_FACTOR = 2

#: A member that has a pattern and no maximum length is compared with the pattern up to this length,
#: in characters; a longer text violates the pattern.
_PATTERN_LENGTH = 2_048


@cache
def check_of(shape: Shape) -> Check:
    """Return the check for a shape. Raises NotImplementedError for an unknown type of shape."""
    if is_document(shape):
        return lambda value, path, violations: value
    maker = _MAKERS.get(shape.type_name)
    if maker is None:
        raise NotImplementedError(f"no check for shapes of type {shape.type_name} ({shape.name})")
    return maker(shape)


def check_request(
    operation: OperationModel, given: Mapping[str, Any]
) -> tuple[dict[str, Any], Violations]:
    """Return (parameters of a request by wire name, violations)."""
    violations: Violations = []
    assert operation.input_shape is not None
    return check_of(operation.input_shape)(given, "", violations), violations


def check_length(shape: Shape, value: str, path: str, violations: Violations) -> None:
    """Check the length of a text, and not its pattern."""
    for satisfied, must in _length_rules(shape.metadata.get("min"), shape.metadata.get("max")):
        if not satisfied(value):
            add(violations, value, path, must)


# -- scalars --


def _rules(shape: Shape) -> list[_Rule]:
    """Return the rules for a value, a map key or a size, in the order in which AWS lists them."""
    limits = shape.metadata
    if shape.type_name in ("integer", "long", "float", "double"):
        return _range_rules(limits.get("min"), limits.get("max"))
    rules = _length_rules(limits.get("min"), limits.get("max"))
    if pattern := limits.get("pattern"):
        must = f"Member must satisfy regular expression pattern: {pattern}"
        rules.append((_pattern_test(pattern, limits.get("max")), must))
    if enum := limits.get("enum"):
        allowed = frozenset(enum)
        must = f"Member must satisfy enum value set: [{', '.join(enum)}]"
        rules.append((lambda value: value in allowed, must))
    return rules


def _range_rules(low: Any, high: Any) -> list[_Rule]:
    rules: list[_Rule] = []
    if high is not None:
        must = f"Member must have value less than or equal to {high}"
        rules.append((lambda value: value <= high, must))
    if low is not None:
        must = f"Member must have value greater than or equal to {low}"
        rules.append((lambda value: value >= low, must))
    return rules


def _length_rules(low: Any, high: Any) -> list[_Rule]:
    rules: list[_Rule] = []
    if high is not None:
        must = f"Member must have length less than or equal to {high}"
        rules.append((lambda value: len(value) <= high, must))
    if low:
        must = f"Member must have length greater than or equal to {low}"
        rules.append((lambda value: len(value) >= low, must))
    return rules


def _pattern_test(pattern: str, high: int | None) -> Callable[[str], bool]:
    matches = _matcher(pattern)
    if high is None:
        return lambda value: len(value) <= _PATTERN_LENGTH and matches(value)
    longest = _PATTERN_FACTOR * high
    return lambda value: len(value) > longest or matches(value)


@cache
def _matcher(pattern: str) -> Callable[[str], bool]:
    full: Callable[[str], Any]
    try:
        full = re.compile(pattern).fullmatch
    except re.error:
        # `re` does not support \p{…}. Importing regex takes as long as importing this package.
        import regex

        full = regex.compile(pattern, regex.VERSION0).fullmatch
    return lambda value: full(value) is not None


def _shortcut(shape: Shape) -> Callable[[Any], bool]:
    """Return a fast test that is True only for valid texts of a shape.

    It covers printable ASCII, for shapes without a pattern and for patterns that are one repeated
    character class with all of printable ASCII. It is False for all values of other shapes.
    """
    limits = shape.metadata
    low, high = max(limits.get("min", 0), 1), limits.get("max", sys.maxsize)
    pattern = limits.get("pattern")
    if shape.type_name != "string" or "enum" in limits:
        return lambda value: False
    if pattern is not None and not (
        _ONE_CLASS.fullmatch(pattern) and all(map(_matcher(pattern), _PRINTABLE))
    ):
        return lambda value: False

    def valid(value: Any) -> bool:
        return (
            type(value) is str
            and low <= len(value) <= high
            and value.isascii()
            and value.isprintable()
        )

    return valid


def _scalar(shape: Shape, types: type | tuple[type, ...], type_name: str) -> Check:
    rules = _rules(shape)

    def check(value: Any, path: str, violations: Violations) -> Any:
        if not isinstance(value, types) or (value is True or value is False):
            add(violations, value, path, f"Member must be of type {type_name}")
            return value
        for satisfied, must in rules:
            if not satisfied(value):
                add(violations, value, path, must)
        return value

    return check


def _integer(shape: Shape) -> Check:
    return _scalar(shape, int, "integer")


def _number(shape: Shape) -> Check:
    return _scalar(shape, (int, float), "number")


def _timestamp(shape: Shape) -> Check:
    def check(value: Any, path: str, violations: Violations) -> Any:
        try:
            if isinstance(value, bool):
                raise ValueError(value)
            time = parse_timestamp(value)
            # A time without a zone is UTC, whatever the local zone is.
            zone = time.tzinfo or timezone.utc
            time = time.replace(tzinfo=zone).astimezone(timezone.utc)
        except (ValueError, TypeError, OverflowError, RuntimeError):
            # botocore raises RuntimeError for numbers that are no time.
            add(violations, value, path, "Member must be of type timestamp")
            return value
        return time.isoformat().replace("+00:00", "Z")

    return check


def _string(shape: Shape) -> Check:
    check_all, valid = _scalar(shape, str, "string"), _shortcut(shape)

    def check(value: Any, path: str, violations: Violations) -> Any:
        return value if valid(value) else check_all(value, path, violations)

    return check


def _boolean(shape: Shape) -> Check:
    def check(value: Any, path: str, violations: Violations) -> Any:
        if value is not True and value is not False:
            add(violations, value, path, "Member must be of type boolean")
        return value

    return check


def _blob(shape: Shape) -> Check:
    if shape.serialization.get("streaming"):
        # The whole body of the request, as it was sent.
        return lambda value, path, violations: value

    def check(value: Any, path: str, violations: Violations) -> Any:
        try:
            return base64.b64decode(value, validate=True)
        except (TypeError, ValueError, binascii.Error):
            add(violations, value, path, "Member must be base64-encoded")
            return value

    return check


# -- structures, lists and maps --


def _structure(shape: Shape) -> Check:
    assert isinstance(shape, StructureShape)
    checks = {name: check_of(member) for name, member in members(shape).items()}
    wire_names = {n: m.serialization.get("name", n) for n, m in shape.members.items()}
    required = [wire_names[name] for name in shape.required_members]
    union = getattr(shape, "is_tagged_union", False)

    def check(value: Any, path: str, violations: Violations) -> Any:
        if not isinstance(value, dict):
            add(violations, value, path, "Member must be of type structure")
            return value
        prefix = f"{path}." if path else ""
        accepted = {}
        for name, item in value.items():
            if item is not None and (check_member := checks.get(name)):
                accepted[name] = check_member(item, prefix + name, violations)
        for name in required:
            if name not in accepted:
                add(violations, None, prefix + name, "Member must not be null")
        if union and len(accepted) != 1:
            must = f"Member must have exactly one of [{', '.join(checks)}]"
            add(violations, value, path, must)
        return accepted

    return check


def _list(shape: Shape) -> Check:
    assert isinstance(shape, ListShape)
    check_item, rules = check_of(shape.member), _rules(shape)

    def check(value: Any, path: str, violations: Violations) -> Any:
        if not isinstance(value, list):
            add(violations, value, path, "Member must be of type list")
            return value
        for satisfied, must in rules:
            if not satisfied(value):
                add(violations, value, path, must)
        return [
            _present(item, f"{path}.{at}.member", check_item, violations)
            for at, item in enumerate(value, 1)
        ]

    return check


def _map(shape: Shape) -> Check:
    assert isinstance(shape, MapShape)
    check_item, rules, key_rules = check_of(shape.value), _rules(shape), _rules(shape.key)
    valid_key, valid_item = _shortcut(shape.key), _shortcut(shape.value)

    def check(value: Any, path: str, violations: Violations) -> Any:
        if not isinstance(value, dict):
            add(violations, value, path, "Member must be of type map")
            return value
        for satisfied, must in rules:
            if not satisfied(value):
                add(violations, value, path, must)
        if all(valid_key(key) and valid_item(item) for key, item in value.items()):
            return dict(value)
        # One violation for all keys: it shows the whole map, so one per key would be quadratic.
        broken = [must for satisfied, must in key_rules if not all(map(satisfied, value))]
        if broken:
            must = f"Map keys must satisfy constraint: [{', '.join(broken)}]"
            add(violations, value, path, must)
        return {
            key: _present(item, f"{path}.{shorten(key)}.member", check_item, violations)
            for key, item in value.items()
        }

    return check


def _present(item: Any, path: str, check: Check, violations: Violations) -> Any:
    """Check an item of a list or map, which must not be null."""
    if item is None:
        add(violations, None, path, "Member must not be null")
        return None
    return check(item, path, violations)


_MAKERS: dict[str, Callable[[Shape], Check]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "float": _number,
    "double": _number,
    "timestamp": _timestamp,
    "boolean": _boolean,
    "blob": _blob,
}
