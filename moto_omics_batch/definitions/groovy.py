"""Nextflow source as text: comments and strings are told apart, blocks are found by their braces.

This is not a parser of Nextflow: any text is accepted, in a time proportional to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

#: A comment or a string; one without an end goes on to the end of the text or the line.
_COMMENT_OR_STRING = re.compile(
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|'''.*?(?:'''|\Z)|\"\"\".*?(?:\"\"\"|\Z)"
    r"|'(?:\\.|[^'\\\n])*'?|\"(?:\\.|[^\"\\\n])*\"?",
    re.DOTALL,
)
_NAME_IN_QUOTES = re.compile(r"(['\"])[\w-]+\1")
_NOT_LINE_END = re.compile(r"[^\n]")
_BRACKET = re.compile(r"[{}\[\]()\n;]")


class Block(NamedTuple):
    """A block in braces: the name before it, and the place of its content in the text."""

    name: str
    start: int
    end: int


class Source:
    """A text in two forms of the same length.

    In ``code`` comments are blank; in ``bare`` strings are blank as well, except those that are
    just a name.
    """

    def __init__(self, text: str):
        self.code = _COMMENT_OR_STRING.sub(_without_comment, text)
        self.bare = _COMMENT_OR_STRING.sub(_without_string, self.code)
        self._closing = _closing_braces(self.bare)

    def blocks(self, head: str, start: int = 0, end: int | None = None) -> Iterator[Block]:
        """Yield the blocks whose head matches ``head``, none within another of them.

        ``head`` is a pattern that ends with the opening brace; its last group is the name.
        """
        pattern, end = re.compile(head), len(self.bare) if end is None else end
        while found := pattern.search(self.bare, start, end):
            start = min(self._closing.get(found.end() - 1, end), end)
            yield Block(found[found.lastindex or 0], found.end(), start)

    def without(self, head: str) -> Source:
        """Return the source without the blocks whose head matches ``head``."""
        parts, end = [], 0
        for block in self.blocks(head):
            parts.append(self.code[end : block.start])
            end = block.end
        return Source("".join([*parts, self.code[end:]]))

    def lines(self, block: Block) -> Iterator[str]:
        """Yield the statements of a block line by line, without those in inner brackets."""
        depth, begin, line = 0, block.start, ""
        for found in _BRACKET.finditer(self.bare, block.start, block.end):
            bracket = found[0]
            if depth == 0:
                line += self.bare[begin : found.start()]
            if bracket in "{[(":
                depth += 1
            elif bracket in "}])":
                depth = max(depth - 1, 0)
            elif depth == 0:
                yield line.strip()
                line = ""
            begin = found.end()
        yield (line + self.bare[begin : block.end]).strip()


def _without_comment(found: re.Match[str]) -> str:
    text = found[0]
    return _NOT_LINE_END.sub(" ", text) if text.startswith(("//", "/*")) else text


def _without_string(found: re.Match[str]) -> str:
    text = found[0]
    if _NAME_IN_QUOTES.fullmatch(text):
        return f" {text[1:-1]} "
    return _NOT_LINE_END.sub(" ", text)


def _closing_braces(text: str) -> dict[int, int]:
    """Return the place of each opening brace and that of the brace that closes it."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for found in re.finditer(r"[{}]", text):
        if found[0] == "{":
            opened.append(found.start())
        elif opened:
            closing[opened.pop()] = found.start()
    return closing
