"""``config={"omics": {"check": ["iam"]}}``: the role exists and the service may assume it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from conftest import ACCOUNT, REGION, Client, MakeClient, StartBatch, Until
from tests.omics.helpers import PutSettings, Settings, StartRun, raises_validation

OTHER = "111111111111"
INVALID = "IAM role is invalid or inaccessible"
SERVICE = {"Service": "omics.amazonaws.com"}
RUNS = f"arn:aws:omics:{REGION}:{ACCOUNT}:run/"
Document = dict[str, Any]
MakeRole = Callable[..., str]


def trust(*statements: Document, **changes: Any) -> Document:
    """Return a trust policy with these statements, or with one for the service and ``changes``."""
    default = {"Effect": "Allow", "Principal": SERVICE, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": list(statements) or [{**default, **changes}]}


ALLOWED: Document = trust()["Statement"][0]


@pytest.fixture
def make_role(client: MakeClient) -> MakeRole:
    """``make_role(trust(…), account="…", Path="/lab/")`` creates a role and returns its ARN."""

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
def iam_check(settings: Settings) -> None:
    settings(check=["iam"])


# -- errors --


@pytest.mark.our_choice("W2.3")
def test_role_is_not_checked_by_default(
    make_role: MakeRole, start_run: StartRun, start_batch: StartBatch, until: Until
) -> None:
    make_role(trust(Principal={"Service": "ec2.amazonaws.com"}))
    assert start_run()["status"] == "PENDING"
    batch = until(start_batch(), "PROCESSED")
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 0


@pytest.mark.our_choice("W2.3")
@pytest.mark.parametrize("other_checks", [["s3"], ["ec2"], ["s3", "ec2"]])
def test_other_checks_do_not_check_roles(
    settings: Settings, client: MakeClient, start_run: StartRun, other_checks: list[str]
) -> None:
    settings(check=other_checks)
    client("s3").create_bucket(Bucket="results")
    assert start_run()["status"] == "PENDING"


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("iam_check")
def test_run_with_a_missing_role_is_rejected(
    start_run: StartRun, omics: Client, make_role: MakeRole
) -> None:
    make_role(trust(), RoleName="another")
    with raises_validation(INVALID):
        start_run()
    assert omics.list_runs()["items"] == []


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("iam_check")
def test_run_succeeds_after_the_role_is_created(start_run: StartRun, make_role: MakeRole) -> None:
    with raises_validation(INVALID):
        start_run(requestId="again")
    make_role(trust())
    assert start_run(requestId="again")["status"] == "PENDING"


@pytest.mark.our_choice("B62", "W12")
@pytest.mark.usefixtures("iam_check")
@pytest.mark.parametrize("s3", [False, True])
def test_missing_role_fails_each_entry_of_a_batch(
    omics: Client,
    start_batch: StartBatch,
    put_settings: PutSettings,
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
def test_role_is_checked_at_each_submission(
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
@pytest.mark.usefixtures("iam_check")
def test_rerun_is_checked_with_its_own_role(
    make_role: MakeRole, start_run: StartRun, omics: Client
) -> None:
    good = make_role(trust())
    bad = make_role(trust(Principal={"Service": "ec2.amazonaws.com"}), RoleName="bad")
    old = start_run(roleArn=good)["id"]
    with raises_validation(INVALID):
        omics.start_run(runId=old, roleArn=bad, outputUri="s3://results")
    again = omics.start_run(runId=old, roleArn=good, outputUri="s3://results")
    assert again["status"] == "PENDING"


# -- trust policies --


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("iam_check")
def test_role_of_another_account_is_rejected(make_role: MakeRole, start_run: StartRun) -> None:
    other_account_role = make_role(trust(), account=OTHER)
    with raises_validation(INVALID):
        start_run(roleArn=other_account_role)
    # There is no role with this name in our account.
    with raises_validation(INVALID):
        start_run(roleArn=other_account_role.replace(OTHER, ACCOUNT))


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("iam_check")
def test_role_arn_includes_the_path(make_role: MakeRole, start_run: StartRun) -> None:
    role = make_role(trust(), Path="/lab/")
    assert role == f"arn:aws:iam::{ACCOUNT}:role/lab/omics"
    assert start_run(roleArn=role)["status"] == "PENDING"
    with raises_validation(INVALID):
        start_run(roleArn=f"arn:aws:iam::{ACCOUNT}:role/omics")


def condition(operator: str, key: str, *values: str) -> Document:
    """Return a trust policy with a condition for the service."""
    return trust(Condition={operator: {key: values[0] if len(values) == 1 else list(values)}})


ACCOUNT_KEY, ARN_KEY, UNKNOWN = "aws:SourceAccount", "aws:SourceArn", "sts:ExternalId"
DENIED = {**ALLOWED, "Effect": "Deny"}

TRUSTED: dict[str, Document] = {
    "plain": trust(),
    "single statement": {**trust(), "Statement": ALLOWED},
    "lists": trust(
        Principal={"Service": ["ec2.amazonaws.com", "omics.amazonaws.com"]},
        Action=["sts:TagSession", "sts:AssumeRole"],
    ),
    "second statement": trust({**ALLOWED, "Principal": {"Service": "a.b"}}, ALLOWED),
    "any principal": trust(Principal="*"),
    "any AWS principal": trust(Principal={"AWS": "*"}),
    "account": condition("StringEquals", ACCOUNT_KEY, ACCOUNT),
    "one of two accounts": condition("StringEquals", ACCOUNT_KEY, OTHER, ACCOUNT),
    "key in another case": condition("StringEquals", "AWS:sourceaccount", ACCOUNT),
    "account like": condition("StringLike", ACCOUNT_KEY, "1234567890??"),
    "account ignoring case": condition("StringEqualsIgnoreCase", ACCOUNT_KEY, ACCOUNT),
    "not another account": condition("StringNotEquals", ACCOUNT_KEY, OTHER),
    "account if exists": condition("StringEqualsIfExists", ACCOUNT_KEY, ACCOUNT),
    "account for any value": condition("ForAnyValue:StringEquals", ACCOUNT_KEY, ACCOUNT),
    "account is not null": condition("Null", ACCOUNT_KEY, "false"),
    "arn like": condition("ArnLike", ARN_KEY, f"{RUNS}*"),
    "arn equals": condition("ArnEquals", ARN_KEY, f"{RUNS}*"),
    "arn as a string": condition("StringLike", ARN_KEY, f"{RUNS}*"),
    "any region and account": condition("ArnLike", ARN_KEY, "arn:aws:omics:*:*:run/*"),
    "any resource of the account": condition(
        "ArnLike", ARN_KEY, f"arn:aws:omics:{REGION}:{ACCOUNT}:*"
    ),
    "id of seven characters": condition("ArnLike", ARN_KEY, f"{RUNS}???????"),
    "short pattern as a string": condition("StringLike", ARN_KEY, "arn:aws:omics:*"),
    "one of two ARNs": condition("ArnLike", ARN_KEY, f"{RUNS}1", f"{RUNS}*"),
    "arn if exists": condition("ArnLikeIfExists", ARN_KEY, f"{RUNS}*"),
    "not a workflow": condition(
        "ArnNotLike", ARN_KEY, f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/*"
    ),
    "both as in the user guide": trust(
        Condition={
            "StringEquals": {ACCOUNT_KEY: ACCOUNT},
            "ArnLike": {ARN_KEY: f"arn:aws:omics:{REGION}:{ACCOUNT}:run/*"},
        }
    ),
    "unknown key if exists": condition("StringEqualsIfExists", UNKNOWN, "secret"),
    "unknown key not equal": condition("StringNotEquals", UNKNOWN, "secret"),
    "unknown key is null": condition("Null", UNKNOWN, "true"),
    "unknown key for all values": condition("ForAllValues:StringEquals", UNKNOWN, "secret"),
    "another service is denied": trust(
        ALLOWED, {**DENIED, "Principal": {"Service": "ec2.amazonaws.com"}}
    ),
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
    "service with the same prefix": trust(Principal={"Service": "omics.amazonaws.com.cn"}),
    "an account": trust(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
    "unsupported principal": trust(Principal={"Federated": "omics.amazonaws.com"}),
    "another action": trust(Action="sts:TagSession"),
    "another action as a list": trust(Action=["sts:TagSession"]),
    "deny only": trust(DENIED),
    "deny after allow": trust(ALLOWED, DENIED),
    "deny before allow": trust(DENIED, ALLOWED),
    "all principals denied": trust(ALLOWED, {**DENIED, "Principal": "*"}),
    "denied with a condition": trust(
        ALLOWED, {**DENIED, "Condition": {"StringEquals": {ACCOUNT_KEY: ACCOUNT}}}
    ),
    "another account": condition("StringEquals", ACCOUNT_KEY, OTHER),
    "pattern with StringEquals": condition("StringEquals", ACCOUNT_KEY, "*"),
    "account not like": condition("StringLike", ACCOUNT_KEY, "9*"),
    "not this account": condition("StringNotEquals", ACCOUNT_KEY, OTHER, ACCOUNT),
    "not like this account": condition("StringNotLike", ACCOUNT_KEY, "12*"),
    "another account if exists": condition("StringEqualsIfExists", ACCOUNT_KEY, OTHER),
    "account is null": condition("Null", ACCOUNT_KEY, "true"),
    "another region": condition("ArnLike", ARN_KEY, RUNS.replace(REGION, "eu-west-1") + "*"),
    "runs of another account": condition("ArnLike", ARN_KEY, RUNS.replace(ACCOUNT, OTHER) + "*"),
    "workflows": condition("ArnLike", ARN_KEY, f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/*"),
    "batches": condition("ArnEquals", ARN_KEY, f"arn:aws:omics:{REGION}:{ACCOUNT}:runBatch/*"),
    "one run": condition("ArnLike", ARN_KEY, f"{RUNS}1234567"),
    "literal asterisk": condition("StringEquals", ARN_KEY, f"{RUNS}*"),
    "ARN with five parts": condition("ArnLike", ARN_KEY, "arn:aws:omics:*:*"),
    "runs of another region if exists": condition(
        "ArnLikeIfExists", ARN_KEY, RUNS.replace(REGION, "eu-west-1") + "*"
    ),
    "not a run": condition("ArnNotEquals", ARN_KEY, f"{RUNS}*"),
    "one of two conditions": trust(
        Condition={"StringEquals": {ACCOUNT_KEY: OTHER}, "ArnLike": {ARN_KEY: f"{RUNS}*"}}
    ),
    "one of two keys": trust(
        Condition={"StringLike": {ACCOUNT_KEY: ACCOUNT, ARN_KEY: "arn:aws:s3:*"}}
    ),
    "unknown key": condition("StringEquals", UNKNOWN, "secret"),
    "unknown key is not null": condition("Null", UNKNOWN, "false"),
    "unknown key for any value": condition("ForAnyValue:StringEquals", UNKNOWN, "secret"),
    "numeric operator": condition("NumericEquals", ACCOUNT_KEY, ACCOUNT),
}


def run_results(
    documents: dict[str, Document], make_role: MakeRole, start_run: StartRun
) -> dict[str, str]:
    """Return the status of a run, or the text of the error, for a role with each trust policy."""
    results = {}
    for number, (name, document) in enumerate(documents.items()):
        role = make_role(document, RoleName=f"role-{number}")
        try:
            results[name] = str(start_run(roleArn=role)["status"])
        except ClientError as error:
            results[name] = str(error)
    return results


@pytest.mark.documented("W2.3")
@pytest.mark.usefixtures("iam_check")
def test_service_may_assume_trusted_roles(make_role: MakeRole, start_run: StartRun) -> None:
    assert run_results(TRUSTED, make_role, start_run) == dict.fromkeys(TRUSTED, "PENDING")


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("iam_check")
def test_service_may_not_assume_untrusted_roles(
    make_role: MakeRole, start_run: StartRun, omics: Client
) -> None:
    expected = (
        f"An error occurred (ValidationException) when calling the StartRun operation: {INVALID}"
    )
    assert run_results(NOT_TRUSTED, make_role, start_run) == dict.fromkeys(NOT_TRUSTED, expected)
    assert omics.list_runs()["items"] == []


@pytest.mark.documented("W2.3")
@pytest.mark.usefixtures("iam_check")
def test_trust_conditions_are_evaluated_for_the_region_of_the_run(
    client: MakeClient, make_role: MakeRole
) -> None:
    role = make_role(condition("ArnLike", ARN_KEY, f"{RUNS}*"))
    other_region = client("omics", "eu-west-1")
    workflow = other_region.create_workflow(definitionUri="s3://w/w.zip")["id"]
    with raises_validation(INVALID):
        other_region.start_run(workflowId=workflow, roleArn=role, outputUri="s3://results")


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("iam_check")
@pytest.mark.parametrize("document", ["no JSON", "[]", "{}", '{"Statement": [5]}', "5"])
def test_invalid_trust_policy_is_rejected(
    client: MakeClient, start_run: StartRun, document: str
) -> None:
    """moto's CreateRole accepts any text."""
    role = client("iam").create_role(RoleName="odd", AssumeRolePolicyDocument=document)
    with raises_validation(INVALID):
        start_run(roleArn=role["Role"]["Arn"])


