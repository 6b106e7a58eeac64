"""JSON as the service accepts it, in objects of S3 and in members that hold JSON as text, and as it
writes it to logs."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

#: Encodes without spaces. One encoder, because json.dumps creates one for each call.
_ENCODER = json.JSONEncoder(separators=(",", ":"))


def compact_json(value: Any) -> str:
    """Return a JSON text without spaces."""
    return _ENCODER.encode(value)


def load_json(text: str | bytes) -> Any:
    """Return a JSON value.

    Raises ValueError for what is not JSON, for what is nested too deeply to be read, and for a
    number that has no Python value: a float that is infinite, or an integer with more digits than
    int() accepts (4,300 by default).
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    if math.isinf(value := float(text)):
        raise ValueError(f"{text} is too large")
    return value
