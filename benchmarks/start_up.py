"""What the package costs those who only import it, and those who do not even do that."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from .measure import Figure, Sizes

_IMPORT = """
import moto, time
start = time.perf_counter()
import moto_omics_batch
print(time.perf_counter() - start)
"""
_PLUGIN = """
import pytest, time
start = time.perf_counter()
import pytest_moto_omics
pytest_moto_omics.pytest_load_initial_conftests()
print(time.perf_counter() - start)
"""
_TEST = """
import sys

def test_of_another_project():
    assert "moto" not in sys.modules
"""


def _printed(code: str) -> float:
    """The seconds that a fresh interpreter printed, in milliseconds."""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout) * 1000


def import_package(sizes: Sizes) -> Iterator[Figure]:
    """`import moto_omics_batch` after `import moto`."""
    times = [_printed(_IMPORT) for _ in range(sizes.long_rounds)]
    detail = f"best of {len(times)} processes"
    yield Figure("import moto_omics_batch, on top of moto", min(times), "ms", 20, detail)


def _pytest(folder: str, *arguments: str) -> float:
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return (time.perf_counter() - start) * 1000


def pytest_run(sizes: Sizes) -> Iterator[Figure]:
    """A pytest run that never imports moto, with and without the plugin.

    The difference of two whole processes is mostly noise, so what the plugin does in one is timed
    by itself as well.
    """
    with_plugin, without = [], []
    with TemporaryDirectory() as folder:
        Path(folder, "test_other.py").write_text(_TEST, encoding="utf-8")
        for _ in range(sizes.long_rounds):
            with_plugin.append(_pytest(folder))
            without.append(_pytest(folder, "-p", "no:moto_omics"))
    mine, other = min(with_plugin), min(without)
    detail = f"{mine:.0f} ms - {other:.0f} ms, best of {sizes.long_rounds} processes each"
    yield Figure("pytest without moto: what the plugin adds", mine - other, "ms", 10, detail)
    alone = min(_printed(_PLUGIN) for _ in range(sizes.long_rounds))
    detail = f"best of {sizes.long_rounds} processes"
    yield Figure("the same, the plugin's own code by itself", alone, "ms", 10, detail)
