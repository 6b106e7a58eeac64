"""Texts with placeholders, such as ``out/vcf/{runSettingId}.vcf.gz`` (L58)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from string import Formatter
from typing import Any

from .run_selection import RunRef

#: The placeholders, besides ``parameters.NAME``.
PLACEHOLDERS = ("runId", "runUuid", "runSettingId", "name", "batchName", "workflowName")

#: What a placeholder for a run parameter begins with.
_PARAMETER = "parameters."

#: The maximum depth of a JSON document with placeholders.
_MAX_DEPTH = 20


class MissingValue(LookupError):
    """A run has no value for a placeholder."""


class RunValues:
    """The values that declarations can refer to, of one run; each is computed when it is needed."""

    def __init__(self, run: RunRef):
        self._run = run
        self._parameters: Any = None

    def get(self, name: str) -> str | None:
        """Return the value of a placeholder or of a word that selects runs, None without one."""
        block, index = self._run.block, self._run.index
        if name.startswith(_PARAMETER):
            return self._parameter(name.removeprefix(_PARAMETER))
        if name == "runId":
            return self._run.id
        if name == "runUuid":
            return self._run.uuid
        if name == "name":
            own: str | None = block.setting(index, "name")
            return own
        if name in ("batchName", "runSettingId"):
            if block.batch is None:
                return None
            return block.batch.name if name == "batchName" else block.batch.setting_id(index)
        shared = block.resolved if name == "workflowName" else block.settings
        return shared.get(name)

    def _parameter(self, name: str) -> str | None:
        if self._parameters is None:
            found = self._run.parameters
            self._parameters = found if isinstance(found, Mapping) else {}
        value = self._parameters.get(name)
        return value if value is None or isinstance(value, str) else json.dumps(value)


class Template:
    """A text with placeholders in braces; literal braces are doubled."""

    def __init__(self, where: str, text: str):
        """Read a text; ``where`` names it in messages.

        Raises ValueError for a placeholder that does not exist, and lists those that do.
        """
        self._parts: list[tuple[str, str | None]] = []
        try:
            text.encode()
            parsed = list(Formatter().parse(text))
        except UnicodeEncodeError:
            raise ValueError(f"{where} has characters that UTF-8 cannot represent") from None
        except ValueError:
            raise ValueError(
                f"{where} has a brace without its counterpart; "
                "double literal braces ({{ and }}), or give bytes"
            ) from None
        for literal, field, spec, conversion in parsed:
            if field is not None:
                conversion = f"!{conversion}" if conversion else ""
                _check(where, field, conversion + (f":{spec}" if spec else ""))
            self._parts.append((literal, field))
        #: The text where it has no placeholders and is thus the same for all runs, else None.
        self.constant: str | None = None
        if all(field is None for _, field in self._parts):
            self.constant = "".join(literal for literal, _ in self._parts)

    def fill(self, values: RunValues) -> str:
        """Return the text for a run. Raises MissingValue if the run lacks one of the values."""
        filled = []
        for literal, field in self._parts:
            filled.append(literal)
            if field is not None:
                if (value := values.get(field)) is None:
                    raise MissingValue(field)
                filled.append(value)
        return "".join(filled)


def _check(where: str, field: str, rest: str) -> None:
    parameter = field.startswith(_PARAMETER) and field != _PARAMETER
    if rest or not (parameter or field in PLACEHOLDERS):
        known = ", ".join(f"{{{name}}}" for name in (*PLACEHOLDERS, f"{_PARAMETER}NAME"))
        raise ValueError(
            f"{where} has the unknown placeholder {{{field}{rest}}}; there are {known}; "
            "double literal braces ({{ and }})"
        )


def compiled(where: str, value: Any, depth: int = 0) -> Any:
    """Return a JSON document with a `Template` in place of each text.

    Raises ValueError for what is not JSON, for unknown placeholders, and for more than 20 levels.
    """
    if depth > _MAX_DEPTH:
        raise ValueError(f"{where} has more than {_MAX_DEPTH} levels")
    if isinstance(value, str):
        return Template(where, value)
    if isinstance(value, (list, tuple)):
        return [compiled(where, item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):
            raise ValueError(f"{where} must be JSON: the names of members are texts")
        return {name: compiled(where, item, depth + 1) for name, item in value.items()}
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise ValueError(f"{where} must be JSON, not {type(value).__name__} {value!r}") from None
    return value


def filled(document: Any, values: RunValues) -> Any:
    """Return a document of `compiled` for a run. Raises MissingValue."""
    if isinstance(document, Template):
        return document.fill(values)
    if isinstance(document, list):
        return [filled(item, values) for item in document]
    if isinstance(document, dict):
        return {name: filled(item, values) for name, item in document.items()}
    return document
