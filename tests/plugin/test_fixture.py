"""The fixture ``omics_mock`` in test runs of users, and `OmicsMock` without pytest."""

from __future__ import annotations

from inspect import isfunction, signature
from types import ModuleType

import pytest

from moto_omics_batch import OmicsMock, faults, omics_config, results
from pytest_moto_omics import _MARKER

from .batch_tests import BATCHES, HEAD
from .conftest import Project


@pytest.fixture
def project(project: Project) -> Project:
    """Return a project with the module ``batches``."""
    project.write("batches", BATCHES)
    return project


CLIENT_AND_CONTROLS = """
def test_client_and_region(omics_mock):
    assert omics_mock.client.meta.region_name == omics_mock.region == "us-east-1"
    assert omics_mock.client is omics_mock.client
    assert omics_mock.account_id == "123456789012"
    assert os.environ["AWS_DEFAULT_REGION"] == "us-east-1"
    assert boto3.client("omics").list_batch()["items"] == []

def test_a_batch_is_completed(omics_mock):
    batch_id = start(omics_mock.client)
    batch = omics_mock.complete(batch_id)
    assert (batch["id"], batch["status"]) == (batch_id, "PROCESSED")
    assert batch["runSummary"]["completedRunCount"] == 2
    statuses = [status for status, _ in omics_mock.history(batch_id)]
    assert statuses[-1] == "PROCESSED"
    assert omics_mock.complete(batch_id)["status"] == "PROCESSED"

def test_a_run_is_completed(omics_mock):
    batch_id = start(omics_mock.client)
    omics_mock.advance(batch_id, to="INPROGRESS")
    run_id = omics_mock.client.list_runs_in_batch(batchId=batch_id)["runs"][0]["runId"]
    run = omics_mock.complete(run_id)
    assert (run["id"], run["status"]) == (run_id, "COMPLETED")

def test_a_batch_in_another_region(omics_mock):
    batch_id = start(boto3.client("omics", region_name="eu-west-1"))
    with pytest.raises(ValueError, match="pass region='eu-west-1'"):
        omics_mock.advance(batch_id, to="SUBMITTING")
    omics_mock.advance(batch_id, to="SUBMITTING", region="eu-west-1")
    assert omics_mock.history(batch_id, region="eu-west-1")[-1][0] == "SUBMITTING"

def test_nothing_has_the_id(omics_mock):
    with pytest.raises(ValueError, match="there is no batch and no run '7654321'"):
        omics_mock.complete("7654321")

def test_faults_and_results(omics_mock):
    omics_mock.faults.run_fails(runSettingId="HG002", failureReason="IMPORT_FAILED")
    omics_mock.results.outputs(values={"main.depth": 30})
    batch = omics_mock.complete(start(omics_mock.client))
    assert batch["runSummary"]["failedRunCount"] == 1

def test_nothing_is_left(omics_mock):
    assert omics_mock.client.list_batch()["items"] == []
"""


def test_client_and_controls(project: Project) -> None:
    project.write(
        "test_it",
        HEAD,
        CLIENT_AND_CONTROLS,
    )
    project.passes(7)


def test_import_by_the_fixture_is_the_first(project: Project) -> None:
    project.write(
        "test_it",
        """
import sys

def test_it(omics_mock):
    from moto_omics_batch import OmicsMock
    assert isinstance(omics_mock, OmicsMock)
    assert omics_mock.client.list_batch()["items"] == []

assert "moto" not in sys.modules
""",
    )
    project.passes(1)


def test_runs_are_reproducible_with_a_seed(project: Project) -> None:
    project.write(
        "test_it",
        HEAD,
        """
ids = []

@pytest.mark.parametrize("number", range(4))
@pytest.mark.omics_mock(seed=7)
def test_seed(omics_mock, number):
    ids.append(start(omics_mock.client))
    assert set(ids) == {ids[0]}

def test_the_seed_does_not_stay(omics_mock):
    assert start(omics_mock.client) != ids[0]
""",
    )
    project.passes(5)


BESIDE_A_MOCK = """
from moto import mock_aws

@pytest.fixture
def bucket(omics_mock):
    boto3.client("s3").create_bucket(Bucket="data")
    return "data"

@pytest.fixture
def aws():
    with mock_aws():
        yield boto3.client("omics", region_name="us-east-1")

@mock_aws
def test_decorated(omics_mock):
    omics_mock.complete(start(boto3.client("omics")))
    assert len(omics_mock.client.list_batch()["items"]) == 1

@mock_aws
class TestDecorated:
    def test_it(self, omics_mock):
        omics_mock.complete(start(boto3.client("omics")))

def test_fixture_with_another_service(omics_mock, bucket):
    assert [b["Name"] for b in boto3.client("s3").list_buckets()["Buckets"]] == [bucket]

def test_inside_a_mock(aws, omics_mock):
    start(aws)
    assert len(omics_mock.client.list_batch()["items"]) == 1

def test_settings_end_with_the_fixture(aws):
    with pytest.raises(aws.exceptions.ResourceNotFoundException):
        aws.get_workflow(id="1234567")

@pytest.mark.omics_mock(workflows=[])
def test_mock_inside(omics_mock, aws):
    assert omics_mock.client.list_workflows()["items"] == []
"""


def test_beside_mock_aws_and_other_fixtures(project: Project) -> None:
    project.write("test_it", HEAD, BESIDE_A_MOCK)
    project.passes(6)


