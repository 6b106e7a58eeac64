"""The test controls over HTTP, below ``/moto-api/static/omics/``, for users of the server.

The members are the keyword arguments of `moto_omics_batch.faults` and `moto_omics_batch.results`,
as JSON; ``fault`` or ``declare`` is the name of the function.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from moto.core.models import DEFAULT_ACCOUNT_ID

from ...domain.faults import FAULTS, one_of
from ..body import read_body
from ..models import OmicsBackend, omics_backends

_Response = tuple[int, dict[str, str], str]

DEFAULT_REGION = "us-east-1"


def faults(request: Any, full_url: str, headers: Any) -> _Response:
    """POST injects a fault, DELETE removes all.

    ``{"fault": "run_fails", "runSettingId": "HG002", "failureReason": "OUT_OF_MEMORY_ERROR"}``;
    ``release`` and ``slow_submission`` have the same form.
    """

    def act(backend: OmicsBackend, members: dict[str, Any]) -> None:
        controls = backend.controls
        if request.method == "DELETE":
            _exactly(members)
            controls.clear()
            return
        kind = members.pop("fault", None)
        one_of("fault", kind, (*FAULTS, "release", "slow_submission"))
        if kind == "release":
            controls.release(members)
        elif kind == "slow_submission":
            controls.slow_submission(*_exactly(members, "perTick"))
        else:
            controls.add_fault(kind, members)

    return _respond(request, full_url, ("POST", "DELETE"), act)


def advance(request: Any, full_url: str, headers: Any) -> _Response:
    """POST ``{"id": "1234567", "to": "INPROGRESS"}`` moves a batch or a run."""

    def act(backend: OmicsBackend, members: dict[str, Any]) -> None:
        backend.controls.advance(*_exactly(members, "id", "to"))

    return _respond(request, full_url, ("POST",), act)


def history(request: Any, full_url: str, headers: Any) -> _Response:
    """GET ``?id=1234567`` returns ``{"history": [{"status": …, "time": …}, …]}``."""

    def act(backend: OmicsBackend, members: dict[str, Any]) -> dict[str, Any]:
        pairs = backend.controls.history(*_exactly(members, "id"))
        return {
            "history": [
                {"status": status, "time": time.isoformat().replace("+00:00", "Z")}
                for status, time in pairs
            ]
        }

    return _respond(request, full_url, ("GET",), act)


def results(request: Any, full_url: str, headers: Any) -> _Response:
    """POST declares results of runs, GET returns all declarations, DELETE removes them.

    ``{"declare": "outputs", "runSettingId": "HG002", "files": {"out/vcf/a.vcf": "…"}}``;
    ``{"declare": "task", "task": "Call", "cpus": 4}`` has the same form.
    """

    def act(backend: OmicsBackend, members: dict[str, Any]) -> dict[str, Any] | None:
        if request.method == "POST":
            what = members.pop("declare", None)
            one_of("declaration", what, ("outputs", "task"))
            getattr(backend.results, what)(members)
            return None
        _exactly(members)
        if request.method == "GET":
            return backend.results.declared()
        backend.results.clear()
        return None

    return _respond(request, full_url, ("POST", "GET", "DELETE"), act)


def default_account_id() -> str:
    """Return the account of requests without credentials that say otherwise."""
    return os.environ.get("MOTO_ACCOUNT_ID", DEFAULT_ACCOUNT_ID)


def find_backend(account_id: Any, region: Any) -> OmicsBackend:
    """Return a backend. Raises ValueError for an invalid account or an unknown region."""
    if not isinstance(account_id, str) or not re.fullmatch(r"[0-9]{12}", account_id):
        raise ValueError(f"account_id must be 12 digits, not {account_id!r}")
    regions = omics_backends[account_id]
    try:
        return regions[str(region)]
    except KeyError:
        known = ", ".join(regions.regions)
        raise ValueError(f"HealthOmics is not in region {region!r}; it is in {known}") from None


URL_PATHS = {
    "{0}/moto-api/static/omics/faults": faults,
    "{0}/moto-api/static/omics/advance": advance,
    "{0}/moto-api/static/omics/history": history,
    "{0}/moto-api/static/omics/results": results,
}


def _respond(
    request: Any,
    full_url: str,
    methods: tuple[str, ...],
    act: Callable[[OmicsBackend, dict[str, Any]], Mapping[str, Any] | None],
) -> _Response:
    if request.method not in methods:
        return _json(405, {"message": f"the method must be {' or '.join(methods)}"})
    try:
        members = _members(request, full_url)
        account_id = members.pop("account_id", None) or default_account_id()
        backend = find_backend(account_id, members.pop("region", DEFAULT_REGION))
        with backend.request_scope():
            result = act(backend, members)
    except ValueError as wrong:
        return _json(400, {"message": str(wrong)})
    return _json(200, result or {"status": "ok"})


def _json(status: int, body: Mapping[str, Any]) -> _Response:
    return status, {"content-type": "application/json"}, json.dumps(body)


def _members(request: Any, full_url: str) -> dict[str, Any]:
    body = read_body(request)
    if body is None:
        raise ValueError("the body could not be read")
    try:
        parsed = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        raise ValueError("the body is not valid JSON") from None
    if not isinstance(parsed, dict):
        raise ValueError("the body must be a JSON object")
    return {**{k: v[-1] for k, v in parse_qs(urlsplit(full_url).query).items()}, **parsed}


def _exactly(members: Mapping[str, Any], *names: str) -> list[Any]:
    """Return the values of exactly these members. Raises ValueError, and lists them."""
    if set(members) != set(names):
        wanted, found = (" and ".join(n) or "no members" for n in (names, members))
        raise ValueError(f"there must be {wanted}, not {found}")
    return [members[name] for name in names]
