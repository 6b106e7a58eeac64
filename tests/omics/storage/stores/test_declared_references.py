"""``config={"omics": {"reference_store": …}}``: a store with references that exists at once."""

from __future__ import annotations

import pytest

from conftest import Client
from tests.omics.helpers import Settings, raises_conflict, raises_error, raises_validation
from tests.omics.storage.stores.conftest import PutObject

STORE = {
    "id": "1234567890",
    "name": "genomes",
    "references": [
        {"id": "1111111111", "name": "hg38", "content": ">chr1\nACGT\n", "tags": {"lab": "a"}},
        {"id": "2222222222"},
    ],
}


@pytest.mark.our_choice("S73", "S30")
def test_a_declared_store_and_its_references_are_like_imported_ones(
    omics: Client, settings: Settings
) -> None:
    settings(reference_store=STORE)
    store = omics.get_reference_store(id="1234567890")
    assert store["name"] == "genomes"
    references = omics.list_references(referenceStoreId="1234567890")["references"]
    assert [each["id"] for each in references] == ["1111111111", "2222222222"]
    request = {"referenceStoreId": "1234567890", "id": "1111111111"}
    found = omics.get_reference_metadata(**request)
    assert (found["status"], found["creationType"]) == ("ACTIVE", "IMPORT")
    assert "creationJobId" not in found
    assert omics.get_reference(**request, partNumber=1)["payload"].read() == b">chr1\nACGT\n"
    assert omics.list_tags_for_resource(resourceArn=found["arn"])["tags"] == {"lab": "a"}


@pytest.mark.our_choice("S31", "S43", "S34")
def test_the_rules_hold_for_a_declared_store(
    omics: Client, settings: Settings, put_object: PutObject
) -> None:
    settings(reference_store=STORE)
    with raises_error(
        "ServiceQuotaExceededException",
        402,
        "The account has a reference store in this region, which is the maximum",
    ):
        omics.create_reference_store(name="second")
    with raises_conflict("Reference store 1234567890 contains references"):
        omics.delete_reference_store(id="1234567890")
    with raises_validation("'sources.1.member.name': a reference has the name 'hg38' already"):
        omics.start_reference_import_job(
            referenceStoreId="1234567890",
            roleArn="arn:aws:iam::123456789012:role/omics",
            sources=[{"sourceFile": put_object("hg38.fa"), "name": "hg38"}],
        )


@pytest.mark.our_choice("S73")
def test_a_declared_store_is_created_once(omics: Client, settings: Settings) -> None:
    settings(reference_store=STORE)
    omics.delete_reference(referenceStoreId="1234567890", id="2222222222")
    settings(reference_store=STORE, infer_templates=True)
    references = omics.list_references(referenceStoreId="1234567890")["references"]
    assert [each["id"] for each in references] == ["1111111111"]
