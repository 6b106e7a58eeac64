"""Constraints of the model are validated by the backend, with the messages of AWS.

The requests are sent over plain HTTP, so that no client validates or changes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.model import OperationModel, Shape

from conftest import ROLE, Client
from tests.omics.helpers import model
from tests.wire.raw import Refusal, Wire, batch_request, violation, violations

FREE_TEXT = r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+"
NULL = "Member must not be null"
DEFAULT = "defaultRunSetting"


def _pattern(pattern: str) -> str:
    return f"Member must satisfy regular expression pattern: {pattern}"


def _max_length(high: int) -> str:
    return f"Member must have length less than or equal to {high}"


def _min_length(low: int) -> str:
    return f"Member must have length greater than or equal to {low}"


def _enum(*values: str) -> str:
    return f"Member must satisfy enum value set: [{', '.join(values)}]"


# -- message format --


@pytest.mark.documented("B12")
def test_violation_message(http: Wire) -> None:
    error = http.refused("POST", "/runBatch", batch_request("abc"))
    assert error == Refusal(
        "ValidationException",
        400,
        "1 validation error detected: Value 'abc' at 'defaultRunSetting.workflowId' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: [0-9]+",
    )


@pytest.mark.documented("B12")
def test_all_violations_are_reported_in_one_message(http: Wire, workflow_id: str) -> None:
    request = batch_request(workflow_id, priority=100_001, logLevel="LOUD")
    request["batchName"] = ""
    request["batchRunSettings"] = {"inlineSettings": [{"name": "no id"}]}
    del request["defaultRunSetting"]["roleArn"]
    assert http.refused("POST", "/runBatch", request) == violations(
        violation(
            "'100001'",
            f"{DEFAULT}.priority",
            "Member must have value less than or equal to 100000",
        ),
        violation("'LOUD'", f"{DEFAULT}.logLevel", _enum("OFF", "FATAL", "ERROR", "ALL")),
        violation("null", f"{DEFAULT}.roleArn", NULL),
        violation("null", "batchRunSettings.inlineSettings.1.member.runSettingId", NULL),
        violation("''", "batchName", _min_length(1)),
        violation("''", "batchName", _pattern(FREE_TEXT)),
    )


@pytest.mark.documented("B12")
def test_rejected_request_creates_nothing(http: Wire, omics: Client, workflow_id: str) -> None:
    http.refused("POST", "/runBatch", batch_request(workflow_id, priority=-1))
    assert omics.list_batch()["items"] == []


@pytest.mark.observed("W12")
def test_path_of_a_map_value_contains_its_key(http: Wire) -> None:
    request = {
        "requestId": "r",
        "definitionUri": "s3://code/w.zip",
        "parameterTemplate": {"joint_mutect2": {"description": "x" * 257}},
    }
    path = "parameterTemplate.joint_mutect2.member.description"
    expected = violations(violation(f"'{'x' * 257}'", path, _max_length(256)))
    assert http.refused("POST", "/workflow", request) == expected


# -- constraints --

CONSTRAINTS: list[tuple[str, Any, str, list[str]]] = [
    ("workflowId", "", "''", [_min_length(1), _pattern("[0-9]+")]),
    ("workflowId", "1" * 19, f"'{'1' * 19}'", [_max_length(18)]),
    ("workflowId", "١٢٣", "'١٢٣'", [_pattern("[0-9]+")]),
    ("workflowId", "12\n", "'12\n'", [_pattern("[0-9]+")]),
    ("roleArn", "role", "'role'", [_pattern("arn:.+")]),
    ("roleArn", "arn:" + "x" * 125, f"'arn:{'x' * 125}'", [_max_length(128)]),
    ("name", "x" * 129, f"'{'x' * 129}'", [_max_length(128)]),
    ("priority", -1, "'-1'", ["Member must have value greater than or equal to 0"]),
    (
        "storageCapacity",
        100_001,
        "'100001'",
        ["Member must have value less than or equal to 100000"],
    ),
    ("networkingMode", "PUBLIC", "'PUBLIC'", [_enum("RESTRICTED", "VPC")]),
    ("networkingMode", "vpc", "'vpc'", [_enum("RESTRICTED", "VPC")]),
    ("workflowOwnerId", "1234", "'1234'", [_pattern("[0-9]{12}")]),
    ("outputBucketOwnerId", "1", "'1'", [_min_length(12)]),
    ("configurationName", "-lab", "'-lab'", [_pattern(r"[A-Za-z0-9][A-Za-z0-9\-\._]*")]),
    ("runTags", {"": "v"}, "'{=v}'", [f"Map keys must satisfy constraint: [{_min_length(1)}]"]),
    (
        "runTags",
        {"k" * 129: ""},
        f"'{{{'k' * 129}=}}'",
        [f"Map keys must satisfy constraint: [{_max_length(128)}]"],
    ),
]


@pytest.mark.documented("B12")
@pytest.mark.parametrize(("member", "value", "reported", "constraints"), CONSTRAINTS)
def test_constraint_of_a_member(
    http: Wire, workflow_id: str, member: str, value: Any, reported: str, constraints: list[str]
) -> None:
    request = batch_request(workflow_id, **{member: value})
    expected = [
        violation(reported, f"{DEFAULT}.{member}", constraint) for constraint in constraints
    ]
    assert http.refused("POST", "/runBatch", request) == violations(*expected)


@pytest.mark.documented("B12")
def test_constraint_of_map_values(http: Wire, workflow_id: str) -> None:
    too_long = "v" * 257
    request = batch_request(workflow_id, runTags={"a": "fine", "b": too_long})
    error = violation(f"'{too_long}'", f"{DEFAULT}.runTags.b.member", _max_length(256))
    assert http.refused("POST", "/runBatch", request) == violations(error)


@pytest.mark.documented("B11", "B12")
def test_constraint_of_list_length(http: Wire, workflow_id: str) -> None:
    path = "batchRunSettings.inlineSettings"
    request = batch_request(workflow_id)
    request["batchRunSettings"] = {"inlineSettings": []}
    error = violation("'[]'", path, _min_length(1))
    assert http.refused("POST", "/runBatch", request) == violations(error)
    entries = [{"runSettingId": f"s{n}"} for n in range(101)]
    request["batchRunSettings"] = {"inlineSettings": entries}
    reported = ", ".join(f"{{runSettingId=s{n}}}" for n in range(101))
    error = violation(f"'[{reported}]'", path, _max_length(100))
    assert http.refused("POST", "/runBatch", request) == violations(error)


@pytest.mark.documented("B12")
def test_list_items_are_counted_from_one(http: Wire, workflow_id: str) -> None:
    request = batch_request(workflow_id)
    entries = [{"runSettingId": "s1"}, {"runSettingId": "s2", "priority": -1}, {}]
    request["batchRunSettings"] = {"inlineSettings": entries}
    path = "batchRunSettings.inlineSettings"
    assert http.refused("POST", "/runBatch", request) == violations(
        violation(
            "'-1'",
            f"{path}.2.member.priority",
            "Member must have value greater than or equal to 0",
        ),
        violation("null", f"{path}.3.member.runSettingId", NULL),
    )


@pytest.mark.documented("B11")
@pytest.mark.parametrize(
    ("settings", "reported"),
    [
        ({}, "'{}'"),
        ({"inlineSettings": None}, "'{inlineSettings=null}'"),
        (
            {"inlineSettings": [{"runSettingId": "s"}], "s3UriSettings": "s3://b/k"},
            "'{inlineSettings=[{runSettingId=s}], s3UriSettings=s3://b/k}'",
        ),
    ],
    ids=["none", "null", "both"],
)
def test_union_requires_exactly_one_member(
    http: Wire, workflow_id: str, settings: dict[str, Any], reported: str
) -> None:
    request = {**batch_request(workflow_id), "batchRunSettings": settings}
    constraint = "Member must have exactly one of [inlineSettings, s3UriSettings]"
    expected = violations(violation(reported, "batchRunSettings", constraint))
    assert http.refused("POST", "/runBatch", request) == expected


@pytest.mark.documented("B11")
def test_null_member_of_a_union_counts_as_absent(http: Wire, workflow_id: str) -> None:
    request = batch_request(workflow_id)
    request["batchRunSettings"]["s3UriSettings"] = None
    assert http.send("POST", "/runBatch", request).status_code == 201


# -- all operations --


def _operations() -> list[OperationModel]:
    service = model.service()
    return [service.operation_model(name) for name in sorted(model.plane())]


def _path(operation: OperationModel, labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the path of an operation with these labels; valid values are found for the others."""
    path: str = operation.http["requestUri"].partition("?")[0].replace("+}", "}")
    shape = operation.input_shape
    for name, member in shape.members.items() if shape else ():
        if member.serialization.get("location") == "uri":
            path = path.replace(f"{{{name}}}", labels.get(name) or _valid_label(member))
    assert "{" not in path
    return path


