"""An EventBridge rule with an SQS queue as its target, to receive events of HealthOmics."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from conftest import Client, MakeClient

Pattern = Mapping[str, Any]
Event = dict[str, Any]

#: The pattern that matches all events of HealthOmics.
OMICS_EVENTS: Pattern = {"source": ["aws.omics"]}


def event_pattern(kind: str, **more: Any) -> Pattern:
    """Return the pattern for one kind: ``event_pattern("Run", detail={"status": ["FAILED"]})``."""
    return {**OMICS_EVENTS, "detail-type": [f"{kind} Status Change"], **more}


def create_queue(sqs: Client, name: str = "events", **attributes: str) -> tuple[str, str]:
    """Create a queue and return its (URL, ARN)."""
    url = str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, str(arn["Attributes"]["QueueArn"])


def receive_messages(sqs: Client, url: str) -> list[Any]:
    """Receive and delete all messages of a queue and return their JSON bodies, oldest first."""
    bodies: list[Any] = []
    while received := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in received:
            bodies.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


class EventQueue:
    """A rule for ``pattern`` whose target is a queue; ``rule`` are parameters of PutRule."""

    def __init__(
        self,
        client: MakeClient,
        pattern: Pattern = OMICS_EVENTS,
        name: str = "events",
        **rule: Any,
    ):
        self.eventbridge, self._sqs, self.name = client("events"), client("sqs"), name
        self._url, self.arn = create_queue(self._sqs, name)
        self.eventbridge.put_rule(Name=name, EventPattern=json.dumps(pattern), **rule)
        self._bus = {k: v for k, v in rule.items() if k == "EventBusName"}
        self.put_target(self.arn, Id="queue")

    def put_target(self, arn: str, Id: str = "other", **settings: Any) -> None:
        """Add a target to the rule, or replace the settings of the target with this Id."""
        added = self.eventbridge.put_targets(
            Rule=self.name, Targets=[{"Id": Id, "Arn": arn, **settings}], **self._bus
        )
        assert added["FailedEntryCount"] == 0

    def receive(self) -> list[Any]:
        """Return the events since the last call."""
        return receive_messages(self._sqs, self._url)

    def receive_statuses(self) -> list[str]:
        """Return the statuses of the events since the last call."""
        return [event["detail"]["status"] for event in self.receive()]


Listen = Callable[..., EventQueue]
