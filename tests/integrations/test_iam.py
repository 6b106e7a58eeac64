"""IAM and STS: the caller, the service-linked role, and the check of a run's role."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto.iam.models import iam_backends

from moto_omics_batch.omics.integrations.iam import INVALID_ROLE, Iam, conditions_met

from .conftest import ACCOUNT, OTHER_ACCOUNT, REGION, MakeClient

Document = dict[str, Any]

RUNS = f"arn:aws:omics:{REGION}:{ACCOUNT}:run/"
ALLOW: Document = {
    "Effect": "Allow",
    "Principal": {"Service": "omics.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
DENY: Document = {**ALLOW, "Effect": "Deny"}
ACCOUNT_KEY, ARN_KEY, UNKNOWN_KEY = "aws:SourceAccount", "aws:SourceArn", "sts:ExternalId"


@pytest.fixture
def iam() -> Iam:
    return Iam(ACCOUNT, REGION, "aws")


# -- callers --


def test_the_caller_is_an_iam_user(client: MakeClient, iam: Iam) -> None:
    users = client("iam")
    users.create_user(UserName="analyst", Path="/lab/")
    key = users.create_access_key(UserName="analyst")["AccessKey"]["AccessKeyId"]
    assert iam.caller_arn(key) == f"arn:aws:iam::{ACCOUNT}:user/lab/analyst"


def test_the_caller_is_an_assumed_role(client: MakeClient, iam: Iam) -> None:
    client("iam").list_users()
    assumed = client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/analyst", RoleSessionName="lab"
    )
    key = assumed["Credentials"]["AccessKeyId"]
    assert iam.caller_arn(key) == f"arn:aws:sts::{ACCOUNT}:assumed-role/analyst/lab"


def test_an_unknown_key_belongs_to_the_caller_that_sts_reports(
    client: MakeClient, iam: Iam
) -> None:
    assert iam.caller_arn("FOOBARKEY") == f"arn:aws:sts::{ACCOUNT}:user/moto"
    assert dict(iam_backends) == {}
    assert iam.caller_arn("FOOBARKEY") == client("sts").get_caller_identity()["Arn"]


# -- the service-linked role --


def test_the_service_linked_role_is_created_once(client: MakeClient, iam: Iam) -> None:
    client("iam").create_role(RoleName="other", AssumeRolePolicyDocument="{}")
    iam.create_service_linked_role()
    role = client("iam").get_role(RoleName="AWSServiceRoleForHealthOmics")["Role"]
    assert role["Path"] == "/aws-service-role/omics.amazonaws.com/"
    assert role["AssumeRolePolicyDocument"]["Statement"] == [ALLOW]
    iam.create_service_linked_role()
    assert len(client("iam").list_roles()["Roles"]) == 2


# -- roles of runs --


def test_a_role_that_does_not_exist_is_invalid(client: MakeClient, iam: Iam) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/omics"
    assert iam.role_problem(role) == INVALID_ROLE == "IAM role is invalid or inaccessible"
    assert dict(iam_backends) == {}
    document = json.dumps({"Statement": [ALLOW]})
    theirs = client("iam", account=OTHER_ACCOUNT).create_role(
        RoleName="omics", AssumeRolePolicyDocument=document
    )
    client("iam").create_role(RoleName="omics", Path="/lab/", AssumeRolePolicyDocument=document)
    assert iam.role_problem(role) == INVALID_ROLE
    assert iam.role_problem(theirs["Role"]["Arn"]) == INVALID_ROLE
    assert iam.role_problem(f"arn:aws:iam::{ACCOUNT}:role/lab/omics") is None


def allow_if(operator: str, key: str, *values: Any) -> Document:
    """A statement with one condition."""
    return {**ALLOW, "Condition": {operator: {key: values[0] if len(values) == 1 else [*values]}}}


TRUSTED: list[Any] = [
    ALLOW,
    [{**ALLOW, "Principal": {"Service": "ec2.amazonaws.com"}}, ALLOW],
    {**ALLOW, "Principal": "*"},
    {**ALLOW, "Principal": {"AWS": "*"}},
    {**ALLOW, "Action": ["sts:TagSession", "STS:Assume*"]},
    [ALLOW, {**DENY, "Action": "sts:TagSession"}],
    allow_if("StringEquals", ACCOUNT_KEY, OTHER_ACCOUNT, ACCOUNT),
    allow_if("StringEqualsIgnoreCase", "AWS:sourceaccount", ACCOUNT),
    allow_if("StringNotEquals", ACCOUNT_KEY, OTHER_ACCOUNT),
    allow_if("StringLike", ACCOUNT_KEY, "1234567890??"),
    allow_if("ForAnyValue:StringEquals", ACCOUNT_KEY, ACCOUNT),
    allow_if("ArnLike", ARN_KEY, f"{RUNS}*"),
    allow_if("ArnEquals", ARN_KEY, "arn:aws:omics:*:*:run/*"),
    allow_if("ArnLikeIfExists", ARN_KEY, f"{RUNS}???????"),
    allow_if("StringEqualsIfExists", UNKNOWN_KEY, "secret"),
    allow_if("StringNotEquals", UNKNOWN_KEY, "secret"),
    allow_if("ForAllValues:StringEquals", UNKNOWN_KEY, "secret"),
    allow_if("Null", ACCOUNT_KEY, "false"),
    allow_if("Null", ACCOUNT_KEY, False),
    allow_if("Null", UNKNOWN_KEY, True),
]

NOT_TRUSTED: list[Any] = [
    [],
    DENY,
    [ALLOW, DENY],
    [DENY, ALLOW],
    {**ALLOW, "Principal": {"Service": "omics.amazonaws.com.cn"}},
    {**ALLOW, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}},
    {**ALLOW, "Action": "sts:TagSession"},
    allow_if("StringEquals", ACCOUNT_KEY, OTHER_ACCOUNT),
    allow_if("StringEquals", ACCOUNT_KEY, "*"),
    allow_if("StringLike", ACCOUNT_KEY, "[1]*"),
    allow_if("StringNotEquals", ACCOUNT_KEY, OTHER_ACCOUNT, ACCOUNT),
    allow_if("ArnLike", ARN_KEY, RUNS.replace(REGION, "eu-west-1") + "*"),
    allow_if("ArnLike", ARN_KEY, f"{RUNS}1234567"),
    allow_if("ArnLike", ARN_KEY, "arn:aws:omics:*:*"),
    allow_if("StringEquals", UNKNOWN_KEY, "secret"),
    allow_if("Null", ACCOUNT_KEY, "true"),
    allow_if("Null", UNKNOWN_KEY, False),
    allow_if("NumericEquals", ACCOUNT_KEY, ACCOUNT),
    [5],
    "text",
]


def problems(documents: list[str], client: MakeClient, iam: Iam) -> dict[str, str | None]:
    """The problem of a role with each of these trust policies."""
    roles, found = client("iam"), {}
    for number, document in enumerate(documents):
        role = roles.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=document)
        found[document] = iam.role_problem(role["Role"]["Arn"])
    return found


def with_statements(statements: list[Any]) -> list[str]:
    return [json.dumps({"Statement": statement}) for statement in statements]


def test_roles_that_the_service_may_assume(client: MakeClient, iam: Iam) -> None:
    documents = with_statements(TRUSTED)
    assert problems(documents, client, iam) == dict.fromkeys(documents)


def test_roles_that_the_service_may_not_assume(client: MakeClient, iam: Iam) -> None:
    documents = with_statements(NOT_TRUSTED)
    assert problems(documents, client, iam) == dict.fromkeys(documents, INVALID_ROLE)


def test_a_document_that_is_not_a_policy_allows_nothing(client: MakeClient, iam: Iam) -> None:
    documents = ["no JSON", "[]", "{}", "5"]
    assert problems(documents, client, iam) == dict.fromkeys(documents, INVALID_ROLE)


@pytest.mark.parametrize("condition", [{"StringEquals": "x"}, ["StringEquals"], "x"])
def test_a_condition_of_an_unknown_form_is_not_met(condition: object) -> None:
    assert not conditions_met({"Condition": condition}, {"iam:passedtoservice": "x"})
