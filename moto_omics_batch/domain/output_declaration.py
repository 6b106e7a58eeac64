"""The declaration of outputs of runs: files below runOutputUri, and output values (L57, L58)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .output_files import Outputs, key_problem
from .placeholders import MissingValue, RunValues, Template, compiled, filled
from .run_words import members_of, words_of
from .text import shorten

#: The members besides the words that select runs.
MEMBERS = ("files", "values")

#: How many bytes of a body are listed.
_SHOWN_BYTES = 150


class OutputDeclaration:
    """The files and output values of the runs that fit ``words``.

    ``shown`` is the declaration as JSON, with shortened bodies.
    """

    def __init__(self, arguments: Mapping[str, Any]):
        """Read the keyword arguments of `moto_omics_batch.results.outputs`.

        Raises ValueError for what does not exist or is invalid, and lists what exists.
        """
        self.words = words_of(arguments, "outputs", MEMBERS)
        members = members_of(arguments, MEMBERS)
        for name, value in members.items():
            if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
                raise ValueError(f"{name} must be a dict whose keys are texts, not {value!r}")
        files, values = members.get("files", {}), members.get("values", {})
        self._files = [_file(key, body) for key, body in files.items()]
        self._values = {name: compiled(f"values[{name!r}]", v) for name, v in values.items()}
        self.shown: dict[str, Any] = dict(self.words)
        if files:
            self.shown["files"] = {key: _shown(body) for key, body in files.items()}
        if values:
            self.shown["values"] = dict(values)

    def outputs(self, values: RunValues) -> Outputs | None:
        """Return the outputs of a run, None if it lacks the value of a placeholder."""
        files, problems = dict[str, bytes](), list[str]()
        try:
            for template, body in self._files:
                key = template.fill(values)
                if problem := key_problem(key):
                    problems.append(f"{shorten(key)!r}: {problem}")
                elif isinstance(body, bytes):
                    files[key] = body
                else:
                    files[key] = body.fill(values).encode(errors="replace")
            return Outputs(files, filled(self._values, values), tuple(problems))
        except MissingValue:
            return None


def _file(key: str, body: Any) -> tuple[Template, bytes | Template]:
    where = f"files[{shorten(key)!r}]"
    template = Template(f"the key of {where}", key)
    if problem := key_problem(key):
        raise ValueError(f"the key of {where} is invalid: {problem}")
    return template, _body(where, body)


def _body(where: str, body: Any) -> bytes | Template:
    """Return a body: bytes that are the same for all runs, or a template."""
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, str):
        template = Template(where, body)
        return template if template.constant is None else template.constant.encode()
    if not isinstance(body, Mapping) or set(body) != {"base64"}:
        kind = type(body).__name__
        raise ValueError(f'{where} must be a text, bytes or {{"base64": "…"}}, not {kind}')
    from base64 import b64decode

    try:
        return b64decode(body["base64"], validate=True)
    except (TypeError, ValueError):
        raise ValueError(f"{where} must be valid base64") from None


def _shown(body: Any) -> Any:
    """Return a body as JSON, shortened."""
    if isinstance(body, str):
        return shorten(body)
    if isinstance(body, Mapping):
        return {"base64": shorten(body["base64"])}
    from base64 import b64encode

    more = "..." if len(body) > _SHOWN_BYTES else ""
    return {"base64": b64encode(body[:_SHOWN_BYTES]).decode() + more}
