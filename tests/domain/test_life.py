"""One resource on its way, and the three ways in which time passes for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from moto_omics_batch.domain.life import Life, Progression, look, pass_time
from moto_omics_batch.domain.lifecycle import GONE, IllegalMove, Lifecycle, Row

START = datetime(2026, 10, 1, 12)
MANUAL = Progression("manual")
IMMEDIATE = Progression("immediate")

ROAD = Lifecycle(
    "road",
    "A",
    [
        Row("A", "go", "B", "W1", by_itself=True),
        Row("B", "go", "C", "W1", by_itself=True),
        Row("B", "wait", "B", "W1"),
        Row("C", "leave", GONE, "W1"),
    ],
)


def _after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def life() -> Life:
    return Life(ROAD, START)


def _seen(life: Life, progression: Progression, count: int) -> str:
    states = []
    for _ in range(count):
        look(life, progression, START)
        states.append(life.state)
    return "".join(states)


# -- moving --


def test_a_move_writes_history(life: Life) -> None:
    assert (life.state, life.created, life.kind) == ("A", START, "road")
    life.move("go", _after(1))
    assert life.history == [(START, "A"), (_after(1), "B")]
    assert (life.since, life.settled) == (_after(1), False)
    life.move("go", _after(2))
    assert (life.settled, life.ended) == (True, False)
    life.move("leave", _after(3))
    assert (life.settled, life.ended) == (True, True)


def test_a_move_without_a_row_changes_nothing(life: Life) -> None:
    with pytest.raises(IllegalMove, match="road cannot leave in A; possible in C"):
        life.move("leave", _after(1))
    assert life.history == [(START, "A")]


def test_a_row_that_leads_back_is_no_change(life: Life) -> None:
    life.move("go", _after(1))
    life.move("wait", _after(5))
    assert life.since == _after(1)
    assert len(life.history) == 2


def test_at_rest_there_is_no_step(life: Life) -> None:
    assert life.step(START)
    assert life.step(START)
    assert not life.step(START)
    assert life.state == "C"


# -- manual --


def test_every_look_moves_one_step(life: Life) -> None:
    assert _seen(life, MANUAL, 4) == "BCCC"


def test_every_third_look_moves_one_step(life: Life) -> None:
    # The first look at B is the third; a state is shown before it is left.
    assert _seen(life, Progression("manual", times=3), 8) == "AABBBCCC"


def test_a_state_that_nobody_has_seen_is_shown_once(life: Life) -> None:
    life.move("go", _after(1))
    assert _seen(life, MANUAL, 2) == "BC"


def test_looks_of_one_state_do_not_count_for_the_next(life: Life) -> None:
    twice = Progression("manual", times=2)
    assert _seen(life, twice, 1) == "A"
    life.move("go", _after(1))
    assert _seen(life, twice, 3) == "BBC"


def test_manual_things_do_not_move_with_time(life: Life) -> None:
    pass_time(life, MANUAL, _after(10**8))
    assert life.state == "A"


# -- immediate and time --


def test_the_first_look_shows_the_end(life: Life) -> None:
    assert _seen(life, IMMEDIATE, 1) == "C"
    assert [at for at, _ in life.history] == [START] * 3


def test_a_step_each_so_many_seconds(life: Life) -> None:
    timed = Progression("time", seconds=10)
    for seconds, state in ((0, "A"), (9.999, "A"), (10, "B"), (19, "B"), (20, "C"), (99, "C")):
        pass_time(life, timed, _after(seconds))
        assert life.state == state


def test_several_steps_when_more_time_has_passed_each_at_its_time(life: Life) -> None:
    pass_time(life, Progression("time", seconds=10), _after(1000))
    assert life.history == [(START, "A"), (_after(10), "B"), (_after(20), "C")]


def test_looking_does_not_hurry_time(life: Life) -> None:
    assert _seen(life, Progression("time", seconds=10), 5) == "AAAAA"


def test_no_seconds_at_all_are_like_immediate(life: Life) -> None:
    pass_time(life, Progression("time", seconds=0), START)
    assert life.state == "C"


def test_a_clock_that_goes_back_moves_nothing(life: Life) -> None:
    pass_time(life, Progression("time", seconds=10), _after(-100))
    assert life.state == "A"


@pytest.mark.parametrize("seconds", [10.0**10, 10.0**12, 10.0**15])
def test_a_step_beyond_the_calendar_is_never_due(life: Life, seconds: float) -> None:
    pass_time(life, Progression("time", seconds=seconds), _after(10**6))
    assert life.state == "A"


# -- what moto's state manager says --


@pytest.mark.parametrize(
    ("transition", "expected"),
    [
        ({"progression": "manual"}, Progression("manual", 1)),
        ({"progression": "manual", "times": 3}, Progression("manual", 3)),
        ({"progression": "manual", "times": "3"}, Progression("manual", 3)),
        ({"progression": "immediate"}, Progression("immediate")),
        ({"progression": "time", "seconds": 0.5}, Progression("time", seconds=0.5)),
    ],
)
def test_transitions_are_read(transition: dict[str, Any], expected: Progression) -> None:
    assert Progression.of(transition) == expected


@pytest.mark.parametrize(
    "transition",
    [
        {},
        {"progression": "sideways"},
        {"progression": None},
        {"progression": "manual", "times": 0},
        {"progression": "manual", "times": -1},
        {"progression": "manual", "times": "often"},
        {"progression": "manual", "times": None},
        {"progression": "time", "seconds": -0.1},
        {"progression": "time", "seconds": "soon"},
        {"progression": "time", "seconds": float("nan")},
        {"progression": "time", "seconds": None},
    ],
    ids=str,
)
def test_transitions_that_cannot_be_are_refused(transition: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Progression.of(transition)
