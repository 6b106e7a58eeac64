"""The published test. A MagicMock accepts every argument; the test itself sets the wrong key."""

from __future__ import annotations

from unittest.mock import MagicMock

from watcher_as_published import handler


def test_failed_submissions_are_returned() -> None:
    omics = MagicMock()
    omics.get_batch.return_value = {"status": "PROCESSED"}
    omics.list_runs_in_batch.return_value = {
        "items": [
            {"runSettingId": "HG001", "submissionStatus": "SUCCESS"},
            {"runSettingId": "HG002", "submissionStatus": "FAILED"},
        ]
    }
    assert handler({"batchId": "1234567"}, omics=omics) == {"done": True, "failed": ["HG002"]}
