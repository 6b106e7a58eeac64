"""Nextflow definitions: parameters, profiles, processes (L33, L68, L84, L94)."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from moto_omics_batch.domain.tasks import TaskSpec
from tests.definitions.helpers import inspect_files


def _nextflow(main: str = "", config: str = "", schema: Any = None) -> dict[str, Any]:
    files = {"main.nf": main, "nextflow.config": config}
    if schema is not None:
        files["nextflow_schema.json"] = schema if isinstance(schema, str) else json.dumps(schema)
    members, problem = inspect_files(files)
    assert problem is None
    return members


def _parameters(main: str = "", config: str = "") -> dict[str, bool]:
    """Return name → whether it is optional."""
    template = _nextflow(main, config).get("parameterTemplate", {})
    return {name: entry["optional"] for name, entry in template.items()}


# -- parameters --


@pytest.mark.parametrize("definitions", ["$defs", "definitions"])
def test_schema_declares_the_parameters(definitions: str) -> None:
    group = {
        "properties": {
            "input": {"type": "string", "description": "The   sample\nsheet"},
            "tool": {"type": "string", "description": "x" * 300},
        },
        "required": ["input"],
    }
    schema = {
        definitions: {"io": group, "unused": {"properties": {"never": {}}}},
        "allOf": [{"$ref": f"#/{definitions}/io"}, {"$ref": "other.json#/x"}, {"$ref": "#/a/io"}],
        "properties": {"outdir": {}, "nested": {"type": "object", "properties": {"x": {}}}},
        "required": ["outdir"],
    }
    assert _nextflow("params.ignored = 1", "", schema)["parameterTemplate"] == {
        "outdir": {"optional": False},
        "input": {"description": "The sample sheet", "optional": False},
        "tool": {"description": "x" * 256, "optional": True},
    }


@pytest.mark.parametrize(
    "schema", ["{", "[]", '{"properties": 1}', '{"allOf": 1}', "[" * 100_000, '{"allOf": [[]]}']
)
def test_invalid_schema_declares_nothing(schema: str) -> None:
    assert "parameterTemplate" not in _nextflow("process A { }", "", schema)


@pytest.mark.parametrize(
    ("main", "config", "expected"),
    [
        ("params.a = 1", "params.b = null", {"a": True, "b": True}),
        ("x = params.a", "y = params.b", {"a": False, "b": False}),
        ("x = params.a", "params.a = 1", {"a": True}),
        ("if (params.a == 1) { }", "", {"a": False}),
        ("", "params { a = 1; b = 'x' }", {"a": True, "b": True}),
        ("", "params {\n a = [ x: 1,\n y: 2 ]\n n { c = 1 }\n b = 2\n}", {"a": True, "b": True}),
        ("params { input: Path\n save: Boolean = false }", "", {"input": False, "save": True}),
        ("params { include 'x' }", "", {}),
        ("params.a.b = 1; x = params.c.d", "", {}),
        ("x = params.a.split(',')", "", {"a": False}),
        ("params.containsKey('a')", "", {}),
        ("// params.a\n/* params.b */ x = params.c", "", {"c": False}),
        ("script: \"echo ${params.a}\"; '''\nparams.b = 1\n'''", "", {"a": False, "b": False}),
        ("u = 'http://x' + params.a", "", {"a": False}),
        ("", "process { withName: A { x = params.a } }", {"a": False}),
        ("nothing", "", {}),
    ],
)
def test_params_of_main_file_and_config(main: str, config: str, expected: dict[str, bool]) -> None:
    assert _parameters(main, config) == expected


def test_files_beside_the_main_file_are_read() -> None:
    files = {"wf/main.nf": "", "wf/nextflow.config": "params.a = 1", "nextflow.config": "params.b"}
    template = inspect_files(files).members["parameterTemplate"]
    assert template == {"a": {"optional": True}}


# -- profiles --

PROFILES = """
params { reads = null }
profiles {
    standard { docker.enabled = true }
    'test-full' { params.input = 's3://b/x'; params { depth = 3 } }
}
"""


def test_profiles_have_templates_of_their_own() -> None:
    members = _nextflow("x = params.input", PROFILES)
    assert members["profiles"] == ["standard", "test-full"]
    assert members["parameterTemplate"] == {
        "reads": {"optional": True},
        "input": {"optional": False},
    }
    assert members["profileParameterTemplates"] == {
        "standard": members["parameterTemplate"],
        "test-full": {
            "reads": {"optional": True},
            "input": {"optional": True},
            "depth": {"optional": True},
        },
    }


def test_profile_keeps_the_descriptions_of_the_schema() -> None:
    schema = {"properties": {"input": {"description": "d"}}, "required": ["input"]}
    templates = _nextflow("", PROFILES, schema)["profileParameterTemplates"]
    assert templates["test-full"]["input"] == {"description": "d", "optional": True}


def test_without_profiles_there_are_no_members() -> None:
    assert not {"profiles", "profileParameterTemplates"} & _nextflow("", "params.a = 1").keys()


# -- tasks --


def test_processes_of_the_main_file_are_tasks() -> None:
    main = """
    process ALIGN {
        cpus 8
        memory '16 GB'
        container "quay.io/bwa:1"
        accelerator 2, type: 'nvidia-t4-a10g-l4'
        output:
        path 'x'
        script:
        \"\"\"
        echo } process NONE {
        \"\"\"
    }
    process COUNT { }
    process ALIGN { }
    """
    assert _nextflow(main)["tasks"] == [
        TaskSpec("ALIGN", 8, 16, 2, "nvidia-t4-a10g-l4", "quay.io/bwa:1"),
        TaskSpec("COUNT", cacheable=False),
    ]
    assert _nextflow("workflow { }")["tasks"] == []


@pytest.mark.parametrize(
    ("directive", "member", "value"),
    [
        ("memory 4.GB", "memory", 4),
        ("memory = '1500 MB'", "memory", 2),
        ("memory { 2.GB * task.attempt }", "memory", 1),
        ("cpus = 3", "cpus", 3),
        ("cpus params.n", "cpus", 1),
        ('container "${params.image}"', "image", None),
        ("accelerator 1", "gpus", 1),
        ("container 'a'\n output:\n val x", "cacheable", True),
        ('container "${x}"\n output:\n val x', "cacheable", True),
        ("container 'a'", "cacheable", False),
        ("cache false\n container 'a'\n output:\n val x", "cacheable", False),
        ("cache 'lenient'\n container 'a'\n output:\n val x", "cacheable", True),
    ],
)
def test_directives_of_a_process(directive: str, member: str, value: Any) -> None:
    (task,) = _nextflow(f"process P {{\n {directive}\n}}")["tasks"]
    assert getattr(task, member) == value


# -- any text --


@pytest.mark.parametrize(
    "unit",
    [
        *("'''", '"""', "\\'", "'", '"', "/*", "//", "{", "}", "[", "params {", "profiles {"),
        *("process a {", "params.a = ", "params.a.", "a: ", "a { ", "\n", ";", " "),
    ],
)
def test_any_text_is_read_in_linear_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    begin = time.process_time()
    _nextflow(text, text)
    _nextflow("profiles { a { params { " + text, "profiles { a { params { " + text)
    assert time.process_time() - begin < 5
