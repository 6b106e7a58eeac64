"""Amazon CloudWatch Logs: log streams in moto's logs backend, and their subscription filters.

moto's own ``put_log_events`` is not used: it drops events that are older than 14 days or more than
two hours ahead of its clock, and it calls the destinations of subscription filters at once, which
may be functions that call HealthOmics.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from ...domain.manifest import epoch_milliseconds
from .eventbridge import Delivery, EventQueue
from .lookup import backend_in_use

#: The ids of events begin here, beyond those that moto counts for the events of other sources.
_FIRST_EVENT_ID = 10**12


class StoredEvent(NamedTuple):
    """An event of a log stream, with the attributes and methods of moto's LogEvent.

    Times are milliseconds since 1970. moto keeps a reference to each LogEvent that was ever
    created, and to none of these.
    """

    timestamp: int
    message: str
    ingestion_time: int
    event_id: int

    def to_filter_dict(self) -> dict[str, Any]:
        """Return the members of FilterLogEvents."""
        return {"eventId": str(self.event_id), **self.to_response_dict()}

    def to_response_dict(self) -> dict[str, Any]:
        """Return the members of GetLogEvents."""
        return {
            "ingestionTime": self.ingestion_time,
            "message": self.message,
            "timestamp": self.timestamp,
        }


class StoredEvents:
    """The events of one log stream, in place of moto's list of LogEvents.

    The numbers of all events are in one array, because 100,000 runs have millions of events.
    """

    __slots__ = ("_messages", "_numbers")

    def __init__(self) -> None:
        self._numbers = array("q")
        self._messages: list[str] = []

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[StoredEvent]:
        numbers = iter(self._numbers)
        for message in self._messages:
            yield StoredEvent(next(numbers), message, next(numbers), next(numbers))

    def __iadd__(self, events: Iterable[Any]) -> StoredEvents:
        """Append events; moto does so when a user writes to the stream."""
        for event in events:
            self._numbers.extend((event.timestamp, event.ingestion_time, event.event_id))
            self._messages.append(event.message)
        return self


class Logs:
    """The log groups of one account and region.

    Call ``write`` with the lock of the backend. What subscription filters deliver goes through the
    queue of events, in order with them.
    """

    def __init__(self, account_id: str, region: str, queue: EventQueue):
        self._account_id = account_id
        self._region = region
        self._queue = queue
        self._next_id = _FIRST_EVENT_ID

    def write(
        self,
        group_name: str,
        stream_name: str,
        lines: Sequence[tuple[datetime, str]],
        now: datetime,
    ) -> None:
        """Append lines, which are in order of time, to a log stream; ``now`` is the present time.

        The group and the stream are created when they do not exist. The stream is as old as its
        first line. No random number is consumed.
        """
        if not lines:
            return
        group = self._group(group_name)
        if stream_name not in group.streams:
            group.create_log_stream(stream_name)
            stream = group.streams[stream_name]
            stream.events = StoredEvents()
            stream.creation_time = _time_like(stream.creation_time, lines[0][0])
        stream, events = group.streams[stream_name], self._events(lines, now)
        stream.events += events
        stream.stored_bytes += sum(len(message) for _, message in lines)
        stream.upload_sequence_token += 1
        stream.last_ingestion_time = _time_like(stream.creation_time, now)
        for subscription in list(group.subscription_filters.values()):
            self._subscribe(stream, subscription, events)

    def _events(self, lines: Sequence[tuple[datetime, str]], now: datetime) -> list[StoredEvent]:
        events, ingested, known = [], epoch_milliseconds(now), dict[datetime, int]()
        for time, message in lines:
            # Most lines of one write have the same time.
            if time not in known:
                known[time] = epoch_milliseconds(time)
            events.append(StoredEvent(known[time], message, ingested, self._next_id))
            self._next_id += 1
        return events

    def _group(self, name: str) -> Any:
        backend = backend_in_use("logs", self._account_id, self._region)
        if backend is None:
            from moto.logs.models import logs_backends

            backend = logs_backends[self._account_id][self._region]
        return backend.groups.get(name) or backend.create_log_group(name, {})

    def _subscribe(self, stream: Any, subscription: Any, events: list[StoredEvent]) -> None:
        """Queue the events that a subscription filter selects for its destination."""
        from moto.logs.utils import EventMessageFilter

        selects = EventMessageFilter(subscription.filter_pattern).matches
        selected = [
            {"id": str(e.event_id), "timestamp": e.timestamp, "message": e.message}
            for e in events
            if selects(e.message)
        ]
        if not selected:
            return
        arn, name = subscription.destination_arn, subscription.name
        send = partial(
            stream._send_log_events,
            service=arn.split(":")[2],
            destination_arn=arn,
            filter_name=name,
            log_events=selected,
        )
        what = f"Log events of {stream.log_stream_name} for the subscription filter {name}"
        self._queue.add(Delivery(what, send))


def _time_like(example: datetime | int, time: datetime) -> datetime | int:
    """Return a time as moto keeps it: moto 5.2.0 has milliseconds where later ones have times."""
    return time if isinstance(example, datetime) else epoch_milliseconds(time)
