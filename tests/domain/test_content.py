"""The content of stored files, in parts."""

from __future__ import annotations

import hashlib
import tracemalloc

import pytest

from moto_omics_batch.domain import content
from moto_omics_batch.domain.content import PART_SIZE, Content


def test_the_size_of_a_part() -> None:
    assert PART_SIZE == 100 * 1024 * 1024
    small = {"totalParts": 1, "partSize": PART_SIZE, "contentLength": 3}
    assert Content(b"abc").members() == small


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (3, 1), (4, 1), (5, 2), (8, 2), (9, 3)])
def test_the_number_of_parts_is_rounded_up(
    monkeypatch: pytest.MonkeyPatch, length: int, parts: int
) -> None:
    monkeypatch.setattr(content, "PART_SIZE", 4)
    data = bytes(range(length))
    found = Content(data)
    assert found.total_parts == parts
    read = [found.part(number) for number in range(1, parts + 1)]
    assert [len(part) for part in read if part is not None][:-1] == [4] * (parts - 1)
    assert b"".join(part for part in read if part is not None) == data
    assert found.part(0) is None
    assert found.part(parts + 1) is None


def test_a_part_is_no_copy() -> None:
    found = Content(bytes(10_000_000))
    tracemalloc.start()
    try:
        part = found.part(1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert part is not None
    assert part.obj is found.data
    assert peak < 10_000


def test_the_md5_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Content(b"abc")
    assert found.md5 == hashlib.md5(b"abc").hexdigest()
    monkeypatch.delattr(content, "hashlib")
    assert found.md5 == "900150983cd24fb0d6963f7d28e17f72"
