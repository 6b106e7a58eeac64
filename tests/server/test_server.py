"""HealthOmics in a moto server: clients, errors, reset, state transitions, concurrency."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.moto_api import state_manager

from conftest import REGION, ROLE, Client
from moto_omics_batch.omics.responses import OmicsResponse
from moto_omics_batch.omics.storage_responses import StorageResponse
from moto_omics_batch.wire import model
from tests.omics.helpers import raises_error, raises_not_found
from tests.wire.raw import SIGNED

from .controls import TIMEOUT, start_batch


@pytest.fixture
def omics(url: str) -> Client:
    """A boto3 client with many connections. Only its endpoint is configured, no host prefix."""
    settings = Config(retries={"max_attempts": 1}, max_pool_connections=16)
    return boto3.client("omics", region_name=REGION, endpoint_url=url, config=settings)


def _send(url: str, method: str, path: str, **kwargs: Any) -> requests.Response:
    """Send a request with an Authorization header, which moto's server needs."""
    headers = {**SIGNED, **kwargs.pop("headers", {})}
    return requests.request(method, url + path, headers=headers, timeout=TIMEOUT, **kwargs)


# -- clients --


def test_boto3_needs_only_an_endpoint(omics: Client, workflow: str) -> None:
    batch_id = start_batch(omics, workflow, "s1")
    assert [b["id"] for b in omics.list_batch()["items"]] == [batch_id]
    statuses = [omics.get_batch(batchId=batch_id)["status"] for _ in range(10)]
    assert (statuses[0], statuses[-1]) == ("PENDING", "PROCESSED")
    arn = omics.get_batch(batchId=batch_id)["arn"]
    omics.tag_resource(resourceArn=arn, tags={"cohort": "giab"})
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == {"cohort": "giab"}
    omics.delete_batch(batchId=batch_id)
    with raises_not_found(f"Batch {batch_id} not found"):
        omics.get_batch(batchId=batch_id)


