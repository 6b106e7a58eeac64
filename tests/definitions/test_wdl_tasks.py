"""The tasks of WDL workflows: what they ask for (L33, L68)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from moto_omics_batch.domain.tasks import TaskSpec
from tests.definitions.helpers import inspect_files


def _tasks(body: str, tasks: str) -> list[TaskSpec]:
    text = f"version 1.0\nworkflow w {{ {body} }}\n{tasks}"
    members, problem = inspect_files({"main.wdl": text})
    assert problem is None, problem
    found: list[TaskSpec] = members["tasks"]
    return found


def _task(runtime: str, inputs: str = "", call: str = "", workflow: str = "") -> TaskSpec:
    task = (
        f"task t {{ input {{ {inputs} }} command {{}} output {{ Int o = 1 }} "
        f"runtime {{ {runtime} }} }}"
    )
    (found,) = _tasks(f"{workflow} call t {call}", task)
    return found


def test_task_asks_for_its_runtime_section() -> None:
    runtime = 'cpu: 4 memory: "16 GiB" docker: "ubuntu:22.04" acceleratorCount: 2'
    assert _task(f'{runtime} acceleratorType: "nvidia-l4"') == TaskSpec(
        "t", cpus=4, memory=16, gpus=2, accelerator="nvidia-l4", image="ubuntu:22.04"
    )
    assert _task("") == TaskSpec("t", cacheable=False)


@pytest.mark.parametrize(
    ("runtime", "member", "value"),
    [
        ("cpu: 0.5", "cpus", 1),
        ("cpu: 2.1", "cpus", 3),
        ('cpu: "4"', "cpus", 4),
        ('cpu: "many"', "cpus", 1),
        ("cpu: 1000000000000", "cpus", 1),
        ("cpu: true", "cpus", 1),
        ('memory: "8 GB"', "memory", 8),
        ('memory: "7.5GiB"', "memory", 8),
        ('memory: "512 MB"', "memory", 1),
        ('memory: "3000 MiB"', "memory", 3),
        ('memory: "1 TB"', "memory", 932),
        ("memory: 4294967297", "memory", 5),
        ('memory: "lots"', "memory", 1),
        ('memory: "99999999999 TB"', "memory", 1),
        ("gpu: true", "gpus", 1),
        ("gpu: false", "gpus", 0),
        ("gpu: 3", "gpus", 3),
        ('gpuCount: 4 gpuType: "nvidia-tesla-t4"', "gpus", 4),
        ('gpuCount: 4 gpuType: "nvidia-tesla-t4"', "accelerator", "nvidia-tesla-t4"),
        ("acceleratorType: 1", "accelerator", None),
        ('container: "a"', "image", "a"),
        ('container: ["a", "b"]', "image", "a"),
        ("docker: 1", "image", None),
    ],
)
def test_values_of_the_runtime_section(runtime: str, member: str, value: Any) -> None:
    assert getattr(_task(runtime), member) == value


@pytest.mark.parametrize(
    ("runtime", "inputs", "call", "expected"),
    [
        ("cpu: n", "Int n = 4", "", 4),
        ("cpu: n + 1", "Int n = 4", "", 5),
        ("cpu: n * 2", "Int n = 4", "", 8),
        ("cpu: n - 1", "Int n = 4", "", 1),
        ("cpu: n", "Int n = 4", "{ input: n = 6 }", 6),
        ("cpu: n", "Int n = 4", "{ input: n = threads }", 7),
        ("cpu: n", "Int n = 4", "{ input: n = length(samples) }", 4),
        ("cpu: select_first([n, 3])", "Int? n", "", 3),
        ("cpu: select_first([n, 3])", "Int? n = 2", "", 2),
        ("cpu: select_first(m)", "Array[Int?] m = [1, 2]", "", 1),
        ("cpu: select_first(m)", "Array[Int?]+ m", "{ input: m = [unknown] }", 1),
        ("cpu: length(m)", "Array[Int] m = [1, 2]", "", 1),
        ("cpu: m", "Array[Int] m = [1, 2]", "", 1),
        ("cpu: if n > 1 then 3 else 4", "Int n = 2", "", 1),
        ("cpu: s.left", "Pair[Int, Int] s = (5, 5)", "", 1),
        ("cpu: n", "Int m = 3 Int n = m", "", 3),
    ],
)
def test_simple_expressions_of_inputs(runtime: str, inputs: str, call: str, expected: int) -> None:
    workflow = "input { Int threads = 7 Array[String] samples Int? unknown }"
    assert _task(runtime, inputs, call, workflow).cpus == expected


@pytest.mark.parametrize(
    ("runtime", "memory"),
    [
        ('memory: "~{mem} GiB"', 6),
        ('memory: mem + " GiB"', 6),
        ('memory: "~{unknown} GiB"', 1),
        ('memory: "~{size(f)} GiB"', 1),
    ],
)
def test_texts_with_inputs(runtime: str, memory: int) -> None:
    inputs = "Int mem = 6 Int? unknown File f"
    assert _task(runtime, inputs, "{ input: f = 'x' }").memory == memory


def test_calls_of_loops_and_outputs_of_calls() -> None:
    tasks = "task t { input { Int n = 2 } command {} output { Int o = 1 } runtime { cpu: n } }"
    found = _tasks(
        "scatter (i in [1, 2]) { if (i > 1) { call t as a { input: n = i } } } "
        "call t as b { input: n = 5 } call t as c { input: n = b.o }",
        tasks,
    )
    assert [(task.name, task.cpus) for task in found] == [("a", 2), ("b", 5), ("c", 2)]


@pytest.mark.parametrize(
    ("runtime", "sections", "cacheable"),
    [
        ('docker: "a"', "output { Int o = 1 }", True),
        ("docker: image", "output { Int o = 1 }", True),
        ("cpu: 1", "output { Int o = 1 }", False),
        ('docker: "a"', "", False),
        ('docker: "a"', "output { Int o = 1 } meta { volatile: true }", False),
        ('docker: "a"', "output { Int o = 1 } meta { volatile: false }", True),
    ],
)
def test_cache_needs_a_container_and_an_output(
    runtime: str, sections: str, cacheable: bool
) -> None:
    task = f"task t {{ input {{ String? image }} command {{}} {sections} runtime {{ {runtime} }} }}"
    assert _tasks("call t", task)[0].cacheable is cacheable


def test_names_are_cut_and_used_once() -> None:
    name = "a" * 200
    files = {
        "main.wdl": f'version 1.0\nimport "l.wdl" as l\nworkflow w {{ call l.t as {name} '
        "call l.sub call l.sub as again call l.t }",
        "l.wdl": "version 1.0\nworkflow sub { call t call t as u output {} } task t { command {} }",
    }
    members, problem = inspect_files(files)
    assert problem is None
    assert [task.name for task in members["tasks"]] == ["a" * 128, "t", "u"]


def test_expressions_do_not_grow_without_limit() -> None:
    numbers = "Int n0 = 9 " + " ".join(f"Int n{i} = n{i - 1} * n{i - 1}" for i in range(1, 40))
    texts = 'String s0 = "xx" ' + " ".join(
        f"String s{i} = s{i - 1} + s{i - 1}" for i in range(1, 40)
    )
    begin = time.process_time()
    found = _task("cpu: n39 memory: s39 docker: s5", f"{numbers} {texts}")
    assert time.process_time() - begin < 5
    assert (found.cpus, found.memory, found.image) == (1, 1, "x" * 64)


def test_long_chains_of_declarations_are_not_followed() -> None:
    chain = "Int n0 = 9 " + " ".join(f"Int n{i} = n{i - 1}" for i in range(1, 100))
    assert _task("cpu: n99", chain).cpus == 1
    assert _task("cpu: n9", chain).cpus == 9
