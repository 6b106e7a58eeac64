"""The state of one resource, and progressions as moto's state manager has them."""

from __future__ import annotations

from typing import Any

import pytest

from moto_omics_batch.domain.life import Life, Progression, statuses
from moto_omics_batch.domain.lifecycle import GONE, InvalidTransition, Lifecycle, Row
from tests.domain.helpers import IMMEDIATE, MANUAL, START, at, timed

LETTERS = Lifecycle(
    "letter",
    "A",
    [
        Row("A", "next", "B", "W1", automatic=True),
        Row("B", "next", "C>D", "W1", automatic=True),
        Row("B", "stay", "B", "W1"),
        Row("C>D", "next", "C", "W1"),
        Row("C", "leave", GONE, "W1"),
    ],
)


@pytest.fixture
def life() -> Life:
    return Life(LETTERS, START)


# -- transitions --


def test_a_transition_adds_to_the_history(life: Life) -> None:
    assert (life.state, life.status, life.created, life.since) == ("A", "A", START, START)
    assert life.move("next", at(1))
    assert life.history == [(START, "A"), (at(1), "B")]
    assert (life.since, life.created, life.stable, life.ended) == (at(1), START, False, False)
    assert life.move("next", at(2))
    assert (life.state, life.status, life.stable, life.ended) == ("C>D", "C", True, False)


def test_a_transition_within_one_status_is_no_change_of_status(life: Life) -> None:
    life.move("next", at(1))
    life.move("next", at(2))
    assert not life.move("next", at(3))
    assert (life.state, life.since) == ("C", at(3))
    assert life.move("leave", at(4))
    assert (life.state, life.ended) == (GONE, True)


def test_an_invalid_transition_changes_nothing(life: Life) -> None:
    assert not life.allows("leave")
    assert life.allows("next")
    with pytest.raises(InvalidTransition, match="letter cannot leave in A; possible in C"):
        life.move("leave", at(1))
    assert (life.history, life.since, life.reported) == ([(START, "A")], START, True)


def test_a_row_that_leads_to_the_same_state_changes_nothing(life: Life) -> None:
    life.move("next", at(1))
    life.reported, life.describe_count = True, 3
    assert not life.move("stay", at(5))
    assert (life.since, len(life.history)) == (at(1), 2)
    assert (life.reported, life.describe_count) == (True, 3)


def test_a_life_can_start_with_a_history() -> None:
    life = Life(LETTERS, START, [(at(1), "A"), (at(2), "B")])
    assert (life.state, life.created, life.since) == ("B", at(1), at(2))


def test_statuses_merges_states_of_one_status(life: Life) -> None:
    for second in range(1, 4):
        life.move("next", at(second))
    assert statuses(life.history) == [("A", START), ("B", at(1)), ("C", at(2))]


# -- describes --


def test_the_status_at_creation_counts_as_reported(life: Life) -> None:
    assert life.reported
    assert life.describe(times=1)


def test_a_step_takes_as_many_describes_as_times(life: Life) -> None:
    assert [life.describe(times=3) for _ in range(6)] == [False, False, True] * 2


def test_a_state_is_reported_once_before_it_is_left(life: Life) -> None:
    life.move("next", at(1))
    assert not life.reported
    assert not life.describe(times=1)
    assert (life.reported, life.describe_count) == (True, 0)
    assert life.describe(times=1)


def test_describes_of_one_state_do_not_count_for_the_next(life: Life) -> None:
    assert not life.describe(times=2)
    assert life.describe_count == 1
    life.move("next", at(1))
    assert life.describe_count == 0
    assert [life.describe(times=2) for _ in range(3)] == [False, False, True]


# -- due times --


def test_manual_transitions_are_never_due() -> None:
    assert MANUAL.due(START) is None


def test_immediate_transitions_are_due_at_once() -> None:
    assert IMMEDIATE.due(START) == START
    assert timed(0).due(START) == START


@pytest.mark.parametrize("seconds", [0.001, 10, 10**6])
def test_timed_transitions_are_due_after_their_seconds(seconds: float) -> None:
    assert timed(seconds).due(START) == at(seconds)


@pytest.mark.parametrize("seconds", [10.0**12, 10.0**15, float("inf")])
def test_a_transition_beyond_the_calendar_is_never_due(seconds: float) -> None:
    assert timed(seconds).due(START) is None


# -- transitions of moto's state manager --


@pytest.mark.parametrize(
    ("transition", "expected"),
    [
        ({"progression": "manual"}, Progression("manual", 1)),
        ({"progression": "manual", "times": 3}, Progression("manual", 3)),
        ({"progression": "manual", "times": "3"}, Progression("manual", 3)),
        ({"progression": "immediate"}, Progression("immediate")),
        ({"progression": "immediate", "seconds": 5}, Progression("immediate")),
        ({"progression": "time", "seconds": 0.5}, Progression("time", seconds=0.5)),
        ({"progression": "time", "seconds": "2"}, Progression("time", seconds=2)),
        ({"progression": "time"}, Progression("time")),
    ],
    ids=str,
)
def test_a_progression_is_read_from_a_transition(
    transition: dict[str, Any], expected: Progression
) -> None:
    assert Progression.of(transition) == expected


@pytest.mark.parametrize(
    "transition",
    [{}, {"progression": "sideways"}, {"progression": None}],
    ids=str,
)
def test_an_unknown_progression_is_an_error(transition: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is not one of manual, immediate, time"):
        Progression.of(transition)


@pytest.mark.parametrize(
    "transition",
    [
        {"progression": "manual", "times": 0},
        {"progression": "manual", "times": -1},
        {"progression": "manual", "times": "often"},
        {"progression": "manual", "times": None},
        {"progression": "manual", "times": float("inf")},
        {"progression": "time", "seconds": -0.1},
        {"progression": "time", "seconds": "soon"},
        {"progression": "time", "seconds": float("nan")},
        {"progression": "time", "seconds": None},
    ],
    ids=str,
)
def test_invalid_times_or_seconds_are_an_error(transition: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a progression needs times >= 1 and seconds >= 0"):
        Progression.of(transition)
