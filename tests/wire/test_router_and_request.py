"""The operation of a request by method and path, and its parameters by query and body."""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import quote

import pytest
from botocore.model import Shape

from moto_omics_batch.wire import model
from moto_omics_batch.wire.request import (
    MAX_DEPTH,
    BadBody,
    _from_query,
    deeper_than,
    parameters,
)
from moto_omics_batch.wire.router import match
from tests.wire.raw import shortened, violation

# -- routes --


def test_every_operation_is_found_by_its_path() -> None:
    service = model.service()
    for name in service.operation_names:
        operation = service.operation_model(name)
        path = operation.http["requestUri"].partition("?")[0].replace("+}", "}")
        labels: dict[str, str] = {}
        while "{" in path:
            head, _, rest = path.partition("{")
            label, _, tail = rest.partition("}")
            labels[label] = f"7{len(labels)}"
            path = head + labels[label] + tail
        found = match(operation.http["method"], path)
        assert found is not None, name
        assert found[0].name == name
        assert found[1] == labels


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/runBatch", ("StartRunBatch", {})),
        ("GET", "/runBatch", ("ListBatch", {})),
        ("POST", "/runBatch/cancel", ("CancelRunBatch", {})),
        ("POST", "/runBatch/delete", ("DeleteRunBatch", {})),
        ("GET", "/runBatch/cancel", ("GetBatch", {"batchId": "cancel"})),
        ("GET", "/runBatch/1/run", ("ListRunsInBatch", {"batchId": "1"})),
        ("GET", "/runBatch/a%2Fb", ("GetBatch", {"batchId": "a/b"})),
        ("GET", "/runBatch/%E6%A0%B7", ("GetBatch", {"batchId": "样"})),
        ("GET", "/runBatch/%FF", ("GetBatch", {"batchId": "\ufffd"})),
        ("GET", "/runBatch/a+b", ("GetBatch", {"batchId": "a+b"})),
        ("GET", "/tags/arn:aws:x/y/z", ("ListTagsForResource", {"resourceArn": "arn:aws:x/y/z"})),
        ("GET", "/tags/arn%3Aaws%2Fy", ("ListTagsForResource", {"resourceArn": "arn:aws/y"})),
        ("GET", "/s3accesspolicy/a%2Fb", ("GetS3AccessPolicy", {"s3AccessPointArn": "a/b"})),
        ("PUT", "/s3accesspolicy/a/b/c", ("PutS3AccessPolicy", {"s3AccessPointArn": "a/b/c"})),
    ],
)
def test_paths_and_labels(method: str, path: str, expected: tuple[str, dict[str, str]]) -> None:
    found = match(method, path)
    assert found is not None
    assert (found[0].name, found[1]) == expected


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", "/"),
        ("GET", "/runBatch/"),
        ("GET", "//runBatch"),
        ("GET", "/runBatch/1/"),
        ("GET", "/runBatch/1/run/2"),
        ("GET", "/runbatch"),
        ("GET", "/tags/"),
        ("PUT", "/runBatch"),
        ("HEAD", "/runBatch"),
        ("get", "/runBatch"),
        ("", "/runBatch"),
        ("GET", "/runBatch\n"),
        ("GET", "/runBatch?status=FAILED"),
    ],
)
def test_routes_that_no_operation_has(method: str, path: str) -> None:
    assert match(method, path) is None


# -- parameters --


def _read(
    operation: str, query: str = "", body: bytes = b"", **labels: str
) -> tuple[dict[str, Any], list[str]]:
    return parameters(model.service().operation_model(operation), labels, query, body)


def test_labels_query_and_body_are_combined() -> None:
    given, wrong = _read("TagResource", body=b'{"tags": {"a": "b"}}', resourceArn="arn:x")
    assert (given, wrong) == ({"resourceArn": "arn:x", "tags": {"a": "b"}}, [])
    given, wrong = _read("ListRunsInBatch", "maxItems=5&runId=7&zzz=1", batchId="12")
    assert (given, wrong) == ({"batchId": "12", "maxItems": 5, "runId": "7"}, [])


def test_the_body_does_not_replace_a_label() -> None:
    body = b'{"tags": {}, "resourceArn": "arn:other"}'
    given, _ = _read("TagResource", body=body, resourceArn="arn:x")
    assert given["resourceArn"] == "arn:x"


