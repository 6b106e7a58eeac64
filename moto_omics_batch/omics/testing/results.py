"""What `moto_omics_batch.results` and the HTTP controls do in one account and region (L57)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...domain.declarations import Declarations
from ..resources.engine import Engine


class Results:
    """The declared outputs and tasks. All methods apply what is due before they act."""

    def __init__(self, engine: Engine, declarations: Declarations):
        self._engine = engine
        self._declarations = declarations

    def outputs(self, arguments: Mapping[str, Any]) -> None:
        """Declare outputs of runs. Raises ValueError for arguments that do not exist."""
        self._engine.advance()
        self._declarations.add_outputs(arguments)

    def task(self, arguments: Mapping[str, Any]) -> None:
        """Declare a task. Raises ValueError for arguments that do not exist."""
        self._engine.advance()
        self._declarations.add_task(arguments)

    def clear(self) -> None:
        """Remove what was declared by calls; the settings of the mock stay."""
        self._engine.advance()
        self._declarations.clear()

    def declared(self) -> dict[str, list[dict[str, Any]]]:
        """Return all declarations as JSON, with shortened bodies."""
        return self._declarations.shown()
