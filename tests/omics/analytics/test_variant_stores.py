"""Variant stores: creation."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conftest import ACCOUNT, Answer, Client, MakeClient
from tests.omics.analytics.store_helpers import (
    AT_ONCE,
    REFERENCE,
    REFERENCE_ARN,
    STORE_ID,
    Store,
    get_variants,
    store_arn,
    without_metadata,
)
from tests.omics.helpers import (
    SetProgression,
    Settings,
    fail_store,
    raises_conflict,
    raises_error,
    raises_not_found,
    raises_validation,
    raises_violations,
)

OTHER_ACCOUNT = "210987654321"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/12345678-1234-1234-1234-123456789012"


# -- creation --


@pytest.mark.documented("A10", "A11", "A20", "A5")
def test_created_variant_store_is_creating(variant_store: Store) -> None:
    created = without_metadata(variant_store("variants", tags={"a": "b"}, description="all"))
    assert set(created) == {"id", "reference", "status", "name", "creationTime"}
    assert re.fullmatch(STORE_ID, created["id"])
    assert (created["name"], created["status"]) == ("variants", "CREATING")
    assert created["reference"] == REFERENCE


@pytest.mark.documented("A7", "A14", "A22")
def test_new_variant_store_is_active_and_empty(omics: Client, variant_store: Store) -> None:
    created = variant_store("variants")
    found = get_variants(omics)
    assert found == {
        "id": created["id"],
        "reference": REFERENCE,
        "status": "ACTIVE",
        "storeArn": store_arn("variant", "variants"),
        "name": "variants",
        "description": "",
        "sseConfig": {"type": "KMS"},
        "creationTime": created["creationTime"],
        "updateTime": created["creationTime"],
        "tags": {},
        "statusMessage": "",
        "storeSizeBytes": 0,
    }


@pytest.mark.documented("A22", "A100")
def test_variant_store_keeps_description_and_tags(omics: Client, variant_store: Store) -> None:
    variant_store("variants", description="all", tags={"project": "trio"})
    found = get_variants(omics)
    assert (found["description"], found["tags"]) == ("all", {"project": "trio"})


@pytest.mark.documented("A24")
def test_key_of_variant_store_is_returned(omics: Client, variant_store: Store) -> None:
    variant_store("variants", sseConfig={"type": "KMS", "keyArn": KEY})
    assert get_variants(omics)["sseConfig"] == {"type": "KMS", "keyArn": KEY}


@pytest.mark.our_choice("A24")
def test_store_without_encryption_settings_shows_kms(omics: Client, variant_store: Store) -> None:
    variant_store("variants")
    assert get_variants(omics)["sseConfig"] == {"type": "KMS"}
    assert omics.list_variant_stores()["variantStores"][0]["sseConfig"] == {"type": "KMS"}


@pytest.mark.our_choice("A21")
def test_store_without_name_is_named_after_its_id(omics: Client) -> None:
    created = omics.create_variant_store(reference=REFERENCE)
    assert created["name"] == f"variant_store_{created['id']}"
    assert get_variants(omics, created["name"])["id"] == created["id"]


@pytest.mark.our_choice("A12", "A21")
def test_name_of_variant_store_is_unique(
    omics: Client, variant_store: Store, annotation_store: Store, progression: SetProgression
) -> None:
    progression("variant_store", progression="manual", times=1)
    first = variant_store("shared_name")
    with raises_conflict("Variant store shared_name already exists"):
        variant_store("shared_name")
    assert annotation_store("shared_name")["name"] == "shared_name"
    assert get_variants(omics, "shared_name")["status"] == "ACTIVE"
    omics.delete_variant_store(name="shared_name")
    with raises_conflict("Variant store shared_name already exists"):
        variant_store("shared_name")
    omics.get_waiter("variant_store_deleted").wait(name="shared_name", WaiterConfig=AT_ONCE)
    assert variant_store("shared_name")["id"] != first["id"]


@pytest.mark.documented("A11", "A20")
@pytest.mark.parametrize(
    ("name", "violation"),
    [
        ("Variants", "Value 'Variants' at 'name' must satisfy regular expression pattern: "),
        ("1st_store", "Value '1st_store' at 'name' must satisfy regular expression pattern: "),
        ("my-store", "Value 'my-store' at 'name' must satisfy regular expression pattern: "),
    ],
)
def test_bad_name_of_store_is_rejected(variant_store: Store, name: str, violation: str) -> None:
    with raises_violations(violation + "([a-z]){1}([a-z0-9_]){2,254}"):
        variant_store(name)


@pytest.mark.documented("A11")
def test_length_of_store_name_is_limited(raw_omics: Client) -> None:
    def create(name: str) -> Answer:
        created: Answer = raw_omics.create_variant_store(name=name, reference=REFERENCE)
        return created

    pattern = "must satisfy regular expression pattern: ([a-z]){1}([a-z0-9_]){2,254}"
    with raises_violations(
        "Value 'ab' at 'name' must have length greater than or equal to 3",
        f"Value 'ab' at 'name' {pattern}",
    ):
        create("ab")
    long = "n" * 256
    with raises_violations(
        f"Value '{long}' at 'name' must have length less than or equal to 255",
        f"Value '{long}' at 'name' {pattern}",
    ):
        create(long)
    assert create("n" * 255)["name"] == "n" * 255


@pytest.mark.documented("A20", "A24")
@pytest.mark.parametrize(
    ("member", "violation"),
    [
        (
            {"description": "d" * 501},
            f"Value '{'d' * 300}...' at 'description' must have length less than or equal to 500",
        ),
        (
            {"sseConfig": {"keyArn": KEY}},
            "Value null at 'sseConfig.type' must not be null",
        ),
        (
            {"sseConfig": {"type": "AES"}},
            "Value 'AES' at 'sseConfig.type' must satisfy enum value set: [KMS]",
        ),
        ({"reference": None}, "Value null at 'reference' must not be null"),
    ],
)
def test_bad_members_of_variant_store_are_rejected(
    raw_omics: Client, member: dict[str, Any], violation: str
) -> None:
    with raises_violations(violation):
        raw_omics.create_variant_store(**{"reference": REFERENCE, "name": "variants", **member})


@pytest.mark.documented("A6", "A20")
def test_variant_store_requires_the_arn_of_a_reference(raw_omics: Client) -> None:
    for reference, shown in (({}, "{}"), ({"referenceArn": None}, "{referenceArn=null}")):
        with raises_violations(
            f"Value '{shown}' at 'reference' must have exactly one of [referenceArn]"
        ):
            raw_omics.create_variant_store(name="variants", reference=reference)


@pytest.mark.our_choice("A14", "A20")
@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:omics:us-east-1:123456789012:workflow/1234567",
        "arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890",
        "arn:x",
    ],
)
def test_reference_of_store_has_the_form_of_a_reference(variant_store: Store, arn: str) -> None:
    with raises_validation(f"'reference.referenceArn' is not the ARN of a reference: {arn}"):
        variant_store("variants", reference={"referenceArn": arn})


@pytest.mark.our_choice("A20", "A31")
def test_reference_of_store_is_looked_up_where_there_are_references(
    omics: Client, settings: Settings, variant_store: Store, annotation_store: Store
) -> None:
    settings(
        reference_store={
            "id": "1234567890",
            "references": [{"id": "2345678901", "name": "hg38", "content": ">chr1\nACGT\n"}],
        }
    )
    assert variant_store("variants")["reference"] == REFERENCE
    assert annotation_store("genes")["reference"] == REFERENCE
    for arn in (REFERENCE_ARN[:-1] + "2", REFERENCE_ARN.replace(ACCOUNT, OTHER_ACCOUNT)):
        for create in (variant_store, annotation_store):
            with raises_not_found(f"Reference {arn} not found"):
                create("other", reference={"referenceArn": arn})
    omics.delete_variant_store(name="variants")
    omics.delete_annotation_store(name="genes")
    omics.delete_reference(referenceStoreId="1234567890", id="2345678901")
    assert variant_store("other")["status"] == "CREATING"


@pytest.mark.our_choice("A20")
def test_reference_store_without_references_does_not_hinder_stores(
    omics: Client, variant_store: Store
) -> None:
    omics.create_reference_store(name="empty")
    assert variant_store("variants")["reference"] == REFERENCE


@pytest.mark.our_choice("A130", "A131")
def test_account_has_at_most_ten_variant_stores(omics: Client, variant_store: Store) -> None:
    for number in range(10):
        variant_store(f"store_{number}")
    message = "The account has 10 variant stores, which is the maximum"
    with raises_error("ServiceQuotaExceededException", 402, message):
        variant_store("one_more")
    with raises_conflict("Variant store store_3 already exists"):
        variant_store("store_3")
    omics.delete_variant_store(name="store_3")
    variant_store("one_more")


@pytest.mark.observed("A28")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_failed_store_explains_why(
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    progression: SetProgression,
    kind: str,
) -> None:
    progression(f"{kind}_store", progression="manual", times=1)
    create = {"variant": variant_store, "annotation": annotation_store}[kind]
    create("cohort")
    fail_store(kind, "cohort", "The caller cannot accept shares of RAM")
    found = getattr(omics, f"get_{kind}_store")(name="cohort")
    assert found["status"] == "FAILED"
    assert found["statusMessage"] == "The caller cannot accept shares of RAM"


@pytest.mark.our_choice("A9")
def test_stores_can_be_created_without_a_subscription(
    variant_store: Store, annotation_store: Store
) -> None:
    assert variant_store("variants")["status"] == "CREATING"
    assert annotation_store("genes")["status"] == "CREATING"


@pytest.mark.our_choice("A132")
def test_store_creates_nothing_in_glue_and_ram(client: MakeClient, variant_store: Store) -> None:
    variant_store("variants")
    assert client("glue").get_databases()["DatabaseList"] == []
    assert client("ram").get_resource_shares(resourceOwner="SELF")["resourceShares"] == []


@pytest.mark.our_choice("A8")
def test_stores_are_those_of_one_account_and_region(
    client: MakeClient, variant_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant_store("variants")
    with raises_not_found("Variant store variants not found"):
        client("omics", "eu-west-1").get_variant_store(name="variants")
    monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER_ACCOUNT)
    other = client("omics")
    with raises_not_found("Variant store variants not found"):
        other.get_variant_store(name="variants")
    created = other.create_variant_store(name="variants", reference=REFERENCE)
    arn = other.get_variant_store(name="variants")["storeArn"]
    assert arn == store_arn("variant", "variants").replace(ACCOUNT, OTHER_ACCOUNT)
    assert created["name"] == "variants"
