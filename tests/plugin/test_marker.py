"""The marker ``omics_mock``: how settings add up, and what it refuses."""

from __future__ import annotations

import pytest

from .conftest import Project

CLOSEST = """
import pytest
from moto.core.config import default_user_config
from moto.moto_api import state_manager

from moto_omics_batch.omics.resources.context import TRANSITIONS

pytestmark = pytest.mark.omics_mock(workflows=["1"], region="eu-west-1", logs=True)

def settings(omics_mock):
    return {**default_user_config["omics"], "region": omics_mock.region}

def test_module(omics_mock):
    assert settings(omics_mock) == {"workflows": ["1"], "region": "eu-west-1", "logs": True}

@pytest.mark.omics_mock(workflows=["2"], progression="immediate")
class TestClass:
    def test_class(self, omics_mock):
        assert settings(omics_mock) == {"workflows": ["2"], "region": "eu-west-1", "logs": True}
        immediate = {"progression": "immediate"}
        assert set(state_manager._transitions) == set(TRANSITIONS)
        assert all(t == immediate for t in state_manager._transitions.values())

    @pytest.mark.omics_mock(
        region="us-west-2",
        progression={"batch": "manual", "run": {"progression": "time", "seconds": 60}},
    )
    @pytest.mark.omics_mock(configurations=["vpc"])
    def test_function(self, omics_mock):
        assert settings(omics_mock) == {
            "workflows": ["2"], "region": "us-west-2", "logs": True, "configurations": ["vpc"]
        }
        assert state_manager._transitions == {
            "omics::batch": {"progression": "manual"},
            "omics::run": {"progression": "time", "seconds": 60},
        }

@pytest.mark.omics_mock(workflows=["3"])
@pytest.mark.parametrize(
    "expected", ["3", pytest.param("4", marks=pytest.mark.omics_mock(workflows=["4"]))]
)
def test_parameter(omics_mock, expected):
    assert default_user_config["omics"]["workflows"] == [expected]

def test_nothing_is_left():
    assert "omics" not in default_user_config
    assert not state_manager._transitions
"""


def test_markers_add_up_and_the_closest_applies(project: Project) -> None:
    project.write(
        "test_it",
        CLOSEST,
    )
    project.passes(6, "--strict-markers")


#: What a marker refuses: its arguments, and the message after the name of the test.
REFUSED = [
    (
        'workflow=["1"]',
        "OmicsMock() has no keyword argument 'workflow'; did you mean 'workflows'? There are "
        "assert_all_faults_matched, check, config, configurations, infer_templates, logs, outputs, "
        "progression, quotas, reference_store, region, seed, sequence_stores, shared_models, "
        "submissions_per_tick, tasks, waiters_sleep, workflows",
    ),
    ("logs=1", "config['omics']['logs'] must be True or False, not 1"),
    ('["1"]', "takes keyword arguments only, not ['1']"),
    (
        'region="moon-1"',
        "HealthOmics is not in region 'moon-1'; it is in *us-east-1*",
    ),
    (
        'progression="fast"',
        "progression of 'batch': progression 'fast' is not one of manual, immediate, time",
    ),
    (
        'progression={"task": "manual"}',
        "progression has no 'task'; there are batch, run, workflow, configuration, *, share, *",
    ),
    ('progression={"run": 3}', "progression of 'run' must be a text or a dict, not 3"),
    (
        'progression={"run": {"progression": "time", "seconds": -1}}',
        "progression of 'run': a progression needs times >= 1 and seconds >= 0: *",
    ),
    ('config={"omics": {}}', "config has 'omics': its keys are keyword arguments of OmicsMock"),
]


def test_refused(project: Project) -> None:
    lines = ["import pytest"]
    for number, (arguments, _) in enumerate(REFUSED):
        lines.append(f"@pytest.mark.omics_mock({arguments})")
        lines.append(f"def test_{number}(omics_mock):")
        lines.append("    pass")
    project.write("test_it", *lines)
    result = project.run()
    result.assert_outcomes(errors=len(REFUSED))
    assert "During handling" not in result.stdout.str()
    result.stdout.fnmatch_lines(
        [
            f"test_it.py::test_{number}: @pytest.mark.omics_mock: {_literal(message)}"
            for number, (_, message) in enumerate(REFUSED)
        ]
    )


def _literal(message: str) -> str:
    """Return a pattern of fnmatch for a message whose only special character is ``*``."""
    return message.replace("[", "[[]")


def test_help(project: Project) -> None:
    project.run("--markers").stdout.fnmatch_lines(
        ["@pytest.mark.omics_mock(*workflows, *progression, region, *: settings of the fixture*"]
    )
    project.run("--fixtures").stdout.fnmatch_lines(
        [
            "omics_mock -- *",
            "    Mock AWS with HealthOmics: *",
            "    Its settings: `@pytest.mark.omics_mock(workflows=*",
        ]
    )


def test_moto_that_is_too_old_is_an_error_of_the_test(project: Project) -> None:
    project.write(
        "conftest",
        """
import moto_omics_batch._install
moto_omics_batch._install.OLDEST["moto"] = (99, 0, 0)
import sys
for name in [n for n in sys.modules if n.partition(".")[0] == "moto"]:
    del sys.modules[name]
""",
    )
    project.write("test_it", "def test_it(omics_mock):", "    pass")
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["HealthOmics is not mocked: *99.0.0*"])


@pytest.mark.parametrize("workers", ["1", "2"])
def test_worker_processes(project: Project, workers: str) -> None:
    project.write(
        "test_it",
        """
import pytest

@pytest.mark.parametrize("number", range(4))
@pytest.mark.omics_mock(workflows=["1234567"])
def test_it(omics_mock, number):
    assert len(omics_mock.client.list_workflows()["items"]) == 1
""",
    )
    project.passes(4, "-n", workers)
