"""WDL definitions, read with miniwdl: parameters, outline, errors (L82, L85, L86, L87, L118)."""

from __future__ import annotations

import builtins
import sys
import threading
import time
from typing import Any

import pytest

from tests.definitions.helpers import inspect_files

TASK = "task t { input { Int n = 1 } command {} output { Int o = n } }"


def _wdl(text: str, **given: Any) -> Any:
    return inspect_files({"main.wdl": text}, **given)


def _workflow(body: str, more: str = TASK) -> Any:
    found = _wdl(f"version 1.0\nstruct S {{ Int a }}\nworkflow w {{ {body} }}\n{more}")
    assert found.problem is None, found.problem
    return found.members


# -- the parameter template --


def test_template_has_the_inputs_of_the_workflow() -> None:
    members = _workflow(
        """
        input { File cram  File? index  Int depth = 30  Int more = depth + 1  Array[String]+ names
                S group  S? other  Array[File?] many }
        call t
        parameter_meta {
            cram: "the reads"
            depth: { help: "how   deep" }
            more: { description: "more", help: "help" }
            names: ["x"]
        }
        """
    )
    template = members["parameterTemplate"]
    assert list(template) == [
        *("cram", "index", "depth", "more", "names", "group", "other", "many"),
    ]
    assert {name for name, entry in template.items() if not entry["optional"]} == {
        *("cram", "names", "group", "many"),
    }
    assert {n: e["description"] for n, e in template.items() if e["description"]} == {
        "cram": "the reads",
        "depth": "how deep",
        "more": "more",
    }
    assert members["definitionName"] == "w"


def test_draft_2_inputs_are_declarations_without_a_value() -> None:
    members, problem = _wdl(
        "workflow w { File cram Int depth = 3 call t { input: n = depth } } "
        "task t { Int n command {} }"
    )
    assert problem is None
    assert members["parameterTemplate"]["cram"] == {"description": "", "optional": False}
    assert "MissingVersion, document should declare WDL version" in members["statusMessage"]


def test_description_fits_the_model() -> None:
    members = _workflow(f'input {{ Int a }} parameter_meta {{ a: "{"x" * 300}" }}')
    assert members["parameterTemplate"]["a"]["description"] == "x" * 256


def test_workflow_without_inputs_declares_no_parameters() -> None:
    assert _workflow("call t")["parameterTemplate"] == {}


def test_document_without_workflow_declares_nothing() -> None:
    for text in ("version 1.0\n", f"version 1.0\n{TASK}", ""):
        members, problem = _wdl(text)
        assert problem is None
        assert not {"parameterTemplate", "tasks", "outputs"} & members.keys()
        assert members["statusMessage"].startswith("main.wdl\n")


def test_names_of_outputs_are_known() -> None:
    assert _workflow("call t output { Int a = t.o Int b = 1 }")["outputs"] == ["a", "b"]
    assert _workflow("call t")["outputs"] == ["t.o"]


def test_given_template_is_not_completed() -> None:
    text = "version 1.0\nworkflow w { input { Int a } }"
    members, problem = _wdl(text, parameterTemplate={"b": {}})
    assert problem is None
    assert "parameterTemplate" not in members
    assert members["definitionName"] == "w"


# -- imports --

LIBRARY = {
    "lib/a.wdl": 'version 1.0\nimport "../b.wdl" as b\n'
    "workflow sub { call b.t as inner output {} }",
    "b.wdl": f"version 1.0\n{TASK}",
}


def test_imports_are_read_from_the_archive() -> None:
    main = 'version 1.0\nimport "lib/a.wdl" as a\nworkflow w { call a.sub }'
    members, problem = inspect_files({"main.wdl": main, **LIBRARY})
    assert problem is None
    assert [task.name for task in members["tasks"]] == ["inner"]
    assert (
        "    a : a.wdl\n        workflow sub\n            call b.t as inner"
        in (members["statusMessage"])
    )


@pytest.mark.parametrize("uri", ["none.wdl", "../b.wdl", "/etc/passwd", "/b.wdl", "lib"])
def test_missing_import_is_an_error(uri: str) -> None:
    main = f'version 1.0\nimport "{uri}" as a\nworkflow w {{ call a.t }}'
    members, problem = inspect_files({"main.wdl": main, **LIBRARY})
    assert problem == (
        f"(main.wdl Ln 2 Col 1) Failed to import {uri}\n"
        f"[Errno 2] No such file or directory: '{uri}'"
    )
    assert "parameterTemplate" not in members


def test_import_from_the_network_is_not_read() -> None:
    uri = "https://example.com/a.wdl"
    members, problem = _wdl(f'version 1.0\nimport "{uri}" as a\nworkflow w {{ call a.t }}')
    assert problem is None
    assert members["statusMessage"] == (
        "This WDL was not checked and no parameterTemplate was inferred: "
        f"it imports {uri}, which is not in the archive"
    )
    assert [task.name for task in members["tasks"]] == ["t"]


def test_files_that_import_each_other_end() -> None:
    imports = "".join(f'import "main.wdl" as a{n}\n' for n in range(50))
    problem = _wdl(f"version 1.0\n{imports}").problem
    assert "circular imports?" in problem
    files = {
        f"l{level}.wdl": "version 1.0\n"
        + "".join(f'import "l{level + 1}.wdl" as a{n}\n' for n in range(10))
        for level in range(8)
    }
    begin = time.process_time()
    members, problem = inspect_files({**files, "l8.wdl": "version 1.0\n"}, main="l0.wdl")
    assert time.process_time() - begin < 10
    assert problem is None
    assert members["statusMessage"].endswith("it has more than 200 imports")


