"""Random requests, faults and steps of time: the backend does what the naive model does.

A failure prints the shortest program that it found, and the id of the test has the seed. The
backend is compared after each step with requests that advance no manual progression. Since these
requests make automatic transitions happen, `unobserved` leaves the comparison out for some steps.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import note, seed
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from . import harness
from .harness import SEED, START, Backend, NewBatch, RunFault, since_start
from .naive_model import Batch, Fault, Refused, Resource, Run
from .naive_requests import NaiveOmics, exists

MOST_BATCHES = 6


class Machine(RuleBasedStateMachine):
    """The backend and the model, side by side."""

    batches = Bundle("batches")
    setups = harness.setups()

    def __init__(self) -> None:
        super().__init__()
        self.real: Backend | None = None
        self.known_batches: list[Batch] = []
        self.unobserved_steps = 0
        self.steps = 0

    @initialize(target=batches, data=st.data())
    def begin(self, data: st.DataObject) -> Any:
        """A new mock, its first batches and its first faults."""
        setup = data.draw(self.setups)
        self.real = Backend(setup)
        self.model = NaiveOmics(
            now=START,
            batch_progression=setup.batch,
            run_progression=setup.run,
            active_runs=setup.active_runs,
            stored_runs=setup.stored_runs,
            submissions_per_tick=setup.submissions_per_tick,
        )
        self.configured_per_tick = setup.submissions_per_tick
        self.groups = []
        for most in setup.max_runs:
            options = {"maxRuns": most} if most else {}
            self.groups.append(self.real.request("create_run_group", **options)["id"])
            self.model.max_runs[self.groups[-1]] = most
        for fault in setup.faults:
            self.add_run_fault(fault)
        return multiple(*(self.add_batch(batch) for batch in setup.batches))

    def teardown(self) -> None:
        if self.real is not None:
            self.real.close()

    # -- helpers --

    def both(self, real: Callable[[Backend], Any], model: Callable[[], Any]) -> tuple[Any, Any]:
        """(answer of the backend, result of the model); both refuse with the same code or none."""
        assert self.real is not None
        expected, code = None, None
        try:
            expected = model()
        except Refused as refused:
            code = refused.code
        answer = real(self.real)
        assert answer.get("error") == code
        return (answer, expected) if code is None else (None, None)

    def on_batch(self, operation: str, batch: Batch) -> Any:
        call = getattr(self.model, operation)
        return self.both(
            lambda real: real.request(operation, batchId=batch.id), lambda: call(batch)
        )

    def on_run(self, operation: str, run: Run) -> Any:
        call = getattr(self.model, operation)
        return self.both(lambda real: real.request(operation, id=run.id), lambda: call(run))

    def known_runs(self) -> list[Run]:
        return [run for run in self.model.runs if run.id is not None]

    def run(self, number: int) -> Run:
        known = self.known_runs()
        run = known[number % len(known)]
        note(f"run {run.id}: {run.state}")
        return run

    def resolve(self, match: dict[str, Any]) -> dict[str, str]:
        """The number of a run becomes its id; an unknown id when there is no run."""
        if "runId" not in match:
            return match
        known = self.known_runs()
        return {"runId": str(known[match["runId"] % len(known)].id) if known else "1"}

    def group(self, number: int | None) -> str | None:
        return None if number is None else self.groups[number]

    def add_batch(self, new: NewBatch) -> Batch:
        options = (new.entries, new.name, self.group(new.group), new.removable)
        answer, batch = self.both(
            lambda real: real.start_run_batch(*options),
            lambda: self.model.start_run_batch(*options),
        )
        assert answer["status"] == "CREATING"
        batch.id = answer["id"]
        self.known_batches.append(batch)
        return batch  # type: ignore[no-any-return]

    def add_run_fault(self, fault: RunFault) -> None:
        words = self.resolve(fault.match)
        Backend.fault(fault.kind, at=fault.at, times=fault.times, **words)
        self.model.faults.append(Fault(fault.kind, words, fault.at, fault.times))

    # -- requests --

    @rule(group=harness.groups, removable=st.booleans())
    def start_run(self, group: int | None, removable: bool) -> None:
        options = (self.group(group), removable)
        answer, run = self.both(
            lambda real: real.start_run(*options),
            lambda: self.model.start_run(*options),
        )
        if run is not None:
            assert answer["status"] == "PENDING"
            run.id = answer["id"]

    @precondition(lambda self: len(self.known_batches) < MOST_BATCHES)
    @rule(target=batches, new=harness.new_batches)
    def start_run_batch(self, new: NewBatch) -> Batch:
        return self.add_batch(new)

    @rule(batch=batches, count=st.integers(1, 6), seconds=harness.seconds)
    def get_batch(self, batch: Batch, count: int, seconds: float) -> None:
        """Describe a batch so many times, with some seconds before each time."""
        for _ in range(count):
            self.pass_time(seconds)
            self.describe(batch)

    @rule(count=st.integers(1, 6), seconds=harness.seconds)
    def get_all_batches(self, count: int, seconds: float) -> None:
        """Describe all batches, so many times, with some seconds before each time."""
        for _ in range(count):
            self.pass_time(seconds)
            for batch in list(self.model.batches):
                self.describe(batch)

    def describe(self, batch: Batch) -> None:
        answer, _ = self.on_batch("get_batch", batch)
        members = ("status", "totalRuns", "runSummary", "submissionSummary")
        assert answer is None or {name: answer.get(name) for name in members} == {
            "status": batch.status,
            "totalRuns": len(batch.entries),
            "runSummary": batch.run_summary(),
            "submissionSummary": batch.submission_summary(),
        }

    @precondition(lambda self: self.known_runs())
    @rule(number=st.integers(0, 30), count=st.integers(1, 6))
    def get_run(self, number: int, count: int) -> None:
        run = self.run(number)
        for _ in range(count):
            answer, _ = self.on_run("get_run", run)
            assert answer is None or answer["status"] == run.status

    @precondition(lambda self: self.known_runs())
    @rule(operation=st.sampled_from(["cancel_run", "delete_run"]), number=st.integers(0, 30))
    def change_run(self, operation: str, number: int) -> None:
        self.on_run(operation, self.run(number))

    @rule(
        operation=st.sampled_from(["cancel_run_batch"] * 2 + ["delete_run_batch", "delete_batch"]),
        batch=batches,
    )
    def change_batch(self, operation: str, batch: Batch) -> None:
        self.on_batch(operation, batch)

    # -- time --

    @rule(seconds=harness.seconds)
    def advance_clock(self, seconds: float) -> None:
        self.pass_time(seconds)

    def pass_time(self, seconds: float) -> None:
        assert self.real is not None
        self.real.elapsed += seconds
        self.model.now += timedelta(seconds=seconds)

    @rule(steps=st.integers(1, 4))
    def unobserved(self, steps: int) -> None:
        """Leave the comparison out after this step and after the next ones."""
        self.unobserved_steps = steps

    # -- faults --

    @rule(fault=harness.run_faults())
    def run_fault(self, fault: RunFault) -> None:
        self.add_run_fault(fault)

    @rule(
        kind=st.sampled_from(["cancel_fails", "delete_fails", "batch_fails", "slow_submission"]),
        match=harness.matches_with_ids,
        times=harness.fault_times,
    )
    def other_fault(self, kind: str, match: dict[str, Any], times: int | None) -> None:
        if kind == "slow_submission":
            Backend.fault(kind, perTick=times)
            self.model.submissions_per_tick = times or self.configured_per_tick
            return
        words = self.resolve(match)
        if kind == "batch_fails":
            times = times or 1
            words = {name: value for name, value in words.items() if name == "batchName"}
        Backend.fault(kind, times=times, **words)
        self.model.faults.append(Fault(kind, words, None, times))

    @rule(match=harness.matches_with_ids)
    def release(self, match: dict[str, Any]) -> None:
        words = self.resolve(match)
        Backend.fault("release", **words)
        self.model.release(words)

    # -- comparison --

    @invariant()
    def same(self) -> None:
        """Lists, entries and histories are those of the model."""
        self.steps += 1
        if self.unobserved_steps:
            self.unobserved_steps -= 1
            return
        # Lists take most of the time, and histories have the statuses too.
        self.model.advance_due()
        if self.steps % 3 == 0 or len(self.known_runs()) < len(self.model.runs):
            self.compare_batches()
            self.compare_runs()
        for thing in [*self.known_batches, *self.known_runs()]:
            self.compare_history(thing)

    def compare_batches(self) -> None:
        assert self.real is not None
        expected = self.model.listed_batches()
        found = [(item["id"], item["status"]) for item in self.real.listed("list_batch")]
        assert found == [(batch.id, batch.status) for batch in expected]
        for batch in expected:
            items = self.real.listed("list_runs_in_batch", batchId=batch.id)
            entries = batch.listed_entries()
            statuses = [(item["runSettingId"], item["submissionStatus"]) for item in items]
            assert statuses == [(entry.setting_id, entry.status) for entry in entries]
            for item, entry in zip(items, entries, strict=True):
                self.same_id(item.get("runId"), entry.run)

    def compare_runs(self) -> None:
        assert self.real is not None
        expected, found = self.model.listed_runs(), self.real.listed("list_runs")
        assert [item["status"] for item in found] == [run.status for run in expected]
        for item, run in zip(found, expected, strict=True):
            self.same_id(item["id"], run)

    def same_id(self, id: str | None, run: Run | None) -> None:
        """The model learns an id when an answer has it for the first time."""
        assert (id is None) == (run is None)
        if run is not None and run.id is None:
            assert id not in [other.id for other in self.known_runs()]
            run.id = id
        assert run is None or run.id == id

    def compare_history(self, thing: Resource) -> None:
        expected = since_start(thing.statuses()) if exists(self.model, thing) else None
        assert Backend.history(str(thing.id)) == expected, f"history of {thing.id}"


@pytest.mark.parametrize("number", [SEED], ids="OMICS_TEST_SEED={}".format)
def test_the_backend_does_what_the_naive_model_does(number: int) -> None:
    run_state_machine_as_test(seed(number)(Machine), settings=harness.budget(60))
