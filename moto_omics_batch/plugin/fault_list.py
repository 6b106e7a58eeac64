"""The injected faults, as a report names them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..domain.faults import FAULTS, Fault, Faults
from .backend_state import BackendState


class FaultEntry(NamedTuple):
    """One injected fault: its call, the number of matches, and what came near to matching."""

    kind: str
    text: str
    matches: int
    near_misses: list[str]
    effect: str


def count(faults: Faults) -> int:
    """Return how many faults were injected, removed ones included."""
    return faults._added


def entries(states: Iterable[BackendState]) -> list[FaultEntry]:
    """Return the faults that apply in these backends, each once, in the order of injection."""
    faults = {id(fault): fault for state in states for fault in state.engine.faults._faults}
    return [
        FaultEntry(fault.kind, _text(fault), fault.hits, [], fault.effect.get("error", ""))
        for fault in faults.values()
    ]


def _text(fault: Fault) -> str:
    spec = FAULTS[fault.kind]
    given: dict[str, object] = dict(fault.match)
    given |= {w.name: fault.effect[w.name] for w in spec.effect if _differs(fault, w.name)}
    arguments = ", ".join(f"{name}={value!r}" for name, value in given.items())
    return f"{fault.kind}({arguments})"


def _differs(fault: Fault, name: str) -> bool:
    default = next(word.default for word in FAULTS[fault.kind].effect if word.name == name)
    return fault.effect[name] != (default or "")
