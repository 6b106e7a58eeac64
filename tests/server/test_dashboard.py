"""The data of moto's dashboard, ``/moto-api/data.json``."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import boto3
import requests
from botocore.config import Config
from moto.core.config import default_user_config
from moto.moto_api import state_manager

from conftest import ACCOUNT, REGION, ROLE, Client, definition

from .controls import TIMEOUT, advance, start_batch

TAGS = {"cohort": "giab"}

#: Longer than all ids, names, ARNs and tags of these tests.
LONG_TEXT = "x" * 20_000


def get_resources(url: str) -> dict[str, list[dict[str, Any]]]:
    """Return the resources of HealthOmics in the dashboard data, by class."""
    response = requests.get(f"{url}/moto-api/data.json", timeout=TIMEOUT)
    assert response.status_code == 200
    resources: dict[str, list[dict[str, Any]]] = response.json()["omics"]
    return resources


def arn_of(resource: str) -> str:
    return f"arn:aws:omics:{REGION}:{ACCOUNT}:{resource}"


def create_plain_resources(omics: Client) -> dict[str, list[dict[str, Any]]]:
    """Create one resource of each kind except batches and runs; return their dashboard data."""
    workflow = omics.create_workflow(
        name="align",
        definitionZip=definition(),
        parameterTemplate={"sample": {"description": "d" * 256, "optional": True}},
        readmeMarkdown=LONG_TEXT,
        tags=TAGS,
    )["id"]
    omics.create_workflow_version(
        workflowId=workflow, versionName="v2", definitionZip=definition(), tags=TAGS
    )
    group = omics.create_run_group(name="group", tags=TAGS)["id"]
    cache = omics.create_run_cache(name="cache", cacheS3Location="s3://cache", tags=TAGS)["id"]
    omics.create_configuration(name="plain", runConfigurations={}, tags=TAGS)
    # The configuration becomes ACTIVE with the next request.
    omics.get_configuration(name="plain")
    expected = (
        ("Configuration", "configuration", "plain", "plain"),
        ("RunCache", "runCache", cache, "cache"),
        ("RunGroup", "runGroup", group, "group"),
        ("Workflow", "workflow", workflow, "align"),
        ("WorkflowVersion", "workflow", f"{workflow}/version/v2", "v2"),
    )
    return {
        kind: [
            {
                "arn": arn_of(f"{arn_kind}/{id}"),
                "id": id,
                "name": name,
                "status": "ACTIVE",
                "tags": TAGS,
            }
        ]
        for kind, arn_kind, id, name in expected
    }


def test_dashboard_lists_id_name_status_and_tags(url: str, omics: Client) -> None:
    expected = create_plain_resources(omics)
    found = {kind: resources for kind, resources in get_resources(url).items() if resources}
    assert found == expected


def test_dashboard_lists_batches_and_runs(url: str, omics: Client, workflow: str) -> None:
    """The runs of a batch are not listed."""
    batch = start_batch(omics, workflow, batchName="cohort", tags=TAGS)
    run = omics.start_run(
        workflowId=workflow,
        roleArn=ROLE,
        outputUri="s3://results/x",
        name="HG002",
        tags=TAGS,
        parameters={"notes": LONG_TEXT},
    )["id"]
    advance(url, batch, "INPROGRESS")
    advance(url, run, "RUNNING")
    resources = get_resources(url)
    assert resources["Batch"] == [
        {
            "arn": arn_of(f"runBatch/{batch}"),
            "id": batch,
            "name": "cohort",
            "status": "INPROGRESS",
            "tags": TAGS,
            "total_runs": 2,
        }
    ]
    assert resources["Run"] == [{"id": run, "name": "HG002", "status": "RUNNING", "tags": TAGS}]


def test_dashboard_data_of_a_large_batch_is_small(url: str, omics: Client, workflow: str) -> None:
    settings = Config(s3={"addressing_style": "path"})
    s3 = boto3.client("s3", region_name=REGION, endpoint_url=url, config=settings)
    s3.create_bucket(Bucket="settings")
    entries = [
        {"runSettingId": f"HG{n:05}", "parameters": {"sample": f"HG{n:05}"}} for n in range(10_000)
    ]
    s3.put_object(Bucket="settings", Key="runs.json", Body=json.dumps(entries).encode())
    state_manager.set_transition("omics::batch", {"progression": "immediate"})
    batch = omics.start_run_batch(
        defaultRunSetting={"workflowId": workflow, "roleArn": ROLE, "outputUri": "s3://results/x"},
        batchRunSettings={"s3UriSettings": "s3://settings/runs.json"},
    )["id"]
    assert omics.get_batch(batchId=batch)["runSummary"]["completedRunCount"] == 10_000
    assert len(json.dumps(get_resources(url))) < 2_000


def test_dashboard_does_not_list_deleted_resources(url: str, omics: Client, workflow: str) -> None:
    batch = start_batch(omics, workflow)
    run = omics.start_run(workflowId=workflow, roleArn=ROLE, outputUri="s3://results/x")["id"]
    advance(url, batch, "PROCESSED")
    advance(url, run, "COMPLETED")
    omics.delete_run(id=run)
    omics.delete_run_batch(batchId=batch)
    advance(url, batch, "RUNS_DELETED")
    omics.delete_batch(batchId=batch)
    omics.delete_workflow(id=workflow)
    other = create_plain_resources(omics)
    (version,) = other["WorkflowVersion"]
    workflow = other["Workflow"][0]["id"]
    omics.delete_workflow_version(workflowId=workflow, versionName=version["name"])
    omics.delete_workflow(id=workflow)
    omics.delete_run_group(id=other["RunGroup"][0]["id"])
    omics.delete_run_cache(id=other["RunCache"][0]["id"])
    omics.delete_configuration(name="plain")
    # The configuration is deleted with the next request.
    assert omics.list_configurations()["items"] == []
    resources = get_resources(url)
    # Classes of storage and analytics are listed as soon as they were imported.
    assert {"Batch", "Run", *other} <= resources.keys()
    assert not any(resources.values())


def test_dashboard_lists_each_catalogue_workflow_once(url: str, omics: Client) -> None:
    """Also after other settings have added a workflow to the catalogue."""
    for id in ("5555555", "6666666"):
        declared = {"id": id, "type": "READY2RUN", "versions": ["3.0.0"]}
        with patch.dict(default_user_config, {"omics": {"workflows": [declared]}}):
            listed = omics.list_workflows(type="READY2RUN")["items"]
    resources = get_resources(url)
    arns = [workflow["arn"] for workflow in resources["Workflow"]]
    assert arns == [workflow["arn"] for workflow in listed]
    assert [version["name"] for version in resources["WorkflowVersion"]] == ["3.0.0"] * 2
