"""The kinds of faults and their keyword arguments.

The functions of `moto_omics_batch.faults`, the HTTP controls and the tables in
docs/reference/faults.md follow from `FAULTS` or are checked against it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .failures import CALL_ERRORS, RUN_FAILURE_REASONS, SUBMISSION_FAILURE_REASONS, BatchFailure
from .tables import RUN


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


#: The keywords that select runs.
OF_A_RUN = (Keyword("batchName"), Keyword("runSettingId"), Keyword("runId"))
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
            (*OF_A_RUN, Keyword("task")),
            (
                Keyword("failureReason", None, RUN_FAILURE_REASONS),
                Keyword("statusMessage"),
                _AT,
            ),
        ),
        FaultSpec(
            "run_hangs",
            "A run stays in a status until `release` or a cancel",
            OF_A_RUN,
            (_AT,),
        ),
        FaultSpec(
            "cancel_fails",
            "CancelRunBatch does not cancel a run: CANCEL_FAILED, and the run continues",
            OF_A_RUN,
        ),
        FaultSpec(
            "delete_fails",
            "DeleteRunBatch does not delete a run: DELETE_FAILED, the batch RUNS_DELETE_FAILED",
            OF_A_RUN,
        ),
    )
}


def one_of(what: str, value: Any, choice: tuple[str, ...]) -> None:
    """Raise ValueError for a value that does not exist, and list those that do."""
    if value not in choice:
        raise ValueError(f"there is no {what} {value!r}; there are {', '.join(choice)}")
