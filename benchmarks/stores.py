"""Stores: late pages of long lists, and the time to read a part of a read set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .environment import Client, client, immediate
from .measure import Figure, Sizes, best, ratio

#: The size of a page.
PAGE = 100

REFERENCE_STORE, SEQUENCE_STORE, READ_SET = "1234567890", "1234567891", "1234567892"

#: The size of a part, in bytes.
PART = 100 * 1024 * 1024


def _ids(count: int, first: int) -> list[dict[str, str]]:
    """Return declarations of references or read sets with ids from ``first`` on."""
    return [{"id": str(first + number)} for number in range(count)]


def _last_token(operation: Any, store: dict[str, str], count: int) -> str:
    """Return the token of the last page."""
    token = ""
    for _ in range(-(-count // PAGE) - 1):
        token = operation(**store, **({"nextToken": token} if token else {}))["nextToken"]
    return token


def last_pages(sizes: Sizes) -> Iterator[Figure]:
    """Compare the last and the first page of ListReferences and of ListReadSets."""
    count = sizes.runs
    references = {"id": REFERENCE_STORE, "references": _ids(count, 10**11)}
    read_sets = {"id": SEQUENCE_STORE, "readSets": _ids(count, 2 * 10**11)}
    config: Any = {"omics": {"reference_store": references, "sequence_stores": [read_sets]}}
    with immediate(config):
        omics = client("omics")
        store = {"referenceStoreId": REFERENCE_STORE}
        yield _last_page("references", omics.list_references, store, sizes)
        store = {"sequenceStoreId": SEQUENCE_STORE}
        yield _last_page("readSets", omics.list_read_sets, store, sizes)


def _last_page(key: str, operation: Any, store: dict[str, str], sizes: Sizes) -> Figure:
    token = _last_token(operation, store, sizes.runs)
    last = operation(**store, nextToken=token)
    assert len(last[key]) == PAGE
    assert "nextToken" not in last
    times = best(
        sizes.rounds,
        lambda: operation(**store, nextToken=token),
        lambda: operation(**store),
    )
    return ratio(f"List{key[0].upper()}{key[1:]}, last page : first of {sizes.runs:,}", times, 1.1)


def get_read_set(sizes: Sizes) -> Iterator[Figure]:
    """Compare GetReadSet of a part with GetObject of moto's S3, for the same bytes.

    A part of a larger file, and the only part of a small one.
    """
    for length in (sizes.read_set, sizes.small_read_set):
        body = bytes(length)
        declared = {"id": READ_SET, "files": {"source1": body}}
        store = {"id": SEQUENCE_STORE, "readSets": [declared]}
        config: Any = {"omics": {"sequence_stores": [store]}}
        with immediate(config):
            yield _part_and_object(client("omics"), client("s3"), body[:PART], sizes)


def _part_and_object(omics: Client, s3: Client, part: bytes, sizes: Sizes) -> Figure:
    s3.create_bucket(Bucket="reads")
    s3.put_object(Bucket="reads", Key="part", Body=part)

    def read_part() -> bytes:
        response = omics.get_read_set(sequenceStoreId=SEQUENCE_STORE, id=READ_SET, partNumber=1)
        return bytes(response["payload"].read())

    def read_object() -> bytes:
        return bytes(s3.get_object(Bucket="reads", Key="part")["Body"].read())

    assert read_part() == read_object() == part
    rounds = sizes.rounds if len(part) < PART else sizes.long_rounds
    times = best(rounds, read_part, read_object)
    return ratio(f"GetReadSet : GetObject of S3, {len(part):,} bytes", times, 1.3)
