"""CreateShare, AcceptShare, GetShare, ListShares, DeleteShare (A63 to A77)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, Client, MakeClient, definition
from tests.omics.helpers import (
    Clock,
    SetProgression,
    raises_conflict,
    raises_error,
    raises_not_found,
    raises_validation,
    raises_violations,
)
from tests.omics.shares.accounts import STRANGER, SUBSCRIBER
from tests.omics.shares.conftest import MakeShare, make_variant_store


def _ids(shares: Any) -> list[str]:
    return [found["shareId"] for found in shares["shares"]]


# -- CreateShare --


@pytest.mark.documented("A63", "A64")
def test_created_share_is_pending(omics: Client, workflow_arn: str) -> None:
    created = omics.create_share(
        resourceArn=workflow_arn, principalSubscriber=SUBSCRIBER, shareName="lab_1-x"
    )
    del created["ResponseMetadata"]
    share_id = created.pop("shareId")
    assert re.fullmatch(r"[0-9a-f]{32}-[0-9a-f]{32}", share_id)
    assert created == {"status": "PENDING", "shareName": "lab_1-x"}


@pytest.mark.our_choice("A64")
def test_share_without_a_name_has_no_share_name(
    omics: Client, workflow_arn: str, offer: MakeShare
) -> None:
    created = omics.create_share(resourceArn=workflow_arn, principalSubscriber=SUBSCRIBER)
    assert "shareName" not in created
    assert "shareName" not in omics.get_share(shareId=created["shareId"])["share"]
    assert all("shareName" not in s for s in omics.list_shares(resourceOwner="SELF")["shares"])


@pytest.mark.our_choice("A64")
def test_share_names_need_not_be_unique(omics: Client, offer: MakeShare) -> None:
    offer(shareName="lab")
    offer(shareName="lab", principalSubscriber=STRANGER)
    listed = omics.list_shares(resourceOwner="SELF")["shares"]
    assert [share["shareName"] for share in listed] == ["lab", "lab"]


@pytest.mark.documented("A64")
@pytest.mark.parametrize("name", ["a b", "", "x" * 257, "é"])
def test_invalid_share_name_is_refused(raw_omics: Client, workflow_arn: str, name: str) -> None:
    with pytest.raises(raw_omics.exceptions.ValidationException, match="at 'shareName' failed"):
        raw_omics.create_share(
            resourceArn=workflow_arn, principalSubscriber=SUBSCRIBER, shareName=name
        )


@pytest.mark.documented("A64")
def test_required_members_of_create_share(raw_omics: Client) -> None:
    with raises_violations(
        "Value null at 'resourceArn' must not be null",
        "Value null at 'principalSubscriber' must not be null",
    ):
        raw_omics.create_share()


@pytest.mark.documented("A63", "A72")
def test_workflows_and_both_kinds_of_stores_are_shared(
    omics: Client,
    workflow_arn: str,
    variant_store_arn: str,
    annotation_store_arn: str,
    offer: MakeShare,
) -> None:
    arns = [workflow_arn, variant_store_arn, annotation_store_arn]
    for arn in arns:
        offer(arn)
    listed = omics.list_shares(resourceOwner="SELF")["shares"]
    assert [share["resourceArn"] for share in listed] == arns
    for kind, arn in zip(("WORKFLOW", "VARIANT_STORE", "ANNOTATION_STORE"), arns, strict=True):
        found = omics.list_shares(resourceOwner="SELF", filter={"type": [kind]})["shares"]
        assert [share["resourceArn"] for share in found] == [arn]


@pytest.mark.documented("A63")
def test_resource_is_shared_with_several_accounts(omics: Client, offer: MakeShare) -> None:
    first, second = offer(), offer(principalSubscriber=STRANGER)
    assert first != second
    assert _ids(omics.list_shares(resourceOwner="SELF")) == [first, second]


@pytest.mark.our_choice("A65")
@pytest.mark.parametrize("account", ["", "12345678901", "1234567890123", "12345678901x", "١" * 12])
def test_subscriber_must_be_an_account_id(
    raw_omics: Client, workflow_arn: str, account: str
) -> None:
    with raises_validation("'principalSubscriber' must be an account id of 12 digits"):
        raw_omics.create_share(resourceArn=workflow_arn, principalSubscriber=account)


@pytest.mark.our_choice("A65")
def test_account_does_not_share_with_itself(offer: MakeShare) -> None:
    with raises_validation("'principalSubscriber' is the account that shares"):
        offer(principalSubscriber=ACCOUNT)


@pytest.mark.our_choice("A65")
@pytest.mark.parametrize(
    "arn",
    [
        "x",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:run/1234567",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/1234567/version/v1",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:annotationStore/clinvar/version/v1",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:sequenceStore/1234567890",
        f"arn:aws:omics:{REGION}::workflow/9500764",
        f"arn:aws:s3:{REGION}:{ACCOUNT}:workflow/1234567",
        f"urn:aws:omics:{REGION}:{ACCOUNT}:workflow/1234567",
    ],
)
def test_only_arns_of_shareable_kinds_are_accepted(offer: MakeShare, arn: str) -> None:
    with raises_validation(
        "'resourceArn' must be the ARN of a private workflow, a variant store or an annotation "
        f"store, not {arn}"
    ):
        offer(arn)


@pytest.mark.our_choice("A65")
@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/7777777",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:variantStore/none",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:annotationStore/none",
        f"arn:aws:omics:{REGION}:{STRANGER}:workflow/7777777",
        f"arn:aws:omics:eu-west-1:{ACCOUNT}:workflow/7777777",
    ],
)
def test_unknown_resource_is_not_found(offer: MakeShare, arn: str) -> None:
    with raises_not_found(f"Resource {arn} not found"):
        offer(arn)


@pytest.mark.our_choice("A65")
def test_unknown_store_is_not_found_when_other_stores_exist(
    offer: MakeShare, variant_store_arn: str
) -> None:
    with raises_not_found(f"Resource {variant_store_arn}2 not found"):
        offer(f"{variant_store_arn}2")


@pytest.mark.documented("A65")
def test_subscriber_cannot_share_on(
    subscriber: Client, share: MakeShare, workflow_arn: str
) -> None:
    share()
    with raises_not_found(f"Resource {workflow_arn} not found"):
        subscriber.create_share(resourceArn=workflow_arn, principalSubscriber=STRANGER)


@pytest.mark.our_choice("A65")
def test_only_active_resources_are_shared(
    omics: Client, offer: MakeShare, progression: SetProgression
) -> None:
    progression("workflow", progression="manual", times=5)
    workflow = omics.create_workflow(name="new", definitionZip=definition())
    with raises_conflict(f"{workflow['arn']} is not ACTIVE: its status is CREATING"):
        offer(workflow["arn"])


@pytest.mark.our_choice("A65")
def test_second_share_with_the_same_account_is_a_conflict_while_the_first_is_open(
    omics: Client,
    subscriber: Client,
    offer: MakeShare,
    workflow_arn: str,
    progression: SetProgression,
) -> None:
    progression("share", progression="manual", times=1)
    text = f"{workflow_arn} is shared with {SUBSCRIBER} already"
    share_id = offer()
    with raises_conflict(text):
        offer()
    assert subscriber.accept_share(shareId=share_id)["status"] == "ACTIVATING"
    with raises_conflict(text):
        offer()
    statuses = [omics.get_share(shareId=share_id)["share"]["status"] for _ in range(2)]
    assert statuses == ["ACTIVATING", "ACTIVE"]
    with raises_conflict(text):
        offer()
    assert omics.delete_share(shareId=share_id)["status"] == "DELETING"
    assert offer() != share_id


@pytest.mark.our_choice("A65")
def test_subscriber_need_not_be_a_known_account(omics: Client, offer: MakeShare) -> None:
    share_id = offer(principalSubscriber="999999999999")
    shown = omics.get_share(shareId=share_id)["share"]
    assert shown["principalSubscriber"] == "999999999999"


@pytest.mark.documented("A130")
@pytest.mark.parametrize("kind", ["variant_store_arn", "annotation_store_arn"])
def test_store_has_at_most_ten_shares(
    omics: Client, offer: MakeShare, request: pytest.FixtureRequest, kind: str
) -> None:
    arn = request.getfixturevalue(kind)
    first = [offer(arn, principalSubscriber=f"{n:012d}") for n in range(10)][0]
    with raises_error(
        "ServiceQuotaExceededException", 402, f"{arn} has 10 shares, which is the maximum"
    ):
        offer(arn)
    omics.delete_share(shareId=first)
    offer(arn)


@pytest.mark.our_choice("A130")
def test_shares_of_a_workflow_are_not_limited(omics: Client, offer: MakeShare) -> None:
    for n in range(11):
        offer(principalSubscriber=f"{n:012d}")
    assert len(omics.list_shares(resourceOwner="SELF")["shares"]) == 11


# -- AcceptShare --


@pytest.mark.documented("A68")
def test_accepted_share_is_activating_and_then_active(subscriber: Client, offer: MakeShare) -> None:
    share_id = offer()
    accepted = subscriber.accept_share(shareId=share_id)
    assert accepted["status"] == "ACTIVATING"
    assert subscriber.get_share(shareId=share_id)["share"]["status"] == "ACTIVE"


@pytest.mark.our_choice("A68")
def test_owner_cannot_accept_its_own_share(omics: Client, offer: MakeShare) -> None:
    share_id = offer()
    with raises_error(
        "AccessDeniedException", 403, f"Only {SUBSCRIBER} can accept share {share_id}"
    ):
        omics.accept_share(shareId=share_id)
    assert omics.get_share(shareId=share_id)["share"]["status"] == "PENDING"


@pytest.mark.our_choice("A68")
def test_third_account_does_not_find_a_share(stranger: Client, offer: MakeShare) -> None:
    share_id = offer()
    for call in (stranger.accept_share, stranger.get_share, stranger.delete_share):
        with raises_not_found(f"Share {share_id} not found"):
            call(shareId=share_id)


@pytest.mark.our_choice("A68")
def test_share_is_accepted_once(
    subscriber: Client, offer: MakeShare, progression: SetProgression
) -> None:
    progression("share", progression="manual", times=1)
    share_id = offer()
    subscriber.accept_share(shareId=share_id)
    text = f"Cannot accept share {share_id}: its status is {{}}, and it must be one of PENDING"
    for read, status in ((1, "ACTIVATING"), (1, "ACTIVE")):
        for _ in range(read):
            assert subscriber.get_share(shareId=share_id)["share"]["status"] == status
        with raises_conflict(text.format(status)):
            subscriber.accept_share(shareId=share_id)
    subscriber.delete_share(shareId=share_id)
    with raises_conflict(text.format("DELETING")):
        subscriber.accept_share(shareId=share_id)


@pytest.mark.our_choice("A68")
def test_unknown_share_is_not_found(omics: Client) -> None:
    for call in (omics.accept_share, omics.get_share, omics.delete_share):
        with raises_not_found("Share none not found"):
            call(shareId="none")


@pytest.mark.our_choice("A68")
def test_time_progression_activates_a_share(
    clock: Clock, subscriber: Client, omics: Client, offer: MakeShare, progression: SetProgression
) -> None:
    progression("share", progression="time", seconds=30)
    share_id = offer()
    subscriber.accept_share(shareId=share_id)
    statuses = []
    for _ in range(3):
        clock.now += timedelta(seconds=15)
        statuses.append(omics.get_share(shareId=share_id)["share"]["status"])
    assert statuses == ["ACTIVATING", "ACTIVE", "ACTIVE"]


@pytest.mark.our_choice("A68")
def test_reads_of_both_accounts_move_a_share(
    omics: Client, subscriber: Client, offer: MakeShare, progression: SetProgression
) -> None:
    progression("share", progression="manual", times=2)
    share_id = offer()
    subscriber.accept_share(shareId=share_id)
    readers = (omics, subscriber, omics)
    statuses = [reader.get_share(shareId=share_id)["share"]["status"] for reader in readers]
    assert statuses == ["ACTIVATING", "ACTIVATING", "ACTIVE"]


@pytest.mark.our_choice("A68")
def test_lists_do_not_move_a_share(
    omics: Client, subscriber: Client, offer: MakeShare, progression: SetProgression
) -> None:
    progression("share", progression="manual", times=1)
    subscriber.accept_share(shareId=offer())
    for _ in range(3):
        (listed,) = omics.list_shares(resourceOwner="SELF")["shares"]
        assert listed["status"] == "ACTIVATING"


# -- GetShare --


@pytest.mark.documented("A69")
def test_members_of_a_share(
    clock: Clock, omics: Client, subscriber: Client, offer: MakeShare, workflow_arn: str
) -> None:
    share_id = offer(shareName="lab")
    clock.now += timedelta(seconds=5)
    subscriber.accept_share(shareId=share_id)
    shown = omics.get_share(shareId=share_id)["share"]
    created, updated = shown.pop("creationTime"), shown.pop("updateTime")
    assert updated - created == timedelta(seconds=5)
    assert shown == {
        "shareId": share_id,
        "resourceArn": workflow_arn,
        "resourceId": workflow_arn.rpartition("/")[2],
        "principalSubscriber": SUBSCRIBER,
        "ownerId": ACCOUNT,
        "status": "ACTIVE",
        "shareName": "lab",
    }


@pytest.mark.our_choice("A70")
def test_both_accounts_see_the_same_share(
    omics: Client, subscriber: Client, offer: MakeShare
) -> None:
    share_id = offer(shareName="lab")
    seen = [reader.get_share(shareId=share_id)["share"] for reader in (omics, subscriber)]
    (listed,) = subscriber.list_shares(resourceOwner="OTHER")["shares"]
    assert seen == [listed, listed]
    assert f":{ACCOUNT}:" in listed["resourceArn"]


@pytest.mark.observed("A71")
def test_resource_id_of_a_workflow_is_its_id(
    subscriber: Client, offer: MakeShare, workflow_id: str
) -> None:
    shown = subscriber.get_share(shareId=offer())["share"]
    assert (shown["resourceId"], shown["ownerId"]) == (workflow_id, ACCOUNT)


@pytest.mark.our_choice("A71")
def test_resource_id_of_a_store_is_its_id(
    omics: Client, offer: MakeShare, variant_store_arn: str
) -> None:
    store_id = omics.get_variant_store(name="variants")["id"]
    assert omics.get_share(shareId=offer(variant_store_arn))["share"]["resourceId"] == store_id


# -- ListShares --


@pytest.mark.documented("A72")
def test_lists_of_own_shares_and_of_those_of_others(
    omics: Client, subscriber: Client, stranger: Client, offer: MakeShare
) -> None:
    share_id = offer()
    offer(principalSubscriber=STRANGER)
    assert len(omics.list_shares(resourceOwner="SELF")["shares"]) == 2
    assert omics.list_shares(resourceOwner="OTHER")["shares"] == []
    assert subscriber.list_shares(resourceOwner="SELF")["shares"] == []
    assert _ids(subscriber.list_shares(resourceOwner="OTHER")) == [share_id]
    (of_stranger,) = stranger.list_shares(resourceOwner="OTHER")["shares"]
    assert of_stranger["principalSubscriber"] == STRANGER


@pytest.mark.our_choice("A72")
def test_offers_are_listed_for_the_subscriber(subscriber: Client, offer: MakeShare) -> None:
    share_id = offer()
    (listed,) = subscriber.list_shares(resourceOwner="OTHER", filter={"status": ["PENDING"]})[
        "shares"
    ]
    assert (listed["shareId"], listed["status"]) == (share_id, "PENDING")


@pytest.mark.documented("A72")
def test_list_shares_needs_a_resource_owner(raw_omics: Client) -> None:
    with raises_violations("Value null at 'resourceOwner' must not be null"):
        raw_omics.list_shares()
    with raises_violations(
        "Value 'ALL' at 'resourceOwner' must satisfy enum value set: [SELF, OTHER]"
    ):
        raw_omics.list_shares(resourceOwner="ALL")


@pytest.mark.documented("A73")
@pytest.mark.parametrize("member", ["resourceArns", "status", "type"])
@pytest.mark.parametrize("count", [0, 11])
def test_filters_have_one_to_ten_entries(raw_omics: Client, member: str, count: int) -> None:
    values = ["ACTIVE" if member == "status" else "WORKFLOW"] * count
    must = "less than or equal to 10" if count else "greater than or equal to 1"
    with pytest.raises(
        raw_omics.exceptions.ValidationException,
        match=rf"at 'filter.{member}' failed to satisfy constraint: .*{must}",
    ):
        raw_omics.list_shares(resourceOwner="SELF", filter={member: values})


@pytest.mark.our_choice("A73")
def test_filters_are_or_within_a_member_and_and_between_members(
    omics: Client, share: MakeShare, offer: MakeShare, workflow_arn: str, variant_store_arn: str
) -> None:
    active, pending, store = share(), offer(principalSubscriber=STRANGER), offer(variant_store_arn)

    def listed(**filter: list[str]) -> list[str]:
        return _ids(omics.list_shares(resourceOwner="SELF", filter=filter))

    assert listed(status=["ACTIVE", "PENDING"]) == [active, pending, store]
    assert listed(status=["ACTIVE"]) == [active]
    assert listed(status=["PENDING"], type=["WORKFLOW"]) == [pending]
    assert listed(resourceArns=[variant_store_arn, "arn:none"]) == [store]
    assert listed(resourceArns=[workflow_arn], type=["VARIANT_STORE"]) == []
    assert listed(status=["DELETED"]) == []


@pytest.mark.our_choice("A73")
def test_deleted_shares_are_not_listed(omics: Client, offer: MakeShare) -> None:
    omics.delete_share(shareId=offer())
    assert omics.list_shares(resourceOwner="SELF")["shares"] == []


@pytest.mark.documented("A72")
def test_pages_of_shares(omics: Client, offer: MakeShare) -> None:
    made = [offer(principalSubscriber=f"{n:012d}") for n in range(5)]
    first = omics.list_shares(resourceOwner="SELF", maxResults=2)
    assert _ids(first) == made[:2]
    second = omics.list_shares(resourceOwner="SELF", maxResults=2, nextToken=first["nextToken"])
    assert _ids(second) == made[2:4]
    pages = omics.get_paginator("list_shares").paginate(
        resourceOwner="SELF", PaginationConfig={"PageSize": 2}
    )
    assert [share_id for page in pages for share_id in _ids(page)] == made


@pytest.mark.our_choice("A3")
def test_page_tokens_of_shares_belong_to_one_list(
    omics: Client, subscriber: Client, offer: MakeShare
) -> None:
    for n in range(3):
        offer(principalSubscriber=f"{n:012d}")
    token = omics.list_shares(resourceOwner="SELF", maxResults=1)["nextToken"]
    for reader, query in (
        (omics, {"resourceOwner": "OTHER"}),
        (omics, {"resourceOwner": "SELF", "filter": {"status": ["ACTIVE"]}}),
        (subscriber, {"resourceOwner": "SELF"}),
    ):
        with pytest.raises(omics.exceptions.ValidationException, match="nextToken"):
            reader.list_shares(**query, nextToken=token)
    with pytest.raises(omics.exceptions.ValidationException, match="nextToken"):
        omics.list_shares(resourceOwner="SELF", nextToken="x")


@pytest.mark.our_choice("A3")
@pytest.mark.parametrize("size", [-1, 0, 101])
def test_page_size_of_shares_is_limited(omics: Client, size: int) -> None:
    with raises_validation("'maxResults' must be between 1 and 100"):
        omics.list_shares(resourceOwner="SELF", maxResults=size)


# -- DeleteShare --


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
