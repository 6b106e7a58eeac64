"""Shares of several accounts: how mocks begin and end, and what only the package can do."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from conftest import ACCOUNT, REGION, ROLE, Client, definition
from moto_omics_batch import faults
from moto_omics_batch.omics.models import OmicsBackend, omics_backends

SUBSCRIBER = "210987654321"


def _client(credentials: dict[str, str] | None = None) -> Client:
    keys = credentials or {"AccessKeyId": "testing", "SecretAccessKey": "testing"}
    return boto3.client(
        "omics",
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
    )


def _workflow(omics: Client) -> dict[str, Any]:
    created = omics.create_workflow(name="align", definitionZip=definition())
    found: dict[str, Any] = omics.get_workflow(id=created["id"])
    return found


def _offer(omics: Client, workflow: dict[str, Any]) -> str:
    share = omics.create_share(resourceArn=workflow["arn"], principalSubscriber=SUBSCRIBER)
    return str(share["shareId"])


def _backend(account: str) -> OmicsBackend:
    backend = omics_backends[account][REGION]
    assert isinstance(backend, OmicsBackend)
    return backend


def test_shares_end_with_the_mock() -> None:
    with mock_aws():
        share_id = _offer(_client(), _workflow(_client()))
    with mock_aws():
        assert _client().list_shares(resourceOwner="SELF")["shares"] == []
        with pytest.raises(ClientError, match=f"Share {share_id} not found"):
            _client().get_share(shareId=share_id)


def test_assumed_role_is_the_subscriber() -> None:
    with mock_aws():
        owner = _client()
        workflow = _workflow(owner)
        share_id = _offer(owner, workflow)
        role = f"arn:aws:iam::{SUBSCRIBER}:role/lab"
        sts = boto3.client("sts", region_name=REGION)
        subscriber = _client(sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"])
        subscriber.accept_share(shareId=share_id)
        found = subscriber.get_workflow(id=workflow["id"], workflowOwnerId=ACCOUNT)
        assert found["arn"] == workflow["arn"]


def test_account_of_the_environment_is_the_subscriber(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        workflow = _workflow(_client())
        share_id = _offer(_client(), workflow)
        monkeypatch.setenv("MOTO_ACCOUNT_ID", SUBSCRIBER)
        _client().accept_share(shareId=share_id)
        shown = _client().get_share(shareId=share_id)["share"]
        assert (shown["status"], shown["ownerId"]) == ("ACTIVE", ACCOUNT)


def test_no_backend_is_created_for_an_account_that_uses_nothing() -> None:
    with mock_aws():
        omics = _client()
        omics.delete_share(shareId=_offer(omics, _workflow(omics)))
        omics.list_shares(resourceOwner="SELF")
        assert list(omics_backends) == [ACCOUNT]


def test_failed_share_has_a_message_and_can_be_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a test can ask for makes a share FAILED."""
    with mock_aws():
        omics = _client()
        share_id = _offer(omics, _workflow(omics))
        shares = _backend(ACCOUNT).shares
        share = shares._find(share_id)
        share.move("accept", share.created)
        share.move("fail", share.created)
        shown = omics.get_share(shareId=share_id)["share"]
        assert (shown["status"], shown["statusMessage"]) == ("FAILED", "")
        monkeypatch.setenv("MOTO_ACCOUNT_ID", SUBSCRIBER)
        with pytest.raises(ClientError, match="its status is FAILED, and it must be one of PEND"):
            omics.accept_share(shareId=share_id)
        monkeypatch.delenv("MOTO_ACCOUNT_ID")
        assert omics.delete_share(shareId=share_id)["status"] == "DELETING"


def test_advance_moves_a_batch_of_a_shared_workflow(monkeypatch: pytest.MonkeyPatch) -> None:
    config: Any = {"omics": {"submissions_per_tick": 1}}
    with mock_aws(config=config):
        omics = _client()
        workflow = _workflow(omics)
        share_id = _offer(omics, workflow)
        monkeypatch.setenv("MOTO_ACCOUNT_ID", SUBSCRIBER)
        omics.accept_share(shareId=share_id)
        settings = {"workflowId": workflow["id"], "roleArn": ROLE, "outputUri": "s3://r/x"}
        batch = omics.start_run_batch(
            defaultRunSetting={**settings, "workflowOwnerId": ACCOUNT},
            batchRunSettings={"inlineSettings": [{"runSettingId": f"s{n}"} for n in range(3)]},
        )["id"]
        faults.advance(batch, to="SUBMITTING", account_id=SUBSCRIBER)
        omics.delete_share(shareId=share_id)
        faults.advance(batch, to="PROCESSED", account_id=SUBSCRIBER)
        found = omics.get_batch(batchId=batch)
    counts = found["submissionSummary"]
    assert counts["successfulStartSubmissionCount"] + counts["failedStartSubmissionCount"] == 3
    assert counts["failedStartSubmissionCount"] >= 2


def test_deleted_shares_leave_nothing_behind() -> None:
    with mock_aws():
        omics = _client()
        workflow = _workflow(omics)
        for _ in range(3):
            omics.delete_share(shareId=_offer(omics, workflow))
        omics.list_runs()
        region = omics_backends.shares_of(REGION)
        left = (region._by_id, region._by_arn, region._moving, list(region.all()))
        assert not any(left)
