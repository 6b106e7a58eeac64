"""Integration with S3, IAM and STS: run settings in S3, callers, accounts, input digests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient, StartBatch, Until, definition
from tests.omics.helpers import PutSettings, StartRun, raises_not_found, raises_validation

OTHER = "111111111111"


def make_entries(*ids: str) -> list[dict[str, str]]:
    return [{"runSettingId": name} for name in ids]


@pytest.fixture
def as_account(client: MakeClient) -> Callable[..., Client]:
    """``as_account("111111111111", "s3")`` returns a client for this account."""

    def make(account: str, service: str = "omics", region: str = REGION) -> Client:
        client_of_account = client(service, region)

        def add_header(params: dict[str, Any], **_: Any) -> None:
            params["headers"]["x-moto-account-id"] = account

        client_of_account.meta.events.register("before-call", add_header)
        return client_of_account

    return make


@pytest.fixture
def sign_in(aws: None, server: str | None) -> Callable[..., Client]:
    """``sign_in(credentials, "omics")`` returns a client with credentials of STS or IAM."""

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


def start_batch_from_s3(omics: Client, uri: str) -> str:
    """Start a batch with settings in S3 and a workflow of the client's account; return its id."""
    workflow = omics.create_workflow(definitionZip=definition())["id"]
    batch = omics.start_run_batch(
        defaultRunSetting={"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://results"},
        batchRunSettings={"s3UriSettings": uri},
    )
    return str(batch["id"])


# -- run settings in S3 --


@pytest.mark.documented("B11", "B44")
def test_run_settings_are_read_from_s3(
    start_batch: StartBatch, put_settings: PutSettings, until: Until, omics: Client
) -> None:
    batch_id = start_batch(s3=put_settings(make_entries("s1", "s2", "s3"), key="a b/ü+ö.json"))
    assert until(batch_id, "PROCESSED")["totalRuns"] == 3
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [run["runSettingId"] for run in runs] == ["s1", "s2", "s3"]


@pytest.mark.observed("W12", "B12")
@pytest.mark.parametrize("uri", ["s3://settings/none.json", "s3://nowhere/runs.json"])
def test_missing_object_or_bucket_is_rejected(
    start_batch: StartBatch, put_settings: PutSettings, omics: Client, uri: str
) -> None:
    put_settings(make_entries("s1"))
    with raises_validation(f"S3 object not found: {uri}"):
        start_batch(s3=uri)
    assert omics.list_batch()["items"] == []


@pytest.mark.observed("W12", "B12")
def test_object_is_rejected_if_s3_was_never_used(start_batch: StartBatch) -> None:
    with raises_validation("S3 object not found: s3://settings/runs.json"):
        start_batch(s3="s3://settings/runs.json")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize(
    "uri", ["settings/runs.json", "s3://settings", "s3://settings/", "s3:///k"]
)
def test_settings_uri_requires_bucket_and_key(start_batch: StartBatch, uri: str) -> None:
    with raises_validation(
        f"Invalid s3UriSettings '{uri}': it must be of the form s3://bucket/key"
    ):
        start_batch(s3=uri)


@pytest.mark.observed("W12", "B12")
@pytest.mark.parametrize("key", ["runs.json", "none.json"])
def test_bucket_of_another_account_is_rejected(
    as_account: Callable[..., Client], put_settings: PutSettings, omics: Client, key: str
) -> None:
    uri = put_settings(make_entries("s1"), bucket="mine").replace("runs.json", key)
    other_account = as_account(OTHER)
    with raises_validation(f"S3 access denied for {uri}"):
        start_batch_from_s3(other_account, uri)
    assert other_account.list_batch()["items"] == []


@pytest.mark.documented("B12")
def test_account_reads_its_own_bucket(as_account: Callable[..., Client]) -> None:
    s3 = as_account(OTHER, "s3")
    s3.create_bucket(Bucket="other-account")
    s3.put_object(
        Bucket="other-account", Key="runs.json", Body=json.dumps(make_entries("s1")).encode()
    )
    other_account = as_account(OTHER)
    batch_id = start_batch_from_s3(other_account, "s3://other-account/runs.json")
    seen = [other_account.get_batch(batchId=batch_id) for _ in range(8)]
    assert seen[-1]["status"] == "PROCESSED"
    assert seen[-1]["arn"] == f"arn:aws:omics:us-east-1:{OTHER}:runBatch/{batch_id}"
    own_account = as_account(ACCOUNT)
    with raises_not_found(f"Batch {batch_id} not found"):
        own_account.get_batch(batchId=batch_id)
    with raises_validation("S3 access denied for s3://other-account/runs.json"):
        start_batch_from_s3(own_account, "s3://other-account/runs.json")


