"""CreateReferenceStore, GetReferenceStore, ListReferenceStores, DeleteReferenceStore."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient
from tests.omics.helpers import (
    Clock,
    SetProgression,
    raises_conflict,
    raises_error,
    raises_not_found,
    raises_violations,
)
from tests.omics.storage.stores.conftest import ImportReference, PutObject, StartImport

MISSING = "The specified reference store does not exist."
KEY = "arn:aws:kms:us-east-1:123456789012:key/0123"
MEMBERS = {"id", "arn", "name", "description", "sseConfig", "creationTime"}


def members(response: dict[str, Any]) -> set[str]:
    """Return the members of a response."""
    return set(response) - {"ResponseMetadata"}


# -- create, get and list --


@pytest.mark.documented("S30", "S33", "S20", "S21")
def test_a_store_is_usable_at_once_and_shown_alike_by_create_get_and_list(omics: Client) -> None:
    created = omics.create_reference_store(
        name="genomes",
        description="human",
        sseConfig={"type": "KMS", "keyArn": KEY},
        tags={"lab": "a"},
    )
    assert members(created) == MEMBERS
    assert (created["name"], created["description"]) == ("genomes", "human")
    assert created["sseConfig"] == {"type": "KMS", "keyArn": KEY}
    store_id = created["id"]
    assert created["arn"] == f"arn:aws:omics:{REGION}:{ACCOUNT}:referenceStore/{store_id}"
    got = omics.get_reference_store(id=store_id)
    (listed,) = omics.list_reference_stores()["referenceStores"]
    for each in (created, got):
        del each["ResponseMetadata"]
    assert created == got == listed
    job = omics.start_reference_import_job(
        referenceStoreId=store_id,
        roleArn=ROLE,
        sources=[{"sourceFile": "s3://genomes/hg38.fa", "name": "hg38"}],
    )
    assert job["status"] == "SUBMITTED"


@pytest.mark.our_choice("S20", "S6")
def test_an_id_has_ten_digits_and_members_that_are_not_set_are_absent(omics: Client) -> None:
    created = omics.create_reference_store(name="genomes")
    assert len(created["id"]) == 10
    assert created["id"].isdecimal()
    assert not created["id"].startswith("0")
    assert members(created) == MEMBERS - {"description", "sseConfig"}


@pytest.mark.documented("S32")
def test_the_encryption_needs_a_type_and_kms_is_the_only_one(raw_omics: Client) -> None:
    with raises_violations("Value null at 'sseConfig.type' must not be null"):
        raw_omics.create_reference_store(name="genomes", sseConfig={"keyArn": KEY})
    with raises_violations(
        "Value 'AES256' at 'sseConfig.type' must satisfy enum value set: [KMS]",
    ):
        raw_omics.create_reference_store(name="genomes", sseConfig={"type": "AES256"})


@pytest.mark.our_choice("S32")
def test_the_key_is_shown_as_given_and_need_not_exist(omics: Client) -> None:
    created = omics.create_reference_store(name="genomes", sseConfig={"type": "KMS"})
    assert created["sseConfig"] == {"type": "KMS"}
    assert omics.get_reference_store(id=created["id"])["sseConfig"] == {"type": "KMS"}


# -- the quota --


@pytest.mark.our_choice("S31", "S25")
def test_a_second_store_exceeds_the_quota(omics: Client, reference_store: str) -> None:
    with raises_error(
        "ServiceQuotaExceededException",
        402,
        "The account has a reference store in this region, which is the maximum",
    ):
        omics.create_reference_store(name="second")
    assert len(omics.list_reference_stores()["referenceStores"]) == 1


@pytest.mark.documented("S31", "S24")
def test_each_region_has_a_store_and_a_deleted_one_makes_room(
    omics: Client, client: MakeClient, reference_store: str
) -> None:
    other = client("omics", "eu-west-1")
    assert other.create_reference_store(name="genomes")["arn"].split(":")[3] == "eu-west-1"
    omics.delete_reference_store(id=reference_store)
    assert omics.create_reference_store(name="genomes")["id"] != reference_store


@pytest.mark.our_choice("S9")
def test_constraints_are_checked_before_the_quota(raw_omics: Client, reference_store: str) -> None:
    with raises_violations("Value null at 'name' must not be null"):
        raw_omics.create_reference_store()


# -- deletion --


@pytest.mark.documented("S34", "S5")
def test_an_empty_store_is_deleted_at_once(omics: Client, reference_store: str) -> None:
    deleted = omics.delete_reference_store(id=reference_store)
    assert members(deleted) == set()
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert omics.list_reference_stores()["referenceStores"] == []
    for call in (omics.get_reference_store, omics.delete_reference_store):
        with raises_not_found(MISSING):
            call(id=reference_store)


@pytest.mark.documented("S34")
def test_a_store_with_references_cannot_be_deleted(
    omics: Client, reference_store: str, import_reference: ImportReference
) -> None:
    reference_id = import_reference()
    with raises_conflict(f"Reference store {reference_store} contains references"):
        omics.delete_reference_store(id=reference_store)
    omics.delete_reference(referenceStoreId=reference_store, id=reference_id)
    omics.delete_reference_store(id=reference_store)


@pytest.mark.our_choice("S34")
def test_a_store_with_an_unfinished_import_cannot_be_deleted(
    omics: Client,
    reference_store: str,
    start_import: StartImport,
    progression: SetProgression,
) -> None:
    progression("reference_import_job", progression="manual", times=1)
    job_id = start_import({"sourceFile": "s3://nowhere/hg38.fa", "name": "hg38"})
    with raises_conflict(f"Reference store {reference_store} has an import job in progress"):
        omics.delete_reference_store(id=reference_store)
    for _ in range(3):
        job = omics.get_reference_import_job(referenceStoreId=reference_store, id=job_id)
    assert job["status"] == "FAILED"
    omics.delete_reference_store(id=reference_store)


@pytest.mark.our_choice("S34", "S22")
def test_nothing_of_a_deleted_store_is_found(
    omics: Client, reference_store: str, import_reference: ImportReference
) -> None:
    reference_id = import_reference()
    (job,) = omics.list_reference_import_jobs(referenceStoreId=reference_store)["importJobs"]
    omics.delete_reference(referenceStoreId=reference_store, id=reference_id)
    omics.delete_reference_store(id=reference_store)
    new = omics.create_reference_store(name="genomes")["id"]
    for call, id in (
        (omics.get_reference_import_job, job["id"]),
        (omics.get_reference_metadata, reference_id),
        (omics.delete_reference, reference_id),
    ):
        with raises_not_found(MISSING):
            call(referenceStoreId=reference_store, id=id)
    for call in (omics.list_references, omics.list_reference_import_jobs):
        with raises_not_found(MISSING):
            call(referenceStoreId=reference_store)
    with raises_not_found("The specified import job does not exist."):
        omics.get_reference_import_job(referenceStoreId=new, id=job["id"])


@pytest.mark.our_choice("S34", "S8")
def test_the_token_of_a_deleted_store_is_free(omics: Client, clock: Clock) -> None:
    first = omics.create_reference_store(name="genomes", clientToken="token")["id"]
    assert omics.create_reference_store(name="genomes", clientToken="token")["id"] == first
    omics.delete_reference_store(id=first)
    assert omics.create_reference_store(name="other", clientToken="token")["id"] != first


@pytest.mark.our_choice("S31")
def test_an_import_does_not_create_the_store(omics: Client, put_object: PutObject) -> None:
    with raises_not_found(MISSING):
        omics.start_reference_import_job(
            referenceStoreId="1234567890",
            roleArn=ROLE,
            sources=[{"sourceFile": put_object("hg38.fa"), "name": "hg38"}],
        )
