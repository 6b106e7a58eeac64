"""The pytest plugin, seen from outside: test runs that never name this package.

Each test writes the tests of a user into an empty folder and runs pytest there, in a process of
its own, because what counts is who imports what, and when.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

Run = pytest.RunResult

#: The heart of most runs: the backend answers, where plain moto says "Not yet implemented".
ASK = """
import boto3

def ask():
    client = boto3.client("omics", region_name="us-east-1")
    assert client.list_batch()["items"] == []
    group = client.create_run_group(name="seven")
    assert client.get_run_group(id=group["id"])["name"] == "seven"
    return len(client.list_run_groups()["items"])
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty folder; pytest finds the plugin by its entry point, as after an installation."""
    assert "moto_omics" in [point.name for point in entry_points(group="pytest11")]
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "AWS_PROFILE", "TEST_SERVER_MODE"):
        monkeypatch.delenv(name, raising=False)
    pytester.makepyfile(asking=ASK)
    return pytester


def _passes(run: pytest.Pytester, count: int, *options: str) -> Run:
    result = run.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error", *options)
    result.assert_outcomes(passed=count)
    return result


# -- the ways to start a mock --


def test_decorators_on_functions_and_classes(run: pytest.Pytester) -> None:
    run.makepyfile(
        test_it="""
        import unittest
        from moto import mock_aws
        from asking import ask

        @mock_aws
        def test_function():
            assert ask() == 1

        @mock_aws()
        def test_function_with_call():
            assert ask() == 1

        @mock_aws
        class TestPlain:
            def test_one(self):
                assert ask() == 1

            def test_two(self):
                assert ask() == 1

        @mock_aws
        class TestWithSetUp(unittest.TestCase):
            def setUp(self):
                ask()

            def test_one(self):
                assert ask() == 2

            def test_two(self):
                assert ask() == 2

        class TestOneMethod(unittest.TestCase):
            @mock_aws
            def test_one(self):
                assert ask() == 1
        """
    )
    _passes(run, 7)


def test_context_managers_start_and_stop_and_nesting(run: pytest.Pytester) -> None:
    run.makepyfile(
        test_it="""
        from moto import mock_aws
        from asking import ask

        def test_context_manager():
            with mock_aws():
                assert ask() == 1
            with mock_aws():
                assert ask() == 1

        def test_start_and_stop():
            mock = mock_aws()
            mock.start()
            try:
                assert ask() == 1
            finally:
                mock.stop()

        @mock_aws
        def test_nested():
            assert ask() == 1
            with mock_aws():
                assert ask() == 2
            assert ask() == 3
        """
    )
    _passes(run, 3)


@pytest.mark.parametrize("scope", ["function", "class", "module", "package", "session"])
def test_fixtures_of_any_scope(run: pytest.Pytester, scope: str) -> None:
    run.makepyfile(
        test_it=f"""
        import pytest
        from moto import mock_aws
        from asking import ask

        @pytest.fixture(scope={scope!r})
        def aws():
            with mock_aws():
                yield

        class TestIt:
            def test_one(self, aws):
                assert ask() == 1

            def test_two(self, aws):
                assert ask() == {1 if scope == "function" else 2}
        """
    )
    _passes(run, 2)


# -- who imports moto, and when --


def test_a_conftest_that_starts_a_mock_while_it_is_imported(run: pytest.Pytester) -> None:
    run.makeconftest("from moto import mock_aws\nmock_aws().start()")
    run.makepyfile(test_it="from asking import ask\ndef test_it():\n    assert ask() == 1")
    _passes(run, 1)


def test_moto_is_imported_by_an_autouse_session_fixture_only(run: pytest.Pytester) -> None:
    run.makeconftest(
        """
        import sys
        import pytest

        @pytest.fixture(scope="session", autouse=True)
        def aws():
            assert "moto" not in sys.modules
            import moto
            with moto.mock_aws():
                yield
        """
    )
    run.makepyfile(test_it="from asking import ask\ndef test_it():\n    assert ask() == 1")
    _passes(run, 1)


def test_moto_is_imported_in_the_body_of_a_test_only(run: pytest.Pytester) -> None:
    run.makepyfile(
        test_it="""
        import sys

        def test_without():
            assert "moto" not in sys.modules

        def test_with():
            from moto import mock_aws
            from asking import ask
            with mock_aws():
                assert ask() == 1
        """
    )
    _passes(run, 2)


def test_moto_is_imported_by_a_submodule_first(run: pytest.Pytester) -> None:
    run.makepyfile(
        test_it="""
        from moto.core import DEFAULT_ACCOUNT_ID
        from asking import ask
        import moto

        @moto.mock_aws
        def test_it():
            assert ask() == 1
        """
    )
    _passes(run, 1)


def test_moto_is_imported_by_another_plugin_before(run: pytest.Pytester) -> None:
    run.makepyfile(early="import sys\nassert 'pytest_moto_omics' not in sys.modules\nimport moto")
    run.makepyfile(
        test_it="""
        import moto
        from asking import ask

        @moto.mock_aws
        def test_it():
            assert ask() == 1
        """
    )
    run.syspathinsert()
    _passes(run, 1, "-p", "early")


def test_somebody_only_asks_whether_moto_is_there(run: pytest.Pytester) -> None:
    # `skipif(find_spec("moto") is None)` is a common line; the import comes later.
    run.makeconftest(
        "from importlib.util import find_spec\n"
        "assert find_spec('moto') is not None\n"
        "assert find_spec('moto') is not None\n"
    )
    run.makepyfile(
        test_it="""
        import moto
        from asking import ask

        @moto.mock_aws
        def test_it():
            assert ask() == 1
        """
    )
    _passes(run, 1)


def test_moto_looks_as_ever_after_its_import(run: pytest.Pytester) -> None:
    run.makepyfile(
        test_it="""
        import importlib
        import sys
        from importlib.machinery import SourceFileLoader

        def test_it():
            import moto
            assert type(moto.__loader__) is SourceFileLoader
            assert moto.__spec__.loader is moto.__loader__
            assert moto.__spec__.origin == moto.__file__
            assert not [f for f in sys.meta_path if type(f).__module__ == "pytest_moto_omics"]
            importlib.reload(moto)
            assert moto.mock_aws
        """
    )
    _passes(run, 1)


# -- what it costs those who do not want it --


def test_a_run_without_moto_imports_neither_moto_nor_this_package(run: pytest.Pytester) -> None:
    run.makepyfile(
        test_it="""
        import sys

        def test_it():
            heavy = ("moto", "moto_omics_batch", "boto3", "botocore", "regex")
            assert not [name for name in heavy if name in sys.modules]
        """
    )
    _passes(run, 1)


def test_a_run_without_an_installed_moto_goes_on(run: pytest.Pytester) -> None:
    run.makeconftest(
        """
        import sys

        class Nowhere:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] == "moto":
                    raise ModuleNotFoundError("No module named 'moto'", name="moto")

        sys.meta_path.insert(1, Nowhere())
        """
    )
    run.makepyfile(
        test_it="""
        import pytest

        def test_it():
            with pytest.raises(ModuleNotFoundError, match="No module named 'moto'"):
                import moto
        """
    )
    _passes(run, 1)


def test_it_can_be_switched_off(run: pytest.Pytester) -> None:
    run.makepyfile(
        test_it="""
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
    )
    _passes(run, 1, "-p", "no:moto_omics")


