"""``install()``: when it can be called, what it changes, and when it refuses."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import botocore
import moto
import pytest

from moto_omics_batch import _install, install

from .conftest import ROOT, run_script

# -- when --


def test_install_while_a_mock_is_active() -> None:
    # Requests of botocore and of the library `requests` reach moto in different ways.
    script = """
import moto, requests
with moto.mock_aws():
    client = boto3.client("omics", region_name="us-east-1")
    import moto_omics_batch
    print(ask())
    print(requests.get("https://omics.us-east-1.amazonaws.com/runBatch").json())
    print(client.list_batch()["items"])
with moto.mock_aws():
    print(ask())
"""
    assert run_script(script) == "1\n{'items': []}\n[]\n1"


def test_install_again_changes_nothing() -> None:
    script = """
import sys, moto_omics_batch
from botocore.handlers import BUILTIN_HANDLERS
from moto import backend_index
from moto.moto_api._internal.urls import url_paths
def state():
    return (
        list(backend_index.backend_url_patterns),
        list(BUILTIN_HANDLERS),
        dict(url_paths),
        dict(sys.modules),
    )
before = state()
print([moto_omics_batch.install() for _ in range(3)], state() == before)
print([name for name, _ in backend_index.backend_url_patterns].count("omics"))
"""
    assert run_script(script) == "[True, True, True] True\n1"


def test_install_in_many_threads() -> None:
    script = """
import sys, threading
import moto, moto_omics_batch
from moto import backend_index
backend_index.backend_url_patterns[:] = [
    p for p in backend_index.backend_url_patterns if p[0] != "omics"]
for name in [n for n in sys.modules if n.startswith("moto.omics")]: del sys.modules[name]
sys.setswitchinterval(1e-6)
barrier = threading.Barrier(8)
def work():
    barrier.wait()
    moto_omics_batch.install()
threads = [threading.Thread(target=work) for _ in range(8)]
for t in threads: t.start()
for t in threads: t.join()
print([name for name, _ in backend_index.backend_url_patterns].count("omics"))
with moto.mock_aws(): print(ask())
"""
    assert run_script(script) == "1\n1"


# -- what moto finds --


def test_moto_finds_one_copy_under_both_names() -> None:
    script = """
import sys, moto_omics_batch
import moto.omics, moto.omics.models, moto.omics.exceptions
from moto.omics.models import omics_backends
from moto.backends import get_backend
from moto_omics_batch.omics import models
print(omics_backends is models.omics_backends, get_backend("omics") is omics_backends)
ours = [n for n in sys.modules if n.startswith("moto_omics_batch.omics")]
print(all(sys.modules["moto.omics" + n.removeprefix("moto_omics_batch.omics")] is sys.modules[n]
          for n in ours), len(ours) > 10)
print(type(omics_backends["1"]["us-east-1"]).__module__)
"""
    assert run_script(script) == "True True\nTrue True\nmoto_omics_batch.omics.models"


def test_aliases_of_another_copy_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto.omics.removed", ModuleType("removed"))
    install()
    assert "moto.omics.removed" not in sys.modules


def test_moto_finds_the_service_of_a_url() -> None:
    url = "https://workflows-omics.us-east-1.amazonaws.com/run"
    assert moto.backends.get_service_from_url(url) == "omics"


# -- all or nothing --

#: (module, attribute) of all that is looked up before anything is changed.
LOOK_UPS = [
    ("botocore.handlers", "BUILTIN_HANDLERS"),
    ("moto.backend_index", "backend_url_patterns"),
    ("moto.core.base_backend", "BackendDict"),
    ("moto.core.custom_responses_mock", "CallbackResponse"),
    ("moto.core.models", "MockAWS"),
    ("moto.core.models", "RESPONSES_METHODS"),
    ("moto.core.models", "botocore_stubber"),
    ("moto.core.models", "responses_mock"),
    ("moto.moto_api._internal", "mock_random"),
    ("moto.moto_api._internal.urls", "url_paths"),
]


#: Fails each look-up in turn, then those of a module of the package, and then none.
FAILING_LOOK_UPS = """
import sys
from importlib import import_module
import moto
from botocore.handlers import BUILTIN_HANDLERS
from moto.backend_index import backend_url_patterns
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.urls import url_paths

def state():
    aliases = [name for name in sys.modules if name.startswith("moto.omics")]
    return (
        list(backend_url_patterns), list(BUILTIN_HANDLERS), dict(url_paths),
        mock_random.seed, aliases, hasattr(moto, "omics"),
    )

