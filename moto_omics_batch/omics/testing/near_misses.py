"""Why an injected fault has not matched: what exists that is close to what it selects.

Everything is read when a test asks, from what exists at that moment; nothing is moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from difflib import get_close_matches
from heapq import nlargest
from itertools import islice, takewhile
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ...domain.batch import Batch
from ...domain.call_log import CallLog
from ...domain.faults import Fault, FaultStore, MatchValues, task_names
from ...domain.life import statuses
from ...domain.run_selection import RunRef
from ...domain.tables import BATCH, RUN
from ..models import omics_backends
from ..resources.batches import Batches
from ..resources.engine import Engine
from .backends import backends_of

if TYPE_CHECKING:
    from threading import RLock

#: The most values, batches or runs that are named.
MOST = 5

#: The most values that difflib compares; it takes 30 µs for each.
_MOST_COMPARED = 500

#: The operations whose runs a fault is for.
_OPERATIONS = {"cancel_fails": "CancelRunBatch", "delete_fails": "DeleteRunBatch"}


class Searched(Protocol):
    """What is searched of a backend, also of one whose mock has ended."""

    @property
    def region_name(self) -> str: ...
    @property
    def lock(self) -> RLock: ...
    @property
    def calls(self) -> CallLog: ...
    @property
    def batches(self) -> Batches: ...
    @property
    def engine(self) -> Engine: ...


def near_misses(fault: Fault, store: FaultStore, account_id: str) -> list[str]:
    """Return lines that say why a fault has not matched; at most about ten."""
    if not omics_backends.is_current(account_id, store):
        return ["the mock of this fault has ended"]
    return near_misses_in(fault, backends_of(account_id))


def near_misses_in(fault: Fault, backends: Sequence[Searched]) -> list[str]:
    """Return lines that say why a fault has not matched in these backends of its account."""
    with ExitStack() as locks:
        for backend in backends:
            locks.enter_context(backend.lock)
        here = [b for b in backends if fault.region in (None, b.region_name)]
        find = _calls if fault.kind == "call_fails" else _resources
        found = find(fault, here)
        if found is None:
            there = [b.region_name for b in backends if find(fault, [b]) is not None]
            return [_nothing(fault, there)]
    if fault.share < 1:
        found.append(f"share={fault.share!r}: what matches may be outside of this share")
    return found


def _nothing(fault: Fault, regions: Sequence[str]) -> str:
    """Return the line for a fault of which nothing exists where it applies."""
    runs = fault.kind in ("run_fails", "run_hangs")
    what = "calls" if fault.kind == "call_fails" else "batches and no runs" if runs else "batches"
    where = f" in {fault.region}, but in {' and '.join(regions)}" if regions else ""
    return f"there were no {what}{where}"


# -- calls --


def _calls(fault: Fault, backends: Iterable[Searched]) -> list[str] | None:
    """Return the lines of a `call_fails`, None when there were no calls."""
    called = sorted(set().union(*(backend.calls.operations for backend in backends)))
    if not called:
        return None
    operation = fault.match.get("operation")
    if operation is not None and operation not in called:
        return [_listed("operation", operation, called)]
    what = "all calls were" if operation is None else f"{operation} was called"
    before = "made before" if operation is None else "before"
    return [f"{what} {before} the fault was injected, or failed for another reason"]


# -- batches and runs --


class _Candidate(NamedTuple):
    """A batch, an entry of a batch or a run that a fault can select."""

    values: MatchValues
    batch: Batch | None = None
    entry: int | None = None
    run: RunRef | None = None


class _Found:
    """What is known of all candidates: values by keyword, and those that match."""

    def __init__(self, fault: Fault, candidates: Iterable[_Candidate]):
        self.any = False
        self.values: dict[str, dict[str, None]] = {name: {} for name in fault.match}
        self.matching: list[_Candidate] = []
        self.more = 0
        for candidate in candidates:
            self.any = True
            for name, values in self.values.items():
                values.update(dict.fromkeys(_values(candidate.values.get(name))))
            if fault.matches(candidate.values):
                if len(self.matching) < MOST:
                    self.matching.append(candidate)
                else:
                    self.more += 1


def _values(value: str | Sequence[str] | None) -> Sequence[str]:
    return () if value is None else (value,) if isinstance(value, str) else value


def _resources(fault: Fault, backends: Iterable[Searched]) -> list[str] | None:
    """Return the lines of a fault for batches or runs, None when there are none."""
    backends = list(backends)
    found = _Found(fault, (c for backend in backends for c in _candidates(fault.kind, backend)))
    if not found.any:
        return None
    unknown = {n: v for n, v in fault.match.items() if v not in found.values[n]}
    if unknown:
        return [_listed(name, value, list(found.values[name])) for name, value in unknown.items()]
    if not found.matching:
        wanted = " and ".join(f"{name} {value!r}" for name, value in fault.match.items())
        return [f"there are {wanted}, but not together"]
    operation = _OPERATIONS.get(fault.kind)
    if operation is not None:
        if not any(operation in backend.calls.operations for backend in backends):
            return [f"{operation} was not called"]
        return [f"{operation} was called before the fault was injected, or for no run that matches"]
    lines = [_state(fault, candidate) for candidate in found.matching]
    return [*lines, f"and {found.more:,} more"] if found.more else lines


def _candidates(kind: str, backend: Searched) -> Iterator[_Candidate]:
    for batch in backend.batches.all():
        if kind == "batch_fails":
            yield _Candidate({"batchName": batch.name}, batch)
        else:
            yield from _entries(batch)
    if kind in ("batch_fails", "submission_fails"):
        return
    for block in backend.engine.registry:
        if block.batch is None and kind in _OPERATIONS:
            continue
        if block.batch_id is not None and backend.batches.lookup(block.batch_id) is not None:
            continue
        tasks = task_names(block.tasks.specs)
        for cohort in block.cohorts(lambda state: not RUN.is_end(state)):
            for index in cohort.members():
                values = {**block.match_values(index), "task": tasks}
                yield _Candidate(values, run=RunRef(block, index))


def _entries(batch: Batch) -> Iterator[_Candidate]:
    """The entries of a batch, or the batch itself while it has none."""
    block, entries = batch.block, batch.submissions.entries
    tasks = task_names(batch.resolved["tasks"])
    for index, entry in enumerate(entries):
        run = RunRef(block, index) if block is not None and block.has(index) else None
        values: Mapping[str, str | Sequence[str] | None] = {
            "batchName": batch.name,
            "runSettingId": entry["runSettingId"],
            "runId": run.id if run is not None else None,
            "task": tasks,
        }
        yield _Candidate(values, batch, index, run)
    if not entries:
        yield _Candidate({"batchName": batch.name, "task": tasks}, batch)


def _state(fault: Fault, candidate: _Candidate) -> str:
    """Return why a candidate that has all values of the fault has not matched."""
    batch, run = candidate.batch, candidate.run
    if fault.kind == "batch_fails":
        assert batch is not None
        (at,) = BATCH.statuses_allowing("validate")
        return _passed(f"batch {batch.id}", at, [s for s, _ in statuses(batch.history)])
    if fault.kind != "submission_fails" and run is not None:
        return _passed(f"run {run.id}", fault.effect["at"], [s for s, _ in statuses(run.history)])
    assert batch is not None
    if candidate.entry is None:
        return f"batch {batch.id} has no entries, and is {batch.status}"
    name = f"{batch.setting_id(candidate.entry)!r} of batch {batch.id}"
    if candidate.entry >= batch.submissions.attempted:
        return f"{name} was not submitted yet"
    return f"{name} was submitted before" if run is not None else f"{name} got no run"


def _passed(what: str, at: str, passed: Sequence[str]) -> str:
    if passed[-1] == at:
        return f"{what} is {at}: the fault applies when it leaves this status"
    state = "has passed" if at in passed else "was not"
    return f"{what} {state} {at}: it went through {', '.join(passed)}"


# -- values --


def _listed(name: str, value: str, values: Sequence[str]) -> str:
    """Return the line for a value that does not exist, with the nearest ones."""
    if not values:
        return f"{name} {value!r}: there is none"
    nearest = _nearest(value, values)
    more = f" and {len(values) - len(nearest):,} more" if len(values) > len(nearest) else ""
    verb = "is" if len(values) == 1 else "are"
    return f"{name} {value!r}: there {verb} {', '.join(map(repr, nearest))}{more}"


def _nearest(value: str, values: Sequence[str]) -> list[str]:
    """Return a few values, the nearest first, then the first ones."""
    compared = values
    if len(values) > _MOST_COMPARED:
        compared = nlargest(_MOST_COMPARED, values, key=lambda other: _common(value, other))
    close = get_close_matches(value, compared, n=MOST)
    others = (other for other in values if other not in close)
    return [*close, *islice(others, MOST - len(close))]


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their start and end."""
    pairs = zip(one, other, strict=False), zip(one[::-1], other[::-1], strict=False)
    return sum(len(list(takewhile(lambda pair: pair[0] == pair[1], p))) for p in pairs)
