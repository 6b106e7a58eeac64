"""The pytest plugin: where a test run imports moto, HealthOmics is in it.

A module of its own, outside the package, so that a run which never imports moto pays nothing. The
backend is registered right after moto was imported, whoever imports it and when: a test module, a
conftest that starts a mock while it is loaded, or the body of a fixture.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType


def _install() -> None:
    try:
        from moto_omics_batch import install
    except ImportError as error:
        # Tests of other services must go on with a moto that is too old for this package.
        warnings.warn(f"HealthOmics is not mocked: {error}", RuntimeWarning, stacklevel=2)
    else:
        install()


class _AfterMoto(Loader):
    """Loads moto as its own loader does, then installs."""

    def __init__(self, loader: Loader):
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        assert spec is not None
        # What comes later, a reload or a reader of package data, meets the real loader.
        spec.loader = module.__loader__ = self._loader
        sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, _Finder)]
        self._loader.exec_module(module)
        _install()


class _Finder(MetaPathFinder):
    """Waits for the first import of moto; somebody may ask for it before without importing it."""

    def __init__(self) -> None:
        self._asking = False

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "moto" or self._asking:
            return None
        self._asking = True
        try:
            spec = find_spec(name)
        finally:
            self._asking = False
        if spec is not None and spec.loader is not None:
            spec.loader = _AfterMoto(spec.loader)
        return spec


def pytest_load_initial_conftests() -> None:
    """Before the first conftest: moto is here, or will be told of."""
    if "moto" in sys.modules:
        _install()
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
