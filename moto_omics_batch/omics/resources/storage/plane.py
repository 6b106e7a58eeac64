"""The storage of one account and region."""

from __future__ import annotations

from typing import Any

from ....domain.scheduler import Scheduler
from ....domain.usage import Usage
from ...exceptions import ConflictException
from ...integrations.s3 import S3
from ..collection import Collection
from ..context import Context
from .reference_stores import ReferenceStores
from .references import ReferenceImportJobs, References
from .sequence_stores import SequenceStores


class Storage:
    """Reference stores, sequence stores, and what they contain."""

    def __init__(self, context: Context, scheduler: Scheduler, usage: Usage, *, s3: S3):
        shared = context, scheduler, usage
        self.reference_stores = ReferenceStores(*shared)
        self.references = References(*shared, self.reference_stores)
        self.reference_import_jobs = ReferenceImportJobs(
            *shared, self.reference_stores, references=self.references, s3=s3
        )
        self.sequence_stores = SequenceStores(*shared)

    def tags_of(self, kind: str, id: str) -> dict[str, str] | None:
        """Return the tags of a resource by its ARN, which ends in ``{kind}/{id}`` (S150)."""
        family: Collection[Any] = self.sequence_stores
        if kind == "referenceStore":
            family = self.references if "/" in id else self.reference_stores
        return family.tags_of(id)

    def tagged_families(self) -> tuple[Collection[Any], ...]:
        """Return the kinds of resources that have tags (S150)."""
        return self.reference_stores, self.references, self.sequence_stores

    def delete_reference_store(self, store_id: str) -> None:
        """Delete a store without references. Raises ResourceNotFound, ConflictException (S34)."""
        self.reference_stores.find(store_id)
        if any(True for _ in self.references.of_store(store_id)):
            raise ConflictException(f"Reference store {store_id} contains references")
        if self.reference_import_jobs.unfinished(store_id):
            raise ConflictException(f"Reference store {store_id} has an import job in progress")
        self.reference_stores.delete(store_id)
        self.reference_import_jobs.forget_store(store_id)
