"""What `moto_omics_batch.faults`, `moto_omics_batch.results` and the HTTP controls do.

Faults and declarations apply in every region of an account, or in one; advance and history in one.
All apply what is due before they act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from moto.core.base_backend import backend_lock

from ...domain.faults import run_match
from ...wire.model import plane
from ..models import OmicsBackend, omics_backends
from .backends import backends_of, check_account_id, find_backend
from .controls import Controls, UnknownId
from .injected import InjectedFault


class AccountControls:
    """Faults and declarations, in every region of an account or in one."""

    def __init__(self, account_id: Any, region: Any = None, *, every_region: bool = True):
        """Raises ValueError for an invalid account, or an unknown region.

        ``region`` is not used with ``every_region``.
        """
        check_account_id(account_id)
        self._account_id: str = account_id
        self._region = None if every_region else find_backend(account_id, region).region_name
        self._state = omics_backends.state_of(account_id)

    def _backends(self) -> list[OmicsBackend]:
        """The backends that exist where the controls act."""
        found = backends_of(self._account_id)
        return [b for b in found if self._region in (None, b.region_name)]

    def _each(self, act: Callable[[OmicsBackend], None]) -> None:
        for backend in self._backends():
            with backend.request_scope():
                act(backend)

    def _advance_due(self) -> None:
        self._each(lambda backend: backend.engine.advance())

    # -- faults --

    def inject(self, kind: str, arguments: Mapping[str, Any]) -> InjectedFault:
        """Inject a fault. Raises ValueError for arguments that do not exist."""
        self._advance_due()
        fault = self._state.faults.add(kind, plane(), arguments, self._region)
        return InjectedFault(fault, self._state.faults, self._account_id)

    def injected(self) -> list[InjectedFault]:
        """Return the faults that apply in the region, or all, in order of injection."""
        self._advance_due()
        store, regions = self._state.faults, (None, self._region)
        return [
            InjectedFault(fault, store, self._account_id)
            for fault in store.injected
            if self._region is None or fault.region in regions
        ]

    def release(self, arguments: Mapping[str, Any]) -> None:
        """Let held runs go on: those that match, or all. Raises ValueError."""
        match = run_match(arguments)
        self._advance_due()
        self._state.faults.remove("run_hangs", match, self._region)
        self._each(lambda backend: backend.controls.release(match))

    def clear(self) -> None:
        """Remove the faults and submission rates of the region, or all; release held runs."""
        self.release({})
        self._state.faults.clear(self._region)
        self._state.rates.set(None, self._region)

    def slow_submission(self, per_tick: int | None) -> None:
        """Set how many entries one step submits. Raises ValueError unless above 0, or None."""
        self._advance_due()
        self._state.rates.set(per_tick, self._region)

    # -- results --

    def declare(self, what: str, arguments: Mapping[str, Any]) -> None:
        """Declare ``outputs`` of runs or a ``task``. Raises ValueError."""
        # Imported with the first declaration: most mocks have none.
        from .results import read_declaration

        declaration = read_declaration(what, arguments)
        # A backend that is created meanwhile has the declaration already.
        with backend_lock:
            backends = self._backends()
            if self._region is None:
                self._state.declarations.append(declaration)
        for backend in backends:
            with backend.request_scope():
                backend.results.add(declaration)

    def clear_declarations(self) -> None:
        """Remove what was declared by calls; the settings of the mock stay."""
        with backend_lock:
            backends = self._backends()
            if self._region is None:
                self._state.declarations.clear()
        for backend in backends:
            with backend.request_scope():
                backend.results.clear()


def advance(account_id: Any, region: Any, id: str, to: str) -> None:
    """Move a batch or a run until its status is ``to``. Raises ValueError."""
    with _controls_for(account_id, region, id) as controls:
        controls.advance(id, to)


def history(account_id: Any, region: Any, id: str) -> list[tuple[str, datetime]]:
    """Return (status, time with time zone UTC) pairs of a batch or a run. Raises ValueError."""
    with _controls_for(account_id, region, id) as controls:
        return controls.history(id)


@contextmanager
def _controls_for(account_id: Any, region: Any, id: str) -> Iterator[Controls]:
    """The controls of one region; the ValueError for an unknown id names where it exists."""
    backend = find_backend(account_id, region)
    try:
        with backend.request_scope():
            yield backend.controls
    except UnknownId as unknown:
        raise ValueError(f"{unknown}{_where(account_id, id)}") from None


def _where(account_id: str, id: str) -> str:
    """Return the end of the message for an unknown id, empty if it exists in no region."""
    found: dict[str, str] = {}
    for backend in backends_of(account_id):
        with backend.lock:
            resource = backend.controls.resource_of(id)
        if resource is not None:
            found[backend.region_name] = resource
    if not found:
        return ""
    places = " and ".join(f"{resource} {id} is in {place}" for place, resource in found.items())
    regions = " or ".join(f"region={place!r}" for place in found)
    return f"; {places}: pass {regions}"
