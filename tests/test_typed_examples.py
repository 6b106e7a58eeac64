"""The Python examples of README, docs and examples pass mypy (strict) and pyright."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.typed_examples import ROOT, Problem, check, main, missing, pages, python_blocks

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"not installed: {', '.join(missing())} (the extra `lint`)"
)

PUBLISHED = "examples/lambda_batch_watcher/watcher_as_published.py"

Check = Callable[..., list[Problem]]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of mypy's cache."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A file for a page."""
    return tmp_path / "page.md"


@pytest.fixture
def check_block(page: Path, cache: Path) -> Check:
    """``check_block(source, typed=True)`` checks a page with this block, from line 4."""

    def check_page(source: str, *, typed: bool = False) -> list[Problem]:
        page.write_text(f"# Title\n\n```python\n{source}```\n", encoding="utf-8")
        return check([page], typed=typed, cache=cache)

    return check_page


def tools(problems: list[Problem]) -> set[str]:
    """Return the tools that report problems."""
    return {problem.tool for problem in problems}


def test_all_examples_pass_with_a_client_that_has_no_type(cache: Path) -> None:
    assert [str(problem) for problem in check(pages(), cache=cache)] == []


def test_the_examples_of_the_readme_pass_with_the_client_of_boto3_stubs(cache: Path) -> None:
    """The function with mistakes is among the examples: both tools find them in the requests."""
    files = [ROOT / "README.md", *sorted((ROOT / "examples").rglob("*.py"))]
    found = check(files, typed=True, cache=cache)
    assert [str(problem) for problem in found if not problem.place.startswith(PUBLISHED)] == []
    mistakes = "\n".join(str(problem) for problem in found)
    assert 'mypy: Unexpected keyword argument "id" for "get_batch"' in mistakes
    assert 'mypy: TypedDict "ListRunsInBatchResponseTypeDef" has no key "items"' in mistakes
    assert 'pyright: No parameter named "id"' in mistakes


def test_no_example_uses_any_or_ignores_an_error() -> None:
    for file in pages():
        text = file.read_text(encoding="utf-8")
        sources = [text] if file.suffix == ".py" else python_blocks(text).values()
        for source in sources:
            assert "type: ignore" not in source, file
            assert "pyright: ignore" not in source, file
            assert "import Any" not in source, file
            assert "typing.Any" not in source, file


def test_all_pages_with_examples_are_checked() -> None:
    checked = {page.relative_to(ROOT).as_posix() for page in pages()}
    assert {"README.md", PUBLISHED} <= checked
    folders = (ROOT / "docs", ROOT / "examples")
    texts = [*ROOT.glob("*.md"), *(file for folder in folders for file in folder.rglob("*.md"))]
    unchecked = [
        page.name
        for page in texts
        if python_blocks(page.read_text(encoding="utf-8"))
        and page.relative_to(ROOT).as_posix() not in checked
    ]
    assert unchecked == []


# -- the checks find errors --


def test_errors_are_reported_with_the_line_of_the_page(check_block: Check, page: Path) -> None:
    problems = check_block("from moto import mock_aws\n\nwith mock_aws(config=1):\n    pass\n")
    found = [(problem.tool, problem.place) for problem in problems]
    assert found == [("mypy", f"{page.as_posix()}:6"), ("pyright", f"{page.as_posix()}:6")]


def test_a_function_without_annotations_is_reported(check_block: Check) -> None:
    (problem,) = check_block("def test_nothing():\n    pass\n")
    assert problem.tool == "mypy"
    assert "Function is missing a return type annotation" in problem.message


