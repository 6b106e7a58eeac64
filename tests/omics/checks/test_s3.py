"""``config={"omics": {"check": ["s3"]}}``: buckets and input objects are there, in the region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, Client, MakeClient, StartBatch, Until, definition
from tests.omics.helpers import StartRun, raises_validation

OTHER = "111111111111"
WRONG_REGION = "S3 bucket not located in us-east-1 region"
Settings = Callable[..., None]


@pytest.fixture
def s3(client: MakeClient, settings: Settings) -> Client:
    """The check is on; there are bucket ``inputs`` with one object, and bucket ``results``."""
    settings(check=["s3"])
    made = client("s3")
    for bucket in ("inputs", "results"):
        made.create_bucket(Bucket=bucket)
    made.put_object(Bucket="inputs", Key="a/HG1.bam", Body=b"")
    return made


@pytest.fixture
def far(s3: Client) -> Client:
    """Beside, a bucket ``far`` in another region, with one object and settings for a batch."""
    s3.create_bucket(Bucket="far", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="far", Key="x", Body=b"")
    s3.put_object(Bucket="far", Key="runs.json", Body=b'[{"runSettingId": "s1"}]')
    return s3


@pytest.fixture
def theirs(s3: Client, client: MakeClient) -> Client:
    """Beside, a bucket ``theirs`` of another account, with one object."""
    other = client("s3")

    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = OTHER

    other.meta.events.register("before-call", add_header)
    other.create_bucket(Bucket="theirs")
    other.put_object(Bucket="theirs", Key="x", Body=b"")
    return other


def deep(levels: int, value: Any) -> Any:
    for _ in range(levels):
        value = {"in": [value]}
    return value


#: Parameters that name an object; ``None`` is where its URI goes.
PLACES: list[Any] = [
    {"bam": None},
    {"bams": ["text", None]},
    {"pair": {"first": {"bam": None}}},
    {"lists": [[["s3", None]]]},
    {"deep": deep(20, None)},
]


def put(value: Any, uri: str) -> Any:
    if isinstance(value, dict):
        return {name: put(item, uri) for name, item in value.items()}
    if isinstance(value, list):
        return [put(item, uri) for item in value]
    return uri if value is None else value


# -- the objects that parameters name ------------------------------------------------------------


@pytest.mark.our_choice("W2.3")
def test_nothing_is_checked_by_default(
    start_run: StartRun, start_batch: StartBatch, until: Until
) -> None:
    parameters = {"bam": "s3://nowhere/none.bam"}
    assert start_run(parameters=parameters)["status"] == "PENDING"
    batch = until(start_batch(parameters=parameters), "PROCESSED")
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 0


@pytest.mark.our_choice("W2.3")
@pytest.mark.parametrize("others", [["iam"], ["ec2"], ["iam", "ec2"]])
def test_the_other_checks_do_not_look_at_buckets(
    settings: Settings, client: MakeClient, start_run: StartRun, others: list[str]
) -> None:
    settings(check=others)
    trust = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}'
    client("iam").create_role(RoleName="omics", AssumeRolePolicyDocument=trust)
    assert start_run(parameters={"bam": "s3://nowhere/none.bam"})["status"] == "PENDING"


@pytest.mark.observed("W2.3")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.usefixtures("s3")
def test_objects_that_are_there_are_fine_wherever_they_are_named(
    start_run: StartRun, place: Any
) -> None:
    started = start_run(parameters=put(place, "s3://inputs/a/HG1.bam"))
    assert started["status"] == "PENDING"


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("uri", ["s3://inputs/none.bam", "s3://nowhere/a/HG1.bam"])
@pytest.mark.usefixtures("s3")
def test_an_object_that_is_not_there_is_told_at_once(
    start_run: StartRun, omics: Client, place: Any, uri: str
) -> None:
    with raises_validation(f"S3 object not found: {uri}"):
        start_run(parameters=put(place, uri))
    assert omics.list_runs()["items"] == []


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("s3")
def test_of_several_objects_the_first_is_told(start_run: StartRun) -> None:
    parameters = {"a": ["s3://inputs/a/HG1.bam", "s3://inputs/1"], "b": {"c": "s3://inputs/2"}}
    with raises_validation("S3 object not found: s3://inputs/1"):
        start_run(parameters=parameters)


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize(
    "value", ["inputs/none.bam", "https://inputs/none", " s3://inputs/none", "S3://inputs/none", 5]
)
def test_other_values_are_not_looked_at(start_run: StartRun, value: Any) -> None:
    parameters = {"x": value, "s3://inputs/none": True}
    assert start_run(parameters=parameters)["status"] == "PENDING"


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize("uri", ["s3://inputs", "s3://inputs/", "s3://inputs/nothing/beneath/"])
def test_a_prefix_needs_its_bucket_only(start_run: StartRun, uri: str) -> None:
    assert start_run(parameters={"folder": uri})["status"] == "PENDING"
    gone = uri.replace("inputs", "nowhere")
    with raises_validation(f"S3 object not found: {gone}"):
        start_run(parameters={"folder": gone})


@pytest.mark.observed("W2.3")
def test_a_deleted_object_is_not_there(s3: Client, start_run: StartRun) -> None:
    versioning = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket="inputs", VersioningConfiguration=versioning)
    s3.delete_object(Bucket="inputs", Key="a/HG1.bam")
    with raises_validation("S3 object not found: s3://inputs/a/HG1.bam"):
        start_run(parameters={"bam": "s3://inputs/a/HG1.bam"})


@pytest.mark.observed("W2.3")
def test_keys_are_taken_as_they_are(s3: Client, start_run: StartRun) -> None:
    s3.put_object(Bucket="inputs", Key="a b/ü+%20.bam", Body=b"")
    assert start_run(parameters={"x": "s3://inputs/a b/ü+%20.bam"})["status"] == "PENDING"
    with raises_validation("S3 object not found: s3://inputs/a%20b/ü+%20.bam"):
        start_run(parameters={"x": "s3://inputs/a%20b/ü+%20.bam"})


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("theirs")
@pytest.mark.parametrize("uri", ["s3://theirs/x", "s3://theirs/none", "s3://theirs/"])
def test_a_bucket_of_another_account_is_closed(start_run: StartRun, uri: str) -> None:
    with raises_validation(f"S3 access denied for {uri}"):
        start_run(parameters={"bam": uri})


# -- regions and networking ----------------------------------------------------------------------


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("networking", [{}, {"networkingMode": "RESTRICTED"}])
@pytest.mark.parametrize("uri", ["s3://far/x", "s3://far/none", "s3://far/"])
def test_an_input_bucket_of_another_region(
    start_run: StartRun, omics: Client, uri: str, networking: dict[str, str]
) -> None:
    with raises_validation(WRONG_REGION):
        start_run(parameters={"bam": uri}, **networking)
    assert omics.list_runs()["items"] == []


@pytest.mark.observed("W2.4")
@pytest.mark.usefixtures("far")
def test_a_run_in_a_vpc_reaches_other_regions(start_run: StartRun, configuration: str) -> None:
    vpc = {"networkingMode": "VPC", "configurationName": configuration}
    started = start_run(parameters={"bam": "s3://far/x"}, outputUri="s3://far/out", **vpc)
    assert started["status"] == "PENDING"
    with raises_validation("S3 object not found: s3://far/none"):
        start_run(parameters={"bam": "s3://far/none"}, **vpc)


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.usefixtures("far")
def test_the_region_is_that_of_the_run(client: MakeClient) -> None:
    there = client("omics", "eu-west-1")
    workflow = there.create_workflow(definitionZip=definition())["id"]
    least = {"workflowId": workflow, "roleArn": "arn:x"}
    started = there.start_run(**least, outputUri="s3://far/o", parameters={"x": "s3://far/x"})
    assert started["status"] == "PENDING"
    with raises_validation("S3 bucket not located in eu-west-1 region"):
        there.start_run(**least, outputUri="s3://results")


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("far", "theirs")
@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("s3://nowhere/out", "S3 object not found: s3://nowhere/out"),
        ("s3://nowhere", "S3 object not found: s3://nowhere"),
        ("s3://theirs/out", "S3 access denied for s3://theirs/out"),
        ("s3://far/out", WRONG_REGION),
    ],
)
def test_an_output_bucket_that_will_not_do(
    start_run: StartRun, omics: Client, uri: str, message: str
) -> None:
    with raises_validation(message):
        start_run(outputUri=uri)
    assert omics.list_runs()["items"] == []


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("far")
def test_inputs_are_looked_at_before_the_output(start_run: StartRun) -> None:
    with raises_validation("S3 object not found: s3://inputs/none"):
        start_run(parameters={"x": "s3://inputs/none"}, outputUri="s3://far/out")


@pytest.mark.observed("W2.3")
@pytest.mark.usefixtures("s3")
def test_a_re_run_is_checked_with_what_it_takes_over(
    s3: Client, start_run: StartRun, omics: Client
) -> None:
    old = start_run(parameters={"x": "s3://inputs/a/HG1.bam"})["id"]
    s3.delete_object(Bucket="inputs", Key="a/HG1.bam")
    with raises_validation("S3 object not found: s3://inputs/a/HG1.bam"):
        omics.start_run(runId=old, roleArn="arn:x", outputUri="s3://results")


# -- batches -------------------------------------------------------------------------------------


Failure = tuple[str, str]


def failures(omics: Client, batch_id: str) -> dict[str, Failure | None]:
    """runSettingId → (reason, message), None for what was submitted."""
    told: dict[str, Failure | None] = {}
    for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]:
        failed = run["submissionStatus"] == "FAILED"
        assert ("runId" in run) != failed
        told[run["runSettingId"]] = None
        if failed:
            reason, message = run["submissionFailureReason"], run["submissionFailureMessage"]
            told[run["runSettingId"]] = (reason, message)
    return told


def invalid_run(message: str) -> Failure:
    return "ValidationException", message


@pytest.mark.our_choice("B60", "B62", "W12")
@pytest.mark.usefixtures("far", "theirs")
@pytest.mark.parametrize("from_s3", [False, True])
def test_the_entries_of_a_batch_are_checked_one_by_one(
    omics: Client,
    start_batch: StartBatch,
    put_settings: Callable[..., str],
    until: Until,
    from_s3: bool,
) -> None:
    entries = [
        {"runSettingId": "fine", "parameters": {"bam": "s3://inputs/a/HG1.bam"}},
        {"runSettingId": "none", "parameters": {"bam": ["s3://inputs/none"]}},
        {"runSettingId": "far", "parameters": {"bam": "s3://far/x"}},
        {"runSettingId": "theirs", "parameters": {"bam": "s3://theirs/x"}},
        {"runSettingId": "output", "outputUri": "s3://nowhere/out"},
        {"runSettingId": "far output", "outputUri": "s3://far/out"},
        {"runSettingId": "bad output", "outputUri": "nowhere/out"},
        {"runSettingId": "plain"},
    ]
    batch_id = start_batch(entries, s3=put_settings(entries) if from_s3 else None)
    batch = until(batch_id, "PROCESSED")
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 6
    told = failures(omics, batch_id)
    assert str(told.pop("bad output")).startswith("('ValidationException', ")
    assert told == {
        "fine": None,
        "none": invalid_run("S3 object not found: s3://inputs/none"),
        "far": invalid_run(WRONG_REGION),
        "theirs": invalid_run("S3 access denied for s3://theirs/x"),
        "output": invalid_run("S3 object not found: s3://nowhere/out"),
        "far output": invalid_run(WRONG_REGION),
        "plain": None,
    }


@pytest.mark.our_choice("B31", "B62")
@pytest.mark.usefixtures("s3")
def test_what_is_checked_are_the_merged_parameters(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    good, gone = "s3://inputs/a/HG1.bam", "s3://inputs/none"
    batch_id = start_batch(
        [
            "takes over",
            {"runSettingId": "adds to it", "parameters": {"bam": good}},
            {"runSettingId": "overrides", "parameters": {"ref": good}},
            {"runSettingId": "adds", "parameters": {"ref": good, "bam": "s3://inputs/other"}},
            {"runSettingId": "replaces", "parameters": [good]},
        ],
        parameters={"ref": gone},
    )
    until(batch_id, "PROCESSED")
    assert failures(omics, batch_id) == {
        "takes over": invalid_run(f"S3 object not found: {gone}"),
        "adds to it": invalid_run(f"S3 object not found: {gone}"),
        "overrides": None,
        "adds": invalid_run("S3 object not found: s3://inputs/other"),
        "replaces": None,
    }


@pytest.mark.our_choice("B62")
def test_objects_are_looked_for_when_an_entry_is_submitted(
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
    assert failures(omics, batch_id) == {
        "0": None,
        "1": invalid_run("S3 object not found: s3://inputs/early"),
    }


@pytest.mark.observed("W2.4")
@pytest.mark.usefixtures("far")
def test_runs_of_a_batch_in_a_vpc_reach_other_regions(
    omics: Client, start_batch: StartBatch, until: Until, configuration: str
) -> None:
    vpc = {"networkingMode": "VPC", "configurationName": configuration}
    batch_id = start_batch(
        [{"runSettingId": "s1", "parameters": {"x": "s3://far/x"}}],
        outputUri="s3://far/out",
        s3=None,
        **vpc,
    )
    until(batch_id, "PROCESSED")
    assert failures(omics, batch_id) == {"s1": None}
    assert start_batch(s3="s3://far/runs.json", **vpc)


@pytest.mark.our_choice("B12", "W12")
@pytest.mark.usefixtures("far")
def test_the_bucket_of_the_settings_is_in_the_region_too(
    start_batch: StartBatch, omics: Client
) -> None:
    with raises_validation(WRONG_REGION):
        start_batch(s3="s3://far/runs.json")
    assert omics.list_batch()["items"] == []


@pytest.mark.our_choice("B12")
def test_settings_in_another_region_are_fine_when_nothing_is_checked(
    far: Client, settings: Settings, start_batch: StartBatch, until: Until
) -> None:
    settings()
    assert until(start_batch(s3="s3://far/runs.json"), "PROCESSED")["totalRuns"] == 1


@pytest.mark.our_choice("W2.3")
@pytest.mark.usefixtures("s3")
def test_the_account_of_a_bucket_may_be_named(start_batch: StartBatch, until: Until) -> None:
    batch = until(start_batch(outputBucketOwnerId=ACCOUNT), "PROCESSED")
    assert batch["submissionSummary"]["failedStartSubmissionCount"] == 0
