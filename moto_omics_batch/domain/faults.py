"""Things that go wrong on demand: what a test asked for, matched against what happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .failures import SUBMISSION_FAILURE_REASONS, BatchFailure
from .tables import RUN

#: W2.11: the failureReason codes of runs that the documentation lists.
RUN_FAILURE_REASONS = (
    "ASSUME_ROLE_FAILED",
    "CANNOT_START_CONTAINER_ERROR",
    "CANNOT_START_CONTAINER_SIZE_ERROR",
    "ECR_PERMISSION_ERROR",
    "EXPORT_FAILED",
    "FILE_SYSTEM_OUT_OF_SPACE",
    "IMAGE_VERIFICATION_FAILURE",
    "IMPORT_FAILED",
    "INACTIVE_OMICS_STORAGE_RESOURCE",
    "INPUT_URI_NOT_FOUND",
    "INSTANCE_RESERVATION_FAILED",
    "INVALID_ECR_IMAGE_URI",
    "INVALID_TASK_RESOURCE_VALUE",
    "INVALID_URI_INPUT",
    "MODIFIED_INPUT_RESOURCE",
    "OUT_OF_MEMORY_ERROR",
    "RUN_TASK_FAILED",
    "RUN_TIMED_OUT",
    "SERVICE_ERROR",
    "TASK_TIMED_OUT",
    "UNSUPPORTED_GPU_INSTANCE_TYPE",
    "UNSUPPORTED_INPUT_SIZE",
    "WORKFLOW_RUN_FAILED",
    "WORKFLOW_VER_VALIDATION_FAILED",
)

#: The errors that any operation may answer.
CALL_ERRORS = (
    "AccessDeniedException",
    "InternalServerException",
    "RequestTimeoutException",
    "ServiceQuotaExceededException",
    "ThrottlingException",
)

_OF_A_RUN = ("batchName", "runSettingId", "runId")

#: fault → what it can be matched by.
MATCHES: dict[str, tuple[str, ...]] = {
    "call_fails": ("operation",),
    "batch_fails": ("batchName",),
    "submission_fails": ("batchName", "runSettingId"),
    "run_fails": _OF_A_RUN,
    "run_hangs": _OF_A_RUN,
    "cancel_fails": _OF_A_RUN,
    "delete_fails": _OF_A_RUN,
}

_STATUSES = RUN.statuses_allowing("fail")

#: fault → what it can be told beside that: name → (default, what may be given, None for any text).
EFFECTS: dict[str, dict[str, tuple[str, tuple[str, ...] | None]]] = {
    "call_fails": {"error": ("ThrottlingException", CALL_ERRORS), "message": ("", None)},
    "batch_fails": {"message": (str(BatchFailure.transient()), None)},
    "submission_fails": {
        "reason": ("InternalServerException", SUBMISSION_FAILURE_REASONS),
        "message": ("An internal error has occurred", None),
    },
    "run_fails": {
        "failureReason": ("WORKFLOW_RUN_FAILED", RUN_FAILURE_REASONS),
        "statusMessage": ("Workflow run failed.", None),
        "at": ("RUNNING", _STATUSES),
    },
    "run_hangs": {"at": ("RUNNING", _STATUSES)},
    "cancel_fails": {},
    "delete_fails": {},
}

#: fault → how many times it strikes when nothing is said; the others for ever.
TIMES = {"call_fails": 1, "batch_fails": 1}


@dataclass
class Fault:
    """One thing that goes wrong: for what matches, for a ``share`` of it, ``times`` times."""

    kind: str
    match: Mapping[str, str]
    effect: Mapping[str, str]
    share: float = 1.0
    times: int | None = None
    hits: int = field(default=0, compare=False)

    def concerns(self, kind: str, at: str | None) -> bool:
        """Whether it is of this kind, for runs in this status, and can still strike."""
        spent = self.times is not None and self.hits >= self.times
        return self.kind == kind and self.effect.get("at") == at and not spent

    def applies(self, chance: Callable[[], float], facts: Mapping[str, str | None]) -> bool:
        """Whether it strikes now; a strike counts."""
        if any(facts.get(name) != value for name, value in self.match.items()):
            return False
        if self.share < 1 and chance() >= self.share:
            return False
        self.hits += 1
        return True


class Faults:
    """The faults of one account and region. ``chance()`` gives a number from 0 to below 1."""

    def __init__(self, chance: Callable[[], float]):
        self._chance = chance
        self._faults: list[Fault] = []

    def add(self, kind: str, operations: Iterable[str], given: Mapping[str, Any]) -> None:
        """Add a fault. Raises ValueError for a word that does not exist, and lists what does."""
        self._faults.append(_checked(kind, given, tuple(sorted(operations))))

    def clear(self) -> None:
        """Nothing goes wrong any more, but for what already did."""
        self._faults.clear()

    def remove(self, kind: str, match: Mapping[str, str]) -> None:
        """Take back the faults of a kind that are matched by all of these words."""
        self._faults = [
            fault
            for fault in self._faults
            if fault.kind != kind or not match.items() <= fault.match.items()
        ]

    def any(self, kind: str, at: str | None = None) -> bool:
        """Whether there is a fault of this kind at all, in status ``at`` where it has one."""
        return any(fault.concerns(kind, at) for fault in self._faults)

    def strike(
        self, kind: str, facts: Mapping[str, str | None], at: str | None = None
    ) -> Fault | None:
        """The first fault of a kind that strikes what has these facts, now in status ``at``."""
        for fault in self._faults:
            if fault.concerns(kind, at) and fault.applies(self._chance, facts):
                return fault
        return None


def of_a_run(given: Mapping[str, Any]) -> dict[str, str]:
    """What matches runs. Raises ValueError for a word that does not exist."""
    for name in given:
        one_of("word of release", name, _OF_A_RUN)
    return {name: _text(name, value) for name, value in given.items() if value is not None}


def _checked(kind: str, given: Mapping[str, Any], operations: tuple[str, ...]) -> Fault:
    one_of("fault", kind, tuple(MATCHES))
    words = (*MATCHES[kind], *EFFECTS[kind], "times", "share")
    for name in given:
        one_of(f"word of {kind}", name, words)
    times, share = given.get("times", TIMES.get(kind)), given.get("share", 1.0)
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise ValueError(f"times must be a whole number above 0, not {times!r}")
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, not {share!r}")
    match = {n: _text(n, given[n]) for n in MATCHES[kind] if given.get(n) is not None}
    if "operation" in match:
        one_of("operation", match["operation"], operations)
    effect = {}
    for name, (default, choice) in EFFECTS[kind].items():
        value = given.get(name)
        effect[name] = default if value is None else _text(name, value)
        if choice is not None:
            one_of(name, effect[name], choice)
    return Fault(kind, match, effect, float(share), times)


def one_of(what: str, value: Any, choice: tuple[str, ...]) -> None:
    """Raises ValueError for a value that does not exist, and lists what does."""
    if value not in choice:
        raise ValueError(f"there is no {what} {value!r}; there are {', '.join(choice)}")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name} must be a text, not {value!r}")
    return value
