"""The text of constraint violations: AWS's form, and a bounded length."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from moto_omics_batch.wire import model
from moto_omics_batch.wire.validation import check_request
from moto_omics_batch.wire.violations import MAX_LISTED, MAX_SHOWN, add, message, show
from tests.wire.raw import violation

NULL = "Member must not be null"


# -- the message --


def test_one_violation_and_several_violations() -> None:
    assert message(["a"]) == "1 validation error detected: a"
    assert message(["a", "b"]) == "2 validation errors detected: a; b"


def test_twenty_violations_are_listed_and_all_are_counted() -> None:
    texts = [f"v{n}" for n in range(1_000)]
    listed = "; ".join(texts[:20])
    assert message(texts[:20]) == f"20 validation errors detected: {listed}"
    assert message(texts[:21]) == f"21 validation errors detected: {listed}; and 1 more"
    assert message(texts) == f"1000 validation errors detected: {listed}; and 980 more"


def test_violations_that_are_not_listed_have_no_text() -> None:
    violations: list[str] = []
    for n in range(MAX_LISTED + 5):
        add(violations, n, "x", NULL)
    assert violations[MAX_LISTED - 1] == violation("'19'", "x", NULL)
    assert violations[MAX_LISTED:] == [""] * 5
    assert message(violations).startswith("25 validation errors detected: ")


# -- values --


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        ("", ""),
        (5, "5"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
        ([], "[]"),
        ({}, "{}"),
        ([1, None, "a"], "[1, null, a]"),
        ({"a": None, "b": [{}, {"c": [True]}], "": []}, "{a=null, b=[{}, {c=[true]}], =[]}"),
    ],
    ids=str,
)
def test_values_are_shown_as_aws_shows_them(value: Any, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize(
    "value",
    [
        "x" * 10_000,
        10**4_000,
        ["x" * 10_000],
        {"x" * 10_000: 1},
        {"a": "x" * 10_000, "b": 1},
        list(range(10_000)),
        [[]] * 10_000,
        {str(n): {} for n in range(10_000)},
    ],
    ids=lambda value: repr(value)[:20] if not isinstance(value, int) else "integer",
)
def test_a_long_value_is_cut(value: Any) -> None:
    text = show(value)
    assert len(text) == MAX_SHOWN + 3
    assert text.endswith("...")


def test_a_deep_value_needs_no_recursion() -> None:
    value: Any = 1
    for _ in range(10 * sys.getrecursionlimit()):
        value = {"a": [value]}
    assert show(value) == ("{a=[" * MAX_SHOWN)[:MAX_SHOWN] + "..."


# -- messages in relation to requests --

LARGE: dict[str, tuple[str, Any]] = {
    "map with bad keys": (
        "CreateRunGroup",
        {"tags": {f"{n}" + "k" * 130: "v" for n in range(800)}},
    ),
    "map with long bad keys": (
        "CreateRunGroup",
        {"tags": {f"{n}" + "k" * 10_000: "v" for n in range(100)}},
    ),
    "map with nulls": ("CreateRunGroup", {"tags": {f"{n}": None for n in range(20_000)}}),
    "map with lists of maps": (
        "CreateRunGroup",
        {"tags": {f"{n}": [[{"a": [1] * 100}] * 10] for n in range(100)}},
    ),
    "structures in a map": (
        "CreateWorkflow",
        {"parameterTemplate": {f"{n}" + "k" * 400: {"optional": 1} for n in range(2_000)}},
    ),
    "list of empty structures": (
        "StartRunBatch",
        {"batchRunSettings": {"inlineSettings": [{}] * 20_000}},
    ),
    "list of bad structures": (
        "StartRunBatch",
        {
            "batchRunSettings": {
                "inlineSettings": [
                    {"name": 1, "priority": "x", "runTags": {f"{n}": None for n in range(20)}}
                ]
                * 100
            }
        },
    ),
    "long enum value": ("StartRun", {"networkingMode": "x" * 1_000_000}),
    "long text": ("StartRun", {"outputUri": "\u0007" * 1_000_000, "name": "\U0001f9ec" * 100_000}),
    "list in place of a text": ("StartRun", {"name": [["x" * 10] * 1_000] * 100}),
    "union with both members": (
        "StartRunBatch",
        {"batchRunSettings": {"inlineSettings": [{}] * 10_000, "s3UriSettings": "x" * 100_000}},
    ),
    "blob": ("CreateWorkflow", {"definitionZip": "!" * 1_000_000}),
}


@pytest.mark.parametrize(("operation", "given"), LARGE.values(), ids=LARGE.keys())
def test_a_message_is_not_much_longer_than_the_request(operation: str, given: Any) -> None:
    start = time.process_time()
    _, violations = check_request(model.service().operation_model(operation), given)
    text = message(violations)
    seconds = time.process_time() - start
    assert violations
    request = len(json.dumps(given))
    assert len(json.dumps(text)) < min(request + 5_000, 25_000)
    assert seconds < 2


def test_the_number_of_violations_counts_those_that_are_not_listed() -> None:
    given = {
        "requestId": "r",
        "defaultRunSetting": {"workflowId": "1", "roleArn": "arn:x"},
        "batchRunSettings": {"inlineSettings": [{}] * 100},
    }
    _, violations = check_request(model.service().operation_model("StartRunBatch"), given)
    path = "batchRunSettings.inlineSettings.{}.member.runSettingId"
    listed = [violation("null", path.format(n), NULL) for n in range(1, 21)]
    assert message(violations) == (
        f"100 validation errors detected: {'; '.join(listed)}; and 80 more"
    )


def _seconds(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


def test_showing_a_value_does_not_depend_on_its_size() -> None:
    small, large = [list(range(1_000))], [list(range(1_000_000))] * 1_000
    assert _seconds(lambda: show(large)) < 10 * _seconds(lambda: show(small)) + 0.01
