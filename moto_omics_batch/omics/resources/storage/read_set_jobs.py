"""Imports, exports and activations of read sets (S70 to S81, S120 to S133)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ....domain.job import Item, Job
from ....domain.read_files import FILE_TYPES, smallest_index
from ....domain.scheduler import Scheduler
from ....domain.usage import Usage
from ...exceptions import ResourceNotFoundException
from ...integrations.s3 import S3
from ..collection import Collection, Kind, ResourceEvents
from ..context import Context
from .common import ID_DIGITS, TOKEN, missing
from .job_access import JobAccess, Unreadable
from .jobs import JobModel, Jobs
from .read_sets import ReadSet, ReadSets
from .sources import Sources
from .tags import service_tags

#: S121: the message of a read set that needs no activation.
NO_ACTIVATION = "No activation needed as read set is already in ACTIVATING or ACTIVE state."


class ReadSetImportJob(JobModel, BaseModel):
    """An import of read sets."""


class _ReadSetJobs(Jobs[Any]):
    """Jobs on the read sets of a store."""

    STORE = "sequenceStoreId"

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents,
        stores: Collection[Any],
        *,
        read_sets: ReadSets,
        s3: S3,
        access: JobAccess,
    ):
        super().__init__(context, scheduler, usage, events, stores)
        self._read_sets = read_sets
        self._s3 = s3
        self._access = access

    def _check_role(self, params: Mapping[str, Any]) -> None:
        """Check the role of a job. Raises ValidationException (S76, S133)."""
        self._access.check_role(params["roleArn"], f"sequenceStore/{params[self.STORE]}")

    def _read_set(self, job: Job, item: Item, at: datetime) -> ReadSet | None:
        """Return the read set of an item as it was ``at``, None if its store has none (S123)."""
        try:
            return self._read_sets.find_in(job.params[self.STORE], item.params["readSetId"], at)
        except ResourceNotFoundException:
            return None


class ReadSetImportJobs(_ReadSetJobs):
    """The imports of read sets."""

    KIND: ClassVar[Kind[ReadSetImportJob]] = Kind(
        label="Read set import job",
        arn="",
        model=ReadSetImportJob,
        lifecycle=tables.JOB,
        create="StartReadSetImportJob",
        list="ListReadSetImportJobs",
        digits=ID_DIGITS,
        token=TOKEN,
        filter=("status",),
        missing=missing("import job"),
        progression_key="read_set_import_job",
        event="Read Set Import Job Status Change",
    )

    def __init__(self, *shared: Any, sources: Sources, **services: Any):
        super().__init__(*shared, **services)
        self._sources = sources

    def check(self, params: Mapping[str, Any]) -> None:
        """Check each source and the role (S72, S73, S76).

        Raises ValidationException, ResourceNotFoundException.
        """
        for number, source in enumerate(params["sources"], 1):
            path = f"sources.{number}.member"
            self._context.check_tags(source, f"{path}.tags")
            self._sources.check(source, path)
            if "source2" in source["sourceFiles"]:
                self._sources.check_pair(source["sourceFileType"], path)
        self._check_role(params)

    def begin(self, job: Job, item: Item, at: datetime) -> None:
        """Allocate the id of the read set, which the source shows from now on (S75)."""
        item.resolved["readSetId"] = self._read_sets.new_read_set_id()

    def finish(self, job: Job, item: Item, at: datetime) -> str | None:
        """Read the objects and create the read set (S75 to S77)."""
        id = item.resolved.pop("readSetId")
        source = item.params
        files: dict[str, tuple[str, bytes]] = {}
        for name, uri in source["sourceFiles"].items():
            try:
                files[name] = uri.rpartition("/")[2], self._access.read(uri)
            except Unreadable as problem:
                return str(problem)
        if ending := FILE_TYPES[source["sourceFileType"]].index_ending:
            files["index"] = self._index(source["sourceFiles"]["source1"], ending)
        self._read_sets.add_files(
            self._sources.read_set_params(
                source,
                name=source.get("name") or files["source1"][0][:127],
                sequenceStoreId=job.params[self.STORE],
                creationJobId=job.id,
                creationType="IMPORT",
            ),
            self._sources.distinct(files),
            state="ACTIVE",
            at=at,
            id=id,
        )
        item.resolved["readSetId"] = id
        return None

    def _index(self, uri: str, ending: str) -> tuple[str, bytes]:
        """Return the name and content of the index: the object beside the source (S104)."""
        found = self._s3.read(uri + ending)
        name = uri.rpartition("/")[2] + ending
        if found is None or not found[1]:
            return name, smallest_index(ending)
        return name, found[1]

    def shown(self, item: Item) -> dict[str, Any]:
        """Return a source with the service's tags (S151)."""
        return {**super().shown(item), "tags": service_tags(item.params)}


