"""Declarations of outputs and tasks: their checks, which runs they fit, and how they add up."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from moto_omics_batch.domain.declarations import Declarations
from moto_omics_batch.domain.output_files import Outputs
from moto_omics_batch.domain.placeholders import RunValues
from moto_omics_batch.domain.run_selection import RunRef
from moto_omics_batch.domain.runs import RunBlock

from .helpers import FIRST_ID, FakeBatch, block

WORDS = "runId, runSettingId, name, batchName, workflowId, workflowName"
PROPERTIES = "cpus, memory, gpus, instanceType, image, runningSeconds, cacheHit, metrics, stdout"

#: The words of the run at index 1 of `batch_block`.
FITTING = {
    "runId": str(FIRST_ID + 1),
    "runSettingId": "s1",
    "name": "HG002",
    "batchName": "cohort",
    "workflowId": "1234567",
    "workflowName": "germline",
}


def batch_block() -> RunBlock:
    batch = FakeBatch(workflowId="1234567")
    batch.own[1] = {"name": "HG002"}
    made = block(3, batch=batch, workflowId="1234567")
    made.resolved = {"workflowName": "germline"}
    return made


def single_block(**settings: Any) -> RunBlock:
    return block(1, workflowId="1234567", **settings)


def outputs_of(declarations: Declarations, index: int = 1) -> Outputs | None:
    return declarations.outputs_for(RunRef(batch_block(), index))


def files_of(declarations: Declarations, index: int = 1) -> dict[str, bytes] | None:
    found = outputs_of(declarations, index)
    return None if found is None else dict(found.files)


# -- which runs fit --


def test_without_declarations_nothing_fits() -> None:
    declarations = Declarations()
    assert (declarations.any_outputs, declarations.any_tasks) == (False, False)
    assert not declarations.may_have_outputs(batch_block())
    assert outputs_of(declarations) is None
    assert declarations.task_for(RunRef(batch_block(), 1), "Call") == {}


def test_a_declaration_without_words_fits_all_runs() -> None:
    declarations = Declarations()
    declarations.add_outputs({"files": {"a": b"1"}})
    assert [files_of(declarations, index) for index in (0, 1, 2)] == [{"a": b"1"}] * 3
    assert declarations.may_have_outputs(single_block())
    assert declarations.any_outputs


@pytest.mark.parametrize("word", FITTING)
def test_a_word_selects_runs(word: str) -> None:
    declarations = Declarations()
    declarations.add_outputs({word: FITTING[word], "files": {"a": b"1"}})
    assert declarations.may_have_outputs(batch_block())
    assert files_of(declarations) == {"a": b"1"}
    of_all = word in ("batchName", "workflowId", "workflowName")
    assert (files_of(declarations, 2) is not None) == of_all
    assert declarations.outputs_for(RunRef(batch_block(), 1)) is not None


@pytest.mark.parametrize("word", FITTING)
def test_all_words_must_fit(word: str) -> None:
    declarations = Declarations()
    declarations.add_outputs(FITTING)
    assert outputs_of(declarations) is not None
    declarations.clear()
    declarations.add_outputs({**FITTING, word: "other"})
    assert outputs_of(declarations) is None


@pytest.mark.parametrize("word", ["batchName", "workflowId", "workflowName"])
def test_a_block_that_a_word_excludes_may_have_no_outputs(word: str) -> None:
    declarations = Declarations()
    declarations.add_outputs({word: "other"})
    assert not declarations.may_have_outputs(batch_block())
    assert not declarations.may_have_outputs(single_block())


def test_words_of_batches_do_not_fit_runs_without_a_batch() -> None:
    declarations = Declarations()
    declarations.add_outputs({"batchName": "cohort"})
    declarations.add_outputs({"runSettingId": "s0"})
    assert declarations.outputs_for(RunRef(single_block(), 0)) is None


def test_the_declarations_of_other_runs_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    declarations = Declarations()
    for number in range(1000):
        declarations.add_outputs({"runSettingId": f"s{number}", "batchName": "cohort"})
    looked_up: list[str] = []
    get = RunValues.get

    def counting(self: RunValues, name: str) -> str | None:
        looked_up.append(name)
        return get(self, name)

    monkeypatch.setattr(RunValues, "get", counting)
    assert outputs_of(declarations) is not None
    assert looked_up == ["runSettingId", "runSettingId", "batchName"]


# -- how declarations add up --


def test_declarations_add_up_and_later_ones_win_a_key() -> None:
    declarations = Declarations()
    declarations.add_outputs({"runSettingId": "s1", "files": {"a": "1"}, "values": {"x": 1}})
    declarations.add_outputs({"files": {"a": "2", "{runSettingId}": "2"}, "values": {"y": 2}})
    declarations.add_outputs({"batchName": "cohort", "values": {"x": 3}, "files": {"s1": "3"}})
    found = outputs_of(declarations)
    assert found == Outputs({"a": b"2", "s1": b"3"}, {"x": 3, "y": 2})


def test_a_declaration_does_not_fit_a_run_without_the_value_of_a_placeholder() -> None:
    declarations = Declarations()
    declarations.add_outputs({"files": {"a": "1", "b": "{name}"}})
    declarations.add_outputs({"files": {"c": "{{name}}"}})
    assert files_of(declarations, 1) == {"a": b"1", "b": b"HG002", "c": b"{name}"}
    assert files_of(declarations, 2) == {"c": b"{name}"}


def test_placeholders_are_filled_in_keys_texts_and_values_but_not_in_bytes() -> None:
    declarations = Declarations()
    files = {
        "out/{name}": "{runSettingId} ü",
        "b": b"{name}",
        "c": bytearray(b"{x}"),
        "d": {"base64": "e25hbWV9"},
    }
    declarations.add_outputs({"files": files, "values": {"n": {"name": ["{name}"]}}})
    assert outputs_of(declarations) == Outputs(
        {"out/HG002": "s1 ü".encode(), "b": b"{name}", "c": b"{x}", "d": b"{name}"},
        {"n": {"name": ["HG002"]}},
    )


def test_keys_that_become_invalid_are_problems_and_the_other_files_remain() -> None:
    made = block(1, parameters={"dir": "..", "long": "x" * 2000, "odd": "\ud800"})
    declarations = Declarations()
    declarations.add_outputs({"files": {"{parameters.dir}/a": "1", "b": "{parameters.odd}"}})
    declarations.add_outputs({"files": {"{parameters.long}": "1"}})
    found = declarations.outputs_for(RunRef(made, 0))
    assert found is not None
    assert found.files == {"b": b"?"}
    assert found.problems == (
        "'../a': it must name a file below runOutputUri, "
        "and none of its parts may be empty, . or ..",
        f"'{'x' * 300}...': it is longer than 1024 bytes",
    )


def test_the_properties_of_a_task_add_up_and_later_ones_win() -> None:
    declarations, run = Declarations(), RunRef(batch_block(), 1)
    declarations.add_task({"task": "Call", "cpus": 4, "metrics": {"cpusMaximum": 3}})
    assert declarations.any_tasks
    assert declarations.task_for(run, "Call") == {"cpus": 4, "metrics": {"cpusMaximum": 3}}
    declarations.add_task({"task": "Call", "runSettingId": "s1", "cpus": 8, "memory": 16})
    declarations.add_task({"task": "Call", "metrics": {"cpusAverage": 1.5, "cpusMaximum": 4}})
    declarations.add_task({"task": "Call", "batchName": "other", "cpus": 16})
    declarations.add_task({"task": "Report", "cacheHit": False})
    metrics = {"cpusMaximum": 4, "cpusAverage": 1.5}
    assert declarations.task_for(run, "Call") == {"cpus": 8, "memory": 16, "metrics": metrics}
    assert declarations.task_for(run, "Report") == {"cacheHit": False}
    assert declarations.task_for(run, "Align") == {}
    first = RunRef(run.block, 0)
    assert declarations.task_for(first, "Call") == {"cpus": 4, "metrics": metrics}


# -- clear and configure --


def test_clear_keeps_the_declarations_of_the_settings() -> None:
    declarations = Declarations()
    declarations.add_outputs({"files": {"a": "1"}})
    declarations.add_task({"task": "Call", "cpus": 8})
    declarations.configure([{"files": {"a": "2", "b": "2"}}], [{"task": "Call", "cpus": 2}])
    run = RunRef(batch_block(), 1)
    assert files_of(declarations) == {"a": b"1", "b": b"2"}
    assert declarations.task_for(run, "Call") == {"cpus": 8}
    declarations.clear()
    assert files_of(declarations) == {"a": b"2", "b": b"2"}
    assert declarations.task_for(run, "Call") == {"cpus": 2}
    declarations.configure([], [])
    assert (declarations.any_outputs, declarations.any_tasks) == (False, False)


def test_settings_that_are_invalid_change_nothing() -> None:
    declarations = Declarations()
    declarations.configure([{"files": {"a": "1"}}], [])
    with pytest.raises(ValueError, match="there is no keyword argument of task 'cpu'"):
        declarations.configure([], [{"task": "Call", "cpu": 2}])
    assert files_of(declarations) == {"a": b"1"}


def test_all_declarations_are_shown_as_json_with_shortened_bodies() -> None:
    declarations = Declarations()
    outputs = {
        "files": {"t": "x" * 400, "b": b"a" * 200, "s": b"ab", "e": {"base64": "AAAA" * 100}},
        "values": {"v": [1]},
        "name": None,
        "runId": "1",
    }
    declarations.add_outputs(outputs)
    declarations.add_task({"task": "Call", "name": "HG002", "stdout": ("a", "b"), "gpus": None})
    declarations.configure([{}], [{"task": "Call", "metrics": {"cpusMaximum": 1}}])
    assert declarations.shown() == {
        "outputs": [
            {},
            {
                "runId": "1",
                "files": {
                    "t": f"{'x' * 300}...",
                    "b": {"base64": "YWFh" * 50 + "..."},
                    "s": {"base64": "YWI="},
                    "e": {"base64": "AAAA" * 75 + "..."},
                },
                "values": {"v": [1]},
            },
        ],
        "tasks": [
            {"task": "Call", "metrics": {"cpusMaximum": 1}},
            {"task": "Call", "name": "HG002", "stdout": ["a", "b"]},
        ],
    }


# -- what is refused --


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"file": {}},
            f"there is no keyword argument of outputs 'file'; there are files, values, {WORDS}",
        ),
        ({"runId": 1234567}, "runId must be a text, not 1234567"),
        ({"name": ""}, "name must be a text, not ''"),
        ({"files": ["a"]}, "files must be a dict whose keys are texts, not ['a']"),
        ({"files": {1: "a"}}, "files must be a dict whose keys are texts, not {1: 'a'}"),
        ({"values": 1}, "values must be a dict whose keys are texts, not 1"),
        ({"values": {"a": b"x"}}, "values['a'] must be JSON, not bytes b'x'"),
        (
            {"files": {"../a": "x"}},
            "the key of files['../a'] is invalid: it must name a file below runOutputUri, "
            "and none of its parts may be empty, . or ..",
        ),
        (
            {"files": {"x" * 1025: "x"}},
            f"the key of files['{'x' * 300}...'] is invalid: it is longer than 1024 bytes",
        ),
        (
            {"files": {"a": 7}},
            'files[\'a\'] must be a text, bytes or {"base64": "…"}, not int',
        ),
        (
            {"files": {"a": {"base64": "AAAA", "x": 1}}},
            'files[\'a\'] must be a text, bytes or {"base64": "…"}, not dict',
        ),
        ({"files": {"a": {"base64": "A"}}}, "files['a'] must be valid base64"),
        ({"files": {"a": {"base64": "é"}}}, "files['a'] must be valid base64"),
        ({"files": {"a": {"base64": 7}}}, "files['a'] must be valid base64"),
        ({"files": {"a": {"base64": None}}}, "files['a'] must be valid base64"),
    ],
)
def test_invalid_outputs_are_refused(arguments: dict[str, Any], message: str) -> None:
    declarations = Declarations()
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        declarations.add_outputs(arguments)
    assert str(raised.value) == message
    assert not declarations.any_outputs


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ({"files": {"a/{sample}": "x"}}, "the key of files['a/{sample}']"),
        ({"files": {"a": "{sample}"}}, "files['a']"),
        ({"values": {"a": ["{sample}"]}}, "values['a']"),
    ],
)
def test_an_unknown_placeholder_is_refused_and_named(arguments: dict[str, Any], where: str) -> None:
    with pytest.raises(ValueError, match="placeholder") as raised:
        Declarations().add_outputs(arguments)
    expected = f"{where} has the unknown placeholder {{sample}}; there are {{runId}}, "
    assert str(raised.value).startswith(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"task": "Call", "cpu": 4},
            f"there is no keyword argument of task 'cpu'; there are task, {PROPERTIES}, {WORDS}",
        ),
        ({"cpus": 4}, "task must be the name of a task, not None"),
        ({"task": "", "cpus": 4}, "task must be the name of a task, not ''"),
        (
            {"task": "Call", "runId": "1"},
            f"a declaration of a task needs a property; there are {PROPERTIES}",
        ),
        ({"cpus": 0}, "cpus must be a whole number from 1 to 192, not 0"),
        ({"cpus": True}, "cpus must be a whole number from 1 to 192, not True"),
        ({"cpus": 193}, "cpus must be a whole number from 1 to 192, not 193"),
        ({"memory": 1.5}, "memory must be a whole number of GiB from 1 to 1536, not 1.5"),
        ({"gpus": 9}, "gpus must be a whole number from 0 to 8, not 9"),
        ({"instanceType": ""}, "instanceType must be the name of an instance type, not ''"),
        ({"image": 7}, "image must be the name of an image with at most 750 characters, not 7"),
        (
            {"image": "a\n"},
            "image must be the name of an image with at most 750 characters, not 'a\\n'",
        ),
        (
            {"runningSeconds": -1},
            "runningSeconds must be a number of seconds from 0 to 31622400, not -1",
        ),
        (
            {"runningSeconds": 1e300},
            "runningSeconds must be a number of seconds from 0 to 31622400, not 1e+300",
        ),
        ({"cacheHit": 1}, "cacheHit must be True or False, not 1"),
        ({"metrics": [1]}, "metrics must be a dict of numbers that are not negative, not [1]"),
        (
            {"metrics": {"cpusMaximum": math.nan}},
            "metrics must be a dict of numbers that are not negative, not {'cpusMaximum': nan}",
        ),
        (
            {"metrics": {"cpus": 1}},
            "there is no metric of a task 'cpus'; there are cpusReserved, cpusMaximum, "
            "cpusAverage, memoryReservedGiB, memoryMaximumGiB, memoryAverageGiB, gpusReserved, "
            "runningSeconds",
        ),
        ({"stdout": "line"}, "stdout must be a list of texts, not 'line'"),
        ({"stdout": [1]}, "stdout must be a list of texts, not [1]"),
    ],
)
def test_invalid_tasks_are_refused(arguments: dict[str, Any], message: str) -> None:
    declarations = Declarations()
    named = arguments if "task" in arguments or message.startswith("task") else {"task": "Call"}
    with pytest.raises(ValueError, match=re.escape(message)) as raised:
        declarations.add_task({**named, **arguments})
    assert str(raised.value) == message
    assert not declarations.any_tasks
