"""Workflow definitions: what can be told of one without running it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

#: W4.1: exactly one of them.
SOURCES = ("definitionZip", "definitionUri", "definitionRepository")

#: W4.1, observed: the statusMessage of a workflow whose definitionZip is broken.
INVALID_ZIP = "Invalid zip file"

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
    """(digest and engine as far as they can be known, why the definition fails or None)."""
    archive = given.get("definitionZip")
    source = archive
    if archive is None:
        named = {name: given[name] for name in SOURCES if name in given}
        source = json.dumps(named, sort_keys=True).encode()
    facts: dict[str, Any] = {"digest": f"sha256:{hashlib.sha256(source).hexdigest()}"}
    if archive is None:
        return facts, None
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            names = [name for name in opened.namelist() if not name.endswith("/")]
    except (zipfile.BadZipFile, ValueError, OSError):
        return facts, INVALID_ZIP
    endings = {engine for end, engine in _ENGINES.items() if any(n.endswith(end) for n in names)}
    if len(endings) == 1:
        facts["engine"] = endings.pop()
    return facts, None
