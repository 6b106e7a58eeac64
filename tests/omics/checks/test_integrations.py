"""What HealthOmics asks of other services: the settings in S3, and who makes a request."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient, StartBatch, Until, definition
from tests.omics.helpers import StartRun, raises_not_found, raises_validation

OTHER = "111111111111"
PutSettings = Callable[..., str]


def entries(*ids: str) -> list[dict[str, str]]:
    return [{"runSettingId": name} for name in ids]


@pytest.fixture
def as_account(client: MakeClient) -> Callable[..., Client]:
    """``as_account("111111111111", "s3")``: a client whose requests are those of an account."""

    def make(account: str, service: str = "omics", region: str = REGION) -> Client:
        made = client(service, region)

        def add_header(params: dict[str, Any], **_: Any) -> None:
            params["headers"]["x-moto-account-id"] = account

        made.meta.events.register("before-call", add_header)
        return made

    return make


@pytest.fixture
def sign_in(aws: None, server: str | None) -> Callable[..., Client]:
    """``sign_in(credentials, "omics")``: a client that uses the credentials of STS or IAM."""

    def make(credentials: dict[str, Any], service: str = "omics") -> Client:
        return boto3.client(  # type: ignore[call-overload]
            service,
            region_name=REGION,
            endpoint_url=server,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken"),
        )

    return make


def start(omics: Client, uri: str) -> str:
    """A batch with a workflow of the client's own account, its runs from S3."""
    workflow = omics.create_workflow(definitionZip=definition())["id"]
    batch = omics.start_run_batch(
        defaultRunSetting={"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://results"},
        batchRunSettings={"s3UriSettings": uri},
    )
    return str(batch["id"])


# -- the settings of a batch in S3 ---------------------------------------------------------------


@pytest.mark.documented("B11", "B44")
def test_settings_are_read_from_s3(
    start_batch: StartBatch, put_settings: PutSettings, until: Until, omics: Client
) -> None:
    batch_id = start_batch(s3=put_settings(entries("s1", "s2", "s3"), key="a b/ü+ö.json"))
    assert until(batch_id, "PROCESSED")["totalRuns"] == 3
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [run["runSettingId"] for run in runs] == ["s1", "s2", "s3"]


@pytest.mark.observed("W12", "B12")
@pytest.mark.parametrize("uri", ["s3://settings/none.json", "s3://nowhere/runs.json"])
def test_an_object_or_bucket_that_is_not_there(
    start_batch: StartBatch, put_settings: PutSettings, omics: Client, uri: str
) -> None:
    put_settings(entries("s1"))
    with raises_validation(f"S3 object not found: {uri}"):
        start_batch(s3=uri)
    assert omics.list_batch()["items"] == []


@pytest.mark.observed("W12", "B12")
def test_nothing_is_there_where_s3_was_never_used(start_batch: StartBatch) -> None:
    with raises_validation("S3 object not found: s3://settings/runs.json"):
        start_batch(s3="s3://settings/runs.json")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize(
    "uri", ["settings/runs.json", "s3://settings", "s3://settings/", "s3:///k"]
)
def test_settings_are_named_by_bucket_and_key(start_batch: StartBatch, uri: str) -> None:
    with raises_validation(
        f"Invalid s3UriSettings '{uri}': it must be of the form s3://bucket/key"
    ):
        start_batch(s3=uri)


@pytest.mark.observed("W12", "B12")
@pytest.mark.parametrize("key", ["runs.json", "none.json"])
def test_a_bucket_of_another_account_is_closed(
    as_account: Callable[..., Client], put_settings: PutSettings, omics: Client, key: str
) -> None:
    uri = put_settings(entries("s1"), bucket="mine").replace("runs.json", key)
    theirs = as_account(OTHER)
    with raises_validation(f"S3 access denied for {uri}"):
        start(theirs, uri)
    assert theirs.list_batch()["items"] == []


@pytest.mark.documented("B12")
def test_every_account_reads_its_own_bucket(as_account: Callable[..., Client]) -> None:
    s3 = as_account(OTHER, "s3")
    s3.create_bucket(Bucket="theirs")
    s3.put_object(Bucket="theirs", Key="runs.json", Body=json.dumps(entries("s1")).encode())
    theirs = as_account(OTHER)
    batch_id = start(theirs, "s3://theirs/runs.json")
    seen = [theirs.get_batch(batchId=batch_id) for _ in range(8)]
    assert seen[-1]["status"] == "PROCESSED"
    assert seen[-1]["arn"] == f"arn:aws:omics:us-east-1:{OTHER}:runBatch/{batch_id}"
    mine = as_account(ACCOUNT)
    with raises_not_found(f"Batch {batch_id} not found"):
        mine.get_batch(batchId=batch_id)
    with raises_validation("S3 access denied for s3://theirs/runs.json"):
        start(mine, "s3://theirs/runs.json")


