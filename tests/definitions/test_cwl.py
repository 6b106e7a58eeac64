"""CWL definitions: inputs, outputs, tools (L33, L68, L83)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from moto_omics_batch.domain.tasks import TaskSpec
from tests.definitions.helpers import inspect_files


def _cwl(main: Any, **files: Any) -> dict[str, Any]:
    texts = {
        f"{name}.cwl": text if isinstance(text, str) else json.dumps(text)
        for name, text in {"main": main, **files}.items()
    }
    members, problem = inspect_files(texts, main="main.cwl")
    assert problem is None
    return members


def _tool(**members: Any) -> dict[str, Any]:
    return {"class": "CommandLineTool", "inputs": [], "outputs": [], **members}


def _workflow(**members: Any) -> dict[str, Any]:
    return {"class": "Workflow", "inputs": {}, "outputs": {}, "steps": {}, **members}


INPUTS = """
cwlVersion: v1.2
class: Workflow
inputs:
  reads: File
  index: File?
  depth: {type: int, default: 30}
  name: {type: string, label: "The   name"}
  group: {type: ["null", string], label: null}
  none: [string, "null"]
  records: {type: {type: array, items: File}}
  nothing: "null"
outputs:
  bam: {type: File, outputSource: align/bam}
steps: {}
"""


def test_inputs_are_the_parameters() -> None:
    members = _cwl(INPUTS)
    template = members["parameterTemplate"]
    assert {name: entry["optional"] for name, entry in template.items()} == {
        **dict.fromkeys(("reads", "name", "records"), False),
        **dict.fromkeys(("index", "depth", "group", "none", "nothing"), True),
    }
    assert {entry["description"] for entry in template.values()} == {"", "The name"}
    assert template["name"]["description"] == "The name"
    assert members["outputs"] == ["bam"]


def test_inputs_may_be_a_list_with_ids() -> None:
    inputs = [{"id": "#main/reads", "type": "File"}, {"type": "File"}, "x", {"id": 3}]
    template = _cwl(_workflow(inputs=inputs))["parameterTemplate"]
    assert template == {"reads": {"description": "", "optional": False}}


def test_main_of_a_graph_is_inspected() -> None:
    graph = [
        _tool(id="#sort", hints=[{"class": "DockerRequirement", "dockerPull": "sort:1"}]),
        _workflow(id="#main", inputs={"a": "int"}, steps=[{"id": "#main/s", "run": "#sort"}]),
    ]
    members = _cwl({"$graph": graph})
    assert list(members["parameterTemplate"]) == ["a"]
    assert members["tasks"] == [TaskSpec("s", image="sort:1", cacheable=False)]
    assert "parameterTemplate" not in _cwl({"$graph": graph[:1]})


# -- tasks --


def test_tool_is_one_task() -> None:
    assert [task.name for task in _cwl(_tool())["tasks"]] == ["main"]
    assert [task.name for task in _cwl(_tool(id="#align"))["tasks"]] == ["align"]


def test_steps_are_tasks() -> None:
    inner = _workflow(steps={"deep": {"run": _tool()}, "again": {"run": "tools.cwl#sort"}})
    steps = {
        "align": {"run": "align.cwl"},
        "nested": {"run": inner},
        "expression": {"run": {"class": "ExpressionTool"}},
        "none": {"run": 3},
        "odd": "x",
    }
    tools = {"$graph": [_tool(id="sort")]}
    members = _cwl(_workflow(steps=steps), align=_tool(), tools=tools)
    assert [task.name for task in members["tasks"]] == ["align", "deep", "again"]


def test_missing_file_leaves_the_inputs_unknown() -> None:
    members = _cwl(_workflow(steps={"a": {"run": "none.cwl"}}))
    assert not {"tasks", "parameterTemplate"} & members.keys()


def test_requirements_of_the_inner_process_win() -> None:
    def cpus(count: Any) -> dict[str, Any]:
        return {"ResourceRequirement": {"coresMin": count}}

    steps = {
        "own": {"run": _tool(requirements=cpus(8)), "requirements": cpus(4)},
        "step": {"run": _tool(), "requirements": cpus(4)},
        "outer": {"run": _tool(hints=cpus(16))},
    }
    tasks = _cwl(_workflow(steps=steps, requirements=cpus(2)))["tasks"]
    assert [(task.name, task.cpus) for task in tasks] == [("own", 8), ("step", 4), ("outer", 2)]


@pytest.mark.parametrize(
    ("requirements", "expected"),
    [
        ({"ResourceRequirement": {"coresMin": 2.5, "ramMin": 4097}}, TaskSpec("main", 3, 5)),
        ({"ResourceRequirement": {"coresMax": 2, "ramMax": 2048}}, TaskSpec("main", 2, 2)),
        ({"ResourceRequirement": {"coresMin": "$(inputs.n)"}}, TaskSpec("main")),
        ([{"class": "ResourceRequirement", "coresMin": 2}], TaskSpec("main", 2)),
        ({"cwltool:CUDARequirement": {"cudaDeviceCountMin": 2}}, TaskSpec("main", gpus=2)),
        (
            {"http://commonwl.org/cwltool#CUDARequirement": {"cudaDeviceCountMin": 2}},
            TaskSpec("main", gpus=2),
        ),
        ({"DockerRequirement": {"dockerImageId": "a"}}, TaskSpec("main", image="a")),
        ({"DockerRequirement": {"dockerPull": 1}}, TaskSpec("main")),
        (7, TaskSpec("main")),
    ],
)
def test_requirements_of_a_tool(requirements: Any, expected: TaskSpec) -> None:
    (task,) = _cwl(_tool(requirements=requirements))["tasks"]
    assert task == expected._replace(cacheable=False)


@pytest.mark.parametrize(
    ("hints", "outputs", "cacheable"),
    [
        ({}, {"o": "File"}, True),
        ({}, [], False),
        ({"WorkReuse": {"enableReuse": False}}, {"o": "File"}, False),
        ({"WorkReuse": {"enableReuse": True}}, {"o": "File"}, True),
    ],
)
def test_cache_needs_an_output_and_reuse(hints: Any, outputs: Any, cacheable: bool) -> None:
    docker = {"DockerRequirement": {"dockerPull": "a"}}
    (task,) = _cwl(_tool(requirements=docker, hints=hints, outputs=outputs))["tasks"]
    assert task.cacheable is cacheable


# -- hostile documents --

ALIASES = "a: &a [1]\n" + "".join(
    f"{'b' * n}: &{'b' * n} [*{'b' * (n - 1) or 'a'}, *{'b' * (n - 1) or 'a'}]\n"
    for n in range(1, 40)
)
MERGES = "a: &m0 {x: 1}\n" + "".join(
    f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}], y{n}: 1}}\n" for n in range(1, 40)
)
RECURSIVE = "class: Workflow\ninputs: {a: int}\noutputs: {}\nsteps: &s\n" + "".join(
    f"  s{n}: {{run: {{class: Workflow, steps: *s}}}}\n" for n in range(20)
)


@pytest.mark.parametrize(
    "text",
    [
        *("version 1.0\n", "", "[]", "{", "class: [", "a: *b", "!!python/object:os.system {}"),
        "class: Workflow\n" + "[" * 100_000,
        "{" * 100_000,
        '{"a": ' * 100_000,
        "inputs: {a: int}",
        "class: Workflow\nx: 2024-99-99",
    ],
)
def test_other_documents_say_nothing(text: str) -> None:
    assert not {"tasks", "parameterTemplate"} & _cwl(text).keys()


def test_json_and_flow_style_are_read() -> None:
    assert _cwl("{class: Workflow, inputs: {a: int}}")["parameterTemplate"].keys() == {"a"}


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (f"class: Workflow\ninputs: {{a: int}}\n{ALIASES}", True),
        (f"class: Workflow\ninputs: {{a: int}}\n{MERGES}", False),
        (RECURSIVE, True),
    ],
    ids=["aliases", "merges", "recursive"],
)
def test_aliases_take_no_exponential_time(text: str, known: bool) -> None:
    begin = time.process_time()
    members = _cwl(text)
    assert time.process_time() - begin < 2
    assert ("parameterTemplate" in members) is known


def test_workflows_that_run_each_other_end() -> None:
    steps = {f"s{n}": {"run": "main.cwl"} for n in range(20)}
    assert _cwl(_workflow(steps=steps))["tasks"] == []


def test_inference_can_be_switched_off() -> None:
    members, problem = inspect_files({"main.cwl": json.dumps(_workflow())}, infer=False)
    assert problem is None
    assert set(members) == {"digest", "definitionArchive", "engine", "main"}
