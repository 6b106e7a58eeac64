"""Run settings: reading from JSON, checks of all entries, merging, and the rules of a run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
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
        b'[{"runSettingId": "a", "priority": ' + b"9" * 5_000 + b"}]",
        b'[{"runSettingId": "a", "parameters": {"n": ' + b"9" * 5_000 + b"}}]",
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_file_that_is_not_a_json_array_is_refused(body: bytes) -> None:
    with pytest.raises(BatchFailure) as refused:
        check_whole(parse(body))
    assert str(refused.value) == INVALID_JSON


def test_unicode_encodings_are_read() -> None:
    entries = [{"runSettingId": "样本", "parameters": {"reads": 1, "ratio": 0.5}}]
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        assert parse(json.dumps(entries, ensure_ascii=False).encode(encoding)) == entries


# -- all entries (B50, B51, B55) --


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


def test_more_than_the_maximum_number_of_runs() -> None:
    entries = _ids(*map(str, range(MAX_RUNS)))
    check_whole(entries)
    with pytest.raises(BatchFailure) as refused:
        check_whole([*entries, *_ids("more")])
    assert str(refused.value) == "Batch has 100001 runs but 100000 runs is the max."


def test_too_many_runs_are_reported_before_repeated_ids() -> None:
    with pytest.raises(BatchFailure, match="Batch has 100001 runs"):
        check_whole(_ids(*["a"] * (MAX_RUNS + 1)))


def test_ids_that_differ_in_case_or_spaces_are_different() -> None:
    check_whole(_ids("a", "A", "a ", " a", "é", "e\u0301"))


def test_the_message_of_a_changed_object() -> None:
    assert str(BatchFailure.changed("abc123", "def456")) == (
        'Expected s3UriConfigs etag: "abc123" but was: "def456". '
        "s3UriConfigs have changed since calling StartRunBatch"
    )


def test_the_reason_of_a_failed_validation() -> None:
    failure = SubmissionFailure.invalid("why")
    assert (failure.reason, failure.message) == ("ValidationException", "why")
    assert failure.reason in failures.SUBMISSION_FAILURE_REASONS


# -- merging (B30 to B32) --


def test_maps_are_merged_key_by_key_at_the_top_level() -> None:
    default = {"parameters": {"a": 1, "deep": {"x": 1}}, "runTags": {"t": "1", "u": "2"}}
    own = {"parameters": {"b": 2, "deep": {"y": 2}}, "runTags": {"t": "own"}}
    assert merge(default, own, PER_RUN) == {
        "parameters": {"a": 1, "b": 2, "deep": {"y": 2}},
        "runTags": {"t": "own", "u": "2"},
    }


def test_other_members_replace_and_members_of_the_batch_are_ignored() -> None:
    default = {"name": "d", "priority": 1, "workflowId": "1"}
    own = {"name": "o", "priority": 0, "workflowId": "2", "runSettingId": "s", "unknown": 1}
    assert merge(default, own, PER_RUN) == {"name": "o", "priority": 0, "workflowId": "1"}


def test_a_null_is_absent_and_an_empty_value_is_not() -> None:
    default = {"name": "d", "parameters": {"a": 1}, "priority": 5}
    assert merge(default, {"name": None, "parameters": None}, PER_RUN) == default
    assert merge(default, {"parameters": {}}, PER_RUN) == default
    assert merge(default, {"name": "", "priority": 0}, PER_RUN) == {
        **default,
        "name": "",
        "priority": 0,
    }


@pytest.mark.parametrize("document", [[1], "text", 5, False, 0, ""])
def test_a_document_that_is_not_an_object_replaces_and_is_replaced(document: Any) -> None:
    assert merge({"parameters": {"a": 1}}, {"parameters": document}, PER_RUN) == {
        "parameters": document
    }
    assert merge({"parameters": document}, {"parameters": {"a": 1}}, PER_RUN) == {
        "parameters": {"a": 1}
    }


def test_merging_does_not_change_its_arguments() -> None:
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
def test_parameters_must_fit_the_template(parameters: Any, problem: str | None) -> None:
    assert _problem({"parameters": parameters}, TEMPLATE) == problem
    assert _problem({"parameters": parameters}) is None


def test_the_template_applies_to_the_merged_parameters() -> None:
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
        (
            None,
            "s3:///x",
            "Invalid outputUri 's3:///x': it must begin with s3:// and name a bucket",
        ),
        ("s3:///", None, "Invalid outputUri 's3:///': it must begin with s3:// and name a bucket"),
        (
            None,
            "x" * 301,
            f"Invalid outputUri '{'x' * 300}...': it must begin with s3:// and name a bucket",
        ),
    ],
)
def test_an_output_uri_names_a_bucket(
    default: str | None, own: str | None, problem: str | None
) -> None:
    rules = RunRules(None, {"outputUri": default} if default else {})
    assert rules.problem({"outputUri": own} if own else {}) == problem


# -- messages of a bounded length --


def test_unexpected_parameters_are_listed_up_to_twenty() -> None:
    own = {f"p{n:03}": 1 for n in range(30)}
    default = {f"p{n:03}": 1 for n in range(25, 35)}
    names = ", ".join(f"p{n:03}" for n in range(20))
    message = f"Unexpected workflow parameters: {names}, and 10 more"
    assert _problem({"parameters": own}, {}) == message
    message = f"Unexpected workflow parameters: {names}, and 15 more"
    assert _problem({"parameters": own}, {}, parameters=default) == message


def test_missing_parameters_are_listed_up_to_twenty() -> None:
    names = ", ".join(f"p{n:03}" for n in range(20))
    template: dict[str, Any] = {f"p{n:03}": {} for n in range(21)}
    message = f"Missing required workflow parameters: {names}, and 1 more"
    assert _problem({"parameters": {}}, template) == message
    del template["p020"]
    assert _problem({"parameters": {}}, template) == message.removesuffix(", and 1 more")


def test_long_names_of_parameters_are_shortened() -> None:
    message = f"Unexpected workflow parameters: {'k' * 300}..., z"
    assert _problem({"parameters": {"k" * 301: 1, "z": 1}}, {}) == message


def _seconds(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


@pytest.mark.parametrize(
    ("template", "own"),
    [(None, None), (None, {}), (None, {"a": [1]}), ({}, None), ({}, {"a": 1}), ({"a": {}}, {})],
    ids=str,
)
def test_the_cost_of_an_entry_does_not_depend_on_the_default(template: Any, own: Any) -> None:
    default = {"outputUri": "s3://x", "parameters": {f"p{n}": [n] for n in range(10_000)}}
    rules = RunRules(template, default)
    entry = {"parameters": own}
    problem = rules.problem(entry)
    assert problem is not None
    assert len(problem) < 500
    assert _seconds(lambda: [rules.problem(entry) for _ in range(1_000)]) < 0.5


# -- the size of parameters --


def _of_size(size: int, letter: str = "x") -> dict[str, str]:
    """Return parameters whose JSON has this size in bytes."""
    head = len(json.dumps({"a": ""}, separators=(",", ":")))
    width = len(letter.encode())
    assert (size - head) % width == 0
    return {"a": letter * ((size - head) // width)}


@pytest.mark.parametrize("letter", ["x", "é", "样"])
def test_parameters_have_a_maximum_size_of_50000_bytes(letter: str) -> None:
    width = len(letter.encode())
    most = MAX_PARAMETER_BYTES - (MAX_PARAMETER_BYTES - 8) % width
    assert _problem({"parameters": _of_size(most, letter)}) is None
    over = _of_size(most + width, letter)
    problem = f"Run parameters take {most + width} bytes; the maximum is 50000"
    assert most + width > MAX_PARAMETER_BYTES
    assert _problem({"parameters": over}) == problem
    assert _problem({}, parameters=over) == problem


def test_the_size_is_that_of_the_merged_parameters() -> None:
    default = {f"d{n}": "x" * 100 for n in range(250)}
    own = {f"o{n}": "x" * 100 for n in range(250)}
    merged = len(json.dumps({**default, **own}, separators=(",", ":")))
    assert merged > MAX_PARAMETER_BYTES
    assert _problem({"parameters": own}, parameters=default) == (
        f"Run parameters take {merged} bytes; the maximum is 50000"
    )
    assert _problem({"parameters": default}, parameters=default) is None


@pytest.mark.parametrize(
    ("default", "own"),
    [
        ({}, {"a": ["x"]}),
        ({"a": ["x"]}, {}),
        ({"a": ["x"]}, None),
        ({"a": ["x"]}, {"a": ["y" * 60]}),
        ({"a": ["x"], "b": {"c": "é"}}, {"c": [], "a": 1}),
        ({"a": 1, "b": "\n"}, {"ä": None, "c": "样本"}),
    ],
    ids=str,
)
def test_the_size_of_merged_parameters_is_that_of_their_json(
    default: dict[str, Any], own: dict[str, Any] | None
) -> None:
    fill = "x" * MAX_PARAMETER_BYTES
    merged = {**default, **(own or {}), "fill": fill}
    size = len(json.dumps(merged, separators=(",", ":"), ensure_ascii=False).encode())
    problem = f"Run parameters take {size} bytes; the maximum is 50000"
    assert _problem({"parameters": own}, parameters={**default, "fill": fill}) == problem
    if own is not None:
        filled = {"parameters": {**own, "fill": fill}}
        assert _problem(filled, parameters=default) == problem
        assert _problem(filled, parameters={**default, "fill": [1]}) == problem


def test_a_run_may_replace_a_default_that_is_too_large() -> None:
    default = {"a": "x" * 60_000}
    assert _problem({"parameters": {"a": "small"}}, parameters=default) is None
    assert _problem({"parameters": {"b": "small"}}, parameters=default) is not None


def test_control_characters_take_six_bytes() -> None:
    assert _problem({"parameters": {"a": "\x00" * 8_000}}) is None
    assert _problem({"parameters": {"a": "\x00" * 9_000}}) == (
        "Run parameters take 54008 bytes; the maximum is 50000"
    )


@pytest.mark.parametrize("document", [["x" * 60_000], "x" * 60_000, {"a": {"b": "x" * 60_000}}])
def test_documents_of_any_type_have_a_maximum_size(document: Any) -> None:
    problem = _problem({"parameters": document})
    assert problem is not None
    assert problem.startswith("Run parameters take 600")


def test_a_lone_surrogate_is_accepted() -> None:
    assert _problem({"parameters": {"a": ["\ud800"]}}) is None
