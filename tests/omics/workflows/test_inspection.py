"""The inspection of definitions: main file, engine, templates, messages, tasks (L80 to L94)."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

from conftest import Client, MakeClient
from tests.omics.helpers import Settings, StartRun, requires_member
from tests.omics.workflows.definitions import CRAM_PARAMETERS, CRAM_TO_BAM, CreateFrom, zip_of


@pytest.mark.documented("L80", "L81", "L82", "L86")
def test_wdl_is_described_as_in_the_sample_of_get_workflow(create_from: CreateFrom) -> None:
    described = create_from({"workflow-crambam.wdl": CRAM_TO_BAM})
    assert (described["status"], described["engine"]) == ("ACTIVE", "WDL")
    assert described["main"] == "workflow-crambam.wdl"
    assert described["statusMessage"] == (
        "workflow-crambam.wdl\n"
        "    workflow CramToBamFlow\n"
        "        call CramToBamTask\n"
        "        call ValidateSamFile\n"
        "    task CramToBamTask\n"
        "    task ValidateSamFile\n"
    )
    assert described["parameterTemplate"] == {
        "ref_fasta": {"description": "The reference", "optional": False},
        "ref_fasta_index": {"description": "", "optional": False},
        "input_cram": {"description": "A CRAM file", "optional": False},
        "sample_name": {"description": "", "optional": False},
        "gotc_docker": {"description": "", "optional": True},
        "threads": {"description": "", "optional": True},
    }


@pytest.mark.documented("L81")
def test_inferred_template_is_that_of_versions_too(omics: Client, workflow_id: str) -> None:
    omics.create_workflow_version(
        workflowId=workflow_id,
        versionName="v1",
        definitionZip=zip_of({"workflow-crambam.wdl": CRAM_TO_BAM}),
    )
    described = omics.get_workflow_version(workflowId=workflow_id, versionName="v1")
    assert set(described["parameterTemplate"]) == {*CRAM_PARAMETERS, "gotc_docker", "threads"}
    assert described["main"] == "workflow-crambam.wdl"
    assert described["statusMessage"].startswith("workflow-crambam.wdl\n    workflow CramToBamFlow")


@pytest.mark.documented("L81")
def test_template_of_the_request_replaces_the_inferred_one(create_from: CreateFrom) -> None:
    template = {"cram": {"description": "reads"}}
    described = create_from({"main.wdl": CRAM_TO_BAM}, parameterTemplate=template)
    assert described["parameterTemplate"] == template


@pytest.mark.documented("L80")
def test_main_file_of_the_request_is_inspected(create_from: CreateFrom) -> None:
    files = {"a.wdl": "version 1.0\nworkflow a { input { Int x } }", "flow/b.wdl": CRAM_TO_BAM}
    described = create_from(files, main="flow/b.wdl")
    assert described["main"] == "flow/b.wdl"
    assert described["statusMessage"].startswith("b.wdl\n")
    assert create_from(files)["parameterTemplate"].keys() == {"x"}


@pytest.mark.observed("L80")
@pytest.mark.parametrize(
    ("files", "params", "message"),
    [
        (
            {"a.wdl": CRAM_TO_BAM, "b.wdl": CRAM_TO_BAM},
            {},
            "The archive has several definition files at its top level, and none is named as the "
            "main file: a.wdl, b.wdl",
        ),
        (
            {"a.wdl": CRAM_TO_BAM},
            {"main": "main.wdl"},
            "The main file main.wdl is not in the archive: a.wdl",
        ),
        (
            {"main.wdl": 'version 1.0\nimport "b.wdl" as b\nworkflow a { call b.t }'},
            {},
            "(main.wdl Ln 2 Col 1) Failed to import b.wdl\n"
            "[Errno 2] No such file or directory: 'b.wdl'",
        ),
    ],
    ids=["several files", "missing main file", "missing import"],
)
def test_incomplete_definition_fails(
    create_from: CreateFrom, files: dict[str, str], params: dict[str, str], message: str
) -> None:
    described = create_from(files, **params)
    assert (described["status"], described["statusMessage"]) == ("FAILED", message)
    assert "parameterTemplate" not in described


@pytest.mark.documented("L87")
def test_wdl_with_errors_fails_with_the_text_of_the_parser(create_from: CreateFrom) -> None:
    described = create_from({"main.wdl": "version 1.0\nworkflow w {\n  call align\n}"})
    assert described["status"] == "FAILED"
    assert described["statusMessage"] == "(main.wdl Ln 3 Col 3) No such task/workflow: align"


@pytest.mark.documented("L118")
def test_lenient_engine_accepts_a_wdl_with_errors(create_from: CreateFrom) -> None:
    files = {"main.wdl": "version 1.0\nworkflow w {\n  call align\n}"}
    described = create_from(files, engine="WDL_LENIENT")
    assert (described["status"], described["engine"]) == ("ACTIVE", "WDL_LENIENT")
    assert described["statusMessage"] == "(main.wdl Ln 3 Col 3) No such task/workflow: align"


@pytest.mark.observed("L86")
def test_warnings_do_not_block(create_from: CreateFrom) -> None:
    described = create_from({"main.wdl": "workflow w { File cram }"})
    assert described["status"] == "ACTIVE"
    assert described["statusMessage"].splitlines()[1] == (
        "    (Ln 1, Col 1) MissingVersion, document should declare WDL version; draft-2 assumed"
    )


@pytest.mark.our_choice("L86")
def test_message_is_returned_when_the_workflow_is_active(
    omics: Client, progression: Callable[..., None]
) -> None:
    progression("workflow", progression="manual", times=2)
    workflow = omics.create_workflow(definitionZip=zip_of({"main.wdl": "version 1.0\n"}))["id"]
    first, second = (omics.get_workflow(id=workflow) for _ in range(2))
    assert (first["status"], "statusMessage" in first) == ("CREATING", False)
    assert (second["status"], second["statusMessage"]) == ("ACTIVE", "main.wdl\n")


@pytest.mark.our_choice("L87")
def test_definition_without_a_known_file_is_active(create_from: CreateFrom) -> None:
    described = create_from({"README": "x"}, main="main.wdl", engine="WDL")
    assert described["status"] == "ACTIVE"
    assert not {"parameterTemplate", "statusMessage"} & described.keys()


@pytest.mark.our_choice("L92")
def test_missing_parser_is_reported(
    create_from: CreateFrom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "WDL", None)
    described = create_from({"main.wdl": CRAM_TO_BAM})
    assert described["status"] == "ACTIVE"
    assert described["statusMessage"] == (
        "This WDL was not checked and no parameterTemplate was inferred, because miniwdl is not "
        "installed: pip install 'moto-omics-batch[wdl]'"
    )
    assert "parameterTemplate" not in described


@pytest.mark.our_choice("L81")
def test_inference_can_be_switched_off(
    create_from: CreateFrom, settings: Settings, start_run: StartRun
) -> None:
    settings(infer_templates=False)
    described = create_from({"main.wdl": "version 1.0\nworkflow w { call missing }"})
    assert described["status"] == "ACTIVE"
    assert not {"parameterTemplate", "statusMessage"} & described.keys()
    start_run(workflowId=described["id"], parameters={"any": "thing"})


# -- other engines --


@pytest.mark.documented("L84")
def test_nextflow_template_comes_from_its_schema(create_from: CreateFrom) -> None:
    schema = {
        "$defs": {"io": {"properties": {"input": {"description": "Sheet"}}, "required": ["input"]}},
        "allOf": [{"$ref": "#/$defs/io"}],
        "properties": {"outdir": {"type": "string"}},
    }
    described = create_from({"main.nf": "", "nextflow_schema.json": json.dumps(schema)})
    assert described["engine"] == "NEXTFLOW"
    assert described["parameterTemplate"] == {
        "input": {"description": "Sheet", "optional": False},
        "outdir": {"optional": True},
    }


@pytest.mark.documented("L84", "L88")
def test_nextflow_template_comes_from_params(create_from: CreateFrom) -> None:
    files = {
        "main.nf": "workflow { ALIGN(params.reads, params.genome) }",
        "nextflow.config": "params.genome = 'hg38'",
    }
    described = create_from(files)
    assert described["parameterTemplate"] == {
        "genome": {"optional": True},
        "reads": {"optional": False},
    }
    assert described["status"] == "ACTIVE"


@requires_member("GetWorkflowResponse", "profiles")
@pytest.mark.documented("L94", "L111")
def test_nextflow_profiles_have_templates(create_from: CreateFrom) -> None:
    config = "params.reads = ''\nprofiles { test { params.depth = 3 }\n gpu { x = 1 } }"
    described = create_from({"main.nf": "", "nextflow.config": config})
    assert described["profiles"] == ["test", "gpu"]
    assert described["profileParameterTemplates"] == {
        "test": {"reads": {"optional": True}, "depth": {"optional": True}},
        "gpu": {"reads": {"optional": True}},
    }


@pytest.mark.documented("L83", "L93")
def test_cwl_template_comes_from_its_inputs(create_from: CreateFrom) -> None:
    cwl = """
    class: Workflow
    inputs:
      reads: {type: File, label: The reads}
      depth: {type: int, default: 30}
      name: string?
    outputs: {}
    steps: {}
    """
    described = create_from({"main.cwl": cwl})
    assert described["engine"] == "CWL"
    assert described["parameterTemplate"] == {
        "reads": {"description": "The reads", "optional": False},
        "depth": {"description": "", "optional": True},
        "name": {"description": "", "optional": True},
    }


# -- definitions in S3 --


@pytest.mark.documented("L81")
def test_definition_in_s3_is_inspected(
    omics: Client, put_settings: Callable[..., str], create_from: CreateFrom
) -> None:
    archive = zip_of({"main.wdl": CRAM_TO_BAM})
    uri = put_settings(archive, key="w.zip", bucket="defs")
    workflow = omics.create_workflow(definitionUri=uri)["id"]
    described = omics.get_workflow(id=workflow)
    zipped = create_from({"main.wdl": CRAM_TO_BAM})
    for member in ("digest", "engine", "main", "parameterTemplate", "statusMessage"):
        assert described[member] == zipped[member]


@pytest.mark.our_choice("L81")
def test_invalid_archive_in_s3_fails(omics: Client, put_settings: Callable[..., str]) -> None:
    uri = put_settings(b"no zip", key="w.zip", bucket="defs")
    described = omics.get_workflow(id=omics.create_workflow(definitionUri=uri)["id"])
    assert (described["status"], described["statusMessage"]) == ("FAILED", "Invalid zip file")


@pytest.mark.our_choice("L81")
@pytest.mark.parametrize("uri", ["s3://defs/none.zip", "s3://none/w.zip", "defs/w.zip"])
def test_missing_definition_in_s3_is_not_checked(
    omics: Client, client: MakeClient, uri: str
) -> None:
    client("s3").create_bucket(Bucket="defs")
    described = omics.get_workflow(id=omics.create_workflow(definitionUri=uri)["id"])
    assert described["status"] == "ACTIVE"
    assert not {"main", "engine", "parameterTemplate", "statusMessage"} & described.keys()
