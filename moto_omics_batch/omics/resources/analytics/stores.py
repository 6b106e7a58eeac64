"""What variant stores, annotation stores and their versions have in common (A10 to A27)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, TypeVar

from ....domain.lifecycle import GONE
from ....domain.scheduler import Scheduler
from ....domain.usage import Usage
from ....wire.views import Layers
from ...exceptions import (
    AlreadyExists,
    ConflictException,
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
)
from ..collection import Collection, Model, ResourceEvents
from ..context import Context

#: A130: stores of one kind in an account and region.
MAX_STORES = 10

#: A10: the length of the ids of stores and versions, in hexadecimal digits.
_ID_DIGITS = 12

#: A24: what is shown of a store without sseConfig.
_DEFAULT_ENCRYPTION = {"type": "KMS"}

#: A14: the ARN of a reference.
_REFERENCE_ARN = re.compile(r"arn:[^:]+:omics:[^:]+:\d{12}:referenceStore/\d+/reference/\d+")


class StoreModel(Model):
    """A store or a version. ``size`` is that of the imported files, in bytes (A61)."""

    size: int = 0

    @property
    def own_id(self) -> str:
        """The id of hexadecimal digits."""
        return str(self.params["storeId"])


S = TypeVar("S", bound=StoreModel)


class Imports(Protocol):
    """The imports into stores."""

    def unfinished_of(self, name: str, version: str | None = None) -> list[Any]:
        """Return the jobs that have not ended, of a store or of a version of one."""
        ...

    def cancel_all(self, name: str, version: str | None = None) -> None:
        """Cancel the jobs that have not ended."""
        ...


class Shared(Protocol):
    """The shares of the resources of an account."""

    def blocks_deletion(self, arn: str) -> bool:
        """Return whether a share of a resource is ACTIVATING or ACTIVE (A26, A76)."""
        ...

    def forget_resource(self, arn: str) -> None:
        """Delete the shares of a resource that is deleted (A76)."""
        ...


class References(Protocol):
    """The references of an account and region."""

    def lacks_reference(self, arn: str) -> bool:
        """Return whether there are references, but not the one of an ARN (A20)."""
        ...


class HasId(Collection[S]):
    """Resources that requests name, and that have an id of hexadecimal digits besides."""

    imports: Imports

    def new_store_id(self) -> str:
        """Return the id of a store or a version (A10)."""
        return f"{self._context.random.randint(0, 16**_ID_DIGITS - 1):0{_ID_DIGITS}x}"

    def exists(self, id: str) -> bool:
        """Return whether there is a resource of this name."""
        return id in self._resources

    def computed(self, resource: S) -> Mapping[str, Any]:
        """Return what responses always have (A7), and the id."""
        return {
            "id": resource.own_id,
            "description": resource.params.get("description") or "",
            "statusMessage": resource.status_message or "",
        }

    def change_description(self, resource: S, params: Mapping[str, Any]) -> Layers:
        """Store the description of an update (A23). Raises ResourceNotFoundException."""
        if resource.status == "DELETING":
            raise self.not_found(resource.id)
        if "description" in params:
            resource.params["description"] = params["description"]
        resource.updated = self._context.now()
        return self.describe(resource)


class Stores(HasId[S]):
    """The stores of one kind, by name. ``PREFIX`` begins the name of one without a name (A21)."""

    PREFIX: ClassVar[str]

    #: CREATED is the change to ACTIVE (A121).
    EVENT_STATUSES: ClassVar[Mapping[str, str]] = {
        "ACTIVE": "CREATED",
        "FAILED": "CREATION_FAILED",
        GONE: "DELETED",
    }

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents,
        *,
        shares: Shared,
        references: References,
    ):
        super().__init__(context, scheduler, usage, events)
        self._shares = shares
        self._references = references

    def create(self, params: Mapping[str, Any]) -> Layers:
        """Create a store (A20, A21, A30).

        Raises ValidationException, ResourceNotFoundException, AlreadyExists,
        ServiceQuotaExceededException.
        """
        self._context.check_tags(params)
        self.check(params)
        store_id = self.new_store_id()
        name = params.get("name", f"{self.PREFIX}_{store_id}")
        if self.exists(name):
            raise AlreadyExists(self.KIND.label, name)
        if len(self._resources) >= MAX_STORES:
            raise ServiceQuotaExceededException(
                f"The account has {MAX_STORES} {self.KIND.lifecycle.resource}s, "
                "which is the maximum"
            )
        return self.describe(self.add({**params, "name": name, "storeId": store_id}))

    def check(self, params: Mapping[str, Any]) -> None:
        """Check the reference (A20). Raises ValidationException, ResourceNotFoundException."""
        if "reference" not in params:
            return
        arn = params["reference"]["referenceArn"]
        if _REFERENCE_ARN.fullmatch(arn) is None:
            raise ValidationException(
                f"'reference.referenceArn' is not the ARN of a reference: {arn}"
            )
        if self._references.lacks_reference(arn):
            raise ResourceNotFoundException(f"Reference {arn} not found")

    def computed(self, resource: S) -> Mapping[str, Any]:
        """Return ARN, encryption and size (A22, A24)."""
        return {
            **super().computed(resource),
            "storeArn": resource.arn,
            "sseConfig": resource.params.get("sseConfig") or _DEFAULT_ENCRYPTION,
            "storeSizeBytes": resource.size,
        }

    def wanted(self, params: Mapping[str, Any], resource: S) -> bool:
        """Return whether ``ids`` and ``filter`` of a list request admit a store (A3)."""
        if "ids" in params and resource.own_id not in params["ids"]:
            return False
        return super().wanted(params, resource)

    def change(self, params: Mapping[str, Any]) -> Layers:
        """Change the description of a store (A23). Raises ResourceNotFoundException."""
        store = self.find(params["name"])
        described = self.change_description(store, params)
        self.announce(store, store.updated, "UPDATED")
        return described

    def event_resource(self, resource: S) -> str:
        """Return the ARN of a store in events, which has no kind (A122)."""
        prefix = resource.arn.rpartition(":")[0]
        return f"{prefix}:{resource.id}"

    def event_detail(self, resource: S) -> Mapping[str, Any]:
        """Return the detail of an event beside omicsVersion and status (A122)."""
        return {
            "arn": self.event_resource(resource),
            "storeId": resource.own_id,
            "storeName": resource.id,
        }

    def remove_store(self, name: str, *, force: bool) -> Layers:
        """Let a store be DELETING (A25 to A27).

        Raises ResourceNotFoundException, ConflictException.
        """
        store = self.find(name)
        if store.allows("delete") and store.status != "DELETING":
            self.check_deletion(store)
            if self._shares.blocks_deletion(store.arn):
                raise ConflictException(f"{self.KIND.label} {name} cannot be deleted: it is shared")
            if self.imports.unfinished_of(name) and not force:
                raise ConflictException(f"{self.KIND.label} {name} has an import job in progress")
            self.imports.cancel_all(name)
            self._shares.forget_resource(store.arn)
        self.move(store, "delete")
        return Layers({"status": store.status})

    def check_deletion(self, store: S) -> None:
        """Check what else prevents the deletion of a store. Raises ConflictException."""
