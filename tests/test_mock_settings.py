"""The settings of a mock, ``mock_aws(config={"omics": …})``, and moto's state manager."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.config import default_user_config
from moto.core.models import MockAWS
from moto.moto_api import state_manager

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, definition

OTHER_ACCOUNT = "210987654321"


@pytest.fixture(autouse=True)
def _isolated_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Remove settings from the environment; restore the state transitions afterwards."""
    for name in ("MOTO_ACCOUNT_ID", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    transitions = dict(state_manager._transitions)
    yield
    state_manager._transitions = transitions


def _client(region: str = REGION) -> Client:
    config = Config(retries={"max_attempts": 1})
    return boto3.client("omics", region_name=region, config=config)


def _create_workflow(client: Client) -> str:
    created = client.create_workflow(name="align", engine="WDL", definitionZip=definition())
    return str(created["id"])


def _start_batch(client: Client, workflow_id: str) -> Answer:
    response: Answer = client.start_run_batch(
        defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://r/x"},
        batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}, {"runSettingId": "s2"}]},
    )
    return response


def _mock(**omics: Any) -> MockAWS:
    """Return ``mock_aws(config={"omics": omics})``."""
    config: Any = {"omics": omics}
    return mock_aws(config=config)


# -- the settings of a mock --


def test_workflows_and_configurations_of_the_settings_exist() -> None:
    with _mock(workflows=["1234567", "0000001"], configurations=["lab-vpc", "default"]):
        client = _client()
        workflow = client.get_workflow(id="1234567")
        assert workflow["status"] == "ACTIVE"
        assert workflow["arn"] == f"arn:aws:omics:{REGION}:{ACCOUNT}:workflow/1234567"
        assert {w["id"] for w in client.list_workflows()["items"]} == {"1234567", "0000001"}
        configuration = client.get_configuration(name="lab-vpc")
        assert configuration["status"] == "ACTIVE"
        assert configuration["runConfigurations"]["vpcConfig"]["vpcId"].startswith("vpc-")
        client.start_run_batch(
            defaultRunSetting={
                "workflowId": "1234567",
                "roleArn": ROLE,
                "networkingMode": "VPC",
                "configurationName": "lab-vpc",
            },
            batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}]},
        )


def test_workflows_of_the_settings_exist_in_all_regions_and_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with _mock(workflows=["1234567"]):
        assert _client("eu-west-1").get_workflow(id="1234567")["status"] == "ACTIVE"
        monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER_ACCOUNT)
        assert OTHER_ACCOUNT in _client().get_workflow(id="1234567")["arn"]


def test_workflows_of_the_settings_can_be_deleted() -> None:
    with _mock(workflows=["1234567"]):
        client = _client()
        client.delete_workflow(id="1234567")
        with pytest.raises(ClientError, match="Workflow 1234567 not found"):
            client.get_workflow(id="1234567")


def test_ids_of_the_settings_are_not_allocated_again() -> None:
    ids = [str(number) for number in range(1_000_000, 1_000_200)]
    with _mock(workflows=ids):
        client = _client()
        created = {_create_workflow(client) for _ in range(50)}
        assert not created & set(ids)


def test_settings_end_with_the_mock() -> None:
    with _mock(workflows=["1234567"]):
        assert _client().list_workflows()["items"]
    assert "omics" not in default_user_config
    with mock_aws():
        assert _client().list_workflows()["items"] == []


