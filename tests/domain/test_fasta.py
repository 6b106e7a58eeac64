"""The index of a FASTA file, compared with what samtools faidx documents."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from moto_omics_batch.domain.fasta import index, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b">one\nACGT\n", "one 4 5 4 5"),
        (b">one\nACGT", "one 4 5 4 4"),
        (b">one a description\nACGT\nACG\n", "one 7 19 4 5"),
        (b">one\r\nACGT\r\nAC\r\n", "one 6 6 4 6"),
        (b">one\nACGT\n>two\nGG\nG\n", "one 4 5 4 5|two 3 15 2 3"),
        (b">one\n>two\nGG\n", "one 0 5 0 0|two 2 10 2 3"),
        (b">one\nACGT\n>two", "one 4 5 4 5|two 0 14 0 0"),
        (b">one\nAC>GT\n", "one 5 5 5 6"),
        (b">\nACGT\n", " 4 2 4 5"),
        (b"> one\nACGT\n", "one 4 6 4 5"),
        (b">one\nACGT\n\n", "one 4 5 4 5"),
    ],
)
def test_the_index_has_length_offset_bases_and_width(text: bytes, expected: str) -> None:
    lines = "".join(line.replace(" ", "\t") + "\n" for line in expected.split("|"))
    assert index(text, "name.fa").decode() == lines


def test_the_sequence_is_found_by_the_index() -> None:
    text = b">one\nACGTA\nCGTAC\nGT\n>two x\nTTT\nT\n"
    for line in index(text, "name.fa").decode().splitlines():
        name, length, offset, bases, width = line.split("\t")
        lines = -(-int(length) // int(bases))
        body = text[int(offset) : int(offset) + int(length) + lines * (int(width) - int(bases))]
        assert body.replace(b"\n", b"") == {"one": b"ACGTACGTACGT", "two": b"TTTT"}[name]


@pytest.mark.parametrize("text", [b"no fasta\n", b"\n>one\nACGT\n"])
def test_what_is_no_fasta_has_one_line_of_name_and_size(text: bytes) -> None:
    size = len(text)
    assert index(text, "notes.txt").decode() == f"notes.txt\t{size}\t0\t{size}\t{size}\n"


def test_a_compressed_file_has_the_index_of_its_sequence() -> None:
    text = b">one\nACGT\n>two\nGG\n"
    blocks = gzip.compress(text[:7]) + gzip.compress(text[7:])
    assert index(blocks, "a.fa.gz") == index(text, "a.fa")
    assert plain(blocks) == text


@pytest.mark.parametrize(
    "data",
    [b"\x1f\x8b", b"\x1f\x8bnot gzip", gzip.compress(b">one\nACGT\n", mtime=0)[:-9], b"plain"],
)
def test_what_cannot_be_decompressed_stays_as_it_is(data: bytes) -> None:
    assert plain(data) == data
    assert index(data, "a").decode() == f"a\t{len(data)}\t0\t{len(data)}\t{len(data)}\n"


def test_a_name_that_is_no_utf_8_is_replaced() -> None:
    assert index(b">\xff\nA\n", "a").decode() == "�\t1\t3\t1\t2\n"


def test_a_sequence_is_not_copied() -> None:
    text = b">one\n" + b"ACGT\n" * 1_000_000
    tracemalloc.start()
    try:
        found = index(text, "a")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == b"one\t4000000\t5\t4\t5\n"
    assert peak < len(text) / 100
