"""What moto promises for its own services holds for this one too."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core import base_backend
from moto.core.model_instances import model_data
from moto.moto_api import state_manager
from moto.moto_api._internal import mock_random

from conftest import ACCOUNT, REGION, ROLE, Client
from moto_omics_batch.omics.models import omics_backends

OTHER_ACCOUNT = "210987654321"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody else's settings, and transitions as they were."""
    for name in ("MOTO_ACCOUNT_ID", "AWS_DEFAULT_REGION", "MOTO_ALLOW_NONEXISTENT_REGION"):
        monkeypatch.delenv(name, raising=False)
    transitions = dict(state_manager._transitions)
    yield
    state_manager._transitions = transitions


def _client(region: str = REGION, service: str = "omics", **credentials: str) -> Client:
    config = Config(retries={"max_attempts": 1})
    return boto3.client(  # type: ignore[call-overload]
        service, region_name=region, config=config, **credentials
    )


def _workflow(client: Client, token: str = "w") -> str:
    # The bytes of a zip hold its time, so that a fixed one is needed where ids are compared.
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.wdl"), "version 1.0\n")
    created = client.create_workflow(
        name="align", engine="WDL", definitionZip=buffer.getvalue(), requestId=token
    )
    return str(created["id"])


def _start(client: Client, workflow_id: str, token: str = "b") -> dict[str, Any]:
    answer: dict[str, Any] = client.start_run_batch(
        requestId=token,
        defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://r/x"},
        batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}, {"runSettingId": "s2"}]},
    )
    return answer


# -- reset --


def test_each_mock_begins_empty() -> None:
    for _ in range(2):
        with mock_aws():
            client = _client()
            assert client.list_batch()["items"] == []
            assert client.list_workflows()["items"] == []
            _start(client, _workflow(client))
            assert len(client.list_batch()["items"]) == 1


def test_a_nested_mock_shares_what_is_there() -> None:
    with mock_aws():
        client = _client()
        workflow_id = _workflow(client)
        with mock_aws():
            assert _client().get_workflow(id=workflow_id)["id"] == workflow_id
        assert client.get_workflow(id=workflow_id)["id"] == workflow_id


def test_a_token_of_one_mock_is_free_in_the_next() -> None:
    made = []
    for _ in range(2):
        with mock_aws():
            client = _client()
            made.append(_start(client, _workflow(client))["uuid"])
    assert made[0] != made[1]


def test_the_dashboard_data_are_reset_with_the_mock() -> None:
    with mock_aws():
        client = _client()
        _start(client, _workflow(client))
        tracked = {name: len(kind.instances_tracked) for name, kind in _tracked().items()}
        assert tracked["Batch"] == 1
        assert tracked["Workflow"] == 1
        assert tracked["Run"] == 0
    assert not any(kind.instances_tracked for kind in _tracked().values())


def _in_use() -> list[Any]:
    registry: Any = base_backend.BackendDict
    return list(registry._instances)


def _tracked() -> dict[str, Any]:
    return dict(model_data["omics"])


def test_a_backend_can_be_reset_by_itself() -> None:
    with mock_aws():
        client = _client()
        workflow_id = _workflow(client)
        omics_backends[ACCOUNT][REGION].reset()
        with pytest.raises(ClientError, match=f"Workflow {workflow_id} not found"):
            client.get_workflow(id=workflow_id)
        assert _workflow(client)


def test_the_backend_is_found_where_moto_keeps_all_backends() -> None:
    with mock_aws():
        batch_id = _start(_client(), _workflow(_client()))["id"]
        backend = omics_backends[ACCOUNT][REGION]
        assert backend.batches[batch_id].status == "CREATING"
        assert backend.region_name == REGION
        assert backend.account_id == ACCOUNT
        assert omics_backends in _in_use()


# -- seeding --


def _seeded(seed: int) -> list[Any]:
    with mock_aws():
        mock_random.seed(seed)
        client = _client()
        workflow_id = _workflow(client)
        batch = _start(client, workflow_id)
        while client.get_batch(batchId=batch["id"])["status"] != "INPROGRESS":
            pass
        runs = client.list_runs_in_batch(batchId=batch["id"])["runs"]
        solo = client.start_run(
            workflowId=workflow_id, roleArn=ROLE, outputUri="s3://r/x", requestId="r"
        )
        vpc = {"securityGroupIds": ["sg-0a1b"], "subnetIds": ["subnet-0a1b"]}
        configuration = client.create_configuration(
            name="vpc", runConfigurations={"vpcConfig": vpc}, requestId="c"
        )
        return [
            workflow_id,
            batch["id"],
            batch["uuid"],
            [(run["runId"], run["runInternalUuid"]) for run in runs],
            solo["id"],
            solo["uuid"],
            configuration["uuid"],
            configuration["runConfigurations"]["vpcConfig"]["vpcId"],
            client.create_run_group(name="g", requestId="g")["id"],
        ]


def test_a_seed_gives_the_same_ids_and_uuids() -> None:
    first = _seeded(42)
    assert _seeded(42) == first
    other = _seeded(43)
    assert all(a != b for a, b in zip(first, other, strict=True))


# -- accounts and regions --


