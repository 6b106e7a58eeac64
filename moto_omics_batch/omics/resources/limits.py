"""The limits of active runs: the quota of the settings and maxRuns of run groups."""

from __future__ import annotations

from .context import Settings
from .run_groups import RunGroups


class Limits:
    """The limits that `domain.slots.SlotLimits` describes."""

    def __init__(self, settings: Settings, run_groups: RunGroups):
        self._settings = settings
        self._run_groups = run_groups

    def active_runs(self) -> int | None:
        """Return the quota of active runs, None without one (W2.8)."""
        return self._settings.quota("active_runs")

    def max_runs(self, group_id: str) -> int | None:
        """Return maxRuns of a run group, None without a limit (W6)."""
        return self._run_groups.max_runs(group_id)
