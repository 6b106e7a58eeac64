"""The part of a batch that its runs need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from .subject import Subject


class OwnerBatch(Subject, Protocol):
    """The part of a batch that its runs need."""

    id: str
    name: str | None

    @property
    def gone(self) -> bool:
        """Whether the batch was deleted."""
        ...

    def setting_id(self, index: int) -> str:
        """Return the runSettingId of an entry."""
        ...

    def overrides(self, index: int) -> Mapping[str, Any]:
        """Return the settings that an entry gives for its own run."""
        ...

    def settings_of(self, index: int) -> Mapping[str, Any]:
        """Return the merged settings of a run (B30 to B32)."""
        ...
