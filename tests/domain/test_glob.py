"""Patterns in the inputs of Nextflow runs."""

from __future__ import annotations

import time

import pytest

from moto_omics_batch.domain.glob import Glob, is_pattern


@pytest.mark.parametrize(
    ("pattern", "matching", "others"),
    [
        ("a/*.gz", ["a/.gz", "a/b.gz"], ["a/b/c.gz", "a/b.gzip", "b/b.gz", "a/b.g"]),
        ("a/**.gz", ["a/b.gz", "a/b/c.gz"], ["b/a/b.gz", "a/b"]),
        ("**/x", ["a/x", "a/b/x"], ["x", "a/xx"]),
        ("**a*b", ["ab", "a/ab", "aa/axb"], ["a/b", "ba/"]),
        ("s_?.fq", ["s_1.fq"], ["s_.fq", "s_12.fq", "s_/.fq"]),
        ("s_{1,2}.fq{,.gz}", ["s_1.fq", "s_2.fq.gz"], ["s_3.fq", "s_.fq", "s_1.fq."]),
        ("{a,b/*}", ["a", "b/c"], ["b", "b/c/d"]),
        ("s_[1-3x]", ["s_1", "s_3", "s_x"], ["s_4", "s_-", "s_"]),
        ("s_[!1-3]", ["s_4", "s_x"], ["s_1", "s_/", "s_"]),
        ("s_[-x]", ["s_-", "s_x"], ["s_a"]),
        (r"s_\*\[x", ["s_*[x"], ["s_a[x"]),
        ("s_[x", ["s_[x"], ["s_x"]),
        ("s_{x", ["s_{x"], ["s_x"]),
        ("[z-a]", [], ["z", "a", "m"]),
        ("r*/", ["reads/x", "reads/a/b"], ["reads", "x/reads/y"]),
        ("a.c", ["a.c"], ["abc"]),
    ],
)
def test_matches(pattern: str, matching: list[str], others: list[str]) -> None:
    glob = Glob(pattern)
    assert [text for text in [*matching, *others] if glob.matches(text)] == matching


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [("reads/HG*.gz", "reads/HG"), ("{a,b}", ""), ("a?", "a"), (r"a\*", "a"), ("a[b]", "a")],
)
def test_prefix_is_what_all_matches_begin_with(pattern: str, prefix: str) -> None:
    assert Glob(pattern).prefix == prefix


def test_only_texts_with_wildcards_are_patterns() -> None:
    assert [t for t in ("a/b.c", "a*", "a?", "[a", "{a", "a]}") if is_pattern(t)] == [
        "a*",
        "a?",
        "[a",
        "{a",
    ]


@pytest.mark.parametrize(
    "pattern", ["*a" * 200, "**a" * 200, "{a,b}" * 40 + "*", "{" * 5000, "[" * 5000]
)
def test_hostile_patterns_take_no_long_time(pattern: str) -> None:
    start = time.process_time()
    assert not Glob(pattern).matches("a" * 500 + "/!")
    assert time.process_time() - start < 2
