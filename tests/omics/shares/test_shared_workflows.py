"""Workflows of another account: how they are found and read (A80 to A85)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, ROLE, Answer, Client, MakeClient, definition
from tests.omics.helpers import (
    SetProgression,
    raises_error,
    raises_not_found,
    raises_validation,
    raises_violations,
)
from tests.omics.shares.accounts import STRANGER, SUBSCRIBER, shared_settings
from tests.omics.shares.conftest import MakeShare, StartTheirs


@pytest.mark.observed("A80")
def test_shared_workflow_is_found_with_its_owner_only(
    subscriber: Client, share: MakeShare, workflow_id: str, workflow_arn: str
) -> None:
    share()
    with raises_not_found(f"Workflow {workflow_id} not found"):
        subscriber.get_workflow(id=workflow_id)
    with raises_not_found(f"Workflow {workflow_id} not found"):
        subscriber.list_workflow_versions(workflowId=workflow_id)
    found = subscriber.get_workflow(id=workflow_id, workflowOwnerId=ACCOUNT)
    assert (found["arn"], found["type"]) == (workflow_arn, "PRIVATE")


@pytest.mark.documented("A81")
def test_operations_with_a_workflow_owner(
    subscriber: Client,
    share: MakeShare,
    workflow_id: str,
    version: str,
    start_theirs: StartTheirs,
    start_their_batch: StartTheirs,
) -> None:
    share()
    of_owner = {"workflowOwnerId": ACCOUNT, "workflowId": workflow_id}
    found = subscriber.get_workflow_version(**of_owner, versionName=version, type="PRIVATE")
    assert (found["versionName"], found["workflowId"]) == (version, workflow_id)
    listed = subscriber.list_workflow_versions(**of_owner, type="PRIVATE")["items"]
    assert [item["versionName"] for item in listed] == [version]
    assert start_theirs(workflowType="PRIVATE", workflowVersionName=version)
    assert start_their_batch(workflowType="PRIVATE", workflowVersionName=version)


@pytest.mark.documented("A81")
def test_workflow_owner_is_an_account_id(raw_omics: Client, workflow_id: str) -> None:
    with raises_violations(
        "Value '12' at 'workflowOwnerId' must satisfy regular expression pattern: [0-9]{12}"
    ):
        raw_omics.get_workflow(id=workflow_id, workflowOwnerId="12")


@pytest.mark.our_choice("A81")
def test_own_account_as_owner_is_the_same_as_none(
    omics: Client, workflow_id: str, version: str, start_batch: Callable[..., str]
) -> None:
    own = {"workflowOwnerId": ACCOUNT}
    plain = omics.get_workflow(id=workflow_id)
    given = omics.get_workflow(id=workflow_id, export=["DEFINITION"], **own)
    assert (given["arn"], given["digest"]) == (plain["arn"], plain["digest"])
    assert omics.list_workflow_versions(workflowId=workflow_id, **own)["items"]
    run = omics.start_run(**shared_settings(workflow_id))["id"]
    assert omics.get_run(id=run)["workflowOwnerId"] == ACCOUNT
    assert omics.start_run(runId=run, roleArn=ROLE, outputUri="s3://results/x")["id"] != run
    assert "definition" in omics.get_run(id=run, export=["DEFINITION"])


def _calls(client: Client, workflow_id: str, owner: str) -> list[Callable[[], Any]]:
    """Return all calls that take an owner."""
    of_owner = {"workflowOwnerId": owner}
    settings = {**shared_settings(workflow_id), **of_owner}
    entries = {"inlineSettings": [{"runSettingId": "s1"}]}
    return [
        lambda: client.get_workflow(id=workflow_id, **of_owner),
        lambda: client.get_workflow_version(workflowId=workflow_id, versionName="v1", **of_owner),
        lambda: client.list_workflow_versions(workflowId=workflow_id, **of_owner),
        lambda: client.start_run(**settings),
        lambda: client.start_run_batch(defaultRunSetting=settings, batchRunSettings=entries),
    ]


def _not_found_message(client: Client, call: Callable[[], Any]) -> str | None:
    """Make a call; return the message if it finds nothing, None if it succeeds."""
    try:
        call()
    except client.exceptions.ResourceNotFoundException as error:
        return str(error.response["Error"]["Message"])
    return None


@pytest.mark.our_choice("A82")
def test_workflow_is_found_only_while_its_share_is_active(
    omics: Client,
    subscriber: Client,
    offer: MakeShare,
    workflow_id: str,
    version: str,
    progression: SetProgression,
) -> None:
    progression("share", progression="manual", times=1)
    calls = _calls(subscriber, workflow_id, ACCOUNT)

    def all_found() -> bool:
        messages = [_not_found_message(subscriber, call) for call in calls]
        assert set(messages) in ({None}, {f"Workflow {workflow_id} not found"})
        return messages[0] is None

    assert not all_found()
    share_id = offer()
    assert not all_found()
    subscriber.accept_share(shareId=share_id)
    assert not all_found()
    for status in ("ACTIVATING", "ACTIVE"):
        assert subscriber.get_share(shareId=share_id)["share"]["status"] == status
    assert all_found()
    omics.delete_share(shareId=share_id)
    assert not all_found()
    assert omics.get_share(shareId=share_id)["share"]["status"] == "DELETING"
    assert not all_found()


@pytest.mark.our_choice("A82")
def test_share_grants_its_subscriber_its_workflow_only(
    omics: Client, subscriber: Client, stranger: Client, share: MakeShare, workflow_id: str
) -> None:
    share()
    other = omics.create_workflow(name="other", definitionZip=definition())["id"]
    for client, id, owner in (
        (stranger, workflow_id, ACCOUNT),
        (subscriber, other, ACCOUNT),
        (subscriber, workflow_id, STRANGER),
        (subscriber, "7777777", ACCOUNT),
    ):
        for call in _calls(client, id, owner):
            with raises_not_found(f"Workflow {id} not found"):
                call()


@pytest.mark.our_choice("A82")
def test_share_in_one_region_grants_nothing_in_another(
    client: MakeClient, share: MakeShare, workflow_id: str
) -> None:
    share()
    ireland = client("omics", "eu-west-1")
    with raises_not_found(f"Workflow {workflow_id} not found"):
        ireland.get_workflow(id=workflow_id, workflowOwnerId=SUBSCRIBER)


@pytest.mark.our_choice("A82")
def test_catalogue_workflow_of_another_owner_is_not_found(
    subscriber: Client, share: MakeShare, workflow_id: str
) -> None:
    share()
    of_owner = {"workflowOwnerId": ACCOUNT, "type": "READY2RUN"}
    with raises_not_found(f"Workflow {workflow_id} not found"):
        subscriber.get_workflow(id=workflow_id, **of_owner)
    with raises_not_found("Workflow 9500764 not found"):
        subscriber.start_run(**shared_settings("9500764", workflowType="READY2RUN"))


@pytest.mark.our_choice("A82")
def test_unknown_version_of_a_shared_workflow_is_not_found(
    subscriber: Client, share: MakeShare, workflow_id: str
) -> None:
    share()
    with raises_not_found(f"Workflow {workflow_id} version v9 not found"):
        subscriber.get_workflow_version(
            workflowId=workflow_id, versionName="v9", workflowOwnerId=ACCOUNT
        )


@pytest.mark.our_choice("A82")
def test_run_of_a_shared_workflow_that_is_not_active_is_refused(
    omics: Client, subscriber: Client, progression: SetProgression, share: MakeShare
) -> None:
    progression("workflow", progression="manual", times=1)
    created = omics.create_workflow(name="new", definitionZip=definition())
    for _ in range(2):
        omics.get_workflow(id=created["id"])
    share(created["arn"])
    version = {"workflowId": created["id"], "versionName": "v2"}
    omics.create_workflow_version(**version, definitionZip=definition())
    with raises_validation(f"Workflow {created['id']} is not ACTIVE: its status is CREATING"):
        subscriber.start_run(**shared_settings(created["id"], workflowVersionName="v2"))


@pytest.mark.our_choice("A83")
def test_subscriber_reads_what_the_owner_reads(
    omics: Client, subscriber: Client, share: MakeShare, workflow_id: str, version: str
) -> None:
    omics.tag_resource(resourceArn=omics.get_workflow(id=workflow_id)["arn"], tags={"a": "b"})
    share()
    of_owner = {"workflowOwnerId": ACCOUNT}
    for call, params in (
        ("get_workflow", {"id": workflow_id}),
        ("get_workflow_version", {"workflowId": workflow_id, "versionName": version}),
        ("list_workflow_versions", {"workflowId": workflow_id}),
    ):
        own = getattr(omics, call)(**params)
        theirs = getattr(subscriber, call)(**params, **of_owner)
        del own["ResponseMetadata"], theirs["ResponseMetadata"]
        assert own == theirs


@pytest.mark.documented("A83")
def test_all_versions_of_a_shared_workflow_can_be_run(
    omics: Client, subscriber: Client, share: MakeShare, workflow_id: str, start_theirs: StartTheirs
) -> None:
    share()
    created = omics.create_workflow_version(
        workflowId=workflow_id, versionName="later", definitionZip=definition("main.wdl", "b.wdl")
    )
    run = subscriber.get_run(id=start_theirs(workflowVersionName="later"))
    assert (run["workflowVersionName"], run["workflowUuid"]) == ("later", created["uuid"])


@pytest.mark.documented("A84")
@pytest.mark.parametrize("export", ["DEFINITION", "README"])
def test_shared_workflow_cannot_be_exported(
    subscriber: Client, share: MakeShare, workflow_id: str, version: str, export: str
) -> None:
    share()
    text = f"Workflow {workflow_id} is shared: it cannot be exported"
    with raises_error("AccessDeniedException", 403, text):
        subscriber.get_workflow(id=workflow_id, workflowOwnerId=ACCOUNT, export=[export])
    with raises_error("AccessDeniedException", 403, text):
        subscriber.get_workflow_version(
            workflowId=workflow_id, versionName=version, workflowOwnerId=ACCOUNT, export=[export]
        )


@pytest.mark.our_choice("A84")
def test_definition_of_a_shared_workflow_is_not_exported_with_a_run(
    subscriber: Client, share: MakeShare, start_theirs: StartTheirs
) -> None:
    share()
    run_id = start_theirs()
    text = f"The workflow of run {run_id} is shared: it cannot be exported"
    with raises_error("AccessDeniedException", 403, text):
        subscriber.get_run(id=run_id, export=["DEFINITION"])


@pytest.mark.our_choice("A85")
@pytest.mark.parametrize("query", [{}, {"type": "PRIVATE"}, {"type": "READY2RUN"}])
def test_list_workflows_has_no_shared_workflows(
    subscriber: Client, share: MakeShare, workflow_id: str, query: dict[str, str]
) -> None:
    share()
    listed = [item["id"] for item in subscriber.list_workflows(**query)["items"]]
    assert workflow_id not in listed


@pytest.mark.our_choice("A83")
def test_read_by_the_subscriber_moves_a_version(
    omics: Client,
    subscriber: Client,
    share: MakeShare,
    workflow_id: str,
    progression: SetProgression,
) -> None:
    share()
    assert omics.get_workflow(id=workflow_id)["status"] == "ACTIVE"
    progression("workflow", progression="manual", times=2)
    version = {"workflowId": workflow_id, "versionName": "v2"}
    omics.create_workflow_version(**version, definitionZip=definition())
    readers: tuple[Callable[[], Answer], ...] = (
        lambda: subscriber.get_workflow_version(**version, workflowOwnerId=ACCOUNT),
        lambda: omics.get_workflow_version(**version),
    )
    assert [read()["status"] for read in readers * 2] == ["CREATING", *["ACTIVE"] * 3]
