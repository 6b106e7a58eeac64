"""Lifecycles are checked when they are made, and answer questions."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain import tables
from moto_omics_batch.domain.lifecycle import GONE, IllegalMove, Lifecycle, Row, status_of

LIGHT = Lifecycle(
    "light",
    "OFF",
    [
        Row("OFF", "switch", "ON", "L1"),
        Row("ON", "switch", "OFF", "L1"),
        Row("ON", "burn", "DYING>DARK", "L2", by_itself=True),
        Row("DYING>DARK", "burn", "DARK", "L2", by_itself=True),
        Row("DARK", "throw_away", GONE, "L3"),
        Row("OFF", "throw_away", GONE, "L3"),
    ],
)


def test_rows_lead_from_state_to_state() -> None:
    assert LIGHT.next("OFF", "switch") == "ON"
    assert LIGHT.next("DARK", "throw_away") == GONE
    assert LIGHT.allows("ON", "burn")
    assert not LIGHT.allows("OFF", "burn")


def test_an_event_without_a_row_tells_where_it_would_be_possible() -> None:
    with pytest.raises(IllegalMove) as refused:
        LIGHT.next("ON", "throw_away")
    error = refused.value
    assert (error.resource, error.state, error.event) == ("light", "ON", "throw_away")
    assert set(error.allowed) == {"DARK", "OFF"}
    with pytest.raises(IllegalMove, match="light cannot shine in ON; possible in no state"):
        LIGHT.next("ON", "shine")


def test_a_state_may_be_shown_as_another_word() -> None:
    assert status_of("DYING>DARK") == "DYING"
    assert status_of("ON") == "ON"
    assert LIGHT.states == ("OFF", "ON", "DYING>DARK", "DARK")
    assert LIGHT.statuses == ("OFF", "ON", "DYING", "DARK")


def test_questions() -> None:
    assert LIGHT.states_allowing("throw_away") == ("OFF", "DARK")
    assert LIGHT.statuses_allowing("burn") == ("ON", "DYING")
    assert LIGHT.goes_on("ON") == "burn"
    assert LIGHT.goes_on("OFF") is None
    assert LIGHT.is_end(GONE)
    assert not LIGHT.is_end("DARK")


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (
            [Row("A", "go", "B", ""), Row("A", "go", "C", ""), Row("B", "go", "C", "")],
            "x: two rows for go in A",
        ),
        (
            [Row("A", "go", "B", "", by_itself=True), Row("A", "run", "B", "", by_itself=True)],
            "x: A goes on by itself in two ways",
        ),
        ([Row("A", "go", "B", ""), Row("C", "go", "B", "")], r"x: cannot be reached: \['C'\]"),
        (
            [Row("A", "go", "B", ""), Row("C", "go", "D", ""), Row("D", "go", "C", "")],
            r"x: cannot be reached: \['C', 'D'\]",
        ),
    ],
)
def test_tables_that_contradict_themselves_are_refused(rows: list[Row], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Lifecycle("x", "A", rows)


def test_the_same_row_twice_is_no_contradiction() -> None:
    assert Lifecycle("x", "A", [Row("A", "go", "B", ""), Row("A", "go", "B", "")]).states == (
        "A",
        "B",
    )


@pytest.mark.parametrize("lifecycle", tables.LIFECYCLES, ids=lambda lifecycle: lifecycle.resource)
def test_what_goes_on_by_itself_comes_to_rest(lifecycle: Lifecycle) -> None:
    for state in lifecycle.states:
        seen = [state]
        while event := lifecycle.goes_on(seen[-1]):
            following = lifecycle.next(seen[-1], event)
            assert following not in seen, f"{seen} goes in circles"
            seen.append(following)


@pytest.mark.parametrize("lifecycle", tables.LIFECYCLES, ids=lambda lifecycle: lifecycle.resource)
def test_every_row_names_its_rule(lifecycle: Lifecycle) -> None:
    for row in lifecycle.rows:
        assert row.rule[:1] in ("B", "W")
        assert row.evidence in ("documented", "observed", "our choice")


#: B40 and B41, written down a second time on purpose.
BATCH_EVENTS = {
    "cancel": {"PENDING", "SUBMITTING", "INPROGRESS"},
    "delete_runs": {"PROCESSED", "CANCELLED"},
    "delete": {"PROCESSED", "FAILED", "CANCELLED", "RUNS_DELETED", "RUNS_DELETE_FAILED"},
    "fail": {"CREATING", "PENDING"},
}


@pytest.mark.parametrize("event", BATCH_EVENTS)
def test_the_arrows_of_a_batch(event: str) -> None:
    assert set(tables.BATCH.statuses_allowing(event)) == BATCH_EVENTS[event]


def test_the_way_of_a_batch_that_nobody_disturbs() -> None:
    seen = [tables.BATCH.initial]
    while event := tables.BATCH.goes_on(seen[-1]):
        seen.append(tables.BATCH.next(seen[-1], event))
    assert seen == ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]


def test_the_arrows_of_a_run() -> None:
    running = {"PENDING", "STARTING", "RUNNING", "STOPPING"}
    assert set(tables.RUN.statuses_allowing("cancel")) == running
    assert set(tables.RUN.statuses_allowing("delete")) == {"COMPLETED", "FAILED", "CANCELLED"}