def test_several_processes(run: pytest.Pytester) -> None:
    run.makepyfile(
        test_it="""
        import pytest
        from moto import mock_aws
        from asking import ask

        @pytest.mark.parametrize("n", range(6))
        @mock_aws
        def test_it(n):
            assert ask() == 1
        """
    )
    _passes(run, 6, "-n", "2")


@pytest.mark.parametrize(
    ("module", "version"), [("moto", "5.1.99"), ("botocore", "1.42.96")], ids=["moto", "botocore"]
)
def test_what_is_too_old_is_only_a_warning(run: pytest.Pytester, module: str, version: str) -> None:
    # As if an older release were installed: nothing but the tests of HealthOmics may suffer.
    run.makeconftest(
        f"""
        from importlib.machinery import SourceFileLoader

        load = SourceFileLoader.exec_module

        def exec_module(self, module):
            load(self, module)
            if module.__name__ == {module!r}:
                module.__version__ = {version!r}

        SourceFileLoader.exec_module = exec_module
        """
    )
    run.makepyfile(
        test_it="""
        import boto3
        import moto

        @moto.mock_aws
        def test_another_service():
            assert boto3.client("sqs", region_name="us-east-1").list_queues() is not None
        """
    )
    result = run.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(
        [f"*RuntimeWarning: HealthOmics is not mocked: *needs {module} *{version} is installed*"]
    )


def test_starting_pytest_reads_one_small_file_only() -> None:
    """The plugin module itself needs nothing outside the standard library."""
    script = (
        "import sys; import pytest_moto_omics; "
        "print([n for n in ('moto', 'moto_omics_batch', 'botocore', 'pytest') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout.strip() == "[]"
