"""The index of a FASTA file, as samtools writes it: a ``.fai`` file (S47)."""

from __future__ import annotations

import gzip
import zlib
from typing import NamedTuple


class _Sequence(NamedTuple):
    """One line of an index: lengths in bases and in bytes of a line, and the offset in bytes."""

    name: str
    length: int
    offset: int
    bases: int
    width: int


def plain(data: bytes) -> bytes:
    """Return the content of a gzip file, or ``data`` itself if it is none."""
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return data


def index(data: bytes, name: str) -> bytes:
    """Return the index of a FASTA file, compressed or not.

    What is no FASTA has an index of one line, made of ``name`` and its size.
    """
    text = plain(data)
    sequences = _sequences(text) if text.startswith(b">") else []
    if not sequences:
        sequences = [_Sequence(name, len(text), 0, len(text), len(text))]
    return "".join("\t".join(map(str, sequence)) + "\n" for sequence in sequences).encode()


def _sequences(text: bytes) -> list[_Sequence]:
    found = []
    at = 0
    while at < len(text):
        end = _line_end(text, at)
        name = text[at + 1 : end].split(None, 1)
        start = end
        following = text.find(b"\n>", max(start - 1, 0))
        stop = len(text) if following < 0 else following + 1
        first = text[start : min(_line_end(text, start), stop)]
        line_ends = sum(text.count(end, start, stop) for end in (b"\n", b"\r"))
        label = name[0].decode(errors="replace") if name else ""
        bases = len(first.rstrip(b"\r\n"))
        found.append(_Sequence(label, stop - start - line_ends, start, bases, len(first)))
        at = stop
    return found


def _line_end(text: bytes, start: int) -> int:
    """Return the position after the line that begins at ``start``."""
    end = text.find(b"\n", start)
    return len(text) if end < 0 else end + 1
