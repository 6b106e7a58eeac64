"""Events of stores, references, read sets, their jobs, and S3 access policies (S172 to S174)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, MakeClient
from tests.omics.event_queue import Event, EventQueue, Listen, event_pattern

ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:"
FASTQ = gzip.compress(b"@r1\nACGT\n+\nIIII\n", mtime=0)

DECLARED_REFERENCES = {
    "id": "1234567890",
    "references": [{"id": "1234567891", "name": "hg38", "content": ">chr1\nACGT\n"}],
}

StartImport = Callable[..., Answer]


@pytest.fixture
def reference_store(omics: Client) -> str:
    """The id of a reference store."""
    return str(omics.create_reference_store(name="refs")["id"])


@pytest.fixture
def sequence_store(omics: Client) -> str:
    """The id of an ACTIVE sequence store."""
    store_id = omics.create_sequence_store(name="reads")["id"]
    return str(omics.get_sequence_store(id=store_id)["id"])


@pytest.fixture
def bucket(client: MakeClient) -> str:
    """The name of a bucket with a FASTA and a FASTQ file."""
    s3 = client("s3")
    s3.create_bucket(Bucket="inputs")
    s3.put_object(Bucket="inputs", Key="hg38.fa", Body=b">chr1\nACGT\n")
    s3.put_object(Bucket="inputs", Key="r1.fastq.gz", Body=FASTQ)
    return "inputs"


def _read_set(key: str, bucket: str) -> dict[str, Any]:
    return {
        "sourceFiles": {"source1": f"s3://{bucket}/{key}"},
        "sourceFileType": "FASTQ",
        "subjectId": "S1",
        "sampleId": "HG002",
    }


@pytest.fixture
def import_read_sets(omics: Client, sequence_store: str, bucket: str) -> StartImport:
    """``import_read_sets("r1.fastq.gz")`` starts an import and returns the ended job."""

    def start(*keys: str) -> Answer:
        job = omics.start_read_set_import_job(
            sequenceStoreId=sequence_store,
            roleArn=ROLE,
            sources=[_read_set(key, bucket) for key in keys],
        )
        found: Answer = omics.get_read_set_import_job(sequenceStoreId=sequence_store, id=job["id"])
        return found

    return start


def _details(queue: EventQueue) -> list[Event]:
    return [event["detail"] for event in queue.receive()]


@pytest.mark.documented("S172")
def test_envelope_of_storage_events(omics: Client, listen: Listen) -> None:
    queue = listen()
    store = omics.create_sequence_store(name="reads")
    first = queue.receive()[0]
    assert re.fullmatch(r"[0-9a-f-]{36}", first.pop("id"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first.pop("time"))
    assert first == {
        "version": "0",
        "source": "aws.omics",
        "account": ACCOUNT,
        "region": REGION,
        "resources": [store["arn"]],
        "detail-type": "Sequence Store Status Change",
        "detail": {
            "omicsVersion": "1.0.0",
            "status": "CREATED",
            "arn": store["arn"],
            "id": store["id"],
        },
    }


@pytest.mark.our_choice("S172", "S174")
def test_reference_store_is_created_active_and_deleted(omics: Client, listen: Listen) -> None:
    queue = listen(event_pattern("Reference Store"))
    store = omics.create_reference_store(name="refs")
    omics.delete_reference_store(id=store["id"])
    assert _details(queue) == [
        {"omicsVersion": "1.0.0", "status": status, "arn": store["arn"], "id": store["id"]}
        for status in ("CREATED", "ACTIVE", "DELETED")
    ]


@pytest.mark.our_choice("S174")
def test_sequence_store_is_created_active_updated_and_deleted(
    omics: Client, listen: Listen
) -> None:
    queue = listen(event_pattern("Sequence Store"))
    store_id = omics.create_sequence_store(name="reads")["id"]
    omics.get_sequence_store(id=store_id)
    assert queue.receive_statuses() == ["CREATED", "ACTIVE"]
    omics.update_sequence_store(id=store_id, description="new")
    omics.get_sequence_store(id=store_id)
    updated = queue.receive_statuses()
    assert updated[0] == "UPDATED"
    omics.delete_sequence_store(id=store_id)
    omics.list_sequence_stores()
    assert queue.receive_statuses() == ["DELETED"]


@pytest.fixture
def import_reference(omics: Client, reference_store: str, bucket: str) -> StartImport:
    """``import_reference()`` imports a reference and returns the ended job."""

    def start() -> Answer:
        job_id = omics.start_reference_import_job(
            referenceStoreId=reference_store,
            roleArn=ROLE,
            sources=[{"sourceFile": f"s3://{bucket}/hg38.fa", "name": "hg38"}],
        )["id"]
        job: Answer = omics.get_reference_import_job(referenceStoreId=reference_store, id=job_id)
        return job

    return start


@pytest.mark.documented("S172")
def test_events_of_a_reference(
    omics: Client, reference_store: str, import_reference: StartImport, listen: Listen
) -> None:
    queue = listen(event_pattern("Reference"))
    job = import_reference()
    reference_id = job["sources"][0]["referenceId"]
    omics.delete_reference(referenceStoreId=reference_store, id=reference_id)
    arn = f"{ARN}referenceStore/{reference_store}/reference/{reference_id}"
    events = queue.receive()
    assert [event["resources"] for event in events] == [[arn]] * 2
    assert [event["detail"] for event in events] == [
        {
            "omicsVersion": "1.0.0",
            "status": status,
            "arn": arn,
            "id": reference_id,
            "referenceStoreId": reference_store,
            "creationJobId": job["id"],
        }
        for status in ("ACTIVE", "DELETED")
    ]


@pytest.mark.documented("S172")
def test_events_of_a_reference_import_job(
    reference_store: str, import_reference: StartImport, listen: Listen
) -> None:
    queue = listen(event_pattern("Reference Import Job"))
    job = import_reference()
    events = queue.receive()
    assert {event["resources"][0] for event in events} == {f"{ARN}referenceStore/{reference_store}"}
    details = [event["detail"] for event in events]
    messages = [detail.pop("statusMessage") for detail in details]
    assert messages[-1] == job["statusMessage"]
    assert all(messages)
    assert details == [
        {
            "omicsVersion": "1.0.0",
            "status": status,
            "id": job["id"],
            "referenceStoreId": reference_store,
        }
        for status in ("SUBMITTED", "IN_PROGRESS", "COMPLETED")
    ]


@pytest.mark.documented("S172", "S173")
def test_events_of_a_read_set_and_its_import(
    omics: Client, sequence_store: str, import_read_sets: StartImport, listen: Listen
) -> None:
    read_sets, jobs = (
        listen(event_pattern("Read Set"), name="read-sets"),
        listen(event_pattern("Read Set Import Job"), name="jobs"),
    )
    job = import_read_sets("r1.fastq.gz")
    read_set_id = job["sources"][0]["readSetId"]
    omics.batch_delete_read_set(sequenceStoreId=sequence_store, ids=[read_set_id])
    arn = f"{ARN}sequenceStore/{sequence_store}/readSet/{read_set_id}"
    events = read_sets.receive()
    assert [event["resources"] for event in events] == [[arn]] * len(events)
    details = [event["detail"] for event in events]
    assert [detail["status"] for detail in details][-2:] == ["ACTIVE", "DELETED"]
    assert details[-2] == {
        "omicsVersion": "1.0.0",
        "status": "ACTIVE",
        "arn": arn,
        "id": read_set_id,
        "sequenceStoreId": sequence_store,
        "creationJobId": job["id"],
    }
    events = jobs.receive()
    assert {event["resources"][0] for event in events} == {f"{ARN}sequenceStore/{sequence_store}"}
    assert [event["detail"]["status"] for event in events] == [
        "SUBMITTED",
        "IN_PROGRESS",
        "COMPLETED",
    ]
    assert set(events[-1]["detail"]) == {
        *("omicsVersion", "status", "id", "sequenceStoreId", "statusMessage")
    }


@pytest.mark.documented("S172")
@pytest.mark.parametrize(
    ("keys", "status"),
    [(["none"], "FAILED"), (["r1.fastq.gz", "none"], "COMPLETED_WITH_FAILURES")],
)
def test_event_of_a_failed_import_has_its_status_and_message(
    import_read_sets: StartImport, listen: Listen, keys: list[str], status: str
) -> None:
    queue = listen(event_pattern("Read Set Import Job"))
    job = import_read_sets(*keys)
    last = _details(queue)[-1]
    assert (last["status"], last["statusMessage"]) == (job["status"], job["statusMessage"])
    assert last["status"] == status


@pytest.mark.our_choice("S173")
def test_all_values_of_storage_events_are_strings(
    omics: Client, sequence_store: str, import_read_sets: StartImport, listen: Listen
) -> None:
    queue = listen()
    job = import_read_sets("r1.fastq.gz", "none")
    read_set_id = job["sources"][0]["readSetId"]
    omics.batch_delete_read_set(sequenceStoreId=sequence_store, ids=[read_set_id])
    details = _details(queue)
    assert len(details) == 5
    assert all(isinstance(value, str) and value for d in details for value in d.values())


@pytest.mark.documented("S172")
def test_events_of_exports_and_activations(
    omics: Client,
    sequence_store: str,
    import_read_sets: StartImport,
    bucket: str,
    listen: Listen,
) -> None:
    read_set_id = import_read_sets("r1.fastq.gz")["sources"][0]["readSetId"]
    exports, activations = (
        listen(event_pattern("Read Set Export Job"), name="exports"),
        listen(event_pattern("Read Set Activation Job"), name="activations"),
    )
    started = {
        "export": omics.start_read_set_export_job(
            sequenceStoreId=sequence_store,
            roleArn=ROLE,
            destination=f"s3://{bucket}/out/",
            sources=[{"readSetId": read_set_id}],
        ),
        "activation": omics.start_read_set_activation_job(
            sequenceStoreId=sequence_store, sources=[{"readSetId": read_set_id}]
        ),
    }
    for kind, queue in (("export", exports), ("activation", activations)):
        job_id = started[kind]["id"]
        get = getattr(omics, f"get_read_set_{kind}_job")
        assert get(sequenceStoreId=sequence_store, id=job_id)["status"] == "COMPLETED"
        details = _details(queue)
        assert [detail["status"] for detail in details] == ["SUBMITTED", "IN_PROGRESS", "COMPLETED"]
        assert {(d["id"], d["sequenceStoreId"]) for d in details} == {(job_id, sequence_store)}


@pytest.mark.documented("S173")
def test_uploaded_read_set_sends_processing_upload(
    settings: Callable[..., None], omics: Client, sequence_store: str, listen: Listen
) -> None:
    settings(reference_store=DECLARED_REFERENCES)
    queue = listen(event_pattern("Read Set"))
    upload = omics.create_multipart_read_set_upload(
        sequenceStoreId=sequence_store,
        sourceFileType="FASTQ",
        subjectId="S1",
        sampleId="HG002",
        name="up",
        referenceArn=f"{ARN}referenceStore/1234567890/reference/1234567891",
    )["uploadId"]
    part = {"partSource": "SOURCE1", "partNumber": 1}
    checksum = omics.upload_read_set_part(
        sequenceStoreId=sequence_store, uploadId=upload, **part, payload=FASTQ
    )["checksum"]
    read_set_id = omics.complete_multipart_read_set_upload(
        sequenceStoreId=sequence_store, uploadId=upload, parts=[{**part, "checksum": checksum}]
    )["readSetId"]
    omics.get_read_set_metadata(sequenceStoreId=sequence_store, id=read_set_id)
    details = _details(queue)
    assert [detail["status"] for detail in details] == ["PROCESSING_UPLOAD", "ACTIVE"]
    assert "creationJobId" not in details[0]


@pytest.mark.our_choice("S172", "S174")
def test_access_policy_is_active_after_a_put_and_deleted(
    omics: Client, sequence_store: str, listen: Listen
) -> None:
    queue = listen(event_pattern("S3 Access Policy"))
    arn = omics.get_sequence_store(id=sequence_store)["s3Access"]["s3AccessPointArn"]
    omics.put_s3_access_policy(s3AccessPointArn=arn, s3AccessPolicy='{"Version": "2012-10-17"}')
    omics.delete_s3_access_policy(s3AccessPointArn=arn)
    events = queue.receive()
    assert [event["resources"] for event in events] == [[arn]] * 2
    assert [event["detail"] for event in events] == [
        {
            "omicsVersion": "1.0.0",
            "status": status,
            "s3AccessPointArn": arn,
            "storeId": sequence_store,
            "storeType": "SEQUENCE_STORE",
        }
        for status in ("ACTIVE", "DELETED")
    ]


@pytest.mark.our_choice("S174")
def test_declared_stores_send_no_events(
    settings: Callable[..., None], omics: Client, listen: Listen
) -> None:
    queue = listen()
    settings(
        reference_store=DECLARED_REFERENCES,
        sequence_stores=[
            {
                "id": "1000000000",
                "readSets": [{"id": "2000000000", "sampleId": "HG002", "files": {"source1": b"@"}}],
            }
        ],
    )
    assert omics.list_sequence_stores()["sequenceStores"]
    assert queue.receive() == []
