"""Run parameters against the workflow's parameter template, and run storage."""

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
REQUIRED = {"sample": "HG002", "fastqs": ["s3://reads/1.fq", "s3://reads/2.fq"]}


@pytest.fixture
def template_workflow_id(omics: Client) -> str:
    """Return the id of a workflow whose parameter template is TEMPLATE."""
    created = omics.create_workflow(definitionZip=definition(), parameterTemplate=TEMPLATE)
    return str(created["id"])


# -- parameters --

MATCHING: list[dict[str, Any]] = [
    REQUIRED,
    {**REQUIRED, "bed": "s3://regions/exome.bed"},
    # Types (W0.3) and nested values are not checked.
    {"sample": 2, "fastqs": {"R1": [{"any": None}], "undeclared": True}, "bed": 0.5},
    {"sample": None, "fastqs": []},
]

MISMATCHES: list[tuple[Any, str]] = [
    ({**REQUIRED, "smaple": "x", "BED": 1}, "Unexpected workflow parameters: BED, smaple"),
    ({"sample": "HG002"}, "Missing required workflow parameters: fastqs"),
    ({"bed": "x"}, "Missing required workflow parameters: fastqs, sample"),
    ({}, "Missing required workflow parameters: fastqs, sample"),
    # The required parameter is present at a nested level only.
    ({"sample": {"fastqs": []}}, "Missing required workflow parameters: fastqs"),
    ({"Align.sample": "HG002"}, "Unexpected workflow parameters: Align.sample"),
]


@pytest.mark.documented("W2.3")
@pytest.mark.parametrize("parameters", MATCHING)
def test_parameters_matching_the_template_are_accepted(
    omics: Client, start_run: StartRun, template_workflow_id: str, parameters: dict[str, Any]
) -> None:
    run_id = start_run(workflowId=template_workflow_id, parameters=parameters)["id"]
    assert omics.get_run(id=run_id)["parameters"] == parameters


@pytest.mark.observed("W12", "W2.3")
@pytest.mark.parametrize(("parameters", "message"), MISMATCHES)
def test_parameters_not_matching_the_template_are_rejected(
    omics: Client, start_run: StartRun, template_workflow_id: str, parameters: Any, message: str
) -> None:
    with raises_validation(message):
        start_run(workflowId=template_workflow_id, parameters=parameters)
    assert omics.list_runs()["items"] == []


@pytest.mark.documented("B62", "B31")
@pytest.mark.parametrize(("parameters", "message"), MISMATCHES)
def test_parameters_not_matching_the_template_fail_the_batch_entry(
    omics: Client,
    start_batch: StartBatch,
    until: Until,
    template_workflow_id: str,
    parameters: Any,
    message: str,
) -> None:
    entries = [
        {"runSettingId": "wrong", "parameters": parameters},
        {"runSettingId": "right", "parameters": REQUIRED},
    ]
    batch_id = start_batch(entries, workflowId=template_workflow_id)
    until(batch_id, "INPROGRESS")
    wrong, right = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert wrong["submissionFailureReason"] == "ValidationException"
    assert wrong["submissionFailureMessage"] == message
    assert right["submissionStatus"] == "SUCCESS"


@pytest.mark.documented("B31", "B62")
def test_merged_parameters_are_compared_with_the_template(
    omics: Client, start_batch: StartBatch, until: Until, template_workflow_id: str
) -> None:
    entries = [{"runSettingId": n, "parameters": {"sample": n}} for n in ("HG001", "HG002")]
    batch_id = start_batch(
        entries, workflowId=template_workflow_id, parameters={"fastqs": [], "sample": "?"}
    )
    until(batch_id, "INPROGRESS")
    runs = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    merged = [omics.get_run(id=run["runId"])["parameters"] for run in runs]
    assert merged == [{"fastqs": [], "sample": n} for n in ("HG001", "HG002")]


@pytest.mark.our_choice("W2.3")
def test_absent_parameters_are_rejected_if_some_are_required(
    start_run: StartRun, template_workflow_id: str
) -> None:
    with raises_validation("Missing required workflow parameters: fastqs, sample"):
        start_run(workflowId=template_workflow_id)


@pytest.mark.our_choice("B32")
@pytest.mark.parametrize("parameters", [["sample"], "sample", 7])
def test_parameters_must_be_an_object_if_there_is_a_template(
    raw_omics: Client, template_workflow_id: str, parameters: Any
) -> None:
    message = "Invalid workflow parameters: the workflow's parameter template asks for an object"
    with raises_validation(message):
        raw_omics.start_run(
            workflowId=template_workflow_id,
            roleArn="arn:aws:iam::123456789012:role/omics",
            outputUri="s3://results/solo",
            parameters=parameters,
        )


@pytest.mark.documented("W2.3", "W4.1")
def test_template_of_the_version_replaces_that_of_the_workflow(
    omics: Client, start_run: StartRun, template_workflow_id: str
) -> None:
    versions: dict[str, dict[str, Any]] = {"v1": {"parameterTemplate": {"cram": {}}}, "v2": {}}
    for name, template in versions.items():
        omics.create_workflow_version(
            workflowId=template_workflow_id,
            versionName=name,
            definitionZip=definition(),
            **template,
        )
    params: dict[str, Any] = {"workflowId": template_workflow_id, "workflowVersionName": "v1"}
    with raises_validation("Unexpected workflow parameters: fastqs, sample"):
        start_run(**params, parameters=REQUIRED)
    start_run(**params, parameters={"cram": "s3://reads/HG002.cram"})
    # A version does not inherit the template of its workflow.
    start_run(**{**params, "workflowVersionName": "v2"}, parameters={"any": "thing"})


