"""Every constraint of the model, compiled once a shape into a function that checks and copies.

A check takes a value, its path, and a list that it adds violations to, and answers the value as
the service takes it in: unknown members and nulls dropped, blobs decoded. Patterns, lengths,
ranges, enums, required members and unions are told in the words that AWS uses.
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

Violations = list[str]
Check = Callable[[Any, str, Violations], Any]

#: A pattern that is one character class, repeated.
_ONE_CLASS = re.compile(r"\[(?:[^\[\]\\]|\\p\{\w+\}|\\.)*\]\+")
_PRINTABLE = [chr(code) for code in range(32, 127)]


def message(violations: Violations) -> str:
    """All violations of a request in the one text that AWS gives."""
    count = len(violations)
    return f"{count} validation error{'s' if count > 1 else ''} detected: " + "; ".join(violations)


def _violation(value: Any, path: str, must: str) -> str:
    shown = _show(value) if value is None else f"'{_show(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {must}"


def _show(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}={_show(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_show, value)) + "]"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def check_of(shape: Shape) -> Check:
    """The check for a shape."""
    if is_document(shape):
        return lambda value, path, violations: value
    maker = _MAKERS.get(shape.type_name)
    if maker is None:
        raise NotImplementedError(f"no check for shapes of type {shape.type_name} ({shape.name})")
    return maker(shape)


def check_request(
    operation: OperationModel, given: Mapping[str, Any]
) -> tuple[dict[str, Any], Violations]:
    """The parameters of a request, by wire name, and what is wrong with them."""
    violations: Violations = []
    assert operation.input_shape is not None
    return check_of(operation.input_shape)(given, "", violations), violations


# -- leaves --


def _leaf_rules(shape: Shape) -> list[tuple[Callable[[Any], bool], str]]:
    """(is it satisfied, what must be) for a scalar shape, in the order in which AWS tells them."""
    limits = shape.metadata
    rules: list[tuple[Callable[[Any], bool], str]] = []
    low, high = limits.get("min"), limits.get("max")
    if shape.type_name in ("integer", "long", "float", "double"):
        if high is not None:
            rules.append(
                (lambda v: v <= high, f"Member must have value less than or equal to {high}")
            )
        if low is not None:
            rules.append(
                (lambda v: v >= low, f"Member must have value greater than or equal to {low}")
            )
        return rules
    if high is not None:
        rules.append(
            (lambda v: len(v) <= high, f"Member must have length less than or equal to {high}")
        )
    if low:
        rules.append(
            (lambda v: len(v) >= low, f"Member must have length greater than or equal to {low}")
        )
    if pattern := limits.get("pattern"):
        rules.append(
            (_matcher(pattern), f"Member must satisfy regular expression pattern: {pattern}")
        )
    if enum := limits.get("enum"):
        allowed = frozenset(enum)
        rules.append(
            (lambda v: v in allowed, f"Member must satisfy enum value set: [{', '.join(enum)}]")
        )
    return rules


@cache
def _matcher(pattern: str) -> Callable[[str], bool]:
    full: Callable[[str], Any]
    try:
        full = re.compile(pattern).fullmatch
    except re.error:
        # `re` knows no \p{…}; the import waits because it costs as much as the whole package.
        import regex

        full = regex.compile(pattern, regex.VERSION0).fullmatch
    return lambda v: full(v) is not None


def _surely(shape: Shape) -> Callable[[Any], bool]:
    """A quick test that holds for most valid texts of a shape and for nothing that is not valid.

    Plain ASCII, which nearly all text is, need not be looked at letter by letter where a pattern
    is one class of characters that has all of it.
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

    def surely(value: Any) -> bool:
        return (
            type(value) is str
            and low <= len(value) <= high
            and value.isascii()
            and value.isprintable()
        )

    return surely


def _leaf(shape: Shape, types: type | tuple[type, ...], type_name: str) -> Check:
    rules = _leaf_rules(shape)

    def check(value: Any, path: str, violations: Violations) -> Any:
        if not isinstance(value, types) or (value is True or value is False):
            violations.append(_violation(value, path, f"Member must be of type {type_name}"))
            return value
        for satisfied, must in rules:
            if not satisfied(value):
                violations.append(_violation(value, path, must))
        return value

    return check


def _integer(shape: Shape) -> Check:
    return _leaf(shape, int, "integer")


