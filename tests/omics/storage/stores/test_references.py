"""GetReferenceMetadata, ListReferences and DeleteReference."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from conftest import ACCOUNT, REGION, Answer, Client, MakeClient
from tests.omics.helpers import SetProgression, raises_conflict, raises_not_found
from tests.omics.storage.stores.conftest import FASTA, ImportReference, StartReadSetImport, plain

MISSING = "The specified reference does not exist."
PART_SIZE = 104_857_600


@pytest.fixture
def metadata(omics: Client, reference_store: str) -> Callable[[str], Answer]:
    """``metadata(id)`` returns the metadata of a reference."""
    return lambda id: plain(omics.get_reference_metadata(referenceStoreId=reference_store, id=id))


Metadata = Callable[[str], Answer]


@pytest.mark.documented("S45", "S21", "S23", "S78")
def test_the_members_of_a_reference(
    omics: Client, reference_store: str, import_reference: ImportReference, metadata: Metadata
) -> None:
    reference_id = import_reference(description="human", tags={"lab": "a"})
    (job,) = omics.list_reference_import_jobs(referenceStoreId=reference_store)["importJobs"]
    found = metadata(reference_id)
    created, files = found.pop("creationTime"), found.pop("files")
    assert found == {
        "id": reference_id,
        "arn": f"arn:aws:omics:{REGION}:{ACCOUNT}"
        f":referenceStore/{reference_store}/reference/{reference_id}",
        "referenceStoreId": reference_store,
        "md5": hashlib.md5(FASTA).hexdigest(),
        "status": "ACTIVE",
        "name": "hg38",
        "description": "human",
        "updateTime": created,
        "creationType": "IMPORT",
        "creationJobId": job["id"],
    }
    index = b"chr1\t12\t12\t8\t9\nchr2\t4\t32\t4\t5\n"
    assert files == {
        "source": {"totalParts": 1, "partSize": PART_SIZE, "contentLength": len(FASTA)},
        "index": {"totalParts": 1, "partSize": PART_SIZE, "contentLength": len(index)},
    }


@pytest.mark.documented("S45")
def test_the_items_of_a_list_lack_what_concerns_files_and_creation(
    omics: Client, reference_store: str, import_reference: ImportReference, metadata: Metadata
) -> None:
    found = metadata(import_reference())
    for name in ("files", "creationType", "creationJobId"):
        del found[name]
    assert omics.list_references(referenceStoreId=reference_store)["references"] == [found]


@pytest.mark.our_choice("S20")
def test_the_ids_of_stores_references_and_jobs_are_unique(
    omics: Client, reference_store: str, import_reference: ImportReference
) -> None:
    ids = [reference_store, *(import_reference(name) for name in ("hg19", "hg38"))]
    jobs = omics.list_reference_import_jobs(referenceStoreId=reference_store)["importJobs"]
    ids += [job["id"] for job in jobs]
    assert len(set(ids)) == 5
    assert {len(id) for id in ids} == {10}


@pytest.mark.our_choice("S191", "S9")
def test_the_store_is_looked_for_before_the_reference(omics: Client, reference_store: str) -> None:
    for call in (omics.get_reference_metadata, omics.delete_reference):
        with raises_not_found("The specified reference store does not exist."):
            call(referenceStoreId="1234567890", id="1234567891")
        with raises_not_found(MISSING):
            call(referenceStoreId=reference_store, id="1234567891")


@pytest.mark.documented("S22")
def test_the_reference_of_another_region_is_not_found(
    client: MakeClient, import_reference: ImportReference
) -> None:
    other = client("omics", "eu-west-1")
    store_id = other.create_reference_store(name="genomes")["id"]
    with raises_not_found(MISSING):
        other.get_reference_metadata(referenceStoreId=store_id, id=import_reference())


# -- deletion --


@pytest.mark.documented("S48", "S5")
def test_an_unused_reference_is_deleted_at_once(
    omics: Client, reference_store: str, import_reference: ImportReference
) -> None:
    request = {"referenceStoreId": reference_store, "id": import_reference()}
    assert plain(omics.delete_reference(**request)) == {}
    assert omics.list_references(referenceStoreId=reference_store)["references"] == []
    for call in (omics.get_reference_metadata, omics.delete_reference):
        with raises_not_found(MISSING):
            call(**request)
    with raises_not_found(MISSING):
        omics.get_reference(**request, partNumber=1)


@pytest.mark.documented("S48")
def test_a_reference_that_a_read_set_has_cannot_be_deleted(
    omics: Client,
    reference_store: str,
    sequence_store: str,
    import_reference: ImportReference,
    import_read_set: Callable[..., Answer],
    metadata: Metadata,
) -> None:
    used, other = import_reference("hg38"), import_reference("hg19")
    read_set = import_read_set(referenceArn=metadata(used)["arn"])
    with raises_conflict(f"Reference {used} cannot be deleted: read sets use it"):
        omics.delete_reference(referenceStoreId=reference_store, id=used)
    omics.delete_reference(referenceStoreId=reference_store, id=other)
    omics.batch_delete_read_set(sequenceStoreId=sequence_store, ids=[read_set["id"]])
    omics.delete_reference(referenceStoreId=reference_store, id=used)


@pytest.mark.our_choice("S48")
def test_a_reference_of_an_unfinished_import_cannot_be_deleted(
    omics: Client,
    reference_store: str,
    import_reference: ImportReference,
    start_read_set_import: StartReadSetImport,
    metadata: Metadata,
    progression: SetProgression,
) -> None:
    progression("read_set_import_job", progression="manual", times=1)
    reference_id = import_reference()
    start_read_set_import(referenceArn=metadata(reference_id)["arn"])
    with raises_conflict(f"Reference {reference_id} cannot be deleted: read sets use it"):
        omics.delete_reference(referenceStoreId=reference_store, id=reference_id)


@pytest.mark.documented("S48")
@pytest.mark.parametrize("kind", ["variant", "annotation"])
def test_a_reference_that_a_store_of_analytics_has_cannot_be_deleted(
    omics: Client,
    reference_store: str,
    import_reference: ImportReference,
    metadata: Metadata,
    kind: str,
) -> None:
    used, other = import_reference("hg38"), import_reference("hg19")
    reference = {"referenceArn": metadata(used)["arn"]}
    if kind == "variant":
        omics.create_variant_store(name="variants", reference=reference)
    else:
        omics.create_annotation_store(name="known", storeFormat="VCF", reference=reference)
    with raises_conflict(
        f"Reference {used} cannot be deleted: variant stores or annotation stores use it"
    ):
        omics.delete_reference(referenceStoreId=reference_store, id=used)
    omics.delete_reference(referenceStoreId=reference_store, id=other)
    getattr(omics, f"delete_{kind}_store")(name={"variant": "variants"}.get(kind, "known"))
    omics.delete_reference(referenceStoreId=reference_store, id=used)
