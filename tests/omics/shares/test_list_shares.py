"""ListShares: filters and pages (A72, A73)."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Client
from tests.omics.helpers import (
    raises_validation,
    raises_violations,
)
from tests.omics.shares.accounts import STRANGER
from tests.omics.shares.conftest import MakeShare


def _ids(shares: Any) -> list[str]:
    return [found["shareId"] for found in shares["shares"]]


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
