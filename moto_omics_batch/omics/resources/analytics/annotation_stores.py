"""Annotation stores and their versions (A30 to A45)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ....domain.ordered import Ordered
from ....domain.resource import Resource
from ....wire.views import Layers, Page
from ...exceptions import (
    AlreadyExists,
    ConflictException,
    ResourceNotFoundException,
    ValidationException,
)
from ..collection import Kind
from .stores import HasId, References, Shared, StoreModel, Stores

#: A44: the documented messages of versions that cannot be deleted.
_NOT_FOUND = "Version with versionName: {} was not found."
_IMPORT_RUNNING = "version has an inflight import running"

#: What versions do when their store has a new status, as far as they can (A96).
_FOLLOWED = {"ACTIVE": "advance", "FAILED": "fail", "DELETING": "delete"}


class AnnotationStoreVersion(StoreModel, BaseModel):
    """A version of an annotation store.

    One without a ``progression_key`` changes its status together with its store (A96).
    """

    @property
    def own_id(self) -> str:
        """The id of hexadecimal digits; that of the first version is the store's (A17)."""
        return str(self.params["versionId"])


class AnnotationStoreVersions(HasId[AnnotationStoreVersion]):
    """The versions of all annotation stores. The id of a version is ``store/version/name``."""

    KIND: ClassVar[Kind[AnnotationStoreVersion]] = Kind(
        label="Annotation store version",
        arn="annotationStore",
        model=AnnotationStoreVersion,
        lifecycle=tables.ANNOTATION_STORE_VERSION,
        create="CreateAnnotationStoreVersion",
        list="ListAnnotationStoreVersions",
        key="versionName",
        filter=("status",),
        progression_key="annotation_store",
    )

    def __init__(self, *shared: Any):
        super().__init__(*shared)
        self._of_store: dict[str, Ordered[AnnotationStoreVersion]] = {}

    def new_id(self, params: Mapping[str, Any]) -> str:
        """Return the key of a version."""
        return self.id_of(params["name"], params["versionName"])

    @staticmethod
    def id_of(name: str, version: str) -> str:
        """Return the key of a version of a store."""
        return f"{name}/version/{version}"

    def not_found(self, id: str) -> ResourceNotFoundException:
        """Return the error for a version that does not exist, which names both."""
        name, _, version = id.partition("/version/")
        return ResourceNotFoundException(f"Annotation store {name} version {version} not found")

    def store(self, resource: AnnotationStoreVersion) -> None:
        """Make a version available in its store."""
        super().store(resource)
        self._of_store.setdefault(resource.params["name"], Ordered()).add(resource)

    def discard(self, resource: AnnotationStoreVersion) -> None:
        """Forget a version that was deleted."""
        super().discard(resource)
        name = resource.params["name"]
        self._of_store[name].remove(resource)
        if not self._of_store[name]:
            del self._of_store[name]

    def follow(self, version: AnnotationStoreVersion, event: str, at: datetime) -> None:
        """Let a version make a transition with its store (A96)."""
        if version.allows(event):
            self._scheduler.remove(version)
            version.progression_key = ""
            version.move(event, at)

    def of_store(self, name: str) -> Sequence[AnnotationStoreVersion]:
        """Return the versions of a store, in order of creation."""
        return list(self._of_store.get(name, ()))

    def page_of_store(self, params: Mapping[str, Any]) -> Page:
        """Return one page of the versions of a store."""
        return self.page(params, self._of_store.get(params["name"], ()))

    def computed(self, resource: AnnotationStoreVersion) -> Mapping[str, Any]:
        """Return ARN and size (A42)."""
        return {
            **super().computed(resource),
            "versionArn": resource.arn,
            "versionSizeBytes": resource.size,
        }

    def title(self, resource: AnnotationStoreVersion) -> str:
        """Return the name of a version in messages."""
        return f"{resource.params['versionName']} of {resource.params['name']}"


class AnnotationStore(StoreModel, BaseModel):
    """An annotation store."""


