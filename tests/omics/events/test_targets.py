"""Targets of EventBridge rules: types, input, and invalid targets."""

from __future__ import annotations

import json
import logging
from threading import Thread
from typing import Any
from unittest.mock import patch

import pytest
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import default_user_config

from conftest import ACCOUNT, REGION, ROLE, Client, MakeClient, StartBatch, Until
from tests.omics.event_queue import EventQueue, create_queue, event_pattern, receive_messages

STATUSES = ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]
RULE_ARN = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/events"
LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:watcher"


@pytest.fixture
def queue(client: MakeClient) -> EventQueue:
    """A rule for batch events with a queue."""
    return EventQueue(client, event_pattern("RunBatch"))


# -- types of targets --


@pytest.mark.documented("B95")
def test_fifo_queue_receives_events_in_its_message_group(
    client: MakeClient, start_batch: StartBatch, until: Until, queue: EventQueue
) -> None:
    sqs = client("sqs")
    url, arn = create_queue(sqs, "batches.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    queue.put_target(arn, SqsParameters={"MessageGroupId": "omics"})
    until(start_batch(), "PROCESSED")
    statuses = []
    while received := sqs.receive_message(QueueUrl=url, AttributeNames=["MessageGroupId"]).get(
        "Messages"
    ):
        (message,) = received
        statuses.append(json.loads(message["Body"])["detail"]["status"])
        assert message["Attributes"]["MessageGroupId"] == "omics"
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert statuses == STATUSES


@pytest.mark.documented("B95")
@pytest.mark.parametrize("name", ["/aws/events/omics", "omics"])
@pytest.mark.parametrize("suffix", ["", ":*"])
def test_log_group_receives_events(
    client: MakeClient, start_batch: StartBatch, queue: EventQueue, name: str, suffix: str
) -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName=name)
    queue.put_target(f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}{suffix}")
    start_batch()
    found = logs.filter_log_events(logGroupName=name)["events"]
    assert [json.loads(event["message"]) for event in found] == queue.receive()
    assert len(found) == 1


@pytest.mark.documented("B95")
def test_topic_forwards_events_to_its_subscriptions(
    client: MakeClient, start_batch: StartBatch, until: Until, queue: EventQueue
) -> None:
    sns, sqs = client("sns"), client("sqs")
    topic = sns.create_topic(Name="batches")["TopicArn"]
    url, arn = create_queue(sqs, "subscribed")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    queue.put_target(topic)
    until(start_batch(), "PROCESSED")
    received = [json.loads(notification["Message"]) for notification in receive_messages(sqs, url)]
    assert received == queue.receive()
    assert [event["detail"]["status"] for event in received] == STATUSES


Invoked = list[tuple[str, Any]]


