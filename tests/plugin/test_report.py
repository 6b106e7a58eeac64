"""The section about HealthOmics in the report of a failed test, in all ways to use a mock."""

from __future__ import annotations

import re

import pytest

from .conftest import Project
from .report_sections import section, sections, work

__all__ = ["work"]


ALL_KINDS = """
from moto import mock_aws
from work import CONFIG, faults, start_with_failure

@mock_aws(config=CONFIG)
def test_it():
    faults.submission_fails(runSettingId="HG002", reason="ThrottlingException", message="No")
    faults.run_hangs(runSettingId="NA12878")
    start_with_failure()
    assert False
"""


def test_section_describes_batches_runs_faults_and_calls(work: Project) -> None:
    work.write("test_it", ALL_KINDS)
    result = work.run()
    result.assert_outcomes(failed=1)
    text = section(result)
    text = re.sub(r"\b\d{7}\b", "1111111", text)
    assert text.splitlines() == [
        "us-east-1 (account 123456789012)",
        "Batch 1111111 (cohort) PROCESSED",
        "  CREATING -> PENDING -> SUBMITTING -> INPROGRESS -> PROCESSED",
        "  submissions: 2 succeeded, 1 failed",
        "  runs: 1 COMPLETED, 1 FAILED",
        "  submission HG002 FAILED ThrottlingException: No",
        "  run 1111111 (HG001) FAILED IMPORT_FAILED: No file",
        "    PENDING -> STARTING -> RUNNING -> STOPPING -> FAILED",
        "  run 1111111 (HG000) COMPLETED",
        "    PENDING -> STARTING -> RUNNING -> STOPPING -> COMPLETED",
        "Last calls",
        "  StartRunBatch 201",
        "  GetBatch 200 (12 times)",
        "",
        "Fault never matched: run_hangs(runSettingId='NA12878')",
        "  runSettingId 'NA12878': there are 'HG000', 'HG001', 'HG002'",
        "Fault matched 2 times: submission_fails(runSettingId='HG002',",
        "    reason='ThrottlingException', message='No')",
        "Fault matched 1 time: run_fails(runSettingId='HG001',",
        "    failureReason='IMPORT_FAILED', statusMessage='No file')",
    ]


WAYS = {
    "decorator": """
@mock_aws(config=CONFIG)
def test_it():
    start_with_failure()
    assert False
""",
    "context manager": """
def test_it():
    with mock_aws(config=CONFIG):
        start_with_failure()
        assert False
""",
    "after the context manager": """
def test_it():
    with mock_aws(config=CONFIG):
        start_with_failure()
    assert False
""",
    "fixture": """
@pytest.fixture
def aws():
    with mock_aws(config=CONFIG):
        yield

def test_it(aws):
    start_with_failure()
    assert False
""",
    "class": """
@mock_aws(config=CONFIG)
class TestIt:
    def test_it(self):
        start_with_failure()
        assert False
""",
    "unittest with setUp": """
@mock_aws(config=CONFIG)
class TestIt(unittest.TestCase):
    def setUp(self):
        start_with_failure()

    def test_it(self):
        self.assertTrue(False)
""",
    "unittest with start": """
class TestIt(unittest.TestCase):
    def setUp(self):
        mock = mock_aws(config=CONFIG)
        mock.start()
        self.addCleanup(mock.stop)

    def test_it(self):
        start_with_failure()
        self.fail("no")
""",
    "nested": """
@mock_aws(config=CONFIG)
def test_it():
    with mock_aws(config=CONFIG):
        start_with_failure()
    assert False
""",
    "moto imported by the test": """
def test_it():
    with mock_aws(config=CONFIG):
        start_with_failure()
        assert False
""",
}


@pytest.mark.parametrize("way", WAYS)
def test_section_is_there_however_the_mock_is_used(work: Project, way: str) -> None:
    imports = "from moto import mock_aws\nfrom work import CONFIG, start_with_failure"
    body = WAYS[way]
    if way == "moto imported by the test":
        body = body.replace(
            "test_it():\n", "test_it():\n    {}\n".format(imports.replace("\n", "; "))
        )
        imports = ""
    work.write("test_it", "import unittest, pytest", imports, body)
    result = work.run()
    result.assert_outcomes(failed=1)
    assert "(HG001) FAILED IMPORT_FAILED: No file" in section(result)


PASSING = """
from moto import mock_aws
from work import CONFIG, start

@mock_aws(config=CONFIG)
def test_before():
    start("before")
"""


def test_passing_and_skipped_tests_have_no_section(work: Project) -> None:
    work.write(
        "test_it",
        PASSING,
        """
import pytest

@pytest.mark.xfail
@mock_aws(config=CONFIG)
def test_expected():
    start()
    assert False

@mock_aws(config=CONFIG)
def test_skipped():
    start()
    pytest.skip("later")
""",
    )
    result = work.run("-rA")
    result.assert_outcomes(passed=1, xfailed=1, skipped=1)
    assert sections(result) == []


def test_failed_test_without_healthomics_has_no_section(work: Project) -> None:
    work.write(
        "test_it",
        PASSING,
        """
import boto3

def test_fails():
    assert False

@mock_aws(config=CONFIG)
def test_fails_in_mock():
    boto3.client("sts", region_name="us-east-1").get_caller_identity()
    assert False
""",
    )
    result = work.run()
    result.assert_outcomes(passed=1, failed=2)
    assert sections(result) == []


