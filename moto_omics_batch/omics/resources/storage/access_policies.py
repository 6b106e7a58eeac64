"""S3 access policies of sequence stores (S63 to S65): PutS3AccessPolicy, GetS3AccessPolicy,
DeleteS3AccessPolicy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ....domain.json_text import load_json
from ....wire.views import Layers
from ...exceptions import ResourceNotFoundException, ValidationException
from ..collection import ResourceEvents
from ..context import Context
from .common import missing
from .sequence_stores import SequenceStore, SequenceStores

#: S64: the largest policy, in bytes (15 KB).
MAX_POLICY = 15 << 10

#: S64: the elements of a policy and of its statements.
_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")

STORE_TYPE = "SEQUENCE_STORE"

EVENT = "S3 Access Policy Status Change"


class AccessPolicies:
    """The policies of the access points of sequence stores."""

    def __init__(self, context: Context, events: ResourceEvents, stores: SequenceStores):
        self._context = context
        self._events = events
        self._stores = stores
        #: Store id → (policy, time of the last change), None after a deletion.
        self._policies: dict[str, tuple[str, datetime] | None] = {}

    def get(self, arn: str) -> Layers:
        """Return the policy of an access point, at first the default one (S63).

        Raises ResourceNotFoundException.
        """
        store = self._find(arn)
        found = self._policies.get(store.id, (self._default(store), store.created))
        if found is None:
            raise ResourceNotFoundException("The specified access policy does not exist.")
        policy, time = found
        return Layers({**self._described(store, arn), "s3AccessPolicy": policy, "updateTime": time})

    def put(self, arn: str, policy: str) -> Layers:
        """Replace the policy. Raises ResourceNotFoundException, ValidationException (S64)."""
        store = self._find(arn)
        _check(policy)
        self._policies[store.id] = policy, self._context.now()
        self._announce(store, arn, "ACTIVE")
        return Layers(self._described(store, arn))

    def delete(self, arn: str) -> None:
        """Delete the policy. Raises ResourceNotFoundException, also the second time (S65)."""
        self.get(arn)
        store = self._find(arn)
        self._policies[store.id] = None
        self._announce(store, arn, "DELETED")

    def _announce(self, store: SequenceStore, arn: str, status: str) -> None:
        """Send the event of a change (S172, S174)."""
        if self._events.wanted(EVENT):
            detail = {"status": status, **self._described(store, arn)}
            self._events.send_detail(EVENT, arn, detail, self._context.now())

    def forget_store(self, store_id: str) -> None:
        """Forget the policy of a store that was deleted."""
        self._policies.pop(store_id, None)

    def _find(self, arn: str) -> SequenceStore:
        """Return the store of an access point. Raises ResourceNotFoundException."""
        for store in self._stores.all():
            if self._stores.access_point(store) == arn:
                return store
        raise ResourceNotFoundException(missing("access point"))

    @staticmethod
    def _described(store: SequenceStore, arn: str) -> dict[str, str]:
        return {"s3AccessPointArn": arn, "storeId": store.id, "storeType": STORE_TYPE}

    def _default(self, store: SequenceStore) -> str:
        account, partition = self._context.account_id, self._context.partition
        point, path = self._stores.access_point(store), f"{account}/sequenceStore/{store.id}/*"
        principal = {"AWS": f"arn:{partition}:iam::{account}:root"}
        statements: list[Mapping[str, Any]] = [
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": ["s3:GetObject", "s3:GetObjectTagging"],
                "Resource": f"{point}/object/{path}",
            },
            {
                "Effect": "Allow",
                "Principal": principal,
                "Action": "s3:ListBucket",
                "Resource": f"{point}/{path}",
            },
        ]
        return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _check(text: str) -> None:
    """Check a policy. Raises ValidationException (S64)."""
    if len(text.encode()) > MAX_POLICY:
        raise ValidationException(f"s3AccessPolicy must have at most {MAX_POLICY} bytes")
    try:
        policy = load_json(text)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise ValidationException("s3AccessPolicy must be a JSON object")
    statements = policy.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    if not all(isinstance(statement, dict) for statement in statements):
        raise ValidationException("s3AccessPolicy: a statement must be a JSON object")
    unknown = set(policy) - set(_ELEMENTS)
    unknown.update(*(set(statement) - set(_STATEMENT) for statement in statements))
    if unknown:
        raise ValidationException(f"s3AccessPolicy must not have the element {min(unknown)[:50]!r}")
