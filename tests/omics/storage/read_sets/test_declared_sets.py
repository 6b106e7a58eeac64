"""``config={"omics": {"sequence_stores": […]}}``: stores with read sets that exist at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, Client, MakeClient
from tests.omics.helpers import Clock, Settings, raises_conflict

from .conftest import FASTQ, FASTQ_GZ

STORE_ID = "1234567890"
REFERENCE = f"arn:aws:omics:{REGION}:{ACCOUNT}:referenceStore/5555555555/reference/6666666666"
PAIR: dict[str, Any] = {
    "id": "1111111111",
    "name": "HG002",
    "subjectId": "patient-1",
    "sampleId": "HG002",
    "generatedFrom": "run 7",
    "description": "a pair",
    "tags": {"lab": "a"},
    "files": {"source1": FASTQ_GZ, "source2": FASTQ},
}
BAM: dict[str, Any] = {
    "id": "2222222222",
    "fileType": "BAM",
    "referenceArn": REFERENCE,
    "files": {"source1": "reads"},
}


def store(*read_sets: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the setting for one store with these read sets."""
    return [{"id": STORE_ID, "name": "reads", "readSets": list(read_sets)}]


@pytest.mark.our_choice("S90", "S151", "S73")
def test_a_declared_set_is_like_an_imported_one(omics: Client, settings: Settings) -> None:
    settings(sequence_stores=store(PAIR))
    assert omics.get_sequence_store(id=STORE_ID)["status"] == "ACTIVE"
    found = omics.get_read_set_metadata(sequenceStoreId=STORE_ID, id="1111111111")
    kept = ("name", "subjectId", "sampleId", "description")
    assert {name: found[name] for name in kept} == {name: PAIR[name] for name in kept}
    assert (found["status"], found["creationType"], found["fileType"]) == (
        "ACTIVE",
        "IMPORT",
        "FASTQ",
    )
    assert found["sequenceInformation"] == {
        "totalReadCount": 4,
        "totalBaseCount": 12,
        "generatedFrom": "run 7",
        "alignment": "UNALIGNED",
    }
    assert "creationJobId" not in found
    names = [file["s3Access"]["s3Uri"].rpartition("/")[2] for file in found["files"].values()]
    assert names == ["HG002_source1.fastq.gz", "HG002_source2.fastq.gz"]
    for file, body in (("SOURCE1", FASTQ_GZ), ("SOURCE2", FASTQ)):
        part = omics.get_read_set(
            sequenceStoreId=STORE_ID, id="1111111111", partNumber=1, file=file
        )
        assert part["payload"].read() == body
    tags = omics.list_tags_for_resource(resourceArn=found["arn"])["tags"]
    assert tags == {
        "lab": "a",
        "aws:omics:subjectId": "patient-1",
        "aws:omics:sampleId": "HG002",
    }


@pytest.mark.our_choice("S104", "S61")
@pytest.mark.parametrize(("index", "body"), [({}, b"BAI\x01" + bytes(4)), ({"index": "i"}, b"i")])
def test_a_declared_aligned_set_has_an_index(
    omics: Client, settings: Settings, index: dict[str, str], body: bytes
) -> None:
    settings(sequence_stores=store({**BAM, "files": {**BAM["files"], **index}}))
    found = omics.get_read_set_metadata(sequenceStoreId=STORE_ID, id="2222222222")
    uris = {name: file["s3Access"]["s3Uri"] for name, file in found["files"].items()}
    assert uris["source1"].endswith("/read-set-2222222222.bam")
    assert uris["index"] == uris["source1"] + ".bai"
    assert found["referenceArn"] == REFERENCE
    part = omics.get_read_set(sequenceStoreId=STORE_ID, id="2222222222", partNumber=1, file="INDEX")
    assert part["payload"].read() == body


@pytest.mark.our_choice("S96", "S122")
def test_a_set_can_be_declared_archived(omics: Client, settings: Settings) -> None:
    settings(sequence_stores=store({"id": "1111111111", "status": "ARCHIVED"}))
    part = {"sequenceStoreId": STORE_ID, "id": "1111111111", "partNumber": 1}
    with raises_conflict("The read set 1111111111 cannot be read: its status is ARCHIVED"):
        omics.get_read_set(**part)
    job = omics.start_read_set_activation_job(
        sequenceStoreId=STORE_ID, sources=[{"readSetId": "1111111111"}]
    )
    found = omics.get_read_set_activation_job(sequenceStoreId=STORE_ID, id=job["id"])
    assert found["status"] == "COMPLETED"
    assert omics.get_read_set(**part)["payload"].read() == b"\n"


@pytest.mark.our_choice("S96")
def test_a_declared_set_is_archived_after_30_days(
    omics: Client, settings: Settings, clock: Clock
) -> None:
    settings(sequence_stores=store(PAIR))
    named = {"sequenceStoreId": STORE_ID, "id": "1111111111"}
    assert omics.get_read_set_metadata(**named)["status"] == "ACTIVE"
    clock.now += timedelta(days=30)
    assert omics.get_read_set_metadata(**named)["status"] == "ARCHIVED"


@pytest.mark.our_choice("S20")
def test_stores_can_be_declared_by_their_ids_alone(omics: Client, settings: Settings) -> None:
    settings(reference_store="3333333333", sequence_stores=["1234567890", "1234567891"])
    listed = omics.list_sequence_stores()["sequenceStores"]
    assert [(each["id"], each["name"]) for each in listed] == [
        ("1234567890", "sequence-store-1234567890"),
        ("1234567891", "sequence-store-1234567891"),
    ]
    assert omics.get_reference_store(id="3333333333")["name"] == "reference-store-3333333333"


@pytest.mark.our_choice("S20")
def test_declared_stores_exist_once_in_every_region(
    client: MakeClient, omics: Client, settings: Settings
) -> None:
    settings(sequence_stores=store(PAIR))
    omics.batch_delete_read_set(sequenceStoreId=STORE_ID, ids=["1111111111"])
    settings(sequence_stores=store(PAIR), infer_templates=True)
    assert omics.list_read_sets(sequenceStoreId=STORE_ID)["readSets"] == []
    far = client("omics", "eu-west-1")
    (found,) = far.list_read_sets(sequenceStoreId=STORE_ID)["readSets"]
    assert found["arn"] == (
        f"arn:aws:omics:eu-west-1:{ACCOUNT}:sequenceStore/{STORE_ID}/readSet/1111111111"
    )


@pytest.mark.our_choice("S48")
def test_a_declared_set_uses_a_declared_reference(omics: Client, settings: Settings) -> None:
    settings(
        reference_store={"id": "5555555555", "references": [{"id": "6666666666"}]},
        sequence_stores=store(BAM),
    )
    named = {"referenceStoreId": "5555555555", "id": "6666666666"}
    with raises_conflict("Reference 6666666666 cannot be deleted: read sets use it"):
        omics.delete_reference(**named)
    omics.batch_delete_read_set(sequenceStoreId=STORE_ID, ids=["2222222222"])
    omics.delete_reference(**named)
