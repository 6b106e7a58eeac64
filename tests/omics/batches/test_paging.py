"""Pages and tokens of ListBatch and ListRunsInBatch."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Answer, Client, MakeClient, StartBatch, Until
from tests.omics.helpers import PutSettings, Settings, raises_validation, raises_violations

BAD_TOKEN = "Invalid startingToken"


def all_pages(list_page: Callable[..., Answer], key: str, **params: Any) -> list[list[Any]]:
    """Return the items of all pages, following ``nextToken``."""
    found = []
    while True:
        response = list_page(**params)
        found.append(response[key])
        if "nextToken" not in response:
            return found
        assert 1 <= len(response["nextToken"]) <= 128
        params["startingToken"] = response["nextToken"]


@pytest.mark.documented("B75")
def test_default_page_size_is_100(
    omics: Client, start_batch: StartBatch, until: Until, put_settings: PutSettings
) -> None:
    entries = [{"runSettingId": f"s{n}"} for n in range(200)]
    batch_id = start_batch(s3=put_settings(entries))
    until(batch_id, "INPROGRESS")
    found = all_pages(omics.list_runs_in_batch, "runs", batchId=batch_id)
    assert [len(page) for page in found] == [100, 100]
    found = all_pages(omics.list_runs_in_batch, "runs", batchId=batch_id, maxItems=67)
    assert [len(page) for page in found] == [67, 67, 66]
    assert [run["runSettingId"] for page in found for run in page] == [
        entry["runSettingId"] for entry in entries
    ]


@pytest.mark.documented("B75")
@pytest.mark.parametrize(("size", "lengths"), [(1, [1, 1, 1]), (2, [2, 1]), (3, [3]), (100, [3])])
def test_next_token_is_returned_only_if_there_are_more_items(
    omics: Client, start_batch: StartBatch, size: int, lengths: list[int]
) -> None:
    ids = [start_batch() for _ in range(3)]
    found = all_pages(omics.list_batch, "items", maxItems=size)
    assert [len(page) for page in found] == lengths
    # In order of creation, without repetition.
    assert [item["id"] for page in found for item in page] == ids


@pytest.mark.documented("B75")
@pytest.mark.parametrize(
    ("size", "must"),
    [
        (0, "must have value greater than or equal to 1"),
        (101, "must have value less than or equal to 100"),
    ],
)
def test_max_items_must_be_between_1_and_100(
    raw_omics: Client, start_batch: StartBatch, size: int, must: str
) -> None:
    batch_id = start_batch()
    with raises_violations(f"Value '{size}' at 'maxItems' {must}"):
        raw_omics.list_batch(maxItems=size)
    with raises_violations(f"Value '{size}' at 'maxItems' {must}"):
        raw_omics.list_runs_in_batch(batchId=batch_id, maxItems=size)


@pytest.mark.our_choice("B75")
def test_token_keeps_the_filter_of_the_first_page(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    entries = [
        {"runSettingId": f"s{n}", **({"outputUri": "http://x"} if n % 3 else {})} for n in range(20)
    ]
    batch_id = start_batch(entries)
    until(batch_id, "INPROGRESS")
    for status, expected in (("SUCCESS", range(0, 20, 3)), ("FAILED", [1, 2, 4, 5, 7, 8])):
        found = all_pages(
            omics.list_runs_in_batch,
            "runs",
            batchId=batch_id,
            submissionStatus=status,
            maxItems=2,
        )
        listed = [run["runSettingId"] for page in found for run in page]
        assert listed[: len(expected)] == [f"s{n}" for n in expected]
        assert {len(page) for page in found[:-1]} == {2}


@pytest.mark.our_choice("B75")
def test_token_stays_valid_while_batches_are_created_and_deleted(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    ids = [start_batch() for _ in range(6)]
    first = omics.list_batch(maxItems=2)
    for deleted in (ids[1], ids[2], ids[4]):
        until(deleted, "PROCESSED")
        omics.delete_batch(batchId=deleted)
    added = start_batch()
    rest = omics.list_batch(startingToken=first["nextToken"])["items"]
    assert [item["id"] for item in rest] == [ids[3], ids[5], added]
    again = omics.list_batch(startingToken=first["nextToken"], maxItems=1)
    assert [item["id"] for item in again["items"]] == [ids[3]]


@pytest.mark.our_choice("B75")
def test_token_stays_valid_while_runs_are_cancelled_and_deleted(
    omics: Client, start_batch: StartBatch, until: Until, settings: Settings
) -> None:
    settings(submissions_per_tick=3)
    batch_id = start_batch([f"s{n}" for n in range(9)])
    until(batch_id, "SUBMITTING")
    omics.get_batch(batchId=batch_id)
    first = omics.list_runs_in_batch(batchId=batch_id, maxItems=2)
    token = first["nextToken"]
    runs = omics.list_runs(maxResults=2)
    omics.cancel_run_batch(batchId=batch_id)
    until(batch_id, "CANCELLED")
    omics.delete_run(id=runs["items"][0]["id"])
    rest = omics.list_runs_in_batch(batchId=batch_id, startingToken=token)["runs"]
    assert [run["runSettingId"] for run in rest] == [f"s{n}" for n in range(2, 9)]
    assert len(omics.list_runs(startingToken=runs["nextToken"])["items"]) == 1


@pytest.mark.our_choice("B75")
def test_token_of_another_list_is_rejected(
    omics: Client, client: MakeClient, start_batch: StartBatch, until: Until
) -> None:
    first, second = start_batch(batchName="a"), start_batch(batchName="a")
    for batch_id in (first, second):
        until(batch_id, "INPROGRESS")
    of_batches = omics.list_batch(maxItems=1)["nextToken"]
    of_names = omics.list_batch(maxItems=1, name="a")["nextToken"]
    of_first = omics.list_runs_in_batch(batchId=first, maxItems=1)["nextToken"]
    other_region = client("omics", "eu-west-1")
    calls: list[Callable[[], Any]] = [
        lambda: omics.list_batch(startingToken=of_first),
        lambda: omics.list_batch(startingToken=of_names),
        lambda: omics.list_batch(startingToken=of_batches, name="a"),
        lambda: omics.list_batch(startingToken=of_names, name="b"),
        lambda: omics.list_runs_in_batch(batchId=second, startingToken=of_first),
        lambda: omics.list_runs_in_batch(batchId=first, startingToken=of_batches),
        lambda: omics.list_runs_in_batch(
            batchId=first, startingToken=of_first, submissionStatus="SUCCESS"
        ),
        lambda: omics.list_runs(startingToken=of_batches),
        lambda: other_region.list_batch(startingToken=of_batches),
    ]
    for call in calls:
        with raises_validation(BAD_TOKEN):
            call()


@pytest.mark.our_choice("B75")
def test_unknown_token_is_rejected(omics: Client, start_batch: StartBatch) -> None:
    for _ in range(3):
        start_batch()
    token = omics.list_batch(maxItems=1)["nextToken"]
    forged = [
        "1",
        "next",
        "é" * 20,
        token[:-1],
        token + "0",
        token[:16] + "0" + token[16:],
        token[:16] + "-1",
        token[:16] + "٣",
        token.swapcase(),
        "A" * 16 + "9" * 100,
        # A token of the AWS CLI.
        base64.b64encode(b'{"startingToken": null, "boto_truncate_amount": 1}').decode(),
    ]
    for bad in forged:
        with raises_validation(BAD_TOKEN):
            omics.list_batch(startingToken=bad)
    with raises_violations(
        f"Value '{'x' * 129}' at 'startingToken' must have length less than or equal to 128"
    ):
        omics.list_batch(startingToken="x" * 129)
    assert len(omics.list_batch(startingToken=token)["items"]) == 2
