"""Tests of the distributions: the sdist has all files, the wheel has the package and the plugin."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytest.importorskip("setuptools", minversion="70.1", reason="setuptools 70.1 builds wheels")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """The files of the repository."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is not a git repository")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def distributions(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an sdist and a wheel that were built from a copy of these files."""
    folder = tmp_path_factory.mktemp("source")
    for name in tracked:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    code = (
        "from setuptools import build_meta\n"
        "build_meta.build_sdist('dist')\n"
        "build_meta.build_wheel('dist')\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, check=True)
    return folder / "dist"


def test_the_sdist_has_all_files_of_the_repository(distributions: Path, tracked: list[str]) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = [member.name.partition("/")[2] for member in archive if member.isfile()]
    made = {"PKG-INFO"} | {name for name in names if name.startswith("moto_omics_batch.egg-info/")}
    assert sorted(set(names) - made) == sorted({*tracked, "MANIFEST.in"})


def test_the_wheel_has_the_package_and_the_plugin_only(
    distributions: Path, tracked: list[str]
) -> None:
    (wheel,) = distributions.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]
    package = [name for name in tracked if name.startswith("moto_omics_batch/")]
    assert sorted(names) == sorted([*package, "pytest_moto_omics.py"])


def test_the_long_description_is_the_readme(distributions: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(name).decode()
    assert metadata.rstrip().endswith((ROOT / "README.md").read_text(encoding="utf-8").rstrip())
    assert "Project-URL: Source, https://" in metadata