# -- settings --


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize(
    ("invalid_settings", "message"),
    [
        ({"check": ["iam", "sqs"]}, "['iam', 'sqs']"),
        ({"check": "iam"}, "'iam'"),
        ({"check": [["iam"]]}, "[['iam']]"),
        ({"check": ["IAM"]}, "['IAM']"),
        ({"check": True}, "True"),
    ],
)
def test_unknown_check_is_rejected_with_the_known_names(
    server: str | None, settings: Settings, omics: Client, invalid_settings: Any, message: str
) -> None:
    if server is not None:
        pytest.skip("a server returns InternalServerException for invalid settings")
    settings(**invalid_settings)
    with pytest.raises(ValueError, match="check") as caught:
        omics.list_batch()
    assert str(caught.value) == (
        f"config['omics']['check'] must be a list of ec2, iam, omics, s3, not {message}"
    )


@pytest.mark.our_choice("W13")
def test_unknown_setting_is_rejected_with_the_known_names(
    server: str | None, settings: Settings, omics: Client
) -> None:
    if server is not None:
        pytest.skip("a server returns InternalServerException for invalid settings")
    settings(checks=["iam"])
    with pytest.raises(ValueError, match="checks") as caught:
        omics.list_batch()
    assert str(caught.value) == (
        "config['omics'] has no 'checks'; there are "
        "check, configurations, infer_templates, logs, outputs, quotas, reference_store, "
        "sequence_stores, submissions_per_tick, tasks, workflows"
    )
