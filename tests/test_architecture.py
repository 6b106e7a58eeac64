"""The structure of the code: who may import whom, and what every file looks like.

Imports are read from the source, those inside functions and under TYPE_CHECKING included.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import moto_omics_batch
from moto_omics_batch.domain import failures, submissions, tables
from moto_omics_batch.domain.lifecycle import Lifecycle
from moto_omics_batch.omics.models import OmicsBackend
from moto_omics_batch.wire import model

PACKAGE = "moto_omics_batch"
FOLDER = Path(moto_omics_batch.__file__).parent
ROOT = FOLDER.parent

#: Part of the package → the parts and other packages that it may import. The standard library is
#: open to all. "public" is the package itself.
ALLOWED = {
    "domain": {"domain"},
    "definitions": {"definitions", "domain", "WDL", "yaml"},
    "wire": {"wire", "botocore", "regex"},
    "omics.exceptions": {"moto"},
    # jsonpath_ng is what moto's own events backend reads paths with.
    "omics.integrations": {
        *("omics.integrations", "omics.exceptions", "domain", "wire"),
        *("moto", "botocore", "jsonpath_ng"),
    },
    "omics.resources": {
        *("omics.resources", "omics.integrations", "omics.exceptions"),
        *("definitions", "domain", "wire", "moto"),
    },
    "omics.body": {"werkzeug"},
    "omics.testing": {
        *("omics.testing", "omics.resources", "omics.models", "omics.body"),
        *("domain", "wire", "moto"),
    },
    "omics.models": {"omics.testing", "omics.resources", "omics.integrations", "domain", "moto"},
    "omics.authorization": {"omics.store_permissions", "botocore"},
    "omics.store_permissions": {"botocore"},
    "omics.dispatch": {
        *(
            "omics.models",
            "omics.authorization",
            "omics.integrations",
            "omics.body",
            "omics.exceptions",
            "domain",
            "wire",
        ),
        *("moto", "botocore", "werkzeug"),
    },
    "omics.responses": {"omics.storage_responses", "omics.analytics_responses", "wire"},
    "omics.storage_responses": {"omics.dispatch", "wire"},
    "omics.analytics_responses": {"omics.dispatch", "wire"},
    "omics.urls": {"omics.responses"},
    "omics.__init__": {"omics.models"},
    "_install": {"_mock", "omics", "omics.models", "omics.responses", "omics.urls", "omics.testing"}
    | {"omics.resources", "moto", "botocore"},
    "__init__": {"_install", "_config", "plugin"},
    # Its own types, the reasons of failures, and names of types of the client.
    "types": {"domain", "mypy_boto3_omics", "botocore"},
    "_config": {"domain", "omics.testing", "types", "moto"},
    "server": {"_install", "moto"},
    "_mock": {"omics.testing", "moto"},
    "faults": {"_mock", "domain", "omics.testing", "types"},
    "results": {"_mock", "domain", "types"},
    "__main__": {"public", "demo"},
    "demo": {"demo", "public", "faults", "boto3", "botocore", "moto", "rich"},
    "plugin": {
        *("plugin", "faults", "results", "types", "_config", "_mock", "domain"),
        *("omics.models", "omics.resources", "omics.testing", "omics.urls"),
        *("pytest", "moto", "boto3", "botocore"),
    },
    "pytest_moto_omics": {"public", "plugin", "pytest", "moto"},
}

MAX_LINES = 400
MAX_FUNCTION_LINES = 40


def _files() -> list[Path]:
    return [*sorted(FOLDER.rglob("*.py")), ROOT / "pytest_moto_omics.py"]


def _module(file: Path) -> str:
    """The dotted name of a module within the package, such as ``omics.resources.runs``."""
    return ".".join(file.relative_to(FOLDER).with_suffix("").parts)


def _part_of(module: str) -> str:
    """The part of the package that a module is in; omics has parts of its own."""
    first, *rest = module.split(".")
    return ".".join([first, rest[0]]) if first == "omics" and rest else first


def _part(file: Path) -> str:
    return _part_of(_module(file)) if file.is_relative_to(FOLDER) else file.stem


def _imported(file: Path) -> Iterator[str]:
    """The dotted names that a file imports; modules of the package begin with its name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported_from(node, file)


