"""Texts with placeholders, and the values that runs have for them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from moto_omics_batch.domain.placeholders import (
    MissingValue,
    RunValues,
    Template,
    compiled,
    filled,
)
from moto_omics_batch.domain.run_selection import RunRef

from .helpers import FIRST_ID, UUID, FakeBatch, block

KNOWN = (
    "there are {runId}, {runUuid}, {runSettingId}, {name}, {batchName}, {workflowName}, "
    "{parameters.NAME}; double literal braces ({{ and }})"
)


def values_of_batch_run(**own: Any) -> RunValues:
    """Return the values of the run at index 1 of a batch; ``own`` are settings of its entry."""
    batch = FakeBatch(workflowId="1234567", parameters={"ref": "hg38"})
    batch.own[1] = own
    made = block(2, batch=batch, workflowId="1234567")
    made.resolved = {"workflowName": "germline"}
    return RunValues(RunRef(made, 1))


def values_of_single_run(**settings: Any) -> RunValues:
    return RunValues(RunRef(block(1, **settings), 0))


def test_the_values_of_a_run_of_a_batch() -> None:
    values = values_of_batch_run(name="HG002")
    text = "{runId} {runUuid} {runSettingId} {name} {batchName} {workflowName} {parameters.ref}"
    uuid = f"{UUID[:24]}{int(UUID[24:], 16) + 1:012x}"
    expected = f"{FIRST_ID + 1} {uuid} s1 HG002 cohort germline hg38"
    assert Template("text", text).fill(values) == expected
    assert values.get("workflowId") == "1234567"


@pytest.mark.parametrize(
    "name",
    ["runSettingId", "batchName", "name", "workflowName", "parameters.ref"],
)
def test_a_value_that_a_run_does_not_have_is_missing(name: str) -> None:
    values = values_of_single_run()
    assert values.get(name) is None
    with pytest.raises(MissingValue, match=name):
        Template("text", f"a {{{name}}}").fill(values)


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (31.4, "31.4"), (True, "true"), ([1, "b"], '[1, "b"]'), ({"a": 1}, '{"a": 1}')],
)
def test_a_parameter_that_is_no_text_is_shown_as_json(value: Any, text: str) -> None:
    values = values_of_single_run(parameters={"W.x": value, "none": None})
    assert Template("text", "{parameters.W.x}").fill(values) == text
    assert values.get("parameters.none") is None


@pytest.mark.parametrize("parameters", [["ref"], "ref", None])
def test_parameters_that_are_no_object_have_no_values(parameters: Any) -> None:
    assert values_of_single_run(parameters=parameters).get("parameters.ref") is None


def test_literal_braces_are_doubled() -> None:
    template = Template("text", '{{"a": {{}}}}')
    assert template.constant == '{"a": {}}'
    assert Template("text", "{{runId}}").constant == "{runId}"
    assert template.fill(values_of_single_run()) == '{"a": {}}'
    assert Template("text", "{runId}").constant is None


@pytest.mark.parametrize(
    "placeholder",
    [
        *("", "0", "runid", "run Id", "parameters", "parameters.", "runId!r", "runId:>9"),
        *("runId.x", "runId[0]", "runId!r:{x}"),
    ],
)
def test_an_unknown_placeholder_is_refused_with_the_known_ones(placeholder: str) -> None:
    with pytest.raises(ValueError, match="placeholder") as raised:
        Template("the key", f"a {{{placeholder}}} b")
    assert str(raised.value) == f"the key has the unknown placeholder {{{placeholder}}}; {KNOWN}"


@pytest.mark.parametrize("text", ["a {", "a }", "{runId", "a {{}", "{a!}"])
def test_a_brace_without_its_counterpart_is_refused(text: str) -> None:
    message = (
        "the body has a brace without its counterpart; "
        "double literal braces ({{ and }}), or give bytes"
    )
    with pytest.raises(ValueError, match="brace") as raised:
        Template("the body", text)
    assert str(raised.value) == message


def test_a_text_that_utf8_cannot_represent_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^x has characters that UTF-8 cannot represent$"):
        Template("x", "a\ud800")


# -- documents --


def test_the_texts_of_a_document_are_filled() -> None:
    values = values_of_batch_run()
    document = {"a": ["{runSettingId}", 1, {"b": "{{}}"}], "c": None, "d": (1.5, True)}
    assert filled(compiled("x", document), values) == {
        "a": ["s1", 1, {"b": "{}"}],
        "c": None,
        "d": [1.5, True],
    }


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"a", "x must be JSON, not bytes b'a'"),
        ({"a": {1, 2}}, "x must be JSON, not set {1, 2}"),
        ([math.nan], "x must be JSON, not float nan"),
        (math.inf, "x must be JSON, not float inf"),
        ({1: "a"}, "x must be JSON: the names of members are texts"),
    ],
)
def test_what_is_not_json_is_refused(document: Any, message: str) -> None:
    with pytest.raises(ValueError, match="JSON") as raised:
        compiled("x", document)
    assert str(raised.value) == message


def test_a_document_has_at_most_20_levels() -> None:
    def nested(levels: int) -> Any:
        return 1 if levels == 0 else [nested(levels - 1)]

    assert compiled("x", nested(20)) == nested(20)
    with pytest.raises(ValueError, match=r"^x has more than 20 levels$"):
        compiled("x", nested(21))
