"""Storage and analytics of one account and region: created with the first request to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...domain.scheduler import Scheduler
from ...domain.usage import Usage
from ..integrations.iam import Iam
from ..integrations.s3 import S3
from .collection import ResourceEvents
from .context import Context

if TYPE_CHECKING:
    from .analytics.plane import Analytics
    from .analytics.stores import Shared
    from .storage.plane import Storage

#: The kinds of stores in ARNs (S21, A14).
STORAGE_KINDS = ("referenceStore", "sequenceStore")
ANALYTICS_KINDS = ("variantStore", "annotationStore")


class Planes:
    """Storage and analytics. A test that uses neither does not import them."""

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents,
        *,
        s3: S3,
        iam: Iam,
        shares: Shared,
    ):
        self._shared = context, scheduler, usage, events
        self._s3 = s3
        self._iam = iam
        self._shares = shares
        self._storage: Storage | None = None
        self._analytics: Analytics | None = None

    @property
    def storage(self) -> Storage:
        """Reference stores, sequence stores, and what they contain."""
        if self._storage is None:
            from .storage.plane import Storage

            self._storage = Storage(
                *self._shared, s3=self._s3, iam=self._iam, uses_reference=self._uses_reference
            )
        return self._storage

    def _uses_reference(self, arn: str) -> bool:
        """Return whether a store of analytics has a reference (S48)."""
        return self._analytics is not None and self._analytics.uses_reference(arn)

    @property
    def analytics(self) -> Analytics:
        """Variant stores, annotation stores, and imports."""
        if self._analytics is None:
            from .analytics.plane import Analytics

            self._analytics = Analytics(
                *self._shared, s3=self._s3, iam=self._iam, shares=self._shares, references=self
            )
        return self._analytics

    @property
    def in_use(self) -> bool:
        """Whether there are any reference stores or sequence stores."""
        return self._storage is not None

    def stored_status(
        self, kind: str, store_id: str, id: str, at: datetime, *, access: bool
    ) -> str | None:
        """Return the status of a read set or a reference ``at`` a time, None without one (S181).

        ``kind`` is ``readset`` or ``reference``. An ``access`` to a read set is counted (S182).
        """
        if self._storage is None:
            return None
        return self._storage.stored_status(kind, store_id, id, at, access=access)

    def lacks_reference(self, arn: str) -> bool:
        """Return whether there are references, but not the one of an ARN (A20)."""
        return self._storage is not None and self._storage.lacks_reference(arn)

    def find_store(self, kind: str, name: str) -> Any:
        """Return a store of analytics by its kind in ARNs, None if there is none."""
        if self._analytics is None:
            return None
        stores: Any = (
            self._analytics.variant_stores
            if kind == "variantStore"
            else self._analytics.annotation_stores
        )
        return stores.find(name) if stores.exists(name) else None

    def tags_of(self, kind: str, id: str) -> dict[str, str] | None:
        """Return the tags of a resource by its ARN, which ends in ``{kind}/{id}``."""
        plane = self._storage if kind in STORAGE_KINDS else self._analytics
        return None if plane is None else plane.tags_of(kind, id)

    def tagged_families(self) -> Iterable[Any]:
        """Yield the kinds of resources that have tags."""
        for plane in (self._storage, self._analytics):
            if plane is not None:
                yield from plane.tagged_families()


class PlaneTags:
    """The tags of the resources whose ARN begins with one kind."""

    def __init__(self, planes: Planes, kind: str):
        self._planes = planes
        self._kind = kind

    def tags_of(self, id: str) -> dict[str, str] | None:
        """Return the tags of a resource, which may be changed, None when it does not exist."""
        return self._planes.tags_of(self._kind, id)
