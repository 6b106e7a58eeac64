"""Reference stores (S30 to S34): CreateReferenceStore, GetReferenceStore, ListReferenceStores,
DeleteReferenceStore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ...exceptions import ServiceQuotaExceededException
from ..collection import Collection, Kind, Model
from .common import GONE_IS_DELETED, ID_DIGITS, TOKEN, missing

#: S31: reference stores in an account and region.
MAX_REFERENCE_STORES = 1


class ReferenceStore(Model, BaseModel):
    """A reference store. It has no status."""


class ReferenceStores(Collection[ReferenceStore]):
    """The reference store of an account and region."""

    KIND: ClassVar[Kind[ReferenceStore]] = Kind(
        label="Reference store",
        arn="referenceStore",
        model=ReferenceStore,
        lifecycle=tables.REFERENCE_STORE,
        create="CreateReferenceStore",
        list="ListReferenceStores",
        digits=ID_DIGITS,
        token=TOKEN,
        filter=("name",),
        missing=missing("reference store"),
        event="Reference Store Status Change",
    )
    EVENT_STATUSES: ClassVar[Mapping[str, str]] = GONE_IS_DELETED

    def announce(self, resource: ReferenceStore, at: datetime, status: str | None = None) -> None:
        """Send the event of a status; a new store is CREATED and ACTIVE at once (S174)."""
        if not resource.gone and status is None:
            super().announce(resource, at, "CREATED")
        super().announce(resource, at, status)

    def check(self, params: Mapping[str, Any]) -> None:
        """Check the quota. Raises ServiceQuotaExceededException (S31)."""
        if len(self._resources) >= MAX_REFERENCE_STORES:
            raise ServiceQuotaExceededException(
                "The account has a reference store in this region, which is the maximum"
            )
