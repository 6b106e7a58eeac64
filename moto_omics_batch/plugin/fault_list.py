"""The injected faults, as a report names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..domain.faults import Fault
from ..omics.testing.injected import InjectedFault
from ..omics.testing.near_misses import near_misses_in
from .backend_state import BackendState

#: Of how many faults that never matched a report says what came near: each search takes time.
MOST_EXPLAINED = 3

#: The most runs that are searched, once for each fault that is explained.
MOST_SEARCHED = 10_000


class FaultEntry(NamedTuple):
    """A fault of one account, with the backends of the account."""

    fault: Fault
    backends: list[BackendState]

    @property
    def text(self) -> str:
        """The call that injected the fault."""
        state = self.backends[0]
        return str(InjectedFault(self.fault, state.engine.faults.store, state.account_id))

    def near_misses(self) -> list[str]:
        """Return why the fault has never matched, also when its mock has ended."""
        runs = sum(state.engine.registry.stored for state in self.backends)
        if runs > MOST_SEARCHED and self.fault.kind != "call_fails":
            return [f"near_misses() of the fault searches all {runs:,} runs; this report does not"]
        return near_misses_in(self.fault, self.backends)


def entries(states: Sequence[BackendState]) -> list[FaultEntry]:
    """Return the faults of the accounts of these backends, in the order of injection."""
    accounts: dict[str, list[BackendState]] = {}
    for state in states:
        accounts.setdefault(state.account_id, []).append(state)
    return [
        FaultEntry(fault, backends)
        for backends in accounts.values()
        for fault in backends[0].engine.faults.store.injected
    ]
