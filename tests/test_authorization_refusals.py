"""Requests that moto's request authorisation refuses, and the requests that it counts."""

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
from moto_omics_batch.omics.storage_responses import StorageResponse

from .authorization import (
    OTHER,
    PASS_ROLE,
    Resources,
    allow,
    arn,
    assume_new_role,
    call,
    connect,
    create_user,
    deny,
    empty_mock,
    raises_denied,
    raises_refused,
    role_client,
    user_client,
)

HOST = f"https://workflows-omics.{REGION}.amazonaws.com"
UNKNOWN_KEY = "The security token included in the request is invalid."


@pytest.fixture(autouse=True)
def _mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_mock(monkeypatch):
        yield


# -- explicit denial, groups, managed policies, roles --


def test_explicit_deny_overrides_allow() -> None:
    resources = Resources()
    other = resources.omics.create_workflow(definitionZip=definition())["id"]
    client = user_client(
        allow(["omics:*"]),
        PASS_ROLE,
        deny("GetRun", f"run/{resources.run}"),
        deny("StartRun", f"workflow/{other}"),
        deny("DeleteBatch"),
    )
    with enable_iam_authentication():
        with raises_denied(client, "GetRun", f"run/{resources.run}"):
            client.get_run(id=resources.run)
        assert client.get_batch(batchId=resources.batch)["id"] == resources.batch
        with raises_denied(client, "StartRun", f"workflow/{other}"):
            client.start_run_batch(**resources.batch_settings(workflowId=other))
        assert client.start_run_batch(**resources.batch_settings())["status"] == "CREATING"
        with raises_denied(client, "DeleteBatch", f"runBatch/{resources.batch}"):
            client.delete_batch(batchId=resources.batch)


def test_managed_policy_of_a_group_grants_permission() -> None:
    resources, iam = Resources(), connect(service="iam")
    client = user_client()
    name = client.arn.partition("/")[2]
    document = json.dumps({"Version": "2012-10-17", "Statement": allow("GetRun")})
    managed = iam.create_policy(PolicyName="readers", PolicyDocument=document)["Policy"]["Arn"]
    iam.create_group(GroupName="lab")
    iam.add_user_to_group(GroupName="lab", UserName=name)
    with enable_iam_authentication(), raises_denied(client, "GetRun", f"run/{resources.run}"):
        client.get_run(id=resources.run)
    iam.attach_group_policy(GroupName="lab", PolicyArn=managed)
    with enable_iam_authentication():
        assert client.get_run(id=resources.run)["id"] == resources.run


def test_assumed_role_has_the_permissions_of_its_policies() -> None:
    resources = Resources()
    client = role_client(ACCOUNT, allow("GetRun", f"run/{resources.run}"), allow("ListRuns"))
    with enable_iam_authentication():
        assert client.get_run(id=resources.run)["id"] == resources.run
        assert client.list_runs()["items"]
        with raises_denied(client, "GetBatch", f"runBatch/{resources.batch}"):
            client.get_batch(batchId=resources.batch)
        with raises_denied(client, "CancelRun", f"run/{resources.run}"):
            client.cancel_run(id=resources.run)


def test_account_of_a_request_is_that_of_the_access_key() -> None:
    resources = Resources()
    client = role_client(
        OTHER,
        allow("CreateRunGroup", arn("runGroup/*", OTHER)),
        allow("GetRunGroup", arn("runGroup/*", OTHER)),
        allow("GetRun", arn("run/*")),
    )
    with enable_iam_authentication():
        created = client.create_run_group(name="theirs")
        assert created["arn"] == arn(f"runGroup/{created['id']}", OTHER)
        assert client.get_run_group(id=created["id"])["name"] == "theirs"
        with raises_denied(client, "GetRun", arn(f"run/{resources.run}", OTHER)):
            client.get_run(id=resources.run)
    assert [g["name"] for g in resources.omics.list_run_groups()["items"]] == ["g"]


def test_wrong_or_absent_session_token_is_refused() -> None:
    resources = Resources()
    _, keys = assume_new_role(ACCOUNT, allow("GetRun"))
    wrong = connect({**keys, "SessionToken": "x" * 40})
    absent = connect({**keys, "SessionToken": None})
    with enable_iam_authentication():
        for client in (wrong, absent):
            with raises_refused("UnrecognizedClientException", UNKNOWN_KEY):
                client.get_run(id=resources.run)


# -- unknown access keys and invalid signatures --

WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your "
    "AWS Secret Access Key and signing method. Consult the service documentation for details."
)


def test_unknown_access_key_is_refused() -> None:
    resources = Resources()
    with enable_iam_authentication():
        with raises_refused("UnrecognizedClientException", UNKNOWN_KEY):
            resources.omics.get_run(id=resources.run)
        with raises_refused("UnrecognizedClientException", UNKNOWN_KEY):
            resources.omics.start_run_batch(**resources.batch_settings())


def test_wrong_secret_access_key_is_refused() -> None:
    resources = Resources()
    _, keys = create_user(allow(["omics:*"]))
    client = connect({**keys, "SecretAccessKey": "wrong"})
    with enable_iam_authentication():
        for operation, params in (
            ("GetRun", {"id": resources.run}),
            ("StartRunBatch", resources.batch_settings()),
            ("DeleteConfiguration", {"name": "lab"}),
            ("CancelRun", {"id": resources.run}),
        ):
            with raises_refused("InvalidSignatureException", WRONG_SIGNATURE):
                call(client, operation, params)


def test_body_that_was_changed_after_signing_is_refused() -> None:
    resources = Resources()
    client = user_client(allow(["omics:*"]))

    def change(request: Any, **_: Any) -> None:
        request.body = request.body.replace(b"s3://r/x", b"s3://r/y")

    client.meta.events.register("before-send.omics.StartRunBatch", change)
    before = resources.counts()
    with (
        enable_iam_authentication(),
        raises_refused("InvalidSignatureException", WRONG_SIGNATURE),
    ):
        client.start_run_batch(**resources.batch_settings())
    assert resources.counts() == before


