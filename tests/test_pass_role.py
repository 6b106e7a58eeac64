"""iam:PassRole, and other permissions of other services, under moto's request authorisation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core.authorization import enable_iam_authentication

from conftest import ACCOUNT, ROLE

from .authorization import (
    PASS_ROLE,
    Resources,
    Statement,
    allow,
    empty_mock,
    raises_denied,
    role_client,
    user_client,
)

START = allow(["omics:StartRun", "omics:StartRunBatch"])


@pytest.fixture(autouse=True)
def _mock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_mock(monkeypatch):
        yield


def passing(**members: Any) -> Statement:
    """Return the statement of the user guide with other members; None removes one."""
    return {name: v for name, v in {**PASS_ROLE, **members}.items() if v is not None}


def condition(service: str, operator: str = "StringEquals") -> Statement:
    return {operator: {"iam:PassedToService": service}}


ALLOWED = {
    "as in the user guide": [passing()],
    "without a condition": [passing(Condition=None)],
    "any role": [passing(Resource="*")],
    "any action of IAM": [passing(Action="iam:*")],
    "a pattern": [passing(Condition=condition("omics.*", "StringLike"))],
    "one of two services": [
        passing(Condition={"StringEquals": {"iam:PassedToService": ["a", "omics.amazonaws.com"]}})
    ],
    "the key in other letters": [
        passing(Condition={"StringEquals": {"IAM:passedToService": "omics.amazonaws.com"}})
    ],
    "a condition on another key": [
        passing(Condition={"StringEquals": {"aws:ResourceTag/team": "genomics"}})
    ],
    "a deny for another service": [
        passing(),
        passing(Effect="Deny", Condition=condition("ec2.amazonaws.com")),
    ],
}
DENIED = {
    "no statement": [],
    "another role": [passing(Resource=f"{ROLE}2")],
    "another action": [passing(Action="iam:GetRole")],
    "another service": [passing(Condition=condition("ec2.amazonaws.com"))],
    "not this service": [passing(Condition=condition("omics.amazonaws.com", "StringNotEquals"))],
    "a deny": [passing(), passing(Effect="Deny")],
}


@pytest.mark.parametrize("statements", ALLOWED.values(), ids=ALLOWED)
def test_the_role_may_be_passed(statements: list[Statement]) -> None:
    resources = Resources()
    client = user_client(START, *statements)
    with enable_iam_authentication():
        assert client.start_run(**resources.run_settings())["status"] == "PENDING"
        assert client.start_run_batch(**resources.batch_settings())["status"] == "CREATING"


@pytest.mark.parametrize("statements", DENIED.values(), ids=DENIED)
def test_the_role_may_not_be_passed(statements: list[Statement]) -> None:
    """L132, L134: the text names the role."""
    resources = Resources()
    client = user_client(START, *statements)
    before = resources.counts()
    with enable_iam_authentication():
        with raises_denied(client, "iam:PassRole", ROLE):
            client.start_run(**resources.run_settings())
        with raises_denied(client, "iam:PassRole", ROLE):
            client.start_run_batch(**resources.batch_settings())
    assert resources.counts() == before


def test_a_managed_policy_and_a_role_may_pass() -> None:
    resources = Resources()
    client = role_client(ACCOUNT, START, PASS_ROLE)
    with enable_iam_authentication():
        assert client.start_run(**resources.run_settings())["status"] == "PENDING"


def test_one_statement_alone_is_a_policy() -> None:
    resources = Resources()
    iam = boto3.client("iam", region_name="us-east-1")
    client = user_client(START)
    name = client.arn.rpartition("/")[2]
    policy = '{"Version": "2012-10-17", "Statement": %s}'
    statement = '{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}'
    iam.put_user_policy(UserName=name, PolicyName="pass", PolicyDocument=policy % statement)
    with enable_iam_authentication():
        assert client.start_run(**resources.run_settings())["status"] == "PENDING"


def test_actions_of_healthomics_and_tags_come_first() -> None:
    """L135: the order of the checks."""
    resources = Resources()
    nothing, start = user_client(), user_client(START)
    settings = {"tags": {"a": "b"}}
    with enable_iam_authentication():
        with raises_denied(nothing, "StartRun", "run/*"):
            nothing.start_run(**resources.run_settings(**settings))
        with raises_denied(start, "TagResource", "run/*"):
            start.start_run(**resources.run_settings(**settings))


def test_authorisation_precedes_everything() -> None:
    """L133: a request that is wrong is denied first."""
    resources = Resources()
    start, permitted = user_client(START), user_client(START, PASS_ROLE)
    wrong = resources.run_settings(workflowId="1", priority=-1)
    with enable_iam_authentication():
        with raises_denied(start, "iam:PassRole", ROLE):
            start.start_run(**wrong)
        with pytest.raises(ClientError, match="ValidationException"):
            permitted.start_run(**wrong)


@pytest.mark.parametrize("role", [None, 1, ""])
def test_without_a_role_there_is_nothing_to_pass(role: Any) -> None:
    resources = Resources()
    client = user_client(START)
    with enable_iam_authentication(), pytest.raises(ClientError, match="ValidationException"):
        client.start_run(**resources.run_settings(roleArn=role, workflowId="no id"))


# -- other services (L131) --

VPC = ["ec2:DescribeSubnets", "ec2:DescribeSecurityGroups"]


@pytest.mark.parametrize("missing", VPC)
def test_a_configuration_with_a_vpc_needs_permissions_of_ec2(missing: str) -> None:
    resources = Resources()
    create = allow("CreateConfiguration", "configuration/*")
    client = user_client(create, allow([action for action in VPC if action != missing], "*"))
    permitted = user_client(create, allow(VPC, "*"))
    request = {"name": "other", "runConfigurations": resources.vpc, "requestId": "c"}
    with enable_iam_authentication():
        with raises_denied(client, missing, "*"):
            client.create_configuration(**request)
        permitted.create_configuration(**request)
        # Without a network, nothing of EC2 is read.
        client.create_configuration(name="plain", runConfigurations={}, requestId="d")


def test_a_workflow_from_a_repository_needs_the_connection() -> None:
    Resources()
    connection = f"arn:aws:codeconnections:us-east-1:{ACCOUNT}:connection/abc-1"
    create = allow("CreateWorkflow", "workflow/*")
    client = user_client(create)
    permitted = user_client(create, allow(["codeconnections:PassConnection"], connection))
    repository = {"connectionArn": connection, "fullRepositoryId": "lab/wdl"}
    with enable_iam_authentication():
        with raises_denied(client, "codeconnections:PassConnection", connection):
            client.create_workflow(definitionRepository=repository, requestId="r")
        created = permitted.create_workflow(definitionRepository=repository, requestId="r")
        assert created["status"] == "CREATING"
