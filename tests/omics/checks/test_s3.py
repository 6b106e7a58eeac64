"""``config={"omics": {"check": ["s3"]}}``: input objects and output buckets exist in the region."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ACCOUNT, Client, MakeClient, StartBatch, Until, definition
from tests.omics.helpers import PutSettings, Settings, StartRun, raises_validation

OTHER = "111111111111"
WRONG_REGION = "S3 bucket not located in us-east-1 region"


@pytest.fixture
def s3(client: MakeClient, settings: Settings) -> Client:
    """The check is enabled; bucket ``inputs`` has one object, bucket ``results`` is empty."""
    settings(check=["s3"])
    s3 = client("s3")
    for bucket in ("inputs", "results"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="inputs", Key="a/HG1.bam", Body=b"")
    return s3


@pytest.fixture
def other_region_bucket(s3: Client) -> Client:
    """Also a bucket ``other-region`` in another region, with an object and run settings."""
    s3.create_bucket(
        Bucket="other-region", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    s3.put_object(Bucket="other-region", Key="x", Body=b"")
    s3.put_object(Bucket="other-region", Key="runs.json", Body=b'[{"runSettingId": "s1"}]')
    return s3


@pytest.fixture
def other_account_bucket(s3: Client, client: MakeClient) -> Client:
    """Also a bucket ``other-account`` of another account, with one object."""
    other = client("s3")

    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = OTHER

    other.meta.events.register("before-call", add_header)
    other.create_bucket(Bucket="other-account")
    other.put_object(Bucket="other-account", Key="x", Body=b"")
    return other


def nested(levels: int, value: Any) -> Any:
    for _ in range(levels):
        value = {"in": [value]}
    return value


#: Parameters with an object; ``None`` is the placeholder of its URI.
TEMPLATES: list[Any] = [
    {"bam": None},
    {"bams": ["text", None]},
    {"pair": {"first": {"bam": None}}},
    {"lists": [[["s3", None]]]},
    {"deep": nested(20, None)},
]


def fill_placeholder(value: Any, uri: str) -> Any:
    if isinstance(value, dict):
        return {name: fill_placeholder(item, uri) for name, item in value.items()}
    if isinstance(value, list):
        return [fill_placeholder(item, uri) for item in value]
    return uri if value is None else value


# -- parameters --


@pytest.mark.our_choice("W2.3")
def test_objects_are_not_checked_by_default(
    start_run: StartRun, start_batch: StartBatch, until: Until
) -> None:
    parameters = {"bam": "s3://nowhere/none.bam"}
    assert start_run(parameters=parameters)["status"] == "PENDING"
    batch = until(start_batch(parameters=parameters), "PROCESSED")
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 0


@pytest.mark.our_choice("W2.3")
@pytest.mark.parametrize("other_checks", [["iam"], ["ec2"], ["iam", "ec2"]])
def test_other_checks_do_not_check_buckets(
    settings: Settings, client: MakeClient, start_run: StartRun, other_checks: list[str]
) -> None:
    settings(check=other_checks)
    trust = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}'
    client("iam").create_role(RoleName="omics", AssumeRolePolicyDocument=trust)
    assert start_run(parameters={"bam": "s3://nowhere/none.bam"})["status"] == "PENDING"


@pytest.mark.observed("W2.3")
@pytest.mark.parametrize("parameters", TEMPLATES)
@pytest.mark.usefixtures("s3")
def test_existing_objects_are_accepted_at_any_depth(start_run: StartRun, parameters: Any) -> None:
    started = start_run(parameters=fill_placeholder(parameters, "s3://inputs/a/HG1.bam"))
    assert started["status"] == "PENDING"


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.parametrize("parameters", TEMPLATES)
@pytest.mark.parametrize("uri", ["s3://inputs/none.bam", "s3://nowhere/a/HG1.bam"])
@pytest.mark.usefixtures("s3")
def test_missing_object_is_rejected(
    start_run: StartRun, omics: Client, parameters: Any, uri: str
) -> None:
    with raises_validation(f"S3 object not found: {uri}"):
        start_run(parameters=fill_placeholder(parameters, uri))
    assert omics.list_runs()["items"] == []


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("s3")
def test_first_missing_object_is_reported(start_run: StartRun) -> None:
    parameters = {"a": ["s3://inputs/a/HG1.bam", "s3://inputs/1"], "b": {"c": "s3://inputs/2"}}
    with raises_validation("S3 object not found: s3://inputs/1"):
        start_run(parameters=parameters)


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    "value", ["inputs/none.bam", "https://inputs/none", " s3://inputs/none", "S3://inputs/none", 5]
)
def test_other_values_are_not_checked(start_run: StartRun, value: Any) -> None:
    parameters = {"x": value, "s3://inputs/none": True}
    assert start_run(parameters=parameters)["status"] == "PENDING"


@pytest.mark.observed("W2.3")
def test_deleted_object_is_rejected(s3: Client, start_run: StartRun) -> None:
    versioning = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket="inputs", VersioningConfiguration=versioning)
    s3.delete_object(Bucket="inputs", Key="a/HG1.bam")
    with raises_validation("S3 object not found: s3://inputs/a/HG1.bam"):
        start_run(parameters={"bam": "s3://inputs/a/HG1.bam"})


@pytest.mark.observed("W2.3")
def test_keys_are_not_decoded(s3: Client, start_run: StartRun) -> None:
    s3.put_object(Bucket="inputs", Key="a b/ü+%20.bam", Body=b"")
    assert start_run(parameters={"x": "s3://inputs/a b/ü+%20.bam"})["status"] == "PENDING"
    with raises_validation("S3 object not found: s3://inputs/a%20b/ü+%20.bam"):
        start_run(parameters={"x": "s3://inputs/a%20b/ü+%20.bam"})


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("other_account_bucket")
@pytest.mark.parametrize(
    "uri", ["s3://other-account/x", "s3://other-account/none", "s3://other-account/"]
)
def test_bucket_of_another_account_is_rejected(start_run: StartRun, uri: str) -> None:
    with raises_validation(f"S3 access denied for {uri}"):
        start_run(parameters={"bam": uri})


# -- regions and networking --


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("other_region_bucket")
@pytest.mark.parametrize("networking", [{}, {"networkingMode": "RESTRICTED"}])
@pytest.mark.parametrize(
    "uri", ["s3://other-region/x", "s3://other-region/none", "s3://other-region/"]
)
def test_input_bucket_of_another_region_is_rejected(
    start_run: StartRun, omics: Client, uri: str, networking: dict[str, str]
) -> None:
    with raises_validation(WRONG_REGION):
        start_run(parameters={"bam": uri}, **networking)
    assert omics.list_runs()["items"] == []


@pytest.mark.observed("W2.4")
@pytest.mark.usefixtures("other_region_bucket")
def test_vpc_run_may_use_buckets_of_other_regions(start_run: StartRun, configuration: str) -> None:
    vpc = {"networkingMode": "VPC", "configurationName": configuration}
    started = start_run(
        parameters={"bam": "s3://other-region/x"}, outputUri="s3://other-region/out", **vpc
    )
    assert started["status"] == "PENDING"
    with raises_validation("S3 object not found: s3://other-region/none"):
        start_run(parameters={"bam": "s3://other-region/none"}, **vpc)


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("other_region_bucket")
def test_bucket_must_be_in_the_region_of_the_run(client: MakeClient) -> None:
    other_region = client("omics", "eu-west-1")
    workflow = other_region.create_workflow(definitionZip=definition())["id"]
    required = {"workflowId": workflow, "roleArn": "arn:x"}
    started = other_region.start_run(
        **required, outputUri="s3://other-region/o", parameters={"x": "s3://other-region/x"}
    )
    assert started["status"] == "PENDING"
    with raises_validation("S3 bucket not located in eu-west-1 region"):
        other_region.start_run(**required, outputUri="s3://results")


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("other_region_bucket", "other_account_bucket")
@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("s3://nowhere/out", "S3 object not found: s3://nowhere/out"),
        ("s3://nowhere", "S3 object not found: s3://nowhere"),
        ("s3://other-account/out", "S3 access denied for s3://other-account/out"),
        ("s3://other-region/out", WRONG_REGION),
    ],
)
def test_output_bucket_is_checked(
    start_run: StartRun, omics: Client, uri: str, message: str
) -> None:
    with raises_validation(message):
        start_run(outputUri=uri)
    assert omics.list_runs()["items"] == []


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("other_region_bucket")
def test_inputs_are_checked_before_the_output(start_run: StartRun) -> None:
    with raises_validation("S3 object not found: s3://inputs/none"):
        start_run(parameters={"x": "s3://inputs/none"}, outputUri="s3://other-region/out")


@pytest.mark.observed("W2.3")
@pytest.mark.usefixtures("s3")
def test_rerun_is_checked_with_inherited_parameters(
    s3: Client, start_run: StartRun, omics: Client
) -> None:
    old = start_run(parameters={"x": "s3://inputs/a/HG1.bam"})["id"]
    s3.delete_object(Bucket="inputs", Key="a/HG1.bam")
    with raises_validation("S3 object not found: s3://inputs/a/HG1.bam"):
        omics.start_run(runId=old, roleArn="arn:x", outputUri="s3://results")


# -- batches --


Failure = tuple[str, str]


def submission_failures(omics: Client, batch_id: str) -> dict[str, Failure | None]:
    """Return (reason, message) for each runSettingId, or None if it was submitted."""
    results: dict[str, Failure | None] = {}
    for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]:
        failed = run["submissionStatus"] == "FAILED"
        assert ("runId" in run) != failed
        results[run["runSettingId"]] = None
        if failed:
            reason, message = run["submissionFailureReason"], run["submissionFailureMessage"]
            results[run["runSettingId"]] = (reason, message)
    return results


def validation_failure(message: str) -> Failure:
    return "ValidationException", message


@pytest.mark.our_choice("B60", "B62", "W12")
@pytest.mark.usefixtures("other_region_bucket", "other_account_bucket")
@pytest.mark.parametrize("from_s3", [False, True])
def test_batch_entries_are_checked_individually(
    omics: Client,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
    from_s3: bool,
) -> None:
    entries = [
        {"runSettingId": "fine", "parameters": {"bam": "s3://inputs/a/HG1.bam"}},
        {"runSettingId": "missing", "parameters": {"bam": ["s3://inputs/none"]}},
        {"runSettingId": "other region", "parameters": {"bam": "s3://other-region/x"}},
        {"runSettingId": "other account", "parameters": {"bam": "s3://other-account/x"}},
        {"runSettingId": "output", "outputUri": "s3://nowhere/out"},
        {"runSettingId": "output of another region", "outputUri": "s3://other-region/out"},
        {"runSettingId": "bad output", "outputUri": "nowhere/out"},
        {"runSettingId": "plain"},
    ]
    batch_id = start_batch(entries, s3=put_settings(entries) if from_s3 else None)
    batch = until(batch_id, "PROCESSED")
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 6
    results = submission_failures(omics, batch_id)
    assert str(results.pop("bad output")).startswith("('ValidationException', ")
    assert results == {
        "fine": None,
        "missing": validation_failure("S3 object not found: s3://inputs/none"),
        "other region": validation_failure(WRONG_REGION),
        "other account": validation_failure("S3 access denied for s3://other-account/x"),
        "output": validation_failure("S3 object not found: s3://nowhere/out"),
        "output of another region": validation_failure(WRONG_REGION),
        "plain": None,
    }


@pytest.mark.our_choice("B31", "B62")
@pytest.mark.usefixtures("s3")
def test_merged_parameters_are_checked(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    good, missing = "s3://inputs/a/HG1.bam", "s3://inputs/none"
    batch_id = start_batch(
        [
            "default",
            {"runSettingId": "adds other parameter", "parameters": {"bam": good}},
            {"runSettingId": "overrides", "parameters": {"ref": good}},
            {"runSettingId": "adds", "parameters": {"ref": good, "bam": "s3://inputs/other"}},
            {"runSettingId": "replaces", "parameters": [good]},
        ],
        parameters={"ref": missing},
    )
    until(batch_id, "PROCESSED")
    assert submission_failures(omics, batch_id) == {
        "default": validation_failure(f"S3 object not found: {missing}"),
        "adds other parameter": validation_failure(f"S3 object not found: {missing}"),
        "overrides": None,
        "adds": validation_failure("S3 object not found: s3://inputs/other"),
        "replaces": None,
    }


@pytest.mark.our_choice("B62")
def test_objects_are_checked_at_submission(
    s3: Client, omics: Client, start_batch: StartBatch, until: Until
) -> None:
    parameters = [{"bam": f"s3://inputs/{name}"} for name in ("late", "early")]
    s3.put_object(Bucket="inputs", Key="early", Body=b"")
    batch_id = start_batch(
        [{"runSettingId": str(n), "parameters": p} for n, p in enumerate(parameters)]
    )
    until(batch_id, "SUBMITTING")
    s3.put_object(Bucket="inputs", Key="late", Body=b"")
    s3.delete_object(Bucket="inputs", Key="early")
    until(batch_id, "PROCESSED")
    assert submission_failures(omics, batch_id) == {
        "0": None,
        "1": validation_failure("S3 object not found: s3://inputs/early"),
    }


@pytest.mark.observed("W2.4")
@pytest.mark.usefixtures("other_region_bucket")
def test_vpc_batch_runs_may_use_buckets_of_other_regions(
    omics: Client, start_batch: StartBatch, until: Until, configuration: str
) -> None:
    vpc = {"networkingMode": "VPC", "configurationName": configuration}
    batch_id = start_batch(
        [{"runSettingId": "s1", "parameters": {"x": "s3://other-region/x"}}],
        outputUri="s3://other-region/out",
        s3=None,
        **vpc,
    )
    until(batch_id, "PROCESSED")
    assert submission_failures(omics, batch_id) == {"s1": None}
    assert start_batch(s3="s3://other-region/runs.json", **vpc)


@pytest.mark.our_choice("B12", "W12")
@pytest.mark.usefixtures("other_region_bucket")
def test_settings_bucket_must_be_in_the_region(start_batch: StartBatch, omics: Client) -> None:
    with raises_validation(WRONG_REGION):
        start_batch(s3="s3://other-region/runs.json")
    assert omics.list_batch()["items"] == []


@pytest.mark.our_choice("B12")
def test_settings_bucket_region_is_not_checked_by_default(
    other_region_bucket: Client, settings: Settings, start_batch: StartBatch, until: Until
) -> None:
    settings()
    assert until(start_batch(s3="s3://other-region/runs.json"), "PROCESSED")["totalRuns"] == 1


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("s3")
def test_output_bucket_owner_id_is_accepted(start_batch: StartBatch, until: Until) -> None:
    batch = until(start_batch(outputBucketOwnerId=ACCOUNT), "PROCESSED")
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 0
