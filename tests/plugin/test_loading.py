"""Loading the plugin by its entry point or by name, switching it off, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .conftest import ROOT, TEST_BODY, TIME_LIMIT, Project


@pytest.fixture
def without_autoload(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pytest load only the plugins that are named."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.mark.usefixtures("without_autoload")
def test_option_p(project: Project) -> None:
    project.write("test_it", TEST_BODY)
    project.passes(1, "-p", "pytest_moto_omics")


@pytest.mark.usefixtures("without_autoload")
def test_environment_variable(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_PLUGINS", "pytest_moto_omics")
    project.write("test_it", TEST_BODY)
    project.passes(1)


@pytest.mark.usefixtures("without_autoload")
@pytest.mark.parametrize("statement", ["", "import moto"])
def test_pytest_plugins_in_a_conftest(project: Project, statement: str) -> None:
    project.write("conftest", statement, 'pytest_plugins = ["pytest_moto_omics"]')
    project.write("test_it", TEST_BODY)
    project.passes(1)


def test_all_ways_beside_the_entry_point(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_PLUGINS", "pytest_moto_omics")
    project.write("conftest", 'pytest_plugins = ["pytest_moto_omics"]')
    project.write("test_it", TEST_BODY)
    project.passes(1, "-p", "pytest_moto_omics")


@pytest.mark.usefixtures("without_autoload")
def test_worker_processes(project: Project) -> None:
    project.write("test_it", TEST_BODY)
    project.passes(1, "-p", "pytest_moto_omics", "-p", "xdist", "-n", "1")


WITHOUT_THE_BACKEND = """
import sys
import boto3
import pytest
from moto import mock_aws

@mock_aws
def test_it():
    with pytest.raises(Exception, match="404|Not yet implemented"):
        boto3.client("omics", region_name="us-east-1").list_batch()
    assert "moto_omics_batch" not in sys.modules
"""


@pytest.mark.parametrize("conftest", ["", 'pytest_plugins = ["pytest_moto_omics"]'])
def test_option_p_no(project: Project, conftest: str) -> None:
    project.write("conftest", conftest)
    project.write("test_it", WITHOUT_THE_BACKEND)
    project.passes(1, "-p", "no:pytest_moto_omics")


@pytest.mark.usefixtures("without_autoload")
def test_no_autoload(project: Project) -> None:
    project.write("test_it", WITHOUT_THE_BACKEND)
    project.passes(1)


# -- in one process --


def test_pytest_main_with_warnings_as_errors(project: Project) -> None:
    # pytest marks the modules of an installed plugin, and warns of those that are imported already.
    project.write(
        "conftest",
        "import pytest\npytest.register_assert_rewrite('moto_omics_batch', 'pytest_moto_omics')",
    )
    project.write("test_it", TEST_BODY)
    script = """
import moto_omics_batch
import pytest_moto_omics
import pytest

for options in ([], ["-p", "pytest_moto_omics"]):
    assert pytest.main(["-p", "no:cacheprovider", "-W", "error", *options]) == 0
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=project.path,
        timeout=TIME_LIMIT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("= 1 passed in ") == 2


def test_tests_of_plugins_that_run_pytest_in_their_process(project: Project) -> None:
    project.write("conftest", 'pytest_plugins = ["pytester"]')
    project.write(
        "test_it",
        """
def test_inner(pytester):
    pytester.makepyfile("import moto, moto_omics_batch\\ndef test_it(): pass")
    pytester.runpytest_inprocess("-W", "error").assert_outcomes(passed=1)
""",
        TEST_BODY,
    )
    project.passes(2)


# -- the cost --


def test_a_run_without_moto_imports_neither_moto_nor_the_package(project: Project) -> None:
    project.write(
        "test_it",
        """
import sys

def test_it():
    heavy = ("moto", "moto_omics_batch", "boto3", "botocore", "regex")
    assert not [name for name in heavy if name in sys.modules]
""",
    )
    project.passes(1)


def test_the_plugin_imports_pytest_and_the_standard_library_only() -> None:
    script = (
        "import sys; import pytest_moto_omics; "
        "print([n for n in ('moto', 'moto_omics_batch', 'botocore', 'boto3') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