class ReadSetActivationJob(JobModel, BaseModel):
    """An activation of read sets."""


class ReadSetActivationJobs(_ReadSetJobs):
    """The activations of archived read sets."""

    KIND: ClassVar[Kind[ReadSetActivationJob]] = Kind(
        label="Read set activation job",
        arn="",
        model=ReadSetActivationJob,
        lifecycle=tables.JOB,
        create="StartReadSetActivationJob",
        list="ListReadSetActivationJobs",
        digits=ID_DIGITS,
        token=TOKEN,
        filter=("status",),
        missing=missing("activation job"),
        progression_key="read_set_activation_job",
        event="Read Set Activation Job Status Change",
    )

    def begin(self, job: Job, item: Item, at: datetime) -> None:
        """Let an archived read set be ACTIVATING (S122)."""
        read_set = self._read_set(job, item, at)
        if read_set is None:
            return
        if read_set.status in ("ACTIVE", "ACTIVATING"):
            item.message = NO_ACTIVATION
        elif read_set.allows("activate"):
            read_set.move("activate", at)

    def finish(self, job: Job, item: Item, at: datetime) -> str | None:
        """Let the read set be ACTIVE (S121 to S123)."""
        read_set = self._read_set(job, item, at)
        if read_set is None:
            return missing("readset")
        if read_set.status == "ACTIVE":
            # Another job, or the end of its upload, was faster.
            item.message = NO_ACTIVATION
        elif item.message is None:
            if not read_set.allows("finish"):
                return f"The read set cannot be activated: its status is {read_set.status}"
            read_set.move("finish", at)
        return None


class ReadSetExportJob(JobModel, BaseModel):
    """An export of read sets to S3."""


class ReadSetExportJobs(_ReadSetJobs):
    """The exports of read sets to S3."""

    KIND: ClassVar[Kind[ReadSetExportJob]] = Kind(
        label="Read set export job",
        arn="",
        model=ReadSetExportJob,
        lifecycle=tables.JOB,
        create="StartReadSetExportJob",
        list="ListReadSetExportJobs",
        digits=ID_DIGITS,
        token=TOKEN,
        filter=("status",),
        missing=missing("export job"),
        progression_key="read_set_export_job",
        event="Read Set Export Job Status Change",
    )
    SHOWN = "readSets"

    def check(self, params: Mapping[str, Any]) -> None:
        """Check the role. Raises ValidationException (S133)."""
        self._check_role(params)

    def finish(self, job: Job, item: Item, at: datetime) -> str | None:
        """Write the files of an ACTIVE read set, which counts as an access (S131 to S133)."""
        read_set = self._read_set(job, item, at)
        if read_set is None:
            return missing("readset")
        if read_set.status != "ACTIVE":
            return f"The read set cannot be exported: its status is {read_set.status}"
        base = f"{job.params['destination'].rstrip('/')}/{read_set.id}/"
        for name, content in read_set.files.items():
            if not self._s3.put(base + read_set.file_names[name], content.data):
                return f"S3 access denied for {base}"
        self._read_sets.access(read_set, at)
        return None

    def shown(self, item: Item) -> dict[str, Any]:
        """Return an item, which names its read set ``id`` here."""
        shown = super().shown(item)
        return {"id": shown.pop("readSetId"), **shown}
