"""Where events go: the targets of rules, what each of them gets, and what a broken one does."""

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
RULE_ARN = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/heard"
LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:watcher"


@pytest.fixture
def listener(client: MakeClient) -> EventQueue:
    """A rule on batch events, with a queue."""
    return EventQueue(client, event_pattern("RunBatch"))


# -- kinds of targets --


@pytest.mark.documented("B95")
def test_a_fifo_queue_gets_events_in_its_message_group(
    client: MakeClient, start_batch: StartBatch, until: Until, listener: EventQueue
) -> None:
    sqs = client("sqs")
    url, arn = create_queue(sqs, "batches.fifo", FifoQueue="true", ContentBasedDeduplication="true")
    listener.put_target(arn, SqsParameters={"MessageGroupId": "omics"})
    until(start_batch(), "PROCESSED")
    seen = []
    while got := sqs.receive_message(QueueUrl=url, AttributeNames=["MessageGroupId"]).get(
        "Messages"
    ):
        (message,) = got
        seen.append(json.loads(message["Body"])["detail"]["status"])
        assert message["Attributes"]["MessageGroupId"] == "omics"
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert seen == STATUSES


@pytest.mark.documented("B95")
@pytest.mark.parametrize("name", ["/aws/events/omics", "omics"])
@pytest.mark.parametrize("end", ["", ":*"])
def test_a_log_group_gets_events(
    client: MakeClient, start_batch: StartBatch, listener: EventQueue, name: str, end: str
) -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName=name)
    listener.put_target(f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}{end}")
    start_batch()
    found = logs.filter_log_events(logGroupName=name)["events"]
    assert [json.loads(event["message"]) for event in found] == listener.receive()
    assert len(found) == 1


@pytest.mark.documented("B95")
def test_a_topic_hands_events_on_to_its_queues(
    client: MakeClient, start_batch: StartBatch, until: Until, listener: EventQueue
) -> None:
    sns, sqs = client("sns"), client("sqs")
    topic = sns.create_topic(Name="batches")["TopicArn"]
    url, arn = create_queue(sqs, "subscribed")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    listener.put_target(topic)
    until(start_batch(), "PROCESSED")
    got = [json.loads(notification["Message"]) for notification in receive_messages(sqs, url)]
    assert got == listener.receive()
    assert [event["detail"]["status"] for event in got] == STATUSES


Invoked = list[tuple[str, Any]]


@pytest.fixture
def invoked(aws: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """moto's Lambda without Docker runs no code; what it was invoked with."""
    calls: Invoked = []
    invoke = LambdaSimpleBackend.invoke

    def recorded(self: LambdaSimpleBackend, function_name: str, *args: Any, **named: Any) -> Any:
        calls.append((function_name, json.loads(named["body"])))
        return invoke(self, function_name, *args, **named)

    monkeypatch.setattr(LambdaSimpleBackend, "invoke", recorded)
    with patch.dict(default_user_config, {"lambda": {"use_docker": False}}):
        yield calls


@pytest.mark.documented("B95")
def test_a_lambda_function_is_invoked_with_the_event(
    start_batch: StartBatch, listener: EventQueue, invoked: Invoked
) -> None:
    listener.put_target(LAMBDA)
    start_batch()
    (event,) = listener.receive()
    assert invoked == [(LAMBDA, event)]


@pytest.mark.documented("B95")
def test_a_state_machine_is_started_with_the_event(
    client: MakeClient, start_batch: StartBatch, listener: EventQueue
) -> None:
    sfn = client("stepfunctions")
    states = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    machine = sfn.create_state_machine(name="after", definition=json.dumps(states), roleArn=ROLE)
    listener.put_target(machine["stateMachineArn"], RoleArn=ROLE)
    start_batch()
    (event,) = listener.receive()
    listed = sfn.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
    (execution,) = listed
    told = sfn.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(told["input"]) == event


@pytest.mark.documented("B95")
@pytest.mark.parametrize("region", [REGION, "eu-west-1"])
def test_another_bus_gets_the_event_as_it_was(
    client: MakeClient, start_batch: StartBatch, listener: EventQueue, region: str
) -> None:
    def there(service: str, **config: Any) -> Client:
        return client(service, region, **config)

    bus = there("events").create_event_bus(Name="lab")["EventBusArn"]
    lab = EventQueue(there, event_pattern("RunBatch"), name="lab", EventBusName="lab")
    listener.put_target(bus, RoleArn=ROLE)
    start_batch()
    (event,) = listener.receive()
    assert event["region"] == REGION
    assert lab.receive() == [event]


@pytest.mark.our_choice("B95")
def test_an_event_is_forwarded_once_and_not_in_circles(
    client: MakeClient, start_batch: StartBatch, listener: EventQueue
) -> None:
    events = client("events")
    for name in ("lab", "office"):
        events.create_event_bus(Name=name)
    prefix = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/"
    lab = EventQueue(client, name="lab", EventBusName="lab")
    office = EventQueue(client, name="office", EventBusName="office")
    listener.put_target(f"{prefix}lab")
    lab.put_target(f"{prefix}office", Id="on")
    lab.put_target(f"{prefix}default", Id="back")
    start_batch()
    assert len(listener.receive()) == len(lab.receive()) == 1
    assert office.receive() == []


# -- what a target gets --

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
        {"rule": "heard", "arn": RULE_ARN},
    ),
]


