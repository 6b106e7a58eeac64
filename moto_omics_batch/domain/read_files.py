"""The files of read sets: what each type consists of, counts, hashes and smallest indexes."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from .content import Content
from .fasta import plain


class FileType(NamedTuple):
    """A sourceFileType (S71).

    ``aligned`` sets need a reference. ``index_ending`` is that of the index that the service makes.
    """

    aligned: bool
    ending: str
    index_ending: str | None = None
    pairs: bool = False


FILE_TYPES = {
    "FASTQ": FileType(aligned=False, ending=".fastq.gz", pairs=True),
    "BAM": FileType(aligned=True, ending=".bam", index_ending=".bai"),
    "CRAM": FileType(aligned=True, ending=".cram", index_ending=".crai"),
    "UBAM": FileType(aligned=False, ending=".bam"),
}

#: S104: the smallest valid indexes, for files that have none beside them.
_SMALLEST = {".bai": b"BAI\x01\x00\x00\x00\x00", ".crai": gzip.compress(b"", mtime=0)}

#: S51: eTagAlgorithmFamily → the name of the hash function.
_HASHES = {"MD5up": "md5", "SHA256up": "sha256", "SHA512up": "sha512"}

#: The bases and qualities of FASTQ: lines of one read.
_LINES = 4


def smallest_index(ending: str) -> bytes:
    """Return the smallest valid index with this ending, ``.bai`` or ``.crai`` (S104)."""
    return _SMALLEST[ending]


def named_files(
    file_type: str, name: str, contents: Mapping[str, bytes]
) -> dict[str, tuple[str, bytes]]:
    """Return (name, content) of the files of a read set that has no objects of S3 (S61).

    ``contents`` and the result are by the member of ``files``. The smallest index is added if the
    type has an index and ``contents`` has none (S104).
    """
    kind = FILE_TYPES[file_type]
    found = {
        member: (f"{name}{f'_{member}' if kind.pairs else ''}{kind.ending}", data)
        for member, data in contents.items()
    }
    if (ending := kind.index_ending) is not None:
        index = contents.get("index") or smallest_index(ending)
        found["index"] = found["source1"][0] + ending, index
    return found


def counts(file_type: str, files: Mapping[str, Content]) -> tuple[int, int]:
    """Return (reads, bases) of the sources of a read set; 0 for what is no FASTQ (S92)."""
    reads = bases = 0
    if file_type == "FASTQ":
        for name in ("source1", "source2"):
            if name in files:
                of_file = _fastq_counts(plain(files[name].data))
                reads, bases = reads + of_file[0], bases + of_file[1]
    return reads, bases


def _fastq_counts(text: bytes) -> tuple[int, int]:
    lines = text.splitlines()
    names, sequences, separators = (lines[start::_LINES] for start in range(3))
    fits = len(lines) % _LINES == 0 and all(name.startswith(b"@") for name in names)
    if not fits or not all(line.startswith(b"+") for line in separators):
        return 0, 0
    return len(sequences), sum(map(len, sequences))


def etag(file_type: str, family: str, files: Mapping[str, Content]) -> dict[str, str]:
    """Return the etag of a read set: the algorithm and a hash for each source (S94)."""
    kind = "BAM" if file_type == "UBAM" else file_type
    found = {"algorithm": f"{kind}_{family}"}
    for name in ("source1", "source2"):
        if name in files:
            data = files[name].data
            text = plain(data) if file_type == "FASTQ" else data
            found[name] = hashlib.new(_HASHES[family], text, usedforsecurity=False).hexdigest()
    return found
