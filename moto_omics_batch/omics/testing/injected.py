"""Injected faults, as tests see them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ...domain.faults import Fault, FaultStore


class InjectedFault:
    """A fault that was injected. Two are equal if they stand for the same injection."""

    def __init__(self, fault: Fault, store: FaultStore, account_id: str):
        self._fault = fault
        self._store = store
        self._account_id = account_id

    @property
    def kind(self) -> str:
        """The name of the function that injected the fault, such as ``"run_fails"``."""
        return self._fault.kind

    @property
    def arguments(self) -> Mapping[str, object]:
        """The keyword arguments that are not the default, without account_id and region."""
        return MappingProxyType(self._fault.arguments)

    @property
    def account_id(self) -> str:
        """The account in which the fault applies."""
        return self._account_id

    @property
    def region(self) -> str | None:
        """The region in which the fault applies, None for all regions of the account."""
        return self._fault.region

    @property
    def matches(self) -> int:
        """How many failures the fault has caused, in all regions; it stays after the mock ended."""
        return self._fault.hits

    def remove(self) -> None:
        """Remove the fault. What has failed stays failed, and held runs wait for `release`."""
        self._store.discard(self._fault)

    def near_misses(self) -> list[str]:
        """Return why the fault has not matched: what exists now, nearest values first.

        A line is such as ``runSettingId 'HG0002': there are 'HG002', 'HG001'``. The list is short,
        and empty when the fault has matched. Nothing is moved.
        """
        if self.matches:
            return []
        from .near_misses import near_misses

        return near_misses(self._fault, self._store, self._account_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InjectedFault) and self._fault is other._fault

    def __hash__(self) -> int:
        return hash(self._fault)

    def __str__(self) -> str:
        arguments = dict(self._fault.arguments)
        if self.region is not None:
            arguments["region"] = self.region
        return f"{self.kind}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})"

    def __repr__(self) -> str:
        return f"<InjectedFault {self}: {self.matches} matches>"
