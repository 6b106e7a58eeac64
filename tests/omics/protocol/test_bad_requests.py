"""Requests that no decent client sends: the answer is JSON and modelled, never a traceback.

In-process an exception of ours would come out of `requests`; against the server it would be a 500.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from conftest import ACCOUNT, REGION, ROLE, Client, definition
from tests.wire.raw import Refusal, Wire, batch_request, invalid, violation, violations

NULL = "Member must not be null"
NOTHING_GIVEN = violations(
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
def test_broken_json(http: Wire, body: str) -> None:
    told = http.refused("POST", "/runBatch", body)
    assert told[:2] == ("ValidationException", 400)
    assert told.message.startswith("The request body is not valid JSON: ")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("body", ["[]", '"text"', "7", "true", "null", "[{}]"])
def test_json_that_is_no_object(http: Wire, body: str) -> None:
    told = http.refused("POST", "/runBatch", body)
    assert told == invalid("The request body must be a JSON object")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("body", [b'{"batchName": "\xff"}', b"\xff\xfe\xfd", b'{"\xc3": 1}'])
def test_broken_utf8(http: Wire, body: bytes) -> None:
    told = http.refused("POST", "/runBatch", body)
    assert told[:2] == ("ValidationException", 400)
    assert told.message.startswith("The request body is not valid JSON: ")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("body", [None, "", "  \r\n\t", "{}"], ids=["none", "empty", "space", "{}"])
def test_an_empty_body(http: Wire, body: str | None) -> None:
    assert http.refused("POST", "/runBatch", body) == NOTHING_GIVEN


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_numbers_that_json_does_not_have(http: Wire, workflow_id: str, number: str) -> None:
    # Python's decoder takes them, and its encoder would answer what no other language can read.
    body = json.dumps(batch_request(workflow_id, parameters={"x": "HERE"}))
    answer = http.send("POST", "/runBatch", body.replace('"HERE"', number))
    if answer.status_code == 201:
        shown = http.send("GET", f"/runBatch/{answer.json()['id']}").text
        assert "Infinity" not in shown
        assert "NaN" not in shown
    else:
        assert answer.status_code == 400
        assert answer.headers["x-amzn-errortype"] == "ValidationException"
        assert answer.json()["message"].startswith("The request body is not valid JSON: ")


@pytest.mark.our_choice("B12")
def test_a_lone_surrogate_comes_back_as_it_came(http: Wire, workflow_id: str) -> None:
    body = json.dumps(batch_request(workflow_id, parameters={"x": "\ud83e"}))
    batch_id = http.send("POST", "/runBatch", body).json()["id"]
    shown = http.send("GET", f"/runBatch/{batch_id}").json()
    assert shown["defaultRunSetting"]["parameters"] == {"x": "\ud83e"}


@pytest.mark.our_choice("B12")
def test_a_body_that_repeats_a_label_does_not_change_it(http: Wire, omics: Client) -> None:
    group = omics.create_run_group(name="g")
    body = {"tags": {"a": "b"}, "resourceArn": "arn:aws:omics:other"}
    answer = http.send("POST", f"/tags/{quote(group['arn'], safe='')}", body)
    assert answer.status_code == 204
    assert omics.list_tags_for_resource(resourceArn=group["arn"])["tags"] == {"a": "b"}


# -- encodings and content types --


@pytest.mark.our_choice("B12")
def test_a_gzip_body(http: Wire, workflow_id: str) -> None:
    body = gzip.compress(json.dumps(batch_request(workflow_id)).encode())
    answer = http.send("POST", "/runBatch", body, content_encoding="gzip")
    assert answer.status_code == 201, answer.text


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
    ids=["text", "json", "cut", "size", "head", "noise"],
)
def test_a_broken_gzip_body(http: Wire, body: bytes) -> None:
    told = http.refused("POST", "/runBatch", body, content_encoding="gzip")
    assert told[:2] == ("ValidationException", 400)
    assert told.message.startswith("The request body is not valid gzip: ")


@pytest.mark.our_choice("B12")
def test_an_empty_body_that_is_called_gzip(http: Wire) -> None:
    assert http.refused("POST", "/runBatch", b"", content_encoding="gzip") == NOTHING_GIVEN


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
def test_the_content_type_does_not_matter(http: Wire, workflow_id: str, content_type: str) -> None:
    request = batch_request(workflow_id, parameters={"a": "b&c=d+e%20f"})
    answer = http.send("POST", "/runBatch", request, content_type=content_type)
    assert answer.status_code == 201, answer.text
    shown = http.send("GET", f"/runBatch/{answer.json()['id']}").json()
    assert shown["defaultRunSetting"]["parameters"] == {"a": "b&c=d+e%20f"}


@pytest.mark.our_choice("B12")
def test_a_form_is_no_json(http: Wire) -> None:
    told = http.refused(
        "POST",
        "/runBatch",
        "Action=StartRunBatch&batchName=x",
        content_type="application/x-www-form-urlencoded",
    )
    assert told.message.startswith("The request body is not valid JSON: ")


# -- paths --


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE"])
def test_a_method_that_a_path_does_not_have(http: Wire, method: str) -> None:
    answer = http.send(method, "/runBatch")
    assert answer.status_code == 404
    assert answer.headers["x-amzn-errortype"] == "ResourceNotFoundException"
    if method != "HEAD":
        assert answer.json() == {"message": f"HealthOmics has no operation {method} /runBatch"}


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
def test_a_path_that_no_operation_has(http: Wire, path: str) -> None:
    told = http.refused("GET", path)
    assert told[:2] == ("ResourceNotFoundException", 404)
    assert told.message.startswith("HealthOmics has no operation GET /")


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize(
    ("label", "shown"),
    [("1%2F2", "1/2"), ("%20", " "), ("%FF", "\ufffd"), ("1%0A", "1\n"), ("%D9%A3", "٣")],
)
def test_labels_are_decoded_and_checked(http: Wire, label: str, shown: str) -> None:
    told = violation(
        f"'{shown}'", "batchId", "Member must satisfy regular expression pattern: [0-9]+"
    )
    assert http.refused("GET", f"/runBatch/{label}") == violations(told)


@pytest.mark.our_choice("W1")
@pytest.mark.parametrize("path", ["/run/0{}", "/run/00{}", "/workflow/0{}", "/runGroup/0{}"])
def test_a_zero_before_an_id_makes_it_another_id(http: Wire, omics: Client, path: str) -> None:
    workflow = omics.create_workflow(name="w", engine="WDL", definitionZip=definition())["id"]
    ids = {
        "/run": omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://r/x")["id"],
        "/workflow": workflow,
        "/runGroup": omics.create_run_group(name="g")["id"],
    }
    kind = path.rpartition("/")[0]
    assert http.send("GET", f"{kind}/{ids[kind]}").status_code == 200
    told = http.refused("GET", path.format(ids[kind]))
    assert told[:2] == ("ResourceNotFoundException", 404)
    assert told.message.endswith(f"{path.rpartition('/')[2].format(ids[kind])} not found")


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
def test_an_arn_in_a_path_may_hold_its_slash_or_encode_it(
    http: Wire, omics: Client, encode: Callable[[str], str]
) -> None:
    group = omics.create_run_group(name="g", tags={"a": "1"})
    answer = http.send("GET", f"/tags/{encode(group['arn'])}")
    assert (answer.status_code, answer.json()) == (200, {"tags": {"a": "1"}})


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
def test_an_arn_of_nothing(http: Wire, arn: str) -> None:
    for method, path, body in (
        ("GET", f"/tags/{arn}", None),
        ("POST", f"/tags/{arn}", {"tags": {"a": "b"}}),
        ("DELETE", f"/tags/{arn}?tagKeys=a", None),
    ):
        told = http.refused(method, path, body)
        assert told[:2] == ("ResourceNotFoundException", 404)
        assert told.message.endswith(" not found")


# -- queries --

ITEMS = [
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
@pytest.mark.parametrize(("given", "shown", "must"), ITEMS)
def test_a_number_in_a_query(http: Wire, given: str, shown: str, must: str) -> None:
    told = http.refused("GET", f"/runBatch?maxItems={given}")
    assert told == violations(violation(shown, "maxItems", must))


@pytest.mark.our_choice("B75")
@pytest.mark.parametrize("digits", [20, 400, 5000])
def test_a_number_of_many_digits_in_a_query(http: Wire, digits: int) -> None:
    told = http.refused("GET", f"/runBatch?maxItems={'9' * digits}")
    assert told[:2] == ("ValidationException", 400)
    assert (
        f"'{'9' * digits}' at 'maxItems' failed to satisfy constraint: Member must" in told.message
    )


@pytest.mark.our_choice("B75")
def test_of_a_repeated_parameter_the_last_one_counts(http: Wire, omics: Client) -> None:
    for name in ("a", "b", "c"):
        omics.create_run_group(name=name)
    answer = http.send("GET", "/runGroup?maxResults=3&maxResults=2").json()
    assert [item["name"] for item in answer["items"]] == ["a", "b"]


@pytest.mark.documented("W9")
def test_a_list_in_a_query_repeats_its_name(http: Wire, omics: Client) -> None:
    tags = {"a": "1", "b": "2", "c": "3", "a b": "4"}
    arn = omics.create_run_group(name="g", tags=tags)["arn"]
    path = f"/tags/{quote(arn, safe='')}"
    assert http.send("DELETE", f"{path}?tagKeys=a&tagKeys=a+b&tagKeys=zz").status_code == 204
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2", "c": "3"}
    many = "&".join(f"tagKeys=k{n}" for n in range(51))
    told = http.refused("DELETE", f"{path}?{many}")
    assert told.message.startswith("1 validation error detected: Value '[k0, k1, ")
    assert told.message.endswith(
        "' at 'tagKeys' failed to satisfy constraint: "
        "Member must have length less than or equal to 50"
    )
    # An empty list, which the model allows, leaves no trace in a query.
    assert http.send("DELETE", path).status_code == 204


@pytest.mark.our_choice("B74")
@pytest.mark.parametrize(
    "query", ["?", "?&&", "?=", "?a", "?a;b", "?unknown=1", "?maxItems[]=1", "?%", "?%ZZ=1"]
)
def test_a_query_that_says_nothing(http: Wire, query: str) -> None:
    answer = http.send("GET", f"/runBatch{query}")
    assert (answer.status_code, answer.json()) == (200, {"items": []})


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
def test_a_token_that_nobody_issued(http: Wire, token: str) -> None:
    for path in ("/runBatch", "/run", "/workflow", "/runGroup", "/configuration"):
        told = http.refused("GET", f"{path}?startingToken={token}")
        assert told == Refusal("ValidationException", 400, "Invalid startingToken")
