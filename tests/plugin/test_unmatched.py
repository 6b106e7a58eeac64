"""A fault that never matched fails the test that injected it."""

from __future__ import annotations

import pytest

from .batch_tests import BATCHES, HEAD
from .conftest import Project


@pytest.fixture
def project(project: Project) -> Project:
    """Return a project with the module ``batches``."""
    project.write("batches", BATCHES)
    return project


UNMATCHED = """
import asyncio
import unittest
from moto_omics_batch import faults

def inject():
    faults.run_fails(runSettingId="HG0002")

def test_function(omics_mock):
    start(omics_mock.client)
    inject()

def test_matched(omics_mock):
    faults.run_fails(runSettingId="HG002")
    omics_mock.complete(start(omics_mock.client))

def test_removed(omics_mock):
    inject()
    omics_mock.faults.clear()

@pytest.mark.omics_mock(assert_all_faults_matched=False)
def test_allowed(omics_mock):
    inject()
    with pytest.raises(AssertionError, match="run_fails"):
        omics_mock.assert_all_faults_matched()

def test_other_region_and_account(omics_mock):
    faults.call_fails(operation="GetBatch", region="eu-west-1", account_id="210987654321")

def test_that_fails_itself(omics_mock):
    inject()
    raise ZeroDivisionError

@pytest.mark.xfail(strict=True)
def test_that_is_expected_to_fail(omics_mock):
    inject()

def test_skipped(omics_mock):
    inject()
    pytest.skip("later")

class TestCase(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def mock(self, omics_mock):
        self.omics_mock = omics_mock

    def test_method(self):
        inject()

    def test_method_that_fails_itself(self):
        inject()
        self.assertEqual("the", "end")

class TestAsync(unittest.IsolatedAsyncioTestCase):
    @pytest.fixture(autouse=True)
    def mock(self, omics_mock):
        self.omics_mock = omics_mock

    async def test_method(self):
        inject()

async def test_coroutine(omics_mock):
    await asyncio.sleep(0)
    inject()

class TestWithoutFixture(unittest.TestCase):
    def setUp(self):
        from moto_omics_batch import OmicsMock
        self.mock = OmicsMock()
        self.mock.__enter__()
        self.addCleanup(self.mock.__exit__, None, None, None)

    def test_cleanup(self):
        inject()
"""


#: Runs coroutines, as the pytest plugins for asyncio do.
COROUTINES = """
import asyncio
import inspect
import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        names = pyfuncitem._fixtureinfo.argnames
        asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
        return True
"""


def test_a_fault_that_never_matched_fails_the_test(project: Project) -> None:
    project.write("conftest", COROUTINES)
    project.write("test_it", HEAD, UNMATCHED)
    result = project.run("-rA")
    result.assert_outcomes(passed=3, failed=8, xfailed=1, skipped=1)
    assert "During handling" not in result.stdout.str()
    failed = "FAILED test_it.py::"
    result.stdout.fnmatch_lines_random(
        [
            f"{failed}test_function - Failed: injected faults never match*",
            f"{failed}test_other_region_and_account - *",
            f"{failed}test_that_fails_itself - ZeroDivisionError",
            f"{failed}TestCase::test_method - *",
            f"{failed}TestCase::test_method_that_fails_itself - Assert*",
            f"{failed}TestAsync::test_method - *",
            f"{failed}test_coroutine - *",
            f"{failed}TestWithoutFixture::test_cleanup - *",
            "E       AssertionError: 'the' != 'end'",
            "injected faults never matched (assert_all_faults_matched=False allows that):",
            "  run_fails(runSettingId='HG0002'*)",
            "    runSettingId 'HG0002': there are 'HG002', 'HG001'",
        ]
    )


def test_worker_processes(project: Project) -> None:
    project.write(
        "test_it",
        HEAD,
        """
@pytest.mark.parametrize("number", range(3))
def test_it(omics_mock, number):
    omics_mock.faults.call_fails(operation="GetBatch")
""",
    )
    project.run("-n", "2").assert_outcomes(failed=3)
