"""Detached runs that make the same transition are merged, and keep their own histories."""

from __future__ import annotations

from moto_omics_batch.domain.run_selection import RunRef
from tests.domain.engine import Engine
from tests.domain.helpers import MANUAL, at, seconds_of


def test_detached_runs_that_make_the_same_transition_are_merged() -> None:
    engine = Engine(run=MANUAL)
    runs = engine.start_runs(4)
    for second, index in enumerate((2, 0, 3)):
        engine.get_run(runs, index, second + 1)
    assert len(runs.cohorts()) == 4
    engine.transitions.step_now(runs.cohorts(), at(10))
    # Run 1 is left in the range in which all were submitted.
    assert sorted(list(cohort.members()) for cohort in runs.cohorts()) == [[0, 2, 3], [1]]
    histories = [RunRef(runs, index).history for index in range(4)]
    assert histories[2] == [(at(0), "PENDING"), (at(1), "STARTING"), (at(10), "RUNNING")]
    assert histories[0] == [(at(0), "PENDING"), (at(2), "STARTING"), (at(10), "RUNNING")]
    assert histories[1] == [(at(0), "PENDING"), (at(10), "STARTING")]


def test_a_merged_run_that_moves_alone_again_keeps_its_history() -> None:
    engine = Engine(run=MANUAL)
    runs = engine.start_runs(3)
    for second, index in enumerate((2, 0)):
        engine.get_run(runs, index, second + 1)
    engine.transitions.step_now(runs.cohorts(), at(10))
    engine.transitions.step_now([engine.transitions.detach(runs.cohort_of(2), [2])], at(11))
    engine.transitions.step_now([runs.cohort_of(0)], at(12))
    assert [seconds for seconds, _ in seconds_of(RunRef(runs, 2).history)] == [0, 1, 10, 11]
    assert [seconds for seconds, _ in seconds_of(RunRef(runs, 0).history)] == [0, 2, 10, 12]
    engine.transitions.step_now(runs.cohorts(), at(20))
    assert [seconds for seconds, _ in seconds_of(RunRef(runs, 2).history)] == [0, 1, 10, 11, 20]
    assert runs.status_counts()["STARTING"] == 0