NOT_SIGNED = "The request is not signed with AWS Signature Version 4"


@pytest.mark.parametrize(
    ("headers", "code", "message"),
    [
        ({}, "AccessDeniedException", "Missing Authentication Token"),
        ({"Authorization": ""}, "InvalidSignatureException", NOT_SIGNED),
        ({"Authorization": "Bearer abc"}, "InvalidSignatureException", NOT_SIGNED),
        ({"Authorization": "AWS4-HMAC-SHA256 x"}, "InvalidSignatureException", NOT_SIGNED),
        (
            {
                "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAX/20261001/us-east-1/omics/"
                "aws4_request, SignedHeaders=host, Signature=0"
            },
            "InvalidSignatureException",
            NOT_SIGNED,
        ),
    ],
)
def test_unsigned_request_is_refused_with_a_json_error(
    headers: dict[str, str], code: str, message: str
) -> None:
    resources = Resources()
    with enable_iam_authentication():
        for method, path in (
            ("GET", f"/run/{resources.run}"),
            ("POST", "/runGroup"),
            ("GET", "/run"),
        ):
            response = requests.request(method, HOST + path, headers=headers, timeout=5)
            assert response.status_code == 403
            assert response.headers["content-type"] == "application/json"
            assert response.headers["x-amzn-errortype"] == code
            assert response.json() == {"message": message}


def test_permission_is_checked_before_parameters_and_resources() -> None:
    Resources()
    client = user_client(allow("GetRun", "run/1"))
    with enable_iam_authentication():
        with raises_denied(client, "GetRun", "run/9999999"):
            client.get_run(id="9999999")
        with pytest.raises(ClientError, match="Run 1 not found"):
            client.get_run(id="1")
        with raises_denied(client, "StartRunBatch", "runBatch/*"):
            client.start_run_batch()
        with raises_denied(client, "CancelRunBatch", "runBatch/*"):
            client.cancel_run_batch(batchId=5)


def test_operations_that_are_not_implemented_need_permission(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(StorageResponse, "list_sequence_stores")
    client, permitted = user_client(), user_client(allow("ListSequenceStores"))
    with enable_iam_authentication():
        with raises_denied(client, "ListSequenceStores", "*"):
            client.list_sequence_stores()
        with pytest.raises(ClientError, match="not implemented by this mock"):
            permitted.list_sequence_stores()


def _post(path: str, body: bytes, keys: dict[str, Any], **headers: str) -> requests.Response:
    """Send a signed request without boto3."""
    request = AWSRequest("POST", HOST + path, data=body, headers=headers)
    credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"])
    SigV4Auth(credentials, "omics", REGION).add_auth(request)
    signed = dict(request.headers.items())
    return requests.post(HOST + path, data=body, headers=signed, timeout=5)


def test_compressed_request_needs_the_same_permissions() -> None:
    resources = Resources()
    _, restricted = create_user(allow("StartRunBatch"), allow("StartRun", "run/*"))
    _, permitted = create_user(allow(["omics:StartRun", "omics:StartRunBatch"]), PASS_ROLE)
    body = gzip.compress(json.dumps(resources.batch_settings()).encode())
    before = resources.counts()
    with enable_iam_authentication():
        response = _post("/runBatch", body, restricted, **{"Content-Encoding": "gzip"})
    assert response.status_code == 403
    assert response.json()["message"].endswith(
        f"on resource: {arn(f'workflow/{resources.workflow}')}"
    )
    assert resources.counts() == before
    with enable_iam_authentication():
        assert (
            _post("/runBatch", body, permitted, **{"Content-Encoding": "gzip"}).status_code == 201
        )
        broken = _post("/runBatch", b"no gzip", permitted, **{"Content-Encoding": "gzip"})
    assert broken.status_code == 400
    assert broken.json()["message"].startswith("The request body is not valid gzip")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"defaultRunSetting": 5}', b"\xff"])
def test_invalid_body_is_reported_after_the_permission_check(body: bytes) -> None:
    _, keys = create_user(allow(["omics:*"]))
    with enable_iam_authentication():
        response = _post("/runBatch", body, keys)
    assert response.status_code == 400
    assert response.headers["x-amzn-errortype"] == "ValidationException"


# -- counted requests --


@set_initial_no_auth_action_count(3)
def _call_three_operations_before_enforcement() -> None:
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
    with raises_refused("UnrecognizedClientException", UNKNOWN_KEY):
        omics.get_batch(batchId=batch["id"])


def test_batch_with_group_and_tags_counts_as_one_request() -> None:
    _call_three_operations_before_enforcement()


def test_required_permissions_are_determined_only_when_enforced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each request is counted once, as for other services of moto."""

    def unexpected_call(*_: Any) -> Any:
        raise AssertionError("required_permissions was called")

    monkeypatch.setattr(dispatch, "required_permissions", unexpected_call)
    resources = Resources()
    before = ActionAuthenticatorMixin.request_count
    resources.omics.start_run_batch(**resources.batch_settings(tags={"a": "b"}))
    resources.omics.get_batch(batchId=resources.batch)
    assert ActionAuthenticatorMixin.request_count == before + 2
    assert requests.get(f"{HOST}/runBatch", timeout=5).status_code == 200


def test_enforcement_ends_with_the_context_manager() -> None:
    resources = Resources()
    with enable_iam_authentication(), raises_refused("UnrecognizedClientException", UNKNOWN_KEY):
        resources.omics.list_runs()
    assert resources.omics.list_runs()["items"]
