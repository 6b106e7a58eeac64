"""A naive model of run batches and runs: the scheduler's semantics as a small executable program.

One object per run and per batch, a list of everything, and a linear scan for every question. The
model shares no code with the package. States are written as ``STOPPING>FAILED``: the status is the
part before ``>``, and the part behind it is the end that the state leads to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: State of a run → the next state, by an automatic transition.
RUN_NEXT = {
    "PENDING": "STARTING",
    "STARTING": "RUNNING",
    "RUNNING": "STOPPING>COMPLETED",
    "STOPPING>COMPLETED": "COMPLETED",
    "STOPPING>CANCELLED": "CANCELLED",
    "STOPPING>FAILED": "FAILED",
}
#: States of a run in which ``run_hangs`` and ``run_fails`` are asked before it moves.
RUN_CAN_FAIL = ("PENDING", "STARTING", "RUNNING", "STOPPING>COMPLETED")
RUN_ENDS = ("COMPLETED", "FAILED", "CANCELLED")
RUN_STATUSES = ("PENDING", "STARTING", "RUNNING", "STOPPING", *RUN_ENDS, "DELETED")
ACTIVE = ("STARTING", "RUNNING", "STOPPING")

BATCH_AUTOMATIC = ("CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "STOPPING", "RUNS_DELETING")
BATCH_WAITS_FOR_RUNS = ("INPROGRESS", "STOPPING")
BATCH_CAN_CANCEL = ("PENDING", "SUBMITTING", "INPROGRESS")
BATCH_CAN_DELETE_RUNS = ("PROCESSED", "CANCELLED")
BATCH_CAN_DELETE = ("PROCESSED", "FAILED", "CANCELLED", "RUNS_DELETED", "RUNS_DELETE_FAILED")


class Refused(Exception):
    """A request is answered with an error of this code."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Progression:
    """A transition of moto's state manager."""

    name: str
    times: int = 1
    seconds: float = 0

    @property
    def manual(self) -> bool:
        return self.name == "manual"


@dataclass
class Fault:
    """One injected fault. ``times`` is how many hits are left, None for any number."""

    kind: str
    match: dict[str, str]
    at: str | None = None
    times: int | None = None


class Resource:
    """What batches and runs have in common. A new one is born reported."""

    def __init__(self, state: str, now: datetime):
        self.id: str | None = None
        self.state = state
        self.since = now
        self.history = [(state, now)]
        self.reported = True
        self.describe_count = 0

    @property
    def status(self) -> str:
        return self.state.partition(">")[0]

    def move(self, state: str, at: datetime) -> None:
        self.state = state
        self.since = at
        self.history.append((state, at))
        self.reported = False
        self.describe_count = 0

    def statuses(self) -> list[tuple[str, datetime]]:
        """(status, time) pairs; states with the same status are merged into the first."""
        merged: list[tuple[str, datetime]] = []
        for state, time in self.history:
            status = state.partition(">")[0]
            if not merged or merged[-1][0] != status:
                merged.append((status, time))
        return merged


class Run(Resource):
    """One run. ``waits_since`` is set while it waits for a slot."""

    def __init__(self, now: datetime, place: int, batch: Batch | None, group: str | None):
        super().__init__("PENDING", now)
        self.place = place
        self.batch = batch
        self.group = group
        self.setting_id: str | None = None
        self.removable = False
        self.held = False
        self.released = False
        self.waits_since: datetime | None = None

    def move(self, state: str, at: datetime) -> None:
        super().move(state, at)
        self.held = False
        self.released = False
        self.waits_since = None

    @property
    def at_end(self) -> bool:
        return self.state in RUN_ENDS or self.state == "DELETED"

    def end_time(self) -> datetime:
        return next(time for state, time in self.history if state in RUN_ENDS)

    def words(self) -> dict[str, str | None]:
        """What the arguments of a fault are compared with."""
        name = self.batch.name if self.batch else None
        return {"runId": self.id, "batchName": name, "runSettingId": self.setting_id}


@dataclass
class Entry:
    """One entry of a batch; ``status`` is its submissionStatus, None before the submission."""

    setting_id: str
    status: str | None = None
    run: Run | None = None


