"""Tags: what HealthOmics accepts beyond the constraints of the model (W9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: How many tags a resource may have.
MAX_TAGS = 50

_PUNCTUATION = frozenset(" _.:/=+-@")


def problem(tags: Mapping[str, str]) -> str | None:
    """Why these cannot be the tags of a resource, None when they can."""
    if len(tags) > MAX_TAGS:
        return f"A resource can have {MAX_TAGS} tags at most, not {len(tags)}"
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            return f"Tag key '{key}' must not start with aws:"
        for text in (key, value):
            if strange := _strange(text):
                return f"Tag '{key}' holds a character that tags cannot have: {strange!r}"
    return None


def _strange(text: Iterable[str]) -> str | None:
    return next((c for c in text if not c.isalnum() and c not in _PUNCTUATION), None)