@pytest.fixture
def invoked(aws: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """(function ARN, event) of each invocation; moto's Lambda without Docker runs no code."""
    calls: Invoked = []
    invoke = LambdaSimpleBackend.invoke

    def recorded(self: LambdaSimpleBackend, function_name: str, *args: Any, **named: Any) -> Any:
        calls.append((function_name, json.loads(named["body"])))
        return invoke(self, function_name, *args, **named)

    monkeypatch.setattr(LambdaSimpleBackend, "invoke", recorded)
    with patch.dict(default_user_config, {"lambda": {"use_docker": False}}):
        yield calls


@pytest.mark.documented("B95")
def test_lambda_function_is_invoked_with_the_event(
    start_batch: StartBatch, queue: EventQueue, invoked: Invoked
) -> None:
    queue.put_target(LAMBDA)
    start_batch()
    (event,) = queue.receive()
    assert invoked == [(LAMBDA, event)]


@pytest.mark.documented("B95")
def test_state_machine_is_started_with_the_event(
    client: MakeClient, start_batch: StartBatch, queue: EventQueue
) -> None:
    sfn = client("stepfunctions")
    states = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    machine = sfn.create_state_machine(name="after", definition=json.dumps(states), roleArn=ROLE)
    queue.put_target(machine["stateMachineArn"], RoleArn=ROLE)
    start_batch()
    (event,) = queue.receive()
    listed = sfn.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    (execution,) = listed
    described = sfn.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"]) == event


@pytest.mark.documented("B95")
@pytest.mark.parametrize("region", [REGION, "eu-west-1"])
def test_another_bus_receives_the_unchanged_event(
    client: MakeClient, start_batch: StartBatch, queue: EventQueue, region: str
) -> None:
    def in_region(service: str, **config: Any) -> Client:
        return client(service, region, **config)

    bus = in_region("events").create_event_bus(Name="lab")["EventBusArn"]
    lab = EventQueue(in_region, event_pattern("RunBatch"), name="lab", EventBusName="lab")
    queue.put_target(bus, RoleArn=ROLE)
    start_batch()
    (event,) = queue.receive()
    assert event["region"] == REGION
    assert lab.receive() == [event]


@pytest.mark.our_choice("B95")
def test_event_is_forwarded_to_one_bus_only(
    client: MakeClient, start_batch: StartBatch, queue: EventQueue
) -> None:
    eventbridge = client("events")
    for name in ("lab", "office"):
        eventbridge.create_event_bus(Name=name)
    prefix = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/"
    lab = EventQueue(client, name="lab", EventBusName="lab")
    office = EventQueue(client, name="office", EventBusName="office")
    queue.put_target(f"{prefix}lab")
    lab.put_target(f"{prefix}office", Id="on")
    lab.put_target(f"{prefix}default", Id="back")
    start_batch()
    assert len(queue.receive()) == len(lab.receive()) == 1
    assert office.receive() == []


# -- input --

TEMPLATES: list[tuple[str, dict[str, str], Any]] = [
    ('"Batch <name> is <status>."', {}, 'Batch a "b" is CREATING.'),
    (
        '{"s": <status>, "quoted": "<status>", "runs": <runs>}',
        {},
        {"s": "CREATING", "quoted": "CREATING", "runs": "1"},
    ),
    ('{"say": "\\"<name>\\" is <status>"}', {}, {"say": '"a "b"" is CREATING'}),
    ('{"arns": <arns>, "first": <arn>}', {"arns": "$.resources", "arn": "$.resources[0]"}, None),
    (
        '{"none": <none>, "text": "<none>."}',
        {"none": "$.detail.nothing"},
        {"none": "", "text": "."},
    ),
    ('{"unknown": "<what>"}', {}, {"unknown": "<what>"}),
    ('{\n  "kind": <kind>\n}', {"kind": "$.detail-type"}, {"kind": "RunBatch Status Change"}),
    (
        '{"rule": <aws.events.rule-name>, "arn": <aws.events.rule-arn>}',
        {},
        {"rule": "events", "arn": RULE_ARN},
    ),
]


@pytest.mark.documented("B95")
@pytest.mark.parametrize(("template", "paths", "expected"), TEMPLATES, ids=lambda v: str(v)[:40])
def test_input_transformer_fills_its_template(
    start_batch: StartBatch,
    queue: EventQueue,
    template: str,
    paths: dict[str, str],
    expected: Any,
) -> None:
    fixed = {
        "status": "$.detail.status",
        "name": "$.detail.batchName",
        "runs": "$.detail.totalRuns",
    }
    queue.put_target(
        queue.arn,
        Id="queue",
        InputTransformer={"InputPathsMap": {**fixed, **paths}, "InputTemplate": template},
    )
    batch_id = start_batch(["s1"], batchName='a "b"')
    arn = f"arn:aws:omics:{REGION}:{ACCOUNT}:runBatch/{batch_id}"
    assert queue.receive() == [expected or {"arns": [arn], "first": arn}]


@pytest.mark.documented("B95")
def test_input_transformer_supports_the_predefined_variables(
    client: MakeClient, start_batch: StartBatch, queue: EventQueue
) -> None:
    plain = EventQueue(client, event_pattern("RunBatch"), name="plain")
    template = (
        '{"all": <aws.events.event.json>, "head": <aws.events.event>,'
        ' "at": <aws.events.event.ingestion-time>}'
    )
    queue.put_target(queue.arn, Id="queue", InputTransformer={"InputTemplate": template})
    start_batch()
    (event,), (received,) = plain.receive(), queue.receive()
    head = {name: value for name, value in event.items() if name != "detail"}
    assert received == {"all": event, "head": head, "at": event["time"]}


@pytest.mark.documented("B95")
@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"Input": '{"fixed": true}'}, {"fixed": True}),
        ({"InputPath": "$.detail.status"}, "CREATING"),
        ({"InputPath": "$.detail-type"}, "RunBatch Status Change"),
    ],
    ids=["Input", "detail", "detail-type"],
)
def test_input_and_input_path_select_the_input(
    start_batch: StartBatch, queue: EventQueue, settings: dict[str, str], expected: Any
) -> None:
    queue.put_target(queue.arn, Id="queue", **settings)
    start_batch()
    assert queue.receive() == [expected]


# -- invalid targets and targets that call HealthOmics --

