"""What keeps the backend from being registered is reported, and disturbs no test."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Project, summary_titles

#: Tests of another service, which must pass whatever happens to HealthOmics.
ANOTHER_SERVICE = """
import boto3
import moto

@moto.mock_aws
def test_another_service():
    assert boto3.client("sqs", region_name="us-east-1").list_queues() is not None
"""

#: Makes an installed module look like an older release.
OLD_RELEASE = """
from importlib.machinery import SourceFileLoader

load = SourceFileLoader.exec_module

def exec_module(self, module):
    load(self, module)
    if module.__name__ == {module!r}:
        module.__version__ = {version!r}

SourceFileLoader.exec_module = exec_module
"""

#: Makes the import of a module of the package execute a statement.
BROKEN_MODULE = """
from importlib.machinery import SourceFileLoader

load = SourceFileLoader.exec_module

def exec_module(self, module):
    if module.__name__ == "moto_omics_batch.omics.urls":
        import warnings
        {statement}
    load(self, module)

SourceFileLoader.exec_module = exec_module
"""

#: Gives moto a package `omics`, as a later release may have one.
OWN_BACKEND = """
import importlib.util
import sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "moto":
            spec = importlib.machinery.PathFinder.find_spec(name, path, target)
            spec.submodule_search_locations.append({path!r})
            return spec

sys.meta_path.insert(0, Finder())
"""


def _own_backend(project: Project) -> str:
    """Write a package ``omics`` and return the conftest that adds it to moto."""
    folder = Path(project.path, "additions", "omics")
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("", encoding="utf-8")
    return OWN_BACKEND.format(path=str(folder.parent))


def _reported(project: Project, *options: str) -> str:
    """Run the tests of another service, which pass, and return the line of the summary."""
    project.write("test_it", ANOTHER_SERVICE)
    result = project.run(*options)
    result.assert_outcomes(passed=1)
    title = next(n for n, line in enumerate(result.outlines) if "= moto-omics-batch =" in line)
    return result.outlines[title + 1]


@pytest.mark.parametrize(
    ("module", "version", "needed"),
    [("moto", "5.1.99", "5.2.0"), ("botocore", "1.42.96", "1.42.97")],
    ids=["moto", "botocore"],
)
def test_a_release_that_is_too_old(
    project: Project, module: str, version: str, needed: str
) -> None:
    project.write("conftest", OLD_RELEASE.format(module=module, version=version))
    assert _reported(project) == (
        "HealthOmics is not mocked: "
        f"moto-omics-batch needs {module} {needed} or later, and {version} is installed"
    )


def test_moto_with_an_omics_backend_of_its_own(project: Project) -> None:
    project.write("conftest", _own_backend(project))
    assert _reported(project) == (
        "moto has an omics backend of its own, which is used instead of moto-omics-batch"
    )


def test_an_unexpected_error(project: Project) -> None:
    project.write("conftest", BROKEN_MODULE.format(statement="1 / 0"))
    assert _reported(project) == (
        "HealthOmics is not mocked: ZeroDivisionError: division by zero "
        "(python -c 'import moto_omics_batch' shows the traceback)"
    )


def test_a_worker_process_reports_to_the_summary(project: Project) -> None:
    project.write("conftest", BROKEN_MODULE.format(statement="raise ImportError('no disk')"))
    assert _reported(project, "-n", "1") == "HealthOmics is not mocked: no disk"


def test_a_worker_process_that_crashes(project: Project) -> None:
    project.write("test_it", "import os\ndef test_it():\n    os._exit(1)")
    result = project.run("-n", "1", "--max-worker-restart", "0")
    result.assert_outcomes(failed=1)
    assert "moto-omics-batch" not in summary_titles(result)


def test_a_warning_during_the_import_is_not_a_problem(project: Project) -> None:
    statement = "warnings.warn('old', DeprecationWarning)"
    project.write("conftest", BROKEN_MODULE.format(statement=statement))
    project.write("test_it", ANOTHER_SERVICE)
    project.passes(1)


def test_tests_that_import_the_package_get_the_error(project: Project) -> None:
    project.write("conftest", OLD_RELEASE.format(module="moto", version="5.1.99"))
    project.write(
        "test_it",
        """
import pytest

def test_it():
    with pytest.raises(ImportError, match="needs moto 5.2.0 or later, and 5.1.99 is installed"):
        import moto_omics_batch
    with pytest.raises(ImportError, match="needs moto 5.2.0 or later"):
        from moto_omics_batch import faults
""",
    )
    result = project.run()
    result.assert_outcomes(passed=1)
    assert " moto-omics-batch " in summary_titles(result)


def test_tests_that_import_the_package_get_the_warning(project: Project) -> None:
    project.write("conftest", _own_backend(project))
    project.write(
        "test_it",
        """
import pytest

def test_it():
    with pytest.warns(RuntimeWarning, match="moto has an omics backend of its own"):
        import moto_omics_batch
    assert moto_omics_batch
""",
    )
    result = project.run()
    result.assert_outcomes(passed=1)
    assert " moto-omics-batch " in summary_titles(result)


def test_a_run_without_an_installed_moto(project: Project) -> None:
    project.write(
        "conftest",
        """
import sys

class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "moto":
            raise ModuleNotFoundError("No module named 'moto'", name="moto")

sys.meta_path.insert(0, Nowhere())
""",
    )
    project.write(
        "test_it",
        """
import pytest

def test_it():
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError, match="No module named 'moto'"):
            import moto
        with pytest.raises(ModuleNotFoundError, match="No module named 'moto'"):
            import moto_omics_batch
""",
    )
    project.passes(1)


@pytest.mark.parametrize("stub", ["None", "unittest.mock.MagicMock()", "types.ModuleType('moto')"])
def test_a_stub_in_place_of_moto(project: Project, stub: str) -> None:
    project.write(
        "test_it",
        f"""
import sys
import types
import unittest.mock

sys.modules["moto"] = {stub}

def test_it():
    assert "moto_omics_batch" not in sys.modules
""",
    )
    project.passes(1)
