"""Tests of the text of calls, and of the recorder of calls."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from conftest import Client, MakeClient, StartBatch
from moto_omics_batch.demo.calls import format_call, record_calls

LONG = "s3://bucket/" + "x" * 60


def test_a_short_call_has_one_line() -> None:
    arguments = {"id": "1", "flag": True, "number": 3, "names": ["a", "b"], "tags": {"k": "v"}}
    assert format_call("omics.get_run", arguments, 100) == (
        'omics.get_run(id="1", flag=True, number=3, names=["a", "b"], tags={"k": "v"})'
    )


def test_a_call_without_arguments() -> None:
    assert format_call("omics.list_runs", {}, 40) == "omics.list_runs()"


def test_a_long_call_has_a_line_for_each_argument() -> None:
    arguments = {"name": "a" * 10, "settings": {"first": "b" * 20, "second": "c" * 20}}
    assert format_call("omics.call", arguments, 44) == (
        "omics.call(\n"
        '    name="aaaaaaaaaa",\n'
        "    settings={\n"
        '        "first": "bbbbbbbbbbbbbbbbbbbb",\n'
        '        "second": "cccccccccccccccccccc",\n'
        "    },\n"
        ")"
    )


def test_of_a_long_list_the_first_item_is_shown() -> None:
    items = [{"id": str(number), "uri": LONG} for number in range(1000)]
    assert format_call("f", {"items": items}, 40) == (
        'f(\n    items=[\n        {"id": "0", ...},\n        # 999 more\n    ],\n)'
    )


def test_a_list_of_one_item_has_no_rest() -> None:
    assert format_call("f", {"items": [LONG]}, 40) == (
        'f(\n    items=[\n        "s3://bucket/xxxxxxxxxxxxxx...",\n    ],\n)'
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (LONG, '"s3://bucket/xxxxxxxxxxxx..."'),
        ({"a": {"b": {"c": LONG}}}, '"b": {"c": "s3://bu..."}'),
        ([[LONG, LONG]], '["s3://bucket/xxx...", ...]'),
        ('say "yes"', "'say \"yes\"'"),
        ("two\nlines", "'two\\nlines'"),
        ("C:\\x", "'C:\\\\x'"),
        (b"PK\x03\x04 and more", "b'PK\\x03\\x04...'"),
    ],
)
def test_values(value: Any, expected: str) -> None:
    assert expected in format_call("f", {"v": value}, 36)


@pytest.mark.parametrize("width", [44, 60, 92])
def test_lines_fit_the_width_and_are_python(width: int) -> None:
    setting = {"workflowId": "1", "parameters": {"reference": LONG, "n": 1}, "outputUri": LONG}
    arguments = {
        "defaultRunSetting": setting,
        "batchRunSettings": {"inlineSettings": [setting] * 3},
    }
    text = format_call("omics.start_run_batch", arguments, width)
    assert max(map(len, text.splitlines())) <= width
    ast.parse(text.replace(", ...}", "}"))


def test_calls_are_recorded_before_their_parameters_are_validated(client: MakeClient) -> None:
    omics, calls = client("omics"), []
    record_calls(omics, "omics", lambda name, arguments: calls.append((name, arguments)))
    omics.list_runs(maxResults=1)
    with pytest.raises(Exception, match="Unknown parameter"):
        omics.get_batch(id="1")
    assert calls == [("omics.list_runs", {"maxResults": 1}), ("omics.get_batch", {"id": "1"})]


def test_only_the_first_page_of_a_paginator_is_recorded(
    omics: Client, start_batch: StartBatch
) -> None:
    start_batch()
    start_batch()
    calls: list[str] = []
    record_calls(omics, "omics", lambda name, arguments: calls.append(name))
    pages = omics.get_paginator("list_batch").paginate(PaginationConfig={"PageSize": 1})
    assert len([batch for page in pages for batch in page["items"]]) == 2
    assert calls == ["omics.list_batch"]
