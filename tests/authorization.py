"""Helpers for tests of request authorisation: resources, and users and roles with policies."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.moto_api import state_manager

from conftest import ACCOUNT, REGION, ROLE, Client, definition

OTHER = "210987654321"
Statement = dict[str, Any]


def arn(name: str, account: str = ACCOUNT) -> str:
    """Return the ARN of a resource: ``arn("run/1234567")``."""
    return f"arn:aws:omics:{REGION}:{account}:{name}"


def allow(action: str | list[str], *resources: str) -> Statement:
    """Return a policy statement that allows one operation, or a list of actions."""
    return {
        "Effect": "Allow",
        "Action": action if isinstance(action, list) else f"omics:{action}",
        "Resource": [r if r == "*" or r.startswith("arn:") else arn(r) for r in resources or "*"],
    }


def deny(action: str, *resources: str) -> Statement:
    """Return a policy statement that denies one operation."""
    return {**allow(action, *resources), "Effect": "Deny"}


#: What StartRun and StartRunBatch need besides: as a policy of the user guide has it.
PASS_ROLE: Statement = {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": ROLE,
    "Condition": {"StringEquals": {"iam:PassedToService": "omics.amazonaws.com"}},
}


def connect(keys: dict[str, Any] | None = None, service: str = "omics") -> Client:
    """Return a boto3 client with these credentials; the default is an unknown access key."""
    keys = keys or {"AccessKeyId": "testing", "SecretAccessKey": "testing"}
    return boto3.client(  # type: ignore[call-overload]
        service,
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=Config(retries={"max_attempts": 1}, parameter_validation=False),
    )


def call(client: Client, operation: str, params: dict[str, Any]) -> Any:
    """Call an operation by its name in the API."""
    return client._make_api_call(operation, params)


@contextmanager
def empty_mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start a mock in which no authorisation is enforced yet."""
    for name in ("MOTO_ACCOUNT_ID", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    transitions = dict(state_manager._transitions)
    with mock_aws():
        yield
    state_manager._transitions = transitions


_names = itertools.count(1)


def create_user(*statements: Statement) -> tuple[str, dict[str, Any]]:
    """Create a user with these policy statements; return its (ARN, access key)."""
    iam, name = connect(service="iam"), f"user-{next(_names)}"
    user_arn = iam.create_user(UserName=name)["User"]["Arn"]
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
    return user_arn, iam.create_access_key(UserName=name)["AccessKey"]


def user_client(*statements: Statement) -> Client:
    """Return a client of a new user with these statements; ``client.arn`` is the user's ARN."""
    user_arn, keys = create_user(*statements)
    client = connect(keys)
    client.arn = user_arn
    return client


@contextmanager
def raises_refused(code: str, message: str) -> Iterator[None]:
    """Assert that the call inside raises ClientError with this code and message, and HTTP 403."""
    with pytest.raises(ClientError) as caught:
        yield
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert (response["Error"]["Code"], response["Error"]["Message"]) == (code, message)


def raises_denied(client: Client, action: str, resource: str) -> Any:
    """Assert that the call inside is denied to the client's user for this action and resource."""
    full_arn = resource if resource == "*" or resource.startswith("arn:") else arn(resource)
    full_action = action if ":" in action else f"omics:{action}"
    denial = f"User: {client.arn} is not authorized to perform: {full_action}"
    return raises_refused("AccessDeniedException", f"{denial} on resource: {full_arn}")


class Resources:
    """One resource of each kind. Create it before authorisation is enforced.

    With ``ended``, the run and the batch are finished.
    """

    def __init__(self, ended: bool = False):
        if ended:
            for kind in ("batch", "run"):
                state_manager.set_transition(f"omics::{kind}", {"progression": "immediate"})
        self.omics = omics = connect()
        self.workflow = omics.create_workflow(definitionZip=definition())["id"]
        version = {"workflowId": self.workflow, "versionName": "v1"}
        omics.create_workflow_version(**version, definitionZip=definition())
        self.group = omics.create_run_group(name="g")["id"]
        self.cache = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
        vpc = {"securityGroupIds": ["sg-0a1b"], "subnetIds": ["subnet-0a1b"]}
        self.vpc = {"vpcConfig": vpc}
        omics.create_configuration(name="lab", runConfigurations=self.vpc)
        self.run = omics.start_run(**self.run_settings())["id"]
        self.batch = omics.start_run_batch(**self.batch_settings())["id"]
        for _ in range(4):
            omics.get_batch(batchId=self.batch)
        self.task = omics.list_run_tasks(id=self.run)["items"][0]["taskId"]

    def run_settings(self, **settings: Any) -> dict[str, Any]:
        """Return parameters of StartRun, with a new requestId."""
        required = {"workflowId": self.workflow, "roleArn": ROLE, "outputUri": "s3://r/x"}
        return {**required, "requestId": f"t{next(_names)}", **settings}

    def batch_settings(self, *, tags: Any = None, **default: Any) -> dict[str, Any]:
        """Return parameters of StartRunBatch; ``default`` is added to defaultRunSetting."""
        settings = self.run_settings(**default)
        token = settings.pop("requestId")
        return {
            "requestId": token,
            "defaultRunSetting": settings,
            "batchRunSettings": {"inlineSettings": [{"runSettingId": "s1"}]},
            **({} if tags is None else {"tags": tags}),
        }

    def counts(self) -> list[int]:
        """Return the number of resources of each kind."""
        omics = self.omics
        lists = (
            omics.list_batch,
            omics.list_runs,
            omics.list_workflows,
            omics.list_run_groups,
            omics.list_run_caches,
            omics.list_configurations,
        )
        versions = omics.list_workflow_versions(workflowId=self.workflow)["items"]
        return [len(list_all()["items"]) for list_all in lists] + [len(versions)]


def with_ids(resources: Resources, value: Any) -> Any:
    """Replace RUN, BATCH, WORKFLOW, … by the ids of the resources."""
    if isinstance(value, dict):
        return {name: with_ids(resources, item) for name, item in value.items()}
    if isinstance(value, str):
        for name in ("RUN", "BATCH", "WORKFLOW", "GROUP", "CACHE", "TASK"):
            value = value.replace(name, getattr(resources, name.lower()))
    return value


def client_in_account(service: str, account: str) -> Client:
    """Return a client for another account, for as long as authorisation is not enforced."""
    client = connect(service=service)

    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = account

    client.meta.events.register("before-call", add_header)
    return client


def assume_new_role(account: str, *statements: Statement) -> tuple[str, dict[str, Any]]:
    """Assume a new role with these policy statements; return the session's (ARN, credentials)."""
    iam, name = client_in_account("iam", account), f"role-{next(_names)}"
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust}),
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName=name,
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
    )
    assumed = connect(service="sts").assume_role(RoleArn=role, RoleSessionName="me")
    return assumed["AssumedRoleUser"]["Arn"], assumed["Credentials"]


def role_client(account: str, *statements: Statement) -> Client:
    """Return a client of a session with a new role; ``client.arn`` is the session's ARN."""
    session_arn, keys = assume_new_role(account, *statements)
    client = connect(keys)
    client.arn = session_arn
    return client
