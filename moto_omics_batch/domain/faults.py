"""Faults: failures that a test injects, and how they are matched and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from typing import Any, Protocol

from .failures import TASK_FAILURE_REASONS
from .fault_table import FAULTS as FAULTS
from .fault_table import OF_A_RUN, Keyword
from .fault_table import one_of as one_of
from .outcomes import InjectedOutcome
from .runs import RunBlock
from .tasks import TaskSpec

#: The values of what a fault can match, by keyword; several where any of them fits.
MatchValues = Mapping[str, str | Sequence[str] | None]


class Chance(Protocol):
    """Decides which part of the matches a fault with a ``share`` applies to."""

    def fraction(self, key: str) -> float:
        """Return a number from 0 to below 1 that depends on moto's seed and ``key`` only."""
        ...


class Fault:
    """An injected fault: for what matches, for a ``share`` of it, ``times`` times.

    ``region`` is None for all regions of the account. ``arguments`` are the keyword arguments that
    are not the default.
    """

    def __init__(
        self,
        number: int,
        kind: str,
        match: Mapping[str, str],
        effect: Mapping[str, str],
        share: float = 1.0,
        times: int | None = None,
        region: str | None = None,
        arguments: Mapping[str, Any] | None = None,
    ):
        self.number = number
        self.kind = kind
        self.match = match
        self.effect = effect
        self.share = share
        self.times = times
        self.region = region
        self.arguments = arguments or {}
        #: How often it matched.
        self.hits = 0

    def matches(self, values: MatchValues) -> bool:
        """Return whether the fault is for a resource with these values."""
        return all(_fits(values.get(name), value) for name, value in self.match.items())

    @property
    def outcome(self) -> InjectedOutcome:
        """What a `run_fails` does to a run; a task fails if the fault names one (L142)."""
        task = self.match.get("task")
        reason = self.effect["failureReason"] or (
            "WORKFLOW_RUN_FAILED" if task is None else "RUN_TASK_FAILED"
        )
        return InjectedOutcome(reason, self.effect["statusMessage"] or None, task)


class FaultStore:
    """The faults of one account.

    The regions of the account share it, and each has a lock of its own. Therefore ``injected`` is
    replaced and never changed, and matches are counted under a lock.
    """

    def __init__(self) -> None:
        #: All faults, in order of injection.
        self.injected: tuple[Fault, ...] = ()
        self._added = 0
        self._lock = Lock()

    @property
    def added(self) -> int:
        """How many faults were injected, removed ones included."""
        return self._added

    def add(
        self,
        kind: str,
        operations: Iterable[str],
        arguments: Mapping[str, Any],
        region: str | None = None,
    ) -> Fault:
        """Inject a fault in a region, None for all regions of the account.

        Raises ValueError for a kind, keyword or value that does not exist, and lists what exists.
        """
        with self._lock:
            fault = _checked(self._added, kind, arguments, tuple(sorted(operations)), region)
            self.injected = (*self.injected, fault)
            self._added += 1
        return fault

    def clear(self, region: str | None = None) -> None:
        """Remove all faults, or those of one region."""
        self._keep(lambda fault: region not in (None, fault.region))

    def remove(self, kind: str, match: Mapping[str, str], region: str | None = None) -> None:
        """Remove the faults of a kind whose match, and region, include all that is given."""
        self._keep(
            lambda fault: (
                fault.kind != kind
                or region not in (None, fault.region)
                or not match.items() <= fault.match.items()
            )
        )

    def discard(self, fault: Fault) -> None:
        """Remove one fault, if it is still there."""
        self._keep(lambda other: other is not fault)

    def _keep(self, wanted: Callable[[Fault], bool]) -> None:
        with self._lock:
            self.injected = tuple(fault for fault in self.injected if wanted(fault))

    def count(self, fault: Fault) -> bool:
        """Count a match; return False if another thread has taken the last one."""
        with self._lock:
            if not _left(fault, None):
                return False
            fault.hits += 1
            return True


