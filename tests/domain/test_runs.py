"""Blocks of runs: creation, look-ups, cohorts that move together, detached runs, counts."""

from __future__ import annotations

from collections import Counter

import pytest

from moto_omics_batch.domain.lifecycle import InvalidTransition
from moto_omics_batch.domain.outcomes import InjectedOutcome
from moto_omics_batch.domain.run_selection import index_before
from moto_omics_batch.domain.runs import RunBlock
from moto_omics_batch.domain.tables import RUN
from tests.domain.helpers import (
    IMMEDIATE,
    MANUAL,
    START,
    FakeBatch,
    FakeRunListener,
    at,
    block,
    finish,
    statuses,
    timed,
)


def _counts_agree(block: RunBlock) -> bool:
    """Whether the counts of a block are those of its single runs."""
    counts = {status: count for status, count in block.status_counts().items() if count}
    return counts == Counter(statuses(block))


def _members(block: RunBlock) -> list[list[int]]:
    """Return the indexes of the runs of each cohort."""
    return sorted(list(cohort.members()) for cohort in block.cohorts())


# -- creation and look-ups --


def test_places_without_a_run() -> None:
    runs = block(4, failed=(1, 3))
    assert [runs.has(index) for index in range(-1, 5)] == [False, True, False, True, False, False]
    assert _members(runs) == [[0, 2]]
    assert (runs.status_counts()["PENDING"], runs.active, runs.stored) == (2, 2, 2)
    assert runs.submitted_up_to == 4


def test_a_submission_without_any_run_has_no_cohort() -> None:
    listener = FakeRunListener()
    runs = block(2, submitted=False, listener=listener)
    assert runs.submitted_up_to == 0
    assert runs.submit(range(2), (0, 1), 0, START) is None
    assert (runs.cohorts(), runs.submitted_up_to, listener.created) == ([], 0, [])


@pytest.mark.parametrize(
    ("run_id", "index"),
    [
        ("1000000", 0),
        ("1000002", 2),
        ("1000001", None),
        ("1000003", None),
        ("999999", None),
        ("01000000", None),
        ("", None),
        ("x", None),
        ("-1", None),
        ("\u0665" + "\u0660" * 6, None),
        ("²", None),
        ("9" * 60, None),
    ],
)
def test_a_run_is_found_by_its_id(run_id: str, index: int | None) -> None:
    assert block(3, failed=(1,)).index_of(run_id) == index


def test_runs_of_several_submissions_have_the_time_of_theirs() -> None:
    listener = FakeRunListener()
    runs = block(5, submitted=False, listener=listener)
    runs.submit(range(2), (), 0, at(1))
    runs.submit(range(2, 4), (), 2, at(2))
    runs.submit(range(4, 5), (), 4, at(3))
    assert [runs.cohort_of(index).created for index in range(5)] == [at(n) for n in (1, 1, 2, 2, 3)]
    assert listener.created == [([0, 1], at(1)), ([2, 3], at(2)), ([4], at(3))]
    assert runs.last_change == at(3)


def test_the_place_in_the_order_of_creation() -> None:
    runs = block(6, submitted=False)
    runs.submit(range(2), (), 10, START)
    runs.submit(range(2, 5), (), 20, START)
    runs.submit(range(5, 6), (5,), 30, START)
    assert [runs.serial_of(index) for index in range(6)] == [10, 11, 20, 21, 22, 30]
    assert runs.cohort_of(3).serial == 20
    before = {serial: index_before(runs, serial) for serial in (-1, 9, 10, 11, 15, 20, 22, 25, 30)}
    assert before == {-1: -1, 9: -1, 10: 0, 11: 1, 15: 1, 20: 2, 22: 4, 25: 4, 30: 5}


def test_the_settings_of_a_single_run() -> None:
    run = block(1, name="align", runTags={"a": "b"})
    assert (run.batch_id, run.overrides(0)) == (None, {})
    assert run.settings_of(0) == {"name": "align", "runTags": {"a": "b"}}
    assert (run.setting(0, "name"), run.setting(0, "priority")) == ("align", None)
    assert run.match_values(0) == {"runId": "1000000"}
    assert run.cohort_of(0).progression_key == "run"


def test_the_settings_of_a_run_of_a_batch() -> None:
    batch = FakeBatch(name="cohort", outputUri="s3://out")
    batch.own[1] = {"name": "second", "priority": None}
    runs = block(2, batch=batch, name="shared", priority=3)
    assert runs.batch_id == batch.id
    assert [runs.setting(index, "name") for index in range(2)] == ["shared", "second"]
    assert runs.setting(1, "priority") == 3
    assert runs.settings_of(1) == {"outputUri": "s3://out", "name": "second", "priority": None}
    assert runs.match_values(1) == {
        "runId": "1000001",
        "batchName": "cohort",
        "runSettingId": "s1",
    }
    assert runs.cohort_of(0).progression_key == "batch runs"


