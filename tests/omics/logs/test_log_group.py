"""The log group: when there are streams, and who else writes to them (L20, L21, L38)."""

from __future__ import annotations

from typing import Any

import pytest
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from conftest import ROLE, Client, MakeClient, StartBatch, Until
from tests.omics.helpers import Settings, StartRun, UntilRun

from .conftest import GROUP, LogReader


@pytest.mark.documented("L20")
def test_the_logs_stay_when_a_run_is_deleted(
    omics: Client, start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run_id = start_run()["id"]
    until_run(run_id, "COMPLETED")
    before = reader.kinds(run_id)
    omics.delete_run(id=run_id)
    assert reader.kinds(run_id) == before
    assert len(reader.streams(f"manifest/run/{run_id}/")) == 1


@pytest.mark.our_choice("L38")
def test_a_group_that_was_deleted_is_created_again(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run_id = start_run()["id"]
    until_run(run_id, "STARTING")
    reader.logs.delete_log_group(logGroupName=GROUP)
    until_run(run_id, "COMPLETED")
    assert reader.kinds(run_id)[0] == "RUNNING_WORKFLOW"
    assert len(reader.manifest(run_id)) == 2


@pytest.mark.our_choice("L38")
def test_a_user_can_write_to_the_streams(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run_id = start_run()["id"]
    stream = {"logGroupName": GROUP, "logStreamName": f"run/{run_id}"}
    time = reader.events(f"run/{run_id}")[0]["timestamp"]
    written = {"timestamp": time + 3_600_000, "message": "checked by the laboratory"}
    reader.logs.put_log_events(**stream, logEvents=[written])
    until_run(run_id, "COMPLETED")
    assert reader.lines(f"run/{run_id}")[-1] == "checked by the laboratory"
    found = reader.logs.filter_log_events(logGroupName=GROUP, filterPattern="laboratory")["events"]
    assert [(e["logStreamName"], e["message"]) for e in found] == [
        (f"run/{run_id}", "checked by the laboratory")
    ]


@pytest.mark.our_choice("L38")
def test_a_group_and_a_stream_of_the_user_are_used(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    reader.logs.create_log_group(logGroupName=GROUP, tags={"cost": "lab"})
    run_id = start_run()["id"]
    reader.logs.create_log_stream(logGroupName=GROUP, logStreamName=f"run/{run_id}/engine")
    until_run(run_id, "COMPLETED")
    assert len(reader.lines(f"run/{run_id}/engine")) == 2
    assert reader.logs.list_tags_log_group(logGroupName=GROUP)["tags"] == {"cost": "lab"}


@pytest.mark.documented("L20")
def test_event_ids_are_unique_in_the_group(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    for run_id in (start_run()["id"], start_run()["id"]):
        until_run(run_id, "COMPLETED")
    events = reader.logs.filter_log_events(logGroupName=GROUP)["events"]
    assert len({event["eventId"] for event in events}) == len(events) > 30


@pytest.mark.documented("L20")
def test_each_run_of_a_batch_has_its_streams(
    omics: Client, start_batch: StartBatch, until: Until, reader: LogReader
) -> None:
    batch_id = start_batch(["s1", "s2", "s3"])
    until(batch_id, "PROCESSED")
    for run in omics.list_runs(batchId=batch_id)["items"]:
        assert reader.kinds(run["id"])[-1] == "RUN_COMPLETED"
        assert reader.manifest(run["id"])[0]["arn"] == run["arn"]
    assert len(reader.streams()) == 3 * 3


# -- when logs are written --


@pytest.mark.documented("L20")
def test_without_the_setting_there_are_no_logs(
    client: MakeClient, start_run: StartRun, until_run: UntilRun
) -> None:
    until_run(start_run()["id"], "COMPLETED")
    assert client("logs").describe_log_groups()["logGroups"] == []


@pytest.mark.documented("L21")
def test_a_run_with_log_level_off_writes_no_logs(
    start_run: StartRun, until_run: UntilRun, reader: LogReader
) -> None:
    run = until_run(start_run(logLevel="OFF")["id"], "COMPLETED")
    assert reader.streams() == []
    assert "logLocation" not in run


@pytest.mark.our_choice("L21")
@pytest.mark.parametrize("level", ["FATAL", "ERROR", "ALL"])
def test_all_other_log_levels_write_all_logs(
    start_run: StartRun, until_run: UntilRun, reader: LogReader, level: str
) -> None:
    run = until_run(start_run(logLevel=level)["id"], "COMPLETED")
    streams = [arn.partition(":log-stream:")[2] for arn in run["logLocation"].values()]
    assert sorted(streams) == reader.streams("run/")
    assert len(reader.manifest(run["id"])) == 2


@pytest.mark.our_choice("L38")
def test_logs_change_no_ids(client: MakeClient, settings: Settings) -> None:
    def created_ids(**config: Any) -> list[str]:
        settings(**config)
        moto_api_backend.reset()
        mock_random.seed(7)
        omics = client("omics")
        workflow_id = omics.create_workflow(name="a", definitionUri="s3://w/a.zip")["id"]
        run = omics.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://r")
        for _ in range(6):
            omics.get_run(id=run["id"])
        group_id = omics.create_run_group(name="g")["id"]
        return [workflow_id, run["id"], run["uuid"], group_id]

    assert created_ids(logs=True) == created_ids(logs=False)
