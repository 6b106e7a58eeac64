"""DeleteShare, and the deletion of what is shared (A74 to A77)."""

from __future__ import annotations

import pytest

from conftest import ACCOUNT, REGION, Client, MakeClient, definition
from tests.omics.helpers import (
    SetProgression,
    raises_conflict,
    raises_not_found,
)
from tests.omics.shares.accounts import STRANGER
from tests.omics.shares.conftest import MakeShare, make_variant_store


@pytest.mark.documented("A74")
@pytest.mark.parametrize("who", ["omics", "subscriber"])
@pytest.mark.parametrize("accepted", [False, True])
def test_owner_revokes_and_subscriber_gives_up_a_share(
    request: pytest.FixtureRequest,
    omics: Client,
    subscriber: Client,
    offer: MakeShare,
    share: MakeShare,
    who: str,
    accepted: bool,
) -> None:
    share_id = share() if accepted else offer()
    deleted = request.getfixturevalue(who).delete_share(shareId=share_id)
    assert deleted["status"] == "DELETING"
    for reader in (omics, subscriber):
        with raises_not_found(f"Share {share_id} not found"):
            reader.get_share(shareId=share_id)


@pytest.mark.our_choice("A75")
def test_share_is_deleted_twice_while_it_is_deleting(
    omics: Client, subscriber: Client, offer: MakeShare, progression: SetProgression
) -> None:
    progression("share", progression="manual", times=1)
    share_id = offer()
    for reader in (omics, subscriber, omics):
        assert reader.delete_share(shareId=share_id)["status"] == "DELETING"
    (listed,) = omics.list_shares(resourceOwner="SELF", filter={"status": ["DELETING"]})["shares"]
    assert listed["shareId"] == share_id
    assert omics.get_share(shareId=share_id)["share"]["status"] == "DELETING"
    with raises_not_found(f"Share {share_id} not found"):
        omics.get_share(shareId=share_id)
    with raises_not_found(f"Share {share_id} not found"):
        omics.delete_share(shareId=share_id)


@pytest.mark.our_choice("A75")
def test_activating_share_can_be_deleted(
    omics: Client, subscriber: Client, offer: MakeShare, progression: SetProgression
) -> None:
    progression("share", progression="manual", times=5)
    share_id = offer()
    subscriber.accept_share(shareId=share_id)
    assert omics.delete_share(shareId=share_id)["status"] == "DELETING"


# -- resources that are shared --


@pytest.mark.documented("A76")
def test_shared_workflow_cannot_be_deleted(
    omics: Client, share: MakeShare, workflow_id: str
) -> None:
    share_id = share()
    with raises_conflict(f"Workflow {workflow_id} cannot be deleted: it is shared"):
        omics.delete_workflow(id=workflow_id)
    assert omics.get_workflow(id=workflow_id)["status"] == "ACTIVE"
    omics.delete_share(shareId=share_id)
    omics.delete_workflow(id=workflow_id)


@pytest.mark.our_choice("A76")
def test_workflow_with_an_activating_share_cannot_be_deleted(
    omics: Client, share: MakeShare, workflow_id: str, progression: SetProgression
) -> None:
    progression("share", progression="manual", times=5)
    share()
    with raises_conflict(f"Workflow {workflow_id} cannot be deleted: it is shared"):
        omics.delete_workflow(id=workflow_id)


@pytest.mark.our_choice("A76")
def test_offers_are_deleted_with_a_workflow(
    omics: Client, subscriber: Client, offer: MakeShare, workflow_id: str
) -> None:
    share_id, other_id = offer(), offer(principalSubscriber=STRANGER)
    omics.delete_workflow(id=workflow_id)
    for reader, gone in ((omics, share_id), (subscriber, share_id), (omics, other_id)):
        with raises_not_found(f"Share {gone} not found"):
            reader.get_share(shareId=gone)


@pytest.mark.our_choice("A76")
def test_offers_are_deleted_with_a_store(
    omics: Client, offer: MakeShare, variant_store_arn: str
) -> None:
    share_id = offer(variant_store_arn)
    omics.delete_variant_store(name="variants")
    with raises_not_found(f"Share {share_id} not found"):
        omics.get_share(shareId=share_id)
    make_variant_store(omics)
    assert omics.list_shares(resourceOwner="SELF")["shares"] == []


@pytest.mark.our_choice("A26", "A76")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_shared_store_cannot_be_deleted(
    omics: Client, share: MakeShare, request: pytest.FixtureRequest, kind: str
) -> None:
    arn = request.getfixturevalue(f"{kind}_store_arn")
    share_id, name = share(arn), arn.rpartition("/")[2]
    delete = getattr(omics, f"delete_{kind}_store")
    text = f"{kind.title()} store {name} cannot be deleted: it is shared"
    for force in (False, True):
        with raises_conflict(text):
            delete(name=name, force=force)
    omics.delete_share(shareId=share_id)
    assert delete(name=name)["status"] == "DELETING"


@pytest.mark.our_choice("A76")
def test_version_of_a_shared_workflow_can_be_deleted(
    omics: Client, share: MakeShare, workflow_id: str
) -> None:
    version = {"workflowId": workflow_id, "versionName": "v1"}
    omics.create_workflow_version(**version, definitionZip=definition())
    share()
    omics.delete_workflow_version(**version)
    assert omics.list_workflow_versions(workflowId=workflow_id)["items"] == []


@pytest.mark.our_choice("A77")
def test_shared_store_is_not_found_by_the_subscriber(
    subscriber: Client, share: MakeShare, variant_store_arn: str
) -> None:
    share(variant_store_arn)
    for call in (subscriber.get_variant_store, subscriber.delete_variant_store):
        with raises_not_found("Variant store variants not found"):
            call(name="variants")
    assert subscriber.list_variant_stores()["variantStores"] == []


@pytest.mark.documented("A100")
def test_shares_have_no_tags(omics: Client, offer: MakeShare) -> None:
    arn = f"arn:aws:omics:{REGION}:{ACCOUNT}:share/{offer()}"
    with raises_not_found(f"Resource {arn} not found"):
        omics.tag_resource(resourceArn=arn, tags={"a": "b"})


@pytest.mark.documented("A63")
def test_shares_belong_to_one_region(client: MakeClient, omics: Client, offer: MakeShare) -> None:
    share_id = offer()
    ireland = client("omics", "eu-west-1")
    assert ireland.list_shares(resourceOwner="SELF")["shares"] == []
    with raises_not_found(f"Share {share_id} not found"):
        ireland.get_share(shareId=share_id)
