"""What a backend holds, kept beyond the end of its mock."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..omics.models import OmicsBackend

if TYPE_CHECKING:
    from threading import RLock

    from ..domain.call_log import Call, CallLog
    from ..omics.resources.batches import Batches
    from ..omics.resources.engine import Engine
    from ..omics.resources.runs import Runs
    from ..omics.resources.workflows import Workflows


class BackendState(NamedTuple):
    """References to the objects of one account and region.

    The end of a mock gives its backends new objects and leaves the old ones as they are.
    ``before`` is the last call that was made before the test, None when there was none.
    """

    account_id: str
    region_name: str
    lock: RLock
    calls: CallLog
    engine: Engine
    batches: Batches
    runs: Runs
    workflows: Workflows
    before: Call | None = None

    @classmethod
    def of(cls, backend: OmicsBackend, before: Call | None = None) -> BackendState:
        """Return the present objects of a backend."""
        return cls(
            backend.account_id,
            backend.region_name,
            backend.lock,
            backend.calls,
            backend.engine,
            backend.batches,
            backend.runs,
            backend.workflows,
            before,
        )

    @property
    def last_calls(self) -> list[Call]:
        """The last calls of the test."""
        calls = list(self.calls.last)
        # By identity: two equal calls are two calls.
        earlier = [index for index, call in enumerate(calls) if call is self.before]
        return calls[earlier[-1] + 1 :] if earlier else calls

    @property
    def place(self) -> str:
        """Region and account, as the headings of a report name them."""
        return f"{self.region_name} (account {self.account_id})"


class MockState(NamedTuple):
    """The backends that a test used in one mock; ``number`` counts the mocks of the test from 1."""

    number: int
    backends: list[BackendState]
