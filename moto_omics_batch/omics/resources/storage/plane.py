"""The storage of one account and region, and the rules that concern several kinds of resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from ....domain.declared_stores import DeclaredStore
from ....domain.scheduler import Scheduler
from ....domain.usage import Usage
from ...exceptions import ConflictException, ResourceNotFoundException
from ...integrations.iam import Iam
from ...integrations.s3 import S3
from ..collection import Collection, ResourceEvents
from ..context import Context
from .access_policies import AccessPolicies
from .job_access import JobAccess
from .read_set_jobs import ReadSetActivationJobs, ReadSetExportJobs, ReadSetImportJobs
from .read_sets import ReadSets
from .reference_stores import ReferenceStores
from .references import ReferenceImportJobs, References
from .sequence_stores import SequenceStores
from .sources import Sources
from .uploads import Uploads


class Storage:
    """Reference stores, sequence stores, and what they contain."""

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents,
        *,
        s3: S3,
        iam: Iam,
        uses_reference: Callable[[str], bool],
    ):
        shared = context, scheduler, usage, events
        self._uses_reference = uses_reference
        self._reference_prefix = context.arn("referenceStore", "")
        self.reference_stores = ReferenceStores(*shared)
        self.references = References(*shared, self.reference_stores)
        access = JobAccess(context, s3, iam)
        self.reference_import_jobs = ReferenceImportJobs(
            *shared, self.reference_stores, references=self.references, access=access
        )
        self.sequence_stores = SequenceStores(*shared)
        self.read_sets = ReadSets(*shared, self.sequence_stores)
        sources = Sources(context, self.references)
        of_sequence_store = *shared, self.sequence_stores
        services: dict[str, Any] = {"read_sets": self.read_sets, "s3": s3, "access": access}
        self.import_jobs = ReadSetImportJobs(*of_sequence_store, sources=sources, **services)
        self.activation_jobs = ReadSetActivationJobs(*of_sequence_store, **services)
        self.export_jobs = ReadSetExportJobs(*of_sequence_store, **services)
        self.uploads = Uploads(*of_sequence_store, read_sets=self.read_sets, sources=sources)
        self.access_policies = AccessPolicies(context, events, self.sequence_stores)

    # -- declared stores --

    def seed_references(self, declared: DeclaredStore) -> None:
        """Create the reference store that the settings of the mock declare."""
        if not self.reference_stores.declare(declared):
            return
        for reference in declared.content:
            params = {
                **reference.params,
                References.STORE: declared.id,
                "creationType": "IMPORT",
            }
            self.references.import_(
                params, reference.content, params["name"], at=None, id=reference.id
            )

    def seed_read_sets(self, declared: DeclaredStore) -> None:
        """Create a sequence store that the settings of the mock declare."""
        if not self.sequence_stores.declare(declared):
            return
        for read_set in declared.content:
            self.read_sets.declare_in(declared.id, read_set)

    # -- inputs of runs --

    def stored_status(
        self, kind: str, store_id: str, id: str, at: datetime, *, access: bool
    ) -> str | None:
        """Return the status of a read set or a reference ``at`` a time, None without one (S181).

        An ``access`` to an ACTIVE read set is counted (S182).
        """
        try:
            if kind == "reference":
                return self.references.find_in(store_id, id).status
            read_set = self.read_sets.find_in(store_id, id, at)
        except ResourceNotFoundException:
            return None
        if access and read_set.status == "ACTIVE":
            self.read_sets.access(read_set, at)
        return read_set.status

    def lacks_reference(self, arn: str) -> bool:
        """Return whether there are references, but not the one of an ARN (A20)."""
        if next(iter(self.references.all()), None) is None:
            return False
        return self.references.tags_of(arn.removeprefix(self._reference_prefix)) is None

    # -- tags --

    def tags_of(self, kind: str, id: str) -> dict[str, str] | None:
        """Return the tags of a resource by its ARN, which ends in ``{kind}/{id}`` (S150)."""
        family: Collection[Any]
        if kind == "referenceStore":
            family = self.references if "/" in id else self.reference_stores
        else:
            family = self.read_sets if "/" in id else self.sequence_stores
        return family.tags_of(id)

    def tagged_families(self) -> tuple[Collection[Any], ...]:
        """Return the kinds of resources that have tags (S150)."""
        return self.reference_stores, self.references, self.sequence_stores, self.read_sets

    # -- deletions --

    def delete_reference_store(self, store_id: str) -> None:
        """Delete a store without references (S34).

        Raises ResourceNotFoundException, ConflictException.
        """
        self.reference_stores.find(store_id)
        if any(True for _ in self.references.of_store(store_id)):
            raise ConflictException(f"Reference store {store_id} contains references")
        self._check_unfinished("Reference store", store_id, self.reference_import_jobs)
        self.reference_stores.delete(store_id)
        for family in (self.reference_import_jobs, self.references):
            family.forget_store(store_id)

    def delete_sequence_store(self, store_id: str) -> None:
        """Delete a store without read sets (S57).

        Raises ResourceNotFoundException, ConflictException.
        """
        self.sequence_stores.find(store_id)
        if any(True for _ in self.read_sets.of_store(store_id)):
            raise ConflictException(f"Sequence store {store_id} contains read sets")
        self._check_unfinished("Sequence store", store_id, self.import_jobs)
        self.sequence_stores.delete(store_id)
        jobs = self.import_jobs, self.activation_jobs, self.export_jobs
        for family in (*jobs, self.uploads, self.read_sets):
            family.forget_store(store_id)
        self.access_policies.forget_store(store_id)

    @staticmethod
    def _check_unfinished(kind: str, store_id: str, jobs: Any) -> None:
        if jobs.unfinished(store_id):
            raise ConflictException(f"{kind} {store_id} has an import job in progress")

    def delete_reference(self, store_id: str, id: str) -> None:
        """Delete a reference that no read set and no store of analytics has (S48).

        Raises ResourceNotFoundException, ConflictException.
        """
        arn = self.references.find_in(store_id, id).arn
        if self.read_sets.uses_of(arn) or arn in self._being_imported():
            raise ConflictException(f"Reference {id} cannot be deleted: read sets use it")
        if self._uses_reference(arn):
            raise ConflictException(
                f"Reference {id} cannot be deleted: variant stores or annotation stores use it"
            )
        self.references.delete_in(store_id, id)

    def _being_imported(self) -> Iterator[str | None]:
        """Yield the references of the sources of unfinished imports."""
        for store in self.sequence_stores.all():
            for job in self.import_jobs.unfinished(store.id):
                yield from (item.params.get("referenceArn") for item in job.items)
