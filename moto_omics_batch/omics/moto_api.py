"""The switchboard over HTTP, under ``/moto-api/static/omics/``, for users of the server.

The words are those of `moto_omics_batch.faults`, in JSON; ``fault`` is the name of the function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from moto.core.models import DEFAULT_ACCOUNT_ID

from ..domain.faults import MATCHES, one_of
from .models import OmicsBackend, omics_backends

_Answer = tuple[int, dict[str, str], str]


def faults(request: Any, full_url: str, headers: Any) -> _Answer:
    """POST adds a fault, DELETE clears all.

    ``{"fault": "run_fails", "runSettingId": "HG002", "failureReason": "OUT_OF_MEMORY_ERROR"}``;
    ``release`` and ``slow_submission`` are told in the same way.
    """

    def work(backend: OmicsBackend, words: dict[str, Any]) -> None:
        if request.method == "DELETE":
            _only(words)
            backend.clear_faults()
            return
        kind = words.pop("fault", None)
        one_of("fault", kind, (*MATCHES, "release", "slow_submission"))
        if kind == "release":
            backend.release_runs(words)
        elif kind == "slow_submission":
            backend.slow_submission(*_only(words, "perTick"))
        else:
            backend.add_fault(kind, words)

    return _answer(request, full_url, ("POST", "DELETE"), work)


def advance(request: Any, full_url: str, headers: Any) -> _Answer:
    """POST ``{"id": "1234567", "to": "INPROGRESS"}`` moves a batch or a run."""

    def work(backend: OmicsBackend, words: dict[str, Any]) -> None:
        backend.advance(*_only(words, "id", "to"))

    return _answer(request, full_url, ("POST",), work)


def history(request: Any, full_url: str, headers: Any) -> _Answer:
    """GET ``?id=1234567``: ``{"history": [{"status": …, "time": …}, …]}``."""

    def work(backend: OmicsBackend, words: dict[str, Any]) -> dict[str, Any]:
        told = backend.history(*_only(words, "id"))
        return {"history": [{"status": s, "time": f"{t.isoformat()}Z"} for s, t in told]}

    return _answer(request, full_url, ("GET",), work)


def find_backend(account_id: Any, region: Any) -> OmicsBackend:
    """Raises ValueError for what can be no account, and for a region without HealthOmics."""
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
}


def _answer(
    request: Any,
    full_url: str,
    methods: tuple[str, ...],
    work: Callable[[OmicsBackend, dict[str, Any]], Mapping[str, Any] | None],
) -> _Answer:
    if request.method not in methods:
        return _json(405, {"message": f"the method must be {' or '.join(methods)}"})
    try:
        words = _words(request, full_url)
        account_id = words.pop("account_id", DEFAULT_ACCOUNT_ID)
        backend = find_backend(account_id, words.pop("region", "us-east-1"))
        with backend.working():
            told = work(backend, words)
    except ValueError as wrong:
        return _json(400, {"message": str(wrong)})
    return _json(200, told or {"status": "ok"})


def _json(status: int, told: Mapping[str, Any]) -> _Answer:
    return status, {"content-type": "application/json"}, json.dumps(told)


def _words(request: Any, full_url: str) -> dict[str, Any]:
    read = getattr(request, "get_data", None)
    body = read() if read else request.body
    try:
        told = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        raise ValueError("the body is not valid JSON") from None
    if not isinstance(told, dict):
        raise ValueError("the body must be a JSON object")
    return {**{k: v[-1] for k, v in parse_qs(urlsplit(full_url).query).items()}, **told}


def _only(words: Mapping[str, Any], *names: str) -> list[Any]:
    """The values of exactly these words. Raises ValueError, and lists them."""
    if set(words) != set(names):
        wanted, found = (" and ".join(n) or "no words" for n in (names, words))
        raise ValueError(f"there must be {wanted}, not {found}")
    return [words[name] for name in names]
