"""``config={"omics": {"check": ["iam"]}}``: the role exists and lets the service assume it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, REGION, Client, MakeClient, StartBatch, Until
from tests.omics.helpers import StartRun, raises_validation

OTHER = "111111111111"
INVALID = "IAM role is invalid or inaccessible"
SERVICE = {"Service": "omics.amazonaws.com"}
RUNS = f"arn:aws:omics:{REGION}:{ACCOUNT}:run/"
Document = dict[str, Any]
MakeRole = Callable[..., str]
Settings = Callable[..., None]


def trust(*statements: Document, **changes: Any) -> Document:
    """A trust policy: these statements, or one for the service with these ``changes``."""
    least = {"Effect": "Allow", "Principal": SERVICE, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": list(statements) or [{**least, **changes}]}


ALLOWED: Document = trust()["Statement"][0]


@pytest.fixture
def make_role(client: MakeClient) -> MakeRole:
    """``make_role(trust(…), account="…", path="/lab/")`` → the ARN of a role."""

    iam, accounts = client("iam"), [ACCOUNT]

    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = accounts[-1]

    iam.meta.events.register("before-call", add_header)

    def make(document: Document, account: str = ACCOUNT, **more: Any) -> str:
        accounts.append(account)
        more.setdefault("RoleName", "omics")
        created = iam.create_role(AssumeRolePolicyDocument=json.dumps(document), **more)
        return str(created["Role"]["Arn"])

    return make


@pytest.fixture
def checked(settings: Settings) -> None:
    settings(check=["iam"])


# -- when it is told -----------------------------------------------------------------------------


@pytest.mark.our_choice("W2.3")
def test_nothing_is_checked_by_default(
    make_role: MakeRole, start_run: StartRun, start_batch: StartBatch, until: Until
) -> None:
    make_role(trust(Principal={"Service": "ec2.amazonaws.com"}))
    assert start_run()["status"] == "PENDING"
    batch = until(start_batch(), "PROCESSED")
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 0


@pytest.mark.our_choice("W2.3")
@pytest.mark.parametrize("others", [["s3"], ["ec2"], ["s3", "ec2"]])
def test_the_other_checks_do_not_look_at_roles(
    settings: Settings, client: MakeClient, start_run: StartRun, others: list[str]
) -> None:
    settings(check=others)
    client("s3").create_bucket(Bucket="results")
    assert start_run()["status"] == "PENDING"


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("checked")
def test_a_run_with_a_role_that_is_not_there_is_refused_at_once(
    start_run: StartRun, omics: Client, make_role: MakeRole
) -> None:
    make_role(trust(), RoleName="another")
    with raises_validation(INVALID):
        start_run()
    assert omics.list_runs()["items"] == []


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("checked")
def test_a_run_can_be_tried_again_once_the_role_is_there(
    start_run: StartRun, make_role: MakeRole
) -> None:
    with raises_validation(INVALID):
        start_run(requestId="again")
    make_role(trust())
    assert start_run(requestId="again")["status"] == "PENDING"


@pytest.mark.our_choice("B62", "W12")
@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize("s3", [False, True])
def test_a_batch_tells_it_as_the_submission_failure_of_each_run(
    omics: Client,
    start_batch: StartBatch,
    put_settings: Callable[..., str],
    until: Until,
    s3: bool,
) -> None:
    uri = put_settings([{"runSettingId": name} for name in ("s1", "s2", "s3")]) if s3 else None
    batch_id = start_batch(["s1", "s2", "s3"], s3=uri)
    batch = until(batch_id, "PROCESSED")
    assert batch["submissionSummary"] == {
        "successfulStartSubmissionCount": 0,
        "failedStartSubmissionCount": 3,
        "pendingStartSubmissionCount": 0,
    }
    assert "failureReason" not in batch
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [run["runSettingId"] for run in runs] == ["s1", "s2", "s3"]
    for run in runs:
        assert run["submissionStatus"] == "FAILED"
        assert run["submissionFailureReason"] == "AccessDeniedException"
        assert run["submissionFailureMessage"] == INVALID
        assert "runId" not in run
    assert omics.list_runs()["items"] == []


@pytest.mark.our_choice("B62")
def test_each_submission_step_looks_at_the_role(
    settings: Settings,
    client: MakeClient,
    make_role: MakeRole,
    start_batch: StartBatch,
    until: Until,
    omics: Client,
) -> None:
    settings(check=["iam"], submissions_per_tick=1)
    make_role(trust())
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "SUBMITTING")
    while omics.get_batch(batchId=batch_id)["submissionSummary"]["pendingStartSubmissionCount"] > 2:
        pass
    client("iam").delete_role(RoleName="omics")
    until(batch_id, "PROCESSED")
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert [run["submissionStatus"] for run in runs] == ["SUCCESS", "FAILED", "FAILED"]
    assert {run.get("submissionFailureMessage") for run in runs} == {None, INVALID}


@pytest.mark.our_choice("W2.3", "W2.7")
@pytest.mark.usefixtures("checked")
def test_a_re_run_needs_its_own_role(
    make_role: MakeRole, start_run: StartRun, omics: Client
) -> None:
    good = make_role(trust())
    bad = make_role(trust(Principal={"Service": "ec2.amazonaws.com"}), RoleName="bad")
    old = start_run(roleArn=good)["id"]
    with raises_validation(INVALID):
        omics.start_run(runId=old, roleArn=bad, outputUri="s3://results")
    again = omics.start_run(runId=old, roleArn=good, outputUri="s3://results")
    assert again["status"] == "PENDING"


# -- which roles will do -------------------------------------------------------------------------


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("checked")
def test_a_role_of_another_account_will_not_do(make_role: MakeRole, start_run: StartRun) -> None:
    theirs = make_role(trust(), account=OTHER)
    with raises_validation(INVALID):
        start_run(roleArn=theirs)
    # Nor will its name in our account do, where there is none.
    with raises_validation(INVALID):
        start_run(roleArn=theirs.replace(OTHER, ACCOUNT))


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("checked")
def test_a_role_is_named_with_its_path(make_role: MakeRole, start_run: StartRun) -> None:
    role = make_role(trust(), Path="/lab/")
    assert role == f"arn:aws:iam::{ACCOUNT}:role/lab/omics"
    assert start_run(roleArn=role)["status"] == "PENDING"
    with raises_validation(INVALID):
        start_run(roleArn=f"arn:aws:iam::{ACCOUNT}:role/omics")


def condition(operator: str, key: str, *values: str) -> Document:
    """A trust policy that lets the service in on a condition."""
    return trust(Condition={operator: {key: values[0] if len(values) == 1 else list(values)}})


ACCOUNT_KEY, ARN_KEY, UNKNOWN = "aws:SourceAccount", "aws:SourceArn", "sts:ExternalId"
DENIED = {**ALLOWED, "Effect": "Deny"}

TRUSTED: dict[str, Document] = {
    "plain": trust(),
    "a statement that is no list": {**trust(), "Statement": ALLOWED},
    "lists": trust(
        Principal={"Service": ["ec2.amazonaws.com", "omics.amazonaws.com"]},
        Action=["sts:TagSession", "sts:AssumeRole"],
    ),
    "a second statement": trust({**ALLOWED, "Principal": {"Service": "a.b"}}, ALLOWED),
    "anybody": trust(Principal="*"),
    "anybody as an account": trust(Principal={"AWS": "*"}),
    "account": condition("StringEquals", ACCOUNT_KEY, ACCOUNT),
    "one of two accounts": condition("StringEquals", ACCOUNT_KEY, OTHER, ACCOUNT),
    "the case of a key": condition("StringEquals", "AWS:sourceaccount", ACCOUNT),
    "account like": condition("StringLike", ACCOUNT_KEY, "1234567890??"),
    "account in any case": condition("StringEqualsIgnoreCase", ACCOUNT_KEY, ACCOUNT),
    "no other account": condition("StringNotEquals", ACCOUNT_KEY, OTHER),
    "account if there": condition("StringEqualsIfExists", ACCOUNT_KEY, ACCOUNT),
    "any value of accounts": condition("ForAnyValue:StringEquals", ACCOUNT_KEY, ACCOUNT),
    "an account there is": condition("Null", ACCOUNT_KEY, "false"),
    "arn like": condition("ArnLike", ARN_KEY, f"{RUNS}*"),
    "arn equals": condition("ArnEquals", ARN_KEY, f"{RUNS}*"),
    "arn as a string": condition("StringLike", ARN_KEY, f"{RUNS}*"),
    "any region and account": condition("ArnLike", ARN_KEY, "arn:aws:omics:*:*:run/*"),
    "all of the account": condition("ArnLike", ARN_KEY, f"arn:aws:omics:{REGION}:{ACCOUNT}:*"),
    "an id of seven": condition("ArnLike", ARN_KEY, f"{RUNS}???????"),
    "a short pattern as a string": condition("StringLike", ARN_KEY, "arn:aws:omics:*"),
    "one of two arns": condition("ArnLike", ARN_KEY, f"{RUNS}1", f"{RUNS}*"),
    "arn if there": condition("ArnLikeIfExists", ARN_KEY, f"{RUNS}*"),
    "no workflow": condition("ArnNotLike", ARN_KEY, f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/*"),
    "both as the guide has it": trust(
        Condition={
            "StringEquals": {ACCOUNT_KEY: ACCOUNT},
            "ArnLike": {ARN_KEY: f"arn:aws:omics:{REGION}:{ACCOUNT}:run/*"},
        }
    ),
    "unknown key if there": condition("StringEqualsIfExists", UNKNOWN, "secret"),
    "unknown key not so": condition("StringNotEquals", UNKNOWN, "secret"),
    "unknown key absent": condition("Null", UNKNOWN, "true"),
    "unknown key, all of none": condition("ForAllValues:StringEquals", UNKNOWN, "secret"),
    "another is denied": trust(ALLOWED, {**DENIED, "Principal": {"Service": "ec2.amazonaws.com"}}),
    "another action is denied": trust(ALLOWED, {**DENIED, "Action": "sts:TagSession"}),
    "another account is denied": trust(
        ALLOWED, {**DENIED, "Condition": {"StringNotEquals": {ACCOUNT_KEY: ACCOUNT}}}
    ),
    "one run is denied": trust(
        ALLOWED, {**DENIED, "Condition": {"ArnEquals": {ARN_KEY: f"{RUNS}1234567"}}}
    ),
}

NOT_TRUSTED: dict[str, Document] = {
    "another service": trust(Principal={"Service": "ec2.amazonaws.com"}),
    "a name that begins alike": trust(Principal={"Service": "omics.amazonaws.com.cn"}),
    "an account": trust(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
    "no principal that is known": trust(Principal={"Federated": "omics.amazonaws.com"}),
    "another action": trust(Action="sts:TagSession"),
    "another action as a list": trust(Action=["sts:TagSession"]),
    "no allow": trust(DENIED),
    "denied beside": trust(ALLOWED, DENIED),
    "denied before": trust(DENIED, ALLOWED),
    "all are denied": trust(ALLOWED, {**DENIED, "Principal": "*"}),
    "denied on a condition": trust(
        ALLOWED, {**DENIED, "Condition": {"StringEquals": {ACCOUNT_KEY: ACCOUNT}}}
    ),
    "another account": condition("StringEquals", ACCOUNT_KEY, OTHER),
    "a pattern is no pattern": condition("StringEquals", ACCOUNT_KEY, "*"),
    "account not like": condition("StringLike", ACCOUNT_KEY, "9*"),
    "not this account": condition("StringNotEquals", ACCOUNT_KEY, OTHER, ACCOUNT),
    "not like this account": condition("StringNotLike", ACCOUNT_KEY, "12*"),
    "another account if there": condition("StringEqualsIfExists", ACCOUNT_KEY, OTHER),
    "no account": condition("Null", ACCOUNT_KEY, "true"),
    "another region": condition("ArnLike", ARN_KEY, RUNS.replace(REGION, "eu-west-1") + "*"),
    "runs of another account": condition("ArnLike", ARN_KEY, RUNS.replace(ACCOUNT, OTHER) + "*"),
    "workflows": condition("ArnLike", ARN_KEY, f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/*"),
    "batches": condition("ArnEquals", ARN_KEY, f"arn:aws:omics:{REGION}:{ACCOUNT}:runBatch/*"),
    "one run": condition("ArnLike", ARN_KEY, f"{RUNS}1234567"),
    "a literal star": condition("StringEquals", ARN_KEY, f"{RUNS}*"),
    "an arn of five parts": condition("ArnLike", ARN_KEY, "arn:aws:omics:*:*"),
    "runs elsewhere if there": condition(
        "ArnLikeIfExists", ARN_KEY, RUNS.replace(REGION, "eu-west-1") + "*"
    ),
    "no run": condition("ArnNotEquals", ARN_KEY, f"{RUNS}*"),
    "one of two conditions": trust(
        Condition={"StringEquals": {ACCOUNT_KEY: OTHER}, "ArnLike": {ARN_KEY: f"{RUNS}*"}}
    ),
    "one of two keys": trust(
        Condition={"StringLike": {ACCOUNT_KEY: ACCOUNT, ARN_KEY: "arn:aws:s3:*"}}
    ),
    "an unknown key": condition("StringEquals", UNKNOWN, "secret"),
    "an unknown key that must be there": condition("Null", UNKNOWN, "false"),
    "an unknown key, any of none": condition("ForAnyValue:StringEquals", UNKNOWN, "secret"),
    "an operator that strings have not": condition("NumericEquals", ACCOUNT_KEY, ACCOUNT),
}


def verdicts(
    documents: dict[str, Document], make_role: MakeRole, start_run: StartRun
) -> dict[str, str]:
    """For each trust policy: the status of a run with its role, or how it is refused."""
    told = {}
    for number, (name, document) in enumerate(documents.items()):
        role = make_role(document, RoleName=f"role-{number}")
        try:
            told[name] = str(start_run(roleArn=role)["status"])
        except ClientError as refused:
            told[name] = str(refused)
    return told


@pytest.mark.documented("W2.3")
@pytest.mark.usefixtures("checked")
def test_roles_that_the_service_may_assume(make_role: MakeRole, start_run: StartRun) -> None:
    assert verdicts(TRUSTED, make_role, start_run) == dict.fromkeys(TRUSTED, "PENDING")


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("checked")
def test_roles_that_the_service_may_not_assume(
    make_role: MakeRole, start_run: StartRun, omics: Client
) -> None:
    refusal = (
        f"An error occurred (ValidationException) when calling the StartRun operation: {INVALID}"
    )
    assert verdicts(NOT_TRUSTED, make_role, start_run) == dict.fromkeys(NOT_TRUSTED, refusal)
    assert omics.list_runs()["items"] == []


@pytest.mark.documented("W2.3")
@pytest.mark.usefixtures("checked")
def test_conditions_are_those_of_the_region_of_the_run(
    client: MakeClient, make_role: MakeRole
) -> None:
    role = make_role(condition("ArnLike", ARN_KEY, f"{RUNS}*"))
    there = client("omics", "eu-west-1")
    workflow = there.create_workflow(definitionUri="s3://w/w.zip")["id"]
    with raises_validation(INVALID):
        there.start_run(workflowId=workflow, roleArn=role, outputUri="s3://results")


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("checked")
@pytest.mark.parametrize("document", ["no JSON", "[]", "{}", '{"Statement": [5]}', "5"])
def test_a_document_that_is_no_policy_lets_nobody_in(
    client: MakeClient, start_run: StartRun, document: str
) -> None:
    """moto's CreateRole takes any text, and so do its other ways to a role."""
    role = client("iam").create_role(RoleName="odd", AssumeRolePolicyDocument=document)
    with raises_validation(INVALID):
        start_run(roleArn=role["Role"]["Arn"])


