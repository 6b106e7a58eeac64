"""A state machine of moto's Step Functions starts a batch and polls it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any
from unittest.mock import patch

import pytest
from moto.core.config import default_user_config

from conftest import ROLE, Answer, Client, MakeClient
from tests.omics.event_queue import EventQueue, event_pattern

#: moto takes the members of the API as boto3 has them; AWS itself writes them in PascalCase.
CALL = "arn:aws:states:::aws-sdk:omics:"


def machine(workflow_id: str, **settings: Any) -> dict[str, Any]:
    """StartRunBatch, then GetBatch until PROCESSED or FAILED. Only texts go on: moto cannot
    describe an execution whose output holds times."""
    default = {"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://results/cohort"}
    return {
        "StartAt": "Start",
        "States": {
            "Start": {
                "Type": "Task",
                "Resource": f"{CALL}startRunBatch",
                "Parameters": {
                    "batchName.$": "$.name",
                    "defaultRunSetting": {**default, **settings},
                    "batchRunSettings": {"inlineSettings.$": "$.samples"},
                },
                "ResultSelector": {"batchId.$": "$.id", "status.$": "$.status"},
                "Next": "Wait",
            },
            "Wait": {"Type": "Wait", "Seconds": 0, "Next": "Look"},
            "Look": {
                "Type": "Task",
                "Resource": f"{CALL}getBatch",
                "Parameters": {"batchId.$": "$.batchId"},
                "ResultSelector": {"batchId.$": "$.id", "status.$": "$.status"},
                "Next": "Done?",
            },
            "Done?": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.status", "StringEquals": "PROCESSED", "Next": "Done"},
                    {"Variable": "$.status", "StringEquals": "FAILED", "Next": "Broken"},
                ],
                "Default": "Wait",
            },
            "Done": {"Type": "Succeed"},
            "Broken": {"Type": "Fail", "Error": "BatchFailed"},
        },
    }


@pytest.fixture
def executing(aws: None, server: str | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """``mock_aws(config={"stepfunctions": {"execute_state_machine": True}})``."""
    if server is not None:
        # moto's Step Functions call back to this port of localhost.
        monkeypatch.setenv("MOTO_PORT", server.rsplit(":", 1)[1])
    with patch.dict(default_user_config, {"stepfunctions": {"execute_state_machine": True}}):
        yield


Execute = Callable[..., Answer]


@pytest.fixture
def execute(executing: None, client: MakeClient) -> Execute:
    """``execute(definition, input)`` → DescribeExecution, once it is at an end."""
    sfn = client("stepfunctions")

    def run(definition: dict[str, Any], samples: list[str]) -> Answer:
        told = {"name": "trio", "samples": [{"runSettingId": sample} for sample in samples]}
        made = sfn.create_state_machine(
            name="cohort", definition=json.dumps(definition), roleArn=ROLE
        )
        arn = sfn.start_execution(
            stateMachineArn=made["stateMachineArn"], name="first", input=json.dumps(told)
        )["executionArn"]
        deadline = monotonic() + 60
        while monotonic() < deadline:
            execution: Answer = sfn.describe_execution(executionArn=arn)
            if execution["status"] != "RUNNING":
                return execution
        raise AssertionError("the execution does not end")

    return run


@pytest.mark.our_choice("B10", "B40")
def test_a_state_machine_starts_a_batch_and_polls_it(
    omics: Client, workflow_id: str, execute: Execute
) -> None:
    execution = execute(machine(workflow_id), ["HG002", "HG003", "HG004"])
    assert execution["status"] == "SUCCEEDED"
    (batch,) = omics.list_batch(name="trio")["items"]
    assert json.loads(execution["output"]) == {"batchId": batch["id"], "status": "PROCESSED"}
    summary = omics.get_batch(batchId=batch["id"])["runSummary"]
    assert summary["completedRunCount"] == 3


@pytest.mark.our_choice("B95")
def test_what_a_state_machine_does_is_told_to_eventbridge(
    client: MakeClient, workflow_id: str, execute: Execute
) -> None:
    listener = EventQueue(client, event_pattern("RunBatch"))
    assert execute(machine(workflow_id), ["HG002"])["status"] == "SUCCEEDED"
    assert listener.receive_statuses() == [
        "CREATING",
        "PENDING",
        "SUBMITTING",
        "INPROGRESS",
        "PROCESSED",
    ]


@pytest.mark.our_choice("B51")
def test_a_state_machine_sees_a_batch_that_failed(workflow_id: str, execute: Execute) -> None:
    execution = execute(machine(workflow_id), ["twice", "twice"])
    assert (execution["status"], execution["error"]) == ("FAILED", "BatchFailed")


@pytest.mark.our_choice("B17")
def test_a_refused_call_fails_the_execution_with_its_message(
    omics: Client, execute: Execute
) -> None:
    execution = execute(machine("1234567"), ["HG002"])
    assert execution["status"] == "FAILED"
    assert "ResourceNotFoundException" in execution["error"]
    assert "Workflow 1234567 not found" in execution["cause"]
    assert omics.list_batch()["items"] == []