#: Labels of which one fits the pattern and the length of each label of the model.
_LABELS = (
    "1",
    "1234567890",
    "12345678901234567890",
    "123e4567-e89b-12d3-a456-426614174000",
    "name",
    "arn:aws:omics:us-east-1:123456789012:run",
    "arn:aws:s3:us-east-1:123456789012:accesspoint%2Fname",
)


def _valid_label(shape: Shape) -> str:
    low = int(shape.metadata.get("min", 0))
    high = int(shape.metadata.get("max", 2048))
    pattern = str(shape.metadata.get("pattern", ".*"))
    # The free text of names: any of these characters.
    pattern = ".+" if r"\p{L}" in pattern else pattern
    for label in _LABELS:
        if low <= len(unquote(label)) <= high and re.fullmatch(pattern, unquote(label)):
            return label
    raise AssertionError(f"no label fits {shape.name}: {pattern}, {low} to {high} characters")


def _required(operation: OperationModel) -> Iterator[str]:
    shape = operation.input_shape
    if shape is None:
        return
    for name in shape.required_members:
        member = shape.members[name]
        in_path = member.serialization.get("location") == "uri"
        # An empty list cannot be distinguished from an absent one in a query.
        in_query = member.serialization.get("location") == "querystring"
        # A body that is the content of a file may be empty.
        is_body = name == shape.serialization.get("payload")
        if not (in_path or is_body or (in_query and member.type_name == "list")):
            yield name


