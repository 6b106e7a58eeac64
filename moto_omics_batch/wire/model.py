"""The botocore model of HealthOmics that is installed, loaded at the first use."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

#: The host prefixes of the operations that this package implements: batches, runs, workflows, tags,
#: storage.
PLANE = ("workflows-", "tags-", "control-storage-", "storage-", "analytics-")


@cache
def service() -> ServiceModel:
    """Return the model of the service ``omics``."""
    return ServiceModel(Loader().load_service_model("omics", "service-2"), "omics")


def host_prefix(operation: OperationModel) -> str:
    """Return the host prefix of an operation, such as ``workflows-``; empty if it has none."""
    endpoint: Any = operation.endpoint or {}
    return str(endpoint.get("hostPrefix", ""))


@cache
def plane() -> frozenset[str]:
    """Return the names of the operations that are implemented: their host prefix is in PLANE."""
    model = service()
    return frozenset(
        name for name in model.operation_names if host_prefix(model.operation_model(name)) in PLANE
    )


@cache
def structure(name: str) -> StructureShape:
    """Return a structure of the model by its name, such as ``DefaultRunSetting``."""
    shape = service().shape_for(name)
    assert isinstance(shape, StructureShape)
    return shape


def members(shape: Shape) -> dict[str, Shape]:
    """Return the members of a structure: wire name → shape."""
    assert isinstance(shape, StructureShape)
    return {
        member.serialization.get("name", name): member for name, member in shape.members.items()
    }


@cache
def error_status(code: str) -> int:
    """Return the HTTP status of an error code in the model."""
    metadata: dict[str, Any] = dict(service().shape_for(code).metadata)
    return int(metadata["error"]["httpStatusCode"])


def is_document(shape: Shape) -> bool:
    """Return whether a shape allows any JSON value (``parameters``, ``engineSettings``)."""
    return bool(getattr(shape, "is_document_type", False))