SHARED = """
import boto3
import pytest
from moto import mock_aws
from work import CONFIG, start

@pytest.fixture(scope="module", autouse=True)
def aws():
    with mock_aws(config=CONFIG):
        yield

def test_before():
    start("before")

def test_without_calls():
    assert False

def test_with_calls():
    boto3.client("omics", region_name="us-east-1").list_batch()
    assert False
"""


def test_mock_of_a_module_is_reported_for_the_tests_that_call_it(work: Project) -> None:
    work.write("test_it", SHARED)
    result = work.run()
    result.assert_outcomes(passed=1, failed=2)
    assert "(before) PROCESSED" in section(result)
    assert section(result).endswith("Last calls\n  ListBatch 200\n")


def test_data_that_an_earlier_test_left_are_not_reported(work: Project) -> None:
    work.write(
        "test_it",
        """
import unittest
from moto import mock_aws
from work import CONFIG, start

@mock_aws(config=CONFIG)
class TestLeaves(unittest.TestCase):
    def setUp(self):
        start("left")

    def test_leaves(self):
        pass

def test_later():
    assert False
""",
    )
    result = work.run()
    result.assert_outcomes(passed=1, failed=1)
    assert sections(result) == []


def test_last_three_mocks_of_a_test_are_reported(work: Project) -> None:
    work.write(
        "test_it",
        """
from moto import mock_aws
from work import CONFIG, start

def test_it():
    for number in range(5):
        with mock_aws(config=CONFIG):
            start(f"cohort-{number}")
        with mock_aws():
            pass
    assert False
""",
    )
    text = section(work.run())
    assert re.findall(r"Mock \d of \d", text) == ["Mock 3 of 5", "Mock 4 of 5", "Mock 5 of 5"]
    assert re.findall(r"cohort-\d", text) == ["cohort-2", "cohort-3", "cohort-4"]


def test_failures_of_setup_and_teardown_have_the_section(work: Project) -> None:
    work.write(
        "test_it",
        """
import pytest
from moto import mock_aws
from work import CONFIG, start

@pytest.fixture
def setup_fails():
    with mock_aws(config=CONFIG):
        start("in-setup")
        raise RuntimeError("setup")

@pytest.fixture
def teardown_fails():
    with mock_aws(config=CONFIG):
        yield
    raise RuntimeError("teardown")

def test_setup(setup_fails):
    pass

def test_teardown(teardown_fails):
    start("in-teardown")
""",
    )
    result = work.run()
    result.assert_outcomes(passed=1, errors=2)
    first, second = sections(result)
    assert "(in-setup) PROCESSED" in first
    assert "(in-teardown) PROCESSED" in second


def test_option_switches_the_section_off(work: Project) -> None:
    work.write("test_it", "from moto import mock_aws\nfrom work import *", WAYS["decorator"])
    result = work.run("-o", "moto_omics_report=false")
    result.assert_outcomes(failed=1)
    assert sections(result) == []


def test_error_in_the_section_does_not_fail_the_test_run(work: Project) -> None:
    work.write(
        "test_it",
        """
from moto import mock_aws
from moto_omics_batch.domain.batch import Batch
from work import CONFIG, start

@mock_aws(config=CONFIG)
def test_it(monkeypatch):
    start()
    monkeypatch.setattr(Batch, "submission_summary", None)
    assert False
""",
    )
    result = work.run()
    result.assert_outcomes(failed=1)
    assert section(result).splitlines() == [
        "This section could not be written: TypeError: 'NoneType' object is not callable"
    ]


def test_objects_of_a_mock_are_dropped_at_the_end_of_each_test(work: Project) -> None:
    work.write(
        "test_it",
        """
import gc
import pytest
from moto import mock_aws
from moto_omics_batch.domain.runs import RunBlock
from work import CONFIG, start

@pytest.mark.parametrize("number", range(2))
def test_it(number):
    gc.collect()
    assert not [found for found in gc.get_objects() if isinstance(found, RunBlock)]
    with mock_aws(config=CONFIG):
        start()
""",
    )
    work.passes(2)


def test_report_changes_nothing_in_an_active_mock(work: Project) -> None:
    """A mock of a module goes on after the report: same ids, no transition, no count."""
    body = """
import boto3
import pytest
from moto import mock_aws
from moto.moto_api import state_manager
from moto.moto_api._internal import mock_random
from work import CONFIG, start

@pytest.fixture(scope="module", autouse=True)
def aws():
    with mock_aws(config=CONFIG):
        yield

def test_first():
    mock_random.seed(9)
    start("first", polls=3)
    assert {outcome}

def test_second():
    client = boto3.client("omics", region_name="us-east-1")
    first = client.list_batch()["items"][0]
    statuses = [client.get_batch(batchId=first["id"])["status"] for _ in range(8)]
    print("seen", first["id"], statuses, start("second"))
"""
    seen = []
    for outcome in ("True", "False"):
        work.write("test_it", body.format(outcome=outcome))
        result = work.run("-s")
        assert len(sections(result)) == (outcome == "False")
        seen.append([line[line.index("seen") :] for line in result.outlines if "seen" in line])
    assert seen[0] == seen[1] != []
