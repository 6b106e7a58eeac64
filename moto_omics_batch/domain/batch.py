"""A run batch: validation, submission, cancel and delete of its runs, and its counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from .failures import BatchFailure, SubmissionFailure
from .life import Life, Progression
from .lifecycle import GONE, Lifecycle
from .runs import Cohort, RunBlock
from .settings import check_whole, merge, parse
from .submissions import Request, Submissions
from .tables import BATCH, RUN


class ObjectReader(Protocol):
    """Reads objects of S3."""

    def read(self, uri: str) -> tuple[str, bytes] | None:
        """Return (ETag, body), None when the object does not exist."""
        ...


class SettingsObject(NamedTuple):
    """The S3 object of ``s3UriSettings``, with the ETag recorded by StartRunBatch (B13)."""

    uri: str
    etag: str
    reader: ObjectReader

    def body(self) -> bytes:
        """Return the object. Raises BatchFailure when it has changed (B53, B55)."""
        found = self.reader.read(self.uri)
        if found is None or found[0] != self.etag:
            raise BatchFailure.changed(self.etag, found[0] if found else "")
        return found[1]


class EntryCheck(Protocol):
    """Checks the entries of one submission step."""

    @property
    def any_injected(self) -> bool:
        """Whether a fault can match any entry."""
        ...

    def injected(self, entry: Mapping[str, Any]) -> SubmissionFailure | None:
        """Return the fault that an entry meets, None when there is none; a match is counted."""
        ...

    def failure(self, entry: Mapping[str, Any]) -> SubmissionFailure | None:
        """Return why an entry cannot be submitted, None when it can (B61 to B64)."""
        ...


class BatchServices(Protocol):
    """What a batch needs from the rest of the backend."""

    def injected_failure(self, batch: Batch) -> BatchFailure | None:
        """Return the fault that fails the batch, None when there is none (B54)."""
        ...

    def create_block(self, batch: Batch, size: int) -> RunBlock:
        """Reserve ids for the runs of the batch."""
        ...

    def entries_per_step(self) -> int | None:
        """Return how many entries one step submits, None for all."""
        ...

    def unavailable(self, batch: Batch) -> SubmissionFailure | None:
        """Return why no entry at all can be submitted now, None when they can (B62)."""
        ...

    def entry_check(self, batch: Batch, at: datetime) -> EntryCheck:
        """Return the check of single entries for a step at ``at``."""
        ...

    def create_runs(
        self, block: RunBlock, indexes: range, failed: Collection[int], at: datetime
    ) -> None:
        """Create runs, except at the indexes in ``failed``."""
        ...

    def refused_runs(self, batch: Batch, event: str) -> list[int]:
        """Return the runs that a fault protects from the event of a request (B80, B82)."""
        ...

    def move_runs(self, cohort: Cohort, event: str, at: datetime) -> None:
        """Let runs make the transition of a request."""
        ...

    def detach_runs(self, cohort: Cohort, indexes: list[int]) -> Cohort:
        """Return a cohort of exactly these runs."""
        ...

    def suspend_runs(self, block: RunBlock, suspended: bool, at: datetime) -> None:
        """Stop the progress of the runs, or let it go on."""
        ...

    def batch_changed(self, batch: Batch, at: datetime) -> None:
        """The batch has another status; all its fields are up to date."""
        ...


class Batch(Life):
    """One run batch.

    ``default`` is defaultRunSetting as it was given (B73); ``source`` the inline entries, or the
    S3 object that holds them; ``per_run`` names the members that an entry may set (B30); ``params``
    is the request without batchRunSettings, with members that this package does not know (B21).
    """

    def __init__(
        self,
        *,
        id: str,
        arn: str,
        uuid: str,
        serial: int,
        params: Mapping[str, Any],
        resolved: Mapping[str, Any],
        source: Sequence[Mapping[str, Any]] | SettingsObject,
        per_run: Sequence[str],
        services: BatchServices,
        now: datetime,
        lifecycle: Lifecycle = BATCH,
    ):
        super().__init__(lifecycle, now)
        self.id = id
        self.arn = arn
        self.uuid = uuid
        self.serial = serial
        self.name: str | None = params.get("batchName")
        self.tags: dict[str, str] = dict(params.get("tags") or {})
        self.params = {n: v for n, v in params.items() if n != "batchRunSettings"}
        self.default: Mapping[str, Any] = params["defaultRunSetting"]
        self.resolved = resolved
        self.total_runs: int | None = None
        self.failure_reason: str | None = None
        self.failure_code: str | None = None
        self.submitted: datetime | None = None
        self.processed: datetime | None = None
        self.failed: datetime | None = None
        self.block: RunBlock | None = None
        self.pinned = False
        self._source = source
        entries = () if isinstance(source, SettingsObject) else source
        self.submissions = Submissions(entries)
        if entries:
            self.total_runs = len(entries)
        self._per_run = tuple(per_run)
        self._services = services

    # -- automatic transitions --

    progression_key = "batch"

    @property
    def gone(self) -> bool:
        """Whether the batch was deleted."""
        return self.state == GONE

    @property
    def waits_for_runs(self) -> bool:
        """Whether the next automatic transition needs all runs to have ended."""
        return self.lifecycle.waits_for_runs(self.state)

    @property
    def runs_active(self) -> bool:
        """Whether any run of the batch has not ended."""
        return self.block is not None and bool(self.block.active)

    def next_due(self, progression: Progression) -> datetime | None:
        """Return when the next step is due, None when no time brings it."""
        if self.pinned or (self.waits_for_runs and self.runs_active):
            return None
        due = progression.due(self.since)
        if due is not None and self.waits_for_runs and self.block is not None:
            due = max(due, self.block.last_change or due)
        return due

    def step(self, at: datetime) -> None:
        """Do the work of the present state and make its automatic transition, if it is time."""
        event = self.lifecycle.automatic_event(self.state)
        if event is None or (self.waits_for_runs and self.runs_active):
            return
        if event == "validate":
            self._validate(at)
        elif event == "submit":
            self._submit(at)
        elif event == "finish":
            self.processed = at
            self.change("finish", at)
        elif event == "finish_deleting":
            left = self.block is not None and self.block.stored
            self.change("fail_deleting" if left else event, at)
        else:
            self.change(event, at)

    def change(self, event: str, at: datetime) -> None:
        """Make a transition after all fields were changed, and notify.

        Raises InvalidTransition.
        """
        progressed = self.lifecycle.runs_progress(self.state)
        changed = self.move(event, at)
        self.pinned = False
        progress = self.lifecycle.runs_progress(self.state)
        if self.block is not None and progress != progressed:
            self._services.suspend_runs(self.block, not progress, at)
        if changed and not self.gone:
            self._services.batch_changed(self, at)

    def read_entries(self) -> Sequence[Mapping[str, Any]]:
        """Return the entries, from S3 if they are there. Raises BatchFailure (B52, B53, B55)."""
        entries: Sequence[Mapping[str, Any]] = self.submissions.entries
        if isinstance(self._source, SettingsObject):
            entries = parse(self._source.body())
        return entries

    def _validate(self, at: datetime) -> None:
        try:
            entries = self.read_entries()
            self.total_runs = len(entries)
            check_whole(entries)
            if failure := self._services.injected_failure(self):
                raise failure
        except BatchFailure as failure:
            self.submissions = Submissions(())
            self.failure_reason, self.failure_code = str(failure), failure.code
            self.failed = at
            self.change("fail", at)
            return
        self.submissions = Submissions(entries)
        self.block = self._services.create_block(self, len(entries))
        self.change("validate", at)

    def _submit(self, at: datetime) -> None:
        assert self.block is not None
        step = self.submissions.next_step(self._services.entries_per_step())
        step, failures = self._submission_failures(step, at)
        self.submissions.attempt(step, failures)
        self.since = at
        if step:
            self._services.create_runs(self.block, step, failures, at)
        if self.submissions.complete:
            self.submitted = at
            self.change("submit", at)

    def _submission_failures(
        self, step: range, at: datetime
    ) -> tuple[range, dict[int, SubmissionFailure]]:
        """Return the entries that are attempted now, and the failures among them."""
        if unavailable := self._services.unavailable(self):
            return step, dict.fromkeys(step, unavailable)
        check, entries = self._services.entry_check(self, at), self.submissions.entries
        failures = self._injected_failures(step, check)
        step = self.submissions.retry(step, failures)
        injected = {index: failure for index, failure in failures.items() if index in step}
        failure_of = check.failure
        own = {
            index: failure
            for index in step
            if index not in injected and (failure := failure_of(entries[index])) is not None
        }
        return step, injected | own

    def _injected_failures(self, step: range, check: EntryCheck) -> dict[int, SubmissionFailure]:
        """Return the faults that entries meet; a transient one is met twice before it counts."""
        if not check.any_injected and not self.submissions.tried(step.start):
            return {}
        tries = ((index, self._injected_failure(index, check)) for index in step)
        return {index: failure for index, failure in tries if failure is not None}

    def _injected_failure(self, index: int, check: EntryCheck) -> SubmissionFailure | None:
        failure = self.submissions.first_try(index)
        if not self.submissions.tried(index) or (failure is not None and failure.transient):
            failure = check.injected(self.submissions.entries[index])
        return failure

    def is_refused(self, index: int, entry: Mapping[str, Any], check: EntryCheck) -> bool:
        """Return whether an entry that is not attempted yet gets no run, after all its tries."""
        failure = self.submissions.first_try(index)
        if not self.submissions.tried(index):
            failure = check.injected(entry)
        if failure is not None and failure.transient:
            failure = check.injected(entry)
        return failure is not None or check.failure(entry) is not None

    # -- requests --

    def cancel(self, now: datetime) -> None:
        """CancelRunBatch (B80, B81). Raises InvalidTransition."""
        self.lifecycle.next(self.state, "cancel")
        self._each_run("cancel", now)
        self.change("cancel", now)

    def delete_runs(self, now: datetime) -> None:
        """DeleteRunBatch (B82). Raises InvalidTransition."""
        self.lifecycle.next(self.state, "delete_runs")
        self._each_run("delete", now)
        self.change("delete_runs", now)

    def delete(self, now: datetime) -> None:
        """DeleteBatch (B41, B42). Raises InvalidTransition."""
        self.change("delete", now)

    def _each_run(self, event: Request, now: datetime) -> None:
        """Let all runs that allow an event make its transition, except those that are refused."""
        self.submissions.request(event)
        if self.block is None:
            return
        refused = self._services.refused_runs(self, event)
        kept = {
            self._services.detach_runs(self.block.cohort_of(index), [index]) for index in refused
        }
        self.submissions.refused(event, refused)
        for cohort in self.block.cohorts(lambda state: RUN.allows(state, event)):
            if cohort not in kept:
                self.submissions.succeeded(event, cohort)
                self._services.move_runs(cohort, event, now)

    # -- reading --

    def setting_id(self, index: int) -> str:
        """Return the runSettingId of an entry."""
        return str(self.submissions.entries[index]["runSettingId"])

    def overrides(self, index: int) -> Mapping[str, Any]:
        """Return the settings that an entry gives for its own run."""
        return self.submissions.entries[index]

    def settings_of(self, index: int) -> Mapping[str, Any]:
        """Return the merged settings of a run (B30 to B32)."""
        return merge(self.default, self.submissions.entries[index], self._per_run)

    def run_counts(self) -> dict[str, int]:
        """Return the number of runs by status (B70)."""
        return self.block.status_counts() if self.block else dict.fromkeys(RUN.statuses, 0)

    def submission_summary(self) -> dict[str, int]:
        """Return the counts of submissionSummary (B70, B71)."""
        return self.submissions.summary(self.total_runs)
