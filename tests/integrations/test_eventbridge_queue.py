"""Delivery through EventQueue: once, in order, also with threads and nested calls."""

from __future__ import annotations

import inspect
import logging
import sys
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from threading import Event as Signal
from threading import RLock, Thread
from typing import Any

import pytest

from moto_omics_batch.omics.integrations.eventbridge import Delivery, Event, EventBus, EventQueue

from .conftest import ACCOUNT, REGION

SECONDS = 20


class Target(EventBus):
    """A bus that records the events it is given, and calls a function with each of them."""

    def __init__(self, on_event: Callable[[Any], object] = lambda _: None):
        super().__init__(ACCOUNT, REGION)
        self.received: list[Any] = []
        self.on_event = on_event

    def deliver(self, event: Event) -> None:
        number = event["detail"]["number"]
        self.received.append(number)
        self.on_event(number)


def make(number: object) -> Event:
    detail = {"number": number}
    return EventBus(ACCOUNT, REGION).event("Run Status Change", "arn", detail, datetime(2026, 1, 1))


def run(*functions: Callable[[], object]) -> None:
    """Run functions in threads of their own; fail if one of them does not end."""
    threads = [Thread(target=function, daemon=True) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
    assert not any(thread.is_alive() for thread in threads), "a thread is blocked"


@pytest.fixture
def many_switches() -> Iterator[None]:
    """Threads take turns as often as possible."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


# -- one thread --


def test_events_are_delivered_once_in_the_order_of_add() -> None:
    target = Target()
    queue = EventQueue(target)
    for number in range(3):
        queue.add(make(number))
    assert target.received == []
    queue.deliver()
    queue.deliver()
    assert target.received == [0, 1, 2]


def test_a_nested_delivery_follows_the_current_one_without_recursion() -> None:
    depths = []
    steps: list[tuple[str, int]] = []

    def call_again(number: int) -> None:
        depths.append(len(inspect.stack(context=0)))
        steps.append(("begin", number))
        if number < 50:
            queue.add(make(number + 1))
            queue.deliver()
        steps.append(("end", number))

    queue = EventQueue(Target(call_again))
    queue.add(make(0))
    queue.deliver()
    assert steps == [(step, number) for number in range(51) for step in ("begin", "end")]
    assert len(set(depths)) == 1


def test_nested_events_come_after_those_that_were_added_before() -> None:
    def add_one(number: int) -> None:
        if number < 10:
            queue.add(make(number + 10))
            queue.deliver()

    target = Target(add_one)
    queue = EventQueue(target)
    for number in range(3):
        queue.add(make(number))
    queue.deliver()
    assert target.received == [0, 1, 2, 10, 11, 12]


# -- errors --


def test_an_error_is_logged_and_the_rest_is_delivered(caplog: pytest.LogCaptureFixture) -> None:
    def fail(number: int) -> None:
        if number == 0:
            raise RuntimeError("broken")

    target = Target(fail)
    queue = EventQueue(target)
    events = [make(number) for number in range(3)]
    for event in events:
        queue.add(event)
    queue.deliver()
    assert target.received == [0, 1, 2]
    (record,) = caplog.records
    assert record.name == "moto_omics_batch.omics.integrations.eventbridge"
    assert record.levelno == logging.WARNING
    assert record.getMessage() == f"EventBridge event {events[0]['id']} was not delivered"
    assert "RuntimeError: broken" in caplog.text


def test_other_deliveries_take_their_turn_and_their_errors_are_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    target = Target()
    queue = EventQueue(target)
    queue.add(make(0))
    queue.add(Delivery("The report", lambda: target.received.append("report")))
    queue.add(Delivery("The second report", lambda: target.received.index("none")))
    queue.add(make(1))
    queue.deliver()
    assert target.received == [0, "report", 1]
    (record,) = caplog.records
    assert record.getMessage() == "The second report was not delivered"


def test_after_an_interruption_the_next_call_delivers_the_rest() -> None:
    def interrupt(number: int) -> None:
        if number == 0:
            raise KeyboardInterrupt

    target = Target(interrupt)
    queue = EventQueue(target)
    for number in range(3):
        queue.add(make(number))
    with pytest.raises(KeyboardInterrupt):
        queue.deliver()
    assert target.received == [0]
    queue.deliver()
    assert target.received == [0, 1, 2]


# -- threads --


def test_no_lock_is_held_while_a_target_waits_for_a_request_in_another_thread() -> None:
    backend_lock = RLock()

    def request(number: int) -> None:
        with backend_lock:
            queue.add(make(number))
        queue.deliver()

    def call_from_a_thread(number: int) -> None:
        if number < 3:
            run(lambda: request(number + 1))

    target = Target(call_from_a_thread)
    queue = EventQueue(target)
    run(lambda: request(0))
    assert target.received == [0, 1, 2, 3]


def test_another_thread_returns_at_once_and_leaves_its_events_to_the_first() -> None:
    delivering, go_on = Signal(), Signal()

    def wait(number: int) -> None:
        if number == 0:
            delivering.set()
            assert go_on.wait(SECONDS)

    target = Target(wait)
    queue = EventQueue(target)
    queue.add(make(0))
    first = Thread(target=queue.deliver, daemon=True)
    first.start()
    assert delivering.wait(SECONDS)
    queue.add(make(1))
    run(queue.deliver)
    assert target.received == [0]
    go_on.set()
    first.join(SECONDS)
    assert not first.is_alive()
    assert target.received == [0, 1]


@pytest.mark.usefixtures("many_switches")
def test_many_threads_deliver_in_the_order_of_add() -> None:
    backend_lock, added, running = RLock(), [], []

    def check_alone(number: tuple[int, int]) -> None:
        running.append(number)
        assert running == [number]
        running.remove(number)

    target = Target(check_alone)
    queue = EventQueue(target)

    def requests(thread: int) -> None:
        for n in range(200):
            event = make((thread, n))
            with backend_lock:
                added.append((thread, n))
                queue.add(event)
            queue.deliver()

    run(*(partial(requests, thread) for thread in range(4)))
    # No further call: the last thread to deliver has delivered everything.
    assert target.received == added
    assert len(added) == 4 * 200


def test_an_event_that_is_added_while_a_delivery_ends_is_not_left_behind() -> None:
    threads: list[Thread] = []

    def request() -> None:
        queue.add(make("late"))
        queue.deliver()

    class Events(deque[Event | Delivery]):
        def __bool__(self) -> bool:
            """Let another thread make a request after the queue was found empty."""
            found = len(self) > 0
            if not found and not threads:
                threads.append(Thread(target=request, daemon=True))
                threads[0].start()
                threads[0].join(0.2)
            return found

    target = Target()
    queue = EventQueue(target)
    queue._events = Events()
    queue.add(make("first"))
    run(queue.deliver)
    threads[0].join(SECONDS)
    assert not threads[0].is_alive()
    assert target.received == ["first", "late"]
