"""`omics_config`: the settings of a mock, checked when they are built."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from inspect import signature
from typing import Any, get_type_hints

import boto3
import pytest
from moto import mock_aws

import moto_omics_batch
from conftest import REGION
from moto_omics_batch import omics_config, types
from moto_omics_batch.omics.testing import config

#: `omics_config` without types, for invalid settings.
untyped: Any = omics_config


def test_the_given_settings_are_returned() -> None:
    assert untyped(workflows=["1234567"], logs=False) == {
        "omics": {"workflows": ["1234567"], "logs": False}
    }
    assert untyped() == {"omics": {}}


def test_none_counts_as_absent() -> None:
    assert untyped(workflows=None, submissions_per_tick=2) == {"omics": {"submissions_per_tick": 2}}


def test_it_has_a_keyword_for_every_setting_with_the_same_type() -> None:
    parameters = signature(omics_config).parameters
    assert set(parameters) == set(config._KEYS)
    assert {parameter.kind.name for parameter in parameters.values()} == {"KEYWORD_ONLY"}
    hints = get_type_hints(types.OmicsSettings)
    found = get_type_hints(omics_config, {**vars(types), "DefaultConfig": dict})
    assert {name: found[name] for name in hints} == {n: hint | None for n, hint in hints.items()}


def test_a_mock_takes_the_settings() -> None:
    with mock_aws(config=omics_config(workflows=["1234567"], configurations=["lab-vpc"])):
        omics = boto3.client("omics", region_name=REGION)
        assert omics.get_workflow(id="1234567")["status"] == "ACTIVE"
        assert omics.get_configuration(name="lab-vpc")["status"] == "ACTIVE"


def test_settings_of_other_services_can_be_added() -> None:
    @mock_aws(config={**omics_config(workflows=["1234567"]), "iam": {}})
    def workflow_status() -> str:
        return str(boto3.client("omics", region_name=REGION).get_workflow(id="1234567")["status"])

    assert workflow_status() == "ACTIVE"


def test_the_settings_are_copies() -> None:
    workflows = ["1234567"]
    settings = omics_config(workflows=workflows)
    workflows.append("invalid")
    with mock_aws(config=settings):
        items = boto3.client("omics", region_name=REGION).list_workflows()["items"]
    assert [workflow["id"] for workflow in items] == ["1234567"]


def test_any_sequence_is_a_list() -> None:
    settings = omics_config(workflows=deque(["1234567"]), check=("s3",))
    with mock_aws(config=settings):
        assert boto3.client("omics", region_name=REGION).get_workflow(id="1234567")


@pytest.mark.parametrize("workflows", ["1234567", b"1234567", {"1234567"}, 1234567])
def test_texts_and_sets_are_no_lists(workflows: object) -> None:
    with pytest.raises(ValueError, match="must be a list of workflow ids and of dicts, not "):
        untyped(workflows=workflows)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"check": ["s4"]},
            "config['omics']['check'] must be a list of ec2, iam, omics, s3, not ['s4']",
        ),
        (
            {"quotas": {"runs": 1}},
            "config['omics']['quotas'] must be whole numbers above 0 for active_runs, "
            "configurations, stored_runs, not {'runs': 1}",
        ),
        (
            {"tasks": [{"task": "Call", "gpus": -1}]},
            "config['omics']['tasks'][0]: gpus must be a whole number from 0 to 8, not -1",
        ),
    ],
)
def test_an_invalid_value_raises_value_error(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="omics") as error:
        untyped(**settings)
    assert str(error.value) == message


EXIST = (
    "check, configurations, infer_templates, logs, outputs, quotas, reference_store, "
    "sequence_stores, submissions_per_tick, tasks, workflows"
)


@pytest.mark.parametrize(
    ("keyword", "hint"),
    [("workflow", "did you mean 'workflows'? There are"), ("sideways", "there are")],
)
def test_an_unknown_keyword_raises_type_error(keyword: str, hint: str) -> None:
    with pytest.raises(TypeError) as error:
        untyped(**{keyword: ["1"]})
    expected = f"omics_config() has no keyword argument {keyword!r}; {hint} {EXIST}"
    assert str(error.value) == expected


def test_positional_arguments_raise_type_error() -> None:
    with pytest.raises(TypeError, match="takes 0 positional arguments"):
        untyped(["1234567"])


# -- the names of the package --


def test_unknown_names_of_the_package_raise_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'omics_settings'"):
        _ = moto_omics_batch.omics_settings  # type: ignore[attr-defined]


def test_the_lazy_names_are_those_of_the_type_checkers() -> None:
    for name in moto_omics_batch._LAZY:
        assert getattr(moto_omics_batch, name).__name__ == name


def test_import_of_the_package_imports_neither_settings_nor_types() -> None:
    script = (
        "import sys, moto_omics_batch\n"
        "names = ('_config', 'types', 'domain.keywords')\n"
        "assert not [n for n in names if f'moto_omics_batch.{n}' in sys.modules]\n"
        "from moto_omics_batch import omics_config\n"
        "assert vars(moto_omics_batch)['omics_config'] is omics_config\n"
        "assert 'moto_omics_batch.types' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)
