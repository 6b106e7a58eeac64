"""The names of a WDL workflow and of its calls, without a parser."""

from __future__ import annotations

import time

import pytest

from moto_omics_batch.definitions.wdl_calls import calls, workflow_name


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("workflow w { call a call b as c call lib.d call a }", ["a", "c", "d"]),
        ('workflow w { String s = "call x }" call a } # call y', ["a"]),
        ("workflow w { scatter (i in s) { if (c) { call a } } } task t { call b }", ["a"]),
        ("workflow w { call a  scatter (i in s) {", ["a"]),
        ("task t { command <<< bcftools call x >>> }", []),
        ("", []),
        ("workflow w {\n call a  # don't call b\n call c }", ["a", "c"]),
        ("workflow w {\n it's call a  # call b\n call c }", ["a", "c"]),
        ('workflow w { String s = "\\" call x" call a }', ["a"]),
        ("workflow w { call " + "a" * 200 + " }", ["a" * 128]),
    ],
)
def test_the_calls_of_a_workflow(source: str, names: list[str]) -> None:
    assert calls(source) == names


@pytest.mark.parametrize(
    "unit", ['\\"', "'", "\\'", '"', "#", "{", "call ", "call a.", "workflow w ", " ", "a"]
)
@pytest.mark.parametrize("start", ["", 'workflow w { "', "workflow w { '", "workflow w { call a"])
def test_any_text_is_read_in_linear_time(start: str, unit: str) -> None:
    begin = time.process_time()
    calls(start + unit * 50_000)
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("# workflow a {\nworkflow b { } workflow c { }", "b"),
        ('task t { command { echo "workflow a {" } } workflow w{', "w"),
        ("task workflow_t { }", None),
    ],
)
def test_name_of_the_workflow(source: str, name: str | None) -> None:
    assert workflow_name(source) == name
