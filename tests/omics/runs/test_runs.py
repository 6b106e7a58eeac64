"""StartRun and GetRun: responses, errors and idempotency."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, ROLE, Client
from tests.omics.helpers import (
    StartRun,
    UntilRun,
    raises_conflict,
    raises_not_found,
    raises_validation,
    raises_violations,
    requires_member,
)

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOGS = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/omics/WorkflowLog:log-stream:run/"


# -- responses --


@pytest.mark.documented("W2.1", "B2")
def test_start_run_returns_a_pending_run(start_run: StartRun) -> None:
    run = start_run(tags={"cohort": "giab"})
    assert re.fullmatch(r"\d{7}", run["id"])
    assert UUID.fullmatch(run["uuid"])
    assert run["arn"] == f"arn:aws:omics:us-east-1:{ACCOUNT}:run/{run['id']}"
    assert (run["status"], run["tags"]) == ("PENDING", {"cohort": "giab"})
    assert "configuration" not in run


@pytest.mark.documented("W2.1", "W2.9")
def test_get_run_returns_the_settings_of_start_run(
    omics: Client, start_run: StartRun, workflow_id: str
) -> None:
    group = omics.create_run_group(name="night")["id"]
    cache = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    settings = {
        "name": "HG002",
        "priority": 0,
        "parameters": {"fastq": "s3://reads/HG002.fq", "lanes": [1, 2], "deep": {"er": None}},
        "logLevel": "ERROR",
        "retentionMode": "REMOVE",
        "runGroupId": group,
        "cacheId": cache,
        "roleArn": ROLE,
        "outputUri": "s3://results/solo/",
        "workflowId": workflow_id,
        "workflowType": "PRIVATE",
        "networkingMode": "RESTRICTED",
    }
    run = omics.get_run(id=start_run(**settings)["id"])
    assert {name: run[name] for name in settings} == settings


@pytest.mark.documented("W2.9")
def test_absent_settings_are_not_returned(omics: Client, start_run: StartRun) -> None:
    run = omics.get_run(id=start_run()["id"])
    absent = {"name", "priority", "runGroupId", "batchId", "cacheId", "cacheBehavior", "parameters"}
    absent |= {"workflowVersionName", "configuration", "vpcConfig", "failureReason", "definition"}
    assert absent & run.keys() == set()
    assert (run["tags"], run["workflowType"]) == ({}, "PRIVATE")


@pytest.mark.documented("W2.6")
def test_default_retention_mode_is_retain(omics: Client, start_run: StartRun) -> None:
    assert omics.get_run(id=start_run()["id"])["retentionMode"] == "RETAIN"


@pytest.mark.documented("W2.9")
def test_digest_is_that_of_the_workflow(
    omics: Client, start_run: StartRun, workflow_id: str
) -> None:
    run = omics.get_run(id=start_run()["id"])
    workflow = omics.get_workflow(id=workflow_id)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", run["digest"])
    assert (run["digest"], run["workflowUuid"]) == (workflow["digest"], workflow["uuid"])


@pytest.mark.documented("W2.10")
@pytest.mark.parametrize("output", ["s3://results/solo", "s3://results/solo/"])
def test_output_folder_is_named_after_the_run_id(
    omics: Client, start_run: StartRun, output: str
) -> None:
    run = start_run(outputUri=output)
    expected = f"s3://results/solo/{run['id']}"
    described = omics.get_run(id=run["id"])
    assert (run["runOutputUri"], described["runOutputUri"]) == (expected, expected)
    assert described["outputUri"] == output


@requires_member("StartRunRequest", "outputUriPrefixMode")
@pytest.mark.our_choice("W2.10", "W13")
def test_output_without_prefix_is_the_output_uri(omics: Client, start_run: StartRun) -> None:
    run = start_run(outputUri="s3://results/flat", outputUriPrefixMode="NONE_WITH_OVERWRITE")
    described = omics.get_run(id=run["id"])
    assert run["runOutputUri"] == described["runOutputUri"] == "s3://results/flat"
    assert described["outputUriPrefixMode"] == "NONE_WITH_OVERWRITE"


@requires_member("StartRunRequest", "outputUriPrefixMode")
@pytest.mark.documented("W2.1")
def test_default_output_uri_prefix_mode_is_service_defined(
    omics: Client, start_run: StartRun
) -> None:
    assert omics.get_run(id=start_run()["id"])["outputUriPrefixMode"] == "SERVICE_DEFINED"


@pytest.mark.our_choice("W2.10", "L22")
def test_engine_log_stream_appears_with_running(start_run: StartRun, until_run: UntilRun) -> None:
    run_id = start_run()["id"]
    assert until_run(run_id, "STARTING")["logLocation"] == {"runLogStream": f"{LOGS}{run_id}"}
    assert until_run(run_id, "RUNNING")["logLocation"] == {
        "runLogStream": f"{LOGS}{run_id}",
        "engineLogStream": f"{LOGS}{run_id}/engine",
    }


@pytest.mark.our_choice("L21")
def test_run_without_log_has_no_log_location(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    run_id = start_run(logLevel="OFF")["id"]
    run = until_run(run_id, "COMPLETED")
    (item,) = omics.list_run_tasks(id=run_id)["items"]
    assert "logLocation" not in run
    assert "logStream" not in omics.get_run_task(id=run_id, taskId=item["taskId"])


@requires_member("StartRunRequest", "engineSettings")
@pytest.mark.documented("W2.1")
@pytest.mark.parametrize(
    ("engine", "returned"), [("NEXTFLOW", True), ("WDL", False), ("CWL", False)]
)
def test_engine_settings_are_returned_for_nextflow_only(
    omics: Client, start_run: StartRun, engine: str, returned: bool
) -> None:
    workflow = omics.create_workflow(engine=engine, definitionUri="s3://defs/w.zip")["id"]
    run = start_run(workflowId=workflow, engineSettings={"engineVersion": "25.10.0"})
    described = omics.get_run(id=run["id"])
    assert described.get("engineSettings") == ({"engineVersion": "25.10.0"} if returned else None)


@requires_member("StartRunRequest", "sessionPolicy")
@pytest.mark.documented("W2.1", "B21")
def test_session_policy_and_scratch_mode_are_returned(
    omics: Client, start_run: StartRun, start_batch_run: Callable[..., str]
) -> None:
    settings = {"sessionPolicy": '{\n\t"Version": "2012-10-17"\n}', "scratchStorageMode": "LOCAL"}
    for run_id in (start_run(**settings)["id"], start_batch_run(**settings)):
        run = omics.get_run(id=run_id)
        assert {name: run[name] for name in settings} == settings


# -- errors --


@pytest.mark.documented("W2.1")
def test_role_and_output_uri_are_required(raw_omics: Client, workflow_id: str) -> None:
    with raises_violations(
        "Value null at 'roleArn' must not be null", "Value null at 'outputUri' must not be null"
    ):
        raw_omics.start_run(workflowId=workflow_id)


@pytest.mark.documented("W2.1")
@pytest.mark.parametrize(
    ("settings", "violation"),
    [
        (
            {"name": "HG\t002"},
            "Value 'HG\t002' at 'name' must satisfy regular expression pattern: "
            r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+",
        ),
        (
            {"logLevel": "DEBUG"},
            "Value 'DEBUG' at 'logLevel' must satisfy enum value set: [OFF, FATAL, ERROR, ALL]",
        ),
        (
            {"priority": 100001},
            "Value '100001' at 'priority' must have value less than or equal to 100000",
        ),
        (
            {"runGroupId": "g1"},
            "Value 'g1' at 'runGroupId' must satisfy regular expression pattern: [0-9]+",
        ),
        (
            {"workflowVersionName": "-v"},
            "Value '-v' at 'workflowVersionName' must satisfy regular expression pattern: "
            r"[A-Za-z0-9][A-Za-z0-9\-\._]*",
        ),
    ],
)
def test_violated_constraint_is_rejected(
    start_run: StartRun, omics: Client, settings: dict[str, Any], violation: str
) -> None:
    with raises_violations(violation):
        start_run(**settings)
    assert omics.list_runs()["items"] == []


@pytest.mark.documented("W2.1")
def test_name_may_contain_a_bar_and_need_not_be_unique(omics: Client, start_run: StartRun) -> None:
    ids = [start_run(name="HG002|ä 1")["id"] for _ in range(2)]
    assert [run["id"] for run in omics.list_runs(name="HG002|ä 1")["items"]] == ids


@pytest.mark.observed("W12")
def test_unknown_workflow_is_not_found(start_run: StartRun) -> None:
    with raises_not_found("Workflow 2174942 not found"):
        start_run(workflowId="2174942")


@pytest.mark.our_choice("W5", "W2.3")
def test_private_workflow_with_type_ready2run_is_not_found(
    start_run: StartRun, workflow_id: str
) -> None:
    with raises_not_found(f"Workflow {workflow_id} not found"):
        start_run(workflowType="READY2RUN")


@pytest.mark.our_choice("B17", "W13")
@pytest.mark.parametrize(
    ("member", "kind"), [("runGroupId", "Run group"), ("cacheId", "Run cache")]
)
def test_unknown_run_group_or_run_cache_is_not_found(
    start_run: StartRun, member: str, kind: str
) -> None:
    with raises_not_found(f"{kind} 7654321 not found"):
        start_run(**{member: "7654321"})


@pytest.mark.our_choice("B62")
@pytest.mark.parametrize(
    "output", ["results/solo", "https://results/solo", "s3://", "S3://results"]
)
def test_output_uri_must_be_an_s3_uri(start_run: StartRun, output: str) -> None:
    with raises_validation(
        f"Invalid outputUri '{output}': it must begin with s3:// and name a bucket"
    ):
        start_run(outputUri=output)


# -- idempotency --


@pytest.mark.documented("W2.5")
def test_repeated_request_id_returns_the_first_run(omics: Client, start_run: StartRun) -> None:
    first = start_run(requestId="r-1", name="HG002", tags={"a": "b"})
    again = start_run(requestId="r-1", name="HG002", tags={"a": "b"})
    assert (again["id"], again["uuid"]) == (first["id"], first["uuid"])
    assert [run["id"] for run in omics.list_runs()["items"]] == [first["id"]]


@pytest.mark.our_choice("B18", "W2.5")
def test_request_id_with_other_parameters_is_a_conflict(start_run: StartRun) -> None:
    start_run(requestId="r-1", name="HG002")
    with raises_conflict("The requestId r-1 was used before with other parameters"):
        start_run(requestId="r-1", name="HG003")


@pytest.mark.our_choice("W2.5")
def test_request_id_can_be_reused_after_deletion(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    first = start_run(requestId="r-1")["id"]
    until_run(first, "COMPLETED")
    omics.delete_run(id=first)
    assert start_run(requestId="r-1", name="HG003")["id"] != first
