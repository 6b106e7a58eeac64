"""GetReference: the bytes of references and of their indexes."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, MakeClient
from tests.omics.helpers import raises_error, raises_not_found, raises_violations
from tests.omics.storage.stores.conftest import FASTA, ImportReference
from tests.wire.raw import Wire

GetReference = Callable[..., Any]


@pytest.fixture
def get(raw_omics: Client, reference_store: str) -> GetReference:
    """``get(id, partNumber=1)`` returns the response of GetReference."""
    return lambda id, **more: raw_omics.get_reference(
        referenceStoreId=reference_store, id=id, **{"partNumber": 1, **more}
    )


def read(response: Any) -> bytes:
    """Return the payload of a response."""
    return bytes(response["payload"].read())


@pytest.mark.documented("S4", "S100")
def test_the_bytes_are_those_of_the_imported_object(
    import_reference: ImportReference, get: GetReference
) -> None:
    body = b">chr1\n" + bytes(range(256)) + b"\r\n\x00"
    reference_id = import_reference(body=body)
    assert read(get(reference_id)) == body
    assert read(get(reference_id, file="SOURCE")) == body


@pytest.mark.our_choice("S4")
def test_the_headers_are_the_content_type_and_the_length(
    import_reference: ImportReference, get: GetReference
) -> None:
    reference_id = import_reference()
    whole, index, some = (
        get(reference_id),
        get(reference_id, file="INDEX"),
        get(reference_id, range="bytes=0-3"),
    )
    for response, length in ((whole, len(FASTA)), (index, 29), (some, 4)):
        headers = response["ResponseMetadata"]["HTTPHeaders"]
        assert headers["content-type"].split(";")[0] == "application/octet-stream"
        assert headers["content-length"] == str(length)
        assert not any(name.startswith("x-amz-") for name in headers)
        assert len(read(response)) == length


@pytest.mark.our_choice("S44")
def test_the_bytes_are_kept_when_the_object_goes(
    client: MakeClient, import_reference: ImportReference, get: GetReference
) -> None:
    reference_id = import_reference()
    client("s3").delete_object(Bucket="genomes", Key="hg38.fa")
    client("s3").delete_bucket(Bucket="genomes")
    assert read(get(reference_id)) == FASTA


@pytest.mark.our_choice("S47")
def test_the_index_is_that_of_samtools(
    import_reference: ImportReference, get: GetReference
) -> None:
    assert read(get(import_reference(), file="INDEX")) == (
        b"chr1\t12\t12\t8\t9\nchr2\t4\t32\t4\t5\n"
    )


@pytest.mark.our_choice("S47", "S46", "S42")
def test_a_compressed_reference_is_stored_as_it_is_and_indexed_by_its_sequence(
    omics: Client, reference_store: str, import_reference: ImportReference, get: GetReference
) -> None:
    body = gzip.compress(FASTA[:20]) + gzip.compress(FASTA[20:])
    reference_id = import_reference(body=body, key="hg38.fa.gz")
    assert read(get(reference_id)) == body
    assert read(get(reference_id, file="INDEX")).startswith(b"chr1\t12\t12\t8\t9\n")
    found = omics.get_reference_metadata(referenceStoreId=reference_store, id=reference_id)
    assert found["md5"] == hashlib.md5(body).hexdigest()


@pytest.mark.our_choice("S42", "S47", "S79")
def test_any_object_can_be_imported(import_reference: ImportReference, get: GetReference) -> None:
    reference_id = import_reference(body=b"no fasta", key="notes/read me.md")
    assert read(get(reference_id)) == b"no fasta"
    assert read(get(reference_id, file="INDEX")) == b"read me.md\t8\t0\t8\t8\n"


# -- parts --


@pytest.mark.our_choice("S101")
def test_a_part_above_the_last_one_cannot_be_read(
    import_reference: ImportReference, get: GetReference
) -> None:
    for file in ("SOURCE", "INDEX"):
        with raises_error(
            "RangeNotSatisfiableException", 416, "partNumber 2 is above 1, the last part"
        ):
            get(import_reference(name=f"reference {file}"), partNumber=2, file=file)


@pytest.mark.documented("S100")
def test_the_constraints_of_parts_and_files(
    reference_store: str, import_reference: ImportReference, get: GetReference, server: str | None
) -> None:
    reference_id = import_reference()
    with raises_violations(
        "Value '10001' at 'partNumber' must have value less than or equal to 10000",
        "Value 'BOTH' at 'file' must satisfy enum value set: [SOURCE, INDEX]",
    ):
        get(reference_id, partNumber=10001, file="BOTH")
    refusal = Wire(server).refused(
        "GET", f"/referencestore/{reference_store}/reference/{reference_id}"
    )
    assert refusal.message.startswith("1 validation error detected: Value null at 'partNumber'")


@pytest.mark.our_choice("S191", "S9")
def test_store_and_reference_must_exist(
    omics: Client, reference_store: str, get: GetReference
) -> None:
    with raises_not_found("The specified reference store does not exist."):
        omics.get_reference(referenceStoreId="1234567890", id="1234567891", partNumber=2)
    with raises_not_found("The specified reference does not exist."):
        get("1234567891", partNumber=2)


# -- ranges --


@pytest.mark.our_choice("S103")
@pytest.mark.parametrize(
    ("range", "expected"),
    [
        ("bytes=1-4", b"chr1"),
        ("1-4", b"chr1"),
        ("bytes=0-0", b">"),
        ("bytes=30-", FASTA[30:]),
        ("30-", FASTA[30:]),
        ("bytes=-5", b"GGCC\n"),
        ("-5", b"GGCC\n"),
        ("bytes=30-999999", FASTA[30:]),
        ("bytes=-999", FASTA),
    ],
)
def test_a_range_is_read_with_and_without_its_unit(
    import_reference: ImportReference, get: GetReference, range: str, expected: bytes
) -> None:
    response = get(import_reference(), range=range)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert read(response) == expected


@pytest.mark.our_choice("S103")
@pytest.mark.parametrize(
    "range", ["bytes=1000-", "bytes=4-1", "-0", "-", "bytes=", "all", "bytes=1-2,4-5", "1"]
)
def test_a_range_without_bytes_and_an_unreadable_one_cannot_be_satisfied(
    import_reference: ImportReference, get: GetReference, range: str
) -> None:
    with raises_error(
        "RangeNotSatisfiableException", 416, f"The range {range!r} has no bytes of the part"
    ):
        get(import_reference(), range=range)


@pytest.mark.documented("S103")
def test_a_range_has_at_most_127_characters(
    import_reference: ImportReference, get: GetReference
) -> None:
    longest = f"1-{'9' * 125}"
    assert read(get(import_reference(), range=longest)) == FASTA[1:]
    with raises_violations(
        f"Value '{longest}9' at 'range' must have length less than or equal to 127"
    ):
        get("1234567891", range=f"{longest}9")
