"""Polls change nothing: the same requests at the same times give the same end, polled or not.

Only for progressions without manual steps. A program runs first with polls, and the requests that
it made are sent again to a new mock without polls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, note, seed
from hypothesis import strategies as st

from . import harness
from .harness import SEED, Backend, NewBatch, RunFault, Setup

POLLS = ("list_batch", "list_runs", "get_batch", "get_run", "list_runs_in_batch", "history")

#: (seconds before it, poll, number of a batch or run)
Poll = tuple[float, str, int]


@dataclass(frozen=True)
class Step:
    """Some seconds with polls in between, then a request or a fault, with its arguments."""

    seconds: float
    polls: list[Poll]
    name: str
    arguments: Any


_numbers = st.integers(0, 7)
_actions = st.one_of(
    st.tuples(st.just("start_run"), st.tuples(harness.groups, st.booleans())),
    st.tuples(st.just("start_run_batch"), harness.new_batches),
    st.tuples(st.sampled_from(["cancel_run", "delete_run"]), _numbers),
    st.tuples(st.sampled_from(["cancel_run_batch", "delete_run_batch", "delete_batch"]), _numbers),
    st.tuples(st.just("run_fault"), harness.run_faults()),
    st.tuples(st.just("release"), harness.matches_with_ids),
)
_polls = st.lists(
    st.tuples(st.sampled_from([0, 0.5, 1, 3, 10]), st.sampled_from(POLLS), _numbers), max_size=4
)
_steps = st.builds(
    lambda seconds, polls, action: Step(seconds, polls, *action),
    st.sampled_from([0, 1, 3.5, 7, 10, 20, 40]),
    _polls,
    _actions,
)


@dataclass(frozen=True)
class Call:
    """What was sent to the backend, at ``elapsed`` seconds."""

    elapsed: float
    name: str
    arguments: dict[str, Any]


class Player:
    """One mock. ``calls`` and ``answers`` are those of the program, without the polls."""

    def __init__(self, setup: Setup):
        self.real = Backend(setup)
        self.calls: list[Call] = []
        self.answers: list[Any] = []
        self.batches: list[str] = []
        self.runs: list[str] = []
        self.groups: list[str] = []

    def send(self, call: Call) -> None:
        """Send a call. A fault is preceded by a list, since faults advance nothing."""
        self.real.elapsed = call.elapsed
        self.calls.append(call)
        if call.name in ("run_fails", "run_hangs", "release"):
            self.real.request("list_batch")
            self.real.fault(call.name, **call.arguments)
            return
        special = getattr(self.real, call.name, None)
        answer = (
            special(**call.arguments) if special else self.real.request(call.name, **call.arguments)
        )
        self.answers.append({name: answer.get(name) for name in ("id", "uuid", "status", "error")})
        if call.name in ("start_run_batch", "start_run", "create_run_group") and "id" in answer:
            known = {"start_run_batch": self.batches, "start_run": self.runs}
            known.get(call.name, self.groups).append(answer["id"])

    def send_now(self, operation: str, /, **arguments: Any) -> None:
        self.send(Call(self.real.elapsed, operation, arguments))

    def start(self, setup: Setup) -> None:
        for most in setup.max_runs:
            self.send_now("create_run_group", **({"maxRuns": most} if most else {}))
        for fault in setup.faults:
            self.act("run_fault", fault)
        for batch in setup.batches:
            self.act("start_run_batch", batch)

    def act(self, name: str, arguments: Any) -> None:
        """Turn an action of a step into a call."""
        if isinstance(arguments, NewBatch):
            options = self.options(arguments.group, arguments.removable)
            self.send_now(name, entries=arguments.entries, name=arguments.name, **options)
        elif name == "start_run":
            self.send_now(name, **self.options(*arguments))
        elif isinstance(arguments, RunFault):
            match = self.with_id(arguments.match)
            self.send_now(arguments.kind, at=arguments.at, times=arguments.times, **match)
        elif name == "release":
            self.send_now(name, **self.with_id(arguments))
        elif name.endswith("batch"):
            self.send_now(name, batchId=pick(self.batches, arguments))
        else:
            self.send_now(name, id=pick(self.known_runs(), arguments))

    def options(self, group: int | None, removable: bool) -> dict[str, Any]:
        return {"group": None if group is None else self.groups[group], "removable": removable}

    def with_id(self, match: dict[str, Any]) -> dict[str, str]:
        return {"runId": pick(self.known_runs(), match["runId"])} if "runId" in match else match

    def known_runs(self) -> list[str]:
        """The runs that can be listed; this is a poll."""
        return [item["id"] for item in self.real.listed("list_runs")]

    def poll(self, name: str, number: int) -> None:
        if name.startswith("get") or name in ("history", "list_runs_in_batch"):
            run = pick(self.known_runs(), number)
            batch = pick(self.batches, number)
            if name == "history":
                self.real.history(run)
                self.real.history(batch)
            elif name == "get_run":
                self.real.request(name, id=run)
            else:
                self.real.request(name, batchId=batch)
        else:
            self.real.request(name)

    def final(self) -> list[Any]:
        """All that lists and histories tell."""
        members = ("id", "runId", "status", "submissionStatus", "runSettingId", "uuid")
        lists = [self.real.listed("list_batch"), self.real.listed("list_runs")]
        for batch in lists[0][:]:
            lists.append(self.real.listed("list_runs_in_batch", batchId=batch["id"]))
        told = [[{name: item.get(name) for name in members} for item in items] for items in lists]
        ids = [item["id"] for items in lists[:2] for item in items]
        tasks = [self.real.listed("list_run_tasks", id=item["id"]) for item in lists[1]]
        return [told, [(id, self.real.history(id)) for id in ids], tasks, self.answers]


def pick(ids: list[str], number: int) -> str:
    return ids[number % len(ids)] if ids else "1"


def with_polls(player: Player, setup: Setup, steps: list[Step]) -> None:
    """Run a program; its polls are within the seconds before each action."""
    player.start(setup)
    for step in steps:
        end = player.real.elapsed + step.seconds
        for seconds, name, number in step.polls:
            player.real.elapsed = min(player.real.elapsed + seconds, end)
            player.poll(name, number)
        player.real.elapsed = end
        player.act(step.name, step.arguments)


@pytest.mark.parametrize("number", [SEED], ids="OMICS_TEST_SEED={}".format)
def test_the_end_does_not_depend_on_polls(number: int) -> None:
    @seed(number)
    @harness.budget(60)
    @given(harness.setups(harness.unattended), st.lists(_steps, min_size=3, max_size=12))
    def polled_and_not_polled(setup: Setup, steps: list[Step]) -> None:
        ends: list[Any] = []
        calls: list[Call] = []
        for polled in (True, False):
            player = Player(setup)
            try:
                if polled:
                    with_polls(player, setup, steps)
                    calls = player.calls
                else:
                    for call in calls:
                        player.send(call)
                player.real.elapsed = calls[-1].elapsed + 15
                ends.append(player.final())
            finally:
                player.real.close()
        for call in calls:
            note(str(call))
        for polled_part, part in zip(*ends, strict=True):
            assert part == polled_part

    polled_and_not_polled()
