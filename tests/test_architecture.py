"""The house of design.md: who may import whom, and what every file looks like.

The arrows are read off the source, imports inside functions included, so that a lazy import is no
way around them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import moto_omics_batch
from moto_omics_batch.domain import batch, failures, tables
from moto_omics_batch.domain.lifecycle import Lifecycle
from moto_omics_batch.wire import model

PACKAGE = "moto_omics_batch"
HOUSE = Path(moto_omics_batch.__file__).parent
ROOT = HOUSE.parent

#: Room → the rooms and the packages that it may import. The standard library is open to all; the
#: package itself, without a room, is written "public".
ALLOWED = {
    "domain": {"domain"},
    "wire": {"wire", "botocore", "regex"},
    # jsonpath_ng is what moto's own events backend reads paths with.
    "omics": {"omics", "domain", "wire", "moto", "botocore", "werkzeug", "jsonpath_ng"},
    "_install": {"omics", "moto", "botocore"},
    "__init__": {"_install"},
    "server": {"_install", "moto"},
    "faults": {"omics", "moto"},
    "__main__": {"public", "demo"},
    "demo": {"demo", "public", "boto3", "botocore", "moto", "rich"},
    "plugin": {"public"},
}

MOST_LINES = 400


def _files() -> list[Path]:
    return [*sorted(HOUSE.rglob("*.py")), ROOT / "pytest_moto_omics.py"]


def _room(file: Path) -> str:
    if not file.is_relative_to(HOUSE):
        return "plugin"
    first = file.relative_to(HOUSE).parts[0]
    return first.removesuffix(".py")


def _absolute(node: ast.Import | ast.ImportFrom, file: Path) -> Iterator[str]:
    """The dotted names that an import statement asks for."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        package = [PACKAGE, *file.relative_to(HOUSE).parts[:-1]]
        above = package[: len(package) - node.level + 1]
        base = ".".join([*above, base] if base else above)
    for alias in node.names:
        # `from . import omics` asks for a room, `from moto_omics_batch import install` for a name.
        inside = HOUSE.joinpath(*base.split(".")[1:], alias.name)
        known = base.startswith(PACKAGE) and (
            inside.is_dir() or inside.with_suffix(".py").is_file()
        )
        yield f"{base}.{alias.name}" if known else base


def _wanted(file: Path) -> set[str]:
    """The rooms and packages that a file imports, the standard library left out."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in _absolute(node, file)
    }
    wanted = set()
    for name in names:
        top, _, rest = name.partition(".")
        if top == PACKAGE:
            wanted.add(rest.split(".")[0] or "public")
        elif top not in sys.stdlib_module_names:
            wanted.add(top)
    return wanted


@pytest.mark.parametrize("file", _files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_imports_only_what_its_room_may(file: Path) -> None:
    room = _room(file)
    assert room in ALLOWED, f"design.md has no place for {file.name}: give it its arrows here"
    forbidden = _wanted(file) - ALLOWED[room]
    assert not forbidden, f"{file.relative_to(ROOT)} must not import {', '.join(sorted(forbidden))}"


def test_the_reader_of_imports_sees_every_kind() -> None:
    lazy = ast.parse(
        "def f():\n from . import omics\n from .omics import models\n import moto.core\n"
        " from moto_omics_batch import install\n from .. import x"
    )
    nodes = [n for n in ast.walk(lazy) if isinstance(n, (ast.Import, ast.ImportFrom))]
    seen = {name for node in nodes[:4] for name in _absolute(node, HOUSE / "_install.py")}
    assert seen == {f"{PACKAGE}.omics", f"{PACKAGE}.omics.models", "moto.core", PACKAGE}
    upward = set(_absolute(nodes[4], HOUSE / "wire" / "model.py"))
    assert upward == {PACKAGE}


def test_only_the_porch_imports_install() -> None:
    found = {_room(file) for file in _files() if "_install" in _wanted(file)}
    assert found <= {"__init__", "server"}
    importers = [
        file.name
        for file in _files()
        if "import install" in file.read_text(encoding="utf-8") and _room(file) != "plugin"
    ]
    assert sorted(importers) == ["__init__.py", "server.py"]


def _python_files() -> list[Path]:
    own = [ROOT / "conftest.py", ROOT / "pytest_moto_omics.py"]
    folders = (HOUSE.name, "tests", "docs", "examples", "benchmarks")
    return own + [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def test_long_files_say_why() -> None:
    """A file over 400 lines says in its first lines that it has "more than 400 lines because"."""
    silent = []
    for file in _python_files():
        lines = file.read_text(encoding="utf-8").splitlines()
        reason = f"more than {MOST_LINES} lines because" in " ".join(lines[:12])
        if len(lines) > MOST_LINES and not reason:
            silent.append(f"{file.relative_to(ROOT)}: {len(lines)}")
    assert not silent


def _undocumented(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    name = str(file.relative_to(ROOT))
    if not ast.get_docstring(tree):
        yield name
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{name}: {node.name}"


def test_every_public_function_and_class_has_a_docstring() -> None:
    missing = [what for file in _files() for what in _undocumented(file)]
    assert not missing


def test_only_files_that_talk_to_a_terminal_print() -> None:
    printers = set()
    for file in _files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
                printers.add(_room(file))
    assert printers <= {"__main__", "demo"}


# -- drift: the tables against the installed model --

#: Lifecycle, enum of the model, and what the model has but the service never shows in this plane.
STATUSES = [
    (tables.BATCH, "BatchStatus", set()),
    (tables.RUN, "RunStatus", set()),
    (tables.WORKFLOW, "WorkflowStatus", {"UPDATING", "INACTIVE"}),
    (tables.CONFIGURATION, "ConfigurationStatus", {"UPDATING"}),
    (tables.RUN_CACHE, "RunCacheStatus", {"FAILED"}),
]

#: Members of the tables that the model had not had from the first admitted botocore on.
ADDED_LATER = {"RUNS_DELETE_FAILED"}


def _enum(name: str) -> set[str]:
    return set(model.service().shape_for(name).metadata["enum"])


@pytest.mark.parametrize(("lifecycle", "enum", "unused"), STATUSES, ids=[s[1] for s in STATUSES])
def test_tables_and_model_have_the_same_statuses(
    lifecycle: Lifecycle, enum: str, unused: set[str]
) -> None:
    known, modelled = set(lifecycle.statuses), _enum(enum)
    assert not modelled - known - unused, (
        f"{enum} has what domain/tables.py has not: {sorted(modelled - known - unused)}"
    )
    assert not known - modelled - ADDED_LATER, (
        f"domain/tables.py has what {enum} has not: {sorted(known - modelled - ADDED_LATER)}"
    )


def test_the_tables_know_every_submission_status() -> None:
    # CANCEL_FAILED and DELETE_FAILED are the outcome of faults, which only a user can ask for.
    told = {status for status in batch._STATUS if status is not None}
    assert told <= _enum("SubmissionStatus")
    assert _enum("SubmissionStatus") - told <= {"CANCEL_FAILED", "DELETE_FAILED"}


def test_the_reasons_of_failed_submissions_are_the_documented_ones() -> None:
    assert failures.SUBMISSION_FAILURE_REASONS == (
        "ValidationException",
        "AccessDeniedException",
        "ResourceNotFoundException",
        "ServiceQuotaExceededException",
        "ConflictException",
        "ThrottlingException",
        "RequestTimeoutException",
        "InternalServerException",
    )
    for reason in failures.SUBMISSION_FAILURE_REASONS:
        assert model.error_status(reason) >= 400
