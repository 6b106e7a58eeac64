"""UpdateSequenceStore: what it changes, the status UPDATING, and idempotency tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from conftest import Client
from tests.omics.helpers import Clock, SetProgression, raises_conflict
from tests.omics.storage.stores.conftest import plain
from tests.wire.raw import Wire


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
