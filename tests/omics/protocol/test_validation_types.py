"""Values of wrong JSON types are rejected; unknown members, nulls and Unicode text are accepted."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import ROLE, Client
from tests.wire.raw import Wire, batch_request, violation, violations

FREE_TEXT = r"[\p{L}||\p{M}||\p{Z}||\p{S}||\p{N}||\p{P}]+"
PATTERN = f"Member must satisfy regular expression pattern: {FREE_TEXT}"
NULL = "Member must not be null"
DEFAULT = "defaultRunSetting"


# -- JSON types --

TYPES: list[tuple[str, Any, str, str]] = [
    ("name", 7, "'7'", "string"),
    ("name", True, "'true'", "string"),
    ("name", ["a", 1, None], "'[a, 1, null]'", "string"),
    ("name", {"a": None}, "'{a=null}'", "string"),
    ("priority", "7", "'7'", "integer"),
    ("priority", 7.5, "'7.5'", "integer"),
    ("priority", True, "'true'", "integer"),
    ("priority", [], "'[]'", "integer"),
    ("runTags", [], "'[]'", "map"),
    ("runTags", "a", "'a'", "map"),
    ("networkingMode", 1, "'1'", "string"),
]


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize(("member", "value", "reported", "type_name"), TYPES)
def test_value_of_wrong_type_is_rejected(
    http: Wire, workflow_id: str, member: str, value: Any, reported: str, type_name: str
) -> None:
    error = violation(reported, f"{DEFAULT}.{member}", f"Member must be of type {type_name}")
    request = batch_request(workflow_id, **{member: value})
    assert http.refused("POST", "/runBatch", request) == violations(error)


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("value", [0, "x", [], True], ids=["number", "text", "list", "boolean"])
def test_structure_of_wrong_type_is_rejected(http: Wire, workflow_id: str, value: Any) -> None:
    reported = {"[]": "[]", "True": "true"}.get(str(value), str(value))
    request = {**batch_request(workflow_id), "defaultRunSetting": value}
    error = violation(f"'{reported}'", DEFAULT, "Member must be of type structure")
    assert http.refused("POST", "/runBatch", request) == violations(error)


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("value", [5, "!", "YQ", ["YQ=="], {}], ids=str)
def test_invalid_base64_is_rejected(http: Wire, value: Any) -> None:
    request = {"requestId": "r", "definitionZip": value}
    error = violation(f"'{value}'", "definitionZip", "Member must be base64-encoded")
    response = http.refused("POST", "/workflow", request)
    assert response == violations(error.replace("['YQ==']", "[YQ==]"))


@pytest.mark.our_choice("B12")
def test_nulls_in_lists_and_maps_are_rejected(http: Wire, workflow_id: str) -> None:
    request = batch_request(workflow_id, runTags={"a": None})
    request["batchRunSettings"] = {"inlineSettings": [None]}
    assert http.refused("POST", "/runBatch", request) == violations(
        violation("null", f"{DEFAULT}.runTags.a.member", NULL),
        violation("null", "batchRunSettings.inlineSettings.1.member", NULL),
    )


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("number", [10**18, 10**40, -(10**40), 1e40], ids=str)
def test_huge_numbers_are_rejected(http: Wire, workflow_id: str, number: float) -> None:
    error = http.refused("POST", "/runBatch", batch_request(workflow_id, priority=number))
    assert error.code == "ValidationException"
    assert error.message.startswith(
        f"1 validation error detected: Value '{number}' at 'defaultRunSetting.priority' failed to "
        "satisfy constraint: Member must "
    )


# -- accepted values --


@pytest.mark.documented("B12")
def test_unknown_members_are_ignored(http: Wire, omics: Client, workflow_id: str) -> None:
    request = batch_request(workflow_id, nobodyKnows={"a": [1]})
    request["whatIsThis"] = "x"
    request["batchRunSettings"]["thirdWay"] = 3
    request["batchRunSettings"]["inlineSettings"][0]["colour"] = "blue"
    response = http.send("POST", "/runBatch?shoeSize=44", request)
    assert response.status_code == 201
    batch = omics.get_batch(batchId=response.json()["id"])
    assert batch["defaultRunSetting"] == {
        "workflowId": workflow_id,
        "roleArn": ROLE,
        "outputUri": "s3://results/cohort",
    }


@pytest.mark.documented("B12")
def test_nulls_count_as_absent(http: Wire, omics: Client, workflow_id: str) -> None:
    request = batch_request(workflow_id, name=None, priority=None, runTags=None, parameters=None)
    request["tags"] = None
    response = http.send("POST", "/runBatch", request)
    assert response.status_code == 201
    default = omics.get_batch(batchId=response.json()["id"])["defaultRunSetting"]
    assert set(default) == {"workflowId", "roleArn", "outputUri"}
    required = batch_request(workflow_id)
    required["defaultRunSetting"]["roleArn"] = None
    error = violation("null", f"{DEFAULT}.roleArn", NULL)
    assert http.refused("POST", "/runBatch", required) == violations(error)


@pytest.mark.documented("W1")
@pytest.mark.parametrize(
    "name",
    [
        "a|b",
        "HG002 (trio)",
        "Kórház-Ω",
        "样本一",
        "👩🔬🧬",
        "e\u0301",
        "a\u00a0b",
        "½€†",
        "\U0001d54f",
    ],
)
def test_unicode_text_is_accepted(http: Wire, omics: Client, workflow_id: str, name: str) -> None:
    response = http.send("POST", "/runBatch", {**batch_request(workflow_id), "batchName": name})
    assert response.status_code == 201, response.text
    assert omics.get_batch(batchId=response.json()["id"])["name"] == name
    assert [b["name"] for b in omics.list_batch(name=name)["items"]] == [name]


@pytest.mark.documented("W1")
@pytest.mark.parametrize(
    "name", ["a\nb", "a\tb", "\x00", "a\x7f", "\u200b", "\ud800", "a\n", "\u0085"]
)
def test_control_characters_are_rejected(http: Wire, workflow_id: str, name: str) -> None:
    request = {**batch_request(workflow_id), "batchName": name}
    error = violation(f"'{name}'", "batchName", PATTERN)
    assert http.refused("POST", "/runBatch", request) == violations(error)


@pytest.mark.documented("W1")
def test_lengths_are_counted_in_characters(http: Wire, workflow_id: str) -> None:
    request = {**batch_request(workflow_id), "batchName": "样" * 64}
    assert http.send("POST", "/runBatch", request).status_code == 201
    request["batchName"] += "样"
    error = violation(
        f"'{'样' * 65}'", "batchName", "Member must have length less than or equal to 64"
    )
    assert http.refused("POST", "/runBatch", request) == violations(error)
