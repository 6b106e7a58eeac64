"""Merging of defaultRunSetting and the settings of each run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import Answer, Client, StartBatch, Until
from tests.omics.helpers import PutSettings, requires_member

StartRuns = Callable[..., list[Answer]]


@pytest.fixture(params=["inline", "s3"])
def start_runs(
    request: pytest.FixtureRequest,
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    put_settings: PutSettings,
) -> StartRuns:
    """``start_runs([{"priority": 1}, {}], **default)`` starts a batch; returns GetRun responses.

    The entries are inline settings or an S3 file, depending on the parameter of the fixture.
    """

    def start(overrides: list[dict[str, Any]], **default: Any) -> list[Answer]:
        entries = [{"runSettingId": f"s{n}", **override} for n, override in enumerate(overrides)]
        s3 = put_settings(entries) if request.param == "s3" else None
        batch_id = start_batch(entries, s3=s3, **default)
        assert until(batch_id, "INPROGRESS")["submissionSummary"][
            "successfulStartSubmissionCount"
        ] == len(overrides)
        listed = omics.list_runs_in_batch(batchId=batch_id)["runs"]
        return [omics.get_run(id=run["runId"]) for run in listed]

    return start


@pytest.mark.documented("B30", "B31")
@pytest.mark.parametrize(
    ("member", "default_value", "override"),
    [
        ("name", "cohort", "HG002"),
        ("outputUri", "s3://results/all", "s3://results/own"),
        ("priority", 10, 0),
    ],
)
def test_run_setting_overrides_the_default(
    start_runs: StartRuns, member: str, default_value: Any, override: Any
) -> None:
    first, second = start_runs([{}, {member: override}], **{member: default_value})
    assert [first[member], second[member]] == [default_value, override]


@pytest.mark.documented("B30")
@pytest.mark.parametrize("member", ["name", "priority"])
def test_setting_without_default_applies_to_one_run(start_runs: StartRuns, member: str) -> None:
    value: Any = {"name": "HG002", "priority": 7}[member]
    first, second = start_runs([{}, {member: value}])
    assert member not in first
    assert second[member] == value


@pytest.mark.documented("B30")
def test_output_is_written_below_the_output_uri_of_the_run(start_runs: StartRuns) -> None:
    first, second = start_runs(
        [{}, {"outputUri": "s3://results/own/"}], outputUri="s3://results/all"
    )
    assert first["runOutputUri"] == f"s3://results/all/{first['id']}"
    assert second["runOutputUri"] == f"s3://results/own/{second['id']}"


@pytest.mark.documented("B30")
def test_output_bucket_owner_can_be_set_per_run(start_runs: StartRuns, omics: Client) -> None:
    # GetRun does not return the member; GetBatch returns the default.
    first, second = start_runs(
        [{}, {"outputBucketOwnerId": "210987654321"}], outputBucketOwnerId="123456789012"
    )
    assert first["batchId"] == second["batchId"]
    default = omics.get_batch(batchId=first["batchId"])["defaultRunSetting"]
    assert default["outputBucketOwnerId"] == "123456789012"


@pytest.mark.documented("B30")
def test_other_settings_apply_to_the_whole_batch(omics: Client, start_runs: StartRuns) -> None:
    group = omics.create_run_group(name="group")["id"]
    cache = omics.create_run_cache(cacheS3Location="s3://cache-bucket/x")["id"]
    default_value = {
        "runGroupId": group,
        "cacheId": cache,
        "cacheBehavior": "CACHE_ALWAYS",
        "logLevel": "ERROR",
        "retentionMode": "REMOVE",
        "storageType": "STATIC",
        "storageCapacity": 2400,
    }
    for run in start_runs([{}, {"name": "HG002"}], **default_value):
        assert {name: run[name] for name in default_value} == default_value


@pytest.mark.documented("B30")
def test_batch_level_settings_in_s3_entries_are_ignored(
    omics: Client, start_batch: StartBatch, until: Until, put_settings: PutSettings
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
def test_parameters_are_merged_by_top_level_key(start_runs: StartRuns) -> None:
    default_value = {"ref": "hg38", "trim": {"front": 5, "tail": 5}, "panels": ["a", "b"]}
    override = {"reads": "HG002.bam", "trim": {"front": 9}, "panels": ["c"]}
    first, second, third = start_runs(
        [{}, {"parameters": override}, {"parameters": {}}], parameters=default_value
    )
    assert first["parameters"] == third["parameters"] == default_value
    assert second["parameters"] == {
        "ref": "hg38",
        "reads": "HG002.bam",
        "trim": {"front": 9},
        "panels": ["c"],
    }


@pytest.mark.documented("B31")
def test_parameters_without_default_apply_to_one_run(start_runs: StartRuns) -> None:
    first, second = start_runs([{}, {"parameters": {"reads": "HG002.bam", "none": None}}])
    assert "parameters" not in first
    assert second["parameters"] == {"reads": "HG002.bam", "none": None}


@pytest.mark.documented("B19", "B31")
def test_run_tags_are_merged_by_key(omics: Client, start_runs: StartRuns) -> None:
    first, second = start_runs(
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
def test_merging_does_not_change_other_runs_or_the_batch(
    omics: Client, start_runs: StartRuns
) -> None:
    default_value = {"a": 1}
    first, second, third = start_runs(
        [{}, {"parameters": {"a": 2}, "runTags": {"t": "own"}}, {}],
        parameters=default_value,
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
    ("default_value", "override", "merged"),
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
def test_parameters_that_are_not_objects_are_replaced(
    start_runs: StartRuns, default_value: Any, override: Any, merged: Any
) -> None:
    first, second = start_runs([{}, {"parameters": override}], parameters=default_value)
    assert first["parameters"] == default_value
    assert second["parameters"] == merged
    assert type(second["parameters"]) is type(merged)


@pytest.mark.our_choice("B31", "B32")
def test_null_in_s3_entry_means_absent(
    omics: Client, start_batch: StartBatch, until: Until, put_settings: PutSettings
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
def test_engine_settings_are_replaced(omics: Client, start_runs: StartRuns) -> None:
    workflow_id = omics.create_workflow(
        name="nf", engine="NEXTFLOW", definitionUri="s3://workflows/nf.zip"
    )["id"]
    first, second = start_runs(
        [{}, {"engineSettings": {"profile": "big"}}],
        workflowId=workflow_id,
        engineSettings={"profile": "small", "engineVersion": "25.10.0"},
    )
    assert first["engineSettings"] == {"profile": "small", "engineVersion": "25.10.0"}
    assert second["engineSettings"] == {"profile": "big"}