@pytest.mark.documented("B95")
@pytest.mark.parametrize(("template", "paths", "expected"), TEMPLATES, ids=lambda v: str(v)[:40])
def test_an_input_transformer_fills_its_template(
    start_batch: StartBatch,
    listener: EventQueue,
    template: str,
    paths: dict[str, str],
    expected: Any,
) -> None:
    fixed = {
        "status": "$.detail.status",
        "name": "$.detail.batchName",
        "runs": "$.detail.totalRuns",
    }
    listener.put_target(
        listener.arn,
        Id="queue",
        InputTransformer={"InputPathsMap": {**fixed, **paths}, "InputTemplate": template},
    )
    batch_id = start_batch(["s1"], batchName='a "b"')
    arn = f"arn:aws:omics:{REGION}:{ACCOUNT}:runBatch/{batch_id}"
    assert listener.receive() == [expected or {"arns": [arn], "first": arn}]


@pytest.mark.documented("B95")
def test_an_input_transformer_knows_the_whole_event(
    client: MakeClient, start_batch: StartBatch, listener: EventQueue
) -> None:
    plain = EventQueue(client, event_pattern("RunBatch"), name="plain")
    template = (
        '{"all": <aws.events.event.json>, "head": <aws.events.event>,'
        ' "at": <aws.events.event.ingestion-time>}'
    )
    listener.put_target(listener.arn, Id="queue", InputTransformer={"InputTemplate": template})
    start_batch()
    (event,), (got,) = plain.receive(), listener.receive()
    head = {name: value for name, value in event.items() if name != "detail"}
    assert got == {"all": event, "head": head, "at": event["time"]}


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
def test_input_and_input_path_say_what_a_target_gets(
    start_batch: StartBatch, listener: EventQueue, settings: dict[str, str], expected: Any
) -> None:
    listener.put_target(listener.arn, Id="queue", **settings)
    start_batch()
    assert listener.receive() == [expected]


# -- targets that are missing, break, or call back --

