"""The rules for the settings of a run that HealthOmics has beyond the constraints of the model."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Set
from functools import cached_property
from heapq import nsmallest
from typing import Any

from .text import MAX_LISTED, listed, shorten

#: L120: the maximum size of the parameters of one run, in bytes of JSON: 256 KiB.
MAX_PARAMETER_BYTES = 256 * 1024

_NO_OUTPUT = "outputUri is required: neither defaultRunSetting nor the run has one"


_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


def _json_bytes(document: Any) -> int:
    return len(_ENCODER.encode(document).encode("utf-8", "surrogatepass"))


def _is_small(parameters: Mapping[str, Any]) -> bool:
    """Return whether parameters are all text and take less than half of MAX_PARAMETER_BYTES.

    The estimate needs no encoding: one character takes at most six bytes of JSON.
    """
    size = 0
    for name, value in parameters.items():
        if type(value) is not str:
            return False
        size += len(name) + len(value) + 1
    return 6 * size < MAX_PARAMETER_BYTES // 2


def _output_problem(output: str | None) -> str | None:
    if output is None:
        return _NO_OUTPUT
    if not re.match("s3://[^/]", output):
        return f"Invalid outputUri '{shorten(output)}': it must begin with s3:// and name a bucket"
    return None


class _Names:
    """The names that parameters may have: those of a template, with or without a prefix (L85)."""

    def __init__(self, template: Mapping[str, Any], definition_name: str | None):
        self._template = template
        self._prefix = f"{definition_name}." if definition_name else None

    def declared(self, parameters: Mapping[str, Any]) -> Set[str]:
        """Return the entries of the template that these parameters are for."""
        if self._prefix is None:
            return parameters.keys()
        return {entry for name in parameters if (entry := self._entry(name)) is not None}

    def unexpected(self, parameters: Mapping[str, Any], shared: Mapping[str, Any]) -> Set[str]:
        """Return the names that no entry of the template has, and the second names of one.

        An entry must not be named with and without the prefix, be it within ``parameters`` or by
        these and the ``shared`` ones.
        """
        if self._prefix is None:
            # A difference costs as much as the template has entries.
            fits = parameters.keys() <= self._template.keys()
            return frozenset() if fits else parameters.keys() - self._template.keys()
        found = set()
        for name in parameters:
            entry, other = self._entry(name), self._other(name)
            if entry is None or (entry == other and (entry in parameters or entry in shared)):
                found.add(name)
            elif other in shared and other not in self._template:
                found.add(other)
        return found

    def _entry(self, name: str) -> str | None:
        """Return the entry of the template that a parameter is for, None when there is none."""
        if name in self._template:
            return name
        other = self._other(name)
        return other if other in self._template else None

    def _other(self, name: str) -> str:
        """Return the name without the prefix if it has it, and with it if not."""
        prefix = self._prefix or ""
        return name.removeprefix(prefix) if name.startswith(prefix) else prefix + name


class RunRules:
    """The rules for runs that share ``default`` settings and one parameter ``template``.

    ``template`` is the workflow's parameterTemplate: name → {"optional": bool}; None allows any
    parameters. With a ``definition_name``, the name of the WDL workflow, a parameter or an entry of
    the template may be called ``name`` or ``definition_name.name`` (L85). One instance checks many
    entries: the cost of an entry depends on the entry, not on the size of the default.
    """

    def __init__(
        self,
        template: Mapping[str, Any] | None,
        default: Mapping[str, Any],
        definition_name: str | None = None,
    ):
        self._default_output = default.get("outputUri")
        self._default_output_problem = _output_problem(self._default_output)
        self._default = default.get("parameters")
        self._shared = self._default if isinstance(self._default, dict) else {}
        self._shared_is_small = _is_small(self._shared)
        self._names = _Names(template or {}, definition_name)
        self._template = template
        required = {
            name
            for name, parameter in (template or {}).items()
            if not parameter.get("optional", False)
        }
        self._undeclared = self._names.unexpected(self._shared, {})
        self._first_undeclared = nsmallest(MAX_LISTED, self._undeclared)
        self._missing = required - self._names.declared(self._shared)

    def problem(self, entry: Mapping[str, Any]) -> str | None:
        """Return why a run with the settings of ``entry`` is refused, None when it is accepted.

        It needs an outputUri that names a bucket, parameters that fit the template (B62, B63), and
        at most MAX_PARAMETER_BYTES of them.
        """
        output = entry.get("outputUri")
        wrong = _output_problem(output) if output else self._default_output_problem
        if wrong is not None:
            return wrong
        own = entry.get("parameters")
        return self._default_problem if own is None else self._parameters_problem(own)

    @cached_property
    def _default_problem(self) -> str | None:
        return self._parameters_problem({} if self._default is None else self._default)

    def _parameters_problem(self, own: Any) -> str | None:
        return self._template_problem(own) or self._size_problem(own)

    def _template_problem(self, own: Any) -> str | None:
        if self._template is None:
            return None
        if not isinstance(own, dict):
            return (
                "Invalid workflow parameters: the workflow's parameter template asks for an object"
            )
        more = self._names.unexpected(own, self._shared) - self._undeclared
        if self._undeclared or more:
            names = listed([*self._first_undeclared, *more], len(self._undeclared) + len(more))
            return f"Unexpected workflow parameters: {names}"
        if self._missing and (missing := self._missing - self._names.declared(own)):
            return f"Missing required workflow parameters: {listed(missing, len(missing))}"
        return None

    def _size_problem(self, own: Any) -> str | None:
        if not isinstance(own, dict):
            size = _json_bytes(own)
        elif self._shared_is_small and _is_small(own):
            return None
        else:
            size = self._merged_bytes(own)
        if size > MAX_PARAMETER_BYTES:
            return f"Run parameters take {size} bytes; the maximum is {MAX_PARAMETER_BYTES}"
        return None

    def _merged_bytes(self, own: dict[str, Any]) -> int:
        """Return the size of the shared parameters merged with those of a run, in bytes of JSON."""
        sizes, total = self._shared_sizes
        replaced = sum(sizes[name] for name in own if name in sizes)
        return 1 + total - replaced + (_json_bytes(own) - 1 if own else 0)

    @cached_property
    def _shared_sizes(self) -> tuple[dict[str, int], int]:
        """(bytes of JSON by name of shared parameter, their sum): ``"name":value,`` each."""
        sizes = {name: _json_bytes({name: value}) - 1 for name, value in self._shared.items()}
        return sizes, sum(sizes.values())
