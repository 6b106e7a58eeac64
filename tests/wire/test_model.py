"""The botocore model: operations by host prefix, and the HTTP status of errors."""

from __future__ import annotations

from moto_omics_batch.wire import model


def test_the_plane_contains_all_operations_with_their_host_prefixes() -> None:
    plane = model.plane()
    assert {"StartRunBatch", "GetRun", "TagResource", "CreateConfiguration"} <= plane
    assert {"CreateSequenceStore", "GetReadSet", "CreateVariantStore", "CreateShare"} <= plane
    assert plane == set(model.service().operation_names)
    prefixes = {
        name: model.host_prefix(model.service().operation_model(name))
        for name in ("StartRunBatch", "TagResource", "GetReadSet")
    }
    assert prefixes["StartRunBatch"] == "workflows-"
    assert prefixes["TagResource"] == "tags-"


def test_errors_have_the_status_of_the_model() -> None:
    found = {
        code: model.error_status(code)
        for code in (
            "ValidationException",
            "AccessDeniedException",
            "ResourceNotFoundException",
            "RequestTimeoutException",
            "ConflictException",
            "ThrottlingException",
            "ServiceQuotaExceededException",
            "InternalServerException",
        )
    }
    assert list(found.values()) == [400, 403, 404, 408, 409, 429, 402, 500]
