"""Resources that belong to a store: references, read sets and jobs (S22)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from ....domain.ordered import Ordered
from ....domain.scheduler import Scheduler
from ....domain.usage import Usage
from ....wire.views import Layers, Page
from ..collection import Collection, Model, ResourceEvents
from ..context import Context

M = TypeVar("M", bound=Model)


class InStore(Collection[M]):
    """The resources of one kind in all stores of an account and region.

    A subclass declares ``STORE``, the member of requests that names the store. A resource that is
    asked for in another store does not exist (S22).
    """

    STORE: ClassVar[str]

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents,
        stores: Collection[Any],
    ):
        super().__init__(context, scheduler, usage, events)
        self._stores = stores
        self._of_store: dict[str, Ordered[M]] = {}

    def create(self, params: Mapping[str, Any]) -> Layers:
        """Create a resource. Raises ResourceNotFoundException for the store."""
        self._stores.find(params[self.STORE])
        return super().create(params)

    def token_scope(self, params: Mapping[str, Any]) -> str:
        """Return the operation and the store, in which a token is unique (S8)."""
        return f"{self.KIND.create} {params[self.STORE]}"

    def store(self, resource: M) -> None:
        """Make a resource available in its store."""
        super().store(resource)
        self._of_store.setdefault(resource.params[self.STORE], Ordered()).add(resource)

    def discard(self, resource: M) -> None:
        """Forget a deleted resource."""
        super().discard(resource)
        self._of_store[resource.params[self.STORE]].remove(resource)

    def of_store(self, store_id: str) -> Iterable[M]:
        """Return the resources of a store, in order of creation."""
        return self._of_store.get(store_id, ())

    def find_in(self, store_id: str, id: str) -> M:
        """Return a resource of a store. Raises ResourceNotFoundException for either (S9)."""
        self._stores.find(store_id)
        resource = self._resources.get(id)
        if resource is None or resource.params[self.STORE] != store_id:
            raise self.not_found(id)
        return resource

    def get_in(self, store_id: str, id: str) -> Layers:
        """Describe a resource of a store, which counts for a manual progression."""
        self.find_in(store_id, id)
        return self.get(id)

    def list(self, params: Mapping[str, Any]) -> Page:
        """Return one page of the resources of a store (S10). Raises ResourceNotFoundException."""
        self._stores.find(params[self.STORE])
        return self.page(params, self.of_store(params[self.STORE]))

    def forget_store(self, store_id: str) -> None:
        """Forget all resources of a store that was deleted."""
        for resource in list(self.of_store(store_id)):
            self.remove(resource)
        self._of_store.pop(store_id, None)


class StoreContent(InStore[M]):
    """References or read sets. A subclass declares ``SEGMENT``, the kind in their ARNs."""

    SEGMENT: ClassVar[str]

    def arn(self, id: str, params: Mapping[str, Any]) -> str:
        """Return the ARN of a resource (S21)."""
        return self._context.arn(self.KIND.arn, f"{params[self.STORE]}/{self.SEGMENT}/{id}")

    def tags_of(self, id: str) -> dict[str, str] | None:
        """Return the tags of a resource, by the part of its ARN after its store's kind."""
        store_id, _, own_id = id.partition(f"/{self.SEGMENT}/")
        resource = self._resources.get(own_id)
        if resource is None or resource.params[self.STORE] != store_id:
            return None
        return resource.tags

    def event_detail(self, resource: M) -> Mapping[str, Any]:
        """Return the detail of an event beside omicsVersion and status (S172)."""
        detail = {name: resource.params.get(name) for name in (self.STORE, "creationJobId")}
        return {**super().event_detail(resource), **detail}
