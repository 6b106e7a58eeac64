"""Run batches: StartRunBatch, GetBatch, ListBatch, ListRunsInBatch, CancelRunBatch,
DeleteRunBatch, DeleteBatch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from moto.core.common_models import BaseModel

from ...domain import batch as domain
from ...domain.lifecycle import InvalidTransition
from ...domain.scheduler import BATCH_RUNS
from ...domain.tables import RUN
from ...wire.views import Layers, Page
from ..exceptions import ResourceNotFound, ValidationException, WrongState
from ..integrations.s3 import S3
from .batch_services import BatchServices, per_run_members
from .context import Context
from .engine import Engine
from .events import run_count_members
from .run_settings import RunSettings
from .runs import Runs
from .tracking import untrack


class Batch(domain.Batch, BaseModel):
    """A run batch, as moto's dashboard shows it."""

    def __dir__(self) -> list[str]:
        """Return the attributes that the dashboard shows."""
        return ["arn", "id", "name", "status", "tags", "total_runs"]


class Batches:
    """The run batches of an account and region."""

    def __init__(
        self,
        context: Context,
        *,
        services: BatchServices,
        settings: RunSettings,
        runs: Runs,
        engine: Engine,
        s3: S3,
    ):
        self._context = context
        self._services = services
        self._settings = settings
        self._runs = runs
        self._engine = engine
        self._scheduler = engine.scheduler
        self._transitions = engine.transitions
        self._s3 = s3
        self._batches: dict[str, Batch] = {}

    # -- creating --

    def start(self, params: Mapping[str, Any], access_key: str) -> Layers:
        """StartRunBatch (B10 to B21). Raises ValidationException, ResourceNotFoundException,
        ConflictException."""
        create = self._context.once
        batch = create("StartRunBatch", params, lambda: self._create(params, access_key))
        return self._details(batch)

    def _create(self, params: Mapping[str, Any], access_key: str) -> Batch:
        context, default = self._context, params["defaultRunSetting"]
        if default.get("workflowType") == "READY2RUN":
            raise ValidationException(
                "Value 'READY2RUN' at 'defaultRunSetting.workflowType' is not supported for batches"
            )
        context.check_tags(params)
        context.check_tags(default, "runTags")
        self._settings.check(default, "defaultRunSetting.")
        source = self._source(params["batchRunSettings"], default)
        id, resolved = str(context.new_ids()), self._settings.resolve(default, access_key)
        batch = Batch(
            id=id,
            arn=context.arn("runBatch", id),
            uuid=context.random.uuid(),
            serial=context.new_serial(),
            params=params,
            resolved=resolved,
            source=source,
            per_run=per_run_members(),
            services=self._services,
            now=context.now(),
        )
        self._batches[id] = batch
        self._scheduler.update(batch)
        self._services.batch_changed(batch, batch.created)
        return batch

    def _source(
        self, settings: Mapping[str, Any], default: Mapping[str, Any]
    ) -> Sequence[Mapping[str, Any]] | domain.SettingsObject:
        """Return the inline entries, or the S3 object with its present ETag (B12, B13)."""
        uri = settings.get("s3UriSettings")
        if uri is None:
            inline: Sequence[Mapping[str, Any]] = settings["inlineSettings"]
            return inline
        source = domain.SettingsObject(uri, self._s3.etag(uri), self._s3)
        checked = self._context.settings.checks("s3")
        if checked and (problem := self._s3.bucket_problem(uri, default)):
            raise ValidationException(problem)
        return source

    # -- reading --

    def find(self, id: str) -> Batch:
        """Return a batch. Raises ResourceNotFound (B42)."""
        if id not in self._batches:
            raise ResourceNotFound("Batch", id)
        return self._batches[id]

    def get(self, id: str) -> Layers:
        """GetBatch: describe a batch and, while they execute, its runs. Raises
        ResourceNotFound."""
        batch, now = self.find(id), self._context.now()
        runs = self._scheduler.progression(BATCH_RUNS)
        own = self._scheduler.progression(batch.progression_key)
        if batch.reported and batch.waits_for_runs and batch.block and runs.kind == "manual":
            self._transitions.describe(batch.block.cohorts(RUN.automatic_event), runs, now)
        if own.kind == "manual" and not batch.stable and batch.describe(own.times):
            batch.step(now)
            self._scheduler.update(batch)
        self._engine.advance()
        self._report(batch)
        return self._details(batch)

    def _report(self, batch: Batch) -> None:
        batch.reported = True
        if batch.pinned:
            batch.pinned = False
            self._scheduler.update(batch)
        if batch.block is not None:
            self._transitions.report_all(batch.block)

    @staticmethod
    def _details(batch: Batch) -> Layers:
        """The members of GetBatch and StartRunBatch; those merely stored need no line (B21)."""
        computed = {
            "id": batch.id,
            "arn": batch.arn,
            "uuid": batch.uuid,
            "name": batch.name,
            "status": batch.status,
            "tags": batch.tags,
            "totalRuns": batch.total_runs,
            "defaultRunSetting": batch.default,
            "submissionSummary": batch.submission_summary(),
            "runSummary": run_count_members(batch.run_counts()),
            "creationTime": batch.created,
            "submittedTime": batch.submitted,
            "processedTime": batch.processed,
            "failedTime": batch.failed,
            "failureReason": batch.failure_reason,
        }
        return Layers(computed, batch.params)

    def list_batches(self, params: Mapping[str, Any]) -> Page:
        """ListBatch. Raises ValidationException for two filters or a bad token (B74, B75)."""
        _check_one_filter(params, ("status", "name", "runGroupId"))
        batches: Iterable[Batch] = self._batches.values()
        if (status := params.get("status")) is not None:
            batches = (batch for batch in batches if batch.status == status)
        if (name := params.get("name")) is not None:
            batches = (batch for batch in batches if batch.name == name)
        if (group := params.get("runGroupId")) is not None:
            batches = (batch for batch in batches if batch.default.get("runGroupId") == group)
        found, token = self._context.page_of("ListBatch", params, batches)
        return Page([self._list_item(batch) for batch in found], token)

    @staticmethod
    def _list_item(batch: Batch) -> Layers:
        """An item of ListBatch, which has createdAt where GetBatch has creationTime."""
        computed = {
            "id": batch.id,
            "name": batch.name,
            "status": batch.status,
            "createdAt": batch.created,
            "totalRuns": batch.total_runs,
            "workflowId": batch.default["workflowId"],
        }
        return Layers(computed, batch.params)

    def list_runs(self, params: Mapping[str, Any]) -> Page:
        """ListRunsInBatch (B60, B74 to B76). Raises ResourceNotFound, ValidationException for two
        filters or a bad token."""
        _check_one_filter(params, ("submissionStatus", "runSettingId", "runId"))
        batch = self.find(params["batchId"])

        def after(position: int) -> Iterator[tuple[int, int]]:
            indexes = batch.submissions.find(
                batch.block,
                status=params.get("submissionStatus"),
                setting_id=params.get("runSettingId"),
                run_id=params.get("runId"),
                after=position,
            )
            return ((index, index) for index in indexes)

        indexes, token = self._context.page("ListRunsInBatch", params, after)
        return Page(self._submission_items(batch, indexes), token, rendered=True)

    def _submission_items(self, batch: Batch, indexes: Iterable[int]) -> list[dict[str, Any]]:
        """The items of ListRunsInBatch. A page has a hundred, so that this loop is kept short."""
        items, arn = [], self._context.arn("run", "")
        first = batch.block.first if batch.block else 0
        uuids = batch.block.uuids if batch.block else ()
        for index, setting_id, status, has_run, failure in batch.submissions.describe(indexes):
            item = {"runSettingId": setting_id, "submissionStatus": status}
            if has_run:
                run_id = str(first + index)
                item["runId"] = run_id
                item["runArn"] = arn + run_id
                item["runInternalUuid"] = uuids[index]
            elif failure is not None:
                item["submissionFailureReason"] = failure.reason
                item["submissionFailureMessage"] = failure.message
            items.append(item)
        return items

    def tags_of(self, id: str) -> dict[str, str] | None:
        """Return the tags of a batch, which may be changed, None when it does not exist."""
        return self._batches[id].tags if id in self._batches else None

    def lookup(self, id: str) -> Batch | None:
        """Return a batch, None when it does not exist."""
        return self._batches.get(id)

    def all(self) -> Iterable[Batch]:
        """Return all batches, in order of creation."""
        return self._batches.values()

    # -- cancel and delete --

    def cancel_runs(self, id: str) -> None:
        """CancelRunBatch. Raises ResourceNotFound, WrongState (B41, B80)."""
        batch = self.find(id)
        self._request(batch, "cancel", batch.cancel)

    def delete_runs(self, id: str) -> None:
        """DeleteRunBatch. Raises ResourceNotFound, WrongState (B41, B82)."""
        batch = self.find(id)
        self._request(batch, "delete_runs", batch.delete_runs)

    def delete(self, id: str) -> None:
        """DeleteBatch: the runs stay. Raises ResourceNotFound, WrongState (B41, B42)."""
        batch = self.find(id)
        self._request(batch, "delete", batch.delete)
        del self._batches[id]
        self._scheduler.remove(batch)
        self._context.forget_token(batch)
        untrack(batch)
        if batch.block is not None:
            self._runs.discard_if_empty(batch.block)

    def _request(self, batch: Batch, event: str, act: Callable[[datetime], None]) -> None:
        try:
            act(self._context.now())
        except InvalidTransition as invalid:
            raise WrongState("batch", batch.id, event, invalid.state, invalid.allowed) from None
        self._scheduler.update(batch)


def _check_one_filter(params: Mapping[str, Any], filters: tuple[str, ...]) -> None:
    given = [name for name in filters if name in params]
    if len(given) > 1:
        raise ValidationException(
            f"Only one filter can be used at a time, not {' and '.join(given)}"
        )
