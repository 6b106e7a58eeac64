"""Imports of variants and annotations (A50 to A62)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ....domain.job import Item, Job
from ....domain.resource import Resource
from ....wire.views import Layers
from ...exceptions import NotActive, ServiceQuotaExceededException, ValidationException
from ...integrations.iam import Iam
from ...integrations.s3 import S3
from ..collection import Collection, Kind, Model, Resolved
from .annotation_stores import AnnotationStores
from .stores import StoreModel, Stores

#: A130: jobs of both kinds that have not ended, in an account and region.
MAX_JOBS = 5

#: A51: files of a job.
MAX_VARIANT_FILES = 1000
MAX_ANNOTATION_FILES = 1

#: A53: the member of formatOptions for the files of a store.
_OPTIONS = {"TSV": "tsvOptions", "VCF": "vcfOptions"}

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

    def __init__(self, *shared: Any, s3: S3, iam: Iam):
        *general, stores = shared
        super().__init__(*general)
        self._stores: Stores[Any] = stores
        self._s3 = s3
        self._iam = iam
        self._unfinished: dict[str, J] = {}

    # -- operations --

    def start(self, params: Mapping[str, Any]) -> Layers:
        """Start an import (A50 to A55).

        Raises ValidationException, ResourceNotFoundException, ServiceQuotaExceededException.
        """
        if len(params["items"]) > self.MAX_FILES:
            raise ValidationException(f"'items' must have at most {self.MAX_FILES} members")
        destination = self.destination(self._stores.find(params["destinationName"]), params)
        if problem := self._problem(params):
            raise ValidationException(problem)
        if len(self._unfinished) + len(self.other._unfinished) >= MAX_JOBS:
            raise ServiceQuotaExceededException(
                f"The account has {MAX_JOBS} import jobs in progress, which is the maximum"
            )
        return Layers({"jobId": self.add({**params, **destination}).id})

    def destination(self, store: StoreModel, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the members of a job that its store determines (A55).

        Raises ValidationException, ResourceNotFoundException.
        """
        if store.status != "ACTIVE":
            raise NotActive(self._stores.KIND.label, store.id, store.status)
        return {}

    def _problem(self, params: Mapping[str, Any]) -> str | None:
        """Check the role and the regions of the buckets, if the mock is to check them (A50)."""
        checks = self._context.settings.checks
        problem = self._iam.role_problem(params["roleArn"]) if checks("iam") else None
        if problem is None and checks("s3"):
            problems = (self._s3.region_problem(item["source"]) for item in params["items"])
            return next(filter(None, problems), None)
        return problem

    def resolve(self, params: Mapping[str, Any]) -> Resolved:
        """Return the id of the store, for events."""
        return Resolved({"storeId": self._stores.find(params["destinationName"]).own_id})

    def new_id(self, params: Mapping[str, Any]) -> str:
        """Return the id of a job, a UUID (A10)."""
        return str(self._context.random.uuid())

    def store(self, resource: J) -> None:
        """Make a job available, with its files."""
        resource.items = [
            Item(item, resource.created, tables.ANALYTICS_ITEM) for item in resource.params["items"]
        ]
        resource.worker = self
        self._unfinished[resource.id] = resource
        super().store(resource)

    def resource_changed(self, resource: Resource, at: datetime) -> None:
        """Announce a change, and note the end of a job."""
        super().resource_changed(resource, at)
        if resource.stable:
            self._unfinished.pop(resource.id, None)

    def cancel(self, id: str) -> None:
        """Cancel a job. Raises ResourceNotFoundException, ValidationException (A60)."""
        job = self.find(id)
        if not job.allows("cancel"):
            raise ValidationException(
                f"Import job {id} cannot be cancelled: its status is {job.status}"
            )
        if not job.stable:
            self._cancel(job)

    def _cancel(self, job: J) -> None:
        now = self._context.now()
        for item in job.items:
            item.move("cancel", now)
        job.completed = now
        self.move(job, "cancel")

    def unfinished_of(self, name: str, version: str | None = None) -> list[J]:
        """Return the jobs that have not ended, of a store or of a version of one."""
        return [
            job
            for job in self._unfinished.values()
            if job.params["destinationName"] == name
            and (version is None or job.params["versionName"] == version)
        ]

    def cancel_all(self, name: str, version: str | None = None) -> None:
        """Cancel the jobs that have not ended."""
        for job in self.unfinished_of(name, version):
            self._cancel(job)

    def wanted(self, params: Mapping[str, Any], resource: J) -> bool:
        """Return whether ``ids`` and ``filter`` of a list request admit a job (A57)."""
        if "ids" in params and resource.id not in params["ids"]:
            return False
        store = params.get("filter", {}).get("storeName")
        if store is not None and store != resource.params["destinationName"]:
            return False
        return super().wanted(params, resource)

    # -- work --

    def begin(self, job: Job, item: Item, at: datetime) -> None:
        """The job begins with a file, of which nothing is known yet."""

    def finish(self, job: Job, item: Item, at: datetime) -> str | None:
        """Import a file, which is not read: its size is known if S3 has it (A61)."""
        uri = item.params["source"]
        size = self._s3.size(uri)
        if size is None and self._context.settings.checks("s3"):
            return self._s3.missing(uri)
        for resource in self.filled(job):
            resource.size += size or 0
            resource.updated = at
        return None

    def filled(self, job: Job) -> list[StoreModel]:
        """Return what becomes larger: jobs are cancelled when it is deleted, so it exists."""
        return [self._stores.find(job.params["destinationName"])]

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

    _stores: AnnotationStores

    def destination(self, store: StoreModel, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Check store, version and format (A53, A55); the default is the store's first version.

        Raises ValidationException, ResourceNotFoundException.
        """
        super().destination(store, params)
        name = params.get("versionName", store.params["versionName"])
        versions = self._stores.versions
        if "versionName" not in params and not versions.exists(versions.id_of(store.id, name)):
            raise ValidationException(
                f"'versionName' is required: Annotation store {store.id} "
                f"has no version {name} any more"
            )
        version = self._stores.find_version(store.id, name)
        if version.status != "ACTIVE":
            raise NotActive(versions.KIND.label, versions.title(version), version.status)
        files = store.params["storeFormat"]
        if params.get("formatOptions", {}).keys() - {_OPTIONS.get(files)}:
            raise ValidationException(f"'formatOptions' do not fit a store of {files} files")
        return {"versionName": name}

    def filled(self, job: Job) -> list[StoreModel]:
        """Return the store and the version."""
        name, version = job.params["destinationName"], job.params["versionName"]
        return [*super().filled(job), self._stores.find_version(name, version)]