# -- what may be set -----------------------------------------------------------------------------


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"check": ["iam", "sqs"]}, "['iam', 'sqs']"),
        ({"check": "iam"}, "'iam'"),
        ({"check": [["iam"]]}, "[['iam']]"),
        ({"check": ["IAM"]}, "['IAM']"),
        ({"check": True}, "True"),
    ],
)
def test_an_unknown_check_is_refused_with_those_that_exist(
    server: str | None, settings: Settings, omics: Client, wrong: Any, message: str
) -> None:
    if server is not None:
        pytest.skip("a server answers what its settings raise with InternalServerException")
    settings(**wrong)
    with pytest.raises(ValueError, match="check") as told:
        omics.list_batch()
    assert str(told.value) == (
        f"config['omics']['check'] must be a list of ec2, iam, s3, not {message}"
    )


@pytest.mark.our_choice("W13")
def test_an_unknown_key_is_refused_with_those_that_exist(
    server: str | None, settings: Settings, omics: Client
) -> None:
    if server is not None:
        pytest.skip("a server answers what its settings raise with InternalServerException")
    settings(checks=["iam"])
    with pytest.raises(ValueError, match="checks") as told:
        omics.list_batch()
    assert str(told.value) == (
        "config['omics'] has no 'checks'; there are "
        "check, configurations, quotas, submissions_per_tick, workflows"
    )