def _number(shape: Shape) -> Check:
    return _leaf(shape, (int, float), "number")


def _timestamp(shape: Shape) -> Check:
    def check(value: Any, path: str, violations: Violations) -> Any:
        try:
            if isinstance(value, bool):
                raise ValueError(value)
            time = parse_timestamp(value)
            # A time that names no zone is UTC, wherever the test runs.
            zone = time.tzinfo or timezone.utc
            time = time.replace(tzinfo=zone).astimezone(timezone.utc)
        except (ValueError, TypeError, OverflowError):
            violations.append(_violation(value, path, "Member must be of type timestamp"))
            return value
        return time.isoformat().replace("+00:00", "Z")

    return check


def _string(shape: Shape) -> Check:
    thoroughly, surely = _leaf(shape, str, "string"), _surely(shape)

    def check(value: Any, path: str, violations: Violations) -> Any:
        return value if surely(value) else thoroughly(value, path, violations)

    return check


def _boolean(shape: Shape) -> Check:
    def check(value: Any, path: str, violations: Violations) -> Any:
        if value is not True and value is not False:
            violations.append(_violation(value, path, "Member must be of type boolean"))
        return value

    return check


def _blob(shape: Shape) -> Check:
    def check(value: Any, path: str, violations: Violations) -> Any:
        try:
            return base64.b64decode(value, validate=True)
        except (TypeError, ValueError, binascii.Error):
            violations.append(_violation(value, path, "Member must be base64-encoded"))
            return value

    return check


# -- nests --


def _structure(shape: Shape) -> Check:
    assert isinstance(shape, StructureShape)
    checks = {name: check_of(member) for name, member in members(shape).items()}
    wire_names = {n: m.serialization.get("name", n) for n, m in shape.members.items()}
    required = [wire_names[name] for name in shape.required_members]
    union = getattr(shape, "is_tagged_union", False)

    def check(value: Any, path: str, violations: Violations) -> Any:
        if not isinstance(value, dict):
            violations.append(_violation(value, path, "Member must be of type structure"))
            return value
        prefix = f"{path}." if path else ""
        taken = {}
        for name, given in value.items():
            if given is not None and (of := checks.get(name)):
                taken[name] = of(given, prefix + name, violations)
        for name in required:
            if name not in taken:
                violations.append(_violation(None, prefix + name, "Member must not be null"))
        if union and len(taken) != 1:
            must = f"Member must have exactly one of [{', '.join(checks)}]"
            violations.append(_violation(value, path, must))
        return taken

    return check


def _sized(shape: Shape) -> Callable[[Any, str, Violations], None]:
    rules = _leaf_rules(shape)

    def check(value: Any, path: str, violations: Violations) -> None:
        for satisfied, must in rules:
            if not satisfied(value):
                violations.append(_violation(value, path, must))

    return check


def _list(shape: Shape) -> Check:
    assert isinstance(shape, ListShape)
    of, sized = check_of(shape.member), _sized(shape)

    def check(value: Any, path: str, violations: Violations) -> Any:
        if not isinstance(value, list):
            violations.append(_violation(value, path, "Member must be of type list"))
            return value
        sized(value, path, violations)
        return [
            _present(item, f"{path}.{at}.member", of, violations)
            for at, item in enumerate(value, 1)
        ]

    return check


def _map(shape: Shape) -> Check:
    assert isinstance(shape, MapShape)
    of, sized, keys = check_of(shape.value), _sized(shape), _leaf_rules(shape.key)
    sure_key, sure_value = _surely(shape.key), _surely(shape.value)

    def check(value: Any, path: str, violations: Violations) -> Any:
        if not isinstance(value, dict):
            violations.append(_violation(value, path, "Member must be of type map"))
            return value
        sized(value, path, violations)
        if all(sure_key(k) and sure_value(v) for k, v in value.items()):
            return dict(value)
        for key in value:
            broken = [must for satisfied, must in keys if not satisfied(key)]
            if broken:
                must = f"Map keys must satisfy constraint: [{', '.join(broken)}]"
                violations.append(_violation(value, path, must))
        return {
            key: _present(item, f"{path}.{key}.member", of, violations)
            for key, item in value.items()
        }

    return check


def _present(item: Any, path: str, check: Check, violations: Violations) -> Any:
    if item is None:
        violations.append(_violation(None, path, "Member must not be null"))
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
