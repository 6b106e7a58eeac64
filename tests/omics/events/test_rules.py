"""Which rules of EventBridge hear of HealthOmics, and that nothing is built for nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.events.models import events_backends

from conftest import REGION, ROLE, Client, MakeClient, StartBatch, Until, definition
from moto_omics_batch import faults
from tests.omics.event_queue import (
    OMICS_EVENTS,
    EventQueue,
    create_queue,
    event_pattern,
    receive_messages,
)
from tests.omics.helpers import StartRun, UntilRun, observe_built_events

Built = list[str]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Built:
    """The detail types of all events that were built, in order."""
    return observe_built_events(monkeypatch)


# -- patterns --

LIFE = ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]


@pytest.mark.documented("B95")
@pytest.mark.parametrize(
    ("detail", "heard"),
    [
        ({"status": ["FAILED", "PROCESSED"]}, ["PROCESSED"]),
        ({"status": [{"anything-but": ["CREATING", "PENDING"]}]}, LIFE[2:]),
        ({"status": [{"anything-but": {"prefix": "P"}}]}, ["CREATING", "SUBMITTING", "INPROGRESS"]),
        ({"status": [{"prefix": "P"}]}, ["PENDING", "PROCESSED"]),
        ({"batchName": [{"prefix": "giab-"}], "status": ["PENDING"]}, ["PENDING"]),
        ({"batchName": [{"prefix": "other-"}]}, []),
        ({"failureReason": [{"exists": True}]}, []),
        ({"status": ["PROCESSED"], "completedRunCount": ["2"]}, ["PROCESSED"]),
        ({"completedRunCount": [2]}, []),
        (
            {"$or": [{"status": ["PENDING"]}, {"completedRunCount": ["2"]}]},
            ["PENDING", "PROCESSED"],
        ),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_a_pattern_filters_by_the_detail(
    client: MakeClient,
    start_batch: StartBatch,
    until: Until,
    detail: dict[str, Any],
    heard: list[str],
) -> None:
    listener = EventQueue(client, event_pattern("RunBatch", detail=detail))
    until(start_batch(batchName="giab-trio"), "PROCESSED")
    assert listener.receive_statuses() == heard


@pytest.mark.documented("B95")
@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ({"detail-type": [{"prefix": "RunBatch"}]}, 5),
        ({"detail-type": [{"anything-but": "RunBatch Status Change"}], **OMICS_EVENTS}, 11),
        ({"source": [{"prefix": "aws."}], "detail-type": ["Run Status Change"]}, 5),
        ({"account": [DEFAULT_ACCOUNT_ID], "region": [REGION]}, 16),
        ({"$or": [{"source": ["aws.s3"]}, {"detail-type": ["Task Status Change"]}]}, 5),
        ({"resources": [{"prefix": f"arn:aws:omics:{REGION}:{DEFAULT_ACCOUNT_ID}:run/"}]}, 5),
        ({"account": ["111122223333"]}, 0),
        ({"region": ["eu-west-1"]}, 0),
        ({"source": ["aws.s3"]}, 0),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_a_pattern_filters_by_the_envelope(
    client: MakeClient,
    start_batch: StartBatch,
    until: Until,
    pattern: dict[str, Any],
    count: int,
) -> None:
    listener = EventQueue(client, pattern)
    until(start_batch(["s1"]), "PROCESSED")
    assert len(listener.receive()) == count


@pytest.mark.our_choice("B95")
@pytest.mark.parametrize(
    "broken",
    [{"source": [{"prefix": 5}]}, {"source": [{}]}, {**OMICS_EVENTS, "detail": {"status": [{}]}}],
    ids=json.dumps,
)
def test_a_pattern_that_cannot_be_matched_disturbs_nobody(
    client: MakeClient,
    start_batch: StartBatch,
    broken: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    client("events").put_rule(Name="broken", EventPattern=json.dumps(broken))
    listener = EventQueue(client, event_pattern("RunBatch"))
    start_batch(["s1"])
    assert listener.receive_statuses() == ["CREATING"]
    assert "EventBridge rule broken cannot be matched" in caplog.text


# -- rules that hear nothing --


@pytest.mark.documented("B95")
def test_a_rule_on_another_bus_hears_nothing(client: MakeClient, start_batch: StartBatch) -> None:
    client("events").create_event_bus(Name="lab")
    listener = EventQueue(client, EventBusName="lab")
    start_batch()
    assert listener.receive() == []


@pytest.mark.documented("B95")
def test_a_rule_hears_its_own_region_only(client: MakeClient, start_batch: StartBatch) -> None:
    def there(service: str, **config: Any) -> Client:
        return client(service, "eu-west-1", **config)

    here, abroad = (
        EventQueue(client, event_pattern("RunBatch")),
        EventQueue(there, event_pattern("RunBatch")),
    )
    start_batch()
    assert (here.receive_statuses(), abroad.receive_statuses()) == (["CREATING"], [])
    workflow_id = there("omics").create_workflow(name="a", definitionZip=definition())["id"]
    there("omics").start_run_batch(
        defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://out"},
        batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}]},
    )
    (event,) = abroad.receive()
    assert event["region"] == "eu-west-1"
    assert event["detail"]["arn"].split(":")[3] == "eu-west-1"
    assert here.receive() == []


@pytest.mark.documented("B95")
def test_a_rule_hears_its_own_account_only(
    client: MakeClient, server: str | None, start_batch: StartBatch
) -> None:
    role = "arn:aws:iam::111122223333:role/other"
    keys = client("sts").assume_role(RoleArn=role, RoleSessionName="other")["Credentials"]

    def other(service: str) -> Client:
        return boto3.client(  # type: ignore[call-overload]
            service,
            region_name=REGION,
            endpoint_url=server,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    mine, theirs = (
        EventQueue(client, event_pattern("RunBatch")),
        EventQueue(other, event_pattern("Workflow")),
    )
    start_batch()
    assert (mine.receive_statuses(), theirs.receive_statuses()) == (["CREATING"], [])
    workflow = other("omics").create_workflow(name="theirs", definitionZip=definition())
    other("omics").get_workflow(id=workflow["id"])
    (event,) = theirs.receive()
    assert (event["account"], event["detail"]["arn"]) == ("111122223333", workflow["arn"])
    assert mine.receive() == []


@pytest.mark.documented("B95")
def test_a_disabled_rule_hears_nothing_until_it_is_enabled(
    client: MakeClient, omics: Client, start_batch: StartBatch
) -> None:
    listener = EventQueue(client, event_pattern("RunBatch"), State="DISABLED")
    batch_id = start_batch()
    listener.eventbridge.enable_rule(Name=listener.name)
    omics.get_batch(batchId=batch_id)
    listener.eventbridge.disable_rule(Name=listener.name)
    omics.get_batch(batchId=batch_id)
    assert listener.receive_statuses() == ["PENDING"]


@pytest.mark.documented("B95")
def test_a_rule_that_has_only_a_schedule_hears_nothing(
    client: MakeClient, start_batch: StartBatch
) -> None:
    sqs, events = client("sqs"), client("events")
    url, arn = create_queue(sqs)
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="nightly", Targets=[{"Id": "queue", "Arn": arn}])
    start_batch()
    assert receive_messages(sqs, url) == []


@pytest.mark.documented("B95")
def test_a_rule_that_was_deleted_hears_nothing(client: MakeClient, start_batch: StartBatch) -> None:
    listener = EventQueue(client)
    listener.eventbridge.remove_targets(Rule=listener.name, Ids=["queue"])
    listener.eventbridge.delete_rule(Name=listener.name)
    start_batch()
    assert listener.receive() == []


# -- nothing is built for nobody --


@pytest.mark.our_choice("B95")
def test_events_are_told_without_making_a_backend_of_eventbridge(
    start_batch: StartBatch, until: Until, built: Built
) -> None:
    assert dict(events_backends) == {}
    until(start_batch(), "PROCESSED")
    assert dict(events_backends) == {}
    assert built == []


@pytest.mark.our_choice("B95")
def test_without_a_rule_nothing_is_built(
    client: MakeClient, start_batch: StartBatch, until: Until, built: Built
) -> None:
    assert client("events").list_rules()["Rules"] == []
    until(start_batch(), "PROCESSED")
    assert built == []


@pytest.mark.our_choice("B95")
@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        ({"source": ["aws.s3"]}, {}),
        ({"source": [{"anything-but": ["aws.omics"]}]}, {}),
        ({"detail-type": ["Object Created"]}, {}),
        ({**OMICS_EVENTS, "region": ["eu-west-1"]}, {}),
        (OMICS_EVENTS, {"State": "DISABLED"}),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_nothing_is_built_for_a_rule_that_cannot_match(
    client: MakeClient,
    start_batch: StartBatch,
    start_run: StartRun,
    until: Until,
    until_run: UntilRun,
    built: Built,
    pattern: dict[str, Any],
    rule: dict[str, str],
) -> None:
    EventQueue(client, pattern, **rule)
    until(start_batch(), "PROCESSED")
    until_run(start_run()["id"], "COMPLETED")
    assert built == []


@pytest.mark.our_choice("B95")
def test_a_rule_on_batch_events_costs_nothing_for_a_thousand_runs(
    client: MakeClient,
    start_batch: StartBatch,
    put_settings: Callable[..., str],
    until: Until,
    built: Built,
) -> None:
    listener = EventQueue(client, event_pattern("RunBatch"))
    many = put_settings([{"runSettingId": f"s{n}"} for n in range(1000)])
    batch = until(start_batch(s3=many), "PROCESSED")
    assert batch["runSummary"]["completedRunCount"] == 1000
    assert built == ["RunBatch Status Change"] * 5
    assert listener.receive_statuses() == LIFE


@pytest.mark.our_choice("B97")
def test_a_rule_on_run_events_builds_no_task_events(
    client: MakeClient, start_batch: StartBatch, until: Until, built: Built
) -> None:
    EventQueue(client, event_pattern("Run"))
    until(start_batch(), "PROCESSED")
    assert built == ["Run Status Change"] * 2 * 5


@pytest.mark.documented("B97")
def test_each_of_many_runs_tells_its_end_once(
    client: MakeClient, start_batch: StartBatch, put_settings: Callable[..., str], until: Until
) -> None:
    # A log group: a long queue is slow in moto, which counts its messages for each that comes.
    logs, group = client("logs"), "/aws/events/omics"
    logs.create_log_group(logGroupName=group)
    listener = EventQueue(client, event_pattern("Run", detail={"status": ["COMPLETED"]}))
    listener.put_target(f"arn:aws:logs:{REGION}:{DEFAULT_ACCOUNT_ID}:log-group:{group}", Id="queue")
    many = put_settings([{"runSettingId": f"s{n}"} for n in range(300)])
    until(start_batch(s3=many), "PROCESSED")
    found = logs.filter_log_events(logGroupName=group, limit=10000)["events"]
    heard = [json.loads(event["message"])["detail"]["runId"] for event in found]
    assert len(set(heard)) == len(heard) == 300


# -- what faults make of it --


@pytest.mark.our_choice("B54", "B96")
def test_a_passing_fault_of_the_service_has_a_code_of_its_own(
    client: MakeClient, start_batch: StartBatch, until: Until
) -> None:
    listener = EventQueue(
        client, event_pattern("RunBatch", detail={"failureReason": [{"exists": True}]})
    )
    faults.batch_fails()
    until(start_batch(), "FAILED")
    (event,) = listener.receive()
    assert event["detail"]["failureReason"] == "INTERNAL_SERVER_EXCEPTION"
    assert event["detail"]["failureMessage"] == (
        "There was a transient error in the service. Retry the batch."
    )


@pytest.mark.documented("B97", "W11")
def test_a_run_that_fails_tells_so_and_its_task_too(
    client: MakeClient, start_batch: StartBatch, until: Until
) -> None:
    listener = EventQueue(
        client, {**OMICS_EVENTS, "detail-type": [{"anything-but": {"prefix": "RunB"}}]}
    )
    faults.run_fails(runSettingId="s2")
    until(start_batch(batchName="half"), "PROCESSED")
    lives: dict[str, list[str]] = {}
    for event in listener.receive():
        lives.setdefault(event["detail"]["arn"], []).append(event["detail"]["status"])
    usual = ["PENDING", "STARTING", "RUNNING", "STOPPING"]
    expected = [[*usual, "COMPLETED"], [*usual, "FAILED"]]
    for kind in ("run", "task"):
        told = [life for arn, life in lives.items() if arn.split(":")[5].startswith(f"{kind}/")]
        assert sorted(told) == expected
