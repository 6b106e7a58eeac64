"""Runs and their tasks (W2, W3): StartRun, GetRun, ListRuns, CancelRun, DeleteRun, ListRunTasks,
GetRunTask. The runs of batches are of the same kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from moto.core.common_models import BaseModel

from ...domain.failure_texts import Failure
from ...domain.ids import Uuids
from ...domain.lifecycle import InvalidTransition
from ...domain.owner import OwnerBatch
from ...domain.rules import RunRules
from ...domain.run_registry import RunFilter
from ...domain.run_selection import RunRef, select
from ...domain.runs import RunBlock
from ...domain.tasks import Tasks
from ...wire.views import Layers, Page
from ..exceptions import ResourceNotFound, TooManyRuns, ValidationException, WrongState
from .context import Context
from .engine import Engine
from .run_descriptions import RunDescriptions
from .run_parameters import COPIED
from .run_settings import RunSettings, check_ready2run
from .run_tasks import RunTasks
from .tracking import untrack

#: The members that give the parameters of a run, of which there can be one.
_PARAMETERS = frozenset({"parameters", "parametersUri"})


class Run(RunBlock, BaseModel):
    """A run of StartRun, as moto's dashboard shows it; a batch shows its runs as counts."""

    def __dir__(self) -> list[str]:
        """Return the attributes that the dashboard shows."""
        return ["id", "name", "status", "tags"]

    @property
    def id(self) -> str:
        return self.id_of(0)

    @property
    def name(self) -> str | None:
        return self.settings.get("name")

    @property
    def status(self) -> str:
        return self.cohort_of(0).status

    @property
    def tags(self) -> Mapping[str, str]:
        return self.tags_of(0)