def test_changed_tags_belong_to_one_run() -> None:
    runs = block(2, batch=FakeBatch(runTags={"n": "0"}))
    runs.changeable_tags(0)["x"] = "y"
    assert [runs.tags_of(index) for index in range(2)] == [{"n": "0", "x": "y"}, {"n": "0"}]
    runs.changeable_tags(0).clear()
    assert runs.tags_of(0) == {}
    assert block(1).tags_of(0) == {}


# -- transitions --


def test_all_runs_move_together() -> None:
    runs, seen = block(), []
    (cohort,) = runs.cohorts()
    for second in range(1, 5):
        runs.transition(cohort, "advance", at(second))
        assert len(set(statuses(runs))) == 1
        seen.append(cohort.status)
    assert seen == ["STARTING", "RUNNING", "STOPPING", "COMPLETED"]
    assert (runs.active, runs.stored, runs.last_change) == (0, 4, at(4))
    assert runs.any_with_status("COMPLETED")
    assert not runs.any_with_status("STOPPING")


def test_the_listener_is_notified_of_each_transition() -> None:
    listener = FakeRunListener()
    runs = block(2, listener=listener)
    runs.transition(runs.cohort_of(0), "cancel", at(1))
    assert listener.moves == [([0, 1], "PENDING", "STOPPING>CANCELLED", at(1))]


def test_a_transition_to_the_same_state_is_not_notified() -> None:
    listener = FakeRunListener()
    runs = block(1, listener=listener)
    for _ in range(2):
        runs.transition(runs.cohort_of(0), "cancel", at(1))
    assert len(listener.moves) == 1
    assert runs.last_change == at(1)


def test_the_last_change_does_not_go_back() -> None:
    runs = block(2)
    runs.detach(runs.cohort_of(0), [0])
    runs.transition(runs.cohort_of(0), "cancel", at(5))
    runs.transition(runs.cohort_of(1), "cancel", at(3))
    assert runs.last_change == at(5)


def test_an_invalid_transition_changes_nothing() -> None:
    runs = block()
    with pytest.raises(InvalidTransition, match="run cannot delete in PENDING"):
        runs.transition(runs.cohort_of(0), "delete", at(1))
    assert (statuses(runs), runs.last_change) == (["PENDING"] * 4, START)
    assert _members(runs) == [[0, 1, 2, 3]]


def test_a_detached_run_moves_alone() -> None:
    runs = block()
    alone = runs.detach(runs.cohort_of(2), [2])
    assert list(runs.detached) == [alone.first]
    assert runs.cohort_of(2) is alone
    runs.transition(alone, "cancel", at(1))
    assert statuses(runs) == ["PENDING", "PENDING", "STOPPING", "PENDING"]
    assert (runs.active, _counts_agree(runs)) == (4, True)
    finish(runs, at(2))
    assert statuses(runs) == ["COMPLETED", "COMPLETED", "CANCELLED", "COMPLETED"]
    assert runs.cohort_of(2).history == [
        (START, "PENDING"),
        (at(1), "STOPPING>CANCELLED"),
        (at(2), "CANCELLED"),
    ]
    assert _counts_agree(runs)


def test_detaching_all_runs_of_a_cohort_keeps_the_cohort() -> None:
    runs = block()
    cohort = runs.cohort_of(0)
    assert runs.detach(cohort, [0, 1, 2, 3]) is cohort
    part = runs.detach(cohort, [1, 3])
    assert runs.detach(part, [1, 3]) is part
    assert _members(runs) == [[0, 2], [1, 3]]


def test_runs_are_detached_from_a_detached_cohort() -> None:
    runs = block(6)
    part = runs.detach(runs.cohort_of(0), [1, 3, 5])
    runs.detach(part, [3])
    assert _members(runs) == [[0, 2, 4], [1, 5], [3]]
    assert (part.count, part.first, list(part.members(after=1))) == (2, 1, [5])


def test_members_beyond_an_index() -> None:
    runs = block(6, failed=(4,))
    cohort = runs.cohort_of(0)
    assert [list(cohort.members(after)) for after in (-1, 0, 3, 4, 5, 99)] == [
        [0, 1, 2, 3, 5],
        [1, 2, 3, 5],
        [5],
        [5],
        [],
        [],
    ]
    runs.detach(cohort, [0, 3])
    assert list(cohort.members()) == [1, 2, 5]
    assert list(block(3).cohort_of(0).members(after=0)) == [1, 2]


