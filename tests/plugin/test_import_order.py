"""Which module imports moto or this package first, and when. Each test runs a new process."""

from __future__ import annotations

import pytest

from .conftest import TEST_BODY, Project, run_script


@pytest.mark.parametrize(
    "statement", ["import moto_omics_batch", "from moto_omics_batch import faults"]
)
def test_first_import_in_a_conftest(project: Project, statement: str) -> None:
    project.write("conftest", statement)
    project.write("test_it", TEST_BODY)
    project.passes(1)


@pytest.mark.parametrize(
    "statement",
    [
        "import moto",
        "import moto.core.decorator",
        "import moto_omics_batch",
        "from moto_omics_batch import faults",
        "import moto_omics_batch.omics.models",
    ],
)
def test_first_import_at_the_top_of_a_test_module(project: Project, statement: str) -> None:
    project.write("test_it", statement, TEST_BODY)
    project.passes(1)


@pytest.mark.parametrize("statement", ["import moto", "from moto_omics_batch import faults"])
def test_first_import_in_the_body_of_a_test(project: Project, statement: str) -> None:
    project.write(
        "test_it",
        f"""
import sys

def test_before():
    assert not {{"moto", "moto_omics_batch"}} & set(sys.modules)

def test_import():
    {statement}
""",
        TEST_BODY,
    )
    project.passes(3)


def test_first_import_in_an_autouse_session_fixture(project: Project) -> None:
    project.write(
        "conftest",
        """
import sys
import pytest

@pytest.fixture(scope="session", autouse=True)
def aws():
    assert not {"moto", "moto_omics_batch"} & set(sys.modules)
    import moto
    with moto.mock_aws():
        yield
""",
    )
    project.write("test_it", "from asking import ask\ndef test_it():\n    assert ask() == 1")
    project.passes(1)


def test_first_import_in_another_plugin(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("early", "import sys\nassert 'pytest_moto_omics' not in sys.modules\nimport moto")
    project.write("test_it", TEST_BODY)
    monkeypatch.setenv("PYTHONPATH", str(project.path))
    project.passes(1, "-p", "early")


def test_first_import_in_worker_processes(project: Project) -> None:
    project.write("test_1", "from moto_omics_batch import faults", TEST_BODY)
    project.write("test_2", TEST_BODY)
    project.passes(2, "-n", "2", "--dist", "loadfile")


def test_doctests_of_the_package(project: Project) -> None:
    # The conftest of this repository imports moto, that of an installed package does not exist.
    options = ("--doctest-modules", "--noconftest", "--pyargs", "moto_omics_batch")
    result = project.run(*options)
    assert result.ret in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def test_first_import_in_several_threads(project: Project) -> None:
    project.write(
        "test_it",
        """
import sys
from importlib import import_module
from threading import Barrier, Thread

def test_threads():
    assert not {"moto", "moto_omics_batch"} & set(sys.modules)
    names = ["moto", "moto_omics_batch"] * 2
    barrier = Barrier(len(names))
    imported = []

    def work(name):
        barrier.wait()
        imported.append(import_module(name).__name__)

    threads = [Thread(target=work, args=(name,), daemon=True) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(imported) == sorted(names)
""",
        TEST_BODY,
    )
    project.passes(2)


def test_looking_for_moto_without_importing_it(project: Project) -> None:
    # `skipif(find_spec("moto") is None)` is a common condition; the import follows later.
    project.write(
        "conftest",
        """
import sys
from importlib.util import find_spec

assert find_spec("moto") is not None
assert find_spec("moto") is not None
assert "moto" not in sys.modules
""",
    )
    project.write("test_it", TEST_BODY)
    project.passes(1)


# -- without pytest --


@pytest.mark.parametrize("order", ["moto_omics_batch, moto", "moto, moto_omics_batch"])
def test_imports_in_a_script(order: str) -> None:
    script = f"import {order}\nwith moto.mock_aws(): print(ask())"
    assert run_script(script) == "1"
