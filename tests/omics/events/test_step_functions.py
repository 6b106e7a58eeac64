"""A Step Functions state machine that starts a batch and polls it."""

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

#: moto expects parameter names as in boto3; AWS expects PascalCase.
CALL = "arn:aws:states:::aws-sdk:omics:"


def batch_definition(workflow_id: str, **settings: Any) -> dict[str, Any]:
    """Return a definition with StartRunBatch, then GetBatch until PROCESSED or FAILED.

    Results are reduced to strings, as moto cannot describe an execution whose output has times.
    """
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
            "Wait": {"Type": "Wait", "Seconds": 0, "Next": "Describe"},
            "Describe": {
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
                    {"Variable": "$.status", "StringEquals": "FAILED", "Next": "Failed"},
                ],
                "Default": "Wait",
            },
            "Done": {"Type": "Succeed"},
            "Failed": {"Type": "Fail", "Error": "BatchFailed"},
        },
    }


@pytest.fixture
def executing(aws: None, server: str | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """``mock_aws(config={"stepfunctions": {"execute_state_machine": True}})``."""
    if server is not None:
        # moto's Step Functions send their requests to this port of localhost.
        monkeypatch.setenv("MOTO_PORT", server.rsplit(":", 1)[1])
    with patch.dict(default_user_config, {"stepfunctions": {"execute_state_machine": True}}):
        yield


Execute = Callable[..., Answer]


@pytest.fixture
def execute(executing: None, client: MakeClient) -> Execute:
    """``execute(definition, samples)`` returns DescribeExecution after the execution has ended."""
    sfn = client("stepfunctions")

    def run(definition: dict[str, Any], samples: list[str]) -> Answer:
        execution_input = {
            "name": "trio",
            "samples": [{"runSettingId": sample} for sample in samples],
        }
        created = sfn.create_state_machine(
            name="cohort", definition=json.dumps(definition), roleArn=ROLE
        )
        arn = sfn.start_execution(
            stateMachineArn=created["stateMachineArn"],
            name="first",
            input=json.dumps(execution_input),
        )["executionArn"]
        deadline = monotonic() + 60
        while monotonic() < deadline:
            execution: Answer = sfn.describe_execution(executionArn=arn)
            if execution["status"] != "RUNNING":
                return execution
        raise AssertionError("the execution does not end")

    return run


@pytest.mark.our_choice("B10", "B40")
def test_state_machine_starts_a_batch_and_polls_it(
    omics: Client, workflow_id: str, execute: Execute
) -> None:
    execution = execute(batch_definition(workflow_id), ["HG002", "HG003", "HG004"])
    assert execution["status"] == "SUCCEEDED"
    (batch,) = omics.list_batch(name="trio")["items"]
    assert json.loads(execution["output"]) == {"batchId": batch["id"], "status": "PROCESSED"}
    summary = omics.get_batch(batchId=batch["id"])["runSummary"]
    assert summary["completedRunCount"] == 3


@pytest.mark.our_choice("B95")
def test_batch_started_by_a_state_machine_sends_events(
    client: MakeClient, workflow_id: str, execute: Execute
) -> None:
    queue = EventQueue(client, event_pattern("RunBatch"))
    assert execute(batch_definition(workflow_id), ["HG002"])["status"] == "SUCCEEDED"
    assert queue.receive_statuses() == [
        "CREATING",
        "PENDING",
        "SUBMITTING",
        "INPROGRESS",
        "PROCESSED",
    ]


@pytest.mark.our_choice("B51")
def test_state_machine_handles_a_failed_batch(workflow_id: str, execute: Execute) -> None:
    execution = execute(batch_definition(workflow_id), ["twice", "twice"])
    assert (execution["status"], execution["error"]) == ("FAILED", "BatchFailed")


@pytest.mark.our_choice("B17")
def test_failed_call_fails_the_execution_with_its_message(omics: Client, execute: Execute) -> None:
    execution = execute(batch_definition("1234567"), ["HG002"])
    assert execution["status"] == "FAILED"
    assert "ResourceNotFoundException" in execution["error"]
    assert "Workflow 1234567 not found" in execution["cause"]
    assert omics.list_batch()["items"] == []
