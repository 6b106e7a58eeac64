"""resourcegroupstaggingapi finds the resources of HealthOmics (moto 5.2.5 or later)."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from conftest import Client, MakeClient, StartBatch, definition
from tests.omics.helpers import StartRun

pytestmark = pytest.mark.skipif(
    find_spec("moto.core.resource_tagging") is None,
    reason="this moto has no TaggableResourcesMixin",
)


def found(tagging: Client, **filters: object) -> dict[str, dict[str, str]]:
    """Return ARN → tags of GetResources."""
    mappings = tagging.get_resources(**filters)["ResourceTagMappingList"]
    return {
        m["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in m["Tags"]}
        for m in mappings
        if ":omics:" in m["ResourceARN"]
    }


@pytest.mark.our_choice("W9")
def test_tagged_resources_of_all_families_are_found(
    client: MakeClient, omics: Client, start_batch: StartBatch, start_run: StartRun
) -> None:
    tags = {"project": "trio"}
    workflow = omics.create_workflow(definitionZip=definition(), tags=tags)
    version = omics.create_workflow_version(
        workflowId=workflow["id"], versionName="2", definitionZip=definition(), tags=tags
    )
    group = omics.create_run_group(tags=tags)
    cache = omics.create_run_cache(cacheS3Location="s3://cache/x", tags=tags)
    run = start_run(tags=tags)
    start_run()
    batch_id = start_batch(["s1"], tags=tags, runTags={"of": "batch"})
    for _ in range(3):
        omics.get_batch(batchId=batch_id)
    batch, batch_run = omics.get_batch(batchId=batch_id), omics.list_runs()["items"][-1]
    tagging = client("resourcegroupstaggingapi")
    arns = [r["arn"] for r in (workflow, version, group, cache, run, batch)]
    expected = dict.fromkeys(arns, tags) | {batch_run["arn"]: {"of": "batch"}}
    assert found(tagging) == expected
    assert found(tagging, ResourceTypeFilters=["omics:runGroup"]) == {group["arn"]: tags}
    only = found(tagging, TagFilters=[{"Key": "of", "Values": ["batch"]}])
    assert list(only) == [batch_run["arn"]]


@pytest.mark.our_choice("W9")
def test_tags_are_changed_by_the_tagging_api(
    client: MakeClient, omics: Client, start_run: StartRun
) -> None:
    tagging, arn = client("resourcegroupstaggingapi"), start_run(tags={"a": "1"})["arn"]
    tagging.tag_resources(ResourceARNList=[arn], Tags={"b": "2"})
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1", "b": "2"}
    tagging.untag_resources(ResourceARNList=[arn], TagKeys=["a"])
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}


@pytest.mark.our_choice("W9")
def test_unknown_resource_is_reported_by_the_tagging_api(
    client: MakeClient, omics: Client, start_run: StartRun
) -> None:
    arn = start_run()["arn"]
    unknown = arn.rpartition("/")[0] + "/1"
    answer = client("resourcegroupstaggingapi").tag_resources(
        ResourceARNList=[arn, unknown], Tags={"b": "2"}
    )
    assert list(answer["FailedResourcesMap"]) == [unknown]
    assert omics.list_tags_for_resource(resourceArn=arn)["tags"] == {"b": "2"}