@pytest.mark.parametrize(
    ("failed", "detached", "parts"),
    [
        ((), [], [[0, 1], [2, 3, 4, 5]]),
        ((1,), [], [[0, 2], [3, 4, 5]]),
        ((), [0], [[0], [1, 2], [3, 4, 5]]),
        ((), [1, 4], [[0, 2], [1, 4], [3, 5]]),
    ],
)
def test_splitting_keeps_the_first_runs(
    failed: tuple[int, ...], detached: list[int], parts: list[list[int]]
) -> None:
    runs = block(6, failed=failed)
    cohort = runs.cohort_of(5)
    if detached:
        runs.detach(cohort, detached)
    first = runs.split(cohort, 2)
    assert _members(runs) == parts
    assert list(first.members()) in parts
    assert first.first < cohort.first
    for index in range(6):
        if runs.has(index):
            assert index in runs.cohort_of(index).members()
    runs.transition(first, "advance", at(1))
    assert _counts_agree(runs)


def test_splitting_a_detached_cohort() -> None:
    runs = block(6)
    part = runs.detach(runs.cohort_of(0), [0, 2, 4])
    assert list(runs.split(part, 2).members()) == [0, 2]
    assert _members(runs) == [[0, 2], [1, 3, 5], [4]]
    assert runs.split(part, 1) is part
    assert runs.split(part, 9) is part


def test_a_part_continues_the_history_of_its_cohort() -> None:
    runs = block()
    cohort = runs.cohort_of(0)
    runs.transition(cohort, "advance", at(1))
    cohort.since, cohort.describe_count, cohort.reported = at(3), 2, True
    cohort.held, cohort.outcome = False, InjectedOutcome("SERVICE_ERROR", "")
    part = runs.detach(cohort, [1])
    for name in ("history", "since", "describe_count", "reported", "held", "outcome", "pinned"):
        assert getattr(part, name) == getattr(cohort, name), name
    runs.transition(part, "advance", at(4))
    assert cohort.history == [(START, "PENDING"), (at(1), "STARTING")]


def test_a_transition_ends_a_hold_and_a_pin() -> None:
    runs = block(1)
    cohort = runs.cohort_of(0)
    cohort.held = cohort.pinned = True
    runs.transition(cohort, "cancel", at(1))
    assert [cohort.held, cohort.pinned] == [None, False]


def test_a_deleted_run_exists_but_is_not_findable() -> None:
    runs = block()
    finish(runs)
    runs.transition(runs.detach(runs.cohort_of(1), [1]), "delete", at(1))
    assert runs.has(1)
    assert [runs.findable(index) for index in range(-1, 5)] == [
        False,
        True,
        False,
        True,
        True,
        False,
    ]
    assert (runs.status_counts()["DELETED"], runs.stored) == (1, 3)


def test_counts_have_every_status() -> None:
    assert block(2).status_counts() == {**dict.fromkeys(RUN.statuses, 0), "PENDING": 2}


def test_states_of_one_status_are_counted_together() -> None:
    runs = block(3)
    runs.transition(runs.detach(runs.cohort_of(0), [0]), "cancel", at(1))
    runs.transition(runs.detach(runs.cohort_of(1), [1]), "fail", at(1))
    assert runs.status_counts()["STOPPING"] == 2
    assert len(runs.cohorts(lambda state: state.startswith("STOPPING"))) == 2


# -- due times --


def test_runs_are_due_after_the_time_of_their_state() -> None:
    cohort = block().cohort_of(0)
    assert cohort.next_due(timed(10)) == at(10)
    assert cohort.next_due(IMMEDIATE) == START
    assert cohort.next_due(MANUAL) is None


@pytest.mark.parametrize("stop", ["held", "pinned", "waiting", "suspended"])
def test_runs_that_something_stops_are_never_due(stop: str) -> None:
    cohort = block().cohort_of(0)
    cohort.held = True if stop == "held" else None
    cohort.pinned = stop == "pinned"
    cohort.waiting_since = START if stop == "waiting" else None
    cohort.block.suspended = stop == "suspended"
    assert cohort.next_due(timed(10)) is None


# -- reported states --


def test_a_report_covers_all_runs() -> None:
    runs = block()
    alone = runs.detach(runs.cohort_of(0), [0])
    cohort = runs.cohort_of(1)
    runs.transition(alone, "advance", at(1))
    runs.transition(cohort, "cancel", at(1))
    part = runs.detach(cohort, [2])
    assert not any(one.reported for one in (alone, cohort, part))
    runs.report()
    assert all(one.reported for one in (alone, cohort, part))


def test_pinned_runs_stay_until_they_are_reported() -> None:
    runs = block()
    finish(runs, index=0)
    pinned = runs.pin()
    assert pinned == [runs.cohort_of(1)] == runs.pinned_cohorts()
    assert not runs.cohort_of(0).pinned
    runs.report()
    assert runs.pinned_cohorts() == []
    assert not runs.cohort_of(1).pinned


def test_the_scheduler_does_not_step_runs_one_cohort_at_a_time() -> None:
    with pytest.raises(NotImplementedError):
        block().cohort_of(0).step(START)
