"""Values of another JSON type are refused; unknown members, nulls and any visible text are not."""

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
@pytest.mark.parametrize(("member", "value", "shown", "type_name"), TYPES)
def test_a_value_of_another_type(
    http: Wire, workflow_id: str, member: str, value: Any, shown: str, type_name: str
) -> None:
    told = violation(shown, f"{DEFAULT}.{member}", f"Member must be of type {type_name}")
    request = batch_request(workflow_id, **{member: value})
    assert http.refused("POST", "/runBatch", request) == violations(told)


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("value", [0, "x", [], True], ids=["number", "text", "list", "boolean"])
def test_a_structure_of_another_type(http: Wire, workflow_id: str, value: Any) -> None:
    shown = {"[]": "[]", "True": "true"}.get(str(value), str(value))
    request = {**batch_request(workflow_id), "defaultRunSetting": value}
    told = violation(f"'{shown}'", DEFAULT, "Member must be of type structure")
    assert http.refused("POST", "/runBatch", request) == violations(told)


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("value", [5, "!", "YQ", ["YQ=="], {}], ids=str)
def test_a_zip_that_is_no_base64(http: Wire, value: Any) -> None:
    request = {"requestId": "r", "definitionZip": value}
    told = violation(f"'{value}'", "definitionZip", "Member must be base64-encoded")
    refused = http.refused("POST", "/workflow", request)
    assert refused == violations(told.replace("['YQ==']", "[YQ==]"))


@pytest.mark.our_choice("B12")
def test_nulls_in_a_list_or_a_map_are_refused(http: Wire, workflow_id: str) -> None:
    request = batch_request(workflow_id, runTags={"a": None})
    request["batchRunSettings"] = {"inlineSettings": [None]}
    assert http.refused("POST", "/runBatch", request) == violations(
        violation("null", f"{DEFAULT}.runTags.a.member", NULL),
        violation("null", "batchRunSettings.inlineSettings.1.member", NULL),
    )


@pytest.mark.our_choice("B12")
@pytest.mark.parametrize("number", [10**18, 10**40, -(10**40), 1e40], ids=str)
def test_huge_numbers(http: Wire, workflow_id: str, number: float) -> None:
    told = http.refused("POST", "/runBatch", batch_request(workflow_id, priority=number))
    assert told.code == "ValidationException"
    assert told.message.startswith(
        f"1 validation error detected: Value '{number}' at 'defaultRunSetting.priority' failed to "
        "satisfy constraint: Member must "
    )


# -- what is let through --


@pytest.mark.documented("B12")
def test_unknown_members_are_ignored_everywhere(
    http: Wire, omics: Client, workflow_id: str
) -> None:
    request = batch_request(workflow_id, nobodyKnows={"a": [1]})
    request["whatIsThis"] = "x"
    request["batchRunSettings"]["thirdWay"] = 3
    request["batchRunSettings"]["inlineSettings"][0]["colour"] = "blue"
    answer = http.send("POST", "/runBatch?shoeSize=44", request)
    assert answer.status_code == 201
    batch = omics.get_batch(batchId=answer.json()["id"])
    assert batch["defaultRunSetting"] == {
        "workflowId": workflow_id,
        "roleArn": ROLE,
        "outputUri": "s3://results/cohort",
    }


@pytest.mark.documented("B12")
def test_nulls_count_as_absent(http: Wire, omics: Client, workflow_id: str) -> None:
    request = batch_request(workflow_id, name=None, priority=None, runTags=None, parameters=None)
    request["tags"] = None
    answer = http.send("POST", "/runBatch", request)
    assert answer.status_code == 201
    shown = omics.get_batch(batchId=answer.json()["id"])["defaultRunSetting"]
    assert set(shown) == {"workflowId", "roleArn", "outputUri"}
    required = batch_request(workflow_id)
    required["defaultRunSetting"]["roleArn"] = None
    told = violation("null", f"{DEFAULT}.roleArn", NULL)
    assert http.refused("POST", "/runBatch", required) == violations(told)


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
def test_free_text_takes_letters_marks_symbols_of_any_script(
    http: Wire, omics: Client, workflow_id: str, name: str
) -> None:
    answer = http.send("POST", "/runBatch", {**batch_request(workflow_id), "batchName": name})
    assert answer.status_code == 201, answer.text
    assert omics.get_batch(batchId=answer.json()["id"])["name"] == name
    assert [b["name"] for b in omics.list_batch(name=name)["items"]] == [name]


@pytest.mark.documented("W1")
@pytest.mark.parametrize(
    "name", ["a\nb", "a\tb", "\x00", "a\x7f", "\u200b", "\ud800", "a\n", "\u0085"]
)
def test_free_text_refuses_what_cannot_be_seen(http: Wire, workflow_id: str, name: str) -> None:
    request = {**batch_request(workflow_id), "batchName": name}
    told = violation(f"'{name}'", "batchName", PATTERN)
    assert http.refused("POST", "/runBatch", request) == violations(told)


@pytest.mark.documented("W1")
def test_letters_are_counted_not_bytes(http: Wire, workflow_id: str) -> None:
    request = {**batch_request(workflow_id), "batchName": "样" * 64}
    assert http.send("POST", "/runBatch", request).status_code == 201
    request["batchName"] += "样"
    told = violation(
        f"'{'样' * 65}'", "batchName", "Member must have length less than or equal to 64"
    )
    assert http.refused("POST", "/runBatch", request) == violations(told)
