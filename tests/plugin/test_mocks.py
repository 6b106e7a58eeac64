"""All ways to start a mock, in a test run that never names this package."""

from __future__ import annotations

from .conftest import Project

DECORATORS = """
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

CONTEXTS = """
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

FIXTURE = """
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
        assert ask() == {second}
"""


def test_all_ways_to_start_a_mock(project: Project) -> None:
    project.write("test_1_decorators", DECORATORS)
    project.write("test_2_contexts", CONTEXTS)
    for number, scope in enumerate(("function", "class", "module", "session"), 3):
        second = 1 if scope == "function" else 2
        project.write(f"test_{number}_{scope}", FIXTURE.format(scope=scope, second=second))
    project.passes(7 + 3 + 8)


def test_a_mock_that_a_conftest_starts_while_it_is_imported(project: Project) -> None:
    project.write("conftest", "from moto import mock_aws\nmock_aws().start()")
    project.write("test_it", "from asking import ask\ndef test_it():\n    assert ask() == 1")
    project.passes(1)
