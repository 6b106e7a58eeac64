"""Start-up time: of an import of the package, and of the plugin in a test run without moto.

Each sample is the processor time of a new process, which it prints itself. The processes find the
bytecode of all that they import, as after `pip install`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from .measure import Figure, Sizes

_IMPORT = """
import moto, time
start = time.process_time()
import moto_omics_batch
print("took", time.process_time() - start)
"""
_TEST = """
import sys, time

def test_of_another_project():
    print("took", time.process_time())
    print("plugin", "pytest_moto_omics" in sys.modules)
    assert "moto" not in sys.modules
"""


def _took(folder: str, *arguments: str) -> tuple[float, str]:
    """Run Python, and return the milliseconds that it reports and all that it prints."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith("PYTEST_")
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment, "PYTHONPYCACHEPREFIX": str(Path(folder, "bytecode"))},
        check=True,
        capture_output=True,
        text=True,
    )
    (seconds,) = re.findall(r"took ([\d.e-]+)", done.stdout)
    return float(seconds) * 1000, done.stdout


def import_package(sizes: Sizes) -> Iterator[Figure]:
    """Measure `import moto_omics_batch` after `import moto`."""
    with TemporaryDirectory() as folder:
        _took(folder, "-c", _IMPORT)
        times = [_took(folder, "-c", _IMPORT)[0] for _ in range(sizes.long_rounds)]
    detail = f"best of {len(times)} processes"
    yield Figure("import moto_omics_batch, on top of moto", min(times), "ms", 30, detail)


def _until_first_test(folder: str, *, plugin: bool) -> float:
    """Return the milliseconds from the start of pytest to a test of a project without moto."""
    options = [] if plugin else ["-p", "no:pytest_moto_omics"]
    took, printed = _took(folder, "-m", "pytest", "-s", "-q", "-p", "no:cacheprovider", *options)
    assert f"plugin {plugin}" in printed, printed
    return took


def pytest_run(sizes: Sizes) -> Iterator[Figure]:
    """Measure a pytest run that never imports moto, with and without the plugin in turn."""
    loaded = blocked = float("inf")
    with TemporaryDirectory() as folder:
        Path(folder, "test_other.py").write_text(_TEST, encoding="utf-8")
        _until_first_test(folder, plugin=True)
        for _ in range(sizes.long_rounds):
            loaded = min(loaded, _until_first_test(folder, plugin=True))
            blocked = min(blocked, _until_first_test(folder, plugin=False))
    detail = f"{loaded:.1f} ms - {blocked:.1f} ms, best of {sizes.long_rounds} processes each"
    yield Figure("pytest without moto: what the plugin adds", loaded - blocked, "ms", 10, detail)
