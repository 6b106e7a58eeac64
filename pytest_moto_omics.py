"""The pytest plugin: registers the HealthOmics backend in every test run that imports moto.

The plugin imports the package when moto is imported, and not before. An import hook registers the
backend at the end of each import of moto, whichever module imports it and whenever that happens;
the features in `moto_omics_batch.plugin` are then registered with pytest. ``import moto`` never
fails and never warns because of the plugin; the terminal summary of pytest reports why HealthOmics
is not mocked.

PYTEST_DONT_REWRITE: this module contains no assertions.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Generator, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from moto_omics_batch.plugin.mock import OmicsMock

_PACKAGE = "moto_omics_batch"
#: The key under which a worker process of pytest-xdist reports its problem.
_WORKER_KEY = "moto_omics_problem"


class _Backend:
    """Registers the backend with moto, and keeps the reason why that was not possible."""

    def __init__(self) -> None:
        self.problem: str | None = None
        #: The configurations of this test run, and of one that runs in the same process.
        self.configs: list[pytest.Config] = []
        #: Whether the features were registered with pytest.
        self.has_features = False
        self._attempted_for: ModuleType | None = None

    def install(self) -> None:
        """Register the backend with the moto in ``sys.modules``. Never raises, never warns."""
        self._attempted_for = sys.modules.get("moto")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from moto_omics_batch import install

                registered = install()
                self.register_features()
        except ImportError as error:
            self.problem = f"HealthOmics is not mocked: {error}"
        except Exception as error:
            self.problem = (
                f"HealthOmics is not mocked: {type(error).__name__}: {error} "
                f"(python -c 'import {_PACKAGE}' shows the traceback)"
            )
        else:
            own = "moto has an omics backend of its own, which is used instead of moto-omics-batch"
            self.problem = None if registered else own

    def register_features(self) -> None:
        """Register the features of the plugin with pytest if the backend is registered."""
        if _is_registered():
            from moto_omics_batch import plugin

            for config in self.configs:
                plugin.register(config)
            self.has_features = bool(self.configs)

    def unsolved_problem(self) -> str | None:
        """Return why HealthOmics is not mocked, None if it is or if moto was not imported."""
        # Later imports of the package by the tests themselves may have succeeded.
        return None if _is_registered() else self.problem

    def install_if_missed(self) -> None:
        """Register the backend if moto was imported and the import hook did not see it."""
        moto = sys.modules.get("moto")
        failed = self.problem is not None and moto is self._attempted_for
        if moto is None or failed or _is_registered():
            return
        # Tests replace modules by stubs, which have no spec.
        if isinstance(getattr(moto, "__spec__", None), ModuleSpec):
            self.install()


def _is_registered() -> bool:
    """Tell whether the moto in ``sys.modules`` uses the backend."""
    package = sys.modules.get(f"{_PACKAGE}.omics")
    if package is None or sys.modules.get("moto.omics") is not package:
        return False
    index = sys.modules.get("moto.backend_index")
    return any(name == "omics" for name, _ in getattr(index, "backend_url_patterns", ()))


_backend = _Backend()


class _InstallingLoader:
    """The loader of moto, which also registers the backend. All other methods are the loader's."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def exec_module(self, module: ModuleType) -> None:
        """Execute moto, then register the backend."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        _backend.install()


class _Finder(MetaPathFinder):
    """Answers for moto and for the package; the search itself is left to the other finders.

    The loader of moto is wrapped, so that it registers the backend. For the package, the finder of
    pytest's assertion rewriting is not asked: it would compile every module again in runs that
    cannot write bytecode.
    """

    def __init__(self) -> None:
        self._searching = threading.local()

    def move_to_front(self) -> None:
        """Become the first finder, since the first one that finds a module provides its loader."""
        sys.meta_path[:] = [self, *(finder for finder in sys.meta_path if finder is not self)]

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of moto or of a module of the package, None for any other name."""
        if sys.meta_path[0] is not self:
            self.move_to_front()
        if name == "moto":
            spec = self._search(name, path, target)
            if spec is not None and hasattr(spec.loader, "exec_module"):
                spec.loader = cast(Loader, _InstallingLoader(cast(Loader, spec.loader)))
            return spec
        if name.partition(".")[0] == _PACKAGE:
            return self._search(name, path, target)
        return None

    def _search(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        """Ask the other finders. A finder that asks all finders in turn gets None from this one."""
        outer = getattr(self._searching, "name", None)
        if name == outer:
            return None
        self._searching.name = name
        try:
            for finder in list(sys.meta_path):
                find_spec = getattr(finder, "find_spec", None)
                if find_spec is None or finder is self or _rewrites(finder, name):
                    continue
                spec: ModuleSpec | None = find_spec(name, path, target)
                if spec is not None:
                    return spec
        finally:
            self._searching.name = outer
        return None


def _rewrites(finder: object, name: str) -> bool:
    """Tell whether this finder would apply pytest's assertion rewriting to the package."""
    return name != "moto" and type(finder).__module__ == "_pytest.assertion.rewrite"


_finder = _Finder()


class _WorkerReports:
    """Takes over the problem that a worker process of pytest-xdist reports."""

    def pytest_testnodedown(self, node: Any) -> None:
        """Keep the problem of a worker. A worker that crashed has no output."""
        problem = getattr(node, "workeroutput", {}).get(_WORKER_KEY)
        if problem is not None:
            _backend.problem = problem


#: Options of the pytest configuration, each a switch: name → (default, help).
_SWITCHES = {
    "moto_omics_report": (True, "describe batches, runs, faults and calls when a test fails"),
    "moto_omics_shared_models": (False, "let boto3 sessions share the models that botocore reads"),
    "moto_omics_guard": (False, "fail tests that would send a HealthOmics request to AWS"),
}


#: What ``pytest --markers`` shows.
_MARKER = (
    "omics_mock(*, workflows, configurations, check, quotas, logs, outputs, tasks, "
    "infer_templates, submissions_per_tick, config, progression, region, seed, waiters_sleep, "
    "shared_models, assert_all_faults_matched): settings of the fixture omics_mock "
    "(moto-omics-batch). Markers of module, class and function add up; for each keyword the "
    "closest marker applies."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Watch imports from now on. pytest calls this once, whenever the plugin is registered."""
    for name, (default, text) in _SWITCHES.items():
        help = f"moto-omics-batch: {text} (default: {str(default).lower()})"
        parser.addini(name, help, type="bool", default=default)
    _finder.move_to_front()
    _backend.install_if_missed()


def pytest_configure(config: pytest.Config) -> None:
    """Register the features if moto was imported; listen to the workers of pytest-xdist."""
    config.addinivalue_line("markers", _MARKER)
    _backend.configs.append(config)
    if config.getini("moto_omics_guard"):
        _import_moto()
    _backend.register_features()
    if hasattr(config.hook, "pytest_testnodedown"):
        config.pluginmanager.register(_WorkerReports())


def _import_moto() -> None:
    """Import moto before the tests: the guard is also for tests that never import it."""
    try:
        import moto  # noqa: F401
    except Exception as error:
        _backend.problem = f"moto cannot be imported: {type(error).__name__}: {error}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Forget the configuration; pytest has unregistered its plugins."""
    _backend.configs.remove(config)


def pytest_runtest_setup() -> None:
    """Register the backend before a test if moto was imported past the import hook."""
    _backend.install_if_missed()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Observe whether the features are registered while a fixture is set up."""
    had_features = _backend.has_features
    try:
        return (yield)
    finally:
        if _backend.has_features and not had_features:
            from moto_omics_batch import plugin

            plugin.registered_during(request.config, fixturedef)


@pytest.fixture
def omics_mock(request: pytest.FixtureRequest) -> Iterator[OmicsMock]:
    """Mock AWS with HealthOmics: an OmicsMock with `client`, `faults`, `results`, `complete`, …
    Its settings: `@pytest.mark.omics_mock(workflows=["1234567"], progression="immediate")`.
    A fault that never matched fails the test.
    """
    import moto  # noqa: F401

    problem = _backend.unsolved_problem()
    if problem is not None:
        pytest.fail(problem, pytrace=False)
    from moto_omics_batch.plugin.fixture import mock_for

    with mock_for(request.node) as mock:
        yield mock


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Report the problem of a worker process to the process that writes the summary."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_WORKER_KEY] = _backend.unsolved_problem()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Write why HealthOmics is not mocked, if moto was imported and it is not."""
    problem = _backend.unsolved_problem()
    if problem is not None:
        terminalreporter.write_sep("=", "moto-omics-batch", yellow=True)
        terminalreporter.write_line(problem)
