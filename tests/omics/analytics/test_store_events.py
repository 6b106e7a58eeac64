"""The events of stores and of imports."""

from __future__ import annotations

import pytest

from conftest import ACCOUNT, REGION, Client, MakeClient
from tests.omics.analytics.store_helpers import StartImport, Store
from tests.omics.event_queue import Event, EventQueue, event_pattern
from tests.omics.helpers import SetProgression, fail_store

#: The beginning of the ARNs of events, which have no kind (A122).
PREFIX = f"arn:aws:omics:{REGION}:{ACCOUNT}:"


def details(queue: EventQueue) -> list[Event]:
    """Return the details of the events since the last call; ``resources`` must be the ARN."""
    events = queue.receive()
    for event in events:
        assert event["resources"] == [event["detail"]["arn"]]
    return [event["detail"] for event in events]


@pytest.mark.documented("A121", "A122")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_each_status_of_a_store_is_announced(
    client: MakeClient,
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    kind: str,
) -> None:
    queue = EventQueue(client, event_pattern(f"{kind.title()} Store"))
    store = {"variant": variant_store, "annotation": annotation_store}[kind]("cohort")
    getattr(omics, f"update_{kind}_store")(name="cohort", description="new")
    getattr(omics, f"delete_{kind}_store")(name="cohort")
    omics.list_shares(resourceOwner="SELF")
    common = {
        "omicsVersion": "1.0.0",
        "arn": f"{PREFIX}cohort",
        "storeId": store["id"],
        "storeName": "cohort",
    }
    statuses = ("CREATING", "CREATED", "UPDATED", "DELETING", "DELETED")
    assert details(queue) == [{**common, "status": status} for status in statuses]


@pytest.mark.documented("A121")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_failure_of_a_store_is_announced(
    client: MakeClient,
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    progression: SetProgression,
    kind: str,
) -> None:
    progression(f"{kind}_store", progression="manual", times=1)
    queue = EventQueue(client, event_pattern(f"{kind.title()} Store"))
    {"variant": variant_store, "annotation": annotation_store}[kind]("cohort")
    fail_store(kind, "cohort", "no")
    getattr(omics, f"get_{kind}_store")(name="cohort")
    assert [detail["status"] for detail in details(queue)] == ["CREATING", "CREATION_FAILED"]


@pytest.mark.documented("A121", "A122")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_each_status_of_an_import_is_announced(
    client: MakeClient,
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    import_variants: StartImport,
    import_annotations: StartImport,
    progression: SetProgression,
    kind: str,
) -> None:
    create, start = {
        "variant": (variant_store, import_variants),
        "annotation": (annotation_store, import_annotations),
    }[kind]
    store = create("cohort")
    queue = EventQueue(client, event_pattern(f"{kind.title()} Import Job"))
    job_id = start(store="cohort")
    getattr(omics, f"get_{kind}_import_job")(jobId=job_id)
    common = {
        "omicsVersion": "1.0.0",
        "arn": f"{PREFIX}cohort/{job_id}",
        "storeId": store["id"],
        "storeName": "cohort",
        "jobId": job_id,
    }
    statuses = ("SUBMITTED", "IN_PROGRESS", "COMPLETED")
    assert details(queue) == [{**common, "status": status} for status in statuses]
    progression(f"{kind}_import_job", progression="manual", times=9)
    cancelled = start(store="cohort")
    getattr(omics, f"cancel_{kind}_import_job")(jobId=cancelled)
    assert [detail["status"] for detail in details(queue)] == ["SUBMITTED", "CANCELLED"]
