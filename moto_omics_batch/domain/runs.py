"""Runs, kept as blocks: the runs of one batch, or a block of one for StartRun.

A block of 100,000 runs is not 100,000 objects. Its runs move together and share one history. A
run that was looked at or cancelled by itself is *detached*: from then on it has a Life of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from .ids import MAX_DIGITS, Uuids
from .life import Life, Progression, look, pass_time
from .lifecycle import status_of
from .run_life import Plan, RunLife
from .tables import RUN
from .tasks import Tasks

#: From a time: (how many more runs may start, None for any number; the earliest time for it).
Gate = Callable[[datetime], "tuple[int | None, datetime]"]


@dataclass(frozen=True)
class Moved:
    """Which runs an event moved: ranges of attached ones, and the places of detached ones."""

    attached: list[range]
    detached: list[int]
    stayed: list[int]
    count: int


class _Chunk:
    """Runs that were submitted together and share one life, as far as they are attached."""

    def __init__(self, indexes: range, attached: int, block: RunBlock, now: datetime):
        self.indexes = indexes
        self.attached = attached
        self.next = indexes.start
        self.life = RunLife(
            now,
            lambda at: block._start_attached(self, at),
            lambda at: block._befalls_attached(self, at),
        )
        self.life.observer = lambda _, at: block._tell(block._attached_of(self), at)


class Named(Protocol):
    """What a block knows of its batch."""

    id: str
    name: str | None

    def setting_id(self, index: int) -> str:
        """The runSettingId of an entry."""
        ...

    def own(self, index: int) -> Mapping[str, Any]:
        """What an entry sets for its run alone."""
        ...


class RunBlock:
    """``size`` places for runs with consecutive ids from ``first``.

    ``settings_of(index)`` gives the merged settings of a run, ``shared`` those that no run has of
    its own, ``facts`` what the service found out for all of them (storage, network, workflow), by
    the wire names of GetRun. ``batch`` is None for StartRun. ``serial`` is the place of the
    first run in the order of creation of the whole account. ``gate`` holds runs back.
    """

    def __init__(
        self,
        *,
        first: int,
        size: int,
        uuid: str,
        serial: int,
        settings_of: Callable[[int], Mapping[str, Any]],
        shared: Mapping[str, Any],
        facts: Mapping[str, Any],
        now: datetime,
        batch: Named | None = None,
        gate: Gate = lambda at: (None, at),
    ):
        self.kind = RUN.resource
        self.first = first
        self.size = size
        self.serial = serial
        self.batch = batch
        self.batch_id = batch.id if batch else None
        self.settings_of = settings_of
        self.shared = shared
        self.facts = facts
        self.uuids = Uuids(uuid)
        self._present = bytearray(size)
        self._chunks: list[_Chunk] = []
        self._gate = gate
        self._made = now
        self._own: dict[int, RunLife] = {}
        self._restless: dict[int, RunLife] = {}
        self._own_counts: dict[str, int] = dict.fromkeys(RUN.states, 0)
        self._tags: dict[int, dict[str, str]] = {}
        self.tasks: Tasks | None = None
        #: Asked what befalls runs that would go on: place → plan.
        self.planner: Callable[[RunBlock, Iterable[int]], Mapping[int, Plan]] | None = None
        #: Called with the places of runs whose status changed, and the time of the change.
        self.observer: Callable[[RunBlock, Iterable[int], datetime], None] | None = None

    # -- who is here --

    def add(self, indexes: range, failed: Mapping[int, object], now: datetime) -> int:
        """Runs come to life at ``indexes``, but for those in ``failed``; how many did."""
        self._present[indexes.start : indexes.stop] = b"\x01" * len(indexes)
        for index in failed:
            self._present[index] = 0
        count = len(indexes) - len(failed)
        self._chunks.append(_Chunk(indexes, count, self, now))
        self._tell((index for index in indexes if self._present[index]), now)
        return count

    def hanging(self) -> list[int]:
        """The runs that hang."""
        return [index for index, life in self._restless.items() if life.hangs]

    def let_go(self, index: int, now: datetime) -> None:
        """A run that hangs goes on; it will not hang again in the state where it is."""
        life = self._own[index]
        life.hangs, life.since = False, now

    def may_hang(self, index: int) -> bool:
        """Whether nothing let the run go in the state where it is."""
        life = self._own.get(index)
        return life is None or life.hangs is None

    def failure(self, index: int) -> Plan | None:
        """Why a run failed, None when nothing made it fail."""
        life = self._own.get(index)
        return life.failure if life is not None else None

    def _tell(self, indexes: Iterable[int], at: datetime) -> None:
        if self.observer is not None:
            self.observer(self, indexes, at)

    def _attached_of(self, chunk: _Chunk) -> Iterator[int]:
        return (i for i in chunk.indexes if self._present[i] and i not in self._own)

    def _chunk_of(self, index: int) -> _Chunk:
        return self._chunks[bisect_right(self._chunks, index, key=lambda c: c.indexes.stop)]

    def has(self, index: int) -> bool:
        """Whether a run was ever there, deleted ones included."""
        return 0 <= index < self.size and bool(self._present[index])

    def id_of(self, index: int) -> str:
        return str(self.first + index)

    def index_of(self, run_id: str) -> int | None:
        """The place of a run id, None when the block never had it."""
        number = int(run_id) if run_id.isdecimal() and len(run_id) <= MAX_DIGITS else -1
        index = number - self.first
        # An id with a zero before it is another id.
        return index if self.has(index) and self.id_of(index) == run_id else None

    def uuid_of(self, index: int) -> str:
        return self.uuids[index]

    def own(self, index: int) -> Mapping[str, Any]:
        """The settings that a run has of its own, beside those that are ``shared``."""
        return self.batch.own(index) if self.batch is not None else {}

    def setting(self, index: int, name: str) -> Any:
        """One setting of a run that is not merged but replaced (B31)."""
        value = self.own(index).get(name)
        return self.shared.get(name) if value is None else value

    def tags_of(self, index: int) -> dict[str, str]:
        """The tags of a run, to be read and changed: at first those it was started with."""
        if index not in self._tags:
            self._tags[index] = dict(self.settings_of(index).get("runTags") or {})
        return self._tags[index]

    def _counts(self) -> Iterator[tuple[str, int]]:
        for chunk in self._chunks:
            yield chunk.life.state, chunk.attached
        yield from self._own_counts.items()

    def counts(self) -> dict[str, int]:
        """AWS status → how many runs have it, for every status."""
        total = dict.fromkeys(RUN.statuses, 0)
        for state, count in self._counts():
            total[status_of(state)] += count
        return total

    @property
    def active(self) -> int:
        """How many runs are not at an end."""
        return sum(count for state, count in self._counts() if RUN.goes_on(state))

    @property
    def settled(self) -> bool:
        """Whether no run moves any more by itself."""
        return not self.active

    @property
    def present(self) -> int:
        """How many runs can be found."""
        return sum(count for state, count in self._counts() if not RUN.is_end(state))

    # -- where a run stands --

    def history(self, index: int) -> list[tuple[datetime, str]]:
        """The (time, state) pairs of a run, the first being its creation."""
        return self.life_of(index).history

    def life_of(self, index: int) -> RunLife:
        """The life of a run that `has` knows; runs that move together share one."""
        return self._own.get(index) or self._chunk_of(index).life

    def state(self, index: int) -> str:
        """Where a run stands that `has` knows."""
        return self.life_of(index).state

    def status_of(self, index: int) -> str:
        """The status as AWS shows it."""
        return status_of(self.state(index))

    def findable(self, index: int) -> bool:
        """Whether there is a run to be found: submitted and not deleted."""
        return self.has(index) and not RUN.is_end(self.state(index))

    def indexes(self, after: int = -1) -> Iterator[int]:
        """The runs that can be found, beyond the index ``after``."""
        return (i for i in range(after + 1, self.size) if self.findable(i))

    @property
    def last_change(self) -> datetime:
        """When a run last moved, or the block was made."""
        lives = [*self._own.values(), *(chunk.life for chunk in self._chunks)]
        return max((life.since for life in lives), default=self._made)

    def may_follow(self, event: str) -> Callable[[int], bool]:
        """Whether the run at a place, if there is one, may follow ``event``."""
        return lambda index: self.has(index) and RUN.allows(self.state(index), event)

    # -- single runs --

    def move(self, index: int, event: str, now: datetime) -> None:
        """One run follows a row. Raises IllegalMove."""
        RUN.next(self.state(index), event)
        self._touch(index, lambda life: life.move(event, now))

    def step_one(self, index: int, now: datetime) -> None:
        """One run goes on by itself, if it does."""
        if RUN.goes_on(self.state(index)):
            self._touch(index, lambda life: life.step(now))

    def look_at(self, index: int, progression: Progression, now: datetime) -> None:
        """GetRun describes one run."""
        if RUN.goes_on(self.state(index)):
            self._touch(index, lambda life: look(life, progression, now))

    def _touch(self, index: int, act: Callable[[RunLife], object]) -> None:
        life = self._own.get(index)
        if life is None:
            chunk = self._chunk_of(index)
            shared = chunk.life
            life = RunLife(
                shared.created,
                self._may_start,
                lambda _: self._plans((index,)).get(index),
                list(shared.history),
            )
            life.shown, life.looks, life.since = shared.shown, shared.looks, shared.since
            life.observer = lambda _, at: self._tell((index,), at)
            chunk.attached -= 1
            self._own_counts[life.state] += 1
            self._own[index] = self._restless[index] = life
        before = life.state
        act(life)
        self._own_counts[before] -= 1
        self._own_counts[life.state] += 1
        if life.settled:
            self._restless.pop(index, None)

    # -- all runs --

    def pass_time(self, progression: Progression, now: datetime) -> None:
        """All runs make the steps that are due; those that end may let others start."""
        if progression.kind == "manual":
            return
        before = -1
        while self.active not in (0, before):
            before = self.active
            self._each(lambda life: pass_time(life, progression, now))

    def look(self, progression: Progression, now: datetime) -> None:
        """GetBatch describes all runs."""
        self._each(lambda life: look(life, progression, now))

    def show(self) -> None:
        """An answer tells how all runs stand."""
        for life in (*(chunk.life for chunk in self._chunks), *self._restless.values()):
            life.shown = True

    def _each(self, act: Callable[[Life], None]) -> None:
        for chunk in self._chunks:
            if chunk.attached:
                act(chunk.life)
        for index in list(self._restless):
            self._touch(index, act)

    def _may_start(self, at: datetime) -> datetime | None:
        slots, free = self._gate(at)
        return None if slots == 0 else free

    def _start_attached(self, chunk: _Chunk, at: datetime) -> datetime | None:
        """When all runs of a chunk may start; if only some may, the first of them do."""
        slots, free = self._gate(at)
        if slots is None or slots >= chunk.attached:
            return free
        while slots and chunk.attached:
            while not self._present[chunk.next] or chunk.next in self._own:
                chunk.next += 1
            self._touch(chunk.next, lambda life: life.go_on(free))
            # One that hangs before it starts takes no slot.
            slots -= self.state(chunk.next) != RUN.initial
        return None

    def _plans(self, indexes: Iterable[int]) -> Mapping[int, Plan]:
        return self.planner(self, indexes) if self.planner is not None else {}

    def _befalls_attached(self, chunk: _Chunk, at: datetime) -> Plan | None:
        """Those whom something befalls go their own way; when that is all, nobody goes on."""
        for index, plan in self._plans(self._attached_of(chunk)).items():
            self._suffer(index, plan, at)
        return None if chunk.attached else Plan()

    def _suffer(self, index: int, plan: Plan, at: datetime) -> None:
        self._touch(index, lambda life: life.suffer(plan, at))

    def under_way(self) -> Iterator[tuple[datetime, datetime | None, int]]:
        """(start, end or None, how many runs) for all runs that do not wait to start any more."""
        lives = [(chunk.life, chunk.attached) for chunk in self._chunks if chunk.attached]
        for life, count in (*lives, *((life, 1) for life in self._own.values())):
            if span := life.under_way:
                yield *span, count

    def move_all(self, event: str, now: datetime, refused: Collection[int] = ()) -> Moved:
        """Every run that may follow ``event`` does, but for those that are ``refused``."""
        moved: list[int] = []
        stayed: list[int] = []
        refused = frozenset(refused)
        for index in refused:
            self._touch(index, lambda life: None)
        for index, life in list(self._own.items()):
            follows = life.allows(event) and index not in refused
            (moved if follows else stayed).append(index)
        for index in moved:
            self._touch(index, lambda life: life.move(event, now))
        count, attached = len(moved), []
        for chunk in self._chunks:
            if chunk.attached and chunk.life.allows(event):
                chunk.life.move(event, now)
                attached.append(chunk.indexes)
                count += chunk.attached
        return Moved(attached, moved, stayed, count)
