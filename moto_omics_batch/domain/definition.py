"""Workflow definitions: the facts that can be read from one without running it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from .tasks import TaskSpec
from .wdl import calls

#: W4.1: a request has exactly one of these members.
SOURCES = ("definitionZip", "definitionUri", "definitionRepository")

#: W4.1, observed: the statusMessage of a workflow whose definitionZip is broken.
INVALID_ZIP = "Invalid zip file"

#: How much of a WDL file is read for the names of its tasks, in bytes.
_MAX_READ = 1 << 20

_ENGINES = {".wdl": "WDL", ".nf": "NEXTFLOW", ".cwl": "CWL"}


def source_problem(given: Mapping[str, Any]) -> str | None:
    """Return why a request has no definition or several, None when it has exactly one."""
    named = [source for source in SOURCES if source in given]
    if len(named) == 1:
        return None
    choice = ", ".join(SOURCES)
    found = f"but {' and '.join(named)} were" if named else "but none was"
    return f"Exactly one of {choice} must be specified, {found}"


def inspect(given: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Return (facts, INVALID_ZIP or None) for a request that creates a workflow or a version.

    The facts are ``digest`` and, for a definitionZip, ``engine`` and ``tasks`` (a list of
    TaskSpec), where its files show them.
    """
    archive: bytes | None = given.get("definitionZip")
    named = {name: given[name] for name in SOURCES if name in given}
    source = json.dumps(named, sort_keys=True).encode() if archive is None else archive
    facts: dict[str, Any] = {"digest": f"sha256:{hashlib.sha256(source).hexdigest()}"}
    if archive is None:
        return facts, None
    try:
        names, main = _read(archive, given.get("main"))
    except Exception:
        # zipfile and its decompressors raise many undocumented types for broken archives, such as
        # lzma.LZMAError, OverflowError and RuntimeError.
        return facts, INVALID_ZIP
    engines = {_ENGINES.get(PurePosixPath(name).suffix) for name in names} - {None}
    if len(engines) == 1:
        facts["engine"] = engines.pop()
    if main is not None:
        facts["tasks"] = [TaskSpec(name) for name in calls(main.decode(errors="replace"))]
    return facts, None


def _read(archive: bytes, wanted: str | None) -> tuple[list[str], bytes | None]:
    """Return (names of the files of a zip, beginning of its main WDL file or None)."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        names = [name for name in opened.namelist() if not name.endswith("/")]
        main = _main(names, wanted)
        if main is None:
            return names, None
        with opened.open(main) as file:
            return names, file.read(_MAX_READ)


def _main(names: Sequence[str], wanted: str | None) -> str | None:
    """Return the name of the main WDL file (W4.1), None when there is none.

    It is the file that the request names, or else a main.wdl, or else the only WDL file.
    """
    files = [name for name in names if name.endswith(".wdl")]
    if wanted is not None:
        return wanted if wanted in files else None
    mains = [name for name in files if PurePosixPath(name).name == "main.wdl"]
    return mains[0] if mains else files[0] if len(files) == 1 else None
