"""Names that clients choose, in messages of a bounded length."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nsmallest

#: The maximum length of a client's name or value in a message, in characters.
MAX_SHOWN = 300

#: The maximum number of names that one message lists.
MAX_LISTED = 20


def shorten(text: str) -> str:
    """Return a text as messages show it: at most MAX_SHOWN characters, then ``...``."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


def listed(names: Iterable[str], count: int) -> str:
    """Return ``count`` names as messages list them: sorted, then ``and N more``.

    ``names`` are all names, or contain at least the first MAX_LISTED of them.
    """
    shown = [shorten(name) for name in nsmallest(MAX_LISTED, names)]
    if count > MAX_LISTED:
        shown.append(f"and {count - MAX_LISTED} more")
    return ", ".join(shown)
