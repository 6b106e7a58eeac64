"""The runs of a report: failed ones first, the others by what they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from ..domain.life import statuses
from ..domain.lifecycle import status_of
from ..domain.run_selection import RunRef
from ..domain.runs import Cohort, History, RunBlock
from ..domain.tables import CANCELLED, COMPLETED, FAILED, RUN
from .backend_state import BackendState
from .lines import counted, line, message, more, some

#: How many failed runs of a batch are described, one by one.
MOST_FAILED = 5

#: How many cohorts of a batch and status are looked at.
_MOST_COHORTS = 50

#: From so many seconds on, a report shows when the statuses were reached.
_SHORTEST = 1.0

#: The statuses in which runs have ended, in the order of the report; active runs come first.
_ENDS = (FAILED, CANCELLED, COMPLETED)


def path(history: History) -> str:
    """Return the statuses that a history went through, such as ``PENDING -> STARTING``.

    Seconds since the creation follow a status where the history takes a second or longer.
    """
    start, end = history[0][0], history[-1][0]
    timed = abs((end - start).total_seconds()) >= _SHORTEST
    return " -> ".join(
        f"{status} (+{_seconds(start, time)} s)" if timed and time != start else status
        for status, time in statuses(history)
    ).replace("(gone)", "(deleted)")


def _seconds(start: datetime, time: datetime) -> str:
    return f"{(time - start).total_seconds():,.1f}".removesuffix(".0")


def title(run: RunRef) -> str:
    """Return the id of a run, with its runSettingId or its name."""
    batch = run.block.batch
    name = run.settings.get("name") if batch is None else batch.setting_id(run.index)
    return f"{run.id} ({name})" if name else run.id


def condition(state: BackendState, cohort: Cohort) -> str:
    """Return why runs do not progress, if something keeps them, to follow their status."""
    if cohort.held:
        return ", held by run_hangs"
    group = cohort.block.settings.get("runGroupId")
    if cohort.state == RUN.initial and state.engine.slots.room(group) == 0:
        return ", no slot is free (maxRuns, quota active_runs)"
    return ""


def problem(state: BackendState, run: RunRef) -> str:
    """Return failureReason and statusMessage of a FAILED run, to follow its status."""
    if run.status != FAILED or (failure := state.runs.failure_of(run)) is None:
        return ""
    return f" {failure.reason}: {message(failure.message)}"


def single_run(state: BackendState, run: RunRef) -> Iterator[str]:
    """Yield the lines of a run of StartRun."""
    status = f"{run.status}{condition(state, run.cohort)}{problem(state, run)}"
    yield from line(f"Run {title(run)} {status}")
    if len(run.history) > 1:
        yield from line(path(run.history), 2)


def runs_of(state: BackendState, block: RunBlock) -> Iterator[str]:
    """Yield the lines of the runs of a batch: the failed ones singly, the others in groups."""
    yield from _failed_runs(state, block)
    active = [status for status in RUN.statuses if status not in _ENDS]
    for status in (*active, *_ENDS[1:]):
        yield from _groups(state, block, status)


def _failed_runs(state: BackendState, block: RunBlock) -> Iterator[str]:
    cohorts = block.cohorts(lambda found: found == FAILED)
    total = sum(cohort.count for cohort in cohorts)
    members = (RunRef(block, index) for cohort in cohorts for index in cohort.members())
    for run in islice(members, MOST_FAILED):
        yield from line(f"run {title(run)} FAILED{problem(state, run)}", 2)
        yield from line(path(run.history), 4)
    yield from more(MOST_FAILED, total, "failed runs", 2)


def _groups(state: BackendState, block: RunBlock, status: str) -> Iterator[str]:
    """Yield the lines of the runs in a status, those with the same history together."""
    cohorts = block.cohorts(lambda found: status_of(found) == status)
    groups: dict[tuple[str, str], list[Cohort]] = {}
    for cohort in cohorts[:_MOST_COHORTS]:
        key = condition(state, cohort), path(cohort.history_of(cohort.first))
        groups.setdefault(key, []).append(cohort)
    for (reason, passed), alike in groups.items():
        count = sum(cohort.count for cohort in alike)
        runs = (title(RunRef(block, i)) for cohort in alike for i in cohort.members())
        if count == 1:
            text = f"run {next(runs)} {status}{reason}"
        else:
            text = f"{count:,} runs {status}{reason}: {some(runs, count)}"
        yield from line(text, 2)
        if " -> " in passed:
            yield from line(passed, 4)
    rest = sum(cohort.count for cohort in cohorts[_MOST_COHORTS:])
    if rest:
        yield f"  ... and {counted(rest, 'run')} more in {status}"
