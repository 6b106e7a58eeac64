"""A rule of EventBridge with a queue behind it, and what was heard there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from conftest import Client, MakeClient

Pattern = Mapping[str, Any]
Event = dict[str, Any]

OURS: Pattern = {"source": ["aws.omics"]}


def of_kind(kind: str, **more: Any) -> Pattern:
    """``of_kind("Run", detail={"status": ["FAILED"]})``."""
    return {**OURS, "detail-type": [f"{kind} Status Change"], **more}


def make_queue(sqs: Client, name: str = "heard", **attributes: str) -> tuple[str, str]:
    """(URL, ARN) of a new queue."""
    url = str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, str(arn["Attributes"]["QueueArn"])


def messages(sqs: Client, url: str) -> list[Any]:
    """All that waits in a queue, as JSON, in order; after that it is empty."""
    found: list[Any] = []
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in got:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


class Listener:
    """A rule for ``pattern`` and a queue; other targets are put to the same rule."""

    def __init__(
        self, client: MakeClient, pattern: Pattern = OURS, name: str = "heard", **rule: Any
    ):
        self.events, self._sqs, self.name = client("events"), client("sqs"), name
        self._url, self.arn = make_queue(self._sqs, name)
        self.events.put_rule(Name=name, EventPattern=json.dumps(pattern), **rule)
        self._bus = {k: v for k, v in rule.items() if k == "EventBusName"}
        self.target(self.arn, Id="queue")

    def target(self, arn: str, Id: str = "other", **settings: Any) -> None:
        """One more target, or other settings of one."""
        added = self.events.put_targets(
            Rule=self.name, Targets=[{"Id": Id, "Arn": arn, **settings}], **self._bus
        )
        assert added["FailedEntryCount"] == 0

    def heard(self) -> list[Any]:
        """What came since the last call."""
        return messages(self._sqs, self._url)

    def statuses(self) -> list[str]:
        """The statuses of the events that came since the last call."""
        return [event["detail"]["status"] for event in self.heard()]
