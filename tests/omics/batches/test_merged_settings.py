"""What a run of a batch is started with: the settings of all, and its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import Answer, Client, StartBatch, Until
from tests.omics.helpers import requires_member

Runs = Callable[..., list[Answer]]


@pytest.fixture(params=["inline", "s3"])
def runs(
    request: pytest.FixtureRequest,
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    put_settings: Callable[..., str],
) -> Runs:
    """``runs([{"priority": 1}, {}], **default)``: start a batch of such entries → its GetRun
    answers. Entries come inline, and then from S3."""

    def start(owns: list[dict[str, Any]], **default: Any) -> list[Answer]:
        entries = [{"runSettingId": f"s{n}", **own} for n, own in enumerate(owns)]
        s3 = put_settings(entries) if request.param == "s3" else None
        batch_id = start_batch(entries, s3=s3, **default)
        assert until(batch_id, "INPROGRESS")["submissionSummary"][
            "successfulStartSubmissionCount"
        ] == len(owns)
        listed = omics.list_runs_in_batch(batchId=batch_id)["runs"]
        return [omics.get_run(id=run["runId"]) for run in listed]

    return start


@pytest.mark.documented("B30", "B31")
@pytest.mark.parametrize(
    ("member", "common", "own"),
    [
        ("name", "cohort", "HG002"),
        ("outputUri", "s3://results/all", "s3://results/own"),
        ("priority", 10, 0),
    ],
)
def test_a_runs_own_setting_replaces_that_of_all(
    runs: Runs, member: str, common: Any, own: Any
) -> None:
    first, second = runs([{}, {member: own}], **{member: common})
    assert [first[member], second[member]] == [common, own]


@pytest.mark.documented("B30")
@pytest.mark.parametrize("member", ["name", "priority"])
def test_a_setting_may_be_a_runs_alone(runs: Runs, member: str) -> None:
    value: Any = {"name": "HG002", "priority": 7}[member]
    first, second = runs([{}, {member: value}])
    assert member not in first
    assert second[member] == value


@pytest.mark.documented("B30")
def test_a_run_has_its_output_below_its_own_output_uri(runs: Runs) -> None:
    first, second = runs([{}, {"outputUri": "s3://results/own/"}], outputUri="s3://results/all")
    assert first["runOutputUri"] == f"s3://results/all/{first['id']}"
    assert second["runOutputUri"] == f"s3://results/own/{second['id']}"


@pytest.mark.documented("B30")
def test_the_owner_of_the_output_bucket_may_be_told_for_each_run(runs: Runs, omics: Client) -> None:
    # GetRun has no such member; both places take it, and the batch tells that of all.
    first, second = runs(
        [{}, {"outputBucketOwnerId": "210987654321"}], outputBucketOwnerId="123456789012"
    )
    assert first["batchId"] == second["batchId"]
    default = omics.get_batch(batchId=first["batchId"])["defaultRunSetting"]
    assert default["outputBucketOwnerId"] == "123456789012"


@pytest.mark.documented("B30")
def test_all_other_settings_are_the_batchs(omics: Client, runs: Runs) -> None:
    group = omics.create_run_group(name="group")["id"]
    cache = omics.create_run_cache(cacheS3Location="s3://cache-bucket/x")["id"]
    common = {
        "runGroupId": group,
        "cacheId": cache,
        "cacheBehavior": "CACHE_ALWAYS",
        "logLevel": "ERROR",
        "retentionMode": "REMOVE",
        "storageType": "STATIC",
        "storageCapacity": 2400,
    }
    for run in runs([{}, {"name": "HG002"}], **common):
        assert {name: run[name] for name in common} == common


@pytest.mark.documented("B30")
def test_what_is_not_a_runs_to_set_is_ignored_in_a_file(
    omics: Client, start_batch: StartBatch, until: Until, put_settings: Callable[..., str]
) -> None:
    entry = {
        "runSettingId": "s1",
        "workflowId": "7654321",
        "logLevel": "OFF",
        "retentionMode": "nonsense",
        "roleArn": "x",
    }
    batch_id = start_batch(s3=put_settings([entry]), logLevel="ALL")
    until(batch_id, "INPROGRESS")
    (listed,) = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    run = omics.get_run(id=listed["runId"])
    assert (run["logLevel"], run["retentionMode"]) == ("ALL", "RETAIN")
    assert run["workflowId"] != "7654321"


@pytest.mark.documented("B31")
def test_parameters_are_merged_key_by_key_at_the_top_level(runs: Runs) -> None:
    common = {"ref": "hg38", "trim": {"front": 5, "tail": 5}, "panels": ["a", "b"]}
    own = {"reads": "HG002.bam", "trim": {"front": 9}, "panels": ["c"]}
    first, second, third = runs([{}, {"parameters": own}, {"parameters": {}}], parameters=common)
    assert first["parameters"] == third["parameters"] == common
    assert second["parameters"] == {
        "ref": "hg38",
        "reads": "HG002.bam",
        "trim": {"front": 9},
        "panels": ["c"],
    }


@pytest.mark.documented("B31")
def test_parameters_may_be_a_runs_alone(runs: Runs) -> None:
    first, second = runs([{}, {"parameters": {"reads": "HG002.bam", "none": None}}])
    assert "parameters" not in first
    assert second["parameters"] == {"reads": "HG002.bam", "none": None}


@pytest.mark.documented("B19", "B31")
def test_run_tags_are_merged_key_by_key(omics: Client, runs: Runs) -> None:
    first, second = runs(
        [{}, {"runTags": {"lane": "2", "sample": "HG002"}}],
        runTags={"lane": "1", "cohort": "giab"},
        tags={"batch": "yes"},
    )
    expected = [
        {"lane": "1", "cohort": "giab"},
        {"lane": "2", "cohort": "giab", "sample": "HG002"},
    ]
    assert [first["tags"], second["tags"]] == expected
    for run, tags in zip((first, second), expected, strict=True):
        assert omics.list_tags_for_resource(resourceArn=run["arn"])["tags"] == tags


@pytest.mark.documented("B31")
def test_merging_for_one_run_changes_nothing_for_the_others_nor_for_the_batch(
    omics: Client, runs: Runs
) -> None:
    common = {"a": 1}
    first, second, third = runs(
        [{}, {"parameters": {"a": 2}, "runTags": {"t": "own"}}, {}],
        parameters=common,
        runTags={"t": "all"},
    )
    assert [run["parameters"] for run in (first, second, third)] == [{"a": 1}, {"a": 2}, {"a": 1}]
    default = omics.get_batch(batchId=first["batchId"])["defaultRunSetting"]
    assert (default["parameters"], default["runTags"]) == ({"a": 1}, {"t": "all"})
    omics.tag_resource(resourceArn=first["arn"], tags={"t": "new"})
    assert omics.get_run(id=first["id"])["tags"] == {"t": "new"}
    assert omics.get_run(id=third["id"])["tags"] == {"t": "all"}
    default = omics.get_batch(batchId=first["batchId"])["defaultRunSetting"]
    assert default["runTags"] == {"t": "all"}


@pytest.mark.our_choice("B32")
@pytest.mark.parametrize(
    ("common", "own", "merged"),
    [
        ({"a": 1}, ["x"], ["x"]),
        ({"a": 1}, "x", "x"),
        ({"a": 1}, 0, 0),
        ({"a": 1}, False, False),
        ({"a": 1}, [], []),
        (["x"], {"a": 1}, {"a": 1}),
        ("x", {"a": 1}, {"a": 1}),
        (["x"], ["y"], ["y"]),
    ],
)
def test_parameters_that_are_no_object_replace(
    runs: Runs, common: Any, own: Any, merged: Any
) -> None:
    first, second = runs([{}, {"parameters": own}], parameters=common)
    assert first["parameters"] == common
    assert second["parameters"] == merged
    assert type(second["parameters"]) is type(merged)


@pytest.mark.our_choice("B31", "B32")
def test_a_null_in_a_file_is_no_setting(
    omics: Client, start_batch: StartBatch, until: Until, put_settings: Callable[..., str]
) -> None:
    entry = {"runSettingId": "s1", "name": None, "parameters": None, "runTags": None}
    uri = put_settings([{**entry, "outputUri": None, "priority": None}])
    batch_id = start_batch(
        s3=uri, name="cohort", parameters={"a": 1}, runTags={"t": "v"}, priority=3
    )
    until(batch_id, "INPROGRESS")
    (listed,) = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    run = omics.get_run(id=listed["runId"])
    assert (run["name"], run["parameters"], run["tags"]) == ("cohort", {"a": 1}, {"t": "v"})
    assert (run["priority"], run["outputUri"]) == (3, "s3://results/cohort")


@pytest.mark.documented("B21", "B30", "B31")
@requires_member("InlineSetting", "engineSettings")
def test_engine_settings_replace_and_are_not_merged(omics: Client, runs: Runs) -> None:
    workflow_id = omics.create_workflow(
        name="nf", engine="NEXTFLOW", definitionUri="s3://workflows/nf.zip"
    )["id"]
    first, second = runs(
        [{}, {"engineSettings": {"profile": "big"}}],
        workflowId=workflow_id,
        engineSettings={"profile": "small", "engineVersion": "25.10.0"},
    )
    assert first["engineSettings"] == {"profile": "small", "engineVersion": "25.10.0"}
    assert second["engineSettings"] == {"profile": "big"}
