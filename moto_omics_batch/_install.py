"""Register the backend with moto. This is the only module that changes moto or botocore.

``install()`` may be called while ``import moto`` is in progress, and in several threads: it holds
no lock while it imports, and it changes nothing before all imports have succeeded.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.machinery import PathFinder
from threading import Lock
from typing import Any

#: The oldest supported releases.
OLDEST = {"moto": (5, 2, 0), "botocore": (1, 42, 97)}

_PACKAGE = __name__.partition(".")[0]
#: The attribute of a function that replaces one of moto's: the replaced function.
_REPLACED = "_moto_omics_replaced"
_lock = Lock()


def install() -> bool:
    """Register the backend with the moto in ``sys.modules``; further calls change nothing.

    Return True if moto uses this backend. Return False and issue a RuntimeWarning if moto has an
    omics backend of its own, which then stays in place. Raise ImportError if moto or botocore is
    too old.
    """
    _check_versions()
    if _moto_has_omics():
        warnings.warn(
            "moto has an omics backend of its own: moto-omics-batch does not register its backend",
            RuntimeWarning,
            stacklevel=3,
        )
        return False
    if _belongs_to_another_moto():
        _import_package_again()
    else:
        registration = _Registration()
        with _lock:
            registration.apply()
    return True


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


def _moto_has_omics() -> bool:
    """Tell whether moto, or another package, provides an omics backend."""
    import moto
    from moto.backend_index import backend_url_patterns

    if PathFinder.find_spec("moto.omics", moto.__path__) is not None:
        return True
    known = {pattern.pattern for name, pattern in backend_url_patterns if name == "omics"}
    if not known:
        return False
    from .omics.urls import url_bases

    return not known <= set(url_bases)


def _belongs_to_another_moto() -> bool:
    """Tell whether the modules of this package use a moto that was imported again since."""
    from moto.core.base_backend import BackendDict

    models = sys.modules.get(f"{_PACKAGE}.omics.models")
    backends = getattr(models, "omics_backends", None)
    return backends is not None and not isinstance(backends, BackendDict)


def _import_package_again() -> None:
    """Import a new copy of this package, which registers itself."""
    for name in [name for name in list(sys.modules) if name.partition(".")[0] == _PACKAGE]:
        del sys.modules[name]
    import_module(_PACKAGE)


class _Registration:
    """Everything that is needed to register the backend. All imports are in the constructor."""

    def __init__(self) -> None:
        import moto
        from botocore.handlers import BUILTIN_HANDLERS
        from moto.backend_index import backend_url_patterns
        from moto.core.custom_responses_mock import CallbackResponse
        from moto.core.models import RESPONSES_METHODS, MockAWS, botocore_stubber, responses_mock
        from moto.moto_api._internal import mock_random
        from moto.moto_api._internal.urls import url_paths

        from . import _mock, omics
        from .omics import urls
        from .omics.resources import random_streams
        from .omics.testing import config, http

        self._moto: Any = moto
        self._omics = omics
        self._handlers: list[Any] = BUILTIN_HANDLERS
        self._mock_random: Any = mock_random
        self._seeded = random_streams.seeded
        self._check_settings = config.check
        self._before_end = _mock.before_end
        self._moto_api_paths: dict[str, Any] = url_paths
        self._test_paths = http.URL_PATHS
        self._known_patterns = backend_url_patterns
        self._patterns = [("omics", re.compile(base)) for base in urls.url_bases]
        self._mock_aws: Any = MockAWS
        self._responses_mock = responses_mock
        # moto 5.2.0 has no process_prepared_request.
        stubber: Any = botocore_stubber
        callback = getattr(stubber, "process_prepared_request", stubber.process_request)
        self._routes = [
            CallbackResponse(method=method, url=pattern, callback=callback)
            for method in RESPONSES_METHODS
            for _, pattern in self._patterns
        ]

    def apply(self) -> None:
        """Register the backend. Each step leaves alone what is in place already."""
        self._alias_modules()
        self._moto_api_paths.update(self._test_paths)
        self._drop_host_prefix()
        self._observe_seed()
        self._observe_mocks()
        self._add_patterns()

    def _alias_modules(self) -> None:
        """Make the modules known as ``moto.omics``, where moto imports its backends from.

        Each submodule needs its alias, or ``import moto.omics.models`` would load a second copy.
        """
        package = self._omics.__name__
        aliases = {
            "moto.omics" + name.removeprefix(package): module
            for name, module in list(sys.modules.items())
            if name == package or name.startswith(f"{package}.")
        }
        for name in list(sys.modules):
            if name.startswith("moto.omics.") and name not in aliases:
                del sys.modules[name]
        sys.modules.update(aliases)
        self._moto.omics = self._omics

    def _drop_host_prefix(self) -> None:
        """Let new clients reach a server: a host such as `workflows-127.0.0.1` does not exist."""
        known = {_full_name(handler) for _, handler, *_ in self._handlers}
        if _full_name(without_host_prefix) not in known:
            self._handlers.append(("before-call.omics", without_host_prefix))

    def _observe_seed(self) -> None:
        """Make ``mock_random.seed`` seed the random streams of this package too."""
        original: Callable[..., None] = _original(self._mock_random.seed)
        seeded = self._seeded

        @wraps(original)
        def seed(*args: Any, **kwargs: Any) -> None:
            original(*args, **kwargs)
            seeded(args[0] if args else kwargs.get("a"))

        self._mock_random.seed = _replacing(seed, original)

    def _observe_mocks(self) -> None:
        """Check the settings of a mock when it starts, and tell when its data are about to go."""
        start: Callable[..., None] = _original(self._mock_aws.start)
        stop: Callable[..., None] = _original(self._mock_aws.stop)
        check_settings, before_end = self._check_settings, self._before_end

        @wraps(start)
        def checked_start(mock: Any, *args: Any, **kwargs: Any) -> None:
            check_settings(mock._user_config_mock.values.get("omics", {}))
            start(mock, *args, **kwargs)

        @wraps(stop)
        def observed_stop(mock: Any, *args: Any, **kwargs: Any) -> None:
            try:
                if mock._nested_count == 1:
                    for function in before_end:
                        function()
            finally:
                stop(mock, *args, **kwargs)

        self._mock_aws.start = _replacing(checked_start, start)
        self._mock_aws.stop = _replacing(observed_stop, stop)

    def _add_patterns(self) -> None:
        """Route requests to the backend, those of mocks that are active already included."""
        if any(name == "omics" for name, _ in self._known_patterns):
            return
        # The list is changed in place because other modules hold it, and at its start because moto
        # uses the first pattern that matches.
        self._known_patterns[:0] = self._patterns
        if self._mock_aws._mocks_active:
            for route in self._routes:
                self._responses_mock.add(route)


def _original(function: Any) -> Any:
    """Return the function of moto that ``function`` replaces, or else ``function`` itself."""
    return getattr(function, _REPLACED, function)


def _replacing(function: Any, original: Any) -> Any:
    """Return ``function`` with a mark that it replaces ``original``."""
    setattr(function, _REPLACED, original)
    return function


def _full_name(function: object) -> tuple[str, str]:
    """Return module and name, which a second copy of this package has in common with the first."""
    return getattr(function, "__module__", ""), getattr(function, "__qualname__", "")


_PREFIXED = re.compile(
    r"^(https?://)(?:workflows|tags|storage|control-storage|analytics)-(?!omics)"
)
_AWS_HOST = re.compile(
    r"^https?://[^/]*(?:\.amazonaws\.com(?:\.cn)?|\.api\.aws|\.api\.amazonwebservices\.com\.cn)(?::\d+)?(?:/|$)"
)


def without_host_prefix(params: dict[str, Any], **_: Any) -> None:
    """Remove the host prefix from the URL unless the host is one of AWS.

    This is a handler of botocore's ``before-call`` event; the request is not signed yet.
    """
    url = params.get("url", "")
    if _PREFIXED.match(url) and not _AWS_HOST.match(url):
        params["url"] = _PREFIXED.sub(r"\1", url)
