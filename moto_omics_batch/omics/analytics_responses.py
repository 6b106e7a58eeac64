"""The operations of analytics and of shares, one method each, as in `responses`."""

from __future__ import annotations

from ..wire.views import Layers, Page
from .dispatch import OmicsDispatcher


class AnalyticsResponse(OmicsDispatcher):
    """Variant stores, annotation stores and their versions, imports, and shares."""

    # -- variant stores --

    def create_variant_store(self) -> Layers:
        return self.backend.analytics.variant_stores.create(self.params)

    def get_variant_store(self) -> Layers:
        return self.backend.analytics.variant_stores.get(self.params["name"])

    def list_variant_stores(self) -> Page:
        return self.backend.analytics.variant_stores.list(self.params)

    def update_variant_store(self) -> Layers:
        return self.backend.analytics.variant_stores.change(self.params)

    def delete_variant_store(self) -> Layers:
        stores, force = self.backend.analytics.variant_stores, self.params.get("force", False)
        return stores.remove_store(self.params["name"], force=force)

    # -- annotation stores --

    def create_annotation_store(self) -> Layers:
        return self.backend.analytics.annotation_stores.create(self.params)

    def get_annotation_store(self) -> Layers:
        return self.backend.analytics.annotation_stores.get(self.params["name"])

    def list_annotation_stores(self) -> Page:
        return self.backend.analytics.annotation_stores.list(self.params)

    def update_annotation_store(self) -> Layers:
        return self.backend.analytics.annotation_stores.change(self.params)

    def delete_annotation_store(self) -> Layers:
        stores, force = self.backend.analytics.annotation_stores, self.params.get("force", False)
        return stores.remove_store(self.params["name"], force=force)

    # -- versions of annotation stores --

    def create_annotation_store_version(self) -> Layers:
        return self.backend.analytics.annotation_stores.create_version(self.params)

    def get_annotation_store_version(self) -> Layers:
        stores = self.backend.analytics.annotation_stores
        return stores.get_version(self.params["name"], self.params["versionName"])

    def list_annotation_store_versions(self) -> Page:
        return self.backend.analytics.annotation_stores.list_versions(self.params)

    def update_annotation_store_version(self) -> Layers:
        return self.backend.analytics.annotation_stores.change_version(self.params)

    def delete_annotation_store_versions(self) -> Layers:
        return self.backend.analytics.annotation_stores.remove_versions(self.params)

    # -- imports --

    def start_variant_import_job(self) -> Layers:
        return self.backend.analytics.variant_jobs.start(self.params)

    def get_variant_import_job(self) -> Layers:
        return self.backend.analytics.variant_jobs.get(self.params["jobId"])

    def list_variant_import_jobs(self) -> Page:
        return self.backend.analytics.variant_jobs.list(self.params)

    def cancel_variant_import_job(self) -> Layers:
        self.backend.analytics.variant_jobs.cancel(self.params["jobId"])
        return Layers()

    def start_annotation_import_job(self) -> Layers:
        return self.backend.analytics.annotation_jobs.start(self.params)

    def get_annotation_import_job(self) -> Layers:
        return self.backend.analytics.annotation_jobs.get(self.params["jobId"])

    def list_annotation_import_jobs(self) -> Page:
        return self.backend.analytics.annotation_jobs.list(self.params)

    def cancel_annotation_import_job(self) -> Layers:
        self.backend.analytics.annotation_jobs.cancel(self.params["jobId"])
        return Layers()

    # -- shares --

    def create_share(self) -> Layers:
        return self.backend.shares.create(self.params)

    def accept_share(self) -> Layers:
        return self.backend.shares.accept(self.params["shareId"])

    def get_share(self) -> Layers:
        return self.backend.shares.get(self.params["shareId"])

    def list_shares(self) -> Page:
        return self.backend.shares.list(self.params)

    def delete_share(self) -> Layers:
        return self.backend.shares.delete(self.params["shareId"])
