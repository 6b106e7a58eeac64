"""The files of read sets: names, indexes, counts and hashes."""

from __future__ import annotations

import gzip
import hashlib
import tracemalloc

import pytest

from moto_omics_batch.domain.content import Content
from moto_omics_batch.domain.read_files import counts, etag, named_files, smallest_index

FASTQ = b"@r1\nACGT\n+\nIIII\n"


@pytest.mark.parametrize(
    ("type", "names"),
    [
        ("FASTQ", {"source1": "a_source1.fastq.gz"}),
        ("BAM", {"source1": "a.bam", "index": "a.bam.bai"}),
        ("CRAM", {"source1": "a.cram", "index": "a.cram.crai"}),
        ("UBAM", {"source1": "a.bam"}),
    ],
)
def test_files_are_named_after_the_set(type: str, names: dict[str, str]) -> None:
    found = named_files(type, "a", {"source1": b"reads"})
    assert {member: name for member, (name, _) in found.items()} == names
    assert found["source1"][1] == b"reads"


def test_the_smallest_indexes_are_valid() -> None:
    assert smallest_index(".bai") == b"BAI\x01\x00\x00\x00\x00"
    assert gzip.decompress(smallest_index(".crai")) == b""
    assert named_files("BAM", "a", {"source1": b"r"})["index"][1] == smallest_index(".bai")
    given = named_files("BAM", "a", {"source1": b"r", "index": b"i"})
    assert given["index"] == ("a.bam.bai", b"i")


def test_pairs_are_added_up_and_indexes_are_not_counted() -> None:
    files = {"source1": Content(FASTQ), "source2": Content(gzip.compress(FASTQ))}
    assert counts("FASTQ", files) == (2, 8)
    assert counts("UBAM", files) == (0, 0)
    assert counts("FASTQ", {"source1": Content(b"@r1\r\nAC\r\n+\r\nII\r\n")}) == (1, 2)


def test_hashes_are_of_the_decompressed_fastq_and_of_the_bytes_of_all_else() -> None:
    packed = gzip.compress(FASTQ)
    files = {"source1": Content(packed), "index": Content(b"i")}
    assert etag("FASTQ", "SHA512up", files) == {
        "algorithm": "FASTQ_SHA512up",
        "source1": hashlib.sha512(FASTQ).hexdigest(),
    }
    assert etag("UBAM", "MD5up", files) == {
        "algorithm": "BAM_MD5up",
        "source1": hashlib.md5(packed).hexdigest(),
    }


def test_naming_files_copies_no_content() -> None:
    data = bytes(5_000_000)
    tracemalloc.start()
    try:
        named_files("BAM", "a", {"source1": data})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000
