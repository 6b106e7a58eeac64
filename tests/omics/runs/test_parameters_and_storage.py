"""What a workflow lays down for its runs: the parameters that they take, and their storage."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from conftest import Answer, Client, StartBatch, Until, definition
from tests.omics.helpers import StartRun, raises_not_found, raises_validation

MakeRun = Callable[..., Answer]

TEMPLATE: dict[str, Any] = {
    "sample": {"description": "its name"},
    "fastqs": {"optional": False},
    "bed": {"description": "regions", "optional": True},
}
ENOUGH = {"sample": "HG002", "fastqs": ["s3://reads/1.fq", "s3://reads/2.fq"]}


@pytest.fixture
def templated(omics: Client) -> str:
    """A workflow with TEMPLATE."""
    made = omics.create_workflow(definitionZip=definition(), parameterTemplate=TEMPLATE)
    return str(made["id"])


# -- parameters ----------------------------------------------------------------------------------

FITTING: list[dict[str, Any]] = [
    ENOUGH,
    {**ENOUGH, "bed": "s3://regions/exome.bed"},
    # Types are the engine's affair (W0.3), and so is what is nested.
    {"sample": 2, "fastqs": {"R1": [{"any": None}], "undeclared": True}, "bed": 0.5},
    {"sample": None, "fastqs": []},
]

MISFITS: list[tuple[Any, str]] = [
    ({**ENOUGH, "smaple": "x", "BED": 1}, "Unexpected workflow parameters: BED, smaple"),
    ({"sample": "HG002"}, "Missing required workflow parameters: fastqs"),
    ({"bed": "x"}, "Missing required workflow parameters: fastqs, sample"),
    ({}, "Missing required workflow parameters: fastqs, sample"),
    # The declared name stands deeper than the template has it.
    ({"sample": {"fastqs": []}}, "Missing required workflow parameters: fastqs"),
    ({"Align.sample": "HG002"}, "Unexpected workflow parameters: Align.sample"),
]


@pytest.mark.documented("W2.3")
@pytest.mark.parametrize("parameters", FITTING)
def test_parameters_that_fit_the_template_are_taken(
    omics: Client, start_run: StartRun, templated: str, parameters: dict[str, Any]
) -> None:
    run_id = start_run(workflowId=templated, parameters=parameters)["id"]
    assert omics.get_run(id=run_id)["parameters"] == parameters


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.parametrize(("parameters", "message"), MISFITS)
def test_parameters_that_do_not_fit_are_refused_by_start_run(
    omics: Client, start_run: StartRun, templated: str, parameters: Any, message: str
) -> None:
    with raises_validation(message):
        start_run(workflowId=templated, parameters=parameters)
    assert omics.list_runs()["items"] == []


@pytest.mark.documented("B62", "B31")
@pytest.mark.parametrize(("parameters", "message"), MISFITS)
def test_parameters_that_do_not_fit_fail_one_run_of_a_batch(
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    templated: str,
    parameters: Any,
    message: str,
) -> None:
    entries = [
        {"runSettingId": "wrong", "parameters": parameters},
        {"runSettingId": "right", "parameters": ENOUGH},
    ]
    batch_id = start_batch(entries, workflowId=templated)
    until(batch_id, "INPROGRESS")
    wrong, right = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert wrong["submissionFailureReason"] == "ValidationException"
    assert wrong["submissionFailureMessage"] == message
    assert right["submissionStatus"] == "SUCCESS"


@pytest.mark.documented("B31", "B62")
def test_the_merged_parameters_of_a_run_count(
    omics: Client, start_batch: StartBatch, until: Until, templated: str
) -> None:
    entries = [{"runSettingId": n, "parameters": {"sample": n}} for n in ("HG001", "HG002")]
    batch_id = start_batch(entries, workflowId=templated, parameters={"fastqs": [], "sample": "?"})
    until(batch_id, "INPROGRESS")
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    shown = [omics.get_run(id=run["runId"])["parameters"] for run in runs]
    assert shown == [{"fastqs": [], "sample": n} for n in ("HG001", "HG002")]


@pytest.mark.our_choice("W2.3")
def test_no_parameters_are_too_few_where_some_are_required(
    start_run: StartRun, templated: str
) -> None:
    with raises_validation("Missing required workflow parameters: fastqs, sample"):
        start_run(workflowId=templated)


@pytest.mark.our_choice("B32")
@pytest.mark.parametrize("parameters", [["sample"], "sample", 7])
def test_where_there_is_a_template_parameters_are_an_object(
    raw_omics: Client, templated: str, parameters: Any
) -> None:
    told = "Invalid workflow parameters: the workflow's parameter template asks for an object"
    with raises_validation(told):
        raw_omics.start_run(
            workflowId=templated,
            roleArn="arn:aws:iam::123456789012:role/omics",
            outputUri="s3://results/solo",
            parameters=parameters,
        )


@pytest.mark.documented("W2.3", "W4.1")
def test_the_template_is_that_of_the_version(
    omics: Client, start_run: StartRun, templated: str
) -> None:
    versions: dict[str, dict[str, Any]] = {"v1": {"parameterTemplate": {"cram": {}}}, "v2": {}}
    for name, template in versions.items():
        omics.create_workflow_version(
            workflowId=templated, versionName=name, definitionZip=definition(), **template
        )
    asked: dict[str, Any] = {"workflowId": templated, "workflowVersionName": "v1"}
    with raises_validation("Unexpected workflow parameters: fastqs, sample"):
        start_run(**asked, parameters=ENOUGH)
    start_run(**asked, parameters={"cram": "s3://reads/HG002.cram"})
    # A version inherits nothing: without a template of its own it takes anything.
    start_run(**{**asked, "workflowVersionName": "v2"}, parameters={"any": "thing"})


def sized(size: int, letter: str = "x") -> dict[str, str]:
    """Parameters that take ``size`` bytes of JSON."""
    frame = len(json.dumps({"a": ""}, separators=(",", ":")))
    width = len(letter.encode())
    count, rest = divmod(size - frame, width)
    return {"a": letter * count + "y" * rest}


@pytest.mark.documented("W2.1")
@pytest.mark.parametrize("letter", ["x", "ä", "日", "🧬"])
def test_parameters_take_50_000_bytes_at_most(
    omics: Client, start_run: StartRun, letter: str
) -> None:
    run_id = start_run(parameters=sized(50_000, letter))["id"]
    assert omics.get_run(id=run_id)["parameters"] == sized(50_000, letter)
    with raises_validation("Run parameters take 50001 bytes; the maximum is 50000"):
        start_run(parameters=sized(50_001, letter))


@pytest.mark.documented("W2.1", "B31")
def test_the_limit_holds_for_the_merged_parameters_of_a_batch(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    own = [{"b": "x" * n} for n in (9, 10)]
    entries = [{"runSettingId": f"s{i}", "parameters": p} for i, p in enumerate(own)]
    shared = sized(50_000 - len(',"b":""') - 9)
    batch_id = start_batch(entries, parameters=shared)
    until(batch_id, "INPROGRESS")
    fits, exceeds = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert fits["submissionStatus"] == "SUCCESS"
    told = "Run parameters take 50001 bytes; the maximum is 50000"
    assert exceeds["submissionFailureMessage"] == told


# -- storage -------------------------------------------------------------------------------------

Level = Mapping[str, Any]
STATIC: Level = {"storageType": "STATIC"}
DYNAMIC: Level = {"storageType": "DYNAMIC"}


def static(gib: int) -> Level:
    return {"storageType": "STATIC", "storageCapacity": gib}


@pytest.fixture
def storage_of(omics: Client, start_run: StartRun) -> Callable[..., tuple[str, int | None]]:
    """``storage_of(request, workflow, version)`` → what GetRun and ListRuns say of such a run."""

    def run(request: Level, workflow: Level, version: Level | None) -> tuple[str, int | None]:
        made = omics.create_workflow(definitionZip=definition(), **workflow)["id"]
        asked = {"workflowId": made, **request}
        if version is not None:
            omics.create_workflow_version(
                workflowId=made, versionName="v1", definitionZip=definition(), **version
            )
            asked["workflowVersionName"] = "v1"
        shown = omics.get_run(id=start_run(**asked)["id"])
        listed = omics.list_runs()["items"][-1]
        storage = shown["storageType"], shown.get("storageCapacity")
        assert storage == (listed["storageType"], listed.get("storageCapacity"))
        return storage

    return run


@pytest.mark.documented("W0.1", "W2.1", "W2.2")
@pytest.mark.parametrize(
    ("request_", "workflow", "version", "expected"),
    [
        ({}, {}, None, ("DYNAMIC", None)),
        # The request comes first,
        (static(2400), DYNAMIC, None, ("STATIC", 2400)),
        (DYNAMIC, static(2400), None, ("DYNAMIC", None)),
        (static(2400), static(4800), static(7200), ("STATIC", 2400)),
        # then the version or the workflow,
        ({}, static(4800), None, ("STATIC", 4800)),
        ({}, DYNAMIC, static(7200), ("STATIC", 7200)),
        ({}, static(4800), DYNAMIC, ("DYNAMIC", None)),
        ({"storageCapacity": 2400}, static(4800), None, ("STATIC", 2400)),
        (STATIC, static(4800), None, ("STATIC", 4800)),
        # and then the service, with 1,200 GiB where STATIC is all that is said.
        (STATIC, {}, None, ("STATIC", 1200)),
        ({}, STATIC, None, ("STATIC", 1200)),
        # A capacity says nothing where storage is DYNAMIC.
        ({"storageCapacity": 5000}, {}, None, ("DYNAMIC", None)),
        ({"storageType": "DYNAMIC", "storageCapacity": 5000}, {}, None, ("DYNAMIC", None)),
    ],
)
def test_storage_is_the_requests_then_the_workflows_then_the_services(
    storage_of: Callable[..., tuple[str, int | None]],
    request_: Level,
    workflow: Level,
    version: Level | None,
    expected: tuple[str, int | None],
) -> None:
    assert storage_of(request_, workflow, version) == expected


@pytest.mark.documented("W2.2")
@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (0, 1200),
        (1, 1200),
        (1000, 1200),
        (1200, 1200),
        (1201, 2400),
        (2400, 2400),
        (2401, 4800),
        (5000, 7200),
        (42000, 43200),
        (100000, 100800),
    ],
)
def test_static_storage_is_rounded_up(
    omics: Client, start_run: StartRun, asked: int, given: int
) -> None:
    run_id = start_run(storageType="STATIC", storageCapacity=asked)["id"]
    assert omics.get_run(id=run_id)["storageCapacity"] == given


@pytest.mark.documented("W2.1", "W2.2")
def test_the_runs_of_a_batch_have_the_same_storage(
    omics: Client, start_batch_run: Callable[..., str]
) -> None:
    run = omics.get_run(id=start_batch_run(**static(5000)))
    assert (run["storageType"], run["storageCapacity"]) == ("STATIC", 7200)
    assert omics.get_run(id=start_batch_run())["storageType"] == "DYNAMIC"


@pytest.mark.our_choice("W2.5", "W2.3")
def test_a_refused_request_leaves_its_request_id_free(start_run: StartRun) -> None:
    with raises_not_found("Run group 7654321 not found"):
        start_run(requestId="r-1", runGroupId="7654321")
    assert start_run(requestId="r-1")["status"] == "PENDING"
