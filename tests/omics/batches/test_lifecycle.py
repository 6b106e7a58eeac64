"""Status transitions, times and counts of a batch, with all kinds of progressions."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from conftest import ROLE, Client, StartBatch, Until
from tests.omics.helpers import Clock, PutSettings, SetProgression, Settings, run_counts


def describe_statuses(omics: Client, batch_id: str, times: int) -> list[str]:
    """Return the statuses of ``times`` consecutive GetBatch calls."""
    return [omics.get_batch(batchId=batch_id)["status"] for _ in range(times)]


# -- states --


@pytest.mark.documented("B40")
def test_batch_passes_all_statuses_to_processed(omics: Client, start_batch: StartBatch) -> None:
    batch_id = start_batch()
    observed = []
    for _ in range(9):
        batch = omics.get_batch(batchId=batch_id)
        starts = list(batch["submissionSummary"].values())
        observed.append((batch["status"], starts, run_counts(batch)))
    assert observed == [
        ("PENDING", [0, 0, 2], {}),
        ("SUBMITTING", [0, 0, 2], {}),
        ("INPROGRESS", [2, 0, 0], {"pending": 2}),
        ("INPROGRESS", [2, 0, 0], {"starting": 2}),
        ("INPROGRESS", [2, 0, 0], {"running": 2}),
        ("INPROGRESS", [2, 0, 0], {"stopping": 2}),
        ("PROCESSED", [2, 0, 0], {"completed": 2}),
        ("PROCESSED", [2, 0, 0], {"completed": 2}),
        ("PROCESSED", [2, 0, 0], {"completed": 2}),
    ]


@pytest.mark.documented("B21", "B40")
def test_get_and_list_can_return_status_creating(
    omics: Client, start_batch: StartBatch, progression: SetProgression
) -> None:
    progression("batch", progression="manual", times=2)
    batch_id = start_batch()
    assert omics.get_batch(batchId=batch_id)["status"] == "CREATING"
    listed = omics.list_batch(status="CREATING")["items"]
    assert [(item["id"], item["status"]) for item in listed] == [(batch_id, "CREATING")]
    assert omics.list_batch(status="PENDING")["items"] == []
    assert omics.get_batch(batchId=batch_id)["status"] == "PENDING"
    assert omics.list_batch(status="CREATING")["items"] == []


@pytest.mark.documented("B40")
def test_processed_requires_terminal_status_of_every_run(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1", "s2", {"runSettingId": "bad", "outputUri": "http://x"}])
    until(batch_id, "INPROGRESS")
    first, second, _ = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    for _ in range(4):
        assert omics.get_run(id=first["runId"])["status"] != "PENDING"
    omics.cancel_run(id=second["runId"])
    # The second run is still STOPPING, so the batch is not PROCESSED yet.
    assert describe_statuses(omics, batch_id, 1) == ["INPROGRESS"]
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("PROCESSED", {"completed": 1, "cancelled": 1})


@pytest.mark.documented("B40", "B60")
def test_batch_without_successful_submissions_is_processed(
    omics: Client, start_batch: StartBatch
) -> None:
    batch_id = start_batch(["s1", "s2"], outputUri="http://results")
    assert describe_statuses(omics, batch_id, 4) == [
        "PENDING",
        "SUBMITTING",
        "INPROGRESS",
        "PROCESSED",
    ]
    batch = omics.get_batch(batchId=batch_id)
    assert list(batch["submissionSummary"].values()) == [0, 2, 0]
    assert run_counts(batch) == {}
    assert "processedTime" in batch


@pytest.mark.documented("B40")
def test_entries_are_submitted_gradually(
    omics: Client, start_batch: StartBatch, settings: Settings
) -> None:
    settings(submissions_per_tick=2)
    bad = {"runSettingId": "bad", "outputUri": "http://x"}
    batch_id = start_batch(["s1", "s2", bad, "s4", "s5"])
    observed = []
    for _ in range(6):
        batch = omics.get_batch(batchId=batch_id)
        listed = omics.list_runs_in_batch(batchId=batch_id)["runs"]
        starts = list(batch["submissionSummary"].values())
        observed.append((batch["status"], starts, len(listed), run_counts(batch)))
        assert ("submittedTime" in batch) == (batch["status"] == "INPROGRESS")
    assert observed == [
        ("PENDING", [0, 0, 5], 0, {}),
        ("SUBMITTING", [0, 0, 5], 0, {}),
        ("SUBMITTING", [2, 0, 3], 2, {"pending": 2}),
        ("SUBMITTING", [3, 1, 1], 4, {"pending": 3}),
        ("INPROGRESS", [4, 1, 0], 5, {"pending": 4}),
        ("INPROGRESS", [4, 1, 0], 5, {"starting": 4}),
    ]


@pytest.mark.documented("B40")
@pytest.mark.parametrize(("entries", "describe_count"), [(4, 4), (5, 5), (1, 3)])
def test_status_submitting_ends_with_the_last_submission(
    omics: Client,
    start_batch: StartBatch,
    settings: Settings,
    entries: int,
    describe_count: int,
) -> None:
    settings(submissions_per_tick=2)
    batch_id = start_batch([f"s{n}" for n in range(entries)])
    assert describe_statuses(omics, batch_id, describe_count) == [
        "PENDING",
        *["SUBMITTING"] * (describe_count - 2),
        "INPROGRESS",
    ]


# -- times and counts --


@pytest.mark.documented("B43")
def test_batch_times_match_status_transitions(
    omics: Client, start_batch: StartBatch, clock: Clock
) -> None:
    begin = clock.now.replace(tzinfo=timezone.utc)
    batch_id = start_batch()
    names = ("creationTime", "submittedTime", "processedTime", "failedTime")
    observed: dict[str, tuple[str, datetime]] = {}
    for _ in range(10):
        clock.now += timedelta(seconds=1)
        batch = omics.get_batch(batchId=batch_id)
        assert "failureReason" not in batch
        for name in names:
            if name in batch:
                assert observed.setdefault(name, (batch["status"], batch[name]))[1] == batch[name]
    assert observed == {
        "creationTime": ("PENDING", begin),
        "submittedTime": ("INPROGRESS", begin + timedelta(seconds=3)),
        "processedTime": ("PROCESSED", begin + timedelta(seconds=7)),
    }
    assert omics.list_batch()["items"][0]["createdAt"] == begin


@pytest.mark.documented("B43")
def test_failed_batch_has_failed_time_and_failure_reason(
    omics: Client, start_batch: StartBatch, clock: Clock
) -> None:
    begin = clock.now.replace(tzinfo=timezone.utc)
    batch_id = start_batch(["s1", "s1"])
    clock.now += timedelta(seconds=5)
    pending = omics.get_batch(batchId=batch_id)
    assert pending["status"] == "PENDING"
    assert not {"failedTime", "failureReason"} & set(pending)
    clock.now += timedelta(seconds=5)
    failed = omics.get_batch(batchId=batch_id)
    assert failed["status"] == "FAILED"
    assert failed["failedTime"] == begin + timedelta(seconds=10)
    assert failed["failureReason"] == "Expected 2 unique runSettingIds but there were 1"
    assert not {"submittedTime", "processedTime"} & set(failed)


@pytest.mark.documented("B44")
def test_total_runs_is_the_number_of_entries(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1", "s2", {"runSettingId": "bad", "outputUri": "http://x"}])
    assert omics.list_batch()["items"][0]["totalRuns"] == 3
    assert omics.get_batch(batchId=batch_id)["totalRuns"] == 3
    assert until(batch_id, "PROCESSED")["totalRuns"] == 3


@pytest.mark.our_choice("B44")
def test_total_runs_of_s3_batch_is_absent_until_file_is_read(
    omics: Client,
    start_batch: StartBatch,
    put_settings: PutSettings,
) -> None:
    batch_id = start_batch(s3=put_settings([{"runSettingId": f"s{n}"} for n in range(3)]))
    assert "totalRuns" not in omics.list_batch()["items"][0]
    batch = omics.get_batch(batchId=batch_id)
    assert batch["status"] == "PENDING"
    assert "totalRuns" not in batch
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], batch["totalRuns"]) == ("SUBMITTING", 3)
    assert omics.list_batch()["items"][0]["totalRuns"] == 3


# -- progressions --


@pytest.mark.our_choice("B40")
@pytest.mark.parametrize(
    ("batch_times", "run_times", "expected"),
    [
        (1, 1, "PENDING SUBMITTING INPROGRESS*4 PROCESSED*2"),
        (3, 1, "CREATING*2 PENDING*3 SUBMITTING*3 INPROGRESS*6 PROCESSED*2"),
        (1, 3, "PENDING SUBMITTING INPROGRESS*12 PROCESSED*2"),
        (3, 3, "CREATING*2 PENDING*3 SUBMITTING*3 INPROGRESS*12 PROCESSED*2"),
    ],
)
def test_manual_progression_advances_on_every_nth_describe(
    omics: Client,
    start_batch: StartBatch,
    progression: SetProgression,
    batch_times: int,
    run_times: int,
    expected: str,
) -> None:
    progression("batch", progression="manual", times=batch_times)
    progression("run", progression="manual", times=run_times)
    batch_id = start_batch()
    parts = [part.partition("*") for part in expected.split()]
    statuses = [status for status, _, times in parts for _ in range(int(times or 1))]
    assert describe_statuses(omics, batch_id, len(statuses)) == statuses


@pytest.mark.our_choice("B40")
def test_list_operations_do_not_advance_state(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1"])
    for _ in range(3):
        assert omics.list_batch()["items"][0]["status"] == "CREATING"
        assert omics.list_runs_in_batch(batchId=batch_id)["runs"] == []
    until(batch_id, "INPROGRESS")
    for _ in range(3):
        assert omics.list_runs()["items"][0]["status"] == "PENDING"
        assert omics.list_batch()["items"][0]["status"] == "INPROGRESS"


@pytest.mark.our_choice("B40")
def test_immediate_progression_reaches_the_final_status(
    omics: Client, start_batch: StartBatch, progression: SetProgression
) -> None:
    progression("batch", progression="immediate")
    batch_id = start_batch()
    assert omics.list_batch()["items"][0]["status"] == "PROCESSED"
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("PROCESSED", {"completed": 2})
    omics.delete_run_batch(batchId=batch_id)
    assert describe_statuses(omics, batch_id, 1) == ["RUNS_DELETED"]


@pytest.mark.our_choice("B40")
def test_immediate_runs_in_a_batch_with_manual_progression(
    omics: Client, start_batch: StartBatch, progression: SetProgression
) -> None:
    progression("run", progression="immediate")
    batch_id = start_batch()
    assert describe_statuses(omics, batch_id, 2) == ["PENDING", "SUBMITTING"]
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("INPROGRESS", {"completed": 2})
    assert describe_statuses(omics, batch_id, 1) == ["PROCESSED"]


@pytest.mark.our_choice("B40")
def test_immediate_runs_complete_while_others_are_submitted(
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    progression: SetProgression,
    settings: Settings,
) -> None:
    settings(submissions_per_tick=2)
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "SUBMITTING")
    assert describe_statuses(omics, batch_id, 1) == ["SUBMITTING"]
    progression("run", progression="immediate")
    first = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    assert omics.get_run(id=first)["status"] == "COMPLETED"
    assert [run["status"] for run in omics.list_runs()["items"]] == ["COMPLETED"] * 2
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("INPROGRESS", {"completed": 3})


@pytest.mark.our_choice("B40")
@pytest.mark.parametrize("stride", [1, 5, 10, 200])
def test_time_progression_advances_by_elapsed_time_only(
    omics: Client,
    start_batch: StartBatch,
    progression: SetProgression,
    clock: Clock,
    stride: int,
) -> None:
    progression("batch", progression="time", seconds=10)
    progression("run", progression="time", seconds=20)
    begin = clock.now
    batch_id = start_batch()
    statuses = ["CREATING", "PENDING", "SUBMITTING", *["INPROGRESS"] * 8, *["PROCESSED"] * 10]
    for second in range(stride, 201, stride):
        clock.now = begin + timedelta(seconds=second)
        assert omics.list_batch()["items"][0]["status"] == statuses[second // 10]
        assert describe_statuses(omics, batch_id, 2) == [statuses[second // 10]] * 2
    batch = omics.get_batch(batchId=batch_id)
    times = [
        batch[name].replace(tzinfo=None) - begin for name in ("submittedTime", "processedTime")
    ]
    assert times == [timedelta(seconds=30), timedelta(seconds=110)]


@pytest.mark.our_choice("B40")
def test_get_run_does_not_affect_time_progression(
    omics: Client,
    start_batch: StartBatch,
    progression: SetProgression,
    settings: Settings,
    clock: Clock,
) -> None:
    settings(submissions_per_tick=1)
    progression("batch", progression="time", seconds=10)
    progression("run", progression="time", seconds=10)
    start_batch(["s1", "s2", "s3"])
    statuses_by_run: dict[str, list[str]] = {}
    for _ in range(12):
        clock.now += timedelta(seconds=10)
        for run in omics.list_runs()["items"]:
            statuses_by_run.setdefault(run["id"], []).append(run["status"])
        # Only the first run is described, twice.
        for run_id in list(statuses_by_run)[:1]:
            for _ in range(2):
                assert omics.get_run(id=run_id)["status"] == statuses_by_run[run_id][-1]
            assert omics.list_runs()["items"][0]["status"] == statuses_by_run[run_id][-1]
    first, second, third = statuses_by_run.values()
    # Each run is submitted 10 seconds after the previous one and has the same transitions.
    assert (first[:-1], second[:-1]) == (second, third)
    assert third[-1] == "COMPLETED"


@pytest.mark.our_choice("B40")
def test_new_batch_status_is_reported_at_least_once(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    cancelled, deleted = start_batch(), start_batch()
    until(cancelled, "INPROGRESS")
    omics.cancel_run_batch(batchId=cancelled)
    assert describe_statuses(omics, cancelled, 3) == ["STOPPING", "CANCELLED", "CANCELLED"]
    until(deleted, "PROCESSED")
    omics.delete_run_batch(batchId=deleted)
    assert describe_statuses(omics, deleted, 3) == ["RUNS_DELETING", "RUNS_DELETED", "RUNS_DELETED"]


@pytest.mark.our_choice("B40")
def test_new_run_status_is_reported_at_least_once(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1", "s2"])
    until(batch_id, "INPROGRESS")
    first, second = (r["runId"] for r in omics.list_runs_in_batch(batchId=batch_id)["runs"])
    omics.cancel_run(id=first)
    omics.cancel_run(id=second)
    assert [omics.get_run(id=first)["status"] for _ in range(2)] == ["STOPPING", "CANCELLED"]
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"stopping": 1, "cancelled": 1}
    assert run_counts(omics.get_batch(batchId=batch_id)) == {"cancelled": 2}


@pytest.mark.our_choice("B40")
def test_each_batch_counts_its_own_describes(omics: Client, start_batch: StartBatch) -> None:
    first, second = start_batch(), start_batch()
    assert describe_statuses(omics, first, 3)[-1] == "INPROGRESS"
    assert describe_statuses(omics, second, 1) == ["PENDING"]
    single_run = omics.start_run(
        workflowId=omics.get_batch(batchId=first)["defaultRunSetting"]["workflowId"],
        roleArn=ROLE,
        outputUri="s3://results/x",
    )
    assert omics.list_runs(status="STARTING")["items"] != []
    assert omics.list_runs(status="PENDING")["items"][-1]["id"] == single_run["id"]