class Batch(Resource):
    """One batch."""

    def __init__(self, now: datetime, setting_ids: list[str], name: str | None):
        super().__init__("CREATING", now)
        self.name = name
        self.group: str | None = None
        self.removable = False
        self.entries = [Entry(setting_id) for setting_id in setting_ids]
        self.attempted = 0
        self.failed_starts = 0
        #: [successful, failed]
        self.cancels: list[int] | None = None
        self.deletes: list[int] | None = None

    def runs(self) -> list[Run]:
        return [entry.run for entry in self.entries if entry.run is not None]

    def listed_entries(self) -> list[Entry]:
        """The entries of ListRunsInBatch: those that were submitted or cancelled."""
        return [entry for entry in self.entries if entry.status is not None]

    def run_summary(self) -> dict[str, int]:
        found = [run.status for run in self.runs()]
        return {f"{status.lower()}RunCount": found.count(status) for status in RUN_STATUSES}

    def submission_summary(self) -> dict[str, int]:
        pending = len(self.entries) - self.attempted
        summary = {
            "successfulStartSubmissionCount": self.attempted - self.failed_starts,
            "failedStartSubmissionCount": self.failed_starts,
            "pendingStartSubmissionCount": pending if self.cancels is None else 0,
        }
        for name, counts in (("Cancel", self.cancels), ("Delete", self.deletes)):
            if counts is not None:
                summary[f"successful{name}SubmissionCount"] = counts[0]
                summary[f"failed{name}SubmissionCount"] = counts[1]
        return summary


