"""Pages of lists, and their tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from moto_omics_batch.wire.paging import BadToken, decode, encode, page, scope_of

SCOPE = scope_of("1", "us-east-1", "ListBatch", [("status", "FAILED")])


ItemsAfter = Callable[[int], Iterator[tuple[int, str]]]


def _numbers(count: int, deleted: frozenset[int] = frozenset()) -> ItemsAfter:
    def after(position: int) -> Iterator[tuple[int, str]]:
        return ((n, f"item {n}") for n in range(position + 1, count) if n not in deleted)

    return after


def _pages(count: int, limit: int) -> list[list[str]]:
    pages: list[list[str]] = []
    token: str | None = None
    while True:
        items, token = page(SCOPE, token, limit, _numbers(count))
        pages.append(items)
        if token is None:
            return pages


@pytest.mark.parametrize(
    ("count", "limit", "sizes"),
    [
        (0, 3, [0]),
        (2, 3, [2]),
        (3, 3, [3]),
        (4, 3, [3, 1]),
        (6, 3, [3, 3]),
        (7, 3, [3, 3, 1]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_there_is_a_token_when_there_are_more_items(
    count: int, limit: int, sizes: list[int]
) -> None:
    pages = _pages(count, limit)
    assert [len(items) for items in pages] == sizes
    assert [item for items in pages for item in items] == [f"item {n}" for n in range(count)]


def test_a_token_stays_valid_while_items_are_added_and_deleted() -> None:
    _, token = page(SCOPE, None, 3, _numbers(5))
    deleted = frozenset({0, 1, 2, 4})
    items, more = page(SCOPE, token, 3, _numbers(9, deleted))
    assert items == ["item 3", "item 5", "item 6"]
    assert page(SCOPE, more, 3, _numbers(9, deleted)) == (["item 7", "item 8"], None)
    assert page(SCOPE, token, 3, _numbers(0)) == ([], None)


@pytest.mark.parametrize("position", [0, 1, 99, 10**9, 10**17])
def test_tokens_are_short_and_can_be_decoded(position: int) -> None:
    token = encode(SCOPE, position)
    assert 1 <= len(token) <= 128
    assert token.isascii()
    assert token.isprintable()
    assert decode(SCOPE, token) == position


@pytest.mark.parametrize(
    "change",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token + "0",
        lambda token: token[:16] + "0" + token[16:],
        lambda token: token[:16] + "43",
        lambda token: token[:16] + "-1",
        lambda token: token[:16] + "٤٢",
        lambda token: token[:16] + "²",
        lambda token: token[:16],
        lambda token: token.swapcase(),
        lambda token: "A" * 16 + token[16:],
        lambda token: token[:16] + "9" * 100,
        lambda token: " " + token,
        lambda token: token + "\n",
        lambda token: "\ud800" + token,
    ],
)
def test_a_token_that_was_not_issued_is_refused(change: Callable[[str], str]) -> None:
    token = change(encode(SCOPE, 42))
    with pytest.raises(BadToken):
        decode(SCOPE, token)


@pytest.mark.parametrize(
    "other",
    [
        ("2", "us-east-1", "ListBatch", [("status", "FAILED")]),
        ("1", "eu-west-1", "ListBatch", [("status", "FAILED")]),
        ("1", "us-east-1", "ListRuns", [("status", "FAILED")]),
        ("1", "us-east-1", "ListBatch", []),
        ("1", "us-east-1", "ListBatch", [("status", "\ud800")]),
    ],
)
def test_a_token_of_another_list_is_refused(other: tuple[object, ...]) -> None:
    token = encode(scope_of(*other), 42)
    assert decode(scope_of(*other), token) == 42
    with pytest.raises(BadToken):
        decode(SCOPE, token)