LOCATION = f"{REGION}:{ACCOUNT}"
INVALID_TARGETS: dict[str, dict[str, Any]] = {
    "queue": {"Arn": f"arn:aws:sqs:{LOCATION}:gone"},
    "queue in another region": {"Arn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:gone"},
    "FIFO queue without deduplication": {
        "Arn": f"arn:aws:sqs:{LOCATION}:ordered.fifo",
        "SqsParameters": {"MessageGroupId": "omics"},
    },
    "topic": {"Arn": f"arn:aws:sns:{LOCATION}:gone"},
    "log group": {"Arn": f"arn:aws:logs:{LOCATION}:log-group:/gone"},
    "function": {"Arn": f"arn:aws:lambda:{LOCATION}:function:gone"},
    "state machine": {"Arn": f"arn:aws:states:{LOCATION}:stateMachine:gone"},
    "bus": {"Arn": f"arn:aws:events:{LOCATION}:event-bus/gone"},
    "bus in another region": {"Arn": f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/gone"},
    "API destination": {"Arn": f"arn:aws:events:{LOCATION}:api-destination/gone/1"},
    "stream": {"Arn": f"arn:aws:kinesis:{LOCATION}:stream/gone"},
    "truncated ARN": {"Arn": "arn:aws:sqs"},
    "InputPath without a match": {
        "Arn": f"arn:aws:sqs:{LOCATION}:events",
        "InputPath": "$.nothing",
    },
    "invalid InputPath": {"Arn": f"arn:aws:sqs:{LOCATION}:events", "InputPath": "$["},
}


@pytest.mark.our_choice("B95")
@pytest.mark.parametrize("invalid_target", INVALID_TARGETS.values(), ids=INVALID_TARGETS)
def test_invalid_target_is_logged_and_ignored(
    client: MakeClient,
    start_batch: StartBatch,
    until: Until,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    invalid_target: dict[str, Any],
) -> None:
    sqs, eventbridge = client("sqs"), client("events")
    create_queue(sqs, "ordered.fifo", FifoQueue="true")
    url, arn = create_queue(sqs)
    eventbridge.put_rule(Name="both", EventPattern=json.dumps(event_pattern("RunBatch")))
    targets = [{"Id": "broken", **invalid_target}, {"Id": "good", "Arn": arn}]
    eventbridge.put_targets(Rule="both", Targets=targets)
    assert until(start_batch(), "PROCESSED")["runSummary"]["completedRunCount"] == 2
    assert [event["detail"]["status"] for event in receive_messages(sqs, url)] == STATUSES
    records = [r for r in caplog.records if r.name.startswith("moto_omics_batch")]
    assert [record.levelno for record in records] == [logging.WARNING] * len(STATUSES)
    assert all(invalid_target["Arn"] in record.getMessage() for record in records)
    assert capfd.readouterr() == ("", "")


@pytest.mark.our_choice("B95")
def test_invalid_target_writes_nothing_without_logging(
    pytester: pytest.Pytester,
) -> None:
    script = pytester.makepyfile(f"""
        import json, boto3, moto_omics_batch
        from moto import mock_aws

        with mock_aws():
            events = boto3.client("events", region_name="us-east-1")
            events.put_rule(Name="all", EventPattern=json.dumps({{"source": ["aws.omics"]}}))
            events.put_targets(Rule="all", Targets=[{{"Id": "gone", "Arn": "{LAMBDA}"}}])
            omics = boto3.client("omics", region_name="us-east-1")
            workflow = omics.create_workflow(name="a", definitionUri="s3://workflows/a.zip")
            print(omics.get_workflow(id=workflow["id"])["status"])
    """)
    result = pytester.runpython(script)
    assert (result.outlines, result.errlines) == (["ACTIVE"], [])


@pytest.mark.our_choice("B95")
def test_target_may_call_omics_from_the_same_and_another_thread(
    client: MakeClient,
    omics: Client,
    start_batch: StartBatch,
    queue: EventQueue,
    invoked: Invoked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    statuses: list[str] = []

    def describe(batch_id: str) -> None:
        statuses.append(omics.get_batch(batchId=batch_id)["status"])

    def call_back(self: LambdaSimpleBackend, *args: Any, body: str, **named: Any) -> bytes:
        detail = json.loads(body)["detail"]
        if detail["status"] == "CREATING":
            describe(detail["batchId"])
            other = Thread(target=describe, args=(detail["batchId"],), daemon=True)
            other.start()
            other.join(timeout=20)
            assert not other.is_alive(), "the backend is locked while it delivers"
        return b""

    monkeypatch.setattr(LambdaSimpleBackend, "invoke", call_back)
    queue.put_target(LAMBDA)
    start_batch()
    assert statuses == ["PENDING", "SUBMITTING"]
    assert sorted(queue.receive_statuses()) == ["CREATING", "PENDING", "SUBMITTING"]


@pytest.mark.our_choice("B95")
def test_events_of_concurrent_requests_are_sent_once(
    client: MakeClient, omics: Client, start_batch: StartBatch, queue: EventQueue
) -> None:
    ids = [start_batch(["s1"]) for _ in range(4)]
    queue.receive()

    def finish(batch_id: str) -> None:
        for _ in range(7):
            omics.get_batch(batchId=batch_id)

    threads = [Thread(target=finish, args=(batch_id,)) for batch_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    events = [event["detail"] for event in queue.receive()]
    for batch_id in ids:
        statuses = [detail["status"] for detail in events if detail["batchId"] == batch_id]
        assert statuses == STATUSES[1:]
