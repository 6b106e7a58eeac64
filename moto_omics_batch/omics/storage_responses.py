"""The operations of storage, one method each, as in `responses`."""

from __future__ import annotations

from ..wire.views import Layers, Page
from .dispatch import OmicsDispatcher


class StorageResponse(OmicsDispatcher):
    """Reference stores, sequence stores, and what they contain."""

    # -- reference stores --

    def create_reference_store(self) -> Layers:
        return self.backend.storage.reference_stores.create(self.params)

    def get_reference_store(self) -> Layers:
        return self.backend.storage.reference_stores.get(self.params["id"])

    def list_reference_stores(self) -> Page:
        return self.backend.storage.reference_stores.list(self.params)

    def delete_reference_store(self) -> Layers:
        self.backend.storage.delete_reference_store(self.params["id"])
        return Layers()

    # -- references --

    def start_reference_import_job(self) -> Layers:
        return self.backend.storage.reference_import_jobs.create(self.params)

    def get_reference_import_job(self) -> Layers:
        jobs = self.backend.storage.reference_import_jobs
        return jobs.get_in(self.params["referenceStoreId"], self.params["id"])

    def list_reference_import_jobs(self) -> Page:
        return self.backend.storage.reference_import_jobs.list(self.params)

    def list_references(self) -> Page:
        return self.backend.storage.references.list(self.params)

    def get_reference_metadata(self) -> Layers:
        references = self.backend.storage.references
        return references.get_in(self.params["referenceStoreId"], self.params["id"])

    def get_reference(self) -> memoryview:
        return self.backend.storage.references.read(self.params)

    def delete_reference(self) -> Layers:
        references = self.backend.storage.references
        references.delete_in(self.params["referenceStoreId"], self.params["id"])
        return Layers()

    # -- sequence stores --

    def create_sequence_store(self) -> Layers:
        return self.backend.storage.sequence_stores.create(self.params)

    def get_sequence_store(self) -> Layers:
        return self.backend.storage.sequence_stores.get(self.params["id"])

    def list_sequence_stores(self) -> Page:
        return self.backend.storage.sequence_stores.list(self.params)

    def update_sequence_store(self) -> Layers:
        return self.backend.storage.sequence_stores.change(self.params)

    def delete_sequence_store(self) -> Layers:
        self.backend.storage.sequence_stores.delete(self.params["id"])
        return Layers()
