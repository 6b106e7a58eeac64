"""``mock_aws(config={"omics": …})`` and moto's state manager: what a user may set."""

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

from conftest import ACCOUNT, REGION, ROLE, Client, definition

OTHER_ACCOUNT = "210987654321"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody else's settings, and transitions as they were."""
    for name in ("MOTO_ACCOUNT_ID", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    transitions = dict(state_manager._transitions)
    yield
    state_manager._transitions = transitions


def _client(region: str = REGION) -> Client:
    config = Config(retries={"max_attempts": 1})
    return boto3.client("omics", region_name=region, config=config)


def _workflow(client: Client) -> str:
    created = client.create_workflow(name="align", engine="WDL", definitionZip=definition())
    return str(created["id"])


def _start(client: Client, workflow_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.start_run_batch(
        defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://r/x"},
        batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}, {"runSettingId": "s2"}]},
    )
    return answer


def _mock(**omics: Any) -> MockAWS:
    config: Any = {"omics": omics}
    return mock_aws(config=config)


# -- the settings of a mock --


def test_workflows_and_configurations_can_be_there_from_the_start() -> None:
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


def test_they_are_there_in_every_region_and_account(monkeypatch: pytest.MonkeyPatch) -> None:
    with _mock(workflows=["1234567"]):
        assert _client("eu-west-1").get_workflow(id="1234567")["status"] == "ACTIVE"
        monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER_ACCOUNT)
        assert OTHER_ACCOUNT in _client().get_workflow(id="1234567")["arn"]


def test_they_can_be_deleted_and_do_not_come_back() -> None:
    with _mock(workflows=["1234567"]):
        client = _client()
        client.delete_workflow(id="1234567")
        with pytest.raises(ClientError, match="Workflow 1234567 not found"):
            client.get_workflow(id="1234567")


def test_a_new_id_never_meets_one_that_was_given() -> None:
    given = [str(number) for number in range(1_000_000, 1_000_200)]
    with _mock(workflows=given):
        client = _client()
        made = {_workflow(client) for n in range(50)}
        assert not made & set(given)


def test_the_settings_end_with_the_mock() -> None:
    with _mock(workflows=["1234567"]):
        assert _client().list_workflows()["items"]
    assert "omics" not in default_user_config
    with mock_aws():
        assert _client().list_workflows()["items"] == []


def test_submissions_can_be_slowed() -> None:
    with _mock(submissions_per_tick=1):
        client = _client()
        batch = _start(client, _workflow(client))
        seen = [
            client.get_batch(batchId=batch["id"])["submissionSummary"][
                "pendingStartSubmissionCount"
            ]
            for _ in range(5)
        ]
    assert sorted(set(seen), reverse=True) == [2, 1, 0]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {"workflow": ["1"]},
            "config['omics'] has no 'workflow'; there are "
            "configurations, submissions_per_tick, workflows",
        ),
        (
            {"workflows": "1234567"},
            "config['omics']['workflows'] must be a list of workflow ids, not '1234567'",
        ),
        (
            {"workflows": ["align"]},
            "config['omics']['workflows'] must be a list of workflow ids, not ['align']",
        ),
        (
            {"workflows": [1234567]},
            "config['omics']['workflows'] must be a list of workflow ids, not [1234567]",
        ),
        (
            {"workflows": ["١٢٣"]},
            "config['omics']['workflows'] must be a list of workflow ids, not ['١٢٣']",
        ),
        (
            {"configurations": [""]},
            "config['omics']['configurations'] must be a list of configuration names, not ['']",
        ),
        (
            {"submissions_per_tick": 0},
            "config['omics']['submissions_per_tick'] must be a whole number above 0, not 0",
        ),
        (
            {"submissions_per_tick": True},
            "config['omics']['submissions_per_tick'] must be a whole number above 0, not True",
        ),
    ],
)
def test_a_wrong_setting_lists_what_exists(config: dict[str, Any], message: str) -> None:
    with _mock(**config), pytest.raises(ValueError, match="config") as wrong:
        _client().list_batch()
    # Later releases may know more settings; those of this one are listed in any case.
    told = str(wrong.value)
    if "there are" in message:
        head, _, names = message.partition("there are ")
        assert told.startswith(f"{head}there are ")
        assert set(names.split(", ")) <= set(told.partition("there are ")[2].split(", "))
    else:
        assert told == message


def test_settings_that_are_no_mapping_are_refused_clearly() -> None:
    config: Any = {"omics": ["workflows"]}
    with mock_aws(config=config), pytest.raises(ValueError, match=r"config\['omics'\]"):
        _client().list_batch()


def test_a_wrong_setting_is_refused_again_by_the_next_call() -> None:
    with _mock(workflow=[]):
        for _ in range(2):
            with pytest.raises(ValueError, match="has no 'workflow'"):
                _client().list_batch()


# -- the state manager --


def test_the_state_manager_knows_our_resources() -> None:
    assert {
        "omics::batch",
        "omics::run",
        "omics::workflow",
        "omics::configuration",
    } <= set(state_manager.get_registered_models())
    assert state_manager.get_transition("omics::batch") == {"progression": "manual", "times": 1}
    assert state_manager.get_transition("omics::workflow") == {"progression": "immediate"}


def test_transitions_can_be_set_and_unset() -> None:
    state_manager.set_transition("omics::batch", {"progression": "immediate"})
    with mock_aws():
        client = _client()
        workflow_id = _workflow(client)
        first = _start(client, workflow_id)
        assert first["status"] == "CREATING"
        assert client.get_batch(batchId=first["id"])["status"] == "PROCESSED"
        state_manager.unset_transition("omics::batch")
        second = _start(client, workflow_id)
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
def test_a_transition_that_cannot_be_is_refused(transition: dict[str, Any]) -> None:
    with mock_aws():
        client = _client()
        batch_id = _start(client, _workflow(client))["id"]
        state_manager.set_transition("omics::batch", transition)
        with pytest.raises(ValueError, match="progression"):
            client.get_batch(batchId=batch_id)
