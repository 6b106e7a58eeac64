"""State transitions of HealthOmics do not outlive the test or the fixture that sets them."""

from __future__ import annotations

import pytest

from moto_omics_batch.plugin import transitions

from .conftest import Project

#: A module of each project: sets transitions, and reads those that are set.
STATE = """
def use(progression, name="omics::batch"):
    from moto.moto_api import state_manager
    state_manager.set_transition(name, {"progression": progression})

def unset(name="omics::batch"):
    from moto.moto_api import state_manager
    state_manager.unset_transition(name)

def current():
    \"\"\"Return {name: progression} of what is set.\"\"\"
    from moto.moto_api import state_manager
    found = state_manager._transitions.items()
    return {name.removeprefix("omics::"): t["progression"] for name, t in found}
"""

HEAD = """
import unittest
import moto
import pytest
from state import current, unset, use
"""


@pytest.fixture
def project(project: Project) -> Project:
    """Return a project with the module ``state``."""
    project.write("state", STATE)
    return project


TESTS = """
@moto.mock_aws
def test_one():
    use("immediate")
    use("time", "omics::run")

def test_two():
    assert current() == {}
    use("immediate")
    raise ZeroDivisionError

def test_three():
    assert current() == {}
    use("immediate", "dax::cluster")

def test_other_services_are_left_alone():
    assert current() == {"dax::cluster": "immediate"}
    unset("dax::cluster")

class TestCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        use("time")

    def setUp(self):
        use("immediate", "omics::run")

    def test_one(self):
        assert current() == {"batch": "time", "run": "immediate"}
        use("manual")

    test_two = test_one

class TestSetup:
    def setup_method(self):
        use("immediate")

    def test_one(self):
        assert current() == {"batch": "immediate"}

def test_last():
    assert current() == {}
"""


def test_tests(project: Project) -> None:
    project.write(
        "test_it",
        HEAD,
        TESTS,
    )
    project.run().assert_outcomes(passed=7, failed=1)


FIXTURES = """
@pytest.fixture(scope="session")
def session():
    use("time")
    yield
    assert current()["batch"] == "time"

@pytest.fixture
def own():
    use("immediate", "omics::batch")
    use("immediate", "omics::run")
    yield
    assert current()["run"] == "immediate"

@pytest.fixture
def none():
    unset()

@pytest.fixture
def broken():
    use("immediate", "omics::run")
    raise ZeroDivisionError

@pytest.fixture
def teardown():
    yield
    use("immediate", "omics::run")

@pytest.fixture(params=["manual", "time"], scope="module")
def either(request):
    use(request.param, "omics::workflow")
    return request.param
"""


FIXTURE_TESTS = """
def test_fixture(own):
    assert current() == {"batch": "immediate", "run": "immediate"}

def test_session_fixture_begins_in_a_test(own, request):
    request.getfixturevalue("session")
    assert current() == {"batch": "time", "run": "immediate"}
    use("manual", "omics::run")

def test_session_fixture_continues():
    assert current() == {"batch": "time"}
    use("immediate")

def test_fixture_inside_it(own):
    assert current() == {"batch": "immediate", "run": "immediate"}

def test_it_continues_again(teardown):
    assert current() == {"batch": "time"}

def test_fixture_that_unsets(none):
    assert current() == {}

def test_set_again_after_it(broken):
    pass

def test_set_up_failed():
    assert current() == {"batch": "time"}

def test_parameter(either):
    assert current() == {"batch": "time", "workflow": either}
"""


def test_fixtures(project: Project) -> None:
    project.write("conftest", HEAD, FIXTURES)
    project.write(
        "test_it",
        HEAD,
        FIXTURE_TESTS,
    )
    project.write(
        "test_other",
        HEAD,
        """
def test_session_fixture_continues():
    assert current() == {"batch": "time"}
""",
    )
    project.run().assert_outcomes(passed=10, errors=1)


def test_what_is_set_outside_of_tests_stays(project: Project) -> None:
    project.write("conftest", HEAD, 'use("time", "omics::run")')
    project.write(
        "test_it",
        HEAD,
        """
use("time")

@pytest.fixture
def broken():
    raise ZeroDivisionError

def test_one(broken):
    pass

def test_two():
    assert current() == {"batch": "time", "run": "time"}
    use("immediate")
    unset("omics::run")

def test_three():
    assert current() == {"batch": "time", "run": "time"}
""",
    )
    project.run().assert_outcomes(passed=2, errors=1)


@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_moto_is_imported_in_a_test(project: Project, options: tuple[str, ...]) -> None:
    project.write(
        "test_it",
        """
import sys
from state import current, use

def test_one():
    assert "moto" not in sys.modules
    use("immediate")

def test_two():
    assert current() == {}
    use("immediate")

def test_three():
    assert current() == {}
""",
    )
    project.passes(3, *options)


MOTO_IN_FIXTURES = """
import sys
import pytest
from state import current, use

@pytest.fixture(scope="module")
def inner():
    use("time", "omics::run")

@pytest.fixture
def outer(request):
    assert "moto" not in sys.modules
    request.getfixturevalue("inner")
    use("immediate")

@pytest.fixture
def after():
    use("manual", "omics::workflow")
"""


def test_moto_is_imported_in_a_fixture(project: Project) -> None:
    project.write(
        "test_it",
        MOTO_IN_FIXTURES,
        """
def test_one(outer, after):
    assert current() == {"run": "time", "batch": "immediate", "workflow": "manual"}
    use("immediate", "omics::run")

def test_two():
    assert current() == {"run": "time"}
""",
    )
    project.write(
        "test_other", "from state import current", "def test_it():", "    assert current() == {}"
    )
    project.passes(3)


def test_moto_is_imported_in_a_fixture_that_a_test_requests(project: Project) -> None:
    project.write(
        "test_it",
        MOTO_IN_FIXTURES,
        """
def test_one(request):
    request.getfixturevalue("outer")
    use("immediate", "omics::configuration")

def test_two():
    assert current() == {"run": "time"}
""",
    )
    project.passes(2)


def test_nothing_is_read_without_transitions() -> None:
    assert transitions.current() == {}
