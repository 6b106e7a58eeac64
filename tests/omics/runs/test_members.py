"""Members of runs that the newest API knows, and those of the workflow of a run (L103 to L114)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, StartBatch, Until, definition
from tests.omics.helpers import (
    StartRun,
    UntilRun,
    raises_validation,
    requires_member,
    run_ids,
)

# -- requester pays, session policy, scratch storage --


@pytest.mark.our_choice("L103")
@requires_member("GetRunResponse", "requesterPaysEnabled")
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, False),
        ({"requesterPaysEnabled": True}, True),
        ({"requesterPaysEnabled": False}, False),
    ],
)
def test_requester_pays_is_always_shown(
    omics: Client,
    start_run: StartRun,
    start_batch_run: Callable[..., str],
    given: dict[str, bool],
    shown: bool,
) -> None:
    for run_id in (start_run(**given)["id"], start_batch_run(**given)):
        assert omics.get_run(id=run_id)["requesterPaysEnabled"] is shown


@pytest.mark.our_choice("L104")
@requires_member("StartRunRequest", "sessionPolicy")
@pytest.mark.parametrize("policy", ["{", "[]", '"{}"', "x", "[" * 2048], ids=lambda p: p[:4])
def test_session_policy_must_be_a_json_object(
    omics: Client, start_run: StartRun, start_batch: StartBatch, policy: str
) -> None:
    with raises_validation("'sessionPolicy' must be a JSON object"):
        start_run(sessionPolicy=policy)
    with raises_validation("'defaultRunSetting.sessionPolicy' must be a JSON object"):
        start_batch(sessionPolicy=policy)
    assert omics.list_runs()["items"] == omics.list_batch()["items"] == []


@pytest.mark.documented("L107")
@requires_member("GetRunResponse", "scratchStorageMode")
@pytest.mark.parametrize("mode", [None, "LOCAL", "SHARED"])
def test_scratch_storage_mode_is_shown_only_when_given(
    omics: Client, start_run: StartRun, start_batch_run: Callable[..., str], mode: str | None
) -> None:
    given = {"scratchStorageMode": mode} if mode else {}
    for run_id in (start_run(**given)["id"], start_batch_run(**given)):
        assert omics.get_run(id=run_id).get("scratchStorageMode") == mode


@pytest.mark.documented("L108")
@requires_member("GetRunResponse", "outputUriPrefixMode")
@pytest.mark.parametrize("mode", [None, "SERVICE_DEFINED", "NONE_WITH_OVERWRITE"])
def test_output_prefix_mode_is_always_shown(
    omics: Client, start_run: StartRun, mode: str | None
) -> None:
    given = {"outputUriPrefixMode": mode} if mode else {}
    run = omics.get_run(id=start_run(**given)["id"])
    assert run["outputUriPrefixMode"] == (mode or "SERVICE_DEFINED")


# -- the workflow of a run --


@pytest.mark.documented("L109")
@requires_member("RunListItem", "workflowName")
def test_lists_show_the_name_of_the_workflow(
    omics: Client, start_run: StartRun, start_batch_run: Callable[..., str]
) -> None:
    unnamed = omics.create_workflow(definitionZip=definition())["id"]
    start_run()
    start_batch_run()
    start_run(workflowId=unnamed)
    items = omics.list_runs()["items"]
    assert [item.get("workflowName") for item in items] == ["align", "align", None]


@pytest.mark.documented("L91", "L109")
def test_run_of_a_version_has_uuid_and_digest_of_the_version(
    omics: Client,
    start_run: StartRun,
    start_batch_run: Callable[..., str],
    workflow_id: str,
) -> None:
    version = omics.create_workflow_version(
        workflowId=workflow_id, versionName="v1", definitionZip=definition("other.wdl")
    )
    created = omics.get_workflow(id=workflow_id)
    of_version = omics.get_workflow_version(workflowId=workflow_id, versionName="v1")
    assert version["uuid"] == of_version["uuid"] != created["uuid"]
    for settings, expected in (
        ({}, created),
        ({"workflowVersionName": "v1"}, of_version),
    ):
        for run_id in (start_run(**settings)["id"], start_batch_run(**settings)):
            run = omics.get_run(id=run_id)
            assert (run["workflowUuid"], run["digest"]) == (expected["uuid"], expected["digest"])


@pytest.mark.documented("L109")
@requires_member("GetRunTaskResponse", "uuid")
def test_both_answers_of_a_task_have_its_uuid(omics: Client, start_run: StartRun) -> None:
    run_id = start_run()["id"]
    (item,) = omics.list_run_tasks(id=run_id)["items"]
    task = omics.get_run_task(id=run_id, taskId=item["taskId"])
    assert task["uuid"] == item["uuid"]
    assert task["uuid"] != omics.get_run(id=run_id)["uuid"]


# -- shared networks --


@pytest.mark.documented("L114")
@requires_member("VpcConfig", "vpcOwnerAccountId")
def test_owner_of_a_shared_vpc_is_shown(omics: Client, start_run: StartRun) -> None:
    network = {
        "subnetIds": ["subnet-0123456789abcdef0"],
        "securityGroupIds": ["sg-0123456789abcdef0"],
        "vpcOwnerAccountId": "111111111111",
    }
    created = omics.create_configuration(name="shared", runConfigurations={"vpcConfig": network})
    found = omics.get_configuration(name="shared")
    run = omics.get_run(id=start_run(networkingMode="VPC", configurationName="shared")["id"])
    for shown in (
        created["runConfigurations"]["vpcConfig"],
        found["runConfigurations"]["vpcConfig"],
        run["vpcConfig"],
    ):
        assert {name: shown[name] for name in network} == network


# -- storage that a run has used --


@pytest.mark.our_choice("W2.2", "L32")
def test_dynamic_run_shows_the_storage_it_used_at_its_end(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    run_id = start_run(storageType="DYNAMIC")["id"]
    for status in ("RUNNING", "STOPPING"):
        assert "storageCapacity" not in until_run(run_id, status)
    assert "storageCapacity" not in omics.list_runs()["items"][0]
    assert until_run(run_id, "COMPLETED")["storageCapacity"] == 120
    assert omics.list_runs()["items"][0]["storageCapacity"] == 120


@pytest.mark.our_choice("W2.2", "L32")
def test_only_dynamic_runs_that_were_running_show_the_storage_they_used(
    omics: Client, start_run: StartRun, until_run: UntilRun
) -> None:
    static = start_run(storageType="STATIC", storageCapacity=2400)["id"]
    early, late = start_run()["id"], start_run()["id"]
    omics.cancel_run(id=early)
    until_run(late, "RUNNING")
    omics.cancel_run(id=late)
    ended = {static: "COMPLETED", early: "CANCELLED", late: "CANCELLED"}
    shown = {id: until_run(id, status).get("storageCapacity") for id, status in ended.items()}
    assert shown == {static: 2400, early: None, late: 120}
    listed = {run["id"]: run.get("storageCapacity") for run in omics.list_runs()["items"]}
    assert listed == shown


@pytest.mark.our_choice("W2.9", "L32")
def test_runs_of_a_batch_that_end_together_are_listed_with_their_own_past(
    omics: Client, start_batch: StartBatch, until: Until, until_run: UntilRun
) -> None:
    batch_id = start_batch(["a", "b", "c", "d"])
    until(batch_id, "INPROGRESS")
    ids = run_ids(omics, batch_id)
    for name, status in (("a", "RUNNING"), ("b", "RUNNING"), ("c", "STARTING")):
        until_run(ids[name], status)
    omics.cancel_run_batch(batchId=batch_id)
    until(batch_id, "CANCELLED")
    past: dict[str, tuple[Any, Any]] = {}
    for item in omics.list_runs()["items"]:
        run = omics.get_run(id=item["id"])
        members = ("creationTime", "startTime", "stopTime", "storageCapacity")
        assert {m: item.get(m) for m in members} == {m: run.get(m) for m in members}
        past[item["id"]] = "startTime" in item, item.get("storageCapacity")
    executed, not_executed = (True, 120), (False, None)
    assert past == {
        **dict.fromkeys([ids["a"], ids["b"]], executed),
        **dict.fromkeys([ids["c"], ids["d"]], not_executed),
    }
