"""Small programs for rules that random programs seldom reach: the order and the times of steps.

Each test compares the backend with the naive model, and with the numbers that the contract gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .harness import Backend, NewBatch, RunFault, Setup
from .naive_model import Batch, Progression, Run
from .pair import Pair

MANUAL = Progression("manual")
IMMEDIATE = Progression("immediate")

MakePair = Callable[..., Pair]


def every(seconds: float) -> Progression:
    return Progression("time", seconds=seconds)


def batch_of(*entries: str, name: str | None = None, removable: bool = False) -> NewBatch:
    return NewBatch(list(entries), name, None, removable)


def started(run: Run | None) -> Run:
    assert run is not None
    return run


def times(thing: Run | Batch) -> dict[str, float]:
    """Status → seconds from the start, in the backend."""
    return dict(Backend.history(str(thing.id)) or [])


def runs_of(pair: Pair, batch: Batch) -> list[Run]:
    pair.compare()
    return batch.runs()


@pytest.fixture
def make_pair() -> Iterator[MakePair]:
    """``make_pair(run=every(1), active_runs=1)``: without limits and faults if not given."""
    made: list[Pair] = []

    def make(batch: Progression = MANUAL, run: Progression = MANUAL, **given: Any) -> Pair:
        default: dict[str, Any] = {
            "active_runs": None,
            "stored_runs": None,
            "submissions_per_tick": None,
            "max_runs": (None, None),
            "batches": [],
            "faults": [],
        }
        made.append(Pair(Setup(batch, run, **{**default, **given})))
        return made[-1]

    yield make
    for pair in made:
        pair.close()


def hang(at: str, **match: str) -> RunFault:
    return RunFault("run_hangs", match, at, None)


# -- automatic transitions ------------------------------------------------------------------------


def test_transitions_have_their_due_time_and_not_that_of_the_request(make_pair: MakePair) -> None:
    pair = make_pair(every(10), every(1), batches=[batch_of("s1")], submissions_per_tick=1)
    pair.pass_time(1000.5)
    pair.compare()
    assert times(pair.batches[0]) == {
        "CREATING": 0,
        "PENDING": 10,
        "SUBMITTING": 20,
        "INPROGRESS": 30,
        "PROCESSED": 40,
    }
    assert list(times(pair.batches[0].runs()[0]).values()) == [30, 31, 32, 33, 34]


def test_a_batch_ends_with_its_last_run_when_that_is_later(make_pair: MakePair) -> None:
    pair = make_pair(every(1), every(7), batches=[batch_of("s1", "s2")])
    pair.pass_time(1000)
    pair.compare()
    assert times(pair.batches[0])["PROCESSED"] == 3 + 4 * 7


def test_an_immediate_batch_has_immediate_runs_and_single_runs_are_not(
    make_pair: MakePair,
) -> None:
    pair = make_pair(IMMEDIATE, MANUAL, batches=[batch_of("s1")])
    run = started(pair.start_run())
    pair.pass_time(5)
    pair.compare()
    assert set(times(pair.batches[0]).values()) == {0}
    assert list(times(run)) == ["PENDING"]


def test_runs_move_before_batches_submit_at_the_same_time(make_pair: MakePair) -> None:
    """The single run ends at 9, and its place is free for the entry that is submitted at 9."""
    pair = make_pair(every(3), every(1), stored_runs=1, batches=[batch_of("s1", removable=True)])
    pair.pass_time(5)
    run = started(pair.start_run(removable=True))
    pair.pass_time(20)
    pair.compare()
    assert run.state == "DELETED"
    assert pair.batches[0].failed_starts == 0


# -- slots ----------------------------------------------------------------------------------------


def test_runs_start_in_the_order_in_which_they_began_to_wait(make_pair: MakePair) -> None:
    """The first run is created before the last one, but it is held and waits later."""
    pair = make_pair(run=every(10), active_runs=1)
    pair.run_fault(RunFault("run_hangs", {}, "PENDING", 1))
    held = started(pair.start_run())
    pair.pass_time(1)
    running = started(pair.start_run())
    pair.pass_time(1)
    last = started(pair.start_run())
    pair.pass_time(9)
    pair.release({})
    pair.pass_time(200)
    pair.compare()
    assert [times(run)["STARTING"] for run in (running, last, held)] == [11, 41, 71]


def test_a_full_run_group_does_not_block_others(make_pair: MakePair) -> None:
    pair = make_pair(run=every(1), max_runs=(1, None))
    runs = [started(pair.start_run(group)) for group in (0, 0, 1, None)]
    pair.pass_time(100)
    pair.compare()
    assert [times(run)["STARTING"] for run in runs] == [1, 4, 1, 1]


def test_a_cancelled_run_takes_a_slot_while_it_stops(make_pair: MakePair) -> None:
    pair = make_pair(run=every(10), active_runs=1)
    first, second = (started(pair.start_run()) for _ in range(2))
    pair.pass_time(5)
    pair.on_run("cancel_run", first)
    pair.pass_time(2)
    pair.on_run("cancel_run", first)
    pair.pass_time(100)
    pair.compare()
    assert times(first)["CANCELLED"] == 15
    assert times(second)["STARTING"] == 15


def test_a_run_that_gets_no_slot_when_it_is_described_does_not_wait(make_pair: MakePair) -> None:
    pair = make_pair(active_runs=1)
    first, second = (started(pair.start_run()) for _ in range(2))
    pair.get_run(first)
    pair.get_run(second)
    for _ in range(6):
        pair.get_run(first)
    pair.compare()
    assert (first.state, second.state) == ("COMPLETED", "PENDING")
    pair.get_run(second)
    assert second.state == "STARTING"


def test_a_slot_that_a_describe_frees_goes_to_the_run_that_waits(make_pair: MakePair) -> None:
    pair = make_pair(IMMEDIATE, MANUAL, active_runs=1)
    single = started(pair.start_run())
    pair.get_run(single)
    batch = pair.start_run_batch(batch_of("s1", "s2"))
    (first, second) = runs_of(pair, batch)
    assert first.state == second.state == "PENDING"
    for _ in range(6):
        pair.pass_time(1)
        pair.get_run(single)
    pair.compare()
    assert times(single)["COMPLETED"] == times(second)["COMPLETED"] == times(batch)["PROCESSED"]


# -- faults ---------------------------------------------------------------------------------------


def test_the_first_fault_that_matches_is_counted(make_pair: MakePair) -> None:
    faults = [
        RunFault("run_fails", {}, "RUNNING", 1),
        RunFault("run_fails", {"runSettingId": "s1"}, "RUNNING", None),
    ]
    pair = make_pair(every(1), every(1), batches=[batch_of("s1", "s2")], faults=faults)
    pair.pass_time(100)
    pair.compare()
    assert [run.state for run in pair.batches[0].runs()] == ["FAILED", "COMPLETED"]


def test_a_released_run_may_be_held_in_a_later_status(make_pair: MakePair) -> None:
    pair = make_pair(run=every(1), faults=[hang("STARTING"), hang("RUNNING", batchName="day")])
    run, batch = started(pair.start_run()), pair.start_run_batch(batch_of("s1", name="day"))
    for _ in range(4):
        pair.get_batch(batch)
    pair.pass_time(10)
    pair.compare()
    pair.release({"runId": 0})
    pair.release({"runId": 1})
    pair.pass_time(10)
    pair.compare()
    assert run.state == "COMPLETED"
    assert batch.runs()[0].state == "RUNNING"


def test_a_release_first_applies_what_is_due(make_pair: MakePair) -> None:
    pair = make_pair(run=every(1), faults=[hang("STARTING")])
    run = started(pair.start_run())
    pair.pass_time(10)
    pair.release({})
    pair.pass_time(10)
    pair.compare()
    assert list(times(run).values()) == [0, 1, 11, 12, 13]


@pytest.mark.parametrize(
    ("fault", "after"),
    [({}, "RUNNING"), ({"batchName": "day"}, "COMPLETED")],
    ids=["wider fault stays", "same fault is removed"],
)
def test_a_release_removes_the_faults_that_have_all_its_words(
    make_pair: MakePair, fault: dict[str, str], after: str
) -> None:
    pair = make_pair(every(1), every(1), faults=[hang("RUNNING", **fault)])
    first = pair.start_run_batch(batch_of("s1", name="day"))
    pair.pass_time(20)
    pair.release({"batchName": "day"})
    second = pair.start_run_batch(batch_of("s1", name="day"))
    pair.pass_time(20)
    pair.compare()
    assert first.runs()[0].state == "COMPLETED"
    assert second.runs()[0].state == after


def test_describes_of_a_held_run_are_not_counted(make_pair: MakePair) -> None:
    pair = make_pair(run=Progression("manual", times=2), faults=[hang("PENDING")])
    run = started(pair.start_run())
    for _ in range(5):
        pair.get_run(run)
    pair.release({})
    pair.get_run(run)
    assert run.state == "PENDING"
    pair.get_run(run)
    assert run.state == "STARTING"
    pair.compare()


def test_a_cancel_that_cannot_happen_does_not_count(make_pair: MakePair) -> None:
    pair = make_pair(MANUAL, every(10), batches=[batch_of("s1", "s2", "s3")])
    (batch,) = pair.batches
    for _ in range(4):
        pair.get_batch(batch)
    first, *_ = runs_of(pair, batch)
    pair.on_run("cancel_run", first)
    pair.pass_time(10)
    pair.other_fault("cancel_fails", {}, 1)
    pair.on_batch("cancel_run_batch", batch)
    pair.compare()
    assert [entry.status for entry in batch.entries] == [
        "SUCCESS",
        "CANCEL_FAILED",
        "CANCEL_SUCCESS",
    ]


# -- describes ------------------------------------------------------------------------------------


def test_runs_are_not_described_while_the_state_of_the_batch_is_unreported(
    make_pair: MakePair,
) -> None:
    pair = make_pair(batches=[batch_of("s1", "s2")])
    (batch,) = pair.batches
    for _ in range(4):
        pair.get_batch(batch)
    pair.other_fault("cancel_fails", {"runSettingId": "s1"}, None)
    pair.on_batch("cancel_run_batch", batch)
    pair.get_batch(batch)
    assert [run.state for run in batch.runs()] == ["STARTING", "STOPPING>CANCELLED"]
    for _ in range(5):
        pair.get_batch(batch)
    pair.compare()
    assert batch.state == "CANCELLED"