@pytest.mark.observed("W12", "B12")
def test_a_bucket_of_another_account_is_closed_to_an_assumed_role(
    client: MakeClient, sign_in: Callable[..., Client], put_settings: PutSettings
) -> None:
    uri = put_settings(entries("s1"))
    assumed = client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{OTHER}:role/analyst", RoleSessionName="lab"
    )
    with raises_validation(f"S3 access denied for {uri}"):
        start(sign_in(assumed["Credentials"]), uri)


@pytest.mark.observed("W12", "B12")
def test_a_bucket_of_another_account_is_closed_to_a_default_account_that_was_set(
    omics: Client, put_settings: PutSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = put_settings(entries("s1"))
    monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER)
    with raises_validation(f"S3 access denied for {uri}"):
        start(omics, uri)


@pytest.mark.our_choice("B53", "B55")
def test_a_bucket_that_another_account_took_over_is_an_object_that_is_gone(
    client: MakeClient,
    as_account: Callable[..., Client],
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    batch_id = start_batch(s3=put_settings(entries("s1")))
    s3, theirs = client("s3"), as_account(OTHER, "s3")
    etag = s3.head_object(Bucket="settings", Key="runs.json")["ETag"]
    s3.delete_object(Bucket="settings", Key="runs.json")
    s3.delete_bucket(Bucket="settings")
    theirs.create_bucket(Bucket="settings")
    theirs.put_object(Bucket="settings", Key="runs.json", Body=json.dumps(entries("s1")).encode())
    assert until(batch_id, "FAILED")["failureReason"] == changed(etag, '""')


# -- versions, deletion, overwriting -------------------------------------------------------------


def changed(before: str, after: str) -> str:
    """B53; ETags with their quotes, as S3 tells them."""
    return (
        f"Expected s3UriConfigs etag: {before} but was: {after}. "
        "s3UriConfigs have changed since calling StartRunBatch"
    )


@pytest.fixture(params=[False, True], ids=["plain bucket", "versioned bucket"])
def bucket(request: pytest.FixtureRequest, client: MakeClient) -> str:
    s3 = client("s3")
    s3.create_bucket(Bucket="settings")
    if request.param:
        s3.put_bucket_versioning(Bucket="settings", VersioningConfiguration={"Status": "Enabled"})
    return "settings"


@pytest.mark.documented("B13", "B53")
def test_an_object_that_was_overwritten_fails_the_batch(
    client: MakeClient,
    bucket: str,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    s3 = client("s3")
    batch_id = start_batch(s3=put_settings(entries("s1")))
    before = s3.head_object(Bucket=bucket, Key="runs.json")["ETag"]
    put_settings(entries("s1", "s2"))
    after = s3.head_object(Bucket=bucket, Key="runs.json")["ETag"]
    assert before != after
    failed = until(batch_id, "FAILED")
    assert failed["failureReason"] == changed(before, after)
    assert "totalRuns" not in failed


@pytest.mark.documented("B13")
def test_an_object_that_was_overwritten_with_the_same_is_the_same(
    bucket: str, start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    batch_id = start_batch(s3=put_settings(entries("s1")))
    put_settings(entries("s1"))
    assert until(batch_id, "PROCESSED")["totalRuns"] == 1


@pytest.mark.documented("B13")
def test_an_object_that_changes_once_the_runs_are_known_changes_nothing(
    client: MakeClient,
    bucket: str,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    batch_id = start_batch(s3=put_settings(entries("s1")))
    until(batch_id, "SUBMITTING")
    put_settings(entries("s1", "s2"))
    assert until(batch_id, "PROCESSED")["totalRuns"] == 1


@pytest.mark.our_choice("B55", "B53")
def test_an_object_that_was_deleted_fails_the_batch(
    client: MakeClient,
    bucket: str,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    s3 = client("s3")
    batch_id = start_batch(s3=put_settings(entries("s1")))
    before = s3.head_object(Bucket=bucket, Key="runs.json")["ETag"]
    s3.delete_object(Bucket=bucket, Key="runs.json")
    assert until(batch_id, "FAILED")["failureReason"] == changed(before, '""')


@pytest.mark.observed("W12", "B12")
def test_behind_a_delete_marker_there_is_nothing(
    client: MakeClient,
    bucket: str,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    s3 = client("s3")
    uri = put_settings(entries("s1"))
    s3.delete_object(Bucket=bucket, Key="runs.json")
    with raises_validation(f"S3 object not found: {uri}"):
        start_batch(s3=uri)
    put_settings(entries("s1", "s2"))
    assert until(start_batch(s3=uri), "PROCESSED")["totalRuns"] == 2


# -- who started a run ---------------------------------------------------------------------------


def started_by(omics: Client) -> str:
    workflow = omics.create_workflow(definitionZip=definition())["id"]
    run = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://results")
    return str(omics.get_run(id=run["id"])["startedBy"])


@pytest.mark.documented("W2.9")
def test_a_run_was_started_by_an_iam_user(
    client: MakeClient, sign_in: Callable[..., Client]
) -> None:
    iam = client("iam")
    iam.create_user(UserName="analyst", Path="/lab/")
    credentials = iam.create_access_key(UserName="analyst")["AccessKey"]
    arn = f"arn:aws:iam::{ACCOUNT}:user/lab/analyst"
    assert started_by(sign_in(credentials)) == arn
    assert sign_in(credentials, "sts").get_caller_identity()["Arn"] == arn


@pytest.mark.documented("W2.9")
@pytest.mark.parametrize("account", [ACCOUNT, OTHER])
def test_a_run_was_started_by_an_assumed_role(
    client: MakeClient, sign_in: Callable[..., Client], account: str
) -> None:
    assumed = client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/analyst", RoleSessionName="lab"
    )
    arn = f"arn:aws:sts::{account}:assumed-role/analyst/lab"
    assert assumed["AssumedRoleUser"]["Arn"] == arn
    assert started_by(sign_in(assumed["Credentials"])) == arn


@pytest.mark.our_choice("W2.9")
def test_a_run_was_started_by_whom_sts_says_where_nobody_signed_in(
    client: MakeClient, omics: Client
) -> None:
    assert started_by(omics) == client("sts").get_caller_identity()["Arn"]


@pytest.mark.documented("W2.9", "B78")
def test_the_runs_of_a_batch_were_started_by_who_started_the_batch(
    client: MakeClient,
    sign_in: Callable[..., Client],
    omics: Client,
    start_run: StartRun,
    workflow_id: str,
) -> None:
    assumed = client("sts").assume_role(RoleArn=ROLE, RoleSessionName="nightly")
    batch_id = sign_in(assumed["Credentials"]).start_run_batch(
        defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://r"},
        batchRunSettings={"inlineSettings": entries("s1")},
    )["id"]
    for _ in range(3):
        omics.get_batch(batchId=batch_id)
    run_id = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    by = omics.get_run(id=run_id)["startedBy"]
    assert by == f"arn:aws:sts::{ACCOUNT}:assumed-role/omics/nightly"
    assert omics.get_run(id=start_run()["id"])["startedBy"] != by


# -- accounts ------------------------------------------------------------------------------------


@pytest.mark.documented("W1")
def test_accounts_see_nothing_of_each_other(
    as_account: Callable[..., Client], omics: Client, workflow_id: str
) -> None:
    theirs = as_account(OTHER)
    with raises_not_found(f"Workflow {workflow_id} not found"):
        theirs.get_workflow(id=workflow_id)
    group = theirs.create_run_group(name="night")
    assert group["arn"] == f"arn:aws:omics:us-east-1:{OTHER}:runGroup/{group['id']}"
    assert omics.list_run_groups()["items"] == []
    with raises_not_found(f"Resource {group['arn']} not found"):
        omics.list_tags_for_resource(resourceArn=group["arn"])


# -- inputs --


@pytest.mark.documented("W2.9")
def test_a_run_tells_the_etags_of_its_inputs_that_are_there(
    omics: Client, workflow_id: str, put_settings: PutSettings, client: MakeClient
) -> None:
    uri = put_settings(b"ACGT", key="reads/1.fastq")
    etag = client("s3").head_object(Bucket="settings", Key="reads/1.fastq")["ETag"].strip('"')
    inputs = {"reads": [uri, "s3://settings/missing"], "nested": {"again": uri}, "sample": "s1"}
    run_id = omics.start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", parameters=inputs
    )["id"]
    assert omics.get_run(id=run_id)["resourceDigests"] == {uri: f"etag:{etag}"}
