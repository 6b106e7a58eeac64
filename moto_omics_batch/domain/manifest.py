"""The lines of the manifest of a run: members, types and formulas (L27 to L36)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .instances import Instance
from .json_text import compact_json
from .storage import StorageUse
from .tasks import TaskSpec

#: A task uses so much of the cpus and of the memory that it asks for, at most and on average.
_CPUS, _MEMORY, _AVERAGE = 0.9, 0.5, 0.6
_DECIMALS = 6

_EPOCH = datetime(1970, 1, 1)


def epoch_milliseconds(time: datetime) -> int:
    """Return a time in UTC as milliseconds since 1970, without the rest of a millisecond."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


def line(members: Mapping[str, Any]) -> str:
    """Return one line: a JSON object with the members in order of their names (L28).

    Members that are None are left out.
    """
    return compact_json(
        {name: members[name] for name in sorted(members) if members[name] is not None}
    )


def timestamp(time: datetime | None) -> str | None:
    """Return ``2024-10-20T05:26:47.157Z``, always with three digits (L34); None for no time."""
    return None if time is None else f"{time.isoformat(timespec='milliseconds')}Z"


def running_seconds(started: datetime, stopped: datetime) -> int | float:
    """Return the seconds between two times as the lines show them (L31, L32).

    It is exact in milliseconds; a whole number has no fraction.
    """
    milliseconds = epoch_milliseconds(stopped) - epoch_milliseconds(started)
    return milliseconds / 1000 if milliseconds % 1000 else milliseconds // 1000


def run_metrics(storage: StorageUse, seconds: float) -> dict[str, Any]:
    """Return the four metrics of a run (L29)."""
    return {
        "runningSeconds": seconds,
        "storageAverageGiB": storage.average,
        "storageMaximumGiB": storage.maximum,
        "storageReservedGiB": storage.reserved,
    }


def task_metrics(
    spec: TaskSpec, instance: Instance, seconds: float | None, declared: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the metrics of a task (L31, L32); ``declared`` ones replace those that are made up.

    ``seconds`` is None when the task never started.
    """
    metrics = {
        **_use(declared, "cpus{}", max(spec.cpus, 1) * _CPUS, instance.vcpus),
        **_use(declared, "memory{}GiB", max(spec.memory, 1) * _MEMORY, instance.memory),
        "gpusReserved": instance.gpus,
        "runningSeconds": seconds,
        **declared,
    }
    return {name: metrics[name] for name in sorted(metrics) if metrics[name] is not None}


def _use(declared: Mapping[str, Any], name: str, used: float, reserved: int) -> dict[str, float]:
    """Return Average, Maximum and Reserved, so that 0 < Average <= Maximum <= Reserved.

    A declared Maximum changes the Average, and a declared Average the Maximum where it is larger.
    """
    maximum = declared.get(name.format("Maximum"), min(used, reserved))
    average = declared.get(name.format("Average"), maximum * _AVERAGE)
    return {
        name.format("Average"): round(average, _DECIMALS),
        name.format("Maximum"): round(max(maximum, average), _DECIMALS),
        name.format("Reserved"): reserved,
    }
