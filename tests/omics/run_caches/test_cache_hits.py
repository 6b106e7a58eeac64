"""Which tasks come from the run cache, and what they show (L67, L68, L73, L74)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, MakeClient
from moto_omics_batch import faults, results
from tests.omics.helpers import raises_not_found, raises_validation, requires_member
from tests.omics.workflows.definitions import zip_of

from .conftest import TEMPLATE, CacheBucket, HitsOf, RunCached, TasksOf, germline_zip, new_cache

ALL = ["Align", "Call", "Report"]


@pytest.mark.our_choice("L74")
def test_a_run_again_after_a_failure_executes_only_what_was_not_done(
    omics: Client, run_cached: RunCached, tasks_of: TasksOf
) -> None:
    faults.run_fails(task="Call", failureReason="OUT_OF_MEMORY_ERROR", times=1)
    failed = run_cached(to="FAILED")
    assert [task["cacheHit"] for task in tasks_of(failed).values()] == [False] * 3
    again = run_cached()
    assert omics.get_run(id=again)["status"] == "COMPLETED"
    hits = {name: task["cacheHit"] for name, task in tasks_of(again).items()}
    assert hits == {"Align": True, "Call": False, "Report": False}


@pytest.mark.documented("L67")
def test_a_hit_names_its_entry(run_cached: RunCached, tasks_of: TasksOf) -> None:
    first, again = run_cached(), run_cached()
    for name, task in tasks_of(again).items():
        id = tasks_of(first)[name]["taskId"]
        assert task["cacheS3Uri"].startswith("s3://cache/runs/")
        assert task["cacheS3Uri"].split("/")[5:7] == [first, id]
    assert not any("cacheS3Uri" in task for task in tasks_of(first).values())


@pytest.mark.documented("L67")
def test_get_run_shows_the_cache_and_its_behavior(omics: Client, run_cached: RunCached) -> None:
    run = omics.get_run(id=run_cached())
    assert run["cacheBehavior"] == "CACHE_ALWAYS"
    assert omics.get_run_cache(id=run["cacheId"])["cacheS3Uri"] == "s3://cache/runs"


@pytest.mark.our_choice("L73")
def test_a_hit_has_neither_start_and_stop_nor_an_instance(
    run_cached: RunCached, tasks_of: TasksOf
) -> None:
    run_cached()
    for to in ("RUNNING", "STOPPING", "COMPLETED"):
        for task in tasks_of(run_cached(to=to)).values():
            assert (task["status"], task["cacheHit"]) == ("COMPLETED", True)
            assert "creationTime" in task
            assert {"startTime", "stopTime", "instanceType"} & task.keys() == set()


@pytest.mark.our_choice("L74")
def test_the_cache_is_read_when_the_run_executes(omics: Client, run_cached: RunCached) -> None:
    run_cached()
    results.task("Call", cacheHit=True)
    run_id = run_cached(to="STARTING")
    for hit in (False, True):
        items = omics.list_run_tasks(id=run_id)["items"]
        assert [item["cacheHit"] for item in items] == [hit] * 3
        faults.advance(run_id, to="RUNNING")


@pytest.mark.documented("L68")
@pytest.mark.parametrize(
    "settings",
    [
        {"outputUri": "s3://elsewhere", "name": "again", "priority": 7, "tags": {"a": "b"}},
        {"parameters": {"depth": 30, "sample": "HG002"}},
        {"cacheBehavior": "CACHE_ON_FAILURE"},
    ],
)
def test_equal_inputs_hit(run_cached: RunCached, hits_of: HitsOf, settings: dict[str, Any]) -> None:
    parameters = {"sample": "HG002", "depth": 30}
    run_cached(parameters=parameters)
    assert hits_of(run_cached(**{"parameters": parameters, **settings})) == ALL


@pytest.mark.documented("L68")
@pytest.mark.parametrize(
    "parameters", [None, {}, {"sample": "HG003"}, {"sample": "HG002", "depth": 1}]
)
def test_other_parameters_miss(run_cached: RunCached, hits_of: HitsOf, parameters: Any) -> None:
    run_cached(parameters={"sample": "HG002"})
    assert hits_of(run_cached(parameters=parameters)) == []


@pytest.mark.our_choice("L74")
def test_values_of_another_type_miss(run_cached: RunCached, hits_of: HitsOf) -> None:
    run_cached(parameters={"depth": 1})
    assert hits_of(run_cached(parameters={"depth": True})) == []
    assert hits_of(run_cached(parameters={"depth": "1"})) == []


@pytest.mark.documented("L68")
def test_a_repeated_run_hits(omics: Client, run_cached: RunCached, hits_of: HitsOf) -> None:
    first = run_cached(parameters={"sample": "HG002"})
    again = run_cached(workflowId=None, cacheId=None, runId=first)
    assert hits_of(again) == ALL
    assert omics.get_run(id=again)["parameters"] == {"sample": "HG002"}


@pytest.mark.our_choice("L74")
@requires_member("StartRunRequest", "parametersUri")
def test_parameters_in_an_object_are_those_of_the_request(
    client: MakeClient, run_cached: RunCached, hits_of: HitsOf
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="inputs")
    run_cached(parameters={"sample": "HG002"})
    for sample, hits in (("HG002", ALL), ("HG003", [])):
        s3.put_object(Bucket="inputs", Key="run.json", Body=json.dumps({"sample": sample}))
        assert hits_of(run_cached(parametersUri="s3://inputs/run.json")) == hits


@pytest.mark.documented("L68")
@pytest.mark.parametrize("declared", [{"cpus": 4}, {"memory": 8}, {"gpus": 1}, {"image": "Call:2"}])
def test_a_task_that_asks_for_something_else_misses(
    run_cached: RunCached, hits_of: HitsOf, declared: dict[str, Any]
) -> None:
    run_cached()
    results.task("Call", **declared)
    assert hits_of(run_cached()) == ["Align", "Report"]
    assert hits_of(run_cached()) == ALL


@pytest.mark.our_choice("L74")
def test_another_definition_misses_and_an_equal_one_hits(
    omics: Client, run_cached: RunCached, hits_of: HitsOf
) -> None:
    run_cached()
    for command, hits in (("date", ALL), ("date -u", [])):
        arguments: dict[str, Any] = {
            "definitionZip": germline_zip(command),
            "parameterTemplate": TEMPLATE,
        }
        other = omics.create_workflow(name=command, engine="WDL", **arguments)["id"]
        assert hits_of(run_cached(workflowId=other)) == hits


@pytest.mark.our_choice("L74")
def test_another_version_misses(
    omics: Client, germline: str, run_cached: RunCached, hits_of: HitsOf
) -> None:
    omics.create_workflow_version(
        workflowId=germline, versionName="2", engine="WDL", definitionZip=germline_zip("date -u")
    )
    run_cached()
    assert hits_of(run_cached(workflowVersionName="2")) == []
    assert hits_of(run_cached(workflowVersionName="2")) == ALL


@pytest.mark.our_choice("L74")
def test_a_workflow_without_a_known_definition_hits_its_own_entries(
    settings: Callable[..., None], run_cached: RunCached, hits_of: HitsOf
) -> None:
    settings(workflows=["1111111", "2222222"])
    run_cached(workflowId="1111111")
    assert hits_of(run_cached(workflowId="1111111")) == ["workflow-1111111"]
    assert hits_of(run_cached(workflowId="2222222")) == []


@pytest.mark.our_choice("L74")
def test_runs_of_another_cache_or_of_none_miss(
    omics: Client, run_cached: RunCached, hits_of: HitsOf
) -> None:
    run_cached()
    assert hits_of(run_cached(cacheId=new_cache(omics))) == []
    assert hits_of(run_cached(cacheId=None)) == []


# -- inputs in S3 --


@pytest.fixture
def put(client: MakeClient) -> Callable[[str, str], None]:
    """``put("reads/1.fq", "text")`` stores an object in the bucket ``inputs``."""
    s3 = client("s3")
    s3.create_bucket(Bucket="inputs")
    return lambda key, body: s3.put_object(Bucket="inputs", Key=key, Body=body)


Put = Callable[[str, str], None]


@pytest.mark.documented("L68")
@pytest.mark.parametrize("reads", ["s3://inputs/reads/1.fq", ["s3://inputs/reads/1.fq"]])
def test_a_changed_object_misses(
    put: Put, run_cached: RunCached, hits_of: HitsOf, reads: Any
) -> None:
    def run() -> list[str]:
        return hits_of(run_cached(parameters={"reads": reads}))

    put("reads/1.fq", "a")
    run_cached(parameters={"reads": reads})
    put("reads/1.fq", "a")
    assert run() == ALL
    put("reads/1.fq", "b")
    assert run() == []
    assert run() == ALL
    put("reads/1.fq", "a")
    assert run() == ALL


@pytest.mark.our_choice("L74")
def test_an_object_that_is_created_later_misses(
    put: Put, run_cached: RunCached, hits_of: HitsOf
) -> None:
    parameters = {"reads": "s3://inputs/1.fq"}
    run_cached(parameters=parameters)
    assert hits_of(run_cached(parameters=parameters)) == ALL
    put("1.fq", "a")
    assert hits_of(run_cached(parameters=parameters)) == []


@pytest.mark.documented("L68")
def test_a_changed_folder_misses(put: Put, run_cached: RunCached, hits_of: HitsOf) -> None:
    parameters = {"reads": "s3://inputs/reads/"}
    put("reads/1.fq", "a")
    run_cached(parameters=parameters)
    put("other/1.fq", "a")
    assert hits_of(run_cached(parameters=parameters)) == ALL
    put("reads/2.fq", "a")
    assert hits_of(run_cached(parameters=parameters)) == []


@pytest.mark.our_choice("L74")
def test_an_object_that_changes_while_the_run_executes_counts_as_it_was_at_its_start(
    put: Put, run_cached: RunCached, hits_of: HitsOf
) -> None:
    parameters = {"reads": "s3://inputs/1.fq"}
    put("1.fq", "a")
    run_id = run_cached(parameters=parameters, to="RUNNING")
    put("1.fq", "b")
    faults.advance(run_id, to="COMPLETED")
    assert hits_of(run_cached(parameters=parameters)) == []
    put("1.fq", "a")
    assert hits_of(run_cached(parameters=parameters)) == ALL


# -- no hits --


PROCESSES = """
process ALIGN {
  container 'bwa:1'
  output: path 'x'
}
process DATE {
  cache false
  container 'bwa:1'
  output: path 'x'
}
process COUNT { output: path 'x' }
workflow { }
"""


@pytest.mark.documented("L68")
def test_a_task_that_opts_out_or_has_no_container_is_never_a_hit(
    omics: Client, put: Put, run_cached: RunCached, hits_of: HitsOf
) -> None:
    definition = zip_of({"main.nf": PROCESSES})
    other = omics.create_workflow(engine="NEXTFLOW", definitionZip=definition)["id"]
    run_cached(workflowId=other)
    assert hits_of(run_cached(workflowId=other)) == ["ALIGN"]


@pytest.mark.documented("L68")
def test_a_pattern_of_nextflow_stands_for_its_objects(
    omics: Client, put: Put, run_cached: RunCached, hits_of: HitsOf
) -> None:
    definition = zip_of({"main.nf": f"params.reads = null\n{PROCESSES}"})
    settings = {
        "workflowId": omics.create_workflow(engine="NEXTFLOW", definitionZip=definition)["id"],
        "parameters": {"reads": "s3://inputs/*.fq"},
    }
    put("1.fq", "a")
    run_cached(**settings)
    put("1.bam", "a")
    assert hits_of(run_cached(**settings)) == ["ALIGN"]
    put("2.fq", "a")
    assert hits_of(run_cached(**settings)) == []


@pytest.mark.documented("L68")
def test_ready2run_takes_no_cache(omics: Client, run_cached: RunCached, cache_id: str) -> None:
    ready = {"workflowId": "1830181", "workflowType": "READY2RUN"}
    with raises_validation("'cacheId' cannot be set for a READY2RUN workflow"):
        run_cached(**ready)
    assert omics.list_runs()["items"] == []
    assert run_cached(**ready, cacheId=None)


@pytest.mark.documented("L68")
def test_a_deleted_entry_is_computed_again_without_failure(
    omics: Client, bucket: CacheBucket, run_cached: RunCached, hits_of: HitsOf, tasks_of: TasksOf
) -> None:
    first = run_cached()
    (key,) = (key for key in bucket.list_keys() if tasks_of(first)["Call"]["taskId"] in key)
    bucket.delete(key)
    again = run_cached()
    assert omics.get_run(id=again)["status"] == "COMPLETED"
    assert hits_of(again) == ["Align", "Report"]
    assert hits_of(run_cached()) == ALL


@pytest.mark.documented("L68")
def test_entries_of_a_deleted_bucket_are_computed_again(
    bucket: CacheBucket, run_cached: RunCached, hits_of: HitsOf
) -> None:
    run_cached()
    bucket.drop()
    assert hits_of(run_cached()) == []
    assert hits_of(run_cached()) == ALL


@pytest.mark.our_choice("L74")
def test_no_bucket_is_needed(client: MakeClient, run_cached: RunCached, hits_of: HitsOf) -> None:
    run_cached()
    assert hits_of(run_cached()) == ALL
    client("s3").create_bucket(Bucket="cache")
    assert hits_of(run_cached()) == ALL


@pytest.mark.our_choice("L74")
def test_a_new_cache_at_the_location_of_a_deleted_one_is_empty(
    omics: Client, bucket: CacheBucket, run_cached: RunCached, hits_of: HitsOf, cache_id: str
) -> None:
    run_cached()
    hit = run_cached()
    keys = bucket.list_keys()
    omics.delete_run_cache(id=cache_id)
    assert bucket.list_keys() == keys
    assert hits_of(hit) == ALL
    with raises_not_found(f"Run cache {cache_id} not found"):
        run_cached(workflowId=None, cacheId=None, runId=hit)
    assert hits_of(run_cached(cacheId=new_cache(omics))) == []
