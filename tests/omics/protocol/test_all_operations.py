"""All operations of the model: presence, minimal requests, cleanup, and the waiters."""

from __future__ import annotations

import copy
import gzip
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from botocore.loaders import Loader

from conftest import ROLE, Client, MakeClient, StartBatch, definition
from tests.omics.helpers import (
    PROGRESSIONS,
    Clock,
    SetProgression,
    clear_model_caches,
    leftover_state,
    missing_operations,
    model,
    raises_error,
)
from tests.omics.shares.accounts import SUBSCRIBER, in_account

from . import minimal_calls
from .minimal_calls import REFERENCE, MinimalCalls

NO_DELAY = {"Delay": 0}


FASTA = b">chr1\nACGT\n"
FASTQ = gzip.compress(b"@r1\nACGT\n+\nIIII\n", mtime=0)


# -- presence --


@pytest.mark.documented("W1")
def test_all_operations_of_the_model_are_implemented() -> None:
    names = sorted(missing_operations())
    assert names == [], "the installed botocore knows operations that the backend does not"
    assert len(model.service().operation_names) >= 107


@pytest.fixture
def newer_model(client: MakeClient) -> Iterator[Client]:
    """A client whose model, as that of the backend, has an operation GetNovelty."""
    load = Loader.load_service_model

    def load_with_novelty(self: Loader, *args: Any, **more: Any) -> Any:
        loaded = load(self, *args, **more)
        if args[:2] != ("omics", "service-2"):
            return loaded
        loaded = copy.deepcopy(loaded)
        operation = copy.deepcopy(loaded["operations"]["ListRunGroups"])
        operation["name"] = "GetNovelty"
        operation["http"]["requestUri"] = "/novelty"
        loaded["operations"]["GetNovelty"] = operation
        return loaded

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Loader, "load_service_model", load_with_novelty)
        clear_model_caches()
        yield client("omics")
    clear_model_caches()


@pytest.mark.our_choice("W1")
def test_operation_of_a_newer_model_is_missing_and_answered_with_501(
    newer_model: Client, response_problems: list[str]
) -> None:
    assert missing_operations() == {"GetNovelty"}
    with raises_error("NotImplemented", 501, "GetNovelty is not implemented by this mock"):
        newer_model.get_novelty()
    problem = "GetNovelty: error 'NotImplemented' is not declared by the operation"
    assert response_problems == [problem]
    response_problems.clear()
    assert newer_model.list_run_groups()["items"] == []


# -- minimal requests --


@pytest.fixture
def call(
    client: MakeClient, omics: Client, configuration: str, progression: SetProgression
) -> MinimalCalls:
    """``call("GetRun", id="1234567")`` calls an operation with its required members only."""
    # A job that has ended cannot be cancelled.
    for kind in ("variant", "annotation"):
        progression(f"{kind}_import_job", **PROGRESSIONS["manual"])
    s3 = client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="hg38.fa", Body=FASTA)
    s3.put_object(Bucket="bucket", Key="r1.fastq.gz", Body=FASTQ)
    return MinimalCalls(omics, in_account(client, SUBSCRIBER))


@pytest.mark.documented("W1")
def test_each_operation_works_with_minimal_parameters(call: MinimalCalls, workflow_id: str) -> None:
    created = minimal_calls.create_resources(call, workflow_id)
    minimal_calls.read_and_update(call, created)
    minimal_calls.cancel_and_delete(call, created)
    minimal_calls.call_reference_operations(call, "s3://bucket/hg38.fa")
    minimal_calls.call_sequence_operations(call, "s3://bucket/r1.fastq.gz")
    minimal_calls.call_variant_operations(call)
    minimal_calls.call_annotation_operations(call)
    service = model.service()
    expected = {
        name: service.operation_model(name).http["responseCode"] for name in service.operation_names
    }
    assert call.status_codes == expected


@pytest.mark.our_choice("S34", "S57", "A26", "A76")
def test_no_state_is_left_after_deleting_stores_and_shares(call: MinimalCalls) -> None:
    minimal_calls.call_reference_operations(call, "s3://bucket/hg38.fa")
    minimal_calls.call_sequence_operations(call, "s3://bucket/r1.fastq.gz")
    minimal_calls.call_variant_operations(call)
    minimal_calls.call_annotation_operations(call)
    call.omics.delete_configuration(name="lab-vpc")
    assert call.omics.list_configurations()["items"] == []
    assert leftover_state("123456789012", "us-east-1") == []


