"""Run caches: creation, reading, updates, deletion, and the cache behavior of runs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from conftest import ACCOUNT, ROLE, Client, StartBatch
from tests.omics.helpers import (
    StartRun,
    error_of,
    raises_conflict,
    raises_not_found,
    raises_validation,
    raises_violations,
)


@pytest.mark.documented("W7", "W1")
def test_run_cache_is_active_immediately(omics: Client) -> None:
    created = omics.create_run_cache(cacheS3Location="s3://cache/runs", tags={"a": "b"})
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert re.fullmatch(r"\d{7}", created["id"])
    assert created["arn"] == f"arn:aws:omics:us-east-1:{ACCOUNT}:runCache/{created['id']}"
    assert (created["status"], created["tags"]) == ("ACTIVE", {"a": "b"})


@pytest.mark.documented("W7")
def test_get_run_cache_returns_the_settings_of_create_run_cache(omics: Client) -> None:
    settings = {
        "name": "cache",
        "description": "for all",
        "cacheBehavior": "CACHE_ALWAYS",
        "cacheBucketOwnerId": "111111111111",
    }
    created = omics.create_run_cache(cacheS3Location="s3://cache/runs", **settings)
    described = omics.get_run_cache(id=created["id"])
    assert {name: described[name] for name in settings} == settings
    assert (described["cacheS3Uri"], described["status"]) == ("s3://cache/runs", "ACTIVE")
    assert "creationTime" in described


@pytest.mark.documented("W7")
def test_default_behavior_and_bucket_owner(
    omics: Client,
) -> None:
    described = omics.get_run_cache(id=omics.create_run_cache(cacheS3Location="s3://cache")["id"])
    assert described["cacheBehavior"] == "CACHE_ON_FAILURE"
    assert described["cacheBucketOwnerId"] == ACCOUNT
    assert {"name", "description"} & described.keys() == set()


@pytest.mark.documented("W7")
@pytest.mark.parametrize("location", ["cache", "https://cache", "s3://", "s3://Cache", "s3://ab"])
def test_cache_location_must_be_a_bucket_with_optional_key(omics: Client, location: str) -> None:
    with raises_violations(
        f"Value '{location}' at 'cacheS3Location' must satisfy regular expression pattern: "
        "s3://([a-z0-9][a-z0-9-.]{1,61}[a-z0-9])(/(.{0,1024}))?"
    ):
        omics.create_run_cache(cacheS3Location=location)


@pytest.mark.documented("W7")
def test_cache_location_is_required(raw_omics: Client) -> None:
    with raises_violations("Value null at 'cacheS3Location' must not be null"):
        raw_omics.create_run_cache()


@pytest.mark.our_choice("B18", "W2.5")
def test_repeated_request_id_returns_the_first_cache(omics: Client) -> None:
    first = omics.create_run_cache(requestId="c-1", cacheS3Location="s3://cache")["id"]
    again = omics.create_run_cache(requestId="c-1", cacheS3Location="s3://cache")["id"]
    assert again == first
    with raises_conflict("The requestId c-1 was used before with other parameters"):
        omics.create_run_cache(requestId="c-1", cacheS3Location="s3://other")


@pytest.mark.our_choice("W2.9")
def test_unknown_cache_is_not_found(omics: Client) -> None:
    with raises_not_found("Run cache 7654321 not found"):
        omics.get_run_cache(id="7654321")


@pytest.mark.documented("W7", "W2.1")
@pytest.mark.parametrize(
    ("overrides", "behavior"),
    [({}, "CACHE_ALWAYS"), ({"cacheBehavior": "CACHE_ON_FAILURE"}, "CACHE_ON_FAILURE")],
)
def test_cache_behavior_of_the_run_overrides_that_of_the_cache(
    omics: Client,
    start_run: StartRun,
    start_batch_run: Callable[..., str],
    overrides: dict[str, str],
    behavior: str,
) -> None:
    cache = omics.create_run_cache(cacheS3Location="s3://cache", cacheBehavior="CACHE_ALWAYS")["id"]
    for run_id in (
        start_run(cacheId=cache, **overrides)["id"],
        start_batch_run(cacheId=cache, **overrides),
    ):
        run = omics.get_run(id=run_id)
        assert (run["cacheId"], run["cacheBehavior"]) == (cache, behavior)


@pytest.mark.our_choice("W2.1", "B15")
def test_cache_behavior_requires_cache_id(start_run: StartRun, start_batch: StartBatch) -> None:
    with raises_validation("'cacheBehavior' needs 'cacheId'"):
        start_run(cacheBehavior="CACHE_ALWAYS")
    with raises_validation("'defaultRunSetting.cacheBehavior' needs 'defaultRunSetting.cacheId'"):
        start_batch(cacheBehavior="CACHE_ALWAYS")


@pytest.mark.documented("W7")
def test_update_run_cache_does_not_change_the_location(omics: Client) -> None:
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache/here")["id"]
    omics.update_run_cache(id=cache_id, name="mine", cacheBehavior="CACHE_ALWAYS")
    item = omics.list_run_caches()["items"][0]
    assert (item["id"], item["name"], item["cacheBehavior"], item["cacheS3Uri"]) == (
        cache_id,
        "mine",
        "CACHE_ALWAYS",
        "s3://cache/here",
    )
    omics.update_run_cache(id=cache_id, description="kept")
    assert omics.get_run_cache(id=cache_id)["cacheBehavior"] == "CACHE_ALWAYS"


@pytest.mark.documented("W7")
def test_run_cache_with_active_runs_cannot_be_deleted(omics: Client, workflow_id: str) -> None:
    cache_id = omics.create_run_cache(cacheS3Location="s3://cache")["id"]
    run_id = omics.start_run(
        workflowId=workflow_id, roleArn=ROLE, outputUri="s3://results", cacheId=cache_id
    )["id"]
    code, status, text = error_of(omics.delete_run_cache, id=cache_id)
    assert (code, status) == ("ConflictException", 409)
    assert text == f"Run cache {cache_id} cannot be deleted: active runs use it"
    while omics.get_run(id=run_id)["status"] != "COMPLETED":
        pass
    omics.delete_run_cache(id=cache_id)
    assert omics.list_run_caches()["items"] == []
    assert error_of(omics.get_run_cache, id=cache_id)[:2] == ("ResourceNotFoundException", 404)


@pytest.mark.our_choice("W12")
@pytest.mark.parametrize(
    ("operation", "arguments"),
    [("update_run_cache", {"id": "1", "name": "x"}), ("delete_run_cache", {"id": "1"})],
)
def test_update_or_delete_of_an_unknown_cache_is_not_found(
    omics: Client, operation: str, arguments: dict[str, str]
) -> None:
    found = error_of(getattr(omics, operation), **arguments)
    assert found == ("ResourceNotFoundException", 404, "Run cache 1 not found")
