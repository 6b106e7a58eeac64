"""Integration with moto: reset, seed, accounts, regions, recorder, other services."""

from __future__ import annotations

import threading
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

from conftest import ACCOUNT, REGION, ROLE, Answer, Client, definition
from moto_omics_batch.omics.models import OmicsBackend, omics_backends

OTHER_ACCOUNT = "210987654321"


@pytest.fixture(autouse=True)
def _isolated_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Remove settings from the environment; restore the state transitions afterwards."""
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


def _create_workflow(client: Client) -> str:
    """Create a workflow and return its id. Each call has the same request body."""
    created = client.create_workflow(
        name="align", engine="WDL", definitionZip=definition(), requestId="w"
    )
    return str(created["id"])


def _start_batch(client: Client, workflow_id: str) -> Answer:
    """Start a batch of two runs and return the response."""
    response: Answer = client.start_run_batch(
        requestId="b",
        defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE, "outputUri": "s3://r/x"},
        batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}, {"runSettingId": "s2"}]},
    )
    return response


# -- reset --


def test_each_mock_starts_without_resources() -> None:
    for _ in range(2):
        with mock_aws():
            client = _client()
            assert client.list_batch()["items"] == []
            assert client.list_workflows()["items"] == []
            _start_batch(client, _create_workflow(client))
            assert len(client.list_batch()["items"]) == 1


def test_nested_mock_has_the_same_resources() -> None:
    with mock_aws():
        client = _client()
        workflow_id = _create_workflow(client)
        with mock_aws():
            assert _client().get_workflow(id=workflow_id)["id"] == workflow_id
        assert client.get_workflow(id=workflow_id)["id"] == workflow_id


def test_request_id_can_be_used_again_in_the_next_mock() -> None:
    uuids = []
    for _ in range(2):
        with mock_aws():
            client = _client()
            uuids.append(_start_batch(client, _create_workflow(client))["uuid"])
    assert uuids[0] != uuids[1]


def test_dashboard_data_is_reset_with_the_mock() -> None:
    with mock_aws():
        client = _client()
        _start_batch(client, _create_workflow(client))
        tracked = {name: len(kind.instances_tracked) for name, kind in _tracked_models().items()}
        assert tracked["Batch"] == 1
        assert tracked["Workflow"] == 1
        assert tracked["Run"] == 0
        client.create_sequence_store(name="reads")
        client.create_annotation_store(name="notes", storeFormat="TSV")
        kinds = ("SequenceStore", "AnnotationStore", "AnnotationStoreVersion")
        assert [len(_tracked_models()[kind].instances_tracked) for kind in kinds] == [1, 1, 1]
    assert not any(kind.instances_tracked for kind in _tracked_models().values())


def _backends_in_use() -> list[Any]:
    """Return the backend dicts of all services that moto has created."""
    registry: Any = base_backend.BackendDict
    return list(registry._instances)


def _tracked_models() -> dict[str, Any]:
    """Return the classes of HealthOmics that moto's dashboard shows, by name."""
    return dict(model_data["omics"])


def test_one_backend_can_be_reset() -> None:
    with mock_aws():
        client = _client()
        workflow_id = _create_workflow(client)
        omics_backends[ACCOUNT][REGION].reset()
        with pytest.raises(ClientError, match=f"Workflow {workflow_id} not found"):
            client.get_workflow(id=workflow_id)
        assert _create_workflow(client)


def test_backend_is_registered_with_moto() -> None:
    with mock_aws():
        batch_id = _start_batch(_client(), _create_workflow(_client()))["id"]
        backend = omics_backends[ACCOUNT][REGION]
        assert isinstance(backend, OmicsBackend)
        assert backend.batches.find(batch_id).status == "CREATING"
        assert backend.region_name == REGION
        assert backend.account_id == ACCOUNT
        assert omics_backends in _backends_in_use()


# -- seeding --


