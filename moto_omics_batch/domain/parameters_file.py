"""The run parameters in the object that parametersUri names (L100 to L102)."""

from __future__ import annotations

from typing import Any, NamedTuple

from .json_text import load_json


class ParametersFile(NamedTuple):
    """The content of the object, and the run parameters in it."""

    body: bytes
    parameters: dict[str, Any]


def parse(body: bytes) -> ParametersFile | None:
    """Return the parameters in an object, None when it does not hold a JSON object."""
    try:
        parameters = load_json(body)
    except ValueError:
        return None
    return ParametersFile(body, parameters) if isinstance(parameters, dict) else None
