"""Runs and batches of workflows of another account (A86 to A94)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, MakeClient, definition
from tests.omics.helpers import (
    raises_not_found,
    raises_validation,
    run_counts,
)
from tests.omics.shares.accounts import SUBSCRIBER, in_account, shared_settings
from tests.omics.shares.conftest import MakeShare, StartTheirs


def _until(client: Client, batch_id: str, status: str) -> Answer:
    statuses = []
    for _ in range(20):
        batch: Answer = client.get_batch(batchId=batch_id)
        statuses.append(batch["status"])
        if batch["status"] == status:
            return batch
    raise AssertionError(f"never {status}: {statuses}")


# -- runs --


@pytest.mark.documented("A86", "A87")
def test_run_of_a_shared_workflow_is_one_of_the_subscriber(
    omics: Client, subscriber: Client, share: MakeShare, workflow_id: str, start_theirs: StartTheirs
) -> None:
    share()
    group = subscriber.create_run_group(name="theirs")["id"]
    cache = subscriber.create_run_cache(cacheS3Location="s3://cache")["id"]
    run_id = start_theirs(runGroupId=group, cacheId=cache, name="HG002")
    run = subscriber.get_run(id=run_id)
    workflow = omics.get_workflow(id=workflow_id)
    assert run["arn"] == f"arn:aws:omics:{REGION}:{SUBSCRIBER}:run/{run_id}"
    assert run["workflowOwnerId"] == ACCOUNT
    assert run["workflowId"] == workflow_id
    assert (run["workflowUuid"], run["digest"]) == (workflow["uuid"], workflow["digest"])
    assert f":{SUBSCRIBER}:" in run["logLocation"]["runLogStream"]
    assert (run["runGroupId"], run["cacheId"]) == (group, cache)
    (listed,) = subscriber.list_runs()["items"]
    assert listed["workflowId"] == workflow_id
    assert omics.list_runs()["items"] == []
    with raises_not_found(f"Run {run_id} not found"):
        omics.get_run(id=run_id)


@pytest.mark.our_choice("A86")
def test_run_group_and_cache_of_the_owner_are_not_found(
    omics: Client, share: MakeShare, start_theirs: StartTheirs
) -> None:
    share()
    group = omics.create_run_group(name="ours")["id"]
    cache = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    with raises_not_found(f"Run group {group} not found"):
        start_theirs(runGroupId=group)
    with raises_not_found(f"Run cache {cache} not found"):
        start_theirs(cacheId=cache)


@pytest.mark.our_choice("A86")
def test_parameters_follow_the_template_of_the_owner(
    omics: Client, subscriber: Client, share: MakeShare
) -> None:
    created = omics.create_workflow(
        name="t", definitionZip=definition(), parameterTemplate={"sample": {"optional": False}}
    )
    omics.get_workflow(id=created["id"])
    share(created["arn"])
    with pytest.raises(subscriber.exceptions.ValidationException, match="sample"):
        subscriber.start_run(**shared_settings(created["id"]))
    started = subscriber.start_run(**shared_settings(created["id"], parameters={"sample": "HG002"}))
    assert started["status"] == "PENDING"


@pytest.mark.our_choice("A87")
def test_run_of_an_own_workflow_has_no_workflow_owner(omics: Client, workflow_id: str) -> None:
    settings = shared_settings(workflow_id)
    del settings["workflowOwnerId"]
    assert "workflowOwnerId" not in omics.get_run(id=omics.start_run(**settings)["id"])


@pytest.mark.our_choice("A87")
def test_own_and_shared_workflow_may_have_equal_ids(
    settings: Callable[..., None], omics: Client, subscriber: Client
) -> None:
    settings(workflows=[{"id": "1234567", "name": "same"}])
    arn = omics.get_workflow(id="1234567")["arn"]
    created = omics.create_share(resourceArn=arn, principalSubscriber=SUBSCRIBER)
    subscriber.accept_share(shareId=created["shareId"])
    own, theirs = (
        subscriber.get_workflow(id="1234567"),
        subscriber.get_workflow(id="1234567", workflowOwnerId=ACCOUNT),
    )
    assert f":{SUBSCRIBER}:" in own["arn"]
    assert theirs["arn"] == arn
    run = subscriber.start_run(**shared_settings("1234567"))["id"]
    assert subscriber.get_run(id=run)["workflowUuid"] == theirs["uuid"] != own["uuid"]


@pytest.mark.documented("A88")
def test_run_of_a_shared_workflow_is_not_repeated(
    subscriber: Client, share: MakeShare, start_theirs: StartTheirs
) -> None:
    share()
    with raises_validation("A run of a shared workflow cannot be repeated (runId)"):
        subscriber.start_run(runId=start_theirs(), roleArn=ROLE, outputUri="s3://results/x")


@pytest.mark.our_choice("A89")
def test_tags_of_a_shared_workflow_are_not_found(
    subscriber: Client, share: MakeShare, workflow_arn: str
) -> None:
    share()
    text = f"Resource {workflow_arn} not found"
    with raises_not_found(text):
        subscriber.tag_resource(resourceArn=workflow_arn, tags={"a": "b"})
    with raises_not_found(text):
        subscriber.untag_resource(resourceArn=workflow_arn, tagKeys=["a"])
    with raises_not_found(text):
        subscriber.list_tags_for_resource(resourceArn=workflow_arn)


@pytest.mark.documented("A89")
def test_shared_workflow_cannot_be_changed(
    subscriber: Client, share: MakeShare, workflow_id: str, version: str
) -> None:
    share()
    named = {"workflowId": workflow_id, "versionName": version}
    calls: list[Callable[[], Any]] = [
        lambda: subscriber.update_workflow(id=workflow_id, name="x"),
        lambda: subscriber.delete_workflow(id=workflow_id),
        lambda: subscriber.create_workflow_version(**named, definitionZip=definition()),
        lambda: subscriber.update_workflow_version(**named, description="x"),
        lambda: subscriber.delete_workflow_version(**named),
    ]
    for call in calls:
        with raises_not_found(f"Workflow {workflow_id} not found"):
            call()


# -- batches --


@pytest.mark.our_choice("A91")
def test_batch_of_a_shared_workflow_runs_to_its_end(
    subscriber: Client,
    omics: Client,
    share: MakeShare,
    workflow_id: str,
    version: str,
    start_their_batch: StartTheirs,
) -> None:
    share()
    batch_id = start_their_batch(3, workflowVersionName=version)
    batch = _until(subscriber, batch_id, "PROCESSED")
    assert run_counts(batch) == {"completed": 3}
    assert batch["arn"] == f"arn:aws:omics:{REGION}:{SUBSCRIBER}:runBatch/{batch_id}"
    assert batch["defaultRunSetting"]["workflowOwnerId"] == ACCOUNT
    for entry in subscriber.list_runs_in_batch(batchId=batch_id)["runs"]:
        run = subscriber.get_run(id=entry["runId"])
        assert (run["workflowOwnerId"], run["workflowId"]) == (ACCOUNT, workflow_id)
        (task,) = subscriber.list_run_tasks(id=entry["runId"])["items"]
        assert task["status"] == "COMPLETED"
    assert omics.list_batch()["items"] == []
    assert omics.list_runs()["items"] == []


@pytest.mark.our_choice("A91")
def test_entries_left_when_a_share_is_revoked_fail(
    settings: Callable[..., None],
    omics: Client,
    subscriber: Client,
    share: MakeShare,
    workflow_id: str,
    start_their_batch: StartTheirs,
) -> None:
    settings(submissions_per_tick=2)
    share_id = share()
    batch_id = start_their_batch(5)
    for _ in range(10):
        submitted = subscriber.get_batch(batchId=batch_id)["submissionSummary"]
        if submitted["successfulStartSubmissionCount"]:
            break
    assert submitted["successfulStartSubmissionCount"] == 2
    omics.delete_share(shareId=share_id)
    batch = _until(subscriber, batch_id, "PROCESSED")
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 3
    assert run_counts(batch) == {"completed": 2}
    entries = subscriber.list_runs_in_batch(batchId=batch_id)["runs"]
    failures = [
        (entry["submissionFailureReason"], entry["submissionFailureMessage"])
        for entry in entries
        if entry["submissionStatus"] == "FAILED"
    ]
    text = f"Workflow {workflow_id} not found"
    assert failures == [("ResourceNotFoundException", text)] * 3


@pytest.mark.our_choice("A91")
def test_share_that_is_revoked_before_the_first_submission_fails_all_entries(
    omics: Client, subscriber: Client, share: MakeShare, start_their_batch: StartTheirs
) -> None:
    share_id = share()
    batch_id = start_their_batch(2)
    omics.delete_share(shareId=share_id)
    for _ in range(6):
        batch = subscriber.get_batch(batchId=batch_id)
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 2
    assert run_counts(batch) == {}


@pytest.mark.our_choice("A92")
def test_revoked_share_stops_no_run(
    omics: Client,
    subscriber: Client,
    share: MakeShare,
    workflow_id: str,
    start_theirs: StartTheirs,
) -> None:
    share_id = share()
    uuid = omics.get_workflow(id=workflow_id)["uuid"]
    run_id = start_theirs()
    omics.delete_share(shareId=share_id)
    omics.delete_workflow(id=workflow_id)
    with raises_not_found(f"Workflow {workflow_id} not found"):
        start_theirs()
    statuses = [subscriber.get_run(id=run_id)["status"] for _ in range(5)]
    assert statuses[-1] == "COMPLETED"
    run = subscriber.get_run(id=run_id)
    assert (run["workflowId"], run["workflowUuid"]) == (workflow_id, uuid)


@pytest.mark.our_choice("A92")
def test_share_that_is_offered_again_grants_access_again(
    omics: Client, subscriber: Client, share: MakeShare, workflow_id: str
) -> None:
    omics.delete_share(shareId=share())
    share()
    assert subscriber.get_workflow(id=workflow_id, workflowOwnerId=ACCOUNT)["id"] == workflow_id


@pytest.mark.our_choice("A94")
def test_run_of_a_shared_workflow_needs_nothing_from_the_registry_of_the_owner(
    settings: Callable[..., None], subscriber: Client, share: MakeShare, start_theirs: StartTheirs
) -> None:
    share()
    settings(check=["omics"])
    run_id = start_theirs()
    assert [subscriber.get_run(id=run_id)["status"] for _ in range(5)][-1] == "COMPLETED"


# -- several threads --


@pytest.mark.our_choice("A82")
def test_requests_of_two_accounts_at_once_do_not_block_each_other(
    client: MakeClient, omics: Client, share: MakeShare, workflow_id: str
) -> None:
    """Each account reads and runs a workflow of the other."""
    other = in_account(client, SUBSCRIBER)
    theirs = other.create_workflow(name="theirs", definitionZip=definition())["id"]
    arn = other.get_workflow(id=theirs)["arn"]
    created = other.create_share(resourceArn=arn, principalSubscriber=ACCOUNT)
    omics.accept_share(shareId=created["shareId"])
    share()
    errors: list[BaseException] = []

    def work(account_client: Client, workflow: str, owner: str) -> None:
        try:
            for _ in range(10):
                account_client.get_workflow(id=workflow, workflowOwnerId=owner)
                settings = {**shared_settings(workflow), "workflowOwnerId": owner}
                account_client.start_run(**settings)
                account_client.list_shares(resourceOwner="OTHER")
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=work, args=arguments, daemon=True)
        for arguments in ((omics, theirs, SUBSCRIBER), (other, workflow_id, ACCOUNT)) * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert errors == []
    assert len(omics.list_runs()["items"]) == len(other.list_runs()["items"]) == 20
