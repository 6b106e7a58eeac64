"""CWL documents: files of an archive as YAML or JSON, and the processes in them."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .archive import Archive


class Process(NamedTuple):
    """A process: its file, that file's ``$graph``, and its body."""

    file: str
    graph: list[Any]
    body: Mapping[str, Any]


class CwlFiles:
    """The CWL files of an archive. A file is read once."""

    def __init__(self, archive: Archive):
        self._archive = archive
        self._documents: dict[str, Any] = {}

    def open(self, name: str, id: str = "main") -> Process | None:
        """Return the process of a file, from its ``$graph`` that with this id; None without one.

        Raises KeyError, Unreadable and errors of the parsers.
        """
        if name not in self._documents:
            self._documents[name] = _parse(self._archive.read(name))
        document = mapping(self._documents[name])
        graph = document.get("$graph")
        if not isinstance(graph, list):
            return Process(name, [], document) if "class" in document else None
        return _member(name, graph, id)

    def run_of(self, process: Process, run: Any) -> Process | None:
        """Return the process that a step runs: a file, one of the same graph, or one inline.

        Raises as `open` does.
        """
        if not isinstance(run, str):
            return Process(process.file, process.graph, run) if isinstance(run, dict) else None
        file, _, id = run.partition("#")
        if not file:
            return _member(process.file, process.graph, id)
        folder = posixpath.dirname(process.file)
        return self.open(posixpath.normpath(posixpath.join(folder, file)), id or "main")


def _member(file: str, graph: list[Any], id: str) -> Process | None:
    """Return the process of a ``$graph`` that has this id, None without one."""
    for body in map(mapping, graph):
        if local_name(body.get("id")) == id:
            return Process(file, graph, body)
    return None


def _parse(text: str) -> Any:
    """Return a document in JSON or YAML. Raises errors of the parsers."""
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError:
            # YAML has a form that begins so.
            pass
    import yaml

    class Loader(yaml.SafeLoader):
        def flatten_mapping(self, node: Any) -> None:
            # A merge (``<<``) of merges takes exponential memory: it becomes an error.
            return None

    return yaml.load(text, Loader)


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping, an empty one for any other value."""
    return value if isinstance(value, dict) else {}


def entries(section: Any) -> Iterator[tuple[str, Any]]:
    """Yield (local name, entry) of a section that is a mapping, or a list of entries with ids."""
    if isinstance(section, list):
        for item in section:
            if isinstance(item, dict) and (name := local_name(item.get("id"))):
                yield name, item
    else:
        for name, item in mapping(section).items():
            yield str(name), item


def local_name(id: Any) -> str:
    """Return the last part of an id: ``#main/reads`` → reads. Empty for no text."""
    return id.rpartition("#")[2].rpartition("/")[2] if isinstance(id, str) else ""
