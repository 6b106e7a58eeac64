"""Tags of stores and versions."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import pytest

from conftest import Client, MakeClient
from tests.omics.analytics.store_helpers import (
    REFERENCE,
    Store,
    get_annotations,
    get_variants,
    get_version,
    store_arn,
)
from tests.omics.helpers import raises_not_found, raises_validation, raises_violations

MANY = {f"key-{number}": "" for number in range(51)}
TOO_MANY = "tags: A resource can have 50 tags at most, not 51"


@pytest.mark.documented("A100")
def test_tags_of_stores_and_versions_are_changed(
    omics: Client, variant_store: Store, annotation_store: Store
) -> None:
    variant_store("variants", tags={"kind": "variants"})
    annotation_store("genes", tags={"kind": "genes"})
    omics.create_annotation_store_version(
        name="genes", versionName="second", tags={"kind": "second"}
    )
    arns = {
        "variants": get_variants(omics)["storeArn"],
        "genes": get_annotations(omics)["storeArn"],
        "second": get_version(omics, "second")["versionArn"],
        "first": get_version(omics, "genes")["versionArn"],
    }
    before = {kind: omics.list_tags_for_resource(resourceArn=a)["tags"] for kind, a in arns.items()}
    assert before == {**{k: {"kind": k} for k in ("variants", "genes", "second")}, "first": {}}
    for kind, arn in arns.items():
        omics.tag_resource(resourceArn=arn, tags={"new": kind})
        omics.untag_resource(resourceArn=arn, tagKeys=["kind"])
    shown = [
        get_variants(omics),
        get_annotations(omics),
        get_version(omics, "second"),
        get_version(omics, "genes"),
    ]
    assert [found["tags"] for found in shown] == [{"new": kind} for kind in arns]


@pytest.mark.documented("A100")
def test_stores_and_versions_have_at_most_50_tags(
    omics: Client, variant_store: Store, annotation_store: Store
) -> None:
    annotation_store("genes")
    calls: list[Callable[[], object]] = [
        lambda: variant_store("variants", tags=MANY),
        lambda: annotation_store("others", tags=MANY),
        lambda: omics.create_annotation_store_version(
            name="genes", versionName="second", tags=MANY
        ),
    ]
    for call in calls:
        with raises_validation(TOO_MANY):
            call()


@pytest.mark.documented("A100")
def test_tags_of_unknown_stores_are_not_found(omics: Client, annotation_store: Store) -> None:
    annotation_store("genes")
    for arn in (
        store_arn("variant", "genes"),
        store_arn("annotation", "unknown"),
        store_arn("annotation", "genes/version/second"),
        store_arn("annotation", "genes/other/genes"),
    ):
        with raises_not_found(f"Resource {arn} not found"):
            omics.list_tags_for_resource(resourceArn=arn)


@pytest.mark.documented("A101")
def test_resource_with_a_long_arn_cannot_be_tagged(omics: Client) -> None:
    prefix = len(store_arn("variant", ""))
    short, long = "s" * (150 - prefix), "s" * (151 - prefix)
    for name in (short, long):
        omics.create_variant_store(name=name, reference=REFERENCE, tags={"a": "b"})
    omics.tag_resource(resourceArn=store_arn("variant", short), tags={"c": "d"})
    arn = store_arn("variant", long)
    with raises_violations(
        f"Value '{arn}' at 'resourceArn' must have length less than or equal to 150"
    ):
        omics.tag_resource(resourceArn=arn, tags={"c": "d"})
    assert get_variants(omics, long)["tags"] == {"a": "b"}


@pytest.mark.skipif(
    find_spec("moto.core.resource_tagging") is None,
    reason="this moto has no TaggableResourcesMixin",
)
@pytest.mark.documented("A100")
def test_tagged_stores_are_found_by_the_tagging_api(
    client: MakeClient, omics: Client, variant_store: Store, annotation_store: Store
) -> None:
    variant_store("variants", tags={"a": "b"})
    annotation_store("genes", tags={"a": "b"})
    omics.create_annotation_store_version(name="genes", versionName="second", tags={"a": "b"})
    found = client("resourcegroupstaggingapi").get_resources()["ResourceTagMappingList"]
    assert {mapping["ResourceARN"] for mapping in found if mapping["Tags"]} == {
        store_arn("variant", "variants"),
        store_arn("annotation", "genes"),
        store_arn("annotation", "genes/version/second"),
    }