# -- outline and errors --


def test_outline_is_that_of_miniwdl_check() -> None:
    members, problem = inspect_files(
        {
            "workflow.wdl": "version 1.0\nworkflow W { input { Int a Int b } scatter (i in [a]) { "
            "call t as u { input: n = i } } output { Array[Int] o = u.o } }\n" + TASK
        }
    )
    assert problem is None
    assert members["statusMessage"] == (
        "workflow.wdl\n"
        "    workflow W\n"
        "        (Ln 2, Col 28) UnusedDeclaration, nothing references Int b\n"
        "        scatter i\n"
        "            call t as u\n"
        "    task t\n"
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("version 1.0\nworkflow w { call t }", "(main.wdl Ln 2 Col 14) No such task/workflow: t"),
        (
            "version 1.0\nworkflow w { call t call u }",
            "(main.wdl Ln 2 Col 14) No such task/workflow: t\n"
            "(main.wdl Ln 2 Col 21) No such task/workflow: u",
        ),
    ],
)
def test_error_is_the_text_of_the_parser(text: str, problem: str) -> None:
    found = _wdl(text)
    assert found.problem == problem
    assert set(found.members) == {"digest", "definitionArchive", "engine", "main"}


def test_syntax_error_is_the_text_of_the_parser() -> None:
    problem = _wdl("version 1.0\nworkflow w {" + "x" * 5_000).problem
    assert problem.startswith("(main.wdl Ln 2 Col 13) Unexpected token")
    assert len(problem) < 1_100


def test_only_some_errors_are_listed() -> None:
    calls = "\n".join(f"call t{n}" for n in range(30))
    problem = _wdl(f"version 1.0\nworkflow w {{\n{calls}\n}}").problem
    assert problem.count("No such task/workflow") == 20


def test_lenient_engine_accepts_errors() -> None:
    text = "version 1.0\nworkflow w { call t call u }"
    members, problem = _wdl(text, engine="WDL_LENIENT")
    assert problem is None
    assert members["statusMessage"].startswith("(main.wdl Ln 2 Col 14) No such task/workflow: t")
    assert [task.name for task in members["tasks"]] == ["t", "u"]


def test_lenient_engine_tolerates_optional_values() -> None:
    text = "version 1.0\nworkflow w { input { Int? a } Int b = a }"
    assert _wdl(text).problem is not None
    members, problem = _wdl(text, engine="WDL_LENIENT")
    assert problem is None
    assert members["parameterTemplate"] == {"a": {"description": "", "optional": True}}


# -- without miniwdl --

CALLS = "version 1.0\nworkflow w { call t call missing }"


def test_without_inference_only_names_are_known() -> None:
    members, problem = _wdl(CALLS, infer=False)
    assert problem is None
    assert [task.name for task in members["tasks"]] == ["t", "missing"]
    assert members["definitionName"] == "w"
    assert not {"parameterTemplate", "statusMessage"} & members.keys()


def test_without_miniwdl_the_status_message_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "WDL", None)
    members, problem = _wdl(CALLS)
    assert problem is None
    assert members["statusMessage"] == (
        "This WDL was not checked and no parameterTemplate was inferred, because miniwdl is not "
        "installed: pip install 'moto-omics-batch[wdl]'"
    )
    assert [task.name for task in members["tasks"]] == ["t", "missing"]


# -- faults of the parser, and what it leaves behind --


def test_fault_of_the_parser_leaves_the_workflow_unchecked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("WDL.load_async", fail)
    members, problem = _wdl(CALLS)
    assert problem is None
    assert members["statusMessage"].endswith("inferred: RecursionError in the parser")


def test_parser_that_waits_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Waiting:
        def send(self, value: object) -> None:
            assert value is None

    monkeypatch.setattr("WDL.load_async", lambda *_, **__: Waiting())
    assert _wdl(CALLS).members["statusMessage"].endswith("RuntimeError in the parser")


def test_fault_of_lint_leaves_the_outline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("WDL.Lint._all_linters")
    text = "workflow w { call t } task t { command {} }"
    assert _wdl(text).members["statusMessage"].splitlines() == [
        *("main.wdl", "    workflow w", "        call t", "    task t"),
    ]


def test_deeply_nested_text_is_no_error() -> None:
    for opening, closing in (("(", ")"), ("[", "]"), ("if true then ", " else 1"), ("!", "")):
        text = opening * 20_000 + "1" + closing * 20_000
        found = _wdl(f"version 1.0\nworkflow w {{ Int a = {text} }}")
        assert found.problem or found.members["statusMessage"]


def test_no_file_is_opened_and_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    _workflow("call t")
    opened = []
    monkeypatch.setattr(builtins, "open", lambda *a, **_: opened.append(a))
    monkeypatch.setattr("tempfile.mkdtemp", lambda *a, **_: opened.append(a))
    monkeypatch.setattr("subprocess.Popen", lambda *a, **_: opened.append(a))
    threads = threading.active_count()
    _workflow('input { File f = "relative.txt" } call t', TASK + ' task u { command { $x "y } }')
    assert opened == []
    assert threading.active_count() == threads


def test_running_event_loop_is_no_obstacle() -> None:
    import asyncio

    async def create() -> Any:
        return _wdl("version 1.0\nworkflow w {}")

    assert asyncio.run(create()).members["definitionName"] == "w"
