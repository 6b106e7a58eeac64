"""Events of stores, references, their imports and S3 access policies."""

from __future__ import annotations

import pytest

from conftest import Client, MakeClient
from tests.omics.event_queue import EventQueue, event_pattern
from tests.omics.helpers import SetProgression
from tests.omics.storage.stores.conftest import ImportReference, PutObject, StartImport


@pytest.mark.our_choice("S174", "S173")
def test_the_events_of_a_reference_store(client: MakeClient, omics: Client) -> None:
    queue = EventQueue(client, event_pattern("Reference Store"))
    created = omics.create_reference_store(name="genomes")
    omics.delete_reference_store(id=created["id"])
    events = queue.receive()
    assert [event["detail"]["status"] for event in events] == ["CREATED", "ACTIVE", "DELETED"]
    for event in events:
        assert event["resources"] == [created["arn"]]
        assert set(event["detail"]) == {"omicsVersion", "arn", "id", "status"}


@pytest.mark.our_choice("S174")
def test_the_events_of_a_sequence_store(
    client: MakeClient, omics: Client, progression: SetProgression
) -> None:
    queue = EventQueue(client, event_pattern("Sequence Store"))
    store_id = omics.create_sequence_store(name="reads")["id"]
    omics.update_sequence_store(id=store_id, name="other")
    omics.update_sequence_store(id=store_id, propagatedSetLevelTags=["lab"])
    omics.delete_sequence_store(id=store_id)
    statuses = [event["detail"]["status"] for event in queue.receive()]
    assert statuses == ["CREATED", "ACTIVE", "UPDATED", "UPDATED", "ACTIVE", "DELETED"]


@pytest.mark.documented("S172")
def test_the_events_of_an_import_and_of_its_reference(
    client: MakeClient,
    omics: Client,
    reference_store: str,
    put_object: PutObject,
    start_import: StartImport,
) -> None:
    jobs = EventQueue(client, event_pattern("Reference Import Job"), name="jobs")
    references = EventQueue(client, event_pattern("Reference"), name="references")
    job_id = start_import({"sourceFile": put_object("hg38.fa"), "name": "hg38"})
    (found,) = omics.list_references(referenceStoreId=reference_store)["references"]
    omics.delete_reference(referenceStoreId=reference_store, id=found["id"])
    details = [event["detail"] for event in jobs.receive()]
    assert [detail["status"] for detail in details] == ["SUBMITTED", "IN_PROGRESS", "COMPLETED"]
    assert details[2] == {
        "omicsVersion": "1.0.0",
        "id": job_id,
        "referenceStoreId": reference_store,
        "status": "COMPLETED",
        "statusMessage": "The job completed successfully.",
    }
    details = [event["detail"] for event in references.receive()]
    assert [detail["status"] for detail in details] == ["ACTIVE", "DELETED"]
    assert details[0] == {
        "omicsVersion": "1.0.0",
        "arn": found["arn"],
        "id": found["id"],
        "referenceStoreId": reference_store,
        "creationJobId": job_id,
        "status": "ACTIVE",
    }


@pytest.mark.our_choice("S173")
def test_the_resource_of_an_import_job_is_its_store(
    client: MakeClient, omics: Client, reference_store: str, import_reference: ImportReference
) -> None:
    queue = EventQueue(client, event_pattern("Reference Import Job"))
    import_reference()
    arn = omics.get_reference_store(id=reference_store)["arn"]
    assert [event["resources"] for event in queue.receive()] == [[arn]] * 3


@pytest.mark.our_choice("S174", "S172")
def test_the_events_of_a_policy(client: MakeClient, omics: Client, sequence_store: str) -> None:
    queue = EventQueue(client, event_pattern("S3 Access Policy"))
    arn = omics.get_sequence_store(id=sequence_store)["s3Access"]["s3AccessPointArn"]
    omics.put_s3_access_policy(s3AccessPointArn=arn, s3AccessPolicy='{"Statement": []}')
    omics.delete_s3_access_policy(s3AccessPointArn=arn)
    events = queue.receive()
    assert [event["detail"].pop("status") for event in events] == ["ACTIVE", "DELETED"]
    for event in events:
        assert event["resources"] == [arn]
        assert event["detail"] == {
            "omicsVersion": "1.0.0",
            "s3AccessPointArn": arn,
            "storeId": sequence_store,
            "storeType": "SEQUENCE_STORE",
        }
