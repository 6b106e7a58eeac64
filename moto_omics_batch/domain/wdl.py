"""The calls of a WDL workflow, read tolerantly: enough to name tasks, not a parser of WDL."""

from __future__ import annotations

import re

#: Comments and strings, in which braces and words mean nothing.
_NOISE = re.compile(r"#[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")
_WORKFLOW = re.compile(r"\bworkflow\s+\w+\s*\{")
_CALL = re.compile(r"\bcall\s+(?:\w+\.)*(\w+)(?:\s+as\s+(\w+))?")


def calls(source: str) -> list[str]:
    """The names of the calls in the workflow of ``source``, by alias where there is one.

    In the order of the text, each once; empty when there is no workflow with calls.
    """
    text = _NOISE.sub("", source)
    found = _WORKFLOW.search(text)
    if found is None:
        return []
    body = _block(text, found.end())
    return list(dict.fromkeys(alias or name for name, alias in _CALL.findall(body)))


def _block(text: str, start: int) -> str:
    """The text up to the brace that closes the one before ``start``, or all of the rest."""
    depth = 1
    for brace in re.finditer(r"[{}]", text[start:]):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return text[start : start + brace.start()]
    return text[start:]