@pytest.mark.our_choice("S48", "S57", "A25", "A76")
def test_no_state_is_left_of_what_stores_contained(call: MinimalCalls) -> None:
    omics = call.omics
    store_id = omics.create_sequence_store(name="reads", clientToken="t")["id"]
    store = {"sequenceStoreId": store_id}
    request = {"sourceFileType": "FASTQ", "subjectId": "s", "sampleId": "s"}
    source: dict[str, Any] = {**request, "sourceFiles": {"source1": "s3://bucket/r1.fastq.gz"}}
    omics.create_multipart_read_set_upload(**store, **request, name="up", clientToken="t")
    references = {"referenceStoreId": omics.create_reference_store(name="refs")["id"]}
    sources: list[Any] = [{"sourceFile": "s3://bucket/hg38.fa", "name": "hg38"}]
    omics.start_reference_import_job(**references, roleArn=ROLE, sources=sources)
    (reference,) = omics.list_references(**references)["references"]
    source["referenceArn"] = reference["arn"]
    # One of two sources fails: it has no read set.
    sources = [source, {**source, "sourceFiles": {"source1": "s3://bucket/missing"}}]
    for token in ("1", "2"):
        omics.start_read_set_import_job(**store, roleArn=ROLE, sources=sources, clientToken=token)
    found = omics.list_read_sets(**store)["readSets"]
    assert len(found) == 2
    omics.batch_delete_read_set(**store, ids=[read_set["id"] for read_set in found])
    omics.delete_sequence_store(id=store_id)
    omics.delete_reference(**references, id=reference["id"])
    omics.delete_reference_store(id=references["referenceStoreId"])
    # A share that was not accepted ends with its store.
    omics.create_variant_store(name="variants", reference=REFERENCE)
    arn = omics.get_variant_store(name="variants")["storeArn"]
    omics.create_share(resourceArn=arn, principalSubscriber=SUBSCRIBER)
    omics.delete_variant_store(name="variants")
    omics.delete_configuration(name="lab-vpc")
    assert omics.list_configurations()["items"] == []
    assert leftover_state("123456789012", "us-east-1") == []


@pytest.mark.documented("B42", "B82", "W4.2", "W6", "W7", "W8")
def test_no_state_is_left_after_deleting_all_resources(
    omics: Client, start_batch: StartBatch, workflow_id: str, configuration: str
) -> None:
    group_id = omics.create_run_group(name="g", maxRuns=3)["id"]
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    omics.create_workflow_version(
        workflowId=workflow_id, versionName="v1", definitionZip=definition()
    )
    batch_id = start_batch(
        [f"s{n}" for n in range(5)],
        runGroupId=group_id,
        cacheId=cache_id,
        workflowVersionName="v1",
        networkingMode="VPC",
        configurationName=configuration,
        tags={"a": "b"},
    )
    while omics.get_batch(batchId=batch_id)["status"] != "PROCESSED":
        pass
    runs = [run["id"] for run in omics.list_runs(batchId=batch_id)["items"]]
    single_run_id = omics.start_run(runId=runs[0], roleArn=ROLE, outputUri="s3://again")["id"]
    omics.get_waiter("run_completed").wait(id=single_run_id, WaiterConfig=NO_DELAY)
    omics.list_run_tasks(id=single_run_id)
    omics.tag_resource(resourceArn=omics.get_run(id=runs[1])["arn"], tags={"c": "d"})
    omics.delete_run(id=runs[1])
    omics.delete_run_batch(batchId=batch_id)
    while omics.get_batch(batchId=batch_id)["status"] != "RUNS_DELETED":
        pass
    omics.delete_batch(batchId=batch_id)
    omics.delete_run(id=single_run_id)
    omics.delete_workflow_version(workflowId=workflow_id, versionName="v1")
    omics.delete_workflow(id=workflow_id)
    omics.delete_run_group(id=group_id)
    omics.delete_run_cache(id=cache_id)
    omics.delete_configuration(name=configuration)
    for listing in ("batch", "runs", "workflows", "run_groups", "run_caches", "configurations"):
        assert getattr(omics, f"list_{listing}")()["items"] == [], listing
    assert leftover_state("123456789012", "us-east-1") == []


WAITERS = {
    "run_running": "RUNNING",
    "run_completed": "COMPLETED",
    "task_running": "RUNNING",
    "task_completed": "COMPLETED",
    "workflow_active": "ACTIVE",
    "workflow_version_active": "ACTIVE",
}


@pytest.mark.documented("W2.8", "W3", "W4.1", "W4.3")
@pytest.mark.parametrize("mode", ["manual", "immediate", "time"])
@pytest.mark.parametrize("waiter", WAITERS)
def test_waiters_succeed(
    omics: Client, progression: SetProgression, clock: Clock, waiter: str, mode: str
) -> None:
    def pass_time(**_: object) -> None:
        # Half a transition per request: no status is missed, and no test sleeps.
        clock.now += timedelta(seconds=5)

    omics.meta.events.register("before-call.omics", pass_time)
    for resource in ("run", "workflow"):
        progression(resource, progression=mode, seconds=10)
    workflow_id = omics.create_workflow(name="w", definitionZip=definition())["id"]
    waiter_params: dict[str, str] = {"id": workflow_id}
    if waiter == "workflow_version_active":
        omics.create_workflow_version(
            workflowId=workflow_id, versionName="v1", definitionZip=definition()
        )
        waiter_params = {"workflowId": workflow_id, "versionName": "v1"}
    elif not waiter.startswith("workflow"):
        omics.get_waiter("workflow_active").wait(id=workflow_id, WaiterConfig=NO_DELAY)
        run = omics.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results")
        waiter_params = {"id": run["id"]}
        if waiter.startswith("task"):
            waiter_params["taskId"] = omics.list_run_tasks(id=run["id"])["items"][0]["taskId"]
    wait = omics.get_waiter(waiter)
    if mode == "immediate" and WAITERS[waiter] == "RUNNING":
        # The run is COMPLETED at once: RUNNING is never reported, and COMPLETED is no failure.
        with pytest.raises(WaiterError, match="Max attempts exceeded"):
            wait.wait(**waiter_params, WaiterConfig=NO_DELAY)
    else:
        wait.wait(**waiter_params, WaiterConfig=NO_DELAY)
