"""Writes what the documentation takes from the code: ``python -m docs.generate`` or ``make docs``.

docs/lifecycle.md as a whole, and the parts of README.md and docs/fidelity.md that stand between
two marks. A test fails when a file is not what comes out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from moto.core.utils import camelcase_to_underscores

from moto_omics_batch.domain.lifecycle import GONE, Lifecycle, Row, status_of
from moto_omics_batch.domain.tables import BATCH, LIFECYCLES
from moto_omics_batch.omics.responses import OmicsResponse
from moto_omics_batch.wire.model import plane

ROOT = Path(__file__).resolve().parent.parent

#: Outcomes of the work, where the event itself is no word to read.
OUTCOMES = {"fail": "it fails", "fail_deleting": "a run is left"}

#: (resource, event) → the operation that asks for it.
REQUESTS = {
    ("batch", "cancel"): "CancelRunBatch",
    ("batch", "delete_runs"): "DeleteRunBatch",
    ("batch", "delete"): "DeleteBatch",
    ("run", "cancel"): "CancelRun",
    ("run", "delete"): "DeleteRun",
    ("workflow", "delete"): "DeleteWorkflow",
    ("workflow version", "delete"): "DeleteWorkflowVersion",
    ("configuration", "delete"): "DeleteConfiguration",
    ("run cache", "delete"): "DeleteRunCache",
    ("run group", "delete"): "DeleteRunGroup",
}

_HEAD = """\
# Lifecycles

Generated from `moto_omics_batch/domain/tables.py` by `make docs`: change the tables, not this page.

An arrow without a word is taken as the work goes on ([progression](progression.md) says when); a
word is the operation that asks for it, or the outcome that leads there. Several boxes called
STOPPING are one status to a client: the service shows one word for three ways to an end. The
rules are those of [fidelity](fidelity.md).
"""


# -- pictures --


def _node(state: str) -> str:
    return "[*]" if state == GONE else state.replace(">", "_to_")


def _word(lifecycle: Lifecycle, row: Row) -> str:
    outcome = OUTCOMES.get(row.event, row.event)
    return REQUESTS.get((lifecycle.resource, row.event), outcome)


def diagram(lifecycle: Lifecycle) -> str:
    """A mermaid state diagram."""

    def lines() -> Iterator[str]:
        yield "```mermaid"
        yield "stateDiagram-v2"
        for state in lifecycle.states:
            if status_of(state) != state:
                yield f'    state "{status_of(state)}" as {_node(state)}'
        yield f"    [*] --> {_node(lifecycle.initial)}"
        for row in lifecycle.rows:
            word = "" if row.by_itself else f" : {_word(lifecycle, row)}"
            yield f"    {_node(row.state)} --> {_node(row.next)}{word}"
        yield "```"

    return "\n".join(lines())


# -- tables --


def _table(lifecycle: Lifecycle) -> str:
    lines = ["| from | by | to | rule | evidence |", "|---|---|---|---|---|"]
    for row in lifecycle.rows:
        by = "itself" if row.by_itself else _word(lifecycle, row)
        lines.append(f"| {row.state} | {by} | {row.next} | {row.rule} | {row.evidence} |")
    return "\n".join(lines)


def lifecycle_page() -> str:
    """The whole of docs/lifecycle.md."""
    parts = [_HEAD]
    for lifecycle in LIFECYCLES:
        title = lifecycle.resource.capitalize()
        parts.append(f"## {title}\n\n{diagram(lifecycle)}\n\n{_table(lifecycle)}\n")
    return "\n".join(parts)


def operations() -> str:
    """The operations that are there, in the model's spelling."""
    names = sorted(n for n in plane() if hasattr(OmicsResponse, camelcase_to_underscores(n)))
    return f"{len(names)} operations: {', '.join(names)}."


# -- files --


def _between_marks(name: str, text: str, new: str) -> str:
    begin, end = f"<!-- {name}: written by make docs -->", f"<!-- end of {name} -->"
    head, found, rest = text.partition(begin)
    _, found_end, tail = rest.partition(end)
    if not (found and found_end):
        raise ValueError(f"the marks of {name} are missing")
    return f"{head}{begin}\n\n{new}\n\n{end}{tail}"


#: File → what it should be, given what it is.
FILES: dict[str, Callable[[str], str]] = {
    "docs/lifecycle.md": lambda _: lifecycle_page(),
    "README.md": lambda text: _between_marks("states", text, diagram(BATCH)),
    "docs/fidelity.md": lambda text: _between_marks("operations", text, operations()),
}


def outdated() -> dict[str, str]:
    """File → what it should be, for those that are not."""
    wanted = {}
    for name, make in FILES.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if (new := make(text)) != text:
            wanted[name] = new
    return wanted


def main() -> None:
    """Write every file that is out of date."""
    for name, text in outdated().items():
        (ROOT / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
