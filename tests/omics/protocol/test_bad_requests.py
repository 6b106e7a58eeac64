"""Malformed requests over plain HTTP: the response is always a modelled error as JSON.

In-process, an unexpected exception would be raised by `requests`; the server would return a 500.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from conftest import ACCOUNT, REGION, ROLE, Client, definition
from tests.wire.raw import (
    Refusal,
    Wire,
    batch_request,
    invalid,
    shortened,
    violation,
    violations,
)

NULL = "Member must not be null"
ALL_MISSING = violations(
    violation("null", "requestId", NULL),
    violation("null", "defaultRunSetting", NULL),
    violation("null", "batchRunSettings", NULL),
)


# -- bodies --


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize(
    "body",
    ["{", '{"a":}', "{'a': 1}", "nope", '{"a": 1} {}', "\x00", '{"a": 01}', '"\\', '{"a"'],
)
def test_invalid_json_is_rejected(http: Wire, body: str) -> None:
    error = http.refused("POST", "/runBatch", body)
    assert error[:2] == ("ValidationException", 400)
    assert error.message.startswith("The request body is not valid JSON: ")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("body", ["[]", '"text"', "7", "true", "null", "[{}]"])
def test_json_must_be_an_object(http: Wire, body: str) -> None:
    error = http.refused("POST", "/runBatch", body)
    assert error == invalid("The request body must be a JSON object")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("body", [b'{"batchName": "\xff"}', b"\xff\xfe\xfd", b'{"\xc3": 1}'])
def test_invalid_utf8_is_rejected(http: Wire, body: bytes) -> None:
    error = http.refused("POST", "/runBatch", body)
    assert error[:2] == ("ValidationException", 400)
    assert error.message.startswith("The request body is not valid JSON: ")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("body", [None, "", "  \r\n\t", "{}"], ids=["none", "empty", "space", "{}"])
def test_empty_body_is_an_empty_object(http: Wire, body: str | None) -> None:
    assert http.refused("POST", "/runBatch", body) == ALL_MISSING


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_non_json_numbers_are_rejected_or_not_returned(
    http: Wire, workflow_id: str, number: str
) -> None:
    # Python's json module would accept them, and return them as invalid JSON.
    body = json.dumps(batch_request(workflow_id, parameters={"x": "HERE"}))
    response = http.send("POST", "/runBatch", body.replace('"HERE"', number))
    if response.status_code == 201:
        described = http.send("GET", f"/runBatch/{response.json()['id']}").text
        assert "Infinity" not in described
        assert "NaN" not in described
    else:
        assert response.status_code == 400
        assert response.headers["x-amzn-errortype"] == "ValidationException"
        assert response.json()["message"].startswith("The request body is not valid JSON: ")


@pytest.mark.our_choice("B12")
def test_lone_surrogate_is_returned_unchanged(http: Wire, workflow_id: str) -> None:
    body = json.dumps(batch_request(workflow_id, parameters={"x": "\ud83e"}))
    batch_id = http.send("POST", "/runBatch", body).json()["id"]
    described = http.send("GET", f"/runBatch/{batch_id}").json()
    assert described["defaultRunSetting"]["parameters"] == {"x": "\ud83e"}


@pytest.mark.our_choice("B12")
def test_path_parameter_in_the_body_is_ignored(http: Wire, omics: Client) -> None:
    group = omics.create_run_group(name="g")
    body = {"tags": {"a": "b"}, "resourceArn": "arn:aws:omics:other"}
    response = http.send("POST", f"/tags/{quote(group['arn'], safe='')}", body)
    assert response.status_code == 204
    assert omics.list_tags_for_resource(resourceArn=group["arn"])["tags"] == {"a": "b"}


# -- encodings and content types --


@pytest.mark.our_choice("B12")
def test_gzip_body_is_accepted(http: Wire, workflow_id: str) -> None:
    body = gzip.compress(json.dumps(batch_request(workflow_id)).encode())
    response = http.send("POST", "/runBatch", body, content_encoding="gzip")
    assert response.status_code == 201, response.text


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize(
    "body",
    [
        b"no gzip",
        b'{"batchName": "x"}',
        gzip.compress(b'{"batchName": "x"}')[:-8],
        gzip.compress(b'{"batchName": "x"}')[:-4] + b"\0\0\0\0",
        b"\x1f\x8b",
        b"\x1f\x8b\x08" + b"\xff" * 20,
    ],
    ids=["text", "json", "no trailer", "wrong length", "header only", "invalid data"],
)
def test_invalid_gzip_body_is_rejected(http: Wire, body: bytes) -> None:
    error = http.refused("POST", "/runBatch", body, content_encoding="gzip")
    assert error[:2] == ("ValidationException", 400)
    assert error.message.startswith("The request body is not valid gzip: ")


@pytest.mark.our_choice("B12")
def test_empty_gzip_body_is_an_empty_object(http: Wire) -> None:
    assert http.refused("POST", "/runBatch", b"", content_encoding="gzip") == ALL_MISSING


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "application/x-amz-json-1.1",
        "application/json; charset=latin-1",
        "text/plain",
        "multipart/form-data; boundary=x",
        "",
    ],
)
def test_content_type_is_ignored(http: Wire, workflow_id: str, content_type: str) -> None:
    request = batch_request(workflow_id, parameters={"a": "b&c=d+e%20f"})
    response = http.send("POST", "/runBatch", request, content_type=content_type)
    assert response.status_code == 201, response.text
    described = http.send("GET", f"/runBatch/{response.json()['id']}").json()
    assert described["defaultRunSetting"]["parameters"] == {"a": "b&c=d+e%20f"}


@pytest.mark.our_choice("B12")
def test_form_body_is_rejected(http: Wire) -> None:
    error = http.refused(
        "POST",
        "/runBatch",
        "Action=StartRunBatch&batchName=x",
        content_type="application/x-www-form-urlencoded",
    )
    assert error.message.startswith("The request body is not valid JSON: ")


# -- paths --


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE"])
def test_unknown_method_is_not_found(http: Wire, method: str) -> None:
    response = http.send(method, "/runBatch")
    assert response.status_code == 404
    assert response.headers["x-amzn-errortype"] == "ResourceNotFoundException"
    if method != "HEAD":
        assert response.json() == {"message": f"HealthOmics has no operation {method} /runBatch"}


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nowhere",
        "/runBatch/",
        "/runBatch/1/",
        "/runBatch/1/runs",
        "/RUNBATCH",
        "/run%2FBatch",
    ],
)
def test_unknown_path_is_not_found(http: Wire, path: str) -> None:
    error = http.refused("GET", path)
    assert error[:2] == ("ResourceNotFoundException", 404)
    assert error.message.startswith("HealthOmics has no operation GET /")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize(
    ("label", "reported"),
    [("1%2F2", "1/2"), ("%20", " "), ("%FF", "\ufffd"), ("1%0A", "1\n"), ("%D9%A3", "٣")],
)
def test_path_parameters_are_decoded_and_validated(http: Wire, label: str, reported: str) -> None:
    error = violation(
        f"'{reported}'", "batchId", "Member must satisfy regular expression pattern: [0-9]+"
    )
    assert http.refused("GET", f"/runBatch/{label}") == violations(error)


@pytest.mark.our_choice("W1")
@pytest.mark.parametrize("path", ["/run/0{}", "/run/00{}", "/workflow/0{}", "/runGroup/0{}"])
def test_id_with_leading_zeros_is_a_different_id(http: Wire, omics: Client, path: str) -> None:
    workflow = omics.create_workflow(name="w", engine="WDL", definitionZip=definition())["id"]
    ids = {
        "/run": omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://r/x")["id"],
        "/workflow": workflow,
        "/runGroup": omics.create_run_group(name="g")["id"],
    }
    kind = path.rpartition("/")[0]
    assert http.send("GET", f"{kind}/{ids[kind]}").status_code == 200
    error = http.refused("GET", path.format(ids[kind]))
    assert error[:2] == ("ResourceNotFoundException", 404)
    assert error.message.endswith(f"{path.rpartition('/')[2].format(ids[kind])} not found")


@pytest.mark.our_choice("W9")
@pytest.mark.parametrize(
    "encode",
    [
        lambda arn: arn,
        lambda arn: quote(arn, safe="/"),
        lambda arn: quote(arn, safe=""),
        lambda arn: arn.replace("/", "%2f"),
    ],
    ids=["raw", "colons", "all", "lower"],
)
def test_arn_in_a_path_may_be_encoded(
    http: Wire, omics: Client, encode: Callable[[str], str]
) -> None:
    group = omics.create_run_group(name="g", tags={"a": "1"})
    response = http.send("GET", f"/tags/{encode(group['arn'])}")
    assert (response.status_code, response.json()) == (200, {"tags": {"a": "1"}})


@pytest.mark.our_choice("W9")
@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:omics:{REGION}:{ACCOUNT}:run/1",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:run/",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:run/%D9%A1",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:run/x%2Fy",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:run",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/1/version/",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/1/version/v",
        f"arn:aws:omics:{REGION}:{ACCOUNT}:tags/1",
        "arn:aws:s3:::bucket",
        "arn:x",
    ],
)
def test_unknown_arn_is_not_found(http: Wire, arn: str) -> None:
    for method, path, body in (
        ("GET", f"/tags/{arn}", None),
        ("POST", f"/tags/{arn}", {"tags": {"a": "b"}}),
        ("DELETE", f"/tags/{arn}?tagKeys=a", None),
    ):
        error = http.refused(method, path, body)
        assert error[:2] == ("ResourceNotFoundException", 404)
        assert error.message.endswith(" not found")


# -- queries --

INVALID_MAX_ITEMS = [
    ("abc", "'abc'", "Member must be of type integer"),
    ("", "''", "Member must be of type integer"),
    ("1.0", "'1.0'", "Member must be of type integer"),
    ("0x10", "'0x10'", "Member must be of type integer"),
    ("%2B5", "'+5'", "Member must be of type integer"),
    ("--5", "'--5'", "Member must be of type integer"),
    ("%D9%A3", "'٣'", "Member must be of type integer"),
    ("%C2%B2", "'²'", "Member must be of type integer"),
    ("0", "'0'", "Member must have value greater than or equal to 1"),
    ("-1", "'-1'", "Member must have value greater than or equal to 1"),
    ("101", "'101'", "Member must have value less than or equal to 100"),
    ("1" * 19, f"'{'1' * 19}'", "Member must have value less than or equal to 100"),
]


@pytest.mark.our_choice("B75")
@pytest.mark.parametrize(("value", "reported", "constraint"), INVALID_MAX_ITEMS)
def test_invalid_integer_in_query_is_rejected(
    http: Wire, value: str, reported: str, constraint: str
) -> None:
    error = http.refused("GET", f"/runBatch?maxItems={value}")
    assert error == violations(violation(reported, "maxItems", constraint))


@pytest.mark.our_choice("B75")
@pytest.mark.parametrize("digits", [20, 400, 5000])
def test_integer_with_many_digits_in_query_is_rejected(http: Wire, digits: int) -> None:
    error = http.refused("GET", f"/runBatch?maxItems={'9' * digits}")
    assert error[:2] == ("ValidationException", 400)
    assert (
        f"'{shortened('9' * digits)}' at 'maxItems' failed to satisfy constraint: Member must"
        in error.message
    )


@pytest.mark.our_choice("B75")
def test_last_value_of_a_repeated_query_parameter_is_used(http: Wire, omics: Client) -> None:
    for name in ("a", "b", "c"):
        omics.create_run_group(name=name)
    response = http.send("GET", "/runGroup?maxResults=3&maxResults=2").json()
    assert [item["name"] for item in response["items"]] == ["a", "b"]


@pytest.mark.documented("W9")
def test_list_in_query_is_a_repeated_parameter(http: Wire, omics: Client) -> None:
    tags = {"a": "1", "b": "2", "c": "3", "a b": "4"}
    arn = omics.create_run_group(name="g", tags=tags)["arn"]
    path = f"/tags/{quote(arn, safe='')}"
    assert http.send("DELETE", f"{path}?tagKeys=a&tagKeys=a+b&tagKeys=zz").status_code == 204
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2", "c": "3"}
    many = "&".join(f"tagKeys=k{n}" for n in range(51))
    error = http.refused("DELETE", f"{path}?{many}")
    assert error.message.startswith("1 validation error detected: Value '[k0, k1, ")
    assert error.message.endswith(
        "' at 'tagKeys' failed to satisfy constraint: "
        "Member must have length less than or equal to 50"
    )
    # An empty list, which the model allows, has no representation in a query.
    assert http.send("DELETE", path).status_code == 204


@pytest.mark.our_choice("B74")
@pytest.mark.parametrize(
    "query", ["?", "?&&", "?=", "?a", "?a;b", "?unknown=1", "?maxItems[]=1", "?%", "?%ZZ=1"]
)
def test_meaningless_query_is_ignored(http: Wire, query: str) -> None:
    response = http.send("GET", f"/runBatch{query}")
    assert (response.status_code, response.json()) == (200, {"items": []})


@pytest.mark.our_choice("B75")
@pytest.mark.parametrize(
    "token",
    [
        "abc",
        "%FF",
        "A" * 16,
        "A" * 16 + "0",
        "A" * 16 + "-1",
        "A" * 16 + "%D9%A3",
        "0" * 128,
        "=",
        "%2B",
    ],
)
def test_unknown_token_is_rejected(http: Wire, token: str) -> None:
    for path in ("/runBatch", "/run", "/workflow", "/runGroup", "/configuration"):
        error = http.refused("GET", f"{path}?startingToken={token}")
        assert error == Refusal("ValidationException", 400, "Invalid startingToken")
