"""Runs: those of StartRun and those of a batch are one kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from ..domain import storage
from ..domain.gate import earliest_start
from ..domain.ids import Uuids
from ..domain.lifecycle import IllegalMove
from ..domain.rules import RunRules
from ..domain.run_life import Plan
from ..domain.runs import Gate, RunBlock
from ..domain.tables import RUN
from ..domain.tasks import Tasks
from .events import Events
from .exceptions import (
    NotActive,
    ResourceNotFound,
    TooManyRuns,
    ValidationException,
    WrongState,
)
from .groups import GroupOperations
from .neighbours import caller_arn, resource_digests
from .tracked import Run, Workflow, WorkflowVersion

#: Where a run is: its block, and its place there.
Place = tuple[RunBlock, int]


class RunOperations(GroupOperations):
    """StartRun to DeleteRun, and what StartRun and StartRunBatch check alike."""

    @cached_property
    def events(self) -> Events:
        """What is told to EventBridge."""
        return Events(self)

    def tell_workflow(self, workflow: Workflow, at: datetime) -> None:
        """A workflow has another status (W11)."""
        self.events.workflow(workflow, at)

    def planned(self, block: RunBlock, indexes: Iterable[int]) -> Mapping[int, Plan]:
        """What befalls runs of one status that would go on."""
        raise NotImplementedError

    # -- checks --

    def check_run(self, settings: Mapping[str, Any], member: str) -> None:
        """What must hold for the settings that runs share, ``member`` being where they stand.

        Raises ValidationException (B15, B16), ResourceNotFoundException (B16, B17).
        """
        if "cacheBehavior" in settings and "cacheId" not in settings:
            raise ValidationException(f"'{member}cacheBehavior' needs '{member}cacheId'")
        vpc = settings.get("networkingMode") == "VPC"
        if vpc != ("configurationName" in settings):
            raise ValidationException(
                f"'{member}configurationName' is required when '{member}networkingMode' is VPC"
                if vpc
                else f"'{member}configurationName' needs '{member}networkingMode' to be VPC"
            )
        workflow = self.workflow_of(settings)
        if workflow.status != "ACTIVE":
            raise NotActive("Workflow", settings["workflowId"], workflow.status)
        if "runGroupId" in settings:
            self.find_run_group(settings["runGroupId"])
        if "cacheId" in settings:
            self.find_run_cache(settings["cacheId"])
        if vpc:
            configuration = self.find_configuration(settings["configurationName"])
            if configuration.status != "ACTIVE":
                raise NotActive("Configuration", configuration.id, configuration.status)
            if "vpcConfig" not in configuration.facts:
                raise ValidationException(
                    f"Configuration {configuration.id} has no vpcConfig, which VPC runs need"
                )

    def template(self, settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The parameterTemplate of the workflow or version that runs name."""
        return self.workflow_of(settings).given.get("parameterTemplate")

    def workflow_of(self, settings: Mapping[str, Any]) -> Workflow | WorkflowVersion:
        """The workflow or version that runs name. Raises ResourceNotFoundException (B17)."""
        return self.find_workflow(
            settings["workflowId"],
            settings.get("workflowVersionName"),
            settings.get("workflowType"),
        )

    def facts(self, settings: Mapping[str, Any], started_by: str) -> dict[str, Any]:
        """What GetRun tells of runs beyond their settings, fixed when they are made (W2.4)."""
        workflow, type = self.workflow_of(settings), settings.get("workflowType", "PRIVATE")
        base = self.find_workflow(settings["workflowId"], type=type)
        # A version inherits nothing from its workflow (W4.3).
        kind, capacity = storage.effective(settings, workflow.given, ready2run=type == "READY2RUN")
        facts = {
            "startedBy": started_by,
            "workflowType": type,
            "workflowName": base.name,
            "workflowUuid": base.uuid,
            "digest": workflow.facts.get("digest"),
            "accelerators": workflow.given.get("accelerators"),
            "engine": workflow.given.get("engine") or workflow.facts.get("engine"),
            "tasks": workflow.facts.get("tasks") or [base.name or f"workflow-{base.id}"],
            "storageType": kind,
            "storageCapacity": capacity,
            "retentionMode": settings.get("retentionMode", "RETAIN"),
        }
        if cache_id := settings.get("cacheId"):
            cache = self.find_run_cache(cache_id)
            facts["cacheBehavior"] = settings.get("cacheBehavior", cache.facts["cacheBehavior"])
        if name := settings.get("configurationName"):
            configuration = self.find_configuration(name)
            facts["configuration"] = {
                "name": name,
                "arn": configuration.arn,
                "uuid": configuration.uuid,
            }
            facts["vpcConfig"] = configuration.facts.get("vpcConfig")
        return facts

    def caller(self, access_key: str) -> str:
        """The ARN of who starts runs (GetRun: startedBy)."""
        return caller_arn(access_key, self.account_id, self.region_name, self.partition)

    def resource_digests(self, block: RunBlock, index: int) -> dict[str, str]:
        """The input objects of a run that moto's S3 has at this time."""
        parameters = block.settings_of(index).get("parameters")
        return resource_digests(parameters, self.account_id, self.partition)

    # -- operations --

    def start_run(self, params: Mapping[str, Any], access_key: str) -> Place:
        """Raises ValidationException, ResourceNotFoundException, ConflictException (W2.1)."""
        return self.once("StartRun", params, lambda: self._new_run(params, access_key)), 0

    def _new_run(self, params: Mapping[str, Any], access_key: str) -> Run:
        self.check_tags(params)
        settings = self._run_settings(params)
        self.check_run(settings, "")
        _check_ready2run(settings)
        if self.checked("iam") and (problem := self.checks.role(settings["roleArn"])):
            raise ValidationException(problem)
        if problem := RunRules(self.template(settings), {}).problem(settings):
            raise ValidationException(problem)
        if problem := self.check_s3(settings):
            raise ValidationException(problem)
        if not self.make_room(settings.get("retentionMode", "RETAIN")):
            raise TooManyRuns(self.quota("stored_runs"))
        now = self.now()
        run = Run(
            first=self.take_ids(),
            size=1,
            uuid=self.new_uuid(),
            serial=self.take_serials(),
            settings_of=lambda _: settings,
            shared=settings,
            facts=self.facts(settings, self.caller(access_key)),
            now=now,
            gate=self.gate(settings),
        )
        run.observer, run.planner = self.events.runs, self.planned
        run.add(range(1), {}, now)
        self.runs.add(run)
        self.stir(run)
        return run

    def _run_settings(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The settings of a new run, those of the run that it repeats included (W2.7)."""
        if ("workflowId" in params) == ("runId" in params):
            raise ValidationException("Exactly one of 'workflowId' and 'runId' must be specified")
        settings = {n: v for n, v in params.items() if n not in ("tags", "requestId")}
        if "tags" in params:
            settings["runTags"] = params["tags"]
        if "runId" in params:
            block, index = self.find_run(params["runId"])
            settings = {**block.settings_of(index), **settings}
        return settings

    def check_s3(self, settings: Mapping[str, Any]) -> str | None:
        """Why the buckets and objects that a run names will not do, when that is checked."""
        if not self.checked("s3"):
            return None
        problem = self.checks.parameters(settings)
        return problem or self.checks.bucket(settings["outputUri"], settings)

    def make_room(self, retention: str, more: int = 0) -> bool:
        """Whether one run can be stored beside those that are and ``more`` (W2.6).

        At the quota a REMOVE run takes the place of the oldest REMOVE run that is at an end.
        """
        most = self.quota("stored_runs")
        if most is None or sum(block.present for block in self.runs) + more < most:
            return True
        return retention == "REMOVE" and self._evict()

    def _evict(self) -> bool:
        for block in list(self.runs):
            may = block.may_follow("delete")
            if block.facts["retentionMode"] == "REMOVE":
                for index in block.indexes():
                    if may(index):
                        self.delete_run(block.id_of(index))
                        return True
        return False

    def gate(self, settings: Mapping[str, Any]) -> Gate:
        """How many more runs may start: maxRuns of the run group and the quota of active runs, less
        those under way (W2.8, W6)."""
        group_id = settings.get("runGroupId")

        def limits() -> Iterator[tuple[int, list[RunBlock]]]:
            group = self.run_groups.get(group_id) if group_id is not None else None
            if group is not None and "maxRuns" in group.given:
                members = [b for b in self.runs if b.shared.get("runGroupId") == group_id]
                yield int(group.given["maxRuns"]), members
            if (most := self.quota("active_runs")) is not None:
                yield most, list(self.runs)

        return lambda at: earliest_start(list(limits()), at)

    def find_run(self, run_id: str) -> Place:
        """Raises ResourceNotFound, for deleted runs too (B82)."""
        place = self.runs.find(run_id)
        if place is None:
            raise ResourceNotFound("Run", run_id)
        return place

    def get_run(self, run_id: str) -> Place:
        """Describe one run. Raises ResourceNotFound."""
        block, index = self.find_run(run_id)
        block.look_at(index, self.progression("run"), self.now())
        return block, index

    def list_runs(self, params: Mapping[str, Any]) -> tuple[list[Place], str | None]:
        """Raises ValidationException for a bad token (W2.9, W10). Filters are combined with AND."""
        name, status = params.get("name"), params.get("status")
        batch_id, group = params.get("batchId"), params.get("runGroupId")

        def wanted(block: RunBlock) -> bool:
            if status is not None and RUN.shows_end(status):
                # Deleted runs have left the list (B82).
                return False
            return (
                (batch_id is None or block.batch_id == batch_id)
                and (group is None or block.shared.get("runGroupId") == group)
                and (status is None or block.counts().get(status, 0) > 0)
            )

        def after(position: int) -> Iterator[tuple[int, Place]]:
            for serial, block, index in self.runs.after(position, wanted):
                if status is not None and block.status_of(index) != status:
                    continue
                if name is not None and block.setting(index, "name") != name:
                    continue
                yield serial, (block, index)

        return self.page("ListRuns", params, after)

    def tasks_of(self, block: RunBlock) -> Tasks:
        """The tasks of a block of runs; their ids are taken when somebody first asks for them."""
        if block.tasks is None:
            names = block.facts["tasks"]
            first = self.take_ids(block.size * len(names))
            block.tasks = Tasks(first, Uuids(self.new_uuid()), names)
        return block.tasks

    def list_run_tasks(self, params: Mapping[str, Any]) -> tuple[Place, list[int], str | None]:
        """(run, its tasks, next token). Raises ResourceNotFound, ValidationException (W3)."""
        block, index = self.find_run(params["id"])
        numbers = self.tasks_of(block).of_run(index)
        told = params.get("status") in (None, block.status_of(index))

        def after(position: int) -> Iterator[tuple[int, int]]:
            return ((n, n) for n in numbers if told and n > position)

        found, token = self.page("ListRunTasks", params, after)
        return (block, index), found, token

    def get_run_task(self, run_id: str, task_id: str) -> tuple[Place, int]:
        """Describe the run of a task → (run, its task). Raises ResourceNotFound (W3)."""
        block, index = self.find_run(run_id)
        number = self.tasks_of(block).number(index, task_id)
        if number is None:
            raise ResourceNotFound("Task", task_id)
        self.get_run(run_id)
        return (block, index), number

    def cancel_run(self, run_id: str) -> None:
        """Raises ResourceNotFound, WrongState (W2.8)."""
        self._move_run(run_id, "cancel")

    def delete_run(self, run_id: str) -> None:
        """Raises ResourceNotFound, WrongState (W2.8)."""
        block = self._move_run(run_id, "delete")
        if not block.present and block.batch_id not in self.batches:
            self.discard_runs(block)

    def discard_runs(self, block: RunBlock) -> None:
        """Forget a block whose runs and batch are deleted."""
        self.runs.discard(block)
        self.forget(block)

    def _move_run(self, run_id: str, event: str) -> RunBlock:
        block, index = self.find_run(run_id)
        try:
            block.move(index, event, self.now())
        except IllegalMove as move:
            raise WrongState("run", run_id, event, move.state, move.allowed) from None
        self.stir(block)
        return block


def _check_ready2run(settings: Mapping[str, Any]) -> None:
    """READY2RUN workflows have a storage of their own (W2.2). Raises ValidationException."""
    if settings.get("workflowType") != "READY2RUN":
        return
    if "storageCapacity" in settings or settings.get("storageType", "DYNAMIC") != "DYNAMIC":
        raise ValidationException(
            "'storageType' and 'storageCapacity' cannot be set for a READY2RUN workflow"
        )
