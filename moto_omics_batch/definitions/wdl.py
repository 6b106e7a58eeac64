"""WDL definitions, read with miniwdl (L82, L86, L87); it is imported when a WDL is inspected.

Without miniwdl, or when inference is switched off, only the names of the calls are known.
"""

from __future__ import annotations

import errno
import io
import os
import posixpath
import sys
import warnings
from contextlib import suppress
from typing import Any

from ..domain.tasks import TaskSpec
from . import wdl_calls
from .archive import Archive, Unreadable

#: The statusMessage of an ACTIVE workflow whose WDL was not read with miniwdl (our text).
NOT_INSTALLED = (
    "This WDL was not checked and no parameterTemplate was inferred, because miniwdl is not "
    "installed: pip install 'moto-omics-batch[wdl]'"
)
NOT_CHECKED = "This WDL was not checked and no parameterTemplate was inferred: {}"

#: How many files are parsed: files that import each other would otherwise be parsed again and
#: again, as miniwdl has one document for each import.
MAX_DOCUMENTS = 200

#: Bounds of a statusMessage: errors, characters of one error, characters of all.
_MAX_ERRORS = 20
_MAX_ERROR = 1_000
_MAX_MESSAGE = 20_000

#: The linter that writes files and starts a process.
_LEFT_OUT = "CommandShellCheck"


def read(
    archive: Archive, main: str, text: str, *, infer: bool, lenient: bool
) -> tuple[dict[str, Any], str | None]:
    """Return (members by wire name, problem) of the WDL that begins with ``text``.

    The problem is the text of the parser for a WDL that is refused (L87). With ``lenient``, that
    of engine WDL_LENIENT, it becomes the statusMessage of an ACTIVE workflow (L118). Raises
    nothing for any WDL.
    """
    calls = [TaskSpec(name) for name in wdl_calls.calls(text)]
    known = {"tasks": calls, "definitionName": wdl_calls.workflow_name(text)}
    if not infer:
        return known, None
    miniwdl = _import_miniwdl()
    if miniwdl is None:
        return {**known, "statusMessage": NOT_INSTALLED}, None
    reader = _Reader(miniwdl, archive)
    try:
        document = reader.load(main, check_quant=not lenient)
        return _members(miniwdl, document), None
    except Exception as error:
        if not reader.refusal and isinstance(error, _refusals(miniwdl)):
            found = _shorten("\n".join(_error_lines(error)[:_MAX_ERRORS]), _MAX_MESSAGE)
            return ({**known, "statusMessage": found}, None) if lenient else ({}, found)
        # A file that is not read, a text that is nested too deep, a fault of the parser.
        reason = reader.refusal or f"{type(error).__name__} in the parser"
        return {**known, "statusMessage": NOT_CHECKED.format(reason)}, None


def _import_miniwdl() -> Any:
    """Return the package WDL with the parts that are used here, None where it is not installed."""
    try:
        if "WDL.Lint" not in sys.modules:
            # Only the first import: a change of the filters is seen by all threads.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import WDL.Lint
        import WDL.CLI
    except ImportError:
        return None
    return WDL


def _refusals(miniwdl: Any) -> tuple[type[Exception], ...]:
    """Return the errors of miniwdl for a WDL that is wrong."""
    errors = miniwdl.Error
    return (
        errors.SyntaxError,
        errors.ImportError,
        errors.ValidationError,
        errors.MultipleValidationErrors,
    )


