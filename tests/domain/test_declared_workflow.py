"""Workflows that exist from the start, as the settings of the mock declare them."""

from __future__ import annotations

from typing import Any

import pytest

from moto_omics_batch.domain.declared_workflow import (
    DeclaredVersion,
    DeclaredWorkflow,
    declared_workflow,
)

TEMPLATE: dict[str, dict[str, Any]] = {
    "reads": {"description": "FASTQ files"},
    "depth": {"optional": True},
}


def test_an_id_alone() -> None:
    assert declared_workflow("1234567") == DeclaredWorkflow("1234567", "workflow-1234567")


def test_all_members() -> None:
    declared = declared_workflow(
        {
            "id": "1234567",
            "name": "germline",
            "type": "READY2RUN",
            "engine": "WDL",
            "parameterTemplate": TEMPLATE,
            "versions": ["3.0.0", {"versionName": "4.0.0", "parameterTemplate": TEMPLATE}],
        }
    )
    assert declared == DeclaredWorkflow(
        id="1234567",
        name="germline",
        type="READY2RUN",
        engine="WDL",
        template=TEMPLATE,
        versions=(DeclaredVersion("3.0.0"), DeclaredVersion("4.0.0", TEMPLATE)),
    )


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"id": ""}, "a workflow must have an id of 1 to 18 digits, not ''"),
        ({"id": None}, "a workflow must have an id of 1 to 18 digits, not None"),
        ({"title": "x"}, "there is no member of a workflow 'title'; there are id, name, type, eng"),
        ({"type": "SHARED"}, "there is no workflow type 'SHARED'; there are PRIVATE, READY2RUN"),
        ({"engine": "wdl"}, "there is no workflow engine 'wdl'; there are WDL, NEXTFLOW, CWL, WDL"),
        ({"name": ""}, "name must be a text of 1 to 128 characters, not ''"),
        ({"versions": "3.0.0"}, "versions must be a list of names or objects, not '3.0.0'"),
        ({"versions": ["3.0.0", "3.0.0"]}, "versions must have different names, not ['3"),
        ({"versions": ["-1"]}, "a version must have a name such as '3.0.0', not '-1'"),
        (
            {"versions": [{"name": "1"}]},
            "there is no member of a workflow version 'name'",
        ),
        (
            {"parameterTemplate": {}},
            "parameterTemplate must be a dict of 1 to 2000 parameters",
        ),
        (
            {"parameterTemplate": {"": {}}},
            "a parameter must have a name of 1 to 128 char",
        ),
        ({"parameterTemplate": {"x": 1}}, "parameterTemplate['x'] must be a dict, not 1"),
        (
            {"parameterTemplate": {"x": {"default": 1}}},
            "there is no member of a parameter 'default'; there are description, optional",
        ),
        (
            {"parameterTemplate": {"x": {"description": "d" * 257}}},
            "the description of parameter 'x' must be a text of at most 256 characters",
        ),
        (
            {"parameterTemplate": {"x": {"optional": "no"}}},
            "optional of parameter 'x' must be True or False, not 'no'",
        ),
    ],
    ids=str,
)
def test_invalid_members(members: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        declared_workflow({"id": "1234567", **members})
    assert str(caught.value).startswith(message)
