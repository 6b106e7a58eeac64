"""The run parameters in an object of S3: parametersUri of StartRun (L100 to L102)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...domain.engine_settings import NEXTFLOW
from ...domain.outcomes import InjectedOutcome
from ...domain.parameters_file import ParametersFile, parse
from ...domain.rules import RunRules
from ...domain.run_selection import RunRef
from ...domain.runs import RunBlock
from ...domain.tables import RUN_STARTS
from ...wire.request import MAX_DEPTH, deeper_than
from ..integrations.s3 import S3
from ..integrations.s3_inputs import Inputs
from .context import Context

#: The member of RunBlock.resolved with the parameters that the repeated run has read, or None.
COPIED = "copiedParameters"


class RunParameters:
    """Reads the objects that parametersUri names (`run_outcomes.NaturalOutcomes`).

    A run reads the object when it leaves STARTING; it fails there when the object does not fit.
    """

    def __init__(self, context: Context, s3: S3):
        self._context = context
        self._s3 = s3

    def concerns(self, block: RunBlock, status: str) -> bool:
        """Return whether runs of a block that leave ``status`` read their parameters."""
        return status == RUN_STARTS and "parametersUri" in block.settings

    def outcome(
        self, run: RunRef, status: str, at: datetime, *, preview: bool
    ) -> InjectedOutcome | None:
        """Return how a run fails whose parameters are invalid; valid ones are kept (L101)."""
        block = run.block
        file, problem = self._file(block)
        if file is not None:
            problem = self._problem(block, file.parameters)
        if problem is not None:
            return InjectedOutcome("INVALID_RUN_PARAMETERS", problem)
        if not preview:
            block.parameters_file = file
        return None

    def _file(self, block: RunBlock) -> tuple[ParametersFile | None, str | None]:
        """Return what a run reads, or None and why it cannot be read.

        A run that repeats another reads what that one has read (L102).
        """
        copied: ParametersFile | None = block.resolved.get(COPIED)
        if copied is not None:
            return copied, None
        uri: str = block.settings["parametersUri"]
        found = self._s3.read(uri)
        if found is None:
            return None, self._s3.missing(uri)
        file = parse(found[1])
        problem = f"Invalid workflow parameters: {uri} does not hold a JSON object"
        return file, None if file is not None else problem

    def _problem(self, block: RunBlock, parameters: Mapping[str, Any]) -> str | None:
        """Return why StartRun would refuse these parameters, None when it would not."""
        if deeper_than(parameters, MAX_DEPTH):
            return f"'parameters' is nested more than {MAX_DEPTH} levels deep"
        settings = {**block.settings, "parameters": parameters}
        template, name = block.resolved["parameterTemplate"], block.resolved["definitionName"]
        problem = RunRules(template, {}, name).problem(settings)
        if problem is None and self._context.settings.checks("s3"):
            patterns = block.resolved["engine"] == NEXTFLOW
            problem = Inputs(self._s3, patterns=patterns).problem(settings, parameters)
        return problem