def _ids_for_seed(seed: int) -> dict[str, Any]:
    """Return the ids and UUIDs of new resources in a mock with this seed."""
    with mock_aws():
        mock_random.seed(seed)
        client = _client()
        workflow_id = _create_workflow(client)
        batch = _start_batch(client, workflow_id)
        while client.get_batch(batchId=batch["id"])["status"] != "INPROGRESS":
            pass
        runs = client.list_runs_in_batch(batchId=batch["id"])["runs"]
        run = client.start_run(
            workflowId=workflow_id, roleArn=ROLE, outputUri="s3://r/x", requestId="r"
        )
        vpc = {"securityGroupIds": ["sg-0a1b"], "subnetIds": ["subnet-0a1b"]}
        configuration = client.create_configuration(
            name="vpc", runConfigurations={"vpcConfig": vpc}, requestId="c"
        )
        return {
            "workflow": workflow_id,
            "batch": batch["id"],
            "batch UUID": batch["uuid"],
            "runs of the batch": [run["runId"] for run in runs],
            "UUIDs of the runs of the batch": [run["runInternalUuid"] for run in runs],
            "run": run["id"],
            "run UUID": run["uuid"],
            "configuration UUID": configuration["uuid"],
            "VPC": configuration["runConfigurations"]["vpcConfig"]["vpcId"],
            "run group": client.create_run_group(name="g", requestId="g")["id"],
            "sequence store": client.create_sequence_store(name="reads")["id"],
            "annotation store": client.create_annotation_store(storeFormat="TSV")["name"],
        }


def test_seed_makes_ids_and_uuids_reproducible() -> None:
    first = _ids_for_seed(42)
    assert _ids_for_seed(42) == first
    other = _ids_for_seed(43)
    equal = {name for name in first if first[name] == other[name]}
    # The id of a VPC that EC2 does not know is derived from the subnets.
    assert equal == {"VPC"}


# -- accounts and regions --


def test_regions_have_separate_resources() -> None:
    with mock_aws():
        virginia, ireland = _client("us-east-1"), _client("eu-west-1")
        workflow_id = _create_workflow(virginia)
        assert ireland.list_workflows()["items"] == []
        with pytest.raises(ClientError) as missing:
            ireland.get_workflow(id=workflow_id)
        assert missing.value.response["Error"] == {
            "Code": "ResourceNotFoundException",
            "Message": f"Workflow {workflow_id} not found",
        }
        assert ":eu-west-1:" in _start_batch(ireland, _create_workflow(ireland))["arn"]


def test_account_id_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        workflow_id = _create_workflow(_client())
        monkeypatch.setenv("MOTO_ACCOUNT_ID", OTHER_ACCOUNT)
        client = _client()
        assert client.list_workflows()["items"] == []
        assert f":{OTHER_ACCOUNT}:" in _start_batch(client, _create_workflow(client))["arn"]
        monkeypatch.delenv("MOTO_ACCOUNT_ID")
        assert client.get_workflow(id=workflow_id)["id"] == workflow_id


def test_account_id_of_an_assumed_role() -> None:
    with mock_aws():
        sts = _client(service="sts")
        role = f"arn:aws:iam::{OTHER_ACCOUNT}:role/lab"
        credentials = sts.assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        own, other = (
            _client(),
            _client(
                aws_access_key_id=credentials["AccessKeyId"],
                aws_secret_access_key=credentials["SecretAccessKey"],
                aws_session_token=credentials["SessionToken"],
            ),
        )
        workflow_id = _create_workflow(other)
        assert own.list_workflows()["items"] == []
        batch = _start_batch(other, workflow_id)
        assert f":{OTHER_ACCOUNT}:runBatch/" in batch["arn"]
        run = other.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://r/x")
        started_by = other.get_run(id=run["id"])["startedBy"]
        assert started_by == f"arn:aws:sts::{OTHER_ACCOUNT}:assumed-role/lab/me"
        with pytest.raises(ClientError, match=f"Batch {batch['id']} not found"):
            own.get_batch(batchId=batch["id"])


