"""What test controls have set in one account: all its regions share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...domain.faults import FaultStore

if TYPE_CHECKING:
    from ...domain.declarations import Declaration


class SubmissionRates:
    """How many entries one step submits, by region, as `slow_submission` has set it."""

    def __init__(self) -> None:
        #: The key None stands for all other regions.
        self._by_region: dict[str | None, int | None] = {}

    def set(self, entries: int | None, region: str | None) -> None:
        """Set the rate of a region, or with None of all regions; ``entries`` None unsets it.

        Raises ValueError for an invalid rate.
        """
        if entries is not None and (
            isinstance(entries, bool) or not isinstance(entries, int) or entries < 1
        ):
            raise ValueError(f"perTick must be a whole number above 0, not {entries!r}")
        kept = {} if region is None else self._by_region
        self._by_region = {**kept, region: entries}

    def get(self, region: str) -> int | None:
        """Return the rate of a region, None where the settings of the mock apply."""
        return self._by_region.get(region, self._by_region.get(None))


class AccountState:
    """The faults, submission rates and declarations of one account, for existing and later regions.

    ``declarations`` are those that apply in every region; a new backend begins with them.
    """

    def __init__(self) -> None:
        self.faults = FaultStore()
        self.rates = SubmissionRates()
        self.declarations: list[Declaration] = []
