"""The text of constraint violations in the form that AWS uses, with a bounded length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: The texts of the violations of one request. Its length is the number of violations; only the
#: first MAX_LISTED of them have a text, the others are empty.
Violations = list[str]

#: The maximum length of a client's value or map key in a message, in characters.
MAX_SHOWN = 300

#: The maximum number of violations that one message lists.
MAX_LISTED = 20


def message(violations: Violations) -> str:
    """Return the message of a ValidationException for one or more violations.

    The number is the number of all violations; the first MAX_LISTED are listed, followed by
    ``and N more``.
    """
    count = len(violations)
    listed = violations[:MAX_LISTED]
    if count > MAX_LISTED:
        listed.append(f"and {count - MAX_LISTED} more")
    return f"{count} validation error{'s' if count > 1 else ''} detected: " + "; ".join(listed)


def add(violations: Violations, value: Any, path: str, must: str) -> None:
    """Append the violation of a constraint.

    ``value`` is what the client sent at ``path``, None for a member that is missing; ``must`` is
    the constraint, such as ``Member must not be null``.
    """
    text = ""
    if len(violations) < MAX_LISTED:
        shown = "null" if value is None else f"'{show(value)}'"
        text = f"Value {shown} at '{path}' failed to satisfy constraint: {must}"
    violations.append(text)


def shorten(text: str) -> str:
    """Return a text as messages show it: at most MAX_SHOWN characters, then ``...``."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


def show(value: Any) -> str:
    """Return a JSON value as messages show it, such as ``{a=[1, null], b=true}``.

    The cost depends on MAX_SHOWN, not on the size or the depth of the value.
    """
    whole = _part(value)
    if isinstance(whole, str):
        return shorten(whole)
    shown, pending = "", [_parts(whole)]
    while pending and len(shown) <= MAX_SHOWN:
        part = next(pending[-1], None)
        if part is None:
            pending.pop()
        elif isinstance(part, str):
            shown += part
        else:
            pending.append(_parts(part))
    return shorten(shown)


def _parts(value: Any) -> Iterator[Any]:
    """Yield the parts of the text of a list or map: str, or a nested list or map as it is."""
    if isinstance(value, Mapping):
        yield "{"
        for at, (key, item) in enumerate(value.items()):
            yield f"{', ' if at else ''}{key[: MAX_SHOWN + 1]}="
            yield _part(item)
        yield "}"
    else:
        yield "["
        for at, item in enumerate(value):
            if at:
                yield ", "
            yield _part(item)
        yield "]"


def _part(value: Any) -> Any:
    if isinstance(value, (Mapping, list)):
        return value
    if value is None:
        return "null"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text[: MAX_SHOWN + 1]
