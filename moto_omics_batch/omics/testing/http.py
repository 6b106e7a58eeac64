"""The test controls over HTTP, below ``/moto-api/static/omics/``, for users of the server.

The members are the keyword arguments of `moto_omics_batch.faults` and `moto_omics_batch.results`,
as JSON; ``fault`` or ``declare`` is the name of the function.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from ...domain.faults import FAULTS, one_of
from ..body import read_body
from .backends import DEFAULT_REGION, default_account_id, find_backend

if TYPE_CHECKING:
    from .account import AccountControls

_Response = tuple[int, dict[str, str], str]


class _Scope(NamedTuple):
    """The account and region of a request; ``region`` is None unless it names one."""

    account_id: str
    region: str | None

    @property
    def one_region(self) -> str:
        """The region of controls that act in one."""
        return DEFAULT_REGION if self.region is None else self.region

    @property
    def account(self) -> AccountControls:
        """The controls of the region, or of all regions of the account."""
        # Imported when a test uses the controls, here and below: most mocks do not.
        from .account import AccountControls

        every_region = self.region is None
        return AccountControls(self.account_id, self.region, every_region=every_region)


def faults(request: Any, full_url: str, headers: Any) -> _Response:
    """POST injects a fault, DELETE removes all; in every region, or in the one that is named.

    ``{"fault": "run_fails", "runSettingId": "HG002", "failureReason": "OUT_OF_MEMORY_ERROR"}``;
    ``release`` and ``slow_submission`` have the same form.
    """

    def act(scope: _Scope, members: dict[str, Any]) -> None:
        controls = scope.account
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
            controls.inject(kind, members)

    return _respond(request, full_url, ("POST", "DELETE"), act)


def advance(request: Any, full_url: str, headers: Any) -> _Response:
    """POST ``{"id": "1234567", "to": "INPROGRESS"}`` moves a batch or a run."""

    def act(scope: _Scope, members: dict[str, Any]) -> None:
        from . import account

        id, to = _exactly(members, "id", "to")
        account.advance(scope.account_id, scope.one_region, id, to)

    return _respond(request, full_url, ("POST",), act)


def history(request: Any, full_url: str, headers: Any) -> _Response:
    """GET ``?id=1234567`` returns ``{"history": [{"status": …, "time": …}, …]}``."""

    def act(scope: _Scope, members: dict[str, Any]) -> dict[str, Any]:
        from . import account

        (id,) = _exactly(members, "id")
        pairs = account.history(scope.account_id, scope.one_region, id)
        return {
            "history": [
                {"status": status, "time": time.isoformat().replace("+00:00", "Z")}
                for status, time in pairs
            ]
        }

    return _respond(request, full_url, ("GET",), act)


def results(request: Any, full_url: str, headers: Any) -> _Response:
    """POST declares results of runs, DELETE removes all declarations, in every region or in one;
    GET returns those of one region.

    ``{"declare": "outputs", "runSettingId": "HG002", "files": {"out/vcf/a.vcf": "…"}}``;
    ``{"declare": "task", "task": "Call", "cpus": 4}`` has the same form.
    """

    def act(scope: _Scope, members: dict[str, Any]) -> dict[str, Any] | None:
        if request.method == "POST":
            what = members.pop("declare", None)
            one_of("declaration", what, ("outputs", "task"))
            scope.account.declare(what, members)
            return None
        _exactly(members)
        if request.method == "GET":
            backend = find_backend(scope.account_id, scope.one_region)
            with backend.request_scope():
                return backend.results.declared()
        scope.account.clear_declarations()
        return None

    return _respond(request, full_url, ("POST", "GET", "DELETE"), act)


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
    act: Callable[[_Scope, dict[str, Any]], Mapping[str, Any] | None],
) -> _Response:
    if request.method not in methods:
        return _json(405, {"message": f"the method must be {' or '.join(methods)}"})
    try:
        members = _members(request, full_url)
        account_id = members.pop("account_id", None) or default_account_id()
        region = None
        if "region" in members:
            region = find_backend(account_id, members.pop("region")).region_name
        result = act(_Scope(account_id, region), members)
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