def test_the_body_of_an_operation_without_body_members_is_ignored() -> None:
    assert _read("ListBatch", body=b"{ nonsense") == ({}, [])
    assert _read("GetBatch", body=b"\xff", batchId="1") == ({"batchId": "1"}, [])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=a", {"name": "a"}),
        ("name=a+b", {"name": "a b"}),
        ("name=a%2Bb", {"name": "a+b"}),
        ("name=1&name=2", {"name": "2"}),
        ("maxItems=7", {"maxItems": 7}),
        ("maxItems=007", {"maxItems": 7}),
        ("status=FAILED&runGroupId=1", {"status": "FAILED", "runGroupId": "1"}),
        ("", {}),
        ("&&", {}),
        ("=1", {}),
    ],
)
def test_query_values_have_the_types_of_the_model(query: str, expected: dict[str, Any]) -> None:
    assert _read("ListBatch", query) == (expected, [])


@pytest.mark.parametrize("number", ["", "x", "1.5", "-", "--1", "+1", " 1", "1_0", "٣", "²", "1e3"])
def test_a_query_value_that_is_not_a_number(number: str) -> None:
    _, wrong = _read("ListBatch", f"maxItems={quote(number)}")
    assert wrong == [violation(f"'{number}'", "maxItems", "Member must be of type integer")]


def test_a_list_in_the_query() -> None:
    given, wrong = _read("UntagResource", "tagKeys=a&tagKeys=b", resourceArn="arn:x")
    assert (given["tagKeys"], wrong) == (["a", "b"], [])
    given, wrong = _read("GetWorkflow", "export=DEFINITION&export=NO", id="1")
    assert given["export"] == ["DEFINITION", "NO"]
    assert wrong == [
        "Value 'NO' at 'export.2.member' failed to satisfy constraint: "
        "Member must satisfy enum value set: [DEFINITION, README]"
    ]


def test_a_required_list_that_is_not_in_the_query_is_empty() -> None:
    given, wrong = _read("UntagResource", resourceArn="arn:x")
    assert (given, wrong) == ({"resourceArn": "arn:x", "tagKeys": []}, [])


# -- bodies --


UPLOAD = {"sequenceStoreId": "1234567890", "uploadId": "1234567891"}


@pytest.mark.parametrize("body", [b"", b"\x1f\x8b\x00", b'{"partNumber": 2}'])
def test_a_payload_is_the_body_as_it_was_sent(body: bytes) -> None:
    query = "partSource=SOURCE1&partNumber=1"
    operation = model.service().operation_model("UploadReadSetPart")
    given, violations = parameters(operation, UPLOAD, query, body)
    assert given == {**UPLOAD, "partSource": "SOURCE1", "partNumber": 1, "payload": body}
    assert violations == []


@pytest.mark.parametrize("text", ["bytes=1-2", "1-2", "x" * 127])
def test_a_header_is_taken_without_its_pattern(text: str) -> None:
    operation = model.service().operation_model("GetReference")
    labels = {"referenceStoreId": "1234567890", "id": "1234567891"}
    given, violations = parameters(operation, labels, "partNumber=1", b"", {"Range": text})
    assert given == {**labels, "partNumber": 1, "Range": text}
    assert violations == []


@pytest.mark.parametrize(
    ("text", "must"),
    [
        ("", "Member must have length greater than or equal to 1"),
        ("x" * 128, "Member must have length less than or equal to 127"),
    ],
)
def test_the_length_of_a_header_is_checked(text: str, must: str) -> None:
    operation = model.service().operation_model("GetReference")
    labels = {"referenceStoreId": "1234567890", "id": "1234567891"}
    _, violations = parameters(operation, labels, "partNumber=1", b"", {"Range": text})
    assert violations == [violation(f"'{text}'", "range", must)]


@pytest.mark.parametrize("body", [b"", b" ", b"\n\t"])
def test_an_empty_body_is_an_empty_object(body: bytes) -> None:
    assert _read("CancelRunBatch", body=body)[0] == {}


