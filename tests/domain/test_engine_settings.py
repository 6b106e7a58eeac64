"""The engineSettings of Nextflow runs."""

from __future__ import annotations

from typing import Any

import pytest

from moto_omics_batch.domain.engine_settings import EngineRules, engine_version

VERSIONS = "22.04.0, 23.10.0, 24.10.8, 25.10.0, 26.04.0, 22.04, 23.10, 24.10, 25.10, 26.04"


@pytest.mark.parametrize(
    ("asked", "used"),
    [
        (None, "26.04.0"),
        ({}, "26.04.0"),
        ({"engineVersion": None}, "26.04.0"),
        ({"engineVersion": "24.10"}, "24.10.8"),
        ({"engineVersion": "22.04.0"}, "22.04.0"),
    ],
    ids=str,
)
def test_engine_version_is_in_the_long_form(asked: Any, used: str) -> None:
    assert engine_version(asked) == used


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"engineVersion": "25.10", "syntaxVersion": "v1", "outputFormat": "none"},
        {"engineVersion": "26.04.0", "syntaxVersion": "v2", "outputFormat": "json"},
        {"syntaxVersion": "v2", "agentMode": True, "outputFormat": "text"},
        {"profile": "standard"},
        {"profile": "test,docker", "engineVersion": None, "profiles": ["x"], "unknown": {"a": 1}},
    ],
    ids=str,
)
def test_valid_settings(settings: dict[str, Any]) -> None:
    assert EngineRules(["docker", "test"]).problem(settings) is None


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ([], "'engineSettings' must be an object"),
        (
            {"engineVersion": "21.10"},
            f"'engineSettings.engineVersion' must be one of {VERSIONS}, not '21.10'",
        ),
        ({"engineVersion": 26.04}, f"'engineSettings.engineVersion' must be one of {VERSIONS}"),
        ({"syntaxVersion": "v3"}, "'engineSettings.syntaxVersion' must be one of v1, v2, not 'v3'"),
        (
            {"syntaxVersion": "v2", "engineVersion": "25.10"},
            "'engineSettings.syntaxVersion' v2 needs engineVersion 26.04.0, not 25.10.0",
        ),
        (
            {"outputFormat": ["json"]},
            "'engineSettings.outputFormat' must be one of json, text, none",
        ),
        (
            {"profile": "gpu"},
            "'engineSettings.profile' must be one of docker, standard, test, not 'gpu'",
        ),
        (
            {"profile": "test,"},
            "'engineSettings.profile' must be one of docker, standard, test, not ''",
        ),
        ({"profile": ["test"]}, "'engineSettings.profile' must be a text"),
    ],
    ids=str,
)
def test_invalid_settings(settings: Any, problem: str) -> None:
    assert EngineRules(["test", "docker"]).problem(settings) == problem


def test_profiles_that_are_not_known_are_not_checked() -> None:
    assert EngineRules(None).problem({"profile": "gpu"}) is None
    assert EngineRules([]).problem({"profile": "gpu"}, "defaultRunSetting.") == (
        "'defaultRunSetting.engineSettings.profile' must be one of standard, not 'gpu'"
    )