class Runs:
    """The runs of an account and region."""

    def __init__(
        self,
        context: Context,
        *,
        settings: RunSettings,
        engine: Engine,
        descriptions: RunDescriptions,
        tasks: RunTasks,
    ):
        self._context = context
        self._settings = settings
        self._engine = engine
        self._registry = engine.registry
        self._scheduler = engine.scheduler
        self._transitions = engine.transitions
        self._descriptions = descriptions
        self._tasks = tasks

    def failure_of(self, run: RunRef) -> Failure | None:
        """Return failureReason and statusMessage of a run, None when it does not fail."""
        return self._tasks.failure_of(run)

    # -- creating --

    def start(self, params: Mapping[str, Any], access_key: str) -> Layers:
        """StartRun (W2.1). Raises ValidationException, ResourceNotFoundException,
        ConflictException, ServiceQuotaExceededException."""
        create = self._context.once
        block = create("StartRun", params, lambda: self._create(params, access_key))
        return self._descriptions.started(RunRef(block, 0))

    def _create(self, params: Mapping[str, Any], access_key: str) -> Run:
        self._context.check_tags(params)
        if ("workflowId" in params) == ("runId" in params):
            raise ValidationException("Exactly one of 'workflowId' and 'runId' must be specified")
        repeated = self.find(params["runId"]) if "runId" in params else None
        settings = _new_settings(params, repeated)
        self._check(settings)
        copied = None
        if repeated is not None and "parametersUri" in settings.keys() - params.keys():
            # It is taken before room is made: that may delete the repeated run.
            copied = repeated.parameters_file
        now = self._context.now()
        if full := self.make_room(settings.get("retentionMode", "RETAIN"), now):
            raise full
        resolved = {**self._settings.resolve(settings, access_key), COPIED: copied}
        block = Run(listener=self._registry, **self.new_block(1, settings, resolved))
        self._registry.add(block)
        if cohort := self._registry.submit(block, range(1), (), now):
            self._scheduler.update(cohort)
        return block

    def _check(self, settings: Mapping[str, Any]) -> None:
        """Check the settings of a new run. Raises ValidationException,
        ResourceNotFoundException."""
        checks = self._settings
        checks.check(settings, "")
        check_ready2run(settings)
        if problem := checks.role_problem(settings):
            raise ValidationException(problem)
        # Parameters in an object are compared with the template when they are read (L100).
        in_object = "parametersUri" in settings
        rules = RunRules(None, {}) if in_object else checks.rules(settings, {})
        if problem := rules.problem(settings):
            raise ValidationException(problem)
        if problem := checks.s3_problem(settings, checks.inputs(settings)):
            raise ValidationException(problem)

    def new_block(
        self, size: int, settings: Mapping[str, Any], resolved: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return arguments of a new RunBlock, with ids for its runs and their tasks."""
        context, specs = self._context, resolved["tasks"]
        return {
            "first": context.new_ids(size),
            "size": size,
            "uuid": context.random.uuid(),
            "settings": settings,
            "resolved": resolved,
            "tasks": Tasks(context.new_ids(size * len(specs)), Uuids(context.random.uuid()), specs),
        }

    def new_batch_block(self, batch: OwnerBatch, size: int, **members: Any) -> RunBlock:
        """Return a block for the runs of a batch."""
        arguments = self.new_block(size, members["settings"], members["resolved"])
        block = RunBlock(listener=self._registry, batch=batch, **arguments)
        self._registry.add(block)
        return block

    # -- the quota of stored runs (W2.6) --

    def make_room(self, retention: str, at: datetime, accepted: int = 0) -> TooManyRuns | None:
        """Make room for one run beside those stored and ``accepted``; return why there is none.

        At the quota a REMOVE run replaces the oldest REMOVE run that has ended.
        """
        most = self._context.settings.quota("stored_runs")
        if most is None or self._registry.stored + accepted < most:
            return None
        oldest = self._registry.oldest_removable() if retention == "REMOVE" else None
        if oldest is None:
            return TooManyRuns(most)
        self._move(oldest, "delete", at)
        return None

    # -- reading --

    def find(self, run_id: str) -> RunRef:
        """Return a run. Raises ResourceNotFound, for deleted runs too (B82)."""
        run = self._registry.find(run_id)
        if run is None:
            raise ResourceNotFound("Run", run_id)
        return run

    def get(self, run_id: str, export: Collection[str] = (), origin: str | None = None) -> Layers:
        """GetRun: describe a run, with a URL at ``origin`` of what it exports (L90).

        Raises ResourceNotFound.
        """
        return self._descriptions.details(self._describe(run_id), export, origin)

    def _describe(self, run_id: str) -> RunRef:
        run = self.find(run_id)
        progression = self._scheduler.progression(run.cohort.progression_key)
        if progression.kind == "manual" and not run.cohort.stable:
            cohort = self._transitions.detach(run.cohort, [run.index])
            self._transitions.describe([cohort], progression, self._context.now())
        self._engine.advance()
        self._transitions.report(run)
        return run

    def list(self, params: Mapping[str, Any]) -> Page:
        """ListRuns (W2.9, W10): filters are combined with AND. Raises ValidationException."""
        wanted = RunFilter(
            name=params.get("name"),
            status=params.get("status"),
            batch_id=params.get("batchId"),
            run_group_id=params.get("runGroupId"),
        )
        found, token = self._context.page(
            "ListRuns", params, lambda after: self._registry.list(wanted, after)
        )
        return Page(self._descriptions.list_items(found), token, rendered=True)

    def list_tasks(self, params: Mapping[str, Any]) -> Page:
        """ListRunTasks (W3). Raises ResourceNotFound, ValidationException."""
        run, status = self.find(params["id"]), params.get("status")
        numbers: Iterable[int] = run.block.tasks.of_run(run.index)
        if status is not None:
            numbers = [task.number for task in self._tasks.of_run(run) if task.status == status]

        def after(position: int) -> Iterator[tuple[int, int]]:
            return ((number, number) for number in numbers if number > position)

        found, token = self._context.page("ListRunTasks", params, after)
        return Page([self._descriptions.task(run, number) for number in found], token)

    def get_task(self, run_id: str, task_id: str) -> Layers:
        """GetRunTask: describe a task and with it its run. Raises ResourceNotFound (W3)."""
        run = self.find(run_id)
        number = run.block.tasks.number(run.index, task_id)
        if number is None:
            raise ResourceNotFound("Task", task_id)
        return self._descriptions.task(self._describe(run_id), number)

    def tags_of(self, run_id: str) -> dict[str, str] | None:
        """Return the tags of a run, which may be changed, None when it does not exist."""
        run = self._registry.find(run_id)
        return None if run is None else run.block.changeable_tags(run.index)

    def tagged(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Return (ARN, tags) of all runs with tags."""
        for block in self._registry:
            for index in select(block):
                if tags := block.tags_of(index):
                    yield self._context.arn("run", block.id_of(index)), tags

    # -- cancel and delete --

    def cancel(self, run_id: str) -> None:
        """CancelRun. Raises ResourceNotFound, WrongState (W2.8)."""
        self._move(self.find(run_id), "cancel", self._context.now())

    def delete(self, run_id: str) -> None:
        """DeleteRun. Raises ResourceNotFound, WrongState (W2.8)."""
        self._move(self.find(run_id), "delete", self._context.now())

    def _move(self, run: RunRef, event: str, at: datetime) -> None:
        cohort = run.cohort
        try:
            cohort.lifecycle.next(cohort.state, event)
        except InvalidTransition as invalid:
            raise WrongState("run", run.id, event, invalid.state, invalid.allowed) from None
        self._transitions.apply(self._transitions.detach(cohort, [run.index]), event, at)
        self.discard_if_empty(run.block)

    def discard_if_empty(self, block: RunBlock) -> None:
        """Forget a block whose runs are deleted, and so is its batch."""
        if not block.stored and (block.batch is None or block.batch.gone):
            self._registry.discard(block)
            for cohort in block.cohorts():
                self._scheduler.remove(cohort)
            if isinstance(block, Run):
                self._context.forget_token(block)
                untrack(block)


def _new_settings(params: Mapping[str, Any], repeated: RunRef | None) -> dict[str, Any]:
    """Return the settings of a new run, including those of the run that it repeats (W2.7).

    Raises ValidationException, also for parameters that are given in two ways (L100).
    """
    if params.keys() >= _PARAMETERS:
        raise ValidationException("Only one of 'parameters' and 'parametersUri' can be specified")
    settings = {n: v for n, v in params.items() if n not in ("tags", "requestId")}
    if "tags" in params:
        settings["runTags"] = params["tags"]
    if repeated is not None:
        # Parameters of either kind replace those of the other.
        replaced = _PARAMETERS if _PARAMETERS & params.keys() else frozenset[str]()
        inherited = {n: v for n, v in repeated.settings.items() if n not in replaced}
        settings = {**inherited, **settings}
    return settings