def test_regions_are_separate() -> None:
    with mock_aws():
        here, there = _client("us-east-1"), _client("eu-west-1")
        workflow_id = _workflow(here)
        assert there.list_workflows()["items"] == []
        with pytest.raises(ClientError) as missing:
            there.get_workflow(id=workflow_id)
        assert missing.value.response["Error"] == {
            "Code": "ResourceNotFoundException",
            "Message": f"Workflow {workflow_id} not found",
        }
        assert ":eu-west-1:" in _start(there, _workflow(there))["arn"]


def test_the_account_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        workflow_id = _workflow(_client())
        monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER_ACCOUNT)
        client = _client()
        assert client.list_workflows()["items"] == []
        assert f":{OTHER_ACCOUNT}:" in _start(client, _workflow(client))["arn"]
        monkeypatch.delenv("MOTO_ACCOUNT_ID")
        assert client.get_workflow(id=workflow_id)["id"] == workflow_id


def test_the_account_of_an_assumed_role() -> None:
    with mock_aws():
        sts = _client(service="sts")
        role = f"arn:aws:iam::{OTHER_ACCOUNT}:role/lab"
        granted = sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        own, other = (
            _client(),
            _client(
                aws_access_key_id=granted["AccessKeyId"],
                aws_secret_access_key=granted["SecretAccessKey"],
                aws_session_token=granted["SessionToken"],
            ),
        )
        workflow_id = _workflow(other)
        assert own.list_workflows()["items"] == []
        batch = _start(other, workflow_id)
        assert f":{OTHER_ACCOUNT}:runBatch/" in batch["arn"]
        run = other.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://r/x")
        started_by = other.get_run(id=run["id"])["startedBy"]
        assert started_by == f"arn:aws:sts::{OTHER_ACCOUNT}:assumed-role/lab/me"
        with pytest.raises(ClientError, match=f"Batch {batch['id']} not found"):
            own.get_batch(batchId=batch["id"])


def test_the_account_of_a_header() -> None:
    url = f"https://workflows-omics.{REGION}.amazonaws.com/runBatch"
    with mock_aws():
        _start(_client(), _workflow(_client()))
        own = requests.get(url, timeout=5)
        other = requests.get(url, headers={"x-moto-account-id": OTHER_ACCOUNT}, timeout=5)
    assert len(own.json()["items"]) == 1
    assert other.json() == {"items": []}


def test_a_bucket_of_another_account_is_not_read() -> None:
    with mock_aws():
        headers = {"x-moto-account-id": OTHER_ACCOUNT}
        base = "https://settings.s3.amazonaws.com"
        requests.put(base, headers=headers, timeout=5)
        requests.put(f"{base}/runs.json", data=b"[]", headers=headers, timeout=5)
        client = _client()
        with pytest.raises(ClientError) as refused:
            client.start_run_batch(
                defaultRunSetting={"workflowId": _workflow(client), "roleArn": ROLE},
                batchRunSettings={"s3UriSettings": "s3://settings/runs.json"},
            )
        assert refused.value.response["Error"] == {
            "Code": "ValidationException",
            "Message": "S3 access denied for s3://settings/runs.json",
        }


def test_an_unknown_region_gets_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        with pytest.raises(ClientError) as refused:
            _client("eu-north-7").list_batch()
        answer = refused.value.response
        assert answer["Error"]["Code"] == "ValidationException"
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert "HealthOmics does not exist in region eu-north-7" in answer["Error"]["Message"]
        assert "us-east-1" in answer["Error"]["Message"]
        assert "MOTO_ALLOW_NONEXISTENT_REGION" in answer["Error"]["Message"]
        monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        assert _client("eu-north-7").list_batch()["items"] == []


# -- what nobody should notice --


def test_nothing_is_printed_no_thread_stays_no_file_is_written(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    threads = set(threading.enumerate())
    with mock_aws():
        client = _client()
        batch_id = _start(client, _workflow(client))["id"]
        for _ in range(12):
            client.get_batch(batchId=batch_id)
        with pytest.raises(ClientError, match="Batch 1 not found"):
            client.get_batch(batchId="1")
    assert capfd.readouterr() == ("", "")
    assert set(threading.enumerate()) <= threads
    assert list(tmp_path.iterdir()) == []


def test_no_other_backend_is_made_by_asking_neighbours() -> None:
    with mock_aws():
        client = _client()
        workflow_id = _workflow(client)
        client.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://r/x")
        vpc = {"securityGroupIds": ["sg-0a1b"], "subnetIds": ["subnet-0a1b"]}
        client.create_configuration(name="vpc", runConfigurations={"vpcConfig": vpc})
        with pytest.raises(ClientError, match="S3 object not found"):
            client.start_run_batch(
                defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE},
                batchRunSettings={"s3UriSettings": "s3://settings/runs.json"},
            )
        made = {backends.service_name for backends in _in_use()}
        assert not made & {"s3", "ec2"}


def test_a_mock_for_other_services_only_lets_us_be() -> None:
    config: Any = {"core": {"service_whitelist": ["sqs"]}}
    with mock_aws(config=config):
        assert _client(service="sqs").list_queues() is not None
        with pytest.raises(Exception, match="omics"):
            _client().list_batch()


def test_requests_are_recorded_like_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.moto_api import recorder

    monkeypatch.setattr(recorder, "_location", str(tmp_path / "log"))
    with mock_aws():
        recorder.start_recording()
        try:
            _client().create_run_group(name="g")
        finally:
            recorder.stop_recording()
        assert "/runGroup" in recorder.download_recording()
