"""Deleted batches and runs release their memory."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from conftest import ACCOUNT, REGION, ROLE, Client
from moto_omics_batch import omics_config
from moto_omics_batch.omics.models import Batch, OmicsBackend, Run, RunCache, omics_backends
from moto_omics_batch.omics.resources.analytics.annotation_stores import (
    AnnotationStore,
    AnnotationStoreVersion,
)
from moto_omics_batch.omics.resources.analytics.variant_stores import VariantStore
from moto_omics_batch.omics.resources.storage.read_sets import ReadSet
from moto_omics_batch.omics.resources.storage.sequence_stores import SequenceStore
from moto_omics_batch.omics.resources.storage.uploads import Upload

CONFIG = omics_config(workflows=["1234567"])
RUN = {"workflowId": "1234567", "roleArn": ROLE, "outputUri": "s3://results"}


@pytest.fixture
def client() -> Iterator[Client]:
    """A client in a mock with a workflow."""
    with mock_aws(config=CONFIG):
        yield boto3.client("omics", region_name=REGION)


def _tracked(model: Any) -> list[Any]:
    """The instances that moto's dashboard shows."""
    return list(model.instances_tracked)


def _backend() -> OmicsBackend:
    backend = omics_backends[ACCOUNT][REGION]
    assert isinstance(backend, OmicsBackend)
    return backend


def _process(client: Client) -> str:
    entries = [{"runSettingId": f"s{n}"} for n in range(20)]
    batch_id = str(
        client.start_run_batch(defaultRunSetting=RUN, batchRunSettings={"inlineSettings": entries})[
            "id"
        ]
    )
    while client.get_batch(batchId=batch_id)["status"] != "PROCESSED":
        pass
    return batch_id


@pytest.mark.parametrize("batch_first", [False, True])
def test_deleted_batch_and_its_runs_are_released(client: Client, batch_first: bool) -> None:
    batch_id = _process(client)
    batch = _backend().batches.find(batch_id)
    references = weakref.ref(batch), weakref.ref(batch.block)
    runs = [run["runId"] for run in client.list_runs_in_batch(batchId=batch_id)["runs"]]
    client.get_run(id=runs[3])
    if batch_first:
        client.delete_batch(batchId=batch_id)
        for run_id in runs:
            client.delete_run(id=run_id)
    else:
        client.delete_run_batch(batchId=batch_id)
        while client.get_batch(batchId=batch_id)["status"] != "RUNS_DELETED":
            pass
        client.delete_batch(batchId=batch_id)
    del batch
    gc.collect()
    assert [reference() for reference in references] == [None, None]
    assert _tracked(Batch) == []


def test_deleted_run_is_released(client: Client) -> None:
    run_id = client.start_run(**RUN)["id"]
    client.cancel_run(id=run_id)
    client.get_run(id=run_id)
    client.get_run(id=run_id)
    reference = weakref.ref(_tracked(Run)[0])
    client.delete_run(id=run_id)
    gc.collect()
    assert reference() is None
    assert _tracked(Run) == []


def test_replaced_runs_are_released() -> None:
    with mock_aws(config=omics_config(workflows=["1234567"], quotas={"stored_runs": 5})):
        client = boto3.client("omics", region_name=REGION)
        for _ in range(40):
            run_id = client.start_run(**RUN, retentionMode="REMOVE")["id"]
            client.cancel_run(id=run_id)
            client.get_run(id=run_id)
            client.get_run(id=run_id)
        registry = _backend().engine.registry
        assert len(list(registry)) == len(_tracked(Run)) == registry.stored == 5
        assert len(registry._segments) <= 20


def _run_cached(client: Client, cache_id: str) -> str:
    run_id = str(client.start_run(**RUN, cacheId=cache_id)["id"])
    while client.get_run(id=run_id)["status"] != "COMPLETED":
        pass
    return run_id


def test_a_run_that_has_ended_keeps_its_hits_only(client: Client) -> None:
    settings: Any = {"cacheS3Location": "s3://cache", "cacheBehavior": "CACHE_ALWAYS"}
    cache_id = client.create_run_cache(**settings)["id"]
    first, second = (_run_cached(client, cache_id) for _ in range(2))
    find = _backend().runs.find
    assert find(first).block.cache_uses == {}
    (use,) = find(second).block.cache_uses.values()
    assert (use.inputs, list(use.hits)) == (b"", [0])


def test_deleted_run_cache_and_its_entries_are_released(client: Client) -> None:
    settings: Any = {"cacheS3Location": "s3://cache", "cacheBehavior": "CACHE_ALWAYS"}
    cache_id = client.create_run_cache(**settings)["id"]
    _run_cached(client, cache_id)
    reference = weakref.ref(_tracked(RunCache)[0])
    assert len(_tracked(RunCache)[0].entries) == 1
    client.delete_run_cache(id=cache_id)
    gc.collect()
    assert reference() is None
    assert _tracked(RunCache) == []


def test_deleted_read_set_and_its_files_are_released(client: Client) -> None:
    store = {"sequenceStoreId": client.create_sequence_store(name="reads")["id"]}
    kind = {"sourceFileType": "FASTQ", "subjectId": "s", "sampleId": "s"}
    upload = {
        **store,
        "uploadId": client.create_multipart_read_set_upload(**store, **kind, name="up")["uploadId"],
    }
    part: dict[str, Any] = {"partNumber": 1, "partSource": "SOURCE1"}
    part["checksum"] = client.upload_read_set_part(**upload, **part, payload=b"@r")["checksum"]
    read_set = client.complete_multipart_read_set_upload(**upload, parts=[part])["readSetId"]
    storage = _backend().storage
    references: list[Any] = [weakref.ref(storage.read_sets.find(read_set).files["source1"])]
    client.batch_delete_read_set(**store, ids=[read_set])
    references.append(weakref.ref(storage.sequence_stores.find(store["sequenceStoreId"])))
    client.delete_sequence_store(id=store["sequenceStoreId"])
    gc.collect()
    assert [reference() for reference in references] == [None, None]
    for model in (Upload, ReadSet, SequenceStore):
        assert _tracked(model) == []


@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_deleted_store_of_analytics_is_released(client: Client, kind: str) -> None:
    arn = "arn:aws:omics:us-east-1:123456789012:referenceStore/1234567890/reference/1234567890"
    options: Any = {"storeFormat": "VCF"} if kind == "annotation" else {}
    create, delete = (getattr(client, f"{name}_{kind}_store") for name in ("create", "delete"))
    create(name="calls", reference={"referenceArn": arn}, **options)
    assert getattr(client, f"get_{kind}_store")(name="calls")["status"] == "ACTIVE"
    stores = getattr(_backend().analytics, f"{kind}_stores")
    reference = weakref.ref(stores.find("calls"))
    delete(name="calls")
    # The deletion, which takes time, ends before the next request.
    assert getattr(client, f"list_{kind}_stores")()[f"{kind}Stores"] == []
    gc.collect()
    assert reference() is None
    for model in (VariantStore, AnnotationStore, AnnotationStoreVersion):
        assert _tracked(model) == []
