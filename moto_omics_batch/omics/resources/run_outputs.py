"""The files of runs in S3, written when a run ends (L50 to L58)."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime

from ...domain.declarations import Declarations
from ...domain.engine_settings import NEXTFLOW
from ...domain.failure_texts import Failure
from ...domain.output_files import ENGINE_LOG, SUMMARY, Outputs, summary
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock
from ...domain.tables import COMPLETED, FAILED
from ...domain.text import shorten
from ..integrations.s3 import S3
from . import engine_log
from .run_descriptions import output_uri
from .run_tasks import RunTasks

log = logging.getLogger(__name__)

#: The maximum number of files that one warning names.
_MAX_NAMED = 5


class RunOutputs:
    """Writes what was declared for runs that have ended, an `Observer` of runs.

    Nothing is written for runs that no declaration fits.
    """

    def __init__(self, s3: S3, declarations: Declarations, tasks: RunTasks):
        self._s3 = s3
        self._declarations = declarations
        self._tasks = tasks

    def wants(self, block: RunBlock, status: str) -> bool:
        """Return whether files may be declared for runs of a block that have ended (L53)."""
        return status in (COMPLETED, FAILED) and self._declarations.may_have_outputs(block)

    def runs_changed(self, block: RunBlock, indexes: Sequence[int], at: datetime) -> None:
        """Runs have ended: write their files, or log a warning for each run that cannot have them.

        L53: a COMPLETED run has its outputs, a FAILED run the engine log.
        """
        for index in indexes:
            run = RunRef(block, index)
            if (outputs := self._declarations.outputs_for(run)) is not None:
                self._write(run, outputs)

    def bucket_missing(self, run: RunRef) -> bool:
        """Return whether the bucket of outputUri cannot take the files of a run (L56).

        It does not exist, belongs to another account, or is in another region.
        """
        return self._bucket_problem(run) is not None

    def _bucket_problem(self, run: RunRef) -> str | None:
        settings = run.settings
        return self._s3.bucket_problem(output_uri(run.id, settings), settings)

    def _write(self, run: RunRef, outputs: Outputs) -> None:
        uri = output_uri(run.id, run.settings).rstrip("/")
        failed = run.state == FAILED
        files = self._files_of_failed(run, outputs) if failed else self._files(run, uri, outputs)
        if files and (problem := self._bucket_problem(run)):
            log.warning("run %s: no file is written to %s: %s", run.id, uri, problem)
            return
        problems = [] if failed else list(outputs.problems)
        for key, body in files.items():
            if not self._s3.put(f"{uri}/{key}", body):
                problems.append(f"{shorten(key)!r}: S3 does not take it")
        if problems:
            more = f"; and {len(problems) - _MAX_NAMED} more" if len(problems) > _MAX_NAMED else ""
            named = "; ".join(problems[:_MAX_NAMED])
            log.warning("run %s: files are not written to %s: %s%s", run.id, uri, named, more)

    def _files(self, run: RunRef, uri: str, outputs: Outputs) -> dict[str, bytes]:
        """Return the files of a COMPLETED run by their key; a declared one replaces a derived one.

        The summary comes last, so that all that it names is there.
        """
        files, engine = dict(outputs.files), run.block.resolved["engine"]
        if engine != NEXTFLOW:
            files.setdefault(ENGINE_LOG, _engine_log(run, None))
        found = summary(engine, _workflow_name(run), uri, outputs)
        if found is not None:
            files.setdefault(SUMMARY, json.dumps(found, indent=2).encode())
        return files

    def _files_of_failed(self, run: RunRef, outputs: Outputs) -> dict[str, bytes]:
        """Return the engine log of a FAILED run whose engine was started and could export it."""
        failure = self._tasks.failure_of(run)
        if run.started is None or failure is None or failure.reason == "EXPORT_FAILED":
            return {}
        if ENGINE_LOG in outputs.files:
            return {ENGINE_LOG: outputs.files[ENGINE_LOG]}
        if run.block.resolved["engine"] == NEXTFLOW:
            return {}
        return {ENGINE_LOG: _engine_log(run, failure)}


def _engine_log(run: RunRef, failure: Failure | None) -> bytes:
    """Return the engine log as a file: the lines of its log stream (L22)."""
    lines = engine_log.started(run), engine_log.ended(run, run.state, failure)
    return "".join(f"{line}\n" for line in lines).encode(errors="replace")


def _workflow_name(run: RunRef) -> str:
    """Return the name of the WDL workflow: that in the definition, or that of the resource."""
    resolved = run.block.resolved
    name = resolved.get("definitionName") or resolved["workflowName"]
    return name or f"workflow-{run.block.settings['workflowId']}"
