"""Log streams in moto's CloudWatch Logs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from moto.logs.models import LogEvent, LogStream

from moto_omics_batch.omics.integrations.eventbridge import EventBus, EventQueue
from moto_omics_batch.omics.integrations.logs import Logs, StoredEvents
from moto_omics_batch.omics.integrations.lookup import backend_in_use

from .conftest import ACCOUNT, OTHER_ACCOUNT, REGION, Client, MakeClient

TIME = datetime(2020, 2, 3, 4, 5, 6, 789_999)
MILLISECONDS = 1_580_702_706_789
NOW = datetime(2026, 1, 1)
STREAM = {"logGroupName": "g", "logStreamName": "s"}


@pytest.fixture
def logs(client: MakeClient) -> Logs:
    """The log groups of the account."""
    return Logs(ACCOUNT, REGION, EventQueue(EventBus(ACCOUNT, REGION)))


def events(client: Client, **request: Any) -> list[tuple[int, str]]:
    """Return (timestamp, message) of the events of the stream."""
    found = client.get_log_events(**STREAM, startFromHead=True, **request)["events"]
    return [(event["timestamp"], event["message"]) for event in found]


def test_nothing_is_created_without_lines(client: MakeClient, logs: Logs) -> None:
    logs.write("g", "s", [], NOW)
    assert backend_in_use("logs", ACCOUNT, REGION) is None


def test_events_keep_their_times_and_order(client: MakeClient, logs: Logs) -> None:
    logs.write("g", "s", [(TIME, "a"), (TIME, "b")], NOW)
    logs.write("g", "s", [(TIME + timedelta(seconds=1), "c")], NOW)
    assert events(client("logs")) == [
        (MILLISECONDS, "a"),
        (MILLISECONDS, "b"),
        (MILLISECONDS + 1000, "c"),
    ]


def test_the_stream_is_described_with_the_times_of_its_events(
    client: MakeClient, logs: Logs
) -> None:
    logs.write("g", "s", [(TIME, "abc"), (TIME + timedelta(seconds=2), "d")], NOW)
    (stream,) = client("logs").describe_log_streams(logGroupName="g")["logStreams"]
    assert stream["creationTime"] == stream["firstEventTimestamp"] == MILLISECONDS
    assert stream["lastEventTimestamp"] == MILLISECONDS + 2000
    assert stream["lastIngestionTime"] == 1_767_225_600_000
    assert (stream["storedBytes"], stream["uploadSequenceToken"]) == (4, "1")


def test_pages_windows_and_patterns(client: MakeClient, logs: Logs) -> None:
    lines = [(TIME + timedelta(seconds=n), f"line {n}") for n in range(5)]
    logs.write("g", "s", lines, NOW)
    window = {"startTime": MILLISECONDS + 1000, "endTime": MILLISECONDS + 3000}
    assert events(client("logs"), **window) == [
        (MILLISECONDS + 1000 * n, f"line {n}") for n in (1, 2, 3)
    ]
    pages = (
        client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName="g", PaginationConfig={"PageSize": 2})
    )
    found = [event for page in pages for event in page["events"]]
    assert [event["message"] for event in found] == [line for _, line in lines]
    assert len({event["eventId"] for event in found}) == 5
    (one,) = client("logs").filter_log_events(logGroupName="g", filterPattern='"line 3"')["events"]
    assert one["message"] == "line 3"


def test_users_write_to_the_same_stream(client: MakeClient, logs: Logs) -> None:
    logs.write("g", "s", [(TIME, "a")], NOW)
    time = int(datetime.now().timestamp() * 1000)
    client("logs").put_log_events(**STREAM, logEvents=[{"timestamp": time, "message": "mine"}])
    logs.write("g", "s", [(TIME, "b")], NOW)
    assert events(client("logs")) == [(MILLISECONDS, "a"), (MILLISECONDS, "b"), (time, "mine")]


def test_a_stream_of_a_user_is_continued(client: MakeClient, logs: Logs) -> None:
    client("logs").create_log_group(logGroupName="g")
    client("logs").create_log_stream(**STREAM)
    time = int(datetime.now().timestamp() * 1000)
    client("logs").put_log_events(**STREAM, logEvents=[{"timestamp": time, "message": "mine"}])
    logs.write("g", "s", [(TIME, "a")], NOW)
    assert events(client("logs")) == [(MILLISECONDS, "a"), (time, "mine")]


def test_accounts_and_regions_have_their_own_groups(client: MakeClient, logs: Logs) -> None:
    logs.write("g", "s", [(TIME, "a")], NOW)
    for other in (client("logs", "eu-west-1"), client("logs", account=OTHER_ACCOUNT)):
        assert other.describe_log_groups()["logGroups"] == []


def test_moto_keeps_no_reference_to_the_events(client: MakeClient, logs: Logs) -> None:
    def tracked() -> list[int]:
        classes: tuple[Any, ...] = (LogEvent, LogStream)
        return [len(each.instances_tracked) for each in classes]

    before = tracked()
    logs.write("g", "s", [(TIME, "a")] * 100, NOW)
    assert len(events(client("logs"))) == 100
    assert tracked() == [before[0], before[1] + 1]


def test_stored_events_are_like_a_list() -> None:
    stored = StoredEvents()
    assert not stored
    assert list(stored) == []
    event = LogEvent(5, {"timestamp": 3, "message": "a"})
    stored += [event]
    (found,) = stored
    assert len(stored) == 1
    assert found.to_response_dict() == event.to_response_dict()
    assert found.to_filter_dict() == event.to_filter_dict()
