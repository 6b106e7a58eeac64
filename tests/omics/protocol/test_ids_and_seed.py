"""Ids follow moto's seed and the requests, whatever else happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from conftest import ROLE, Client, MakeClient
from tests.omics.event_queue import EventQueue
from tests.omics.helpers import Settings

RUN = {"workflowId": "1234567", "roleArn": ROLE, "outputUri": "s3://results/solo"}
BATCH = {
    "defaultRunSetting": RUN,
    "batchRunSettings": {"inlineSettings": [{"runSettingId": "s1"}, {"runSettingId": "s2"}]},
}

Disturb = Callable[[MakeClient, Client], None]


def nothing(client: MakeClient, omics: Client) -> None:
    """Do nothing."""


def listen(client: MakeClient, omics: Client) -> None:
    """Create a rule for all events and a queue as its target."""
    EventQueue(client)


def poll(client: MakeClient, omics: Client) -> None:
    """Send requests that change nothing."""
    for _ in range(3):
        omics.list_runs()
        omics.list_batch()
        omics.list_workflows(type="READY2RUN")


def use_another_service(client: MakeClient, omics: Client) -> None:
    """Let another service draw random numbers."""
    client("sqs").create_queue(QueueName="jobs")
    client("ec2").create_vpc(CidrBlock="10.0.0.0/16")


def created_ids(client: MakeClient, disturb: Disturb, seed: int) -> list[str]:
    """Return ids, UUIDs and ids of tasks of what is created after a reset with a seed."""
    moto_api_backend.reset()
    omics = client("omics")
    disturb(client, omics)
    mock_random.seed(seed)
    batch = omics.start_run_batch(**BATCH, requestId="b")
    found = [batch["id"], batch["uuid"]]
    for number in range(3):
        disturb(client, omics) if disturb is poll else None
        omics.get_batch(batchId=batch["id"])
        run = omics.start_run(**RUN, requestId=str(number))
        found += [run["id"], run["uuid"]]
        found += [task["taskId"] for task in omics.list_run_tasks(id=run["id"])["items"]]
    runs = omics.list_runs_in_batch(batchId=batch["id"])["runs"]
    return found + [run["runId"] for run in runs]


@pytest.mark.our_choice("B3")
@pytest.mark.parametrize("disturb", [listen, poll, use_another_service])
def test_same_seed_gives_same_ids(client: MakeClient, settings: Settings, disturb: Disturb) -> None:
    settings(workflows=["1234567"])
    expected = created_ids(client, nothing, 42)
    assert created_ids(client, disturb, 42) == expected
    assert len(set(expected)) == len(expected)
    assert not set(created_ids(client, disturb, 43)) & set(expected)


@pytest.mark.our_choice("B3", "W5")
def test_declared_workflows_do_not_change_ids(client: MakeClient, settings: Settings) -> None:
    def started(*workflows: object) -> tuple[str, str]:
        moto_api_backend.reset()
        settings(workflows=["1234567", *workflows])
        mock_random.seed(42)
        omics = client("omics")
        omics.list_workflows(type="READY2RUN")
        run = omics.start_run(**RUN)
        return run["id"], run["uuid"]

    declared = {"id": "1", "parameterTemplate": {"x": {}}, "versions": ["v1", "v2"]}
    ready2run = {"id": "2", "type": "READY2RUN", "versions": ["3.0.0"]}
    assert started(declared, ready2run) == started()


@pytest.mark.our_choice("B3")
def test_regions_have_different_ids(client: MakeClient, settings: Settings) -> None:
    settings(workflows=["1234567"])
    mock_random.seed(42)
    ids = [client("omics", region).start_run(**RUN)["id"] for region in ("us-east-1", "eu-west-1")]
    assert ids[0] != ids[1]


@pytest.mark.observed("L150")
def test_uuids_have_an_even_first_byte(client: MakeClient, settings: Settings) -> None:
    settings(workflows=["1234567"])
    omics = client("omics")
    uuids = [omics.start_run(**RUN)["uuid"] for _ in range(40)]
    assert {int(uuid[:2], 16) % 2 for uuid in uuids} == {0}
    # No version: all digits occur.
    assert len({uuid[14] for uuid in uuids}) > 5


@pytest.mark.observed("L151")
def test_ids_have_seven_digits_and_do_not_rise_with_time(
    client: MakeClient, settings: Settings
) -> None:
    settings(workflows=["1234567"])
    mock_random.seed(42)
    omics = client("omics")
    ids = [omics.start_run(**RUN)["id"] for _ in range(20)]
    assert {len(id) for id in ids} == {7}
    assert ids != sorted(ids)
