"""Which run groups, run caches and configurations active runs use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

#: The settings of runs that name a resource which cannot be deleted while active runs use it.
SETTINGS = ("runGroupId", "cacheId", "configurationName")


class Usage:
    """Counts the runs that have not ended, by the resources that they name."""

    def __init__(self) -> None:
        self._runs: Counter[tuple[str, str]] = Counter()

    def add(self, settings: Mapping[str, Any], runs: int) -> None:
        """Count runs with these shared settings; a negative number when they have ended."""
        for setting in SETTINGS:
            if (name := settings.get(setting)) is not None:
                key = setting, name
                self._runs[key] += runs
                if not self._runs[key]:
                    del self._runs[key]

    def in_use(self, setting: str, name: str) -> bool:
        """Return whether a run that has not ended has this value in one of SETTINGS."""
        return self._runs[setting, name] > 0
