"""StartRunBatch: the response, validation, references to other resources, idempotency."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from moto.moto_api._internal import mock_random
from moto.s3.models import s3_backends

from conftest import ACCOUNT, REGION, ROLE, Client, StartBatch, Until, definition
from tests.omics.helpers import (
    PutSettings,
    SetProgression,
    raises_conflict,
    raises_not_found,
    raises_validation,
    raises_violations,
)
from tests.wire.raw import shortened

ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}"


def request(workflow_id: str, *entries: str, **default: Any) -> dict[str, Any]:
    """Return the parameters of StartRunBatch with inline settings."""
    return {
        "defaultRunSetting": {
            "workflowId": workflow_id,
            "roleArn": ROLE,
            "outputUri": "s3://results/cohort",
            **default,
        },
        "batchRunSettings": {"inlineSettings": [{"runSettingId": e} for e in entries or ("s1",)]},
    }


# -- response and identifiers --


@pytest.mark.documented("B1", "B10")
def test_response_has_status_creating_and_all_identifiers(omics: Client, workflow_id: str) -> None:
    response = omics.start_run_batch(**request(workflow_id), tags={"cohort": "giab"})
    metadata = response.pop("ResponseMetadata")
    assert metadata["HTTPStatusCode"] == 201
    assert re.fullmatch(r"\d{7}", response["id"])
    assert str(UUID(response["uuid"])) == response["uuid"]
    assert response == {
        "id": response["id"],
        "arn": f"{ARN}:runBatch/{response['id']}",
        "uuid": response["uuid"],
        "status": "CREATING",
        "tags": {"cohort": "giab"},
    }
    assert omics.list_batch()["items"][0]["status"] == "CREATING"
    batch = omics.get_batch(batchId=response["id"])
    del response["status"]
    assert {name: batch[name] for name in response} == response


@pytest.mark.documented("B2")
def test_run_has_numeric_id_arn_and_uuid(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1", "s2", "s3"])
    batch = until(batch_id, "INPROGRESS")
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    for run in runs:
        assert re.fullmatch(r"\d{7}", run["runId"])
        assert run["runArn"] == f"{ARN}:run/{run['runId']}"
        assert str(UUID(run["runInternalUuid"])) == run["runInternalUuid"]
        described = omics.get_run(id=run["runId"])
        assert (described["arn"], described["uuid"]) == (run["runArn"], run["runInternalUuid"])
    assert len({run["runId"] for run in runs} | {batch_id}) == 4
    assert len({run["runInternalUuid"] for run in runs} | {batch["uuid"]}) == 4


@pytest.mark.our_choice("B3")
def test_ids_are_unique_across_resource_types(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    bucket = "s3://cache-bucket/x"
    makers: list[Callable[[], str]] = [
        lambda: str(omics.create_run_group(name="group")["id"]),
        lambda: str(omics.create_run_cache(cacheS3Location=bucket)["id"]),
        lambda: str(
            omics.create_workflow(name="w", engine="WDL", definitionZip=definition())["id"]
        ),
        lambda: start_batch(),
        lambda: start_batch(),
    ]
    ids = []
    for make in makers:
        # With the same seed each resource would get the same id.
        mock_random.seed(7)
        ids.append(make())
    for batch_id in ids[-2:]:
        mock_random.seed(7)
        until(batch_id, "INPROGRESS")
        ids += [r["runId"] for r in omics.list_runs_in_batch(batchId=batch_id)["runs"]]
    assert len(ids) == 9
    assert len(set(ids)) == 9


@pytest.mark.our_choice("B3")
def test_id_with_leading_zeros_is_a_different_id(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1"])
    until(batch_id, "INPROGRESS")
    run_id = "0" + omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    assert omics.list_runs_in_batch(batchId=batch_id, runId=run_id)["runs"] == []
    with raises_not_found(f"Run {run_id} not found"):
        omics.get_run(id=run_id)


# -- validation --


@pytest.mark.documented("B11")
@pytest.mark.parametrize("count", [1, 100])
def test_inline_settings_accept_1_to_100_entries(
    omics: Client, start_batch: StartBatch, count: int
) -> None:
    batch_id = start_batch([f"s{n}" for n in range(count)])
    assert omics.get_batch(batchId=batch_id)["totalRuns"] == count


@pytest.mark.documented("B11")
@pytest.mark.parametrize(
    ("count", "must"),
    [
        (0, "must have length greater than or equal to 1"),
        (101, "must have length less than or equal to 100"),
    ],
)
def test_inline_settings_outside_1_to_100_are_rejected(
    raw_omics: Client, workflow_id: str, count: int, must: str
) -> None:
    params = request(workflow_id)
    params["batchRunSettings"] = {
        "inlineSettings": [{"runSettingId": f"{n}"} for n in range(count)]
    }
    entries = ", ".join(f"{{runSettingId={n}}}" for n in range(count))
    reported = shortened(f"[{entries}]")
    with raises_violations(f"Value '{reported}' at 'batchRunSettings.inlineSettings' {must}"):
        raw_omics.start_run_batch(**params)
    assert raw_omics.list_batch()["items"] == []


@pytest.mark.documented("B11")
@pytest.mark.parametrize(
    ("union", "reported"),
    [
        ({}, "{}"),
        (
            {"inlineSettings": [{"runSettingId": "s1"}], "s3UriSettings": "s3://b/k"},
            "{inlineSettings=[{runSettingId=s1}], s3UriSettings=s3://b/k}",
        ),
    ],
)
def test_exactly_one_kind_of_run_settings_is_required(
    raw_omics: Client, workflow_id: str, union: dict[str, Any], reported: str
) -> None:
    with raises_violations(
        f"Value '{reported}' at 'batchRunSettings' must have exactly one of "
        "[inlineSettings, s3UriSettings]"
    ):
        raw_omics.start_run_batch(**{**request(workflow_id), "batchRunSettings": union})
    assert raw_omics.list_batch()["items"] == []


@pytest.mark.documented("B12")
def test_all_constraint_violations_are_reported_together(raw_omics: Client) -> None:
    params = request("abc", priority=-1)
    params["batchRunSettings"]["inlineSettings"][0] = {"priority": 100_001}
    entry = "batchRunSettings.inlineSettings.1.member"
    with raises_violations(
        "Value 'abc' at 'defaultRunSetting.workflowId' "
        "must satisfy regular expression pattern: [0-9]+",
        "Value '-1' at 'defaultRunSetting.priority' must have value greater than or equal to 0",
        f"Value '100001' at '{entry}.priority' must have value less than or equal to 100000",
        f"Value null at '{entry}.runSettingId' must not be null",
    ):
        raw_omics.start_run_batch(**params)
    assert raw_omics.list_batch()["items"] == []


@pytest.mark.documented("B12")
def test_unknown_workflow_is_rejected(omics: Client) -> None:
    with raises_not_found("Workflow 3910207 not found"):
        omics.start_run_batch(**request("3910207"))
    assert omics.list_batch()["items"] == []


@pytest.mark.our_choice("B12")
def test_inactive_workflow_is_rejected(omics: Client, progression: SetProgression) -> None:
    progression("workflow", progression="manual", times=2)
    workflow_id = omics.create_workflow(name="w", definitionZip=definition())["id"]
    with raises_validation(f"Workflow {workflow_id} is not ACTIVE: its status is CREATING"):
        omics.start_run_batch(**request(workflow_id))
    assert omics.list_batch()["items"] == []


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("uri", ["runs.json", "s3://settings", "s3://settings/", "http://b/k"])
def test_s3_uri_without_bucket_or_key_is_rejected(start_batch: StartBatch, uri: str) -> None:
    with raises_validation(
        f"Invalid s3UriSettings '{uri}': it must be of the form s3://bucket/key",
    ):
        start_batch(s3=uri)


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("uri", ["s3://settings/other.json", "s3://no-such-bucket/runs.json"])
def test_missing_s3_object_is_rejected(
    omics: Client, start_batch: StartBatch, put_settings: PutSettings, uri: str
) -> None:
    put_settings([{"runSettingId": "s1"}])
    with raises_validation(f"S3 object not found: {uri}"):
        start_batch(s3=uri)
    assert omics.list_batch()["items"] == []


@pytest.mark.documented("B12")
def test_s3_object_of_another_account_is_rejected(omics: Client, start_batch: StartBatch) -> None:
    other_account = s3_backends["111122223333"]["aws"]
    other_account.create_bucket("other-account", REGION)
    other_account.put_object("other-account", "runs.json", b'[{"runSettingId": "s1"}]')
    with raises_validation("S3 access denied for s3://other-account/runs.json"):
        start_batch(s3="s3://other-account/runs.json")
    assert omics.list_batch()["items"] == []


@pytest.mark.documented("B14")
def test_ready2run_workflow_is_rejected(omics: Client, start_batch: StartBatch) -> None:
    with raises_validation(
        "Value 'READY2RUN' at 'defaultRunSetting.workflowType' is not supported for batches",
    ):
        start_batch(workflowType="READY2RUN")
    assert omics.list_batch()["items"] == []
    start_batch(workflowType="PRIVATE")


@pytest.mark.documented("B15")
def test_cache_behavior_requires_cache_id(omics: Client, start_batch: StartBatch) -> None:
    with raises_validation(
        "'defaultRunSetting.cacheBehavior' needs 'defaultRunSetting.cacheId'",
    ):
        start_batch(cacheBehavior="CACHE_ALWAYS")
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache-bucket/x")["id"]
    start_batch(cacheBehavior="CACHE_ALWAYS", cacheId=cache_id)
    assert len(omics.list_batch()["items"]) == 1


# -- references to other resources --


@pytest.mark.our_choice("B17")
@pytest.mark.parametrize(
    ("member", "kind"), [("runGroupId", "Run group"), ("cacheId", "Run cache")]
)
def test_run_group_and_run_cache_must_exist(
    omics: Client, start_batch: StartBatch, member: str, kind: str
) -> None:
    with raises_not_found(f"{kind} 7654321 not found"):
        start_batch(**{member: "7654321"})
    assert omics.list_batch()["items"] == []


@pytest.mark.our_choice("B17")
def test_workflow_version_must_exist(
    omics: Client, start_batch: StartBatch, workflow_id: str
) -> None:
    with raises_not_found(f"Workflow {workflow_id} version 2.0 not found"):
        start_batch(workflowVersionName="2.0")
    assert omics.list_batch()["items"] == []
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="2.0", definitionZip=definition()
    )
    omics.get_workflow_version(workflowId=workflow_id, versionName="2.0")
    start_batch(workflowVersionName="2.0")
    assert len(omics.list_batch()["items"]) == 1


@pytest.mark.documented("B19")
def test_tags_apply_to_the_batch_and_run_tags_to_the_runs(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1"], tags={"cohort": "giab"}, runTags={"lane": "1"})
    batch = until(batch_id, "INPROGRESS")
    run = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]
    assert batch["tags"] == {"cohort": "giab"}
    assert omics.list_tags_for_resource(resourceArn=batch["arn"])["tags"] == {"cohort": "giab"}
    assert omics.list_tags_for_resource(resourceArn=run["runArn"])["tags"] == {"lane": "1"}
    assert omics.get_run(id=run["runId"])["tags"] == {"lane": "1"}


@pytest.mark.documented("B20")
def test_identical_batches_create_new_runs(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    seen: set[str] = set()
    for _ in range(2):
        batch_id = start_batch(["s1", "s2"], batchName="again")
        until(batch_id, "PROCESSED")
        seen |= {run["runId"] for run in omics.list_runs_in_batch(batchId=batch_id)["runs"]}
    assert len(seen) == 4
    assert {run["id"] for run in omics.list_runs()["items"]} == seen


# -- idempotency --


@pytest.mark.documented("B18")
def test_repeated_request_id_returns_the_first_batch(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    first = start_batch(requestId="token", tags={"a": "b"})
    assert start_batch(requestId="token", tags={"a": "b"}) == first
    until(first, "PROCESSED")
    assert start_batch(requestId="token", tags={"a": "b"}) == first
    assert [batch["id"] for batch in omics.list_batch()["items"]] == [first]
    assert len(omics.list_runs()["items"]) == 2


@pytest.mark.documented("B18")
def test_calls_without_request_id_create_separate_batches(omics: Client, workflow_id: str) -> None:
    ids = {omics.start_run_batch(**request(workflow_id))["id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.our_choice("B18")
@pytest.mark.parametrize("status", ["CREATING", "INPROGRESS", "PROCESSED"])
def test_request_id_with_other_parameters_is_a_conflict(
    omics: Client, start_batch: StartBatch, until: Until, status: str
) -> None:
    batch_id = start_batch(requestId="token")
    if status != "CREATING":
        until(batch_id, status)
    message = "The requestId token was used before with other parameters"
    for other in ({"batchName": "x"}, {"tags": {"a": "b"}}, {"priority": 0}):
        with raises_conflict(message):
            start_batch(requestId="token", **other)
    with raises_conflict(message):
        start_batch(["s2", "s1"], requestId="token")
    assert [batch["id"] for batch in omics.list_batch()["items"]] == [batch_id]


@pytest.mark.our_choice("B18")
def test_request_id_comparison_distinguishes_value_types(start_batch: StartBatch) -> None:
    start_batch(requestId="token", parameters={"trim": 1})
    with raises_conflict("The requestId token was used before with other parameters"):
        start_batch(requestId="token", parameters={"trim": True})


@pytest.mark.our_choice("B18")
def test_request_id_can_be_used_for_other_operations_and_after_errors_or_deletion(
    omics: Client, start_batch: StartBatch, until: Until, workflow_id: str
) -> None:
    omics.start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results/x", requestId="token"
    )
    omics.create_run_group(name="group", requestId="token")
    with raises_not_found("Run group 7654321 not found"):
        start_batch(requestId="token", runGroupId="7654321")
    batch_id = start_batch(requestId="token")
    until(batch_id, "PROCESSED")
    omics.delete_batch(batchId=batch_id)
    assert start_batch(["other"], requestId="token") != batch_id
