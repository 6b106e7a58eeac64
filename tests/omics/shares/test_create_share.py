"""CreateShare: what is shared, and with whom (A63 to A65)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, Client, definition
from tests.omics.helpers import (
    SetProgression,
    raises_conflict,
    raises_error,
    raises_not_found,
    raises_validation,
    raises_violations,
)
from tests.omics.shares.accounts import STRANGER, SUBSCRIBER
from tests.omics.shares.conftest import MakeShare


def _ids(shares: Any) -> list[str]:
    return [found["shareId"] for found in shares["shares"]]


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
@pytest.mark.parametrize(
    "account", ["", "12345678901", "1234567890123", "12345678901x", "\u0661" * 12]
)
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
    first, *_ = [offer(arn, principalSubscriber=f"{n:012d}") for n in range(10)]
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
