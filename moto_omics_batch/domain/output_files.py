"""The files of a run below runOutputUri, and the summary that lists them (L50 to L52, L58)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

#: L52: the summary, below runOutputUri.
SUMMARY = "logs/outputs.json"

#: L52: the engine log, below runOutputUri.
ENGINE_LOG = "logs/engine.log"

#: The maximum length of a key of S3, in bytes.
MAX_KEY_BYTES = 1024

#: Folders below the folder of an output, up to which the summary has one level each.
_MAX_LEVELS = 8


class Outputs(NamedTuple):
    """What a run leaves: the bodies of files by their key below runOutputUri, and further values.

    ``problems`` are the declared files that the run cannot have, with the reason.
    """

    files: Mapping[str, bytes]
    values: Mapping[str, Any]
    problems: tuple[str, ...] = ()


def key_problem(key: str) -> str | None:
    """Return what is wrong with a key below runOutputUri, None when it is valid."""
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "it has characters that UTF-8 cannot represent"
    if size > MAX_KEY_BYTES:
        return f"it is longer than {MAX_KEY_BYTES} bytes"
    if any(part in ("", ".", "..") for part in key.split("/")):
        return "it must name a file below runOutputUri, and none of its parts may be empty, . or .."
    return None


def summary(engine: str | None, workflow: str, uri: str, outputs: Outputs) -> dict[str, Any] | None:
    """Return ``logs/outputs.json`` of a run, None when its engine writes none (L52).

    ``workflow`` is the name of the WDL workflow, ``uri`` is runOutputUri without a slash at its
    end. A run whose engine is not known is treated as one of WDL.
    """
    if engine == "NEXTFLOW":
        return None
    tree: dict[str, Any] = {}
    for key, body in sorted(outputs.files.items()):
        folder, _, rest = key.partition("/")
        if folder == "out" and "/" in rest:
            value: Any = f"{uri}/{key}"
            if engine == "CWL":
                value = _cwl_file(value, len(body))
            _insert(tree, rest.split("/", _MAX_LEVELS), value)
    found = {name: _value(node) for name, node in tree.items()} | dict(outputs.values)
    if engine == "CWL":
        return found
    return {name if "." in name else f"{workflow}.{name}": value for name, value in found.items()}


class _File(NamedTuple):
    """A file of an output, as the summary shows it."""

    shown: Any


def _cwl_file(uri: str, size: int) -> dict[str, Any]:
    basename = uri.rpartition("/")[2]
    return {"class": "File", "location": uri, "basename": basename, "size": size}


def _insert(tree: dict[str, Any], path: list[str], shown: Any) -> None:
    """Add a file; one in a folder whose name is also that of a file is left out."""
    *folders, name = path
    for folder in folders:
        inner = tree.setdefault(folder, {})
        if isinstance(inner, _File):
            return
        tree = inner
    tree[name] = _File(shown)


def _value(node: _File | dict[str, Any]) -> Any:
    """Return the value of an output, or of a folder below it.

    One file is that file, several are a list; folders whose names are whole numbers are a list in
    the order of the numbers, other folders are an object.
    """
    if isinstance(node, _File):
        return node.shown
    if all(isinstance(child, _File) for child in node.values()):
        files = [child.shown for child in node.values()]
        return files[0] if len(files) == 1 else files
    if all(name.isascii() and name.isdecimal() for name in node):
        return [_value(node[name]) for name in sorted(node, key=int)]
    return {name: _value(child) for name, child in node.items()}
