"""Lifecycles as tables of transitions, and the questions that code may ask of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

Evidence = Literal["documented", "observed", "our choice"]

#: The next state of a row after which the resource no longer exists.
GONE = "(gone)"


class Row(NamedTuple):
    """One transition of a lifecycle.

    ``rule`` names the rule of docs/fidelity.md that the transition comes from. The flags:

    - ``automatic``: the service makes the transition as its work proceeds; the others need a
      request, or a failure.
    - ``failure``: the transition is the outcome of a failure.
    - ``runs_progress``: the runs of a batch in ``state`` progress.
    - ``waits_for_runs``: an automatic transition of a batch that needs all its runs to have ended.
    """

    state: str
    event: str
    next: str
    rule: str
    evidence: Evidence = "documented"
    automatic: bool = False
    failure: bool = False
    runs_progress: bool = False
    waits_for_runs: bool = False


class InvalidTransition(Exception):
    """An event that no row allows in the present state."""

    def __init__(self, resource: str, state: str, event: str, allowed: tuple[str, ...]):
        self.resource = resource
        self.state = state
        self.event = event
        self.allowed = allowed
        super().__init__(
            f"{resource} cannot {event} in {state}; possible in {', '.join(allowed) or 'no state'}"
        )


def status_of(state: str) -> str:
    """Return the status that AWS reports for a state: STOPPING for ``STOPPING>FAILED``."""
    return state.partition(">")[0]


class Lifecycle:
    """A checked table of transitions.

    Raises ValueError when two rows contradict each other, when a state cannot be reached from
    ``initial``, or when a state has two automatic transitions.
    """

    def __init__(self, resource: str, initial: str, rows: Iterable[Row]):
        self.resource = resource
        self.initial = initial
        self.rows = tuple(rows)
        self._next: dict[tuple[str, str], str] = {}
        self._automatic: dict[str, Row] = {}
        for row in self.rows:
            if self._next.setdefault((row.state, row.event), row.next) != row.next:
                raise ValueError(f"{resource}: two rows for {row.event} in {row.state}")
            if row.automatic and self._automatic.setdefault(row.state, row).event != row.event:
                raise ValueError(f"{resource}: {row.state} has two automatic transitions")
        self._runs_progress = frozenset(row.state for row in self.rows if row.runs_progress)
        self._left = frozenset(row.state for row in self.rows)
        named = dict.fromkeys(s for row in self.rows for s in (row.state, row.next))
        self.states = tuple(s for s in named if s != GONE)
        if lost := set(self.states) - self._reachable({initial}, self.rows) - {initial}:
            raise ValueError(f"{resource}: cannot be reached: {sorted(lost)}")

    @staticmethod
    def _reachable(states: set[str], rows: Iterable[Row]) -> set[str]:
        rows, found = tuple(rows), set[str]()
        while states:
            states = {row.next for row in rows if row.state in states} - found
            found |= states
        return found

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses that AWS reports, each once, in the order of the rows."""
        return tuple(dict.fromkeys(map(status_of, self.states)))

    def next(self, state: str, event: str) -> str:
        """Return the state that ``event`` leads to.

        Raises InvalidTransition when no row allows it.
        """
        try:
            return self._next[state, event]
        except KeyError:
            raise InvalidTransition(
                self.resource, status_of(state), event, self.statuses_allowing(event)
            ) from None

    def allows(self, state: str, event: str) -> bool:
        """Return whether a row allows ``event`` in ``state``."""
        return (state, event) in self._next

    def states_allowing(self, event: str) -> tuple[str, ...]:
        """Return the states that allow ``event``, in the order of the rows."""
        return tuple(s for s in self.states if (s, event) in self._next)

    def statuses_allowing(self, event: str) -> tuple[str, ...]:
        """Return the statuses that allow ``event``, in the order of the rows."""
        return tuple(dict.fromkeys(map(status_of, self.states_allowing(event))))

    def is_end(self, state: str) -> bool:
        """Return whether no transition leaves ``state``."""
        return state not in self._left

    def automatic_event(self, state: str) -> str | None:
        """Return the event of the automatic transition of ``state``, None when it has none."""
        row = self._automatic.get(state)
        return None if row is None else row.event

    def waits_for_runs(self, state: str) -> bool:
        """Return whether the automatic transition of ``state`` needs all runs to have ended."""
        row = self._automatic.get(state)
        return row is not None and row.waits_for_runs

    def runs_progress(self, state: str) -> bool:
        """Return whether the runs of a batch in ``state`` progress."""
        return state in self._runs_progress