class AnnotationStores(Stores[AnnotationStore]):
    """The annotation stores of an account and region, with their versions."""

    KIND: ClassVar[Kind[AnnotationStore]] = Kind(
        label="Annotation store",
        arn="annotationStore",
        model=AnnotationStore,
        lifecycle=tables.ANNOTATION_STORE,
        create="CreateAnnotationStore",
        list="ListAnnotationStores",
        key="name",
        filter=("status",),
        progression_key="annotation_store",
        event="Annotation Store Status Change",
    )
    PREFIX = "annotation_store"

    def __init__(self, *shared: Any, shares: Shared, references: References):
        super().__init__(*shared, shares=shares, references=references)
        self.versions = AnnotationStoreVersions(*shared)

    # -- stores --

    def check(self, params: Mapping[str, Any]) -> None:
        """Check options and reference (A31, A35).

        Raises ValidationException, ResourceNotFoundException.
        """
        if "storeOptions" in params and params["storeFormat"] != "TSV":
            raise ValidationException("'storeOptions' can be given with the storeFormat TSV only")
        options = params.get("storeOptions", {}).get("tsvStoreOptions", {})
        generic = options.get("annotationType", "GENERIC") == "GENERIC"
        if "reference" not in params and not (params["storeFormat"] == "TSV" and generic):
            raise ValidationException("'reference' is required unless annotations are generic")
        super().check(params)

    def add(
        self,
        params: Mapping[str, Any],
        id: str | None = None,
        state: str | None = None,
        at: datetime | None = None,
    ) -> AnnotationStore:
        """Store a store with its first version (A17, A32)."""
        version = params.get("versionName", params["name"])
        store = super().add({**params, "versionName": version}, id, state, at)
        first = self.versions.add(
            {
                "name": params["name"],
                "versionName": version,
                "storeId": params["storeId"],
                "versionId": params["storeId"],
            },
            state=state,
            at=store.created,
        )
        self._scheduler.remove(first)
        first.progression_key = ""
        return store

    def computed(self, resource: AnnotationStore) -> Mapping[str, Any]:
        """Return the number of versions (A36)."""
        versions = self.versions.of_store(resource.id)
        return {**super().computed(resource), "numVersions": len(versions)}

    def resource_changed(self, resource: Resource, at: datetime) -> None:
        """Let the versions follow the store (A96)."""
        for version in self.versions.of_store(resource.id):
            if resource.gone:
                self.versions.remove(version)
            else:
                version.problem = resource.problem
                self.versions.follow(version, _FOLLOWED[resource.status], at)
        super().resource_changed(resource, at)

    def check_deletion(self, store: AnnotationStore) -> None:
        """Check that there is only one version (A37). Raises ConflictException."""
        if len(self.versions.of_store(store.id)) > 1:
            raise ConflictException(
                f"Annotation store {store.id} has more than one version: delete the others"
            )

    # -- versions --

    def create_version(self, params: Mapping[str, Any]) -> Layers:
        """Create a version (A40, A41).

        Raises ResourceNotFoundException, ConflictException, ValidationException.
        """
        self._context.check_tags(params)
        store = self.find(params["name"])
        if "versionOptions" in params and store.params["storeFormat"] != "TSV":
            raise ValidationException("'versionOptions' can be given for a TSV store only")
        self._check_active(store)
        if self.versions.exists(self.versions.new_id(params)):
            raise AlreadyExists(f"Annotation store {store.id} version", params["versionName"])
        ids = {"storeId": store.own_id, "versionId": self.versions.new_store_id()}
        return self.versions.describe(self.versions.add({**params, **ids}))

    @staticmethod
    def _check_active(store: AnnotationStore) -> None:
        if store.status != "ACTIVE":
            raise ConflictException(
                f"Annotation store {store.id} is not ACTIVE: its status is {store.status}"
            )

    def find_version(self, name: str, version: str) -> AnnotationStoreVersion:
        """Return a version of a store. Raises ResourceNotFoundException."""
        self.find(name)
        return self.versions.find(self.versions.id_of(name, version))

    def get_version(self, name: str, version: str) -> Layers:
        """Describe a version (A42), which counts for a manual progression.

        It counts for the store if the version changes together with it (A96). Raises
        ResourceNotFoundException.
        """
        found = self.find_version(name, version)
        if found.progression_key:
            self.versions.count_describe(found)
        else:
            self.count_describe(self.find(name))
        return self.versions.describe(self.find_version(name, version))

    def list_versions(self, params: Mapping[str, Any]) -> Page:
        """Return one page of the versions of a store. Raises ResourceNotFoundException."""
        self.find(params["name"])
        return self.versions.page_of_store(params)

    def change_version(self, params: Mapping[str, Any]) -> Layers:
        """Change the description of a version (A43). Raises ResourceNotFoundException."""
        version = self.find_version(params["name"], params["versionName"])
        return self.versions.change_description(version, params)

    def remove_versions(self, params: Mapping[str, Any]) -> Layers:
        """Delete versions and return the errors of those that cannot be deleted (A44, A45).

        Raises ResourceNotFoundException, ConflictException for a store that is not ACTIVE.
        """
        store, errors = self.find(params["name"]), []
        self._check_active(store)
        for name in params["versions"]:
            problem = self._remove_version(store, name, force=bool(params.get("force")))
            if problem is not None:
                errors.append({"versionName": name, "message": problem})
        return Layers({"errors": errors})

    def _remove_version(self, store: AnnotationStore, name: str, *, force: bool) -> str | None:
        versions = {v.params["versionName"]: v for v in self.versions.of_store(store.id)}
        version = versions.get(name)
        if version is None:
            return _NOT_FOUND.format(name)
        if version.status == "DELETING":
            return None
        if not version.allows("delete"):
            return f"version has the status {version.status}"
        if sum(v.status != "DELETING" for v in versions.values()) == 1:
            return "version is the last one of its store"
        if self.imports.unfinished_of(store.id, name) and not force:
            return _IMPORT_RUNNING
        self.imports.cancel_all(store.id, name)
        version.progression_key = self.KIND.progression_key
        self.versions.move(version, "delete")
        return None

    def tags_of(self, id: str) -> dict[str, str] | None:
        """Return the tags of a store or of a version, None when it does not exist."""
        return self.versions.tags_of(id) if "/version/" in id else super().tags_of(id)
