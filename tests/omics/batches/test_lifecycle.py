"""A batch from CREATING to PROCESSED: its states, its times, and the ways in which it moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from conftest import ROLE, Client, StartBatch, Until
from tests.omics.helpers import Clock, run_counts

SetTransition = Callable[..., None]


def look(omics: Client, batch_id: str, times: int) -> list[str]:
    """The statuses that so many GetBatch tell, one after the other."""
    return [omics.get_batch(batchId=batch_id)["status"] for _ in range(times)]


# -- states ----------------------------------------------------------------------------------


@pytest.mark.documented("B40")
def test_a_batch_goes_from_creating_to_processed(omics: Client, start_batch: StartBatch) -> None:
    batch_id = start_batch()
    seen = []
    for _ in range(9):
        batch = omics.get_batch(batchId=batch_id)
        starts = list(batch["submissionSummary"].values())
        seen.append((batch["status"], starts, run_counts(batch)))
    assert seen == [
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
def test_get_and_list_can_tell_the_status_creating(
    omics: Client, start_batch: StartBatch, progression: SetTransition
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
def test_processed_means_that_every_run_is_completed_failed_or_cancelled(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    batch_id = start_batch(["s1", "s2", {"runSettingId": "bad", "outputUri": "http://x"}])
    until(batch_id, "INPROGRESS")
    first, second, _ = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    for _ in range(4):
        assert omics.get_run(id=first["runId"])["status"] != "PENDING"
    omics.cancel_run(id=second["runId"])
    # The second run is at its end by its own steps only: the batch waits for it.
    assert look(omics, batch_id, 1) == ["INPROGRESS"]
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("PROCESSED", {"completed": 1, "cancelled": 1})


@pytest.mark.documented("B40", "B60")
def test_a_batch_of_which_no_run_could_be_submitted_is_processed(
    omics: Client, start_batch: StartBatch
) -> None:
    batch_id = start_batch(["s1", "s2"], outputUri="http://results")
    assert look(omics, batch_id, 4) == ["PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]
    batch = omics.get_batch(batchId=batch_id)
    assert list(batch["submissionSummary"].values()) == [0, 2, 0]
    assert run_counts(batch) == {}
    assert "processedTime" in batch


@pytest.mark.documented("B40")
def test_submissions_are_gradual(
    omics: Client, start_batch: StartBatch, settings: Callable[..., None]
) -> None:
    settings(submissions_per_tick=2)
    bad = {"runSettingId": "bad", "outputUri": "http://x"}
    batch_id = start_batch(["s1", "s2", bad, "s4", "s5"])
    seen = []
    for _ in range(6):
        batch = omics.get_batch(batchId=batch_id)
        listed = omics.list_runs_in_batch(batchId=batch_id)["runs"]
        starts = list(batch["submissionSummary"].values())
        seen.append((batch["status"], starts, len(listed), run_counts(batch)))
        assert ("submittedTime" in batch) == (batch["status"] == "INPROGRESS")
    assert seen == [
        ("PENDING", [0, 0, 5], 0, {}),
        ("SUBMITTING", [0, 0, 5], 0, {}),
        ("SUBMITTING", [2, 0, 3], 2, {"pending": 2}),
        ("SUBMITTING", [3, 1, 1], 4, {"pending": 3}),
        ("INPROGRESS", [4, 1, 0], 5, {"pending": 4}),
        ("INPROGRESS", [4, 1, 0], 5, {"starting": 4}),
    ]


@pytest.mark.documented("B40")
@pytest.mark.parametrize(("entries", "looks"), [(4, 4), (5, 5), (1, 3)])
def test_the_last_submissions_end_submitting(
    omics: Client,
    start_batch: StartBatch,
    settings: Callable[..., None],
    entries: int,
    looks: int,
) -> None:
    settings(submissions_per_tick=2)
    batch_id = start_batch([f"s{n}" for n in range(entries)])
    assert look(omics, batch_id, looks) == ["PENDING", *["SUBMITTING"] * (looks - 2), "INPROGRESS"]


# -- times and counts ------------------------------------------------------------------------


@pytest.mark.documented("B43")
def test_times_tell_when_the_batch_was_created_submitted_and_processed(
    omics: Client, start_batch: StartBatch, clock: Clock
) -> None:
    begin = clock.now.replace(tzinfo=timezone.utc)
    batch_id = start_batch()
    names = ("creationTime", "submittedTime", "processedTime", "failedTime")
    seen: dict[str, tuple[str, datetime]] = {}
    for _ in range(10):
        clock.now += timedelta(seconds=1)
        batch = omics.get_batch(batchId=batch_id)
        assert "failureReason" not in batch
        for name in names:
            if name in batch:
                assert seen.setdefault(name, (batch["status"], batch[name]))[1] == batch[name]
    assert seen == {
        "creationTime": ("PENDING", begin),
        "submittedTime": ("INPROGRESS", begin + timedelta(seconds=3)),
        "processedTime": ("PROCESSED", begin + timedelta(seconds=7)),
    }
    assert omics.list_batch()["items"][0]["createdAt"] == begin


@pytest.mark.documented("B43")
def test_a_failed_batch_tells_when_and_why(
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
def test_total_runs_of_an_s3_batch_is_absent_until_the_file_was_read(
    omics: Client,
    start_batch: StartBatch,
    put_settings: Callable[..., str],
) -> None:
    batch_id = start_batch(s3=put_settings([{"runSettingId": f"s{n}"} for n in range(3)]))
    assert "totalRuns" not in omics.list_batch()["items"][0]
    batch = omics.get_batch(batchId=batch_id)
    assert batch["status"] == "PENDING"
    assert "totalRuns" not in batch
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], batch["totalRuns"]) == ("SUBMITTING", 3)
    assert omics.list_batch()["items"][0]["totalRuns"] == 3


# -- progressions ----------------------------------------------------------------------------


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
def test_every_nth_describe_moves_one_step(
    omics: Client,
    start_batch: StartBatch,
    progression: SetTransition,
    batch_times: int,
    run_times: int,
    expected: str,
) -> None:
    progression("batch", progression="manual", times=batch_times)
    progression("run", progression="manual", times=run_times)
    batch_id = start_batch()
    parts = [part.partition("*") for part in expected.split()]
    statuses = [status for status, _, times in parts for _ in range(int(times or 1))]
    assert look(omics, batch_id, len(statuses)) == statuses


@pytest.mark.our_choice("B40")
def test_lists_move_nothing(omics: Client, start_batch: StartBatch, until: Until) -> None:
    batch_id = start_batch(["s1"])
    for _ in range(3):
        assert omics.list_batch()["items"][0]["status"] == "CREATING"
        assert omics.list_runs_in_batch(batchId=batch_id)["runs"] == []
    until(batch_id, "INPROGRESS")
    for _ in range(3):
        assert omics.list_runs()["items"][0]["status"] == "PENDING"
        assert omics.list_batch()["items"][0]["status"] == "INPROGRESS"


@pytest.mark.our_choice("B40")
def test_immediate_shows_the_end_at_the_first_look(
    omics: Client, start_batch: StartBatch, progression: SetTransition
) -> None:
    progression("batch", progression="immediate")
    batch_id = start_batch()
    assert omics.list_batch()["items"][0]["status"] == "PROCESSED"
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("PROCESSED", {"completed": 2})
    omics.delete_run_batch(batchId=batch_id)
    assert look(omics, batch_id, 1) == ["RUNS_DELETED"]


@pytest.mark.our_choice("B40")
def test_immediate_runs_in_a_batch_that_moves_by_looks(
    omics: Client, start_batch: StartBatch, progression: SetTransition
) -> None:
    progression("run", progression="immediate")
    batch_id = start_batch()
    assert look(omics, batch_id, 2) == ["PENDING", "SUBMITTING"]
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("INPROGRESS", {"completed": 2})
    assert look(omics, batch_id, 1) == ["PROCESSED"]


@pytest.mark.our_choice("B40")
def test_immediate_runs_are_at_their_end_while_others_are_submitted(
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    progression: SetTransition,
    settings: Callable[..., None],
) -> None:
    settings(submissions_per_tick=2)
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "SUBMITTING")
    assert look(omics, batch_id, 1) == ["SUBMITTING"]
    progression("run", progression="immediate")
    first = omics.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    assert omics.get_run(id=first)["status"] == "COMPLETED"
    assert [run["status"] for run in omics.list_runs()["items"]] == ["COMPLETED"] * 2
    batch = omics.get_batch(batchId=batch_id)
    assert (batch["status"], run_counts(batch)) == ("INPROGRESS", {"completed": 3})


@pytest.mark.our_choice("B40")
@pytest.mark.parametrize("stride", [1, 5, 10, 200])
def test_time_moves_one_step_in_so_many_seconds_whoever_looks(
    omics: Client,
    start_batch: StartBatch,
    progression: SetTransition,
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
        assert look(omics, batch_id, 2) == [statuses[second // 10]] * 2
    batch = omics.get_batch(batchId=batch_id)
    times = [
        batch[name].replace(tzinfo=None) - begin for name in ("submittedTime", "processedTime")
    ]
    assert times == [timedelta(seconds=30), timedelta(seconds=110)]


@pytest.mark.our_choice("B40")
def test_looking_at_a_run_does_not_change_when_time_moves_it(
    omics: Client,
    start_batch: StartBatch,
    progression: SetTransition,
    settings: Callable[..., None],
    clock: Clock,
) -> None:
    settings(submissions_per_tick=1)
    progression("batch", progression="time", seconds=10)
    progression("run", progression="time", seconds=10)
    start_batch(["s1", "s2", "s3"])
    lives: dict[str, list[str]] = {}
    for _ in range(12):
        clock.now += timedelta(seconds=10)
        for run in omics.list_runs()["items"]:
            lives.setdefault(run["id"], []).append(run["status"])
        # Only the first is looked at, at once and then again.
        for run_id in list(lives)[:1]:
            for _ in range(2):
                assert omics.get_run(id=run_id)["status"] == lives[run_id][-1]
            assert omics.list_runs()["items"][0]["status"] == lives[run_id][-1]
    first, second, third = lives.values()
    # Each is submitted, and goes its way, 10 seconds after the one before it.
    assert (first[:-1], second[:-1]) == (second, third)
    assert third[-1] == "COMPLETED"


@pytest.mark.our_choice("B40")
def test_a_state_that_no_answer_has_shown_yet_is_shown_once(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    cancelled, deleted = start_batch(), start_batch()
    until(cancelled, "INPROGRESS")
    omics.cancel_run_batch(batchId=cancelled)
    assert look(omics, cancelled, 3) == ["STOPPING", "CANCELLED", "CANCELLED"]
    until(deleted, "PROCESSED")
    omics.delete_run_batch(batchId=deleted)
    assert look(omics, deleted, 3) == ["RUNS_DELETING", "RUNS_DELETED", "RUNS_DELETED"]


@pytest.mark.our_choice("B40")
def test_a_run_state_that_no_answer_has_shown_yet_is_shown_once(
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
def test_each_batch_moves_by_its_own_looks(omics: Client, start_batch: StartBatch) -> None:
    first, second = start_batch(), start_batch()
    assert look(omics, first, 3)[-1] == "INPROGRESS"
    assert look(omics, second, 1) == ["PENDING"]
    alone = omics.start_run(
        workflowId=omics.get_batch(batchId=first)["defaultRunSetting"]["workflowId"],
        roleArn=ROLE,
        outputUri="s3://results/x",
    )
    assert omics.list_runs(status="STARTING")["items"] != []
    assert omics.list_runs(status="PENDING")["items"][-1]["id"] == alone["id"]
