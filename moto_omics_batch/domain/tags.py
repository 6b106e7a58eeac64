"""The rules for tags that HealthOmics has beyond the constraints of the model (W9)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .text import shorten

#: The maximum number of tags of a resource.
MAX_TAGS = 50

_ALLOWED = re.compile(r"[\w .:/=+@-]*")


def problem(tags: Mapping[str, str]) -> str | None:
    """Return why a resource cannot have these tags, None when it can.

    The rules: at most MAX_TAGS tags; keys do not start with ``aws:``; keys and values consist of
    letters, digits, spaces and ``_.:/=+-@``.
    """
    if len(tags) > MAX_TAGS:
        return f"A resource can have {MAX_TAGS} tags at most, not {len(tags)}"
    for key, value in tags.items():
        if key.isalnum() and value.isalnum():
            continue
        if key.lower().startswith("aws:"):
            return f"Tag key '{shorten(key)}' must not start with aws:"
        if not (_ALLOWED.fullmatch(key) and _ALLOWED.fullmatch(value)):
            invalid = next(char for char in key + value if not _ALLOWED.fullmatch(char))
            return f"Tag '{shorten(key)}' holds a character that tags cannot have: {invalid!r}"
    return None