@dataclass
class Model:
    """HealthOmics in one account and region. The caller sets ``now`` before each request."""

    now: datetime
    batch_progression: Progression
    run_progression: Progression
    active_runs: int | None = None
    stored_runs: int | None = None
    submissions_per_tick: int | None = None
    #: Run group → maxRuns.
    max_runs: dict[str, int | None] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    #: In order of creation, deleted ones included.
    runs: list[Run] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    places: int = 0

    def progression_of(self, thing: Batch | Run) -> Progression:
        if isinstance(thing, Batch):
            return self.batch_progression
        if thing.batch is not None and self.batch_progression.name == "immediate":
            return self.batch_progression
        return self.run_progression

    # -- automatic transitions --

    def advance_due(self) -> None:
        """Make everything happen that is due at or before ``now``, in order of time."""
        while (t := self.earliest_due_time()) is not None and t <= self.now:
            slot_taken = True
            while slot_taken:
                while due := [thing for thing in self.things() if self.due_time(thing) == t]:
                    self.round(due, t)
                slot_taken = self.hand_out_slots(t)

    def things(self) -> list[Batch | Run]:
        return [*self.batches, *self.runs]

    def earliest_due_time(self) -> datetime | None:
        times = [self.due_time(thing) for thing in self.things()]
        return min((time for time in times if time is not None), default=None)

    def due_time(self, thing: Batch | Run) -> datetime | None:
        """When the next automatic transition is due; None when none is."""
        progression = self.progression_of(thing)
        if progression.manual:
            return None
        due = thing.since + timedelta(seconds=progression.seconds)
        if isinstance(thing, Run):
            waits = thing.waits_since is not None
            return None if thing.state not in RUN_NEXT or thing.held or waits else due
        if thing.state not in BATCH_AUTOMATIC or not self.may_step(thing):
            return None
        if thing.state in BATCH_WAITS_FOR_RUNS:
            return max([due, *(run.end_time() for run in thing.runs())])
        return due

    def round(self, due: list[Batch | Run], t: datetime) -> None:
        runs = [thing for thing in due if isinstance(thing, Run)]
        for run in runs:
            if run.state == "PENDING":
                run.waits_since = t
        self.move_runs([run for run in runs if run.state != "PENDING"], t)
        for thing in due:
            if isinstance(thing, Batch):
                self.step_batch(thing, t)

    # -- runs --

    def move_runs(self, runs: Iterable[Run], t: datetime) -> None:
        """Faults are asked for all, in order of creation; then all move."""
        outcomes = [(run, self.outcome_for(run)) for run in sorted(runs, key=lambda r: r.place)]
        for run, outcome in outcomes:
            self.move_run(run, outcome, t)

    def outcome_for(self, run: Run) -> str | None:
        """The fault that the next automatic transition of a run meets; the match is counted."""
        if run.state not in RUN_CAN_FAIL:
            return None
        if not run.released and self.fault_hits("run_hangs", run.words(), run.status):
            return "run_hangs"
        return "run_fails" if self.fault_hits("run_fails", run.words(), run.status) else None

    def move_run(self, run: Run, outcome: str | None, t: datetime) -> None:
        if outcome == "run_hangs":
            run.held = True
            run.waits_since = None
        elif outcome == "run_fails":
            run.move("STOPPING>FAILED", t)
        else:
            run.move(RUN_NEXT[run.state], t)

    def hand_out_slots(self, t: datetime) -> bool:
        """Start the waiting runs that get a slot. Return whether a slot was taken."""
        taken = False
        waiting = [(run.waits_since, run.place, run) for run in self.runs if run.waits_since]
        for _, _, run in sorted(waiting):
            if self.slot_is_free(run):
                self.move_run(run, self.outcome_for(run), t)
                taken = taken or not run.held
        return taken

    def slot_is_free(self, run: Run) -> bool:
        active = [other for other in self.runs if other.status in ACTIVE]
        of_group = [other for other in active if other.group == run.group]
        most_of_group = None if run.group is None else self.max_runs[run.group]
        return (self.active_runs is None or len(active) < self.active_runs) and (
            most_of_group is None or len(of_group) < most_of_group
        )

    def make_room(self, removable: bool, t: datetime) -> bool:
        """Whether one more run can be stored; the oldest REMOVE run may be deleted for it."""
        stored = [run for run in self.runs if run.state != "DELETED"]
        if self.stored_runs is None or len(stored) < self.stored_runs:
            return True
        for run in stored:
            if removable and run.removable and run.state in RUN_ENDS:
                run.move("DELETED", t)
                return True
        return False

    def add_run(self, run: Run) -> None:
        self.runs.append(run)
        self.runs.sort(key=lambda r: r.place)

    def new_place(self) -> int:
        self.places += 1
        return self.places

    # -- batches --

    def may_step(self, batch: Batch) -> bool:
        """From INPROGRESS and STOPPING a batch moves when all its runs are at an end."""
        waits = batch.state in BATCH_WAITS_FOR_RUNS
        return not waits or all(run.at_end for run in batch.runs())

    def step_batch(self, batch: Batch, t: datetime) -> None:
        if batch.state == "CREATING":
            batch.move("PENDING", t)
        elif batch.state == "PENDING":
            self.validate(batch, t)
        elif batch.state == "SUBMITTING":
            self.submit(batch, t)
        elif batch.state == "INPROGRESS":
            batch.move("PROCESSED", t)
        elif batch.state == "STOPPING":
            batch.move("CANCELLED", t)
        elif batch.state == "RUNS_DELETING":
            deleted = all(run.state == "DELETED" for run in batch.runs())
            batch.move("RUNS_DELETED" if deleted else "RUNS_DELETE_FAILED", t)

    def validate(self, batch: Batch, t: datetime) -> None:
        setting_ids = [entry.setting_id for entry in batch.entries]
        repeated = len(set(setting_ids)) < len(setting_ids)
        if repeated or self.fault_hits("batch_fails", {"batchName": batch.name}):
            batch.move("FAILED", t)
        else:
            batch.move("SUBMITTING", t)

    def submit(self, batch: Batch, t: datetime) -> None:
        """Submit the next entries; the batch stays SUBMITTING until the last one."""
        batch.since = t
        left = len(batch.entries) - batch.attempted
        count = min(left, self.submissions_per_tick or left)
        for _ in range(count):
            entry = batch.entries[batch.attempted]
            batch.attempted += 1
            if not self.make_room(batch.removable, t):
                entry.status = "FAILED"
                batch.failed_starts += 1
                continue
            run = Run(t, self.new_place(), batch, batch.group)
            run.setting_id, run.removable = entry.setting_id, batch.removable
            entry.status, entry.run = "SUCCESS", run
            self.add_run(run)
        if batch.attempted == len(batch.entries):
            batch.move("INPROGRESS", t)

    # -- faults --

    def fault_hits(self, kind: str, words: dict[str, str | None], at: str | None = None) -> bool:
        """Whether a fault matches; the first one that does is counted."""
        for fault in self.faults:
            matches = all(words.get(name) == value for name, value in fault.match.items())
            if fault.kind == kind and fault.at == at and fault.times != 0 and matches:
                if fault.times is not None:
                    fault.times -= 1
                return True
        return False

    def release(self, match: dict[str, str]) -> None:
        self.advance_due()
        self.faults = [
            fault
            for fault in self.faults
            if fault.kind != "run_hangs" or not match.items() <= fault.match.items()
        ]
        for run in self.runs:
            if run.held and all(run.words()[name] == value for name, value in match.items()):
                run.held = False
                run.released = True
                run.since = self.now
