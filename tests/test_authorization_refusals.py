"""Whom moto's request authorisation refuses, how it is told, and what it counts."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count
from moto.core.authorization import ActionAuthenticatorMixin, enable_iam_authentication

from conftest import ACCOUNT, REGION, ROLE, definition
from moto_omics_batch.omics import dispatch

from .authorization import (
    OTHER,
    World,
    allow,
    arn,
    assume,
    call,
    connect,
    denied,
    deny,
    keys_of_user,
    mocked,
    refused,
    session,
    user,
)

HOST = f"https://workflows-omics.{REGION}.amazonaws.com"
NO_KEY = "The security token included in the request is invalid."


@pytest.fixture(autouse=True)
def _mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with mocked(monkeypatch):
        yield


# -- explicit denial, groups, managed policies, roles --------------------------------------------


def test_an_explicit_deny_wins() -> None:
    world = World()
    other = world.omics.create_workflow(definitionZip=definition())["id"]
    client = user(
        allow(["omics:*"]),
        deny("GetRun", f"run/{world.run}"),
        deny("StartRun", f"workflow/{other}"),
        deny("DeleteBatch"),
    )
    with enable_iam_authentication():
        with denied(client, "GetRun", f"run/{world.run}"):
            client.get_run(id=world.run)
        assert client.get_batch(batchId=world.batch)["id"] == world.batch
        with denied(client, "StartRun", f"workflow/{other}"):
            client.start_run_batch(**world.batch_settings(workflowId=other))
        assert client.start_run_batch(**world.batch_settings())["status"] == "CREATING"
        with denied(client, "DeleteBatch", f"runBatch/{world.batch}"):
            client.delete_batch(batchId=world.batch)


def test_policies_of_groups_and_managed_policies_count() -> None:
    world, iam = World(), connect(service="iam")
    client = user()
    name = client.arn.partition("/")[2]
    document = json.dumps({"Version": "2012-10-17", "Statement": allow("GetRun")})
    managed = iam.create_policy(PolicyName="readers", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_group(GroupName="lab")
    iam.add_user_to_group(GroupName="lab", UserName=name)
    with enable_iam_authentication(), denied(client, "GetRun", f"run/{world.run}"):
        client.get_run(id=world.run)
    iam.attach_group_policy(GroupName="lab", PolicyArn=managed)
    with enable_iam_authentication():
        assert client.get_run(id=world.run)["id"] == world.run


def test_an_assumed_role_has_its_policies() -> None:
    world = World()
    client = session(ACCOUNT, allow("GetRun", f"run/{world.run}"), allow("ListRuns"))
    with enable_iam_authentication():
        assert client.get_run(id=world.run)["id"] == world.run
        assert client.list_runs()["items"]
        with denied(client, "GetBatch", f"runBatch/{world.batch}"):
            client.get_batch(batchId=world.batch)
        with denied(client, "CancelRun", f"run/{world.run}"):
            client.cancel_run(id=world.run)


def test_the_account_is_that_of_the_access_key() -> None:
    """Resources in policies and answers are of the account that the role belongs to."""
    world = World()
    client = session(
        OTHER,
        allow("CreateRunGroup", arn("runGroup/*", OTHER)),
        allow("GetRunGroup", arn("runGroup/*", OTHER)),
        allow("GetRun", arn("run/*")),
    )
    with enable_iam_authentication():
        created = client.create_run_group(name="theirs")
        assert created["arn"] == arn(f"runGroup/{created['id']}", OTHER)
        assert client.get_run_group(id=created["id"])["name"] == "theirs"
        with denied(client, "GetRun", arn(f"run/{world.run}", OTHER)):
            client.get_run(id=world.run)
    assert [g["name"] for g in world.omics.list_run_groups()["items"]] == ["g"]


def test_a_session_token_that_is_wrong_or_lacking() -> None:
    world = World()
    _, keys = assume(ACCOUNT, allow("GetRun"))
    wrong = connect({**keys, "SessionToken": "x" * 40})
    lacking = connect({**keys, "SessionToken": None})
    with enable_iam_authentication():
        for client in (wrong, lacking):
            with refused("UnrecognizedClientException", NO_KEY):
                client.get_run(id=world.run)


# -- who is not known, and what is not signed ----------------------------------------------------

WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


def test_an_unknown_access_key() -> None:
    world = World()
    with enable_iam_authentication():
        with refused("UnrecognizedClientException", NO_KEY):
            world.omics.get_run(id=world.run)
        with refused("UnrecognizedClientException", NO_KEY):
            world.omics.start_run_batch(**world.batch_settings())


def test_a_wrong_secret() -> None:
    world = World()
    _, keys = keys_of_user(allow(["omics:*"]))
    client = connect({**keys, "SecretAccessKey": "wrong"})
    with enable_iam_authentication():
        for operation, params in (
            ("GetRun", {"id": world.run}),
            ("StartRunBatch", world.batch_settings()),
            ("DeleteConfiguration", {"name": "lab"}),
            ("CancelRun", {"id": world.run}),
        ):
            with refused("InvalidSignatureException", WRONG_SIGNATURE):
                call(client, operation, params)


def test_a_body_that_was_changed_on_the_way() -> None:
    world = World()
    client = user(allow(["omics:*"]))

    def change(request: Any, **_: Any) -> None:
        request.body = request.body.replace(b"s3://r/x", b"s3://r/y")

    client.meta.events.register("before-send.omics.StartRunBatch", change)
    before = world.stored()
    with (
        enable_iam_authentication(),
        refused("InvalidSignatureException", WRONG_SIGNATURE),
    ):
        client.start_run_batch(**world.batch_settings())
    assert world.stored() == before


UNREADABLE = "The request is not signed with AWS Signature Version 4"


@pytest.mark.parametrize(
    ("headers", "code", "message"),
    [
        ({}, "AccessDeniedException", "Missing Authentication Token"),
        ({"Authorization": ""}, "InvalidSignatureException", UNREADABLE),
        ({"Authorization": "Bearer abc"}, "InvalidSignatureException", UNREADABLE),
        ({"Authorization": "AWS4-HMAC-SHA256 x"}, "InvalidSignatureException", UNREADABLE),
        (
            {
                "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAX/20261001/us-east-1/omics/"
                "aws4_request, SignedHeaders=host, Signature=0"
            },
            "InvalidSignatureException",
            UNREADABLE,
        ),
    ],
)
def test_a_request_without_a_signature_is_refused_in_json(
    headers: dict[str, str], code: str, message: str
) -> None:
    world = World()
    with enable_iam_authentication():
        for method, path in (("GET", f"/run/{world.run}"), ("POST", "/runGroup"), ("GET", "/run")):
            answer = requests.request(method, HOST + path, headers=headers, timeout=5)
            assert answer.status_code == 403
            assert answer.headers["content-type"] == "application/json"
            assert answer.headers["x-amzn-errortype"] == code
            assert answer.json() == {"message": message}


def test_permission_is_asked_for_before_anything_is_checked_or_looked_up() -> None:
    World()
    client = user(allow("GetRun", "run/1"))
    with enable_iam_authentication():
        with denied(client, "GetRun", "run/9999999"):
            client.get_run(id="9999999")
        with pytest.raises(ClientError, match="Run 1 not found"):
            client.get_run(id="1")
        with denied(client, "StartRunBatch", "runBatch/*"):
            client.start_run_batch()
        with denied(client, "CancelRunBatch", "runBatch/*"):
            client.cancel_run_batch(batchId=5)


def test_an_operation_outside_of_the_plane_needs_permission_too() -> None:
    client, may = user(), user(allow("ListSequenceStores"))
    with enable_iam_authentication():
        with denied(client, "ListSequenceStores", "*"):
            client.list_sequence_stores()
        with pytest.raises(ClientError, match="not implemented by this mock"):
            may.list_sequence_stores()


def _post(path: str, body: bytes, keys: dict[str, Any], **headers: str) -> requests.Response:
    request = AWSRequest("POST", HOST + path, data=body, headers=headers)
    credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"])
    SigV4Auth(credentials, "omics", REGION).add_auth(request)
    sent = dict(request.headers.items())
    return requests.post(HOST + path, data=body, headers=sent, timeout=5)


def test_a_compressed_request_needs_the_same() -> None:
    world = World()
    _, keys = keys_of_user(allow("StartRunBatch"), allow("StartRun", "run/*"))
    _, may = keys_of_user(allow(["omics:StartRun", "omics:StartRunBatch"]))
    body = gzip.compress(json.dumps(world.batch_settings()).encode())
    before = world.stored()
    with enable_iam_authentication():
        answer = _post("/runBatch", body, keys, **{"Content-Encoding": "gzip"})
    assert answer.status_code == 403
    assert answer.json()["message"].endswith(f"on resource: {arn(f'workflow/{world.workflow}')}")
    assert world.stored() == before
    with enable_iam_authentication():
        assert _post("/runBatch", body, may, **{"Content-Encoding": "gzip"}).status_code == 201
        broken = _post("/runBatch", b"no gzip", may, **{"Content-Encoding": "gzip"})
    assert broken.status_code == 400
    assert broken.json()["message"].startswith("The request body is not valid gzip")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"defaultRunSetting": 5}', b"\xff"])
def test_a_body_that_is_wrong_is_told_after_permission(body: bytes) -> None:
    _, keys = keys_of_user(allow(["omics:*"]))
    with enable_iam_authentication():
        answer = _post("/runBatch", body, keys)
    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"] == "ValidationException"


# -- counting, and nothing enforced --------------------------------------------------------------


@set_initial_no_auth_action_count(3)
def _three_then_enforced() -> None:
    omics = connect()
    workflow = omics.create_workflow(definitionZip=definition())["id"]
    group = omics.create_run_group()["id"]
    settings = {"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://r/x"}
    batch = omics.start_run_batch(
        defaultRunSetting={**settings, "runGroupId": group},
        batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}]},
        tags={"a": "b"},
        requestId="r",
    )
    assert batch["status"] == "CREATING"
    with refused("UnrecognizedClientException", NO_KEY):
        omics.get_batch(batchId=batch["id"])


def test_a_batch_with_group_and_tags_counts_as_one_action() -> None:
    _three_then_enforced()


def test_the_count_mends_nothing_that_was_not_enforced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without enforcement a request is counted once, as moto does, and nothing else happens."""

    def never(*_: Any) -> Any:
        raise AssertionError("asked for what a request needs")

    monkeypatch.setattr(dispatch, "needs", never)
    world = World()
    before = ActionAuthenticatorMixin.request_count
    world.omics.start_run_batch(**world.batch_settings(tags={"a": "b"}))
    world.omics.get_batch(batchId=world.batch)
    assert ActionAuthenticatorMixin.request_count == before + 2
    assert requests.get(f"{HOST}/runBatch", timeout=5).status_code == 200


def test_enforcement_ends() -> None:
    world = World()
    with enable_iam_authentication(), refused("UnrecognizedClientException", NO_KEY):
        world.omics.list_runs()
    assert world.omics.list_runs()["items"]
