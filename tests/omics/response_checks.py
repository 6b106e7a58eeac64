"""Comparison of HTTP responses with the output shapes of the installed botocore model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from tests.omics.helpers import HttpResponse, model

#: Errors that every AWS service can return and no model lists.
_COMMON_ERRORS = {"InvalidSignatureException": 403, "UnrecognizedClientException": 403}

#: Required members of the model that are absent where there is no value (A6, A7, S110).
_OPTIONAL = {
    ("CreateMultipartReadSetUploadResponse", "referenceArn"),
    ("MultipartReadSetUploadListItem", "generatedFrom"),
    ("MultipartReadSetUploadListItem", "referenceArn"),
    ("GetAnnotationStoreResponse", "reference"),
    ("UpdateAnnotationStoreResponse", "reference"),
    ("AnnotationStoreItem", "reference"),
    ("GetAnnotationImportResponse", "formatOptions"),
    ("GetAnnotationImportResponse", "completionTime"),
}

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")

_SCALAR_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
}


def check_response(operation: OperationModel | None, response: HttpResponse) -> list[str]:
    """Return the differences between a response and the model.

    ``operation`` is None if the path of the request belongs to no operation.
    """
    name = operation.name if operation else "no operation"
    return [f"{name}: {problem}" for problem in _problems(operation, *response)]


def _problems(
    operation: OperationModel | None, status: int, headers: Mapping[str, str], body: str | bytes
) -> Iterator[str]:
    streams = status < 400 and operation is not None and operation.has_streaming_output
    expected = "application/octet-stream" if streams else "application/json"
    if headers.get("content-type") != expected:
        yield f"content-type is {headers.get('content-type')}, not {expected}"
    if isinstance(body, bytes):
        if not streams:
            yield "the body is binary"
    elif streams:
        yield "the body is text"
    elif status >= 400:
        yield from _error_problems(operation, status, headers, body)
    elif operation is None:
        yield f"status {status} for an unknown path"
    else:
        yield from _success_problems(operation, status, body)


def _error_problems(
    operation: OperationModel | None, status: int, headers: Mapping[str, str], body: str
) -> Iterator[str]:
    code = headers.get("x-amzn-errortype", "")
    expected = _error_status(operation, code)
    if expected is None:
        yield f"error {code!r} is not declared by the operation"
    elif status != expected:
        yield f"status {status} for {code}, not {expected}"
    error = json.loads(body)
    if not isinstance(error, dict) or set(error) != {"message"} or not error["message"]:
        yield f"the body of {code} must have only a message: {body}"
    elif not isinstance(error["message"], str):
        yield f"the message of {code} is not of type string: {body}"


def _error_status(operation: OperationModel | None, code: str) -> int | None:
    if code in _COMMON_ERRORS:
        return _COMMON_ERRORS[code]
    if operation is None:
        return model.error_status(code) if code in model.service().shape_names else None
    declared = {shape.name for shape in operation.error_shapes}
    return model.error_status(code) if code in declared else None


def _success_problems(operation: OperationModel, status: int, body: str) -> Iterator[str]:
    expected = operation.http["responseCode"]
    if status != expected:
        yield f"status {status}, not {expected}"
    shape = operation.output_shape
    if shape is None or not model.members(shape):
        if body != _empty_body(operation):
            yield f"unexpected body: {body}"
    elif not body:
        yield "no body"
    else:
        yield from _value_problems(shape, json.loads(body), "the response")


def _empty_body(operation: OperationModel) -> str:
    """Return the body of a response without members: storage and analytics answer ``{}`` (S5)."""
    return "" if model.host_prefix(operation) in ("workflows-", "tags-") else "{}"


def _value_problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    if model.is_document(shape):
        return
    if shape.type_name == "timestamp":
        yield from _time_problems(shape, value, path)
    elif isinstance(shape, StructureShape):
        yield from _structure_problems(shape, value, path)
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            yield f"{path} is not of type list: {value!r}"
            return
        for at, item in enumerate(value):
            yield from _value_problems(shape.member, item, f"{path}[{at}]")
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            yield f"{path} is not of type map: {value!r}"
            return
        for key, item in value.items():
            yield from _value_problems(shape.key, key, f"a key of {path}")
            yield from _value_problems(shape.value, item, f"{path}.{key}")
    else:
        yield from _scalar_problems(shape, value, path)


def _structure_problems(shape: StructureShape, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is not of type structure: {value!r}"
        return
    members = model.members(shape)
    for name, item in value.items():
        if name in members:
            yield from _value_problems(members[name], item, f"{path}.{name}")
        else:
            yield f"{path}.{name} is unknown to the model"
    for name in shape.required_members:
        wire_name = shape.members[name].serialization.get("name", name)
        if wire_name not in value and (shape.name, name) not in _OPTIONAL:
            yield f"{path}.{name} is required and absent"


def _scalar_problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    types = _SCALAR_TYPES[shape.type_name]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        yield f"{path} is not of type {shape.type_name}: {value!r}"
        return
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        yield f"{path} is {value!r}, which is not one of {', '.join(enum)}"


def _time_problems(shape: Shape, value: Any, path: str) -> Iterator[str]:
    assert shape.serialization.get("timestampFormat") == "iso8601"
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        yield f"{path} is not an ISO-8601 time in UTC: {value!r}"
        return
    try:
        datetime.fromisoformat(value[:19])
    except ValueError:
        yield f"{path} is not a valid date: {value!r}"
