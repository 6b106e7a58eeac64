"""Imports of variants and annotations (A50 to A62)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ....domain.job import Item, Job
from ....wire.views import Layers
from ...exceptions import (
    ResourceNotFoundException,
    ServiceQuotaExceededException,
    ValidationException,
)
from ...integrations.s3 import S3
from ..collection import Collection, Kind, Model, Resolved
from .annotation_stores import AnnotationStores
from .variant_stores import VariantStores

#: A130: jobs of both kinds that have not ended, in an account and region.
MAX_JOBS = 5

#: A51: files of a job.
MAX_VARIANT_FILES = 1000
MAX_ANNOTATION_FILES = 1

#: A59: the statuses that have a message.
_EXPLAINED = {
    "FAILED": "The import of all files failed",
    "COMPLETED_WITH_FAILURES": "The import of some files failed",
}


class ImportJobModel(Model, Job):
    """An import."""


J = TypeVar("J", bound=ImportJobModel)


class ImportJobs(Collection[J]):
    """The imports of one kind. ``MAX_FILES`` is the number of files that a job may have."""

    MAX_FILES: ClassVar[int]
    #: The imports of the other kind, which count for the same quota.
    other: ImportJobs[Any]

    def __init__(self, *shared: Any, s3: S3):
        super().__init__(*shared)
        self._s3 = s3

    # -- the stores --

    def destination_problem(self, params: Mapping[str, Any]) -> str | None:
        """Return why the destination cannot be used (A55). Raises ResourceNotFoundException."""
        raise NotImplementedError

    def imported(self, job: Job, size: int) -> None:
        """Add the size of an imported file, in bytes, to its destination (A61)."""
        raise NotImplementedError

    # -- operations --

    def check(self, params: Mapping[str, Any]) -> None:
        """Check files, destination and quota.

        Raises ValidationException, ResourceNotFoundException, ServiceQuotaExceededException.
        """
        if len(params["items"]) > self.MAX_FILES:
            raise ValidationException(f"'items' must have at most {self.MAX_FILES} members")
        if problem := self.destination_problem(params):
            raise ValidationException(problem)
        running = sum(not job.ended for jobs in (self, self.other) for job in jobs.all())
        if running >= MAX_JOBS:
            raise ServiceQuotaExceededException(
                f"The account has {MAX_JOBS} import jobs in progress, which is the maximum"
            )

    def start(self, params: Mapping[str, Any]) -> Layers:
        """Start an import (A50)."""
        self.check(params)
        return Layers({"jobId": self.add(params).id})

    def resolve(self, params: Mapping[str, Any]) -> Resolved:
        """Return the id of the store, for events."""
        return Resolved({"storeId": self.store_id(params["destinationName"])})

    def store_id(self, name: str) -> str:
        """Return the id of a store by its name."""
        raise NotImplementedError

    def new_id(self, params: Mapping[str, Any]) -> str:
        """Return the id of a job, a UUID (A10)."""
        return str(self._context.random.uuid())

    def store(self, resource: J) -> None:
        """Make a job available, with its files."""
        resource.items = [
            Item(item, resource.created, tables.ANALYTICS_ITEM) for item in resource.params["items"]
        ]
        resource.worker = self
        super().store(resource)

    def cancel(self, id: str) -> None:
        """Cancel a job. Raises ResourceNotFoundException, ValidationException (A60)."""
        job = self.find(id)
        if not job.allows("cancel"):
            raise ValidationException(
                f"Import job {id} cannot be cancelled: its status is {job.status}"
            )
        self._cancel(job)

    def _cancel(self, job: J) -> None:
        now = self._context.now()
        if job.status == "CANCELLED":
            return
        for item in job.items:
            item.move("cancel", now)
        job.completed = now
        job.move("cancel", now)
        self._scheduler.update(job)

    def unfinished_of(self, name: str, version: str | None = None) -> list[J]:
        """Return the jobs that have not ended, of a store or of a version of one."""
        return [
            job
            for job in self.all()
            if not job.ended
            and job.params["destinationName"] == name
            and (version is None or job.params.get("versionName") == version)
        ]

    def cancel_all(self, name: str, version: str | None = None) -> None:
        """Cancel the jobs that have not ended."""
        for job in self.unfinished_of(name, version):
            self._cancel(job)

    def wanted(self, params: Mapping[str, Any], resource: J) -> bool:
        """Return whether ``ids`` and ``filter`` of a list request admit a job (A57)."""
        if params.get("ids") is not None and resource.id not in params["ids"]:
            return False
        store = (params.get("filter") or {}).get("storeName")
        if store is not None and store != resource.params["destinationName"]:
            return False
        return super().wanted(params, resource)

    # -- work --

    def begin(self, job: Job, item: Item, at: datetime) -> None:
        """The job begins with a file, of which nothing is known yet."""

    def finish(self, job: Job, item: Item, at: datetime) -> str | None:
        """Import a file: its size is known if S3 has it (A61)."""
        uri = item.params["source"]
        found = self._s3.read(uri)
        if found is None and self._context.settings.checks("s3"):
            return self._s3.missing(uri)
        self.imported(job, 0 if found is None else len(found[1]))
        return None

    # -- events --

    def event_resource(self, resource: J) -> str:
        """Return the ARN of a job in events: of its store without a kind, and its id (A122)."""
        prefix = self._context.arn("", "")[:-1]
        return f"{prefix}{resource.params['destinationName']}/{resource.id}"

    def event_detail(self, resource: J) -> Mapping[str, Any]:
        """Return the detail of an event beside omicsVersion and status (A122)."""
        return {
            "arn": self.event_resource(resource),
            "storeId": resource.resolved.get("storeId"),
            "storeName": resource.params["destinationName"],
            "jobId": resource.id,
        }

    # -- responses --

    def computed(self, resource: J) -> Mapping[str, Any]:
        """Return the files, and what responses always have (A56, A59)."""
        return {
            "items": [
                {"source": item.params["source"], "jobStatus": item.status, **self.more(item)}
                for item in resource.items
            ],
            "runLeftNormalization": resource.params.get("runLeftNormalization", False),
            "statusMessage": _EXPLAINED.get(resource.status, ""),
            "updateTime": resource.since,
            "completionTime": resource.completed,
        }

    def more(self, item: Item) -> Mapping[str, Any]:
        """Return further members of a file."""
        return {}


class VariantImportJob(ImportJobModel, BaseModel):
    """An import of variants."""


class VariantImportJobs(ImportJobs[VariantImportJob]):
    """The imports of variants."""

    KIND: ClassVar[Kind[VariantImportJob]] = Kind(
        label="Import job",
        arn="",
        model=VariantImportJob,
        lifecycle=tables.ANALYTICS_JOB,
        create="StartVariantImportJob",
        list="ListVariantImportJobs",
        filter=("status",),
        progression_key="variant_import_job",
        event="Variant Import Job Status Change",
    )
    MAX_FILES = MAX_VARIANT_FILES

    def __init__(self, *shared: Any, s3: S3, stores: VariantStores):
        super().__init__(*shared, s3=s3)
        self._stores = stores

    def destination_problem(self, params: Mapping[str, Any]) -> str | None:
        """Return why the store cannot be used. Raises ResourceNotFoundException."""
        store = self._stores.find(params["destinationName"])
        if store.status != "ACTIVE":
            return f"Variant store {store.id} is not ACTIVE: its status is {store.status}"
        return None

    def store_id(self, name: str) -> str:
        """Return the id of a store by its name."""
        return str(self._stores.find(name).params["storeId"])

    def imported(self, job: Job, size: int) -> None:
        """Add the size of a file to its store, if it still exists."""
        if self._stores.exists(job.params["destinationName"]):
            store = self._stores.find(job.params["destinationName"])
            store.size += size
            store.updated = self._context.now()

    def more(self, item: Item) -> Mapping[str, Any]:
        """Return why a file failed."""
        return {} if item.message is None else {"statusMessage": item.message}


class AnnotationImportJob(ImportJobModel, BaseModel):
    """An import of annotations."""


class AnnotationImportJobs(ImportJobs[AnnotationImportJob]):
    """The imports of annotations."""

    KIND: ClassVar[Kind[AnnotationImportJob]] = Kind(
        label="Import job",
        arn="",
        model=AnnotationImportJob,
        lifecycle=tables.ANALYTICS_JOB,
        create="StartAnnotationImportJob",
        list="ListAnnotationImportJobs",
        filter=("status",),
        progression_key="annotation_import_job",
        event="Annotation Import Job Status Change",
    )
    MAX_FILES = MAX_ANNOTATION_FILES

    def __init__(self, *shared: Any, s3: S3, stores: AnnotationStores):
        super().__init__(*shared, s3=s3)
        self._stores = stores

    def start(self, params: Mapping[str, Any]) -> Layers:
        """Start an import; without a version, into the first one of the store (A55)."""
        store = self._stores.find(params["destinationName"])
        version = params.get("versionName", store.params["versionName"])
        return super().start({**params, "versionName": version})

    def destination_problem(self, params: Mapping[str, Any]) -> str | None:
        """Return why the store, its version or the format cannot be used (A53, A55)."""
        store = self._stores.find(params["destinationName"])
        if store.status != "ACTIVE":
            return f"Annotation store {store.id} is not ACTIVE: its status is {store.status}"
        name = params["versionName"]
        try:
            version = self._stores.find_version(store.id, name)
        except ResourceNotFoundException:
            if name == store.params["versionName"]:
                return f"Annotation store {store.id} has no version {name}: name another one"
            raise
        if version.status != "ACTIVE":
            return f"Version {name} of {store.id} is not ACTIVE: its status is {version.status}"
        options = params.get("formatOptions", {})
        if options and ("tsvOptions" in options) != (store.params["storeFormat"] == "TSV"):
            return f"'formatOptions' do not fit a store with {store.params['storeFormat']} files"
        return None

    def store_id(self, name: str) -> str:
        """Return the id of a store by its name."""
        return str(self._stores.find(name).params["storeId"])

    def imported(self, job: Job, size: int) -> None:
        """Add the size of a file to its store and version, if they still exist."""
        name, version = job.params["destinationName"], job.params["versionName"]
        if self._stores.exists(name):
            store = self._stores.find(name)
            versions = self._stores.versions.of_store(name)
            imported = [v for v in versions if v.params["versionName"] == version]
            for resource in (store, *imported):
                resource.size += size
                resource.updated = self._context.now()
