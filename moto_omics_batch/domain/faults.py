"""Faults: failures that a test injects, and how they are matched.

`FAULTS` specifies them. The functions of `moto_omics_batch.faults`, the HTTP controls and the
tables in docs/reference/faults.md follow from it or are checked against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from .failures import (
    CALL_ERRORS,
    RUN_FAILURE_REASONS,
    SUBMISSION_FAILURE_REASONS,
    TASK_FAILURE_REASONS,
    BatchFailure,
)
from .outcomes import InjectedOutcome
from .runs import RunBlock
from .tables import RUN
from .tasks import TaskSpec


class Keyword(NamedTuple):
    """A keyword argument of a fault.

    ``default`` is used when it is absent; ``choice`` lists the values, None for any text.
    """

    name: str
    default: str | None = None
    choice: tuple[str, ...] | None = None


class FaultSpec(NamedTuple):
    """One kind of fault.

    ``match`` are the keywords that select what fails, ``effect`` those that say how. ``times`` is
    the default number of matches, None without a limit.
    """

    kind: str
    summary: str
    match: tuple[Keyword, ...]
    effect: tuple[Keyword, ...] = ()
    times: int | None = None

    @property
    def keywords(self) -> tuple[str, ...]:
        """The names of all keyword arguments."""
        return (*(word.name for word in (*self.match, *self.effect)), "times", "share")


_OF_A_RUN = (Keyword("batchName"), Keyword("runSettingId"), Keyword("runId"))
_AT = Keyword("at", "RUNNING", RUN.statuses_allowing("fail"))

FAULTS: dict[str, FaultSpec] = {
    spec.kind: spec
    for spec in (
        FaultSpec(
            "call_fails",
            "A call is answered with an error before anything is done",
            (Keyword("operation"),),
            (
                Keyword("error", "ThrottlingException", CALL_ERRORS),
                Keyword("message", ""),
            ),
            times=1,
        ),
        FaultSpec(
            "batch_fails",
            "A batch becomes FAILED when it leaves PENDING",
            (Keyword("batchName"),),
            (Keyword("message", str(BatchFailure.transient())),),
            times=1,
        ),
        FaultSpec(
            "submission_fails",
            "An entry of a batch gets no run",
            (Keyword("batchName"), Keyword("runSettingId")),
            (
                Keyword("reason", "InternalServerException", SUBMISSION_FAILURE_REASONS),
                Keyword("message", "An internal error has occurred"),
            ),
        ),
        FaultSpec(
            "run_fails",
            "A run leaves a status for STOPPING, then FAILED",
            (*_OF_A_RUN, Keyword("task")),
            (
                Keyword("failureReason", None, RUN_FAILURE_REASONS),
                Keyword("statusMessage"),
                _AT,
            ),
        ),
        FaultSpec(
            "run_hangs",
            "A run stays in a status until `release` or a cancel",
            _OF_A_RUN,
            (_AT,),
        ),
        FaultSpec(
            "cancel_fails",
            "CancelRunBatch does not cancel a run: CANCEL_FAILED, and the run continues",
            _OF_A_RUN,
        ),
        FaultSpec(
            "delete_fails",
            "DeleteRunBatch does not delete a run: DELETE_FAILED, the batch RUNS_DELETE_FAILED",
            _OF_A_RUN,
        ),
    )
}


#: The values of what a fault can match, by keyword; several where any of them fits.
MatchValues = Mapping[str, str | Sequence[str] | None]


class Chance(Protocol):
    """Decides which part of the matches a fault with a ``share`` applies to."""

    def fraction(self, key: str) -> float:
        """Return a number from 0 to below 1 that depends on moto's seed and ``key`` only."""
        ...


class Fault:
    """An injected fault: for what matches, for a ``share`` of it, ``times`` times."""

    def __init__(
        self,
        number: int,
        kind: str,
        match: Mapping[str, str],
        effect: Mapping[str, str],
        share: float = 1.0,
        times: int | None = None,
    ):
        self.number = number
        self.kind = kind
        self.match = match
        self.effect = effect
        self.share = share
        self.times = times
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


class Faults:
    """The faults of one account and region."""

    def __init__(self, chance: Chance):
        self._chance = chance
        self._faults: list[Fault] = []
        self._added = 0
        self._calls = 0

    def add(self, kind: str, operations: Iterable[str], arguments: Mapping[str, Any]) -> None:
        """Inject a fault.

        Raises ValueError for a kind, keyword or value that does not exist, and lists what exists.
        """
        self._faults.append(_checked(self._added, kind, arguments, tuple(sorted(operations))))
        self._added += 1

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def remove(self, kind: str, match: Mapping[str, str]) -> None:
        """Remove the faults of a kind whose match includes all of ``match``."""
        self._faults = [
            fault
            for fault in self._faults
            if fault.kind != kind or not match.items() <= fault.match.items()
        ]

    def any(self, kind: str, at: str | None = None) -> bool:
        """Return whether a fault of this kind can still match, in status ``at`` if it has one."""
        return any(
            fault.kind == kind and fault.effect.get("at") == at and _left(fault, None)
            for fault in self._faults
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
        for fault in self._faults:
            if (
                fault.kind == kind
                and fault.effect.get("at") == at
                and _left(fault, preview)
                and fault.matches(values)
                and self._in_share(fault, key)
            ):
                if preview is None:
                    fault.hits += 1
                else:
                    preview[fault] += 1
                return fault
        return None

    def match_call(self, operation: str) -> Fault | None:
        """Return the `call_fails` fault that matches a call, and count the match."""
        if not self._faults:
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
        return bool(self._faults) and (
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
    names = tuple(word.name for word in _OF_A_RUN)
    for name in arguments:
        one_of("keyword argument of release", name, names)
    return {name: _text(name, value) for name, value in arguments.items() if value is not None}


def _checked(
    number: int, kind: str, arguments: Mapping[str, Any], operations: tuple[str, ...]
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
    return Fault(number, kind, match, effect, float(share), times)


def _effect(word: Keyword, value: Any) -> str:
    if value is None:
        return word.default or ""
    text = _text(word.name, value)
    if word.choice is not None:
        one_of(word.name, text, word.choice)
    return text


def one_of(what: str, value: Any, choice: tuple[str, ...]) -> None:
    """Raise ValueError for a value that does not exist, and list those that do."""
    if value not in choice:
        raise ValueError(f"there is no {what} {value!r}; there are {', '.join(choice)}")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text, not {value!r}")
    return value
