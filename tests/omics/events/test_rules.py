"""EventBridge rules: patterns, rules that do not match, and events that are not built."""

from __future__ import annotations

import json
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
from tests.omics.helpers import PutSettings, StartRun, UntilRun, observe_built_events

Built = list[str]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> Built:
    """The detail types of all events that were built, in order."""
    return observe_built_events(monkeypatch)


# -- patterns --

BATCH_STATUSES = ["CREATING", "PENDING", "SUBMITTING", "INPROGRESS", "PROCESSED"]


@pytest.mark.documented("B95")
@pytest.mark.parametrize(
    ("detail", "statuses"),
    [
        ({"status": ["FAILED", "PROCESSED"]}, ["PROCESSED"]),
        ({"status": [{"anything-but": ["CREATING", "PENDING"]}]}, BATCH_STATUSES[2:]),
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
def test_pattern_filters_by_detail(
    client: MakeClient,
    start_batch: StartBatch,
    until: Until,
    detail: dict[str, Any],
    statuses: list[str],
) -> None:
    queue = EventQueue(client, event_pattern("RunBatch", detail=detail))
    until(start_batch(batchName="giab-trio"), "PROCESSED")
    assert queue.receive_statuses() == statuses


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
def test_pattern_filters_by_envelope(
    client: MakeClient,
    start_batch: StartBatch,
    until: Until,
    pattern: dict[str, Any],
    count: int,
) -> None:
    queue = EventQueue(client, pattern)
    until(start_batch(["s1"]), "PROCESSED")
    assert len(queue.receive()) == count


@pytest.mark.our_choice("B95")
@pytest.mark.parametrize(
    "invalid_pattern",
    [{"source": [{"prefix": 5}]}, {"source": [{}]}, {**OMICS_EVENTS, "detail": {"status": [{}]}}],
    ids=json.dumps,
)
def test_invalid_pattern_is_logged_and_ignored(
    client: MakeClient,
    start_batch: StartBatch,
    invalid_pattern: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    client("events").put_rule(Name="broken", EventPattern=json.dumps(invalid_pattern))
    queue = EventQueue(client, event_pattern("RunBatch"))
    start_batch(["s1"])
    assert queue.receive_statuses() == ["CREATING"]
    assert "EventBridge rule broken cannot be matched" in caplog.text


# -- rules that do not match --


@pytest.mark.documented("B95")
def test_rule_on_another_bus_receives_nothing(client: MakeClient, start_batch: StartBatch) -> None:
    client("events").create_event_bus(Name="lab")
    queue = EventQueue(client, EventBusName="lab")
    start_batch()
    assert queue.receive() == []


@pytest.mark.documented("B95")
def test_rule_receives_events_of_its_region_only(
    client: MakeClient, start_batch: StartBatch
) -> None:
    def in_other_region(service: str, **config: Any) -> Client:
        return client(service, "eu-west-1", **config)

    first_region, other_region = (
        EventQueue(client, event_pattern("RunBatch")),
        EventQueue(in_other_region, event_pattern("RunBatch")),
    )
    start_batch()
    assert (first_region.receive_statuses(), other_region.receive_statuses()) == (["CREATING"], [])
    workflow_id = in_other_region("omics").create_workflow(name="a", definitionZip=definition())[
        "id"
    ]
    in_other_region("omics").start_run_batch(
        defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://out"},
        batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}]},
    )
    (event,) = other_region.receive()
    assert event["region"] == "eu-west-1"
    assert event["detail"]["arn"].split(":")[3] == "eu-west-1"
    assert first_region.receive() == []


@pytest.mark.documented("B95")
def test_rule_receives_events_of_its_account_only(
    client: MakeClient, server: str | None, start_batch: StartBatch
) -> None:
    role = "arn:aws:iam::111122223333:role/other"
    keys = client("sts").assume_role(RoleArn=role, RoleSessionName="other")["Credentials"]

    def as_other_account(service: str) -> Client:
        return boto3.client(  # type: ignore[call-overload]
            service,
            region_name=REGION,
            endpoint_url=server,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    own_account, other_account = (
        EventQueue(client, event_pattern("RunBatch")),
        EventQueue(as_other_account, event_pattern("Workflow")),
    )
    start_batch()
    assert (own_account.receive_statuses(), other_account.receive_statuses()) == (["CREATING"], [])
    workflow = as_other_account("omics").create_workflow(name="other", definitionZip=definition())
    as_other_account("omics").get_workflow(id=workflow["id"])
    (event,) = other_account.receive()
    assert (event["account"], event["detail"]["arn"]) == ("111122223333", workflow["arn"])
    assert own_account.receive() == []


@pytest.mark.documented("B95")
def test_disabled_rule_receives_nothing_until_it_is_enabled(
    client: MakeClient, omics: Client, start_batch: StartBatch
) -> None:
    queue = EventQueue(client, event_pattern("RunBatch"), State="DISABLED")
    batch_id = start_batch()
    queue.eventbridge.enable_rule(Name=queue.name)
    omics.get_batch(batchId=batch_id)
    queue.eventbridge.disable_rule(Name=queue.name)
    omics.get_batch(batchId=batch_id)
    assert queue.receive_statuses() == ["PENDING"]


@pytest.mark.documented("B95")
def test_rule_with_a_schedule_only_receives_nothing(
    client: MakeClient, start_batch: StartBatch
) -> None:
    sqs, events = client("sqs"), client("events")
    url, arn = create_queue(sqs)
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule="nightly", Targets=[{"Id": "queue", "Arn": arn}])
    start_batch()
    assert receive_messages(sqs, url) == []


