"""The declaration of properties of tasks (L57): what the API and the logs show of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from .faults import one_of
from .instances import LARGEST
from .run_words import members_of, words_of

#: The metrics of a task (L31).
METRICS = (
    *("cpusReserved", "cpusMaximum", "cpusAverage"),
    *("memoryReservedGiB", "memoryMaximumGiB", "memoryAverageGiB"),
    *("gpusReserved", "runningSeconds"),
)

#: The maximum duration of a task in seconds. It bounds the times that follow from it.
_MAX_SECONDS = 366 * 86400

#: The largest number of GPUs of an instance.
_MAX_GPUS = 8

#: The maximum length of an image, in characters (the model).
_MAX_NAME = 750


def _is_whole(value: Any, lowest: int, highest: int) -> bool:
    return type(value) is int and lowest <= value <= highest


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value < math.inf


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MAX_NAME and value.isprintable()


def _is_metrics(value: Any) -> bool:
    return isinstance(value, Mapping) and all(_is_number(number) for number in value.values())


def _is_lines(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(line, str) for line in value)


#: Property → its check, and what it must be.
_PROPERTIES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "cpus": (
        lambda value: _is_whole(value, 1, LARGEST.vcpus),
        f"a whole number from 1 to {LARGEST.vcpus}",
    ),
    "memory": (
        lambda value: _is_whole(value, 1, LARGEST.memory),
        f"a whole number of GiB from 1 to {LARGEST.memory}",
    ),
    "gpus": (
        lambda value: _is_whole(value, 0, _MAX_GPUS),
        f"a whole number from 0 to {_MAX_GPUS}",
    ),
    "instanceType": (_is_name, "the name of an instance type"),
    "image": (_is_name, f"the name of an image with at most {_MAX_NAME} characters"),
    "runningSeconds": (
        lambda value: _is_number(value) and value <= _MAX_SECONDS,
        f"a number of seconds from 0 to {_MAX_SECONDS}",
    ),
    "cacheHit": (lambda value: isinstance(value, bool), "True or False"),
    "metrics": (_is_metrics, "a dict of numbers that are not negative"),
    "stdout": (_is_lines, "a list of texts"),
}

#: The names of the properties.
PROPERTIES = tuple(_PROPERTIES)


class TaskDeclaration:
    """The properties of the task named ``task`` in the runs that fit ``words``.

    ``shown`` is the declaration as JSON.
    """

    def __init__(self, arguments: Mapping[str, Any]):
        """Read the keyword arguments of `moto_omics_batch.results.task`.

        Raises ValueError for what does not exist or is invalid, and lists what exists.
        """
        self.words = words_of(arguments, "task", ("task", *PROPERTIES))
        task = arguments.get("task")
        if not isinstance(task, str) or not task:
            raise ValueError(f"task must be the name of a task, not {task!r}")
        self.task = task
        properties = members_of(arguments, PROPERTIES)
        if not properties:
            raise ValueError(
                f"a declaration of a task needs a property; there are {', '.join(PROPERTIES)}"
            )
        for name, value in properties.items():
            valid, expected = _PROPERTIES[name]
            if not valid(value):
                raise ValueError(f"{name} must be {expected}, not {value!r}")
        for metric in properties.get("metrics", ()):
            one_of("metric of a task", metric, METRICS)
        if "metrics" in properties:
            properties["metrics"] = dict(properties["metrics"])
        if "stdout" in properties:
            properties["stdout"] = list(properties["stdout"])
        self.properties: Mapping[str, Any] = properties
        self.shown = {"task": self.task, **self.words, **properties}
