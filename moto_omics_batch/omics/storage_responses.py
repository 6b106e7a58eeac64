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
        storage = self.backend.storage
        storage.delete_reference(self.params["referenceStoreId"], self.params["id"])
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
        self.backend.storage.delete_sequence_store(self.params["id"])
        return Layers()

    # -- read sets --

    def list_read_sets(self) -> Page:
        return self.backend.storage.read_sets.list(self.params)

    def get_read_set_metadata(self) -> Layers:
        read_sets = self.backend.storage.read_sets
        return read_sets.get_in(self.params["sequenceStoreId"], self.params["id"])

    def get_read_set(self) -> memoryview:
        return self.backend.storage.read_sets.read(self.params)

    def batch_delete_read_set(self) -> Layers:
        read_sets = self.backend.storage.read_sets
        return read_sets.delete_many(self.params["sequenceStoreId"], self.params["ids"])

    # -- import jobs --

    def start_read_set_import_job(self) -> Layers:
        return self.backend.storage.import_jobs.create(self.params)

    def get_read_set_import_job(self) -> Layers:
        jobs = self.backend.storage.import_jobs
        return jobs.get_in(self.params["sequenceStoreId"], self.params["id"])

    def list_read_set_import_jobs(self) -> Page:
        return self.backend.storage.import_jobs.list(self.params)

    # -- activation jobs --

    def start_read_set_activation_job(self) -> Layers:
        return self.backend.storage.activation_jobs.create(self.params)

    def get_read_set_activation_job(self) -> Layers:
        jobs = self.backend.storage.activation_jobs
        return jobs.get_in(self.params["sequenceStoreId"], self.params["id"])

    def list_read_set_activation_jobs(self) -> Page:
        return self.backend.storage.activation_jobs.list(self.params)

    # -- export jobs --

    def start_read_set_export_job(self) -> Layers:
        return self.backend.storage.export_jobs.create(self.params)

    def get_read_set_export_job(self) -> Layers:
        jobs = self.backend.storage.export_jobs
        return jobs.get_in(self.params["sequenceStoreId"], self.params["id"])

    def list_read_set_export_jobs(self) -> Page:
        return self.backend.storage.export_jobs.list(self.params)

    # -- uploads --

    def create_multipart_read_set_upload(self) -> Layers:
        return self.backend.storage.uploads.create(self.params)

    def upload_read_set_part(self) -> Layers:
        return self.backend.storage.uploads.put_part(self.params)

    def list_read_set_upload_parts(self) -> Page:
        return self.backend.storage.uploads.list_parts(self.params)

    def complete_multipart_read_set_upload(self) -> Layers:
        return self.backend.storage.uploads.complete(self.params)

    def abort_multipart_read_set_upload(self) -> Layers:
        self.backend.storage.uploads.abort(self.params)
        return Layers()

    def list_multipart_read_set_uploads(self) -> Page:
        return self.backend.storage.uploads.list(self.params)

    # -- S3 access policies --

    def put_s3_access_policy(self) -> Layers:
        policies = self.backend.storage.access_policies
        return policies.put(self.params["s3AccessPointArn"], self.params["s3AccessPolicy"])

    def get_s3_access_policy(self) -> Layers:
        return self.backend.storage.access_policies.get(self.params["s3AccessPointArn"])

    def delete_s3_access_policy(self) -> Layers:
        self.backend.storage.access_policies.delete(self.params["s3AccessPointArn"])
        return Layers()
