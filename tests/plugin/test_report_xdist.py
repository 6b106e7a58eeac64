"""The section about HealthOmics in test runs with pytest-xdist, in reports of JUnit, and beside
other plugins."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from .conftest import Project
from .report_sections import sections, work

__all__ = ["work"]

TESTS = """
import pytest
from moto import mock_aws
from work import CONFIG, start_with_failure

@pytest.mark.parametrize("number", range(4))
@mock_aws(config=CONFIG)
def test_it(number):
    start_with_failure(f"cohort-{number}")
    assert number % 2
"""


def test_sections_of_workers_are_shown(work: Project) -> None:
    pytest.importorskip("xdist")
    work.write("test_it", TESTS)
    result = work.run("-n", "2", "-p", "xdist")
    result.assert_outcomes(passed=2, failed=2)
    first, second = sorted(sections(result), key=lambda text: "cohort-2" in text)
    assert "(cohort-0) PROCESSED" in first
    assert "cohort-1" not in first
    assert "(cohort-2) PROCESSED" in second


def test_junit_report_is_valid(work: Project) -> None:
    work.write("test_it", TESTS)
    result = work.run("--junitxml=report.xml", "-o", "junit_logging=all")
    result.assert_outcomes(passed=2, failed=2)
    cases = ElementTree.parse(work.path / "report.xml").getroot().iter("testcase")
    assert [case.find("failure") is not None for case in cases] == [True, False, True, False]


def test_no_capture_leaves_the_section_out_on_request(work: Project) -> None:
    """pytest shows no sections at all with --show-capture=no."""
    work.write("test_it", TESTS)
    assert len(sections(work.run())) == 2
    assert sections(work.run("--show-capture=no")) == []


def test_inner_test_run_of_pytester_has_sections_of_its_own(work: Project) -> None:
    work.write("inner", TESTS)
    work.write(
        "test_it",
        """
import pathlib
import moto

pytest_plugins = ["pytester"]
HERE = pathlib.Path(__file__).parent

def test_outer(pytester, monkeypatch):
    monkeypatch.syspath_prepend(HERE)
    pytester.makepyfile(test_inner=(HERE / "inner.py").read_text())
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, failed=2)
    assert "\\n".join(result.outlines).count("(HG001) FAILED IMPORT_FAILED") == 2

def test_after():
    from moto_omics_batch import _mock
    assert len(_mock.before_end) == 1
""",
    )
    work.run("-p", "no:xdist").assert_outcomes(passed=2)
