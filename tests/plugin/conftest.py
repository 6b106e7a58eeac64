"""Projects of users: folders whose tests run in a pytest process of their own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

#: Seconds after which a process is ended: an import that never returns fails the test.
TIME_LIMIT = 120

#: A module of each project: the backend answers, where moto alone says "Not yet implemented".
ASK = """
import boto3

def ask():
    \"\"\"Create a run group and return the number of run groups.\"\"\"
    client = boto3.client("omics", region_name="us-east-1")
    assert client.list_batch()["items"] == []
    group = client.create_run_group(name="seven")
    assert client.get_run_group(id=group["id"])["name"] == "seven"
    return len(client.list_run_groups()["items"])
"""

#: The body of most test files, after the imports that the test is about.
TEST_BODY = """
def test_it():
    import moto
    from asking import ask
    with moto.mock_aws():
        assert ask() == 1
"""

#: Variables that change what pytest, moto or boto3 do.
VARIABLES = (
    "PYTEST_ADDOPTS",
    "PYTEST_PLUGINS",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "AWS_PROFILE",
    "AWS_DEFAULT_REGION",
    "TEST_SERVER_MODE",
)


class Project:
    """A folder with tests of a user, in which pytest finds the plugin by its entry point."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self._pytester = pytester
        self.path = pytester.path
        self.write("asking", ASK)

    def write(self, name: str, *parts: str) -> None:
        """Write a module that consists of these parts."""
        text = "\n".join(part.strip("\n") for part in parts)
        (self.path / f"{name}.py").write_text(text + "\n", encoding="utf-8")

    def run(self, *options: str, warnings: str = "error") -> pytest.RunResult:
        """Run pytest in the folder."""
        arguments = ("-p", "no:cacheprovider", "-W", warnings, *options)
        return self._pytester.runpytest_subprocess(*arguments, timeout=TIME_LIMIT)

    def passes(self, count: int, *options: str) -> pytest.RunResult:
        """Run pytest with warnings as errors: this number of tests passes, and nothing else."""
        result = self.run(*options)
        result.assert_outcomes(passed=count)
        assert "moto-omics-batch" not in summary_titles(result)
        return result


def summary_titles(result: pytest.RunResult) -> str:
    """Return the lines of the output that are titles of sections."""
    return "\n".join(line for line in result.outlines if line.startswith("==="))


def run_script(script: str, *options: str) -> str:
    """Return what a script prints in a new interpreter where every warning is an error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", *options, "-c", ASK + script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=TIME_LIMIT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return an empty project."""
    assert "pytest_moto_omics" in [point.name for point in entry_points(group="pytest11")]
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return Project(pytester)
