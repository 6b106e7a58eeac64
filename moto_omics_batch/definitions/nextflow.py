"""Nextflow definitions: parameters, profiles, and the processes of the main file (L84, L94)."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..domain.tasks import TaskSpec
from .archive import Archive
from .groovy import Source
from .quantities import MAX_NAME, gibibytes, whole

Template = dict[str, dict[str, Any]]

_PARAMS = r"\bparams\s*\{"
_PROFILES = r"\bprofiles\s*\{"
_NAMED = r"([\w-]+)\s*\{"
_PROCESS = r"\bprocess\s+(\w+)\s*\{"

#: ``params.x = …``, and any use of ``params.x``; not ``params.x.y`` and not ``params.x()``.
_ASSIGNED = re.compile(r"\bparams\.(\w+)\s*=(?!=)")
_USED = re.compile(r"\bparams\.(\w+)\b(?!\s*\()(?!\.\w+\b(?!\s*\())")

#: A statement of a block ``params``: a name with a value, or with a type and maybe a value.
_ENTRY = re.compile(r"(\w+)\s*(?=[:=])(:[^=]*)?(=(?!=))?")

#: The directives of a process that are literals.
_CPUS = re.compile(r"^\s*cpus\s*=?\s*(\d{1,9})\s*$", re.MULTILINE)
_MEMORY = re.compile(r"^\s*memory\s*=?\s*['\"]?(\d[\d.]{0,9}?)\s?\.?([KMGT]?B)['\"]?\s*$", re.M)
_CONTAINER = re.compile(r"^\s*container\s*=?\s*['\"]([^'\"$\n]{1,750})['\"]\s*$", re.MULTILINE)
_HAS_CONTAINER = re.compile(r"^\s*container\b", re.MULTILINE)
_GPUS = re.compile(
    r"^\s*accelerator\s+(\d{1,4})(?:\s*,\s*type:\s*['\"]([\w-]{1,64})['\"])?", re.MULTILINE
)
_NO_CACHE = re.compile(r"^\s*cache\s*=?\s*false\b", re.MULTILINE)
_OUTPUT = re.compile(r"^\s*output:", re.MULTILINE)


def read(archive: Archive, main: str) -> dict[str, Any]:
    """Return what a Nextflow definition says, by wire name; nothing for what cannot be read."""
    found: dict[str, Any] = {}
    with suppress(Exception):
        folder = posixpath.dirname(main)
        source = Source(archive.read(main))
        config = Source(_text(archive, posixpath.join(folder, "nextflow.config")))
        schema = _text(archive, posixpath.join(folder, "nextflow_schema.json"))
        profiles = _profiles(config)
        found["tasks"] = _tasks(source)
        template = _schema_template(json.loads(schema)) if schema else _used(source, config)
        if template:
            found["parameterTemplate"] = template
        if profiles:
            found["profiles"] = list(profiles)
            found["profileParameterTemplates"] = {
                name: {**template, **{p: {**template.get(p, {}), "optional": True} for p in given}}
                for name, given in profiles.items()
            }
    return found


def _text(archive: Archive, name: str) -> str:
    return archive.read(name) if name in archive.names else ""


# -- parameters --


def _schema_template(schema: Any) -> Template:
    """Return the parameters of a nextflow_schema.json: those of all groups, without objects."""
    groups = [schema]
    for item in _mapping(schema).get("allOf", ()):
        groups.append(_group(schema, str(_mapping(item).get("$ref", ""))))
    template: Template = {}
    for group in map(_mapping, groups):
        required = group.get("required", ())
        for name, about in _mapping(group.get("properties")).items():
            about = _mapping(about)
            if about.get("type") != "object":
                text = " ".join(str(about.get("description", "")).split())[:256]
                shown = {"description": text} if text else {}
                template[name] = {**shown, "optional": name not in required}
    return template


def _group(schema: Any, reference: str) -> Any:
    """Return the part of a schema that ``#/$defs/x`` or ``#/definitions/x`` refers to."""
    at, _, rest = reference.partition("/")
    folder, _, name = rest.partition("/")
    found = at == "#" and folder in ("$defs", "definitions")
    return _mapping(_mapping(schema).get(folder)).get(name) if found else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _used(source: Source, config: Source) -> Template:
    """Return the parameters of main file and nextflow.config: those with a default are optional."""
    texts = source, config.without(_PROFILES)
    optional: dict[str, bool] = {}
    for text in texts:
        optional |= _declared(text)
    for text in texts:
        for found in _USED.finditer(text.code):
            optional.setdefault(found[1], False)
    return {name: {"optional": value} for name, value in optional.items()}


def _declared(text: Source) -> dict[str, bool]:
    """Return the parameters that a text declares; True for those to which it gives a value."""
    declared: dict[str, bool] = {}
    for block in text.blocks(_PARAMS):
        for line in text.lines(block):
            if entry := _ENTRY.match(line):
                declared[entry[1]] = declared.get(entry[1], False) or entry[3] is not None
    declared |= {found[1]: True for found in _ASSIGNED.finditer(text.bare)}
    return declared


def _profiles(config: Source) -> dict[str, list[str]]:
    """Return the profiles of a nextflow.config and the parameters that each one sets (L94)."""
    profiles: dict[str, list[str]] = {}
    for block in config.blocks(_PROFILES):
        for profile in config.blocks(_NAMED, block.start, block.end):
            text = Source(config.code[profile.start : profile.end])
            profiles[profile.name] = [name for name, value in _declared(text).items() if value]
    return profiles


# -- tasks --


def _tasks(source: Source) -> list[TaskSpec]:
    """Return a task for each process of the main file (L33, L68)."""
    tasks: dict[str, TaskSpec] = {}
    for process in source.blocks(_PROCESS):
        name = process.name[:MAX_NAME]
        tasks.setdefault(name, _spec(name, source.code[process.start : process.end]))
    return list(tasks.values())


def _spec(name: str, body: str) -> TaskSpec:
    cpus, memory = _CPUS.search(body), _MEMORY.search(body)
    image, gpus = _CONTAINER.search(body), _GPUS.search(body)
    cacheable = _HAS_CONTAINER.search(body) and _OUTPUT.search(body) and not _NO_CACHE.search(body)
    return TaskSpec(
        name,
        cpus=whole(cpus[1]) or 1 if cpus else 1,
        memory=gibibytes(memory[1] + memory[2], decimal=False) or 1 if memory else 1,
        gpus=int(gpus[1]) if gpus else 0,
        accelerator=gpus[2] if gpus else None,
        image=image[1] if image else None,
        cacheable=bool(cacheable),
    )
