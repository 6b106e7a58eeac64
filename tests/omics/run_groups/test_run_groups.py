"""Run groups: creation, reading, deletion and updates."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from conftest import ACCOUNT, Client, StartBatch, Until
from tests.omics.helpers import (
    StartRun,
    UntilRun,
    error_of,
    raises_conflict,
    raises_not_found,
    raises_validation,
    raises_violations,
)


@pytest.mark.documented("W6", "W1")
def test_get_run_group_returns_the_settings_of_create_run_group(omics: Client) -> None:
    settings = {"name": "night", "maxCpus": 1, "maxRuns": 2, "maxDuration": 100000, "maxGpus": 3}
    created = omics.create_run_group(**settings, tags={"a": "b"})
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert re.fullmatch(r"\d{7}", created["id"])
    assert created["arn"] == f"arn:aws:omics:us-east-1:{ACCOUNT}:runGroup/{created['id']}"
    assert created["tags"] == {"a": "b"}
    described = omics.get_run_group(id=created["id"])
    assert {name: described[name] for name in ("id", "arn", "tags")} == {
        name: created[name] for name in ("id", "arn", "tags")
    }
    assert {name: described[name] for name in settings} == settings
    assert "creationTime" in described


@pytest.mark.documented("W6")
def test_all_members_are_optional(omics: Client) -> None:
    described = omics.get_run_group(id=omics.create_run_group()["id"])
    described.pop("ResponseMetadata")
    assert set(described) == {"id", "arn", "tags", "creationTime"}


@pytest.mark.documented("W6")
@pytest.mark.parametrize("limit", ["maxCpus", "maxRuns", "maxDuration", "maxGpus"])
def test_limits_must_be_between_1_and_100000(raw_omics: Client, limit: str) -> None:
    with raises_violations(f"Value '0' at '{limit}' must have value greater than or equal to 1"):
        raw_omics.create_run_group(**{limit: 0})
    with raises_violations(
        f"Value '100001' at '{limit}' must have value less than or equal to 100000"
    ):
        raw_omics.create_run_group(**{limit: 100001})
    assert raw_omics.list_run_groups()["items"] == []


@pytest.mark.documented("W1")
def test_all_constraint_violations_are_reported_together(raw_omics: Client) -> None:
    with raises_violations(
        f"Value '{'n' * 129}' at 'name' must have length less than or equal to 128",
        "Value 'many' at 'maxRuns' must be of type integer",
        "Value '-1' at 'maxGpus' must have value greater than or equal to 1",
    ):
        raw_omics.create_run_group(name="n" * 129, maxRuns="many", maxGpus=-1)


@pytest.mark.our_choice("W6")
def test_names_need_not_be_unique(omics: Client) -> None:
    ids = [omics.create_run_group(name="night")["id"] for _ in range(2)]
    assert [group["id"] for group in omics.list_run_groups(name="night")["items"]] == ids


@pytest.mark.our_choice("B18", "W2.5")
def test_repeated_request_id_returns_the_first_group(omics: Client) -> None:
    first = omics.create_run_group(requestId="g-1", maxCpus=8)["id"]
    assert omics.create_run_group(requestId="g-1", maxCpus=8)["id"] == first
    with raises_conflict("The requestId g-1 was used before with other parameters"):
        omics.create_run_group(requestId="g-1", maxCpus=16)
    omics.delete_run_group(id=first)
    assert omics.create_run_group(requestId="g-1", maxCpus=16)["id"] != first


@pytest.mark.our_choice("W2.9")
def test_unknown_group_is_not_found(omics: Client) -> None:
    for operation in (omics.get_run_group, omics.delete_run_group):
        with raises_not_found("Run group 7654321 not found"):
            operation(id="7654321")


@pytest.mark.documented("W6")
def test_deleted_group_is_not_found(omics: Client) -> None:
    group = omics.create_run_group()["id"]
    assert omics.delete_run_group(id=group)["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert omics.list_run_groups()["items"] == []
    for operation in (omics.get_run_group, omics.delete_run_group):
        with raises_not_found(f"Run group {group} not found"):
            operation(id=group)


@pytest.mark.documented("W6")
@pytest.mark.parametrize("status", ["PENDING", "STARTING", "RUNNING", "STOPPING"])
@pytest.mark.parametrize("single", [True, False], ids=["single run", "batch run"])
def test_group_with_active_runs_cannot_be_deleted(
    omics: Client,
    start_run: StartRun,
    start_batch_run: Callable[..., str],
    until_run: UntilRun,
    status: str,
    single: bool,
) -> None:
    group = omics.create_run_group()["id"]
    run_id = start_run(runGroupId=group)["id"] if single else start_batch_run(runGroupId=group)
    if status != "PENDING":
        until_run(run_id, status)
    with raises_conflict(f"Run group {group} cannot be deleted: active runs use it"):
        omics.delete_run_group(id=group)
    assert omics.get_run_group(id=group)["id"] == group
    until_run(run_id, "COMPLETED")
    omics.delete_run_group(id=group)
    assert omics.get_run(id=run_id)["runGroupId"] == group


@pytest.mark.documented("W6")
def test_group_can_be_deleted_after_its_runs_are_cancelled(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    group, other = (omics.create_run_group()["id"] for _ in range(2))
    run_id = start_run(runGroupId=group)["id"]
    omics.delete_run_group(id=other)
    omics.cancel_run(id=run_id)
    with raises_conflict(f"Run group {group} cannot be deleted: active runs use it"):
        omics.delete_run_group(id=group)
    until_run(run_id, "CANCELLED")
    omics.delete_run_group(id=group)


@pytest.mark.documented("B62")
@pytest.mark.parametrize("deleted", ["Run group", "Workflow", "Configuration"])
def test_resources_deleted_before_submission_fail_the_entries(
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    workflow_id: str,
    configuration: str,
    deleted: str,
) -> None:
    group = omics.create_run_group()["id"]
    vpc = {"networkingMode": "VPC", "configurationName": configuration}
    batch_id = start_batch(runGroupId=group, **vpc)
    names = {"Run group": group, "Workflow": workflow_id, "Configuration": configuration}
    if deleted == "Run group":
        omics.delete_run_group(id=group)
    elif deleted == "Workflow":
        omics.delete_workflow(id=workflow_id)
    else:
        omics.delete_configuration(name=configuration)
    until(batch_id, "PROCESSED")
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert {(run["submissionFailureReason"], run["submissionFailureMessage"]) for run in runs} == {
        ("ResourceNotFoundException", f"{deleted} {names[deleted]} not found")
    }


@pytest.mark.documented("W1")
def test_name_with_control_character_is_rejected(omics: Client) -> None:
    message = (
        "1 validation error detected: Value 'a\tb' at 'name' failed to satisfy constraint: Member "
        r"must satisfy regular expression pattern: [\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+"
    )
    with raises_validation(message):
        omics.create_run_group(name="a\tb")


@pytest.mark.documented("W6")
def test_update_run_group_changes_the_given_members(omics: Client) -> None:
    group_id = omics.create_run_group(name="night", maxCpus=10)["id"]
    omics.update_run_group(id=group_id, maxRuns=5, maxCpus=20)
    found = omics.get_run_group(id=group_id)
    assert (found["name"], found["maxCpus"], found["maxRuns"]) == ("night", 20, 5)
    assert omics.list_run_groups()["items"][0]["maxRuns"] == 5


@pytest.mark.our_choice("W12")
def test_update_of_an_unknown_group_is_not_found(omics: Client) -> None:
    found = error_of(omics.update_run_group, id="1", name="x")
    assert found == ("ResourceNotFoundException", 404, "Run group 1 not found")
