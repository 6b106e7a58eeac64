"""Random requests, faults and steps of time: the backend does what the naive model does.

A failure prints the shortest program that was found, and the id of the test has the seed. The
backend is compared after each step with requests that advance no manual progression. Since these
requests make automatic transitions happen, `unobserved` leaves the comparison out for some steps.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import note, seed
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from . import harness
from .harness import SEED, NewBatch, RunFault, Setup
from .naive_model import Batch
from .pair import Pair

MOST_BATCHES = 6

#: Lists take most of the time; they are compared each so many steps, histories after each step.
STEPS_BETWEEN_LISTS = 3


class Machine(RuleBasedStateMachine):
    """The program of a test: each rule is a step."""

    batches = Bundle("batches")
    pair: Pair | None = None
    unobserved_steps = 0
    steps = 0

    @property
    def it(self) -> Pair:
        assert self.pair is not None
        return self.pair

    @initialize(target=batches, setup=harness.setups())
    def begin(self, setup: Setup) -> MultipleResults[Batch]:
        self.pair = Pair(setup)
        return multiple(*self.pair.batches)

    def teardown(self) -> None:
        if self.pair is not None:
            self.pair.close()

    # -- requests --

    @rule(group=harness.groups, removable=st.booleans())
    def start_run(self, group: int | None, removable: bool) -> None:
        self.it.start_run(group, removable)

    @precondition(lambda self: len(self.it.batches) < MOST_BATCHES)
    @rule(target=batches, new=harness.new_batches)
    def start_run_batch(self, new: NewBatch) -> Batch:
        return self.it.start_run_batch(new)

    @rule(batch=batches, count=st.integers(1, 6), seconds=harness.seconds)
    def get_batch(self, batch: Batch, count: int, seconds: float) -> None:
        """Describe a batch so many times, with some seconds before each time."""
        for _ in range(count):
            self.it.pass_time(seconds)
            self.it.get_batch(batch)

    @rule(count=st.integers(1, 6), seconds=harness.seconds)
    def get_all_batches(self, count: int, seconds: float) -> None:
        """Describe all batches so many times, with some seconds before each time."""
        for _ in range(count):
            self.it.pass_time(seconds)
            for batch in list(self.it.model.batches):
                self.it.get_batch(batch)

    @precondition(lambda self: self.it.known_runs())
    @rule(number=st.integers(0, 7), count=st.integers(1, 6))
    def get_run(self, number: int, count: int) -> None:
        if run := self.it.moving_run(number):
            note(f"run {run.id}: {run.state}")
            for _ in range(count):
                self.it.get_run(run)

    @precondition(lambda self: self.it.known_runs())
    @rule(number=st.integers(0, 7))
    def cancel_run(self, number: int) -> None:
        if run := self.it.moving_run(number):
            note(f"run {run.id}: {run.state}")
            self.it.on_run("cancel_run", run)

    @precondition(lambda self: self.it.known_runs())
    @rule(number=st.integers(0, 30))
    def delete_run(self, number: int) -> None:
        known = self.it.known_runs()
        run = known[number % len(known)]
        note(f"run {run.id}: {run.state}")
        self.it.on_run("delete_run", run)

    @rule(
        operation=st.sampled_from(["cancel_run_batch"] * 2 + ["delete_run_batch", "delete_batch"]),
        batch=batches,
    )
    def change_batch(self, operation: str, batch: Batch) -> None:
        self.it.on_batch(operation, batch)

    # -- time --

    @rule(seconds=harness.seconds)
    def advance_clock(self, seconds: float) -> None:
        self.it.pass_time(seconds)

    @rule(steps=st.integers(1, 4))
    def unobserved(self, steps: int) -> None:
        """Leave the comparison out after this step and after the next ones."""
        self.unobserved_steps = steps

    # -- faults --

    @rule(fault=harness.run_faults())
    def run_fault(self, fault: RunFault) -> None:
        self.it.run_fault(fault)

    @rule(match=harness.matches_with_ids)
    def release(self, match: dict[str, Any]) -> None:
        self.it.release(match)

    @rule(
        kind=st.sampled_from(["cancel_fails", "delete_fails", "batch_fails", "slow_submission"]),
        match=harness.matches_with_ids,
        times=harness.fault_times,
    )
    def other_fault(self, kind: str, match: dict[str, Any], times: int | None) -> None:
        if kind == "slow_submission":
            self.it.slow_submission(times)
        elif kind == "batch_fails":
            name = {word: value for word, value in match.items() if word == "batchName"}
            self.it.other_fault(kind, name, times or 1)
        else:
            self.it.other_fault(kind, match, times)

    # -- comparison --

    @invariant()
    def same(self) -> None:
        """Lists, entries and histories are those of the model."""
        self.steps += 1
        if self.unobserved_steps:
            self.unobserved_steps -= 1
        else:
            self.it.compare(lists=self.steps % STEPS_BETWEEN_LISTS == 0)


@pytest.mark.parametrize("number", [SEED], ids="OMICS_TEST_SEED={}".format)
def test_the_backend_does_what_the_naive_model_does(number: int) -> None:
    run_state_machine_as_test(seed(number)(Machine), settings=harness.budget(200))
