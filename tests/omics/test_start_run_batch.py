"""StartRunBatch: what is answered at once, and what is refused at once."""

from __future__ import annotations

import re

import pytest

from conftest import ACCOUNT, Client, StartBatch


@pytest.mark.documented("B1", "B10")
def test_the_answer_is_immediate_and_says_creating(omics: Client, start_batch: StartBatch) -> None:
    batch_id = start_batch(tags={"cohort": "giab"})
    assert re.fullmatch(r"\d{7}", batch_id)
    assert omics.list_batch()["items"][0]["status"] == "CREATING"
    arn = f"arn:aws:omics:us-east-1:{ACCOUNT}:runBatch/{batch_id}"
    assert omics.get_batch(batchId=batch_id)["arn"] == arn
