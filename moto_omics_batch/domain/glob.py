"""File name patterns, as Nextflow reads them in the inputs of a run (L121)."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import NamedTuple

#: Characters that make a URI a pattern.
_SPECIAL = re.compile(r"[*?\[{]")

#: The parts of a pattern without alternatives: ``*``, ``**``, ``?``, ``[a-c]``, ``[!x]``, ``\*``
#: and any other character.
_PART = re.compile(r"\*+|\[!?[^/]+?\]|\\.|.", re.DOTALL)

_ALTERNATIVES = re.compile(r"\{([^{}]*)\}")

#: The maximum number of patterns that the alternatives of one pattern give.
_MAX_PATTERNS = 1000


def is_pattern(text: str) -> bool:
    """Return whether a text has characters with which a pattern begins."""
    return _SPECIAL.search(text) is not None


class Glob:
    """A pattern with ``*`` and ``?`` within a folder, ``**`` across folders, ``[a-c]``, ``[!a-c]``
    and ``{x,y}``. A pattern that ends with ``/`` matches everything beneath it.

    The time of a match is proportional to the length of the text, whatever the pattern is.
    Alternatives beyond _MAX_PATTERNS are not tried.
    """

    def __init__(self, pattern: str):
        if pattern.endswith("/"):
            pattern += "**"
        #: The text with which everything begins that matches.
        self.prefix = re.split(r"[*?\[{\\]", pattern, maxsplit=1)[0]
        parts = _ALTERNATIVES.split(pattern)
        choices = [p.split(",") if at % 2 else [p] for at, p in enumerate(parts)]
        self._plain = [_Plain("".join(p)) for p in islice(product(*choices), _MAX_PATTERNS)]

    def matches(self, text: str) -> bool:
        """Return whether a text matches as a whole."""
        return any(plain.matches(text) for plain in self._plain)


class _Class(NamedTuple):
    """The characters that one place of a pattern accepts: those in ``ranges``, or all others."""

    ranges: tuple[tuple[str, str], ...]
    negated: bool = False

    def accepts(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) != self.negated


class _Plain:
    """A pattern without alternatives.

    Bit n of a state is set when the first n characters of the pattern, not counting ``*``, match
    the text so far. All states advance together.
    """

    def __init__(self, pattern: str):
        self._places: list[_Class] = []
        #: The states in which ``**`` and ``*`` accept any number of characters.
        self._across = self._within = 0
        for part in _PART.findall(pattern):
            here = 1 << len(self._places)
            if part[0] != "*":
                self._places.append(_class(part))
            elif len(part) > 1:
                self._across |= here
            else:
                self._within |= here
        self._accepting: dict[str, int] = {}

    def matches(self, text: str) -> bool:
        """Return whether a text matches as a whole."""
        state = 1
        for character in text:
            if character not in self._accepting:
                accepting = (1 << n for n, c in enumerate(self._places) if c.accepts(character))
                self._accepting[character] = sum(accepting)
            stays = self._across if character == "/" else self._across | self._within
            state = state & stays | (state & self._accepting[character]) << 1
        return bool(state >> len(self._places) & 1)


def _class(part: str) -> _Class:
    """Return the characters that one part of a pattern accepts."""
    if part == "?":
        return _Class((("/", "/"),), negated=True)
    if len(part) < 3:
        return _Class(((part[-1], part[-1]),))
    inside = part[1:-1]
    negated = inside.startswith("!")
    found = re.findall(r"(.)-(.)|(.)", inside[negated:], re.DOTALL)
    ranges = tuple((low or only, high or only) for low, high, only in found)
    # No class accepts the separator of folders.
    return _Class((*ranges, ("/", "/")) if negated else ranges, negated)
