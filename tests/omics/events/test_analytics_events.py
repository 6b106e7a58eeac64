"""Events of variant stores, annotation stores and imports (A120, A122)."""

from __future__ import annotations

import pytest

from conftest import ACCOUNT, REGION, ROLE, Client
from tests.omics.event_queue import Listen, event_pattern
from tests.omics.helpers import SetProgression

ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:"
REFERENCE = {"referenceArn": f"{ARN}referenceStore/1234567890/reference/1234567890"}


@pytest.mark.our_choice("A122")
@pytest.mark.parametrize("end", ["cancelled", "store deleted"])
def test_events_of_imports_of_variants_have_no_kind_in_their_arns(
    omics: Client, listen: Listen, progression: SetProgression, end: str
) -> None:
    progression("variant_import_job", progression="manual", times=9)
    store_id = omics.create_variant_store(name="variants", reference=REFERENCE)["id"]
    omics.get_variant_store(name="variants")
    queue = listen(event_pattern("Variant Import Job"))
    job_id = omics.start_variant_import_job(
        destinationName="variants", roleArn=ROLE, items=[{"source": "s3://bucket/x.vcf"}]
    )["jobId"]
    if end == "cancelled":
        omics.cancel_variant_import_job(jobId=job_id)
    else:
        omics.delete_variant_store(name="variants", force=True)
    events = queue.receive()
    assert [event["resources"] for event in events] == [[f"{ARN}variants/{job_id}"]] * 2
    assert [event["detail"] for event in events] == [
        {
            "omicsVersion": "1.0.0",
            "arn": f"{ARN}variants/{job_id}",
            "status": status,
            "storeId": store_id,
            "storeName": "variants",
            "jobId": job_id,
        }
        for status in ("SUBMITTED", "CANCELLED")
    ]


@pytest.mark.documented("A120")
@pytest.mark.parametrize("kind", ["Variant", "Annotation"])
def test_stores_of_analytics_send_created_updated_and_deleted(
    omics: Client, listen: Listen, kind: str
) -> None:
    queue = listen(event_pattern(f"{kind} Store"))
    name, plain = "my_store", kind.lower()
    more = {"storeFormat": "VCF"} if kind == "Annotation" else {}
    getattr(omics, f"create_{plain}_store")(name=name, reference=REFERENCE, **more)
    getattr(omics, f"get_{plain}_store")(name=name)
    getattr(omics, f"update_{plain}_store")(name=name, description="new")
    getattr(omics, f"delete_{plain}_store")(name=name)
    omics.list_variant_stores()
    events = queue.receive()
    assert {event["resources"][0] for event in events} == {f"{ARN}my_store"}
    assert [event["detail"]["status"] for event in events] == [
        *("CREATING", "CREATED", "UPDATED", "DELETING", "DELETED")
    ]
