"""References and their import (S40 to S48, S100 to S103): StartReferenceImportJob,
GetReferenceImportJob, ListReferenceImportJobs, ListReferences, GetReferenceMetadata, GetReference,
DeleteReference."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from moto.core.common_models import BaseModel

from ....domain import tables
from ....domain.content import Content
from ....domain.fasta import index
from ....domain.job import Item, Job
from ....domain.scheduler import Scheduler
from ....domain.usage import Usage
from ...exceptions import RangeNotSatisfiableException, ValidationException
from ..collection import Collection, Kind, Model, ResourceEvents
from ..context import Context
from .common import GONE_IS_DELETED, ID_DIGITS, TOKEN, missing, part_of
from .in_store import StoreContent
from .job_access import JobAccess, Unreadable
from .jobs import JobModel, Jobs

#: S103: a range, with or without its unit.
_RANGE = re.compile(r"(?:bytes=)?([0-9]*)-([0-9]*)")


class Reference(Model, BaseModel):
    """A reference genome."""

    files: dict[str, Content]


class References(StoreContent[Reference]):
    """The references of an account and region. They are created by import jobs."""

    KIND: ClassVar[Kind[Reference]] = Kind(
        label="Reference",
        arn="referenceStore",
        model=Reference,
        lifecycle=tables.REFERENCE,
        create="",
        list="ListReferences",
        digits=ID_DIGITS,
        filter=("name",),
        missing=missing("reference"),
        event="Reference Status Change",
    )
    STORE = "referenceStoreId"
    SEGMENT = "reference"
    EVENT_STATUSES: ClassVar[Mapping[str, str]] = GONE_IS_DELETED

    def __init__(self, *shared: Any):
        super().__init__(*shared)
        #: (store, name) → the number of references that have the name.
        self._names: Counter[tuple[str, str]] = Counter()

    def store(self, resource: Reference) -> None:
        """Make a reference available."""
        super().store(resource)
        self._names[resource.params[self.STORE], resource.params["name"]] += 1

    def discard(self, resource: Reference) -> None:
        """Forget a deleted reference."""
        super().discard(resource)
        name = resource.params[self.STORE], resource.params["name"]
        self._names[name] -= 1
        if not self._names[name]:
            del self._names[name]

    def has_name(self, store_id: str, name: str) -> bool:
        """Return whether a reference of a store has this name (S43)."""
        return self._names[store_id, name] > 0

    def import_(
        self,
        params: Mapping[str, Any],
        data: bytes,
        name: str,
        at: datetime | None,
        id: str | None = None,
    ) -> Reference:
        """Create a reference from the content of a FASTA file of this name (S45, S47).

        ``at`` is the time of its creation, ``id`` that of a declared reference.
        """
        if id is not None:
            self._context.claim_id(id)
        reference = self.add(params, id, "ACTIVE" if id else None, at)
        reference.files = {"source": Content(data), "index": Content(index(data, name))}
        return reference

    def computed(self, resource: Reference) -> Mapping[str, Any]:
        """Return the files and their digest."""
        return {
            "md5": resource.files["source"].md5,
            "files": {name: content.members() for name, content in resource.files.items()},
        }

    def selects(self, filter: Mapping[str, Any], resource: Reference) -> bool:
        """Return whether the ``filter`` of ListReferences selects a reference (S11)."""
        if "md5" in filter and filter["md5"] != resource.files["source"].md5:
            return False
        return super().selects(filter, resource)

    def read(self, params: Mapping[str, Any]) -> memoryview:
        """Return the bytes of a part of a file: GetReference.

        Raises ResourceNotFoundException, RangeNotSatisfiableException (S101, S103).
        """
        reference = self.find_in(params[self.STORE], params["id"])
        content = reference.files[params.get("file", "SOURCE").lower()]
        part = part_of(content, params["partNumber"])
        return part if "Range" not in params else _range(part, params["Range"])

    def delete_in(self, store_id: str, id: str) -> None:
        """Delete a reference of a store. Raises ResourceNotFoundException."""
        self.move(self.find_in(store_id, id), "delete")


def _range(part: memoryview, text: str) -> memoryview:
    """Return a range of a part (S103). Raises RangeNotSatisfiableException."""
    found = _RANGE.fullmatch(text)
    first, last = found.groups() if found else ("", "")
    if first:
        start, end = int(first), int(last) + 1 if last else len(part)
    elif last:
        start, end = max(len(part) - int(last), 0), len(part)
    else:
        start, end = 0, 0
    selected = part[start:end]
    if not len(selected):
        raise RangeNotSatisfiableException(f"The range {text!r} has no bytes of the part")
    return selected


class ReferenceImportJob(JobModel, BaseModel):
    """An import of references."""


class ReferenceImportJobs(Jobs[ReferenceImportJob]):
    """The imports of references."""

    KIND: ClassVar[Kind[ReferenceImportJob]] = Kind(
        label="Reference import job",
        arn="",
        model=ReferenceImportJob,
        lifecycle=tables.JOB,
        create="StartReferenceImportJob",
        list="ListReferenceImportJobs",
        digits=ID_DIGITS,
        token=TOKEN,
        filter=("status",),
        missing=missing("import job"),
        progression_key="reference_import_job",
        event="Reference Import Job Status Change",
    )
    STORE = "referenceStoreId"

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents,
        stores: Collection[Any],
        *,
        references: References,
        access: JobAccess,
    ):
        super().__init__(context, scheduler, usage, events, stores)
        self._references = references
        self._access = access

    def check(self, params: Mapping[str, Any]) -> None:
        """Check names, tags and the role.

        Raises ValidationException, also for a name that is taken: by a reference, by one that is
        being imported, or by another source (S43).
        """
        store_id = params[self.STORE]
        taken = {item.params["name"] for job in self.unfinished(store_id) for item in job.items}
        for number, source in enumerate(params["sources"], 1):
            self._context.check_tags(source, f"sources.{number}.member.tags")
            name = source["name"]
            if name in taken or self._references.has_name(store_id, name):
                raise ValidationException(
                    f"'sources.{number}.member.name': a reference has the name '{name}' already"
                )
            taken.add(name)
        self._access.check_role(params["roleArn"], f"referenceStore/{store_id}")

    def finish(self, job: Job, item: Item, at: datetime) -> str | None:
        """Read the object and create the reference (S44, S76)."""
        uri = item.params["sourceFile"]
        try:
            data = self._access.read(uri)
        except Unreadable as problem:
            return str(problem)
        params = {
            **{name: value for name, value in item.params.items() if name != "sourceFile"},
            self.STORE: job.params[self.STORE],
            "creationJobId": job.id,
            "creationType": "IMPORT",
        }
        reference = self._references.import_(params, data, uri.rpartition("/")[2], at)
        item.resolved["referenceId"] = reference.id
        return None
