"""The comparison of all responses with the model detects every kind of wrong response."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conftest import Client
from tests.omics.helpers import (
    find_unknown_run,
    model,
    raises_not_found,
    raises_validation,
    replace_operation,
)
from tests.omics.response_checks import check_response

RUN = {"id": "1234567", "status": "PENDING", "tags": {"a": "b"}}
JSON = {"content-type": "application/json"}


def problems_of(operation: str | None, status: int, body: Any, **headers: str) -> list[str]:
    """Return the problems of a response, without the name of the operation."""
    model_operation = model.service().operation_model(operation) if operation else None
    text = body if isinstance(body, str) else json.dumps(body)
    headers = {**JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return [
        found.partition(": ")[2]
        for found in check_response(model_operation, (status, headers, text))
    ]


@pytest.mark.documented("W1")
@pytest.mark.parametrize(
    ("operation", "status", "body"),
    [
        ("StartRun", 201, RUN),
        ("CancelRun", 202, ""),
        ("TagResource", 204, ""),
        ("GetRun", 200, {"creationTime": "2022-11-30T22:58:22.615865Z", "priority": 0}),
        ("GetRun", 200, {"parameters": {"any": [1, None, {"thing": 0.5}]}}),
        ("ListRuns", 200, {"items": [{"id": "1"}, {}], "nextToken": "more"}),
        ("GetConfiguration", 200, {"runConfigurations": {"vpcConfig": {"subnetIds": ["s"]}}}),
        ("ListTagsForResource", 200, {"tags": {}}),
        ("DeleteReferenceStore", 200, {}),
        ("DeleteShare", 200, {"status": "DELETED"}),
    ],
)
def test_valid_response_has_no_problems(operation: str, status: int, body: Any) -> None:
    assert problems_of(operation, status, body) == []


@pytest.mark.documented("W1")
@pytest.mark.parametrize(
    ("operation", "body", "problem"),
    [
        ("GetRun", {"runArn": "arn:"}, "the response.runArn is unknown to the model"),
        ("GetRun", {"id": 1234567}, "the response.id is not of type string: 1234567"),
        ("GetRun", {"id": None}, "the response.id is not of type string: None"),
        ("GetRun", {"priority": "1"}, "the response.priority is not of type integer: '1'"),
        ("GetRun", {"priority": True}, "the response.priority is not of type integer: True"),
        ("GetRun", {"tags": []}, "the response.tags is not of type map: []"),
        ("GetRun", {"tags": {"a": 1}}, "the response.tags.a is not of type string: 1"),
        ("GetRun", {"logLocation": "x"}, "the response.logLocation is not of type structure: 'x'"),
        ("GetRun", ["id"], "the response is not of type structure: ['id']"),
        ("ListRuns", {"items": {}}, "the response.items is not of type list: {}"),
        ("ListRuns", {"items": [{}, {"x": 1}]}, "the response.items[1].x is unknown to the model"),
        ("ListTagsForResource", {}, "the response.tags is required and absent"),
        (
            "GetWorkflow",
            {"parameterTemplate": {"fastq": {"optional": 1}}},
            "the response.parameterTemplate.fastq.optional is not of type boolean: 1",
        ),
        (
            "GetRun",
            {"storageType": "FAST"},
            "the response.storageType is 'FAST', which is not one of STATIC, DYNAMIC",
        ),
        ("GetRun", "", "no body"),
    ],
)
def test_wrong_member_is_reported(operation: str, body: Any, problem: str) -> None:
    assert problems_of(operation, 200, body) == [problem]


@pytest.mark.documented("W1")
@pytest.mark.parametrize(
    "time",
    [1669849102.6, "2022-11-30 22:58:22Z", "2022-11-30T22:58:22", "2022-11-30T22:58:22+01:00"],
)
def test_wrong_time_format_is_reported(time: Any) -> None:
    problem = f"the response.creationTime is not an ISO-8601 time in UTC: {time!r}"
    assert problems_of("GetRun", 200, {"creationTime": time}) == [problem]


@pytest.mark.documented("W1")
def test_nonexistent_date_is_reported() -> None:
    body = {"items": [{"stopTime": "2022-02-30T00:00:00Z"}]}
    problem = "the response.items[0].stopTime is not a valid date: '2022-02-30T00:00:00Z'"
    assert problems_of("ListRuns", 200, body) == [problem]


@pytest.mark.documented("W1")
def test_all_problems_are_reported() -> None:
    assert problems_of("GetRun", 201, {"id": 1, "x": 1}, content_type="text/html") == [
        "content-type is text/html, not application/json",
        "status 201, not 200",
        "the response.id is not of type string: 1",
        "the response.x is unknown to the model",
    ]


@pytest.mark.documented("W1")
@pytest.mark.parametrize(
    ("operation", "status", "body"),
    [
        ("CancelRun", 202, "{}"),
        ("CancelRunBatch", 202, "{}"),
        ("TagResource", 204, "{}"),
        ("DeleteReferenceStore", 200, ""),
        ("CancelVariantImportJob", 200, '{"id": "1"}'),
    ],
)
def test_unexpected_body_is_reported(operation: str, status: int, body: str) -> None:
    assert problems_of(operation, status, body) == [f"unexpected body: {body}"]


def content_problems_of(operation: str, body: str | bytes, content_type: str) -> list[str]:
    """Return the problems of a successful response that may be binary."""
    found = check_response(
        model.service().operation_model(operation), (200, {"content-type": content_type}, body)
    )
    return [problem.partition(": ")[2] for problem in found]


@pytest.mark.documented("S101")
def test_content_of_a_file_is_binary() -> None:
    stream = "application/octet-stream"
    assert content_problems_of("GetReadSet", b"@r1", stream) == []
    assert content_problems_of("GetReadSet", b"@r1", "application/json") == [
        f"content-type is application/json, not {stream}"
    ]
    assert content_problems_of("GetReadSet", "@r1", stream) == ["the body is text"]
    assert content_problems_of("GetRun", b"{}", "application/json") == ["the body is binary"]


@pytest.mark.documented("W1")
@pytest.mark.parametrize(
    ("operation", "status", "code", "body", "problems"),
    [
        ("GetRun", 404, "ResourceNotFoundException", {"message": "no"}, []),
        ("GetRun", 403, "InvalidSignatureException", {"message": "no"}, []),
        (None, 404, "ResourceNotFoundException", {"message": "no"}, []),
        (
            "CreateRunGroup",
            429,
            "ServiceQuotaExceededException",
            {"message": "no"},
            ["status 429 for ServiceQuotaExceededException, not 402"],
        ),
        (
            "GetBatch",
            409,
            "ConflictException",
            {"message": "no"},
            ["error 'ConflictException' is not declared by the operation"],
        ),
        (
            "GetRun",
            501,
            "NotImplemented",
            {"message": "no"},
            ["error 'NotImplemented' is not declared by the operation"],
        ),
        (None, 400, "Oops", {"message": "no"}, ["error 'Oops' is not declared by the operation"]),
        (
            "GetRun",
            400,
            "ValidationException",
            {"Message": "no"},
            ['the body of ValidationException must have only a message: {"Message": "no"}'],
        ),
        (
            "GetRun",
            400,
            "ValidationException",
            {"message": ["no"]},
            ['the message of ValidationException is not of type string: {"message": ["no"]}'],
        ),
    ],
)
def test_error_needs_a_declared_code_its_status_and_a_message(
    operation: str | None, status: int, code: str, body: Any, problems: list[str]
) -> None:
    assert problems_of(operation, status, body, x_amzn_errortype=code) == problems


@pytest.mark.documented("W1")
def test_response_without_an_operation_is_reported() -> None:
    assert problems_of(None, 200, {}) == ["status 200 for an unknown path"]


@pytest.mark.documented("W1")
def test_all_responses_of_a_test_are_checked(
    omics: Client, response_problems: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    group_id = omics.create_run_group(name="night")["id"]
    omics.get_run_group(id=group_id)
    assert response_problems == []
    replace_operation(monkeypatch, "get_run_group", lambda _: {"id": 7, "creationTime": "noon"})
    # boto3 cannot parse the response either; the check reports it before.
    with pytest.raises(ValueError, match="noon"):
        omics.get_run_group(id=group_id)
    assert response_problems == [
        "GetRunGroup: the response.id is not of type string: 7",
        "GetRunGroup: the response.creationTime is not an ISO-8601 time in UTC: 'noon'",
    ]
    response_problems.clear()


@pytest.mark.documented("W1")
def test_all_errors_of_a_test_are_checked(
    raw_omics: Client, response_problems: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with raises_not_found("Run 1234567 not found"):
        raw_omics.get_run(id="1234567")
    assert response_problems == []
    # A code of the model that ListBatch does not declare.
    replace_operation(monkeypatch, "list_batch", find_unknown_run)
    with raises_not_found("Run 1234567 not found"):
        raw_omics.list_batch()
    with raises_validation(
        "1 validation error detected: Value 'x' at 'id' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [0-9]+"
    ):
        raw_omics.get_run(id="x")
    problem = "ListBatch: error 'ResourceNotFoundException' is not declared by the operation"
    assert response_problems == [problem]
    response_problems.clear()
