"""A run batch: how it is validated, submitted, cancelled and deleted, and what it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .failures import BatchFailure, SubmissionFailure
from .life import Life, Progression, look, pass_time
from .runs import Moved, RunBlock
from .settings import check_whole, merge, parse
from .tables import BATCH, RUN

#: What became of an entry (B77), by the byte that stands for it.
_STATUS = (
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
#: The outcomes of entries that never had a run, and of those that have one still.
_WITHOUT_RUN = bytes([_FAILED, _NEVER_SUBMITTED])
_WITH_RUN = bytes([_SUBMITTED, _CANCELLED, _CANCEL_FAILED, _DELETE_FAILED])


@dataclass(frozen=True)
class S3Object:
    """What ``s3UriSettings`` names: the ETag recorded by StartRunBatch (B13), and a way to read it.

    ``read()`` gives (ETag, body), or None when the object is no more.
    """

    etag: str
    read: Callable[[], tuple[str, bytes] | None]

    def body(self) -> bytes:
        """The object as it was at the call. Raises BatchFailure (B53, B55)."""
        found = self.read()
        if found is None or found[0] != self.etag:
            raise BatchFailure.changed(self.etag, found[0] if found else "")
        return found[1]


@dataclass(frozen=True)
class Submitter:
    """What a batch needs from its surroundings to submit runs.

    ``blocked()`` tells why nothing can be submitted at this time (B62), None when it can.
    ``failing()`` tells why the batch itself fails, None when it does not.
    ``checker()`` gives the check of one entry: why it cannot be a run, None when it can.
    ``refused(event)`` gives the places of runs that cannot be cancelled or deleted.
    ``allot(size, settings_of)`` reserves a block of runs.
    ``per_tick()`` is how many entries one step submits, None for all.
    """

    blocked: Callable[[], SubmissionFailure | None]
    failing: Callable[[], BatchFailure | None]
    checker: Callable[[], Callable[[Mapping[str, Any]], SubmissionFailure | None]]
    refused: Callable[[str], Collection[int]]
    allot: Callable[[int, Callable[[int], Mapping[str, Any]]], RunBlock]
    per_tick: Callable[[], int | None]


class Batch(Life):
    """One run batch.

    ``default`` is defaultRunSetting as it was given (B73); ``source`` the inline entries, or the
    S3 object that holds them; ``per_run`` names the members that an entry may set (B30).
    """

    def __init__(
        self,
        *,
        default: Mapping[str, Any],
        source: Sequence[Mapping[str, Any]] | S3Object,
        per_run: Sequence[str],
        submitter: Submitter,
        now: datetime,
    ):
        super().__init__(BATCH, now)
        self.default = default
        self.tags: dict[str, str] = {}
        self.total_runs: int | None = None
        self.failure_reason: str | None = None
        self.failure_code: str | None = None
        self.submitted: datetime | None = None
        self.processed: datetime | None = None
        self.failed: datetime | None = None
        self.runs: RunBlock | None = None
        self._source = source
        self._entries: Sequence[Mapping[str, Any]] = ()
        if not isinstance(source, S3Object):
            self._entries = source
            self.total_runs = len(source)
        self._per_run = tuple(per_run)
        self._submitter = submitter
        self._attempted = 0
        self._outcomes = bytearray()
        self._failures: dict[int, SubmissionFailure] = {}
        self._cancels: Counter[str] | None = None
        self._deletes: Counter[str] | None = None
        self._work: Mapping[str, Callable[[datetime], None]] = {
            "validate": self._validate,
            "submit": self._submit,
            "finish": self._finish,
            "finish_deleting": self._finish_deleting,
        }

    # -- moving --

    @property
    def _running(self) -> bool:
        """Whether it is up to the runs when the batch goes on."""
        return self.runs is not None and BATCH.goes_on(self.state) == "finish"

    def settle(self, own: Progression, runs: Progression, now: datetime) -> None:
        """Make the steps that are due without anybody describing the batch.

        A batch that is at its end at once has runs that are.
        """
        if self.settled:
            return
        runs = own if own.kind == "immediate" else runs
        pass_time(self, own, now)
        if self.runs is not None and self.runs.active:
            self.runs.pass_time(runs, now)
            pass_time(self, own, now)

    def describe(self, own: Progression, runs: Progression, now: datetime) -> None:
        """GetBatch: describe the batch and, while they execute, all its runs."""
        self.settle(own, runs, now)
        if self.shown and self._running:
            assert self.runs is not None
            self.runs.look(runs, now)
        look(self, own, now)
        self.settle(own, runs, now)
        if self.runs is not None:
            self.runs.show()

    def step(self, at: datetime) -> bool:
        """Do the work of the present state; False when there is none to do."""
        event = BATCH.goes_on(self.state)
        if event is None or (self._running and self.runs and self.runs.active):
            return False
        self.since = at
        if work := self._work.get(event):
            work(at)
        else:
            self.move(event, at)
        return True

    def _validate(self, at: datetime) -> None:
        try:
            if isinstance(self._source, S3Object):
                self._entries = parse(self._source.body())
                self.total_runs = len(self._entries)
            check_whole(self._entries)
            if failure := self._submitter.failing():
                raise failure
        except BatchFailure as failure:
            self._entries = ()
            self.fail(failure, at)
            return
        self._outcomes = bytearray(len(self._entries))
        self.runs = self._submitter.allot(len(self._entries), self._settings_of)
        self.move("validate", at)

    def fail(self, failure: BatchFailure, at: datetime) -> None:
        """The batch itself fails (B50 to B54). Raises IllegalMove once it has runs."""
        BATCH.next(self.state, "fail")
        self.failure_reason, self.failure_code, self.failed = str(failure), failure.code, at
        self.move("fail", at)

    def _submit(self, at: datetime) -> None:
        assert self.runs is not None
        total, limit = len(self._entries), self._submitter.per_tick()
        stop = total if limit is None else min(total, self._attempted + limit)
        chunk = range(self._attempted, stop)
        failures = self._refused(chunk)
        self._outcomes[chunk.start : stop] = bytes([_SUBMITTED]) * len(chunk)
        for index in failures:
            self._outcomes[index] = _FAILED
        self._failures.update(failures)
        self.runs.add(chunk, failures, at)
        self._attempted = stop
        if stop == total:
            self.submitted = at
            self.move("submit", at)

    def _refused(self, chunk: range) -> dict[int, SubmissionFailure]:
        if blocked := self._submitter.blocked():
            return dict.fromkeys(chunk, blocked)
        check, entries = self._submitter.checker(), self._entries
        return {index: failure for index in chunk if (failure := check(entries[index])) is not None}

    def _finish(self, at: datetime) -> None:
        if self.runs is not None:
            at = max(at, self.runs.last_change)
        self.processed = at
        self.move("finish", at)

    def _finish_deleting(self, at: datetime) -> None:
        left = self.runs is not None and self.runs.present
        self.move("fail_deleting" if left else "finish_deleting", at)

    # -- requests --

    def cancel(self, now: datetime) -> None:
        """CancelRunBatch (B80, B81). Raises IllegalMove."""
        self.move("cancel", now)
        waiting = len(self._entries) - self._attempted
        if not self._outcomes:
            self._outcomes = bytearray(len(self._entries))
        self._outcomes[self._attempted :] = bytes([_NEVER_SUBMITTED]) * waiting
        self._cancels = Counter(done=waiting)
        self._each_run("cancel", now, self._cancels, _CANCELLED, _CANCEL_FAILED)

    def delete_runs(self, now: datetime) -> None:
        """DeleteRunBatch (B82). Raises IllegalMove."""
        self.move("delete_runs", now)
        self._deletes = Counter()
        self._each_run("delete", now, self._deletes, _DELETED, _DELETE_FAILED)

    def _each_run(
        self, event: str, now: datetime, counts: Counter[str], done: int, failed: int
    ) -> None:
        """Send an event to all runs; count and mark whom it reached and whom it did not."""
        if self.runs is None:
            return
        may = self.runs.may_follow(event)
        refused = [index for index in self._submitter.refused(event) if may(index)]
        moved = self.runs.move_all(event, now, refused)
        self._mark(moved, done)
        for index in refused:
            self._outcomes[index] = failed
        counts.update(done=moved.count, failed=len(refused))

    def _mark(self, moved: Moved, outcome: int) -> None:
        keep = {index: self._outcomes[index] for index in moved.stayed}
        table = bytes.maketrans(_WITH_RUN, bytes([outcome]) * len(_WITH_RUN))
        for part in moved.attached:
            outcomes = self._outcomes[part.start : part.stop]
            self._outcomes[part.start : part.stop] = outcomes.translate(table)
        for index in moved.detached:
            self._outcomes[index] = outcome
        for index, before in keep.items():
            self._outcomes[index] = before

    # -- telling --

    def setting_id(self, index: int) -> str:
        """The runSettingId of an entry."""
        return str(self._entries[index]["runSettingId"])

    def own(self, index: int) -> Mapping[str, Any]:
        """What an entry sets for its run alone."""
        return self._entries[index]

    def _settings_of(self, index: int) -> Mapping[str, Any]:
        return merge(self.default, self._entries[index], self._per_run)

    def counts(self) -> dict[str, int]:
        """Run status → how many runs have it (B70)."""
        return self.runs.counts() if self.runs else dict.fromkeys(RUN.statuses, 0)

    def submission_summary(self) -> dict[str, int]:
        """The counts of B70; those of cancel and delete once such a request was accepted (B71)."""
        waiting = (self.total_runs or 0) - self._attempted
        failed = len(self._failures)
        summary = {
            "successfulStartSubmissionCount": self._attempted - failed,
            "failedStartSubmissionCount": failed,
            "pendingStartSubmissionCount": 0 if self._cancels is not None else waiting,
        }
        if self._cancels is not None:
            summary["successfulCancelSubmissionCount"] = self._cancels["done"]
            summary["failedCancelSubmissionCount"] = self._cancels["failed"]
        if self._deletes is not None:
            summary["successfulDeleteSubmissionCount"] = self._deletes["done"]
            summary["failedDeleteSubmissionCount"] = self._deletes["failed"]
        return summary

    def told(
        self, indexes: Iterable[int]
    ) -> Iterator[tuple[int, str, str | None, bool, SubmissionFailure | None]]:
        """What ListRunsInBatch tells of the entries that `entries` names, as plain tuples:
        (place, runSettingId, submissionStatus, whether it has a run, why it has none)."""
        entries, outcomes, failures = self._entries, self._outcomes, self._failures
        for index in indexes:
            outcome = outcomes[index]
            has_run = outcome not in _WITHOUT_RUN
            failure = failures.get(index)
            yield index, entries[index]["runSettingId"], _STATUS[outcome], has_run, failure

    def entries(
        self,
        *,
        status: str | None = None,
        setting_id: str | None = None,
        run_id: str | None = None,
        after: int = -1,
    ) -> Iterator[int]:
        """The entries whose submission was attempted or called off (B76), beyond ``after``."""
        if status is not None:
            wanted = bytes(i for i, name in enumerate(_STATUS) if name == status)
            return self._with_outcome(wanted, after)
        told = self._attempted if self._cancels is None else len(self._outcomes)
        indexes = range(after + 1, told)
        if setting_id is not None:
            entries = self._entries
            return (i for i in indexes if entries[i]["runSettingId"] == setting_id)
        if run_id is not None:
            found = self.runs.index_of(run_id) if self.runs else None
            return iter([found] if found is not None and found in indexes else [])
        return iter(indexes)

    def _with_outcome(self, wanted: bytes, after: int) -> Iterator[int]:
        outcomes, at = self._outcomes, after
        while True:
            found = [i for code in wanted if (i := outcomes.find(code, at + 1)) >= 0]
            if not found:
                return
            at = min(found)
            yield at
