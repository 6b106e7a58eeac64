"""PutS3AccessPolicy, GetS3AccessPolicy, DeleteS3AccessPolicy."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ParamValidationError

from conftest import ACCOUNT, Client
from tests.omics.helpers import Clock, raises_not_found, raises_validation, raises_violations
from tests.wire.raw import Wire

MISSING_POLICY = "The specified access policy does not exist."
MISSING_POINT = "The specified access point does not exist."
STATEMENT = {
    "Sid": "read",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
    "Action": "s3:GetObject",
    "Resource": "*",
    "Condition": {"StringEquals": {"s3:ExistingObjectTag/omics:sampleId": "HG002"}},
}


def policy(*statements: dict[str, Any], **more: Any) -> str:
    """Return a policy with these statements, by default one."""
    document = {"Version": "2012-10-17", "Statement": list(statements) or [STATEMENT], **more}
    return json.dumps(document)


@pytest.fixture
def access_point(omics: Client, sequence_store: str) -> str:
    """The ARN of the access point of a sequence store."""
    return str(omics.get_sequence_store(id=sequence_store)["s3Access"]["s3AccessPointArn"])


def plain(response: dict[str, Any]) -> dict[str, Any]:
    """Return a response without its metadata."""
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


@pytest.mark.documented("S63")
def test_a_new_store_lets_the_owner_read(
    omics: Client, sequence_store: str, access_point: str
) -> None:
    found = omics.get_s3_access_policy(s3AccessPointArn=access_point)
    path = f"{ACCOUNT}/sequenceStore/{sequence_store}/*"
    owner = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert json.loads(found["s3AccessPolicy"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": owner,
                "Action": ["s3:GetObject", "s3:GetObjectTagging"],
                "Resource": f"{access_point}/object/{path}",
            },
            {
                "Effect": "Allow",
                "Principal": owner,
                "Action": "s3:ListBucket",
                "Resource": f"{access_point}/{path}",
            },
        ],
    }


@pytest.mark.documented("S63")
def test_the_members_of_get(omics: Client, sequence_store: str, access_point: str) -> None:
    found = plain(omics.get_s3_access_policy(s3AccessPointArn=access_point))
    del found["s3AccessPolicy"]
    assert found == {
        "s3AccessPointArn": access_point,
        "storeId": sequence_store,
        "storeType": "SEQUENCE_STORE",
        "updateTime": omics.get_sequence_store(id=sequence_store)["creationTime"],
    }


@pytest.mark.documented("S64", "S3")
def test_put_replaces_the_policy_which_is_a_text_of_json(
    omics: Client, clock: Clock, sequence_store: str, access_point: str
) -> None:
    before = omics.get_s3_access_policy(s3AccessPointArn=access_point)["updateTime"]
    clock.now += timedelta(hours=1)
    put = omics.put_s3_access_policy(s3AccessPointArn=access_point, s3AccessPolicy=policy())
    assert plain(put) == {
        "s3AccessPointArn": access_point,
        "storeId": sequence_store,
        "storeType": "SEQUENCE_STORE",
    }
    found = omics.get_s3_access_policy(s3AccessPointArn=access_point)
    assert found["updateTime"] == before + timedelta(hours=1)
    with pytest.raises(ParamValidationError):
        omics.put_s3_access_policy(
            s3AccessPointArn=access_point, s3AccessPolicy=json.loads(policy())
        )


@pytest.mark.our_choice("S64")
@pytest.mark.parametrize(
    "text",
    [
        policy(),
        '{ "Statement":  {"Effect": "Allow"} }',
        "{}",
        policy(STATEMENT, STATEMENT, Id="two"),
        policy({**STATEMENT, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::elsewhere"}),
    ],
)
def test_a_policy_comes_back_exactly_as_it_was_put(
    omics: Client, access_point: str, text: str
) -> None:
    omics.put_s3_access_policy(s3AccessPointArn=access_point, s3AccessPolicy=text)
    found = omics.get_s3_access_policy(s3AccessPointArn=access_point)
    assert found["s3AccessPolicy"] == text


@pytest.mark.documented("S64")
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (policy(Owner="me"), "s3AccessPolicy must not have the element 'Owner'"),
        (
            policy({**STATEMENT, "NotAction": "s3:*"}),
            "s3AccessPolicy must not have the element 'NotAction'",
        ),
    ],
)
def test_other_elements_are_refused(
    omics: Client, access_point: str, text: str, problem: str
) -> None:
    with raises_validation(problem):
        omics.put_s3_access_policy(s3AccessPointArn=access_point, s3AccessPolicy=text)


@pytest.mark.documented("S64", "S24")
def test_the_largest_policy_has_15_kilobytes(omics: Client, access_point: str) -> None:
    size = 15 * 1024
    largest = policy(Id="x" * (size - len(policy(Id=""))))
    assert len(largest) == size
    omics.put_s3_access_policy(s3AccessPointArn=access_point, s3AccessPolicy=largest)
    with raises_validation("s3AccessPolicy must have at most 15360 bytes"):
        omics.put_s3_access_policy(s3AccessPointArn=access_point, s3AccessPolicy=f"{largest} ")
    found = omics.get_s3_access_policy(s3AccessPointArn=access_point)
    assert found["s3AccessPolicy"] == largest


@pytest.mark.our_choice("S64")
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("allow", "s3AccessPolicy must be a JSON object"),
        ("[]", "s3AccessPolicy must be a JSON object"),
        ("[" * 10_000, "s3AccessPolicy must be a JSON object"),
        ('{"Statement": ["a"]}', "s3AccessPolicy: a statement must be a JSON object"),
    ],
    ids=["text", "list", "deep", "statement"],
)
def test_what_is_no_policy_is_refused(
    omics: Client, access_point: str, text: str, problem: str
) -> None:
    with raises_validation(problem):
        omics.put_s3_access_policy(s3AccessPointArn=access_point, s3AccessPolicy=text)


@pytest.mark.documented("S65", "S5")
def test_delete_takes_the_policy_away(omics: Client, access_point: str) -> None:
    deleted = omics.delete_s3_access_policy(s3AccessPointArn=access_point)
    assert plain(deleted) == {}
    for call in (omics.get_s3_access_policy, omics.delete_s3_access_policy):
        with raises_not_found(MISSING_POLICY):
            call(s3AccessPointArn=access_point)
    omics.put_s3_access_policy(s3AccessPointArn=access_point, s3AccessPolicy=policy())
    found = omics.get_s3_access_policy(s3AccessPointArn=access_point)
    assert found["s3AccessPolicy"] == policy()


@pytest.mark.our_choice("S65")
def test_an_unknown_access_point_is_not_found(omics: Client, access_point: str) -> None:
    for arn in (
        access_point[:-1],
        access_point.replace("222222222222", "333333333333"),
        access_point.replace("us-east-1", "eu-west-1"),
    ):
        with raises_not_found(MISSING_POINT):
            omics.get_s3_access_policy(s3AccessPointArn=arn)
        with raises_not_found(MISSING_POINT):
            omics.delete_s3_access_policy(s3AccessPointArn=arn)
        with raises_not_found(MISSING_POINT):
            omics.put_s3_access_policy(s3AccessPointArn=arn, s3AccessPolicy="allow")


@pytest.mark.our_choice("S57", "S65")
def test_the_policy_goes_with_its_store(
    omics: Client, sequence_store: str, access_point: str
) -> None:
    omics.put_s3_access_policy(s3AccessPointArn=access_point, s3AccessPolicy=policy())
    omics.delete_sequence_store(id=sequence_store)
    with raises_not_found(MISSING_POINT):
        omics.get_s3_access_policy(s3AccessPointArn=access_point)


@pytest.mark.documented("S2")
def test_the_arn_may_come_with_an_encoded_slash_and_without(
    omics: Client, access_point: str, server: str | None
) -> None:
    http = Wire(server)
    for sent in (access_point, access_point.replace("/", "%2F"), access_point.replace(":", "%3A")):
        answer = http.send("GET", f"/s3accesspolicy/{sent}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["s3AccessPointArn"] == access_point


@pytest.mark.documented("S64")
def test_the_constraints_of_the_model(raw_omics: Client, access_point: str) -> None:
    with raises_violations("Value null at 's3AccessPolicy' must not be null"):
        raw_omics.put_s3_access_policy(s3AccessPointArn=access_point)
