"""The lines of the engine log of a run: a log stream, and a file of its outputs (L22, L52)."""

from __future__ import annotations

from ...domain.failure_texts import Failure
from ...domain.run_selection import RunRef
from ...domain.tables import CANCELLED, COMPLETED

#: The last line of a run that did not fail, by the state that the run ends in.
_ENDS = {COMPLETED: "Workflow {} completed.", CANCELLED: "Workflow {} was cancelled."}


def started(run: RunRef) -> str:
    """Return the line that the engine writes when the run becomes RUNNING."""
    return f"Started workflow {_workflow(run)} as run {run.id}."


def ended(run: RunRef, state: str, failure: Failure | None) -> str:
    """Return the last line of a run that ends in ``state``: the statusMessage if it fails."""
    return failure.message if failure else _ENDS[state].format(_workflow(run))


def _workflow(run: RunRef) -> str:
    """Return the name of the workflow of a run, or its id where it has no name."""
    return str(run.block.resolved["workflowName"] or run.settings["workflowId"])
