"""Shares of workflows and stores with other accounts (A63 to A94): CreateShare, AcceptShare,
GetShare, ListShares, DeleteShare.

A share is seen by two accounts of one region. All shares of a region are in one `SharesOfRegion`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from ...domain import tables
from ...domain.life import Life
from ...domain.ordered import Ordered
from ...wire.views import Layers, Page, view
from ..exceptions import (
    AccessDeniedException,
    ConflictException,
    ResourceNotFound,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
    WrongState,
)
from .context import PAGE, Context, StateManagerProgressions

#: A63: the kind in an ARN → the type of a share.
TYPES = {
    "workflow": "WORKFLOW",
    "variantStore": "VARIANT_STORE",
    "annotationStore": "ANNOTATION_STORE",
}

#: A130: shares of one store.
MAX_SHARES_OF_STORE = 10

_KEY = "share"
_ACCOUNT = re.compile(r"[0-9]{12}")


class Shareable(Protocol):
    """A resource that can be shared."""

    @property
    def status(self) -> str:
        """Its status; only ACTIVE resources are shared."""
        ...


class Resources(Protocol):
    """Finds what can be shared."""

    def find_shareable(self, kind: str, name: str) -> tuple[str, Shareable] | None:
        """Return (resourceId, resource) of the caller's account and region, None without one."""
        ...


class ShareListener(Protocol):
    """Is notified of shares whose status changed."""

    def share_changed(self, share: Share, at: datetime) -> None:
        """A share has another status since ``at``."""
        ...


class Share(Life):
    """A share of a resource of ``owner`` with ``subscriber``, both account ids."""

    def __init__(
        self,
        now: datetime,
        *,
        id: str,
        serial: int,
        arn: str,
        resource_id: str,
        owner: str,
        subscriber: str,
        name: str | None,
    ):
        super().__init__(tables.SHARE, now)
        self.id = id
        self.serial = serial
        self.arn = arn
        self.resource_id = resource_id
        self.owner = owner
        self.subscriber = subscriber
        self.name = name

    @property
    def type(self) -> str:
        """The kind of the resource, as ListShares names it."""
        return TYPES[self.arn.split(":")[5].partition("/")[0]]

    def members(self) -> dict[str, Any]:
        """Return the members of ShareDetails (A69)."""
        return {
            "shareId": self.id,
            "resourceArn": self.arn,
            "resourceId": self.resource_id,
            "principalSubscriber": self.subscriber,
            "ownerId": self.owner,
            "status": self.status,
            "statusMessage": "" if self.status == "FAILED" else None,
            "shareName": self.name,
            "creationTime": self.created,
            "updateTime": self.since,
        }


class SharesOfRegion:
    """All shares of a region. Callers hold the lock of the region."""

    def __init__(self) -> None:
        self._shares: Ordered[Share] = Ordered()
        self._by_id: dict[str, Share] = {}
        self._by_arn: dict[str, dict[Share, None]] = {}
        self._moving: dict[Share, None] = {}
        self._progressions = StateManagerProgressions()
        self._serial = 0

    def new_serial(self) -> int:
        """Return the place of the next share in the order of creation."""
        self._serial += 1
        return self._serial

    def add(self, share: Share) -> None:
        """Store a new share."""
        self._shares.add(share)
        self._by_id[share.id] = share
        self._by_arn.setdefault(share.arn, {})[share] = None

    def _remove(self, share: Share) -> None:
        self._shares.remove(share)
        del self._by_id[share.id]
        of_resource = self._by_arn[share.arn]
        del of_resource[share]
        if not of_resource:
            del self._by_arn[share.arn]

    def all(self) -> Ordered[Share]:
        """Return all shares, in order of creation."""
        return self._shares

    def of_resource(self, arn: str) -> Iterable[Share]:
        """Return the shares of a resource, in order of creation."""
        return list(self._by_arn.get(arn, ()))

    def get(self, id: str) -> Share | None:
        """Return a share, None if there is none."""
        return self._by_id.get(id)

    @property
    def moving(self) -> bool:
        """Whether a share is in a status that it leaves by itself."""
        return bool(self._moving)

    def advance(self, now: datetime, listener: ShareListener) -> None:
        """Make the automatic transitions that are due at ``now``, in order of creation.

        Raises ValueError for an invalid progression.
        """
        progression = self._progressions.get(_KEY)
        for share in sorted(self._moving, key=lambda share: share.serial):
            # Each automatic transition leads to a status that stays.
            due = progression.due(share.since)
            if due is not None and due <= now:
                self._step(share, due, listener)

    def _step(self, share: Share, at: datetime, listener: ShareListener) -> None:
        """Make the automatic transition of a share that is not stable."""
        event = share.lifecycle.automatic_event(share.state)
        assert event is not None
        self.move(share, event, at, listener)

    def describe(self, share: Share, now: datetime, listener: ShareListener) -> None:
        """Count a describe, and make the step that a manual progression makes then."""
        if share.stable:
            return
        progression = self._progressions.get(_KEY)
        if progression.kind == "manual" and share.describe(progression.times):
            self._step(share, now, listener)
        share.reported = True

    def move(self, share: Share, event: str, at: datetime, listener: ShareListener) -> None:
        """Make a transition, and notify if the status changed."""
        changed = share.move(event, at)
        if share.stable:
            self._moving.pop(share, None)
        else:
            self._moving[share] = None
        if share.ended:
            self._remove(share)
        if changed:
            listener.share_changed(share, at)


