"""Idempotency tokens of the operations that create stores and start imports."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conftest import ROLE, Answer, Client
from tests.omics.helpers import SetProgression, raises_validation, raises_violations
from tests.omics.storage.stores.conftest import PutObject

Create = Callable[..., Answer]


@pytest.fixture(params=["reference store", "sequence store", "import job"])
def create(request: pytest.FixtureRequest, omics: Client) -> Create:
    """``create("name", clientToken="…")`` creates a store, or starts an import."""
    if request.param == "import job":
        store_id = omics.create_reference_store(name="genomes")["id"]
        return lambda name, **token: omics.start_reference_import_job(
            referenceStoreId=store_id,
            roleArn=ROLE,
            sources=[{"sourceFile": "s3://genomes/hg38.fa", "name": name}],
            **token,
        )
    method = getattr(omics, f"create_{request.param.replace(' ', '_')}")
    return lambda name, **token: method(name=name, **token)


@pytest.mark.documented("S8")
def test_the_same_token_again_creates_nothing(create: Create) -> None:
    first = create("first", clientToken="token")
    again = create("first", clientToken="token")
    for name in ("id", "creationTime"):
        assert again[name] == first[name]


@pytest.mark.our_choice("S7")
def test_a_token_with_another_payload_is_refused(create: Create) -> None:
    create("first", clientToken="token")
    with raises_validation("The clientToken token was used before with other parameters"):
        create("second", clientToken="token")


@pytest.mark.our_choice("S8")
def test_a_repeated_create_shows_the_present_state(
    omics: Client, progression: SetProgression
) -> None:
    request = {"name": "reads", "clientToken": "token"}
    created = omics.create_sequence_store(**request)
    again = omics.create_sequence_store(**request)
    assert (created["status"], again["status"]) == ("CREATING", "ACTIVE")


@pytest.mark.our_choice("S8")
def test_a_token_belongs_to_one_operation(omics: Client) -> None:
    one = omics.create_reference_store(name="store", clientToken="token")["id"]
    two = omics.create_sequence_store(name="store", clientToken="token")["id"]
    assert one != two
    assert len(omics.list_sequence_stores()["sequenceStores"]) == 1


@pytest.mark.our_choice("S8")
def test_a_token_belongs_to_one_store(omics: Client, put_object: PutObject) -> None:
    source = {
        "sourceFiles": {"source1": put_object("a.bam", b"reads")},
        "sourceFileType": "UBAM",
        "subjectId": "patient-1",
        "sampleId": "HG002",
    }
    stores = [omics.create_sequence_store(name=name)["id"] for name in ("one", "two")]
    jobs = [
        omics.start_read_set_import_job(
            sequenceStoreId=store, roleArn=ROLE, sources=[source], clientToken="token"
        )["id"]
        for store in (*stores, stores[0])
    ]
    assert jobs[0] != jobs[1]
    assert jobs[0] == jobs[2]


@pytest.mark.documented("S8", "S13")
def test_a_token_has_1_to_127_characters(raw_omics: Client) -> None:
    with raises_violations(
        f"Value '{'x' * 128}' at 'clientToken' must have length less than or equal to 127"
    ):
        raw_omics.create_reference_store(name="genomes", clientToken="x" * 128)
    raw_omics.create_reference_store(name="genomes", clientToken="x" * 127)
