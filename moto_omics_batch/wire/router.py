"""Finds the operation of a request from the routes of the model."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import unquote

from botocore.model import OperationModel

from .model import service

_Route = tuple[re.Pattern[str], OperationModel]


@cache
def _routes() -> dict[str, list[_Route]]:
    """Return the routes of each HTTP method, in the order in which they are tried."""
    model = service()
    routes: dict[str, list[_Route]] = {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        routes.setdefault(operation.http["method"], []).append(
            (_pattern(operation.http["requestUri"]), operation)
        )
    for candidates in routes.values():
        # Fixed paths come before paths with labels: /run/{id} must not match /run/batch.
        candidates.sort(key=lambda route: route[0].groups)
    return routes


def _pattern(uri: str) -> re.Pattern[str]:
    path = uri.partition("?")[0]
    parts = re.split(r"\{(\w+)\+?\}", path)
    # An ARN contains a slash, which not every client encodes (S2).
    return re.compile(
        "".join(
            re.escape(part)
            if at % 2 == 0
            else f"(?P<{part}>{'.+' if part.endswith('Arn') else '[^/]+'})"
            for at, part in enumerate(parts)
        )
    )


def match(method: str, path: str) -> tuple[OperationModel, dict[str, str]] | None:
    """Return (operation, decoded labels) of a request, None when no operation has this route.

    ``path`` is the path as it was sent, percent-encoded.
    """
    for pattern, operation in _routes().get(method, ()):
        if found := pattern.fullmatch(path):
            return operation, {k: unquote(v) for k, v in found.groupdict().items()}
    return None
