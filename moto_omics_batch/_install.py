"""Makes HealthOmics known to moto: the only module that changes anything of moto or botocore."""

from __future__ import annotations

import re
import sys
import warnings
from importlib.util import find_spec
from threading import Lock
from typing import Any

#: The oldest releases that the package works with.
OLDEST = {"moto": (5, 2, 0), "botocore": (1, 42, 97)}

_lock = Lock()
_installed = False


def install() -> None:
    """Register the backend with moto, once; more calls do nothing.

    Raises ImportError when moto or botocore is too old. When moto has an ``omics`` of its own, that
    one stays and a RuntimeWarning says so.
    """
    global _installed
    with _lock:
        if not _installed:
            _check_versions()
            _install()
            _installed = True


def _check_versions() -> None:
    import botocore
    import moto

    for module in (moto, botocore):
        oldest = OLDEST[module.__name__]
        found = tuple(int(n) for n in re.findall(r"\d+", module.__version__)[:3])
        if found < oldest:
            needed = ".".join(map(str, oldest))
            raise ImportError(
                f"moto-omics-batch needs {module.__name__} {needed} or later, "
                f"and {module.__version__} is installed"
            )


def _install() -> None:
    from moto import backend_index

    known = [name for name, _ in backend_index.backend_url_patterns]
    if "omics" in known or find_spec("moto.omics") is not None:
        warnings.warn(
            "moto has an omics backend of its own: moto-omics-batch steps aside",
            RuntimeWarning,
            stacklevel=4,
        )
        return

    import moto
    from moto.moto_api._internal.urls import url_paths

    from . import omics
    from .omics import models, responses, urls
    from .omics.testing import http as moto_api

    # moto finds a backend by importing moto.<service>; every submodule gets its second name, else
    # `from moto.omics.models import omics_backends` would load a second copy.
    package = omics.__name__
    for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
        sys.modules["moto.omics" + name.removeprefix(package)] = sys.modules[name]
    moto.omics = omics  # type: ignore[attr-defined]

    # Changed in place, because other modules hold the list; at the front, because moto asks its
    # patterns in order.
    backend_index.backend_url_patterns[:0] = [
        ("omics", re.compile(base)) for base in urls.url_bases
    ]
    url_paths.update(moto_api.URL_PATHS)
    _serve_running_mocks(models, responses)
    _drop_host_prefix()


def _serve_running_mocks(models: Any, responses: Any) -> None:
    """A mock that was started before gets the routes that it would have added."""
    from moto import backend_index
    from moto.core.models import MockAWS

    if not MockAWS._mocks_active:
        return
    from moto.core.custom_responses_mock import CallbackResponse
    from moto.core.models import RESPONSES_METHODS, botocore_stubber, responses_mock

    callback = getattr(
        botocore_stubber, "process_prepared_request", botocore_stubber.process_request
    )
    for method in RESPONSES_METHODS:
        for name, pattern in backend_index.backend_url_patterns:
            if name == "omics":
                responses_mock.add(CallbackResponse(method=method, url=pattern, callback=callback))


def _drop_host_prefix() -> None:
    """Let clients reach a server: `workflows-127.0.0.1` resolves nowhere."""
    from botocore.handlers import BUILTIN_HANDLERS

    BUILTIN_HANDLERS.append(("before-call.omics", without_host_prefix))


_PREFIXED = re.compile(
    r"^(https?://)(?:workflows|tags|storage|control-storage|analytics)-(?!omics)"
)
_AWS_HOST = re.compile(
    r"^https?://[^/]*(?:\.amazonaws\.com(?:\.cn)?|\.api\.aws|\.api\.amazonwebservices\.com\.cn)(?::\d+)?(?:/|$)"
)


def without_host_prefix(params: dict[str, Any], **_: Any) -> None:
    """A botocore ``before-call`` handler: hosts other than AWS's own have no host prefixes."""
    url = params.get("url", "")
    if _PREFIXED.match(url) and not _AWS_HOST.match(url):
        params["url"] = _PREFIXED.sub(r"\1", url)
