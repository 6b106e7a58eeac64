"""The declared results of runs in one account and region (L57)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...domain.declarations import Declaration, Declarations
from ...domain.output_declaration import OutputDeclaration
from ...domain.task_declaration import TaskDeclaration
from ..resources.engine import Engine


def read_declaration(what: str, arguments: Mapping[str, Any]) -> Declaration:
    """Read the keyword arguments of ``outputs`` or ``task``. Raises ValueError."""
    return OutputDeclaration(arguments) if what == "outputs" else TaskDeclaration(arguments)


class Results:
    """The declared outputs and tasks. Changes apply what is due before."""

    def __init__(self, engine: Engine, declarations: Declarations):
        self._engine = engine
        self._declarations = declarations

    def add(self, declaration: Declaration) -> None:
        """Add a declaration."""
        self._engine.advance()
        self._declarations.add(declaration)

    def clear(self) -> None:
        """Remove what was declared by calls; the settings of the mock stay."""
        self._engine.advance()
        self._declarations.clear()

    def declared(self) -> dict[str, list[dict[str, Any]]]:
        """Return all declarations as JSON, with shortened bodies."""
        return self._declarations.shown()
