"""Workflows that exist from the start: those of the settings of the mock, and the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .faults import one_of

PRIVATE, READY2RUN = "PRIVATE", "READY2RUN"

_MEMBERS = ("id", "name", "type", "engine", "parameterTemplate", "versions")
_VERSION_MEMBERS = ("versionName", "parameterTemplate")
_PARAMETER_MEMBERS = ("description", "optional")
_ENGINES = ("WDL", "NEXTFLOW", "CWL", "WDL_LENIENT")

#: The constraints of the model for a template: entries, characters of a name and a description.
MAX_PARAMETERS, MAX_NAME, MAX_DESCRIPTION = 2_000, 128, 256

Template = Mapping[str, Mapping[str, Any]]


class DeclaredVersion(NamedTuple):
    """A version of a declared workflow."""

    name: str
    template: Template | None = None


class DeclaredWorkflow(NamedTuple):
    """A workflow that exists from the start; its name is None where nobody knows it."""

    id: str
    name: str | None
    type: str = PRIVATE
    engine: str | None = None
    template: Template | None = None
    versions: tuple[DeclaredVersion, ...] = ()


def is_workflow_id(value: Any) -> bool:
    """Return whether a value is the id of a workflow: 1 to 18 digits."""
    return isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value) is not None


def declared_workflow(value: Any) -> DeclaredWorkflow:
    """Read a workflow of the settings: an id, or an object with one.

    Raises ValueError for a member or value that does not exist, and lists what exists.
    """
    if not isinstance(value, Mapping):
        return DeclaredWorkflow(_id(value), f"workflow-{value}")
    _check_members("workflow", value, _MEMBERS)
    id, type = _id(value.get("id")), value.get("type", PRIVATE)
    one_of("workflow type", type, (PRIVATE, READY2RUN))
    if (engine := value.get("engine")) is not None:
        one_of("workflow engine", engine, _ENGINES)
    name = value.get("name", f"workflow-{id}")
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise ValueError(f"name must be a text of 1 to {MAX_NAME} characters, not {name!r}")
    versions = value.get("versions", ())
    if isinstance(versions, str) or not isinstance(versions, Sequence):
        raise ValueError(f"versions must be a list of names or objects, not {versions!r}")
    made = tuple(map(_version, versions))
    if len({version.name for version in made}) < len(made):
        raise ValueError(f"versions must have different names, not {versions!r}")
    return DeclaredWorkflow(id, name, type, engine, _template(value), made)


def _id(value: Any) -> str:
    if not is_workflow_id(value):
        raise ValueError(f"a workflow must have an id of 1 to 18 digits, not {value!r}")
    return str(value)


def _check_members(what: str, value: Mapping[str, Any], members: tuple[str, ...]) -> None:
    for name in value:
        one_of(f"member of a {what}", name, members)


def _version(value: Any) -> DeclaredVersion:
    declared = value if isinstance(value, Mapping) else {"versionName": value}
    _check_members("workflow version", declared, _VERSION_MEMBERS)
    name = declared.get("versionName")
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9\-._]{0,63}", name):
        raise ValueError(f"a version must have a name such as '3.0.0', not {name!r}")
    return DeclaredVersion(name, _template(declared))


def _template(declared: Mapping[str, Any]) -> Template | None:
    template = declared.get("parameterTemplate")
    if template is None:
        return None
    if not isinstance(template, Mapping) or not 0 < len(template) <= MAX_PARAMETERS:
        raise ValueError(
            f"parameterTemplate must be a dict of 1 to {MAX_PARAMETERS} parameters, "
            f"not {template!r:.300}"
        )
    for name, parameter in template.items():
        _check_parameter(name, parameter)
    return template


def _check_parameter(name: Any, parameter: Any) -> None:
    if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
        raise ValueError(f"a parameter must have a name of 1 to {MAX_NAME} characters: {name!r}")
    if not isinstance(parameter, Mapping):
        raise ValueError(f"parameterTemplate[{name!r}] must be a dict, not {parameter!r}")
    _check_members("parameter", parameter, _PARAMETER_MEMBERS)
    description, optional = parameter.get("description", ""), parameter.get("optional", False)
    if not isinstance(description, str) or len(description) > MAX_DESCRIPTION:
        raise ValueError(
            f"the description of parameter {name!r} must be a text of at most "
            f"{MAX_DESCRIPTION} characters"
        )
    if not isinstance(optional, bool):
        raise ValueError(f"optional of parameter {name!r} must be True or False, not {optional!r}")