@pytest.mark.parametrize(
    "body", [b'\xef\xbb\xbf{"batchId": "1"}', '{"batchId": "1"}'.encode("utf-16")]
)
def test_unicode_encodings_are_read(body: bytes) -> None:
    assert _read("CancelRunBatch", body=body) == ({"batchId": "1"}, [])


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"[]", "The request body must be a JSON object"),
        (b"null", "The request body must be a JSON object"),
        (b"{", "The request body is not valid JSON: "),
        (b'{"a": NaN}', "The request body is not valid JSON: "),
        (b"\xff", "The request body is not valid JSON: byte 0 is not valid utf-8"),
        (b'{"a": "\xff"}', "The request body is not valid JSON: byte 7 is not valid utf-8"),
        (b"[" * 100_000, "The request body is nested too deeply"),
        (
            b'{"a": ' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
            f"The request body is nested more than {MAX_DEPTH} levels deep",
        ),
    ],
)
def test_bodies_that_are_refused(body: bytes, text: str) -> None:
    with pytest.raises(BadBody) as refused:
        _read("CancelRunBatch", body=body)
    assert str(refused.value).startswith(text)


# -- numbers without a Python value --

TOO_LARGE = ["9" * 4_301, "-" + "9" * 4_301, "1" + "0" * 1_000_000, "1e999", "-1e999"]


def _start_run(member: str, value: str) -> tuple[dict[str, Any], list[str]]:
    required = {"requestId": "r", "workflowId": "1", "roleArn": "arn:x", "outputUri": "s3://x"}
    request = {**required, member: "HERE"}
    return _read("StartRun", body=json.dumps(request).replace('"HERE"', value).encode())


@pytest.mark.parametrize("number", TOO_LARGE, ids=lambda number: number[:8])
@pytest.mark.parametrize(
    ("member", "type_name"), [("priority", "integer"), ("name", "string"), ("tags", "map")]
)
def test_a_number_that_is_too_large_violates_the_type_of_its_member(
    number: str, member: str, type_name: str
) -> None:
    _, wrong = _start_run(member, number)
    assert wrong == [violation(f"'{number}'", member, f"Member must be of type {type_name}")]


@pytest.mark.parametrize("number", TOO_LARGE, ids=lambda number: number[:8])
@pytest.mark.parametrize("document", ["{}", '{{"depth": {}}}', '{{"a": [1, {{"b": [{}]}}]}}'])
def test_a_document_with_a_number_that_is_too_large_is_refused(number: str, document: str) -> None:
    with pytest.raises(BadBody) as refused:
        _start_run("parameters", document.format(number))
    assert str(refused.value) == (
        f"The request body is not valid JSON: the number {shortened(number)} is too large"
    )


@pytest.mark.parametrize("number", TOO_LARGE, ids=lambda number: number[:8])
def test_an_unknown_member_with_a_number_that_is_too_large_is_refused(number: str) -> None:
    with pytest.raises(BadBody, match=r"^The request body is not valid JSON: the number "):
        _start_run("shoeSize", number)


def test_an_integer_of_4300_digits_is_a_number() -> None:
    number = "-" + "9" * 4_300
    _, wrong = _start_run("priority", number)
    must = "Member must have value greater than or equal to 0"
    assert wrong == [violation(f"'{number}'", "priority", must)]
    assert _start_run("parameters", number)[0]["parameters"] == int(number)


@pytest.mark.skipif(not hasattr(sys, "set_int_max_str_digits"), reason="Python has no such limit")
def test_the_limit_of_the_interpreter_may_be_lower() -> None:
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(1_000)
    try:
        _, wrong = _start_run("priority", "9" * 1_001)
    finally:
        sys.set_int_max_str_digits(limit)
    must = "Member must be of type integer"
    assert wrong == [violation(f"'{'9' * 1_001}'", "priority", must)]


# -- depth --


@pytest.mark.parametrize(
    ("value", "depth"),
    [
        (1, 0),
        ("[[", 0),
        ([], 1),
        ({}, 1),
        ([[]], 2),
        ({"a": [{"b": 1}], "c": 2}, 3),
        ([1, [2], 3], 2),
    ],
)
def test_the_depth_is_that_of_the_deepest_value(value: Any, depth: int) -> None:
    assert not deeper_than(value, depth)
    if depth:
        assert deeper_than(value, depth - 1)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("false", False), ("True", "True"), ("", "")]
)
def test_a_boolean_in_a_query(text: str, value: Any) -> None:
    shape = Shape("Flag", {"type": "boolean"})
    assert _from_query(shape, [text]) == value
