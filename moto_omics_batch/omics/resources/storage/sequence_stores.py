"""Sequence stores (S50 to S59): CreateSequenceStore, GetSequenceStore, ListSequenceStores,
UpdateSequenceStore, DeleteSequenceStore."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, ClassVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ....wire.views import Layers
from ...exceptions import (
    ConflictException,
    ServiceQuotaExceededException,
    UpdateTokenReused,
    ValidationException,
)
from ..collection import Collection, Kind, Model
from .common import GONE_IS_DELETED, ID_DIGITS, TOKEN, missing

#: S24: sequence stores in an account and region.
MAX_SEQUENCE_STORES = 20

#: S53: propagated tag keys of a store.
MAX_PROPAGATED_TAGS = 5

#: S51: the algorithm of ETags if the request names none.
DEFAULT_ALGORITHM = "MD5up"

#: S60: the account that owns the access points; our choice.
_SERVICE_ACCOUNT = "222222222222"

#: S60: the length of the start of an alias, and of its random part, in characters.
_ALIAS_START, _ALIAS_RANDOM = 20, 34


class SequenceStore(Model, BaseModel):
    """A sequence store. ``updates`` are the requests that changed it, by their clientToken."""

    updates: dict[str, Mapping[str, Any]]


class SequenceStores(Collection[SequenceStore]):
    """The sequence stores of an account and region."""

    KIND: ClassVar[Kind[SequenceStore]] = Kind(
        label="Sequence store",
        arn="sequenceStore",
        model=SequenceStore,
        lifecycle=tables.SEQUENCE_STORE,
        create="CreateSequenceStore",
        list="ListSequenceStores",
        digits=ID_DIGITS,
        token=TOKEN,
        filter=("name", "status"),
        missing=missing("sequence store"),
        progression_key="sequence_store",
        event="Sequence Store Status Change",
    )
    EVENT_STATUSES: ClassVar[Mapping[str, str]] = {
        **GONE_IS_DELETED,
        "CREATING": "CREATED",
        "UPDATING": "UPDATED",
    }

    def check(self, params: Mapping[str, Any]) -> None:
        """Check tag keys and quota.

        Raises ValidationException (S53), ServiceQuotaExceededException (S24).
        """
        _check_propagated_tags(params)
        if len(self._resources) >= MAX_SEQUENCE_STORES:
            raise ServiceQuotaExceededException(
                f"The account has {MAX_SEQUENCE_STORES} sequence stores, which is the maximum"
            )

    def store(self, resource: SequenceStore) -> None:
        """Make a store available, which no request has changed yet."""
        resource.updates = {}
        super().store(resource)

    def computed(self, resource: SequenceStore) -> Mapping[str, Any]:
        """Return the access through S3, and settings as the responses show them."""
        location = resource.params.get("s3AccessConfig", {}).get("accessLogLocation")
        access = {
            "s3Uri": self.s3_uri(resource),
            "s3AccessPointArn": self.access_point(resource),
            "accessLogLocation": location or None,
        }
        family = resource.params.get("eTagAlgorithmFamily", DEFAULT_ALGORITHM)
        return {
            "s3Access": {name: value for name, value in access.items() if value},
            "eTagAlgorithmFamily": family,
            # S14: an empty text takes the setting away.
            "fallbackLocation": resource.params.get("fallbackLocation") or None,
        }

    def access_point(self, store: SequenceStore) -> str:
        """Return the ARN of the S3 access point of a store (S60)."""
        context = self._context
        name = f"{context.account_id}-{store.id}"
        region = f"arn:{context.partition}:s3:{context.region}"
        return f"{region}:{_SERVICE_ACCOUNT}:accesspoint/{name}"

    def s3_uri(self, store: SequenceStore) -> str:
        """Return the S3 URI of the content of a store (S60)."""
        account = self._context.account_id
        start = f"{account}-{store.id}"[:_ALIAS_START]
        random = blake2b(store.arn.encode(), digest_size=_ALIAS_RANDOM // 2).hexdigest()
        return f"s3://{start}-{random}-s3alias/{account}/sequenceStore/{store.id}/"

    def change(self, params: Mapping[str, Any]) -> Layers:
        """Store the members of an update and describe the store (S54).

        With other propagated tag keys the store is UPDATING; a clientToken that was used before
        changes nothing (S8). Raises ResourceNotFoundException, ConflictException for a store that
        is not ACTIVE and for a token with another payload (S7), ValidationException.
        """
        store = self.find(params["id"])
        token, changes = params.get(TOKEN), {k: v for k, v in params.items() if k != TOKEN}
        if token in store.updates:
            if store.updates[token] != changes:
                raise UpdateTokenReused(token)
            return self.describe(store)
        if not store.allows("update"):
            raise ConflictException(
                f"Cannot update sequence store {store.id}: its status is {store.status}, "
                f"and it must be {', '.join(store.lifecycle.statuses_allowing('update'))}"
            )
        _check_propagated_tags(params)
        before = store.params.get("propagatedSetLevelTags", [])
        self.update(changes)
        if token is not None:
            store.updates[token] = changes
        if set(store.params.get("propagatedSetLevelTags", [])) != set(before):
            self.move(store, "update")
            # The response shows the status: a manual progression counts from now on.
            store.reported = True
        else:
            self.announce(store, store.updated, "UPDATED")
        return self.describe(store)


def _check_propagated_tags(params: Mapping[str, Any]) -> None:
    if len(params.get("propagatedSetLevelTags", ())) > MAX_PROPAGATED_TAGS:
        raise ValidationException(
            f"propagatedSetLevelTags: a store has at most {MAX_PROPAGATED_TAGS} tag keys"
        )
