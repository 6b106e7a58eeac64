"""The events of a bus: their ids, the rules that match, the targets and what they receive."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.config import default_user_config
from moto.events.models import EventPattern, events_backends
from moto.moto_api._internal import mock_random

from moto_omics_batch.omics.integrations.eventbridge import Event, EventBus

from .conftest import ACCOUNT, OTHER_ACCOUNT, REGION, Client, MakeClient

TYPE = "RunBatch Status Change"
ARN = f"arn:aws:omics:{REGION}:{ACCOUNT}:runBatch/1"
NOW = datetime(2026, 11, 24, 8, 30, 1, 500)
DETAIL = {"arn": ARN, "status": "PENDING", "uuid": "8e1a", "batchName": 'a "b"', "totalRuns": "2"}
ROLE = f"arn:aws:iam::{ACCOUNT}:role/events"
HERE = f"{REGION}:{ACCOUNT}"
QUEUE = f"arn:aws:sqs:{HERE}:received"
OURS = {"source": ["aws.omics"]}
LOGGER = "moto_omics_batch.omics.integrations.eventbridge"


@pytest.fixture
def bus() -> EventBus:
    return EventBus(ACCOUNT, REGION)


def make(bus: EventBus, **detail: str) -> Event:
    return bus.event(TYPE, ARN, {**DETAIL, **detail}, NOW)


class Rule:
    """A rule with targets, and the queue ``received`` as its first target."""

    def __init__(self, client: MakeClient):
        self.events, self.sqs = client("events"), client("sqs")
        self.url = self.sqs.create_queue(QueueName="received")["QueueUrl"]
        self.put(OURS)
        self.target(QUEUE, Id="queue")

    def put(self, pattern: Any, name: str = "rule", **settings: Any) -> None:
        self.events.put_rule(Name=name, EventPattern=json.dumps(pattern), **settings)

    def target(self, arn: str, Id: str = "other", rule: str = "rule", **settings: Any) -> None:
        bus = {"EventBusName": settings.pop("EventBusName")} if "EventBusName" in settings else {}
        self.events.put_targets(Rule=rule, Targets=[{"Id": Id, "Arn": arn, **settings}], **bus)

    def received(self) -> list[Any]:
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


@pytest.fixture
def rule(client: MakeClient) -> Rule:
    return Rule(client)


# -- events --


def test_an_event_has_the_form_that_rules_receive(bus: EventBus) -> None:
    event = make(bus)
    assert UUID(event.pop("id"))
    assert event == {
        "version": "0",
        "detail-type": TYPE,
        "source": "aws.omics",
        "account": ACCOUNT,
        "time": "2026-11-24T08:30:01Z",
        "region": REGION,
        "resources": [ARN],
        "detail": DETAIL,
    }


def test_the_id_is_derived_from_the_event(bus: EventBus) -> None:
    first = make(bus)["id"]
    assert make(EventBus(ACCOUNT, REGION))["id"] == first
    others = [
        make(bus, status="FAILED"),
        make(bus, uuid="9f2b"),
        bus.event("Run Status Change", ARN, DETAIL, NOW),
        bus.event(TYPE, f"{ARN}2", DETAIL, NOW),
        bus.event(TYPE, ARN, DETAIL, NOW.replace(microsecond=501)),
        make(EventBus(OTHER_ACCOUNT, REGION)),
        make(EventBus(ACCOUNT, "eu-west-1")),
    ]
    assert len({first, *(event["id"] for event in others)}) == 8


def test_equal_events_of_one_time_have_different_ids(bus: EventBus) -> None:
    ids = [make(bus)["id"] for _ in range(3)]
    assert len(set(ids)) == 3
    again = EventBus(ACCOUNT, REGION)
    assert [make(again)["id"] for _ in range(3)] == ids


# -- rules --


def test_nothing_matches_and_no_backend_is_created_while_events_are_not_used(
    client: MakeClient, bus: EventBus
) -> None:
    assert not bus.matches(TYPE)
    bus.deliver(make(bus))
    assert dict(events_backends) == {}
    assert client("events").list_rules()["Rules"] == []
    assert not bus.matches(TYPE)


def test_a_rule_matches_by_everything_but_the_detail(rule: Rule, bus: EventBus) -> None:
    assert bus.matches(TYPE)
    for pattern, expected in [
        ({"detail": {"status": ["FAILED"]}, **OURS}, True),
        ({"resources": ["arn:other"]}, True),
        ({"detail-type": [TYPE], "account": [ACCOUNT], "region": [REGION]}, True),
        ({"source": [{"prefix": "aws."}]}, True),
        ({"detail-type": ["Run Status Change"]}, False),
        ({"source": ["aws.s3"]}, False),
        ({"region": ["eu-west-1"]}, False),
        ({"account": [OTHER_ACCOUNT]}, False),
    ]:
        rule.put(pattern)
        assert bus.matches(TYPE) is expected, pattern
    rule.put(OURS, State="DISABLED")
    assert not bus.matches(TYPE)
    rule.events.put_rule(Name="rule", ScheduleExpression="rate(1 day)")
    assert not bus.matches(TYPE)


def test_each_pattern_is_evaluated_once_for_a_type(rule: Rule, bus: EventBus) -> None:
    with patch.object(EventPattern, "matches_event", return_value=True) as evaluate:
        for _ in range(3):
            assert bus.matches(TYPE)
            assert bus.matches("Run Status Change")
    assert evaluate.call_count == 2


def test_disabled_rules_and_other_patterns_receive_nothing(rule: Rule, bus: EventBus) -> None:
    rule.put({"detail": {"status": ["FAILED"]}})
    bus.deliver(make(bus))
    assert rule.received() == []
    failed = make(bus, status="FAILED")
    bus.deliver(failed)
    assert rule.received() == [failed]
    rule.put(OURS, State="DISABLED")
    bus.deliver(make(bus))
    assert rule.received() == []


def test_a_pattern_that_moto_cannot_evaluate_is_logged(
    rule: Rule, bus: EventBus, caplog: pytest.LogCaptureFixture
) -> None:
    rule.put({"source": [{}]}, name="broken")
    assert bus.matches(TYPE)
    rule.events.disable_rule(Name="rule")
    assert not bus.matches(TYPE)
    rule.events.enable_rule(Name="rule")
    bus.deliver(make(bus))
    assert len(rule.received()) == 1
    told = {(r.name, r.levelno, r.getMessage()) for r in caplog.records if r.name == LOGGER}
    assert told == {(LOGGER, logging.WARNING, "EventBridge rule broken cannot be matched")}


# -- targets --


def test_a_fifo_queue_receives_events_in_its_message_group(rule: Rule, bus: EventBus) -> None:
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = rule.sqs.create_queue(QueueName="a.fifo", Attributes=attributes)["QueueUrl"]
    rule.target(f"arn:aws:sqs:{HERE}:a.fifo", SqsParameters={"MessageGroupId": "omics"})
    bus.deliver(make(bus))
    answer = rule.sqs.receive_message(QueueUrl=url, AttributeNames=["MessageGroupId"])
    (message,) = answer["Messages"]
    assert message["Attributes"]["MessageGroupId"] == "omics"


def test_a_topic_publishes_to_its_subscriptions(
    client: MakeClient, rule: Rule, bus: EventBus
) -> None:
    sns = client("sns")
    topic = sns.create_topic(Name="batches")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=QUEUE)
    rule.target(topic, Id="queue")
    event = make(bus)
    bus.deliver(event)
    (notification,) = rule.received()
    assert json.loads(notification["Message"]) == event


def test_a_function_is_invoked(
    client: MakeClient, rule: Rule, bus: EventBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def invoke(self: LambdaSimpleBackend, function_name: str, **arguments: Any) -> bytes:
        calls.append((function_name, json.loads(arguments["body"])))
        return b""

    monkeypatch.setattr(LambdaSimpleBackend, "invoke", invoke)
    function = f"arn:aws:lambda:{HERE}:function:watcher"
    rule.target(function)
    event = make(bus)
    with patch.dict(default_user_config, {"lambda": {"use_docker": False}}):
        bus.deliver(event)
    assert calls == [(function, event)]


def make_state_machine(client: MakeClient) -> tuple[str, Callable[[], list[Any]]]:
    """ARN of a state machine, and a function that lists its executions."""
    states = client("stepfunctions")
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    machine = states.create_state_machine(name="after", definition=definition, roleArn=ROLE)
    arn = str(machine["stateMachineArn"])
    return arn, lambda: states.list_executions(stateMachineArn=arn)["executions"]


def test_names_of_log_streams_and_executions_are_derived_and_nothing_is_drawn(
    client: MakeClient, rule: Rule, bus: EventBus
) -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="/events")
    machine, executions = make_state_machine(client)
    rule.events.remove_targets(Rule="rule", Ids=["queue"])
    rule.target(f"arn:aws:logs:{HERE}:log-group:/events:*", Id="log 1")
    rule.target(f"arn:aws:logs:{HERE}:log-group:/events", Id="log 2")
    rule.target(machine, Id="machine", RoleArn=ROLE)
    before = mock_random.getstate()
    event = make(bus)
    bus.deliver(event)
    assert mock_random.getstate() == before
    found = logs.filter_log_events(logGroupName="/events")["events"]
    assert [json.loads(entry["message"]) for entry in found] == [event] * 2
    (execution,) = executions()
    names = {execution["name"], *(entry["logStreamName"] for entry in found)}
    assert len(names) == 3
    assert all(UUID(name).version == 5 for name in names)


def test_another_event_starts_another_execution(
    client: MakeClient, rule: Rule, bus: EventBus
) -> None:
    machine, executions = make_state_machine(client)
    rule.target(machine, RoleArn=ROLE, Input='{"always": "the same"}')
    bus.deliver(make(bus))
    bus.deliver(make(bus))
    assert len({execution["name"] for execution in executions()}) == 2


def make_bus(client: MakeClient, name: str, region: str = REGION) -> tuple[Client, str]:
    """Events client and ARN of a new bus."""
    events = client("events", region)
    return events, str(events.create_event_bus(Name=name)["EventBusArn"])


def test_an_event_is_forwarded_to_another_bus_once(
    client: MakeClient, rule: Rule, bus: EventBus
) -> None:
    _, lab = make_bus(client, "lab")
    _, office = make_bus(client, "office")
    rule.put(OURS, name="on", EventBusName="lab")
    rule.put(OURS, name="off", EventBusName="office")
    rule.target(office, rule="on", EventBusName="lab")
    rule.target(QUEUE, rule="off", EventBusName="office")
    rule.target(lab, Id="queue")
    bus.deliver(make(bus))
    assert rule.received() == []
    rule.target(QUEUE, rule="on", EventBusName="lab")
    event = make(bus)
    bus.deliver(event)
    assert rule.received() == [event]


def test_an_event_that_reaches_a_log_group_by_two_routes_is_logged_twice(
    client: MakeClient, rule: Rule, bus: EventBus
) -> None:
    events, lab = make_bus(client, "lab", "eu-west-1")
    logs = client("logs", "eu-west-1")
    logs.create_log_group(logGroupName="/lab")
    events.put_rule(Name="in", EventPattern=json.dumps(OURS), EventBusName="lab")
    group = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/lab"
    events.put_targets(Rule="in", EventBusName="lab", Targets=[{"Id": "log", "Arn": group}])
    for route in ("queue", "other"):
        rule.target(lab, Id=route, RoleArn=ROLE)
    event = make(bus)
    bus.deliver(event)
    found = logs.filter_log_events(logGroupName="/lab")["events"]
    assert [json.loads(entry["message"]) for entry in found] == [event] * 2


BROKEN: list[dict[str, Any]] = [
    {"Arn": f"arn:aws:sqs:{HERE}:gone"},
    {"Arn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:gone"},
    {"Arn": f"arn:aws:sns:{HERE}:gone"},
    {"Arn": f"arn:aws:logs:{HERE}:log-group:/gone"},
    {"Arn": f"arn:aws:states:{HERE}:stateMachine:gone"},
    {"Arn": f"arn:aws:events:{HERE}:event-bus/gone"},
    {"Arn": f"arn:aws:kinesis:{HERE}:stream/gone"},
    {"Arn": "arn:aws:sqs"},
    {"Arn": QUEUE, "InputPath": "$.nothing"},
    {"Arn": QUEUE, "InputPath": "$["},
]


def test_a_broken_target_is_logged_and_the_others_are_served(
    rule: Rule, bus: EventBus, caplog: pytest.LogCaptureFixture
) -> None:
    targets = [{"Id": f"{n}", **broken} for n, broken in enumerate(BROKEN)]
    rule.events.put_targets(Rule="rule", Targets=targets)
    rule.target(QUEUE, Id="last")
    event = make(bus)
    bus.deliver(event)
    assert rule.received() == [event] * 2
    logged = [record for record in caplog.records if record.name == LOGGER]
    assert [record.levelno for record in logged] == [logging.WARNING] * len(BROKEN)
    for record, target in zip(logged, targets, strict=True):
        assert record.getMessage() == f"EventBridge target {target} of rule failed"


# -- input of targets --

PATHS = {"status": "$.detail.status", "name": "$.detail.batchName", "none": "$.detail.nothing"}
RULE_ARN = f"arn:aws:events:{HERE}:rule/rule"

#: Template → what the target receives.
TEMPLATES: dict[str, Any] = {
    '"Batch <name> is <status>."': 'Batch a "b" is PENDING.',
    '{"s": <status>, "quoted": "<status>"}': {"s": "PENDING", "quoted": "PENDING"},
    '{"say": "\\"<name>\\" is <status>"}': {"say": '"a "b"" is PENDING'},
    '{"none": <none>, "text": "<none>."}': {"none": "", "text": "."},
    '{"unknown": "<what>"}': {"unknown": "<what>"},
    '{"rule": <aws.events.rule-name>, "arn": <aws.events.rule-arn>}': {
        "rule": "rule",
        "arn": RULE_ARN,
    },
    '{"at": <aws.events.event.ingestion-time>}': {"at": "2026-11-24T08:30:01Z"},
}


def test_an_input_transformer_fills_in_its_template(rule: Rule, bus: EventBus) -> None:
    for template, expected in TEMPLATES.items():
        transformer = {"InputPathsMap": PATHS, "InputTemplate": template}
        rule.target(QUEUE, Id="queue", InputTransformer=transformer)
        bus.deliver(make(bus))
        assert rule.received() == [expected], template


def test_an_input_transformer_knows_the_whole_event(rule: Rule, bus: EventBus) -> None:
    template = '{"all": <aws.events.event.json>, "head": <aws.events.event>}'
    rule.target(QUEUE, Id="queue", InputTransformer={"InputTemplate": template})
    event = make(bus)
    bus.deliver(event)
    head = {name: value for name, value in event.items() if name != "detail"}
    assert rule.received() == [{"all": event, "head": head}]


def test_input_and_input_path(rule: Rule, bus: EventBus) -> None:
    rule.target(QUEUE, Id="queue", Input='{"fixed": true}')
    rule.target(QUEUE, Id="path", InputPath="$.detail-type")
    bus.deliver(make(bus))
    assert rule.received() == [{"fixed": True}, TYPE]
