"""Plain resources: declared by a `Kind`, implemented once by `Collection`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from ...domain.ids import DIGITS
from ...domain.lifecycle import InvalidTransition, Lifecycle
from ...domain.ordered import Ordered
from ...domain.resource import Resource
from ...domain.scheduler import Scheduler
from ...domain.usage import Usage
from ...wire.views import Layers, Page
from ..exceptions import InUse, ResourceNotFound, ResourceNotFoundException, WrongState
from .context import PAGE, Context
from .list_filters import selects
from .random_streams import derived_uuid
from .tracking import untrack


class Model(Resource):
    """A resource that moto's dashboard shows: subclasses are also subclasses of BaseModel."""

    def __dir__(self) -> list[str]:
        """Return the attributes that the dashboard shows."""
        return ["arn", "id", "name", "status", "tags"]


M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Kind(Generic[M]):
    """The declaration of a plain resource.

    - ``label``: its name in messages, such as ``Run group``
    - ``arn``: the kind in its ARN, such as ``runGroup``
    - ``model``: the class that moto's dashboard shows
    - ``create``, ``list``: the operations, which are the scopes of tokens and of pages
    - ``key``: the member that identifies it; ``id`` is allocated, any other is in the request
    - ``digits``: the length of an allocated id
    - ``token``: the member of the request to create that is an idempotency token
    - ``filters``: the members of the list request that must be equal to those of the resource
    - ``filter``: the members of the ``filter`` of the list request that must be equal; those about
      times, such as ``createdAfter``, need no declaration (S11)
    - ``missing``: the message for an id that does not exist, if it does not name the id (S191)
    - ``event``: the detail-type of its events, empty when its changes are not announced here
    - ``page``: the size of a page, in items
    - ``progression_key``: its name in moto's state manager, empty when nothing is automatic
    - ``used_as``: the setting of runs that names it; active runs block its deletion
    """

    label: str
    arn: str
    model: type[M]
    lifecycle: Lifecycle
    create: str
    list: str
    key: str = "id"
    digits: int = DIGITS
    token: str = "requestId"
    filters: tuple[str, ...] = ()
    filter: tuple[str, ...] = ()
    missing: str = ""
    event: str = ""
    page: int = PAGE
    progression_key: str = ""
    used_as: str | None = None


class Resolved(NamedTuple):
    """What the service determines of a new resource, by wire name.

    ``problem`` makes the resource FAILED instead of ACTIVE.
    """

    members: Mapping[str, Any] = MappingProxyType({})
    problem: str | None = None