def _imported_from(node: ast.ImportFrom, file: Path) -> Iterator[str]:
    base = node.module or ""
    if node.level:
        package = [PACKAGE, *file.relative_to(FOLDER).parts[:-1]]
        above = package[: len(package) - node.level + 1]
        base = ".".join([*above, base] if base else above)
    for alias in node.names:
        # `from . import omics` imports a module, `from moto_omics_batch import install` a name.
        inside = FOLDER.joinpath(*base.split(".")[1:], alias.name)
        known = base.startswith(PACKAGE) and (
            inside.is_dir() or inside.with_suffix(".py").is_file()
        )
        yield f"{base}.{alias.name}" if known else base


def _imported_parts(file: Path) -> set[str]:
    """The parts of the package and the other packages that a file imports."""
    parts = set()
    for name in _imported(file):
        top, _, rest = name.partition(".")
        if top == PACKAGE:
            parts.add(_part_of(rest) if rest else "public")
        elif top not in sys.stdlib_module_names:
            parts.add(top)
    return parts


# -- imports --


@pytest.mark.parametrize("file", _files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_file_imports_only_what_its_part_may(file: Path) -> None:
    part = _part(file)
    assert part in ALLOWED, f"{file.name} is in no known part: add its imports here"
    forbidden = _imported_parts(file) - ALLOWED[part]
    assert not forbidden, f"{file.relative_to(ROOT)} must not import {', '.join(sorted(forbidden))}"


def _module_graph() -> dict[str, set[str]]:
    graph = {}
    for file in sorted(FOLDER.rglob("*.py")):
        module = _module(file).removesuffix(".__init__")
        names = (n.removeprefix(f"{PACKAGE}.") for n in _imported(file) if n.startswith(PACKAGE))
        graph[module] = set(names) - {module, "public", PACKAGE}
    return graph


def test_no_import_cycle() -> None:
    try:
        TopologicalSorter(_module_graph()).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


def test_import_cycle_is_found() -> None:
    graph = _module_graph()
    graph["domain.tables"].add("domain.batch")
    with pytest.raises(CycleError):
        TopologicalSorter(graph).prepare()


def test_imports_inside_functions_are_read(tmp_path: Path) -> None:
    source = (
        "def f():\n from . import omics\n from .omics import models\n import moto.core\n"
        " from moto_omics_batch import install\n"
    )
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    names = {name for node in nodes for name in _imported_from(node, FOLDER / "_install.py")}
    assert names == {f"{PACKAGE}.omics", f"{PACKAGE}.omics.models", PACKAGE}


def test_only_entry_points_import_install() -> None:
    found = {_part(file) for file in _files() if "_install" in _imported_parts(file)}
    assert found == {"__init__", "server"}


# -- the backend --


def test_backend_has_at_most_two_classes_of_ours() -> None:
    ours = [c for c in OmicsBackend.__mro__ if c.__module__.startswith(PACKAGE)]
    assert len(ours) <= 2, [c.__name__ for c in ours]


# -- files --


def _python_files() -> list[Path]:
    own = [ROOT / "conftest.py", ROOT / "pytest_moto_omics.py"]
    folders = (FOLDER.name, "tests", "docs", "examples", "benchmarks")
    return own + [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def test_long_files_state_a_reason() -> None:
    """A file over 400 lines says in its first lines that it has "more than 400 lines because"."""
    without_reason = []
    for file in _python_files():
        lines = file.read_text(encoding="utf-8").splitlines()
        reason = f"more than {MAX_LINES} lines because" in " ".join(lines[:12])
        if len(lines) > MAX_LINES and not reason:
            without_reason.append(f"{file.relative_to(ROOT)}: {len(lines)}")
    assert not without_reason


def test_no_function_is_long() -> None:
    long = []
    for file in _python_files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES and node.name not in DECLARATIVE:
                    long.append(f"{file.relative_to(ROOT)}: {node.name} has {lines} lines")
    assert not long


#: Functions that only compose objects or list arguments.
DECLARATIVE: set[str] = set()


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
    assert [what for file in _files() for what in _undocumented(file)] == []


def test_only_terminal_programs_print() -> None:
    parts = set()
    for file in _files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
                parts.add(_part(file))
    assert parts <= {"__main__", "demo"}


# -- drift: the tables against the installed model --

#: Lifecycle, enum of the model, and the values that the service never returns in this plane.
STATUSES = [
    (tables.BATCH, "BatchStatus", set()),
    (tables.RUN, "RunStatus", set()),
    (tables.WORKFLOW, "WorkflowStatus", {"UPDATING", "INACTIVE"}),
    (tables.CONFIGURATION, "ConfigurationStatus", {"UPDATING"}),
    (tables.RUN_CACHE, "RunCacheStatus", {"FAILED"}),
    (tables.SEQUENCE_STORE, "SequenceStoreStatus", {"DELETING"}),
    (tables.REFERENCE, "ReferenceStatus", {"DELETING", "DELETED"}),
    (tables.READ_SET, "ReadSetStatus", {"DELETING", "DELETED"}),
    (tables.JOB, "ReadSetImportJobStatus", {"CANCELLING", "CANCELLED"}),
    (tables.JOB, "ReadSetExportJobStatus", {"CANCELLING", "CANCELLED"}),
    (tables.JOB, "ReadSetActivationJobStatus", {"CANCELLING", "CANCELLED"}),
    (tables.JOB, "ReferenceImportJobStatus", {"CANCELLING", "CANCELLED"}),
    (tables.ITEM, "ReadSetImportJobItemStatus", set()),
    (tables.ITEM, "ReadSetExportJobItemStatus", set()),
    (tables.ITEM, "ReadSetActivationJobItemStatus", set()),
    (tables.ITEM, "ReferenceImportJobItemStatus", set()),
    (tables.VARIANT_STORE, "StoreStatus", {"UPDATING"}),
    (tables.ANNOTATION_STORE, "StoreStatus", {"UPDATING"}),
    (tables.ANNOTATION_STORE_VERSION, "VersionStatus", {"UPDATING"}),
    (tables.ANALYTICS_JOB, "JobStatus", set()),
    (tables.ANALYTICS_ITEM, "JobStatus", {"COMPLETED_WITH_FAILURES"}),
    (tables.SHARE, "ShareStatus", set()),
]

#: Statuses that the oldest botocore does not have.
ADDED_LATER = {"RUNS_DELETE_FAILED"}


def _enum(name: str) -> set[str]:
    return set(model.service().shape_for(name).metadata["enum"])


@pytest.mark.parametrize(("lifecycle", "enum", "unused"), STATUSES, ids=[s[1] for s in STATUSES])
def test_tables_and_model_have_the_same_statuses(
    lifecycle: Lifecycle, enum: str, unused: set[str]
) -> None:
    known, modelled = set(lifecycle.statuses), _enum(enum)
    assert not modelled - known - unused, (
        f"domain/tables.py lacks of {enum}: {sorted(modelled - known - unused)}"
    )
    assert not known - modelled - ADDED_LATER, (
        f"{enum} lacks of domain/tables.py: {sorted(known - modelled - ADDED_LATER)}"
    )


def test_every_submission_status_is_known() -> None:
    known = {status for status in submissions.STATUSES if status is not None}
    assert known == _enum("SubmissionStatus")


def test_reasons_of_failed_submissions_are_the_documented_ones() -> None:
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
