"""The HealthOmics backend: objects for each family of resources, composed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import RLock
from typing import TYPE_CHECKING, Any

from moto.core.base_backend import BackendDict, BaseBackend

from ..domain.call_log import CallLog
from ..domain.faults import Faults, FaultStore
from ..domain.scheduler import Scheduler
from ..domain.usage import Usage
from .integrations.ec2 import Ec2
from .integrations.eventbridge import EventBus, EventQueue
from .integrations.iam import Iam
from .integrations.lookup import backend_in_use
from .integrations.presigned import MockBucket
from .integrations.s3 import S3
from .integrations.tagging import TaggableResources, TaggedResource, tagged_resource
from .resources.batch_services import BatchServices
from .resources.batches import Batch as Batch
from .resources.batches import Batches
from .resources.configurations import Configuration as Configuration
from .resources.configurations import Configurations
from .resources.context import Context, StateManagerProgressions
from .resources.definition_files import DefinitionFiles
from .resources.engine import Engine
from .resources.events import BatchEvents, EventSender, RunEvents, ShareEvents, WorkflowEvents
from .resources.limits import Limits
from .resources.planes import ANALYTICS_KINDS, STORAGE_KINDS, Planes, PlaneTags
from .resources.run_caches import RunCache as RunCache
from .resources.run_caches import RunCaches
from .resources.run_descriptions import RunDescriptions
from .resources.run_groups import RunGroup as RunGroup
from .resources.run_groups import RunGroups
from .resources.run_settings import RunSettings
from .resources.run_tasks import RunTasks
from .resources.runs import Run as Run
from .resources.runs import Runs
from .resources.shares import Share, Shareable, Shares, SharesOfRegion
from .resources.tags import Tags
from .resources.workflows import Workflow as Workflow
from .resources.workflows import Workflows
from .resources.workflows import WorkflowVersion as WorkflowVersion
from .testing.account_state import AccountState
from .testing.config import MockSettings
from .testing.controls import Controls
from .testing.reachability import Reachability

if TYPE_CHECKING:
    from ..domain.declarations import Declaration, Declarations
    from .resources.analytics.plane import Analytics
    from .resources.storage.plane import Storage
    from .testing.results import Results


def _declarations(declared: Iterable[Declaration]) -> Declarations:
    """Return declarations that begin with ``declared``.

    Imported with the first backend, see `run_effects`.
    """
    from ..domain.declarations import Declarations

    declarations = Declarations()
    for declaration in declared:
        declarations.add(declaration)
    return declarations


def _results(engine: Engine, declarations: Declarations) -> Results:
    from .testing.results import Results

    return Results(engine, declarations)


class _Sharing:
    """What the shares of a region mean for one account: its resources, and those of others."""

    def __init__(self, backend: OmicsBackend):
        self._backend = backend
        self._owners: dict[OmicsBackend, None] = {}

    def workflows_of(self, owner: str, workflow_id: str) -> Workflows | None:
        """Return the workflows of another account if this one is shared (A82)."""
        other = omics_backends.existing(owner, self._backend.region_name)
        arn = self._backend.context.arn("workflow", workflow_id, owner)
        if other is None or not self._backend.shares.grants(arn):
            return None
        self._owners[other] = None
        other.engine.advance()
        return other.workflows

    def deliver(self) -> None:
        """Deliver the events of owners, whose workflows may change when they are read here.

        Call it without the lock of the region.
        """
        for owner in list(self._owners):
            owner.event_queue.deliver()

    def find_shareable(self, kind: str, name: str) -> tuple[str, Shareable] | None:
        """Return (resourceId, resource) of what can be shared, None without one (A71)."""
        if kind == "workflow":
            workflows = self._backend.workflows
            known = workflows.tags_of(name) is not None
            return (name, workflows.find(name)) if known else None
        store = self._backend.planes.find_store(kind, name)
        return None if store is None else (store.params["storeId"], store)

    def blocks_deletion(self, arn: str) -> bool:
        """Return whether a share of a resource is ACTIVATING or ACTIVE (A26, A76)."""
        return self._backend.shares.blocks_deletion(arn)

    def forget_resource(self, arn: str) -> None:
        """Delete the shares of a resource that was deleted (A76)."""
        self._backend.shares.forget_resource(arn)

    def share_changed(self, share: Share, at: datetime) -> None:
        """Notify both accounts (A124), of which one may not use HealthOmics yet."""
        region, queue = self._backend.region_name, self._backend.event_queue
        for account_id in (share.owner, share.subscriber):
            if backend_in_use("events", account_id, region) is not None:
                omics_backends[account_id][region].share_events.share_changed(share, at, queue)


class OmicsBackend(BaseBackend, TaggableResources):
    """HealthOmics in one account and region.

    Requests and test controls work within `request_scope`.
    """

    runs: Runs
    batches: Batches

    def __init__(self, region_name: str, account_id: str):
        super().__init__(region_name, account_id)
        self.lock = omics_backends.lock_of(region_name)
        self.calls = CallLog()
        shared = omics_backends.state_of(account_id)
        self.settings = MockSettings(region_name, shared.rates)
        self.context = Context(account_id, region_name, self.partition, self.settings)
        bus = EventBus(account_id, region_name)
        self.event_queue = EventQueue(bus)
        sender = EventSender(self.context, bus, self.event_queue)
        self._sender = sender
        self.share_events = ShareEvents(sender)
        self._scheduler = Scheduler(StateManagerProgressions())
        self._usage = Usage()
        self._iam = Iam(account_id, region_name, self.partition)
        self._s3 = S3(account_id, region_name, self.partition)
        self._bucket = MockBucket(account_id, region_name, self.partition)
        self._add_planes_and_shares(sender)
        self._add_plain_resources(WorkflowEvents(sender))
        self._declarations = _declarations(shared.declarations)
        tasks = RunTasks(self.context, self._declarations, self.run_groups)
        self.engine = self._make_engine(sender, tasks, shared.faults)
        self._add_runs_and_batches(BatchEvents(sender), tasks)
        self.results = _results(self.engine, self._declarations)
        self.tags = Tags(
            self.context,
            {
                "run": self.runs,
                "runBatch": self.batches,
                "workflow": self.workflows,
                "runGroup": self.run_groups,
                "runCache": self.run_caches,
                "configuration": self.configurations,
                **{
                    kind: PlaneTags(self.planes, kind)
                    for kind in (*STORAGE_KINDS, *ANALYTICS_KINDS)
                },
            },
        )

    def _add_planes_and_shares(self, sender: EventSender) -> None:
        shared = self.context, self._scheduler, self._usage, sender
        self._sharing = _Sharing(self)
        self.shares = Shares(
            self.context,
            omics_backends.shares_of(self.region_name),
            resources=self._sharing,
            listener=self._sharing,
        )
        self.planes = Planes(*shared, s3=self._s3, iam=self._iam, shares=self._sharing)

    @property
    def storage(self) -> Storage:
        """Reference stores, sequence stores, and what they contain."""
        return self.planes.storage

    @property
    def analytics(self) -> Analytics:
        """Variant stores, annotation stores, and imports."""
        return self.planes.analytics

    def _make_engine(self, sender: EventSender, tasks: RunTasks, faults: FaultStore) -> Engine:
        # Imported with the first backend, for the reason given in run_effects.py.
        from .resources.run_effects import RunEffects

        effects = RunEffects(
            self.context,
            s3=self._s3,
            queue=self.event_queue,
            run_caches=self.run_caches,
            declarations=self._declarations,
            tasks=tasks,
            events=RunEvents(sender, tasks),
            stored=self.planes,
        )
        return Engine(
            self.context,
            self._scheduler,
            usage=self._usage,
            limits=Limits(self.settings, self.run_groups),
            faults=Faults(self.context.random, faults, self.region_name),
            observer=effects.observers,
            natural=effects.natural,
        )

    def _add_plain_resources(self, events: WorkflowEvents) -> None:
        shared = self.context, self._scheduler, self._usage
        ec2 = Ec2(self.account_id, self.region_name)
        self.run_groups = RunGroups(*shared)
        self.run_caches = RunCaches(*shared)
        self.configurations = Configurations(*shared, ec2=ec2, iam=self._iam)
        files = DefinitionFiles(self.context, self._s3, self._bucket)
        self.workflows = Workflows(*shared, listener=events, files=files, sharing=self._sharing)

    def _add_runs_and_batches(self, events: BatchEvents, tasks: RunTasks) -> None:
        context, engine = self.context, self.engine
        settings = RunSettings(
            context,
            workflows=self.workflows,
            run_groups=self.run_groups,
            run_caches=self.run_caches,
            configurations=self.configurations,
            iam=self._iam,
            s3=self._s3,
        )
        descriptions = RunDescriptions(context, self._s3, self._bucket, tasks)
        self.runs = Runs(
            context, settings=settings, engine=engine, descriptions=descriptions, tasks=tasks
        )
        services = BatchServices(
            context,
            rate=self.settings,
            settings=settings,
            engine=engine,
            runs=self.runs,
            events=events,
        )
        self.batches = Batches(
            context,
            services=services,
            settings=settings,
            runs=self.runs,
            engine=engine,
            s3=self._s3,
        )
        self.controls = Controls(
            context,
            engine=engine,
            batches=self.batches,
            reachability=Reachability(context, engine, services),
        )

    # -- requests --

    @contextmanager
    def request_scope(self) -> Iterator[None]:
        """Hold the backend for one request; its events are delivered afterwards.

        Raises ValueError for invalid settings of the mock.
        """
        try:
            with self.lock:
                if self.settings.outdated:
                    # What is due happened under the settings of before.
                    self.engine.advance()
                    self.settings.refresh()
                    with self._sender.silence():
                        self._seed()
                yield
        finally:
            self.event_queue.deliver()
            self._sharing.deliver()

    def advance(self) -> None:
        """Apply all transitions that are due. Raises ValueError for an invalid progression."""
        self.shares.advance()
        self.engine.advance()

    def _seed(self) -> None:
        """Create the resources that the settings of the mock name, and take its declarations."""
        self._declarations.configure(self.settings.outputs, self.settings.tasks)
        for workflow in self.settings.workflows:
            self.workflows.seed(workflow)
        for name in self.settings.configurations:
            self.configurations.seed(name)
        if (store := self.settings.reference_store) is not None:
            self.storage.seed_references(store)
        for store in self.settings.sequence_stores:
            self.storage.seed_read_sets(store)

    # -- resourcegroupstaggingapi --

    @contextmanager
    def _up_to_date(self) -> Iterator[None]:
        """Hold the backend after all that is due was applied."""
        with self.request_scope():
            self.engine.advance()
            yield

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Return all resources with tags, for GetResources."""
        with self._up_to_date():
            return iter([tagged_resource(arn, tags) for arn, tags in self._tagged()])

    def _tagged(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        families: tuple[Any, ...] = (
            self.batches,
            self.workflows,
            self.workflows.versions,
            self.run_groups,
            self.run_caches,
            self.configurations,
        )
        for family in (*families, *self.planes.tagged_families()):
            yield from ((resource.arn, resource.tags) for resource in family.all())
        yield from self.runs.tagged()

    def owns_arn(self, arn: str) -> bool:
        """Return whether an ARN is one of this backend; TagResources reports all others."""
        with self._up_to_date():
            return self.tags.exists(arn)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags to a resource, for TagResources. Raises OmicsException."""
        with self._up_to_date():
            self.tags.add(arn, tags)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Remove tags from a resource, for UntagResources. Raises OmicsException."""
        with self._up_to_date():
            self.tags.remove(arn, tag_keys)


class OmicsBackends(BackendDict[OmicsBackend]):
    """The backends by account and region, and what accounts or regions share."""

    def __init__(self) -> None:
        super().__init__(OmicsBackend, "omics")
        self._states: dict[str, AccountState] = {}
        self._locks: dict[str, RLock] = {}
        self._shares: dict[str, SharesOfRegion] = {}

    def state_of(self, account_id: str) -> AccountState:
        """Return what the regions of an account share; it lives as long as their data."""
        # moto only resets dicts that hold an account.
        self[account_id]
        return self._states.setdefault(account_id, AccountState())

    def is_current(self, account_id: str, faults: FaultStore) -> bool:
        """Return whether faults are those of the account, and not of a mock that has ended."""
        state = self._states.get(account_id)
        return state is not None and state.faults is faults

    def lock_of(self, region: str) -> RLock:
        """Return the lock of all backends of a region: they read each other's resources."""
        return self._locks.setdefault(region, RLock())

    def shares_of(self, region: str) -> SharesOfRegion:
        """Return all shares of a region."""
        return self._shares.setdefault(region, SharesOfRegion())

    def existing(self, account_id: str, region: str) -> OmicsBackend | None:
        """Return the backend of an account and region, None if nothing has used it."""
        # dict.get, because the [] of moto's dictionaries creates what is missing.
        regions = dict.get(self, account_id)
        return None if regions is None else dict.get(regions, region)

    def clear(self) -> None:
        """Remove all accounts. moto calls this when the outermost mock starts, and for a reset."""
        super().clear()
        self._states.clear()
        self._shares.clear()


omics_backends: OmicsBackends = OmicsBackends()
