"""Stores that the settings of a mock declare: valid and invalid forms."""

from __future__ import annotations

import re
from typing import Any

import pytest

from moto_omics_batch.domain.declared_stores import (
    DeclaredReadSet,
    DeclaredReference,
    DeclaredStore,
    check_distinct,
    reference_store,
    sequence_stores,
)

ID = "1234567890"

#: Digits that are no digits of ids.
ARABIC = "\u0661" * 10


def read_set(**members: Any) -> DeclaredReadSet:
    """Return a declared read set with these members."""
    ((found,),) = (
        store.content
        for store in sequence_stores([{"id": ID, "readSets": [{"id": "1111111111", **members}]}])
    )
    assert isinstance(found, DeclaredReadSet)
    return found


def test_an_id_is_enough() -> None:
    assert reference_store(ID) == DeclaredStore(ID, f"reference-store-{ID}")
    assert sequence_stores([ID]) == [DeclaredStore(ID, f"sequence-store-{ID}")]
    assert reference_store({"id": ID, "references": [{"id": "1111111111"}]}).content == (
        DeclaredReference("1111111111", {"name": "reference-1111111111"}, b"\n"),
    )
    assert read_set() == DeclaredReadSet(
        "1111111111",
        {
            "name": "read-set-1111111111",
            "subjectId": "subject",
            "sampleId": "sample-1111111111",
            "fileType": "FASTQ",
        },
        {"source1": b"\n"},
    )


def test_all_members_are_kept() -> None:
    members = {
        "name": "HG002",
        "subjectId": "patient-1",
        "sampleId": "HG002",
        "generatedFrom": "run 7",
        "referenceArn": "arn:aws:omics:us-east-1:123456789012:referenceStore/1/reference/2",
        "description": "a test",
        "tags": {"lab": ""},
    }
    found = read_set(
        **members,
        fileType="CRAM",
        status="ARCHIVED",
        files={"source1": bytearray(b"reads"), "index": "ä"},
    )
    assert found.params == {**members, "fileType": "CRAM"}
    assert found.files == {"source1": b"reads", "index": b"\xc3\xa4"}
    assert found.status == "ARCHIVED"
    (reference,) = reference_store(
        {
            "id": ID,
            "name": "genomes",
            "references": [
                {"id": "1111111111", "name": "hg38", "content": b">a\nA\n", "description": "d"}
            ],
        }
    ).content
    assert reference.params == {"name": "hg38", "description": "d"}
    assert reference.content == b">a\nA\n"


def test_a_long_value_is_kept_whole() -> None:
    data = b"x" * 1000
    assert read_set(files={"source1": data}).files["source1"] is data


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "a reference store must have an id of 10 to 36 digits, not None"),
        ({}, "a reference store must have an id of 10 to 36 digits, not None"),
        ("123456789", "a reference store must have an id of 10 to 36 digits, not '123456789'"),
        (1234567890, "a reference store must have an id of 10 to 36 digits, not 1234567890"),
        (ARABIC, f"a reference store must have an id of 10 to 36 digits, not {ARABIC!r}"),
        (
            {"id": ID, "reference": []},
            "there is no member of a reference store 'reference'; there are id, name, references",
        ),
        ({"id": ID, "name": ""}, "name must be a text of 1 to 127 characters, not ''"),
        ({"id": ID, "references": "hg38"}, "references must be a list of dicts, not 'hg38'"),
        ({"id": ID, "references": {}}, "references must be a list of dicts, not {}"),
        ({"id": ID, "references": ["hg38"]}, "a reference must be a dict, not 'hg38'"),
        (
            {"id": ID, "references": [{"name": "hg38"}]},
            "a reference must have an id of 10 to 36 digits, not None",
        ),
        (
            {"id": ID, "references": [{"id": ID, "name": "hg"}]},
            "name must be a text of 3 to 255 characters, not 'hg'",
        ),
        (
            {"id": ID, "references": [{"id": ID, "content": b""}]},
            "content must be bytes or a text, and not empty",
        ),
        (
            {"id": ID, "references": [{"id": ID, "tags": ["lab"]}]},
            "tags must be a dict, not ['lab']",
        ),
    ],
)
def test_invalid_reference_stores_are_refused(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        reference_store(value)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"id": "x"}, "a read set must have an id of 10 to 36 digits, not 'x'"),
        ({"name": "x" * 128}, f"name must be a text of 1 to 127 characters, not '{'x' * 128}'"),
        ({"sampleId": 7}, "sampleId must be a text of 1 to 127 characters, not 7"),
        ({"description": ""}, "description must be a text of 1 to 255 characters, not ''"),
        ({"referenceArn": "hg38"}, "referenceArn must be the ARN of a reference, not 'hg38'"),
        ({"tags": {"": "a"}}, "a key of tags must be a text of 1 to 128 characters, not ''"),
        ({"tags": {"lab": 1}}, "tags['lab'] must be a text of 0 to 256 characters, not 1"),
        ({"tags": {"aws:x": "1"}}, "tags: Tag key 'aws:x' must not start with aws:"),
        ({"files": b"reads"}, "files must be a dict, not b'reads'"),
        ({"files": {}}, "files must have 'source1'"),
        ({"files": {"source1": ""}}, "source1 must be bytes or a text, and not empty"),
        ({"files": {"source1": 1}}, "source1 must be bytes or a text, and not empty"),
        (
            {"fileType": "UBAM", "files": {"source1": "a", "source2": "b"}},
            "files cannot have 'source2': UBAM has no second source",
        ),
        (
            {"files": {"source1": "a", "index": "b"}},
            "files cannot have 'index': FASTQ has none",
        ),
    ],
)
def test_invalid_read_sets_are_refused(members: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        read_set(**members)


@pytest.mark.parametrize(
    ("members", "known"),
    [
        ({"status": "ACTIVATING"}, ("ACTIVE", "ARCHIVED")),
        ({"fileType": "SAM"}, ("FASTQ", "BAM", "CRAM", "UBAM")),
        ({"files": {"source3": "a"}}, ("source1", "source2", "index")),
        ({"subject": "a"}, ("subjectId", "sampleId", "files", "status")),
    ],
)
def test_an_unknown_value_is_refused_with_those_that_exist(
    members: dict[str, Any], known: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r"'(ACTIVATING|SAM|source3|subject)'") as error:
        read_set(**members)
    assert all(each in str(error.value) for each in known)


def test_ids_are_different() -> None:
    with pytest.raises(ValueError, match=f"^sequence stores .* ids: {ID} is declared twice$"):
        sequence_stores([ID, {"id": ID}])
    store = reference_store({"id": "1111111111", "references": [{"id": "2222222222"}]})
    check_distinct([store, *sequence_stores([ID])])
    inside = sequence_stores([{"id": ID, "readSets": [{"id": "2222222222"}]}])
    with pytest.raises(
        ValueError,
        match=r"^stores and what is in them must have different ids: 2222222222 is declared twice$",
    ):
        check_distinct([store, *inside])
