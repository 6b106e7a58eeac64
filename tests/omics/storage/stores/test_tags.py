"""Tags of stores, references and read sets, and those that the service gives a read set."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import pytest

from conftest import Answer, Client, MakeClient
from tests.omics.helpers import raises_not_found, raises_validation
from tests.omics.storage.stores.conftest import ImportReference

GIVEN = {"lab": "a"}
SERVICE = {"aws:omics:subjectId": "patient-1", "aws:omics:sampleId": "HG002"}


@pytest.fixture(params=["reference store", "reference", "sequence store", "read set"])
def tagged(
    request: pytest.FixtureRequest,
    omics: Client,
    reference_store: str,
    import_reference: ImportReference,
    import_read_set: Callable[..., Answer],
) -> str:
    """The ARN of a store, a reference or a read set with the tag ``lab``."""
    if request.param == "reference store":
        omics.delete_reference_store(id=reference_store)
        return str(omics.create_reference_store(name="genomes", tags=GIVEN)["arn"])
    if request.param == "sequence store":
        return str(omics.create_sequence_store(name="reads", tags=GIVEN)["arn"])
    if request.param == "read set":
        return str(import_read_set(tags=GIVEN)["arn"])
    id = import_reference(tags=GIVEN)
    found = omics.get_reference_metadata(referenceStoreId=reference_store, id=id)
    return str(found["arn"])


def users(tags: dict[str, str]) -> dict[str, str]:
    """Return the tags that are not those of the service."""
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


@pytest.mark.documented("S150")
def test_tags_are_given_added_and_removed(omics: Client, tagged: str) -> None:
    def tags() -> dict[str, str]:
        return users(omics.list_tags_for_resource(resourceArn=tagged)["tags"])

    assert tags() == GIVEN
    omics.tag_resource(resourceArn=tagged, tags={"team": "b", "lab": "c"})
    assert tags() == {"lab": "c", "team": "b"}
    omics.untag_resource(resourceArn=tagged, tagKeys=["lab", "unknown"])
    assert tags() == {"team": "b"}


@pytest.mark.documented("S150")
def test_a_resource_has_at_most_50_tags(omics: Client, tagged: str) -> None:
    omics.tag_resource(resourceArn=tagged, tags={f"k{n}": "v" for n in range(49)})
    with raises_validation("tags: A resource can have 50 tags at most, not 51"):
        omics.tag_resource(resourceArn=tagged, tags={"one more": "v"})


@pytest.mark.documented("S150")
def test_keys_of_aws_are_reserved(omics: Client, tagged: str) -> None:
    with raises_validation("tags: Tag key 'aws:omics:sampleId' must not start with aws:"):
        omics.tag_resource(resourceArn=tagged, tags={"aws:omics:sampleId": "mine"})


@pytest.mark.documented("S150")
def test_the_tags_of_an_unknown_resource_are_not_found(omics: Client, tagged: str) -> None:
    head, _, id = tagged.rpartition("/")
    for arn in (f"{head}/9{id[1:]}9", f"{tagged}/reference/{id}", f"{tagged}/readSet/{id}"):
        with raises_not_found(f"Resource {arn} not found"):
            omics.list_tags_for_resource(resourceArn=arn)


@pytest.mark.documented("S150", "S22")
def test_a_reference_has_tags_in_its_own_store_only(
    omics: Client, reference_store: str, import_reference: ImportReference
) -> None:
    reference_id = import_reference(tags=GIVEN)
    found = omics.get_reference_metadata(referenceStoreId=reference_store, id=reference_id)
    other = found["arn"].replace(reference_store, "1234567890")
    with raises_not_found(f"Resource {other} not found"):
        omics.list_tags_for_resource(resourceArn=other)


@pytest.mark.documented("S150", "S34", "S57")
def test_tags_go_with_the_resource(
    omics: Client, reference_store: str, sequence_store: str
) -> None:
    arns = [
        omics.get_reference_store(id=reference_store)["arn"],
        omics.get_sequence_store(id=sequence_store)["arn"],
    ]
    omics.delete_reference_store(id=reference_store)
    omics.delete_sequence_store(id=sequence_store)
    for arn in arns:
        with raises_not_found(f"Resource {arn} not found"):
            omics.list_tags_for_resource(resourceArn=arn)


@pytest.mark.documented("S150")
def test_tags_are_checked_when_they_are_given(omics: Client, reference_store: str) -> None:
    tags = {"aws:mine": "x"}
    refusal = "Tag key 'aws:mine' must not start with aws:"
    with raises_validation(f"tags: {refusal}"):
        omics.create_sequence_store(name="reads", tags=tags)
    with raises_validation(f"sources.1.member.tags: {refusal}"):
        omics.start_reference_import_job(
            referenceStoreId=reference_store,
            roleArn="arn:aws:iam::123456789012:role/omics",
            sources=[{"sourceFile": "s3://genomes/hg38.fa", "name": "hg38", "tags": tags}],
        )
    assert omics.list_sequence_stores()["sequenceStores"] == []


# -- tags of the service --


@pytest.mark.documented("S151")
def test_a_read_set_has_the_tags_of_the_service_which_its_import_shows(
    omics: Client, sequence_store: str, import_read_set: Callable[..., Answer]
) -> None:
    read_set = import_read_set(tags=GIVEN)
    job = omics.get_read_set_import_job(
        sequenceStoreId=sequence_store, id=read_set["creationJobId"]
    )
    assert job["sources"][0]["tags"] == {**SERVICE, **GIVEN}
    assert "tags" not in read_set


@pytest.mark.our_choice("S151")
def test_the_tags_of_the_service_are_listed_not_counted_and_not_removed(
    omics: Client, import_read_set: Callable[..., Answer]
) -> None:
    arn = import_read_set()["arn"]
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == SERVICE
    many = {f"k{n}": "v" for n in range(50)}
    omics.tag_resource(resourceArn=arn, tags=many)
    with raises_validation("tagKeys: the tag aws:omics:sampleId belongs to the service"):
        omics.untag_resource(resourceArn=arn, tagKeys=["k1", "aws:omics:sampleId"])
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == {**SERVICE, **many}


@pytest.mark.skipif(
    find_spec("moto.core.resource_tagging") is None,
    reason="this moto has no TaggableResourcesMixin",
)
@pytest.mark.our_choice("S150", "W9")
def test_resourcegroupstaggingapi_finds_what_storage_has(client: MakeClient, tagged: str) -> None:
    api = client("resourcegroupstaggingapi")
    (found,) = api.get_resources(TagFilters=[{"Key": "lab"}])["ResourceTagMappingList"]
    assert found["ResourceARN"] == tagged
    assert {"Key": "lab", "Value": "a"} in found["Tags"]
