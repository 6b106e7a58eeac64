"""Tags: what HealthOmics accepts beyond the constraints of the model (W9)."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: How many tags a resource may have.
MAX_TAGS = 50

_ALLOWED = re.compile(r"[\w .:/=+@-]*")


def problem(tags: Mapping[str, str]) -> str | None:
    """Why these cannot be the tags of a resource, None when they can."""
    if len(tags) > MAX_TAGS:
        return f"A resource can have {MAX_TAGS} tags at most, not {len(tags)}"
    for key, value in tags.items():
        if key.isalnum() and value.isalnum():
            continue
        if key.lower().startswith("aws:"):
            return f"Tag key '{key}' must not start with aws:"
        if not (_ALLOWED.fullmatch(key) and _ALLOWED.fullmatch(value)):
            strange = next(c for c in key + value if not _ALLOWED.fullmatch(c))
            return f"Tag '{key}' holds a character that tags cannot have: {strange!r}"
    return None
