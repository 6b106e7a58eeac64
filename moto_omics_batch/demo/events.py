"""EventBridge events of the demo, received in an SQS queue."""

from __future__ import annotations

import json
from typing import Any

Client = Any

QUEUE = "omics-events"
#: Rule → its event pattern.
RULES = {
    "batches": {"source": ["aws.omics"], "detail-type": ["RunBatch Status Change"]},
    "failed-runs": {
        "source": ["aws.omics"],
        "detail-type": ["Run Status Change"],
        "detail": {"status": ["FAILED"]},
    },
}


class EventQueue:
    """An SQS queue that receives each status change of a batch, and of runs each failure.

    Without ``runs``, no rule matches runs. A rule that does is compared with each status change of
    each run, which takes about a minute for 100,000 runs.
    """

    def __init__(self, events: Client, sqs: Client, runs: bool = True):
        # A message that was received must not become visible again while the demo runs.
        attributes = {"VisibilityTimeout": "3600"}
        self._sqs = sqs
        self._url = sqs.create_queue(QueueName=QUEUE, Attributes=attributes)["QueueUrl"]
        arn = f"arn:aws:sqs:us-east-1:123456789012:{QUEUE}"
        for name, pattern in RULES.items() if runs else [("batches", RULES["batches"])]:
            events.put_rule(Name=name, EventPattern=json.dumps(pattern))
            events.put_targets(Rule=name, Targets=[{"Id": QUEUE, "Arn": arn}])

    def receive(self) -> list[str]:
        """Return one line for each event that has arrived since the last call."""
        lines: list[str] = []
        while True:
            response = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
            if "Messages" not in response:
                return lines
            lines += [_line(json.loads(message["Body"])) for message in response["Messages"]]


def _line(event: dict[str, Any]) -> str:
    detail = event["detail"]
    if event["detail-type"] == "Run Status Change":
        return f"run {detail['runId']} {detail['status']} {detail['failureReason']}"
    return f"batch {detail['batchName']} {detail['status']}"
