"""The analytics of one account and region."""

from __future__ import annotations

from typing import Any

from ....domain.scheduler import Scheduler
from ....domain.usage import Usage
from ...integrations.iam import Iam
from ...integrations.s3 import S3
from ..collection import Collection, ResourceEvents
from ..context import Context
from .annotation_stores import AnnotationStores
from .import_jobs import AnnotationImportJobs, VariantImportJobs
from .stores import References, Shared
from .variant_stores import VariantStores


class Analytics:
    """Variant stores, annotation stores with their versions, and imports."""

    def __init__(
        self,
        context: Context,
        scheduler: Scheduler,
        usage: Usage,
        events: ResourceEvents,
        *,
        s3: S3,
        iam: Iam,
        shares: Shared,
        references: References,
    ):
        shared = context, scheduler, usage, events
        self.variant_stores = VariantStores(*shared, shares=shares, references=references)
        self.annotation_stores = AnnotationStores(*shared, shares=shares, references=references)
        self.variant_jobs = VariantImportJobs(*shared, self.variant_stores, s3=s3, iam=iam)
        self.annotation_jobs = AnnotationImportJobs(*shared, self.annotation_stores, s3=s3, iam=iam)
        self.variant_jobs.other = self.annotation_jobs
        self.annotation_jobs.other = self.variant_jobs
        self.variant_stores.imports = self.variant_jobs
        self.annotation_stores.imports = self.annotation_jobs

    def uses_reference(self, arn: str) -> bool:
        """Return whether a store has a reference, which cannot be deleted then (S48)."""
        stores = (*self.variant_stores.all(), *self.annotation_stores.all())
        return any(store.params.get("reference") == {"referenceArn": arn} for store in stores)

    def tags_of(self, kind: str, id: str) -> dict[str, str] | None:
        """Return the tags of a store or version by its ARN, which ends in ``{kind}/{id}``."""
        family = self.variant_stores if kind == "variantStore" else self.annotation_stores
        return family.tags_of(id)

    def tagged_families(self) -> tuple[Collection[Any], ...]:
        """Return the kinds of resources that have tags (A100)."""
        stores = self.annotation_stores
        return self.variant_stores, stores, stores.versions