INVALID = (
    "omics_config(workflow=['1234567'])",
    "omics_config(workflows=[1234567])",
    "omics_config(workflows=[{'name': 'germline'}])",
    "omics_config(workflows=[{'id': '1', 'engine': 'WDLX'}])",
    "omics_config(check=['sqs'])",
    "omics_config(quotas={'runs': 1})",
    "omics_config(outputs=[{'files': {'a': 1}}])",
    "omics_config(tasks=[{'cpus': 1}])",
    "omics_config(logs='yes')",
    "mock_aws(config=omics_config)",
    "mock_aws(config={**omics_config(), 'stepfunctions': {'execute_state_machine': 1}})",
    "faults.run_fails(failureReason='OUT_OF_MEMORY')",
    "faults.run_fails(at='COMPLETED')",
    "faults.call_fails(operation='GetBatches')",
    "faults.advance('1234567', to='DONE')",
    "results.outputs(files={'a': 1})",
    "results.task('align', metrics={'cpus': 1.0})",
    "moto_omics_batch.omics_settings()",
)


def test_both_tools_refuse_each_of_the_invalid_calls(check_block: Check, page: Path) -> None:
    imports = (
        "from moto import mock_aws\n\nimport moto_omics_batch\n"
        "from moto_omics_batch import faults, omics_config, results\n\n"
    )
    problems = check_block(imports + "\n".join(INVALID) + "\n")
    expected = {f"{page.as_posix()}:{9 + number}" for number in range(len(INVALID))}
    for tool in ("mypy", "pyright"):
        assert {problem.place for problem in problems if problem.tool == tool} == expected


def test_both_tools_accept_valid_settings(check_block: Check) -> None:
    source = """from moto import mock_aws

from moto_omics_batch import omics_config

ids: list[str] = ["1234567", "7654321"]
mock_aws(config=omics_config(workflows=ids))
mock_aws(config=omics_config(workflows=("1234567",), check=["s3", "iam"], logs=True))
config = omics_config(
    workflows=[
        "1234567",
        {
            "id": "7654321",
            "type": "READY2RUN",
            "engine": "WDL",
            "parameterTemplate": {"reads": {"description": "FASTQ", "optional": True}},
            "versions": ["3.0.0", {"versionName": "4.0.0", "parameterTemplate": {"reads": {}}}],
        },
    ],
    configurations=["lab-vpc"],
    quotas={"active_runs": 10},
    outputs=[
        {"files": {"a": "text", "b": b"bytes", "c": {"base64": "AA=="}}, "runSettingId": "HG001"},
        {"values": {"mean_depth": 31.4, "files": ["a", None]}},
    ],
    tasks=[{"task": "align", "cpus": 4, "metrics": {"cpusMaximum": 3.2}, "stdout": ["done"]}],
    infer_templates=False,
    submissions_per_tick=2,
)
mock_aws(config={**config, "stepfunctions": {"execute_state_machine": True}})
"""
    assert check_block(source) == []


def test_the_type_of_the_client(check_block: Check) -> None:
    source = """import boto3

from moto_omics_batch.types import OmicsClient


def status(omics: OmicsClient, batch_id: str) -> str:
    batch_status: str = omics.get_batch(batchId=batch_id)["status"]
    return batch_status


status(boto3.client("omics", region_name="us-east-1"), "1234567")
"""
    assert check_block(source) == []
    assert check_block(source, typed=True) == []
    wrong = source.replace("batchId", "id")
    assert check_block(wrong) == []
    assert tools(check_block(wrong, typed=True)) == {"mypy", "pyright"}


# -- the command --


def test_the_command_prints_problems(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text("```python\ndef test_nothing():\n    pass\n```\n", encoding="utf-8")
    assert main([str(page)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith(f"{page.as_posix()}:2: mypy: ")
    assert printed[1:] == ["1 errors"]


def test_a_page_without_python_has_no_problems(page: Path) -> None:
    page.write_text("```shell\nmake test\n```\n", encoding="utf-8")
    assert main([str(page)]) == 0


def test_a_tool_that_does_not_run_is_an_error(
    check_block: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mypy.py").write_text("import sys\nsys.exit(2)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="mypy did not run"):
        check_block("pass\n")
