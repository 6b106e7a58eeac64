"""The switchboard over HTTP, under ``/moto-api/static/omics/``, for users of the server.

The words are those of `moto_omics_batch.faults`, in JSON; ``fault`` is the name of the function.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from moto.core.models import DEFAULT_ACCOUNT_ID

from .models import OmicsBackend, omics_backends

_Answer = tuple[int, dict[str, str], str]


def faults(request: Any, full_url: str, headers: Any) -> _Answer:
    """POST adds a fault, DELETE clears all.

    ``{"fault": "run_fails", "runSettingId": "HG002", "failureReason": "OUT_OF_MEMORY_ERROR"}``;
    ``release`` and ``slow_submission`` are told in the same way.
    """

    def work(backend: OmicsBackend, words: dict[str, Any]) -> None:
        kind = words.pop("fault", None)
        if request.method == "DELETE":
            backend.clear_faults()
        elif kind == "release":
            backend.release_runs(words)
        elif kind == "slow_submission":
            backend.slow_submission(**_only(words, "perTick"))
        else:
            backend.add_fault(str(kind), words)

    return _answer(request, full_url, work)


def advance(request: Any, full_url: str, headers: Any) -> _Answer:
    """POST ``{"id": "1234567", "to": "INPROGRESS"}`` moves a batch or a run."""

    def work(backend: OmicsBackend, words: dict[str, Any]) -> None:
        backend.advance(**_only(words, "id", "to"))

    return _answer(request, full_url, work)


def history(request: Any, full_url: str, headers: Any) -> _Answer:
    """GET ``?id=1234567``: ``{"history": [{"status": …, "time": …}, …]}``."""

    def work(backend: OmicsBackend, words: dict[str, Any]) -> dict[str, Any]:
        told = backend.history(**_only(words, "id"))
        return {"history": [{"status": s, "time": f"{t.isoformat()}Z"} for s, t in told]}

    return _answer(request, full_url, work)


URL_PATHS = {
    "{0}/moto-api/static/omics/faults": faults,
    "{0}/moto-api/static/omics/advance": advance,
    "{0}/moto-api/static/omics/history": history,
}


def _answer(
    request: Any,
    full_url: str,
    work: Callable[[OmicsBackend, dict[str, Any]], Mapping[str, Any] | None],
) -> _Answer:
    try:
        words = _words(request, full_url)
        account_id = str(words.pop("account_id", DEFAULT_ACCOUNT_ID))
        region = str(words.pop("region", "us-east-1"))
        try:
            backend = omics_backends[account_id][region]
        except KeyError:
            raise ValueError(f"HealthOmics does not exist in region {region}") from None
        with backend.working():
            told = work(backend, words)
    except ValueError as wrong:
        return 400, {"content-type": "application/json"}, json.dumps({"message": str(wrong)})
    return 200, {"content-type": "application/json"}, json.dumps(told or {"status": "ok"})


def _words(request: Any, full_url: str) -> dict[str, Any]:
    read = getattr(request, "get_data", None)
    body = read() if read else request.body
    try:
        told = json.loads(body) if body else {}
    except ValueError:
        raise ValueError("the body is not valid JSON") from None
    if not isinstance(told, dict):
        raise ValueError("the body must be a JSON object")
    return {**{k: v[-1] for k, v in parse_qs(urlsplit(full_url).query).items()}, **told}


def _only(words: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Exactly these words. Raises ValueError, and lists them."""
    if set(words) != set(names):
        raise ValueError(f"there must be {' and '.join(names)}, not {', '.join(words) or 'none'}")
    snake = {"perTick": "per_tick"}
    return {snake.get(name, name): words[name] for name in names}
