"""The rules for the settings of a run: outputUri, the parameter template, sizes (B62, B63)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from moto_omics_batch.domain.rules import MAX_PARAMETER_BYTES, RunRules

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


# -- names with the name of the WDL workflow --


@pytest.mark.parametrize(
    ("template", "default", "own", "problem"),
    [
        ({"a": {}}, None, {"a": 1}, None),
        ({"a": {}}, None, {"W.a": 1}, None),
        ({"W.a": {}}, None, {"a": 1}, None),
        ({"W.a": {}}, None, {"W.a": 1}, None),
        ({"a": {}}, {"W.a": 1}, {}, None),
        ({"a": {}}, {"W.a": 1}, {"W.a": 2}, None),
        ({"a": {}}, None, {"w.a": 1}, "Unexpected workflow parameters: w.a"),
        ({"a": {}}, None, {"W.W.a": 1}, "Unexpected workflow parameters: W.W.a"),
        ({"a": {}, "b": {}}, None, {"W.a": 1}, "Missing required workflow parameters: b"),
        ({"W.a": {}}, {}, {}, "Missing required workflow parameters: W.a"),
        # Both names of one parameter, in any combination: the name that is not in the template.
        ({"a": {}}, None, {"a": 1, "W.a": 1}, "Unexpected workflow parameters: W.a"),
        ({"W.a": {}}, None, {"a": 1, "W.a": 1}, "Unexpected workflow parameters: a"),
        ({"a": {}}, {"a": 1}, {"W.a": 1}, "Unexpected workflow parameters: W.a"),
        ({"a": {}}, {"W.a": 1}, {"a": 1}, "Unexpected workflow parameters: W.a"),
        ({"a": {}}, {"W.a": 1, "a": 1}, {}, "Unexpected workflow parameters: W.a"),
        # Both are declared.
        ({"a": {}, "W.a": {}}, {"a": 1}, {"W.a": 1}, None),
        ({"a": {}, "W.a": {}}, None, {"W.a": 1}, "Missing required workflow parameters: a"),
    ],
    ids=str,
)
def test_parameters_may_have_the_name_of_the_workflow(
    template: Any, default: Any, own: Any, problem: str | None
) -> None:
    rules = RunRules(template, {**OUT, **({"parameters": default} if default else {})}, "W")
    assert rules.problem({"parameters": own}) == problem


def test_other_definitions_have_no_prefix() -> None:
    problem = _problem({"parameters": {"W.a": 1}}, {"a": {}})
    assert problem == "Unexpected workflow parameters: W.a"


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
@pytest.mark.parametrize("name", [None, "W"])
def test_the_cost_of_an_entry_does_not_depend_on_the_default(
    template: Any, own: Any, name: str | None
) -> None:
    default = {"outputUri": "s3://x", "parameters": {f"p{n}": [n] for n in range(30_000)}}
    rules = RunRules(template, default, name)
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
def test_parameters_have_a_maximum_size_of_256_kib(letter: str) -> None:
    width = len(letter.encode())
    most = MAX_PARAMETER_BYTES - (MAX_PARAMETER_BYTES - 8) % width
    assert _problem({"parameters": _of_size(most, letter)}) is None
    over = _of_size(most + width, letter)
    problem = f"Run parameters take {most + width} bytes; the maximum is 262144"
    assert most + width > MAX_PARAMETER_BYTES
    assert _problem({"parameters": over}) == problem
    assert _problem({}, parameters=over) == problem


def test_the_size_is_that_of_the_merged_parameters() -> None:
    default = {f"d{n}": "x" * 100 for n in range(1_300)}
    own = {f"o{n}": "x" * 100 for n in range(1_300)}
    merged = len(json.dumps({**default, **own}, separators=(",", ":")))
    assert merged > MAX_PARAMETER_BYTES
    assert _problem({"parameters": own}, parameters=default) == (
        f"Run parameters take {merged} bytes; the maximum is 262144"
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
    problem = f"Run parameters take {size} bytes; the maximum is 262144"
    assert _problem({"parameters": own}, parameters={**default, "fill": fill}) == problem
    if own is not None:
        filled = {"parameters": {**own, "fill": fill}}
        assert _problem(filled, parameters=default) == problem
        assert _problem(filled, parameters={**default, "fill": [1]}) == problem


def test_a_run_may_replace_a_default_that_is_too_large() -> None:
    default = {"a": "x" * 300_000}
    assert _problem({"parameters": {"a": "small"}}, parameters=default) is None
    assert _problem({"parameters": {"b": "small"}}, parameters=default) is not None


def test_control_characters_take_six_bytes() -> None:
    assert _problem({"parameters": {"a": "\x00" * 43_000}}) is None
    assert _problem({"parameters": {"a": "\x00" * 44_000}}) == (
        "Run parameters take 264008 bytes; the maximum is 262144"
    )


@pytest.mark.parametrize("document", [["x" * 300_000], "x" * 300_000, {"a": {"b": "x" * 300_000}}])
def test_documents_of_any_type_have_a_maximum_size(document: Any) -> None:
    problem = _problem({"parameters": document})
    assert problem is not None
    assert problem.startswith("Run parameters take 3000")


def test_a_lone_surrogate_is_accepted() -> None:
    assert _problem({"parameters": {"a": ["\ud800"]}}) is None