def attempt():
    try:
        import moto_omics_batch
    except ImportError as error:
        return str(error)
    return "installed"

before = state()
for name, attribute in LOOK_UPS:
    module = import_module(name)
    value = getattr(module, attribute)
    delattr(module, attribute)
    error = attempt()
    assert attribute in error, error
    assert state() == before, (name, attribute)
    setattr(module, attribute, value)
sys.modules["moto_omics_batch.omics.resources.random_streams"] = None
print(attempt())
assert state() == before
del sys.modules["moto_omics_batch.omics.resources.random_streams"]
print(attempt())
with moto.mock_aws(): print(ask())
"""


def test_nothing_is_changed_if_a_look_up_fails() -> None:
    assert run_script(f"LOOK_UPS = {LOOK_UPS!r}\n{FAILING_LOOK_UPS}").splitlines() == [
        "import of moto_omics_batch.omics.resources.random_streams halted; None in sys.modules",
        "installed",
        "1",
    ]


# -- versions --


@pytest.mark.parametrize(
    ("module", "old", "needed"),
    [
        (moto, "5.1.99", "moto 5.2.0"),
        (moto, "4.2.14.dev", "moto 5.2.0"),
        (botocore, "1.42.96", "botocore 1.42.97"),
        (botocore, "1.9.999", "botocore 1.42.97"),
    ],
)
def test_a_release_that_is_too_old_is_named(
    monkeypatch: pytest.MonkeyPatch, module: object, old: str, needed: str
) -> None:
    monkeypatch.setattr(module, "__version__", old)
    with pytest.raises(ImportError) as refused:
        install()
    assert str(refused.value) == (
        f"moto-omics-batch needs {needed} or later, and {old} is installed"
    )


@pytest.mark.parametrize("new", ["5.2.0", "5.2.0.dev1", "5.10.0", "6.0.0", "10.0"])
def test_versions_are_compared_as_numbers(monkeypatch: pytest.MonkeyPatch, new: str) -> None:
    monkeypatch.setattr(moto, "__version__", new)
    assert install() is True


def test_the_supported_versions_are_those_of_setup_cfg() -> None:
    text = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    for name, oldest in _install.OLDEST.items():
        assert f"    {name}>={'.'.join(map(str, oldest))}\n" in text
    assert version("moto-omics-batch")


def test_an_import_with_an_old_moto_fails() -> None:
    script = """
import moto
moto.__version__ = "5.1.0"
try:
    import moto_omics_batch
except ImportError as error:
    print(error)
"""
    expected = "moto-omics-batch needs moto 5.2.0 or later, and 5.1.0 is installed"
    assert run_script(script) == expected


# -- moto with an omics backend of its own --

WARNING = "moto has an omics backend of its own: moto-omics-batch does not register its backend"


def test_a_backend_of_moto_stays_in_place(tmp_path: Path) -> None:
    own = tmp_path / "omics"
    own.mkdir()
    (own / "__init__.py").write_text("from .models import omics_backends\n")
    (own / "models.py").write_text("omics_backends = 'of moto'\n")
    script = f"""
import moto, warnings
moto.__path__.append({str(tmp_path)!r})
from moto import backend_index
from botocore.handlers import BUILTIN_HANDLERS
before = list(backend_index.backend_url_patterns), len(BUILTIN_HANDLERS)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import moto_omics_batch
    print(moto_omics_batch.install())
for warning in caught:
    print(f"{{warning.category.__name__}}: {{warning.message}}")
print(caught[0].filename)
print((list(backend_index.backend_url_patterns), len(BUILTIN_HANDLERS)) == before)
from moto.omics.models import omics_backends
print(omics_backends)
"""
    assert run_script(script).splitlines() == [
        "False",
        f"RuntimeWarning: {WARNING}",
        f"RuntimeWarning: {WARNING}",
        "<string>",
        "True",
        "of moto",
    ]


def test_a_pattern_of_another_package_stays_in_place() -> None:
    script = """
import re, warnings
from moto import backend_index
backend_index.backend_url_patterns.append(("omics", re.compile("https?://omics")))
before = list(backend_index.backend_url_patterns)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import moto_omics_batch
print(*(warning.message for warning in caught))
print(backend_index.backend_url_patterns == before)
"""
    assert run_script(script).splitlines() == [WARNING, "True"]
