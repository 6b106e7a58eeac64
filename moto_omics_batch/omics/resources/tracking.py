"""moto's list of model instances, which its dashboard shows."""

from __future__ import annotations

from typing import Any


def untrack(resource: Any) -> None:
    """Take a deleted resource off moto's list, which otherwise keeps it until a reset."""
    instances: list[Any] = type(resource).instances_tracked
    for position in range(len(instances)):
        if instances[position] is resource:
            del instances[position]
            return
