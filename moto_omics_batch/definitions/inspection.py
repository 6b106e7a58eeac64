"""What the service finds out by reading a definition when a workflow is created (L80 to L94)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from . import cwl, nextflow, wdl
from .archive import Archive, Unreadable, engine_of, find_main

#: W4.1: a request has exactly one of these members.
SOURCES = ("definitionZip", "definitionUri", "definitionRepository")

#: W4.1, observed: the statusMessage of a workflow whose archive is broken.
INVALID_ZIP = "Invalid zip file"


class Inspection(NamedTuple):
    """What a definition says.

    ``members`` are by wire name, as far as they are known: ``digest``, ``engine``, ``main``,
    ``parameterTemplate``, ``profiles``, ``profileParameterTemplates``, and ``statusMessage``, that
    of an ACTIVE workflow. Names of our own are ``definitionArchive`` (bytes), ``definitionName``
    (of the WDL workflow), ``outputs`` (names), and ``tasks`` (a list of TaskSpec). ``problem`` is
    the statusMessage of a FAILED workflow, None when the definition is accepted.
    """

    members: dict[str, Any]
    problem: str | None = None


def source_problem(given: Mapping[str, Any]) -> str | None:
    """Return why a request has no definition or several, None when it has exactly one."""
    named = [source for source in SOURCES if source in given]
    if len(named) == 1:
        return None
    choice = ", ".join(SOURCES)
    found = f"but {' and '.join(named)} were" if named else "but none was"
    return f"Exactly one of {choice} must be specified, {found}"


def inspect(given: Mapping[str, Any], archive: bytes | None, *, infer: bool = True) -> Inspection:
    """Return what the definition of a request says that creates a workflow or a version.

    ``archive`` is the content of its ZIP archive, None when that is not known. Without ``infer``
    nothing is inferred but engine, main file, and the names of the calls of a WDL. No archive
    raises an error.
    """
    named = {name: given[name] for name in SOURCES if name in given and name != "definitionZip"}
    source = json.dumps(named, sort_keys=True).encode() if archive is None else archive
    members: dict[str, Any] = {"digest": f"sha256:{hashlib.sha256(source).hexdigest()}"}
    if archive is None:
        return Inspection(members)
    members["definitionArchive"] = archive
    try:
        more, problem = _read(Archive(archive), given, infer)
    except Exception:
        # zipfile and its decompressors raise many undocumented types for broken archives, such as
        # OverflowError and RuntimeError. The readers of the engines raise nothing.
        return Inspection(members, INVALID_ZIP)
    # What the request has is not replaced (L81: a template as a whole).
    members |= {name: value for name, value in more.items() if name not in given}
    return Inspection(members, problem)


def _read(archive: Archive, given: Mapping[str, Any], infer: bool) -> Inspection:
    """Return what the files of an archive say. Raises an error for a broken archive."""
    main, problem = find_main(archive.names, given.get("main"), given.get("engine"))
    detected = engine_of(archive.names, main)
    members: dict[str, Any] = {"engine": detected} if detected else {}
    if main is None:
        return Inspection(members, problem)
    members["main"] = main
    engine = given.get("engine") or detected
    try:
        text = archive.head(main)
    except Unreadable:
        return Inspection(members)
    if engine in ("WDL", "WDL_LENIENT"):
        more, problem = wdl.read(archive, main, text, infer=infer, lenient=engine == "WDL_LENIENT")
        return Inspection({**members, **more}, problem)
    if infer and engine == "NEXTFLOW":
        members |= nextflow.read(archive, main)
    if infer and engine == "CWL":
        members |= cwl.read(archive, main)
    return Inspection(members)
