"""Subscription filters of the log group (L38)."""

from __future__ import annotations

import base64
import gzip
import json
import logging
from typing import Any

import pytest
from moto.kinesis.models import KinesisBackend, Stream

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient
from tests.omics.event_queue import EventQueue, event_pattern
from tests.omics.helpers import StartRun, UntilRun

from .conftest import GROUP, LogReader

ARN = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/logs"


class Subscription:
    """A subscription filter of the log group whose destination is a Kinesis stream."""

    def __init__(self, client: MakeClient, reader: LogReader):
        self._kinesis, self._logs = client("kinesis"), reader.logs
        self._kinesis.create_stream(StreamName="logs", ShardCount=1)
        self._logs.create_log_group(logGroupName=GROUP)

    def subscribe(self, pattern: str, name: str = "all") -> None:
        """Add a subscription filter with a pattern."""
        self._logs.put_subscription_filter(
            logGroupName=GROUP,
            filterName=name,
            filterPattern=pattern,
            destinationArn=ARN,
            roleArn=ROLE,
        )

    def receive(self) -> list[dict[str, Any]]:
        """Return all deliveries, oldest first."""
        shard = self._kinesis.describe_stream(StreamName="logs")["StreamDescription"]["Shards"][0]
        iterator = self._kinesis.get_shard_iterator(
            StreamName="logs", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = self._kinesis.get_records(ShardIterator=iterator)["Records"]
        return [json.loads(gzip.decompress(_unwrapped(record["Data"]))) for record in records]


def _unwrapped(data: bytes) -> bytes:
    """Return the zipped content: moto encodes it once more than Kinesis does."""
    return data if data.startswith(b"\x1f\x8b") else base64.b64decode(data)


@pytest.fixture
def subscription(client: MakeClient, reader: LogReader) -> Subscription:
    """A group and a stream, without a subscription filter."""
    return Subscription(client, reader)


@pytest.mark.our_choice("L38")
def test_a_subscription_receives_what_runs_write(
    start_run: StartRun, until_run: UntilRun, subscription: Subscription, reader: LogReader
) -> None:
    subscription.subscribe("")
    run_id = start_run()["id"]
    until_run(run_id, "COMPLETED")
    received = subscription.receive()
    of_run = [d for d in received if d["logStream"] == f"run/{run_id}"]
    events = [event for delivery in of_run for event in delivery["logEvents"]]
    assert [(e["timestamp"], e["message"]) for e in events] == [
        (e["timestamp"], e["message"]) for e in reader.events(f"run/{run_id}")
    ]
    assert all(isinstance(event["id"], str) for event in events)
    first = received[0]
    assert (first["logGroup"], first["owner"], first["messageType"]) == (
        GROUP,
        ACCOUNT,
        "DATA_MESSAGE",
    )
    assert first["subscriptionFilters"] == ["all"]
    assert {d["logStream"].partition("/")[0] for d in received} == {"run", "manifest"}


@pytest.mark.our_choice("L38")
def test_a_subscription_receives_only_what_its_pattern_selects(
    start_run: StartRun, until_run: UntilRun, subscription: Subscription
) -> None:
    subscription.subscribe("Deprovisioning")
    run_id = start_run()["id"]
    until_run(run_id, "RUNNING")
    assert subscription.receive() == []
    until_run(run_id, "COMPLETED")
    (delivery,) = subscription.receive()
    assert delivery["logStream"] == f"run/{run_id}"
    kinds = [json.loads(event["message"])["logMessage"] for event in delivery["logEvents"]]
    assert kinds == ["STOPPING_RUN"]


@pytest.mark.our_choice("L38")
def test_a_destination_that_fails_is_logged_and_the_request_succeeds(
    client: MakeClient,
    start_run: StartRun,
    until_run: UntilRun,
    subscription: Subscription,
    caplog: pytest.LogCaptureFixture,
) -> None:
    subscription.subscribe("RUN_COMPLETED", name="completed")
    client("kinesis").delete_stream(StreamName="logs")
    run_id = start_run()["id"]
    with caplog.at_level(logging.WARNING):
        until_run(run_id, "COMPLETED")
    (record,) = [r for r in caplog.records if r.name.startswith("moto_omics_batch")]
    assert record.getMessage() == (
        f"Log events of run/{run_id} for the subscription filter completed was not delivered"
    )


@pytest.mark.our_choice("L38")
def test_subscriptions_are_served_before_the_event_of_the_same_status(
    client: MakeClient,
    start_run: StartRun,
    until_run: UntilRun,
    subscription: Subscription,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscription.subscribe("RUN_COMPLETED")
    queue = EventQueue(client, event_pattern("Run", detail={"status": ["COMPLETED"]}))
    events_before: list[int] = []
    send = KinesisBackend.send_log_event

    def count_and_send(self: KinesisBackend, *args: Any, **members: Any) -> None:
        events_before.append(len(queue.receive()))
        send(self, *args, **members)

    monkeypatch.setattr(KinesisBackend, "send_log_event", count_and_send)
    until_run(start_run()["id"], "COMPLETED")
    assert events_before == [0]
    assert len(queue.receive()) == 1


@pytest.mark.our_choice("L38")
def test_a_destination_can_call_health_omics(
    omics: Client,
    start_run: StartRun,
    until_run: UntilRun,
    subscription: Subscription,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscription.subscribe("RUNNING_WORKFLOW")
    put_record = Stream.put_record

    def cancel_and_put(self: Stream, *args: Any, **members: Any) -> Any:
        omics.cancel_run(id=run_id)
        return put_record(self, *args, **members)

    monkeypatch.setattr(Stream, "put_record", cancel_and_put)
    run_id = start_run()["id"]
    # GetRun returns the status that the run had before its log was delivered.
    until_run(run_id, "RUNNING")
    until_run(run_id, "CANCELLED")
