"""The text of the calls that the demo makes, and a recorder for the calls of boto3 clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

#: Receives the name of a call, such as ``omics.get_batch``, and its arguments.
OnCall = Callable[[str, Mapping[str, Any]], None]

#: The number of nested levels that may have lines of their own.
_LEVELS = 2
_INDENT = 4
#: The number of characters of a value that are shown in any case.
_SHORTEST = 12


def record_calls(client: Any, name: str, on_call: OnCall) -> None:
    """Let ``on_call`` receive each call of a boto3 client before its parameters are validated.

    ``name`` is the name of the client in the text of the call. Calls of paginators and of other
    functions that use the client are received too, but of a paginator only the first page.
    """
    methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}

    def record(params: Mapping[str, Any], model: Any, **_: Any) -> None:
        if "startingToken" not in params:
            on_call(f"{name}.{methods[model.name]}", dict(params))

    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"provide-client-params.{service}", record)


def format_call(name: str, arguments: Mapping[str, Any], width: int) -> str:
    """Return the Python text of a call, in lines of about ``width`` characters.

    Long texts are shortened with ``...``. Of a list that does not fit, the first item is shown.
    """
    line = one_line(name, arguments)
    if len(line) <= width:
        return line
    lines = [f"{name}("]
    for key, value in arguments.items():
        start = f"{' ' * _INDENT}{key}="
        lines.append(start + _format(value, width - len(start) - 1, width, _INDENT, _LEVELS) + ",")
    return "\n".join([*lines, ")"])


def one_line(name: str, arguments: Mapping[str, Any]) -> str:
    """Return the Python text of a call in one line, without a limit."""
    return f"{name}({', '.join(f'{key}={_full(value)}' for key, value in arguments.items())})"


def _full(value: Any) -> str:
    """Return the text of a value in one line. Bytes are shortened."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_full(k)}: {_full(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_full, value))}]"
    if isinstance(value, str) and value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    if isinstance(value, bytes):
        return f"{value[:4]!r}"[:-1] + "...'"
    return repr(value)


def _format(value: Any, room: int, width: int, indent: int, levels: int) -> str:
    """Return the text of a value: in one line if it fits, otherwise in several or shortened.

    ``room`` is the space for one line, after what stands before the value. ``width`` and ``indent``
    are those of the lines that follow, and ``levels`` may have lines of their own.
    """
    text = _full(value)
    if len(text) <= room:
        return text
    if levels and isinstance(value, Mapping):
        items = _mapping_lines(value, width, indent + _INDENT, levels - 1)
        return "\n".join(["{", *items, " " * indent + "}"])
    if levels and isinstance(value, list):
        items = _list_lines(value, width, indent + _INDENT)
        return "\n".join(["[", *items, " " * indent + "]"])
    return _shorten(value, room)


def _mapping_lines(value: Mapping[str, Any], width: int, indent: int, levels: int) -> list[str]:
    lines = []
    for key, item in value.items():
        start = f'{" " * indent}"{key}": '
        lines.append(start + _format(item, width - len(start) - 1, width, indent, levels) + ",")
    return lines


def _list_lines(value: Sequence[Any], width: int, indent: int) -> list[str]:
    margin = " " * indent
    lines = [f"{margin}{_format(value[0], width - indent - 1, width, indent, levels=0)},"]
    return [*lines, f"{margin}# {len(value) - 1:,} more"] if len(value) > 1 else lines


def _shorten(value: Any, room: int) -> str:
    """Return the text of a value in one line, with ``...`` for what does not fit."""
    if isinstance(value, Mapping):
        parts = [f"{_full(key)}: {_full(item)}, " for key, item in value.items()]
        while parts and len("".join(parts)) + len("{...}") > room:
            parts.pop()
        if parts:
            return "{" + "".join(parts) + "...}"
        key, item = next(iter(value.items()))
        start = f"{{{_full(key)}: "
        return start + _shorten(item, room - len(start) - 1) + "}"
    if isinstance(value, list):
        return f"[{_shorten(value[0], room - len('[, ...]'))}, ...]"
    text = _full(value)
    room = max(room, _SHORTEST)
    return text if len(text) <= room else f"{text[: room - 4]}...{text[-1]}"