def parameters_of_size(size: int, letter: str = "x") -> dict[str, str]:
    """Return parameters that take ``size`` bytes as JSON."""
    frame = len(json.dumps({"a": ""}, separators=(",", ":")))
    width = len(letter.encode())
    count, rest = divmod(size - frame, width)
    return {"a": letter * count + "y" * rest}


@pytest.mark.our_choice("L120", "W2.1")
@pytest.mark.parametrize("letter", ["x", "ä", "日", "🧬"])
def test_parameters_are_limited_to_256_kib(omics: Client, start_run: StartRun, letter: str) -> None:
    run_id = start_run(parameters=parameters_of_size(262_144, letter))["id"]
    assert omics.get_run(id=run_id)["parameters"] == parameters_of_size(262_144, letter)
    with raises_validation("Run parameters take 262145 bytes; the maximum is 262144"):
        start_run(parameters=parameters_of_size(262_145, letter))


@pytest.mark.our_choice("L120", "B31")
def test_parameter_limit_applies_to_merged_parameters(
    omics: Client, start_batch: StartBatch, until: Until
) -> None:
    overrides = [{"b": "x" * n} for n in (9, 10)]
    entries = [{"runSettingId": f"s{i}", "parameters": p} for i, p in enumerate(overrides)]
    defaults = parameters_of_size(262_144 - len(',"b":""') - 9)
    batch_id = start_batch(entries, parameters=defaults)
    until(batch_id, "INPROGRESS")
    fits, exceeds = omics.list_runs_in_batch(batchId=batch_id)["runs"]
    assert fits["submissionStatus"] == "SUCCESS"
    message = "Run parameters take 262145 bytes; the maximum is 262144"
    assert exceeds["submissionFailureMessage"] == message


# -- storage --

Level = Mapping[str, Any]
STATIC: Level = {"storageType": "STATIC"}
DYNAMIC: Level = {"storageType": "DYNAMIC"}


def static(gib: int) -> Level:
    return {"storageType": "STATIC", "storageCapacity": gib}


@pytest.fixture
def storage_of(omics: Client, start_run: StartRun) -> Callable[..., tuple[str, int | None]]:
    """``storage_of(request, workflow, version)`` returns (storageType, storageCapacity) of a run.

    The arguments are the storage settings at each level.
    """

    def run(request: Level, workflow: Level, version: Level | None) -> tuple[str, int | None]:
        created_id = omics.create_workflow(definitionZip=definition(), **workflow)["id"]
        params = {"workflowId": created_id, **request}
        if version is not None:
            omics.create_workflow_version(
                workflowId=created_id, versionName="v1", definitionZip=definition(), **version
            )
            params["workflowVersionName"] = "v1"
        described = omics.get_run(id=start_run(**params)["id"])
        listed = omics.list_runs()["items"][-1]
        storage = described["storageType"], described.get("storageCapacity")
        assert storage == (listed["storageType"], listed.get("storageCapacity"))
        return storage

    return run


@pytest.mark.documented("W0.1", "W2.1", "W2.2")
@pytest.mark.parametrize(
    ("request_", "workflow", "version", "expected"),
    [
        ({}, {}, None, ("DYNAMIC", None)),
        # The request has precedence,
        (static(2400), DYNAMIC, None, ("STATIC", 2400)),
        (DYNAMIC, static(2400), None, ("DYNAMIC", None)),
        (static(2400), static(4800), static(7200), ("STATIC", 2400)),
        # then the version, if there is one, or the workflow,
        ({}, static(4800), None, ("STATIC", 4800)),
        ({}, DYNAMIC, static(7200), ("STATIC", 7200)),
        ({}, static(4800), DYNAMIC, ("DYNAMIC", None)),
        ({"storageCapacity": 2400}, static(4800), None, ("STATIC", 2400)),
        (STATIC, static(4800), None, ("STATIC", 4800)),
        # then the service: 1,200 GiB for STATIC without a capacity.
        (STATIC, {}, None, ("STATIC", 1200)),
        ({}, STATIC, None, ("STATIC", 1200)),
        # A capacity is ignored for DYNAMIC storage.
        ({"storageCapacity": 5000}, {}, None, ("DYNAMIC", None)),
        ({"storageType": "DYNAMIC", "storageCapacity": 5000}, {}, None, ("DYNAMIC", None)),
    ],
)
def test_storage_defaults_come_from_version_workflow_or_service(
    storage_of: Callable[..., tuple[str, int | None]],
    request_: Level,
    workflow: Level,
    version: Level | None,
    expected: tuple[str, int | None],
) -> None:
    assert storage_of(request_, workflow, version) == expected


@pytest.mark.documented("W2.2")
@pytest.mark.parametrize(
    ("requested", "allocated"),
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
def test_static_storage_capacity_is_rounded_up(
    omics: Client, start_run: StartRun, requested: int, allocated: int
) -> None:
    run_id = start_run(storageType="STATIC", storageCapacity=requested)["id"]
    assert omics.get_run(id=run_id)["storageCapacity"] == allocated


@pytest.mark.documented("W2.1", "W2.2")
def test_batch_runs_have_the_same_storage_defaults(
    omics: Client, start_batch_run: Callable[..., str]
) -> None:
    run = omics.get_run(id=start_batch_run(**static(5000)))
    assert (run["storageType"], run["storageCapacity"]) == ("STATIC", 7200)
    assert omics.get_run(id=start_batch_run())["storageType"] == "DYNAMIC"


@pytest.mark.our_choice("W2.5", "W2.3")
def test_request_id_can_be_used_again_after_an_error(start_run: StartRun) -> None:
    with raises_not_found("Run group 7654321 not found"):
        start_run(requestId="r-1", runGroupId="7654321")
    assert start_run(requestId="r-1")["status"] == "PENDING"
