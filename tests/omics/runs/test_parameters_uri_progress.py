"""When the parameters in an object are read: progressions, faults and repeated runs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from conftest import ROLE, Client, MakeClient
from moto_omics_batch import faults
from tests.omics.helpers import (
    Clock,
    SetProgression,
    Settings,
    StartRun,
    UntilRun,
    requires_member,
    status_history,
)

from .conftest import URI, Download, PutParameters, StartWithUri

pytestmark = requires_member("StartRunRequest", "parametersUri")

# -- progressions and faults --


@pytest.mark.our_choice("L101")
def test_parameters_are_read_when_time_has_passed(
    omics: Client,
    start_with_uri: StartWithUri,
    progression: SetProgression,
    put_parameters: PutParameters,
    clock: Clock,
) -> None:
    progression("run", progression="time", seconds=60)
    put_parameters({"sample": "HG1"})
    good, bad = start_with_uri(), start_with_uri(parametersUri="s3://inputs/none")
    clock.now += timedelta(seconds=119)
    assert [omics.get_run(id=run_id)["status"] for run_id in (good, bad)] == ["STARTING"] * 2
    clock.now += timedelta(seconds=1)
    assert omics.get_run(id=good)["status"] == "RUNNING"
    assert omics.get_run(id=bad)["status"] == "STOPPING"


@pytest.mark.our_choice("L101")
def test_parameters_are_read_at_once_with_an_immediate_progression(
    omics: Client,
    start_with_uri: StartWithUri,
    progression: SetProgression,
    put_parameters: PutParameters,
) -> None:
    progression("run", progression="immediate")
    put_parameters({"sample": "HG1"})
    good, bad = start_with_uri(), start_with_uri(parametersUri="s3://inputs/none")
    assert omics.get_run(id=good)["status"] == "COMPLETED"
    assert omics.get_run(id=bad)["failureReason"] == "INVALID_RUN_PARAMETERS"


@pytest.mark.our_choice("L101")
def test_only_runs_with_invalid_parameters_fail(
    omics: Client, start_with_uri: StartWithUri, until_run: UntilRun, start_run: StartRun
) -> None:
    bad, plain = start_with_uri(), start_run()["id"]
    assert until_run(bad, "FAILED")["failureReason"] == "INVALID_RUN_PARAMETERS"
    assert until_run(plain, "COMPLETED")["status"] == "COMPLETED"


@pytest.mark.our_choice("L101")
def test_injected_failure_comes_first(
    omics: Client, start_with_uri: StartWithUri, until_run: UntilRun
) -> None:
    run_id = start_with_uri()
    faults.run_fails(runId=run_id, at="STARTING", failureReason="SERVICE_ERROR")
    assert until_run(run_id, "FAILED")["failureReason"] == "SERVICE_ERROR"


@pytest.mark.our_choice("L101")
def test_held_run_reads_its_parameters_when_it_is_released(
    omics: Client, start_with_uri: StartWithUri, until_run: UntilRun, put_parameters: PutParameters
) -> None:
    run_id = start_with_uri()
    faults.run_hangs(runId=run_id, at="STARTING")
    for _ in range(5):
        run = omics.get_run(id=run_id)
    assert run["status"] == "STARTING"
    put_parameters({"sample": "HG1"})
    faults.release(runId=run_id)
    assert until_run(run_id, "RUNNING")["parametersUri"] != URI


@pytest.mark.our_choice("L102")
def test_an_advance_that_raises_reads_no_parameters(
    omics: Client, start_with_uri: StartWithUri, put_parameters: PutParameters
) -> None:
    put_parameters({"sample": "HG1"})
    run_id = start_with_uri()
    faults.run_hangs(at="RUNNING")
    with pytest.raises(ValueError, match="does not reach COMPLETED"):
        faults.advance(run_id, to="COMPLETED")
    assert omics.get_run(id=run_id)["parametersUri"] == URI


@pytest.mark.our_choice("L101")
def test_advance_foresees_invalid_parameters(
    omics: Client, start_with_uri: StartWithUri, put_parameters: PutParameters
) -> None:
    run_id = start_with_uri()
    with pytest.raises(ValueError, match=f"run {run_id} does not reach RUNNING by itself"):
        faults.advance(run_id, to="RUNNING")
    assert status_history(run_id) == ["PENDING"]
    put_parameters({"sample": "HG1"})
    faults.advance(run_id, to="RUNNING")
    assert omics.get_run(id=run_id)["parametersUri"] != URI


@pytest.mark.our_choice("L101")
def test_reason_can_be_injected(start_run: StartRun, until_run: UntilRun) -> None:
    run_id = start_run()["id"]
    faults.run_fails(runId=run_id, at="STARTING", failureReason="INVALID_RUN_PARAMETERS")
    run = until_run(run_id, "FAILED")
    assert run["failureReason"] == "INVALID_RUN_PARAMETERS"
    assert run["statusMessage"] == "The parameters of the run are invalid."


# -- repeated runs --


def repeat(omics: Client, run_id: str, **settings: Any) -> str:
    """Start a run that repeats another; return its id."""
    required = {"roleArn": ROLE, "outputUri": "s3://again"}
    return str(omics.start_run(runId=run_id, **required, **settings)["id"])


@pytest.mark.our_choice("L102", "W2.7")
def test_repeated_run_takes_the_copy(
    omics: Client,
    client: MakeClient,
    start_with_uri: StartWithUri,
    until_run: UntilRun,
    put_parameters: PutParameters,
    download: Download,
) -> None:
    put_parameters({"sample": "HG1"})
    first = start_with_uri()
    until_run(first, "COMPLETED")
    client("s3").delete_object(Bucket="inputs", Key="run.json")
    second = repeat(omics, first)
    omics.delete_run(id=first)
    assert omics.get_run(id=second)["parametersUri"] == URI
    url = until_run(second, "RUNNING")["parametersUri"]
    assert json.loads(download(url)) == {"sample": "HG1"}
    third = repeat(omics, second)
    assert until_run(third, "COMPLETED")["parametersUri"] != URI


@pytest.mark.our_choice("L102", "W2.7")
def test_repeated_run_reads_the_object_if_the_first_has_not(
    omics: Client, start_with_uri: StartWithUri, until_run: UntilRun, put_parameters: PutParameters
) -> None:
    first = start_with_uri()
    until_run(first, "FAILED")
    put_parameters({"sample": "HG1"})
    assert until_run(repeat(omics, first), "COMPLETED")["parametersUri"] != URI


@pytest.mark.our_choice("L102", "W2.7")
def test_repeated_run_may_have_parameters_of_another_kind(
    omics: Client,
    start_with_uri: StartWithUri,
    until_run: UntilRun,
    template_workflow_id: str,
    start_run: StartRun,
    put_parameters: PutParameters,
) -> None:
    put_parameters({"sample": "HG1"})
    inline = start_run(workflowId=template_workflow_id, parameters={"sample": "HG2"})["id"]
    from_object = start_with_uri()
    until_run(from_object, "RUNNING")
    run = omics.get_run(id=repeat(omics, from_object, parameters={"sample": "HG3"}))
    assert (run["parameters"], run.get("parametersUri")) == ({"sample": "HG3"}, None)
    run = until_run(repeat(omics, inline, parametersUri=URI), "RUNNING")
    assert "parameters" not in run
    assert "X-Amz-Signature=" in run["parametersUri"]


@pytest.mark.our_choice("L102", "W2.6")
def test_copy_is_taken_before_the_repeated_run_is_removed(
    omics: Client,
    client: MakeClient,
    start_with_uri: StartWithUri,
    until_run: UntilRun,
    settings: Settings,
    put_parameters: PutParameters,
) -> None:
    settings(quotas={"stored_runs": 1})
    put_parameters({"sample": "HG1"})
    first = start_with_uri(retentionMode="REMOVE")
    until_run(first, "COMPLETED")
    client("s3").delete_object(Bucket="inputs", Key="run.json")
    second = repeat(omics, first)
    assert [run["id"] for run in omics.list_runs()["items"]] == [second]
    until_run(second, "COMPLETED")