def test_endpoint_from_the_environment(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_OMICS", url)
    client = boto3.client("omics", region_name=REGION)
    assert client.list_batch()["items"] == []


def test_signature_is_not_verified(url: str) -> None:
    response = _send(url, "GET", "/runBatch")
    assert (response.status_code, response.json()) == (200, {"items": []})
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-amzn-requestid"]


# -- errors --


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nowhere"),
        ("POST", "/runBatch/1/2/3"),
        ("PUT", "/runBatch"),
        ("PATCH", "/runBatch/1"),
        ("GET", "/runBatch/"),
        ("GET", "/%F0%9F%A7%AC"),
    ],
)
def test_unknown_path_is_answered_with_a_json_error(url: str, method: str, path: str) -> None:
    response = _send(url, method, path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-amzn-errortype"] == "ResourceNotFoundException"
    assert response.json()["message"].startswith(f"HealthOmics has no operation {method} /")


#: Values for the labels of paths. All others are ``1``, which is too short for some ids.
_LABELS = {
    "resourceArn": "arn:aws:omics:us-east-1:1:run%2F1",
    "s3AccessPointArn": "arn:aws:s3:us-east-1:1:accesspoint%2F1",
}


def _example_path(uri: str) -> str:
    """Return a path for the requestUri of an operation, with values for its labels."""
    path = uri.partition("?")[0].replace("+}", "}")
    return re.sub(r"{(\w+)}", lambda label: _LABELS.get(label[1], "1"), path)


def test_all_operations_of_the_model_return_json(url: str) -> None:
    service = model.service()
    assert len(service.operation_names) >= 107
    for name in service.operation_names:
        http = service.operation_model(name).http
        response = _send(url, http["method"], _example_path(http["requestUri"]), data="{}")
        context = f"{name}: {response.status_code} {response.text[:200]}"
        assert response.status_code < 500, context
        assert response.text == "" or isinstance(response.json(), dict), context
        assert response.headers["content-type"] == "application/json", context


def test_unimplemented_operation_is_answered_with_501(
    omics: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the model had an operation more than the backend.
    monkeypatch.delattr(StorageResponse, "list_sequence_stores")
    message = "ListSequenceStores is not implemented by this mock"
    with raises_error("NotImplemented", 501, message):
        omics.list_sequence_stores()


def test_internal_error_is_answered_with_json_and_logged(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: OmicsResponse) -> None:
        raise RuntimeError("internal error of the test")

    monkeypatch.setattr(OmicsResponse, "list_batch", broken)
    response = _send(url, "GET", "/runBatch")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-amzn-errortype"] == "InternalServerException"
    assert response.json() == {"message": "An internal error has occurred"}
    assert "internal error of the test" in caplog.text


def test_lock_is_released_after_an_internal_error(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(OmicsResponse, "list_batch", lambda self: 1 / 0)
        assert _send(url, "GET", "/runBatch").status_code == 500
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(_send, url, "GET", "/runBatch").result(TIMEOUT).status_code == 200


# -- moto's API --


def test_reset_removes_all_resources(url: str, omics: Client) -> None:
    group = omics.create_run_group(name="group")["id"]
    assert requests.post(f"{url}/moto-api/reset", timeout=TIMEOUT).json() == {"status": "ok"}
    assert omics.list_run_groups()["items"] == []
    with pytest.raises(ClientError, match=f"Run group {group} not found"):
        omics.get_run_group(id=group)
    assert (
        requests.get(f"{url}/moto-api/data.json", timeout=TIMEOUT).json()["omics"]["RunGroup"] == []
    )


def test_state_transitions_can_be_set_over_http(url: str, omics: Client, workflow: str) -> None:
    api = f"{url}/moto-api/state-manager"
    name = "omics::batch"
    transition = requests.get(f"{api}/get-transition?model_name={name}", timeout=TIMEOUT)
    assert transition.json() == {"progression": "manual", "times": 1}
    body: Any = {"model_name": name, "transition": {"progression": "immediate"}}
    assert requests.post(f"{api}/set-transition", json=body, timeout=TIMEOUT).status_code == 201
    batch = start_batch(omics, workflow)
    assert omics.get_batch(batchId=batch)["status"] == "PROCESSED"
    body = {"model_name": name}
    assert requests.post(f"{api}/unset-transition", json=body, timeout=TIMEOUT).status_code == 201
    batch = start_batch(omics, workflow)
    assert omics.get_batch(batchId=batch)["status"] == "PENDING"


def test_invalid_transition_is_answered_with_a_json_error(
    url: str, omics: Client, workflow: str
) -> None:
    batch = start_batch(omics, workflow)
    state_manager.set_transition("omics::batch", {"progression": "sideways"})
    response = _send(url, "GET", f"/runBatch/{batch}")
    assert response.status_code == 500
    assert response.headers["x-amzn-errortype"] == "InternalServerException"
    assert response.json()["message"]


# -- concurrency --


def test_concurrent_requests_of_all_kinds(omics: Client, workflow: str) -> None:
    def work(thread: int) -> list[str]:
        ids = []
        for n in range(6):
            batch = start_batch(omics, workflow, *(f"s{i}" for i in range(5)))
            while omics.get_batch(batchId=batch)["status"] != "INPROGRESS":
                pass
            runs = omics.list_runs_in_batch(batchId=batch)["runs"]
            run_id = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://r/x")["id"]
            omics.cancel_run(id=runs[n % 5]["runId"])
            omics.list_batch(maxItems=3)
            omics.list_runs(maxResults=3)
            ids += [batch, run_id, *(run["runId"] for run in runs)]
        return ids

    with ThreadPoolExecutor(8) as pool:
        ids = [id for found in pool.map(work, range(8)) for id in found]
    assert len(ids) == 8 * 6 * 7
    assert len(set(ids)) == len(ids)
    pages = omics.get_paginator("list_runs").paginate(PaginationConfig={"PageSize": 7})
    assert sum(len(page["items"]) for page in pages) == 8 * 6 * 6


def test_concurrent_requests_with_one_request_id_create_one_batch(
    omics: Client, workflow: str
) -> None:
    def start(_: int) -> str:
        response = omics.start_run_batch(
            requestId="the-same",
            defaultRunSetting={"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://r/x"},
            batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}]},
        )
        return str(response["id"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(16)))) == 1
    assert len(omics.list_batch()["items"]) == 1
