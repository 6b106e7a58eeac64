"""Workflow definitions: what can be told of one without running it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from .wdl import calls

#: W4.1: exactly one of them.
SOURCES = ("definitionZip", "definitionUri", "definitionRepository")

#: W4.1, observed: the statusMessage of a workflow whose definitionZip is broken.
INVALID_ZIP = "Invalid zip file"

#: How much of a definition is read for the names of its tasks, in bytes.
_READ = 1 << 20

_ENGINES = {".wdl": "WDL", ".nf": "NEXTFLOW", ".cwl": "CWL"}


def source_problem(given: Mapping[str, Any]) -> str | None:
    """Why a request names no definition, or more than one; None when it is right."""
    named = [source for source in SOURCES if source in given]
    if len(named) == 1:
        return None
    choice = ", ".join(SOURCES)
    found = f"but {' and '.join(named)} were" if named else "but none was"
    return f"Exactly one of {choice} must be specified, {found}"


def inspect(given: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """(facts, why the definition fails or None).

    The facts are ``digest``, and for a definitionZip ``engine`` and ``tasks`` (names), as far as
    its files tell them.
    """
    archive: bytes | None = given.get("definitionZip")
    named = {name: given[name] for name in SOURCES if name in given}
    source = json.dumps(named, sort_keys=True).encode() if archive is None else archive
    facts: dict[str, Any] = {"digest": f"sha256:{hashlib.sha256(source).hexdigest()}"}
    if archive is None:
        return facts, None
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            names = [name for name in opened.namelist() if not name.endswith("/")]
            kinds = {_ENGINES.get(PurePosixPath(name).suffix) for name in names} - {None}
            if len(kinds) == 1:
                facts["engine"] = kinds.pop()
            main = _main(names, given.get("main"))
            if main is not None:
                with opened.open(main) as file:
                    facts["tasks"] = calls(file.read(_READ).decode(errors="replace"))
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError):
        # RuntimeError is zipfile's word for encrypted members and for unknown compressions.
        return facts, INVALID_ZIP
    return facts, None


def _main(names: Sequence[str], wanted: str | None) -> str | None:
    """The WDL file that a run begins with (W4.1): as named, or main.wdl, or the only one."""
    files = [name for name in names if name.endswith(".wdl")]
    if wanted is not None:
        return wanted if wanted in files else None
    mains = [name for name in files if PurePosixPath(name).name == "main.wdl"]
    return mains[0] if mains else files[0] if len(files) == 1 else None
