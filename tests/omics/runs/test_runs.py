"""Runs, alone or of a batch: what StartRun answers and GetRun tells, and a run's way to its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from conftest import ACCOUNT, ROLE, Client
from tests.omics.helpers import (
    Clock,
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


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.documented("W2.1", "B2")
def test_a_run_is_started_at_once_and_pending(start_run: StartRun) -> None:
    run = start_run(tags={"cohort": "giab"})
    assert re.fullmatch(r"\d{7}", run["id"])
    assert UUID.fullmatch(run["uuid"])
    assert run["arn"] == f"arn:aws:omics:us-east-1:{ACCOUNT}:run/{run['id']}"
    assert (run["status"], run["tags"]) == ("PENDING", {"cohort": "giab"})
    assert "configuration" not in run


@pytest.mark.documented("W2.1", "W2.9")
def test_get_run_tells_what_the_run_was_started_with(
    omics: Client, start_run: StartRun, workflow_id: str
) -> None:
    group = omics.create_run_group(name="night")["id"]
    cache = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    given = {
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
    run = omics.get_run(id=start_run(**given)["id"])
    assert {name: run[name] for name in given} == given


@pytest.mark.documented("W2.9")
def test_what_was_not_given_is_not_shown(omics: Client, start_run: StartRun) -> None:
    run = omics.get_run(id=start_run()["id"])
    absent = {"name", "priority", "runGroupId", "batchId", "cacheId", "cacheBehavior", "parameters"}
    absent |= {"workflowVersionName", "configuration", "vpcConfig", "failureReason", "definition"}
    assert absent & run.keys() == set()
    assert (run["tags"], run["workflowType"]) == ({}, "PRIVATE")


@pytest.mark.documented("W2.6")
def test_the_metadata_of_a_run_are_retained_unless_told_otherwise(
    omics: Client, start_run: StartRun
) -> None:
    assert omics.get_run(id=start_run()["id"])["retentionMode"] == "RETAIN"


@pytest.mark.documented("W2.9")
def test_the_digest_of_a_run_is_that_of_its_workflow(
    omics: Client, start_run: StartRun, workflow_id: str
) -> None:
    run = omics.get_run(id=start_run()["id"])
    workflow = omics.get_workflow(id=workflow_id)
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", run["digest"])
    assert (run["digest"], run["workflowUuid"]) == (workflow["digest"], workflow["uuid"])


@pytest.mark.documented("W2.10")
@pytest.mark.parametrize("output", ["s3://results/solo", "s3://results/solo/"])
def test_outputs_lie_in_a_folder_named_after_the_run(
    omics: Client, start_run: StartRun, output: str
) -> None:
    run = start_run(outputUri=output)
    expected = f"s3://results/solo/{run['id']}"
    shown = omics.get_run(id=run["id"])
    assert (run["runOutputUri"], shown["runOutputUri"]) == (expected, expected)
    assert shown["outputUri"] == output


@requires_member("StartRunRequest", "outputUriPrefixMode")
@pytest.mark.our_choice("W2.10", "W13")
def test_outputs_without_a_prefix_lie_in_the_output_uri(omics: Client, start_run: StartRun) -> None:
    run = start_run(outputUri="s3://results/flat", outputUriPrefixMode="NONE_WITH_OVERWRITE")
    shown = omics.get_run(id=run["id"])
    assert run["runOutputUri"] == shown["runOutputUri"] == "s3://results/flat"
    assert shown["outputUriPrefixMode"] == "NONE_WITH_OVERWRITE"


@requires_member("StartRunRequest", "outputUriPrefixMode")
@pytest.mark.documented("W2.1")
def test_the_prefix_mode_is_the_services_unless_told_otherwise(
    omics: Client, start_run: StartRun
) -> None:
    assert omics.get_run(id=start_run()["id"])["outputUriPrefixMode"] == "SERVICE_DEFINED"


@pytest.mark.observed("W2.10")
def test_the_engine_log_is_there_once_the_run_has_ended(
    start_run: StartRun, until_run: UntilRun
) -> None:
    run_id = start_run()["id"]
    assert until_run(run_id, "RUNNING")["logLocation"] == {"runLogStream": f"{LOGS}{run_id}"}
    assert until_run(run_id, "COMPLETED")["logLocation"] == {
        "runLogStream": f"{LOGS}{run_id}",
        "engineLogStream": f"{LOGS}{run_id}/engine",
    }


@requires_member("StartRunRequest", "engineSettings")
@pytest.mark.documented("W2.1")
@pytest.mark.parametrize(("engine", "shown"), [("NEXTFLOW", True), ("WDL", False), ("CWL", False)])
def test_engine_settings_are_nextflows_and_shown_for_it_alone(
    omics: Client, start_run: StartRun, engine: str, shown: bool
) -> None:
    workflow = omics.create_workflow(engine=engine, definitionUri="s3://defs/w.zip")["id"]
    run = start_run(workflowId=workflow, engineSettings={"engineVersion": "25.10.0"})
    told = omics.get_run(id=run["id"])
    assert told.get("engineSettings") == ({"engineVersion": "25.10.0"} if shown else None)


@requires_member("StartRunRequest", "sessionPolicy")
@pytest.mark.documented("W2.1", "B21")
def test_a_session_policy_and_a_scratch_mode_are_told_again(
    omics: Client, start_run: StartRun, start_batch_run: Callable[..., str]
) -> None:
    given = {"sessionPolicy": '{\n\t"Version": "2012-10-17"\n}', "scratchStorageMode": "LOCAL"}
    for run_id in (start_run(**given)["id"], start_batch_run(**given)):
        run = omics.get_run(id=run_id)
        assert {name: run[name] for name in given} == given


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.documented("W2.1")
def test_a_role_and_an_output_are_required(raw_omics: Client, workflow_id: str) -> None:
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
def test_constraints_of_the_model_are_held(
    start_run: StartRun, omics: Client, settings: dict[str, Any], violation: str
) -> None:
    with raises_violations(violation):
        start_run(**settings)
    assert omics.list_runs()["items"] == []


@pytest.mark.documented("W2.1")
def test_a_name_may_hold_a_bar_and_need_not_be_unique(omics: Client, start_run: StartRun) -> None:
    ids = [start_run(name="HG002|ä 1")["id"] for _ in range(2)]
    assert [run["id"] for run in omics.list_runs(name="HG002|ä 1")["items"]] == ids


@pytest.mark.observed("W12")
def test_a_workflow_that_is_unknown_is_not_found(start_run: StartRun) -> None:
    with raises_not_found("Workflow 2174942 not found"):
        start_run(workflowId="2174942")


@pytest.mark.our_choice("W5", "W2.3")
def test_a_private_workflow_is_no_ready2run_one(start_run: StartRun, workflow_id: str) -> None:
    with raises_not_found(f"Workflow {workflow_id} not found"):
        start_run(workflowType="READY2RUN")


@pytest.mark.our_choice("B17", "W13")
@pytest.mark.parametrize(
    ("member", "kind"), [("runGroupId", "Run group"), ("cacheId", "Run cache")]
)
def test_a_group_or_cache_that_is_unknown_is_not_found(
    start_run: StartRun, member: str, kind: str
) -> None:
    with raises_not_found(f"{kind} 7654321 not found"):
        start_run(**{member: "7654321"})


@pytest.mark.our_choice("B62")
@pytest.mark.parametrize(
    "output", ["results/solo", "https://results/solo", "s3://", "S3://results"]
)
def test_the_output_must_be_in_s3(start_run: StartRun, output: str) -> None:
    with raises_validation(
        f"Invalid outputUri '{output}': it must begin with s3:// and name a bucket"
    ):
        start_run(outputUri=output)


# -- requestId -----------------------------------------------------------------------------------


@pytest.mark.documented("W2.5")
def test_the_same_request_id_starts_no_second_run(omics: Client, start_run: StartRun) -> None:
    first = start_run(requestId="r-1", name="HG002", tags={"a": "b"})
    again = start_run(requestId="r-1", name="HG002", tags={"a": "b"})
    assert (again["id"], again["uuid"]) == (first["id"], first["uuid"])
    assert [run["id"] for run in omics.list_runs()["items"]] == [first["id"]]


@pytest.mark.our_choice("B18", "W2.5")
def test_the_same_request_id_with_other_parameters_is_a_conflict(start_run: StartRun) -> None:
    start_run(requestId="r-1", name="HG002")
    with raises_conflict("The requestId r-1 was used before with other parameters"):
        start_run(requestId="r-1", name="HG003")


@pytest.mark.our_choice("W2.5")
def test_a_request_id_is_free_again_when_its_run_is_deleted(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    first = start_run(requestId="r-1")["id"]
    until_run(first, "COMPLETED")
    omics.delete_run(id=first)
    assert start_run(requestId="r-1", name="HG003")["id"] != first


# -- life ----------------------------------------------------------------------------------------

WAY = ["PENDING", "STARTING", "RUNNING", "STOPPING", "COMPLETED"]
ENDS = ["COMPLETED", "CANCELLED"]


@pytest.fixture(params=["alone", "of a batch"])
def run_at(
    request: pytest.FixtureRequest, omics: Client, until_run: UntilRun
) -> Callable[[str], str]:
    """``run_at("RUNNING")``: the id of a run that stands there, started alone or by a batch."""
    alone = request.param == "alone"
    start = request.getfixturevalue("start_run" if alone else "start_batch_run")

    def make(status: str) -> str:
        run_id = str(start()["id"] if alone else start())
        if status == "CANCELLED":
            omics.cancel_run(id=run_id)
        if status != "PENDING":
            until_run(run_id, status)
        return run_id

    return make


def status_of(omics: Client, run_id: str) -> str:
    """Where a run stands, told by a list, which moves nothing."""
    runs = {run["id"]: run["status"] for run in omics.list_runs()["items"]}
    return str(runs[run_id])


@pytest.mark.documented("W2.8")
def test_a_run_goes_through_stopping_to_completed(
    omics: Client, run_at: Callable[[str], str]
) -> None:
    run_id = run_at("PENDING")
    seen = [status_of(omics, run_id), *(omics.get_run(id=run_id)["status"] for _ in range(6))]
    assert seen == [*WAY, "COMPLETED", "COMPLETED"]


@pytest.mark.documented("W2.8")
@pytest.mark.parametrize("status", WAY[:-1])
def test_a_run_that_is_not_at_its_end_is_cancelled_through_stopping(
    omics: Client, run_at: Callable[[str], str], status: str
) -> None:
    run_id = run_at(status)
    answer = omics.cancel_run(id=run_id)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    seen = [status_of(omics, run_id), *(omics.get_run(id=run_id)["status"] for _ in range(3))]
    assert seen == ["STOPPING", "STOPPING", "CANCELLED", "CANCELLED"]


@pytest.mark.documented("W2.8")
def test_a_run_that_is_being_cancelled_may_be_cancelled_again(
    omics: Client, run_at: Callable[[str], str], until_run: UntilRun
) -> None:
    run_id = run_at("RUNNING")
    for _ in range(2):
        omics.cancel_run(id=run_id)
    assert until_run(run_id, "STOPPING")["status"] == "STOPPING"
    omics.cancel_run(id=run_id)
    assert until_run(run_id, "CANCELLED")["status"] == "CANCELLED"


@pytest.mark.our_choice("W2.8", "W13")
@pytest.mark.parametrize("status", ENDS)
def test_a_run_at_its_end_cannot_be_cancelled(
    omics: Client, run_at: Callable[[str], str], status: str
) -> None:
    run_id = run_at(status)
    with raises_conflict(
        f"Cannot cancel run {run_id}: its status is {status}, "
        "and it must be one of PENDING, STARTING, RUNNING, STOPPING"
    ):
        omics.cancel_run(id=run_id)
    assert omics.get_run(id=run_id)["status"] == status


@pytest.mark.our_choice("W2.8", "W13")
@pytest.mark.parametrize("status", WAY[:-1])
def test_a_run_that_is_not_at_its_end_cannot_be_deleted(
    omics: Client, run_at: Callable[[str], str], status: str
) -> None:
    run_id = run_at(status)
    with raises_conflict(
        f"Cannot delete run {run_id}: its status is {status}, "
        "and it must be one of COMPLETED, CANCELLED, FAILED"
    ):
        omics.delete_run(id=run_id)
    assert status_of(omics, run_id) == status


@pytest.mark.documented("W2.8")
@pytest.mark.parametrize("status", ENDS)
def test_a_deleted_run_is_not_found_any_more(
    omics: Client, run_at: Callable[[str], str], status: str
) -> None:
    run_id = run_at(status)
    answer = omics.delete_run(id=run_id)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert omics.list_runs()["items"] == omics.list_runs(status="DELETED")["items"] == []
    for operation in (omics.get_run, omics.cancel_run, omics.delete_run):
        with raises_not_found(f"Run {run_id} not found"):
            operation(id=run_id)


@pytest.mark.documented("W2.9")
def test_times_are_those_of_the_moves(
    omics: Client, start_run: StartRun, progression: Callable[..., None], clock: Clock
) -> None:
    progression("run", progression="time", seconds=60)
    begun = clock.now.replace(tzinfo=timezone.utc)
    run_id = start_run()["id"]

    def times() -> list[datetime | None]:
        clock.now += timedelta(seconds=61)
        run = omics.get_run(id=run_id)
        assert run["creationTime"] == begun
        return [run["status"], run.get("startTime"), run.get("stopTime")]

    executing = begun + timedelta(seconds=120)
    assert times() == ["STARTING", None, None]
    assert times() == ["RUNNING", executing, None]
    assert times() == ["STOPPING", executing, None]
    assert times() == ["COMPLETED", executing, begun + timedelta(seconds=240)]


@pytest.mark.documented("W2.9")
def test_a_run_that_never_began_has_no_start_time(
    omics: Client, run_at: Callable[[str], str]
) -> None:
    run = omics.get_run(id=run_at("CANCELLED"))
    assert "startTime" not in run
    assert run["creationTime"] < run["stopTime"]