def test_settings_do_not_outlive_the_fixture_inside_a_mock_of_the_session(project: Project) -> None:
    project.write(
        "conftest",
        """
import pytest
from moto import mock_aws

@pytest.fixture(scope="session", autouse=True)
def aws():
    with mock_aws():
        yield
""",
    )
    project.write(
        "test_it",
        """
import pytest
from moto.core.config import default_user_config

@pytest.mark.omics_mock(workflows=["1234567"], config={"core": {"mock_credentials": True}})
def test_one(omics_mock):
    assert omics_mock.client.get_workflow(id="1234567")["status"] == "ACTIVE"

def test_two():
    assert "omics" not in default_user_config
""",
    )
    project.passes(2)


RESTORED = """
import os
import botocore.waiter, time
import boto3
import pytest
from moto.core.config import default_user_config
from moto.core.models import MockAWS
from moto.moto_api import state_manager
from moto.moto_api._internal import mock_random
from moto_omics_batch import OmicsMock
from moto_omics_batch.omics.resources import random_streams

def state():
    \"\"\"Return what a mock may change; pytest changes PYTEST_CURRENT_TEST itself.\"\"\"
    return (
        {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"},
        dict(default_user_config),
        dict(state_manager._transitions),
        mock_random.getstate(),
        random_streams._seed.value,
        botocore.waiter.time is time,
        (MockAWS._nested_count, MockAWS._mocks_active, boto3.DEFAULT_SESSION),
    )

SETTINGS = {"workflows": ["1234567"], "seed": 7, "region": "eu-west-1",
            "progression": "immediate", "config": {"core": {"mock_credentials": True}}}

@pytest.fixture(autouse=True, params=[None, "us-west-2"])
def nothing_changes(request, monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    if request.param:
        monkeypatch.setenv("AWS_DEFAULT_REGION", request.param)
    before = state()
    yield
    assert state() == before

def test_the_end():
    with OmicsMock(**SETTINGS):
        assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-1"
        assert default_user_config["omics"] == {"workflows": ["1234567"]}
        assert len(state_manager._transitions) == 15
        state_manager.set_transition("omics::batch", {"progression": "manual", "times": 3})

def test_an_error_inside():
    with pytest.raises(ZeroDivisionError), OmicsMock(**SETTINGS) as mock:
        mock.faults.call_fails()
        1 / 0

def test_a_start_that_fails():
    settings = SETTINGS | {"region": "moon-1"}
    with pytest.raises(ValueError, match="not in region 'moon-1'; it is in .*us-east-1"):
        OmicsMock(**settings).__enter__()

def test_a_fault_that_never_matched():
    with pytest.raises(AssertionError, match="call_fails"), OmicsMock(**SETTINGS) as mock:
        mock.faults.call_fails(operation="GetBatch")
"""


def test_everything_is_restored(project: Project) -> None:
    project.write(
        "test_it",
        RESTORED,
    )
    project.passes(8)


def test_a_server_in_another_process_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("test_it", "def test_it(omics_mock):", "    pass")
    monkeypatch.setenv("TEST_SERVER_MODE", "true")
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*RuntimeError: OmicsMock controls a mock in this process*"])


@pytest.mark.parametrize(
    ("module", "members"), [(faults, OmicsMock.faults), (results, OmicsMock.results)]
)
def test_all_functions_of_the_module_are_members(module: ModuleType, members: object) -> None:
    functions = {
        name: value
        for name, value in vars(module).items()
        if isfunction(value) and not name.startswith("_") and value.__module__ == module.__name__
    }
    assert functions
    assert {name: getattr(members, name) for name in functions} == functions
    assert {name for name in dir(members) if not name.startswith("_")} == set(functions)


def test_keywords_are_those_of_omics_config() -> None:
    known = set(signature(omics_config).parameters)
    own = set(signature(OmicsMock).parameters) - known
    assert own == {
        *("config", "progression", "region", "seed", "waiters_sleep", "shared_models"),
        "assert_all_faults_matched",
    }
    for name in sorted(known | own):
        assert name in _MARKER


def test_use_without_a_with_statement() -> None:
    mock = OmicsMock()
    with pytest.raises(RuntimeError, match="this OmicsMock is not active: use it in a `with`"):
        mock.client  # noqa: B018
    mock.__exit__(None, None, None)


def test_use_in_two_with_statements() -> None:
    mock = OmicsMock()
    with mock:
        with pytest.raises(RuntimeError, match="this OmicsMock is active"):
            mock.__enter__()
        assert mock.client.meta.region_name == mock.region
    with mock:
        assert mock.client.list_batch()["items"] == []


def test_a_keyword_that_does_not_exist() -> None:
    with pytest.raises(TypeError, match=r"has no keyword argument 'sed'; did you mean 'seed'"):
        OmicsMock(sed=1)  # type: ignore[call-arg]


def test_models_are_shared_unless_that_is_off(project: Project) -> None:
    project.write(
        "test_it",
        """
import pytest
from botocore.loaders import JSONFileLoader

original = JSONFileLoader._load_file

def test_shared(omics_mock):
    assert JSONFileLoader._load_file is not original
    assert omics_mock.client.list_batch()["items"] == []

@pytest.mark.omics_mock(shared_models=False)
def test_not_shared(omics_mock):
    assert JSONFileLoader._load_file is original

def test_the_end():
    assert JSONFileLoader._load_file is original
""",
    )
    project.passes(3)
