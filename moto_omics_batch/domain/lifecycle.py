"""Lifecycles as rows: (state, event, next state), and the questions one may ask of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Evidence = Literal["documented", "observed", "our choice"]

#: The next state of a row after which the resource is no more.
GONE = "(gone)"


@dataclass(frozen=True)
class Row:
    """One arrow of a lifecycle.

    ``by_itself`` marks the arrows that the service takes as its work goes on; the others wait
    for a request. ``rule`` names the line of the specification that the arrow comes from.
    """

    state: str
    event: str
    next: str
    rule: str
    evidence: Evidence = "documented"
    by_itself: bool = False


class IllegalMove(Exception):
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
    """The status that AWS shows for a state: ``STOPPING>FAILED`` is shown as ``STOPPING``."""
    return state.partition(">")[0]


class Lifecycle:
    """A checked table of rows.

    Raises ValueError when two rows contradict each other, when a state cannot be reached from
    ``initial``, or when a state has two ways to go on by itself under the same event.
    """

    def __init__(self, resource: str, initial: str, rows: Iterable[Row]):
        self.resource = resource
        self.initial = initial
        self.rows = tuple(rows)
        self._next: dict[tuple[str, str], str] = {}
        self._goes_on: dict[str, str] = {}
        for row in self.rows:
            if self._next.setdefault((row.state, row.event), row.next) != row.next:
                raise ValueError(f"{resource}: two rows for {row.event} in {row.state}")
            if row.by_itself and self._goes_on.setdefault(row.state, row.event) != row.event:
                raise ValueError(f"{resource}: {row.state} goes on by itself in two ways")
        self._left = {row.state for row in self.rows}
        named = dict.fromkeys(s for row in self.rows for s in (row.state, row.next))
        self.states = tuple(s for s in named if s != GONE)
        reached = {initial}
        while more := {r.next for r in self.rows if r.state in reached} - reached:
            reached |= more
        if lost := set(self.states) - reached:
            raise ValueError(f"{resource}: cannot be reached: {sorted(lost)}")

    @property
    def statuses(self) -> tuple[str, ...]:
        """What AWS shows, each once, in the order of the rows."""
        return tuple(dict.fromkeys(map(status_of, self.states)))

    def next(self, state: str, event: str) -> str:
        """The state that ``event`` leads to. Raises IllegalMove when no row allows it."""
        try:
            return self._next[state, event]
        except KeyError:
            raise IllegalMove(
                self.resource, status_of(state), event, self.statuses_allowing(event)
            ) from None

    def allows(self, state: str, event: str) -> bool:
        """Whether a row allows ``event`` in ``state``."""
        return (state, event) in self._next

    def states_allowing(self, event: str) -> tuple[str, ...]:
        """The states in which ``event`` may happen, in the order of the rows."""
        return tuple(s for s in self.states if (s, event) in self._next)

    def statuses_allowing(self, event: str) -> tuple[str, ...]:
        """The same, as AWS shows them."""
        return tuple(dict.fromkeys(map(status_of, self.states_allowing(event))))

    def is_end(self, state: str) -> bool:
        """Whether nothing leads out of ``state``, neither its own work nor a request."""
        return state not in self._left

    def shows_end(self, status: str) -> bool:
        """Whether all that AWS shows as ``status`` is an end."""
        return all(self.is_end(state) for state in self.states if status_of(state) == status)

    def goes_on(self, state: str) -> str | None:
        """The event by which ``state`` goes on by itself, None when it rests."""
        return self._goes_on.get(state)