WITH_REQUIRED = [operation for operation in _operations() if list(_required(operation))]


@pytest.mark.documented("B12")
@pytest.mark.parametrize("operation", WITH_REQUIRED, ids=lambda operation: operation.name)
@pytest.mark.parametrize("empty", [None, "", "{}", " \n"], ids=["none", "empty", "braces", "space"])
def test_required_members_of_each_operation(
    http: Wire, operation: OperationModel, empty: str | None
) -> None:
    error = http.refused(operation.http["method"], _path(operation), empty)
    missing = [violation("null", name, NULL) for name in _required(operation)]
    assert error == violations(*missing)


def _members_with_max_length(location: str | None) -> list[tuple[OperationModel, str, int]]:
    """Return (operation, member, maximum length) of all string members in a location."""
    return [
        (operation, name, int(member.metadata["max"]))
        for operation in _operations()
        for name, member in (operation.input_shape.members if operation.input_shape else {}).items()
        if member.type_name == "string"
        and "max" in member.metadata
        and member.serialization.get("location") == location
    ]


@pytest.mark.documented("B12")
@pytest.mark.parametrize("location", [None, "uri", "querystring"], ids=["body", "path", "query"])
def test_maximum_lengths_of_each_operation(http: Wire, location: str | None) -> None:
    checked = 0
    for operation, name, maximum in _members_with_max_length(location):
        too_long, path, body = "9" * (maximum + 1), _path(operation), {}
        if location == "uri":
            path = _path(operation, {name: too_long})
        elif location == "querystring":
            path += f"?{name}={too_long}"
        else:
            body = {name: too_long}
        error = http.refused(operation.http["method"], path, body)
        checked += 1
        assert violation(f"'{too_long}'", name, _max_length(maximum)) in error.message, (
            operation.name
        )
    assert checked > 5


@pytest.mark.documented("B12")
def test_boto3_returns_the_same_message(raw_omics: Client, workflow_id: str) -> None:
    with pytest.raises(raw_omics.exceptions.ValidationException) as caught:
        raw_omics.start_run_batch(
            defaultRunSetting={"workflowId": "abc", "roleArn": ROLE},
            batchRunSettings={"inlineSettings": [{}]},
        )
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"]["Message"] == (
        "2 validation errors detected: "
        + violation("'abc'", f"{DEFAULT}.workflowId", _pattern("[0-9]+"))
        + "; "
        + violation("null", "batchRunSettings.inlineSettings.1.member.runSettingId", NULL)
    )
