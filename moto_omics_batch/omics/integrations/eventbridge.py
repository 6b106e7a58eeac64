"""Amazon EventBridge: status changes are delivered to matching rules and their targets.

moto's own ``put_events`` is not used: it raises to the caller if a target is missing or of a kind
that it does not support, and it also delivers to disabled rules. Here, targets are independent of
each other, and a failed delivery is logged.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any, NamedTuple
from uuid import NAMESPACE_DNS, UUID, uuid5
from weakref import WeakKeyDictionary

from .lookup import backend_in_use

log = logging.getLogger(__name__)

Event = dict[str, Any]

SOURCE = "aws.omics"

#: The parts of a pattern that can be compared before the detail of an event is known.
_ENVELOPE = ("source", "detail-type", "account", "region")

#: Event ids are derived, because drawing them from moto's seedable source would change the ids of
#: later resources when a test adds a rule.
_ID_NAMESPACE = uuid5(NAMESPACE_DNS, "omics.amazonaws.com")

#: The parts of an input template besides plain text: JSON strings, and variables outside of them.
#: As text, because compiling it would make every import of the package slower.
_TOKEN = r'(?s:"(?:[^"\\]|\\.)*"|<[^<>\s"]+>)'
_VARIABLE = r"<([^<>\s]+)>"


class EventBus:
    """The default event bus of one account and region.

    ``matches`` and ``event`` must be called by one thread at a time (the backend's lock);
    ``deliver`` may be called by any thread.
    """

    def __init__(self, account_id: str, region: str):
        self._account_id = account_id
        self._region = region
        #: EventPattern of moto → detail-type → whether it can match.
        self._can_match: WeakKeyDictionary[Any, dict[str, bool]] = WeakKeyDictionary()
        self._last_time: datetime | None = None
        self._equal_events: Counter[UUID] = Counter()

    def matches(self, detail_type: str) -> bool:
        """Return whether an enabled rule can match events of this type, whatever their detail.

        Call it for each status change, and build the event only if it returns True.
        """
        events = backend_in_use("events", self._account_id, self._region)
        if events is None:
            return False
        bus = events.event_buses["default"]
        return bool(bus.rules) and any(
            self._rule_can_match(rule, detail_type) for rule in _enabled_rules(bus)
        )

    def _rule_can_match(self, rule: Any, detail_type: str) -> bool:
        known = self._can_match.setdefault(rule.event_pattern, {})
        if detail_type not in known:
            from moto.events.models import EventPattern

            pattern = rule.event_pattern.get_pattern()
            envelope = {
                "source": SOURCE,
                "detail-type": detail_type,
                "account": self._account_id,
                "region": self._region,
            }
            known_parts = {part: pattern[part] for part in _ENVELOPE if part in pattern}
            known[detail_type] = _matches(rule, EventPattern(None, known_parts), envelope)
        return known[detail_type]

    def event(self, detail_type: str, arn: str, detail: Mapping[str, Any], time: datetime) -> Event:
        """Build an event in the form that rules and targets receive (B95, W11).

        ``arn`` is the entry of ``resources``, ``time`` is in UTC without a time zone. The id is
        derived from all of these; equal events of one time get different ids. No random number is
        consumed.
        """
        return {
            "version": "0",
            "id": self._event_id(detail_type, arn, detail, time),
            "detail-type": detail_type,
            "source": SOURCE,
            "account": self._account_id,
            "time": f"{time.isoformat(timespec='seconds')}Z",
            "region": self._region,
            "resources": [arn],
            "detail": dict(detail),
        }

    def _event_id(
        self, detail_type: str, arn: str, detail: Mapping[str, Any], time: datetime
    ) -> str:
        described = [self._account_id, self._region, detail_type, arn, time.isoformat(), detail]
        event_id = uuid5(_ID_NAMESPACE, json.dumps(described, sort_keys=True))
        if time != self._last_time:
            self._equal_events.clear()
            self._last_time = time
        number = self._equal_events[event_id]
        self._equal_events[event_id] += 1
        return str(uuid5(event_id, str(number)) if number else event_id)

    def deliver(self, event: Event) -> None:
        """Deliver an event to the targets of all matching rules. Never raises.

        What cannot be delivered is logged as a warning. Call it through `EventQueue`, without the
        backend's lock: a target may call the backend.
        """
        events = backend_in_use("events", self._account_id, self._region)
        if events is not None:
            _publish(events.event_buses["default"], event)


class Delivery(NamedTuple):
    """Something other than an event that is to be delivered; ``what`` names it in the log."""

    what: str
    deliver: Callable[[], object]


class EventQueue:
    """What one backend is to deliver: each event once, in the order of ``add``."""

    def __init__(self, bus: EventBus):
        self._bus = bus
        self._events: deque[Event | Delivery] = deque()
        self._delivering = False
        #: Guards the end of a delivery against a concurrent start. Not held during delivery.
        self._lock = Lock()

    def add(self, event: Event | Delivery) -> None:
        """Append what is to be delivered.

        Call it with the backend's lock, then ``deliver`` without it.
        """
        self._events.append(event)

    def deliver(self) -> None:
        """Deliver all events, or return at once if a delivery is in progress.

        The delivery in progress, of another thread or of a caller further up the stack, then
        delivers the events that were added up to now. Raises nothing of its own; after an
        interruption such as KeyboardInterrupt the next call continues.
        """
        with self._lock:
            if self._delivering:
                return
            self._delivering = True
        try:
            while (event := self._next()) is not None:
                self._deliver(event)
        except BaseException:
            self._delivering = False
            raise

    def _next(self) -> Event | Delivery | None:
        """Take the next event. If there is none, end the delivery in the same step."""
        with self._lock:
            if self._events:
                return self._events.popleft()
            self._delivering = False
            return None

    def _deliver(self, event: Event | Delivery) -> None:
        delivery = event if isinstance(event, Delivery) else self._delivery_of(event)
        try:
            delivery.deliver()
        except Exception:
            log.warning("%s was not delivered", delivery.what, exc_info=True)

    def _delivery_of(self, event: Event) -> Delivery:
        return Delivery(f"EventBridge event {event['id']}", partial(self._bus.deliver, event))


# -- rules --


def _enabled_rules(bus: Any) -> Iterator[Any]:
    """Yield the enabled rules with an event pattern; the others have only a schedule."""
    for rule in list(bus.rules.values()):
        if rule.state == "ENABLED" and rule.event_pattern.get_pattern():
            yield rule


def _matches(rule: Any, pattern: Any, event: Any) -> bool:
    try:
        return bool(pattern.matches_event(event))
    except Exception:
        log.warning("EventBridge rule %s cannot be matched", rule.name, exc_info=True)
        return False


def _publish(bus: Any, event: Event, route: tuple[str, ...] = ()) -> None:
    """Send an event to the targets of a bus. ``route`` is empty unless it was forwarded."""
    for rule in _enabled_rules(bus):
        if not _matches(rule, rule.event_pattern, event):
            continue
        for target in list(rule.targets):
            try:
                _send(rule, target, event, route)
            except Exception:
                # A failing target must not fail the request that caused the event.
                log.warning("EventBridge target %s of %s failed", target, rule.name, exc_info=True)


# -- targets --


def _send(rule: Any, target: Mapping[str, Any], event: Event, route: tuple[str, ...]) -> None:
    from moto.utilities.arns import parse_arn

    arn = parse_arn(target["Arn"])
    here = (*route, rule.arn, target["Id"])
    if arn.service == "events" and arn.resource_type == "event-bus":
        # EventBridge forwards an event once: the second bus does not forward it again.
        if not route:
            _publish(_backend_of(arn).event_buses[arn.resource_id], event, here)
        return
    payload = _payload(rule, target, event)
    if arn.service == "sqs":
        _send_to_queue(arn, target, payload)
    elif arn.service == "sns":
        _backend_of(arn).publish(payload, arn=target["Arn"])
    elif arn.service == "logs":
        _send_to_log_group(arn, _name(event, here), payload)
    elif arn.service == "lambda":
        _invoke_function(arn, target["Arn"], payload)
    elif arn.service == "states":
        _start_execution(arn, target["Arn"], _name(event, here), payload)
    else:
        raise NotImplementedError(f"no delivery to targets of {arn.service}")


def _backend_of(arn: Any) -> Any:
    """Return the backend of a target. Raises LookupError if it is not in use."""
    backend = backend_in_use(arn.service, arn.account, arn.region)
    if backend is None:
        raise LookupError(f"account {arn.account} has no {arn.service} in {arn.region}")
    return backend


def _name(event: Event, route: tuple[str, ...]) -> str:
    """Derive a name for what a target creates, from the event and the rules and targets passed."""
    return str(uuid5(UUID(event["id"]), json.dumps(route)))


def _send_to_queue(arn: Any, target: Mapping[str, Any], payload: str) -> None:
    group_id = target.get("SqsParameters", {}).get("MessageGroupId")
    _backend_of(arn).send_message(
        queue_name=arn.resource_id, message_body=payload, group_id=group_id
    )


def _send_to_log_group(arn: Any, stream: str, payload: str) -> None:
    from moto.core.utils import unix_time_millis

    logs, group = _backend_of(arn), arn.resource_id.removesuffix(":*")
    logs.create_log_stream(group, stream)
    logs.put_log_events(group, stream, [{"timestamp": unix_time_millis(), "message": payload}])


def _invoke_function(arn: Any, function_arn: str, payload: str) -> None:
    from moto.awslambda.utils import get_backend

    get_backend(arn.account, arn.region).invoke(
        function_name=function_arn, qualifier=None, body=payload, headers={}, response_headers={}
    )


def _start_execution(arn: Any, state_machine_arn: str, name: str, payload: str) -> None:
    from moto.stepfunctions.responses import get_backend

    get_backend(arn.account, arn.region).start_execution(
        state_machine_arn=state_machine_arn, name=name, execution_input=payload
    )


# -- input of targets --


def _payload(rule: Any, target: Mapping[str, Any], event: Event) -> str:
    """Return the JSON text for a target, by its Input, InputPath or InputTransformer."""
    if "Input" in target:
        return str(target["Input"])
    if path := target.get("InputPath"):
        return json.dumps(_values_at(path, event)[0])
    if transformer := target.get("InputTransformer"):
        return _transform(rule, transformer, event)
    return json.dumps(event)


def _values_at(path: str, event: Event) -> list[Any]:
    """Return the values that a JSON path selects."""
    from jsonpath_ng.ext import parser

    return [match.value for match in parser.parse(path).find(event)]


def _transform(rule: Any, transformer: Mapping[str, Any], event: Event) -> str:
    """Fill in the variables of an input template, in JSON strings and outside of them.

    moto's own transformer does so in strings only. A variable whose path selects nothing is an
    empty string.
    """
    values = {
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
    }
    for name, path in transformer.get("InputPathsMap", {}).items():
        values[name] = next(iter(_values_at(path, event)), "")

    def as_json(variable: re.Match[str]) -> str:
        name = variable[1]
        return json.dumps(values[name]) if name in values else variable[0]

    def in_string(variable: re.Match[str]) -> str:
        text = values.get(variable[1], variable[0])
        return json.dumps(text if isinstance(text, str) else json.dumps(text))[1:-1]

    def fill(token: re.Match[str]) -> str:
        quoted = token[0].startswith('"')
        return re.sub(_VARIABLE, in_string if quoted else as_json, token[0])

    return re.sub(_TOKEN, fill, str(transformer["InputTemplate"]))
