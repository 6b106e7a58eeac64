"""The archive of a workflow definition: its files, its main file and its engine (L80)."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..domain.text import listed, shorten

#: Suffix of a definition file → engine.
ENGINES = {".wdl": "WDL", ".nf": "NEXTFLOW", ".cwl": "CWL"}

#: The engine of a request → suffix of its definition files.
_SUFFIXES = {"WDL": ".wdl", "WDL_LENIENT": ".wdl", "NEXTFLOW": ".nf", "CWL": ".cwl"}

#: How much of one file and of all files of an archive is read, in bytes. Some checks of a WDL take
#: a time that grows with the square of the length of a file.
MAX_FILE = 256 << 10
MAX_TOTAL = 2 << 20

#: How much of the main file is read for the names of its calls only, in bytes.
MAX_HEAD = 1 << 20

#: The compressions whose output zipfile limits to what is asked for; others could fill the memory.
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Unreadable(Exception):
    """A file that is there and is not read, because of its size or its compression."""


class Archive:
    """The files of a ZIP archive, read from memory.

    Raises an error of zipfile for bytes that are no ZIP archive.
    """

    def __init__(self, content: bytes):
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self.names: Sequence[str] = [
            name for name in self._zip.namelist() if not name.endswith("/")
        ]
        self._left = MAX_TOTAL

    def head(self, name: str) -> str:
        """Return the beginning of a file, up to MAX_HEAD bytes of it.

        Raises KeyError, Unreadable for its compression, and what zipfile raises for a broken file.
        """
        return _text(self._start(name, MAX_HEAD))

    def read(self, name: str) -> str:
        """Return the text of a file.

        Raises KeyError for a name that is not in the archive, Unreadable for a file that is over
        MAX_FILE or brings all files that were read over MAX_TOTAL, and what zipfile raises for a
        broken one.
        """
        limit = min(MAX_FILE, self._left)
        content = self._start(name, limit + 1)
        if len(content) > limit:
            raise Unreadable(f"only {MAX_FILE >> 10} KiB a file and {MAX_TOTAL >> 20} MiB are read")
        self._left -= len(content)
        return _text(content)

    def _start(self, name: str, size: int) -> bytes:
        info = self._zip.getinfo(name)
        if info.compress_type not in _BOUNDED:
            raise Unreadable("only files that are stored or deflated are read")
        with self._zip.open(info) as file:
            return file.read(size)


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace")


class Main(NamedTuple):
    """The main file of an archive.

    ``name`` is None when none is known; ``problem`` says why the definition is refused.
    """

    name: str | None = None
    problem: str | None = None


def find_main(names: Sequence[str], wanted: str | None, engine: str | None) -> Main:
    """Return the main file of an archive with these files (L80).

    ``wanted`` and ``engine`` are those of the request. It is the file that the request names, or
    the only definition file (of the engine), or the only one at the highest level, or the one there
    whose name is ``main``. Without definition files nothing is known.
    """
    named = posixpath.normpath(wanted) if wanted is not None else None
    if named in names:
        return Main(named)
    files = _definition_files(names, engine)
    if not files:
        return Main()
    if wanted is not None:
        found = listed(files, len(files))
        return Main(problem=f"The main file {shorten(wanted)} is not in the archive: {found}")
    level = min(name.count("/") for name in files)
    highest = [name for name in files if name.count("/") == level]
    mains = [name for name in highest if _stem(name) == "main"]
    for candidates in (files, highest, mains):
        if len(candidates) == 1:
            return Main(candidates[0])
    if level:
        return Main()
    return Main(
        problem="The archive has several definition files at its top level, and none is named as "
        f"the main file: {listed(highest, len(highest))}"
    )


def engine_of(names: Iterable[str], main: str | None) -> str | None:
    """Return the engine of a definition: that of its main file, or the only one of its files."""
    of_main = ENGINES.get(posixpath.splitext(main or "")[1])
    engines = {ENGINES.get(posixpath.splitext(name)[1]) for name in _definition_files(names, None)}
    return of_main or (engines.pop() if len(engines) == 1 else None)


def _definition_files(names: Iterable[str], engine: str | None) -> list[str]:
    """Return the definition files of an engine, without the copies that macOS adds."""
    suffixes = [_SUFFIXES[engine]] if engine in _SUFFIXES else list(ENGINES)
    return [
        name
        for name in dict.fromkeys(names)
        if posixpath.splitext(name)[1] in suffixes
        and not name.startswith("__MACOSX/")
        and not posixpath.basename(name).startswith("._")
    ]


def _stem(name: str) -> str:
    return posixpath.splitext(posixpath.basename(name))[0]