@pytest.mark.documented("B95")
def test_deleted_rule_receives_nothing(client: MakeClient, start_batch: StartBatch) -> None:
    queue = EventQueue(client)
    queue.eventbridge.remove_targets(Rule=queue.name, Ids=["queue"])
    queue.eventbridge.delete_rule(Name=queue.name)
    start_batch()
    assert queue.receive() == []


# -- events that are not built --


@pytest.mark.our_choice("B95")
def test_eventbridge_backend_is_not_created(
    start_batch: StartBatch, until: Until, built: Built
) -> None:
    assert dict(events_backends) == {}
    until(start_batch(), "PROCESSED")
    assert dict(events_backends) == {}
    assert built == []


@pytest.mark.our_choice("B95")
def test_no_event_is_built_without_a_rule(
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
def test_no_event_is_built_for_a_rule_that_cannot_match(
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
def test_batch_rule_builds_only_batch_events_for_1000_runs(
    client: MakeClient,
    start_batch: StartBatch,
    put_settings: PutSettings,
    until: Until,
    built: Built,
) -> None:
    queue = EventQueue(client, event_pattern("RunBatch"))
    uri = put_settings([{"runSettingId": f"s{n}"} for n in range(1000)])
    batch = until(start_batch(s3=uri), "PROCESSED")
    assert batch["runSummary"]["completedRunCount"] == 1000
    assert built == ["RunBatch Status Change"] * 5
    assert queue.receive_statuses() == BATCH_STATUSES


@pytest.mark.our_choice("B97")
def test_run_rule_builds_no_task_events(
    client: MakeClient, start_batch: StartBatch, until: Until, built: Built
) -> None:
    EventQueue(client, event_pattern("Run"))
    until(start_batch(), "PROCESSED")
    assert built == ["Run Status Change"] * 2 * 5


@pytest.mark.documented("B97")
def test_each_run_sends_one_completed_event(
    client: MakeClient, start_batch: StartBatch, put_settings: PutSettings, until: Until
) -> None:
    # A log group, because long queues are slow in moto.
    logs, group = client("logs"), "/aws/events/omics"
    logs.create_log_group(logGroupName=group)
    queue = EventQueue(client, event_pattern("Run", detail={"status": ["COMPLETED"]}))
    queue.put_target(f"arn:aws:logs:{REGION}:{DEFAULT_ACCOUNT_ID}:log-group:{group}", Id="queue")
    uri = put_settings([{"runSettingId": f"s{n}"} for n in range(300)])
    until(start_batch(s3=uri), "PROCESSED")
    found = logs.filter_log_events(logGroupName=group, limit=10000)["events"]
    events = [json.loads(event["message"])["detail"]["runId"] for event in found]
    assert len(set(events)) == len(events) == 300


# -- events of injected failures --


@pytest.mark.our_choice("B54", "B96")
def test_event_of_a_transient_error_has_its_own_code(
    client: MakeClient, start_batch: StartBatch, until: Until
) -> None:
    queue = EventQueue(
        client, event_pattern("RunBatch", detail={"failureReason": [{"exists": True}]})
    )
    faults.batch_fails()
    until(start_batch(), "FAILED")
    (event,) = queue.receive()
    assert event["detail"]["failureReason"] == "INTERNAL_SERVER_EXCEPTION"
    assert event["detail"]["failureMessage"] == (
        "There was a transient error in the service. Retry the batch."
    )


@pytest.mark.documented("B97", "W11")
def test_failed_run_and_its_task_send_failed_events(
    client: MakeClient, start_batch: StartBatch, until: Until
) -> None:
    queue = EventQueue(
        client, {**OMICS_EVENTS, "detail-type": [{"anything-but": {"prefix": "RunB"}}]}
    )
    faults.run_fails(runSettingId="s2", failureReason="RUN_TASK_FAILED")
    until(start_batch(batchName="half"), "PROCESSED")
    statuses_by_arn: dict[str, list[str]] = {}
    for event in queue.receive():
        statuses_by_arn.setdefault(event["detail"]["arn"], []).append(event["detail"]["status"])
    before_end = ["PENDING", "STARTING", "RUNNING", "STOPPING"]
    expected = [[*before_end, "COMPLETED"], [*before_end, "FAILED"]]
    for kind in ("run", "task"):
        found = [
            statuses
            for arn, statuses in statuses_by_arn.items()
            if arn.split(":")[5].startswith(f"{kind}/")
        ]
        assert sorted(found) == expected
