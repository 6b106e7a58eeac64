"""The text of the section about HealthOmics in the report of a failed test.

It is made from what the last request has left behind: nothing is described, no transition is
applied, no id and no random number is taken. What went wrong comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from ..domain.batch import Batch
from ..domain.run_selection import RunRef
from ..domain.tables import FAILED, RUN
from .backend_state import BackendState, MockState
from .fault_list import MOST_EXPLAINED, entries
from .hints import hints
from .lines import counted, line, message, more, repeated
from .run_lines import path, runs_of, single_run

#: How many of each are described, for one account and region.
MOST_BATCHES, MOST_RUNS, MOST_SUBMISSIONS, MOST_FAULTS, MOST_CALLS, MOST_HINTS = 5, 10, 5, 10, 12, 6

#: Seconds to wait for a request of another thread.
_PATIENCE = 1.0

#: The counts of GetBatch in words.
_SUBMISSIONS = {
    "successfulStartSubmissionCount": "succeeded",
    "failedStartSubmissionCount": "failed",
    "pendingStartSubmissionCount": "pending",
    "successfulCancelSubmissionCount": "cancelled",
    "failedCancelSubmissionCount": "not cancelled",
    "successfulDeleteSubmissionCount": "deleted",
    "failedDeleteSubmissionCount": "not deleted",
}


def render(mocks: list[MockState], number: int) -> str:
    """Return the section for the last mocks of a test, which had ``number`` mocks in all."""
    lines: list[str] = []
    with _held(state for mock in mocks for state in mock.backends):
        found = hints(mocks)
        for hint in found[:MOST_HINTS]:
            lines += line(f"Hint: {hint}")
        lines += more(MOST_HINTS, len(found), "hints")
        for mock in mocks:
            if number > 1:
                lines += ["", f"Mock {mock.number} of {number} in this test"]
            for part in _mock(mock):
                lines += ["", *part]
    return "\n".join(lines).strip("\n")


@contextmanager
def _held(states: Iterable[BackendState]) -> Iterator[None]:
    """Hold the backends, as a request does; one that a request holds for long is read anyway."""
    acquired = [state.lock for state in states if state.lock.acquire(timeout=_PATIENCE)]
    try:
        yield
    finally:
        for lock in acquired:
            lock.release()


def _mock(mock: MockState) -> Iterator[list[str]]:
    """Yield the parts of one mock: each region of each account, then the faults."""
    for state in mock.backends:
        yield [state.place, *_backend(state)]
    if faults := list(_faults(mock)):
        yield faults


def _backend(state: BackendState) -> Iterator[str]:
    batches = sorted(_batches(state), key=lambda batch: (not _has_problem(batch), -batch.serial))
    for batch in batches[:MOST_BATCHES]:
        yield from _batch(state, batch)
    yield from more(MOST_BATCHES, len(batches), "batches")
    yield from _single_runs(state)
    yield from _calls(state)


# -- batches --


def _batches(state: BackendState) -> list[Batch]:
    """Return all batches, and the deleted ones whose runs are left."""
    deleted = (
        block.batch
        for block in state.engine.registry
        if isinstance(block.batch, Batch) and block.batch.gone
    )
    return [*state.batches.all(), *deleted]


def _has_problem(batch: Batch) -> bool:
    """Return whether a batch or a part of it has failed, or has not ended."""
    failed = batch.submission_summary()["failedStartSubmissionCount"]
    failed_run = batch.block is not None and batch.block.any_with_status(FAILED)
    return bool(failed or failed_run or batch.failure_reason or not batch.stable)


def _batch(state: BackendState, batch: Batch) -> Iterator[str]:
    name = f" ({batch.name})" if batch.name else ""
    status = "deleted" if batch.gone else batch.status
    yield from line(f"Batch {batch.id}{name} {status}{_waits_for(batch)}")
    if len(batch.history) > 1:
        yield from line(path(batch.history), 2)
    if batch.failure_reason:
        yield from line(f"failureReason: {message(batch.failure_reason)}", 2)
    if submissions := _counts(batch.submission_summary(), _SUBMISSIONS):
        yield from line(f"submissions: {submissions}", 2)
    if runs := _counts(batch.run_counts(), {}):
        yield from line(f"runs: {runs}", 2)
    yield from _failed_submissions(batch)
    if batch.block is not None:
        yield from runs_of(state, batch.block)


def _waits_for(batch: Batch) -> str:
    """Return what a batch waits for that needs all runs to have ended, to follow its status."""
    block = batch.block
    if block is None or not batch.waits_for_runs or not block.active:
        return ""
    held = sum(cohort.count for cohort in block.cohorts(RUN.automatic_event) if cohort.held)
    waits = f", waits for {counted(block.active, 'run')}"
    if not held:
        return waits
    return f"{waits}{'' if held == block.active else f', {held:,} of them'} held by run_hangs"


def _counts(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    """Return the counts above 0, such as ``1 RUNNING, 2 COMPLETED``."""
    return ", ".join(f"{n:,} {words.get(name, name)}" for name, n in counts.items() if n)


def _failed_submissions(batch: Batch) -> Iterator[str]:
    submissions = batch.submissions
    indexes = islice(submissions.find(batch.block, status="FAILED"), MOST_SUBMISSIONS)
    for _, setting_id, _, _, failure in submissions.describe(indexes):
        if failure is not None:
            text = f"{failure.reason}: {message(failure.message)}"
            yield from line(f"submission {setting_id} FAILED {text}", 2)
    total = batch.submission_summary()["failedStartSubmissionCount"]
    yield from more(MOST_SUBMISSIONS, total, "failed submissions", 2)


# -- runs of StartRun --


def _single_runs(state: BackendState) -> Iterator[str]:
    runs = [RunRef(block, 0) for block in state.engine.registry if block.batch is None]
    ranks: tuple[Callable[[RunRef], bool], ...] = (
        lambda run: run.status == FAILED,
        lambda run: RUN.automatic_event(run.state) is not None,
    )
    runs.sort(key=lambda run: (*(not rank(run) for rank in ranks), -run.cohort.serial))
    for run in runs[:MOST_RUNS]:
        yield from single_run(state, run)
    yield from more(MOST_RUNS, len(runs), "runs")


# -- faults and calls --


def _faults(mock: MockState) -> Iterator[str]:
    faults = entries(mock.backends)
    unmatched = [entry for entry in faults if not entry.fault.hits]
    for number, entry in enumerate(unmatched[:MOST_FAULTS]):
        yield from line(f"Fault never matched: {message(entry.text)}")
        for near in entry.near_misses() if number < MOST_EXPLAINED else ():
            yield from line(message(near), 2)
    matched = [entry for entry in faults if entry.fault.hits]
    for entry in matched[: max(MOST_FAULTS - len(unmatched), 0)]:
        times = counted(entry.fault.hits, "time")
        yield from line(f"Fault matched {times}: {message(entry.text)}")
    yield from more(MOST_FAULTS, len(faults), "faults")


def _calls(state: BackendState) -> Iterator[str]:
    calls = repeated(state.last_calls)
    if not calls:
        return
    yield "Last calls"
    for call, times in calls[-MOST_CALLS:]:
        text = f": {message(call.message)}" if call.message else ""
        again = f" ({times} times)" if times > 1 else ""
        yield from line(f"{call.operation} {call.outcome}{again}{text}", 2)
