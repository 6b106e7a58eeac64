"""Run batches: the seven operations that this package exists for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..domain import tags
from ..domain.batch import S3Object, Submitter
from ..domain.failures import SubmissionFailure
from ..domain.lifecycle import IllegalMove
from ..domain.rules import RunRules
from ..domain.runs import RunBlock
from ..domain.settings import merge
from ..wire.model import is_document, members, structure
from ..wire.request import MAX_DEPTH, deeper_than
from ..wire.validation import check_of, message
from .control import Control
from .exceptions import (
    OmicsException,
    ResourceNotFound,
    TooManyRuns,
    ValidationException,
    WrongState,
)
from .neighbours import S3Reader
from .tracked import Batch


class BatchOperations(Control):
    """StartRunBatch to DeleteBatch. Parameters are those of the request, by wire name."""

    def start_run_batch(self, params: Mapping[str, Any], access_key: str) -> Batch:
        """Raises ValidationException, ResourceNotFoundException, ConflictException (B10 to B21)."""
        return self.once("StartRunBatch", params, lambda: self._new_batch(params, access_key))

    def _new_batch(self, params: Mapping[str, Any], access_key: str) -> Batch:
        default = params["defaultRunSetting"]
        if default.get("workflowType") == "READY2RUN":
            raise ValidationException(
                "Value 'READY2RUN' at 'defaultRunSetting.workflowType' is not supported for batches"
            )
        self.check_tags(params)
        self.check_tags(default, "runTags")
        self.check_run(default, "defaultRunSetting.")
        settings = params["batchRunSettings"]
        if uri := settings.get("s3UriSettings"):
            reader = S3Reader(uri, self.account_id, self.partition)
            source: Any = S3Object(reader.etag(), reader.read)
            if self.checked("s3") and (problem := self.checks.bucket(uri, default)):
                raise ValidationException(problem)
        else:
            source = settings["inlineSettings"]
        batch_id = str(self.take_ids())
        facts = self.facts(default, self.caller(access_key))
        batch = Batch(
            id=batch_id,
            arn=self.arn("runBatch", batch_id),
            uuid=self.new_uuid(),
            serial=self.take_serials(),
            name=params.get("batchName"),
            tags=dict(params.get("tags") or {}),
            given=params,
            facts=facts,
            default=default,
            source=source,
            per_run=self._per_run(),
            submitter=Submitter(
                blocked=lambda: self._blocked(default),
                failing=lambda: self.batch_failure(batch.name),
                checker=lambda: self._checker(batch),
                refused=lambda event: self.refused_runs(event, batch),
                allot=lambda size, of: self._allot(batch, size, of),
                per_tick=lambda: self.per_tick,
            ),
            now=self.now(),
        )
        self.batches[batch_id] = batch
        batch.observer = lambda _, at: self.events.batch(batch, at)
        self.events.batch(batch, batch.created)
        self.stir(batch)
        return batch

    @staticmethod
    def _per_run() -> list[str]:
        """What an entry may set, as the installed model has it (B30)."""
        return [name for name in members(structure("InlineSetting")) if name != "runSettingId"]

    def _allot(
        self,
        batch: Batch,
        size: int,
        settings_of: Callable[[int], Mapping[str, Any]],
    ) -> RunBlock:
        block = RunBlock(
            first=self.take_ids(size),
            size=size,
            uuid=self.new_uuid(),
            serial=self.take_serials(size),
            settings_of=settings_of,
            shared=batch.default,
            facts=batch.facts,
            now=self.now(),
            batch=batch,
            gate=self.gate(batch.default),
        )
        block.observer, block.planner = self.events.runs, self.planned
        self.runs.add(block)
        return block

    def _blocked(self, default: Mapping[str, Any]) -> SubmissionFailure | None:
        """B62: what the batch names may be gone by now."""
        try:
            self.check_run(default, "")
        except OmicsException as gone:
            return SubmissionFailure("ResourceNotFoundException", str(gone.message))
        if self.checked("iam") and (problem := self.checks.role(default["roleArn"])):
            return SubmissionFailure("AccessDeniedException", problem)
        return None

    def _checker(self, batch: Batch) -> Callable[[Mapping[str, Any]], SubmissionFailure | None]:
        """B61 to B64, for one entry."""
        problem, per_run = self._problems(batch.default), self._per_run()
        faulty, s3 = self.faults.any("submission_fails"), self.checked("s3")
        limited, accepted = self.quota("stored_runs") is not None, 0
        retention = batch.facts["retentionMode"]

        def failure(entry: Mapping[str, Any]) -> SubmissionFailure | None:
            nonlocal accepted
            if faulty and (fault := self.submission_fault(batch.name, entry["runSettingId"])):
                return fault
            wrong = problem(entry)
            if wrong is None and s3:
                wrong = self.check_s3(merge(batch.default, entry, per_run))
            if wrong is not None:
                return SubmissionFailure.invalid(wrong)
            if limited and not self.make_room(retention, accepted):
                full = TooManyRuns(self.quota("stored_runs"))
                return SubmissionFailure(full.code, str(full.message))
            accepted += 1
            return None

        return failure

    def _problems(self, default: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], str | None]:
        """What is wrong with an entry (B62 to B64)."""
        shape, shared_tags = structure("InlineSetting"), default.get("runTags") or {}
        constraints = check_of(shape)
        documents = [name for name, member in members(shape).items() if is_document(member)]
        rules = RunRules(self.template(default), default)

        def problem(entry: Mapping[str, Any]) -> str | None:
            violations: list[str] = []
            constraints(entry, "", violations)
            if violations:
                return message(violations)
            own_tags = entry.get("runTags")
            if own_tags and (wrong := tags.problem({**shared_tags, **own_tags})):
                return f"runTags: {wrong}"
            for name in documents:
                if deeper_than(entry.get(name), MAX_DEPTH):
                    return f"'{name}' is nested more than {MAX_DEPTH} levels deep"
            return rules.problem(entry)

        return problem

    # -- reading --

    def find_batch(self, batch_id: str) -> Batch:
        """Raises ResourceNotFound (B42)."""
        if batch_id not in self.batches:
            raise ResourceNotFound("Batch", batch_id)
        return self.batches[batch_id]

    def get_batch(self, batch_id: str) -> Batch:
        """Describe a batch. Raises ResourceNotFound."""
        batch = self.find_batch(batch_id)
        batch.describe(self.progression("batch"), self.progression("run"), self.now())
        return batch

    def list_batch(self, params: Mapping[str, Any]) -> tuple[list[Batch], str | None]:
        """Raises ValidationException for more than one filter or a bad token (B74, B75)."""
        _one_filter(params, ("status", "name", "runGroupId"))
        status, name, group = (params.get(f) for f in ("status", "name", "runGroupId"))

        def wanted(batch: Batch) -> bool:
            return (
                status in (None, batch.status)
                and name in (None, batch.name)
                and group in (None, batch.default.get("runGroupId"))
            )

        return self.page_of("ListBatch", params, self.batches.values(), wanted)

    def list_runs_in_batch(self, params: Mapping[str, Any]) -> tuple[Batch, list[int], str | None]:
        """(batch, places of its entries, next token). Raises ResourceNotFound, ValidationException
        for more than one filter or a bad token (B74 to B76)."""
        _one_filter(params, ("submissionStatus", "runSettingId", "runId"))
        batch = self.find_batch(params["batchId"])

        def after(position: int) -> Iterator[tuple[int, int]]:
            for index in batch.entries(
                status=params.get("submissionStatus"),
                setting_id=params.get("runSettingId"),
                run_id=params.get("runId"),
                after=position,
            ):
                yield index, index

        indexes, token = self.page("ListRunsInBatch", params, after)
        return batch, indexes, token

    # -- cancel and delete --

    def cancel_run_batch(self, batch_id: str) -> None:
        """Raises ResourceNotFound, WrongState (B41, B80)."""
        self._act(batch_id, "cancel", lambda batch: batch.cancel(self.now()))

    def delete_run_batch(self, batch_id: str) -> None:
        """Raises ResourceNotFound, WrongState (B41, B82)."""
        self._act(batch_id, "delete_runs", lambda batch: batch.delete_runs(self.now()))

    def delete_batch(self, batch_id: str) -> None:
        """The batch goes, its runs stay. Raises ResourceNotFound, WrongState (B41, B42)."""
        self._act(batch_id, "delete", lambda batch: batch.move("delete", self.now()))
        batch = self.batches.pop(batch_id)
        self.forget(batch)
        if batch.runs is not None and not batch.runs.present:
            self.discard_runs(batch.runs)

    def _act(self, batch_id: str, event: str, act: Callable[[Batch], None]) -> None:
        batch = self.find_batch(batch_id)
        try:
            act(batch)
        except IllegalMove as move:
            raise WrongState("batch", batch_id, event, move.state, move.allowed) from None
        self.stir(batch)


def _one_filter(params: Mapping[str, Any], filters: tuple[str, ...]) -> None:
    given = [name for name in filters if name in params]
    if len(given) > 1:
        raise ValidationException(
            f"Only one filter can be used at a time, not {' and '.join(given)}"
        )
