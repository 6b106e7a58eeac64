"""AcceptShare and GetShare (A68 to A71)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import ACCOUNT, Client
from tests.omics.helpers import (
    Clock,
    SetProgression,
    raises_conflict,
    raises_error,
    raises_not_found,
)
from tests.omics.shares.accounts import SUBSCRIBER
from tests.omics.shares.conftest import MakeShare


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
