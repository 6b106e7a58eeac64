"""Reference stores, sequence stores and their content that exist from the start of a mock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from . import tags as tag_rules
from .faults import one_of
from .read_files import FILE_TYPES

_STORE = ("id", "name")
_REFERENCE_STORE = (*_STORE, "references")
_REFERENCE = ("id", "name", "content", "description", "tags")
_SEQUENCE_STORE = (*_STORE, "readSets")
_READ_SET = (
    *("id", "name", "fileType", "subjectId", "sampleId", "generatedFrom", "referenceArn"),
    *("description", "tags", "files", "status"),
)
_FILES = ("source1", "source2", "index")

#: S13: the shortest and the longest text of a member, in characters.
_LENGTHS = {
    **dict.fromkeys(("name", "subjectId", "sampleId", "generatedFrom", "referenceArn"), (1, 127)),
    "description": (1, 255),
}
_REFERENCE_LENGTHS = {"name": (3, 255), "description": (1, 255)}
_STATUSES = ("ACTIVE", "ARCHIVED")

#: The content of a file that is not given: the smallest that can be stored.
NO_CONTENT = b"\n"


class DeclaredReference(NamedTuple):
    """A reference: ``params`` are its members by wire name, without id."""

    id: str
    params: Mapping[str, Any]
    content: bytes


class DeclaredReadSet(NamedTuple):
    """A read set: ``params`` are its members by wire name, without id; ``files`` by their names."""

    id: str
    params: Mapping[str, Any]
    files: Mapping[str, bytes]
    status: str = "ACTIVE"


class DeclaredStore(NamedTuple):
    """A store with what is in it: references or read sets."""

    id: str
    name: str
    content: tuple[Any, ...] = ()


def reference_store(value: Any) -> DeclaredStore:
    """Read ``config["omics"]["reference_store"]``: an id, or an object with one.

    Raises ValueError for a member or value that does not exist, and lists what exists.
    """
    return _store(value, "reference store", _REFERENCE_STORE, "references", _reference)


def sequence_stores(values: Sequence[Any]) -> list[DeclaredStore]:
    """Read ``config["omics"]["sequence_stores"]``: ids, or objects with one.

    Raises ValueError for a member or value that does not exist, and lists what exists.
    """
    stores = [
        _store(value, "sequence store", _SEQUENCE_STORE, "readSets", _read_set) for value in values
    ]
    _check_distinct("sequence stores", (store.id for store in stores))
    return stores


def check_distinct(stores: Sequence[DeclaredStore]) -> None:
    """Raise ValueError if an id is declared twice: ids are unique across all kinds (S20)."""
    ids = [store.id for store in stores]
    ids += [item.id for store in stores for item in store.content]
    _check_distinct("stores and what is in them", ids)


def _store(value: Any, what: str, members: tuple[str, ...], key: str, read: Any) -> DeclaredStore:
    declared = value if isinstance(value, Mapping) else {"id": value}
    _check_members(what, declared, members)
    id = _id(what, declared.get("id"))
    name = declared.get("name", f"{what.replace(' ', '-')}-{id}")
    _check_text("name", name, _LENGTHS["name"])
    content = declared.get(key, ())
    if isinstance(content, (str, bytes)) or not isinstance(content, Sequence):
        raise ValueError(f"{key} must be a list of dicts, not {content!r}")
    return DeclaredStore(id, name, tuple(map(read, content)))


def _reference(value: Any) -> DeclaredReference:
    declared = _mapping("a reference", value)
    _check_members("reference", declared, _REFERENCE)
    id = _id("reference", declared.get("id"))
    params = _described(declared, _REFERENCE_LENGTHS)
    params.setdefault("name", f"reference-{id}")
    return DeclaredReference(id, params, _bytes("content", declared.get("content", NO_CONTENT)))


def _read_set(value: Any) -> DeclaredReadSet:
    declared = _mapping("a read set", value)
    _check_members("read set", declared, _READ_SET)
    id = _id("read set", declared.get("id"))
    file_type = declared.get("fileType", "FASTQ")
    one_of("fileType", file_type, tuple(FILE_TYPES))
    status = declared.get("status", "ACTIVE")
    one_of("status of a declared read set", status, _STATUSES)
    params = _described(declared, _LENGTHS)
    defaults = {"name": f"read-set-{id}", "subjectId": "subject", "sampleId": f"sample-{id}"}
    arn = params.get("referenceArn", "arn:")
    if not arn.startswith("arn:"):
        raise ValueError(f"referenceArn must be the ARN of a reference, not {arn!r}")
    files = _mapping("files", declared.get("files", {"source1": NO_CONTENT}))
    _check_files(file_type, files)
    return DeclaredReadSet(
        id,
        {**defaults, **params, "fileType": file_type},
        {name: _bytes(name, body) for name, body in files.items()},
        status,
    )


def _check_files(file_type: str, files: Mapping[str, Any]) -> None:
    for name in files:
        one_of("file of a read set", name, _FILES)
    if "source1" not in files:
        raise ValueError("files must have 'source1'")
    kind = FILE_TYPES[file_type]
    if "source2" in files and not kind.pairs:
        raise ValueError(f"files cannot have 'source2': {file_type} has no second source")
    if "index" in files and kind.index_ending is None:
        raise ValueError(f"files cannot have 'index': {file_type} has none")


def _described(
    declared: Mapping[str, Any], lengths: Mapping[str, tuple[int, int]]
) -> dict[str, Any]:
    params = {name: declared[name] for name in lengths if name in declared}
    for name, value in params.items():
        _check_text(name, value, lengths[name])
    tags = _mapping("tags", declared.get("tags", {}))
    for key, tag in tags.items():
        _check_text("a key of tags", key, (1, 128))
        _check_text(f"tags[{key!r}]", tag, (0, 256))
    if wrong := tag_rules.problem(tags):
        raise ValueError(f"tags: {wrong}")
    return {**params, "tags": dict(tags)} if tags else params


def _mapping(what: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} must be a dict, not {value!r:.300}")
    return value


def _check_members(what: str, value: Mapping[str, Any], members: tuple[str, ...]) -> None:
    for name in value:
        one_of(f"member of a {what}", name, members)


def _check_distinct(what: str, ids: Iterable[str]) -> None:
    listed = list(ids)
    if len(set(listed)) < len(listed):
        twice = next(id for id in listed if listed.count(id) > 1)
        raise ValueError(f"{what} must have different ids: {twice} is declared twice")


def _id(what: str, value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{10,36}", value):
        raise ValueError(f"a {what} must have an id of 10 to 36 digits, not {value!r}")
    return value


def _check_text(name: str, value: Any, lengths: tuple[int, int]) -> None:
    shortest, longest = lengths
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        raise ValueError(
            f"{name} must be a text of {shortest} to {longest} characters, not {value!r:.300}"
        )


def _bytes(name: str, value: Any) -> bytes:
    if isinstance(value, str):
        value = value.encode()
    if not isinstance(value, (bytes, bytearray)) or not value:
        raise ValueError(f"{name} must be bytes or a text, and not empty")
    return bytes(value)
