"""Run settings: read from JSON, checked as a whole, merged, and held against the rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moto_omics_batch.domain import failures
from moto_omics_batch.domain.failures import BatchFailure, SubmissionFailure
from moto_omics_batch.domain.rules import MAX_PARAMETER_BYTES, RunRules
from moto_omics_batch.domain.settings import MAX_RUNS, check_whole, merge, parse

INVALID_JSON = "Invalid JSON format in run configurations"
PER_RUN = ("name", "outputUri", "priority", "parameters", "runTags")


# -- parsing (B52) --


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nope",
        b"{}",
        b"[]",
        b"7",
        b'"[]"',
        b"[{}",
        b"[NaN]",
        b'[{"runSettingId": "a", "priority": Infinity}]',
        b'[{"runSettingId": "a", "parameters": 1e999}]',
        b"\xff\xfe",
        b"[" * 100_000,
        b"[" * 3_000 + b"]" * 3_000,
        b"[" + b"9" * 5_000 + b"]",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_array_is_refused(body: bytes) -> None:
    with pytest.raises(BatchFailure) as refused:
        check_whole(parse(body))
    assert str(refused.value) == INVALID_JSON


def test_the_encodings_of_json_are_read() -> None:
    entries = [{"runSettingId": "样本", "parameters": {"reads": 1}}]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert parse(json.dumps(entries, ensure_ascii=False).encode(encoding)) == entries


# -- as a whole (B50, B51, B55) --


def _ids(*ids: Any) -> list[dict[str, Any]]:
    return [{"runSettingId": id} for id in ids]


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (_ids("a", "b", "a"), "Expected 3 unique runSettingIds but there were 2"),
        (_ids(*["a"] * 50), "Expected 50 unique runSettingIds but there were 1"),
        ([*_ids("a"), {}], INVALID_JSON),
        ([*_ids("a"), "b"], INVALID_JSON),
        ([*_ids("a"), None], INVALID_JSON),
        ([*_ids("a"), [{"runSettingId": "b"}]], INVALID_JSON),
        (_ids("a", 1), INVALID_JSON),
        (_ids("a", None), INVALID_JSON),
        (_ids("a", ["a"]), INVALID_JSON),
        (_ids("a", {}), INVALID_JSON),
        (_ids("a", True), INVALID_JSON),
    ],
    ids=str,
)
def test_a_batch_fails_as_a_whole(entries: list[Any], reason: str) -> None:
    with pytest.raises(BatchFailure) as refused:
        check_whole(entries)
    assert str(refused.value) == reason


def test_one_too_many() -> None:
    entries = _ids(*map(str, range(MAX_RUNS)))
    check_whole(entries)
    with pytest.raises(BatchFailure) as refused:
        check_whole([*entries, *_ids("more")])
    assert str(refused.value) == "Batch has 100001 runs but 100000 runs is the max."


def test_too_many_is_told_before_repeated() -> None:
    with pytest.raises(BatchFailure, match="Batch has 100001 runs"):
        check_whole(_ids(*["a"] * (MAX_RUNS + 1)))


def test_ids_that_differ_in_case_or_spaces_are_different() -> None:
    check_whole(_ids("a", "A", "a ", " a", "é", "e\u0301"))


def test_the_text_of_a_changed_object() -> None:
    assert str(BatchFailure.changed("abc123", "def456")) == (
        'Expected s3UriConfigs etag: "abc123" but was: "def456". '
        "s3UriConfigs have changed since calling StartRunBatch"
    )


def test_a_failed_validation_names_its_reason() -> None:
    failure = SubmissionFailure.invalid("why")
    assert (failure.reason, failure.message) == ("ValidationException", "why")
    assert failure.reason in failures.SUBMISSION_FAILURE_REASONS


# -- merging (B30 to B32) --


def test_maps_are_merged_key_by_key_at_the_top_only() -> None:
    default = {"parameters": {"a": 1, "deep": {"x": 1}}, "runTags": {"t": "1", "u": "2"}}
    own = {"parameters": {"b": 2, "deep": {"y": 2}}, "runTags": {"t": "own"}}
    assert merge(default, own, PER_RUN) == {
        "parameters": {"a": 1, "b": 2, "deep": {"y": 2}},
        "runTags": {"t": "own", "u": "2"},
    }


def test_the_rest_replaces_and_what_an_entry_cannot_hold_is_ignored() -> None:
    default = {"name": "d", "priority": 1, "workflowId": "1"}
    own = {"name": "o", "priority": 0, "workflowId": "2", "runSettingId": "s", "unknown": 1}
    assert merge(default, own, PER_RUN) == {"name": "o", "priority": 0, "workflowId": "1"}


def test_null_is_absent_but_nothing_else_that_is_empty() -> None:
    default = {"name": "d", "parameters": {"a": 1}, "priority": 5}
    assert merge(default, {"name": None, "parameters": None}, PER_RUN) == default
    assert merge(default, {"parameters": {}}, PER_RUN) == default
    assert merge(default, {"name": "", "priority": 0}, PER_RUN) == {
        **default,
        "name": "",
        "priority": 0,
    }


@pytest.mark.parametrize("document", [[1], "text", 5, False, 0, ""])
def test_a_document_that_is_no_object_replaces_and_is_replaced(document: Any) -> None:
    assert merge({"parameters": {"a": 1}}, {"parameters": document}, PER_RUN) == {
        "parameters": document
    }
    assert merge({"parameters": document}, {"parameters": {"a": 1}}, PER_RUN) == {
        "parameters": {"a": 1}
    }


def test_merging_changes_neither_side() -> None:
    default, own = {"parameters": {"a": 1}}, {"parameters": {"b": 2}}
    merged = merge(default, own, PER_RUN)
    merged["parameters"]["c"] = 3
    assert default == {"parameters": {"a": 1}}
    assert own == {"parameters": {"b": 2}}


# -- the rules of a run (B62, B63) --

TEMPLATE = {
    "reads": {"description": "FASTQ"},
    "depth": {"optional": True},
    "sample": {"optional": False},
}
OUT = {"outputUri": "s3://out/x"}


def _problem(entry: dict[str, Any], template: Any = None, **default: Any) -> str | None:
    return RunRules(template, {**OUT, **default}).problem(entry)


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"reads": "r", "sample": "s"}, None),
        ({"reads": None, "sample": "s", "depth": 30}, None),
        ({"reads": "r"}, "Missing required workflow parameters: sample"),
        ({}, "Missing required workflow parameters: reads, sample"),
        (None, "Missing required workflow parameters: reads, sample"),
        ({"reads": "r", "sample": "s", "z": 1, "b": 2}, "Unexpected workflow parameters: b, z"),
        ({"z": 1}, "Unexpected workflow parameters: z"),
        (
            ["reads"],
            "Invalid workflow parameters: the workflow's parameter template asks for an object",
        ),
    ],
    ids=str,
)
def test_parameters_fit_the_template(parameters: Any, problem: str | None) -> None:
    assert _problem({"parameters": parameters}, TEMPLATE) == problem
    assert _problem({"parameters": parameters}) is None


def test_default_and_own_parameters_are_seen_together() -> None:
    assert _problem({"parameters": {"sample": "s"}}, TEMPLATE, parameters={"reads": "r"}) is None
    undeclared = _problem({"parameters": {"sample": "s"}}, TEMPLATE, parameters={"raeds": "r"})
    assert undeclared == "Unexpected workflow parameters: raeds"
    missing = _problem({}, TEMPLATE, parameters={"reads": "r"})
    assert missing == "Missing required workflow parameters: sample"


def test_an_empty_template_declares_nothing() -> None:
    assert _problem({"parameters": {"a": 1}}, {}) == "Unexpected workflow parameters: a"
    assert _problem({}, {}) is None


@pytest.mark.parametrize(
    ("default", "own", "problem"),
    [
        (None, None, "outputUri is required: neither defaultRunSetting nor the run has one"),
        ("s3://a", None, None),
        (None, "s3://a/b", None),
        ("https://a", "s3://a", None),
        ("s3://a", "a/b", "Invalid outputUri 'a/b': it must begin with s3:// and name a bucket"),
        ("s3://", None, "Invalid outputUri 's3://': it must begin with s3:// and name a bucket"),
        ("S3://a", None, "Invalid outputUri 'S3://a': it must begin with s3:// and name a bucket"),
    ],
)
def test_where_a_run_writes(default: str | None, own: str | None, problem: str | None) -> None:
    rules = RunRules(None, {"outputUri": default} if default else {})
    assert rules.problem({"outputUri": own} if own else {}) == problem


def _of_size(size: int, letter: str = "x") -> dict[str, str]:
    """Parameters whose JSON takes just so many bytes."""
    head = len(json.dumps({"a": ""}, separators=(",", ":")))
    width = len(letter.encode())
    assert (size - head) % width == 0
    return {"a": letter * ((size - head) // width)}


@pytest.mark.parametrize("letter", ["x", "é", "样"])
def test_parameters_take_fifty_thousand_bytes_at_most(letter: str) -> None:
    width = len(letter.encode())
    most = MAX_PARAMETER_BYTES - (MAX_PARAMETER_BYTES - 8) % width
    assert _problem({"parameters": _of_size(most, letter)}) is None
    over = _of_size(most + width, letter)
    problem = f"Run parameters take {most + width} bytes; the maximum is 50000"
    assert most + width > MAX_PARAMETER_BYTES
    assert _problem({"parameters": over}) == problem
    assert _problem({}, parameters=over) == problem


def test_default_and_own_parameters_are_weighed_together() -> None:
    default = {f"d{n}": "x" * 100 for n in range(250)}
    own = {f"o{n}": "x" * 100 for n in range(250)}
    merged = len(json.dumps({**default, **own}, separators=(",", ":")))
    assert merged > MAX_PARAMETER_BYTES
    assert _problem({"parameters": own}, parameters=default) == (
        f"Run parameters take {merged} bytes; the maximum is 50000"
    )
    assert _problem({"parameters": default}, parameters=default) is None


def test_control_characters_take_six_bytes() -> None:
    assert _problem({"parameters": {"a": "\x00" * 8_000}}) is None
    assert _problem({"parameters": {"a": "\x00" * 9_000}}) == (
        "Run parameters take 54008 bytes; the maximum is 50000"
    )


@pytest.mark.parametrize("document", [["x" * 60_000], "x" * 60_000, {"a": {"b": "x" * 60_000}}])
def test_documents_of_any_kind_are_weighed(document: Any) -> None:
    problem = _problem({"parameters": document})
    assert problem is not None
    assert problem.startswith("Run parameters take 600")


def test_a_lone_surrogate_can_be_weighed() -> None:
    assert _problem({"parameters": {"a": ["\ud800"]}}) is None