class Shares:
    """The shares of a region as one account sees them."""

    def __init__(
        self,
        context: Context,
        region: SharesOfRegion,
        *,
        resources: Resources,
        listener: ShareListener,
    ):
        self._context = context
        self._region = region
        self._resources = resources
        self._listener = listener

    # -- operations --

    def create(self, params: Mapping[str, Any]) -> Layers:
        """Offer a resource to another account (A64, A65).

        Raises ValidationException, ResourceNotFoundException, ConflictException,
        ServiceQuotaExceededException.
        """
        self.advance()
        arn, subscriber = params["resourceArn"], params["principalSubscriber"]
        if not _ACCOUNT.fullmatch(subscriber):
            raise ValidationException("'principalSubscriber' must be an account id of 12 digits")
        if subscriber == self._context.account_id:
            raise ValidationException("'principalSubscriber' is the account that shares")
        resource_id, resource = self._shareable(arn)
        if resource.status != "ACTIVE":
            raise ConflictException(f"{arn} is not ACTIVE: its status is {resource.status}")
        others = list(self._region.of_resource(arn))
        for share in others:
            if share.subscriber == subscriber and share.status in tables.SHARE_OFFERED:
                raise ConflictException(f"{arn} is shared with {subscriber} already")
        if ":workflow/" not in arn and len(others) >= MAX_SHARES_OF_STORE:
            raise ServiceQuotaExceededException(
                f"{arn} has {MAX_SHARES_OF_STORE} shares, which is the maximum"
            )
        share = Share(
            self._context.now(),
            id=self._new_id(),
            serial=self._region.new_serial(),
            arn=arn,
            resource_id=resource_id,
            owner=self._context.account_id,
            subscriber=subscriber,
            name=params.get("shareName"),
        )
        self._region.add(share)
        self._listener.share_changed(share, share.created)
        return Layers(share.members())

    def _new_id(self) -> str:
        """Return a share id: twice 32 hexadecimal digits (A16)."""
        halves = (self._context.random.randint(0, 16**32 - 1) for _ in range(2))
        return "-".join(f"{half:032x}" for half in halves)

    def _shareable(self, arn: str) -> tuple[str, Shareable]:
        """Return the resource of an ARN. Raises ValidationException, ResourceNotFoundException."""
        parts = arn.split(":", 5)
        kind, _, name = parts[5].partition("/") if len(parts) == 6 else ("", "", "")
        if (
            parts[0] != "arn"
            or parts[2:3] != ["omics"]
            or kind not in TYPES
            or not name
            or "/" in name
            or not parts[4]
        ):
            raise ValidationException(
                "'resourceArn' must be the ARN of a private workflow, a variant store or an "
                f"annotation store, not {arn}"
            )
        own = arn == self._context.arn(kind, name)
        found = self._resources.find_shareable(kind, name) if own else None
        if found is None:
            raise ResourceNotFoundException(f"Resource {arn} not found")
        return found

    def accept(self, id: str) -> Layers:
        """Accept an offer, by the subscriber (A68).

        Raises ResourceNotFoundException, AccessDeniedException, ConflictException.
        """
        share = self._find(id)
        if share.subscriber != self._context.account_id:
            raise AccessDeniedException(f"Only {share.subscriber} can accept share {id}")
        if not share.allows("accept"):
            allowed = share.lifecycle.statuses_allowing("accept")
            raise WrongState("share", id, "accept", share.status, allowed)
        self._move(share, "accept")
        return Layers({"status": share.status})

    def get(self, id: str) -> Layers:
        """Describe a share to its owner or subscriber (A70). Raises ResourceNotFoundException."""
        share = self._find(id)
        self._region.describe(share, self._context.now(), self._listener)
        return Layers({"share": view("ShareDetails")(self._find(id).members())})

    def list(self, params: Mapping[str, Any]) -> Page:
        """Return one page of the shares that the account makes or gets (A72, A73)."""
        self.advance()
        if not 1 <= params.get("maxResults", 1) <= PAGE:
            raise ValidationException(f"'maxResults' must be between 1 and {PAGE}")
        account, filter = self._context.account_id, params.get("filter") or {}
        own = params["resourceOwner"] == "SELF"

        def wanted(share: Share) -> bool:
            if (share.owner if own else share.subscriber) != account:
                return False
            values = {"resourceArns": share.arn, "status": share.status, "type": share.type}
            return all(values[name] in filter[name] for name in values if filter.get(name))

        found, token = self._context.page_of(
            "ListShares", params, self._region.all(), wanted=wanted
        )
        return Page([share.members() for share in found], token)

    def delete(self, id: str) -> Layers:
        """Revoke, refuse or give up a share (A74, A75). Raises ResourceNotFoundException."""
        share = self._find(id)
        self._move(share, "delete")
        return Layers({"status": share.status})

    def _find(self, id: str) -> Share:
        self.advance()
        share = self._region.get(id)
        if share is None or self._context.account_id not in (share.owner, share.subscriber):
            raise ResourceNotFound("Share", id)
        return share

    def advance(self) -> None:
        """Make the automatic transitions of all shares of the region that are due."""
        if self._region.moving:
            self._region.advance(self._context.now(), self._listener)

    def _move(self, share: Share, event: str) -> None:
        self._region.move(share, event, self._context.now(), self._listener)

    # -- what other families ask --

    def grants(self, arn: str) -> bool:
        """Return whether a resource of another account is shared with this one (A82)."""
        self.advance()
        return any(
            share.subscriber == self._context.account_id and share.status == "ACTIVE"
            for share in self._region.of_resource(arn)
        )

    def blocks_deletion(self, arn: str) -> bool:
        """Return whether a share of a resource is ACTIVATING or ACTIVE (A26, A76)."""
        self.advance()
        return any(share.status in tables.SHARE_IN_USE for share in self._region.of_resource(arn))

    def forget_resource(self, arn: str) -> None:
        """Delete the shares of a resource that was deleted (A76)."""
        for share in self._region.of_resource(arn):
            self._move(share, "delete")
