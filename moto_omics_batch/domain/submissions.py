"""The entries of a batch and the outcome of each submission."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from .failures import SubmissionFailure
from .runs import Cohort, RunBlock

#: submissionStatus (B77) by the byte that stands for it.
STATUSES = (
    None,
    "SUCCESS",
    "FAILED",
    "CANCEL_SUCCESS",
    "DELETE_SUCCESS",
    "CANCEL_SUCCESS",
    "CANCEL_FAILED",
    "DELETE_FAILED",
)
(
    _SUBMITTED,
    _FAILED,
    _CANCELLED,
    _DELETED,
    _NEVER_SUBMITTED,
    _CANCEL_FAILED,
    _DELETE_FAILED,
) = range(1, 8)
#: The bytes of entries that never had a run.
_WITHOUT_RUN = bytes([_FAILED, _NEVER_SUBMITTED])

Request = Literal["cancel", "delete"]

#: The bytes of runs for which a request succeeded or failed.
_OUTCOMES: dict[Request, tuple[int, int]] = {
    "cancel": (_CANCELLED, _CANCEL_FAILED),
    "delete": (_DELETED, _DELETE_FAILED),
}


class Submissions:
    """The entries of one batch, one byte each for what became of them."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]):
        self.entries = entries
        #: How many entries were attempted, in their order.
        self.attempted = 0
        self._outcomes = bytearray(len(entries))
        self._failures: dict[int, SubmissionFailure] = {}
        self._counts: dict[Request, Counter[str]] = {}
        self._index_by_setting: dict[str, int] = {}
        #: Failures of a first try, after which the service tries again, and the end of that step.
        self._first_tries: dict[int, SubmissionFailure] = {}
        self._second_step_end = 0

    @property
    def complete(self) -> bool:
        """Whether every submission was attempted."""
        return self.attempted == len(self.entries)

    @property
    def cancelled(self) -> bool:
        """Whether the entries that wait are never submitted."""
        return "cancel" in self._counts

    # -- changes --

    def next_step(self, limit: int | None) -> range:
        """Return the entries that the next submission step attempts, ``limit`` at most."""
        if self._second_step_end > self.attempted:
            return range(self.attempted, self._second_step_end)
        total = len(self.entries)
        stop = total if limit is None else min(total, self.attempted + limit)
        return range(self.attempted, stop)

    def first_try(self, index: int) -> SubmissionFailure | None:
        """Return why the first try of an entry failed, None when it did not."""
        return self._first_tries.get(index)

    def tried(self, index: int) -> bool:
        """Return whether the first try of an entry was in an earlier step."""
        return index < self._second_step_end

    def retry(self, step: range, failures: Mapping[int, SubmissionFailure]) -> range:
        """Return the part of a step that ends before the first entry to be tried again (L146).

        The rest of the step, whose first tries had these failures, is the next step.
        """
        if self.tried(step.start):
            return step
        again = [index for index, failure in failures.items() if failure.transient]
        if not again:
            return step
        first = min(again)
        self._first_tries = {index: f for index, f in failures.items() if index >= first}
        self._second_step_end = step.stop
        return range(step.start, first)

    def attempt(self, step: range, failures: Mapping[int, SubmissionFailure]) -> None:
        """Record a submission step."""
        self._outcomes[step.start : step.stop] = bytes([_SUBMITTED]) * len(step)
        for index in failures:
            self._outcomes[index] = _FAILED
        self._failures.update(failures)
        self.attempted = step.stop

    def request(self, request: Request) -> None:
        """Record a cancel or delete request; entries that wait are cancelled (B81)."""
        self._counts[request] = Counter()
        if request == "cancel":
            waiting = len(self.entries) - self.attempted
            self._outcomes[self.attempted :] = bytes([_NEVER_SUBMITTED]) * waiting
            self._counts[request]["successful"] = waiting

    def succeeded(self, request: Request, cohort: Cohort) -> None:
        """Record runs that were cancelled or deleted."""
        outcome, indexes = _OUTCOMES[request][0], cohort.indexes
        self._counts[request]["successful"] += cohort.count
        if isinstance(indexes, range) and len(indexes) == cohort.count:
            self._outcomes[indexes.start : indexes.stop] = bytes([outcome]) * cohort.count
        else:
            for index in cohort.members():
                self._outcomes[index] = outcome

    def refused(self, request: Request, indexes: Iterable[int]) -> None:
        """Record runs that could not be cancelled or deleted."""
        for index in indexes:
            self._outcomes[index] = _OUTCOMES[request][1]
            self._counts[request]["failed"] += 1

    # -- reading --

    def summary(self, total_runs: int | None) -> dict[str, int]:
        """Return the counts of B70; those of cancel and delete after such a request (B71)."""
        failed = len(self._failures)
        waiting = (total_runs or 0) - self.attempted
        counts = {
            "successfulStartSubmissionCount": self.attempted - failed,
            "failedStartSubmissionCount": failed,
            "pendingStartSubmissionCount": 0 if self.cancelled else waiting,
        }
        for request, results in self._counts.items():
            for result in ("successful", "failed"):
                counts[f"{result}{request.capitalize()}SubmissionCount"] = results[result]
        return counts

    def describe(
        self, indexes: Iterable[int]
    ) -> Iterator[tuple[int, str, str | None, bool, SubmissionFailure | None]]:
        """Return the members of ListRunsInBatch for entries, as plain tuples.

        They are (index, runSettingId, submissionStatus, whether it has a run, why it has none).
        """
        entries, outcomes, failures = self.entries, self._outcomes, self._failures
        for index in indexes:
            outcome = outcomes[index]
            has_run = outcome not in _WITHOUT_RUN
            failure = failures.get(index)
            yield index, entries[index]["runSettingId"], STATUSES[outcome], has_run, failure

    def find(
        self,
        block: RunBlock | None,
        *,
        status: str | None = None,
        setting_id: str | None = None,
        run_id: str | None = None,
        after: int = -1,
    ) -> Iterator[int]:
        """Return the entries whose submission was attempted or cancelled (B76), in order.

        At most one filter may be given. Indexes up to ``after`` are left out.
        """
        if status is not None:
            wanted = bytes(i for i, name in enumerate(STATUSES) if name == status)
            return self._with_outcome(wanted, after)
        listed = len(self.entries) if self.cancelled else self.attempted
        indexes = range(after + 1, listed)
        if setting_id is None and run_id is None:
            return iter(indexes)
        if setting_id is not None:
            found = self._index_of(setting_id)
        else:
            found = block.index_of(str(run_id)) if block is not None else None
        return iter([found] if found is not None and found in indexes else [])

    def _index_of(self, setting_id: str) -> int | None:
        if not self._index_by_setting:
            ids = (entry["runSettingId"] for entry in self.entries)
            self._index_by_setting = {name: index for index, name in enumerate(ids)}
        return self._index_by_setting.get(setting_id)

    def _with_outcome(self, wanted: bytes, after: int) -> Iterator[int]:
        outcomes, at = self._outcomes, after
        while True:
            found = [i for code in wanted if (i := outcomes.find(code, at + 1)) >= 0]
            if not found:
                return
            at = min(found)
            yield at
