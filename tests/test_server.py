"""The moto server with HealthOmics in it, over real HTTP, as clients of any language see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.moto_api import state_manager
from moto.moto_api._internal.models import moto_api_backend
from moto.server import ThreadedMotoServer

from conftest import REGION, ROLE, Client, definition
from moto_omics_batch.omics.responses import OmicsResponse
from moto_omics_batch.wire import model
from tests.wire.raw import SIGNED

SECONDS = 30


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    """The address of a moto server in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def url(running: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the server, empty before and after."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    transitions = dict(state_manager._transitions)
    moto_api_backend.reset()
    yield running
    moto_api_backend.reset()
    state_manager._transitions = transitions


def _client(url: str, service: str = "omics", **config: Any) -> Client:
    # Only an endpoint: no setting about host prefixes, which is what this package is there for.
    settings = Config(retries={"max_attempts": 1}, max_pool_connections=16, **config)
    return boto3.client(  # type: ignore[call-overload]
        service, region_name=REGION, endpoint_url=url, config=settings
    )


@pytest.fixture
def omics(url: str) -> Client:
    return _client(url)


def _call(url: str, method: str, path: str, **kwargs: Any) -> requests.Response:
    headers = {**SIGNED, **kwargs.pop("headers", {})}
    return requests.request(method, url + path, headers=headers, timeout=SECONDS, **kwargs)


def _workflow(omics: Client) -> str:
    created = omics.create_workflow(name="align", engine="WDL", definitionZip=definition())
    return str(created["id"])


def _start(omics: Client, workflow: str, settings: dict[str, Any]) -> str:
    default = {"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://results/x"}
    return str(omics.start_run_batch(defaultRunSetting=default, batchRunSettings=settings)["id"])


# -- clients --


def test_boto3_needs_nothing_but_the_endpoint(omics: Client) -> None:
    batch_id = _start(omics, _workflow(omics), {"inlineSettings": [{"runSettingId": "s1"}]})
    assert [b["id"] for b in omics.list_batch()["items"]] == [batch_id]
    seen = [omics.get_batch(batchId=batch_id)["status"] for _ in range(10)]
    assert seen[0] == "CREATING" or seen[0] == "PENDING"
    assert seen[-1] == "PROCESSED"
    arn = omics.get_batch(batchId=batch_id)["arn"]
    omics.tag_resource(resourceArn=arn, tags={"cohort": "giab"})
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == {"cohort": "giab"}
    omics.delete_batch(batchId=batch_id)
    with pytest.raises(ClientError) as gone:
        omics.get_batch(batchId=batch_id)
    answer = gone.value.response
    assert answer["Error"]["Code"] == "ResourceNotFoundException"
    assert answer["Error"]["Message"] == f"Batch {batch_id} not found"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_the_environment_may_name_the_endpoint(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_OMICS", url)
    client = boto3.client("omics", region_name=REGION)
    assert client.list_batch()["items"] == []


def test_a_signature_is_not_looked_at(url: str) -> None:
    answer = _call(url, "GET", "/runBatch")
    assert (answer.status_code, answer.json()) == (200, {"items": []})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-amzn-requestid"]


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
def test_unknown_paths_get_a_json_error(url: str, method: str, path: str) -> None:
    answer = _call(url, method, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-amzn-errortype"] == "ResourceNotFoundException"
    assert answer.json()["message"].startswith(f"HealthOmics has no operation {method} /")


def _path(uri: str) -> str:
    path = uri.partition("?")[0].replace("+}", "}")
    for label in ("resourceArn",):
        path = path.replace(f"{{{label}}}", "arn:aws:omics:us-east-1:1:run%2F1")
    while "{" in path:
        before, _, rest = path.partition("{")
        path = before + "1" + rest.partition("}")[2]
    return path


def test_all_operations_of_the_model_answer_json(url: str) -> None:
    service = model.service()
    assert len(service.operation_names) >= 107
    implemented = []
    for name in service.operation_names:
        http = service.operation_model(name).http
        answer = _call(url, http["method"], _path(http["requestUri"]), data="{}")
        where = f"{name}: {answer.status_code} {answer.text[:200]}"
        if answer.status_code == 501:
            told = {"message": f"{name} is not implemented by this mock"}
            assert answer.json() == told, where
            assert answer.headers["x-amzn-errortype"] == "NotImplemented", where
        else:
            implemented.append(name)
            assert name in model.plane(), where
            assert answer.status_code < 500, where
            assert answer.text == "" or isinstance(answer.json(), dict), where
        assert answer.headers["content-type"] == "application/json", where
    seed = {"StartRunBatch", "GetBatch", "ListBatch", "ListRunsInBatch", "CancelRunBatch"}
    assert seed | {"DeleteRunBatch", "DeleteBatch"} <= set(implemented)


def test_boto3_tells_what_is_not_implemented(omics: Client) -> None:
    with pytest.raises(ClientError) as refused:
        omics.list_sequence_stores()
    answer = refused.value.response
    assert answer["Error"] == {
        "Code": "NotImplemented",
        "Message": "ListSequenceStores is not implemented by this mock",
    }
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_bug_is_a_json_error_and_logged(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: OmicsResponse) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(OmicsResponse, "list_batch", broken)
    answer = _call(url, "GET", "/runBatch")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-amzn-errortype"] == "InternalServerException"
    assert answer.json() == {"message": "An internal error has occurred"}
    assert "a bug of ours" in caplog.text


def test_the_lock_is_free_again_after_a_bug(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(OmicsResponse, "list_batch", lambda self: 1 / 0)
        assert _call(url, "GET", "/runBatch").status_code == 500
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(_call, url, "GET", "/runBatch").result(SECONDS).status_code == 200


# -- moto's own switchboard --


def test_the_dashboard_lists_our_resources(url: str, omics: Client) -> None:
    workflow = _workflow(omics)
    omics.create_workflow_version(
        workflowId=workflow, versionName="v2", engine="WDL", definitionZip=definition()
    )
    group = omics.create_run_group(name="group")["id"]
    cache = omics.create_run_cache(cacheS3Location="s3://cache/x")["id"]
    omics.create_configuration(name="plain", runConfigurations={})
    batch = _start(omics, workflow, {"inlineSettings": [{"runSettingId": "s1"}]})
    run = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://results/x")["id"]
    answer = requests.get(f"{url}/moto-api/data.json", timeout=SECONDS)
    assert answer.status_code == 200
    shown = answer.json()["omics"]
    found = {kind: [item["id"] for item in items] for kind, items in shown.items() if items}
    assert found == {
        "Batch": [batch],
        "Configuration": ["plain"],
        "Run": [run],
        "RunCache": [cache],
        "RunGroup": [group],
        "Workflow": [workflow],
        "WorkflowVersion": ["v2"],
    }
    assert shown["Batch"][0]["status"] == "CREATING"
    assert shown["Run"][0]["status"] == "PENDING"


def test_the_dashboard_stays_small_for_a_large_batch(url: str, omics: Client) -> None:
    s3 = _client(url, "s3", s3={"addressing_style": "path"})
    s3.create_bucket(Bucket="settings")
    entries = [
        {"runSettingId": f"HG{n:05}", "parameters": {"sample": f"HG{n:05}"}} for n in range(10_000)
    ]
    s3.put_object(Bucket="settings", Key="runs.json", Body=json.dumps(entries).encode())
    state_manager.set_transition("omics::batch", {"progression": "immediate"})
    batch = _start(omics, _workflow(omics), {"s3UriSettings": "s3://settings/runs.json"})
    assert omics.get_batch(batchId=batch)["runSummary"]["completedRunCount"] == 10_000
    answer = requests.get(f"{url}/moto-api/data.json", timeout=SECONDS)
    assert len(json.dumps(answer.json()["omics"])) < 20_000


def test_the_dashboard_survives_deletions(url: str, omics: Client) -> None:
    workflow = _workflow(omics)
    run = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://results/x")["id"]
    omics.cancel_run(id=run)
    while omics.get_run(id=run)["status"] != "CANCELLED":
        pass
    omics.delete_run(id=run)
    omics.delete_workflow(id=workflow)
    assert requests.get(f"{url}/moto-api/data.json", timeout=SECONDS).status_code == 200


def test_reset_forgets_everything(url: str, omics: Client) -> None:
    group = omics.create_run_group(name="group")["id"]
    assert requests.post(f"{url}/moto-api/reset", timeout=SECONDS).json() == {"status": "ok"}
    assert omics.list_run_groups()["items"] == []
    with pytest.raises(ClientError, match=f"Run group {group} not found"):
        omics.get_run_group(id=group)
    assert (
        requests.get(f"{url}/moto-api/data.json", timeout=SECONDS).json()["omics"]["RunGroup"] == []
    )


def test_the_state_manager_is_reached_over_http(url: str, omics: Client) -> None:
    api = f"{url}/moto-api/state-manager"
    name = "omics::batch"
    shown = requests.get(f"{api}/get-transition?model_name={name}", timeout=SECONDS)
    assert shown.json() == {"progression": "manual", "times": 1}
    body: Any = {"model_name": name, "transition": {"progression": "immediate"}}
    assert requests.post(f"{api}/set-transition", json=body, timeout=SECONDS).status_code == 201
    workflow = _workflow(omics)
    settings = {"inlineSettings": [{"runSettingId": "s1"}]}
    batch = _start(omics, workflow, settings)
    assert omics.get_batch(batchId=batch)["status"] == "PROCESSED"
    body = {"model_name": name}
    assert requests.post(f"{api}/unset-transition", json=body, timeout=SECONDS).status_code == 201
    batch = _start(omics, workflow, settings)
    assert omics.get_batch(batchId=batch)["status"] == "PENDING"


def test_a_transition_that_does_not_exist_is_a_json_error(url: str, omics: Client) -> None:
    batch = _start(omics, _workflow(omics), {"inlineSettings": [{"runSettingId": "s1"}]})
    state_manager.set_transition("omics::batch", {"progression": "sideways"})
    answer = _call(url, "GET", f"/runBatch/{batch}")
    assert answer.status_code == 500
    assert answer.headers["x-amzn-errortype"] == "InternalServerException"
    assert answer.json()["message"]


# -- many at once --


def test_many_threads_start_look_and_list(omics: Client) -> None:
    workflow = _workflow(omics)

    def work(thread: int) -> list[str]:
        ids = []
        for n in range(6):
            settings = {"inlineSettings": [{"runSettingId": f"s{i}"} for i in range(5)]}
            batch = _start(omics, workflow, settings)
            while omics.get_batch(batchId=batch)["status"] != "INPROGRESS":
                pass
            runs = omics.list_runs_in_batch(batchId=batch)["runs"]
            solo = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://r/x")["id"]
            omics.cancel_run(id=runs[n % 5]["runId"])
            omics.list_batch(maxItems=3)
            omics.list_runs(maxResults=3)
            ids += [batch, solo, *(run["runId"] for run in runs)]
        return ids

    with ThreadPoolExecutor(8) as pool:
        ids = [id for found in pool.map(work, range(8)) for id in found]
    assert len(ids) == 8 * 6 * 7
    assert len(set(ids)) == len(ids)
    pages = omics.get_paginator("list_runs").paginate(PaginationConfig={"PageSize": 7})
    assert sum(len(page["items"]) for page in pages) == 8 * 6 * 6


def test_one_token_in_many_threads_makes_one_batch(omics: Client) -> None:
    workflow = _workflow(omics)

    def start(_: int) -> str:
        answer = omics.start_run_batch(
            requestId="the-same",
            defaultRunSetting={"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://r/x"},
            batchRunSettings={"inlineSettings": [{"runSettingId": "s1"}]},
        )
        return str(answer["id"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(16)))) == 1
    assert len(omics.list_batch()["items"]) == 1
