"""Declaring results over HTTP, for users of the server (L57)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests

from conftest import REGION, ROLE, Client
from moto_omics_batch import results
from moto_omics_batch.domain.run_words import WORDS
from moto_omics_batch.domain.task_declaration import PROPERTIES

from .controls import OK, TIMEOUT, advance, send

RESULTS = "results"


@pytest.fixture
def s3(url: str) -> Client:
    """A client of S3 in the server, with the bucket ``results``."""
    client = boto3.client("s3", region_name=REGION, endpoint_url=url)
    client.create_bucket(Bucket="results")
    return client


@pytest.fixture(autouse=True)
def _results_are_cleared(url: str) -> Iterator[None]:
    yield
    send(url, RESULTS, "DELETE")


def complete_run(url: str, omics: Client, workflow: str, **settings: Any) -> str:
    """Start a run, advance it to COMPLETED, and return its id."""
    members = {"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://results", **settings}
    run_id = str(omics.start_run(**members)["id"])
    advance(url, run_id, "COMPLETED")
    return run_id


def list_keys(s3: Client) -> list[str]:
    return [item["Key"] for item in s3.list_objects_v2(Bucket="results").get("Contents", [])]


def test_post_declares_outputs(url: str, omics: Client, workflow: str, s3: Client) -> None:
    declaration = {
        "declare": "outputs",
        "name": "HG002",
        "files": {"out/vcf/{name}.vcf": "{runId}", "b": {"base64": "/w=="}},
        "values": {"depth": 3},
        "batchName": None,
    }
    assert send(url, RESULTS, json=declaration) == OK
    complete_run(url, omics, workflow, name="HG001")
    assert list_keys(s3) == []
    run_id = complete_run(url, omics, workflow, name="HG002")
    keys = ("b", "logs/engine.log", "logs/outputs.json", "out/vcf/HG002.vcf")
    assert list_keys(s3) == [f"{run_id}/{key}" for key in keys]
    bodies = [
        s3.get_object(Bucket="results", Key=f"{run_id}/{key}")["Body"].read()
        for key in ("b", "out/vcf/HG002.vcf")
    ]
    assert bodies == [b"\xff", run_id.encode()]


def test_post_declares_a_task(url: str, omics: Client, workflow: str) -> None:
    assert send(url, RESULTS, json={"declare": "task", "task": "align", "cpus": 4}) == OK
    run_id = complete_run(url, omics, workflow)
    (task,) = omics.list_run_tasks(id=run_id)["items"]
    assert (task["cpus"], task["instanceType"]) == (4, "omics.c.xlarge")


def test_get_returns_what_is_declared_with_shortened_bodies(url: str, omics: Client) -> None:
    assert send(url, RESULTS, "GET") == (200, {"outputs": [], "tasks": []})
    send(url, RESULTS, json={"declare": "outputs", "runId": "1", "files": {"a": "x" * 400}})
    results.outputs(files={"b": b"ab"}, values={"v": 1}, region=REGION)
    send(url, RESULTS, json={"declare": "task", "task": "Call", "cacheHit": False})
    assert send(url, RESULTS, "GET") == (
        200,
        {
            "outputs": [
                {"runId": "1", "files": {"a": f"{'x' * 300}..."}},
                {"files": {"b": {"base64": "YWI="}}, "values": {"v": 1}},
            ],
            "tasks": [{"task": "Call", "cacheHit": False}],
        },
    )


def test_delete_and_reset_remove_all_declarations(url: str, omics: Client) -> None:
    for reset in (
        lambda: send(url, RESULTS, "DELETE"),
        lambda: requests.post(f"{url}/moto-api/reset", timeout=TIMEOUT),
    ):
        send(url, RESULTS, json={"declare": "outputs"})
        send(url, RESULTS, json={"declare": "task", "task": "Call", "cpus": 2})
        assert send(url, RESULTS, "GET")[1] != {"outputs": [], "tasks": []}
        reset()
        assert send(url, RESULTS, "GET") == (200, {"outputs": [], "tasks": []})


def test_account_and_region_can_be_given(url: str) -> None:
    other = {"account_id": "210987654321", "region": "eu-west-1"}
    assert send(url, RESULTS, json={"declare": "outputs", **other}) == OK
    assert send(url, RESULTS, "GET") == (200, {"outputs": [], "tasks": []})
    assert send(url, RESULTS, "GET", params=other) == (200, {"outputs": [{}], "tasks": []})
    assert send(url, RESULTS, "DELETE", params=other) == OK
    assert send(url, RESULTS, "GET", params=other) == (200, {"outputs": [], "tasks": []})


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "there is no declaration None; there are outputs, task"),
        ({"declare": "clear"}, "there is no declaration 'clear'; there are outputs, task"),
        (
            {"declare": "outputs", "sample": "HG002"},
            "there is no keyword argument of outputs 'sample'; there are "
            f"files, values, {', '.join(WORDS)}",
        ),
        (
            {"declare": "task", "task": "Call", "cpu": 4},
            "there is no keyword argument of task 'cpu'; there are "
            f"task, {', '.join(PROPERTIES)}, {', '.join(WORDS)}",
        ),
        (
            {"declare": "outputs", "files": {"a\ud800": "x"}},
            "the key of files['a\\ud800'] has characters that UTF-8 cannot represent",
        ),
        (
            {"declare": "outputs", "files": {"a": "{\n"}},
            "files['a'] has a brace without its counterpart; "
            "double literal braces ({{ and }}), or give bytes",
        ),
        (
            {"declare": "outputs", "files": {"a": {"base64": [1]}}},
            "files['a'] must be valid base64",
        ),
        ({"declare": "task", "cpus": 4}, "task must be the name of a task, not None"),
    ],
)
def test_an_invalid_declaration_is_refused(url: str, members: dict[str, Any], message: str) -> None:
    assert send(url, RESULTS, json=members) == (400, {"message": message})
    assert send(url, RESULTS, "GET") == (200, {"outputs": [], "tasks": []})


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_get_and_delete_take_no_members(url: str, method: str) -> None:
    message = {"message": "there must be no members, not declare"}
    assert send(url, RESULTS, method, json={"declare": "outputs"}) == (400, message)


def test_an_unsupported_method_is_refused(url: str) -> None:
    message = {"message": "the method must be POST or GET or DELETE"}
    assert send(url, RESULTS, "PUT", json={}) == (405, message)
