"""Variant stores: update, deletion, names that do not exist."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from conftest import Client
from tests.omics.analytics.store_helpers import (
    REFERENCE,
    StartImport,
    Store,
    get_variants,
    store_arn,
    without_metadata,
)
from tests.omics.helpers import (
    Clock,
    SetProgression,
    fail_store,
    raises_conflict,
    raises_not_found,
)

OTHER_ACCOUNT = "210987654321"


# -- unknown stores --


@pytest.mark.documented("A1", "A2", "A11")
@pytest.mark.parametrize("name", ["unknown", "Not a name!", "x", "a/b", "n" * 300])
def test_unknown_variant_store_is_not_found(omics: Client, name: str) -> None:
    for operation in (
        omics.get_variant_store,
        omics.update_variant_store,
        omics.delete_variant_store,
    ):
        with raises_not_found(f"Variant store {name} not found"):
            operation(name=name)


@pytest.mark.documented("A11")
def test_store_is_not_found_by_its_id(omics: Client, variant_store: Store) -> None:
    store_id = variant_store("variants")["id"]
    with raises_not_found(f"Variant store {store_id} not found"):
        omics.get_variant_store(name=store_id)


# -- update --


@pytest.mark.documented("A23")
def test_update_changes_the_description(omics: Client, variant_store: Store, clock: Clock) -> None:
    created = variant_store("variants", description="old", tags={"a": "b"})
    before = get_variants(omics)
    clock.now += timedelta(seconds=5)
    updated = without_metadata(omics.update_variant_store(name="variants", description="new"))
    assert updated == {
        "id": created["id"],
        "reference": REFERENCE,
        "status": "ACTIVE",
        "name": "variants",
        "description": "new",
        "creationTime": created["creationTime"],
        "updateTime": created["creationTime"] + timedelta(seconds=5),
    }
    changed = {"description": "new", "updateTime": updated["updateTime"]}
    assert get_variants(omics) == {**before, **changed}


@pytest.mark.our_choice("A23")
def test_update_without_description_changes_the_time_only(
    omics: Client, variant_store: Store, clock: Clock
) -> None:
    variant_store("variants", description="old")
    before = get_variants(omics)
    clock.now += timedelta(seconds=5)
    updated = omics.update_variant_store(name="variants")
    assert updated["description"] == "old"
    after = {**before, "updateTime": before["updateTime"] + timedelta(seconds=5)}
    assert get_variants(omics) == after
    assert omics.update_variant_store(name="variants", description="")["description"] == ""


@pytest.mark.our_choice("A23", "A96")
def test_store_can_be_updated_until_it_is_deleting(
    omics: Client, variant_store: Store, progression: SetProgression
) -> None:
    progression("variant_store", progression="manual", times=9)
    variant_store("variants")
    updated = omics.update_variant_store(name="variants", description="early")
    assert updated["status"] == "CREATING"
    progression("variant_store", progression="immediate")
    get_variants(omics)
    progression("variant_store", progression="manual", times=9)
    omics.delete_variant_store(name="variants")
    with raises_not_found("Variant store variants not found"):
        omics.update_variant_store(name="variants", description="late")
    assert get_variants(omics)["description"] == "early"


@pytest.mark.our_choice("A23")
def test_failed_store_can_be_updated(
    omics: Client, variant_store: Store, progression: SetProgression
) -> None:
    progression("variant_store", progression="manual", times=1)
    variant_store("variants")
    fail_store("variant", "variants", "no")
    assert get_variants(omics)["status"] == "FAILED"
    updated = omics.update_variant_store(name="variants", description="failed")
    assert (updated["status"], updated["description"]) == ("FAILED", "failed")


# -- deletion --


@pytest.mark.documented("A25")
def test_deleted_variant_store_is_deleting_and_then_not_found(
    omics: Client, variant_store: Store
) -> None:
    variant_store("variants", tags={"a": "b"})
    deleted = without_metadata(omics.delete_variant_store(name="variants"))
    assert deleted == {"status": "DELETING"}
    with raises_not_found("Variant store variants not found"):
        omics.get_variant_store(name="variants")
    assert omics.list_variant_stores()["variantStores"] == []
    arn = store_arn("variant", "variants")
    with raises_not_found(f"Resource {arn} not found"):
        omics.list_tags_for_resource(resourceArn=arn)


@pytest.mark.our_choice("A26")
def test_deletion_of_deleting_store_is_accepted(
    omics: Client, variant_store: Store, progression: SetProgression
) -> None:
    variant_store("variants")
    assert get_variants(omics)["status"] == "ACTIVE"
    progression("variant_store", progression="manual", times=1)
    for _ in range(2):
        assert omics.delete_variant_store(name="variants")["status"] == "DELETING"
    assert get_variants(omics)["status"] == "DELETING"
    with raises_not_found("Variant store variants not found"):
        omics.get_variant_store(name="variants")


@pytest.mark.our_choice("A26")
def test_creating_store_cannot_be_deleted(
    omics: Client, variant_store: Store, progression: SetProgression
) -> None:
    progression("variant_store", progression="manual", times=5)
    variant_store("variants")
    for force in (False, True):
        with raises_conflict(
            "Cannot delete variant store variants: its status is CREATING, "
            "and it must be one of ACTIVE, FAILED, DELETING"
        ):
            omics.delete_variant_store(name="variants", force=force)


@pytest.mark.our_choice("A26")
def test_failed_store_can_be_deleted(
    omics: Client, variant_store: Store, progression: SetProgression
) -> None:
    progression("variant_store", progression="manual", times=1)
    variant_store("variants")
    fail_store("variant", "variants", "no")
    assert get_variants(omics)["status"] == "FAILED"
    assert omics.delete_variant_store(name="variants")["status"] == "DELETING"


@pytest.mark.our_choice("A26", "A27")
def test_store_with_running_import_is_deleted_by_force(
    omics: Client,
    variant_store: Store,
    import_variants: StartImport,
    progression: SetProgression,
) -> None:
    progression("variant_import_job", progression="manual", times=9)
    variant_store("variants")
    variant_store("others")
    job_id, other_id = import_variants(), import_variants(store="others")
    with raises_conflict("Variant store variants has an import job in progress"):
        omics.delete_variant_store(name="variants")
    with raises_conflict("Variant store variants has an import job in progress"):
        omics.delete_variant_store(name="variants", force=False)
    assert omics.delete_variant_store(name="variants", force=True)["status"] == "DELETING"
    assert omics.get_variant_import_job(jobId=job_id)["status"] == "CANCELLED"
    assert omics.get_variant_import_job(jobId=other_id)["status"] == "SUBMITTED"


@pytest.mark.our_choice("A26")
@pytest.mark.parametrize("end", ["COMPLETED", "CANCELLED"])
def test_ended_import_does_not_hinder_deletion(
    omics: Client,
    variant_store: Store,
    import_variants: StartImport,
    end: str,
    progression: SetProgression,
) -> None:
    variant_store("variants")
    if end == "CANCELLED":
        progression("variant_import_job", progression="manual", times=9)
    job_id = import_variants()
    if end == "CANCELLED":
        omics.cancel_variant_import_job(jobId=job_id)
    assert omics.get_variant_import_job(jobId=job_id)["status"] == end
    assert omics.delete_variant_store(name="variants")["status"] == "DELETING"


@pytest.mark.our_choice("A26")
@pytest.mark.parametrize("status", ["ACTIVATING", "ACTIVE"])
def test_shared_store_cannot_be_deleted(
    omics: Client,
    variant_store: Store,
    progression: SetProgression,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
) -> None:
    progression("share", progression="manual", times=9)
    variant_store("variants")
    share_id = omics.create_share(
        resourceArn=store_arn("variant", "variants"), principalSubscriber=OTHER_ACCOUNT
    )["shareId"]
    with monkeypatch.context() as other:
        other.setenv("MOTO_ACCOUNT_ID", OTHER_ACCOUNT)
        omics.accept_share(shareId=share_id)
    if status == "ACTIVE":
        progression("share", progression="immediate")
    assert omics.get_share(shareId=share_id)["share"]["status"] == status
    for force in (False, True):
        with raises_conflict("Variant store variants cannot be deleted: it is shared"):
            omics.delete_variant_store(name="variants", force=force)
    omics.delete_share(shareId=share_id)
    assert omics.delete_variant_store(name="variants")["status"] == "DELETING"


@pytest.mark.our_choice("A26")
def test_offered_store_can_be_deleted(omics: Client, variant_store: Store) -> None:
    variant_store("variants")
    omics.create_share(
        resourceArn=store_arn("variant", "variants"), principalSubscriber=OTHER_ACCOUNT
    )
    assert omics.delete_variant_store(name="variants")["status"] == "DELETING"


@pytest.mark.our_choice("A16")
def test_id_of_a_share_is_two_groups_of_hexadecimal_digits(
    omics: Client, variant_store: Store
) -> None:
    variant_store("variants")
    shared = omics.create_share(
        resourceArn=store_arn("variant", "variants"), principalSubscriber=OTHER_ACCOUNT
    )
    assert re.fullmatch(r"[0-9a-f]{32}-[0-9a-f]{32}", shared["shareId"])
