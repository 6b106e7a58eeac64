"""CreateSequenceStore, GetSequenceStore, UpdateSequenceStore, DeleteSequenceStore."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, MakeClient
from tests.omics.helpers import (
    Clock,
    SetProgression,
    raises_conflict,
    raises_error,
    raises_not_found,
    raises_validation,
    raises_violations,
)
from tests.omics.storage.stores.conftest import (
    ImportReference,
    PutObject,
    StartReadSetImport,
)
from tests.wire.raw import Wire

MISSING = "The specified sequence store does not exist."


def plain(response: dict[str, Any]) -> dict[str, Any]:
    """Return a response without its metadata."""
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


# -- create, get and list --


@pytest.mark.documented("S50", "S21")
def test_the_members_of_create_get_and_list(omics: Client) -> None:
    created = omics.create_sequence_store(
        name="reads",
        description="of the lab",
        sseConfig={"type": "KMS"},
        tags={"lab": "a"},
        fallbackLocation="s3://fallback/",
        eTagAlgorithmFamily="SHA256up",
        propagatedSetLevelTags=["lab"],
        s3AccessConfig={"accessLogLocation": "s3://logs/reads/"},
    )
    store_id = created["id"]
    expected = {
        "id": store_id,
        "arn": f"arn:aws:omics:{REGION}:{ACCOUNT}:sequenceStore/{store_id}",
        "name": "reads",
        "description": "of the lab",
        "creationTime": created["creationTime"],
        "sseConfig": {"type": "KMS"},
        "fallbackLocation": "s3://fallback/",
        "eTagAlgorithmFamily": "SHA256up",
    }
    access = {"propagatedSetLevelTags": ["lab"], "s3Access": created["s3Access"]}
    assert plain(created) == {**expected, **access, "status": "CREATING"}
    assert created["s3Access"]["accessLogLocation"] == "s3://logs/reads/"
    moved = {"status": "ACTIVE", "updateTime": created["creationTime"]}
    assert plain(omics.get_sequence_store(id=store_id)) == {**expected, **access, **moved}
    assert omics.list_sequence_stores()["sequenceStores"] == [{**expected, **moved}]


@pytest.mark.documented("S51", "S32")
def test_the_defaults(omics: Client) -> None:
    created = omics.create_sequence_store(name="reads")
    assert created["eTagAlgorithmFamily"] == "MD5up"
    for name in ("sseConfig", "fallbackLocation", "propagatedSetLevelTags", "statusMessage"):
        assert name not in created
    assert set(created["s3Access"]) == {"s3Uri", "s3AccessPointArn"}


@pytest.mark.documented("S51")
@pytest.mark.parametrize("family", ["MD5up", "SHA256up", "SHA512up"])
def test_the_families_of_etag_algorithms(omics: Client, family: str) -> None:
    store_id = omics.create_sequence_store(name="reads", eTagAlgorithmFamily=family)["id"]
    assert omics.get_sequence_store(id=store_id)["eTagAlgorithmFamily"] == family


@pytest.mark.our_choice("S52", "S160")
def test_a_new_store_is_creating_and_then_active(
    omics: Client, progression: SetProgression
) -> None:
    progression("sequence_store", progression="manual", times=2)
    created = omics.create_sequence_store(name="reads")
    looks = [omics.get_sequence_store(id=created["id"])["status"] for _ in range(3)]
    assert [created["status"], *looks] == ["CREATING", "CREATING", "ACTIVE", "ACTIVE"]


@pytest.mark.our_choice("S52")
def test_a_store_that_is_creating_refuses_nothing_but_updates(
    omics: Client, progression: SetProgression, put_object: PutObject
) -> None:
    progression("sequence_store", progression="manual", times=1)
    store_id = omics.create_sequence_store(name="reads")["id"]
    with raises_conflict(
        f"Cannot update sequence store {store_id}: its status is CREATING, and it must be ACTIVE"
    ):
        omics.update_sequence_store(id=store_id, name="other")
    source = {
        "sourceFiles": {"source1": put_object("a.bam", b"reads")},
        "sourceFileType": "UBAM",
        "subjectId": "patient-1",
        "sampleId": "HG002",
    }
    job = omics.start_read_set_import_job(sequenceStoreId=store_id, roleArn=ROLE, sources=[source])
    job = omics.get_read_set_import_job(sequenceStoreId=store_id, id=job["id"])
    assert job["status"] == "COMPLETED"
    omics.batch_delete_read_set(sequenceStoreId=store_id, ids=[job["sources"][0]["readSetId"]])
    omics.delete_sequence_store(id=store_id)


# -- quotas --


@pytest.mark.documented("S24")
def test_twenty_stores_are_the_maximum_of_a_region(omics: Client) -> None:
    ids = [omics.create_sequence_store(name=f"s{n}")["id"] for n in range(20)]
    with raises_error(
        "ServiceQuotaExceededException",
        402,
        "The account has 20 sequence stores, which is the maximum",
    ):
        omics.create_sequence_store(name="s20")
    omics.delete_sequence_store(id=ids[0])
    omics.create_sequence_store(name="s20")


@pytest.mark.documented("S53")
def test_five_propagated_tag_keys_are_possible(omics: Client) -> None:
    keys = ["a", "b", "c", "d", "e"]
    created = omics.create_sequence_store(name="reads", propagatedSetLevelTags=keys)
    assert created["propagatedSetLevelTags"] == keys


@pytest.mark.our_choice("S53", "S9")
def test_a_sixth_propagated_tag_key_is_refused(omics: Client, sequence_store: str) -> None:
    keys = ["a", "b", "c", "d", "e", "f"]
    refusal = "propagatedSetLevelTags: a store has at most 5 tag keys"
    with raises_validation(refusal):
        omics.create_sequence_store(name="reads", propagatedSetLevelTags=keys)
    with raises_validation(refusal):
        omics.update_sequence_store(id=sequence_store, name="other", propagatedSetLevelTags=keys)
    assert omics.get_sequence_store(id=sequence_store)["name"] == "reads"


# -- locations --


@pytest.mark.our_choice("S14", "S55", "S56")
def test_an_empty_location_takes_the_setting_away(omics: Client) -> None:
    store_id = omics.create_sequence_store(
        name="reads",
        fallbackLocation="s3://fallback",
        s3AccessConfig={"accessLogLocation": "s3://logs"},
    )["id"]
    store = omics.get_sequence_store(id=store_id)
    assert store["fallbackLocation"] == "s3://fallback"
    assert store["s3Access"]["accessLogLocation"] == "s3://logs"
    for update in ({"fallbackLocation": ""}, {"s3AccessConfig": {"accessLogLocation": ""}}):
        omics.update_sequence_store(id=store_id, **update)
    store = omics.get_sequence_store(id=store_id)
    assert "fallbackLocation" not in store
    assert "accessLogLocation" not in store["s3Access"]


@pytest.mark.documented("S14")
def test_a_prefix_ends_in_a_slash(raw_omics: Client) -> None:
    with pytest.raises(raw_omics.exceptions.ValidationException) as caught:
        raw_omics.create_sequence_store(name="reads", fallbackLocation="s3://fallback/prefix")
    error = caught.value.response["Error"]["Message"]
    assert error.startswith(
        "1 validation error detected: Value 's3://fallback/prefix' at 'fallbackLocation' failed "
        "to satisfy constraint: Member must satisfy regular expression pattern: "
    )


# -- updates --


@pytest.mark.documented("S54")
def test_an_update_changes_what_it_names_and_answers_the_whole_store(
    omics: Client, clock: Clock
) -> None:
    created = omics.create_sequence_store(
        name="reads",
        description="old",
        eTagAlgorithmFamily="SHA512up",
        propagatedSetLevelTags=["lab"],
    )
    before = plain(omics.get_sequence_store(id=created["id"]))
    clock.now += timedelta(minutes=5)
    updated = omics.update_sequence_store(
        id=created["id"], name="new", fallbackLocation="s3://fallback/"
    )
    time = before["updateTime"] + timedelta(minutes=5)
    expected = {**before, "name": "new", "fallbackLocation": "s3://fallback/", "updateTime": time}
    assert plain(updated) == expected
    assert plain(omics.get_sequence_store(id=created["id"])) == expected


@pytest.mark.documented("S54")
def test_new_propagated_tag_keys_replace_the_old_ones_while_the_store_is_updating(
    omics: Client, sequence_store: str, progression: SetProgression
) -> None:
    progression("sequence_store", progression="manual", times=1)
    updated = omics.update_sequence_store(id=sequence_store, propagatedSetLevelTags=["a", "b"])
    assert (updated["status"], updated["propagatedSetLevelTags"]) == ("UPDATING", ["a", "b"])
    assert omics.get_sequence_store(id=sequence_store)["status"] == "ACTIVE"
    updated = omics.update_sequence_store(id=sequence_store, propagatedSetLevelTags=["c"])
    assert updated["propagatedSetLevelTags"] == ["c"]


@pytest.mark.our_choice("S54")
@pytest.mark.parametrize(
    "update",
    [{"name": "new"}, {"propagatedSetLevelTags": ["b", "a"]}, {"description": "new"}],
    ids=str,
)
def test_other_updates_leave_the_store_active(omics: Client, update: dict[str, Any]) -> None:
    store_id = omics.create_sequence_store(name="reads", propagatedSetLevelTags=["a", "b"])["id"]
    omics.get_sequence_store(id=store_id)
    assert omics.update_sequence_store(id=store_id, **update)["status"] == "ACTIVE"


@pytest.mark.our_choice("S54")
def test_a_store_that_is_updating_cannot_be_updated(
    omics: Client, sequence_store: str, progression: SetProgression
) -> None:
    progression("sequence_store", progression="manual", times=1)
    omics.update_sequence_store(id=sequence_store, propagatedSetLevelTags=["a"])
    with raises_conflict(
        f"Cannot update sequence store {sequence_store}: "
        "its status is UPDATING, and it must be ACTIVE"
    ):
        omics.update_sequence_store(id=sequence_store, name="new")


@pytest.mark.our_choice("S8")
def test_a_repeated_update_changes_nothing_again(
    omics: Client, sequence_store: str, clock: Clock, progression: SetProgression
) -> None:
    progression("sequence_store", progression="manual", times=1)
    request = {"id": sequence_store, "propagatedSetLevelTags": ["a"], "clientToken": "token"}
    first = omics.update_sequence_store(**request)
    clock.now += timedelta(minutes=1)
    assert plain(omics.update_sequence_store(**request)) == plain(first)
    assert omics.get_sequence_store(id=sequence_store)["status"] == "ACTIVE"
    omics.update_sequence_store(id=sequence_store, name="new")
    repeated = omics.update_sequence_store(**request)
    assert (repeated["name"], repeated["status"]) == ("new", "ACTIVE")


@pytest.mark.our_choice("S7")
def test_a_token_with_another_update_is_a_conflict(omics: Client, sequence_store: str) -> None:
    omics.update_sequence_store(id=sequence_store, name="new", clientToken="token")
    with raises_conflict("The clientToken token was used before with other parameters"):
        omics.update_sequence_store(id=sequence_store, name="newer", clientToken="token")
    assert omics.get_sequence_store(id=sequence_store)["name"] == "new"


@pytest.mark.documented("S54")
def test_an_update_never_changes_etags_and_encryption(
    omics: Client, sequence_store: str, server: str | None
) -> None:
    answer = Wire(server).send(
        "PATCH",
        f"/sequencestore/{sequence_store}",
        {"name": "new", "eTagAlgorithmFamily": "SHA256up", "sseConfig": {"type": "KMS"}},
    )
    assert answer.status_code == 200, answer.text
    store = omics.get_sequence_store(id=sequence_store)
    assert (store["name"], store["eTagAlgorithmFamily"]) == ("new", "MD5up")
    assert "sseConfig" not in store


@pytest.mark.our_choice("S191")
def test_an_unknown_store_is_not_found(omics: Client) -> None:
    for call in (
        omics.get_sequence_store,
        omics.update_sequence_store,
        omics.delete_sequence_store,
    ):
        with raises_not_found(MISSING):
            call(id="1234567890")


# -- deletion --


@pytest.mark.documented("S57", "S5")
def test_an_empty_store_is_deleted_at_once(omics: Client, sequence_store: str) -> None:
    assert plain(omics.delete_sequence_store(id=sequence_store)) == {}
    assert omics.list_sequence_stores()["sequenceStores"] == []
    for call in (omics.get_sequence_store, omics.delete_sequence_store):
        with raises_not_found(MISSING):
            call(id=sequence_store)


@pytest.mark.documented("S57")
def test_a_store_with_read_sets_cannot_be_deleted(
    omics: Client, sequence_store: str, import_read_set: Callable[..., Answer]
) -> None:
    read_set = import_read_set()
    with raises_conflict(f"Sequence store {sequence_store} contains read sets"):
        omics.delete_sequence_store(id=sequence_store)
    omics.batch_delete_read_set(sequenceStoreId=sequence_store, ids=[read_set["id"]])
    omics.delete_sequence_store(id=sequence_store)


@pytest.mark.our_choice("S57")
def test_a_store_with_an_unfinished_import_cannot_be_deleted(
    omics: Client,
    sequence_store: str,
    start_read_set_import: StartReadSetImport,
    progression: SetProgression,
) -> None:
    progression("read_set_import_job", progression="manual", times=1)
    start_read_set_import()
    with raises_conflict(f"Sequence store {sequence_store} has an import job in progress"):
        omics.delete_sequence_store(id=sequence_store)


@pytest.mark.our_choice("S57", "S22")
def test_jobs_uploads_and_tokens_go_with_their_store(
    omics: Client,
    reference_store: str,
    sequence_store: str,
    import_reference: ImportReference,
    progression: SetProgression,
) -> None:
    progression("read_set_export_job", progression="manual", times=1)
    reference_id = import_reference()
    reference = omics.get_reference_metadata(referenceStoreId=reference_store, id=reference_id)
    upload = {
        "sourceFileType": "FASTQ",
        "referenceArn": reference["arn"],
        "subjectId": "patient-1",
        "sampleId": "HG002",
        "name": "reads",
        "clientToken": "token",
    }
    opened = omics.create_multipart_read_set_upload(sequenceStoreId=sequence_store, **upload)
    job = omics.start_read_set_export_job(
        sequenceStoreId=sequence_store,
        destination="s3://exports",
        roleArn=ROLE,
        sources=[{"readSetId": "1234567890"}],
    )
    omics.delete_sequence_store(id=sequence_store)
    with raises_not_found(MISSING):
        omics.get_read_set_export_job(sequenceStoreId=sequence_store, id=job["id"])
    other = omics.create_sequence_store(name="other")["id"]
    again = omics.create_multipart_read_set_upload(sequenceStoreId=other, **upload)
    assert again["uploadId"] != opened["uploadId"]
    with raises_not_found("The specified export job does not exist."):
        omics.get_read_set_export_job(sequenceStoreId=other, id=job["id"])


@pytest.mark.our_choice("S58")
def test_a_store_can_use_several_reference_genomes(
    omics: Client,
    reference_store: str,
    import_reference: ImportReference,
    import_read_set: Callable[..., Answer],
) -> None:
    for name in ("hg19", "hg38"):
        import_reference(name)
    references = omics.list_references(referenceStoreId=reference_store)["references"]
    found = [import_read_set(referenceArn=each["arn"])["referenceArn"] for each in references]
    assert found == [each["arn"] for each in references]
    assert len(set(found)) == 2


# -- access through S3 --


@pytest.mark.documented("S60")
def test_the_access_point_has_the_name_of_account_and_store(
    omics: Client, sequence_store: str
) -> None:
    access = omics.get_sequence_store(id=sequence_store)["s3Access"]
    _, _, service, region, owner, name = access["s3AccessPointArn"].split(":")
    assert (service, region) == ("s3", REGION)
    assert owner not in ("", ACCOUNT)
    assert name == f"accesspoint/{ACCOUNT}-{sequence_store}"


@pytest.mark.observed("S60")
def test_the_uri_begins_with_an_alias_of_63_characters(omics: Client, sequence_store: str) -> None:
    uri = omics.get_sequence_store(id=sequence_store)["s3Access"]["s3Uri"]
    alias, _, path = uri.removeprefix("s3://").partition("/")
    assert path == f"{ACCOUNT}/sequenceStore/{sequence_store}/"
    assert len(alias) == 63
    start = f"{ACCOUNT}-{sequence_store}"[:20]
    assert re.fullmatch(rf"{start}-[a-z0-9]{{34}}-s3alias", alias)


@pytest.mark.our_choice("S60")
def test_stores_have_different_aliases_and_keep_them(omics: Client) -> None:
    def uri(store_id: str) -> str:
        return str(omics.get_sequence_store(id=store_id)["s3Access"]["s3Uri"])

    one, two = (omics.create_sequence_store(name=name)["id"] for name in ("one", "two"))
    assert uri(one).split("-s3alias")[0][-34:] != uri(two).split("-s3alias")[0][-34:]
    assert uri(one) == uri(one)


@pytest.mark.our_choice("S62")
def test_nothing_is_put_into_s3(client: MakeClient, import_read_set: Callable[..., Answer]) -> None:
    read_set = import_read_set()
    alias = read_set["files"]["source1"]["s3Access"]["s3Uri"].split("/")[2]
    assert alias not in [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]


@pytest.mark.documented("S13", "S51")
def test_the_constraints_of_the_model(raw_omics: Client) -> None:
    text = r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+"
    with raises_violations(
        "Value '' at 'name' must have length greater than or equal to 1",
        f"Value '' at 'name' must satisfy regular expression pattern: {text}",
        f"Value 'a\tb' at 'description' must satisfy regular expression pattern: {text}",
        "Value 'MD6' at 'eTagAlgorithmFamily' must satisfy enum value set: "
        "[MD5up, SHA256up, SHA512up]",
    ):
        raw_omics.create_sequence_store(name="", description="a\tb", eTagAlgorithmFamily="MD6")
