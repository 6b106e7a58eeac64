"""Lines of a report: indented, wrapped and shortened for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

#: The length of a line, in characters; a longer word is not broken.
WIDTH = 79

#: The length of a message of the service, after which it is cut.
MOST_OF_MESSAGE = 160

T = TypeVar("T")


def line(text: str, indent: int = 0) -> list[str]:
    """Return a text as lines; those after the first are indented by four more columns."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 4),
        break_long_words=False,
        break_on_hyphens=False,
    )


def message(text: str) -> str:
    """Return a message on one line, cut between two words when it is long."""
    text = " ".join(text.split())
    if len(text) <= MOST_OF_MESSAGE:
        return text
    cut = text[: MOST_OF_MESSAGE - 3]
    return f"{cut[: max(cut.rfind(' '), MOST_OF_MESSAGE // 2)].rstrip()} ..."


def counted(number: int, noun: str) -> str:
    """Return ``1 run`` or ``1,234 runs``; the plural of ``batch`` is ``batches``."""
    plural = "es" if noun.endswith("ch") else "s"
    return f"{number:,} {noun}{'' if number == 1 else plural}"


def more(shown: int, total: int, noun: str, indent: int = 0) -> Iterator[str]:
    """Yield the line that says how many are not shown, if there are any."""
    if total > shown:
        yield f"{' ' * indent}... and {total - shown:,} more {noun}"


def some(names: Iterable[str], total: int, most: int = 3) -> str:
    """Return the first names, and how many there are beside them."""
    shown = [name for _, name in zip(range(most), names, strict=False)]
    rest = f" and {total - len(shown):,} more" if total > len(shown) else ""
    return ", ".join(shown) + rest


def repeated(items: Sequence[T]) -> list[tuple[T, int]]:
    """Return equal items that follow each other once, with their number."""
    groups: list[tuple[T, int]] = []
    for item in items:
        if groups and groups[-1][0] == item:
            groups[-1] = item, groups[-1][1] + 1
        else:
            groups.append((item, 1))
    return groups
