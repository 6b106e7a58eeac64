"""Tests of the examples: they pass, except for the function with mistakes, which must fail."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
WATCHER = EXAMPLES / "lambda_batch_watcher"
POSTPROCESS = EXAMPLES / "lambda_outputs"
ANALYSER = EXAMPLES / "run_analyser" / "test_run_analyser.py"

#: The environment with aws-healthomics-tools, which `make tests` creates.
TOOLS = Path(os.environ.get("OMICS_TOOLS_ENVIRONMENT", ROOT / ".venv-tools"))


def run(pytester: pytest.Pytester, *files: Path) -> pytest.RunResult:
    """Run copies of the files with pytest, in an empty folder and a separate process."""
    for file in files:
        shutil.copy(file, pytester.path)
    return pytester.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider")


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("test_*.py")), ids=lambda file: file.stem)
def test_an_example_passes(pytester: pytest.Pytester, file: Path) -> None:
    result = run(pytester, file)
    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes().keys() == {"passed"}


def test_all_examples_are_found() -> None:
    assert [file.stem for file in sorted(EXAMPLES.glob("test_*.py"))] == [
        "test_cohort_from_s3",
        "test_poll_and_cancel",
    ]


def test_the_published_watcher_passes_with_a_magicmock(pytester: pytest.Pytester) -> None:
    result = run(
        pytester, WATCHER / "watcher_as_published.py", WATCHER / "test_watcher_magicmock.py"
    )
    result.assert_outcomes(passed=1)


def test_the_corrected_watcher_passes_with_mock_aws(pytester: pytest.Pytester) -> None:
    result = run(pytester, WATCHER / "watcher.py", WATCHER / "test_watcher.py")
    result.assert_outcomes(passed=1)


def _copy_published_watcher(pytester: pytest.Pytester) -> str:
    source = (WATCHER / "watcher_as_published.py").read_text(encoding="utf-8")
    (pytester.path / "watcher.py").write_text(source, encoding="utf-8")
    return source


def test_the_published_watcher_fails_for_id_with_mock_aws(pytester: pytest.Pytester) -> None:
    _copy_published_watcher(pytester)
    result = run(pytester, WATCHER / "test_watcher.py")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*get_batch(id=*",
            "*ParamValidationError: Parameter validation failed:",
            '*Missing required parameter in input: "batchId"',
            '*Unknown parameter in input: "id", must be one of: batchId*',
        ]
    )


def test_with_corrected_parameters_it_fails_for_items(pytester: pytest.Pytester) -> None:
    source = _copy_published_watcher(pytester).replace("(id=", "(batchId=")
    (pytester.path / "watcher.py").write_text(source, encoding="utf-8")
    result = run(pytester, WATCHER / "test_watcher.py")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(['*["items"]*', "*KeyError: 'items'*"])


def test_the_outputs_of_runs_are_processed(pytester: pytest.Pytester) -> None:
    result = run(pytester, POSTPROCESS / "postprocess.py", POSTPROCESS / "test_postprocess.py")
    result.assert_outcomes(passed=2)


def test_the_run_analyser_of_aws_reads_the_manifests(pytester: pytest.Pytester) -> None:
    """It has an environment of its own: it needs pandas and bokeh, and a package named omics."""
    python = TOOLS / "bin" / "python"
    if not (TOOLS / "ready").exists():
        pytest.skip("aws-healthomics-tools is not installed: `make tests` installs it")
    shutil.copy(ANALYSER, pytester.path)
    result = pytester.run(python, "-m", "pytest", "-p", "no:cacheprovider", ANALYSER.name)
    result.assert_outcomes(passed=4)
