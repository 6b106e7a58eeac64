"""Run settings of a batch: reading from JSON, checks of all entries, merging with defaults."""

from __future__ import annotations

import json
from typing import Any

import pytest

from moto_omics_batch.domain import failures
from moto_omics_batch.domain.failures import BatchFailure, SubmissionFailure
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
