"""The files that runs leave in S3 (L50 to L56, L58)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, MakeClient
from moto_omics_batch import faults, results
from moto_omics_batch.types import FileBody, RunStatus
from tests.omics.event_queue import create_queue, event_pattern, receive_messages
from tests.omics.helpers import StartRun, UntilRun, requires_member

from .conftest import DEFINITIONS, Bucket, CompleteRun

VCF = {"out/vcf/{name}.vcf": "sample {name} of run {runId}\n"}


@pytest.mark.documented("L50", "L51")
def test_files_are_below_a_folder_named_after_the_run(
    bucket: Bucket, complete_run: CompleteRun
) -> None:
    results.outputs(files=VCF)
    run_id = complete_run(name="HG002", outputUri="s3://results/solo/")
    body = bucket.body(f"solo/{run_id}/out/vcf/HG002.vcf")
    assert body == f"sample HG002 of run {run_id}\n".encode()
    assert bucket.list_keys() == [
        f"solo/{run_id}/{key}"
        for key in ("logs/engine.log", "logs/outputs.json", "out/vcf/HG002.vcf")
    ]


@pytest.mark.our_choice("L56")
def test_nothing_is_written_that_was_not_declared(
    bucket: Bucket, complete_run: CompleteRun
) -> None:
    complete_run()
    results.outputs(name="HG002", files={"a": b""})
    complete_run(name="HG001")
    assert bucket.list_keys() == []


@pytest.mark.our_choice("L57")
def test_a_body_is_text_bytes_or_base64(bucket: Bucket, complete_run: CompleteRun) -> None:
    files: dict[str, FileBody] = {
        "text": "ü {{1}}",
        "bytes": b"\xff{x}",
        "base64": {"base64": "/3t4fQ=="},
        "empty": b"",
    }
    results.outputs(files=files)
    folder = f"solo/{complete_run()}"
    bodies = [bucket.body(f"{folder}/{key}") for key in files]
    assert bodies == ["ü {1}".encode(), b"\xff{x}", b"\xff{x}", b""]


# -- logs/outputs.json --


@pytest.mark.observed("L52")
@pytest.mark.parametrize("engine", ["WDL", "WDL_LENIENT"])
def test_the_summary_of_wdl_has_uris_lists_and_values(
    bucket: Bucket, complete_run: CompleteRun, engine: str
) -> None:
    files = {f"out/bams/{number}/{number}.bam": b"BAM" for number in range(11)}
    results.outputs(files={**VCF, **files}, values={"mean_depth": 31.4, "germline.sex": "{name}"})
    folder = f"solo/{complete_run(engine, name='HG002')}"
    assert bucket.summary(folder) == {
        "germline.vcf": f"s3://results/{folder}/out/vcf/HG002.vcf",
        "germline.bams": [f"s3://results/{folder}/{key}" for key in files],
        "germline.mean_depth": 31.4,
        "germline.sex": "HG002",
    }


@pytest.mark.documented("L52")
def test_the_summary_of_cwl_has_file_objects(bucket: Bucket, complete_run: CompleteRun) -> None:
    results.outputs(files={"out/vcf/a.vcf": b"12345"}, values={"depth": 3})
    folder = f"solo/{complete_run('CWL')}"
    assert bucket.summary(folder) == {
        "vcf": {
            "class": "File",
            "location": f"s3://results/{folder}/out/vcf/a.vcf",
            "basename": "a.vcf",
            "size": 5,
        },
        "depth": 3,
    }


@pytest.mark.documented("L51", "L52")
def test_nextflow_has_only_the_declared_files(bucket: Bucket, complete_run: CompleteRun) -> None:
    results.outputs(files={"pubdir/a.html": b"", "out/vcf/b": b""}, values={"depth": 3})
    run_id = complete_run("NEXTFLOW")
    assert bucket.list_keys(f"solo/{run_id}/") == ["out/vcf/b", "pubdir/a.html"]


@pytest.mark.our_choice("L52")
def test_a_run_of_an_unknown_engine_is_treated_as_one_of_wdl(
    settings: Callable[..., None], bucket: Bucket, complete_run: CompleteRun
) -> None:
    settings(workflows=["1234567"])
    results.outputs(files={"out/vcf/a": b""})
    folder = f"solo/{complete_run(workflowId='1234567')}"
    assert list(bucket.summary(folder).values()) == [f"s3://results/{folder}/out/vcf/a"]


@pytest.mark.our_choice("L58")
def test_the_name_in_the_definition_is_preferred_to_that_of_the_resource(
    omics: Client, bucket: Bucket, complete_run: CompleteRun
) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(*DEFINITIONS["WDL"])
    created = omics.create_workflow(
        name="calling v2", engine="WDL", definitionZip=buffer.getvalue()
    )
    results.outputs(values={"name": "{workflowName}"})
    run_id = complete_run(workflowId=created["id"])
    assert bucket.summary(f"solo/{run_id}") == {"germline.name": "calling v2"}


@pytest.mark.our_choice("L58")
def test_a_workflow_without_a_name_is_named_by_its_id(
    omics: Client, bucket: Bucket, complete_run: CompleteRun
) -> None:
    buffer = io.BytesIO(b"PK\x05\x06" + bytes(18))
    created = omics.create_workflow(engine="WDL", definitionZip=buffer.getvalue())
    results.outputs(values={"depth": 3})
    run_id = complete_run(workflowId=created["id"])
    assert bucket.summary(f"solo/{run_id}") == {f"workflow-{created['id']}.depth": 3}


@pytest.mark.our_choice("L58")
def test_a_declared_file_replaces_a_derived_one(bucket: Bucket, complete_run: CompleteRun) -> None:
    files = {"logs/outputs.json": '{{"a": "{runId}"}}', "logs/engine.log": "done\n"}
    results.outputs(files=files, values={"depth": 3})
    run_id = complete_run()
    assert bucket.summary(f"solo/{run_id}") == {"a": run_id}
    assert bucket.body(f"solo/{run_id}/logs/engine.log") == b"done\n"


@pytest.mark.our_choice("L58")
def test_a_declaration_without_files_and_values_gives_an_empty_summary(
    bucket: Bucket, complete_run: CompleteRun
) -> None:
    results.outputs()
    run_id = complete_run()
    assert bucket.summary(f"solo/{run_id}") == {}
    log = f"Started workflow germline as run {run_id}.\nWorkflow germline completed.\n"
    assert bucket.body(f"solo/{run_id}/logs/engine.log").decode() == log


@pytest.mark.documented("L22")
@pytest.mark.parametrize("fails", [False, True])
def test_the_engine_log_has_the_lines_of_its_log_stream(
    settings: Callable[..., None],
    client: MakeClient,
    bucket: Bucket,
    start_run: StartRun,
    fails: bool,
) -> None:
    settings(logs=True)
    results.outputs()
    if fails:
        faults.run_fails()
    run_id = start_run()["id"]
    faults.advance(run_id, to="FAILED" if fails else "COMPLETED")
    stream = {"logGroupName": "/aws/omics/WorkflowLog", "logStreamName": f"run/{run_id}/engine"}
    events = client("logs").get_log_events(startFromHead=True, **stream)["events"]
    lines = bucket.body(f"solo/{run_id}/logs/engine.log").decode().splitlines()
    assert lines == [event["message"] for event in events]
    assert len(lines) == 2


# -- when --


@pytest.mark.our_choice("L56")
def test_files_are_written_before_the_completed_event(
    client: MakeClient, bucket: Bucket, complete_run: CompleteRun
) -> None:
    sqs, events = client("sqs"), client("events")
    url, arn = create_queue(sqs)
    created = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    bucket.s3.put_bucket_notification_configuration(
        Bucket="results", NotificationConfiguration={"QueueConfigurations": [created]}
    )
    pattern = event_pattern("Run", detail={"status": ["COMPLETED"]})
    events.put_rule(Name="completed", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="completed", Targets=[{"Id": "queue", "Arn": arn}])
    results.outputs(files={"out/vcf/a": b"1"})
    complete_run()
    messages = [message for message in receive_messages(sqs, url) if "Event" not in message]
    assert [kind_of(message) for message in messages] == [
        *("a", "engine.log", "outputs.json"),
        "COMPLETED",
    ]


def kind_of(message: dict[str, Any]) -> str:
    """Return the status of an event, or the last part of the key of a notification of S3."""
    if "Records" in message:
        return str(message["Records"][0]["s3"]["object"]["key"]).rpartition("%2F")[2]
    return str(message["detail"]["status"])


@pytest.mark.documented("L53")
def test_files_are_written_when_the_run_becomes_completed(
    bucket: Bucket, start_run: StartRun, until_run: UntilRun
) -> None:
    results.outputs(files={"a": b""})
    run_id = start_run()["id"]
    until_run(run_id, "STOPPING")
    assert bucket.list_keys() == []
    until_run(run_id, "COMPLETED")
    assert len(bucket.list_keys()) == 3


@pytest.mark.documented("L53")
@pytest.mark.parametrize("status", ["PENDING", "RUNNING"])
def test_a_cancelled_run_writes_nothing(
    omics: Client, bucket: Bucket, start_run: StartRun, until_run: UntilRun, status: RunStatus
) -> None:
    results.outputs(files={"a": b"", "logs/engine.log": b""})
    run_id = start_run()["id"]
    faults.advance(run_id, to=status)
    omics.cancel_run(id=run_id)
    until_run(run_id, "CANCELLED")
    assert bucket.list_keys() == []


@pytest.mark.documented("L53")
@pytest.mark.parametrize("engine", ["WDL", "CWL"])
def test_a_failed_run_writes_its_engine_log_only(
    bucket: Bucket,
    germline: Callable[[str], str],
    start_run: StartRun,
    until_run: UntilRun,
    engine: str,
) -> None:
    results.outputs(files={"a": b""}, values={"depth": 3})
    faults.run_fails(failureReason="OUT_OF_MEMORY_ERROR")
    run_id = start_run(workflowId=germline(engine))["id"]
    failed = until_run(run_id, "FAILED")
    assert bucket.list_keys() == [f"solo/{run_id}/logs/engine.log"]
    body = bucket.body(f"solo/{run_id}/logs/engine.log").decode()
    started = f"Started workflow germline as run {run_id}."
    assert body == f"{started}\n{failed['statusMessage']}\n"


@pytest.mark.our_choice("L53")
def test_a_failed_run_writes_the_declared_engine_log(
    bucket: Bucket, germline: Callable[[str], str], start_run: StartRun, until_run: UntilRun
) -> None:
    results.outputs(files={"a": b"", "logs/engine.log": "{runId} went wrong"})
    faults.run_fails()
    run_id = start_run(workflowId=germline("NEXTFLOW"))["id"]
    until_run(run_id, "FAILED")
    assert bucket.list_keys() == [f"solo/{run_id}/logs/engine.log"]
    assert bucket.body(f"solo/{run_id}/logs/engine.log") == f"{run_id} went wrong".encode()


@pytest.mark.our_choice("L53")
@pytest.mark.parametrize(
    ("engine", "fault"),
    [
        ("WDL", {"at": "STARTING"}),
        ("WDL", {"failureReason": "EXPORT_FAILED"}),
        ("NEXTFLOW", {}),
    ],
)
def test_failed_runs_without_an_engine_log(
    bucket: Bucket,
    germline: Callable[[str], str],
    start_run: StartRun,
    until_run: UntilRun,
    engine: str,
    fault: dict[str, Any],
) -> None:
    """The engine was not started, the export failed, or the engine writes no such file."""
    results.outputs(files={"a": b""})
    faults.run_fails(**fault)
    run_id = start_run(workflowId=germline(engine))["id"]
    until_run(run_id, "FAILED")
    assert bucket.list_keys() == []


@pytest.mark.documented("L53")
def test_delete_run_leaves_all_files(
    omics: Client, bucket: Bucket, complete_run: CompleteRun
) -> None:
    results.outputs(files={"a": b""})
    run_id = complete_run()
    before = bucket.list_keys()
    omics.delete_run(id=run_id)
    assert bucket.list_keys() == before
    assert len(before) == 3


# -- where --


@pytest.mark.our_choice("L54")
@requires_member("StartRunRequest", "outputUriPrefixMode")
@pytest.mark.parametrize("uri", ["s3://results/all", "s3://results/all/"])
def test_without_a_prefix_files_are_beneath_output_uri_and_later_runs_overwrite(
    bucket: Bucket, complete_run: CompleteRun, uri: str
) -> None:
    results.outputs(files={"out/vcf/a": "{runId}"})
    mode = "NONE_WITH_OVERWRITE"
    complete_run(outputUri=uri, outputUriPrefixMode=mode)
    second = complete_run(outputUri=uri, outputUriPrefixMode=mode)
    assert bucket.list_keys() == ["all/logs/engine.log", "all/logs/outputs.json", "all/out/vcf/a"]
    assert bucket.body("all/out/vcf/a") == second.encode()
    assert bucket.summary("all") == {"germline.vcf": "s3://results/all/out/vcf/a"}


@pytest.mark.documented("L50")
def test_an_output_uri_may_be_a_whole_bucket(bucket: Bucket, complete_run: CompleteRun) -> None:
    results.outputs(files={"out/vcf/a": b""})
    run_id = complete_run(outputUri="s3://results")
    assert bucket.summary(run_id) == {"germline.vcf": f"s3://results/{run_id}/out/vcf/a"}


@pytest.mark.our_choice("L56")
def test_a_versioned_bucket_keeps_versions(bucket: Bucket, complete_run: CompleteRun) -> None:
    bucket.s3.put_bucket_versioning(Bucket="results", VersioningConfiguration={"Status": "Enabled"})
    results.outputs(files={"a": b""})
    run_id = complete_run()
    versions = bucket.s3.list_object_versions(Bucket="results", Prefix=f"solo/{run_id}/a")
    assert len(versions["Versions"]) == 1


# -- readers --


@pytest.mark.observed("L55")
def test_readers_list_the_prefix_and_filter_by_suffix(
    omics: Client, bucket: Bucket, complete_run: CompleteRun
) -> None:
    results.outputs(files={"out/vcf/a.vcf.gz": b"1", "out/vcf/a.vcf.gz.tbi": b"2", "x.gz": b""})
    run = omics.get_run(id=complete_run())
    assert run["status"] == "COMPLETED"
    prefix = f"{run['outputUri'].removeprefix('s3://results/')}/{run['id']}/"
    contents = bucket.s3.list_objects_v2(Bucket="results", Prefix=prefix)["Contents"]
    found = [o["Key"] for o in contents if o["Key"].endswith(".vcf.gz") and o["Size"] > 0]
    assert found == [f"{prefix}out/vcf/a.vcf.gz"]
    uri = f"{run['runOutputUri']}/logs/outputs.json"
    assert uri == f"s3://results/{prefix}logs/outputs.json"
