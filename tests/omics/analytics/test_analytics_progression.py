"""Stores, versions and imports in time, and the waiters of boto3."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import WaiterError

from conftest import Answer, Client, MakeClient
from tests.omics.analytics.store_helpers import AT_ONCE, StartImport, Store
from tests.omics.helpers import Clock, SetProgression, Settings, fail_store


class Subject(NamedTuple):
    """Something with a status: how to get it, to delete it, and the waiters for it."""

    key: str
    waiter: str
    get: Callable[..., Answer]
    delete: Callable[[], Any]
    names: dict[str, str]

    def status(self) -> str:
        """Return the present status."""
        return str(self.get(**self.names)["status"])


MakeSubject = Callable[[str], Subject]


@pytest.fixture
def subject(omics: Client, variant_store: Store, annotation_store: Store) -> MakeSubject:
    """``subject("version")`` creates a variant store, annotation store, first or other version."""

    def version(name: str) -> Subject:
        return Subject(
            "annotation_store",
            "annotation_store_version",
            omics.get_annotation_store_version,
            lambda: omics.delete_annotation_store_versions(name="cohort", versions=[name]),
            {"name": "cohort", "versionName": name},
        )

    def create(kind: str) -> Subject:
        if kind == "variant_store":
            variant_store("cohort")
            get, delete = omics.get_variant_store, omics.delete_variant_store
        else:
            annotation_store("cohort")
            get, delete = omics.get_annotation_store, omics.delete_annotation_store
        if kind == "version":
            assert omics.get_annotation_store(name="cohort")["status"] in ("ACTIVE", "CREATING")
            omics.get_waiter("annotation_store_created").wait(name="cohort", WaiterConfig=AT_ONCE)
            omics.create_annotation_store_version(name="cohort", versionName="second")
            return version("second")
        names = {"name": "cohort"}
        return Subject(kind, kind, get, lambda: delete(name="cohort"), names)

    return create


KINDS = ["variant_store", "annotation_store", "version"]


@pytest.mark.our_choice("A26", "A96")
@pytest.mark.parametrize("kind", KINDS)
def test_manual_progression_moves_stores_by_describes(
    progression: SetProgression, subject: MakeSubject, kind: str
) -> None:
    progression("variant_store", progression="manual", times=2)
    progression("annotation_store", progression="manual", times=2)
    store = subject(kind)
    assert [store.status() for _ in range(3)] == ["CREATING", "ACTIVE", "ACTIVE"]
    store.delete()
    assert [store.status() for _ in range(2)] == ["DELETING", "DELETING"]
    with pytest.raises(Exception, match="not found"):
        store.status()


@pytest.mark.our_choice("A26", "A96")
@pytest.mark.parametrize("kind", ["variant_store", "annotation_store"])
def test_time_moves_stores(
    omics: Client, progression: SetProgression, subject: MakeSubject, clock: Clock, kind: str
) -> None:
    progression(kind, progression="time", seconds=300)
    store = subject(kind)
    assert store.status() == "CREATING"
    clock.now += timedelta(seconds=299)
    assert store.status() == "CREATING"
    clock.now += timedelta(seconds=1)
    assert store.status() == "ACTIVE"
    store.delete()
    clock.now += timedelta(seconds=299)
    assert store.status() == "DELETING"
    clock.now += timedelta(seconds=1)
    listed = getattr(omics, f"list_{kind}s")()
    assert [value for name, value in listed.items() if name.endswith("Stores")] == [[]]


@pytest.mark.our_choice("A96")
def test_time_moves_versions(
    omics: Client,
    annotation_store: Store,
    progression: SetProgression,
    clock: Clock,
) -> None:
    annotation_store("genes")
    assert omics.get_annotation_store(name="genes")["status"] == "ACTIVE"
    progression("annotation_store", progression="time", seconds=60)
    omics.create_annotation_store_version(name="genes", versionName="second")

    def statuses() -> list[str]:
        listed = omics.list_annotation_store_versions(name="genes")["annotationStoreVersions"]
        return [version["status"] for version in listed]

    assert statuses() == ["ACTIVE", "CREATING"]
    clock.now += timedelta(seconds=60)
    assert statuses() == ["ACTIVE", "ACTIVE"]
    omics.delete_annotation_store_versions(name="genes", versions=["genes"])
    assert statuses() == ["DELETING", "ACTIVE"]
    clock.now += timedelta(seconds=60)
    assert statuses() == ["ACTIVE"]


@pytest.mark.our_choice("A96")
def test_first_version_is_active_at_the_time_of_its_store(
    omics: Client, annotation_store: Store, progression: SetProgression, clock: Clock
) -> None:
    progression("annotation_store", progression="time", seconds=60)
    annotation_store("genes")
    for seconds, status in ((59, "CREATING"), (1, "ACTIVE")):
        clock.now += timedelta(seconds=seconds)
        (version,) = omics.list_annotation_store_versions(name="genes")["annotationStoreVersions"]
        assert version["status"] == status
    omics.delete_annotation_store(name="genes")
    (version,) = omics.list_annotation_store_versions(name="genes")["annotationStoreVersions"]
    assert version["status"] == "DELETING"


@pytest.mark.documented("A58")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_time_moves_imports(
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    import_variants: StartImport,
    import_annotations: StartImport,
    progression: SetProgression,
    clock: Clock,
    kind: str,
) -> None:
    variant_store("variants")
    annotation_store("genes")
    progression(f"{kind}_import_job", progression="time", seconds=60)
    job_id = {"variant": import_variants, "annotation": import_annotations}[kind]()
    for status in ("SUBMITTED", "IN_PROGRESS", "COMPLETED"):
        job = getattr(omics, f"get_{kind}_import_job")(jobId=job_id)
        assert (job["status"], job["items"][0]["jobStatus"]) == (status, status)
        assert job["updateTime"].second == clock.now.second
        clock.now += timedelta(seconds=60)


# -- waiters --


@pytest.mark.documented("A25", "A26")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["manual", "immediate"])
def test_waiters_for_stores_succeed(
    omics: Client, progression: SetProgression, subject: MakeSubject, kind: str, how: str
) -> None:
    for key in ("variant_store", "annotation_store"):
        progression(key, progression=how, times=2)
    store = subject(kind)
    omics.get_waiter(f"{store.waiter}_created").wait(**store.names, WaiterConfig=AT_ONCE)
    assert store.status() == "ACTIVE"
    store.delete()
    omics.get_waiter(f"{store.waiter}_deleted").wait(**store.names, WaiterConfig=AT_ONCE)


@pytest.mark.our_choice("A96")
def test_waiter_for_the_first_version_succeeds(
    omics: Client, annotation_store: Store, progression: SetProgression
) -> None:
    progression("annotation_store", progression="manual", times=2)
    annotation_store("genes", versionName="first")
    names = {"name": "genes", "versionName": "first"}
    omics.get_waiter("annotation_store_version_created").wait(**names, WaiterConfig=AT_ONCE)
    omics.delete_annotation_store(name="genes")
    omics.get_waiter("annotation_store_version_deleted").wait(**names, WaiterConfig=AT_ONCE)


@pytest.mark.documented("A28")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_waiter_for_a_failed_store_fails(
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    progression: SetProgression,
    kind: str,
) -> None:
    progression(f"{kind}_store", progression="manual", times=1)
    {"variant": variant_store, "annotation": annotation_store}[kind]("cohort")
    fail_store(kind, "cohort", "no")
    with pytest.raises(WaiterError, match="terminal failure state"):
        omics.get_waiter(f"{kind}_store_created").wait(name="cohort", WaiterConfig=AT_ONCE)


@pytest.mark.documented("A58")
@pytest.mark.parametrize("how", ["manual", "immediate"])
def test_waiters_for_imports_succeed(
    omics: Client,
    variant_store: Store,
    annotation_store: Store,
    import_variants: StartImport,
    import_annotations: StartImport,
    progression: SetProgression,
    how: str,
) -> None:
    variant_store("variants")
    annotation_store("genes")
    for kind, start in (("variant", import_variants), ("annotation", import_annotations)):
        progression(f"{kind}_import_job", progression=how, times=1)
        waiter = omics.get_waiter(f"{kind}_import_job_created")
        waiter.wait(jobId=start(), WaiterConfig=AT_ONCE)
        progression(f"{kind}_import_job", progression="manual", times=9)
        job_id = start()
        getattr(omics, f"cancel_{kind}_import_job")(jobId=job_id)
        waiter.wait(jobId=job_id, WaiterConfig=AT_ONCE)


@pytest.mark.documented("A58", "A59")
def test_waiter_for_an_import_fails_or_does_not_end(
    omics: Client,
    variant_store: Store,
    import_variants: StartImport,
    settings: Settings,
    client: MakeClient,
) -> None:
    variant_store("variants")
    client("s3").create_bucket(Bucket="cohort")
    client("s3").put_object(Bucket="cohort", Key="a.vcf", Body=b"#")
    settings(check=["s3"])
    waiter = omics.get_waiter("variant_import_job_created")
    with pytest.raises(WaiterError, match="terminal failure state"):
        waiter.wait(jobId=import_variants("s3://cohort/none.vcf"), WaiterConfig=AT_ONCE)
    some = import_variants("s3://cohort/a.vcf", "s3://cohort/none.vcf")
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        waiter.wait(jobId=some, WaiterConfig=AT_ONCE)
    assert omics.get_variant_import_job(jobId=some)["status"] == "COMPLETED_WITH_FAILURES"
