"""The import hook: its spec and loader of moto, and other import hooks beside it."""

from __future__ import annotations

import pytest

from .conftest import TEST_BODY, Project

#: An import hook of the form of typeguard's: it asks the path finder and replaces the loader.
INSTRUMENTING_HOOK = """
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader

class InstrumentingLoader(SourceFileLoader):
    def exec_module(self, module):
        super().exec_module(module)
        module.instrumented = True

class InstrumentingFinder(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in ("moto", "moto_omics_batch"):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = InstrumentingLoader(name, spec.loader.path)
            return spec
"""

INSTRUMENTED_TEST = """
def test_instrumented():
    import moto
    import moto_omics_batch
    assert moto.instrumented
    assert moto.core.instrumented
    assert moto_omics_batch.omics.instrumented
"""


@pytest.mark.parametrize(
    "hook",
    [
        "sys.meta_path.insert(0, InstrumentingFinder())",
        "def pytest_configure(): sys.meta_path.insert(0, InstrumentingFinder())",
        "sys.meta_path.insert(0, InstrumentingFinder())\nimport moto",
    ],
    ids=["conftest", "configure", "import"],
)
def test_a_hook_that_asks_only_the_path_finder(project: Project, hook: str) -> None:
    project.write("conftest", INSTRUMENTING_HOOK, hook)
    project.write("test_it", TEST_BODY, INSTRUMENTED_TEST)
    project.passes(2)


#: An import hook of the form of wrapt's: it asks all finders, and wraps the loader that they give.
CHAINED_HOOK = """
import sys
from importlib.abc import MetaPathFinder
from importlib.util import find_spec

class ChainedLoader:
    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        self.loader.exec_module(module)
        module.notified = True

class ChainedFinder(MetaPathFinder):
    searching = False

    def find_spec(self, name, path=None, target=None):
        if name != "moto" or self.searching:
            return None
        self.searching = True
        try:
            spec = find_spec(name)
        finally:
            self.searching = False
        spec.loader = ChainedLoader(spec.loader)
        return spec
"""


@pytest.mark.parametrize("position", [0, 1])
def test_a_hook_that_asks_all_finders(project: Project, position: int) -> None:
    project.write("conftest", CHAINED_HOOK, f"sys.meta_path.insert({position}, ChainedFinder())")
    project.write("test_it", "import moto", TEST_BODY, "    assert moto.notified")
    project.passes(1)


#: Finders without find_spec, and specs without a loader that has exec_module.
OLDER_FORMS = """
import sys
from importlib.machinery import ModuleSpec, PathFinder

class WithoutFindSpec:
    pass

class WithoutExecModule:
    def load_module(self, name):
        raise ImportError(name)

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "moto":
            return ModuleSpec(name, WithoutExecModule())

class Namespace:
    def find_spec(self, name, path=None, target=None):
        if name == "moto":
            spec = ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = []
            return spec
"""


def test_finders_and_loaders_of_older_forms(project: Project) -> None:
    project.write("conftest", OLDER_FORMS)
    project.write(
        "test_it",
        """
import sys
from importlib.util import find_spec
from conftest import Finder, Namespace, WithoutExecModule, WithoutFindSpec

def test_it(monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [sys.meta_path[0], WithoutFindSpec(), Finder()])
    assert type(find_spec("moto").loader) is WithoutExecModule
    monkeypatch.setattr(sys, "meta_path", [sys.meta_path[0], Namespace()])
    assert find_spec("moto").loader is None
    monkeypatch.setattr(sys, "meta_path", [sys.meta_path[0]])
    assert find_spec("moto") is None
""",
    )
    project.passes(1)


LOADER_TEST = """
import sys
from importlib.util import find_spec, module_from_spec
import pytest

def test_methods():
    loader = find_spec("moto").loader
    assert loader.is_package("moto")
    assert "mock_aws" in loader.get_source("moto")
    assert loader.get_code("moto").co_name == "<module>"
    path = loader.get_filename("moto")
    assert loader.path == loader.get_filename() == path
    assert loader.get_data(path).decode() == loader.get_source("moto")
    assert (loader.get_resource_reader("moto").files() / "py.typed").is_file()
    with pytest.raises(AttributeError):
        loader.no_such_attribute
    module = module_from_spec(find_spec("moto"))
    assert module.__loader__ is module.__spec__.loader
    assert "moto" not in sys.modules

def test_a_loader_used_by_hand():
    spec = find_spec("moto")
    module = module_from_spec(spec)
    module.__spec__ = None
    sys.modules["moto"] = module
    spec.loader.exec_module(module)
    assert module.mock_aws
    del sys.modules["moto"]
"""


def test_the_loader_of_a_moto_that_was_not_imported_yet(project: Project) -> None:
    project.write("test_it", LOADER_TEST, TEST_BODY)
    project.passes(3)


def test_moto_after_its_import(project: Project) -> None:
    project.write(
        "test_it",
        """
import inspect
import pkgutil
from importlib import resources
from importlib.machinery import SourceFileLoader
import moto

def test_it():
    assert type(moto.__loader__) is SourceFileLoader
    assert moto.__spec__.loader is moto.__loader__
    assert moto.__spec__.origin == moto.__file__
    assert "mock_aws" in inspect.getsource(moto)
    assert (resources.files("moto") / "py.typed").is_file()
    assert pkgutil.get_data("moto", "py.typed") is not None
""",
    )
    project.passes(1)


def test_assertion_rewriting_does_not_compile_the_package(project: Project) -> None:
    project.write(
        "conftest",
        "import pytest\npytest.register_assert_rewrite('moto_omics_batch', 'helper')",
    )
    project.write("helper", "")
    project.write(
        "test_it",
        """
import sys
from importlib.machinery import SourceFileLoader

def test_it():
    import helper, moto
    assert type(helper.__loader__).__name__ == "AssertionRewritingHook"
    loaders = {
        name: type(module.__loader__)
        for name, module in sys.modules.items()
        if name.startswith("moto_omics_batch")
    }
    assert len(loaders) > 10
    assert set(loaders.values()) == {SourceFileLoader}
""",
    )
    project.passes(1)
