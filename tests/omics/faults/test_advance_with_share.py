"""`advance` knows which runs a fault with a share will hold, also before they exist."""

from __future__ import annotations

import pytest
from moto.moto_api._internal import mock_random

from conftest import Client, StartBatch
from moto_omics_batch import faults
from tests.omics.helpers import run_counts


@pytest.mark.our_choice("W13")
def test_advance_changes_nothing_or_reaches_the_status(
    omics: Client, start_batch: StartBatch
) -> None:
    reached = []
    faults.run_hangs(share=0.3)
    for seed in range(8):
        mock_random.seed(seed)
        batch_id = start_batch(["s1", "s2"])
        try:
            faults.advance(batch_id, to="PROCESSED")
        except ValueError:
            assert [status for status, _ in faults.history(batch_id)] == ["CREATING"]
            # Without `advance` the batch comes to the same: a run is held.
            for _ in range(12):
                batch = omics.get_batch(batchId=batch_id)
            assert run_counts(batch)["running"] > 0
            reached.append(False)
        else:
            assert omics.get_batch(batchId=batch_id)["status"] == "PROCESSED"
            reached.append(True)
    assert set(reached) == {True, False}