class Declared(Protocol):
    """A resource that the settings of the mock declare."""

    @property
    def id(self) -> str:
        """Its id, of digits."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...


class ResourceEvents(Protocol):
    """Sends events about plain resources."""

    def wanted(self, detail_type: str) -> bool:
        """Return whether a rule could match events of this type."""
        ...

    def send_detail(
        self, detail_type: str, resource: str, detail: Mapping[str, Any], at: datetime
    ) -> None:
        """Queue an event of the ARN ``resource`` with exactly this detail."""
        ...


class Collection(Generic[M]):
    """All resources of one kind in an account and region.

    A subclass declares ``KIND`` and overrides what is special to it: `check`, `resolve`,
    `computed`, `updated`.
    """

    KIND: ClassVar[Kind[Any]]

    #: The word of events for a status, if it is another (S174, A121).
    EVENT_STATUSES: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents | None = None,
    ):
        self._context = context
        self._events = events
        self._scheduler = scheduler
        self._usage = usage
        self._resources: dict[str, M] = {}
        self._order: Ordered[M] = Ordered()

    # -- what is special to a kind --

    def check(self, params: Mapping[str, Any]) -> None:
        """Check a request to create, beyond the model and the tags. Raises OmicsException."""

    def resolve(self, params: Mapping[str, Any]) -> Resolved:
        """Return what the service determines when it creates the resource."""
        return Resolved()

    def computed(self, resource: M) -> Mapping[str, Any]:
        """Return members of the responses that are neither stored nor common to all kinds."""
        return {}

    def updated(self, resource: M, params: Mapping[str, Any]) -> None:
        """Adapt what was resolved after an update of the stored members."""

    # -- operations --

    def create(self, params: Mapping[str, Any]) -> Layers:
        """Create a resource, or return that of the same requestId.

        Raises ValidationException, ConflictException and what `check` raises.
        """
        scope, token = self.token_scope(params), self.KIND.token
        return self.describe(self._context.once(scope, params, lambda: self._new(params), token))

    def token_scope(self, params: Mapping[str, Any]) -> str:
        """Return the name of what an idempotency token is unique in: the operation."""
        return self.KIND.create

    def _new(self, params: Mapping[str, Any]) -> M:
        self._context.check_tags(params)
        self.check(params)
        return self.add(params)

    def new_id(self, params: Mapping[str, Any]) -> str:
        """Return the id of a new resource."""
        key = self.KIND.key
        if key != "id":
            return str(params[key])
        return str(self._context.new_ids(digits=self.KIND.digits))

    def add(
        self,
        params: Mapping[str, Any],
        id: str | None = None,
        state: str | None = None,
        at: datetime | None = None,
    ) -> M:
        """Store a resource without further checks.

        ``id`` is allocated when it is absent, ``state`` is the initial one of the lifecycle, ``at``
        is now. What is stored in another state exists from the start: it takes no random number.
        """
        context, kind, resolved = self._context, self.KIND, self.resolve(params)
        id = id or self.new_id(params)
        arn = self.arn(id, params)
        resource: M = kind.model(
            kind.lifecycle,
            id=id,
            arn=arn,
            uuid=context.random.uuid() if state is None else derived_uuid(arn),
            serial=context.new_serial(),
            params=params,
            resolved=resolved.members,
            problem=resolved.problem,
            state=state,
            now=at or context.now(),
            listener=self,
            progression_key=kind.progression_key,
        )
        self.store(resource)
        self._scheduler.update(resource)
        self.announce(resource, resource.created)
        return resource

    def declare(self, declared: Declared) -> bool:
        """Create an ACTIVE resource that the settings of the mock declare, unless it exists."""
        if declared.id in self._resources:
            return False
        self._context.claim_id(declared.id)
        self.add({"name": declared.name}, declared.id, "ACTIVE")
        return True

    def arn(self, id: str, params: Mapping[str, Any]) -> str:
        """Return the ARN of a resource."""
        return self._context.arn(self.KIND.arn, id)

    def store(self, resource: M) -> None:
        """Make a resource available to `find` and `all`."""
        self._resources[resource.id] = resource
        self._order.add(resource)

    def discard(self, resource: M) -> None:
        """Forget a deleted resource."""
        del self._resources[resource.id]
        self._order.remove(resource)

    def find(self, id: str) -> M:
        """Return a resource. Raises ResourceNotFoundException."""
        if id not in self._resources:
            raise self.not_found(id)
        return self._resources[id]

    def not_found(self, id: str) -> ResourceNotFoundException:
        """Return the error for an id that does not exist."""
        if self.KIND.missing:
            return ResourceNotFoundException(self.KIND.missing)
        return ResourceNotFound(self.KIND.label, id)

    def get(self, id: str) -> Layers:
        """Describe a resource, which counts for a manual progression. Raises ResourceNotFound."""
        self.count_describe(self.find(id))
        return self.describe(self.find(id))

    def count_describe(self, resource: M) -> None:
        """Count a describe, and make the step that a manual progression makes then."""
        progression_key = self.KIND.progression_key
        if not progression_key or resource.stable:
            return
        progression = self._scheduler.progression(progression_key)
        if progression.kind == "manual" and resource.describe(progression.times):
            resource.step(self._context.now())
            self._scheduler.update(resource)
        resource.reported = True

    def list(self, params: Mapping[str, Any]) -> Page:
        """Return one page in order of creation. Raises ValidationException for a bad token."""
        return self.page(params, self._order)

    def page(self, params: Mapping[str, Any], resources: Iterable[M]) -> Page:
        """Return one page of these resources, as far as the filters of the request admit them."""
        kind = self.KIND
        found, token = self._context.page_of(
            kind.list,
            params,
            resources,
            kind.page,
            lambda resource: self.wanted(params, resource),
        )
        return Page([self.describe(resource) for resource in found], token)

    def wanted(self, params: Mapping[str, Any], resource: M) -> bool:
        """Return whether the filters of a list request admit a resource."""
        for name in self.KIND.filters:
            if name in params and params[name] != resource.params.get(name):
                return False
        return not params.get("filter") or self.selects(params["filter"], resource)

    def selects(self, filter: Mapping[str, Any], resource: M) -> bool:
        """Return whether the ``filter`` of a list request selects a resource (S11)."""
        return selects(filter, self.KIND.filter, self.stored(resource))

    def update(self, params: Mapping[str, Any]) -> None:
        """Store the members of an update; null is absent. Raises ResourceNotFound."""
        resource = self.find(params[self.KIND.key])
        resource.params.update(params)
        resource.updated = self._context.now()
        self.updated(resource, params)

    def delete(self, id: str) -> None:
        """Delete a resource. Raises ResourceNotFound, InUse, WrongState."""
        resource = self.find(id)
        setting = self.KIND.used_as
        if setting is not None and self._usage.in_use(setting, id):
            raise InUse(self.KIND.label, id)
        self.move(resource, "delete")

    def move(self, resource: M, event: str) -> None:
        """Let a resource make the transition of a request. Raises WrongState."""
        try:
            resource.move(event, self._context.now())
        except InvalidTransition as invalid:
            raise WrongState(
                resource.lifecycle.resource,
                self.title(resource),
                event,
                invalid.state,
                invalid.allowed,
            ) from None
        if not resource.gone:
            self._scheduler.update(resource)

    def title(self, resource: M) -> str:
        """Return the name of a resource in messages."""
        return resource.id

    # -- changes and responses --

    def resource_changed(self, resource: Resource, at: datetime) -> None:
        """Announce a change and forget a deleted resource (a `ResourceListener`)."""
        assert isinstance(resource, self.KIND.model)
        self.announce(resource, at)
        if resource.gone:
            self.remove(resource)

    def announce(self, resource: M, at: datetime, status: str | None = None) -> None:
        """Send the event of a status; the default is the present one."""
        detail_type, events = self.KIND.event, self._events
        if not detail_type or events is None or not events.wanted(detail_type):
            return
        word = status or self.EVENT_STATUSES.get(resource.status, resource.status)
        detail = {"status": word, **self.event_detail(resource)}
        events.send_detail(detail_type, self.event_resource(resource), detail, at)

    def event_resource(self, resource: M) -> str:
        """Return the ARN in ``resources`` of an event."""
        return resource.arn

    def event_detail(self, resource: M) -> Mapping[str, Any]:
        """Return the detail of an event beside omicsVersion and status."""
        return {"arn": resource.arn, "id": resource.id}

    def remove(self, resource: M) -> None:
        """Forget a resource, its transitions and its token."""
        self.discard(resource)
        self._scheduler.remove(resource)
        self._context.forget_token(resource)
        untrack(resource)

    def describe(self, resource: M) -> Layers:
        """Return the members of a resource for any of its responses."""
        return Layers(self.computed(resource), *self.stored(resource))

    @staticmethod
    def stored(resource: M) -> Layers:
        """Return the members of a resource that are not computed."""
        common = {
            "arn": resource.arn,
            "id": resource.id,
            "uuid": resource.uuid,
            "status": resource.status,
            "statusMessage": resource.status_message,
            "creationTime": resource.created,
            "updateTime": resource.updated,
            "tags": resource.tags,
        }
        return Layers(common, resource.resolved, resource.params)

    def all(self) -> Iterable[M]:
        """Return all resources, in order of creation."""
        return self._resources.values()

    def tags_of(self, id: str) -> dict[str, str] | None:
        """Return the tags of a resource, which may be changed, None when it does not exist."""
        return self._resources[id].tags if id in self._resources else None
