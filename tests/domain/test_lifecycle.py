"""Lifecycles: tables of transitions that are checked when they are made, and their queries."""

from __future__ import annotations

import pytest

from moto_omics_batch.domain import tables
from moto_omics_batch.domain.lifecycle import (
    GONE,
    InvalidTransition,
    Lifecycle,
    Row,
    status_of,
)

LAMP = Lifecycle(
    "lamp",
    "OFF",
    [
        Row("OFF", "switch", "ON", "L1"),
        Row("ON", "switch", "OFF", "L1"),
        Row("ON", "burn", "DIMMING>DARK", "L2", automatic=True, runs_progress=True),
        Row("DIMMING>DARK", "burn", "DARK", "L2", automatic=True, waits_for_runs=True),
        Row("ON", "break", "BROKEN", "L2", failure=True),
        Row("DARK", "dispose", GONE, "L3"),
        Row("OFF", "dispose", GONE, "L3"),
    ],
)


def test_next_follows_the_rows() -> None:
    assert LAMP.next("OFF", "switch") == "ON"
    assert LAMP.next("DARK", "dispose") == GONE
    assert LAMP.allows("ON", "burn")
    assert not LAMP.allows("OFF", "burn")


def test_an_invalid_transition_names_the_statuses_that_allow_it() -> None:
    with pytest.raises(InvalidTransition) as refused:
        LAMP.next("DIMMING>DARK", "dispose")
    error = refused.value
    assert (error.resource, error.state, error.event) == ("lamp", "DIMMING", "dispose")
    assert error.allowed == ("OFF", "DARK")
    with pytest.raises(InvalidTransition, match="lamp cannot shine in ON; possible in no state"):
        LAMP.next("ON", "shine")


def test_a_state_may_be_reported_under_another_name() -> None:
    assert status_of("DIMMING>DARK") == "DIMMING"
    assert status_of("ON") == "ON"
    assert LAMP.states == ("OFF", "ON", "DIMMING>DARK", "DARK", "BROKEN")
    assert LAMP.statuses == ("OFF", "ON", "DIMMING", "DARK", "BROKEN")


def test_queries_of_events() -> None:
    assert LAMP.states_allowing("dispose") == ("OFF", "DARK")
    assert LAMP.states_allowing("burn") == ("ON", "DIMMING>DARK")
    assert LAMP.statuses_allowing("burn") == ("ON", "DIMMING")
    assert LAMP.automatic_event("ON") == "burn"
    assert LAMP.automatic_event("OFF") is None


def test_queries_of_states() -> None:
    assert [state for state in (*LAMP.states, GONE) if LAMP.is_end(state)] == ["BROKEN", GONE]
    assert [state for state in LAMP.states if LAMP.runs_progress(state)] == ["ON"]
    assert [state for state in LAMP.states if LAMP.waits_for_runs(state)] == ["DIMMING>DARK"]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (
            [Row("A", "go", "B", ""), Row("A", "go", "C", ""), Row("B", "go", "C", "")],
            "x: two rows for go in A",
        ),
        (
            [Row("A", "go", "B", "", automatic=True), Row("A", "run", "B", "", automatic=True)],
            "x: A has two automatic transitions",
        ),
        ([Row("A", "go", "B", ""), Row("C", "go", "B", "")], r"x: cannot be reached: \['C'\]"),
        (
            [Row("A", "go", "B", ""), Row("C", "go", "D", ""), Row("D", "go", "C", "")],
            r"x: cannot be reached: \['C', 'D'\]",
        ),
    ],
)
def test_a_contradictory_table_is_an_error(rows: list[Row], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Lifecycle("x", "A", rows)


def test_the_same_row_twice_is_no_contradiction() -> None:
    row = Row("A", "go", "B", "", automatic=True)
    assert Lifecycle("x", "A", [row, row]).states == ("A", "B")


# -- the tables of HealthOmics --


def _path(lifecycle: Lifecycle, state: str) -> list[str]:
    """Return the states that automatic transitions lead through."""
    states = [state]
    while event := lifecycle.automatic_event(states[-1]):
        following = lifecycle.next(states[-1], event)
        assert following not in states, f"{states} is circular"
        states.append(following)
    return states


@pytest.mark.parametrize("lifecycle", tables.LIFECYCLES, ids=lambda lifecycle: lifecycle.resource)
def test_automatic_transitions_lead_to_a_stable_state(lifecycle: Lifecycle) -> None:
    for state in lifecycle.states:
        assert lifecycle.automatic_event(_path(lifecycle, state)[-1]) is None


@pytest.mark.parametrize("lifecycle", tables.LIFECYCLES, ids=lambda lifecycle: lifecycle.resource)
def test_every_row_names_its_rule(lifecycle: Lifecycle) -> None:
    for row in lifecycle.rows:
        assert row.rule[:1] in ("B", "W", "S", "A")
        assert row.evidence in ("documented", "observed", "our choice")


#: B40 and B41, stated a second time so that a changed row is noticed.
BATCH_EVENTS = {
    "cancel": {"PENDING", "SUBMITTING", "INPROGRESS"},
    "delete_runs": {"PROCESSED", "CANCELLED"},
    "delete": {"PROCESSED", "FAILED", "CANCELLED", "RUNS_DELETED", "RUNS_DELETE_FAILED"},
    "fail": {"CREATING", "PENDING"},
}


@pytest.mark.parametrize("event", BATCH_EVENTS)
def test_the_statuses_of_a_batch_that_allow_an_event(event: str) -> None:
    assert set(tables.BATCH.statuses_allowing(event)) == BATCH_EVENTS[event]


def test_the_path_of_a_batch_without_requests() -> None:
    assert _path(tables.BATCH, tables.BATCH.initial) == [
        "CREATING",
        "PENDING",
        "SUBMITTING",
        "INPROGRESS",
        "PROCESSED",
    ]


def test_the_states_of_a_batch_in_which_runs_progress() -> None:
    states = tables.BATCH.states
    assert [s for s in states if tables.BATCH.runs_progress(s)] == [
        "SUBMITTING",
        "INPROGRESS",
        "STOPPING",
    ]
    assert [s for s in states if tables.BATCH.waits_for_runs(s)] == ["INPROGRESS", "STOPPING"]


def test_the_statuses_of_a_run_that_allow_an_event() -> None:
    active = {"PENDING", "STARTING", "RUNNING", "STOPPING"}
    assert set(tables.RUN.statuses_allowing("cancel")) == active
    assert set(tables.RUN.statuses_allowing("fail")) == active
    assert set(tables.RUN.statuses_allowing("delete")) == {"COMPLETED", "FAILED", "CANCELLED"}


def test_a_run_that_stops_leads_to_one_end() -> None:
    for end in ("COMPLETED", "CANCELLED", "FAILED"):
        assert _path(tables.RUN, f"STOPPING>{end}") == [f"STOPPING>{end}", end]
    assert not tables.RUN.allows("STOPPING>CANCELLED", "fail")
    assert tables.RUN.next("STOPPING>FAILED", "cancel") == "STOPPING>FAILED"
