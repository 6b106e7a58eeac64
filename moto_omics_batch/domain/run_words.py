"""The words that select the runs of a declaration (L57)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .faults import one_of

#: The words, those that select fewer runs first.
WORDS = ("runId", "runSettingId", "name", "batchName", "workflowId", "workflowName")


def words_of(arguments: Mapping[str, Any], what: str, members: tuple[str, ...]) -> dict[str, str]:
    """Return the words among the arguments of the function ``what``; None counts as absent.

    Raises ValueError for arguments that are neither words nor ``members``, and for words that are
    no texts.
    """
    for name in arguments:
        one_of(f"keyword argument of {what}", name, (*members, *WORDS))
    words = {name: arguments[name] for name in WORDS if arguments.get(name) is not None}
    for name, value in words.items():
        if not isinstance(value, str) or not value:
            raise ValueError(f"{name} must be a text, not {value!r}")
    return words


def members_of(arguments: Mapping[str, Any], members: tuple[str, ...]) -> dict[str, Any]:
    """Return those of ``members`` that are among the arguments; None counts as absent."""
    return {name: arguments[name] for name in members if arguments.get(name) is not None}
