"""Workflows of another account: how they are read and run (A80 to A94)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, MakeClient, definition
from tests.omics.helpers import (
    SetProgression,
    raises_error,
    raises_not_found,
    raises_validation,
    raises_violations,
    run_counts,
)
from tests.omics.shares.accounts import STRANGER, SUBSCRIBER, in_account
from tests.omics.shares.conftest import MakeShare

V1 = "v1"
StartTheirs = Callable[..., str]


@pytest.fixture
def version(omics: Client, workflow_id: str) -> str:
    """The name of a version of the workflow."""
    omics.create_workflow_version(
        workflowId=workflow_id,
        versionName=V1,
        definitionZip=definition("main.wdl", "tasks.wdl"),
        tags={"stage": "test"},
    )
    return V1


def _settings(workflow_id: str, **settings: Any) -> dict[str, Any]:
    required = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results/x"}
    return {**required, "workflowOwnerId": ACCOUNT, **settings}


@pytest.fixture
def start_theirs(subscriber: Client, workflow_id: str) -> StartTheirs:
    """``start_theirs(name="HG002")`` starts a run of the subscriber, and returns its id."""

    def start(**settings: Any) -> str:
        return str(subscriber.start_run(**_settings(workflow_id, **settings))["id"])

    return start


@pytest.fixture
def start_their_batch(subscriber: Client, workflow_id: str) -> StartTheirs:
    """``start_their_batch(3)`` starts a batch of three entries of the subscriber; returns its id."""

    def start(entries: int = 2, **default: Any) -> str:
        inline = [{"runSettingId": f"s{n}"} for n in range(entries)]
        batch: Answer = subscriber.start_run_batch(
            defaultRunSetting=_settings(workflow_id, **default),
            batchRunSettings={"inlineSettings": inline},
        )
        return str(batch["id"])

    return start


def _until(client: Client, batch_id: str, status: str) -> Answer:
    statuses = []
    for _ in range(20):
        batch: Answer = client.get_batch(batchId=batch_id)
        statuses.append(batch["status"])
        if batch["status"] == status:
            return batch
    raise AssertionError(f"never {status}: {statuses}")


# -- reading --


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
    run = omics.start_run(**_settings(workflow_id))["id"]
    assert omics.get_run(id=run)["workflowOwnerId"] == ACCOUNT
    assert omics.start_run(runId=run, roleArn=ROLE, outputUri="s3://results/x")["id"] != run
    assert "definition" in omics.get_run(id=run, export=["DEFINITION"])


def _calls(client: Client, workflow_id: str, owner: str) -> list[Callable[[], Any]]:
    """Return all calls that take an owner."""
    of_owner = {"workflowOwnerId": owner}
    settings = {**_settings(workflow_id), **of_owner}
    entries = {"inlineSettings": [{"runSettingId": "s1"}]}
    return [
        lambda: client.get_workflow(id=workflow_id, **of_owner),
        lambda: client.get_workflow_version(workflowId=workflow_id, versionName=V1, **of_owner),
        lambda: client.list_workflow_versions(workflowId=workflow_id, **of_owner),
        lambda: client.start_run(**settings),
        lambda: client.start_run_batch(defaultRunSetting=settings, batchRunSettings=entries),
    ]


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
        found = []
        for call in calls:
            try:
                call()
            except subscriber.exceptions.ResourceNotFoundException as error:
                found.append(False)
                assert error.response["Error"]["Message"] == f"Workflow {workflow_id} not found"
            else:
                found.append(True)
        assert len(set(found)) == 1
        return found[0]

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
        subscriber.start_run(**_settings("9500764", workflowType="READY2RUN"))


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
        subscriber.start_run(**_settings(created["id"], workflowVersionName="v2"))


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
    readers = (
        lambda: subscriber.get_workflow_version(**version, workflowOwnerId=ACCOUNT),
        lambda: omics.get_workflow_version(**version),
    )
    assert [read()["status"] for read in readers * 2] == ["CREATING", *["ACTIVE"] * 3]


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
        subscriber.start_run(**_settings(created["id"]))
    started = subscriber.start_run(**_settings(created["id"], parameters={"sample": "HG002"}))
    assert started["status"] == "PENDING"


@pytest.mark.our_choice("A87")
def test_run_of_an_own_workflow_has_no_workflow_owner(omics: Client, workflow_id: str) -> None:
    settings = _settings(workflow_id)
    del settings["workflowOwnerId"]
    assert "workflowOwnerId" not in omics.get_run(id=omics.start_run(**settings)["id"])


@pytest.mark.our_choice("A87")
def test_equal_ids_of_an_own_and_a_shared_workflow_are_told_apart(
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
    run = subscriber.start_run(**_settings("1234567"))["id"]
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
                settings = {**_settings(workflow), "workflowOwnerId": owner}
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
