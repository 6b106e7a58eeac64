"""The resources that requests to storage and analytics are authorised on (S183, A110, A111)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import OperationModel

#: The first segments of paths of storage: segment → (kind in ARNs, label of the store's id).
_STORAGE = {
    "referencestore": ("referenceStore", "referenceStoreId"),
    "sequencestore": ("sequenceStore", "sequenceStoreId"),
}

#: The operations that are authorised on a resource in a store, and on the store.
_IN_STORES = {
    "GetReadSet": "readSet",
    "GetReadSetMetadata": "readSet",
    "GetReference": "reference",
    "GetReferenceMetadata": "reference",
    "DeleteReference": "reference",
}

#: The first segments of paths of analytics that name a store.
_ANALYTICS = ("variantStore", "annotationStore")

#: The operations that name a store of analytics in the body: operation → kind in ARNs.
_IMPORTS = {
    "StartVariantImportJob": "variantStore",
    "StartAnnotationImportJob": "annotationStore",
}

#: What is created has no resource, and is tagged as one of its kind.
_CREATED = {
    "CreateReferenceStore": "referenceStore",
    "CreateSequenceStore": "sequenceStore",
    "CreateVariantStore": "variantStore",
    "CreateAnnotationStore": "annotationStore",
}


def store_resources(
    operation: OperationModel, labels: Mapping[str, str], given: Mapping[str, Any], prefix: str
) -> list[str] | None:
    """Return the resources of a request, None for an operation of another API.

    ``given`` are the members of the body, ``prefix`` is ``arn:aws:omics:region:account:``.
    """
    host: Any = operation.endpoint or {}
    plane = str(host.get("hostPrefix", ""))
    if plane in ("storage-", "control-storage-"):
        return list(_storage(operation, labels, prefix))
    if plane == "analytics-":
        return list(_analytics(operation, labels, given, prefix))
    return None


def tagged_resource(
    operation: str, labels: Mapping[str, str], given: Mapping[str, Any], prefix: str
) -> str | None:
    """Return the resource on which tags at creation are authorised, None for other operations."""
    if operation == "CreateAnnotationStoreVersion":
        return f"{prefix}annotationStore/{labels['name']}/version/{given.get('versionName')}"
    kind = _CREATED.get(operation)
    if kind is None:
        return None
    name = given.get("name") if kind in _ANALYTICS else None
    return f"{prefix}{kind}/{name if isinstance(name, str) else '*'}"


def _storage(operation: OperationModel, labels: Mapping[str, str], prefix: str) -> Iterator[str]:
    if "s3AccessPointArn" in labels:
        # The name of an access point ends in the id of its store (S60).
        yield f"{prefix}sequenceStore/{labels['s3AccessPointArn'].rpartition('-')[2]}"
        return
    segment = operation.http["requestUri"].strip("/").split("/")[0]
    if segment not in _STORAGE or operation.name in _CREATED:
        yield "*"
        return
    kind, label = _STORAGE[segment]
    store = f"{prefix}{kind}/{labels.get(label) or labels['id']}"
    if operation.name in _IN_STORES:
        yield f"{store}/{_IN_STORES[operation.name]}/{labels['id']}"
    yield store


def _analytics(
    operation: OperationModel, labels: Mapping[str, str], given: Mapping[str, Any], prefix: str
) -> Iterator[str]:
    path: str = operation.http["requestUri"]
    kind, name = path.strip("/").split("/")[0], labels.get("name")
    if operation.name in _IMPORTS:
        kind, name = _IMPORTS[operation.name], given.get("destinationName")
    if kind not in _ANALYTICS or not isinstance(name, str):
        # A111: where no resource is documented, the path of the request is one.
        for label, value in labels.items():
            path = path.replace(f"{{{label}}}", value)
        yield f"{prefix}{path}"
        return
    store = f"{prefix}{kind}/{name}"
    if operation.name in ("GetAnnotationStoreVersion", "UpdateAnnotationStoreVersion"):
        yield f"{store}/version/{labels['versionName']}"
        return
    yield store
    for version in _named_versions(operation.name, given):
        yield f"{store}/version/{version}"


def _named_versions(operation: str, given: Mapping[str, Any]) -> Iterator[str]:
    if operation == "StartAnnotationImportJob":
        named: Any = [given.get("versionName")]
    else:
        named = given.get("versions") if operation == "DeleteAnnotationStoreVersions" else []
    if isinstance(named, list):
        yield from (version for version in named if isinstance(version, str))
