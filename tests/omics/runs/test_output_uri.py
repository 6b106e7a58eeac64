"""An outputUri that names no bucket."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Client, StartBatch, Until
from tests.omics.helpers import StartRun, list_entries, raises_validation

INVALID = ["s3:///x", "s3:///", "s3://", "results/x", "https://results/x"]


def problem(uri: str) -> str:
    return f"Invalid outputUri '{uri}': it must begin with s3:// and name a bucket"


@pytest.mark.our_choice("W13")
@pytest.mark.parametrize("uri", INVALID)
def test_start_run_is_refused(omics: Client, start_run: StartRun, uri: str) -> None:
    with raises_validation(problem(uri)):
        start_run(outputUri=uri)
    assert omics.list_runs()["items"] == []


@pytest.mark.our_choice("W13", "B62")
@pytest.mark.parametrize("uri", INVALID)
def test_submission_of_an_entry_fails(
    omics: Client, start_batch: StartBatch, until: Until, uri: str
) -> None:
    batch_id = start_batch([{"runSettingId": "s1", "outputUri": uri}, "s2"])
    until(batch_id, "PROCESSED")
    failed, submitted = list_entries(omics, batch_id)
    assert outcome(failed) == ("FAILED", "ValidationException", problem(uri))
    assert outcome(submitted) == ("SUCCESS", None, None)


@pytest.mark.our_choice("W13", "B62")
def test_submissions_with_an_invalid_default_fail(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    entries = ["s1", {"runSettingId": "s2", "outputUri": "s3://results/s2"}]
    batch_id = start_batch(entries, outputUri="s3:///x")
    until(batch_id, "PROCESSED")
    failed, submitted = list_entries(omics, batch_id)
    assert outcome(failed) == ("FAILED", "ValidationException", problem("s3:///x"))
    assert outcome(submitted) == ("SUCCESS", None, None)


@pytest.mark.our_choice("B12")
def test_settings_uri_without_a_bucket_is_refused(omics: Client, start_batch: StartBatch) -> None:
    text = "Invalid s3UriSettings 's3:///x': it must be of the form s3://bucket/key"
    with raises_validation(text):
        start_batch(s3="s3:///x")
    assert omics.list_batch()["items"] == []


def outcome(entry: dict[str, Any]) -> tuple[str, str | None, str | None]:
    """Return the status and the failure of a submission."""
    return (
        entry["submissionStatus"],
        entry.get("submissionFailureReason"),
        entry.get("submissionFailureMessage"),
    )