class _Reader:
    """Reads documents from an archive: no other files, no network.

    ``refusal`` says why a file was not read that may be right, None when all were.
    """

    def __init__(self, miniwdl: Any, archive: Archive):
        self._miniwdl = miniwdl
        self._archive = archive
        self._count = 0
        self.refusal: str | None = None

    def load(self, main: str, *, check_quant: bool) -> Any:
        """Return the document of the main file. Raises what miniwdl raises."""
        loading = self._miniwdl.load_async(
            main, check_quant=check_quant, read_source=self._read_source
        )
        try:
            # Nothing waits in it, so that it needs no event loop, which the caller may have.
            loading.send(None)
        except StopIteration as done:
            return done.value
        raise RuntimeError("miniwdl waits while it loads a document")

    async def _read_source(self, uri: str, path: Any, importer: Any) -> Any:
        """Return the source of a file, as miniwdl asks for it. Raises OSError, Unreadable."""
        name = uri
        if importer is not None:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(importer.pos.abspath), uri))
        try:
            return self._miniwdl.ReadSourceResult(self._source(uri, name), name)
        except Unreadable as unreadable:
            self.refusal = str(unreadable)
            raise

    def _source(self, uri: str, name: str) -> str:
        self._count += 1
        if self._count > MAX_DOCUMENTS:
            raise Unreadable(f"it has more than {MAX_DOCUMENTS} imports")
        if "://" in uri:
            raise Unreadable(f"it imports {_shorten(uri, 300)}, which is not in the archive")
        try:
            return self._archive.read(name)
        except KeyError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), uri) from None


def _members(miniwdl: Any, document: Any) -> dict[str, Any]:
    """Return what a document says, by wire name."""
    from . import wdl_tasks

    with suppress(Exception):
        # Lint never decides; without it the outline has no lint lines.
        _lint(miniwdl, document)
    workflow = document.workflow
    members = {"statusMessage": _outline(miniwdl, document)}
    if workflow is None:
        return members
    return {
        **members,
        "parameterTemplate": _template(workflow),
        "definitionName": workflow.name,
        "outputs": [output.name for output in workflow.effective_outputs],
        "tasks": wdl_tasks.tasks_of(miniwdl, workflow),
    }


def _template(workflow: Any) -> dict[str, dict[str, Any]]:
    """Return the inferred parameterTemplate (L82): no inputs of called tasks."""
    return {
        name: {
            "description": _description(workflow.parameter_meta.get(name)),
            "optional": bool(declaration.type.optional or declaration.expr is not None),
        }
        for name, declaration in ((b.name, b.value) for b in workflow.available_inputs)
        if "." not in name and not name.startswith("_")
    }


def _description(meta: Any) -> str:
    """Return the text of a parameter_meta entry, which is a text or an object with one."""
    if isinstance(meta, dict):
        meta = meta.get("description") or meta.get("help")
    text = " ".join(meta.split()) if isinstance(meta, str) else ""
    return text[:256]


def _lint(miniwdl: Any, document: Any) -> None:
    """Add lint to a document, as miniwdl does, without the linter that starts a process."""
    walker = miniwdl.Walker
    walker.MarkCalled()(document)
    walker.Multi([walker.MarkImportsUsed(), walker.SetReferrers()])(document)
    linters = [
        linter(descend_imports=True)
        for linter in miniwdl.Lint._all_linters
        if linter.__name__ != _LEFT_OUT
    ]
    walker.Multi([linter for linter in linters if linter.auto_descend], descend_imports=True)(
        document
    )
    for linter in linters:
        if not linter.auto_descend:
            linter(document)


def _outline(miniwdl: Any, document: Any) -> str:
    """Return what `miniwdl check` prints for a document (L86)."""
    printed = io.StringIO()
    printed.write(f"{posixpath.basename(document.pos.uri)}\n")
    miniwdl.CLI.outline(document, 0, file=printed, show_called=document.workflow is not None)
    return _shorten(printed.getvalue(), _MAX_MESSAGE)


def _error_lines(error: BaseException | None) -> list[str]:
    """Return what `miniwdl check` prints for an error, a line or more for each cause (L87)."""
    if error is None:
        return []
    if inner := getattr(error, "exceptions", None):
        return [line for one in inner[:_MAX_ERRORS] for line in _error_lines(one)]
    text = _shorten(str(error), _MAX_ERROR)
    if position := getattr(error, "pos", None):
        text = f"({position.uri} Ln {position.line} Col {position.column}) {text}"
    return [text, *_error_lines(error.__cause__)]


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}..."
