"""For the tests of request authorisation: users and roles with policies, and things to ask for."""

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
    return f"arn:aws:omics:{REGION}:{account}:{name}"


def allow(action: str | list[str], *resources: str) -> Statement:
    return {
        "Effect": "Allow",
        "Action": action if isinstance(action, list) else f"omics:{action}",
        "Resource": [r if r == "*" or r.startswith("arn:") else arn(r) for r in resources or "*"],
    }


def deny(action: str, *resources: str) -> Statement:
    return {**allow(action, *resources), "Effect": "Deny"}


def connect(keys: dict[str, Any] | None = None, service: str = "omics") -> Client:
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
    return client._make_api_call(operation, params)


@contextmanager
def mocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS; nothing is enforced yet."""
    for name in ("MOTO_ACCOUNT_ID", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    transitions = dict(state_manager._transitions)
    with mock_aws():
        yield
    state_manager._transitions = transitions


_names = itertools.count(1)


def keys_of_user(*statements: Statement) -> tuple[str, dict[str, Any]]:
    """(ARN, access key) of a new user who may do this much."""
    iam, name = connect(service="iam"), f"user-{next(_names)}"
    user_arn = iam.create_user(UserName=name)["User"]["Arn"]
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
    return user_arn, iam.create_access_key(UserName=name)["AccessKey"]


def user(*statements: Statement) -> Client:
    """A client of a new user who may do this much; ``client.arn`` names the user."""
    user_arn, keys = keys_of_user(*statements)
    client = connect(keys)
    client.arn = user_arn
    return client


@contextmanager
def refused(code: str, message: str) -> Iterator[None]:
    """The calls inside are refused in this way, with 403."""
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert (answer["Error"]["Code"], answer["Error"]["Message"]) == (code, message)


def denied(client: Client, action: str, resource: str) -> Any:
    where = resource if resource == "*" or resource.startswith("arn:") else arn(resource)
    who = f"User: {client.arn} is not authorized to perform: omics:{action}"
    return refused("AccessDeniedException", f"{who} on resource: {where}")


class World:
    """One of each resource, made before anything is enforced."""

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

    def run_settings(self, **more: Any) -> dict[str, Any]:
        least = {"workflowId": self.workflow, "roleArn": ROLE, "outputUri": "s3://r/x"}
        return {**least, "requestId": f"t{next(_names)}", **more}

    def batch_settings(self, *, tags: Any = None, **default: Any) -> dict[str, Any]:
        settings = self.run_settings(**default)
        token = settings.pop("requestId")
        return {
            "requestId": token,
            "defaultRunSetting": settings,
            "batchRunSettings": {"inlineSettings": [{"runSettingId": "s1"}]},
            **({} if tags is None else {"tags": tags}),
        }

    def stored(self) -> list[int]:
        """How much there is of each kind."""
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
        return [len(found()["items"]) for found in lists] + [len(versions)]


def filled(world: World, value: Any) -> Any:
    """RUN, BATCH, WORKFLOW, … stand for the ids of the world."""
    if isinstance(value, dict):
        return {name: filled(world, item) for name, item in value.items()}
    if isinstance(value, str):
        for name in ("RUN", "BATCH", "WORKFLOW", "GROUP", "CACHE", "TASK"):
            value = value.replace(name, getattr(world, name.lower()))
    return value


def in_account(service: str, account: str) -> Client:
    """A client whose requests, as long as nothing is enforced, are those of an account."""
    made = connect(service=service)

    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = account

    made.meta.events.register("before-call", add_header)
    return made


def assume(account: str, *statements: Statement) -> tuple[str, dict[str, Any]]:
    """(ARN, credentials) of a session with a new role of an account."""
    iam, name = in_account("iam", account), f"role-{next(_names)}"
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
    granted = connect(service="sts").assume_role(RoleArn=role, RoleSessionName="me")
    return granted["AssumedRoleUser"]["Arn"], granted["Credentials"]


def session(account: str, *statements: Statement) -> Client:
    session_arn, keys = assume(account, *statements)
    client = connect(keys)
    client.arn = session_arn
    return client