def test_submissions_per_tick_limits_the_entries_of_one_step() -> None:
    with _mock(submissions_per_tick=1):
        client = _client()
        batch = _start_batch(client, _create_workflow(client))
        pending = [
            client.get_batch(batchId=batch["id"])["submissionSummary"][
                "pendingStartSubmissionCount"
            ]
            for _ in range(5)
        ]
    assert sorted(set(pending), reverse=True) == [2, 1, 0]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"workflow": ["1"]},
            "config['omics'] has no 'workflow'; there are "
            "check, configurations, infer_templates, logs, outputs, quotas, reference_store, "
            "sequence_stores, submissions_per_tick, tasks, workflows",
        ),
        (
            {"workflows": "1234567"},
            "config['omics']['workflows'] must be a list of workflow ids and of dicts, "
            "not '1234567'",
        ),
        (
            {"workflows": ["align"]},
            "config['omics']['workflows'][0]: a workflow must have an id of 1 to 18 digits, "
            "not 'align'",
        ),
        (
            {"workflows": [1234567]},
            "config['omics']['workflows'][0]: a workflow must have an id of 1 to 18 digits, "
            "not 1234567",
        ),
        (
            {"workflows": ["١٢٣"]},
            "config['omics']['workflows'][0]: a workflow must have an id of 1 to 18 digits, "
            "not '١٢٣'",
        ),
        (
            {"workflows": ["1234567", {"id": "1234567", "name": "germline"}]},
            "config['omics']['workflows']: PRIVATE workflow 1234567 is declared twice, "
            "differently: declare it once, with all of its members",
        ),
        (
            {"configurations": [""]},
            "config['omics']['configurations'] must be a list of configuration names, not ['']",
        ),
        (
            {"logs": "yes"},
            "config['omics']['logs'] must be True or False, not 'yes'",
        ),
        (
            {"submissions_per_tick": 0},
            "config['omics']['submissions_per_tick'] must be a whole number above 0, not 0",
        ),
        (
            {"submissions_per_tick": True},
            "config['omics']['submissions_per_tick'] must be a whole number above 0, not True",
        ),
        (
            {"outputs": {"files": {}}},
            "config['omics']['outputs'] must be a list of dicts, not {'files': {}}",
        ),
        ({"tasks": ["Call"]}, "config['omics']['tasks'] must be a list of dicts, not ['Call']"),
        (
            {"outputs": [{}, {"files": {"a": 1}}]},
            "config['omics']['outputs'][1]: "
            'files[\'a\'] must be a text, bytes or {"base64": "…"}, not int',
        ),
        (
            {"tasks": [{"task": "Call", "gpus": -1}]},
            "config['omics']['tasks'][0]: gpus must be a whole number from 0 to 8, not -1",
        ),
    ],
)
def test_invalid_setting_is_reported_when_the_mock_starts(
    config: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match="config") as error:
        _mock(**config).start()
    assert str(error.value) == message
    assert not MockAWS._mocks_active
    assert "omics" not in default_user_config


def test_settings_must_be_a_mapping() -> None:
    config: Any = {"omics": ["workflows"]}
    with pytest.raises(ValueError, match=r"config\['omics'\]"):
        mock_aws(config=config).start()


def test_a_decorated_test_with_an_invalid_setting_does_not_run() -> None:
    ran = []
    decorated = _mock(workflow=[])(lambda: ran.append(1))
    with pytest.raises(ValueError, match="has no 'workflow'"):
        decorated()
    assert ran == []


def test_a_setting_that_is_made_invalid_later_raises_value_error_on_each_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mock_aws():
        monkeypatch.setitem(default_user_config, "omics", {"workflow": []})
        for _ in range(2):
            with pytest.raises(ValueError, match="has no 'workflow'"):
                _client().list_batch()


# -- the state manager --


def test_state_manager_has_default_transitions_for_omics() -> None:
    assert {
        "omics::batch",
        "omics::run",
        "omics::workflow",
        "omics::configuration",
    } <= set(state_manager.get_registered_models())
    assert state_manager.get_transition("omics::batch") == {"progression": "manual", "times": 1}
    assert state_manager.get_transition("omics::workflow") == {"progression": "immediate"}


def test_transition_can_be_set_and_unset() -> None:
    state_manager.set_transition("omics::batch", {"progression": "immediate"})
    with mock_aws():
        client = _client()
        workflow_id = _create_workflow(client)
        first = _start_batch(client, workflow_id)
        assert first["status"] == "CREATING"
        assert client.get_batch(batchId=first["id"])["status"] == "PROCESSED"
        state_manager.unset_transition("omics::batch")
        second = _start_batch(client, workflow_id)
        assert client.get_batch(batchId=second["id"])["status"] == "PENDING"


@pytest.mark.parametrize(
    "transition",
    [
        {"progression": "sideways"},
        {},
        {"progression": "manual", "times": 0},
        {"progression": "time", "seconds": -1},
    ],
)
def test_invalid_transition_raises_value_error(transition: dict[str, Any]) -> None:
    with mock_aws():
        client = _client()
        batch_id = _start_batch(client, _create_workflow(client))["id"]
        state_manager.set_transition("omics::batch", transition)
        with pytest.raises(ValueError, match="progression"):
            client.get_batch(batchId=batch_id)
