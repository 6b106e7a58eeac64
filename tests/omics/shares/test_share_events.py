"""Events of shares, and of workflows that another account reads (A120, A123, A124)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient, definition
from tests.omics.event_queue import EventQueue, event_pattern
from tests.omics.helpers import SetProgression, observe_built_events
from tests.omics.shares.accounts import STRANGER, SUBSCRIBER, in_account
from tests.omics.shares.conftest import MakeShare

ListenIn = Callable[..., EventQueue]


@pytest.fixture
def listen_in(client: MakeClient) -> ListenIn:
    """``listen_in(SUBSCRIBER, "Workflow Share")`` returns a queue of the account for its events."""

    def listen(account: str, kind: str = "Workflow Share", name: str = "events") -> EventQueue:
        return EventQueue(
            lambda service: in_account(client, account, service), event_pattern(kind), name
        )

    return listen


@pytest.mark.documented("A124")
def test_both_accounts_are_notified_of_each_status(
    omics: Client, subscriber: Client, offer: MakeShare, listen_in: ListenIn
) -> None:
    owners, theirs = listen_in(ACCOUNT), listen_in(SUBSCRIBER)
    share_id = offer()
    assert owners.receive_statuses() == theirs.receive_statuses() == ["PENDING"]
    subscriber.accept_share(shareId=share_id)
    subscriber.get_share(shareId=share_id)
    assert owners.receive_statuses() == theirs.receive_statuses() == ["ACTIVATING", "ACTIVE"]
    omics.delete_share(shareId=share_id)
    omics.list_shares(resourceOwner="SELF")
    assert owners.receive_statuses() == theirs.receive_statuses() == ["DELETING", "DELETED"]


@pytest.mark.our_choice("A123")
def test_members_of_share_events(
    subscriber: Client, offer: MakeShare, workflow_arn: str, listen_in: ListenIn
) -> None:
    owners, theirs = listen_in(ACCOUNT), listen_in(SUBSCRIBER)
    share_id = offer(shareName="lab")
    (own,), (their,) = owners.receive(), theirs.receive()
    for event, account in ((own, ACCOUNT), (their, SUBSCRIBER)):
        assert re.fullmatch(r"[0-9a-f-]{36}", event.pop("id"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event.pop("time"))
        assert event == {
            "version": "0",
            "source": "aws.omics",
            "account": account,
            "region": REGION,
            "resources": [workflow_arn],
            "detail-type": "Workflow Share Status Change",
            "detail": {
                "omicsVersion": "1.0.0",
                "arn": workflow_arn,
                "status": "PENDING",
                "shareId": share_id,
                "ownerId": ACCOUNT,
                "principalSubscriber": SUBSCRIBER,
                "shareName": "lab",
            },
        }


@pytest.mark.our_choice("A123")
def test_event_of_a_share_without_a_name(offer: MakeShare, listen_in: ListenIn) -> None:
    queue = listen_in(ACCOUNT)
    offer()
    (event,) = queue.receive()
    assert "shareName" not in event["detail"]


@pytest.mark.documented("A120")
@pytest.mark.parametrize("kind", ["Variant", "Annotation"])
def test_detail_types_of_shares_of_stores(
    request: pytest.FixtureRequest, offer: MakeShare, listen_in: ListenIn, kind: str
) -> None:
    queue = listen_in(SUBSCRIBER, f"{kind} Store Share")
    arn = request.getfixturevalue(f"{kind.lower()}_store_arn")
    offer(arn)
    (event,) = queue.receive()
    assert event["detail-type"] == f"{kind} Store Share Status Change"
    assert event["resources"] == [arn]


@pytest.mark.our_choice("A124")
def test_both_accounts_are_notified_of_a_refusal(
    subscriber: Client, offer: MakeShare, listen_in: ListenIn
) -> None:
    owners, theirs = listen_in(ACCOUNT), listen_in(SUBSCRIBER)
    subscriber.delete_share(shareId=offer())
    subscriber.list_workflows()
    expected = ["PENDING", "DELETING", "DELETED"]
    assert owners.receive_statuses() == theirs.receive_statuses() == expected


@pytest.mark.our_choice("A124")
def test_other_accounts_receive_no_share_events(
    offer: MakeShare, stranger: Client, listen_in: ListenIn
) -> None:
    queue = listen_in(STRANGER)
    share_id = offer()
    stranger.list_workflows()
    stranger.list_shares(resourceOwner="OTHER")
    assert queue.receive() == []
    assert share_id


@pytest.mark.our_choice("A124")
def test_any_request_in_the_region_delivers_the_end_of_an_activation(
    omics: Client, subscriber: Client, offer: MakeShare, listen_in: ListenIn
) -> None:
    owners = listen_in(ACCOUNT)
    subscriber.accept_share(shareId=offer())
    omics.list_runs()
    assert owners.receive_statuses() == ["PENDING", "ACTIVATING", "ACTIVE"]


@pytest.mark.our_choice("A76", "A124")
def test_deletion_of_a_workflow_notifies_those_to_whom_it_was_offered(
    omics: Client, offer: MakeShare, workflow_id: str, listen_in: ListenIn
) -> None:
    theirs = listen_in(SUBSCRIBER)
    offer()
    omics.delete_workflow(id=workflow_id)
    omics.list_runs()
    assert theirs.receive_statuses() == ["PENDING", "DELETING", "DELETED"]


@pytest.mark.our_choice("A124")
def test_share_events_without_a_rule_are_not_built(
    monkeypatch: pytest.MonkeyPatch, offer: MakeShare, listen_in: ListenIn
) -> None:
    listen_in(SUBSCRIBER, "Run")
    built = observe_built_events(monkeypatch)
    offer()
    assert built == []


# -- events of what is shared --


@pytest.mark.our_choice("A93")
def test_read_by_the_subscriber_delivers_the_event_of_the_owner(
    omics: Client,
    subscriber: Client,
    share: MakeShare,
    workflow_id: str,
    listen_in: ListenIn,
    progression: SetProgression,
) -> None:
    share()
    subscriber.get_workflow(id=workflow_id, workflowOwnerId=ACCOUNT)
    progression("workflow", progression="manual", times=1)
    version = {"workflowId": workflow_id, "versionName": "v2"}
    omics.create_workflow_version(**version, definitionZip=definition())
    owners, theirs = listen_in(ACCOUNT, "Workflow"), listen_in(SUBSCRIBER, "Workflow")
    subscriber.get_workflow_version(**version, workflowOwnerId=ACCOUNT)
    (event,) = owners.receive()
    assert (event["account"], event["detail"]["status"]) == (ACCOUNT, "ACTIVE")
    assert theirs.receive() == []


@pytest.mark.documented("A93")
def test_batch_events_name_the_owner_of_the_workflow(
    omics: Client, subscriber: Client, share: MakeShare, workflow_id: str, listen_in: ListenIn
) -> None:
    version = {"workflowId": workflow_id, "versionName": "v2"}
    created = omics.create_workflow_version(**version, definitionZip=definition())
    share()
    owners, theirs = listen_in(ACCOUNT, "RunBatch"), listen_in(SUBSCRIBER, "RunBatch")
    default: dict[str, Any] = {
        "workflowId": workflow_id,
        "workflowVersionName": "v2",
        "workflowOwnerId": ACCOUNT,
        "roleArn": ROLE,
        "outputUri": "s3://results/x",
    }
    subscriber.start_run_batch(
        defaultRunSetting=default,
        batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}]},
    )
    (event,) = theirs.receive()
    detail = event["detail"]
    assert detail["workflowOwnerId"] == ACCOUNT
    assert detail["workflowArn"] == f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/{workflow_id}"
    assert detail["workflowVersionArn"] == created["arn"]
    assert f":{SUBSCRIBER}:runBatch/" in detail["arn"]
    assert owners.receive() == []
