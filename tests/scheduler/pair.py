"""The backend and the naive model side by side: each call goes to both, and both must agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from .harness import START, Backend, NewBatch, RunFault, Setup, since_start
from .naive_model import RUN_NEXT, Batch, Fault, Refused, Resource, Run
from .naive_requests import NaiveOmics, exists


class Pair:
    """A new mock and a new model. The first faults and batches of the setup are there."""

    def __init__(self, setup: Setup):
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
        #: Deleted ones included.
        self.batches: list[Batch] = []
        self.groups: list[str] = []
        for most in setup.max_runs:
            options = {"maxRuns": most} if most else {}
            self.groups.append(self.real.request("create_run_group", **options)["id"])
            self.model.max_runs[self.groups[-1]] = most
        for fault in setup.faults:
            self.run_fault(fault)
        for batch in setup.batches:
            self.start_run_batch(batch)

    def close(self) -> None:
        self.real.close()

    def pass_time(self, seconds: float) -> None:
        self.real.elapsed += seconds
        self.model.now += timedelta(seconds=seconds)

    # -- requests --

    def both(
        self, real: Callable[[], dict[str, Any]], model: Callable[[], Any]
    ) -> tuple[dict[str, Any] | None, Any]:
        """(answer of the backend, result of the model); (None, None) if both refuse alike."""
        expected, code = None, None
        try:
            expected = model()
        except Refused as refused:
            code = refused.code
        answer = real()
        assert answer.get("error") == code
        return (answer, expected) if code is None else (None, None)

    def on_batch(self, operation: str, batch: Batch) -> dict[str, Any] | None:
        call = getattr(self.model, operation)
        answer, _ = self.both(
            lambda: self.real.request(operation, batchId=batch.id), lambda: call(batch)
        )
        return answer

    def on_run(self, operation: str, run: Run) -> dict[str, Any] | None:
        call = getattr(self.model, operation)
        answer, _ = self.both(lambda: self.real.request(operation, id=run.id), lambda: call(run))
        return answer

    def start_run(self, group: int | None = None, removable: bool = False) -> Run | None:
        """StartRun; None when it is refused."""
        name = None if group is None else self.groups[group]
        answer, run = self.both(
            lambda: self.real.start_run(name, removable),
            lambda: self.model.start_run(name, removable),
        )
        if answer is None:
            return None
        assert answer["status"] == "PENDING"
        run.id = answer["id"]
        return run  # type: ignore[no-any-return]

    def start_run_batch(self, new: NewBatch) -> Batch:
        name = None if new.group is None else self.groups[new.group]
        options = (new.entries, new.name, name, new.removable)
        answer, batch = self.both(
            lambda: self.real.start_run_batch(*options),
            lambda: self.model.start_run_batch(*options),
        )
        assert answer is not None
        assert answer["status"] == "CREATING"
        batch.id = answer["id"]
        self.batches.append(batch)
        return batch  # type: ignore[no-any-return]

    def get_batch(self, batch: Batch) -> None:
        answer = self.on_batch("get_batch", batch)
        members = ("status", "totalRuns", "runSummary", "submissionSummary")
        assert answer is None or {name: answer.get(name) for name in members} == {
            "status": batch.status,
            "totalRuns": len(batch.entries),
            "runSummary": batch.run_summary(),
            "submissionSummary": batch.submission_summary(),
        }

    def get_run(self, run: Run) -> None:
        answer = self.on_run("get_run", run)
        assert answer is None or answer["status"] == run.status

    # -- faults --

    def run_fault(self, fault: RunFault) -> None:
        match = self.with_id(fault.match)
        Backend.fault(fault.kind, at=fault.at, times=fault.times, **match)
        self.model.faults.append(Fault(fault.kind, match, fault.at, fault.times))

    def other_fault(self, kind: str, match: dict[str, Any], times: int | None) -> None:
        """``cancel_fails``, ``delete_fails`` or ``batch_fails``."""
        match = self.with_id(match)
        Backend.fault(kind, times=times, **match)
        self.model.faults.append(Fault(kind, match, None, times))

    def release(self, match: dict[str, Any]) -> None:
        match = self.with_id(match)
        Backend.fault("release", **match)
        self.model.release(match)

    def slow_submission(self, per_tick: int | None) -> None:
        Backend.fault("slow_submission", perTick=per_tick)
        self.model.submissions_per_tick = per_tick or self.configured_per_tick

    # -- runs by number --

    def known_runs(self) -> list[Run]:
        """The runs whose id an answer had, deleted ones included."""
        return [run for run in self.model.runs if run.id is not None]

    def moving_run(self, number: int) -> Run | None:
        """One of the runs that are not at an end, or any run when all are."""
        known = self.known_runs()
        moving = [run for run in known if run.state in RUN_NEXT] or known
        return moving[number % len(moving)] if moving else None

    def with_id(self, match: dict[str, Any]) -> dict[str, str]:
        """Replace the number of a run by its id, an unknown id when there is no run."""
        if "runId" not in match:
            return match
        run = self.moving_run(match["runId"])
        return {"runId": str(run.id) if run else "1"}

    # -- comparison --

    def compare(self, lists: bool = True) -> None:
        """Compare histories, and lists too if asked for or if the id of a run is unknown."""
        self.model.advance_due()
        if lists or len(self.known_runs()) < len(self.model.runs):
            self.compare_batches()
            self.compare_runs()
        for thing in [*self.batches, *self.known_runs()]:
            self.compare_history(thing)

    def compare_batches(self) -> None:
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
