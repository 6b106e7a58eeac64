"""Times, metrics and lines of manifests (L28 to L34)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pytest

from moto_omics_batch.domain import manifest
from moto_omics_batch.domain.instances import LARGEST, Instance
from moto_omics_batch.domain.storage import StorageUse, used
from moto_omics_batch.domain.tasks import TaskSpec

LARGE = Instance("omics.c.large", 2, 4)


def test_a_line_has_its_members_by_name_and_none_that_is_none() -> None:
    line = manifest.line({"b": {"z": 1, "a": None}, "c": None, "a": "ä"})
    assert line == '{"a":"\\u00e4","b":{"z":1,"a":null}}'


@pytest.mark.parametrize(
    ("microseconds", "text"),
    [(0, "000"), (999, "000"), (157_999, "157"), (20_000, "020"), (999_999, "999")],
)
def test_times_have_three_digits_of_milliseconds(microseconds: int, text: str) -> None:
    time = datetime(2024, 10, 20, 7, 2, 53, microseconds)
    assert manifest.timestamp(time) == f"2024-10-20T07:02:53.{text}Z"


def test_no_time_has_no_text() -> None:
    assert manifest.timestamp(None) is None


@pytest.mark.parametrize(
    ("started", "stopped", "seconds"),
    [
        (datetime(2024, 10, 20, 5, 37, 57, 985_000), datetime(2024, 10, 20, 7, 2, 53), 5095.015),
        (
            datetime(2024, 10, 20, 5, 43, 35, 516_000),
            datetime(2024, 10, 20, 5, 43, 51, 878_000),
            16.362,
        ),
        # As the lines show the times: without microseconds.
        (datetime(2024, 1, 1, 0, 0, 0, 999), datetime(2024, 1, 1, 0, 0, 1), 1),
        (datetime(2024, 1, 1), datetime(2024, 1, 1), 0),
    ],
)
def test_running_seconds_are_exact_in_milliseconds(
    started: datetime, stopped: datetime, seconds: float
) -> None:
    found = manifest.running_seconds(started, stopped)
    assert found == seconds
    assert type(found) is type(seconds)


def test_milliseconds_since_1970_before_and_after() -> None:
    assert manifest.epoch_milliseconds(datetime(1970, 1, 1, 0, 0, 1, 1999)) == 1001
    assert manifest.epoch_milliseconds(datetime(1969, 12, 31, 23, 59, 59)) == -1000


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        (None, StorageUse(120.0, 120.0, 72.0)),
        (1200, StorageUse(1200.0, 120.0, 72.0)),
        (9600, StorageUse(9600.0, 120.0, 72.0)),
    ],
)
def test_storage_is_a_tenth_of_1200_gib(capacity: int | None, expected: StorageUse) -> None:
    assert used(capacity) == expected
    assert expected.usage[2] == 100 * 120 / expected.reserved
    assert manifest.run_metrics(expected, 1.5) == {
        "runningSeconds": 1.5,
        "storageAverageGiB": 72.0,
        "storageMaximumGiB": 120.0,
        "storageReservedGiB": expected.reserved,
    }


def metrics(
    spec: TaskSpec, instance: Instance = LARGE, declared: Mapping[str, float] = MappingProxyType({})
) -> dict[str, Any]:
    return manifest.task_metrics(spec, instance, 7, declared)


def test_a_task_uses_a_part_of_what_it_asks_for() -> None:
    assert metrics(TaskSpec("a", cpus=2, memory=3)) == {
        "cpusAverage": 1.08,
        "cpusMaximum": 1.8,
        "cpusReserved": 2,
        "gpusReserved": 0,
        "memoryAverageGiB": 0.9,
        "memoryMaximumGiB": 1.5,
        "memoryReservedGiB": 4,
        "runningSeconds": 7,
    }


@pytest.mark.parametrize(
    ("spec", "instance"),
    [
        (TaskSpec("a", cpus=0, memory=0), LARGE),
        (TaskSpec("a", cpus=7, memory=13), Instance("omics.c.2xlarge", 8, 16)),
        # More than the largest instance has, and a declared type that is too small.
        (TaskSpec("a", cpus=1000, memory=5000), LARGEST),
        (TaskSpec("a", cpus=8, memory=64), LARGE),
    ],
)
def test_average_maximum_and_reserved_are_in_order(spec: TaskSpec, instance: Instance) -> None:
    found = metrics(spec, instance)
    for name in ("cpus{}", "memory{}GiB"):
        average, maximum, reserved = (
            found[name.format(part)] for part in ("Average", "Maximum", "Reserved")
        )
        assert 0 < average <= maximum <= reserved


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ({"cpusMaximum": 0.5}, (0.3, 0.5)),
        ({"cpusAverage": 0.25}, (0.25, 0.9)),
        ({"cpusAverage": 1.5}, (1.5, 1.5)),
        ({"cpusAverage": 0.1, "cpusMaximum": 1.9}, (0.1, 1.9)),
    ],
)
def test_a_declared_metric_changes_the_other_one(
    declared: dict[str, float], expected: tuple[float, float]
) -> None:
    found = metrics(TaskSpec("a"), declared=declared)
    assert (found["cpusAverage"], found["cpusMaximum"]) == expected


def test_all_metrics_can_be_declared() -> None:
    declared = {"cpusReserved": 96, "gpusReserved": 4, "runningSeconds": 3.25}
    found = metrics(TaskSpec("a"), declared=declared)
    assert {name: found[name] for name in declared} == declared


def test_a_task_that_never_started_has_no_running_seconds() -> None:
    assert "runningSeconds" not in manifest.task_metrics(TaskSpec("a"), LARGE, None, {})


def test_six_decimals() -> None:
    found = metrics(TaskSpec("a"), declared={"cpusMaximum": 1 / 3})
    assert found["cpusAverage"] == 0.2
    assert found["cpusMaximum"] == 1 / 3
    assert metrics(TaskSpec("a"), declared={"cpusMaximum": 1 / 7})["cpusAverage"] == 0.085714