@pytest.mark.observed("W12", "B12")
def test_bucket_of_another_account_is_rejected_for_an_assumed_role(
    client: MakeClient, sign_in: Callable[..., Client], put_settings: PutSettings
) -> None:
    uri = put_settings(make_entries("s1"))
    assumed = client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{OTHER}:role/analyst", RoleSessionName="lab"
    )
    with raises_validation(f"S3 access denied for {uri}"):
        start_batch_from_s3(sign_in(assumed["Credentials"]), uri)


@pytest.mark.observed("W12", "B12")
def test_bucket_of_another_account_is_rejected_with_moto_account_id(
    omics: Client, put_settings: PutSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = put_settings(make_entries("s1"))
    monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER)
    with raises_validation(f"S3 access denied for {uri}"):
        start_batch_from_s3(omics, uri)


@pytest.mark.our_choice("B53", "B55")
def test_bucket_recreated_by_another_account_counts_as_deleted(
    client: MakeClient,
    as_account: Callable[..., Client],
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    batch_id = start_batch(s3=put_settings(make_entries("s1")))
    s3, other_account = client("s3"), as_account(OTHER, "s3")
    etag = s3.head_object(Bucket="settings", Key="runs.json")["ETag"]
    s3.delete_object(Bucket="settings", Key="runs.json")
    s3.delete_bucket(Bucket="settings")
    other_account.create_bucket(Bucket="settings")
    other_account.put_object(
        Bucket="settings", Key="runs.json", Body=json.dumps(make_entries("s1")).encode()
    )
    assert until(batch_id, "FAILED")["failureReason"] == etag_mismatch(etag, '""')


# -- overwritten and deleted objects --


def etag_mismatch(before: str, after: str) -> str:
    """Return the failure reason of B53; the ETags include their quotes, as in S3 responses."""
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
def test_overwritten_object_fails_the_batch(
    client: MakeClient,
    bucket: str,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    s3 = client("s3")
    batch_id = start_batch(s3=put_settings(make_entries("s1")))
    before = s3.head_object(Bucket=bucket, Key="runs.json")["ETag"]
    put_settings(make_entries("s1", "s2"))
    after = s3.head_object(Bucket=bucket, Key="runs.json")["ETag"]
    assert before != after
    failed = until(batch_id, "FAILED")
    assert failed["failureReason"] == etag_mismatch(before, after)
    assert "totalRuns" not in failed


@pytest.mark.documented("B13")
def test_object_overwritten_with_same_content_is_accepted(
    bucket: str, start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    batch_id = start_batch(s3=put_settings(make_entries("s1")))
    put_settings(make_entries("s1"))
    assert until(batch_id, "PROCESSED")["totalRuns"] == 1


@pytest.mark.documented("B13")
def test_object_overwritten_after_validation_has_no_effect(
    client: MakeClient,
    bucket: str,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    batch_id = start_batch(s3=put_settings(make_entries("s1")))
    until(batch_id, "SUBMITTING")
    put_settings(make_entries("s1", "s2"))
    assert until(batch_id, "PROCESSED")["totalRuns"] == 1


@pytest.mark.our_choice("B55", "B53")
def test_deleted_object_fails_the_batch(
    client: MakeClient,
    bucket: str,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    s3 = client("s3")
    batch_id = start_batch(s3=put_settings(make_entries("s1")))
    before = s3.head_object(Bucket=bucket, Key="runs.json")["ETag"]
    s3.delete_object(Bucket=bucket, Key="runs.json")
    assert until(batch_id, "FAILED")["failureReason"] == etag_mismatch(before, '""')


@pytest.mark.observed("W12", "B12")
def test_object_with_delete_marker_is_rejected(
    client: MakeClient,
    bucket: str,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
) -> None:
    s3 = client("s3")
    uri = put_settings(make_entries("s1"))
    s3.delete_object(Bucket=bucket, Key="runs.json")
    with raises_validation(f"S3 object not found: {uri}"):
        start_batch(s3=uri)
    put_settings(make_entries("s1", "s2"))
    assert until(start_batch(s3=uri), "PROCESSED")["totalRuns"] == 2


# -- startedBy --


def run_started_by(omics: Client) -> str:
    workflow = omics.create_workflow(definitionZip=definition())["id"]
    run = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://results")
    return str(omics.get_run(id=run["id"])["startedBy"])


@pytest.mark.documented("W2.9")
def test_started_by_is_the_iam_user(client: MakeClient, sign_in: Callable[..., Client]) -> None:
    iam = client("iam")
    iam.create_user(UserName="analyst", Path="/lab/")
    credentials = iam.create_access_key(UserName="analyst")["AccessKey"]
    arn = f"arn:aws:iam::{ACCOUNT}:user/lab/analyst"
    assert run_started_by(sign_in(credentials)) == arn
    assert sign_in(credentials, "sts").get_caller_identity()["Arn"] == arn


@pytest.mark.documented("W2.9")
@pytest.mark.parametrize("account", [ACCOUNT, OTHER])
def test_started_by_is_the_assumed_role(
    client: MakeClient, sign_in: Callable[..., Client], account: str
) -> None:
    assumed = client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/analyst", RoleSessionName="lab"
    )
    arn = f"arn:aws:sts::{account}:assumed-role/analyst/lab"
    assert assumed["AssumedRoleUser"]["Arn"] == arn
    assert run_started_by(sign_in(assumed["Credentials"])) == arn


@pytest.mark.our_choice("W2.9")
def test_started_by_is_the_sts_caller_without_credentials(
    client: MakeClient, omics: Client
) -> None:
    assert run_started_by(omics) == client("sts").get_caller_identity()["Arn"]


@pytest.mark.documented("W2.9", "B78")
def test_batch_runs_have_started_by_of_the_batch_caller(
    client: MakeClient,
    sign_in: Callable[..., Client],
    omics: Client,
    start_run: StartRun,
    workflow_id: str,
) -> None:
    assumed = client("sts").assume_role(RoleArn=ROLE, RoleSessionName="nightly")
    batch_id = sign_in(assumed["Credentials"]).start_run_batch(
        defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://r"},
        batchRunSettings={"inlineSettings": make_entries("s1")},
    )["id"]
    for _ in range(3):
        omics.get_batch(batchId=batch_id)
    run_id = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    started_by_batch_caller = omics.get_run(id=run_id)["startedBy"]
    assert started_by_batch_caller == f"arn:aws:sts::{ACCOUNT}:assumed-role/omics/nightly"
    assert omics.get_run(id=start_run()["id"])["startedBy"] != started_by_batch_caller


# -- accounts --


@pytest.mark.documented("W1")
def test_accounts_are_isolated(
    as_account: Callable[..., Client], omics: Client, workflow_id: str
) -> None:
    other_account = as_account(OTHER)
    with raises_not_found(f"Workflow {workflow_id} not found"):
        other_account.get_workflow(id=workflow_id)
    group = other_account.create_run_group(name="night")
    assert group["arn"] == f"arn:aws:omics:us-east-1:{OTHER}:runGroup/{group['id']}"
    assert omics.list_run_groups()["items"] == []
    with raises_not_found(f"Resource {group['arn']} not found"):
        omics.list_tags_for_resource(resourceArn=group["arn"])


# -- inputs --


@pytest.mark.documented("W2.9")
def test_resource_digests_has_etags_of_existing_inputs(
    omics: Client, workflow_id: str, put_settings: PutSettings, client: MakeClient
) -> None:
    uri = put_settings(b"ACGT", key="reads/1.fastq")
    etag = client("s3").head_object(Bucket="settings", Key="reads/1.fastq")["ETag"].strip('"')
    inputs = {"reads": [uri, "s3://settings/missing"], "nested": {"again": uri}, "sample": "s1"}
    run_id = omics.start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", parameters=inputs
    )["id"]
    assert omics.get_run(id=run_id)["resourceDigests"] == {uri: f"etag:{etag}"}