class Faults:
    """The faults that apply in one region, with the matches of its resources."""

    def __init__(self, chance: Chance, store: FaultStore | None = None, region: str | None = None):
        self._chance = chance
        #: The faults of the account.
        self.store = FaultStore() if store is None else store
        self._regions = (None, region)
        self._calls = 0

    def any(self, kind: str, at: str | None = None) -> bool:
        """Return whether a fault of this kind can still match, in status ``at`` if it has one."""
        return any(
            fault.kind == kind
            and fault.effect.get("at") == at
            and fault.region in self._regions
            and _left(fault, None)
            for fault in self.store.injected
        )

    def find(
        self,
        kind: str,
        values: MatchValues,
        key: str,
        at: str | None = None,
        preview: Counter[Fault] | None = None,
    ) -> Fault | None:
        """Return the first fault that matches, and count the match.

        ``key`` identifies the resource for ``share``. With ``preview`` the match is counted there
        instead, so that nothing changes.
        """
        for fault in self.store.injected:
            if (
                fault.kind == kind
                and fault.effect.get("at") == at
                and fault.region in self._regions
                and _left(fault, preview)
                and fault.matches(values)
                and self._in_share(fault, key)
            ):
                if preview is not None:
                    preview[fault] += 1
                    return fault
                if self.store.count(fault):
                    return fault
        return None

    def match_call(self, operation: str) -> Fault | None:
        """Return the `call_fails` fault that matches a call, and count the match."""
        if not any(fault.region in self._regions for fault in self.store.injected):
            return None
        self._calls += 1
        return self.find("call_fails", {"operation": operation}, f"call {self._calls}")

    def _in_share(self, fault: Fault, key: str) -> bool:
        if fault.share >= 1:
            return True
        return self._chance.fraction(f"{fault.number} {key}") < fault.share

    # -- runs --

    def any_for_runs(self, block: RunBlock, status: str) -> bool:
        """Return whether a fault can still match runs that leave ``status``."""
        return bool(self.store.injected) and (
            self.any("run_hangs", status) or self.any("run_fails", status)
        )

    def outcome_for(
        self,
        block: RunBlock,
        index: int,
        status: str,
        *,
        may_hold: bool,
        preview: Counter[Fault] | None = None,
    ) -> InjectedOutcome | None:
        """Return the injected outcome of a run that leaves ``status``; a match is counted."""
        values: dict[str, Any] = block.match_values(index)
        values["task"] = task_names(block.tasks.specs)
        batch = block.batch
        key = values["runId"] if batch is None else run_key(batch.id, batch.setting_id(index))
        key = f"{key} {status}"
        if may_hold and self.find("run_hangs", values, key, status, preview):
            return InjectedOutcome()
        if fault := self.find("run_fails", values, key, status, preview):
            return fault.outcome
        return None


def task_names(specs: Sequence[TaskSpec]) -> list[str]:
    """Return the names of tasks, for `MatchValues`."""
    return [spec.name for spec in specs]


def run_key(batch_id: str, setting_id: str) -> str:
    """Return the key for ``share`` of a run of a batch, which is known before the run exists."""
    return f"{batch_id} {setting_id}"


def _fits(found: str | Sequence[str] | None, value: str) -> bool:
    return found == value if found is None or isinstance(found, str) else value in found


def _left(fault: Fault, preview: Counter[Fault] | None) -> bool:
    used = fault.hits + (preview[fault] if preview is not None else 0)
    return fault.times is None or used < fault.times


def run_match(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Check the keyword arguments that select runs. Raises ValueError."""
    names = tuple(word.name for word in OF_A_RUN)
    for name in arguments:
        one_of("keyword argument of release", name, names)
    return {name: _text(name, value) for name, value in arguments.items() if value is not None}


def _checked(
    number: int,
    kind: str,
    arguments: Mapping[str, Any],
    operations: tuple[str, ...],
    region: str | None,
) -> Fault:
    one_of("fault", kind, tuple(FAULTS))
    spec = FAULTS[kind]
    for name in arguments:
        one_of(f"keyword argument of {kind}", name, spec.keywords)
    times, share = arguments.get("times", spec.times), arguments.get("share", 1.0)
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise ValueError(f"times must be a whole number above 0, not {times!r}")
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, not {share!r}")
    match = {
        word.name: _text(word.name, arguments[word.name])
        for word in spec.match
        if arguments.get(word.name) is not None
    }
    if "operation" in match:
        one_of("operation", match["operation"], operations)
    effect = {word.name: _effect(word, arguments.get(word.name)) for word in spec.effect}
    if "task" in match and effect["failureReason"]:
        one_of("failureReason of a task", effect["failureReason"], TASK_FAILURE_REASONS)
    defaults = {"times": spec.times, "share": 1.0}
    given = {
        name: arguments[name]
        for name in spec.keywords
        if name in arguments and arguments[name] != defaults.get(name)
    }
    return Fault(number, kind, match, effect, float(share), times, region, given)


def _effect(word: Keyword, value: Any) -> str:
    if value is None:
        return word.default or ""
    text = _text(word.name, value)
    if word.choice is not None:
        one_of(word.name, text, word.choice)
    return text


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text, not {value!r}")
    return value
