"""The tests that came with the function: a MagicMock takes any argument and has any key."""

from __future__ import annotations

from unittest.mock import MagicMock

from watcher_as_published import handler


def test_the_samples_that_failed_are_named() -> None:
    omics = MagicMock()
    omics.get_batch.return_value = {"status": "PROCESSED"}
    omics.list_runs_in_batch.return_value = {
        "items": [
            {"runSettingId": "HG001", "submissionStatus": "SUCCESS"},
            {"runSettingId": "HG002", "submissionStatus": "FAILED"},
        ]
    }
    assert handler({"batchId": "1234567"}, omics=omics) == {"done": True, "failed": ["HG002"]}
