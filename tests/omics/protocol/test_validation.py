"""Every constraint of the model is enforced at the server side, in the words of AWS.

The requests go over plain HTTP: no client checks or repairs anything on its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.model import OperationModel

from conftest import ROLE, Client
from tests.omics.helpers import model
from tests.wire.raw import Refusal, Wire, batch_request, violation, violations

FREE_TEXT = r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+"
NULL = "Member must not be null"
DEFAULT = "defaultRunSetting"


def _pattern(pattern: str) -> str:
    return f"Member must satisfy regular expression pattern: {pattern}"


def _at_most(high: int) -> str:
    return f"Member must have length less than or equal to {high}"


def _at_least(low: int) -> str:
    return f"Member must have length greater than or equal to {low}"


def _one_of(*values: str) -> str:
    return f"Member must satisfy enum value set: [{', '.join(values)}]"


# -- the form of the message --


@pytest.mark.documented("B12")
def test_one_violation(http: Wire) -> None:
    told = http.refused("POST", "/runBatch", batch_request("abc"))
    assert told == Refusal(
        "ValidationException",
        400,
        "1 validation error detected: Value 'abc' at 'defaultRunSetting.workflowId' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: [0-9]+",
    )


@pytest.mark.documented("B12")
def test_all_violations_are_told_in_one_message(http: Wire, workflow_id: str) -> None:
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
        violation("'LOUD'", f"{DEFAULT}.logLevel", _one_of("OFF", "FATAL", "ERROR", "ALL")),
        violation("null", f"{DEFAULT}.roleArn", NULL),
        violation("null", "batchRunSettings.inlineSettings.1.member.runSettingId", NULL),
        violation("''", "batchName", _at_least(1)),
        violation("''", "batchName", _pattern(FREE_TEXT)),
    )


@pytest.mark.documented("B12")
def test_a_refused_request_makes_nothing(http: Wire, omics: Client, workflow_id: str) -> None:
    http.refused("POST", "/runBatch", batch_request(workflow_id, priority=-1))
    assert omics.list_batch()["items"] == []


@pytest.mark.observed("W12")
def test_the_path_into_a_map_names_its_key(http: Wire) -> None:
    request = {
        "requestId": "r",
        "definitionUri": "s3://code/w.zip",
        "parameterTemplate": {"joint_mutect2": {"description": "x" * 257}},
    }
    path = "parameterTemplate.joint_mutect2.member.description"
    expected = violations(violation(f"'{'x' * 257}'", path, _at_most(256)))
    assert http.refused("POST", "/workflow", request) == expected


# -- every kind of constraint --

LEAVES: list[tuple[str, Any, str, list[str]]] = [
    ("workflowId", "", "''", [_at_least(1), _pattern("[0-9]+")]),
    ("workflowId", "1" * 19, f"'{'1' * 19}'", [_at_most(18)]),
    ("workflowId", "١٢٣", "'١٢٣'", [_pattern("[0-9]+")]),
    ("workflowId", "12\n", "'12\n'", [_pattern("[0-9]+")]),
    ("roleArn", "role", "'role'", [_pattern("arn:.+")]),
    ("roleArn", "arn:" + "x" * 125, f"'arn:{'x' * 125}'", [_at_most(128)]),
    ("name", "x" * 129, f"'{'x' * 129}'", [_at_most(128)]),
    ("priority", -1, "'-1'", ["Member must have value greater than or equal to 0"]),
    (
        "storageCapacity",
        100_001,
        "'100001'",
        ["Member must have value less than or equal to 100000"],
    ),
    ("networkingMode", "PUBLIC", "'PUBLIC'", [_one_of("RESTRICTED", "VPC")]),
    ("networkingMode", "vpc", "'vpc'", [_one_of("RESTRICTED", "VPC")]),
    ("workflowOwnerId", "1234", "'1234'", [_pattern("[0-9]{12}")]),
    ("outputBucketOwnerId", "1", "'1'", [_at_least(12)]),
    ("configurationName", "-lab", "'-lab'", [_pattern(r"[A-Za-z0-9][A-Za-z0-9\-\._]*")]),
    ("runTags", {"": "v"}, "'{=v}'", [f"Map keys must satisfy constraint: [{_at_least(1)}]"]),
    (
        "runTags",
        {"k" * 129: ""},
        f"'{{{'k' * 129}=}}'",
        [f"Map keys must satisfy constraint: [{_at_most(128)}]"],
    ),
]


@pytest.mark.documented("B12")
@pytest.mark.parametrize(("member", "value", "shown", "musts"), LEAVES)
def test_a_constraint_of_a_member(
    http: Wire, workflow_id: str, member: str, value: Any, shown: str, musts: list[str]
) -> None:
    request = batch_request(workflow_id, **{member: value})
    told = [violation(shown, f"{DEFAULT}.{member}", must) for must in musts]
    assert http.refused("POST", "/runBatch", request) == violations(*told)


@pytest.mark.documented("B12")
def test_a_constraint_of_the_values_of_a_map(http: Wire, workflow_id: str) -> None:
    long = "v" * 257
    request = batch_request(workflow_id, runTags={"a": "fine", "b": long})
    told = violation(f"'{long}'", f"{DEFAULT}.runTags.b.member", _at_most(256))
    assert http.refused("POST", "/runBatch", request) == violations(told)


@pytest.mark.documented("B11", "B12")
def test_the_sizes_of_a_list(http: Wire, workflow_id: str) -> None:
    path = "batchRunSettings.inlineSettings"
    request = batch_request(workflow_id)
    request["batchRunSettings"] = {"inlineSettings": []}
    told = violation("'[]'", path, _at_least(1))
    assert http.refused("POST", "/runBatch", request) == violations(told)
    entries = [{"runSettingId": f"s{n}"} for n in range(101)]
    request["batchRunSettings"] = {"inlineSettings": entries}
    shown = ", ".join(f"{{runSettingId=s{n}}}" for n in range(101))
    told = violation(f"'[{shown}]'", path, _at_most(100))
    assert http.refused("POST", "/runBatch", request) == violations(told)


@pytest.mark.documented("B12")
def test_the_items_of_a_list_are_counted_from_one(http: Wire, workflow_id: str) -> None:
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
    ("settings", "shown"),
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
def test_a_union_has_exactly_one_member(
    http: Wire, workflow_id: str, settings: dict[str, Any], shown: str
) -> None:
    request = {**batch_request(workflow_id), "batchRunSettings": settings}
    must = "Member must have exactly one of [inlineSettings, s3UriSettings]"
    expected = violations(violation(shown, "batchRunSettings", must))
    assert http.refused("POST", "/runBatch", request) == expected


@pytest.mark.documented("B11")
def test_a_null_beside_the_member_of_a_union_is_nothing(http: Wire, workflow_id: str) -> None:
    request = batch_request(workflow_id)
    request["batchRunSettings"]["s3UriSettings"] = None
    assert http.send("POST", "/runBatch", request).status_code == 201


# -- every operation --


def _operations() -> list[OperationModel]:
    service = model.service()
    return [service.operation_model(name) for name in sorted(model.plane())]


def _place(operation: OperationModel) -> str:
    """The path of an operation with labels that are right."""
    path: str = operation.http["requestUri"].partition("?")[0].replace("+}", "}")
    shape = operation.input_shape
    for name in shape.members if shape else ():
        path = path.replace(f"{{{name}}}", "arn:aws:x" if name == "resourceArn" else "1")
    assert "{" not in path
    return path


def _required(operation: OperationModel) -> Iterator[str]:
    shape = operation.input_shape
    if shape is None:
        return
    for name in shape.required_members:
        # An empty list leaves no trace in a query: there, absent is empty.
        if shape.members[name].serialization.get("location") is None:
            yield name


WITH_REQUIRED = [operation for operation in _operations() if list(_required(operation))]


def _skip_what_is_missing(told: Refusal) -> None:
    if told.status == 501:
        pytest.skip(told.message)


@pytest.mark.documented("B12")
@pytest.mark.parametrize("operation", WITH_REQUIRED, ids=lambda operation: operation.name)
@pytest.mark.parametrize("empty", [None, "", "{}", " \n"], ids=["none", "empty", "braces", "space"])
def test_each_operation_asks_for_what_it_requires(
    http: Wire, operation: OperationModel, empty: str | None
) -> None:
    told = http.refused(operation.http["method"], _place(operation), empty)
    _skip_what_is_missing(told)
    missing = [violation("null", name, NULL) for name in _required(operation)]
    assert told == violations(*missing)


def _limited(place: str | None) -> list[tuple[OperationModel, str, int]]:
    """(operation, member, most letters) of all text members in a place of the request."""
    return [
        (operation, name, int(member.metadata["max"]))
        for operation in _operations()
        for name, member in (operation.input_shape.members if operation.input_shape else {}).items()
        if member.type_name == "string"
        and "max" in member.metadata
        and member.serialization.get("location") == place
    ]


@pytest.mark.documented("B12")
@pytest.mark.parametrize("place", [None, "uri", "querystring"], ids=["body", "path", "query"])
def test_each_operation_limits_its_text_members(http: Wire, place: str | None) -> None:
    checked = 0
    for operation, name, most in _limited(place):
        long, path, body = "9" * (most + 1), _place(operation), {}
        if place == "uri":
            label = "{" + name + ("+" if "+}" in operation.http["requestUri"] else "") + "}"
            template = operation.http["requestUri"].partition("?")[0]
            path = template.replace("{" + name + "}", long).replace(label, long)
            for other in operation.input_shape.members if operation.input_shape else ():
                path = path.replace("{" + other + "}", "1")
        elif place == "querystring":
            path += f"?{name}={long}"
        else:
            body = {name: long}
        told = http.refused(operation.http["method"], path, body)
        if told.status != 501:
            checked += 1
            assert violation(f"'{long}'", name, _at_most(most)) in told.message, operation.name
    assert checked > 5


@pytest.mark.documented("B12")
def test_boto3_shows_the_same_message(raw_omics: Client, workflow_id: str) -> None:
    with pytest.raises(raw_omics.exceptions.ValidationException) as refused:
        raw_omics.start_run_batch(
            defaultRunSetting={"workflowId": "abc", "roleArn": ROLE},
            batchRunSettings={"inlineSettings": [{}]},
        )
    answer = refused.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["Error"]["Message"] == (
        "2 validation errors detected: "
        + violation("'abc'", f"{DEFAULT}.workflowId", _pattern("[0-9]+"))
        + "; "
        + violation("null", "batchRunSettings.inlineSettings.1.member.runSettingId", NULL)
    )
