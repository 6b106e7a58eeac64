"""The names of a WDL workflow and of its calls. This is not a WDL parser: any text is accepted.

It is used where miniwdl is not: without the extra ``wdl``, and when inference is switched off.
"""

from __future__ import annotations

import re

from .quantities import MAX_NAME

#: A comment or a string, which may contain braces and the word "call". A string without a closing
#: quote ends with its line; otherwise a text with many quotes would take quadratic time.
_COMMENT_OR_STRING = re.compile(r"#[^\n]*|([\"'])(?:\\.|(?!\1)[^\\\n])*(\1)?")
_WORKFLOW = re.compile(r"\bworkflow\s+(\w+)\s*\{")
_CALL = re.compile(r"\bcall\s+(?:\w+\.)*(\w+)(?:\s+as\s+(\w+))?")


def calls(source: str) -> list[str]:
    """Return the names of the calls in the first workflow of ``source``, aliases where given.

    Each name once, in the order of the text, cut to the 128 characters that the model allows; an
    empty list when there is no workflow with calls.
    """
    text = _COMMENT_OR_STRING.sub(_remaining, source)
    found = _WORKFLOW.search(text)
    if found is None:
        return []
    body = _block(text, found.end())
    names = (alias or name for name, alias in _CALL.findall(body))
    return list(dict.fromkeys(name[:MAX_NAME] for name in names))


def workflow_name(source: str) -> str | None:
    """Return the name of the first workflow of ``source``, None when there is none."""
    found = _WORKFLOW.search(_COMMENT_OR_STRING.sub(_remaining, source))
    return found[1] if found else None


def _remaining(found: re.Match[str]) -> str:
    """Return what remains of a comment or string: nothing, unless its quote is not closed."""
    return found[0].partition("#")[0] if found[1] and not found[2] else ""


def _block(text: str, start: int) -> str:
    """Return the text up to the brace that closes the one before ``start``, or to the end."""
    depth = 1
    for brace in re.finditer(r"[{}]", text[start:]):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return text[start : start + brace.start()]
    return text[start:]