def test_account_id_from_a_header() -> None:
    url = f"https://workflows-omics.{REGION}.amazonaws.com/runBatch"
    with mock_aws():
        _start_batch(_client(), _create_workflow(_client()))
        own = requests.get(url, timeout=5)
        other = requests.get(url, headers={"x-moto-account-id": OTHER_ACCOUNT}, timeout=5)
    assert len(own.json()["items"]) == 1
    assert other.json() == {"items": []}


def test_settings_object_of_another_account_is_refused() -> None:
    with mock_aws():
        headers = {"x-moto-account-id": OTHER_ACCOUNT}
        base = "https://settings.s3.amazonaws.com"
        requests.put(base, headers=headers, timeout=5)
        requests.put(f"{base}/runs.json", data=b"[]", headers=headers, timeout=5)
        client = _client()
        with pytest.raises(ClientError) as refused:
            client.start_run_batch(
                defaultRunSetting={"workflowId": _create_workflow(client), "roleArn": ROLE},
                batchRunSettings={"s3UriSettings": "s3://settings/runs.json"},
            )
        assert refused.value.response["Error"] == {
            "Code": "ValidationException",
            "Message": "S3 access denied for s3://settings/runs.json",
        }


def test_unknown_region_is_refused_with_the_known_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        with pytest.raises(ClientError) as refused:
            _client("eu-north-7").list_batch()
        response = refused.value.response
        assert response["Error"]["Code"] == "ValidationException"
        assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
        assert "HealthOmics does not exist in region eu-north-7" in response["Error"]["Message"]
        assert "us-east-1" in response["Error"]["Message"]
        assert "MOTO_ALLOW_NONEXISTENT_REGION" in response["Error"]["Message"]
        monkeypatch.setenv("MOTO_ALLOW_NONEXISTENT_REGION", "true")
        assert _client("eu-north-7").list_batch()["items"] == []


# -- side effects --


def test_no_output_no_threads_and_no_files_remain(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    threads = set(threading.enumerate())
    with mock_aws():
        client = _client()
        batch_id = _start_batch(client, _create_workflow(client))["id"]
        for _ in range(12):
            client.get_batch(batchId=batch_id)
        with pytest.raises(ClientError, match="Batch 1 not found"):
            client.get_batch(batchId="1")
    assert capfd.readouterr() == ("", "")
    assert set(threading.enumerate()) <= threads
    assert list(tmp_path.iterdir()) == []


def test_backends_of_other_services_are_not_created() -> None:
    with mock_aws():
        client = _client()
        workflow_id = _create_workflow(client)
        client.start_run(workflowId=workflow_id, roleArn=ROLE, outputUri="s3://r/x")
        vpc = {"securityGroupIds": ["sg-0a1b"], "subnetIds": ["subnet-0a1b"]}
        client.create_configuration(name="vpc", runConfigurations={"vpcConfig": vpc})
        with pytest.raises(ClientError, match="S3 object not found"):
            client.start_run_batch(
                defaultRunSetting={"workflowId": workflow_id, "roleArn": ROLE},
                batchRunSettings={"s3UriSettings": "s3://settings/runs.json"},
            )
        created = {backends.service_name for backends in _backends_in_use()}
        assert not created & {"s3", "ec2"}


def test_omics_is_not_mocked_if_the_service_whitelist_excludes_it() -> None:
    config: Any = {"core": {"service_whitelist": ["sqs"]}}
    with mock_aws(config=config):
        assert _client(service="sqs").list_queues() is not None
        with pytest.raises(Exception, match="omics"):
            _client().list_batch()


def test_requests_are_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from moto.moto_api import recorder

    monkeypatch.setattr(recorder, "_location", str(tmp_path / "log"))
    with mock_aws():
        recorder.start_recording()
        try:
            _client().create_run_group(name="g")
        finally:
            recorder.stop_recording()
        assert "/runGroup" in recorder.download_recording()
