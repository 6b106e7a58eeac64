"""Run parameters in an object of S3: parametersUri, and runs whose parameters are invalid."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from conftest import ROLE, Client, MakeClient
from tests.omics.helpers import (
    Settings,
    UntilRun,
    raises_validation,
    raises_violations,
    requires_member,
    status_history,
)

from .conftest import TEMPLATE, URI, Download, PutParameters, StartWithUri

pytestmark = requires_member("StartRunRequest", "parametersUri")

# -- StartRun --


@pytest.mark.our_choice("L100")
def test_parameters_can_be_given_in_one_way_only(
    omics: Client, start_with_uri: StartWithUri, put_parameters: PutParameters
) -> None:
    put_parameters({"sample": "HG1"})
    text = "Only one of 'parameters' and 'parametersUri' can be specified"
    with raises_validation(text):
        start_with_uri(parameters={"sample": "HG1"})
    first = start_with_uri()
    with raises_validation(text):
        omics.start_run(
            runId=first, roleArn=ROLE, outputUri="s3://o", parameters={}, parametersUri=URI
        )
    assert len(omics.list_runs()["items"]) == 1


@pytest.mark.documented("L100")
def test_uri_must_name_an_object(start_with_uri: StartWithUri) -> None:
    pattern = "s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+"
    with raises_violations(
        "Value 's3://inputs/' at 'parametersUri' must satisfy regular expression pattern: "
        + pattern
    ):
        start_with_uri(parametersUri="s3://inputs/")


@pytest.mark.documented("L100", "L102")
def test_object_is_read_when_the_run_leaves_starting(
    omics: Client,
    start_with_uri: StartWithUri,
    until_run: UntilRun,
    put_parameters: PutParameters,
    download: Download,
) -> None:
    run_id = start_with_uri()
    assert until_run(run_id, "STARTING")["parametersUri"] == URI
    # It exists only now.
    put_parameters({"sample": "HG1"})
    run = until_run(run_id, "RUNNING")
    put_parameters({"other": "later"})
    assert "parameters" not in run
    assert "X-Amz-Signature=" in run["parametersUri"]
    for described in (run, until_run(run_id, "COMPLETED")):
        assert json.loads(download(described["parametersUri"])) == {"sample": "HG1"}


@pytest.mark.our_choice("L102")
def test_copy_is_in_no_bucket_of_the_user(
    client: MakeClient,
    start_with_uri: StartWithUri,
    until_run: UntilRun,
    put_parameters: PutParameters,
) -> None:
    put_parameters({"sample": "HG1"})
    until_run(start_with_uri(), "RUNNING")
    buckets = client("s3").list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == ["inputs"]


@pytest.mark.our_choice("L102", "L35")
def test_inputs_in_the_object_have_digests(
    omics: Client, start_with_uri: StartWithUri, until_run: UntilRun, put_parameters: PutParameters
) -> None:
    put_parameters({"sample": URI})
    run_id = start_with_uri()
    assert "resourceDigests" not in until_run(run_id, "STARTING")
    (digest,) = until_run(run_id, "RUNNING")["resourceDigests"].items()
    assert digest[0] == URI
    assert digest[1].startswith("etag:")


# -- invalid parameters --

NO_OBJECT = f"Invalid workflow parameters: {URI} does not hold a JSON object"
DEEP = b'{"sample": ' + b"[" * 300 + b"]" * 300 + b"}"

INVALID: list[tuple[Any, str]] = [
    (None, f"S3 object not found: {URI}"),
    ({"bed": "x"}, "Missing required workflow parameters: sample"),
    ({"sample": "HG1", "smaple": 1}, "Unexpected workflow parameters: smaple"),
    ({"sample": "x" * 262_144}, "Run parameters take 262157 bytes; the maximum is 262144"),
    (b"[1]", NO_OBJECT),
    (b"{'sample': 1}", NO_OBJECT),
    (DEEP, "'parameters' is nested more than 200 levels deep"),
]


@pytest.mark.our_choice("L101")
@pytest.mark.parametrize(("content", "message"), INVALID, ids=lambda value: str(value)[:30])
def test_run_with_invalid_parameters_fails_before_it_is_running(
    omics: Client,
    start_with_uri: StartWithUri,
    until_run: UntilRun,
    put_parameters: PutParameters,
    content: Any,
    message: str,
) -> None:
    if content is not None:
        put_parameters(content)
    run_id = start_with_uri()
    run = until_run(run_id, "FAILED")
    assert status_history(run_id) == ["PENDING", "STARTING", "STOPPING", "FAILED"]
    assert (run["failureReason"], run["statusMessage"]) == ("INVALID_RUN_PARAMETERS", message)
    assert run["parametersUri"] == URI
    assert "startTime" not in run
    (task,) = omics.list_run_tasks(id=run_id)["items"]
    assert task["status"] == "CANCELLED"


@pytest.mark.our_choice("L101")
def test_bucket_of_another_account_cannot_be_read(
    client: MakeClient, start_with_uri: StartWithUri, until_run: UntilRun
) -> None:
    other = client("s3")

    def add_header(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["x-moto-account-id"] = "111111111111"

    other.meta.events.register("before-call", add_header)
    other.create_bucket(Bucket="inputs")
    other.put_object(Bucket="inputs", Key="run.json", Body=b'{"sample": 1}')
    run = until_run(start_with_uri(), "FAILED")
    assert run["statusMessage"] == f"S3 access denied for {URI}"


@pytest.mark.our_choice("L101", "L121")
@pytest.mark.parametrize(
    ("engine", "value", "found"),
    [
        ("NEXTFLOW", "s3://inputs/*.json", True),
        ("NEXTFLOW", "s3://inputs/*.bam", False),
        ("WDL", "s3://inputs/*.json", False),
        ("WDL", "s3://inputs/run.json", True),
    ],
)
def test_inputs_in_the_object_are_checked(
    omics: Client,
    client: MakeClient,
    start_with_uri: StartWithUri,
    until_run: UntilRun,
    settings: Settings,
    put_parameters: PutParameters,
    engine: str,
    value: str,
    found: bool,
) -> None:
    settings(check=["s3"])
    client("s3").create_bucket(Bucket="results")
    put_parameters({"reads": [value]})
    workflow = omics.create_workflow(engine=engine, definitionUri="s3://defs/w.zip")["id"]
    run_id = start_with_uri(workflowId=workflow, outputUri="s3://results/out")
    run = until_run(run_id, "COMPLETED" if found else "FAILED")
    message = None if found else f"S3 object not found: {value}"
    assert run.get("statusMessage") == message


@pytest.mark.our_choice("L100")
def test_deleted_workflow_still_gives_the_template(
    omics: Client,
    start_with_uri: StartWithUri,
    until_run: UntilRun,
    template_workflow_id: str,
    put_parameters: PutParameters,
) -> None:
    put_parameters({})
    run_id = start_with_uri()
    omics.delete_workflow(id=template_workflow_id)
    message = until_run(run_id, "FAILED")["statusMessage"]
    assert message == "Missing required workflow parameters: sample"


@pytest.mark.our_choice("L100", "L85")
def test_parameters_may_have_the_name_of_the_workflow_in_front(
    omics: Client, start_with_uri: StartWithUri, until_run: UntilRun, put_parameters: PutParameters
) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("main.wdl", "version 1.0\nworkflow W {\n  input { String sample }\n}\n")
    workflow = omics.create_workflow(definitionZip=archive.getvalue(), parameterTemplate=TEMPLATE)[
        "id"
    ]
    put_parameters({"W.sample": "HG1"})
    assert until_run(start_with_uri(workflowId=workflow), "COMPLETED")["status"] == "COMPLETED"
