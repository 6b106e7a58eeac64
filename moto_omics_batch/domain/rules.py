"""What HealthOmics asks of a run's settings beyond the constraints of the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

#: W2.1: the run parameters of one run, in bytes of JSON.
MAX_PARAMETER_BYTES = 50_000

_NO_OUTPUT = "outputUri is required: neither defaultRunSetting nor the run has one"


def _bytes_of(document: Any) -> int:
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return len(text.encode("utf-8", "surrogatepass"))


def _surely_small(parameters: Mapping[str, Any]) -> bool:
    """Whether flat text parameters are far from the limit, without encoding them: a character
    takes at most six bytes of JSON."""
    size = 0
    for name, value in parameters.items():
        if type(value) is not str:
            return False
        size += len(name) + len(value) + 1
    return 6 * size < MAX_PARAMETER_BYTES // 2


class RunRules:
    """The rules for runs that share ``default`` settings and one parameter ``template``.

    ``template`` is the workflow's parameterTemplate: name → {"optional": bool}; None asks nothing.
    One instance checks many entries, so it looks at the default once.
    """

    def __init__(self, template: Mapping[str, Any] | None, default: Mapping[str, Any]):
        self._default_output = default.get("outputUri")
        self._default = default.get("parameters")
        self._shared = self._default if isinstance(self._default, dict) else {}
        self._small = _surely_small(self._shared)
        self._template = template
        required = {
            name
            for name, parameter in (template or {}).items()
            if not parameter.get("optional", False)
        }
        self._undeclared = set(self._shared) - (template or {}).keys()
        self._missing = required - self._shared.keys()

    def problem(self, entry: Mapping[str, Any]) -> str | None:
        """Why a run with the settings of ``entry`` cannot be (B62, B63), None when it can."""
        output = entry.get("outputUri") or self._default_output
        if output is None:
            return _NO_OUTPUT
        if not output.startswith("s3://") or len(output) == len("s3://"):
            return f"Invalid outputUri '{output}': it must begin with s3:// and name a bucket"
        own = entry.get("parameters")
        if own is None:
            own = self._default
        if own is None:
            own = {}
        return self._misfit(own) or self._too_large(own)

    def _misfit(self, own: Any) -> str | None:
        if self._template is None:
            return None
        if not isinstance(own, dict):
            return (
                "Invalid workflow parameters: the workflow's parameter template asks for an object"
            )
        if self._undeclared or not own.keys() <= self._template.keys():
            names = sorted(self._undeclared | (own.keys() - self._template.keys()))
            return f"Unexpected workflow parameters: {', '.join(names)}"
        if self._missing and not self._missing <= own.keys():
            names = sorted(self._missing - own.keys())
            return f"Missing required workflow parameters: {', '.join(names)}"
        return None

    def _too_large(self, own: Any) -> str | None:
        if isinstance(own, dict):
            if self._small and _surely_small(own):
                return None
            own = {**self._shared, **own}
        if (size := _bytes_of(own)) > MAX_PARAMETER_BYTES:
            return f"Run parameters take {size} bytes; the maximum is {MAX_PARAMETER_BYTES}"
        return None