HERE = f"{REGION}:{ACCOUNT}"
BROKEN: dict[str, dict[str, Any]] = {
    "queue": {"Arn": f"arn:aws:sqs:{HERE}:gone"},
    "queue abroad": {"Arn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:gone"},
    "FIFO queue that cannot tell repeats": {
        "Arn": f"arn:aws:sqs:{HERE}:ordered.fifo",
        "SqsParameters": {"MessageGroupId": "omics"},
    },
    "topic": {"Arn": f"arn:aws:sns:{HERE}:gone"},
    "log group": {"Arn": f"arn:aws:logs:{HERE}:log-group:/gone"},
    "function": {"Arn": f"arn:aws:lambda:{HERE}:function:gone"},
    "state machine": {"Arn": f"arn:aws:states:{HERE}:stateMachine:gone"},
    "bus": {"Arn": f"arn:aws:events:{HERE}:event-bus/gone"},
    "bus abroad": {"Arn": f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/gone"},
    "API destination": {"Arn": f"arn:aws:events:{HERE}:api-destination/gone/1"},
    "stream": {"Arn": f"arn:aws:kinesis:{HERE}:stream/gone"},
    "half an ARN": {"Arn": "arn:aws:sqs"},
    "path to nothing": {"Arn": f"arn:aws:sqs:{HERE}:heard", "InputPath": "$.nothing"},
    "no path": {"Arn": f"arn:aws:sqs:{HERE}:heard", "InputPath": "$["},
}


@pytest.mark.our_choice("B95")
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_target_is_logged_and_disturbs_nobody(
    client: MakeClient,
    start_batch: StartBatch,
    until: Until,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    broken: dict[str, Any],
) -> None:
    sqs, events = client("sqs"), client("events")
    create_queue(sqs, "ordered.fifo", FifoQueue="true")
    url, arn = create_queue(sqs)
    events.put_rule(Name="both", EventPattern=json.dumps(event_pattern("RunBatch")))
    targets = [{"Id": "broken", **broken}, {"Id": "good", "Arn": arn}]
    events.put_targets(Rule="both", Targets=targets)
    assert until(start_batch(), "PROCESSED")["runSummary"]["completedRunCount"] == 2
    assert [event["detail"]["status"] for event in receive_messages(sqs, url)] == STATUSES
    told = [r for r in caplog.records if r.name.startswith("moto_omics_batch")]
    assert [record.levelno for record in told] == [logging.WARNING] * len(STATUSES)
    assert all(broken["Arn"] in record.getMessage() for record in told)
    assert capfd.readouterr() == ("", "")


@pytest.mark.our_choice("B95")
def test_a_script_without_logging_sees_nothing_of_a_broken_target(
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
def test_a_target_may_call_omics_at_once_and_from_a_thread_of_its_own(
    client: MakeClient,
    omics: Client,
    start_batch: StartBatch,
    listener: EventQueue,
    invoked: Invoked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str] = []

    def look(batch_id: str) -> None:
        seen.append(omics.get_batch(batchId=batch_id)["status"])

    def watch(self: LambdaSimpleBackend, *args: Any, body: str, **named: Any) -> bytes:
        detail = json.loads(body)["detail"]
        if detail["status"] == "CREATING":
            look(detail["batchId"])
            other = Thread(target=look, args=(detail["batchId"],), daemon=True)
            other.start()
            other.join(timeout=20)
            assert not other.is_alive(), "the backend is locked while it delivers"
        return b""

    monkeypatch.setattr(LambdaSimpleBackend, "invoke", watch)
    listener.put_target(LAMBDA)
    start_batch()
    assert seen == ["PENDING", "SUBMITTING"]
    assert sorted(listener.receive_statuses()) == ["CREATING", "PENDING", "SUBMITTING"]


@pytest.mark.our_choice("B95")
def test_calls_from_many_threads_are_all_told_once(
    client: MakeClient, omics: Client, start_batch: StartBatch, listener: EventQueue
) -> None:
    ids = [start_batch(["s1"]) for _ in range(4)]
    listener.receive()

    def finish(batch_id: str) -> None:
        for _ in range(7):
            omics.get_batch(batchId=batch_id)

    threads = [Thread(target=finish, args=(batch_id,)) for batch_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    heard = [event["detail"] for event in listener.receive()]
    for batch_id in ids:
        mine = [detail["status"] for detail in heard if detail["batchId"] == batch_id]
        assert mine == STATUSES[1:]
