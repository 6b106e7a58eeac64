"""Hints in the report of a failed test: each is given when it is certain, and not otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient, StartBatch, Until
from moto_omics_batch import faults
from moto_omics_batch.omics.models import omics_backends
from moto_omics_batch.plugin.backend_state import BackendState, MockState
from moto_omics_batch.plugin.hints import hints

EUROPE = "eu-west-1"


def _mock(*regions: str, number: int = 1) -> MockState:
    backends = omics_backends[ACCOUNT]
    return MockState(number, [BackendState.of(backends[region]) for region in regions or [REGION]])


def _start(client: Client, workflow_id: str, **members: Any) -> str:
    run = client.start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results/run", **members
    )
    return str(run["id"])


def _fails(call: Callable[..., object], *arguments: Any, **members: Any) -> None:
    with pytest.raises(ClientError):
        call(*arguments, **members)


# -- resources that do not exist --


def test_missing_workflow_is_declared_or_created(omics: Client) -> None:
    for _ in range(2):
        _fails(_start, omics, "1234567")
    assert hints([_mock()]) == [
        "Workflow 1234567 does not exist in the mock. Declare it with "
        'mock_aws(config=omics_config(workflows=["1234567"])) or '
        '@pytest.mark.omics_mock(workflows=["1234567"]), or create one with create_workflow.'
    ]


def test_declaration_of_the_hint_solves_the_problem() -> None:
    config: Any = {"omics": {"workflows": ["1234567"]}}
    with mock_aws(config=config):
        assert _start(boto3.client("omics", region_name=REGION), "1234567")
        assert hints([_mock()]) == []


def test_workflow_of_another_region_is_named(client: MakeClient, workflow_id: str) -> None:
    _fails(_start, client("omics", EUROPE), workflow_id)
    assert hints([_mock(REGION, EUROPE)]) == [
        f"Workflow {workflow_id} does not exist in eu-west-1 (account {ACCOUNT}); it exists in "
        f"us-east-1 (account {ACCOUNT}): use a client of that region."
    ]


def test_batch_and_run_of_another_region_are_named(
    client: MakeClient, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch()
    until(batch_id, "INPROGRESS")
    block = omics_backends[ACCOUNT][REGION].batches.find(batch_id).block
    assert block is not None
    europe = client("omics", EUROPE)
    _fails(europe.get_batch, batchId=batch_id)
    _fails(europe.get_run, id=block.id_of(0))
    names = [hint.partition(" does")[0] for hint in hints([_mock(EUROPE, REGION)])[:2]]
    assert names == [f"Batch {batch_id}", f"Run {block.id_of(0)}"]


def test_batch_of_another_account_is_named(omics: Client, start_batch: StartBatch) -> None:
    batch_id = start_batch()
    other = "111122223333"
    mine = _mock()
    _fails(omics.get_batch, batchId="1")
    stranger = BackendState.of(omics_backends[other][REGION])
    stranger.calls.last.extend(
        call._replace(message=f"Batch {batch_id} not found")
        for call in mine.backends[0].calls.last
        if call.failed
    )
    found = hints([MockState(1, [*mine.backends, stranger])])
    assert found[-1].endswith("use a client of that account.")


def test_batch_of_an_earlier_mock_is_named() -> None:
    config: Any = {"omics": {"workflows": ["1234567"]}}
    with mock_aws(config=config):
        run_id = _start(boto3.client("omics", region_name=REGION), "1234567")
        earlier = _mock()
    with mock_aws(config=config):
        _fails(boto3.client("omics", region_name=REGION).get_run, id=run_id)
        assert hints([earlier, _mock(number=2)]) == [
            f"Run {run_id} existed in an earlier mock of this test, which has removed its data."
        ]


def test_id_of_another_kind_is_named(omics: Client, start_batch: StartBatch) -> None:
    batch_id = start_batch()
    _fails(omics.get_run, id=batch_id)
    assert hints([_mock()]) == [f"{batch_id} is the id of a batch, not of a run."]


def test_resource_that_exists_by_now_and_unknown_id_have_no_hint(omics: Client) -> None:
    _fails(omics.get_batch, batchId="7654321")
    _fails(omics.get_workflow, id="1234567")
    omics_backends[ACCOUNT][REGION].workflows.add(
        {"name": "align", "definitionUri": "s3://workflows/a.zip"}, "1234567", "ACTIVE"
    )
    assert hints([_mock()]) == []


def test_missing_object_is_named(
    omics: Client, workflow_id: str, client: MakeClient, start_batch: StartBatch
) -> None:
    client("s3").create_bucket(Bucket="settings")
    _fails(start_batch, s3="s3://settings/runs.json")
    assert hints([_mock()]) == [
        "s3://settings/runs.json does not exist in the mock: create it with put_object of the S3 "
        "client first."
    ]


def test_missing_object_of_a_submission_is_named(start_batch: StartBatch, until: Until) -> None:
    faults.submission_fails(
        reason="ValidationException", message="S3 object not found: s3://inputs/HG001.bam"
    )
    until(start_batch(["HG001"]), "PROCESSED")
    (hint,) = hints([_mock()])
    assert hint.startswith("s3://inputs/HG001.bam does not exist in the mock")


def test_operation_that_is_not_implemented_is_named(omics: Client) -> None:
    _fails(omics.list_sequence_stores)
    assert hints([_mock()]) == [
        "ListSequenceStores is not implemented by moto-omics-batch; the operations that are: "
        "https://github.com/moto-omics-batch/moto-omics-batch/blob/main/docs/fidelity.md"
    ]


# -- batches and runs that do not end --


def test_runs_that_hold_a_batch_are_named(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    faults.run_hangs(runSettingId="s2")
    batch_id = start_batch()
    for _ in range(10):
        omics.get_batch(batchId=batch_id)
    (hint,) = hints([_mock()])
    assert hint.startswith(f"Batch {batch_id} stays INPROGRESS because ")
    assert hint.endswith("(s2) is held by run_hangs until faults.release().")
    faults.release()
    until(batch_id, "PROCESSED")
    assert hints([_mock()]) == []


def test_held_run_is_named(omics: Client, workflow_id: str) -> None:
    run_id = _start(omics, workflow_id)
    faults.run_hangs()
    for _ in range(5):
        omics.get_run(id=run_id)
    assert hints([_mock()]) == [
        f"Run {run_id} is held in RUNNING by run_hangs until faults.release()."
    ]


@pytest.mark.parametrize(
    ("times", "words"), [(1, "each GetBatch."), (3, "every 3 calls of GetBatch.")]
)
def test_manual_progression_is_explained(
    omics: Client, start_batch: StartBatch, progression: Callable[..., None], times: int, words: str
) -> None:
    progression("batch", progression="manual", times=times)
    batch_id = start_batch()
    assert hints([_mock()]) == []
    omics.get_batch(batchId=batch_id)
    (hint,) = hints([_mock()])
    assert f"its progression is manual, one transition for {words}" in hint


def test_other_progressions_have_no_hint(
    omics: Client, start_batch: StartBatch, progression: Callable[..., None]
) -> None:
    progression("batch", progression="time", seconds=3600)
    omics.get_batch(batchId=start_batch())
    assert hints([_mock()]) == []


def test_injected_errors_of_calls_are_named(omics: Client) -> None:
    faults.call_fails(operation="GetRun", error="InternalServerException")
    assert hints([_mock()]) == []
    _fails(omics.get_run, id="1234567")
    (hint,) = hints([_mock()])
    assert hint.endswith("answered 1 call with InternalServerException.")
    assert hint.startswith("call_fails(operation='GetRun'")
