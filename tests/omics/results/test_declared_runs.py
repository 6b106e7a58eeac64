"""Which runs a declaration of outputs is for, and how long it lives (L57, L58)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import Client, MakeClient, StartBatch, Until
from moto_omics_batch import faults, results
from tests.omics.helpers import Settings, StartRun, observe_matched_runs, requires_member, run_ids

from .conftest import Bucket, CompleteRun

FILES = {"file": b""}


def runs_with_the_file(bucket: Bucket) -> list[str]:
    """Return the folders in which the declared file is, in order."""
    return [key.removesuffix("/file") for key in bucket.list_keys() if key.endswith("/file")]


def process_batch(start_batch: StartBatch, until: Until, *samples: str, **members: Any) -> str:
    entries = [{"runSettingId": sample, "name": f"name of {sample}"} for sample in samples]
    batch_id = start_batch(entries, **members)
    until(batch_id, "PROCESSED")
    return batch_id


@pytest.mark.our_choice("L57")
@pytest.mark.parametrize(
    ("words", "samples"),
    [
        ({}, ["s1", "s2", "s3"]),
        ({"runSettingId": "s2"}, ["s2"]),
        ({"name": "name of s3"}, ["s3"]),
        ({"batchName": "giab"}, ["s1", "s2", "s3"]),
        ({"batchName": "giab", "runSettingId": "s1"}, ["s1"]),
        ({"batchName": "other", "runSettingId": "s1"}, []),
        ({"workflowName": "align"}, ["s1", "s2", "s3"]),
        ({"workflowName": "germline"}, []),
    ],
)
def test_all_words_select_runs_of_a_batch(
    omics: Client,
    bucket: Bucket,
    start_batch: StartBatch,
    until: Until,
    words: dict[str, Any],
    samples: list[str],
) -> None:
    results.outputs(files=FILES, **words)
    batch_id = process_batch(start_batch, until, "s1", "s2", "s3", batchName="giab")
    ids = run_ids(omics, batch_id)
    assert runs_with_the_file(bucket) == sorted(f"cohort/{ids[sample]}" for sample in samples)


@pytest.mark.our_choice("L57")
def test_workflow_id_and_run_id_select_runs(
    bucket: Bucket, workflow_id: str, start_run: StartRun, complete_run: CompleteRun
) -> None:
    runs = [str(start_run()["id"]) for _ in range(3)]
    results.outputs(files=FILES, runId=runs[1], workflowId=workflow_id)
    results.outputs(files=FILES, runId=runs[2], workflowId="1")
    for run_id in runs:
        faults.advance(run_id, to="COMPLETED")
    complete_run()
    assert runs_with_the_file(bucket) == [f"solo/{runs[1]}"]


@pytest.mark.our_choice("L57")
def test_fitting_declarations_add_up_and_later_ones_win_a_key(
    omics: Client, bucket: Bucket, start_batch: StartBatch, until: Until
) -> None:
    results.outputs(files={"out/vcf/{runSettingId}.vcf": "any"}, values={"depth": 30, "sex": "XX"})
    results.outputs(runSettingId="s2", files={"out/vcf/s2.vcf": "own"}, values={"depth": 12})
    batch_id = process_batch(start_batch, until, "s1", "s2")
    ids = run_ids(omics, batch_id)
    folder = f"cohort/{ids['s2']}"
    assert bucket.body(f"cohort/{ids['s1']}/out/vcf/s1.vcf") == b"any"
    assert bucket.body(f"{folder}/out/vcf/s2.vcf") == b"own"
    assert bucket.summary(folder) == {
        "align.vcf": f"s3://results/{folder}/out/vcf/s2.vcf",
        "align.depth": 12,
        "align.sex": "XX",
    }


@pytest.mark.our_choice("L58")
def test_placeholders_are_the_values_of_the_run(
    omics: Client, bucket: Bucket, start_batch: StartBatch, until: Until
) -> None:
    fields = ("runId", "runUuid", "runSettingId", "name", "batchName", "workflowName")
    text = " ".join(f"{{{field}}}" for field in (*fields, "parameters.x", "parameters.y"))
    results.outputs(files={"{runSettingId}": text}, values={"all": [text, "{{}}"]})
    entries = [{"runSettingId": "s1", "name": "HG001", "parameters": {"y": [1]}}]
    batch_id = start_batch(entries, batchName="giab", parameters={"x": "hg38", "y": 0})
    until(batch_id, "PROCESSED")
    run = omics.get_run(id=run_ids(omics, batch_id)["s1"])
    expected = f"{run['id']} {run['uuid']} s1 HG001 giab align hg38 [1]"
    folder = f"cohort/{run['id']}"
    assert bucket.body(f"{folder}/s1").decode() == expected
    assert bucket.summary(folder) == {"align.all": [expected, "{}"]}


@pytest.mark.our_choice("L58")
@requires_member("StartRunRequest", "parametersUri")
def test_placeholders_are_the_parameters_that_a_run_has_read(
    bucket: Bucket, complete_run: CompleteRun
) -> None:
    bucket.s3.put_object(Bucket="results", Key="parameters.json", Body=b'{"x": "hg38"}')
    results.outputs(files={"file": "{parameters.x}"})
    run_id = complete_run(parametersUri="s3://results/parameters.json")
    assert bucket.body(f"solo/{run_id}/file") == b"hg38"


@pytest.mark.our_choice("L58")
def test_a_declaration_does_not_fit_a_run_without_the_value_of_a_placeholder(
    bucket: Bucket, complete_run: CompleteRun
) -> None:
    results.outputs(files={"file": b"", "{name}": b""})
    complete_run()
    named = complete_run(name="HG002")
    assert runs_with_the_file(bucket) == [f"solo/{named}"]


# -- how long a declaration lives --


@pytest.mark.our_choice("L57")
def test_a_declaration_is_for_runs_that_end_later(
    bucket: Bucket, start_run: StartRun, complete_run: CompleteRun
) -> None:
    complete_run()
    running = start_run()["id"]
    results.outputs(files=FILES)
    faults.advance(running, to="COMPLETED")
    later = complete_run()
    assert runs_with_the_file(bucket) == sorted([f"solo/{running}", f"solo/{later}"])


@pytest.mark.our_choice("L57")
def test_clear_removes_all_declarations(
    bucket: Bucket, start_run: StartRun, complete_run: CompleteRun
) -> None:
    results.outputs(files=FILES)
    results.outputs(runSettingId="s1", files=FILES)
    first = complete_run()
    before = bucket.list_keys()
    running = start_run()["id"]
    results.clear()
    faults.advance(running, to="COMPLETED")
    assert bucket.list_keys() == before
    assert runs_with_the_file(bucket) == [f"solo/{first}"]


@pytest.mark.our_choice("L57")
def test_a_declaration_is_for_one_account_and_region(
    client: MakeClient, bucket: Bucket, complete_run: CompleteRun
) -> None:
    results.outputs(files=FILES, region="eu-west-1")
    results.outputs(files=FILES, account_id="210987654321")
    complete_run()
    assert bucket.list_keys() == []


@pytest.mark.our_choice("L57")
def test_settings_of_the_mock_declare_outputs_and_clear_keeps_them(
    settings: Settings, bucket: Bucket, complete_run: CompleteRun
) -> None:
    settings(outputs=[{"name": "HG002", "files": {"file": "1", "a": {"base64": "AA=="}}}])
    complete_run(name="HG001")
    results.outputs(files={"file": "2"})
    results.clear()
    run_id = complete_run(name="HG002")
    assert runs_with_the_file(bucket) == [f"solo/{run_id}"]
    assert bucket.body(f"solo/{run_id}/file") == b"1"
    assert bucket.body(f"solo/{run_id}/a") == b"\0"


@pytest.mark.our_choice("L57")
def test_invalid_declarations_declare_nothing(bucket: Bucket, complete_run: CompleteRun) -> None:
    with pytest.raises(ValueError, match=r"^files\['b'\] has the unknown placeholder {sample}; "):
        results.outputs(files={"a": b"", "b": "{sample}"})
    with pytest.raises(ValueError, match=r"the key of files\['/a'\] is invalid: it must name a"):
        results.outputs(files={"/a": b""})
    unknown: Callable[..., None] = results.outputs
    with pytest.raises(TypeError, match="no keyword argument 'file'; did you mean 'files'"):
        unknown(file={"a": b""})
    complete_run()
    assert bucket.list_keys() == []


@pytest.mark.our_choice("L56")
def test_runs_that_no_declaration_can_fit_are_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, bucket: Bucket, start_batch: StartBatch, until: Until
) -> None:
    matched = observe_matched_runs(monkeypatch)
    results.outputs(batchName="giab", files=FILES)
    process_batch(start_batch, until, "s1", "s2", batchName="other")
    assert (matched, bucket.list_keys()) == ([], [])
    process_batch(start_batch, until, "s1", "s2", batchName="giab")
    assert len(matched) == 2
