"""Read sets (S90 to S104, S140 to S142): ListReadSets, GetReadSetMetadata, GetReadSet,
BatchDeleteReadSet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ....domain.content import Content
from ....domain.declared_stores import DeclaredReadSet
from ....domain.read_files import FILE_TYPES, counts, etag, named_files
from ....domain.resource import Resource
from ....domain.scheduler import Scheduler
from ....domain.usage import Usage
from ....wire.views import Layers
from ...exceptions import ConflictException, ResourceNotFoundException
from ..collection import Kind, Model, ResourceEvents
from ..context import Context
from .common import GONE_IS_DELETED, ID_DIGITS, missing, part_of
from .in_store import StoreContent
from .sequence_stores import DEFAULT_ALGORITHM, SequenceStores
from .tags import service_tags

#: S96: after this time without access a read set is archived.
ARCHIVED_AFTER = timedelta(days=30)

#: S102: the statuses in which the sources of a read set can be read.
_READABLE = ("ACTIVE", "PROCESSING_UPLOAD")

#: S97: the statuses of a read set that was not processed, and so has no index, counts and hashes.
_UNPROCESSED = ("PROCESSING_UPLOAD", "UPLOAD_FAILED")


class ReadSet(Model, BaseModel):
    """A read set. ``file_names`` are those of its files in S3, by the member of ``files``."""

    files: dict[str, Content]
    file_names: dict[str, str]
    accessed: datetime

    @property
    def status_message(self) -> str | None:
        """Why an upload failed (S97)."""
        return self.problem if self.status == "UPLOAD_FAILED" else None


class ReadSets(StoreContent[ReadSet]):
    """The read sets of an account and region. Import jobs and uploads create them."""

    KIND: ClassVar[Kind[ReadSet]] = Kind(
        label="Read set",
        arn="sequenceStore",
        model=ReadSet,
        lifecycle=tables.READ_SET,
        create="",
        list="ListReadSets",
        digits=ID_DIGITS,
        filter=("name", "status", "sampleId", "subjectId", "generatedFrom", "creationType"),
        missing=missing("readset"),
        progression_key="read_set",
        event="Read Set Status Change",
    )
    EVENT_STATUSES: ClassVar[Mapping[str, str]] = GONE_IS_DELETED
    STORE = "sequenceStoreId"
    SEGMENT = "readSet"
    _stores: SequenceStores

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents,
        stores: SequenceStores,
    ):
        super().__init__(context, scheduler, usage, events, stores)
        #: Reference → the number of read sets that have it.
        self._uses: Counter[str] = Counter()

    def store(self, resource: ReadSet) -> None:
        """Make a read set available."""
        super().store(resource)
        if arn := resource.params.get("referenceArn"):
            self._uses[arn] += 1

    def discard(self, resource: ReadSet) -> None:
        """Forget a deleted read set."""
        super().discard(resource)
        if arn := resource.params.get("referenceArn"):
            self._uses[arn] -= 1
            if not self._uses[arn]:
                del self._uses[arn]

    def uses_of(self, reference_arn: str) -> int:
        """Return the number of read sets that have a reference (S48)."""
        return self._uses[reference_arn]

    def new_read_set_id(self) -> str:
        """Return the id of a read set that is being imported (S75)."""
        return self.new_id({})

    def add_files(
        self,
        params: Mapping[str, Any],
        files: Mapping[str, tuple[str, bytes]],
        *,
        state: str,
        at: datetime,
        id: str | None = None,
    ) -> ReadSet:
        """Create a read set from (name, content) of its files, by the member of ``files``."""
        read_set = self.add(params, id or self.new_read_set_id(), state, at)
        read_set.files = {name: Content(data) for name, (_, data) in files.items()}
        read_set.file_names = {name: file_name for name, (file_name, _) in files.items()}
        read_set.accessed = at
        return read_set

    def declare_in(self, store_id: str, declared: DeclaredReadSet) -> None:
        """Create a read set that the settings of the mock declare."""
        params = {
            **declared.params,
            self.STORE: store_id,
            "creationType": "IMPORT",
            "tags": service_tags(declared.params),
        }
        self._context.claim_id(declared.id)
        now = self._context.now()
        files = named_files(params["fileType"], params["name"], declared.files)
        read_set = self.add_files(params, files, state="ACTIVE", at=now, id=declared.id)
        if declared.status == "ARCHIVED":
            read_set.move("archive", now)

    # -- archiving --

    def archive_if_due(self, read_set: ReadSet, at: datetime | None = None) -> None:
        """Archive a read set without access in the 30 days before ``at``, by default now (S96)."""
        due = read_set.accessed + ARCHIVED_AFTER
        if read_set.status == "ACTIVE" and (at or self._context.now()) >= due:
            read_set.move("archive", due)

    def access(self, read_set: ReadSet, at: datetime | None = None) -> None:
        """Count an access, by default now, after which the 30 days begin anew."""
        read_set.accessed = at or self._context.now()

    def find_in(self, store_id: str, id: str, at: datetime | None = None) -> ReadSet:
        """Return a read set of a store as it is ``at`` a time that is due, by default now.

        Raises ResourceNotFoundException for either.
        """
        read_set = super().find_in(store_id, id)
        self.archive_if_due(read_set, at)
        return read_set

    def event_detail(self, resource: ReadSet) -> Mapping[str, Any]:
        """Return the detail of an event beside omicsVersion and status (S172)."""
        return {**super().event_detail(resource), "statusMessage": resource.status_message}

    # -- responses --

    def describe(self, resource: ReadSet) -> Layers:
        """Return the members of a read set."""
        self.archive_if_due(resource)
        return super().describe(resource)

    def computed(self, resource: ReadSet) -> Mapping[str, Any]:
        """Return the files and what they contain (S91 to S94, S97)."""
        store = self._stores.find(resource.params[self.STORE])
        base = f"{self._stores.s3_uri(store)}readSet/{resource.id}/"
        processed = resource.status not in _UNPROCESSED
        files = {
            name: {
                **content.members(),
                "s3Access": {"s3Uri": base + resource.file_names[name]},
            }
            for name, content in resource.files.items()
            if processed or name != "index"
        }
        if not processed:
            return {"files": files}
        family = store.params.get("eTagAlgorithmFamily", DEFAULT_ALGORITHM)
        return {"files": files, **self._contained(resource, family)}

    @staticmethod
    def _contained(resource: ReadSet, family: str) -> Mapping[str, Any]:
        """Return counts and hashes, which are computed at the first use."""
        if "etag" not in resource.resolved:
            file_type = resource.params["fileType"]
            reads, bases = counts(file_type, resource.files)
            information = {
                "totalReadCount": reads,
                "totalBaseCount": bases,
                "generatedFrom": resource.params.get("generatedFrom"),
                "alignment": "ALIGNED" if FILE_TYPES[file_type].aligned else "UNALIGNED",
            }
            resource.resolved["sequenceInformation"] = {
                name: value for name, value in information.items() if value is not None
            }
            resource.resolved["etag"] = etag(file_type, family, resource.files)
        return resource.resolved

    def selects(self, filter: Mapping[str, Any], resource: ReadSet) -> bool:
        """Return whether the ``filter`` of ListReadSets selects a read set (S11)."""
        self.archive_if_due(resource)
        # An empty text selects the read sets without a reference.
        reference = resource.params.get("referenceArn", "")
        if filter.get("referenceArn", reference) != reference:
            return False
        return super().selects(filter, resource)

    # -- content --

    def read(self, params: Mapping[str, Any]) -> memoryview:
        """Return the bytes of a part of a file: GetReadSet.

        Raises ResourceNotFoundException, ConflictException, RangeNotSatisfiableException (S101,
        S102).
        """
        read_set = self.find_in(params[self.STORE], params["id"])
        self.count_describe(read_set)
        if read_set.status not in _READABLE:
            raise ConflictException(
                f"The read set {read_set.id} cannot be read: its status is {read_set.status}"
            )
        file = params.get("file", "SOURCE1")
        content = read_set.files.get(file.lower())
        if content is None or (file == "INDEX" and read_set.status != "ACTIVE"):
            raise ResourceNotFoundException(f"The specified readset has no file {file}.")
        part = part_of(content, params["partNumber"])
        self.access(read_set)
        return part

    # -- deletion and tags --

    def delete_many(self, store_id: str, ids: Sequence[str]) -> Layers:
        """Delete read sets and return the errors of those that do not exist (S140 to S142)."""
        self._stores.find(store_id)
        errors = []
        for id in ids:
            try:
                self.move(super().find_in(store_id, id), "delete")
            except ResourceNotFoundException as error:
                errors.append({"id": id, "code": "", "message": str(error.message)})
        return Layers({"errors": errors} if errors else {})

    def resource_changed(self, resource: Resource, at: datetime) -> None:
        """Begin the 30 days anew when a read set becomes ACTIVE (S96)."""
        if resource.status == "ACTIVE":
            assert isinstance(resource, ReadSet)
            resource.accessed = at
        super().resource_changed(resource, at)
